"""Sharing: what cooperation is worth to whom. Games, rules, stability, transfers.

`solve_game` answers GAME.json; `rules` holds the rules on arrays of 2**n values (bit i of the index =
player i).
"""

from __future__ import annotations

from . import rules
from .answer import solve_game
from .game import Game, load, read
from .money import PARTS, exit_test, gain_parts, transfers
from .proportional import by_key, mix

__all__ = [
    "PARTS",
    "Game",
    "by_key",
    "exit_test",
    "gain_parts",
    "load",
    "mix",
    "read",
    "rules",
    "solve_game",
    "transfers",
]
