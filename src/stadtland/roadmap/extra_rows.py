"""Rows of labour, municipal money, protection and regional demands; land by class and layer."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from .instance import Instance, Measure
from .programme import Assembler, Ints
from .reading import Floats
from .stock import installed

Standing = Mapping[str, Ints]
Limit = Callable[[str, str, str, list[tuple[Measure, float]], Floats, int], None]


def extra_rows(
    asm: Assembler, instance: Instance, measures: list[Measure], standing: Standing, chosen: tuple[str, ...]
) -> None:
    """All rows of the keys `labour`, `municipal_budget`, `adaptation` and `regional_demands`; none without them."""
    _labour(asm, instance, measures, standing, chosen)
    _budget(asm, instance, measures, standing, chosen)
    _needs(asm, instance, measures, standing, chosen)
    _regional(asm, instance, measures, standing, chosen)


def _parts(table: Mapping[str, Floats], chosen: tuple[str, ...], n: int) -> Floats:
    """Right side by year and member, shape (years, members); 0 for members that are not in the table."""
    return np.array([table.get(m, np.zeros(n)) for m in chosen]).T


def _put_installed(asm: Assembler, row: Ints, m: Measure, standing: Ints, per_unit: Floats) -> None:
    """Add per_unit[t] × units newly installed in t (renewals included) to the row of each year."""
    rows, cols, values = installed(len(row), m.lifetime)
    asm.put(row[rows], standing[cols], values * per_unit[rows])


def _labour(
    asm: Assembler, instance: Instance, measures: list[Measure], standing: Standing, chosen: tuple[str, ...]
) -> None:
    """Σ FTE × installed ≤ Σ pools, over the members of the set that have a pool of the trade (all if it is open)."""
    n = len(instance.years)
    for work in instance.labour:
        inside = set(chosen) if work.open_pool is not None else {m for m in chosen if m in work.pool}
        users = [m for m in measures if m.member in inside and m.labour.get(work.trade, 0) > 0]
        if not users:
            continue
        parts = _parts(work.pool, chosen, n)
        most = parts.sum(axis=1) + (0.0 if work.open_pool is None else work.open_pool)
        if work.open_pool is None:
            row = asm.add_rows("labour", work.trade, "FTE", np.arange(n), hi=most, parts=parts)
        else:  # a pool that belongs to nobody: the right side is not a sum over members
            row = asm.add_rows("labour", work.trade, "FTE", np.arange(n), hi=most)
        for m in users:
            _put_installed(asm, row, m, standing[m.id], np.full(n, m.labour[work.trade]))


def _budget(
    asm: Assembler, instance: Instance, measures: list[Measure], standing: Standing, chosen: tuple[str, ...]
) -> None:
    """Σ public share × capex × installed ≤ municipal budget of the year, pooled or member by member."""
    money = instance.municipal_budget
    if money is None:
        return
    n = len(instance.years)
    users = [m for m in measures if m.member in money.limit and m.public_share > 0 and np.any(m.capex > 0)]
    groups = [("joint", users)] if money.pooled else [(o, [m for m in users if m.member == o]) for o in chosen]
    for name, group in groups:
        if not group:
            continue
        if name == "joint":
            parts = _parts(money.limit, chosen, n)
            row = asm.add_rows("budget", name, "M EUR", np.arange(n), hi=parts.sum(axis=1), parts=parts)
        else:
            row = asm.add_rows("budget", name, "M EUR", np.arange(n), hi=money.limit[name], owner=chosen.index(name))
        for m in group:
            _put_installed(asm, row, m, standing[m.id], m.public_share * m.capex)


def _needs(
    asm: Assembler, instance: Instance, measures: list[Measure], standing: Standing, chosen: tuple[str, ...]
) -> None:
    """Own cover + Σ part arriving from upstream members of the set + uncovered ≥ need, by need and year."""
    n = len(instance.years)
    for d in instance.needs:
        if d.need is None or d.member not in chosen or not np.any(d.need > 0):
            continue
        row = asm.add_rows("adaptation", d.id, d.unit, np.arange(n), lo=d.need, owner=chosen.index(d.member))
        asm.put(row, asm.add_cols(f"uncovered:{d.id}", instance.factors * d.price), 1.0)
        for m in measures:
            part = 1.0 if m.member == d.member else d.upstream.get(m.member, 0.0)
            amount = part * m.cover.get(d.indicator, 0.0)
            if amount > 0:
                asm.put(row, standing[m.id], amount)


def _regional(
    asm: Assembler, instance: Instance, measures: list[Measure], standing: Standing, chosen: tuple[str, ...]
) -> None:
    """Σ delivered by measures of any member of the set + bought outside ≥ Σ demands of the set."""
    n = len(instance.years)
    for d in instance.regional:
        parts = _parts(d.demand, chosen, n)
        if not np.any(parts > 0):
            continue
        row = asm.add_rows("regional", d.id, d.unit, np.arange(n), lo=parts.sum(axis=1), parts=parts)
        asm.put(row, asm.add_cols(f"outside:{d.id}", instance.factors * d.price), 1.0)
        for m in measures:
            if m.delivers.get(d.id, 0) > 0:
                asm.put(row, standing[m.id], m.delivers[d.id])


def land_rows(instance: Instance, mine: list[Measure], member: str, own: int, limit: Limit) -> None:
    """Land by class: what is taken, less what transitions hand on, fits the area; once for each layer of the class.

    A measure without a layer takes the hectare for itself and counts in every layer; measures of different layers
    share a hectare.
    """
    n = len(instance.years)
    for name in sorted({c for m in mine for c, a in m.land.items() if a > 0}):
        area = instance.land.get(member, {}).get(name, np.zeros(n))
        takers = [(m, m.land[name]) for m in mine if m.land.get(name, 0) > 0]
        makers = [(m, -m.land_to[name]) for m in mine if m.land_to.get(name, 0) > 0]
        layers: list[str | None] = [*sorted({m.layer for m, _ in takers if m.layer is not None})]
        for layer in layers or [None]:
            users = [(m, a) for m, a in takers if m.layer is None or m.layer == layer]
            shown = f"{member}.{name}" if layer is None else f"{member}.{name}#{layer}"
            limit("land", shown, "kha", users + makers, area, own)
