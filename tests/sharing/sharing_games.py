"""Public games of the literature and helpers to write games; no tests here."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations, permutations
from typing import Any

import numpy as np

Members = tuple[str, ...]


def table(kind: str, players: list[str] | str, value: Callable[[Members], float]) -> dict[str, Any]:
    """A GAME.json table from a function of the members."""
    names = list(players)
    sets = [m for size in range(1, len(names) + 1) for m in combinations(names, size)]
    return {"kind": kind, "players": names, "values": {",".join(m): value(m) for m in sets}}


def airport(costs: dict[str, float]) -> dict[str, Any]:
    """Each needs a runway of its length; the longest serves all."""
    return table("cost", list(costs), lambda m: max(costs[p] for p in m))


def bankruptcy(estate: float, claims: dict[str, float]) -> dict[str, Any]:
    """What is left for a coalition after all others were paid in full."""
    return table("gain", list(claims), lambda m: max(0.0, estate - sum(c for p, c in claims.items() if p not in m)))


def gloves(left: int, right: int) -> dict[str, Any]:
    """Pairs of gloves: min(#L, #R)."""
    names = [f"L{i}" for i in range(left)] + [f"R{i}" for i in range(right)]
    return table("gain", names, lambda m: float(min(sum(p[0] == "L" for p in m), sum(p[0] == "R" for p in m))))


def majority() -> dict[str, Any]:
    """Two of three decide."""
    return table("gain", "ABC", lambda m: float(len(m) >= 2))


METHOD = {
    "kind": "cost",
    "players": ["S", "A", "B"],
    "values": {"S": 120, "A": 30, "B": 40, "S,A": 120, "S,B": 125, "A,B": 60, "S,A,B": 150},
}
W3 = {
    "kind": "cost",
    "players": ["C", "R1", "R2"],
    "values": {"C": 6.0, "R1": 0.1, "R2": 0.1, "C,R1": 4.15, "R2,C": 4.15, "R1,R2": 0.2, "R2,C,R1": 2.9},
}
TVA = {
    "kind": "cost",
    "players": ["navigation", "flood", "power"],
    "values": {
        "navigation": 163520,
        "flood": 140826,
        "power": 250096,
        "navigation,flood": 301607,
        "navigation,power": 378821,
        "flood,power": 367370,
        "navigation,flood,power": 412584,
    },
}


def array(game: dict[str, Any]) -> np.ndarray:
    """The 2**n values of a table, written without the package."""
    players = game["players"]
    values = np.zeros(2 ** len(players))
    for key, value in game["values"].items():
        values[sum(1 << players.index(p) for p in key.split(","))] = value
    return values


def game_of(values: np.ndarray, kind: str = "gain") -> dict[str, Any]:
    """A table from 2**n values; players A, B, C …"""
    n = len(values).bit_length() - 1
    names = "ABCDEFGHIJKL"[:n]
    return table(kind, names, lambda m: float(values[sum(1 << names.index(p) for p in m)]))


def shapley_by_orders(values: np.ndarray) -> np.ndarray:
    """Average marginal contribution over all n! orders."""
    n = len(values).bit_length() - 1
    total = np.zeros(n)
    orders = list(permutations(range(n)))
    for order in orders:
        mask = 0
        for i in order:
            total[i] += values[mask | 1 << i] - values[mask]
            mask |= 1 << i
    return total / len(orders)


def shares(answer: dict[str, Any], rule: str) -> list[float]:
    """Shares of a rule in the order of the players."""
    return [answer["rules"][rule]["values"][p] for p in answer["players"]]
