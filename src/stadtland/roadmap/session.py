"""One programme kept in the solver: objectives and single limits change, each solve starts from the last basis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from .programme import Programme, RowBlock
from .reading import Floats
from .solve import TOLERANCE, Solution, highs_model, kkt

TIME_LIMIT = 60.0


@dataclass(frozen=True)
class Limit:
    """One more row over columns: lo ≤ coefficients · x ≤ hi, with coefficients in scaled columns."""

    name: str
    coefficients: Floats
    lo: float = -np.inf
    hi: float = np.inf


def natural(programme: Programme, families: dict[str, Floats | float]) -> Floats:
    """Coefficients on scaled columns from values per natural unit by family and year (0 where a family is absent)."""
    out = np.zeros(programme.shape[1])
    for family, value in families.items():
        cols = programme.families.get(family)
        if cols is not None and cols[0] >= 0:
            out[cols] += np.asarray(value) * programme.scale[cols]
    return out


def with_limits(programme: Programme, limits: Sequence[Limit]) -> Programme:
    """The programme with further rows at its end. They have no owner, so it is no longer core-guaranteed."""
    m, n, _ = programme.shape
    rows, cols, values = [programme.indices], [np.repeat(np.arange(n), np.diff(programme.indptr))], [programme.values]
    for k, limit in enumerate(limits):
        used = np.flatnonzero(limit.coefficients)
        rows.append(np.full(len(used), m + k))
        cols.append(used)
        values.append(limit.coefficients[used])
    row, col, value = np.concatenate(rows), np.concatenate(cols), np.concatenate(values)
    order = np.lexsort((row, col))
    indptr = np.concatenate([[0], np.cumsum(np.bincount(col, minlength=n))]).astype(np.int64)
    last = np.array([len(programme.years) - 1])
    return replace(
        programme,
        row_lo=np.append(programme.row_lo, [x.lo for x in limits]),
        row_hi=np.append(programme.row_hi, [x.hi for x in limits]),
        row_owner=np.append(programme.row_owner, np.full(len(limits), -1)),
        indptr=indptr,
        indices=row[order],
        values=value[order],
        blocks=(*programme.blocks, *(RowBlock("limit", x.name, "", m + k, last) for k, x in enumerate(limits))),
        core_guaranteed=False,
    )


class Session:
    """A solver that keeps its basis between objectives; every answer is checked here, a flaw leads to a cold solve."""

    def __init__(self, programme: Programme, start: Solution | None = None, time_limit: float = TIME_LIMIT) -> None:
        self.programme = programme
        self.time_limit = time_limit
        self._solver = highs_model(programme, time_limit)
        self._solver.setOptionValue("simplex_strategy", 4)  # primal: a changed objective leaves the point feasible
        if start is not None and start.basis is not None:
            self._extend(start)

    def _extend(self, start: Solution) -> None:
        """The basis of a programme with the same columns and fewer rows; new rows are basic."""
        import highspy

        basis = highspy.HighsBasis()
        more = self.programme.shape[0] - len(start.row_dual)
        basis.col_status = list(start.basis.col_status)
        basis.row_status = [*start.basis.row_status, *([highspy.HighsBasisStatus.kBasic] * more)]
        basis.valid = True
        self._solver.setBasis(basis)

    def bound_rows(self, first: int, lo: Floats, hi: Floats) -> None:
        """Change the limits of rows from `first` on."""
        rows = np.arange(first, first + len(lo), dtype=np.int32)
        for r, low, high in zip(rows, lo, hi, strict=True):
            self._solver.changeRowBounds(int(r), float(low), float(high))
        row_lo, row_hi = self.programme.row_lo.copy(), self.programme.row_hi.copy()
        row_lo[rows], row_hi[rows] = lo, hi
        self.programme = replace(self.programme, row_lo=row_lo, row_hi=row_hi)

    def restart(self, start: Solution) -> None:
        """Begin the next objective from the basis of `start` instead of the last point."""
        self._extend(start)

    def minimise(self, cost: Floats, dual: bool = False) -> tuple[Floats, float] | None:
        """(x, value) of least cost·x; None if the programme has no optimum within the time limit.

        `dual`: only limits changed since the last solve of this objective, so the dual simplex goes on from there.
        """
        n = len(cost)
        self._solver.setOptionValue("simplex_strategy", 1 if dual else 4)
        self._solver.changeColsCost(n, np.arange(n, dtype=np.int32), np.asarray(cost, dtype=np.float64))
        found = self._checked(self._solver, cost)
        if found is None:
            cold = highs_model(replace(self.programme, cost=cost), self.time_limit)
            found = self._checked(cold, cost)
        return found

    def _checked(self, solver: Any, cost: Floats) -> tuple[Floats, float] | None:
        import highspy

        solver.run()
        if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        got = solver.getSolution()
        x = np.array(got.col_value)
        flaws = kkt(replace(self.programme, cost=cost), x, np.array(got.row_dual), np.array(got.col_dual))
        if max(flaws.values()) > max(1e-6, 10 * TOLERANCE):
            return None
        return x, float(cost @ x)
