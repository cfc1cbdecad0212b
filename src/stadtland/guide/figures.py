"""Live figures: names that texts use in braces, each a formula over results.json (`content/guide/figures.toml`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from stadtland.base import content, toml

MEMBER = "AGS"
"""Stands in a formula for the code of the member that a document is about."""


@dataclass(frozen=True)
class Figure:
    """One live figure: formula, kind of number (table of `content/report/units.toml`), label in both languages."""

    id: str
    formula: str
    kind: str
    label: Mapping[str, str]
    size: bool = False  # the text says the direction in words; the number is shown without its sign

    def of(self, ags: str | None) -> str:
        """The formula for a member; without one, member figures stay open (they name no path)."""
        return self.formula.replace(MEMBER, ags) if ags else self.formula


@cache
def figures() -> dict[str, Figure]:
    """All live figures by name.

    >>> figures()["gross"].formula
    '[inventory.joint.gross_t]'
    """
    found = {}
    for name, entry in toml.read(content.path("guide", "figures.toml")).items():
        formula = entry["formula"]
        formula = formula if "[" in formula else f"[{formula}]"
        found[name] = Figure(name, formula, entry["kind"], entry["label"], bool(entry.get("size")))
    return found
