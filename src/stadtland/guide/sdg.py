"""Contribution to the goals of the 2030 Agenda: indicators over results.json; no goal is shown without a number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from stadtland.base import content, toml

from . import formula


@dataclass(frozen=True)
class Indicator:
    """One indicator of a goal: formula over results.json, kind of number, words; `role` status or plan."""

    goal: int
    formula: str
    kind: str
    label: Mapping[str, str]
    role: str


@dataclass(frozen=True)
class Goal:
    """A goal with the indicators that have a number here and those that have none."""

    number: int
    title: Mapping[str, str]
    shown: tuple[Indicator, ...]
    missing: tuple[Indicator, ...]
    measures: tuple[int, ...]

    @property
    def has_number(self) -> bool:
        """Whether the goal may be shown."""
        return bool(self.shown)


@cache
def _content() -> dict[str, Any]:
    return toml.read(content.path("guide", "sdg.toml"))


def goals(results: Mapping[str, Any], sdgs_of: Mapping[str, tuple[int, ...]]) -> list[Goal]:
    """All goals of the content for these results.

    sdgs_of: goals of each measure of the catalogue. `measures` of a goal are positions in `roadmap.measures` of
    measures in the plan that the catalogue assigns to it. An indicator whose path is missing is listed as missing.
    """
    table = _content()
    used = [
        (i, m["id"])
        for i, m in enumerate(results.get("roadmap", {}).get("measures", []))
        if m.get("used") == "used" and not m.get("reference")
    ]
    found = []
    for key, entry in table["goal"].items():
        number = int(key)
        at = tuple(i for i, measure in used if number in sdgs_of.get(measure, ()))
        listed = [Indicator(number, i["formula"], i["kind"], i["label"], i["role"]) for i in entry["indicator"]]
        known = [i for i in listed if _known(i.formula, results)]
        found.append(Goal(number, entry["title"], tuple(known), tuple(i for i in listed if i not in known), at))
    return found


def _known(text: str, results: Mapping[str, Any]) -> bool:
    try:
        formula.evaluate(text, dict(results))
    except formula.Missing:
        return False
    return True
