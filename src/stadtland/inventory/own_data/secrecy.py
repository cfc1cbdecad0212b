"""Secrecy of farm figures: which cells may not be shown, alone or by difference.

A figure is secret when fewer than three holdings stand behind it, when one holds more than half, or when either is
not stated. Nothing, and what the statistical office has published, is not secret. In a table with sums further cells
(or the sums) are hidden until nobody can narrow a secret value down to within a tenth of it (own choice, evidence C),
knowing that no figure is negative.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .catalogue import datasets, field
from .records import MAX_SHARE, MIN_HOLDINGS, Key, Record, State, secret
from .values import base_value

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
MARGIN = 0.1
MARK = "."


def secret_sum(values: Array, holdings: Array, shares: Array) -> bool:
    """Whether a sum is secret by the same rule. NaN: `holdings` 1, `shares` 100 %."""
    used = values > 0
    total = float(values[used].sum())
    if total <= 0:
        return False
    largest = float((values * np.where(np.isnan(shares), 100.0, shares) / 100)[used].max())
    return (
        float(np.where(np.isnan(holdings), 1.0, holdings)[used].sum()) < MIN_HOLDINGS
        or largest > total * MAX_SHARE / 100
    )


@dataclass(frozen=True)
class Hidden:
    """What a table [member, class] must not show: cells, sums over members [class] and over classes [member], total."""

    cells: Mask
    column_sums: Mask
    row_sums: Mask
    total: bool


def protect(
    values: Array, primary: Mask, fixed: Mask, secret_columns: Mask | None = None, rows: bool = False
) -> Hidden:
    """Cells and sums to hide so that no primary cell can be recomputed.

    `values` [member, class] ≥ 0, `primary` secret cells, `fixed` cells that others know or that are zero (never used
    to cover), `secret_columns` sums over members that are secret themselves. `rows`: sums over classes and the total
    are published as well. Only hidden cells of other figures are added; the smallest that suffice come first.
    """
    n, m = values.shape
    table = np.zeros((n + 1, m + 1))
    table[:n, :m] = values
    table[n, :m], table[:n, m] = values.sum(axis=0), values.sum(axis=1)
    table[n, m] = values.sum()
    unknown = np.zeros((n + 1, m + 1), dtype=bool)
    unknown[:n, :m] = primary
    if not rows:
        unknown[:, m] = True
    guarded = unknown.copy()
    guarded[:, m] = False
    if secret_columns is not None:
        unknown[n, :m] |= secret_columns
        guarded[n, :m] |= secret_columns
    free = np.ones_like(unknown)
    free[:n, :m] = ~fixed & (values > 0)
    while True:
        open_cell = next((c for c in map(tuple, np.argwhere(guarded)) if not _covered(table, unknown, c, rows)), None)
        if open_cell is None:
            break
        if not _cover(table, unknown, free, open_cell):
            guarded[open_cell] = False  # what is left follows from figures that are public anyway
    return Hidden(unknown[:n, :m], unknown[n, :m], unknown[:n, m], bool(unknown[n, m]))


def _cover(table: Array, unknown: Mask, free: Mask, cell: tuple[int, ...]) -> bool:
    """Hide the smallest cell that helps in the row or column of an open cell; sums come last. False: none is left."""
    i, j = cell
    n, m = table.shape[0] - 1, table.shape[1] - 1
    choices = [(r, j) for r in range(n + 1)] + [(i, c) for c in range(m + 1)]
    choices = [c for c in choices if not unknown[c] and free[c]]
    if not choices:  # the row and column are used up: anything that is still shown
        choices = [(int(r), int(c)) for r, c in np.argwhere(~unknown & free)]
    if not choices:
        return False
    need = MARGIN * table[cell]

    def rank(c: tuple[int, int]) -> tuple[bool, bool, float]:
        return (c[0] == n or c[1] == m, table[c] < need, table[c])

    unknown[min(choices, key=rank)] = True
    return True


def interval(table: Array, unknown: Mask, cell: tuple[int, ...], rows: bool) -> tuple[float, float]:
    """Lowest and highest value a reader can infer for a hidden cell of a table with sums in the last row and column."""
    n, m = table.shape[0] - 1, table.shape[1] - 1
    if not rows:  # one equation per column
        column = unknown[:, cell[1]]
        if column[n]:
            shown = float(table[:n, cell[1]][~column[:n]].sum())
            return (shown if cell[0] == n else 0.0), np.inf
        rest = float(table[:n, cell[1]][column[:n]].sum())
        alone = column[:n].sum() == 1
        return (rest if alone else 0.0), rest
    from scipy.optimize import linprog

    at = {c: k for k, c in enumerate(map(tuple, np.argwhere(unknown)))}
    signs = np.ones_like(table)
    signs[n, :] *= -1
    signs[:, m] *= -1
    left, right = [], []
    lines = [[(i, c) for c in range(m + 1)] for i in range(n + 1)] + [
        [(r, j) for r in range(n + 1)] for j in range(m + 1)
    ]
    for line in lines:
        row = np.zeros(len(at))
        # along a line only the relation of a sum to its parts counts, so the sign of the line itself drops out
        for c in line:
            if unknown[c]:
                row[at[c]] = signs[c]
        if row.any():
            left.append(row)
            right.append(-sum(signs[c] * table[c] for c in line if not unknown[c]))
    goal = np.zeros(len(at))
    goal[at[cell[0], cell[1]]] = 1.0
    ends = []
    for sign in (1.0, -1.0):
        found = linprog(sign * goal, A_eq=np.array(left), b_eq=np.array(right), bounds=(0, None), method="highs")
        ends.append(float(found.fun) * sign if found.status == 0 else np.inf)
    return ends[0], ends[1]


def _covered(table: Array, unknown: Mask, cell: tuple[int, ...], rows: bool) -> bool:
    low, high = interval(table, unknown, cell, rows)
    value = table[cell]
    return bool(low <= value * (1 - MARGIN) + 1e-9 * value and high >= value * (1 + MARGIN) - 1e-9 * value)


def _tables(state: State) -> dict[tuple[str, int], list[tuple[Key, Record, float]]]:
    """Farm figures with a value by (field, year)."""
    found: dict[tuple[str, int], list[tuple[Key, Record, float]]] = defaultdict(list)
    for key in sorted(state):
        if datasets()[key.dataset].secrecy:
            value = base_value(key, state[key])
            if value is not None:
                found[key.id, key.year].append((key, state[key], value))
    return found


def _masks(rows: list[tuple[Key, Record, float]]) -> tuple[Array, Hidden]:
    values = np.array([[v] for _, _, v in rows])
    primary = np.array([[secret(r)] for _, r, _ in rows])
    fixed = np.array([[bool(r.published) or v == 0] for _, r, v in rows])
    holdings = np.array([np.nan if r.holdings is None else r.holdings for _, r, _ in rows])
    shares = np.array([np.nan if r.largest_share is None else r.largest_share for _, r, _ in rows])
    public = all(r.published or not v for _, r, v in rows)
    column = np.array([not public and secret_sum(values[:, 0], holdings, shares)])
    return values, protect(values, primary, fixed, column)


def hidden(state: State) -> set[Key]:
    """Keys that no public output may show: secret farm figures and those that cover them in the joint sum."""
    found = set()
    for rows in _tables(state).values():
        mask = _masks(rows)[1].cells[:, 0]
        found |= {key for (key, _, _), hide in zip(rows, mask, strict=True) if hide}
    return found


def public_table(state: State, year: int) -> dict[str, dict[str, float | None]]:
    """Farm figures of a year for publication: {figure: {ags: value or None (hidden), "joint": sum or None}}."""
    found: dict[str, dict[str, float | None]] = {}
    for (id, when), rows in _tables(state).items():
        if when != year or field(rows[0][0].dataset, id) is None:
            continue
        values, mask = _masks(rows)
        line: dict[str, float | None] = {
            key.ags: None if mask.cells[i, 0] else float(values[i, 0]) for i, (key, _, _) in enumerate(rows)
        }
        line["joint"] = None if mask.column_sums[0] else float(values.sum())
        found[id] = line
    return found
