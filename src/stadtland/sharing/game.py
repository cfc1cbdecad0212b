"""A cooperative game: reading and checking GAME.json, and the array form all rules work on.

Array form: a float array of length 2**n; bit i of the index says that player i is in the coalition; index 0
is 0.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..base import json_file, strict
from ..base.errors import InputError

Array = NDArray[np.float64]
MAX_PLAYERS = 12
MAX_ABS = 1e15  # beyond it a double no longer holds a tenth of a unit
_WHERE = "GAME.json"


@dataclass(frozen=True)
class Game:
    """A checked game; `values[mask]` is the cost or worth of the coalition with that bit mask."""

    kind: str
    players: tuple[str, ...]
    values: Array

    @property
    def sign(self) -> float:
        """+1 for a gain game, −1 for a cost game: sign · values is a worth."""
        return 1.0 if self.kind == "gain" else -1.0

    def name(self, mask: int) -> str:
        """The coalition as its key, players in the order of the game."""
        return ",".join(p for i, p in enumerate(self.players) if mask >> i & 1)


@dataclass(frozen=True)
class Normal:
    """A worth game less the stand-alone worths (`alone`), divided by `scale`.

    Every rule here but `proportional` moves along with both steps, so it is computed on `worth` (numbers of
    the size of the gain, not of the budgets) and carried back by `back`. `rounding` is the size of rounding
    errors in `alone` units; below it nothing is told apart.
    """

    worth: Array
    alone: Array
    scale: float
    rounding: float

    def back(self, shares: Array) -> Array:
        """Shares of the game as given from shares of `worth`; shape (n,)."""
        full: Array = self.alone + self.scale * shares
        return full


@cache
def membership(n: int) -> Array:
    """Shape (2**n, n): 1.0 where player i is in coalition `mask`."""
    masks = np.arange(2**n)[:, None]
    table: Array = (masks >> np.arange(n) & 1).astype(float)
    table.setflags(write=False)
    return table


def players_of(values: Array) -> int:
    """Number of players of an array of 2**n values; ValueError for another length."""
    n = len(values).bit_length() - 1
    if len(values) != 2**n or n < 1:
        raise ValueError(f"a game needs 2**n values, n ≥ 1, not {len(values)}")
    return n


def normalise(worth: Array) -> Normal:
    """Subtract stand-alone worths (correctly rounded sums) and divide by the largest gain."""
    n = players_of(worth)
    alone = worth[1 << np.arange(n)].copy()
    table = membership(n).astype(bool)
    gains = np.array([math.fsum([w, *(-alone[row])]) for w, row in zip(worth, table, strict=True)])
    rounding = (n + 1) * float(np.finfo(float).eps) * float(np.abs(worth).max())
    if np.abs(gains).max() <= rounding:
        gains[:] = 0.0
    # Coalitions far worse than standing alone never bind; they must not squeeze the gains to nothing.
    scale = max(float(gains.max()), abs(float(gains[-1])))
    if scale <= rounding:
        scale = float(np.abs(gains).max()) or 1.0
    return Normal(gains / scale, alone, scale, rounding)


def _player_names(raw: Any, most: int) -> tuple[str, ...]:
    where = f"{_WHERE}: players"
    if not isinstance(raw, list | tuple):
        raise InputError("game-players", "players must be a list of names", where, 'write "players": ["A", "B"]')
    if not raw:
        raise InputError("game-empty", "the game has no players", where, "name at least one player")
    if len(raw) > most:
        raise InputError(
            "game-too-many",
            f"{len(raw)} players, exact shares go to {most}",
            where,
            "join small players into groups",
        )
    for name in raw:
        if not isinstance(name, str) or not name.strip() or "," in name:
            raise InputError(
                "game-player-name",
                f"{name!r:.40} is not a player's name",
                where,
                "use text without commas, not empty",
            )
    names = tuple(name.strip() for name in raw)
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise InputError("game-player-twice", f"named twice: {', '.join(twice)}", where, "name each player once")
    return names


def _mask(key: Any, index: Mapping[str, int]) -> int:
    where = f"{_WHERE}: values[{key!r:.60}]"
    if not isinstance(key, str):
        raise InputError("game-key", "a coalition's key must be text", where, 'join names by commas: "A,B"')
    mask = 0
    for name in (part.strip() for part in key.split(",")):
        if name not in index:
            raise InputError(
                "game-player-unknown", f"{name!r:.40} is not a player", where, "players: " + ", ".join(index)
            )
        if mask >> index[name] & 1:
            raise InputError("game-key", f"{name!r:.40} stands twice in one coalition", where, "name each player once")
        mask |= 1 << index[name]
    return mask


def _number(value: Any, where: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InputError("game-number", f"a number is needed, not {value!r:.40}", where, "write a plain number")
    if isinstance(value, float) and not math.isfinite(value):
        raise InputError("game-not-finite", "the value is not finite", where, "write a finite number")
    if abs(value) > MAX_ABS:
        raise InputError("game-too-large", f"the value is beyond ±{MAX_ABS:g}", where, "use a larger unit, e.g. M EUR")
    return float(value)


def load(obj: Any, most: int = MAX_PLAYERS) -> Game:
    """The checked game from the table of GAME.json.

    `most` is the largest number of players. Errors: InputError `game-*` and `key-*` with place and cure:
    unknown or missing keys, kind, names, unknown player, a coalition twice in another order, missing
    coalitions (up to ten named), numbers that are not finite.
    """
    table = strict.mapping(obj, _WHERE)
    strict.keys(table, ("kind", "players", "values"), _WHERE, required=("kind", "players", "values"))
    kind = table["kind"]
    if kind not in ("cost", "gain"):
        raise InputError(
            "game-kind", f"{kind!r:.40} is not a kind of game", f"{_WHERE}: kind", 'write "cost" or "gain"'
        )
    players = _player_names(table["players"], most)
    index = {name: i for i, name in enumerate(players)}
    given: dict[int, str] = {}
    values = np.zeros(2 ** len(players))
    for key, value in strict.mapping(table["values"], f"{_WHERE}: values").items():
        mask = _mask(key, index)
        if mask in given:
            raise InputError(
                "game-coalition-twice",
                f"{key!r} and {given[mask]!r} are the same coalition",
                f"{_WHERE}: values",
                "keep one of them",
            )
        given[mask] = str(key)
        values[mask] = _number(value, f"{_WHERE}: values[{key!r:.60}]")
    game = Game(kind, players, values)
    lacking = [mask for mask in range(1, len(values)) if mask not in given]
    if lacking:
        lacking.sort(key=lambda mask: (mask.bit_count(), mask))
        shown = "; ".join(game.name(mask) for mask in lacking[:10])
        more = f" and {len(lacking) - 10} more" if len(lacking) > 10 else ""
        raise InputError(
            "game-missing",
            f"{len(lacking)} of {len(values) - 1} coalitions are missing: {shown}{more}",
            f"{_WHERE}: values",
            "give every coalition a value; missing is not zero",
        )
    return game


def read(path: Path) -> dict[str, Any]:
    """The table in a GAME.json file; unlike plain `json.load` a key that stands twice is an InputError."""
    return dict(strict.mapping(json_file.read(path), str(path)))
