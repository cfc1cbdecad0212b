"""Rules on transport: H10 principle, H11 motorway, H12 aviation, H13 rail and ships, H30 machines off the road."""

from __future__ import annotations

from dataclasses import replace
from math import fsum

from stadtland.inventory.lines import TRANSPORT

from .context import Context, is_road
from .table import Outcome, Row, State

ROAD_LINES = tuple(x for x in TRANSPORT if x.split(".")[1] in ("car", "truck", "bus"))
RAIL_SHIP_LINES = tuple(x for x in TRANSPORT if x.split(".")[1] in ("rail", "ship"))
AIR_LINE = "VK.air.kerosene"
MACHINES = "GHD.diesel"
BY_RESIDENTS = ("residents", "registrations")


def _sum(rows: list[Row]) -> tuple[float, float]:
    return fsum(r.t or 0.0 for r in rows), fsum(r.mwh or 0.0 for r in rows)


def h10(state: State, context: Context) -> Outcome:
    """Road traffic of residents or registered vehicles: replaced by traffic on the territory, E = Σ FE · EF_wtw."""
    said = context.card.say("transport")
    old = [r for r in state.rows if is_road(r)]
    if said not in BY_RESIDENTS or not old:
        return Outcome(state, "unknown" if said == "unknown" and old else "not_needed")
    if not context.can_fill(ROAD_LINES):
        return Outcome(state, "needs_data", "needs")
    rows = context.filled("H10", ROAD_LINES)
    new = state.move_out("H10", is_road).add(rows)
    return Outcome(new, "applied", "why", {"old": _sum(old)[0], "new": _sum(rows)[0]})


def h11(state: State, context: Context) -> Outcome:
    """Motorways left out: their energy is added. The estimate does not know it per place: only the card does."""
    said = context.card.say("motorway")
    if said != "excluded" or any(r.origin == "H10" for r in state.rows):
        return Outcome(state, "unknown" if said == "unknown" and any(map(is_road, state.rows)) else "not_needed")
    if not context.can_fill(ROAD_LINES, "motorway:"):
        return Outcome(state, "needs_data", "needs")
    rows = [replace(r, part="motorway") for r in context.filled("H11", ROAD_LINES, "motorway:")]
    return Outcome(state.add(rows), "applied", "why", {"mwh": _sum(rows)[1]})


def h12(state: State, context: Context) -> Outcome:
    """Aviation by departures or residents, or left out: landing and take-off on the territory instead; rest is memo."""
    said = context.card.say("air")
    old = [r for r in state.rows if r.sector == "VK" and r.mode == "air"]
    if said not in ("departures", "residents", "excluded"):
        return Outcome(state, "unknown" if said == "unknown" and old else "not_needed")
    if not context.can_fill([AIR_LINE]):
        return Outcome(state, "needs_data", "needs")
    rows = context.filled("H12", [AIR_LINE])
    new = state.move_out("H12", lambda r: r.sector == "VK" and r.mode == "air").add(rows)
    return Outcome(new, "applied", "why", {"old": _sum(old)[0], "new": _sum(rows)[0]})


def h13(state: State, context: Context) -> Outcome:
    """Rail and inland ships missing: added from the card or the estimate; modes that are there stay."""
    said = context.card.say("rail_ship")
    modes = {r.mode for r in state.rows if r.sector == "VK"}
    lines = [x for x in RAIL_SHIP_LINES if x.split(".")[1] not in modes]
    split = any(m for m in modes)
    found = said == "excluded" or (said == "unknown" and split and "rail" not in modes)
    if not found or not lines:
        return Outcome(state, "unknown" if said == "unknown" and not split and modes else "not_needed")
    if not context.can_fill(lines):
        return Outcome(state, "needs_data", "needs")
    rows = context.filled("H13", lines)
    return Outcome(state.add(rows), "applied", "why" if said == "excluded" else "why_found", {"mwh": _sum(rows)[1]})


def h30(state: State, context: Context) -> Outcome:
    """Fuel of machines: into services (energy), out of transport and agriculture; added where it is missing."""
    said = context.card.say("offroad")

    def misplaced(row: Row) -> bool:
        return (row.sector == "VK" and row.mode == "offroad") or (row.sector == "AGR" and bool(row.carrier))

    wrong = [r for r in state.rows if misplaced(r)]

    def one(row: Row) -> Row:
        if not misplaced(row):
            return row
        moved = _machine(row)
        return context.at_target(moved) if moved.t is None else moved

    new = state.map(one)
    there = any(r.sector == "GHD" and r.carrier == "diesel" for r in new.rows)
    if said == "excluded" and not there:
        if not context.can_fill([MACHINES]):
            return Outcome(new, "needs_data", "needs")
        rows = context.filled("H30", [MACHINES])
        return Outcome(new.add(rows), "applied", "why_filled", {"mwh": _sum(rows)[1]})
    if wrong:
        return Outcome(new, "applied", "why", {"mwh": _sum(wrong)[1]})
    return Outcome(state, "unknown" if said == "unknown" else "not_needed")


def _machine(row: Row) -> Row:
    return replace(row, sector="GHD", mode="", part="offroad")
