"""Certainty: many correlated draws on the fixed plan give reliability per target and 80 % ranges.

Every account of a draw is the planned path plus Σ_k (factor_k − 1) · component_k; components are paths of what the
factor scales, so 10,000 draws are one matrix product per account.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stadtland.base import content, toml

Array = NDArray[np.float64]
Z80 = 1.2815515655446004


@cache
def settings() -> dict[str, Any]:
    """Sigmas and correlations, from content."""
    return toml.read(content.path("plan", "uncertainty.toml"))


@dataclass(frozen=True)
class Component:
    """What one factor moves: `group` with common part, `name`, `sigma` of the log-normal factor or None for a series.

    `up`, `down` (members × accounts × years, kt): change of the accounts when the factor is 2 (`up`) and per unit
    below 1 (`down`); for a series at its upper and lower value.
    """

    group: str
    name: str
    sigma: float | None
    up: Array
    down: Array


def factors(components: Sequence[Component], draws: int, seed: int) -> Array:
    """Standard normal scores (draws × components), correlated within a group, antithetic pairs.

    score = sqrt(ρ)·common + sqrt(1−ρ)·own.
    """
    rng = np.random.default_rng(seed)
    half = (draws + 1) // 2
    groups = list(dict.fromkeys(c.group for c in components))
    common = rng.standard_normal((half, len(groups)))
    own = rng.standard_normal((half, len(components)))
    scores = np.empty((half, len(components)))
    for k, c in enumerate(components):
        rho = float(settings().get(c.group, {}).get("correlation", 0.0))
        scores[:, k] = np.sqrt(rho) * common[:, groups.index(c.group)] + np.sqrt(1 - rho) * own[:, k]
    return np.concatenate([scores, -scores])[:draws]


def weights(components: Sequence[Component], scores: Array) -> tuple[Array, Array]:
    """(weight on `up`, weight on `down`) for each draw and component.

    Log-normal factor f: f − 1 on `up` where it is above 1, 1 − f on `down` below. Series: the score over 1.2816 on the
    side of its sign, at most 2.5.
    """
    up, down = np.zeros_like(scores), np.zeros_like(scores)
    for k, c in enumerate(components):
        step = np.exp(c.sigma * scores[:, k]) - 1 if c.sigma is not None else np.clip(scores[:, k] / Z80, -2.5, 2.5)
        up[:, k], down[:, k] = np.maximum(step, 0), np.maximum(-step, 0)
    return up, down


def simulate(planned: Array, components: Sequence[Component], index: tuple[int, int], up: Array, down: Array) -> Array:
    """Draws of one account of one member (draws × years), `index` = (member, account)."""
    i, a = index
    raised = np.array([c.up[i, a] for c in components])
    lowered = np.array([c.down[i, a] for c in components])
    return np.asarray(planned[None, :] + up @ raised + down @ lowered)


def summary(paths: Array, cap: Array, years: Sequence[int], target_year: int) -> dict[str, Any]:
    """Reliability of meeting the cap in the target year and by year, with the 80 % range of the account (kt)."""
    met = paths <= cap + 1e-9
    position = list(years).index(target_year)
    low, high = np.quantile(paths, [0.1, 0.9], axis=0)
    return {
        "reliability": float(met[:, position].mean()),
        "by_year": [float(v) for v in met.mean(axis=0)],
        "low": [float(v) for v in low],
        "high": [float(v) for v in high],
    }
