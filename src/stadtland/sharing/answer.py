"""The answer of `stadtland share`: every rule for one game, with its place in the core."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from .core import ExcessProgram, core_is_empty, corridor_of, excesses, least_core_of, proper
from .game import MAX_PLAYERS, Array, Game, Normal, load, membership, normalise
from .nucleolus import imputations_exist, nucleolus_of
from .projection import project_core
from .proportional import equal_gain, proportional, scrb
from .shapley import shapley
from .tau import tau


def _worst(game: Game, normal: Normal, shares: Array) -> dict[str, Any] | None:
    """The proper coalition with the largest excess; of equal ones the smaller, then by order of players."""
    n = len(game.players)
    if n == 1:
        return None
    gap = excesses(normal.worth, (shares - normal.alone) / normal.scale)
    gap[~proper(n)] = -np.inf
    largest = float(gap.max())
    near = np.flatnonzero(gap >= largest - 1e-9 * max(1.0, abs(largest)) - normal.rounding / normal.scale)
    first = min((int(mask) for mask in near), key=lambda m: (m.bit_count(), tuple(-membership(n)[m])))
    return {"coalition": game.name(first), "excess": float(gap[first] * normal.scale) + 0.0}


def _nearest(worth: Array, average: Array, empty: bool, rule: Callable[..., dict[str, Any]]) -> dict[str, Any]:
    """The Shapley value moved to the nearest point of the core, or of the least core where the core is empty."""
    entry = rule(project_core(worth, average, least=True), "sharing.reason_projection")
    return entry | {"least_core": True} if empty and entry["values"] is not None else entry


def solve_game(game: Mapping[str, Any]) -> dict[str, Any]:
    """Answer of GAME.json (contract: docs/reference/game.md): core, corridor and seven rules.

    `game`: {"kind": "cost"|"gain", "players": […], "values": {"A": 1, "A,B": 3, …}}, all 2**n − 1
    coalitions, n ≤ 12. Shares are in the unit of the values: costs of a cost game, parts of the worth of a
    gain game. Raises InputError for a bad game, ComputationError if a linear program fails.

    >>> game = {"kind": "cost", "players": ["A", "B"], "values": {"A": 6, "B": 4, "A,B": 8}}
    >>> solve_game(game)["rules"]["shapley"]
    {'values': {'A': 5.0, 'B': 3.0}, 'in_core': True, 'worst': {'coalition': 'A', 'excess': -1.0}}
    """
    checked = load(game, MAX_PLAYERS)
    sign, n = checked.sign, len(checked.players)
    worth = sign * checked.values
    normal = normalise(worth)
    tolerance = 1e-9 * max(1.0, float(np.abs(checked.values).max()))
    program = ExcessProgram(normal.worth) if n > 1 else None
    eps = least_core_of(normal.worth, program)
    empty = core_is_empty(checked.values, eps * normal.scale)

    def named(shares: Array) -> dict[str, float]:
        exact = np.where(np.abs(shares) <= normal.rounding, 0.0, sign * shares)
        return {name: float(share) for name, share in zip(checked.players, exact, strict=True)}

    def rule(shares: Array | None, reason: str) -> dict[str, Any]:
        """Entry of one rule; `shares` of the worth, or None with a text id that says why."""
        if shares is None:
            return {"values": None, "reason": reason}
        worst = _worst(checked, normal, shares)
        inside = worst is None or worst["excess"] <= tolerance
        return {"values": named(shares), "in_core": inside, "worst": worst}

    nucleolus_rule = rule(nucleolus_of(normal, eps, program), "")
    if not imputations_exist(normal):
        nucleolus_rule["imputations_empty"] = True
    by_alone = proportional(worth)
    corner = None
    if not empty:
        low_high = corridor_of(normal.worth, eps, program) * normal.scale + normal.alone[:, None]
        ends = np.sort(sign * low_high, axis=1) + 0.0
        corner = {name: [float(a), float(b)] for name, (a, b) in zip(checked.players, ends, strict=True)}
    average = shapley(worth)
    separable = scrb(-worth)
    separable = None if separable is None else -separable
    return {
        "players": list(checked.players),
        "core_empty": empty,
        "least_core_eps": float(eps * normal.scale) + 0.0,
        "corridor": corner,
        "rules": {
            "shapley": rule(average, ""),
            "nucleolus": nucleolus_rule,
            "tau": rule(tau(worth), "sharing.reason_tau"),
            "proportional": rule(by_alone, "sharing.reason_proportional"),
            "equal_gain": rule(equal_gain(worth), ""),
            "shapley_core": _nearest(worth, average, empty, rule),
            "separable": rule(separable, "sharing.reason_separable"),
        },
    }
