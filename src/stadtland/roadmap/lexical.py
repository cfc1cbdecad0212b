"""A saved plan is one well-defined optimum: least cost, then least land, then the order of ids."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from .programme import Programme
from .reading import Floats
from .solve import Solution, highs_model, kkt, solve

# duals and reduced costs above this fix their row or column; a smaller one could only fix too much, never too little
POSITIVE = 1e-9
DRIFT = 1e-9


def solve_saved(programme: Programme, time_limit: float = 600.0) -> Solution:
    """Solve cold and settle ties (least land, then the order of ids): for plans that are saved, printed or shared."""
    found = solve(programme, time_limit)
    return tie_break(found, time_limit) if found.status == "ok" else found


def tie_break(found: Solution, time_limit: float = 600.0) -> Solution:
    """Choose among all plans as cheap as `found` by the tie-breaks of its programme.

    Each step keeps what the steps before have fixed: rows with a dual stay tight, columns with a reduced cost stay at
    their bound. Duals are those of the first step. If a step fails or the cost drifts by more than 1e-9 (relative), the
    plan of the step before stands.
    """
    programme, best = found.programme, found
    face, row_dual, col_dual, basis = programme, found.row_dual, found.col_dual, found.basis
    for objective in programme.tie_breaks:
        if not np.any(objective):
            continue
        face = _face(face, row_dual, col_dual)
        step = _primal(replace(face, cost=objective), basis, time_limit)
        if step is None:
            return best
        x, row_dual, col_dual, basis = step
        cost = float(programme.cost @ x)
        flaws = kkt(programme, x, found.row_dual, found.col_dual)
        if cost - found.cost > DRIFT * max(1.0, abs(found.cost)) or max(flaws["primal"], flaws["bounds"]) > 1e-6:
            return best
        best = replace(found, x=x, cost=cost)
    return best


def _face(programme: Programme, row_dual: Floats, col_dual: Floats) -> Programme:
    """The optimal face: rows and columns with a price are fixed at the side it prices."""
    up, down = row_dual > POSITIVE, row_dual < -POSITIVE
    above, below = col_dual > POSITIVE, col_dual < -POSITIVE
    return replace(
        programme,
        row_hi=np.where(up & np.isfinite(programme.row_lo), programme.row_lo, programme.row_hi),
        row_lo=np.where(down & np.isfinite(programme.row_hi), programme.row_hi, programme.row_lo),
        col_hi=np.where(above & np.isfinite(programme.col_lo), programme.col_lo, programme.col_hi),
        col_lo=np.where(below & np.isfinite(programme.col_hi), programme.col_hi, programme.col_lo),
    )


def _primal(programme: Programme, basis: object, time_limit: float) -> tuple[Floats, Floats, Floats, object] | None:
    """Primal simplex from a basis that is feasible on the face; None if it ends without an optimum."""
    import highspy

    solver = highs_model(programme, time_limit)
    solver.setOptionValue("simplex_strategy", 4)
    if solver.setBasis(basis) != highspy.HighsStatus.kOk:
        return None
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    found = solver.getSolution()
    return np.array(found.col_value), np.array(found.row_dual), np.array(found.col_dual), solver.getBasis()
