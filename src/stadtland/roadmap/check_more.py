"""The checker's part for labour, municipal money, protection, regional demands, carriers and the buffer stock.

Like `check` it reads the two documents only, through the book it is handed, and does its own arithmetic.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from .check_book import Array, Book, differ, over


def found(b: Book) -> dict[str, float]:
    """Largest violation by group; a group is there only if the instance has its key."""
    groups = {
        "labour": (b.doc.get("labour"), _labour),
        "municipal_budget": (b.doc.get("municipal_budget"), _budget),
        "adaptation": (b.doc.get("adaptation"), _needs),
        "regional_demands": (b.doc.get("regional_demands"), _regional),
        "carriers": (any(s.get("slices") for s in b.services), _carriers),
        "buffer_stock": (any(m.get("reversal") for m in b.measures), _buffer),
    }
    return {name: rule(b) for name, (present, rule) in groups.items() if present}


def _labour(b: Book) -> float:
    worst = 0.0
    for trade, pools in b.doc["labour"].items():
        inside = b.set if "*" in pools else [m for m in b.set if m in pools]
        used, shown = np.zeros(b.n), np.zeros(b.n)
        for m in b.measures:
            if m["member"] in inside:
                used = used + (m.get("labour") or {}).get(trade, 0) * b.installed(m)
                shown = shown + (m.get("labour") or {}).get(trade, 0) * b.of(m, "units")
        pool = sum((b.array(v) for k, v in pools.items() if k == "*" or k in b.set), np.zeros(b.n))
        worst = max(worst, over(b.flow(used), b.flow(pool)), differ(b.array(b.out["labour"][trade]), shown))
    return worst


def _budget(b: Book) -> float:
    rule = b.doc["municipal_budget"]
    used: dict[str, Array] = {}
    for m in b.measures:
        if m["member"] in rule["limit"]:
            spent = m.get("public_share", 0) * b.capex(m) * b.installed(m)
            used[m["member"]] = used.get(m["member"], np.zeros(b.n)) + spent
    limits = {k: b.array(v) for k, v in rule["limit"].items() if k in b.set}
    if rule.get("pooled", True):
        total = sum(used.values(), np.zeros(b.n))
        return over(b.flow(total), b.flow(sum(limits.values(), np.zeros(b.n)))) if used else 0.0
    return max((over(b.flow(v), b.flow(limits[k])) for k, v in used.items()), default=0.0)


def _amount(b: Book, d: Mapping[str, Any]) -> Array:
    """The need in additive units: a reduction e counts −ln(1 − e)."""
    need = b.array(d["need"])
    return -np.log(1 - need) if d.get("kind", "sum") == "share" else need


def _needs(b: Book) -> float:
    worst = 0.0
    for d in b.doc["adaptation"]:
        if d["member"] not in b.set:
            continue
        if d["need"] is None:  # unknown is not zero: named, and nowhere a number
            known = d["id"] in b.out["adaptation"] or d["id"] not in b.out["unknown_needs"]
            worst = max(worst, 1.0 if known else 0.0)
            continue
        covered = np.zeros(b.n)
        for m in b.measures:
            part = 1.0 if m["member"] == d["member"] else (d.get("upstream") or {}).get(m["member"], 0)
            covered = covered + part * (m.get("cover") or {}).get(d.get("indicator", d["id"]), 0) * b.of(m, "standing")
        out = b.out["adaptation"][d["id"]]
        uncovered = b.array(out["uncovered"])
        worst = max(worst, over(b.level(_amount(b, d)), b.level(covered + uncovered)))
        worst = max(worst, over(-uncovered, np.zeros(b.n)))
        worst = max(worst, differ(b.array(out["own"]) + b.array(out["arriving"]), covered))
        if d.get("kind", "sum") == "share":
            worst = max(worst, differ(b.array(out["reduction"]), 1 - np.exp(-covered)))
    return worst


def _regional(b: Book) -> float:
    worst = 0.0
    for d in b.doc["regional_demands"]:
        demand = sum((b.array(v) for k, v in d["demand"].items() if k in b.set and v is not None), np.zeros(b.n))
        given = np.zeros(b.n)
        for m in b.measures:
            given = given + (m.get("delivers") or {}).get(d["id"], 0) * b.of(m, "standing")
        out = b.out["regional_demands"][d["id"]]
        outside = b.array(out["outside"])
        worst = max(worst, over(b.level(demand), b.level(given + outside)), over(-outside, np.zeros(b.n)))
        worst = max(worst, differ(b.array(out["delivered"]), given), differ(b.array(out["demand"]), demand))
    return worst


def _carriers(b: Book) -> float:
    """A carrier is balanced in each slice, and its legacy is what its slices take."""
    worst = 0.0
    for s in b.services:
        if not s.get("slices"):
            continue
        out, kept = b.out["services"][s["id"]], 1 - s.get("loss", 0)
        taken, missing = np.zeros(b.n), np.zeros(b.n)
        for name, share in s["slices"].items():
            need = share * b.array(s["demand"])
            legacy, unserved = b.array(out["legacy_slices"][name]), b.array(out["unserved_slices"][name])
            fed = kept * legacy + unserved
            for m in b.drawing.get(s["id"], []):
                need = need + share * m["uses"][s["id"]] * b.of(m, "standing")
            for m in b.by_service.get(s["id"], []):
                part = (m.get("service_slices") or s["slices"]).get(name, 0)
                arrives = m.get("per_unit", 1) * (1 if m.get("demand_side") else kept)
                fed = fed + arrives * part * b.of(m, "standing")
            worst = max(worst, over(b.level(need), b.level(fed)), over(-legacy, np.zeros(b.n)))
            taken, missing = taken + legacy, missing + unserved
        worst = max(worst, over(b.level(taken), b.level(b.array(out["legacy"]))))
        worst = max(worst, differ(b.array(out["unserved"]), missing))
    return worst


def _buffer(b: Book) -> float:
    total = np.zeros(b.n)
    for m in b.measures:
        if m.get("removal") is not None and m.get("buffer"):
            kept = m["buffer"] * b.removal(m)
            for t in range(b.n):
                total[t] += sum(kept[v] * (1 - m.get("reversal", 0)) ** (t - v) for v in range(t + 1))
    return differ(b.array(b.out["buffer_stock_kt"]), total)


def spent(b: Book) -> float:
    """Uncovered need, what is bought outside, and write-offs of early retirement, discounted (M EUR)."""
    total = uncovered(b) + written_off(b)
    for d in b.doc.get("regional_demands") or []:
        outside = b.array(b.out["regional_demands"][d["id"]]["outside"])
        total += float(np.sum(b.discount * b.array(d["price"]) * outside))
    return total


def uncovered(b: Book) -> float:
    """Price of the protection that is missing, discounted (M EUR)."""
    total = 0.0
    for d in b.doc.get("adaptation") or []:
        if d["member"] in b.set and d["need"] is not None:
            total += float(
                np.sum(b.discount * b.array(d["price"]) * b.array(b.out["adaptation"][d["id"]]["uncovered"]))
            )
    return total


def written_off(b: Book) -> float:
    """Write-off of what could still be used and is not, discounted (M EUR)."""
    total = 0.0
    for s in b.services:
        legacy = s.get("legacy") or {}
        if legacy.get("write_off"):
            stock = legacy.get("stock", b.array(s["demand"])[0]) * b.array(legacy.get("survival", 1))
            idle = np.maximum(b.level(stock) - b.level(b.array(b.out["services"][s["id"]]["legacy"])), 0.0)
            price = b.discount * b.array(legacy["write_off"])
            total += float(sum(idle[p] * price[b.period == p].sum() for p in range(len(idle))))
    return total
