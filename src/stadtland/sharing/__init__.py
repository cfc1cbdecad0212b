"""Sharing: what cooperation is worth to whom. Games, rules, stability, transfers.

`solve_game` answers GAME.json; `rules` holds the rules on arrays of 2**n values (bit i of the index =
player i).
"""

from __future__ import annotations

from . import clubs, payments, rules, sampling, statutory
from .answer import solve_game
from .game import Game, load, read
from .keys import ability, gain_by_key
from .money import PARTS, exit_test, gain_parts, transfers
from .proportional import by_key, mix

__all__ = [
    "PARTS",
    "Game",
    "ability",
    "by_key",
    "clubs",
    "exit_test",
    "gain_by_key",
    "gain_parts",
    "load",
    "mix",
    "payments",
    "read",
    "rules",
    "sampling",
    "solve_game",
    "statutory",
    "transfers",
]
