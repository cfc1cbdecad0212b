"""Combining effects: amounts add up; reductions add up as −ln(1 − e) and are shown as 1 − exp(−Σ)."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stadtland.base.errors import InputError

FULL = 1.0 - 1e-12  # a reduction of exactly 1 would be infinite in additive units


def additive(reduction_share: ArrayLike) -> NDArray[np.float64]:
    """−ln(1 − e) of reductions e (0–1, any shape); a reduction of 1 is kept finite.

    Errors: InputError `share-range` outside 0 to 1 or not finite.

    >>> float(additive(0.5).round(6))
    0.693147
    """
    values = np.asarray(reduction_share, dtype=np.float64)
    if not np.isfinite(values).all() or (values < 0).any() or (values > 1).any():
        raise InputError(
            "share-range", "a reduction runs from 0 to 1", "effect", "divide percent by 100; leave unknown effects out"
        )
    out: NDArray[np.float64] = -np.log1p(-np.minimum(values, FULL))
    return out


def as_reduction(total: ArrayLike) -> NDArray[np.float64]:
    """1 − exp(−x) of additive amounts x ≥ 0 (any shape).

    >>> float(as_reduction(2 * additive(0.5)).round(6))
    0.75
    """
    out: NDArray[np.float64] = -np.expm1(-np.asarray(total, dtype=np.float64))
    return out


def reduction(effects: ArrayLike, shares: ArrayLike) -> float:
    """Joint reduction 1 − Π(1 − s·e) of effects e (0–1) on treated shares s (0–1), arrays (n,).

    >>> round(reduction([0.5, 0.5], [1.0, 0.5]), 6)
    0.625
    """
    e, s = np.asarray(effects, dtype=np.float64), np.asarray(shares, dtype=np.float64)
    additive(s)  # same limits as an effect
    return float(as_reduction(additive(e * s).sum()))


def treated_share(units: float, per_unit: float, base: float, cap: bool, where: str) -> float:
    """Share of the base that `units` treat: units · per_unit / base, 0–1.

    `cap`: an amount above the base serves all of it (a plan for 100,000 people in a village). Otherwise more than
    the base is an InputError `resilience-over-base`, as is a base of 0 with units above 0.
    """
    if units == 0:
        return 0.0
    if base <= 0 or (not cap and units * per_unit > base * (1 + 1e-9)):
        raise InputError(
            "resilience-over-base", f"{units:g} units treat {units * per_unit:g}, but the base is {base:g}", where,
            "choose fewer units; the potential names the most",
        )  # fmt: skip
    return min(1.0, units * per_unit / base)
