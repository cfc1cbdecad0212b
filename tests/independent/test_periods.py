"""Periods against their definition: variables tied inside a period, levels as means, flows as differences of means of sums."""
# ruff: noqa: E501 (first line)

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from ortools.linear_solver import pywraplp

from stadtland.roadmap import build as builder
from stadtland.roadmap.loading import load
from stadtland.roadmap.solve import solve

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))
from roadmap_instances import full, generated


def mixes(kind: str, years: list[int], groups: list[list[int]]) -> np.ndarray:
    """The mixes of yearly rows that hold: one row a period, columns in the order of `years`."""
    n = max(g[-1] for g in groups) + 1
    mean = np.zeros((len(groups), n))
    for p, group in enumerate(groups):
        mean[p, group] = 1 / len(group)
    if kind in ("stock", "ramp", "rise", "labour", "budget"):
        sums = np.tril(np.ones((n, n)))  # what has happened up to the end of a year
        mean = np.diff(mean @ sums, axis=0, prepend=np.zeros((1, n)))
        return mean[:, years]
    if kind == "cumulative":
        mean = np.zeros((len(groups), n))
        for p, group in enumerate(groups):
            inside = [y for y in years if y in group]
            if inside:
                mean[p, inside[-1]] = 1
        return mean[:, years]
    present = mean[:, years] > 0
    count = present.sum(axis=1, keepdims=True)
    return np.where(count > 0, present / np.maximum(count, 1), 0.0)


def by_definition(yearly, groups: list[list[int]]) -> float:
    """Cost of the yearly programme with tied variables and mixed rows, by GLOP."""
    solver = pywraplp.Solver.CreateSolver("GLOP")
    of_year = {y: p for p, group in enumerate(groups) for y in group}
    variable = {}
    for family, cols in yearly.families.items():
        for t, col in enumerate(cols):
            key = (family, of_year[t])
            if col < 0:
                continue
            if key not in variable:
                inside = [c for s, c in enumerate(cols) if of_year[s] == key[1] and c >= 0]
                low, high = float(np.mean(yearly.col_lo[inside])), float(np.mean(yearly.col_hi[inside]))
                variable[key] = solver.NumVar(low, high, "")
                solver.Objective().SetCoefficient(variable[key], float(yearly.cost[inside].sum()))
            variable[col] = variable[key]
    entries = [[] for _ in yearly.row_lo]
    for col in range(len(yearly.cost)):
        for k in range(yearly.indptr[col], yearly.indptr[col + 1]):
            entries[yearly.indices[k]].append((col, yearly.values[k]))
    for block in yearly.blocks:
        for mix in mixes(block.kind, list(block.years), groups):
            rows = [block.start + i for i in np.flatnonzero(mix)]
            if not rows:
                continue
            low = sum(w * yearly.row_lo[r] for r, w in zip(rows, mix[mix != 0], strict=True))
            high = sum(w * yearly.row_hi[r] for r, w in zip(rows, mix[mix != 0], strict=True))
            row = solver.Constraint(low, high)
            terms: dict[int, list] = {}
            for r, w in zip(rows, mix[mix != 0], strict=True):
                for col, value in entries[r]:
                    found = terms.setdefault(variable[col].index(), [variable[col], 0.0])
                    found[1] += w * value
            for one, value in terms.values():
                row.SetCoefficient(one, value)
    assert solver.Solve() == pywraplp.Solver.OPTIMAL
    return solver.Objective().Value()


@pytest.mark.parametrize(("seed", "firsts"), [(1, [2026, 2028, 2031]), (2, [2026, 2027, 2032]), (3, [2026, 2030])])
def test_periods_are_what_they_are_defined_to_be(seed: int, firsts: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    doc = full(generated(2, (2026, 2034), seed)) | {"periods": firsts}
    doc["caps"]["gross"] = {m: [None, *v[1:4], None, *v[5:]] for m, v in doc["caps"]["gross"].items()}
    ours = solve(builder.build(load(doc)))
    monkeypatch.setattr(builder, "coarsen", lambda programme, _: programme)
    yearly = builder.build(load(doc))
    ends = [*firsts[1:], 2035]
    groups = [list(range(a - 2026, b - 2026)) for a, b in zip(firsts, ends, strict=True)]
    # slack columns exist in capped years only: tie them by their own years
    slack = yearly.families.pop("gross_slack:joint")
    years = np.flatnonzero(np.isfinite(np.array(next(iter(doc["caps"]["gross"].values())), dtype=float)))
    whole = np.full(9, -1)
    whole[years] = slack
    yearly.families["gross_slack:joint"] = whole
    assert ours.cost == pytest.approx(by_definition(yearly, groups), rel=1e-7)
