"""Solving a programme with HiGHS: cold with fixed options, warm for previews with our own optimality check."""

from __future__ import annotations

from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

import numpy as np

from .programme import Programme
from .reading import Floats

TOLERANCE = 1e-7


@dataclass(frozen=True)
class Solution:
    """What the solver returned. `status` ok|infeasible|limit|error; arrays in scaled columns of the programme.

    `row_dual`: change of cost per unit of the right side; `col_dual`: reduced cost. `basis` is opaque, for `resolve`.
    """

    status: str
    cost: float
    x: Floats
    row_dual: Floats
    col_dual: Floats
    iterations: int
    seconds: float
    warm: bool
    message: str
    programme: Programme = field(repr=False)
    basis: Any = field(default=None, repr=False, compare=False)

    def values(self, family: str) -> Floats:
        """Natural units of a family of columns by year, shape (years,); zeros where there is no such column."""
        cols = self.programme.families.get(family)
        if cols is None:
            return np.zeros(len(self.programme.years))
        return np.asarray(self.x[cols] * self.programme.scale[cols])


def highs_model(programme: Programme, time_limit: float, presolve: str = "off") -> Any:
    """A HiGHS object with fixed options (one thread, fixed seed, dual simplex) that holds the programme."""
    import highspy

    class Quiet(highspy.Highs):
        """Without callbacks: installing them prints a banner before any option can be set."""

        def enableCallbacks(self) -> None:
            self.setOptionValue("output_flag", False)

    solver = Quiet()  # type: ignore[no-untyped-call]
    options: dict[str, bool | int | float | str] = {
        "output_flag": False,
        "threads": 1,
        "random_seed": 0,
        "solver": "simplex",
        "presolve": presolve,
        "primal_feasibility_tolerance": TOLERANCE,
        "dual_feasibility_tolerance": TOLERANCE,
        "time_limit": float(time_limit),
    }
    for name, value in options.items():
        if solver.setOptionValue(name, value) != highspy.HighsStatus.kOk:
            raise ValueError(f"the solver refuses the option {name}")
    lp = highspy.HighsLp()
    rows, cols, _ = programme.shape
    lp.num_col_, lp.num_row_ = cols, rows
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = programme.cost, programme.col_lo, programme.col_hi
    lp.row_lower_, lp.row_upper_ = programme.row_lo, programme.row_hi
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_ = programme.indptr.astype(np.int32)
    lp.a_matrix_.index_ = programme.indices.astype(np.int32)
    lp.a_matrix_.value_ = programme.values
    solver.passModel(lp)
    return solver


def solve(programme: Programme, time_limit: float = 600.0) -> Solution:
    """Solve cold with fixed options; the same programme always gives the same answer.

    `status` limit: the time limit (seconds) was reached; error: the solver failed or its answer is not optimal
    within 1e-6.
    """
    return _run(programme, highs_model(programme, time_limit), warm=False)


def resolve(programme: Programme, warm: Solution, time_limit: float = 600.0) -> Solution:
    """Solve starting from an earlier solution, for previews: same rows and columns, changed numbers.

    The answer is checked here (feasibility, signs of duals, duality gap), because a solver may call a warm point
    optimal
    that is not; then, or when the shapes differ, the programme is solved cold.
    """
    same = warm.basis is not None and len(warm.x) == programme.shape[1] and len(warm.row_dual) == programme.shape[0]
    if same:
        solver = highs_model(programme, time_limit)
        import highspy

        if solver.setBasis(warm.basis) == highspy.HighsStatus.kOk:
            result = _run(programme, solver, warm=True)
            if result.status == "ok":
                return result
    return solve(programme, time_limit)


def _run(programme: Programme, solver: Any, warm: bool) -> Solution:
    import highspy

    start = perf_counter()
    solver.run()
    seconds = perf_counter() - start
    status = solver.getModelStatus()
    found = solver.getSolution()
    rows, cols, _ = programme.shape
    names = {
        highspy.HighsModelStatus.kOptimal: "ok",
        highspy.HighsModelStatus.kModelEmpty: "ok",
        highspy.HighsModelStatus.kInfeasible: "infeasible",
        highspy.HighsModelStatus.kUnboundedOrInfeasible: "infeasible",
        highspy.HighsModelStatus.kTimeLimit: "limit",
        highspy.HighsModelStatus.kIterationLimit: "limit",
    }
    word = names.get(status, "error")
    message = "" if word == "ok" else solver.modelStatusToString(status)
    if word == "limit":
        bound = lower_bound(programme, np.array(found.row_dual)) if found.dual_valid else None
        known = "no bound is known" if bound is None else f"every plan costs at least {bound:.6g} M EUR"
        message = f"the solver stopped at its limit ({message}): there is no plan yet; {known}"
    x, row_dual, col_dual = (np.zeros(cols), np.zeros(rows), np.zeros(cols))
    if word == "ok":
        x, row_dual, col_dual = np.array(found.col_value), np.array(found.row_dual), np.array(found.col_dual)
        flaws = kkt(programme, x, row_dual, col_dual)
        worst = max(flaws, key=lambda k: flaws[k])
        if flaws[worst] > 1e-6:
            word, message = "error", f"the solver's answer fails our check: {worst} {flaws[worst]:.2g}"
    return Solution(
        status=word,
        cost=float(programme.cost @ x),
        x=x,
        row_dual=row_dual,
        col_dual=col_dual,
        iterations=int(solver.getInfo().simplex_iteration_count),
        seconds=seconds,
        warm=warm,
        message=message,
        programme=programme,
        basis=solver.getBasis() if word == "ok" else None,
    )


def kkt(programme: Programme, x: Floats, row_dual: Floats, col_dual: Floats) -> dict[str, float]:
    """Relative violations of optimality of a point: primal, bounds, dual (costs − Aᵀy − z), signs, gap."""
    activity = programme.times(x)
    size = 1.0 + np.abs(activity)
    primal = np.maximum(programme.row_lo - activity, activity - programme.row_hi) / size
    bounds = np.maximum(programme.col_lo - x, x - programme.col_hi) / (1.0 + np.abs(x))
    stationarity = np.abs(programme.cost - programme.times_transposed(row_dual) - col_dual) / (
        1.0 + np.abs(programme.cost)
    )
    signs = np.concatenate(
        [
            np.where(np.isinf(programme.row_lo), row_dual, 0.0),
            np.where(np.isinf(programme.row_hi), -row_dual, 0.0),
            np.where(np.isinf(programme.col_lo), col_dual, 0.0),
            np.where(np.isinf(programme.col_hi), -col_dual, 0.0),
        ]
    )
    cost = float(programme.cost @ x)
    gap = abs(cost - dual_value(programme, row_dual, col_dual)) / max(1.0, abs(cost))

    def most(values: Floats) -> float:
        return max(0.0, float(values.max())) if len(values) else 0.0

    return {
        "primal": most(primal),
        "bounds": most(bounds),
        "stationarity": most(stationarity),
        "signs": most(signs),
        "gap": gap,
    }


def lower_bound(programme: Programme, row_dual: Floats) -> float | None:
    """A cost that no plan can undercut, from any row duals (weak duality); None where they give no finite bound.

    Duals of a wrong sign are set to 0; what is left of the cost, c − Aᵀy, is priced at the cheaper bound of its column
    (within the tolerance of the solver).
    """
    y = np.where(np.isinf(programme.row_lo), np.minimum(row_dual, 0.0), row_dual)
    y = np.where(np.isinf(programme.row_hi), np.maximum(y, 0.0), y)
    rest = programme.cost - programme.times_transposed(y)
    rest = np.where(np.abs(rest) <= TOLERANCE * (1.0 + np.abs(programme.cost)), 0.0, rest)
    bound = np.where(rest > 0, programme.col_lo, programme.col_hi)
    if not np.all(np.isfinite(bound[rest != 0])):
        return None
    return dual_value(programme, y, rest)


def dual_value(programme: Programme, row_dual: Floats, col_dual: Floats) -> float:
    """Value of the dual: Σ dual × the side it prices (lower if positive, upper if negative); infinite sides: 0."""

    def side(dual: Floats, lo: Floats, hi: Floats) -> float:
        bound = np.where(dual > 0, lo, hi)
        return float(np.sum(dual * np.where(np.isfinite(bound), bound, 0.0)))

    return side(row_dual, programme.row_lo, programme.row_hi) + side(col_dual, programme.col_lo, programme.col_hi)
