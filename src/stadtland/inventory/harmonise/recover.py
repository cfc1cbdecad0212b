"""First step: recognise the factors of all rows, and recover final energy where only tonnes are known."""

from __future__ import annotations

from dataclasses import replace

from . import fingerprints, targets
from .context import Context
from .table import BASE_SECTORS, Row, State, worse

BACK_CALCULATED = "B"  # best grade of energy computed from tonnes


def old_factor(row: Row, context: Context) -> float | None:
    """Factor of the old inventory for a row (g/kWh) by the set on the card; None if the set has no single value."""
    chosen = context.card.say("factor_set")
    year = context.factor_year
    if row.carrier in ("elec", "elec_heat") and context.card.say("electricity") not in ("federal", "unknown"):
        return None
    if row.carrier == "dh" and context.card.say("allocation") not in ("default", "unknown"):
        return None
    if chosen == fingerprints.BISKO:
        return targets.factor(row.sector, row.carrier, year) if targets.known(row.sector, row.carrier) else None
    if chosen in ("NIR_direct", "UBA_direct_CO2"):
        return targets.direct(row.sector, row.carrier, year)
    values = {v for s, y, v in fingerprints.values_of(row) if s == chosen and y in (None, year)}  # several: not known
    return values.pop() if len(values) == 1 else None


def recover(state: State, context: Context) -> tuple[State, list[Row]]:
    """FE = 1000 · t / EF_old for rows with tonnes only, graded B at best; and the rows that were recovered.

    Rows without carrier, or with a carrier whose old factor is not known, stay as they are.
    """
    done: list[Row] = []

    def one(row: Row) -> Row:
        if row.mwh is not None or not row.t or row.sector not in BASE_SECTORS or not row.carrier:
            return row
        value = old_factor(row, context)
        if not value:
            return row
        new = replace(row, mwh=1000 * row.t / value, quality=worse(row.quality, BACK_CALCULATED))
        done.append(new)
        return new

    return state.map(one), done


def recognise(state: State, context: Context) -> tuple[State, fingerprints.Recognition]:
    """Every row of the balance marked with the set and year that its factor belongs to."""
    card = context.card
    rows = [r if r.sector in (*BASE_SECTORS, "AGR") else replace(r, mwh=None) for r in state.rows]
    found = fingerprints.recognise(rows, context.year, card.say("factor_set"), card.years.get("factor_year"))
    marked = []
    for i, row in enumerate(state.rows):
        hit = found.hits.get(i)
        marked.append(row if hit is None else replace(row, factor_set=hit.set, vintage=hit.year))
    return replace(state, rows=tuple(marked)), found
