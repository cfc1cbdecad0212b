"""From a solution to the answer that `stadtland solve` prints and the plan is made of."""

from __future__ import annotations

from typing import Any

import numpy as np

from . import answer_more
from .accounts import demand_emissions, generation_credit, outside_bisko, use_emissions
from .instance import Instance, Measure, Service, annuity
from .reading import Floats
from .solve import Solution
from .stock import installed

# rows whose dual is always listed; others only where it is not zero
LISTED = (
    "service",
    "land",
    "process",
    "line",
    "conversion",
    "carrier",
    "labour",
    "budget",
    "adaptation",
    "regional",
    "electricity",
    "net",
    "gross",
    "bisko",
    "partnership",
    "cumulative",
)


def answer(instance: Instance, solution: Solution, duals: bool = True) -> dict[str, Any]:
    """The answer document of a solved programme (docs/reference/instance.md lists its keys).

    Units: GWh, kt CO2e, kha, M EUR present value of the first year; lists by year. Without an optimum only `status`,
    `message`, `years` and `members` are given.
    """
    programme = solution.programme
    head: dict[str, Any] = {
        "schema": "stadtland/answer/1",
        "status": solution.status,
        "years": list(instance.years),
        "set": list(programme.members),
    }
    if solution.status != "ok":
        return head | {"message": solution.message, "cost": None, "checks": []}
    inside = set(programme.members)
    lost = {s.id: s.loss for s in instance.services}
    measures = {
        m.id: _measure(instance, m, solution, lost.get(str(m.service), 0.0))
        for m in instance.measures
        if m.member in inside
    }
    services = _services(instance, solution, measures)
    power = _electricity(instance, solution, measures)
    by_member: dict[str, list[Measure]] = {}
    for m in instance.measures:
        by_member.setdefault(m.member, []).append(m)
    accounts = {
        name: _account(instance, name, by_member.get(name, []), measures, services) for name in programme.members
    }
    total = {key: np.sum([a[key] for a in accounts.values()], axis=0) for key in next(iter(accounts.values()))}
    if instance.electricity is not None and instance.electricity.credit == "import_only":
        sold = np.array([power["export"][q] for q in instance.electricity.slices])
        total["electricity_credit_kt"] = total["electricity_credit_kt"] - (sold * instance.electricity.ef).sum(axis=0)
    total["partnership_kt"] = total["net_kt"] - total["electricity_credit_kt"]
    backstop = np.maximum(solution.values("backstop:joint"), 0.0)
    missed = {kind: _missed(instance, solution, kind) for kind in ("gross", "bisko")}
    unserved = np.sum([s["unserved"] for s in services.values()], axis=0) if services else np.zeros(len(instance.years))
    parts = _parts(instance, measures, services, power, backstop, missed)
    more = answer_more.more(instance, solution, measures)
    parts |= more.pop("cost_parts")
    result = head | {
        "cost": solution.cost,
        **total,
        "backstop_kt": backstop,
        "slack": {**missed, "unserved": unserved},
        "measures": measures,
        "services": services,
        "electricity": power,
        "members": accounts,
        "cost_parts": parts,
        "duals": _duals(solution) if duals else {},
        "core_guaranteed": programme.core_guaranteed,
        "dual_cost": _dual_cost(solution),
        **more,
    }
    if programme.unowned:
        result["unowned_rows"] = list(programme.unowned)
    plain: dict[str, Any] = _plain(result)
    from .check import check

    plain["checks"] = check(instance.source, plain)
    return plain


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items()}
    return (value + 0.0).tolist() if isinstance(value, np.ndarray) else value


def _dual_cost(solution: Solution) -> float:
    from .solve import dual_value

    return dual_value(solution.programme, solution.row_dual, solution.col_dual)


def _measure(instance: Instance, m: Measure, solution: Solution, lost: float) -> dict[str, Any]:
    standing = np.maximum(solution.values(f"standing:{m.id}"), 0.0)
    if len(instance.periods) == len(instance.years):
        standing = np.minimum(standing, m.potential)
    n = len(standing)
    rise = np.maximum(np.diff(standing, prepend=0.0), 0.0)
    if m.never_falls:
        standing = np.maximum.accumulate(standing)
        rise = np.diff(standing, prepend=0.0)
        units = rise.copy()
        for t in range(m.lifetime or n, n):
            units[t] += units[t - (m.lifetime or n)]
    else:
        rows, cols, values = installed(n, m.lifetime)
        units = np.maximum(np.bincount(rows, weights=values * standing[cols], minlength=n), 0.0)
    entering = rise.copy()
    if m.growth is not None and not m.no_exit:
        for t in range(n - 2, -1, -1):  # the least entering units that allow the next year's
            entering[t] = max(entering[t], (entering[t + 1] - m.seed) / (1 + m.growth))
    capex = instance.factors * units * m.capex
    if m.lifetime is not None:
        spent = np.concatenate([[0.0], np.cumsum(units * m.capex)])
        since = spent[1:] - spent[np.maximum(np.arange(n) - m.lifetime + 1, 0)]
        capex = instance.factors * annuity(instance.discount, m.lifetime) * since
    if len(instance.periods) < n:
        found = answer_more.by_period(instance, m, standing)
        units, entering, capex = found["units"], found["entering"], found["capex"]
    opex = instance.factors * m.opex * standing
    result: dict[str, Any] = {
        "units": units,
        "entering": entering,
        "standing": standing,
        "capex": capex,
        "opex": opex,
    }
    result["cost"] = float((capex + opex).sum())
    if m.service is not None:
        result["supplied"] = m.per_unit * (1.0 if m.demand_side else 1.0 - lost) * standing
    if m.t_per_unit:
        result["lowered_kt"] = m.t_per_unit * standing
    if m.kernel is not None:
        removed = np.convolve(rise, m.kernel)[:n]
        result["removed_kt"] = removed
        result["credited_kt"] = (1 - m.buffer) * removed
    emitted = m.ef * standing
    bought = use_emissions(instance, m) * standing
    if np.any(emitted) or np.any(bought):
        result["emitted_kt"], result["electricity_kt"] = emitted, bought
    return result


def _services(instance: Instance, solution: Solution, measures: dict[str, Any]) -> dict[str, Any]:
    result = {}
    draws: dict[str, list[Measure]] = {}
    for m in instance.measures:
        for name in m.uses:
            draws.setdefault(name, []).append(m)
    for s in instance.services:
        if s.member not in solution.programme.members:
            continue
        legacy = np.maximum(solution.values(f"legacy:{s.id}"), 0.0)
        ef = s.legacy.ef if s.legacy else 0.0
        cost = s.legacy.cost if s.legacy else 0.0
        extra = [m.uses[s.id] * measures[m.id]["standing"] for m in draws.get(s.id, [])]
        result[s.id] = {
            "legacy": legacy,
            "demand": s.demand + np.sum(extra, axis=0) if extra else s.demand,
            "unserved": _unserved(solution, s),
            "legacy_kt": legacy * ef,
            "legacy_cost": instance.factors * legacy * cost,
        }
        if s.slices:
            result[s.id]["legacy_slices"] = {
                q: np.maximum(solution.values(f"legacy_slice:{s.id}:{q}"), 0.0) for q in s.slices
            }
            result[s.id]["unserved_slices"] = {
                q: np.maximum(solution.values(f"unserved:{s.id}:{q}"), 0.0) for q in s.slices
            }
        if s.legacy is not None and np.any(s.legacy.write_off > 0):
            result[s.id]["write_off"] = instance.factors * s.legacy.write_off * solution.values(f"idle:{s.id}")
    return result


def _unserved(solution: Solution, s: Service) -> Floats:
    names = [f"unserved:{s.id}:{q}" for q in s.slices] or [f"unserved:{s.id}"]
    return np.asarray(np.sum([np.maximum(solution.values(f), 0.0) for f in names], axis=0))


def _electricity(instance: Instance, solution: Solution, measures: dict[str, Any]) -> dict[str, Any]:
    power = instance.electricity
    if power is None:
        return {"import": {}, "export": {}}
    if len(instance.periods) < len(instance.years):
        return {
            name: {q: np.maximum(solution.values(f"{name}:{q}"), 0.0) for q in power.slices}
            for name in ("import", "export")
        }
    need = np.zeros((len(power.slices), len(instance.years)))
    for name in solution.programme.members:
        need += power.demand.get(name, 0.0)
    for m in instance.measures:
        if m.id in measures:
            for q, amount in m.electricity.items():
                need[power.slices.index(q)] -= amount * measures[m.id]["standing"]
    return {
        "import": {q: np.maximum(need[i], 0.0) for i, q in enumerate(power.slices)},
        "export": {q: np.maximum(-need[i], 0.0) for i, q in enumerate(power.slices)},
    }


def _account(
    instance: Instance, name: str, mine: list[Measure], measures: dict[str, Any], services: dict[str, Any]
) -> dict[str, Floats]:
    n = len(instance.years)
    gross = instance.rest_kt.get(name, np.zeros(n)) + demand_emissions(instance, name)
    lulucf = instance.lulucf_kt.get(name, np.zeros(n)).copy()
    bisko = gross - outside_bisko(instance, name)
    removals, buffer, credit = np.zeros(n), np.zeros(n), np.zeros(n)
    for s in instance.services:
        if s.member == name:
            gross = gross + services[s.id]["legacy_kt"]
            bisko = bisko + services[s.id]["legacy_kt"]
    for m in mine:
        found = measures[m.id]
        emitted = found.get("emitted_kt", 0.0) + found.get("electricity_kt", 0.0)
        gross, bisko = gross + emitted, bisko + emitted
        if m.kind == "process":
            gross = gross - found.get("lowered_kt", 0.0)
        else:
            lulucf = lulucf - found.get("lowered_kt", 0.0)
        if m.kernel is not None:
            removals += found["credited_kt"]
            buffer += found["removed_kt"] - found["credited_kt"]
        credit += generation_credit(instance, m) * found["standing"]
    return {
        "gross_kt": gross,
        "bisko_kt": bisko,
        "lulucf_kt": lulucf,
        "removals_kt": removals,
        "buffer_kt": buffer,
        "net_kt": gross + lulucf - removals,
        "electricity_credit_kt": credit,
    }


def _missed(instance: Instance, solution: Solution, kind: str) -> Floats:
    """Missed reductions by year; their columns exist only in years with a cap of that kind."""
    result = np.zeros(len(solution.programme.years))
    caps = [c for m, c in instance.caps[kind].items() if m in solution.programme.members]
    if caps and f"{kind}_slack:joint" in solution.programme.families:
        years = np.any(np.isfinite(caps), axis=0)
        result[years] = np.maximum(solution.values(f"{kind}_slack:joint"), 0.0)
    return result


def _parts(
    instance: Instance,
    measures: dict[str, Any],
    services: dict[str, Any],
    power: dict[str, Any],
    backstop: Floats,
    missed: dict[str, Floats],
) -> dict[str, float]:
    """Present value by part (M EUR); the sum is the cost."""
    f = instance.factors
    parts = {
        "capex": float(sum(m["capex"].sum() for m in measures.values())),
        "opex": float(sum(m["opex"].sum() for m in measures.values())),
        "legacy": float(sum(s["legacy_cost"].sum() for s in services.values())),
        "unserved": float(sum((f * instance.slack_unserved * s["unserved"]).sum() for s in services.values())),
    }
    if any("write_off" in s for s in services.values()):
        parts["write_off"] = float(sum(np.sum(s["write_off"]) for s in services.values() if "write_off" in s))
    if instance.electricity is not None:
        grid = instance.electricity
        parts["import"] = float(
            sum((f * grid.import_price[i] * power["import"][q]).sum() for i, q in enumerate(grid.slices))
        )
        parts["export"] = -float(
            sum((f * grid.export_price[i] * power["export"][q]).sum() for i, q in enumerate(grid.slices))
        )
    if instance.backstop is not None and instance.slack_gross is not None:
        parts["backstop"] = float((f * instance.backstop * backstop).sum())
        parts["missed"] = float(sum((f * instance.slack_gross * m).sum() for m in missed.values()))
    return parts


def _duals(solution: Solution) -> dict[str, float]:
    programme = solution.programme
    result: dict[str, float] = {}
    for block in programme.blocks:
        for year, value in zip(block.years, solution.row_dual[block.start : block.stop], strict=True):
            if block.kind in LISTED or abs(value) > 1e-12:
                key = f"{block.kind}:{block.id}:{programme.years[year]}"
                result[key] = result.get(key, 0.0) + float(value) + 0.0
    for family, cols in programme.families.items():
        kind, _, name = family.partition(":")
        if kind == "standing" and cols[0] >= 0:
            prices = solution.col_dual[cols] / programme.scale[cols]
            at_limit = np.isfinite(programme.col_hi[cols]) & (prices < -1e-12)
            first = np.concatenate([[True], np.diff(cols) != 0])  # periods: the price stands at their first year
            for t in np.flatnonzero(at_limit & first):
                result[f"potential:{name}:{programme.years[t]}"] = float(prices[t])
    return result
