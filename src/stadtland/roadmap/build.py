"""Instance → programme: columns and rows of the plan (docs/explanation/programme.md says them in words)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from stadtland.base.errors import InputError

from .accounts import account_rows
from .extra_rows import extra_rows, land_rows
from .instance import Instance, Legacy, Measure, Service, annuity
from .periods import coarsen
from .programme import Assembler, Ints, Programme
from .reading import Floats
from .spending import spending_row
from .stock import installed, ramp_rows, stock_rows


def build(instance: Instance, members: Sequence[str] | None = None) -> Programme:
    """The programme of a set of members (all if None), in the order of the instance.

    A coalition's programme has the columns and rows of its members and the caps they have in the full partnership.
    Units: GWh, kt CO2e, kha, M EUR present value of the first year. Errors: InputError `unknown-member`.
    """
    chosen = instance.members if members is None else tuple(m for m in instance.members if m in set(members))
    unknown = set(members or ()) - set(instance.members)
    if unknown or not chosen:
        raise InputError("unknown-member", f"not a member: {', '.join(sorted(unknown)) or '(none named)'}", "members")
    asm = Assembler(len(chosen), by_period=len(instance.periods) < len(instance.years))
    owner = {name: i for i, name in enumerate(chosen)}
    measures = [m for m in instance.measures if m.member in owner]
    made = {(m.member, c) for m in measures for c, a in m.land_to.items() if a > 0}
    standing = {m.id: _standing(asm, instance, m, owner[m.member], made) for m in measures}
    measures = [m for m in measures if standing[m.id][0] >= 0]
    for m in measures:
        stock_rows(asm, m, standing[m.id], owner[m.member])
        ramp_rows(asm, m, standing[m.id], owner[m.member])
    _service_rows(asm, instance, measures, standing, owner)
    _area_rows(asm, instance, measures, standing, owner)
    _electricity_rows(asm, instance, measures, standing, chosen)
    extra_rows(asm, instance, measures, standing, chosen)
    account_rows(asm, instance, measures, standing, chosen)
    spending_row(asm, instance, chosen)
    symmetric = instance.electricity is None or instance.electricity.credit == "symmetric"
    order = sorted(m.id for m in measures)
    place = {name: (i + 1) / len(order) for i, name in enumerate(order)}
    weights: dict[str, tuple[float, ...]] = {
        f"standing:{m.id}": (float(sum(m.land.values())), place[m.id]) for m in measures
    }
    programme = asm.finish(chosen, instance.years, symmetric, weights)
    return programme if len(instance.periods) == len(instance.years) else coarsen(programme, instance.periods)


def _scale(m: Measure) -> float:
    """A power of two near 1 over the largest physical coefficient, so that entries of the matrix lie near 1."""
    sizes = [
        m.per_unit if m.service else 0.0,
        m.t_per_unit,
        float(m.ef.max()),
        *m.land.values(),
        *m.uses.values(),
    ]
    sizes += [float(np.abs(v).max()) for v in m.electricity.values()]
    sizes += [float(m.kernel.sum())] if m.kernel is not None else []
    largest = max(sizes)
    return float(2.0 ** np.clip(-np.round(np.log2(largest)), -40, 40)) if largest > 0 else 1.0


def standing_cost(instance: Instance, m: Measure) -> Floats:
    """Discounted cost of one more standing unit in each year (M EUR), shape (years,).

    With a lifetime and the same capex every year this is factor × (annuity × capex + opex). Otherwise the cost of
    installing, telescoped over the installations that a change of standing moves.
    """
    factors = instance.factors
    operation = factors * m.opex
    if m.lifetime is not None:
        share = annuity(instance.discount, m.lifetime)
        if np.ptp(m.capex) == 0:
            return np.asarray(operation + factors * share * m.capex)
        sums = np.concatenate([[0.0], np.cumsum(factors)])
        first = np.arange(len(factors))
        paid = m.capex * share * (sums[np.minimum(first + m.lifetime, len(factors))] - sums[first])
    else:
        paid = factors * m.capex
    rows, cols, values = installed(len(factors), m.lifetime)
    return np.asarray(operation + np.bincount(cols, weights=values * paid[rows], minlength=len(factors)))


def _standing(asm: Assembler, instance: Instance, m: Measure, owner: int, made: set[tuple[str, str]]) -> Ints:
    """Columns of standing units by year; a measure that can never stand gets none (−1).

    `made`: (member, class) of land that transitions can hand on.
    """
    area = instance.land.get(m.member, {})
    lacks_land = any(
        a > 0 and (m.member, c) not in made and not np.any(area.get(c, np.zeros(1)) > 0) for c, a in m.land.items()
    )
    if lacks_land or not np.any(m.potential > 0):
        return np.full(len(instance.years), -1)
    return asm.add_cols(f"standing:{m.id}", standing_cost(instance, m), hi=m.potential, owner=owner, scale=_scale(m))


def _service_rows(
    asm: Assembler,
    instance: Instance,
    measures: list[Measure],
    standing: dict[str, Ints],
    owner: dict[str, int],
) -> None:
    """Demand is served: legacy + Σ per_unit·standing + unserved ≥ demand + Σ uses·standing; and shares of the rest."""
    years = np.arange(len(instance.years))
    serves: dict[str | None, list[Measure]] = {}
    draws: dict[str, list[Measure]] = {}
    for m in measures:
        serves.setdefault(m.service, []).append(m)
        for name, amount in m.uses.items():
            if amount > 0:
                draws.setdefault(name, []).append(m)
    for s in instance.services:
        if s.member not in owner:
            continue
        own = owner[s.member]
        serving, using = serves.get(s.id, []), draws.get(s.id, [])
        if not np.any(s.demand > 0) and not using:
            continue
        if s.legacy is not None and np.any(s.legacy.left > 0):
            _legacy_cols(asm, instance, s, s.legacy, own)
        if s.slices:
            _carrier_rows(asm, instance, s, serving, using, standing, own)
        else:
            row = asm.add_rows("service", s.id, "GWh", years, lo=s.demand, owner=own)
            if f"legacy:{s.id}" in asm.families:
                asm.put(row, asm.families[f"legacy:{s.id}"], 1.0 - s.loss)
            asm.put(row, asm.add_cols(f"unserved:{s.id}", instance.factors * instance.slack_unserved), 1.0)
            for m in serving:
                asm.put(row, standing[m.id], arriving(s, m))
            for m in using:
                asm.put(row, standing[m.id], -m.uses[s.id])
        for m in serving:
            if m.share_of_rest is None or m.per_unit == 0:
                continue
            rest = asm.add_rows("share", m.id, "GWh", years, hi=m.share_of_rest * s.demand, owner=own)
            asm.put(rest, standing[m.id], arriving(s, m))
            for saving in serving:
                if saving.demand_side:
                    asm.put(rest, standing[saving.id], m.share_of_rest * saving.per_unit)
            for user in using:
                asm.put(rest, standing[user.id], -m.share_of_rest * user.uses[s.id])


def arriving(s: Service, m: Measure) -> float:
    """Service units of a standing unit that reach the consumers: savings in full, supply less the loss."""
    return m.per_unit if m.demand_side else m.per_unit * (1.0 - s.loss)


def _legacy_cols(asm: Assembler, instance: Instance, s: Service, legacy: Legacy, own: int) -> None:
    """What still stands and is used; early retirement costs its write-off and can be final."""
    n = len(instance.years)
    cols = asm.add_cols(f"legacy:{s.id}", instance.factors * legacy.cost, hi=legacy.left, owner=own)
    if np.any(legacy.write_off > 0):
        row = asm.add_rows("retire", s.id, "GWh", np.arange(n), lo=legacy.left, owner=own)
        asm.put(row, cols, 1.0)
        asm.put(row, asm.add_cols(f"idle:{s.id}", instance.factors * legacy.write_off), 1.0)
    if legacy.final and n > 1:
        before = legacy.left[:-1]
        left = np.divide(legacy.left[1:], before, out=np.zeros(n - 1), where=before > 0)
        row = asm.add_rows("final", s.id, "GWh", np.arange(1, n), hi=0.0, owner=own)
        asm.put(row, cols[1:], 1.0)
        asm.put(row, cols[:-1], -left)


def _carrier_rows(
    asm: Assembler,
    instance: Instance,
    s: Service,
    serving: list[Measure],
    using: list[Measure],
    standing: dict[str, Ints],
    own: int,
) -> None:
    """A carrier is balanced in each of its slices: what is fed in, less the loss, covers demand and what is drawn."""
    years = np.arange(len(instance.years))
    legacy = asm.families.get(f"legacy:{s.id}")
    stock = asm.add_rows("carrier_stock", s.id, "GWh", years, lo=0.0, owner=own) if legacy is not None else None
    if legacy is not None and stock is not None:
        asm.put(stock, legacy, 1.0)
    for name, share in s.slices.items():
        row = asm.add_rows("carrier", f"{s.id}.{name}", "GWh", years, lo=share * s.demand, owner=own)
        if stock is not None:
            part = asm.add_cols(f"legacy_slice:{s.id}:{name}", np.zeros(len(years)))
            asm.put(row, part, 1.0 - s.loss)
            asm.put(stock, part, -1.0)
        missing = asm.add_cols(f"unserved:{s.id}:{name}", instance.factors * instance.slack_unserved)
        asm.put(row, missing, 1.0)
        for m in serving:
            asm.put(row, standing[m.id], arriving(s, m) * (m.service_slices or s.slices).get(name, 0.0))
        for m in using:
            asm.put(row, standing[m.id], -m.uses[s.id] * share)


def _area_rows(
    asm: Assembler,
    instance: Instance,
    measures: list[Measure],
    standing: dict[str, Ints],
    owner: dict[str, int],
) -> None:
    """Land by class, conversion caps, and inventory lines that process measures may not pass."""
    n = len(instance.years)
    years = np.arange(n)

    def limit(kind: str, name: str, unit: str, users: list[tuple[Measure, float]], most: Floats, own: int) -> None:
        if not users:
            return
        # standing that never falls under a constant limit: the last year implies all others
        last = all(m.no_exit and a > 0 for m, a in users) and np.ptp(most) == 0
        chosen = years[-1:] if last else years
        row = asm.add_rows(kind, name, unit, chosen, hi=most[chosen], owner=own)
        for m, a in users:
            asm.put(row, standing[m.id][chosen], a)

    by_member: dict[str, list[Measure]] = {}
    for m in measures:
        by_member.setdefault(m.member, []).append(m)
    for member, own in owner.items():
        mine = by_member.get(member, [])
        land_rows(instance, mine, member, own, limit)
        process = [(m, m.t_per_unit) for m in mine if m.kind == "process" and m.t_per_unit > 0]
        limit("process", member, "kt", process, instance.rest_kt.get(member, np.zeros(n)), own)
        for line, most in instance.lines_kt.get(member, {}).items():
            limit("line", f"{member}.{line}", "kt", [(m, t) for m, t in process if m.line == line], most, own)
    by_id = {m.id: m for m in measures}
    for i, cap in enumerate(instance.conversion_caps):
        users = [(by_id[k], a) for k, a in cap.measures.items() if k in by_id and a > 0]
        if cap.member in owner:
            limit("conversion", f"{cap.member}.{i}", "kha", users, cap.kha, owner[cap.member])


def _electricity_rows(
    asm: Assembler,
    instance: Instance,
    measures: list[Measure],
    standing: dict[str, Ints],
    chosen: tuple[str, ...],
) -> None:
    """Per slice and year over the members: Σ generation − Σ use + import − export = Σ demand."""
    power = instance.electricity
    if power is None:
        return
    n = len(instance.years)
    years = np.arange(n)
    for q, name in enumerate(power.slices):
        users = [m for m in measures if np.any(m.electricity.get(name, np.zeros(1)) != 0)]
        parts = np.array([power.demand[m][q] if m in power.demand else np.zeros(n) for m in chosen]).T
        demand = parts.sum(axis=1)
        if not users and not np.any(demand > 0):
            continue
        row = asm.add_rows("electricity", name, "GWh", years, lo=demand, hi=demand, parts=parts)
        asm.put(row, asm.add_cols(f"import:{name}", instance.factors * power.import_price[q]), 1.0)
        if any(np.any(m.electricity[name] > 0) for m in users):
            asm.put(row, asm.add_cols(f"export:{name}", -instance.factors * power.export_price[q]), -1.0)
        for m in users:
            asm.put(row, standing[m.id], m.electricity[name])
