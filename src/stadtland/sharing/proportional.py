"""Rules with a key: proportional, equal gain, separable cost, statistical keys and mixes of rules."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from ..base.errors import InputError
from .game import Array, normalise, players_of


def proportional(values: Array) -> Array | None:
    """v(N) · v({i}) / Σ v({j}), shape (n,); None where the stand-alone values sum to 0."""
    n = players_of(values)
    alone = values[1 << np.arange(n)]
    total = math.fsum(alone)
    if abs(total) <= (n + 1) * np.finfo(float).eps * np.abs(alone).max():
        return None
    share: Array = values[-1] * (alone / total)
    return share


def equal_gain(values: Array) -> Array:
    """Stand-alone value plus the same part of the gain for everyone, shape (n,)."""
    normal = normalise(values)
    n = len(normal.alone)
    return normal.back(np.full(n, normal.worth[-1] / n))


def separable_split(total: float, alone: Array, separable: Array) -> Array | None:
    """Separable cost plus the rest by remaining benefit (SCRB), shape (n,), in the unit of the costs.

    x_i = m_i + (c(N) − Σ m) · (c_i − m_i) / Σ (c_j − m_j), with m_i = c(N) − c(N∖i). None where a remaining
    benefit is negative, or where they sum to 0 and something is left to share.
    """
    benefit = alone - separable
    rest = total - math.fsum(separable)
    size = 1e-12 * max(float(np.abs(alone).max()), float(np.abs(separable).max()), abs(total))
    if (benefit < -size).any():
        return None
    benefit = np.maximum(benefit, 0.0)
    if benefit.sum() <= size:
        return separable.copy() if abs(rest) <= size * len(alone) else None
    share: Array = separable + rest * (benefit / benefit.sum())
    return share


def scrb(costs: Array) -> Array | None:
    """`separable_split` of a cost array (2**n), shape (n,)."""
    n = players_of(costs)
    singles = 1 << np.arange(n)
    return separable_split(float(costs[-1]), costs[singles], costs[-1] - costs[(2**n - 1) ^ singles])


def by_key(total: float, weights: Mapping[str, float]) -> dict[str, float]:
    """Split `total` by a statistical key (population, tonnes, hectares): total · w_i / Σ w.

    InputError `key-weight` for a negative or non-finite weight or a sum of 0.
    """
    for name, weight in weights.items():
        if not math.isfinite(weight) or weight < 0:
            raise InputError(
                "key-weight", f"{weight!r} cannot be a weight", name, "weights are finite and not negative"
            )
    whole = math.fsum(weights.values())
    if whole <= 0:
        raise InputError("key-weight", "the weights sum to 0", "", "use a key that is positive for at least one member")
    return {name: total * (weight / whole) for name, weight in weights.items()}


def mix(rules: Mapping[str, Mapping[str, float]], weights: Mapping[str, float]) -> dict[str, float]:
    """Weighted mean of shares by several rules, e.g. half Shapley, half population; weights are scaled to 1.

    InputError `mix-rule` for a weight without a rule, `mix-members` if the rules name different members.
    """
    parts = by_key(1.0, weights)
    unknown = [rule for rule in parts if rule not in rules]
    if unknown:
        raise InputError("mix-rule", f"no shares for rule {unknown[0]!r}", "", "rules: " + ", ".join(rules))
    members = {frozenset(rules[rule]) for rule in parts}
    if len(members) != 1:
        raise InputError("mix-members", "the rules name different members", "", "mix rules of one partnership")
    names = list(rules[next(iter(parts))])
    return {name: math.fsum(part * rules[rule][name] for rule, part in parts.items()) for name in names}
