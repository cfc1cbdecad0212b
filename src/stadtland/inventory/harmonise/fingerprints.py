"""Which set of factors an inventory was computed with, recognised by tonnes divided by energy.

A set is a release of content/factors; content/inventory/harmonise/fingerprints.toml names the carriers it is known by.
A factor may fit several sets: the nearest wins, then the set named on the card, then the set that more carriers
point to; what stays ambiguous is said.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from stadtland.base import content, toml
from stadtland.facts.factors import table

from . import targets
from .table import Row

TOLERANCE = 0.6  # g/kWh
ROUNDING = 500.0  # half a tonne, in g/kWh per MWh
WIDEST = 1.2  # g/kWh, whatever the rounding
FARTHEST = 6  # years between inventory and factor; own assumption: farther away a fit is chance
BISKO = "BISKO"


@dataclass(frozen=True)
class Hit:
    """A factor that fits: set, year of the factor (None: the set has one value), its value, distance (g/kWh)."""

    set: str
    year: int | None
    value: float
    distance: float


@dataclass(frozen=True)
class Recognition:
    """Votes of carriers per set, hits per row number of the state, ambiguous rows."""

    votes: dict[str, int]
    hits: dict[int, Hit]
    ambiguous: dict[int, tuple[str, ...]]


@cache
def sets() -> dict[str, dict[str, Any]]:
    """Sets by id: title, kind, carriers."""
    return dict(toml.read(content.path("inventory", "harmonise", "fingerprints.toml"))["set"])


@cache
def _values(group: str, carrier: str) -> tuple[tuple[str, int | None, float], ...]:
    """All (set, year, value) of a carrier in a group (`VK` or `stationary`)."""
    out: list[tuple[str, int | None, float]] = []
    sector = "VK" if group == "VK" else "HH"
    if targets.known(sector, carrier):
        out += [
            (BISKO, y, targets.factor(sector, carrier, y)) for y in range(targets.FIRST_YEAR, targets.LAST_YEAR + 1)
        ]
    for id, entry in sets().items():
        names = entry["carriers"].get(group, {}).get(carrier, [])
        for row in table("emission_factors"):
            if row["release"] == entry["release"] and row["carrier"] in names:
                year = int(row["year"]) if row["year"] and entry["kind"] == "by_year" else None
                out.append((id, year, float(row["value"])))
        out += [(id, None, float(v)) for v in entry.get("values", {}).get(group, {}).get(carrier, [])]
    return tuple(out)


@cache
def without_upstream() -> frozenset[str]:
    """Sets whose factors leave upstream out."""
    return frozenset(id for id, entry in sets().items() if entry["kind"] == "no_upstream")


def value_in(row: Row, set: str) -> float | None:
    """The factor of a set without upstream that is nearest to that of a row (g/kWh); None for any other set."""
    if set not in without_upstream() or row.factor is None:
        return None
    found = [v for s, _, v in values_of(row) if s == set]
    return min(found, key=lambda v: abs(v - (row.factor or 0.0))) if found else None


def values_of(row: Row) -> tuple[tuple[str, int | None, float], ...]:
    """All (set, year, value in g/kWh) of the carrier of a row."""
    return _values("VK" if row.sector == "VK" else "stationary", "elec" if row.carrier == "elec_heat" else row.carrier)


def candidates(row: Row) -> list[Hit]:
    """All sets and years whose factor fits the row, nearest first (tolerance 0.6 g/kWh, more where t is rounded)."""
    value = row.factor
    if value is None or not row.mwh:
        return []
    whole = row.t is not None and row.t == round(row.t)
    slack = min(WIDEST, TOLERANCE + (ROUNDING / row.mwh if whole else 0.0))
    found = [Hit(s, y, v, abs(v - value)) for s, y, v in values_of(row)]
    return sorted((h for h in found if h.distance <= slack), key=lambda h: h.distance)


def _kind(set: str) -> str:
    """Two sets of one kind mean the same thing: tables of direct factors need no choice between them."""
    return "no_upstream" if set in without_upstream() else set


def _near(hit: Hit, *years: int) -> bool:
    return hit.year is None or any(abs(hit.year - y) <= FARTHEST for y in years)


def recognise(
    rows: Iterable[Row], year: int, factor_set: str = "unknown", factor_year: int | None = None
) -> Recognition:
    """Sets behind the factors of all rows. `year`: of the inventory; `factor_set`, `factor_year`: from the card."""
    rows = list(rows)
    best = factor_year if factor_year is not None else year
    found = {i: [h for h in candidates(r) if _near(h, best, year)] for i, r in enumerate(rows)}
    telling: dict[str, set[tuple[str, str]]] = {}
    for i, hits in found.items():
        names = {h.set for h in hits}
        if names and BISKO not in names:  # a factor that BISKO has too tells nothing
            for name in names:
                telling.setdefault(name, set()).add(("VK" if rows[i].sector == "VK" else "", rows[i].carrier))
    votes = {s: len(c) for s, c in telling.items()}

    def rank(h: Hit) -> tuple[int, bool, bool, int, int]:
        away = 0 if h.year is None else abs(h.year - best)
        return (int(h.distance / 0.25), h.set != factor_set, h.set != BISKO, -votes.get(h.set, 0), away)

    chosen: dict[int, Hit] = {}
    ambiguous: dict[int, tuple[str, ...]] = {}
    for i, hits in found.items():
        if not hits:
            continue
        ordered = sorted(hits, key=rank)
        chosen[i] = ordered[0]
        same = [h for h in ordered if rank(h)[:4] == rank(ordered[0])[:4] and _kind(h.set) != _kind(ordered[0].set)]
        if same:
            ambiguous[i] = tuple(sorted({ordered[0].set, *(h.set for h in same)}))
    return Recognition(votes, chosen, ambiguous)
