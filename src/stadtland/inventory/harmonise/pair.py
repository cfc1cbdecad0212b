"""Two published inventories of one place and year, in different principles: bridged as far as their rows allow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum

from .chain import Result
from .table import Row


@dataclass(frozen=True)
class Pair:
    """`old_t` + Σ rules of the old inventory + `remainder_t` = `other_t` (t).

    `by_sector`: change of each sector between the two (t); it says where the remainder lies, not why.
    """

    old_t: float
    rules: dict[str, float]
    other_t: float
    remainder_t: float
    by_sector: dict[str, float]

    @property
    def remainder_share(self) -> float:
        """|remainder| / other total."""
        return abs(self.remainder_t) / abs(self.other_t)


def bridge(result: Result, other: Sequence[Row]) -> Pair:
    """The bridge of a harmonised inventory, not to its own recomputation but to another published one."""
    rules = {s.rule: s.delta_t for s in result.steps if s.delta_t}
    other_t = fsum(r.t or 0.0 for r in other)
    sectors = sorted({r.sector for r in (*result.old_rows, *other)})
    by = {
        s: fsum(r.t or 0.0 for r in other if r.sector == s) - fsum(r.t or 0.0 for r in result.old_rows if r.sector == s)
        for s in sectors
    }
    return Pair(result.old_t, rules, other_t, other_t - result.old_t - fsum(rules.values()), by)
