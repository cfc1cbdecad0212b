"""Shapley value: the average of what a player adds over all orders of joining."""

from __future__ import annotations

from math import factorial

import numpy as np

from .game import Array, normalise, players_of


def shapley(values: Array) -> Array:
    """Exact Shapley value of an array of 2**n values (cost or worth), shape (n,), in the unit of the values.

    φ_i = Σ_{S∌i} |S|! (n−|S|−1)! / n! · (v(S∪i) − v(S)). Source: Shapley 1953.

    >>> shapley(np.array([0.0, 1.0, 3.0, 6.0]))
    array([2., 4.])
    """
    n = players_of(values)
    normal = normalise(values)
    masks = np.arange(2**n)
    size = np.array([int(mask).bit_count() for mask in masks])
    weight = np.array([factorial(s) * factorial(n - s - 1) / factorial(n) for s in range(n)])
    share = np.empty(n)
    for i in range(n):
        without = masks[masks >> i & 1 == 0]
        share[i] = weight[size[without]] @ (normal.worth[without | 1 << i] - normal.worth[without])
    return normal.back(share)
