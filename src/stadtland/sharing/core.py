"""Least core, core test and corridor. Works on a worth array less stand-alone worths (see `game.Normal`)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..base.errors import ComputationError
from ..base.solver import highs
from .game import Array, membership, normalise, players_of

# Feasibility of the LPs, in units of the normalised game (largest gain = 1).
TOLERANCE = 1e-9
_CUTS = 40

Flags = NDArray[np.bool_]


class ExcessProgram:
    """One small LP over shares y and the largest excess ε, with coalitions added when they are violated.

    Rows: y(N) = w(N); y(S) + ε ≥ w(S) for open coalitions S; equalities a·y = b for what is settled. Only
    the coalitions that matter enter the model; optimality is then checked against all 2**n − 2 of them, so
    the result is that of the whole program. Singles and their complements always stand in the model and
    keep it bounded. Every stage is solved cold: the model is tiny, and a warm start is known to stop early
    in some versions of the solver.
    """

    def __init__(self, worth: Array) -> None:
        import highspy

        self._hs = highspy
        self._solver = highs(presolve="off", primal_feasibility_tolerance=1e-10, dual_feasibility_tolerance=1e-10)
        self.worth = worth
        self.n = players_of(worth)
        self.table = membership(self.n)
        full = 2**self.n - 1
        singles = [1 << i for i in range(self.n)]
        self.rows = sorted({mask for s in singles for mask in (s, full ^ s)} - {0, full})

    def solve(
        self,
        cost: Array,
        open_: Flags,
        equal: list[tuple[Array, float]],
        lower: float | None = None,
        eps: float | None = None,
    ) -> tuple[Array, dict[int, float], Array]:
        """Minimise cost·(y, ε).

        cost shape (n+1,); `open_` bool (2**n,): coalitions whose excess is bounded by ε; `equal`: settled
        rows; `lower`: bound on every y (None: free); `eps`: fixed ε (None: free). Returns (y, ε) shape
        (n+1,), the dual of each row of an open coalition, the reduced costs (n,). ComputationError
        `game-lp` if the solver fails.
        """
        for _ in range(2**self.n):
            point, duals, reduced = self._run(cost, open_, equal, lower, eps)
            excess = self.worth - self.table @ point[:-1] - point[-1]
            excess[~open_] = -np.inf
            excess[self.rows] = -np.inf
            worst = np.argsort(-excess, kind="stable")[:_CUTS]
            fresh = worst[excess[worst] > TOLERANCE]
            if not len(fresh):
                return point, duals, reduced
            self.rows = sorted({*self.rows, *(int(mask) for mask in fresh)})
        raise ComputationError("game-lp", "the shares could not be computed", "", "please report the game")

    def _run(
        self,
        cost: Array,
        open_: Flags,
        equal: list[tuple[Array, float]],
        lower: float | None,
        eps: float | None,
    ) -> tuple[Array, dict[int, float], Array]:
        hs, n = self._hs, self.n
        inf = hs.kHighsInf
        used = [mask for mask in self.rows if open_[mask]]
        matrix = np.vstack(
            [
                np.append(np.ones(n), 0.0),
                *(np.append(row, 0.0) for row, _ in equal),
                np.column_stack([self.table[used], np.ones(len(used))]),
            ]
        )
        low = np.concatenate([[self.worth[-1]], [b for _, b in equal], self.worth[used]])
        high = np.concatenate([low[: 1 + len(equal)], np.full(len(used), inf)])
        lp = hs.HighsLp()
        lp.num_col_, lp.num_row_ = n + 1, len(matrix)
        lp.col_cost_ = cost
        lp.col_lower_ = np.append(np.full(n, -inf if lower is None else lower), -inf if eps is None else eps)
        lp.col_upper_ = np.append(np.full(n, inf), inf if eps is None else eps)
        lp.row_lower_, lp.row_upper_ = low, high
        rows, columns = np.nonzero(matrix)
        lp.a_matrix_.format_ = hs.MatrixFormat.kRowwise
        lp.a_matrix_.start_ = np.searchsorted(rows, np.arange(len(matrix) + 1))
        lp.a_matrix_.index_ = columns
        lp.a_matrix_.value_ = matrix[rows, columns]
        self._solver.passModel(lp)
        self._solver.run()
        status = self._solver.getModelStatus()
        if status != hs.HighsModelStatus.kOptimal:
            raise ComputationError("game-lp", f"the solver stopped with {status.name}", "", "please report the game")
        found = self._solver.getSolution()
        duals = np.array(found.row_dual)[1 + len(equal) :]
        return np.array(found.col_value), dict(zip(used, duals, strict=True)), np.array(found.col_dual)[:n]


def proper(n: int) -> Flags:
    """Bool (2**n,): True for coalitions that are neither empty nor all."""
    flags = np.ones(2**n, dtype=bool)
    flags[[0, -1]] = False
    return flags


def excesses(worth: Array, shares: Array) -> Array:
    """w(S) − y(S) for every coalition, shape (2**n,); > 0 means that S would do better alone."""
    result: Array = worth - membership(players_of(worth)) @ shares
    return result


def least_core_of(worth: Array, program: ExcessProgram | None = None) -> float:
    """Least-core ε of `game.Normal.worth`; 0 for one player."""
    n = players_of(worth)
    if n == 1:
        return 0.0
    program = program or ExcessProgram(worth)
    point, _, _ = program.solve(np.append(np.zeros(n), 1.0), proper(n), [])
    return float(point[-1])


def corridor_of(worth: Array, eps: float, program: ExcessProgram | None = None) -> Array:
    """Least and largest share of each player in the core, shape (n, 2); two LPs per player.

    `eps` is the least-core ε; a positive one (within the tolerance of an empty core) loosens the rows by
    itself.
    """
    n = players_of(worth)
    if n == 1:
        return np.array([[worth[-1], worth[-1]]])
    program = program or ExcessProgram(worth)
    bounds = np.empty((n, 2))
    for i in range(n):
        for side, sense in enumerate((1.0, -1.0)):
            cost = np.zeros(n + 1)
            cost[i] = sense
            point, _, _ = program.solve(cost, proper(n), [], eps=max(eps, 0.0))
            bounds[i, side] = point[i]
    return bounds


def least_core(worth: Array) -> float:
    """Smallest ε with x(S) ≥ v(S) − ε for all proper S and x(N) = v(N), in the unit of the array (2**n).

    For a cost game pass the negated costs.
    """
    normal = normalise(worth)
    return normal.scale * least_core_of(normal.worth)


def core_is_empty(worth: Array, eps: float) -> bool:
    """ε > 1e-9 · max(1, largest |v|); `eps` in the unit of the worth array."""
    return bool(eps > 1e-9 * max(1.0, float(np.abs(worth).max())))


def corridor(worth: Array) -> Array | None:
    """Least and largest share in the core of a worth array (2**n), shape (n, 2); None where it is empty."""
    normal = normalise(worth)
    eps = least_core_of(normal.worth)
    if core_is_empty(worth, eps * normal.scale):
        return None
    bounds: Array = corridor_of(normal.worth, eps) * normal.scale + normal.alone[:, None]
    return bounds
