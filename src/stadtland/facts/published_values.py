"""Published figures and decided targets of municipalities: content/published/*.toml, never converted."""

from __future__ import annotations

from functools import cache
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from stadtland.base import content, toml

from .sources import registry


class PublishedFigure(BaseModel):
    """A figure as its publisher printed it; `method_note` = {de, en}: what the number covers."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    ags: str
    year: int
    value: float
    unit: str
    kind: str
    source: str
    url: str
    method_note: dict[Literal["de", "en"], str]
    evidence: Literal["A", "B", "C"]


@cache
def _raw(name: str) -> dict[str, Any]:
    return toml.read(content.path("published", f"{name}.toml"))


def published() -> dict[str, list[PublishedFigure]]:
    """Published figures by AGS, the newest first. A Kreis (ags XXXXX000) may stand there for context."""
    found: dict[str, list[PublishedFigure]] = {}
    for row in _raw("figures")["figure"]:
        figure = PublishedFigure(url=registry()[row["source"]]["url"], **row)
        found.setdefault(figure.ags, []).append(figure)
    for figures in found.values():
        figures.sort(key=lambda f: (-f.year, f.kind))
    return found


def nothing_found(ags: str) -> dict[str, str] | None:
    """The note {de, en} where no published balance was found; None if we did not look or found one."""
    for entry in _raw("figures").get("none", []):
        if ags in entry["ags"]:
            return dict(entry["note"])
    return None


def target(ags: str) -> dict[str, Any] | None:
    """The decided target of a municipality `{kind, year, value, unit, steps, source, evidence}`, or None."""
    for entry in _raw("targets")["target"]:
        if entry["ags"] == ags:
            return {k: v for k, v in entry.items() if k != "ags"}
    return None
