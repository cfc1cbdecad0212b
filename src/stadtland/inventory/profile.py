"""Indicators in which city and countryside differ: a value with its level, or the datum that is missing. No ranking.

Content: `content/profile.toml` (indicators with a formula) and `content/inventory/profile/missing.toml` (indicators for
which a datum is missing). Every indicator is numerator / denominator × factor over sums of figures, accounts or lines.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from typing import Any

import numpy as np

from stadtland.base import content, toml
from stadtland.base.errors import InputError
from stadtland.facts.municipality import Municipality

from . import balance
from .inventory import Inventory

LEVELS = ("place", "estimate", "district", "land", "country")  # finest to coarsest level a number says something about
_LEVEL_OF_GRADE = {"A": "place", "B": "estimate", "C": "district", "D": "land"}
EVEN = 0.1  # city and countryside are called even within a tenth


@dataclass(frozen=True)
class Quantity:
    """A number of a member with the level it rests on; `value` None: `lacking` names what is missing."""

    value: float | None
    level: str
    lacking: tuple[str, ...] = ()
    years: frozenset[int] = frozenset()


class Place:
    """All numbers of one member by name: figures, accounts, `t:` and `mwh:` patterns of lines, `data_quality`."""

    def __init__(
        self, inv: Inventory, member: Municipality, accounts: Mapping[str, float], quality: float | None
    ) -> None:
        self.ags = member.ags
        self.member = member
        self._inv = inv
        self._j = inv.ags.index(member.ags)
        self._accounts = accounts
        self._quality = quality
        self._year = frozenset({inv.year})

    def get(self, name: str) -> Quantity:
        """The number behind a name; unit as the figure, account (t) or line (t, MWh) has it.

        InputError `quantity-unknown` for a pattern that names no line.
        """
        if name == "1":
            return Quantity(1.0, "place")
        if name == "data_quality":
            return Quantity(self._quality, "estimate", () if self._quality is not None else (name,), self._year)
        if name in self._accounts:
            return Quantity(float(self._accounts[name]), "estimate", (), self._year)
        kind, _, pattern = name.partition(":")
        if pattern and kind in ("t", "mwh"):
            return self._lines(kind, pattern)
        figure = self.member.get(name)
        if figure is None or figure.value is None:
            return Quantity(None, "place", (name,))
        level = "estimate" if name.startswith("proxy.") else _LEVEL_OF_GRADE.get(figure.data_quality or "A", "place")
        return Quantity(float(figure.value), level, (), frozenset({figure.year} if figure.year else ()))

    def _lines(self, kind: str, pattern: str) -> Quantity:
        at = [i for i, line in enumerate(self._inv.lines) if fnmatchcase(line, pattern)]
        if not at:
            raise InputError(
                "quantity-unknown", f"no line matches {pattern!r}", kind, "see the lines in docs/reference/objects.md"
            )
        column = (self._inv.t_co2e if kind == "t" else self._inv.energy_mwh)[at, self._j]
        return Quantity(float(np.nansum(column)), "estimate", (), self._year)  # NaN: lines without energy

    def total(self, spec: str | Mapping[str, float]) -> Quantity:
        """Σ weight × number; unknown as soon as one part is unknown."""
        parts = {spec: 1.0} if isinstance(spec, str) else dict(spec)
        found = {name: self.get(name) for name in parts}
        lacking = tuple(name for q in found.values() for name in q.lacking)
        level = coarsest(q.level for q in found.values())
        if lacking:
            return Quantity(None, level, lacking)
        years = frozenset(y for q in found.values() for y in q.years)
        return Quantity(sum(w * float(found[n].value or 0.0) for n, w in parts.items()), level, (), years)


def coarsest(levels: Iterable[str]) -> str:
    """The coarsest of some levels.

    >>> coarsest(["place", "land", "estimate"])
    'land'
    """
    return LEVELS[max(LEVELS.index(x) for x in levels)]


@cache
def catalogue() -> dict[str, dict[str, Any]]:
    """All indicators with a formula, in the order of the content."""
    return toml.read(content.path("profile.toml"))


@cache
def lacking() -> dict[str, dict[str, Any]]:
    """The indicators of the common set for which a datum is missing everywhere."""
    return toml.read(content.path("inventory", "profile", "missing.toml"))


@cache
def words() -> dict[str, Any]:
    """Texts {de, en} of levels, booking rules and signs."""
    return toml.read(content.path("inventory", "profile", "words.toml"))


def places(inv: Inventory, members: Sequence[Municipality]) -> list[Place]:
    """The members of an inventory with all their numbers, in the order of the inventory."""
    by_code = {m.ags: m for m in members}
    absent = [a for a in inv.ags if a not in by_code]
    if absent:
        raise InputError(
            "member-missing",
            f"there are no figures for {', '.join(absent)}",
            "members",
            "load the figures of every member",
        )
    accounts, quality = balance.accounts(inv), balance.quality(inv)
    return [Place(inv, by_code[a], accounts[a], quality[a]["data_quality"]) for a in inv.ags]


def indicators(inv: Inventory, members: Sequence[Municipality]) -> dict[str, list[dict[str, Any]]]:
    """Indicators by AGS in the shape of results.json `profile`.

    Each: `{id, code, group, title, value, unit, source, year, side, digits, meaning, level, level_text, caveat,
    missing, ask}`. value = factor · Σ over / Σ per; None with `missing` {de, en} where a datum is not known. `side`
    (city, rural, both) is who has more, from the pooled values of cities and of all others, even within a tenth; not a
    judgement.
    """
    found = places(inv, members)
    result: dict[str, list[dict[str, Any]]] = {p.ags: [] for p in found}
    for ident, spec in catalogue().items():
        tops = [p.total(spec["over"]) for p in found]
        below = [p.total(spec["per"]) for p in found]
        side = _side(found, tops, below, spec["side"])
        for place, top, per in zip(found, tops, below, strict=True):
            result[place.ags].append(_row(ident, spec, top, per, side))
    for ident, spec in lacking().items():
        for place in found:
            result[place.ags].append(_absent(ident, spec))
    return result


def _row(ident: str, spec: Mapping[str, Any], top: Quantity, per: Quantity, side: str) -> dict[str, Any]:
    value, missing = None, None
    if top.value is not None and per.value:
        value = float(spec.get("factor", 1.0)) * top.value / per.value
    else:
        names = ", ".join(dict.fromkeys(top.lacking + per.lacking)) or "0"
        missing = {"de": f"Es fehlt: {names}", "en": f"missing: {names}"}
    level = coarsest((top.level, per.level, spec.get("floor", "place")))
    years = top.years | per.years
    return {
        "id": ident,
        "code": spec.get("code"),
        "group": spec["group"],
        "title": {"de": spec["de"], "en": spec["en"]},
        "value": value,
        "unit": spec["unit"],
        "source": spec["source"],
        "year": next(iter(years)) if len(years) == 1 else None,
        "side": side,
        "digits": spec["digits"],
        "meaning": {"de": spec["meaning_de"], "en": spec["meaning_en"]},
        "level": level,
        "level_text": dict(words()["level"][level]),
        "caveat": {"de": spec["caveat_de"], "en": spec["caveat_en"]} if "caveat_de" in spec else None,
        "missing": missing,
        "ask": None,
    }


def _absent(ident: str, spec: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": ident,
        "code": ident,
        "group": spec["group"],
        "title": {"de": spec["de"], "en": spec["en"]},
        "value": None,
        "unit": spec["unit"],
        "source": None,
        "year": None,
        "side": "both",
        "digits": spec["digits"],
        "meaning": {"de": spec["meaning_de"], "en": spec["meaning_en"]},
        "level": None,
        "level_text": None,
        "caveat": None,
        "missing": dict(spec["missing"]),
        "ask": dict(spec["ask"]),
    }


def _side(found: Sequence[Place], tops: Sequence[Quantity], below: Sequence[Quantity], otherwise: str) -> str:
    """city, rural or both from Σ over / Σ per of cities against all others; `otherwise` where one of them is not
    known.
    """
    sums: dict[bool, list[float]] = {}
    for place, top, per in zip(found, tops, below, strict=True):
        if top.value is None or per.value is None:
            continue
        entry = sums.setdefault(place.member.kind == "city", [0.0, 0.0])
        entry[0] += top.value
        entry[1] += per.value
    if set(sums) != {True, False} or not all(s[1] for s in sums.values()):
        return otherwise
    city, rural = (sums[k][0] / sums[k][1] for k in (True, False))
    if abs(city - rural) <= EVEN * max(abs(city), abs(rural)):
        return "both"
    return "city" if city > rural else "rural"
