"""Attributed balances: who may count what, with the joint balance untouched.

physical: what the inventory of a member shows. attributed = physical + adjustments; the adjustments of all members add
up to zero in every year. claimable = attributed + exports added back: what was sold outside cannot be claimed inside.
All in kg CO2e, positive = emission.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from .state import Loss, State

Cells = dict[tuple[str, int], int]  # (municipality code, year) → kg


def adjustments(state: State) -> Cells:
    """Internal attributions per member and year, kg; Σ over members = 0 for every year.

    A unit counted by member m for land in p: m −kg, p +kg in the vintage year. Units cancelled from the buffer or for a
    debt in place of a loss at p: their land q +kg, p −kg in the year of the loss. An uncovered loss is carried by those
    who counted units of the project, in proportion: m +kg, p −kg in the year of the loss.
    """
    cells: Cells = defaultdict(int)
    for (series, first), block in state.blocks.items():
        kind, _, owner = block.account.partition(":")
        if kind in ("hold", "retired") and block.claim == "internal":
            place, year, kg = series[:8], int(series[-4:]), block.last - first + 1
            counts = state.holders[owner].ags
            if counts != place:
                cells[counts, year] -= kg
                cells[place, year] += kg
    for (lost_at, instead, year), kg in state.backing.items():
        cells[instead, year] += kg
        cells[lost_at, year] -= kg
    for loss in state.losses.values():
        place = state.projects[loss.project].ags
        for ags, kg in divided(loss):
            cells[ags, loss.year] += kg
            cells[place, loss.year] -= kg
    return {k: v for k, v in sorted(cells.items()) if v}


def divided(loss: Loss) -> list[tuple[str, int]]:
    """The uncovered loss in proportion to what each counted, whole kilograms, largest remainders; Σ ≤ open_kg.

    >>> divided(Loss("p", 2030, 10, (("", 1), ("A", 1), ("B", 1))))
    [('A', 3), ('B', 3)]
    """
    total = sum(kg for _, kg in loss.shares)
    if not total:
        return []
    exact = [(ags, *divmod(loss.open_kg * kg, total)) for ags, kg in loss.shares]
    left = loss.open_kg - sum(whole for _, whole, _ in exact)
    order = sorted(range(len(exact)), key=lambda i: (-exact[i][2], exact[i][0]))
    extra = set(order[:left])
    return [(ags, whole + (i in extra)) for i, (ags, whole, _) in enumerate(exact) if ags]


def exports(state: State) -> Cells:
    """Kilograms per physical member and year that belong to holders outside; added back to what can be claimed."""
    cells: Cells = defaultdict(int)
    for (series, first), block in state.blocks.items():
        if block.claim == "export" and block.account not in ("reversed", "expired"):
            cells[series[:8], int(series[-4:])] += block.last - first + 1
    return dict(sorted(cells.items()))


def balances(state: State, physical: Mapping[tuple[str, int], int], year: int) -> dict[str, Any]:
    """Physical, adjustment, attributed, exported, claimable per member and joint for one year, kg.

    `physical`: net balance per member and year from the inventory. Imports stand below the line and are not in here.
    Errors: InputError `inventory-missing` if a member with an adjustment has no balance for the year.
    """
    from stadtland.base.errors import InputError

    moved, sold = adjustments(state), exports(state)
    members = sorted({m for m, y in physical if y == year})
    lost = sorted({m for (m, y), _ in [*moved.items(), *sold.items()] if y == year} - set(members))
    if lost:
        raise InputError(
            "inventory-missing",
            f"no balance of {', '.join(lost)} for {year}, but units of that year",
            "inventory",
            "give the balance of every member; a missing one is not zero",
        )
    rows = {}
    for member in members:
        base, shift, out = physical[member, year], moved.get((member, year), 0), sold.get((member, year), 0)
        rows[member] = {
            "physical_kg": base, "adjustment_kg": shift, "attributed_kg": base + shift, "exported_kg": out,
            "claimable_kg": base + shift + out,
        }  # fmt: skip
    joint = {k: sum(r[k] for r in rows.values()) for k in next(iter(rows.values()), {})}
    return {"year": year, "members": rows, "joint": joint}
