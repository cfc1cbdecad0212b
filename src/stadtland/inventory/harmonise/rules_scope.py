"""Rules on what belongs to the base balance: H01, H04, H16–H19, H31, H34. What leaves it is kept beside."""

from __future__ import annotations

from dataclasses import replace
from math import fsum

from stadtland.facts.factors import gwp

from . import targets
from .context import Context
from .table import BASE_SECTORS, Outcome, Row, State

AT_PLANTS = ("source", "influence")
HEAT_AND_POWER = ("elec", "elec_heat", "dh")
SETS = ("AR4", "AR5", "AR6")
FIT = 0.002
COMMON = "AR5"
IND = tuple(f"IND.{c}" for c in ("elec", "gas", "oil", "lpg", "coal", "dh", "biomass", "other"))
GRID_LINES = tuple(f"{s}.{c}" for s in ("HH", "GHD", "KE", "IND") for c in ("elec", "dh"))


def h01(state: State, context: Context) -> Outcome:
    """Plants where they stand: their emissions leave, electricity and district heat are booked at the users.

    E = Σ FE · EF. Rows of electricity and heat without tonnes take the factor of the year; where there are none at
    all, they are filled; traction current is left to H13.
    """
    said = context.card.say("principle")
    plants = [r for r in state.rows if r.sector == "PLANT"]
    if said not in AT_PLANTS and not plants:
        return Outcome(state, "unknown" if said == "unknown" else "not_needed")
    plants_t = fsum(r.t or 0.0 for r in plants)
    new = state.move_out("H01", lambda r: r.sector == "PLANT")
    rows = [r for r in new.rows if _grid(r) and r.mwh]
    by_user = [r for r in rows if not r.t]
    booked = 0.0

    def one(row: Row) -> Row:
        return context.at_target(row) if _grid(row) and row.mwh and not row.t else row

    if by_user:
        changed = new.map(one)
        booked = changed.total() - new.total()
        new = changed
    sectors = {r.sector for r in new.rows}
    missing = not rows and (said in AT_PLANTS or bool(plants))
    if missing:
        none = {(r.sector, r.carrier) for r in new.rows if r.state == "explicit_zero"}
        lines = [
            x for x in GRID_LINES
            if tuple(x.split(".")) not in none and (not x.startswith("KE.") or "KE" in sectors or "GHD" not in sectors)
        ]  # fmt: skip
        if not context.can_fill(lines):
            return Outcome(new, "needs_data", "needs", {"plants": plants_t})
        # blank cells of these carriers are replaced, or H33 would fill them a second time
        new = replace(new, rows=tuple(r for r in new.rows if not _grid(r) or r.t or r.state == "explicit_zero"))
        added = context.filled("H01", lines)
        new = new.add(added)
        booked = fsum(r.t or 0.0 for r in added)
        return Outcome(new, "applied", "why_filled", {"plants": plants_t, "booked": booked})
    return Outcome(new, "applied", "why", {"plants": plants_t, "booked": booked})


def _grid(row: Row) -> bool:
    return row.sector in BASE_SECTORS and row.carrier in HEAT_AND_POWER


def _set_of(row: Row, said: str) -> tuple[float, float] | None:
    """(GWP of methane, of nitrous oxide) behind the tonnes of a row: by the numbers, else by the card."""
    ch4, n2o = row.ch4_t or 0.0, row.n2o_t or 0.0
    pairs = {(gwp("CH4", a), gwp("N2O", b)) for a in SETS for b in SETS}
    fits = [p for p in pairs if row.t and abs(ch4 * p[0] + n2o * p[1] - row.t) <= FIT * abs(row.t)]
    values = {ch4 * p[0] + n2o * p[1] for p in fits}
    named = (gwp("CH4", said), gwp("N2O", said)) if said in SETS else None
    if named in fits:
        return named
    if len(fits) == 1 or (fits and len(values) == 1):
        return fits[0]
    return named


def h04(state: State, context: Context) -> Outcome:
    """Warming potentials of another set: t + CH4 · ΔGWP + N2O · ΔGWP, gas by gas; a CO2e total is never rescaled."""
    said = context.card.say("gwp")
    wanted = gwp("CH4", COMMON), gwp("N2O", COMMON)
    others = [r for r in state.rows if r.sector in ("AGR", "WASTE", "LULUCF", "IPPU") and not r.carrier and r.t]
    if not others:
        return Outcome(state, "not_needed")
    blind = [r for r in others if r.ch4_t is None and r.n2o_t is None]
    able = {id(r) for r in others} - {id(r) for r in blind}
    changed: list[Row] = []

    def one(row: Row) -> Row:
        if id(row) not in able:
            return row
        old = _set_of(row, said)
        if old is None or old == wanted:
            return row
        changed.append(row)
        more = (row.ch4_t or 0.0) * (wanted[0] - old[0]) + (row.n2o_t or 0.0) * (wanted[1] - old[1])
        return replace(row, t=(row.t or 0.0) + more)

    new = state.map(one)
    if changed:
        return Outcome(new, "applied", "why", {"rows": len(changed), "set": COMMON})
    if blind and said in ("AR4", "AR6"):
        return Outcome(state, "needs_data", "needs", {"rows": len(blind)})
    return Outcome(state, "unknown" if said == "unknown" and blind else "not_needed")


def h16(state: State, context: Context) -> Outcome:
    """Plants under emissions trading left out: FE of industry at plants added at the factor of the year."""
    said = context.card.say("ets")
    if said not in ("excluded", "direct_only"):
        return Outcome(state, "unknown" if said == "unknown" else "not_needed")
    if said == "direct_only" or not context.can_fill(IND, "ets:"):
        return Outcome(state, "needs_data", "needs")
    rows = context.filled("H16", IND, "ets:")
    return Outcome(state.add(replace(r, part="ets") for r in rows), "applied", "why", _energy(rows))


def _energy(rows: list[Row]) -> dict[str, float]:
    return {"mwh": fsum(r.mwh or 0.0 for r in rows)}


def _moved(state: State, rule: str, sectors: tuple[str, ...]) -> Outcome:
    def which(row: Row) -> bool:
        return row.sector in sectors and not (row.sector == "AGR" and row.carrier)

    rows = [r for r in state.rows if which(r)]
    if not rows:
        return Outcome(state, "not_needed")
    return Outcome(
        state.move_out(rule, which), "applied", "why", {"t": fsum(r.t or 0.0 for r in rows), "rows": len(rows)}
    )


def h17(state: State, context: Context) -> Outcome:
    """Process emissions and F-gases: into their own module, outside the base."""
    return _moved(state, "H17", ("IPPU",))


def h18(state: State, context: Context) -> Outcome:
    """Agriculture (without energy), waste, land use: into their modules; land use never lowers gross."""
    return _moved(state, "H18", ("AGR", "WASTE", "LULUCF"))


def h19(state: State, context: Context) -> Outcome:
    """Credits for local renewables: out of the base, shown as information."""
    return _moved(state, "H19", ("CREDIT",))


def h31(state: State, context: Context) -> Outcome:
    """Consumption of goods, food, flights by residents: out of the base, kept as memo."""
    return _moved(state, "H31", ("CONSUMPTION",))


def h34(state: State, context: Context) -> Outcome:
    """Upstream of regional fuels counted twice in the joint extended balance: −s · MWh · (EF − EF_direct) / 1000.

    A memo of the joint balance: the BISKO figure is not changed.
    """
    shares = context.card.regional
    if not shares:
        return Outcome(state, "not_needed")
    overlap, unknown = 0.0, set()
    for row in state.rows:
        if row.carrier in shares and row.mwh:
            direct = targets.direct(row.sector, row.carrier)
            if direct is None:
                unknown.add(row.carrier)
                continue
            overlap -= (
                shares[row.carrier] * row.mwh * (targets.factor(row.sector, row.carrier, context.year) - direct) / 1000
            )
    if unknown:
        return Outcome(state, "needs_data", "needs", {"carriers": ", ".join(sorted(unknown))})
    return Outcome(state, "applied", "why", {"overlap_t": overlap})
