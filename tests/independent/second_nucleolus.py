"""Second formulation of the nucleolus: GLOP, constancy by a program of its own for every coalition.

Imports nothing from the package. At each stage the largest excess of the open coalitions is minimised; then
for every open coalition one further program asks how low its excess can go without raising the largest one.
Only a coalition that cannot go lower is settled.
"""

from __future__ import annotations

import numpy as np
from ortools.linear_solver import pywraplp

_SAME = 1e-5
_SLACK = 1e-7  # more than the solver's own tolerance, so that the second question stays feasible


def second_nucleolus(worth: np.ndarray, imputations: bool) -> np.ndarray:
    """Nucleolus (or prenucleolus) of 2**n worths, bit i of the index = player i."""
    n = len(worth).bit_length() - 1
    if n == 1:
        return worth[-1:]

    def rank(masks: list[int]) -> int:
        return int(np.linalg.matrix_rank([[m >> i & 1 for i in range(n)] for m in (2**n - 1, *masks)]))

    settled: dict[int, float] = {}
    open_ = set(range(1, 2**n - 1))
    while open_:
        solver = pywraplp.Solver.CreateSolver("GLOP")
        inf = solver.infinity()
        x = [solver.NumVar(worth[1 << i] if imputations else -inf, inf, "") for i in range(n)]
        top = solver.NumVar(-inf, inf, "")

        def part(mask: int, x: list = x) -> object:
            return sum(x[i] for i in range(n) if mask >> i & 1)

        solver.Add(part(2**n - 1) == float(worth[-1]))
        for mask, excess in settled.items():
            solver.Add(part(mask) >= float(worth[mask] - excess - _SLACK))
            solver.Add(part(mask) <= float(worth[mask] - excess + _SLACK))
        for mask in open_:
            solver.Add(part(mask) + top >= float(worth[mask]))
        solver.Minimize(top)
        assert solver.Solve() == pywraplp.Solver.OPTIMAL
        best = top.solution_value()
        point = np.array([v.solution_value() for v in x])
        solver.Add(top <= best + _SLACK)
        fixed = set()
        for mask in open_:
            solver.Maximize(part(mask))
            status = solver.Solve()
            if status == pywraplp.Solver.OPTIMAL and solver.Objective().Value() <= worth[mask] - best + _SAME:
                fixed.add(mask)
        assert fixed, "a stage must settle something"
        for mask in fixed:
            # A row that depends on others adds only rounding to the program.
            if rank([*settled, mask]) > rank([*settled]):
                settled[mask] = best
        open_ -= fixed
        if rank([*settled]) == n:
            return point
    return point


def kohlberg(worth: np.ndarray, shares: np.ndarray, tolerance: float = 1e-7) -> bool:
    """Kohlberg's criterion for the prenucleolus: coalitions of at least any excess balance.

    A family is balanced when N is a combination of them with all weights positive (checked by one program
    each).
    """
    n = len(shares)
    rows = np.array([[m >> i & 1 for i in range(n)] for m in range(1, 2**n - 1)], dtype=float)
    excess = worth[1:-1] - rows @ shares
    levels = sorted(set(np.round(excess / tolerance).astype(np.int64)), reverse=True)
    for level in levels:
        family = rows[excess >= (level - 0.5) * tolerance]
        solver = pywraplp.Solver.CreateSolver("GLOP")
        weights = [solver.NumVar(0.0, solver.infinity(), "") for _ in family]
        least = solver.NumVar(-solver.infinity(), 1.0, "")
        for i in range(n):
            solver.Add(sum(w for w, row in zip(weights, family, strict=True) if row[i]) == 1.0)
        for weight in weights:
            solver.Add(weight >= least)
        solver.Maximize(least)
        if solver.Solve() != pywraplp.Solver.OPTIMAL or least.solution_value() <= 1e-9:
            return False
        if np.linalg.matrix_rank(family) == n:
            return True
    return True
