"""The linear programme as arrays: min c·x, row_lo ≤ A x ≤ row_hi, col_lo ≤ x ≤ col_hi; right sides have owners."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .reading import Floats

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class RowBlock:
    """Rows of one kind for one thing: rows start … start+len(years)−1, one for each index in `years`.

    `unit` is the unit of the right side; `sentence` the id of a text that says the row in plain words.
    """

    kind: str
    id: str
    unit: str
    start: int
    years: Ints

    @property
    def sentence(self) -> str:
        return f"rows.{self.kind}"

    @property
    def stop(self) -> int:
        return self.start + len(self.years)


@dataclass(frozen=True)
class Programme:
    """A programme of the members `members` (shapes: m rows, n columns, k members).

    `indptr, indices, values` hold A by columns. Columns are scaled: x in natural units = `scale` × x of the programme;
    costs, bounds and A are already scaled. `row_owner`, `col_owner`: index of the member that owns the right side
    or the
    bounds; −1 with `shared_rows`, `shared_rhs` (rows whose right side is the sum of `shared_rhs[row, member]`).
    `families` maps a name such as `standing:<measure>` to its column by year. `tie_breaks`: further objectives
    over columns, in order, that choose among
    optimal plans (land used, then the order of ids). `unowned`: kinds of rows and columns whose right side or bound is
    not a sum over members; with any of them the core is not guaranteed. `period_of`: for each year the number of its
    period in a programme of periods (docs/explanation/programme.md), None year by year.
    """

    members: tuple[str, ...]
    years: tuple[int, ...]
    cost: Floats
    col_lo: Floats
    col_hi: Floats
    col_owner: Ints
    scale: Floats
    row_lo: Floats
    row_hi: Floats
    row_owner: Ints
    indptr: Ints
    indices: Ints
    values: Floats
    shared_rows: Ints
    shared_rhs: Floats
    blocks: tuple[RowBlock, ...]
    families: dict[str, Ints]
    tie_breaks: tuple[Floats, ...]
    core_guaranteed: bool
    unowned: tuple[str, ...] = ()
    period_of: Ints | None = None

    @property
    def shape(self) -> tuple[int, int, int]:
        """Rows, columns, non-zeros."""
        return len(self.row_lo), len(self.cost), len(self.values)

    def tag(self, row: int) -> str:
        """`<kind>:<id>:<year>` of a row."""
        block = next(b for b in self.blocks if b.start <= row < b.stop)
        return f"{block.kind}:{block.id}:{self.years[block.years[row - block.start]]}"

    def rhs(self, member: int) -> tuple[Floats, Floats]:
        """The member's own lower and upper right sides, shape (rows,); 0 where it owns nothing; ±inf: none."""
        own = self.row_owner == member
        lo = np.where(np.isfinite(self.row_lo), np.where(own, self.row_lo, 0.0), -np.inf)
        hi = np.where(np.isfinite(self.row_hi), np.where(own, self.row_hi, 0.0), np.inf)
        part = self.shared_rhs[:, member]
        lo[self.shared_rows] = np.where(np.isfinite(lo[self.shared_rows]), part, -np.inf)
        hi[self.shared_rows] = np.where(np.isfinite(hi[self.shared_rows]), part, np.inf)
        return lo, hi

    def bounds(self, member: int) -> tuple[Floats, Floats]:
        """The member's own bounds of columns, shape (columns,); 0 where it owns nothing; ±inf where there is none."""
        own = self.col_owner == member
        lo = np.where(np.isfinite(self.col_lo), np.where(own, self.col_lo, 0.0), -np.inf)
        hi = np.where(np.isfinite(self.col_hi), np.where(own, self.col_hi, 0.0), np.inf)
        return lo, hi

    def times(self, x: Floats) -> Floats:
        """A x, shape (rows,)."""
        by_entry = np.repeat(x, np.diff(self.indptr))
        return np.bincount(self.indices, weights=self.values * by_entry, minlength=len(self.row_lo)).astype(np.float64)

    def times_transposed(self, y: Floats) -> Floats:
        """Aᵀ y, shape (columns,)."""
        sums = np.concatenate([[0.0], np.cumsum(self.values * y[self.indices])])
        return np.asarray(sums[self.indptr[1:]] - sums[self.indptr[:-1]])


def compress(rows: Ints, cols: Ints, values: Floats, n_rows: int, n_cols: int) -> tuple[Ints, Ints, Floats]:
    """Entries sorted by column and row, duplicates added up, zeros dropped: (indptr, indices, values)."""
    key = cols * max(n_rows, 1) + rows
    order = np.argsort(key, kind="stable")
    key, values = key[order], values[order]
    if len(key):
        first = np.flatnonzero(np.concatenate([[True], np.diff(key) > 0]))
        key, values = key[first], np.add.reduceat(values, first)
    keep = values != 0
    key, values = key[keep], values[keep]
    cols, rows = np.divmod(key, max(n_rows, 1))
    indptr = np.concatenate([[0], np.cumsum(np.bincount(cols, minlength=n_cols))]).astype(np.int64)
    return indptr, rows, values


@dataclass
class Assembler:
    """Collects columns, rows and entries as arrays; `finish` sorts them into a `Programme`."""

    n_members: int
    cols: list[tuple[Floats, Floats, Floats, Ints, Floats]] = field(default_factory=list)
    rows: list[tuple[Floats, Floats, Ints]] = field(default_factory=list)
    entries: list[tuple[Ints, Ints, Floats]] = field(default_factory=list)
    blocks: list[RowBlock] = field(default_factory=list)
    families: dict[str, Ints] = field(default_factory=dict)
    shared: list[tuple[Ints, Floats]] = field(default_factory=list)
    n_cols: int = 0
    n_rows: int = 0
    by_period: bool = False

    def add_cols(
        self, family: str, cost: Floats, hi: Any = np.inf, lo: Any = 0.0, owner: int = -1, scale: float = 1.0
    ) -> Ints:
        """Add one column for each cost; `owner` owns finite bounds other than 0. Returns the column numbers."""
        count = len(cost)
        index = np.arange(self.n_cols, self.n_cols + count)
        self.cols.append(
            (
                np.asarray(cost, dtype=np.float64),
                np.broadcast_to(np.asarray(lo, dtype=np.float64), count),
                np.broadcast_to(np.asarray(hi, dtype=np.float64), count),
                np.full(count, owner, dtype=np.int64),
                np.full(count, scale),
            )
        )
        self.families[family] = index
        self.n_cols += count
        return index

    def add_rows(
        self,
        kind: str,
        name: str,
        unit: str,
        years: Ints,
        lo: Any = -np.inf,
        hi: Any = np.inf,
        owner: int = -1,
        parts: Floats | None = None,
    ) -> Ints:
        """Add one row for each year; `parts` (rows, members) splits the right side of rows that several members own."""
        count = len(years)
        index = np.arange(self.n_rows, self.n_rows + count)
        self.rows.append(
            (
                np.broadcast_to(np.asarray(lo, dtype=np.float64), count),
                np.broadcast_to(np.asarray(hi, dtype=np.float64), count),
                np.full(count, owner, dtype=np.int64),
            )
        )
        if parts is not None:
            self.shared.append((index, parts))
        self.blocks.append(RowBlock(kind, name, unit, self.n_rows, np.asarray(years)))
        self.n_rows += count
        return index

    def put(self, rows: Ints, cols: Ints, values: Any) -> None:
        """Add entries; the three are broadcast to one shape."""
        r, c, v = np.broadcast_arrays(rows, cols, np.asarray(values, dtype=np.float64))
        self.entries.append((r.ravel(), c.ravel(), v.ravel()))

    def finish(
        self,
        members: tuple[str, ...],
        years: tuple[int, ...],
        core_guaranteed: bool,
        weights: dict[str, tuple[float, ...]],
    ) -> Programme:
        """Sort entries by column and row, add up duplicates, drop zeros, scale columns.

        `weights`: for a family of columns one weight per tie-break.
        """

        def join(parts: list[Any], dtype: Any) -> Any:
            return np.concatenate(parts).astype(dtype) if parts else np.zeros(0, dtype)

        unowned = self._unowned()
        cost, lo, hi, owner, scale = (
            join([c[i] for c in self.cols], np.int64 if i == 3 else np.float64) for i in range(5)
        )
        rows = join([e[0] for e in self.entries], np.int64)
        cols = join([e[1] for e in self.entries], np.int64)
        values = join([e[2] for e in self.entries], np.float64)
        indptr, rows, values = compress(rows, cols, values, self.n_rows, self.n_cols)
        by_entry = np.repeat(scale, np.diff(indptr))
        return Programme(
            members=members,
            years=years,
            cost=cost * scale,
            col_lo=lo / scale,
            col_hi=hi / scale,
            col_owner=owner,
            scale=scale,
            row_lo=join([r[0] for r in self.rows], np.float64),
            row_hi=join([r[1] for r in self.rows], np.float64),
            row_owner=join([r[2] for r in self.rows], np.int64),
            indptr=indptr,
            indices=rows,
            values=values * by_entry,
            shared_rows=join([s[0] for s in self.shared], np.int64),
            shared_rhs=np.concatenate([s[1] for s in self.shared]) if self.shared else np.zeros((0, self.n_members)),
            blocks=tuple(self.blocks),
            families=self.families,
            tie_breaks=self._tie_breaks(scale, weights),
            core_guaranteed=core_guaranteed and not unowned,
            unowned=unowned,
        )

    def _unowned(self) -> tuple[str, ...]:
        """Kinds of rows, and families of columns, with a right side or bound other than 0 that no member owns."""
        shared = {int(index[0]) for index, _ in self.shared if len(index)}
        found = []
        for block, (lo, hi, owner) in zip(self.blocks, self.rows, strict=True):
            sides = np.concatenate([lo, hi])
            if len(owner) and owner[0] < 0 and block.start not in shared and np.any(np.isfinite(sides) & (sides != 0)):
                found.append(f"{block.kind}:{block.id}")
        for family, (_, lo, hi, owner, _) in zip(self.families, self.cols, strict=True):
            sides = np.concatenate([lo, hi])
            if len(owner) and owner[0] < 0 and np.any(np.isfinite(sides) & (sides != 0)):
                found.append(family)
        return tuple(found)

    def _tie_breaks(self, scale: Floats, weights: dict[str, tuple[float, ...]]) -> tuple[Floats, ...]:
        count = max((len(w) for w in weights.values()), default=0)
        result = tuple(np.zeros(self.n_cols) for _ in range(count))
        for family, values in weights.items():
            cols = self.families[family]
            for objective, value in zip(result, values, strict=True):
                objective[cols] = value * scale[cols]
        return result
