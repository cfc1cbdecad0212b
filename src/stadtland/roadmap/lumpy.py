"""Polishing: measures that come in whole objects (a turbine, a plant) after the linear programme is solved.

Standing units of a measure with `lump` become a whole number of objects. The gap to the linear optimum is stated; with
whole objects the core can be empty, so the answer carries no label and no prices.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from .instance import Instance
from .programme import Programme
from .solve import Solution, highs_model

GAP = 1e-3
WHOLE = 1e-6


def polish(instance: Instance, solution: Solution, gap: float = GAP, time_limit: float = 60.0) -> dict[str, Any]:
    """`{status, cost, linear_cost, extra_share, gap, objects, units, checks, core_guaranteed}` with whole objects.

    `cost` M EUR; `extra_share` = cost / linear cost − 1; `gap`: proven distance to the best whole-object plan (share);
    `objects`: measure → number by year. `status` is ok, limit (best plan found in time, its gap stands beside it) or
    infeasible; without a plan `cost` is null. Without measures in whole objects the status is `none`.
    """
    from .answer import answer

    lumps = {m.id: m.lump for m in instance.measures if m.lump and f"standing:{m.id}" in solution.programme.families}
    lumps = {k: v for k, v in lumps.items() if solution.programme.families[f"standing:{k}"][0] >= 0}
    head = {"status": "none", "cost": None, "linear_cost": solution.cost, "core_guaranteed": False}
    if not lumps or solution.status != "ok":
        return head
    programme, whole = _in_objects(solution.programme, lumps)
    status, found, reached = _solve(programme, whole, gap, time_limit)
    if found is None:
        return head | {"status": status}
    cost = float(programme.cost @ found)
    plan = replace(solution, programme=programme, x=found, cost=cost, basis=None)
    told = answer(instance, plan, duals=False)
    checks = [c for c in told["checks"] if c["name"] != "dual_gap"]
    objects = {k: np.rint(found[programme.families[f"standing:{k}"]]).astype(int).tolist() for k in lumps}
    return head | {
        "status": status,
        "cost": cost,
        "extra_share": cost / solution.cost - 1.0 if solution.cost else 0.0,
        "gap": reached,
        "objects": objects,
        "units": {k: told["measures"][k]["standing"] for k in lumps},
        "backstop_kt": told["backstop_kt"],
        "checks": checks,
    }


def _in_objects(programme: Programme, lumps: dict[str, float]) -> tuple[Programme, Sequence[int]]:
    """The programme with one object as the unit of the columns that come in objects, and these columns."""
    scale = programme.scale.copy()
    for name, size in lumps.items():
        scale[programme.families[f"standing:{name}"]] = size
    factor = scale / programme.scale
    by_entry = np.repeat(factor, np.diff(programme.indptr))
    whole = np.concatenate([programme.families[f"standing:{name}"] for name in lumps])
    hi = programme.col_hi / factor
    hi[whole] = np.floor(hi[whole] + WHOLE)
    changed = replace(
        programme,
        cost=programme.cost * factor,
        col_lo=programme.col_lo / factor,
        col_hi=hi,
        scale=scale,
        values=programme.values * by_entry,
    )
    return changed, whole.tolist()


def _solve(programme: Programme, whole: Sequence[int], gap: float, limit: float) -> tuple[str, Any, float]:
    import highspy

    solver = highs_model(programme, limit, presolve="on")
    solver.setOptionValue("solver", "choose")
    solver.setOptionValue("mip_rel_gap", gap)
    solver.setOptionValue("mip_feasibility_tolerance", 1e-9)
    index = np.asarray(whole, dtype=np.int32)
    kinds = np.full(len(index), highspy.HighsVarType.kInteger)
    solver.changeColsIntegrality(len(index), index, kinds)
    solver.run()
    status, info = solver.getModelStatus(), solver.getInfo()
    if status == highspy.HighsModelStatus.kInfeasible:
        return "infeasible", None, float("inf")
    has_plan = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    word = "ok" if status == highspy.HighsModelStatus.kOptimal else "limit"
    if not has_plan:
        return word if word == "limit" else "error", None, float("inf")
    x = np.array(solver.getSolution().col_value)
    x[index] = np.rint(x[index])
    return word, x, max(0.0, float(info.mip_gap))
