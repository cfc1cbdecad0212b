"""Rules on emission factors: H02, H03, H05, H06, H14, H35. Each keeps the energy and replaces a factor.

A rule adds MWh · (factor wanted − factor recognised), so that whatever it does not explain stays in the residual.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from math import fsum

from . import targets
from .context import Context
from .fingerprints import TOLERANCE, value_in
from .table import BASE_SECTORS, Outcome, Row, State

DIRECT_SETS = ("NIR_direct", "UBA_direct_CO2", "LfU_direct_CO2", "IPCC_2006_direct")
ELECTRICITY = ("elec", "elec_heat")
OWN_RULES = ("dh", "ambient")  # H08, H09, H26 and H24
MIXES = ("local", "state", "supplier", "green")
BIOGENIC = ("biomass", "solar", "biofuel", "biodiesel", "bioethanol")
# Own assumptions: methane and nitrous oxide are at most 5 % of a combustion factor and 15 % of one with upstream. A
# factor farther off is not "CO2 only" but something else, and stays in the residual.
CO2_OF_DIRECT, CO2_OF_FULL = 0.95, 0.85
OTHER_SETS = ("UBA_upstream", "GEG_Anlage9", "GEMIS_4.95_KEA")


def _usable(row: Row) -> bool:
    """An energy row of the balance with a factor of its own."""
    return row.sector in BASE_SECTORS and bool(row.mwh) and row.t is not None and targets.known(row.sector, row.carrier)


def _change(state: State, change: Callable[[Row], Row | None]) -> tuple[State, list[Row]]:
    """Rows through a function that gives a new row or None; and the old rows that were changed."""
    changed: list[Row] = []

    def one(row: Row) -> Row:
        new = change(row)
        if new is None or new == row:
            return row
        changed.append(row)
        return new

    return state.map(one), changed


def _outcome(state: State, new: State, changed: list[Row], asked: bool, unknown: bool, why: str = "why") -> Outcome:
    if changed:
        energy = fsum(r.mwh or 0.0 for r in changed)
        old = 1000 * fsum(r.t or 0.0 for r in changed) / energy if energy else 0.0
        return Outcome(new, "applied", why, {"rows": len(changed), "mwh": energy, "old": old})
    if asked:
        return Outcome(state, "needs_data", "needs", {})
    return Outcome(state, "unknown" if unknown else "not_needed")


def _non_federal(row: Row, context: Context) -> bool:
    return row.carrier in ELECTRICITY and context.card.say("electricity") in MIXES


def _direct_like(row: Row, context: Context) -> bool:
    """A factor without upstream: recognised, or CO2 only (by the card) and just below one."""
    if row.factor_set in DIRECT_SETS:
        return True
    direct = targets.direct(row.sector, row.carrier)
    if context.card.say("gases") != "CO2" or row.factor_set or direct is None or row.factor is None:
        return False
    return CO2_OF_DIRECT * direct <= row.factor <= direct + TOLERANCE


def _add_upstream(row: Row, context: Context, said: bool, wanted: int | None = None) -> Row | None:
    if not _direct_like(row, context) and not (said and row.factor_set == ""):
        return None
    year = row.vintage or context.factor_year if wanted is None else wanted
    full = targets.factor(row.sector, row.carrier, year)
    direct = value_in(row, row.factor_set) or targets.direct(row.sector, row.carrier, year)
    assert row.mwh is not None and row.t is not None
    t = row.mwh * full / 1000 if direct is None else row.t + row.mwh * (full - direct) / 1000
    return replace(row, t=t, factor_set="BISKO", vintage=year)


def h02(state: State, context: Context) -> Outcome:
    """Upstream left out (heat, electricity): t + MWh · (EF − EF_direct) / 1000, or MWh · EF if EF_direct is unknown."""
    said = context.card.say("upstream") == "excluded"

    def one(row: Row) -> Row | None:
        electric = row.carrier in ELECTRICITY
        if not _usable(row) or row.carrier in OWN_RULES or (row.sector == "VK" and not electric):
            return None
        if _non_federal(row, context) or (electric and not row.t):
            return None
        return _add_upstream(row, context, said)

    new, changed = _change(state, one)
    return _outcome(state, new, changed, False, context.card.say("upstream") == "unknown" and not _any(state))


def _any(state: State) -> bool:
    return any(_usable(r) for r in state.rows)


def _little(row: Row, wanted: float, share: float) -> bool:
    """Whether the factor of a row is below the wanted one by no more than methane and nitrous oxide explain."""
    return row.carrier in BIOGENIC or (row.factor is not None and share * wanted <= row.factor <= wanted + TOLERANCE)


def h03(state: State, context: Context) -> Outcome:
    """CO2 only: MWh · EF / 1000 with EF in CO2e; for tailpipe factors the direct factor, H14 adds the rest."""
    said = context.card.say("gases") == "CO2"
    ttw = context.card.say("transport_factors") == "ttw"

    def one(row: Row) -> Row | None:
        if not said or not _usable(row) or row.carrier in OWN_RULES or _non_federal(row, context):
            return None
        if row.carrier in ELECTRICITY and not row.t:
            return None
        year = row.vintage or context.factor_year
        full = targets.factor(row.sector, row.carrier, year)
        if row.sector == "VK" and row.carrier not in ELECTRICITY and (ttw or _direct_like(row, context)):
            direct = targets.direct(row.sector, row.carrier)
            if direct is not None and _little(row, direct, CO2_OF_DIRECT):
                assert row.mwh is not None
                return replace(row, t=row.mwh * direct / 1000, factor_set="NIR_direct", vintage=None)
        if not _little(row, full, CO2_OF_FULL):
            return None
        assert row.mwh is not None
        return replace(row, t=row.mwh * full / 1000, factor_set="BISKO", vintage=year)

    new, changed = _change(state, one)
    return _outcome(state, new, changed, said and not _any(state), context.card.say("gases") == "unknown")


def h05(state: State, context: Context) -> Outcome:
    """Electricity with another mix than the federal one: MWh · EF_federal / 1000, traction included.

    Said by the card; or the card says nothing and the factor is that of no federal mix in any known set.
    """
    said = context.card.say("electricity")

    def one(row: Row) -> Row | None:
        if not _usable(row) or row.carrier not in ELECTRICITY or row.origin != "file":
            return None
        if said not in MIXES and not (
            said == "unknown" and row.carrier == "elec" and row.t and row.factor_set == ""
            and context.card.say("factor_set") in ("unknown", "BISKO")
        ):  # fmt: skip
            return None
        year = context.factor_year
        assert row.mwh is not None
        return replace(
            row, t=row.mwh * targets.factor(row.sector, row.carrier, year) / 1000, factor_set="BISKO", vintage=year
        )

    new, changed = _change(state, one)
    there = any(r.carrier in ELECTRICITY and r.mwh for r in state.rows)
    return _outcome(state, new, changed, said in MIXES and not there, False, "why" if said in MIXES else "why_found")


def h06(state: State, context: Context) -> Outcome:
    """Factor of another year: t + MWh · (EF(year) − EF(year of the factor)) / 1000."""
    years: set[int] = set()

    def one(row: Row) -> Row | None:
        if not _usable(row) or row.carrier == "dh" or row.factor_set != "BISKO" or row.vintage in (None, context.year):
            return None
        assert row.vintage is not None and row.mwh is not None and row.t is not None
        shift = targets.factor(row.sector, row.carrier, context.year) - targets.factor(
            row.sector, row.carrier, row.vintage
        )
        if not shift:
            return None
        years.add(row.vintage)
        return replace(row, t=row.t + row.mwh * shift / 1000, vintage=context.year)

    new, changed = _change(state, one)
    outcome = _outcome(state, new, changed, False, False)
    shown = ", ".join(map(str, sorted(years)))
    return replace(outcome, params={**outcome.params, "years": shown, "year": str(context.year)})


def h14(state: State, context: Context) -> Outcome:
    """Tailpipe factors of fuels: t + MWh · (EF_well-to-wheel − EF_tailpipe) / 1000."""
    said = context.card.say("transport_factors") == "ttw"

    def one(row: Row) -> Row | None:
        if not _usable(row) or row.sector != "VK" or row.carrier in ELECTRICITY:
            return None
        return _add_upstream(row, context, said, context.year)  # H06 has passed: the year of the inventory

    new, changed = _change(state, one)
    return _outcome(state, new, changed, False, False)


def h35(state: State, context: Context) -> Outcome:
    """Factors of another tool or law with upstream: MWh · EF / 1000 of the one release."""
    said = context.card.say("factor_set")

    def one(row: Row) -> Row | None:
        if not _usable(row) or row.carrier == "dh" or (row.carrier == "ambient" and not row.t):
            return None
        if row.factor_set not in OTHER_SETS and not (said in (*OTHER_SETS, "other") and row.factor_set == "" and row.t):
            return None
        return context.at_target(row)

    new, changed = _change(state, one)
    outcome = _outcome(state, new, changed, False, False)
    names = ", ".join(sorted({r.factor_set for r in changed if r.factor_set} or ({said} if changed else set())))
    return replace(outcome, params={**outcome.params, "sets": names})
