"""Falling investment of technologies: a stated outside series, not driven by the plan (learning by doing is no LP)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stadtland.base import content, toml

from .outlook import FROZEN_FROM

Array = NDArray[np.float64]


@cache
def technologies() -> dict[str, Any]:
    """The table of content: years, source, and `technology` rows with the measures they hold for."""
    return toml.read(content.path("plan", "learning.toml"))


@cache
def _points() -> dict[str, tuple[float, ...]]:
    return {m: tuple(t["value"]) for t in technologies()["technology"] for m in t["measures"]}


def factor(measure_id: str, years: Sequence[int]) -> Array | None:
    """Capex by year of installation relative to the first printed year; None where no series is known.

    factor(t) = value(t)/value(2025), linear between printed years, constant from 2045. Source: its content file.

    >>> [round(float(v), 4) for v in factor("E06", [2025, 2030, 2045, 2055])]
    [1.0, 0.9614, 0.9008, 0.9008]
    """
    values = _points().get(measure_id)
    if values is None:
        return None
    grid = np.minimum(np.asarray(years), FROZEN_FROM)
    return np.asarray(np.interp(grid, technologies()["years"], values) / values[0])


def listed() -> list[dict[str, Any]]:
    """Rows for the list of assumptions: investment of 2045 relative to 2025."""
    table = technologies()
    at = table["years"].index(FROZEN_FROM)
    return [
        {
            "id": f"learning.{t['name'].replace(' ', '_')}@{FROZEN_FROM}",
            "title": {"de": t["de"], "en": t["en"]},
            "value": t["value"][at] / t["value"][0],
            "low": None,
            "high": 1.0,
            "unit": f"of the investment of {table['years'][0]}",
            "evidence": table["evidence"],
            "source": table["source"],
            "effect_on_gain_eur": None,
        }
        for t in table["technology"]
    ]
