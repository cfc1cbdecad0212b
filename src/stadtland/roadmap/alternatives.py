"""Other good plans: how far single measures can go while the plan costs only a little more and misses no more.

Near-optimal alternatives (modelling to generate alternatives): extra cost ≤ (1+ε) × that of the plan, no year's missed
tonnes above the plan's, then the least and the most of each measure, and plans in random directions. The share of all
these plans that use a measure says how firm it is. Source of the idea: Brill, Chang, Hopkins 1982; DeCarolis 2011.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import Any

import numpy as np

from .build import build
from .instance import Instance
from .loading import load
from .programme import Programme
from .reading import Floats
from .session import Limit, Session, natural, with_limits
from .solve import Solution, solve
from .solved import Solved
from .spending import PENALTIES, is_money

EPSILONS = (0.01, 0.02, 0.05)
USED = 0.01  # of what a measure can reach at most; below it a plan does not count as using it
RANDOM = 8
MOST = 12  # measures with a corridor unless they are named
FIRM, LIKELY, OPEN = 0.9, 0.6, 0.1


def base_of(ident: str) -> str:
    """Measure id without its member."""
    return ident.partition("@")[0]


def groups_of(instance: Instance) -> dict[str, list[str]]:
    """Measures of the instance joined over members, without like-for-like replacement."""
    found: dict[str, list[str]] = {}
    for m in instance.measures:
        if not m.reference:
            found.setdefault(base_of(m.id), []).append(m.id)
    return found


def units_at(programme: Programme, members: Sequence[str], year: int) -> Floats:
    """Coefficients that sum the standing units of measures in a year (index)."""
    pick = np.zeros(len(programme.years))
    pick[year] = 1.0
    return natural(programme, {f"standing:{m}": pick for m in members})


def near_optimal(programme: Programme, solution: Solution, slack: float) -> Programme:
    """The programme with total cost ≤ optimum + slack (M EUR), and what is missed no more than in the solution."""
    hi = programme.col_hi.copy()
    for family, cols in programme.families.items():
        if family.startswith(PENALTIES):
            hi[cols] = np.minimum(hi[cols], np.maximum(solution.x[cols], 0.0) + 1e-9)
    money = np.zeros(programme.shape[1])
    for family, cols in programme.families.items():
        used = cols[cols >= 0]
        if is_money(family):
            money[used] = programme.cost[used]
    spent = float(money @ solution.x)
    from dataclasses import replace

    return with_limits(replace(programme, col_hi=hi), [Limit("money", money, hi=spent + slack)])


def money_of(programme: Programme, x: Floats) -> float:
    """Cost of a point without the price of what is missed, M EUR."""
    total = 0.0
    for family, cols in programme.families.items():
        used = cols[cols >= 0]
        if is_money(family):
            total += float(programme.cost[used] @ x[used])
    return total


def alternatives(
    document: Mapping[str, Any],
    extra: float | None = None,
    epsilons: Sequence[float] = EPSILONS,
    chosen: Sequence[str] | None = None,
    year: int | None = None,
    jobs: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> dict[str, Any]:
    """Corridors of measures and how firm each is.

    `extra`: extra cost of the plan without the price of missed targets, M EUR, of which ε is allowed more (None: the
    whole cost);
    `chosen`: measure ids (those with most money if None); `year`: of the units compared (2045 or the last). Returns
    {year, basis_meur, corridors[{id, plan, potential, by_epsilon {ε: [least, most]}, needed, open}], firm[{id, share,
    word}], plans (number), failed (runs without an optimum)}. ComputationError never; InputError as `load` and
    `alternatives-limited`.
    """
    from stadtland.base.errors import InputError

    solved = Solved.of(document)
    instance, programme, solution = solved.instance, solved.programme, solved.solution
    groups = groups_of(instance)
    unknown = [c for c in chosen or () if c not in groups]
    if unknown:
        raise InputError("measure-unknown", f"the plan has no measure {unknown[0]!r}", "--measure", "see results.json")
    at = instance.years.index(year) if year in instance.years else min(19, len(instance.years) - 1)
    names = list(chosen) if chosen else largest(instance, programme, solution, groups)
    basis = money_of(programme, solution.x) if extra is None else max(extra, 0.0)
    steps = sorted(epsilons)
    tasks: list[tuple[str | None, float]] = [(name, sign) for name in names for sign in (1.0, -1.0)]
    tasks += [(None, float(k)) for k in range(RANDOM)]
    work = _Work(document, solution, groups, at, basis, steps)
    rows = _run(work, tasks, jobs, progress)
    return _summary(instance, programme, solution, groups, names, steps, at, basis, tasks, rows)


def largest(instance: Instance, programme: Programme, solution: Solution, groups: Mapping[str, list[str]]) -> list[str]:
    """The measures of the plan with the most money in them."""
    size = {}
    for g, members in groups.items():
        size[g] = 0.0
        for m in members:
            cols = programme.families.get(f"standing:{m}")
            if cols is not None and cols[0] >= 0:
                size[g] += float(np.abs(programme.cost[cols]) @ np.maximum(solution.x[cols], 0.0))
    used = [g for g in groups if size[g] > 1e-9]
    return sorted(used, key=lambda g: -size[g])[:MOST]


class _Work:
    """What a process needs for its runs."""

    def __init__(
        self,
        document: Mapping[str, Any],
        solution: Solution,
        groups: Mapping[str, list[str]],
        at: int,
        basis: float,
        steps: Sequence[float],
    ) -> None:
        self.document, self.solution, self.groups, self.at = document, solution, groups, at
        self.basis, self.steps = basis, steps
        near = near_optimal(solution.programme, solution, 0.0)
        self.spent = float(near.row_hi[-1])
        self.rows = {g: units_at(near, m, at) for g, m in groups.items()}
        self.session = Session(near, solution)

    def allow(self, epsilon: float) -> None:
        last = np.array([self.spent + epsilon * self.basis])
        self.session.bound_rows(self.session.programme.shape[0] - 1, np.array([-np.inf]), last)

    def run(self, name: str | None, sign: float) -> list[Floats | None]:
        """Units by group at every ε for the least (sign 1) or the most (−1) of a group; None: one random direction."""
        objective = sign * self.rows[name] if name is not None else self._direction(int(sign))
        steps = self.steps if name is not None else self.steps[-1:]
        if not np.any(objective):
            return [self._units(self.solution.x)] * len(steps)
        if name is not None and self._at_end(name, sign):
            return [self._units(self.solution.x)] * len(steps)
        self.session.restart(self.solution)
        found: list[Floats | None] = []
        for k, epsilon in enumerate(steps):
            self.allow(epsilon)
            got = self.session.minimise(objective, dual=k > 0)
            found.append(None if got is None else self._units(got[0]))
        return found

    def _units(self, x: Floats) -> Floats:
        return np.array([float(r @ x) for r in self.rows.values()])

    def _at_end(self, name: str, sign: float) -> bool:
        """The plan already has none of the measure, or all there is."""
        row = self.rows[name]
        used = np.flatnonzero(row)
        most = self.session.programme.col_hi[used] @ row[used]
        now = float(row @ self.solution.x)
        return bool(now <= 1e-9 if sign > 0 else np.isfinite(most) and now >= most * (1 - 1e-9))

    def _direction(self, number: int) -> Floats:
        rng = np.random.default_rng((20261124, number))
        total = np.zeros(self.session.programme.shape[1])
        for row in self.rows.values():
            used = np.flatnonzero(row)
            most = float(self.session.programme.col_hi[used] @ row[used]) if len(used) else 0.0
            total += rng.normal() / (most if np.isfinite(most) and most > 1e-9 else 1.0) * row
        return total


_KEPT: list[_Work] = []


def _keep(document: Mapping[str, Any], groups: dict[str, list[str]], at: int, basis: float, steps: list[float]) -> None:
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _KEPT[:] = [_Work(document, solve(build(load(document))), groups, at, basis, steps)]


def _one(task: tuple[str | None, float]) -> list[Floats | None]:
    return _KEPT[0].run(*task)


def _run(
    work: _Work, tasks: Sequence[tuple[str | None, float]], jobs: int, progress: Callable[[int, int], None] | None
) -> list[list[Floats | None]]:
    found: list[list[Floats | None]] = []

    def took(row: list[Floats | None]) -> None:
        found.append(row)
        if progress is not None:
            progress(len(found), len(tasks))

    if jobs <= 1:
        for task in tasks:
            took(work.run(*task))
        return found
    start = (work.document, dict(work.groups), work.at, work.basis, list(work.steps))
    with ProcessPoolExecutor(jobs, initializer=_keep, initargs=start) as pool:
        for row in pool.map(_one, tasks):
            took(row)
    return found


def _summary(
    instance: Instance,
    programme: Programme,
    solution: Solution,
    groups: Mapping[str, list[str]],
    names: Sequence[str],
    epsilons: Sequence[float],
    at: int,
    basis: float,
    tasks: Sequence[tuple[str | None, float]],
    rows: Sequence[list[Floats | None]],
) -> dict[str, Any]:
    order = list(groups)
    planned = {g: float(units_at(programme, m, at) @ solution.x) for g, m in groups.items()}
    potential = {g: float(sum(x.potential[at] for x in instance.measures if x.id in m)) for g, m in groups.items()}
    by_task = dict(zip(tasks, rows, strict=True))
    corridors = []
    for name in names:
        index = order.index(name)
        spans: dict[str, list[float] | None] = {}
        for k, e in enumerate(epsilons):
            least, most = by_task[name, 1.0][k], by_task[name, -1.0][k]
            spans[f"{e:g}"] = None if least is None or most is None else [
                max(0.0, min(float(least[index]), planned[name])), max(float(most[index]), planned[name])
            ]  # fmt: skip
        widest = spans[f"{max(epsilons):g}"]
        reach = max(planned[name], widest[1] if widest else 0.0)
        corridors.append(
            {
                "id": name,
                "plan": planned[name],
                "potential": potential[name] if np.isfinite(potential[name]) else None,
                "by_epsilon": spans,
                "needed": bool(widest and widest[0] > USED * reach),
                "open": bool(widest and widest[0] <= USED * reach < widest[1]),
            }
        )
    points = [p for row in rows for p in row if p is not None]
    points.append(np.array([planned[g] for g in order]))
    most_used = np.max(points, axis=0)
    firm = []
    for i, g in enumerate(order):
        if most_used[i] <= 1e-9:
            continue
        share = float(np.mean([p[i] > USED * most_used[i] for p in points]))
        word = "firm" if share >= FIRM else "likely" if share >= LIKELY else "open" if share >= OPEN else "rare"
        firm.append({"id": g, "share": share, "word": word, "in_plan": bool(planned[g] > USED * most_used[i])})
    return {
        "year": instance.years[at],
        "basis_meur": basis,
        "corridors": corridors,
        "firm": sorted(firm, key=lambda r: (-r["share"], r["id"])),
        "plans": len(points),
        "failed": sum(p is None for row in rows for p in row),
    }
