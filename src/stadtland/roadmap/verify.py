"""Checks a written plan from its two files alone: instance.json and results.json.

Nothing of the builder, the case or the content is read. What the report says is recomputed from the units in
`results.solution` and the instance.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from stadtland.base import canonical

from .check import check

LIMIT = 1e-6
KT = 1e3
SERVICE = ("legacy", "unserved", "legacy_slices", "unserved_slices")
KEPT = ("units", "entering", "standing", "cost")


def solution(answer: Mapping[str, Any]) -> dict[str, Any]:
    """The part of an answer that a checker needs, for results.json."""
    left_out = ("measures", "services", "duals", "checks", "schema", "cost_parts")
    return {
        **{k: v for k, v in answer.items() if k not in left_out},
        "measures": {i: {k: m[k] for k in KEPT} for i, m in answer["measures"].items()},
        "services": {i: {k: s[k] for k in SERVICE if k in s} for i, s in answer["services"].items()},
    }


def verify(instance: Mapping[str, Any], results: Mapping[str, Any]) -> list[dict[str, Any]]:
    """[{name, value, limit, passed}] for a written plan; the largest relative difference by group."""
    rows = [dict(row) for row in check(instance, results["solution"])]
    for name, value in _groups(instance, results):
        rows.append({"name": name, "value": value, "limit": LIMIT, "passed": bool(value <= LIMIT)})
    body = {k: v for k, v in results.items() if k != "run"}
    same = canonical.digest(body) == results["run"]["sha256"]
    rows.append({"name": "document_hash", "value": 0.0 if same else 1.0, "limit": 0.0, "passed": same})
    return rows


def _groups(instance: Mapping[str, Any], results: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    yield "paths", _paths(results)
    yield "members", _members(results)
    yield "measure_units", _units(instance, results)
    yield "land_used", _land(instance, results)
    yield "targets", _targets(instance, results)
    yield "shares", _shares(results)
    yield "transfers", _transfers(results)
    yield "stability", _stability(results)


def _far(shown: Any, own: Any, floor: float = 1.0) -> float:
    a, b = np.asarray(shown, dtype=float), np.asarray(own, dtype=float)
    return float(np.max(np.abs(a - b) / np.maximum(floor, np.abs(b)), initial=0.0))


NAMES = {
    "gross_t": "gross_kt", "bisko_t": "bisko_kt", "net_t": "net_kt", "removals_t": "removals_kt",
    "lulucf_t": "lulucf_kt", "electricity_credit_t": "electricity_credit_kt",
}  # fmt: skip


def _paths(results: Mapping[str, Any]) -> float:
    """Joint lists of the roadmap against the sum over members of the solution."""
    road, members = results["roadmap"], results["solution"]["members"]
    worst = 0.0
    for shown, own in NAMES.items():
        total = np.sum([m[own] for m in members.values()], axis=0)[: len(road["years"])] * KT
        worst = max(worst, _far(road[shown], total))
    partnership = np.asarray(road["net_t"]) - np.asarray(road["electricity_credit_t"])
    return max(worst, _far(road["partnership_t"], partnership))


def _members(results: Mapping[str, Any]) -> float:
    road = results["roadmap"]
    n = len(road["years"])
    return max(
        _far(road["members"][m][shown], np.asarray(account[own])[:n] * KT)
        for m, account in results["solution"]["members"].items()
        for shown, own in NAMES.items()
    )


def _standing(results: Mapping[str, Any], ident: str) -> Any:
    return np.asarray(results["solution"]["measures"][ident]["standing"], dtype=float)


def _units(instance: Mapping[str, Any], results: Mapping[str, Any]) -> float:
    known = {row["id"] for row in instance["measures"]}
    last = len(results["roadmap"]["years"]) - 1
    worst = 0.0
    for row in results["roadmap"]["measures"]:
        ident = f"{row['id']}@{row['member']}"
        own = float(_standing(results, ident)[last]) if ident in known else 0.0
        worst = max(worst, _far(row["total_units"], own))
    return worst


def _land(instance: Mapping[str, Any], results: Mapping[str, Any]) -> float:
    used: dict[tuple[str, str, int], float] = {}
    first = instance["years"][0]
    for row in instance["measures"]:
        for land, kha in row.get("land", {}).items():
            for k, units in enumerate(_standing(results, row["id"])):
                key = (row["member"], land, first + k)
                used[key] = used.get(key, 0.0) + kha * float(units) * 1e3
    return max(
        _far(r["used_ha"], used.get((r["member"], r["class"], r["year"]), 0.0)) for r in results["roadmap"]["land"]
    )


def _targets(instance: Mapping[str, Any], results: Mapping[str, Any]) -> float:
    """Value, cap and miss of every target from the accounts and the caps of the instance.

    The caps of a run for a reliability are lower by its margins. Where a scenario lets other caps bind, the instance
    does not hold the target: value and miss are checked against the cap that is printed.
    """
    road = results["roadmap"]
    kinds = {"bisko_t": "bisko", "gross_t": "gross", "net_t": "net", "partnership_t": "partnership"}
    mode = results.get("settings", {}).get("levers", {}).get("targets", "both")
    margins = results.get("certainty", {}).get("margins_t", {})
    worst = 0.0
    for who, entry in road["target"].items():
        at = entry["year"] - road["years"][0]
        value = (road if who == "joint" else road["members"][who])[entry["account"]][at]
        kind = kinds[entry["account"]]
        caps = instance.get("caps", {}).get(kind, {})
        chosen = list(results["inventory"]["members"]) if who == "joint" else [who]
        if mode == "projection" or any(m not in caps for m in chosen):
            cap = entry["cap_t"]
        else:
            cap = math.fsum((caps[m][at] if isinstance(caps[m], list) else caps[m]) * KT for m in chosen)
            cap += math.fsum(margins.get(kind, {}).get(m, [0.0] * (at + 1))[at] for m in chosen)
        missed = value - cap if not entry["reached"] else 0.0
        worst = max(worst, _far(entry["value_t"], value), _far(entry["cap_t"], cap), _far(entry["missed_t"], missed))
        worst = max(worst, 0.0 if entry["reached"] == (value <= cap + 0.5) else 1.0)
    return worst


def _rules(results: Mapping[str, Any]) -> dict[str, Mapping[str, float]]:
    members = set(results["inventory"]["members"])
    return {
        rule: values
        for rule, values in results["shares"].items()
        if isinstance(values, Mapping)
        and set(values) == members
        and all(isinstance(v, int | float) for v in values.values())
    }


def _shares(results: Mapping[str, Any]) -> float:
    together = results["cooperation"]["together_eur"]
    return max(_far(math.fsum(v.values()), together) for v in _rules(results).values())


def _transfers(results: Mapping[str, Any]) -> float:
    """Transfers of a rule sum to zero (within the digits of the document, relative to what is shared)."""
    size = max(1.0, abs(results["cooperation"]["together_eur"]))
    return max((abs(math.fsum(v.values())) / size for v in results["transfers"].values()), default=0.0)


def _stability(results: Mapping[str, Any]) -> float:
    """By how much a group pays more than alone under the default rule, relative; 0 where the core is empty."""
    if results["shares"]["core"]["empty"]:
        return 0.0
    shares = results["shares"][results["shares"]["default_rule"]]
    size = max(1.0, abs(results["cooperation"]["together_eur"]))
    over = [
        math.fsum([*(shares[m] for m in c["members"]), -c["cost_eur"]]) for c in results["cooperation"]["coalitions"]
    ]
    return float(max(0.0, max(over) / size))
