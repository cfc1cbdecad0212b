"""Owen point: every member pays what its own right sides are worth at an optimal dual, with the range over all of them.

By weak duality Σ over a group of these shares never passes the group's own cost, by strong duality they add up to the
joint cost: the point lies in the core. Source: Owen 1975, Mathematical Programming 9, 358–370.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from .programme import Programme
from .reading import Floats
from .solve import Solution, highs_model

# a row or bound counts as tight within this distance (relative); a price above PRICED proves that it is tight
TIGHT = 1e-7
PRICED = 1e-9
UNIQUE = 1e-6


@dataclass(frozen=True)
class Owen:
    """Shares of one optimal dual, intervals over all optimal duals (M EUR), and whether they agree."""

    point: dict[str, float]
    interval: dict[str, tuple[float, float]]
    unique: bool


def point(solution: Solution) -> Floats:
    """Shares of the solution's dual, shape (members,): Σ dual × own right side + Σ reduced cost × own bound."""
    programme = solution.programme
    shares = np.zeros(len(programme.members))
    for i in range(len(shares)):
        lo, hi = programme.rhs(i)
        shares[i] = _worth(solution.row_dual, lo, hi)
        lo, hi = programme.bounds(i)
        shares[i] += _worth(solution.col_dual, lo, hi)
    return shares


def _worth(dual: Floats, lo: Floats, hi: Floats) -> float:
    side = np.where(dual > 0, lo, hi)
    return float(np.sum(dual * np.where(np.isfinite(side), side, 0.0)))


def owen(solution: Solution, time_limit: float = 60.0) -> Owen:
    """The Owen point of an optimal solution with its interval over all optimal duals.

    The upper end of a member is the slope of the joint cost when everything the member owns grows a little, the lower
    end the slope when it shrinks: linear programmes over the directions that keep tight rows tight. Each starts
    from the
    optimal basis, which is dual feasible for it. Shares whose interval is wider than 1e-6 (relative to the joint
    cost) are
    not unique. A slope that cannot be computed leaves the point as its end and `unique` false.
    """
    names = solution.programme.members
    shares = point(solution)
    size = max(1.0, abs(solution.cost))
    interval, unique = {}, True
    for i, name in enumerate(names):
        ends = [sign * slope if slope is not None else None for sign, slope in _slopes(solution, i, time_limit)]
        high, low = (shares[i] if end is None else end for end in ends)
        interval[name] = (float(min(low, shares[i])), float(max(high, shares[i])))
        unique &= None not in ends and interval[name][1] - interval[name][0] <= UNIQUE * size
    return Owen({n: float(s) for n, s in zip(names, shares, strict=True)}, interval, unique)


def _slopes(solution: Solution, member: int, time_limit: float) -> list[tuple[float, float | None]]:
    return [(sign, slope(solution, member, sign, time_limit)) for sign in (1.0, -1.0)]


def slope(solution: Solution, member: int, sign: float, time_limit: float = 60.0) -> float | None:
    """Slope of the joint cost along `sign` × everything the member owns (M EUR per 100 %); None if not found."""
    programme = solution.programme
    lo, hi = programme.rhs(member)
    activity = programme.times(solution.x)
    rows = _directions(activity, programme.row_lo, programme.row_hi, solution.row_dual, sign * lo, sign * hi)
    lo, hi = programme.bounds(member)
    cols = _directions(solution.x, programme.col_lo, programme.col_hi, solution.col_dual, sign * lo, sign * hi)
    return _value(
        replace(programme, row_lo=rows[0], row_hi=rows[1], col_lo=cols[0], col_hi=cols[1]), solution, time_limit
    )


def _directions(
    value: Floats, lo: Floats, hi: Floats, dual: Floats, move_lo: Floats, move_hi: Floats
) -> tuple[Floats, Floats]:
    """Limits of a direction: a tight side moves with its right side, a loose side does not bind."""
    size = TIGHT * (1.0 + np.abs(value))
    at_lo = np.isfinite(lo) & ((value - lo <= size) | (dual > PRICED))
    at_hi = np.isfinite(hi) & ((hi - value <= size) | (dual < -PRICED))
    # a priced side is fixed in every optimal plan of the moved programme, whatever the sign of the move
    low = np.where(at_lo, np.where(np.isfinite(lo), move_lo, 0.0), -np.inf)
    high = np.where(at_hi, np.where(np.isfinite(hi), move_hi, 0.0), np.inf)
    crossed = low > high  # both sides within the tolerance of each other: keep the priced one
    high = np.where(crossed & (dual >= 0), low, high)
    return np.where(crossed & (dual < 0), high, low), high


def _value(programme: Programme, solution: Solution, time_limit: float) -> float | None:
    import highspy

    solver = highs_model(programme, time_limit)
    if solver.setBasis(solution.basis) == highspy.HighsStatus.kOk:
        solver.run()
        if solver.getModelStatus() == highspy.HighsModelStatus.kOptimal:
            return float(solver.getInfo().objective_function_value)
    solver = highs_model(programme, time_limit)
    solver.run()
    if solver.getModelStatus() == highspy.HighsModelStatus.kOptimal:
        return float(solver.getInfo().objective_function_value)
    return None
