"""Locks that contradict potential, ramp, land or each other are input errors, never an infeasible plan."""

from __future__ import annotations

import numpy as np

from stadtland.base.errors import InputError

from .instance import Instance, Measure


def check_locks(instance: Instance) -> None:
    """Raise `lock-conflict` where no plan can keep the locks; names the measure where one alone is impossible."""
    locked = [m for m in instance.measures if m.lock]
    for m in locked:
        _alone(instance, m)
    for member in dict.fromkeys(m.member for m in locked):
        _together(instance, member, [m.id for m in locked if m.member == member])


def _conflict(what: str, where: str) -> InputError:
    return InputError("lock-conflict", what, where, "lower the lock or raise what limits it")


def _alone(instance: Instance, m: Measure) -> None:
    where = f"measure {m.id}: lock"
    units = np.zeros(len(instance.years))
    units[list(m.lock)] = list(m.lock.values())
    life = len(units) if m.no_exit or m.lifetime is None else m.lifetime
    for year in range(len(units)):
        standing = float(units[max(0, year - life + 1) : year + 1].sum())
        if standing > m.potential[year] * (1 + 1e-9) + 1e-12:
            raise _conflict(
                f"{standing:g} locked units stand in {instance.years[year]}, the potential is {m.potential[year]:g}",
                where,
            )
    if m.ramp is not None:
        for year, amount in m.lock.items():
            if amount > m.ramp * (1 + 1e-9) and (m.no_exit or year < life):
                raise _conflict(f"{amount:g} units enter in {instance.years[year]}, the ramp is {m.ramp:g}", where)


def _together(instance: Instance, member: str, names: list[str]) -> None:
    from dataclasses import replace

    from .build import build
    from .solve import solve

    programme = build(instance, [member])
    absent = [n for n in names if f"standing:{n}" not in programme.families]
    by_id = {m.id: m for m in instance.measures}
    for name in absent:
        if any(by_id[name].lock.values()):
            raise _conflict("units are locked, but there is no land or potential", f"measure {name}: lock")
    if solve(replace(programme, cost=np.zeros_like(programme.cost))).status == "infeasible":
        raise _conflict(f"no plan keeps all locks of {member}", f"measures {', '.join(names[:10])}: lock")
