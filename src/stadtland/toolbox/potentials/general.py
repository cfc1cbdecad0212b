"""Potentials that need no more than a count, a head or a share of an area."""

from __future__ import annotations

import numpy as np

from .base import Base, Outcome, register, spread


@register("unlimited", "units")
def unlimited(base: Base) -> Outcome:
    """No limit: a like-for-like technology may serve all remaining demand."""
    return Outcome(np.full((3, base.size), np.inf), "A")


@register("per_municipality", "units")
def per_municipality(base: Base) -> Outcome:
    """A count per municipality, parameter `count`."""
    return Outcome(spread(base.param("count") * np.ones(base.size), base.size), "C")


@register("population", "units")
def population(base: Base) -> Outcome:
    """Population · units per head (parameter `per_head`) · share."""
    return Outcome(spread(base.figure("population") * base.param("per_head") * base.share(), base.size), "B")


@register("households", "households")
def households(base: Base) -> Outcome:
    """Households (population / average household size, Zensus 2022) · share."""
    count = base.figure("population") / base.figure("zensus2022.avg_household_size")
    return Outcome(spread(count * base.share(), base.size), "B")


@register("unknown", "units")
def unknown(base: Base) -> Outcome:
    """A base that no public figure gives: potential 0 with the reason, until the member enters its own
    figure."""
    return Outcome(np.zeros((3, base.size)), "D", ["potential.no_figure"] * base.size)
