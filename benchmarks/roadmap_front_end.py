"""The same rows and columns through a general front end (linopy): time from the instance to a loaded solver, as ratio.

Every row block becomes one constraint array of linopy, as a modeller would write them; the model is then
handed to HiGHS. Run: python benchmarks/roadmap_front_end.py [members …]
"""

from __future__ import annotations

import sys
from time import perf_counter
from typing import Any

import numpy as np
from roadmap_instances import generated

from stadtland.roadmap.build import build
from stadtland.roadmap.loading import load
from stadtland.roadmap.programme import Programme
from stadtland.roadmap.solve import highs_model, solve


def linopy_model(programme: Programme) -> Any:
    """A linopy model with the columns by family and the rows by block of a programme."""
    import linopy
    import xarray as xr

    model = linopy.Model()
    labels = np.full(len(programme.cost), -1)
    for number, cols in enumerate(programme.families.values()):
        used = np.unique(cols[cols >= 0])
        if len(used):
            lower, upper = (xr.DataArray(side[used], dims="year") for side in (programme.col_lo, programme.col_hi))
            labels[used] = model.add_variables(lower, upper, name=f"x{number}").labels.values
    order = np.argsort(programme.indices, kind="stable")
    rows = programme.indices[order]
    cols = np.repeat(np.arange(len(programme.cost)), np.diff(programme.indptr))[order]
    values = programme.values[order]
    start = np.searchsorted(rows, np.arange(len(programme.row_lo) + 1))
    for number, block in enumerate(programme.blocks):
        at = slice(start[block.start], start[block.stop])
        if at.start == at.stop:
            continue
        local = rows[at] - block.start
        term = np.arange(at.stop - at.start) - (start[block.start : block.stop] - at.start)[local]
        shape = (block.stop - block.start, int(term.max()) + 1)
        variables, coefficients = np.full(shape, -1), np.full(shape, np.nan)
        variables[local, term], coefficients[local, term] = labels[cols[at]], values[at]
        data = xr.Dataset({"coeffs": (("row", "_term"), coefficients), "vars": (("row", "_term"), variables)})
        expression = linopy.LinearExpression(data, model)
        lo, hi = programme.row_lo[block.start : block.stop], programme.row_hi[block.start : block.stop]
        for name, side, sign in (("lo", lo, ">="), ("hi", hi, "<=")):
            keep = np.isfinite(side)
            if keep.any():
                right = xr.DataArray(np.where(keep, side, 0.0), dims="row")
                model.add_constraints(
                    expression, sign, right, name=f"{name}{number}", mask=xr.DataArray(keep, dims="row")
                )
    cost = xr.Dataset({"coeffs": ("_term", programme.cost), "vars": ("_term", labels)})
    model.add_objective(linopy.LinearExpression(cost, model))
    return model


def main(sizes: list[int]) -> None:
    """One line a size: seconds of our builder and of linopy up to a loaded solver, and both optima."""
    for members in sizes:
        doc = generated(members)
        start = perf_counter()
        programme = build(load(doc))
        highs_model(programme, 600)
        ours = perf_counter() - start
        cost = solve(programme).cost
        start = perf_counter()
        model = linopy_model(programme)
        solver = model.to_highspy()
        theirs = perf_counter() - start
        solver.setOptionValue("output_flag", False)
        solver.run()
        found = solver.getInfo().objective_function_value
        print(
            f"{members} members: {ours:.2f} s, linopy {theirs:.2f} s, ratio {theirs / ours:.0f}; "
            f"optimum differs by {abs(found / cost - 1):.1e}"
        )


if __name__ == "__main__":
    main([int(a) for a in sys.argv[1:]] or [5, 10])
