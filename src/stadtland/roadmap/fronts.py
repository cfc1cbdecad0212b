"""What can be had against what: cost, missed tonnes, adaptation and regional value on one grid.

Augmented ε-constraint method (Mavrotas 2009): the range of every objective from its best and from the best plans of
the others; then cost is minimised with every other objective held at each level of its range, with a small reward for
doing better. Points that another point beats in all objectives are dropped.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np

from .reading import Floats
from .session import Limit, Session, with_limits
from .solved import Solved
from .spending import PENALTIES, is_money

REWARD = 1e-4  # of the range of cost for the whole range of another objective
TIGHT = 1e-7


@dataclass(frozen=True)
class Objective:
    """A linear aim over scaled columns: `sense` 1 to have little of it, −1 to have much; `unit` for print."""

    name: str
    coefficients: Floats
    sense: float
    unit: str


def money(solved: Solved) -> Objective:
    """Cost without the price of what is missed, M EUR present value."""
    out = np.zeros(solved.programme.shape[1])
    for family, cols in solved.programme.families.items():
        used = cols[cols >= 0]
        if is_money(family):
            out[used] = solved.programme.cost[used]
    return Objective("cost", out, 1.0, "M EUR")


def missed(solved: Solved) -> Objective:
    """Missed tonnes of all capped rows to the horizon, kt (a tonne missed in two rows counts twice)."""
    out = np.zeros(solved.programme.shape[1])
    for family, cols in solved.programme.families.items():
        if family.startswith(PENALTIES):
            out[cols] = solved.programme.scale[cols]
    return Objective("missed", out, 1.0, "kt")


def by_measure(solved: Solved, name: str, per_unit: Mapping[str, float], unit: str) -> Objective:
    """Σ value per standing unit (by measure id without member) in 2045, to have much of."""
    out = np.zeros(solved.programme.shape[1])
    for m in solved.instance.measures:
        value = per_unit.get(m.id.partition("@")[0], 0.0)
        cols = solved.programme.families.get(f"standing:{m.id}")
        if value and not m.reference and cols is not None and cols[0] >= 0:
            out[cols[solved.at]] = value * solved.programme.scale[cols[solved.at]]
    return Objective(name, out, -1.0, unit)


def front(
    solved: Solved, others: list[Objective], points: int = 3, progress: Callable[[int, int], None] | None = None
) -> dict[str, Any]:
    """{objectives[{name, unit, best, worst}], points[{name: value}], runs, failed}; the first objective is cost.

    `points` levels of each of `others`. Unserved demand is as in the plan. Values in natural units; more is better
    where sense is −1.
    """
    from dataclasses import replace

    cost = money(solved)
    aims = [cost, *[o for o in others if np.any(o.coefficients)]]
    hi = solved.programme.col_hi.copy()
    for family, cols in solved.programme.families.items():
        if family.startswith("unserved:"):
            hi[cols] = np.maximum(solved.solution.x[cols], 0.0) + 1e-9
    base = replace(solved.programme, col_hi=hi)
    free = with_limits(base, [Limit(o.name, o.sense * o.coefficients) for o in aims[1:]])
    session = Session(free, solved.solution)
    table = _payoff(session, aims)
    if table is None:
        return {"objectives": [], "points": [], "runs": len(aims), "failed": len(aims)}
    spans = [(float(c.min()), float(c.max())) for c in table.T]
    first = solved.programme.shape[0]
    reward = cost.coefficients.copy()
    for o, (low, high) in zip(aims[1:], spans[1:], strict=True):
        if high - low > TIGHT:
            reward += REWARD * (spans[0][1] - spans[0][0]) / (high - low) * o.sense * o.coefficients
    grid = list(product(*[np.linspace(high, low, points) for low, high in spans[1:]]))
    found, failed = [], 0
    for k, levels in enumerate(grid, 1):
        loose = np.array([v + TIGHT * max(1.0, abs(v)) for v in levels])
        session.bound_rows(first, np.full(len(loose), -np.inf), loose)
        got = session.minimise(reward, dual=k > 1)
        if got is None:
            failed += 1
        else:
            found.append([o.sense * float(o.coefficients @ got[0]) for o in aims])
        if progress is not None:
            progress(k, len(grid))
    kept = [p for p in found if not any(_beats(q, p, spans) for q in found)]
    return {
        "objectives": [
            {"name": o.name, "unit": o.unit, "best": o.sense * low, "worst": o.sense * high}
            for o, (low, high) in zip(aims, spans, strict=True)
        ],
        "points": _unique([{o.name: o.sense * v for o, v in zip(aims, p, strict=True)} for p in kept]),
        "runs": len(grid),
        "failed": failed,
    }


def _payoff(session: Session, aims: list[Objective]) -> Floats | None:
    """Rows: what every objective is at the best plan for one (ties broken by the others); signed, less is better."""
    rows = []
    scale = [max(1e-9, float(np.abs(o.coefficients).max())) for o in aims]
    for o, size in zip(aims, scale, strict=True):
        objective = o.sense * o.coefficients / size
        for other, s in zip(aims, scale, strict=True):
            if other is not o:
                objective = objective + 1e-5 * other.sense * other.coefficients / s
        got = session.minimise(objective)
        if got is None:
            return None
        rows.append([x.sense * float(x.coefficients @ got[0]) for x in aims])
    return np.array(rows)


def _beats(q: list[float], p: list[float], spans: list[tuple[float, float]]) -> bool:
    """Whether q is no worse in everything and better in something, beyond rounding of the ranges."""
    room = [1e-6 * max(1e-9, high - low) for low, high in spans]
    return all(a <= b + r for a, b, r in zip(q, p, room, strict=True)) and any(
        a < b - r for a, b, r in zip(q, p, room, strict=True)
    )


def _unique(points: list[dict[str, float]]) -> list[dict[str, float]]:
    seen: dict[tuple[str, ...], dict[str, float]] = {}
    for p in points:
        seen.setdefault(tuple(f"{v:.6g}" for v in p.values()), p)
    return sorted(seen.values(), key=lambda p: next(iter(p.values())))
