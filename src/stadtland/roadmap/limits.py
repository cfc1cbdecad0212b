"""Needs, upstream shares, labour, municipal money, food floor, carbon budgets, regional demands and whole objects of a
partnership file: off until entered, each with its source. They become keys of the instance.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from stadtland.base import strict
from stadtland.base.errors import InputError

if TYPE_CHECKING:
    from .assemble import Options
    from .case import Case

TABLES = ("need", "upstream", "limits", "regional")
LIMITS = ("labour", "municipal_budget", "food_floor", "carbon_budget", "lumps")
NEED_KEYS = ("indicator", "value", "unit", "source", "data_quality")


@dataclass(frozen=True)
class Limits:
    """What a partnership has entered beyond facts and targets; every default limits nothing.

    `needs`: AGS → hazard → {indicator, value, unit, source, data_quality, worth_eur_a}. `upstream`: indicator → AGS
    below → AGS above → share that arrives, 0–1. `labour`: trade → {pool, measures, source}. `municipal_budget`: {limit,
    pooled, source}. `food_floor`: {share, source}. `carbon_budget`: AGS → {value_t, until, source}. `regional`: id →
    {unit, price_eur, demand, delivers, source}. `lumps`: measure → units of one object.
    """

    needs: Mapping[str, Mapping[str, Mapping[str, Any]]] = field(default_factory=dict)
    upstream: Mapping[str, Mapping[str, Mapping[str, float]]] = field(default_factory=dict)
    labour: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    municipal_budget: Mapping[str, Any] | None = None
    food_floor: Mapping[str, Any] | None = None
    carbon_budget: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    regional: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    lumps: Mapping[str, float] = field(default_factory=dict)

    def told(self) -> dict[str, Any]:
        """What is entered, as plain data for the settings of results.json; empty where nothing is."""
        return {k: v for k, v in vars(self).items() if v}

    def measures(self) -> set[str]:
        """Measures named anywhere."""
        found = {m for t in self.labour.values() for m in t["measures"]}
        return found | {m for t in self.regional.values() for m in t["delivers"]} | set(self.lumps)


NONE = Limits()


def parse(table: Mapping[str, Any], where: str, ags: set[str]) -> Limits:
    """Limits from the tables `need`, `upstream`, `limits` and `regional` of a partnership file; strict."""
    limits = strict.mapping(table.get("limits", {}), f"{where} [limits]")
    strict.keys(limits, LIMITS, f"{where} [limits]")
    return Limits(
        needs=_needs(table.get("need", {}), f"{where} [need]", ags),
        upstream=_upstream(table.get("upstream", {}), f"{where} [upstream]", ags),
        labour=_labour(limits.get("labour", {}), f"{where} [limits.labour]", ags),
        municipal_budget=_money(limits.get("municipal_budget"), f"{where} [limits.municipal_budget]", ags),
        food_floor=_floor(limits.get("food_floor"), f"{where} [limits.food_floor]", ags),
        carbon_budget=_carbon(limits.get("carbon_budget", {}), f"{where} [limits.carbon_budget]", ags),
        regional=_regional(table.get("regional", {}), f"{where} [regional]", ags),
        lumps=_numbers(limits.get("lumps", {}), f"{where} [limits.lumps]", low=1e-9),
    )


def _sourced(table: Any, keys: tuple[str, ...], where: str, required: tuple[str, ...] = ()) -> dict[str, Any]:
    found = dict(strict.mapping(table, where))
    strict.keys(found, (*keys, "source"), where, (*required, "source"))
    if not str(found["source"]).strip():
        raise InputError("limit-source", "a limit without source", where, "name the decision, plan or count it is from")
    return found


def _members(table: Any, where: str, ags: set[str]) -> dict[str, Any]:
    found = dict(strict.mapping(table, where))
    for code in found:
        if code not in ags:
            raise InputError("ags-not-member", f"{code!r} is not a member", where, "members: " + ", ".join(sorted(ags)))
    return found


def _numbers(table: Any, where: str, ags: set[str] | None = None, low: float = 0.0) -> dict[str, float]:
    found = _members(table, where, ags) if ags is not None else dict(strict.mapping(table, where))
    return {k: strict.finite(v, f"{where}.{k}", low, 1e12) for k, v in found.items()}


def _needs(table: Any, where: str, ags: set[str]) -> dict[str, dict[str, dict[str, Any]]]:
    result: dict[str, dict[str, dict[str, Any]]] = {}
    for code, rows in _members(table, where, ags).items():
        for hazard, row in strict.mapping(rows, f"{where}.{code}").items():
            place = f"{where}.{code}.{hazard}"
            entry = dict(strict.mapping(row, place))
            strict.keys(entry, (*NEED_KEYS, "worth_eur_a"), place, (*NEED_KEYS, "worth_eur_a"))
            entry["worth_eur_a"] = strict.finite(entry["worth_eur_a"], f"{place}.worth_eur_a", 0.0, 1e12)
            result.setdefault(code, {})[hazard] = entry
    return result


def _upstream(table: Any, where: str, ags: set[str]) -> dict[str, dict[str, dict[str, float]]]:
    result: dict[str, dict[str, dict[str, float]]] = {}
    for indicator, rows in strict.mapping(table, where).items():
        for below, shares in _members(rows, f"{where}.{indicator}", ags).items():
            place = f"{where}.{indicator}.{below}"
            found = _members(shares, place, ags)
            if below in found:
                raise InputError("upstream-self", "a member is not upstream of itself", place, "remove it")
            result.setdefault(indicator, {})[below] = {
                k: strict.finite(v, f"{place}.{k}", 0.0, 1.0) for k, v in found.items()
            }
    return result


def _labour(table: Any, where: str, ags: set[str]) -> dict[str, dict[str, Any]]:
    result = {}
    for trade, row in strict.mapping(table, where).items():
        place = f"{where}.{trade}"
        found = _sourced(row, ("pool", "measures"), place, ("pool", "measures"))
        found["pool"] = _numbers(found["pool"], f"{place}.pool", ags)
        found["measures"] = _numbers(found["measures"], f"{place}.measures")
        result[trade] = found
    return result


def _money(row: Any, where: str, ags: set[str]) -> dict[str, Any] | None:
    if row is None:
        return None
    found = _sourced(row, ("limit_eur", "pooled"), where, ("limit_eur",))
    found["limit_eur"] = _numbers(found["limit_eur"], f"{where}.limit_eur", ags)
    if not isinstance(found.setdefault("pooled", True), bool):
        raise InputError("bool-kind", "pooled must be true or false", f"{where}.pooled", "write true or false")
    return found


def _floor(row: Any, where: str, ags: set[str]) -> dict[str, Any] | None:
    if row is None:
        return None
    found = _sourced(row, ("share",), where, ("share",))
    shares = found["share"] if isinstance(found["share"], Mapping) else dict.fromkeys(sorted(ags), found["share"])
    found["share"] = {k: strict.finite(v, f"{where}.share.{k}", 0, 1) for k, v in _members(shares, where, ags).items()}
    return found


def _carbon(table: Any, where: str, ags: set[str]) -> dict[str, dict[str, Any]]:
    result = {}
    for code, row in _members(table, where, ags).items():
        found = _sourced(row, ("value_t", "until"), f"{where}.{code}", ("value_t",))
        found["value_t"] = strict.finite(found["value_t"], f"{where}.{code}.value_t", -1e12, 1e12)
        found["until"] = int(strict.finite(found.get("until", 2045), f"{where}.{code}.until", 2026, 2045))
        result[code] = found
    return result


def _regional(table: Any, where: str, ags: set[str]) -> dict[str, dict[str, Any]]:
    result = {}
    for name, row in strict.mapping(table, where).items():
        place = f"{where}.{name}"
        keys = ("unit", "price_eur", "demand", "delivers")
        found = _sourced(row, keys, place, keys)
        found["price_eur"] = strict.finite(found["price_eur"], f"{place}.price_eur", 0.0, 1e12)
        found["demand"] = _numbers(found["demand"], f"{place}.demand", ags)
        found["delivers"] = _numbers(found["delivers"], f"{place}.delivers")
        result[name] = found
    return result


def checked(limits: Limits, members: Any, catalogue: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Needs as rows of the programme (`toolbox.resilience` does the units); InputError for unknown measures, needs the
    toolbox refuses, and upstream shares of an indicator that does not add up in amounts.
    """
    for mid in sorted(limits.measures()):
        if mid not in catalogue:
            near = difflib.get_close_matches(mid, catalogue, 1)
            cure = f"did you mean {near[0]!r}?" if near else "see stadtland measures list"
            raise InputError("measure-unknown", f"there is no measure {mid!r} in the catalogue", "limits", cure)
    if not limits.needs:
        return []
    from stadtland.toolbox.resilience import coverage, plan_rows

    plain = needs_of(limits)
    coverage(members, {}, needs=plain)
    rows = plan_rows(members, plain)
    kinds = {r["indicator"]: r["kind"] for r in rows}
    for indicator in limits.upstream:
        if kinds.get(indicator, "sum") != "sum":
            raise InputError(
                "upstream-share", f"{indicator} is a reduction on the own area; nothing of it flows downstream",
                f"upstream.{indicator}", "give upstream shares for amounts such as storage",
            )  # fmt: skip
    return rows


def needs_of(limits: Limits) -> dict[str, dict[str, dict[str, Any]]]:
    """Needs as the toolbox takes them, without their worth."""
    return {
        a: {h: {k: n[k] for k in NEED_KEYS} for h, n in hazards.items()} for a, hazards in limits.needs.items()
    }  # fmt: skip


def covering(limits: Limits, rows: list[dict[str, Any]]) -> dict[tuple[str, str], float]:
    """(measure, AGS) → most units its needs can use, for measures whose room nobody has counted."""
    found: dict[tuple[str, str], float] = {}
    for row in rows:
        above = limits.upstream.get(row["indicator"], {}).get(row["member"], {})
        for mid, effect in row["effects"].items():
            for ags, part in ((row["member"], 1.0), *above.items()):
                amount = effect["central"] * part
                if amount > 0:
                    units = row["rhs"] / amount
                    found[mid, ags] = max(found.get((mid, ags), 0.0), units)
    return found


def document(doc: dict[str, Any], case: Case, opts: Options) -> dict[str, Any]:
    """The instance document with the keys of what is entered; the document itself where nothing is."""
    given = case.partnership.limits
    if given == NONE:
        return doc
    rows = {r["id"]: dict(r) for r in doc["measures"]}
    more: dict[str, Any] = {}
    if case.need_rows:
        more["adaptation"] = _adaptation(case, rows, opts)
    if given.labour:
        more["labour"] = {trade: dict(t["pool"]) for trade, t in given.labour.items()}
        for trade, t in given.labour.items():
            for row in rows.values():
                work = t["measures"].get(row["id"].partition("@")[0])
                if work and not row.get("reference"):
                    row.setdefault("labour", {})[trade] = work
    if given.municipal_budget is not None:
        money = given.municipal_budget
        more["municipal_budget"] = {
            "limit": {k: v / 1e6 for k, v in money["limit_eur"].items()}, "pooled": money["pooled"],
        }  # fmt: skip
        for row in rows.values():
            share = case.catalogue[row["id"].partition("@")[0]].payer.municipality
            if share and not row.get("reference"):
                row["public_share"] = share
    if given.regional:
        more["regional_demands"] = [
            {"id": k, "unit": d["unit"], "demand": dict(d["demand"]), "price": d["price_eur"] / 1e6}
            for k, d in given.regional.items()
        ]
        for name, d in given.regional.items():
            for row in rows.values():
                amount = d["delivers"].get(row["id"].partition("@")[0])
                if amount:
                    row.setdefault("delivers", {})[name] = amount
    if given.food_floor is not None:
        more["conversion_cap"] = [
            {
                "member": a,
                "measures": {i: r["land"]["arable"] for i, r in rows.items() if r["member"] == a and _arable(r)},
                "kha": share * case.land_ha[a]["arable"] / 1e3,
            }
            for a, share in given.food_floor["share"].items()
        ]
    for mid, units in given.lumps.items():
        for row in rows.values():
            if row["id"].partition("@")[0] == mid and not row.get("reference"):
                row["lump"] = units
    if given.carbon_budget and doc.get("caps"):
        n = doc["years"][1] - doc["years"][0] + 1
        sums = {}
        for ags, budget in given.carbon_budget.items():
            path: list[float | None] = [None] * n
            path[budget["until"] - doc["years"][0]] = budget["value_t"] / 1e3
            sums[ags] = path
        more["caps"] = {**doc["caps"], "cumulative": sums}
    return {**doc, **more, "measures": list(rows.values())}


def _arable(row: Mapping[str, Any]) -> bool:
    return bool(row.get("land", {}).get("arable", 0.0) > 0)


def _adaptation(case: Case, rows: dict[str, dict[str, Any]], opts: Options) -> list[dict[str, Any]]:
    """Needs of the instance; cover is put on the rows of the member and of the members upstream."""
    given = case.partnership.limits
    found = []
    for need in case.need_rows:
        ags, indicator = need["member"], need["indicator"]
        worth = given.needs[ags][need["hazard"]]["worth_eur_a"] / 1e6
        above = {a: p for a, p in given.upstream.get(indicator, {}).get(ags, {}).items() if p > 0}
        # a reduction counts on the own base only, so its indicator is the member's own
        name = indicator if need["kind"] == "sum" else f"{indicator}@{ags}"
        found.append(
            {
                "id": f"{need['hazard']}@{ags}", "member": ags, "indicator": name, "unit": need["unit"],
                "kind": need["kind"], "need": need["need"], "upstream": above,
                "price": worth / need["rhs"] if need["rhs"] > 0 else 0.0,
            }
        )  # fmt: skip
        for owner in (ags, *above):
            for mid, effect in need["effects"].items():
                row = rows.get(f"{mid}@{owner}")
                if row is not None and not row.get("reference"):
                    row.setdefault("cover", {})[name] = effect["central"]
    return found


def results(case: Case, doc: Mapping[str, Any], answer: Mapping[str, Any], shown: int) -> dict[str, Any]:
    """`roadmap.limits`: what is entered, what the plan uses of it by year, what stays uncovered, and what a tenth more
    would save."""
    given = case.partnership.limits
    found: dict[str, Any] = {}
    first = doc["years"][0]

    def standing(ident: str) -> float:
        return float(answer["measures"][ident]["standing"][shown - 1])

    def tenth(row: str, amount: float) -> float:
        """What a tenth more of a right side would save, EUR present value, at the prices of the plan."""
        prices = (v for k, v in answer["duals"].items() if k.rpartition(":")[0] == row)
        return float(-1e6 * 0.1 * amount * sum(prices) + 0.0)

    for trade, pools in doc.get("labour", {}).items():
        used = answer["labour"][trade][:shown]
        pool = float(sum(pools.values()))
        found.setdefault("labour", {})[trade] = {
            "used_fte": used, "pool_fte": pool, "worth_of_a_tenth_eur": tenth(f"labour:{trade}", pool),
        }  # fmt: skip
    if "municipal_budget" in doc:
        limit = doc["municipal_budget"]["limit"]
        pooled = doc["municipal_budget"]["pooled"]
        found["municipal_budget"] = {
            m: {
                "used_eur": [v * 1e6 for v in values[:shown]], "limit_eur": limit[m] * 1e6,
                "worth_of_a_tenth_eur": tenth(f"budget:{'joint' if pooled else m}", limit[m]),
            }
            for m, values in answer["municipal_budget"].items()
            if m in limit
        }  # fmt: skip
    for d in doc.get("adaptation", []):
        a = answer["adaptation"][d["id"]]
        hazard, _, ags = d["id"].partition("@")
        found.setdefault("adaptation", {}).setdefault(ags, {})[hazard] = {
            "unit": d["unit"], "kind": d["kind"], "need": d["need"],
            "coverage": a["coverage"][:shown], "own": a["own"][:shown], "arriving": a["arriving"][:shown],
            "uncovered": a["uncovered"][:shown], "uncovered_eur": a["cost"] * 1e6,
        }  # fmt: skip
    for d in doc.get("regional_demands", []):
        r = answer["regional_demands"][d["id"]]
        found.setdefault("regional", {})[d["id"]] = {
            "unit": d["unit"], "demand": r["demand"][:shown], "delivered": r["delivered"][:shown],
            "outside": r["outside"][:shown],
        }  # fmt: skip
    if given.food_floor is not None:
        found["food_floor"] = {
            cap["member"]: {
                "used_ha": 1e3
                * sum(k * answer["measures"][i]["standing"][shown - 1] for i, k in cap["measures"].items()),
                "most_ha": 1e3 * cap["kha"],
                "worth_of_a_tenth_eur": tenth(f"conversion:{cap['member']}.{i}", cap["kha"]),
            }
            for i, cap in enumerate(doc.get("conversion_cap", []))
        }
    for ags, budget in given.carbon_budget.items():
        used = 1e3 * float(np.sum(answer["members"][ags]["net_kt"][: budget["until"] - first + 1]))
        found.setdefault("carbon_budget", {})[ags] = {
            "value_t": budget["value_t"], "until": budget["until"], "used_t": used,
            "reached": used <= budget["value_t"] + 0.5,
        }  # fmt: skip
    return found
