"""Two plans side by side from their results alone, with differences that add up in tonnes, EUR, units and hectares."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from stadtland.base.errors import InputError

YEARS = (2030, 2035, 2040, 2045)
SMALL_T, SMALL_EUR, SMALL_UNITS = 0.5, 1.0, 1e-6
SETTINGS = (
    "scenario", "levers", "target_key", "discount_rate", "price_year", "inventory_year", "backstop_eur_per_t",
    "include_evidence_c", "exclude", "max_units", "locks", "overrides", "reliability",
)  # fmt: skip


def compare(a: Mapping[str, Any], b: Mapping[str, Any]) -> dict[str, Any]:
    """B against A: {settings, tonnes, money, payers, measures, land, targets, closes}; every difference is B − A.

    `tonnes[]`: {year, account, a, b, difference, parts[{id, title, t}]}; the parts sum to the difference. `money`:
    extra cost against like-for-like replacement by part, the same. `closes`: largest gap left, t and EUR. What a plan
    of an older version does not hold is left out (`gaps`). InputError `plans-differ` for other members or years.
    """
    _comparable(a, b)
    gaps: list[str] = []
    tonnes = [_tonnes(a, b, year) for year in YEARS if year in a["roadmap"]["years"]]
    money = _parts(a, b, "roadmap", "cost_parts_eur", gaps)
    payers = _parts(a, b, "roadmap", "cost_by_payer_eur", gaps)
    return {
        "settings": _settings(a, b),
        "tonnes": tonnes,
        "money": money,
        "payers": payers,
        "measures": _measures(a, b),
        "land": _land(a, b),
        "targets": _targets(a, b),
        "gain": _gain(a, b),
        "closes": {
            "t": max((abs(row["gap"]) for row in tonnes), default=0.0),
            "eur": abs(money["gap"]) if money else None,
        },
        "gaps": gaps,
    }


def _comparable(a: Mapping[str, Any], b: Mapping[str, Any]) -> None:
    for name, found in (("A", a), ("B", b)):
        if "roadmap" not in found or "wedges" not in found["roadmap"]:
            raise InputError("plan-incomplete", f"plan {name} holds no roadmap", name, "compute it with stadtland plan")
    members = [sorted(m["ags"] for m in x["partnership"]["members"]) for x in (a, b)]
    if members[0] != members[1]:
        odd = sorted(set(members[0]) ^ set(members[1]))
        raise InputError(
            "plans-differ",
            f"the plans have different members: {', '.join(odd)}",
            "",
            "compare plans of one partnership",
        )
    if a["roadmap"]["years"] != b["roadmap"]["years"]:
        raise InputError("plans-differ", "the plans cover different years", "", "compute the older one again")


def _settings(a: Mapping[str, Any], b: Mapping[str, Any]) -> list[dict[str, Any]]:
    one, two = a.get("settings", {}), b.get("settings", {})
    names = [*SETTINGS, *(k for k in one if k not in SETTINGS)]
    return [{"id": k, "a": one.get(k), "b": two.get(k)} for k in names if (one.get(k) or None) != (two.get(k) or None)]


def _tonnes(a: Mapping[str, Any], b: Mapping[str, Any], year: int) -> dict[str, Any]:
    """The partnership account of a year: what each wedge does more or less, the inventory it starts from, the rest."""
    at = a["roadmap"]["years"].index(year)
    first, second = (x["roadmap"]["partnership_t"][at] for x in (a, b))
    wedge = [{w["id"]: w for w in x["roadmap"]["wedges"]} for x in (a, b)]
    parts = []
    for ident in dict.fromkeys([*wedge[0], *wedge[1]]):
        t = [w[ident]["t"][at] if ident in w else 0.0 for w in wedge]
        parts.append({"id": ident, "title": (wedge[1].get(ident) or wedge[0][ident])["title"], "t": t[0] - t[1]})
    start = [x["roadmap"]["partnership_t"][at] + math.fsum(w["t"][at] for w in x["roadmap"]["wedges"]) for x in (a, b)]
    parts.append({"id": "inventory", "title": INVENTORY, "t": start[1] - start[0]})
    parts = [p for p in parts if abs(p["t"]) >= SMALL_T] + _small([p for p in parts if abs(p["t"]) < SMALL_T])
    gap = second - first - math.fsum(p["t"] for p in parts)
    return {
        "year": year,
        "account": "partnership_t",
        "a": first,
        "b": second,
        "difference": second - first,
        "parts": sorted(parts, key=lambda p: -abs(p["t"])),
        "gap": gap,
    }


INVENTORY = {"de": "andere Bilanz oder andere Außenwelt", "en": "another inventory or outside world"}
SMALL = {"de": "kleine Unterschiede zusammen", "en": "small differences together"}


def _small(parts: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    total = math.fsum(p["t"] for p in parts)
    return [{"id": "small", "title": SMALL, "t": total}] if total else []


def _parts(a: Mapping[str, Any], b: Mapping[str, Any], place: str, key: str, gaps: list[str]) -> dict[str, Any] | None:
    one, two = a[place].get(key), b[place].get(key)
    if not one or not two:
        gaps.append(f"{place}.{key}")
        return None
    names = dict.fromkeys([*one, *two])
    parts = [{"id": k, "a": one.get(k, 0.0), "b": two.get(k, 0.0)} for k in names]
    for p in parts:
        p["difference"] = p["b"] - p["a"]
    total = [math.fsum(x.values()) for x in (one, two)]
    difference = total[1] - total[0]
    return {
        "a": total[0],
        "b": total[1],
        "difference": difference,
        "parts": [p for p in parts if p["a"] or p["b"]],
        "gap": difference - math.fsum(p["difference"] for p in parts),
    }


def _measures(a: Mapping[str, Any], b: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Measures that stand in other numbers in 2045, or cost or save something else, summed over members."""
    found: dict[str, dict[str, Any]] = {}
    for side, plan in (("a", a), ("b", b)):
        for row in plan["roadmap"]["measures"]:
            if row.get("reference"):
                continue
            entry = found.setdefault(
                row["id"],
                {"id": row["id"], "title": row["title"], "unit": row["unit"], "a": dict(ZERO), "b": dict(ZERO)},
            )
            for key, source in (("units", "total_units"), ("t", "t_co2e_2045"), ("eur", "cost_eur"), ("ha", "land_ha")):
                entry[side][key] += float(row.get(source) or 0.0)
    rows = []
    for entry in found.values():
        entry["difference"] = {k: entry["b"][k] - entry["a"][k] for k in ZERO}
        change = entry["difference"]
        if abs(change["units"]) > SMALL_UNITS or abs(change["t"]) > SMALL_T or abs(change["eur"]) > SMALL_EUR:
            rows.append(entry)
    return sorted(rows, key=lambda r: (-abs(r["difference"]["t"]), -abs(r["difference"]["eur"]), r["id"]))


ZERO = {"units": 0.0, "t": 0.0, "eur": 0.0, "ha": 0.0}


def _land(a: Mapping[str, Any], b: Mapping[str, Any]) -> list[dict[str, Any]]:
    sides: list[dict[tuple[str, str], float]] = []
    for plan in (a, b):
        sides.append({(r["member"], r["class"]): r["used_ha"] for r in plan["roadmap"]["land"] if r["year"] == 2045})
    rows: list[dict[str, Any]] = [
        {"member": m, "class": c, "a": sides[0].get((m, c), 0.0), "b": sides[1].get((m, c), 0.0)}
        for m, c in dict.fromkeys([*sides[0], *sides[1]])
    ]
    return [r | {"difference": r["b"] - r["a"]} for r in rows if abs(r["b"] - r["a"]) > 1e-3]


def _targets(a: Mapping[str, Any], b: Mapping[str, Any]) -> list[dict[str, Any]]:
    rows = []
    for who, one in a["roadmap"]["target"].items():
        two = b["roadmap"]["target"].get(who)
        if two is None:
            continue
        row: dict[str, Any] = {"who": who, "year": two["year"]}
        for side, entry in (("a", one), ("b", two)):
            row[side] = {k: entry.get(k) for k in ("reached", "missed_t", "reliability")}
        rows.append(row | {"difference_t": two["missed_t"] - one["missed_t"]})
    return rows


def _gain(a: Mapping[str, Any], b: Mapping[str, Any]) -> dict[str, float] | None:
    one, two = a.get("cooperation", {}), b.get("cooperation", {})
    if "gain_net_eur" not in one or "gain_net_eur" not in two:
        return None
    first, second = one["gain_net_eur"], two["gain_net_eur"]
    return {"a": first, "b": second, "difference": second - first}
