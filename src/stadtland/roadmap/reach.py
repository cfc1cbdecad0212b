"""The smallest set of changes with which a missed target would be met.

Step 1: the least total stretch (Σ of relative increases) of potentials, ramps and shares that lets the target row of
the year hold without buying anything – a linear programme whose solutions are sparse. Step 2: changes are taken out one
by one while the target can still be met. Step 3: the programme with the changes is solved again and must meet the
target. A set of least number is not proved; the set is minimal: none of its changes can be left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from stadtland.base.errors import InputError

from .programme import Assembler, Programme
from .reading import Floats
from .session import Limit, with_limits
from .solve import highs_model, solve
from .solved import Solved

KINDS = ("partnership", "net", "bisko", "gross")
MOST_STRETCH = 4.0  # nothing is stretched to more than five times; land is what it is
ELASTIC = ("share", "stock", "ramp", "conversion")


def targets(solved: Solved) -> list[tuple[str, int]]:
    """(kind, year) of cap rows, last year of each first."""
    found = []
    for block in solved.programme.blocks:
        if block.kind in KINDS:
            found += [(block.kind, int(solved.programme.years[y])) for y in block.years]
    return found


def slack_column(programme: Programme, kind: str, year: int) -> int:
    """The column that pays for missing a cap in a year."""
    at = programme.years.index(year)
    if kind in ("net", "partnership"):
        return int(programme.families["backstop:joint"][at])
    block = next(b for b in programme.blocks if b.kind == kind)
    return int(programme.families[f"{kind}_slack:joint"][list(block.years).index(at)])


def missed(solved: Solved, kind: str, year: int, x: Floats | None = None) -> float:
    """How much the cap row is missed without what is bought, kt."""
    programme = solved.programme
    row = row_of(programme, kind, year)
    column = slack_column(programme, kind, year)
    x = solved.solution.x if x is None else x
    without = programme.times(np.where(np.arange(len(x)) == column, 0.0, x))[row]
    return float(max(0.0, without - programme.row_hi[row]))


def row_of(programme: Programme, kind: str, year: int) -> int:
    """The row of a cap; InputError `target-none`."""
    for block in programme.blocks:
        if block.kind == kind and year in [programme.years[y] for y in block.years]:
            return block.start + [programme.years[y] for y in block.years].index(year)
    raise InputError(
        "target-none", f"no {kind} target binds in {year}", "--target", "see roadmap.target in results.json"
    )


def reach(solved: Solved, kind: str, year: int) -> dict[str, Any]:
    """{kind, year, missed_kt, reachable, changes[{kind, id, factor, from, to}], checked, extra_meur}.

    `factor`: what the limit would have to be multiplied with; `extra_meur`: cost of the plan with the changes and the
    target met, less that of the plan, both without the price of missed targets. `reachable` false: not even with
    every limit fivefold.
    """
    gap = missed(solved, kind, year)
    head = {"kind": kind, "year": year, "missed_kt": gap}
    if gap <= 1e-6:
        return head | {"reachable": True, "changes": [], "checked": True, "extra_meur": 0.0}
    fixed = _target_held(solved.programme, kind, year)
    groups = _groups(solved)
    stretch = _least(fixed, groups, list(range(len(groups))))
    if stretch is None:
        return head | {"reachable": False, "changes": [], "checked": True, "extra_meur": None}
    used = [k for k in np.argsort(stretch) if stretch[k] > 1e-6]
    for k in list(used):  # the smallest first
        if len(used) > 1:
            fewer = [u for u in used if u != k]
            again = _least(fixed, groups, fewer)
            if again is not None:
                used, stretch = fewer, again
    changed = _stretched(fixed, groups, np.where(stretch > 0, stretch * (1 + 1e-4) + 1e-6, 0.0))
    found = solve(changed)
    from .alternatives import money_of

    ok = found.status == "ok"
    extra = money_of(solved.programme, found.x) - money_of(solved.programme, solved.solution.x) if ok else None
    rows = [
        {"kind": groups[k][0], "id": groups[k][1], "factor": 1 + float(stretch[k]), "from": groups[k][4]} for k in used
    ]
    for row in rows:
        row["to"] = row["from"] * row["factor"]
    return head | {
        "reachable": True,
        "changes": sorted(rows, key=lambda r: -r["factor"]),
        "checked": ok and missed(solved, kind, year, found.x) <= 1e-4 * max(1.0, gap),
        "extra_meur": extra,
    }


def _target_held(programme: Programme, kind: str, year: int) -> Programme:
    """The cap row of the year without anything bought, as one more row."""
    row, column = row_of(programme, kind, year), slack_column(programme, kind, year)
    coefficients = np.zeros(programme.shape[1])
    by_entry = np.repeat(np.arange(programme.shape[1]), np.diff(programme.indptr))
    mine = programme.indices == row
    coefficients[by_entry[mine]] = programme.values[mine]
    coefficients[column] = 0.0
    return with_limits(programme, [Limit("target", coefficients, hi=float(programme.row_hi[row]))])


Group = tuple[str, str, Any, Any, float, float]


def _groups(solved: Solved) -> list[Group]:
    """(kind, id, rows, columns, right side of the last year, most stretch) of what could be stretched.

    A share of the rest can grow to the whole rest and no further.
    """
    programme = solved.programme
    none = np.zeros(0, dtype=np.int64)
    locked = {m.id for m in solved.instance.measures if m.lock}
    reference = {m.id for m in solved.instance.measures if m.reference}
    share = {m.id: m.share_of_rest or 1.0 for m in solved.instance.measures}
    found: list[Group] = []
    for block in programme.blocks:
        if block.kind not in ELASTIC or block.id in locked:
            continue
        rows = np.arange(block.start, block.stop)
        rows = rows[np.isfinite(programme.row_hi[rows]) & (programme.row_hi[rows] > 0)]
        if len(rows):
            kind = "ramp" if block.kind == "stock" else block.kind
            most = min(MOST_STRETCH, 1 / share[block.id] - 1) if kind == "share" else MOST_STRETCH
            found.append((kind, block.id, rows, none, float(programme.row_hi[rows[-1]]), most))
    for family, cols in programme.families.items():
        kind, _, name = family.partition(":")
        if kind == "standing" and cols[0] >= 0 and name not in reference:
            hi = programme.col_hi[cols]
            if np.all(np.isfinite(hi)) and hi[-1] > 0:
                size = float(hi[-1] * programme.scale[cols[-1]])
                found.append(("potential", name, none, cols, size, MOST_STRETCH))
    joined: dict[tuple[str, str], Group] = {}
    for kind, name, rows, cols, size, most in found:  # a ramp has rows of two blocks
        if (kind, name) in joined:
            joined[kind, name] = (kind, name, np.concatenate([joined[kind, name][2], rows]), cols, size, most)
        else:
            joined[kind, name] = (kind, name, rows, cols, size, most)
    return list(joined.values())


def _least(programme: Programme, groups: Sequence[Group], free: Sequence[int]) -> Floats | None:
    """Least Σ of stretches of the free groups with which the programme is feasible; None if it is not."""
    m, n, _ = programme.shape
    asm = Assembler(1)
    by_entry = np.repeat(np.arange(n), np.diff(programme.indptr))
    hi = programme.col_hi.copy()
    stretch_rows, stretch_cols, stretch_values = [], [], []
    more: list[tuple[int, int, float]] = []  # column, stretch, bound
    for k in free:
        _, _, rows, cols, _, _ = groups[k]
        stretch_rows += list(rows)
        stretch_cols += [k] * len(rows)
        stretch_values += list(-programme.row_hi[rows])
        for c in cols:
            more.append((int(c), k, float(programme.col_hi[c])))
            hi[c] = np.inf
    count = len(groups)
    asm.add_cols("x", np.zeros(n), hi=hi, lo=programme.col_lo)
    top = np.zeros(count)
    top[list(free)] = [groups[k][5] for k in free]
    asm.add_cols("stretch", np.ones(count), hi=top)
    asm.add_rows("row", "all", "", np.zeros(m, dtype=np.int64), lo=programme.row_lo, hi=programme.row_hi)
    asm.put(programme.indices, by_entry, programme.values)
    asm.put(
        np.array(stretch_rows, dtype=np.int64), n + np.array(stretch_cols, dtype=np.int64), np.array(stretch_values)
    )
    if more:
        bound = np.array([b for _, _, b in more])
        rows = asm.add_rows("bound", "all", "", np.zeros(len(more), dtype=np.int64), hi=bound)
        asm.put(rows, np.array([c for c, _, _ in more]), 1.0)
        asm.put(rows, n + np.array([k for _, k, _ in more]), -bound)
    elastic = asm.finish(("all",), programme.years, False, {})
    import highspy

    solver = highs_model(elastic, 120.0, presolve="on")
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    found: Floats = np.maximum(np.array(solver.getSolution().col_value)[n:], 0.0)
    return found


def _stretched(programme: Programme, groups: Sequence[Group], stretch: Floats) -> Programme:
    row_hi, col_hi = programme.row_hi.copy(), programme.col_hi.copy()
    for (_, _, rows, cols, _, _), s in zip(groups, stretch, strict=True):
        row_hi[rows] *= 1 + s
        col_hi[cols] *= 1 + s
    return replace(programme, row_hi=row_hi, col_hi=col_hi)
