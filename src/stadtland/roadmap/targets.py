"""Targets become yearly caps (contracts section 3).

National path (assumption where no own target is published):
    cap(t) = value(inventory year) · level(t)/level(inventory year),
level from the 1990 total with −65 % 2030, −88 % 2040, net zero 2045, linear between. Land use stays outside to
2040 and enters linearly to net zero; an existing sink never helps to fulfil a target.
Own target: linear from the inventory-year value over its steps to the target year, constant afterwards.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from .partnership import Target

Array = NDArray[np.float64]
NATIONAL_STEPS = {2030: 0.35, 2040: 0.12, 2045: 0.0}  # share of the 1990 level left, KSG 2021/2024 § 3
LAND_OUTSIDE_UNTIL, NET_ZERO = 2040, 2045


def national_ratio(years: Sequence[int], inventory_year: int, level_1990: float, level_inventory: float) -> Array:
    """level(t)/level(inventory year) for each year.

    >>> national_ratio([2021, 2030, 2045], 2021, 1000.0, 700.0).round(6).tolist()
    [1.0, 0.5, 0.0]
    """
    points = {inventory_year: level_inventory, **{y: share * level_1990 for y, share in NATIONAL_STEPS.items()}}
    known = sorted(points)
    return np.interp(years, known, [points[y] for y in known]) / level_inventory


def land_allowance(years: Sequence[int], lulucf_t: float) -> Array:
    """What the existing land-use line may contribute to the cap, t a year.

    A source is allowed in full to 2040 and not at all from 2045; a sink is taken out in full (it never helps).

    >>> land_allowance([2030, 2042, 2045], 10.0).round(6).tolist(), land_allowance([2045], -10.0).tolist()
    ([10.0, 6.0, 0.0], [-10.0])
    """
    if lulucf_t <= 0:
        return np.full(len(years), float(lulucf_t))
    weight = np.interp(years, [LAND_OUTSIDE_UNTIL, NET_ZERO], [1.0, 0.0])
    return float(lulucf_t) * weight


def national_cap(years: Sequence[int], ratio: Array, gross_t: float, lulucf_t: float) -> Array:
    """Cap of a net or partnership account on the national path, t a year (land use signed as in the account)."""
    return ratio * gross_t + land_allowance(years, lulucf_t)


def own_cap(
    years: Sequence[int],
    target: Target,
    inventory_year: int,
    value_t: float,
    population: Mapping[int, float],
    base_t: float | None = None,
) -> Array:
    """Cap of an own target, t a year, linear in the target's own unit from the inventory year over its steps.

    `value_t`: account value of the inventory year; `population` by year (inventory year and all years);
    `base_t`: value of the base year for percent targets.

    >>> t = Target("gross", 2040, 1.0, "t_per_head", None, "", "A", ((2030, 2.0),))
    >>> own_cap([2030, 2035, 2045], t, 2020, 30.0, {y: 10 for y in range(2020, 2046)}).tolist()
    [20.0, 15.0, 10.0]
    """
    if target.unit == "percent_vs_base":
        if base_t is None:
            raise ValueError("a percent target needs the value of its base year")
        points = {y: base_t * (1 + v / 100) for y, v in (*target.steps, (target.year, target.value))}
        points.setdefault(inventory_year, value_t)
        known = sorted(points)
        return np.interp(years, known, [points[y] for y in known])
    scale = np.array([population[y] if target.unit == "t_per_head" else 1.0 for y in years])
    start = value_t / (population[inventory_year] if target.unit == "t_per_head" else 1.0)
    points = {inventory_year: start, **dict(target.steps), target.year: target.value}
    known = sorted(points)
    return np.asarray(np.interp(years, known, [points[y] for y in known]) * scale)


def split(key: str, joint: Array, base_t: Array, population: Array, own: Array) -> Array:
    """The joint cap (years) split over members (years × members) by a named key; sums to the joint cap exactly.

    equal_percent: in proportion to the inventory-year value · per_head_convergence: from today's shares linearly
    to equal tonnes per head at the end · own_target: in proportion to the members' own paths.
    `base_t` (members), `population` and `own` (years × members).
    """
    years = len(joint)
    if key == "equal_percent":
        weight = np.tile(base_t / base_t.sum(), (years, 1))
    elif key == "per_head_convergence":
        towards = np.linspace(0.0, 1.0, years)[:, None]
        heads = population / population.sum(axis=1, keepdims=True)
        weight = (1 - towards) * (base_t / base_t.sum())[None, :] + towards * heads
    elif key == "own_target":
        total = own.sum(axis=1, keepdims=True)
        equal = np.tile(base_t / base_t.sum(), (years, 1))
        weight = np.where(total > 0, own / np.where(total > 0, total, 1.0), equal)
    else:
        raise ValueError(key)
    shares = joint[:, None] * weight
    shares[:, -1] = joint - shares[:, :-1].sum(axis=1)
    return np.asarray(shares)
