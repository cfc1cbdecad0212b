"""Members that join and leave, and areas that change: the joint series explained to the kilogram."""

from __future__ import annotations

import csv
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import fsum
from typing import Any

from stadtland.base import content
from stadtland.base.errors import InputError
from stadtland.facts import codes


@dataclass(frozen=True)
class Membership:
    """A member from year `joined` (None: from the start) up to and including the year before `left` (None: stays)."""

    ags: str
    joined: int | None = None
    left: int | None = None

    def active(self, year: int) -> bool:
        """Whether it is a member in a year."""
        return (self.joined is None or year >= self.joined) and (self.left is None or year < self.left)


def active(memberships: Sequence[Membership], year: int) -> tuple[str, ...]:
    """Codes of the members of a year, in the order given. InputError `member-period` for overlapping or empty
    periods.
    """
    spans: dict[str, list[tuple[float, float]]] = {}
    for m in memberships:
        start = float("-inf") if m.joined is None else float(m.joined)
        end = float("inf") if m.left is None else float(m.left)
        if end <= start:
            raise InputError(
                "member-period",
                f"{m.ags} leaves in {m.left}, before it has joined",
                m.ags,
                "enter the year of leaving after the year of joining",
            )
        if any(start < other_end and other_start < end for other_start, other_end in spans.get(m.ags, [])):
            raise InputError(
                "member-period",
                f"{m.ags} is a member twice at the same time",
                m.ags,
                "enter periods that do not overlap",
            )
        spans.setdefault(m.ags, []).append((start, end))
    return tuple(m.ags for m in memberships if m.active(year))


def changes(memberships: Sequence[Membership], values: Mapping[int, Mapping[str, float]]) -> list[dict[str, Any]]:
    """From each year to the next: `joint(y2) = joint(y1) − left + joined + change of those who stay`.

    `values`: {year: {ags: t CO2e}} for all members of that year and, for those who join, leave or stay, of both
    years. Result `{from, to, start_t, left{ags: t}, joined{ags: t}, stay_t, end_t, residual_kg}`: leaving counts with
    the value of the old year, joining with that of the new year, so that members who come and go are never shown as a
    decrease or a rise. InputError `value-missing` where a needed value is not there.
    """
    years = sorted(values)
    out = []
    for old, new in itertools.pairwise(years):
        before, after = active(memberships, old), active(memberships, new)
        gone = {a: _value(values, old, a) for a in before if a not in after}
        come = {a: _value(values, new, a) for a in after if a not in before}
        stay = [_value(values, new, a) - _value(values, old, a) for a in before if a in after]
        start, end = (fsum(_value(values, y, a) for a in group) for y, group in ((old, before), (new, after)))
        rest = fsum([start, *(-t for t in gone.values()), *come.values(), *stay, -end])
        out.append(
            {
                "from": old,
                "to": new,
                "start_t": start,
                "left": gone,
                "joined": come,
                "stay_t": fsum(stay),
                "end_t": end,
                "residual_kg": round(1000 * rest),
            }
        )
    return out


def same_members(
    memberships: Sequence[Membership], values: Mapping[int, Mapping[str, float]], year: int
) -> dict[int, float]:
    """The series of the members of one year over all years (t CO2e): the base of a percentage target is recomputed
    with it.
    """
    who = active(memberships, year)
    return {y: fsum(_value(values, y, a) for a in who) for y in sorted(values)}


def _value(values: Mapping[int, Mapping[str, float]], year: int, ags: str) -> float:
    if ags not in values[year]:
        raise InputError(
            "value-missing",
            f"there is no value of {ags} for {year}",
            ags,
            "build the inventory of both years for every member",
        )
    return values[year][ags]


@cache
def _history() -> tuple[dict[str, str], ...]:
    with content.path("municipalities", "succession.csv").open(encoding="utf-8", newline="") as handle:
        return tuple(csv.DictReader(handle))


def territory(ags: Sequence[str]) -> list[dict[str, Any]]:
    """What became of each code (changes from 2019 on, to the territory of 31 December 2021).

    `{given, state, now, date, others}`: state `same`, `grew` (took in others), `renamed`, `merged` (one successor
    with other parts), `split` (several successors: not matched without a key by area) or `unknown`. `others`: parts
    of the present territory outside the codes given: without them an old value and a new one are not the same area.
    """
    out: list[dict[str, Any]] = []
    given = set(ags)
    for code in ags:
        now = [a for a, _ in codes.successors(code)]
        dates = [r["date"] for r in _history() if r["ags"] == code]
        if not now:
            valid = _valid(code)
            parts = _parts(code) if valid else {}
            others = {a: n for a, n in parts.items() if a not in given and a != code}
            state = ("grew" if parts else "same") if valid else "unknown"
            out.append(
                {"given": code, "state": state, "now": [code] if valid else [], "date": _last(code), "others": others}
            )
            continue
        parts = {a: n for new in now for a, n in _parts(new).items()}
        kept = {new: _name(new) for new in now if _existed(new)}
        others = {a: n for a, n in {**parts, **kept}.items() if a not in given}
        state = "split" if len(now) > 1 else ("renamed" if set(parts) == {code} and not kept else "merged")
        out.append({"given": code, "state": state, "now": now, "date": max(dates), "others": others})
    return out


def members_now(ags: Sequence[str]) -> list[str]:
    """The members of today's territory, each once; InputError `area-split` or the error of `facts.codes.check`."""
    now: list[str] = []
    for row in territory(ags):
        if row["state"] == "unknown":
            codes.check(row["given"])
        if row["state"] == "split":
            raise InputError(
                "area-split",
                f"the area of {row['given']} went to {', '.join(row['now'])}",
                row["given"],
                "name the successors that take part; old values need a key by area",
            )
        now += [a for a in row["now"] if a not in now]
    return now


def area_bridge(old: Mapping[str, float], new: Mapping[str, float]) -> list[dict[str, Any]]:
    """Old values (by old code, t) against new ones (by present code, t), one row per present municipality.

    `{ags, parts{old code: t|None}, old_t, new_t, difference_t, missing}`: old_t and difference_t are None while a
    part of the present territory has no old value; `missing` names the parts. A part that was split among several
    municipalities is always missing: its value has no key by area.
    """
    out = []
    for code, value in sorted(new.items()):
        parts = _parts(code)
        if not parts or _existed(code):
            parts = {code: _name(code), **parts}
        found = {a: old.get(a) if a == code or len(codes.successors(a)) == 1 else None for a in parts}
        missing = [a for a, t in found.items() if t is None]
        total = None if missing else fsum(t for t in found.values() if t is not None)
        out.append(
            {
                "ags": code,
                "parts": found,
                "old_t": total,
                "new_t": value,
                "difference_t": None if total is None else value - total,
                "missing": missing,
            }
        )
    return out


def _parts(new: str) -> dict[str, str]:
    """Old codes whose area went, wholly or in part, directly or through later changes, to a present code."""
    return dict(_all_parts().get(new, ()))


@cache
def _all_parts() -> dict[str, tuple[tuple[str, str], ...]]:
    found: dict[str, list[tuple[str, str]]] = {}
    for ags, name in sorted({r["ags"]: r["name"] for r in _history()}.items()):
        for new, _ in codes.successors(ags):
            found.setdefault(new, []).append((ags, name))
    return {new: tuple(parts) for new, parts in found.items()}


def grown_areas(before: Sequence[str]) -> list[dict[str, str]]:
    """The content `grown_areas.csv`: present codes that took others in and whether they stood in the list `before`."""
    old = set(before)
    return [{"ags": new, "existed_2018": "yes" if new in old else "no"} for new in sorted(_all_parts())]


@cache
def _before() -> frozenset[str]:
    with content.path("inventory", "profile", "grown_areas.csv").open(encoding="utf-8", newline="") as handle:
        return frozenset(row["ags"] for row in csv.DictReader(handle) if row["existed_2018"] == "yes")


def _existed(new: str) -> bool:
    """Whether a present code that took others in stood there at the end of 2018 already (content `grown_areas.csv`)."""
    return new in _before()


def _valid(code: str) -> bool:
    try:
        codes.check(code)
    except InputError:
        return False
    return True


def _name(code: str) -> str:
    return codes.name(code)


def _last(code: str) -> str | None:
    return max((r["date"] for r in _history() if r["new_ags"] == code), default=None)
