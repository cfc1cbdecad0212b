"""Mathematics of target paths and budgets (values in the caller's unit, years as numbers).

linear       E(t) = E0 + (ET − E0)(t − t0)/(T − t0)
exponential  E(t) = E0 (1 − q)^(t − t0),  q = 1 − (ET/E0)^(1/(T − t0))
budget B     linear to zero ends at t0 + 2B/E0; exponential: continuous rate E0/B
used         U = Σ (E(τ) + E(τ+1))/2
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]


def linear(years: ArrayLike, start: float, value: float, end: float, target: float) -> Array:
    """Linear path from `value` in `start` to `target` in `end`, constant outside; shape of `years`."""
    _later(start, end)
    return np.asarray(np.interp(np.asarray(years, dtype=float), [start, end], [value, target]))


def exponential(years: ArrayLike, start: float, value: float, end: float, target: float) -> Array:
    """Constant yearly rate from `value` in `start` to `target` in `end`, flat outside; values above zero."""
    rate = yearly_rate(start, value, end, target)
    t = np.clip(np.asarray(years, dtype=float), start, end)
    return np.asarray(value * (1 - rate) ** (t - start))


def yearly_rate(start: float, value: float, end: float, target: float) -> float:
    """q = 1 − (target/value)^(1/(end − start)), share a year."""
    _later(start, end)
    if value <= 0 or target <= 0:
        raise ValueError("an exponential path needs values above zero")
    return float(1 - (target / value) ** (1 / (end - start)))


def year_of_zero(start: float, value: float, budget: float) -> float:
    """The year in which a linear path that uses exactly the budget reaches zero: start + 2·budget/value."""
    if value <= 0 or budget < 0:
        raise ValueError("value above zero and budget not below zero are needed")
    return start + 2 * budget / value


def continuous_rate(value: float, budget: float) -> float:
    """The continuous rate (1/a) of an endless exponential path that uses exactly the budget: value/budget."""
    if budget <= 0:
        raise ValueError("a budget above zero is needed")
    return value / budget


def used(values: ArrayLike) -> float:
    """Emissions used over consecutive years by the trapezoidal rule; one value per year."""
    e = np.asarray(values, dtype=float)
    return float(((e[:-1] + e[1:]) / 2).sum())


def gap(values: ArrayLike, budget: float) -> float:
    """Budget gap U − B; above zero: more is used than there is."""
    return used(values) - budget


def with_floor(values: ArrayLike, floor: ArrayLike) -> Array:
    """A path that never falls below the residual emissions."""
    return np.asarray(np.maximum(np.asarray(values, dtype=float), np.asarray(floor, dtype=float)))


def first_year_at_zero(years: ArrayLike, net: ArrayLike) -> int | None:
    """The first year in which the net value is at or below zero; None if there is none."""
    reached = np.flatnonzero(np.asarray(net, dtype=float) <= 0)
    return int(np.asarray(years)[reached[0]]) if reached.size else None


def _later(start: float, end: float) -> None:
    if end <= start:
        raise ValueError(f"the target year {end:g} is not after {start:g}")
