"""Removal kernels: what one unit that enters a practice removes in each year of its age."""

from __future__ import annotations

import numpy as np

from .reading import Floats

SHAPES = ("first_order", "chapman_richards", "linear")


def cumulative(shape: str, cap: float, rate: float, age: Floats) -> Floats:
    """Removal up to the age `age` (years) of one unit, in the unit of `cap`; it approaches `cap` and never passes it.

    first_order: cap·(1−e^(−rate·age)) · chapman_richards: cap·(1−e^(−rate·age))² · linear: cap·min(1, rate·age).
    """
    if shape == "first_order":
        return np.asarray(cap * -np.expm1(-rate * age))
    if shape == "chapman_richards":
        return np.asarray(cap * np.expm1(-rate * age) ** 2)
    if shape == "linear":
        return np.asarray(cap * np.minimum(1.0, rate * age))
    raise ValueError(shape)


def kernel(shape: str, cap: float, rate: float, years: int) -> Floats:
    """Yearly removal at ages 0 … years−1 (the year of entering has age 0), shape (years,): differences of `cumulative`.

    The sum over the whole life is `cap`.
    """
    return np.diff(cumulative(shape, cap, rate, np.arange(years + 1, dtype=np.float64)))
