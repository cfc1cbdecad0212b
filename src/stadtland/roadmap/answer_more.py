"""Answer of the keys beyond services, measures and caps: labour, municipal money, protection, regional demands, land
transitions, buffer, periods. Parts appear only where the instance has the key.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .build import standing_cost
from .instance import Instance, Measure, Need
from .periods import flow_weights, period_of
from .reading import Floats
from .solve import Solution
from .stock import installed


def more(instance: Instance, solution: Solution, measures: dict[str, Any]) -> dict[str, Any]:
    """The keys of docs/reference/instance.md that go with them, and `cost_parts`."""
    members = solution.programme.members
    used = [m for m in instance.measures if m.id in measures]
    result: dict[str, Any] = {}
    parts: dict[str, float] = {}
    if instance.labour:
        result["labour"] = {}
        for w in instance.labour:
            limited = set(members) if w.open_pool is not None else set(w.pool)
            found = np.zeros(len(instance.years))
            for m in used:
                if m.member in limited:
                    found = found + m.labour.get(w.trade, 0.0) * _installed(measures, m)
            result["labour"][w.trade] = found
    if instance.municipal_budget is not None:
        result["municipal_budget"] = {
            name: sum(
                (m.public_share * m.capex * _installed(measures, m) for m in used if m.member == name),
                np.zeros(len(instance.years)),
            )
            for name in members
        }
    if instance.needs:
        mine = [d for d in instance.needs if d.member in members]
        result["adaptation"] = {d.id: _need(instance, d, measures, solution) for d in mine if d.need is not None}
        result["unknown_needs"] = [d.id for d in mine if d.need is None]
        parts["uncovered"] = float(sum(a["cost"] for a in result["adaptation"].values()))
    if instance.regional:
        result["regional_demands"] = {}
        for d in instance.regional:
            demand = sum((v for k, v in d.demand.items() if k in members), np.zeros(len(instance.years)))
            given = sum(
                (m.delivers.get(d.id, 0.0) * np.asarray(measures[m.id]["standing"]) for m in used),
                np.zeros(len(instance.years)),
            )
            outside = np.maximum(solution.values(f"outside:{d.id}"), 0.0)
            result["regional_demands"][d.id] = {"demand": demand, "delivered": given, "outside": outside}
            parts["outside"] = parts.get("outside", 0.0) + float((instance.factors * d.price * outside).sum())
    if any(m.reversal > 0 for m in used):
        result["buffer_stock_kt"] = _buffer(instance, measures)
    if len(instance.periods) < len(instance.years):
        result["periods"] = list(instance.periods)
    return result | {"cost_parts": parts}


def _installed(measures: dict[str, Any], m: Measure) -> Floats:
    return np.asarray(measures[m.id]["units"], dtype=float)


def by_period(instance: Instance, m: Measure, standing: Floats) -> dict[str, Floats]:
    """`units`, `entering`, `capex` of a measure in periods: yearly means between the middles of two periods, and the
    exact discounted capex of standing units.
    """
    n = len(standing)
    period = period_of(instance.years, instance.periods)
    own, following = flow_weights(period)
    count = int(period[-1]) + 1

    def window(values: Floats) -> Floats:
        def total(v: Floats) -> Floats:
            here = np.bincount(period, weights=own * v, minlength=count)
            return np.asarray(here + np.bincount(period + 1, weights=following * v, minlength=count + 1)[:count])

        return np.asarray((total(values) / total(np.ones(n)))[period])

    rows, cols, values = installed(n, m.lifetime)
    units = window(np.bincount(rows, weights=values * standing[cols], minlength=n).astype(np.float64))
    rise = window(np.maximum(np.diff(standing, prepend=0.0), 0.0))
    paid = (standing_cost(instance, m) - instance.factors * m.opex) * standing
    return {"units": np.maximum(units, 0.0), "entering": rise, "capex": paid}


def _need(instance: Instance, d: Need, measures: dict[str, Any], solution: Solution) -> dict[str, Any]:
    """Need, cover by origin and what stays uncovered; `coverage` 0–1, for shares the reduction reached."""
    assert d.need is not None
    own, arriving = np.zeros(len(instance.years)), np.zeros(len(instance.years))
    for m in instance.measures:
        if m.id in measures and d.indicator in m.cover:
            amount = m.cover[d.indicator] * np.asarray(measures[m.id]["standing"])
            if m.member == d.member:
                own += amount
            else:
                arriving += d.upstream.get(m.member, 0.0) * amount
    covered = own + arriving
    uncovered = np.maximum(d.need - covered, 0.0)
    if len(instance.periods) < len(instance.years):
        uncovered = np.maximum(solution.values(f"uncovered:{d.id}"), 0.0)
    found = {
        "need": d.need,
        "own": own,
        "arriving": arriving,
        "uncovered": uncovered,
        "coverage": np.minimum(1.0, np.divide(covered, d.need, out=np.ones_like(covered), where=d.need > 0)),
        "cost": float((instance.factors * d.price * uncovered).sum()),
    }
    if d.kind == "share":
        found["reduction"] = -np.expm1(-covered)
    return found


def _buffer(instance: Instance, measures: dict[str, Any]) -> Floats:
    """What is kept back and not yet lost again: stock_t = (1 − reversal)·stock_{t−1} + kept back in t, kt."""
    total = np.zeros(len(instance.years))
    for m in instance.measures:
        if m.id not in measures or m.kernel is None:
            continue
        kept = np.asarray(measures[m.id]["removed_kt"]) - np.asarray(measures[m.id]["credited_kt"])
        stock = 0.0
        for t, amount in enumerate(kept):
            stock = (1.0 - m.reversal) * stock + float(amount)
            total[t] += stock
    return total
