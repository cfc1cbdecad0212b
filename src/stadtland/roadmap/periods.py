"""A programme in periods of several years: every decision is constant inside a period.

The yearly programme min c·x, A x ≤ b becomes min (c P)·z, (R A P) z ≤ R b. P sets x of every year to z of its period;
costs are therefore the exact sums of the discounted years. R says which mix of yearly rows holds:

- levels (demand, land, accounts, caps …): the mean of the years of the period;
- flows (units installed, ramp, labour, municipal money): weights that turn yearly changes into the difference of the
  means of two neighbouring periods, (L−k)/L on year k of the period and k/L on year k of the one before (L years). A
  ramp of r units a year thus allows r·(L before + L)/2 more in the mean, in the first period r·(L+1)/2;
- sums up to a year (cumulative): the last year of the period.

Right sides and their owners go the same way, so every right side stays a sum over members and the core guarantee
stays. With periods of one year P and R are identities. Removals of a cohort start with the first year of its period.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from .programme import Ints, Programme, RowBlock, compress
from .reading import Floats

FLOWS = ("stock", "ramp", "rise", "labour", "budget")
SUMS = ("cumulative",)


def period_of(years: tuple[int, ...], firsts: tuple[int, ...]) -> Ints:
    """Number of the period of each year.

    >>> period_of((2026, 2027, 2028, 2029), (2026, 2028)).tolist()
    [0, 0, 1, 1]
    """
    return np.asarray(np.searchsorted(np.asarray(firsts), np.asarray(years), side="right") - 1, dtype=np.int64)


def flow_weights(period: Ints) -> tuple[Floats, Floats]:
    """(weight of each year in the row of its own period, in the row of the next one).

    >>> [w.tolist() for w in flow_weights(np.array([0, 0, 1, 1]))]
    [[1.0, 0.5, 1.0, 0.5], [0.0, 0.5, 0.0, 0.5]]
    """
    first = np.searchsorted(period, period, side="left")
    length = np.searchsorted(period, period, side="right") - first
    done = (np.arange(len(period)) - first) / length
    return np.asarray(1.0 - done), np.asarray(done)


def coarsen(programme: Programme, firsts: tuple[int, ...]) -> Programme:
    """The yearly programme with decisions constant in the periods that begin in `firsts` (years)."""
    period = period_of(programme.years, firsts)
    own, following = flow_weights(period)
    blocks, rows = _rows(programme, period, own, following)
    n_rows = blocks[-1].stop if blocks else 0
    home, weight, also, more = rows
    columns, families = _columns(programme, period)
    n_cols = int(columns.max(initial=-1)) + 1
    old_cols = np.repeat(np.arange(len(programme.cost)), np.diff(programme.indptr))
    second = also[programme.indices] >= 0
    indptr, indices, values = compress(
        np.concatenate([home[programme.indices], also[programme.indices][second]]),
        np.concatenate([columns[old_cols], columns[old_cols][second]]),
        np.concatenate(
            [weight[programme.indices] * programme.values, (more[programme.indices] * programme.values)[second]]
        ),
        n_rows,
        n_cols,
    )

    def right(old: Floats) -> Floats:
        """R·old; infinite where a year with a weight has no limit."""
        finite = np.where(np.isfinite(old), old, 0.0)
        total = np.bincount(home, weights=weight * finite, minlength=n_rows)
        total = total + np.bincount(also[also >= 0], weights=(more * finite)[also >= 0], minlength=n_rows)
        free = np.bincount(home, weights=np.isinf(old) & (weight > 0), minlength=n_rows) > 0
        free |= np.bincount(also[also >= 0], weights=(np.isinf(old) & (more > 0))[also >= 0], minlength=n_rows) > 0
        return np.where(free, np.inf if old is programme.row_hi else -np.inf, total)

    count = np.bincount(columns, minlength=n_cols)
    first_of = np.full(n_cols, len(columns))
    np.minimum.at(first_of, columns, np.arange(len(columns)))
    owner = np.full(n_rows, -1, dtype=np.int64)
    owner[home] = programme.row_owner
    shared_rows, shared_rhs = _shared(programme, rows)
    return replace(
        programme,
        cost=np.bincount(columns, weights=programme.cost, minlength=n_cols).astype(np.float64),
        col_lo=np.bincount(columns, weights=programme.col_lo, minlength=n_cols) / count,
        col_hi=np.bincount(columns, weights=programme.col_hi, minlength=n_cols) / count,
        col_owner=programme.col_owner[first_of],
        scale=programme.scale[first_of],
        row_lo=right(programme.row_lo),
        row_hi=right(programme.row_hi),
        row_owner=owner,
        indptr=indptr,
        indices=indices,
        values=values,
        shared_rows=shared_rows,
        shared_rhs=shared_rhs,
        blocks=blocks,
        families=families,
        tie_breaks=tuple(
            np.bincount(columns, weights=t, minlength=n_cols).astype(np.float64) for t in programme.tie_breaks
        ),
        period_of=period,
    )


def _rows(
    programme: Programme, period: Ints, own: Floats, following: Floats
) -> tuple[tuple[RowBlock, ...], tuple[Ints, Floats, Ints, Floats]]:
    """New blocks, and for every yearly row its new row and weight, and a second new row (−1: none) and weight."""
    total = len(programme.row_lo)
    home, also = np.zeros(total, dtype=np.int64), np.full(total, -1, dtype=np.int64)
    weight, more = np.ones(total), np.zeros(total)
    first_year = np.searchsorted(period, np.arange(int(period[-1]) + 1), side="left")
    blocks, start = [], 0
    for block in programme.blocks:
        at = slice(block.start, block.stop)
        years = block.years
        found, inverse, count = np.unique(period[years], return_inverse=True, return_counts=True)
        home[at] = start + inverse
        if block.kind in FLOWS:
            weight[at], more[at] = own[years], following[years]
            position = np.full(int(period[-1]) + 2, -1, dtype=np.int64)
            position[found] = start + np.arange(len(found))
            nxt = position[period[years] + 1]
            also[at] = np.where(more[at] > 0, nxt, -1)
        elif block.kind in SUMS:
            weight[at] = np.append(np.diff(inverse) > 0, True)
        else:
            weight[at] = 1.0 / count[inverse]
        blocks.append(RowBlock(block.kind, block.id, block.unit, start, first_year[found]))
        start += len(found)
    return tuple(blocks), (home, weight, also, more)


def _columns(programme: Programme, period: Ints) -> tuple[Ints, dict[str, Ints]]:
    """New column of every yearly column; families keep one entry a year, equal inside a period."""
    columns = np.zeros(len(programme.cost), dtype=np.int64)
    families, start = {}, 0
    slack_years = {f"{b.kind}_slack:joint": b.years for b in programme.blocks if b.kind in ("gross", "bisko")}
    for family, cols in programme.families.items():
        if len(cols) and cols[0] < 0:
            families[family] = cols
            continue
        years = slack_years.get(family, np.arange(len(cols)))
        found, inverse = np.unique(period[years], return_inverse=True)
        columns[cols] = start + inverse
        families[family] = columns[cols]
        start += len(found)
    return columns, families


def _shared(programme: Programme, rows: tuple[Ints, Floats, Ints, Floats]) -> tuple[Ints, Floats]:
    home, weight, also, more = rows
    old = programme.shared_rows
    if not len(old):
        return old, programme.shared_rhs
    second = also[old] >= 0
    found, inverse = np.unique(np.concatenate([home[old], also[old][second]]), return_inverse=True)
    parts = np.zeros((len(found), programme.shared_rhs.shape[1]))
    amounts = [weight[old][:, None] * programme.shared_rhs, (more[old][:, None] * programme.shared_rhs)[second]]
    np.add.at(parts, inverse, np.concatenate(amounts))
    return found, parts
