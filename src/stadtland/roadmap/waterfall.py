"""From the inventory to the plan of a year in steps that add up, and when each measure comes; from results.json
alone."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

TENTH = 0.1


def steps(results: Mapping[str, Any], year: int) -> dict[str, Any]:
    """{year, steps[{id, title, t}], gap}: inventory, minus what happens anyway, minus fields, rest, = account, and
    the cap.

    Account of the partnership, t. Within fields tonnes are attributed by service delivered
    (docs/explanation/plan.md), so order does not matter; `gap` is what the steps do not explain (rounding).
    """
    road = results["roadmap"]
    at = road["years"].index(year)
    end = road["partnership_t"][at]
    parts = [{"id": w["id"], "title": w["title"], "t": -w["t"][at]} for w in road["wedges"]]
    joint = results["inventory"]["joint"]
    start = joint["net_t"] if "net_t" in joint else end - math.fsum(p["t"] for p in parts)
    rows = [{"id": "inventory", "title": START, "t": start}, *[p for p in parts if abs(p["t"]) >= 0.5]]
    small = math.fsum(p["t"] for p in parts if abs(p["t"]) < 0.5)
    rows.append({"id": "account", "title": END, "t": end})
    gap = end - math.fsum([start, small, *(p["t"] for p in rows[1:-1])])
    return {"year": year, "steps": rows, "cap_t": road["target_path_t"][at], "gap": gap}


START = {"de": "Bilanz (netto)", "en": "inventory (net)"}
END = {"de": "Konto der Partnerschaft", "en": "account of the partnership"}


def timeline(results: Mapping[str, Any]) -> list[dict[str, Any]]:
    """When each used measure begins and has nine tenths of its units of 2045: [{id, title, first, nearly, units,
    unit}]."""
    years = results["roadmap"]["years"]
    total: dict[str, dict[str, Any]] = {}
    for row in results["roadmap"]["measures"]:
        if row["reference"] or not row["units"]:
            continue
        entry = total.setdefault(
            row["id"], {"id": row["id"], "title": row["title"], "unit": row["unit"], "path": [0.0] * len(years)}
        )
        entry["path"] = [a + b for a, b in zip(entry["path"], row["units"], strict=True)]
    found = []
    for entry in total.values():
        path = entry.pop("path")
        last = path[-1]
        if last <= 0:
            continue
        first = next(y for y, v in zip(years, path, strict=True) if v > 1e-3 * last)
        nearly = next(y for y, v in zip(years, path, strict=True) if v >= (1 - TENTH) * last)
        found.append(entry | {"first": first, "nearly": nearly, "units": last})
    return sorted(found, key=lambda e: (e["first"], e["nearly"], e["id"]))
