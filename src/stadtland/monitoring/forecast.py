"""Forecast to the target with a range, and the traffic light with its rule.

Two ways, side by side, because they answer different questions:
trend: ordinary least squares through the reported years, 80 % prediction range
    ŷ(x) ± t(0.9, n−2) · s · √(1 + 1/n + (x − x̄)²/Sxx),   s² = Σ residuals²/(n − 2); at least four years
pipeline: last reported value minus what measures still add by the target year: low end all planned measures, middle
    those decided or further, high end those already running (no measure is given an invented probability).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import sqrt
from typing import Any

from stadtland.base import content, toml

FEWEST = 4
CHANCE = 0.8
STAGES = {
    "low": ("planned", "decided", "funded", "tendered", "building", "running", "done"),
    "central": ("decided", "funded", "tendered", "building", "running", "done"),
    "high": ("running", "done"),
}


def trend(years: Sequence[int], values: Sequence[float], target: int) -> dict[str, float] | None:
    """Linear trend at `target`: `{central, low, high, slope}` in the unit of the values; None under four years.

    >>> trend([1, 2, 3, 4], [10.0, 9.0, 8.0, 7.0], 6)
    {'central': 5.0, 'low': 5.0, 'high': 5.0, 'slope': -1.0}
    """
    n = len(years)
    if n < FEWEST:
        return None
    from scipy.stats import t as student

    mean_x, mean_y = sum(years) / n, sum(values) / n
    spread = sum((x - mean_x) ** 2 for x in years)
    slope = sum((x - mean_x) * (y - mean_y) for x, y in zip(years, values, strict=True)) / spread
    left = sum((y - mean_y - slope * (x - mean_x)) ** 2 for x, y in zip(years, values, strict=True))
    central = mean_y + slope * (target - mean_x)
    width = sqrt(left / (n - 2)) * sqrt(1 + 1 / n + (target - mean_x) ** 2 / spread)
    half = float(student.ppf(0.5 + CHANCE / 2, n - 2)) * width
    return {"central": central, "low": central - half, "high": central + half, "slope": slope}


def pipeline(last: float, still: Mapping[str, float]) -> dict[str, float]:
    """Value at the target year if the pipeline delivers; `still` is t a year added by status.

    >>> pipeline(100.0, {"planned": 30.0, "decided": 20.0, "running": 10.0})
    {'central': 70.0, 'low': 40.0, 'high': 90.0}
    """
    out = {end: last - sum(t for status, t in still.items() if status in stages) for end, stages in STAGES.items()}
    return {"central": out["central"], "low": min(out.values()), "high": max(out.values())}


def lamp(actual: float | None, path: float | None, central: float | None, low: float | None, goal: float | None) -> str:
    """The traffic light: `green`, `yellow`, `red` or `none`; limits in `content/monitoring/lamp.toml`.

    green: on or under the path of the year (up to `near`), and the forecast reaches the target. red: above the path by
    more than `far`, and even the low end of the forecast misses the target; or a forecast is missing and the path is
    missed by more than `far`. yellow: everything between. none: no actual or no path.
    """
    if actual is None or path is None:
        return "none"
    rule = toml.read(content.path("monitoring", "lamp.toml"))["path"]
    over = actual - path
    size = max(abs(path), 1e-9)
    fine = over <= rule["near"] * size
    bad = over > rule["far"] * size
    if goal is None or central is None or low is None:
        return "green" if fine else "red" if bad else "yellow"
    if fine and central <= goal:
        return "green"
    return "red" if bad and low > goal else "yellow"


def delivery(actual: float | None, planned: float | None) -> str:
    """The light of one measure's units or tonnes: share delivered against `content/monitoring/lamp.toml`."""
    if actual is None or not planned or planned < 0:
        return "none"
    rule = toml.read(content.path("monitoring", "lamp.toml"))["delivery"]
    share = actual / planned
    return "green" if share >= rule["green"] else "yellow" if share >= rule["yellow"] else "red"


def rules(lang: str) -> list[str]:
    """The rule of the lights in words."""
    table: dict[str, Any] = toml.read(content.path("monitoring", "lamp.toml"))
    return [str(line[lang]) for line in table["rule"]]
