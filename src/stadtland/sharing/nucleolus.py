"""Nucleolus by a sequence of linear programs.

Stage k makes the largest excess of the open coalitions as small as possible. Only coalitions whose row has
a positive dual are settled: complementary slackness makes their excess constant on the whole optimal face.
A row that is merely tight at the point the solver happened to return says nothing, and settling it is the
well-known mistake. With the settled coalitions everything in their linear span is settled too, so the rank
grows in every stage and at most n − 1 programs are needed. Source: Maschler, Peleg, Shapley 1979; on the
mistake: Guajardo, Jörnsten 2015.
"""

from __future__ import annotations

import numpy as np

from ..base.errors import ComputationError
from .core import ExcessProgram, least_core_of, proper
from .game import Array, Normal, membership, normalise, players_of

_POSITIVE = 1e-7  # duals of a stage sum to 1 over at most n + 1 rows
_SPAN = 1e-8


class _Span:
    """Linear span of settled rows, as an orthonormal basis."""

    def __init__(self, n: int) -> None:
        self.basis = np.ones((1, n)) / np.sqrt(n)

    def outside(self, rows: Array) -> Array:
        """Length of what each row has outside the span, shape (rows,)."""
        rest = rows - (rows @ self.basis.T) @ self.basis
        length: Array = np.linalg.norm(rest, axis=1)
        return length

    def add(self, row: Array) -> None:
        rest = row - (row @ self.basis.T) @ self.basis
        rest -= (rest @ self.basis.T) @ self.basis  # twice is enough to stay orthogonal
        length = np.linalg.norm(rest)
        if length > _SPAN:
            self.basis = np.vstack([self.basis, rest / length])


def imputations_exist(normal: Normal) -> bool:
    """True if together the players get at least what they get alone (up to rounding of the values)."""
    return bool(normal.worth[-1] * normal.scale >= -normal.rounding)


def nucleolus_of(normal: Normal, eps: float, program: ExcessProgram | None = None) -> Array:
    """Nucleolus in the unit of the game, shape (n,); the prenucleolus where there are no imputations.

    `eps`: least-core ε of `normal.worth`; `program`: one already made for `normal.worth`. With a core the
    imputations need no row of their own: every single's excess is at most ε ≤ 0.
    """
    some = imputations_exist(normal)
    worth = normal.worth
    if some and worth[-1] < 0.0:  # rounding only
        worth = np.append(worth[:-1], 0.0)
        program = None
    return normal.back(sequence(worth, some and eps > 0, program))


def nucleolus(worth: Array) -> Array:
    """Nucleolus of a worth array (2**n) in its unit, shape (n,); the prenucleolus if no imputations.

    For a cost game pass the negated costs and negate the result. ComputationError if a program fails.
    """
    normal = normalise(worth)
    return nucleolus_of(normal, least_core_of(normal.worth))


def sequence(worth: Array, imputations: bool, program: ExcessProgram | None = None) -> Array:
    """Nucleolus of a worth game less stand-alone worths (`game.Normal.worth`), shape (n,).

    `imputations` True: over shares that leave nobody below standing alone (y ≥ 0, needs w(N) ≥ 0); False:
    the prenucleolus over all shares of w(N). ComputationError `game-lp` or `game-nucleolus` if it fails.
    """
    n = players_of(worth)
    if n == 1:
        return worth[-1:].copy()
    program = program or ExcessProgram(worth)
    table = membership(n)
    lower = 0.0 if imputations else None
    span, open_ = _Span(n), proper(n)
    settled: list[tuple[Array, float]] = []
    equations: list[tuple[Array, float, int]] = [(np.ones(n), float(worth[-1]), -1)]  # row, right side, stage of its ε
    objective = np.append(np.zeros(n), 1.0)
    point = np.zeros(n + 1)
    stage = 0
    while len(span.basis) < n:
        point, duals, reduced = program.solve(objective, open_, settled, lower)
        rank = len(span.basis)
        tight = [mask for mask, dual in duals.items() if dual > _POSITIVE]
        for mask in tight:
            if span.outside(table[[mask]])[0] > _SPAN:
                settled.append((table[mask], float(worth[mask] - point[-1])))
            equations.append((table[mask], float(worth[mask]), stage))
            span.add(table[mask])
        for i in np.flatnonzero(reduced > _POSITIVE) if imputations else ():
            unit = np.eye(n)[i]
            if span.outside(unit[None])[0] > _SPAN:
                settled.append((unit, 0.0))
            equations.append((unit, 0.0, -1))
            span.add(unit)
        if len(span.basis) == rank:
            raise ComputationError("game-nucleolus", "a stage settled no coalition", "", "please report the game")
        open_ = open_ & (span.outside(table) > _SPAN)
        stage += 1
    return _polish(equations, stage, point[:n])


def _polish(equations: list[tuple[Array, float, int]], stages: int, rough: Array) -> Array:
    """Solve the settled equations once as a whole, which removes the solver's tolerance from the result."""
    n = len(rough)
    matrix = np.zeros((len(equations), n + stages))
    right = np.empty(len(equations))
    for k, (row, value, stage) in enumerate(equations):
        matrix[k, :n] = row
        if stage >= 0:
            matrix[k, n + stage] = 1.0
        right[k] = value
    exact, _, rank, _ = np.linalg.lstsq(matrix, right, rcond=None)
    fits = np.abs(matrix @ exact - right).max() < 1e-7 and np.abs(exact[:n] - rough).max() < 1e-6
    found: Array = np.asarray(exact[:n], dtype=np.float64)
    return found if rank == n + stages and fits else rough
