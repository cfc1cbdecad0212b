"""Rules on cells: H25 renewable heat, H27 sales of oil, H28 own use of power, H29 heating electricity, H33 zeros."""

from __future__ import annotations

from dataclasses import replace
from math import fsum

from .context import CARD, Context
from .table import BASE_SECTORS, Outcome, Row, State

RENEWABLE = {"HH": ("biomass", "solar"), "GHD": ("biomass",), "IND": ("biomass",)}
FUELS = ("oil", "lpg", "coal", "hard_coal", "lignite")
MERGED = {"ECONOMY": ("GHD", "IND"), "BUILDINGS": ("HH", "GHD", "KE"), "ALL": ("HH", "GHD", "KE", "IND")}
SELF_LINES = tuple(f"{s}.elec" for s in ("HH", "GHD", "KE", "IND"))


def h25(state: State, context: Context) -> Outcome:
    """Solar heat and wood without rows: filled from card or estimate; a confirmed zero stays zero."""
    said = context.card.say("renewable_heat")
    stationary = [r for r in state.rows if r.sector in RENEWABLE and r.carrier and r.origin == "file"]
    held = {(r.sector, r.carrier) for r in stationary}
    merged = any(r.sector in MERGED and r.carrier in ("biomass", "solar") for r in state.rows)
    if said == "included" or merged or not stationary:
        return Outcome(state, "unknown" if said == "unknown" and not stationary else "not_needed")
    if said == "unknown" and any(c in ("biomass", "solar") for _, c in held):
        return Outcome(state, "not_needed")
    lines = [
        f"{s}.{c}" for s, carriers in RENEWABLE.items() for c in carriers
        if any(h[0] == s for h in held) and (s, c) not in held
    ]  # fmt: skip
    if not lines:
        return Outcome(state, "not_needed")
    if not context.can_fill(lines):
        return Outcome(state, "needs_data", "needs")
    rows = context.filled("H25", lines)
    return Outcome(state.add(rows), "applied", "why", {"mwh": fsum(r.mwh or 0.0 for r in rows), "rows": len(rows)})


def h27(state: State, context: Context) -> Outcome:
    """Fuels by sales: the mean of three years of sales instead of one; sectors keep their shares."""
    said = context.card.say("oil_basis")
    held = {c: fsum(r.mwh or 0.0 for r in state.rows if _fuel(r, c)) for c in FUELS}
    if said != "sales" or not any(held.values()):
        return Outcome(state, "unknown" if said == "unknown" and any(held.values()) else "not_needed")
    by = {c: context.scale * fsum(s) / len(s) / held[c] for c, s in context.card.smoothing.items() if held[c]}
    if not by:
        return Outcome(state, "needs_data", "needs")

    def one(row: Row) -> Row:
        if row.carrier not in by or not _fuel(row, row.carrier) or row.mwh is None:
            return row
        k = by[row.carrier]
        return replace(row, mwh=row.mwh * k, t=None if row.t is None else row.t * k)

    return Outcome(state.map(one), "applied", "why", {"carriers": ", ".join(sorted(by))})


def _fuel(row: Row, carrier: str) -> bool:
    return row.carrier == carrier and row.sector in BASE_SECTORS and row.sector != "VK" and row.origin == "file"


def h28(state: State, context: Context) -> Outcome:
    """Own use of power not metered: FE_el + own use. From `self:` lines of the card, or kW · kWh/kW · share."""
    card = context.card
    said = card.say("self_consumption")
    if said != "excluded":
        return Outcome(state, "unknown" if said == "unknown" else "not_needed")
    if context.can_fill(SELF_LINES, "self:"):
        rows = [replace(r, part="self") for r in context.filled("H28", SELF_LINES, "self:")]
    else:
        kw, per_kw, share = (card.number(n) for n in ("pv_kw", "pv_yield", "pv_self_share"))
        chp = card.number("chp_self_mwh")
        if chp is None and (kw is None or per_kw is None or share is None):
            return Outcome(state, "needs_data", "needs")
        solar = kw * per_kw * share / 1000 if kw is not None and per_kw is not None and share is not None else 0.0
        row = Row(
            "ALL",
            "elec",
            part="self",
            mwh=context.scale * (solar + (chp or 0.0)),
            state="estimated",
            quality="C",
            origin="H28",
        )
        rows = [context.at_target(row)]
    return Outcome(state.add(rows), "applied", "why", {"mwh": fsum(r.mwh or 0.0 for r in rows)})


def h29(state: State, context: Context) -> Outcome:
    """Heating electricity as a row of its own: one carrier electricity, at the factor of the year."""
    if not any(r.carrier == "elec_heat" for r in state.rows):
        return Outcome(state, "not_needed")

    def one(row: Row) -> Row:
        if row.carrier != "elec_heat":
            return row
        new = replace(row, carrier="elec", part=row.part or "heating")
        return new if row.factor_set == "BISKO" else context.at_target(new)

    energy = fsum(r.mwh or 0.0 for r in state.rows if r.carrier == "elec_heat")
    return Outcome(state.map(one), "applied", "why", {"mwh": energy})


def _empty(row: Row, confirmed: bool) -> bool:
    if row.sector not in BASE_SECTORS or row.state == "explicit_zero":
        return False
    if row.mwh is None and row.t is None:
        return True
    return not confirmed and not row.mwh and not row.t


def h33(state: State, context: Context) -> Outcome:
    """Blank cells and zeros that nobody has confirmed: filled from card or estimate, else marked as missing.

    Energy without tonnes takes the factor of the year.
    """
    confirmed = context.card.say("zeros") == "confirmed"
    bare = [r for r in state.rows if r.mwh and r.t is None and r.sector in BASE_SECTORS]
    empty = [r for r in state.rows if _empty(r, confirmed)]
    if not empty and not bare:
        return Outcome(state, "not_needed")
    filled: list[Row] = []

    def one(row: Row) -> Row:
        if row.mwh and row.t is None and row.sector in BASE_SECTORS:
            return context.at_target(row)
        if not _empty(row, confirmed):
            return row
        found = _default(row, context)
        if found is None or found[0] <= 0:
            return replace(row, mwh=None, t=None, state="missing")
        new = replace(
            row,
            mwh=found[0],
            t=None,
            state="estimated",
            quality=found[1],
            origin="H33",
            note=found[2],
            ours=found[2] != CARD,
        )
        filled.append(new)
        return context.at_target(new)

    new = state.map(one)
    left = sum(r.state == "missing" for r in new.rows)
    params = {"rows": len(empty), "filled": len(filled), "left": left, "bare": len(bare)}
    if not filled and not bare:
        return Outcome(new, "needs_data", "needs", params)
    return Outcome(new, "applied", "why", params)


def _default(row: Row, context: Context) -> tuple[float, str, str] | None:
    """Energy for a blank cell: its line, or the sum of the lines of a merged sector."""
    if not row.carrier or row.part:
        return None
    if row.sector not in MERGED:
        return context.fill(row.line)
    found = [context.fill(f"{s}.{row.carrier}") for s in MERGED[row.sector]]
    known = [f for f in found if f is not None]
    if not known or len(known) < len(found) - 1:
        return None
    return fsum(f[0] for f in known), max(f[1] for f in known), known[0][2]
