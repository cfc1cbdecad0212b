"""Accounts of the members (gross, net) and the caps on them."""

from __future__ import annotations

import numpy as np

from .instance import Instance, Measure
from .programme import Assembler, Ints
from .reading import Floats


def account_rows(
    asm: Assembler,
    instance: Instance,
    measures: list[Measure],
    standing: dict[str, Ints],
    chosen: tuple[str, ...],
) -> None:
    """Columns gross and net of each member that has a cap, their definitions, and one cap row per kind and year."""
    owner = {name: i for i, name in enumerate(chosen)}
    capped = {kind: {m: c for m, c in caps.items() if m in owner} for kind, caps in instance.caps.items()}
    if not any(capped.values()) or instance.backstop is None or instance.slack_gross is None:
        return
    n = len(instance.years)
    gross: dict[str, Ints] = {}
    net: dict[str, Ints] = {}
    bisko: dict[str, Ints] = {}
    by_member: dict[str, list[Measure]] = {}
    for m in measures:
        by_member.setdefault(m.member, []).append(m)
    for member in chosen:
        needs_net = any(member in capped[k] for k in ("net", "partnership", "cumulative"))
        if not needs_net and member not in capped["gross"] and member not in capped["bisko"]:
            continue
        mine = by_member.get(member, [])
        gross[member] = _gross(asm, instance, mine, standing, member, owner[member])
        if member in capped["bisko"]:
            bisko[member] = _bisko(asm, instance, mine, standing, member, owner[member], gross[member])
        if needs_net:
            net[member] = _net(asm, instance, mine, standing, member, owner[member], gross[member])

    def cap_rows(kind: str, sums: bool = False) -> tuple[Ints, Ints]:
        """Rows of a kind with all terms of the accounts; years and row numbers."""
        caps = np.array([capped[kind].get(m, np.full(n, np.nan)) for m in chosen])
        years = np.flatnonzero(np.any(np.isfinite(caps), axis=0))
        parts = np.nan_to_num(caps[:, years].T)
        row = asm.add_rows(kind, "joint", "kt", years, hi=parts.sum(axis=1), parts=parts)
        account = {"gross": gross, "bisko": bisko}.get(kind, net)
        for member in capped[kind]:
            has = np.isfinite(caps[owner[member]][years])
            if sums:  # everything up to the end of the year
                for r, y in zip(row[has], years[has], strict=True):
                    asm.put(np.full(y + 1, r), account[member][: y + 1], 1.0)
            else:
                asm.put(row[has], account[member][years[has]], 1.0)
        return years, row

    shared = any(capped[k] for k in ("net", "partnership", "cumulative"))
    backstop = asm.add_cols("backstop:joint", instance.factors * instance.backstop) if shared else np.zeros(0, np.int64)
    if capped["net"]:
        years, row = cap_rows("net")
        asm.put(row, backstop[years], -1.0)
    if capped["partnership"]:
        years, row = cap_rows("partnership")
        asm.put(row, backstop[years], -1.0)
        _credit(asm, instance, measures, standing, capped["partnership"], years, row)
    if capped["cumulative"]:
        years, row = cap_rows("cumulative", sums=True)
        for r, y in zip(row, years, strict=True):
            asm.put(np.full(y + 1, r), backstop[: y + 1], -1.0)
    for kind in ("gross", "bisko"):
        if capped[kind]:
            years, row = cap_rows(kind)
            missed = asm.add_cols(f"{kind}_slack:joint", (instance.factors * instance.slack_gross)[years])
            asm.put(row, missed, -1.0)


def use_emissions(instance: Instance, m: Measure) -> Floats:
    """kt a standing unit from use of electricity, Σ use × ef over slices, shape (years,)."""
    total = np.zeros(len(instance.years))
    if instance.electricity is not None:
        for name, amount in m.electricity.items():
            total += np.maximum(-amount, 0.0) * instance.electricity.ef[instance.electricity.slices.index(name)]
    return total


def generation_credit(instance: Instance, m: Measure) -> Floats:
    """kt a standing unit that new generation earns in the partnership account, Σ generation × ef, shape (years,)."""
    total = np.zeros(len(instance.years))
    if instance.electricity is not None:
        for name, amount in m.electricity.items():
            total += np.maximum(amount, 0.0) * instance.electricity.ef[instance.electricity.slices.index(name)]
    return total


def demand_emissions(instance: Instance, member: str) -> Floats:
    """kt a year from the member's stated demand for electricity, Σ demand × ef over slices, shape (years,)."""
    if instance.electricity is None or member not in instance.electricity.demand:
        return np.zeros(len(instance.years))
    return np.asarray((instance.electricity.demand[member] * instance.electricity.ef).sum(axis=0))


def _gross(
    asm: Assembler, instance: Instance, mine: list[Measure], standing: dict[str, Ints], member: str, own: int
) -> Ints:
    """gross = rest + electricity of demand + legacy + own emissions and electricity use of measures − process."""
    n = len(instance.years)
    fixed = instance.rest_kt.get(member, np.zeros(n)) + demand_emissions(instance, member)
    row = asm.add_rows("account_gross", member, "kt", np.arange(n), lo=fixed, hi=fixed, owner=own)
    col = asm.add_cols(f"gross:{member}", np.zeros(n), lo=-np.inf)
    asm.put(row, col, 1.0)
    for s in instance.services:
        legacy = asm.families.get(f"legacy:{s.id}")
        if s.member == member and s.legacy is not None and legacy is not None:
            asm.put(row, legacy, -s.legacy.ef)
    for m in mine:
        intensity = m.ef + use_emissions(instance, m)
        if m.kind == "process":
            intensity = intensity - m.t_per_unit
        if np.any(intensity != 0):
            asm.put(row, standing[m.id], -intensity)
    return col


def _bisko(
    asm: Assembler,
    instance: Instance,
    mine: list[Measure],
    standing: dict[str, Ints],
    member: str,
    own: int,
    gross: Ints,
) -> Ints:
    """bisko = gross − the rest outside BISKO, which process measures lower."""
    n = len(instance.years)
    outside = outside_bisko(instance, member)
    row = asm.add_rows("account_bisko", member, "kt", np.arange(n), lo=-outside, hi=-outside, owner=own)
    col = asm.add_cols(f"bisko:{member}", np.zeros(n), lo=-np.inf)
    asm.put(row, col, 1.0)
    asm.put(row, gross, -1.0)
    for m in mine:
        if m.kind == "process" and m.t_per_unit > 0:
            asm.put(row, standing[m.id], -m.t_per_unit)
    return col


def outside_bisko(instance: Instance, member: str) -> Floats:
    """kt a year of the rest that BISKO does not count (agriculture, waste, process emissions), shape (years,)."""
    rest = instance.rest_kt.get(member, np.zeros(len(instance.years)))
    return np.asarray(rest - instance.rest_bisko_kt.get(member, rest))


def _net(
    asm: Assembler,
    instance: Instance,
    mine: list[Measure],
    standing: dict[str, Ints],
    member: str,
    own: int,
    gross: Ints,
) -> Ints:
    """net = gross + land use − rewetting and the like − credited removals of the area that entered."""
    n = len(instance.years)
    fixed = instance.lulucf_kt.get(member, np.zeros(n))
    row = asm.add_rows("account_net", member, "kt", np.arange(n), lo=fixed, hi=fixed, owner=own)
    col = asm.add_cols(f"net:{member}", np.zeros(n), lo=-np.inf)
    asm.put(row, col, 1.0)
    asm.put(row, gross, -1.0)
    for m in mine:
        if m.kind in ("land", "removal") and m.t_per_unit > 0:
            asm.put(row, standing[m.id], m.t_per_unit)
        if m.kernel is not None and np.any(m.kernel > 0):
            credited = (1.0 - m.buffer) * m.kernel
            # Σ_v κ(t−v)·(y_v − y_{v−1}): one unit standing in s enters in s and is taken back in s+1
            change = np.concatenate([credited[:1], np.diff(credited)])
            t, s = np.tril_indices(n)
            asm.put(row[t], standing[m.id][s], change[t - s])
    return col


def _credit(
    asm: Assembler,
    instance: Instance,
    measures: list[Measure],
    standing: dict[str, Ints],
    covered: dict[str, Floats],
    years: Ints,
    row: Ints,
) -> None:
    """Credit in the partnership rows: generation of the covered members × ef, less exports if import_only."""
    power = instance.electricity
    if power is None:
        return
    for m in measures:
        earned = generation_credit(instance, m)
        if m.member in covered and np.any(earned > 0):
            has = np.isfinite(covered[m.member][years])
            asm.put(row[has], standing[m.id][years[has]], -earned[years[has]])
    if power.credit == "import_only":
        for q, name in enumerate(power.slices):
            export = asm.families.get(f"export:{name}")
            if export is not None:
                asm.put(row, export[years], power.ef[q][years])
