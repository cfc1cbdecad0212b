"""Rules on heat: H07 weather, H08 and H09 allocation, H23 heating value, H24 heat pumps, H26 losses of the network."""

from __future__ import annotations

from dataclasses import replace
from math import fsum

from stadtland.facts.factors import COP_AMBIENT, HS_TO_HI

from . import targets
from .context import OWN_ALLOCATION, Context
from .table import Outcome, Row, State, worse

WARM_SECTORS = ("HH", "GHD", "KE", "BUILDINGS")
WARM = ("gas", "oil", "lpg", "coal", "hard_coal", "lignite", "dh", "biomass", "ambient", "elec_heat", "other")
WRONG = ("finnish", "energy_content", "efficiency", "substitution")
CLOSE = 0.5  # g/kWh


def _scale(row: Row, by: float) -> Row:
    return replace(
        row, mwh=None if row.mwh is None else row.mwh * by, t=None if row.t is None else row.t * by,
    )  # fmt: skip


def h07(state: State, context: Context) -> Outcome:
    """Weather correction undone: FE = FE_corr · (1 − f + f · HDD_year / HDD_reference); t by the same ratio.

    f: share of space heat that was corrected; HH, services, municipal facilities; never industry or transport.
    """
    card = context.card
    said = card.say("weather_correction")
    if said != "applied":
        return Outcome(state, "unknown" if said == "unknown" else "not_needed")
    year, mean, share = (card.number(n) for n in ("hdd_year", "hdd_reference", "heat_share"))
    if year is None or mean is None or share is None:
        return Outcome(state, "needs_data", "needs")
    by = 1 - share + share * year / mean
    hit = [r for r in state.rows if _warm(r)]
    new = state.map(lambda r: replace(_scale(r, by), quality=worse(r.quality, "B")) if _warm(r) else r)
    return Outcome(new, "applied", "why", {"rows": len(hit), "by": by})


def _warm(row: Row) -> bool:
    return row.sector in WARM_SECTORS and row.carrier in WARM and row.origin == "file"


def _district_heat(row: Row) -> bool:
    return row.carrier == "dh" and bool(row.mwh) and row.t is not None and row.origin == "file"


def _certificate(row: Row, context: Context) -> bool:
    said = context.card.say("allocation")
    return said == "certificate" or (said == "unknown" and row.factor_set == "GEG_Anlage9")


def _to_factor(state: State, context: Context, which: list[Row], why: str) -> Outcome:
    value = context.dh_factor()
    if value is None:
        return Outcome(state, "needs_data", "needs")
    energy = fsum(r.mwh or 0.0 for r in which)
    old = 1000 * fsum(r.t or 0.0 for r in which) / energy
    ids = {id(r) for r in which}
    new = state.map(
        lambda r: (
            replace(r, t=(r.mwh or 0.0) * value / 1000, factor_set="BISKO", vintage=context.year) if id(r) in ids else r
        )
    )
    return Outcome(new, "applied", why, {"old": old, "new": value})


def h08(state: State, context: Context) -> Outcome:
    """Allocation of heat and power by another method than exergy: MWh · EF / 1000.

    EF from plant data by exergy (`exergy.factor`); else the default of the standard for an unknown network.
    """
    rows = [r for r in state.rows if _district_heat(r) and not _certificate(r, context)]
    said = context.card.say("allocation")
    if not rows:
        return Outcome(state, "not_needed")
    value = context.dh_factor()
    if said in OWN_ALLOCATION and value is None:
        return Outcome(state, "not_needed")
    wrong = [r for r in rows if value is not None and abs((r.factor or 0.0) - value) > CLOSE]
    if said == "default" and not context.card.network:
        return Outcome(state, "not_needed")
    if not wrong:
        return Outcome(state, "not_needed")
    known = context.card.network or said in (*WRONG, *OWN_ALLOCATION)
    return _to_factor(state, context, wrong, "why" if known else "why_found")


def h09(state: State, context: Context) -> Outcome:
    """Factor of a certificate (AGFW FW 309, building energy act): not admissible in the base; as H08."""
    rows = [r for r in state.rows if _district_heat(r) and _certificate(r, context)]
    if not rows:
        return Outcome(state, "not_needed")
    return _to_factor(state, context, rows, "why")


def h23(state: State, context: Context) -> Outcome:
    """Gas on the upper heating value: FE_Hi = 0.9024 · FE_Hs; tonnes too, unless the old factor was per Hs already."""
    said = context.card.say("gas_heating_value")
    rows = [r for r in state.rows if r.carrier == "gas" and r.mwh and r.origin == "file"]
    if said != "Hs" or not rows:
        return Outcome(state, "unknown" if said == "unknown" and rows else "not_needed")

    def one(row: Row) -> Row:
        if not (row.carrier == "gas" and row.mwh and row.origin == "file"):
            return row
        per_hs = row.factor is not None and abs(row.factor - HS_TO_HI * targets.factor("HH", "gas", context.year)) < 2
        return replace(_scale(row, HS_TO_HI), t=row.t if per_hs or row.t is None else row.t * HS_TO_HI)

    return Outcome(state.map(one), "applied", "why", {"rows": len(rows), "mwh": fsum(r.mwh or 0.0 for r in rows)})


def h24(state: State, context: Context) -> Outcome:
    """Heat pumps: ambient heat at federal mix / 3.2; where the electricity is metered inside, FE_el − H / 3.2."""
    rows = [r for r in state.rows if r.carrier == "ambient" and r.mwh and r.origin == "file"]
    if not rows:
        return Outcome(state, "not_needed")
    value = targets.factor("HH", "ambient", context.year)
    wrong = [r for r in rows if r.t is None or r.t == 0 or r.factor_set != "BISKO"]
    inside = context.card.say("heat_pump_electricity") == "inside"
    heat: dict[str, float] = {}
    for r in rows:
        heat[r.sector] = heat.get(r.sector, 0.0) + (r.mwh or 0.0)
    power = {s: _electricity(state, s) for s in heat}
    short = [s for s, h in heat.items() if inside and power[s] < h / COP_AMBIENT]
    if short:
        return Outcome(state, "needs_data", "needs", {"sectors": ", ".join(short)})
    if not wrong and not inside:
        return Outcome(state, "not_needed")
    ids = {id(r) for r in wrong}

    def one(row: Row) -> Row:
        if id(row) in ids:
            return replace(row, t=(row.mwh or 0.0) * value / 1000, factor_set="BISKO", vintage=context.year)
        if inside and row.carrier == "elec" and row.mwh and row.sector in heat:
            return _scale(row, 1 - heat[row.sector] / COP_AMBIENT / power[row.sector])
        return row

    return Outcome(
        state.map(one), "applied", "why_inside" if inside else "why", {"mwh": fsum(heat.values()), "new": value}
    )


def _electricity(state: State, sector: str) -> float:
    return fsum(r.mwh or 0.0 for r in state.rows if r.sector == sector and r.carrier == "elec")


def h26(state: State, context: Context) -> Outcome:
    """District heat metered at the plant: FE = FE_plant · (1 − losses); the factor is per delivered kWh."""
    said = context.card.say("heat_metering")
    rows = [r for r in state.rows if _district_heat(r)]
    if said != "plant_exit" or not rows:
        return Outcome(state, "unknown" if said == "unknown" and rows else "not_needed")
    losses = context.card.number("loss_share")
    if losses is None and context.card.network:
        losses = 1 - context.card.network["delivered_mwh"] / context.card.network["heat_mwh"]
    if losses is None or not 0 <= losses < 1:
        return Outcome(state, "needs_data", "needs")
    keep = 1 - losses
    return Outcome(
        state.map(lambda r: _scale(r, keep) if _district_heat(r) else r), "applied", "why", {"losses": losses}
    )
