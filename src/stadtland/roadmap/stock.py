"""Stock of a measure in terms of its standing units alone: installed units, entering units, ramp and locks.

With a lifetime of L years standing is y_t = Σ_{t−L < v ≤ t} x_v. Turned round, the units installed in a year are
x_t = Σ_k (y_{t−kL} − y_{t−kL−1}), so the programme needs no columns for x: half as many columns, and costs that are not
negative make the first basis of the dual simplex feasible.
"""

from __future__ import annotations

import numpy as np

from .instance import Measure
from .programme import Assembler, Ints
from .reading import Floats


def installed(years: int, lifetime: int | None) -> tuple[Ints, Ints, Floats]:
    """Entries (row t, column s, value) of the matrix that turns standing y into installed units x.

    No lifetime: x_t = y_t − y_{t−1}. Lifetime 1: x_t = y_t.
    """
    t = np.arange(years)
    if lifetime == 1:
        return t, t, np.ones(years)
    step = lifetime or years + 1
    rows, cols, values = [], [], []
    for back in range(0, years, step):
        rows += [t[back:], t[back + 1 :]]
        cols += [t[: years - back], t[: max(years - back - 1, 0)]]
        values += [np.ones(years - back), -np.ones(max(years - back - 1, 0))]
    return np.concatenate(rows), np.concatenate(cols), np.concatenate(values)


def stock_rows(asm: Assembler, m: Measure, standing: Ints, owner: int) -> None:
    """`stock`: what enters a practice, or what is installed, is not negative, keeps its lock and, before the first
    renewal, its ramp.

    For land and removals the row is the rise of standing (entering); for others the units installed, renewals included.
    """
    n = len(standing)
    t = np.arange(n)
    rows, cols, values = installed(n, None if m.never_falls else m.lifetime)
    lo, hi = np.zeros(n), np.full(n, np.inf)
    if m.ramp is not None and not asm.by_period:
        hi[: n if m.no_exit else m.lifetime] = m.ramp
    for year, units in m.lock.items():
        lo[year], hi[year] = units, units
    if m.lifetime == 1 and not m.never_falls and not m.lock and (m.ramp is None or asm.by_period):
        return  # x = y ≥ 0 is a bound
    keep = np.ones(n, dtype=bool)
    if n > 0 and lo[0] == 0 and not np.isfinite(hi[0]):
        keep[0] = False  # y_0 ≥ 0 is a bound
    index = np.full(n, -1)
    index[keep] = asm.add_rows("stock", m.id, "unit", t[keep], lo=lo[keep], hi=hi[keep], owner=owner)
    used = keep[rows]
    asm.put(index[rows[used]], standing[cols[used]], values[used])


def ramp_rows(asm: Assembler, m: Measure, standing: Ints, owner: int) -> None:
    """`ramp`: entering units stay below the ramp; renewals are exempt.

    A number: y_t − y_{t−1} ≤ ramp for the years in which renewals exist (earlier ones are in `stock`).
    In periods all years stand here.
    Growth: entering_t ≤ (1+growth)·entering_{t−1} + seed, entering 0 before the first year.
    """
    n = len(standing)
    t = np.arange(n)
    if m.ramp is not None and asm.by_period:
        row = asm.add_rows("ramp", m.id, "unit", t, hi=m.ramp, owner=owner)
        asm.put(row, standing, 1.0)
        asm.put(row[1:], standing[:-1], -1.0)
    elif m.ramp is not None and not m.no_exit and m.lifetime is not None and m.lifetime < n:
        late = t[m.lifetime :]
        row = asm.add_rows("ramp", m.id, "unit", late, hi=m.ramp, owner=owner)
        asm.put(row, standing[late], 1.0)
        asm.put(row, standing[late - 1], -1.0)
    if m.growth is None:
        return
    row = asm.add_rows("ramp", m.id, "unit", t, hi=m.seed, owner=owner)
    free = n if m.no_exit or m.lifetime is None else min(m.lifetime, n)
    early = t[:free]
    last = early[: free if free < n else n - 1]
    # before the first renewal entering is the rise of standing
    asm.put(row[early], standing[early], 1.0)
    asm.put(row[early[1:]], standing[early[1:] - 1], -1.0)
    asm.put(row[last + 1], standing[last], -(1 + m.growth))
    asm.put(row[last[1:] + 1], standing[last[1:] - 1], 1 + m.growth)
    if free == n:
        return
    # afterwards a column of its own: rise ≤ entering ≤ installed
    late = t[free:]
    entering = asm.add_cols(f"entering:{m.id}", np.zeros(len(late)))
    asm.put(row[late], entering, 1.0)
    asm.put(row[late[1:]], entering[:-1], -(1 + m.growth))
    rise = asm.add_rows("rise", m.id, "unit", late, lo=0.0, owner=owner)
    asm.put(rise, entering, 1.0)
    asm.put(rise, standing[late], -1.0)
    asm.put(rise, standing[late - 1], 1.0)
    rows, cols, values = installed(n, m.lifetime)
    used = rows >= free
    within = asm.add_rows("rise", m.id, "unit", late, lo=0.0, owner=owner)
    asm.put(within[rows[used] - free], standing[cols[used]], values[used])
    asm.put(within, entering, -1.0)
