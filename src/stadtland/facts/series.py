"""Dated national and regional series with a range: electricity mix, fleets, population, prices, targets.

Content: `content/series/<id>.toml` with blocks of points `[year, low, central, high]`; each block names its
source and its evidence. Between two points the line is straight, outside it is constant.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from stadtland.base import content, toml
from stadtland.base.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

Level = Literal["low", "central", "high"]
LEVELS: tuple[Level, ...] = ("low", "central", "high")


@dataclass(frozen=True)
class Series:
    """A series: `years`, `low`, `central`, `high` float arrays of one length; `source`, `evidence` tuples."""

    id: str
    unit: str
    title: dict[str, str]
    note: str
    years: NDArray[np.float64]
    low: NDArray[np.float64]
    central: NDArray[np.float64]
    high: NDArray[np.float64]
    source: tuple[str, ...]
    evidence: tuple[str, ...]

    def at(self, year: float, level: Level = "central") -> float:
        """The value of one year (straight line between points, constant outside)."""
        return float(np.interp(year, self.years, getattr(self, level)))

    def over(self, years: Sequence[int] | NDArray[Any], level: Level = "central") -> NDArray[np.float64]:
        """The values of several years, float64 of the same length."""
        return np.asarray(np.interp(np.asarray(years, dtype=float), self.years, getattr(self, level)))

    def evidence_at(self, year: float) -> str:
        """The weaker evidence (C below B below A) of the points a year's value rests on."""
        return max(self.evidence[i] for i in self._around(year))

    def sources_at(self, year: float) -> list[str]:
        """The sources of the points a year's value rests on, without repetition."""
        return list(dict.fromkeys(self.source[i] for i in self._around(year)))

    def extended(self, year: float) -> bool:
        """True where the year lies outside the points, so the nearest value is carried on."""
        return bool(year < self.years[0] or year > self.years[-1])

    def _around(self, year: float) -> list[int]:
        right = int(np.searchsorted(self.years, year))
        if right < len(self.years) and self.years[right] == year:
            return [right]
        return sorted({max(right - 1, 0), min(right, len(self.years) - 1)})


def ids() -> list[str]:
    """All series in the content, sorted."""
    return sorted(path.stem for path in content.path("series").glob("*.toml"))


@cache
def load(id: str) -> Series:
    """The series `id`, e.g. `ef_electricity`, `population.14713000`; InputError `series-unknown` if none."""
    path = content.path("series", f"{id}.toml")
    if not re.fullmatch(r"[a-z0-9_]+(\.\d{8})?", id) or not path.is_file():
        near = difflib.get_close_matches(id, ids(), n=1)
        cure = f"did you mean {near[0]}?" if near else "see content/series for the known ids"
        raise InputError("series-unknown", f"there is no series '{id}'", "series", cure)
    return parse(toml.read(path))


def parse(raw: dict[str, Any]) -> Series:
    """A series from its table; ValueError if years do not rise strictly or low ≤ central ≤ high fails."""
    points = sorted((*point, block["source"], block["evidence"]) for block in raw["block"] for point in block["points"])
    years, low, central, high = (np.array([p[i] for p in points], dtype=float) for i in range(4))
    if np.any(np.diff(years) <= 0):
        raise ValueError(f"{raw['id']}: a year occurs twice")
    if np.any(low > central) or np.any(central > high):
        raise ValueError(f"{raw['id']}: low ≤ central ≤ high does not hold")
    for array in (years, low, central, high):
        array.flags.writeable = False
    return Series(
        raw["id"],
        raw["unit"],
        raw["title"],
        raw.get("note", ""),
        years,
        low,
        central,
        high,
        tuple(p[4] for p in points),
        tuple(p[5] for p in points),
    )


def in_prices_of(value: float, from_year: int, to_year: int) -> float:
    """Money of one year's prices in the prices of another: value · CPI(to) / CPI(from)."""
    cpi = load("cpi")
    return value * cpi.at(to_year) / cpi.at(from_year)
