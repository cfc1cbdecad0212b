"""A limit on money: everything that is spent, apart from the price of missed targets, stays below what the members
allow.

Row `spending`: Σ discounted cost over standing units, legacy, import and export ≤ Σ spending of the members. Its
right side is a sum over members, so a run with it stays core-guaranteed.
"""

from __future__ import annotations

import numpy as np

from .instance import Instance
from .programme import Assembler

PENALTIES = ("unserved:", "backstop:", "gross_slack:", "bisko_slack:", "uncovered:", "idle:")


def is_money(family: str) -> bool:
    """Whether a family of columns costs money, not the price of something missed."""
    return not family.startswith(PENALTIES)


def spending_row(asm: Assembler, instance: Instance, chosen: tuple[str, ...]) -> None:
    """The row of the set, in its last year; none where no limit is given."""
    if not instance.spending:
        return
    parts = np.array([[instance.spending[m] for m in chosen]])
    last = np.array([len(instance.years) - 1])
    row = asm.add_rows("spending", "joint", "M EUR", last, hi=parts.sum(), parts=parts)
    costs = np.concatenate([c[0] for c in asm.cols])
    for family, cols in asm.families.items():
        used = cols[cols >= 0]
        if is_money(family) and np.any(costs[used]):
            asm.put(np.full(len(used), row[0]), used, costs[used])
