"""Shapley shares of more members than can be solved exactly: antithetic orders with a standard error."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ..base.errors import InputError

Set = frozenset[str]
Values = Callable[[Sequence[Set]], Mapping[Set, float]]
MOST_PAIRS = 100_000


@dataclass(frozen=True)
class Sampled:
    """Shares, standard error of each from the spread of pairs, orders used and coalitions that were valued."""

    shares: dict[str, float]
    error: dict[str, float]
    orders: int
    coalitions: dict[Set, float]


def orders(players: Sequence[str], pairs: int, seed: int) -> list[tuple[str, ...]]:
    """`pairs` random orders, each followed by its reverse (antithetic).

    >>> orders(["A", "B"], 1, 0)[1] == orders(["A", "B"], 1, 0)[0][::-1]
    True
    """
    rng = np.random.default_rng(seed)
    found: list[tuple[str, ...]] = []
    for _ in range(pairs):
        order = tuple(players[i] for i in rng.permutation(len(players)))
        found += [order, order[::-1]]
    return found


def shapley_sampled(players: Sequence[str], values: Values, pairs: int, seed: int = 0) -> Sampled:
    """Mean marginal contribution over antithetic orders; the shares sum to the value of all exactly.

    `values` gets all coalitions that the orders need at once, each once, and returns their values (the empty one is 0).
    Source of the idea: antithetic sampling of orders, Castro et al. 2009, Mitchell et al. 2022. InputError `pairs`.
    """
    if not 1 <= pairs <= MOST_PAIRS:
        raise InputError("pairs", f"{pairs} pairs of orders", "--pairs", f"use 1 to {MOST_PAIRS}")
    drawn = orders(players, pairs, seed)
    needed: dict[Set, None] = {}
    for order in drawn:
        for k in range(1, len(order) + 1):
            needed[frozenset(order[:k])] = None
    worth = {**values(list(needed)), frozenset(): 0.0}
    index = {p: i for i, p in enumerate(players)}
    rows = np.empty((len(drawn), len(players)))
    for r, order in enumerate(drawn):
        before = 0.0
        for k, player in enumerate(order, 1):
            now = worth[frozenset(order[:k])]
            rows[r, index[player]] = now - before
            before = now
    by_pair = 0.5 * (rows[0::2] + rows[1::2])
    spread = by_pair.std(axis=0, ddof=1) / np.sqrt(pairs) if pairs > 1 else np.full(len(players), np.nan)
    mean = rows.mean(axis=0)
    return Sampled(
        {p: float(mean[i]) for p, i in index.items()},
        {p: float(spread[i]) for p, i in index.items()},
        len(drawn),
        {s: float(worth[s]) for s in needed},
    )
