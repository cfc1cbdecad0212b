"""Flows between members as data: what moves, who gives, who takes, how much, and what is not known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from math import isfinite
from typing import Any

from stadtland.base import content, toml
from stadtland.base.errors import InputError
from stadtland.facts.municipality import Municipality

from .lines import BISKO_SECTORS, LINES, sector

OUTSIDE = "outside"  # a partner of a flow that is no member
VIEWS = ("bisko", "extended", "origin", "consumption")


@dataclass(frozen=True)
class Flow:
    """One flow a year. `giver`, `taker`: AGS or `outside`. `amount` in the unit of its kind, None: not known.

    `upstream_kg_per_unit`: part of the taker's factor that also stands in the giver's books (kg CO2e a unit; overlap
    H34). `kg_per_unit`: emission that moves in the origin or consumption view. None: not known, then no entry in
    tonnes.
    """

    kind: str
    giver: str
    taker: str
    amount: float | None
    year: int | None = None
    source: str = ""
    evidence: str = "C"
    data_quality: str | None = None
    upstream_kg_per_unit: float | None = None
    kg_per_unit: float | None = None
    note: str = ""


@cache
def kinds() -> dict[str, dict[str, Any]]:
    """The kinds of flows of the content with unit, lines, rules per view and reasons."""
    return toml.read(content.path("inventory", "profile", "flow_kinds.toml"))


def lines_of(patterns: Sequence[str]) -> list[str]:
    """Lines matched by the patterns, in the order of the inventory.

    >>> lines_of(["HH.d*"]), lines_of([])
    (['HH.dh'], [])
    """
    return list(_matched(tuple(patterns)))


@cache
def _matched(patterns: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(line for line in LINES if any(fnmatchcase(line, p) for p in patterns))


def in_bisko(line: str) -> bool:
    """Whether a line is part of the BISKO total."""
    return sector(line) in BISKO_SECTORS


def check(flows: Sequence[Flow], members: Sequence[str]) -> list[Flow]:
    """The flows themselves; InputError `flow-*` for an unknown kind or partner, a flow to itself or a bad number."""
    for number, flow in enumerate(flows, 1):
        where = f"flow {number} ({flow.kind}, {flow.giver} → {flow.taker})"
        if flow.kind not in kinds():
            raise InputError(
                "flow-kind", f"the kind {flow.kind!r} is not known", where, "use one of " + ", ".join(kinds())
            )
        for end in (flow.giver, flow.taker):
            if end not in members and end != OUTSIDE:
                raise InputError("flow-partner", f"{end} is no member", where, f"name a member's code or {OUTSIDE!r}")
        if flow.giver == flow.taker:
            raise InputError(
                "flow-self", "giver and taker are the same", where, "leave flows inside one municipality out"
            )
        for name in ("amount", "upstream_kg_per_unit", "kg_per_unit"):
            value = getattr(flow, name)
            if value is not None and not (isfinite(value) and value >= 0):
                raise InputError(
                    "flow-number",
                    f"{name} = {value} is no amount",
                    where,
                    "enter a number from 0, or leave it empty if it is not known",
                )
    return list(flows)


def from_figures(members: Sequence[Municipality]) -> list[Flow]:
    """Flows that the members' figures show: commuters between members whose district is one city; all others not known.

    For each pair of a city and another member every kind of the content stands in both directions, with amount None
    where no figure is at hand. Commuters: figure `commuters.to.<district>` and `commuters.from.<district>` of the
    smaller member.
    """
    cities = [m for m in members if m.kind == "city"]
    others = [m for m in members if m.kind != "city"]
    found: list[Flow] = []
    for city in cities:
        for other in others:
            for kind in kinds():
                for giver, taker, figure in (
                    (other, city, f"commuters.to.{city.ags[:5]}"),
                    (city, other, f"commuters.from.{city.ags[:5]}"),
                ):
                    found.append(
                        _flow(
                            kind,
                            giver,
                            taker,
                            other.get(figure) if kind == "commuters" and _own_district(city) else None,
                        )
                    )
    return found


def _own_district(city: Municipality) -> bool:
    """Whether the city is a district of its own: then a figure on the district speaks of the city."""
    return city.ags.endswith("000")


def _flow(kind: str, giver: Municipality, taker: Municipality, figure: Any) -> Flow:
    if figure is None or figure.value is None:
        return Flow(kind, giver.ags, taker.ags, None, note=kinds()[kind]["data"]["en"])
    return Flow(
        kind,
        giver.ags,
        taker.ags,
        float(figure.value),
        figure.year,
        figure.source,
        figure.evidence or "C",
        figure.data_quality,
        note=figure.note or "",
    )


def picture(flows: Sequence[Flow], roles: Mapping[str, str]) -> dict[str, Any]:
    """City ↔ countryside: flows summed by kind and direction.

    `roles`: city or rural by AGS. `{nodes, links[{kind, title, from, to, amount, unit, known, unknown, complete, why,
    missing}]}`; amount: sum of the known flows, None if none is known; `unknown`: flows without an amount.
    """
    sums: dict[tuple[str, str, str], list[Flow]] = {}
    for flow in flows:
        ends = (roles.get(flow.giver, OUTSIDE), roles.get(flow.taker, OUTSIDE))
        if ends[0] != ends[1]:
            sums.setdefault((flow.kind, *ends), []).append(flow)
    links = []
    for (kind, start, end), group in sums.items():
        spec = kinds()[kind]
        known = [f.amount for f in group if f.amount is not None]
        links.append(
            {
                "kind": kind,
                "title": dict(spec["title"]),
                "from": start,
                "to": end,
                "amount": float(sum(known)) if known else None,
                "unit": spec["unit"],
                "known": len(known),
                "unknown": len(group) - len(known),
                "complete": len(known) == len(group),
                "why": dict(spec["why"]),
                "missing": None if len(known) == len(group) else dict(spec["data"]),
            }
        )
    nodes = sorted({x for link in links for x in (link["from"], link["to"])})
    return {"nodes": nodes, "links": links}
