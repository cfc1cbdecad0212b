"""A harmonised inventory taken into the joint balance: its cells replace the estimate, the bridge stays visible."""

from __future__ import annotations

from collections.abc import Mapping
from math import fsum
from pathlib import Path
from typing import Any

from stadtland.base import json_file, strict
from stadtland.base.errors import InputError

from ..lines import ENERGY_LINES

SCHEMA = "stadtland/harmonised/1"
CARRIERS = {
    "elec_heat": "elec", "hard_coal": "coal", "lignite": "coal", "biodiesel": "biofuel", "bioethanol": "biofuel",
}  # fmt: skip
GRADES = "ABCD"
NEEDED = ("schema", "ags", "year", "target_year", "old_t", "new_t", "residual_t", "waterfall", "cells", "original")


def read(path: Path) -> dict[str, Any]:
    """A `harmonised.json` as `stadtland harmonise` writes it; InputError `harmonised-*` for anything else."""
    found = json_file.read(path, finite=True)
    where = path.name
    cure = "name the harmonised.json that `stadtland harmonise FILE --out DIR` wrote"
    if not isinstance(found, dict) or found.get("schema") != SCHEMA or any(k not in found for k in NEEDED):
        raise InputError("harmonised-shape", "this is no harmonised inventory", where, cure)
    if not isinstance(found["ags"], str):
        raise InputError(
            "harmonised-ags", "the inventory names no municipality", where, 'write ags = "…" in the card and run again'
        )
    for key in ("old_t", "new_t", "residual_t", "year", "target_year"):
        strict.finite(found[key], f"{where}, {key}", -1e12, 1e12)
    for key in ("cells", "waterfall"):
        if not isinstance(found[key], list) or not all(isinstance(x, dict) for x in found[key]):
            raise InputError("harmonised-shape", f"{key} is no list of tables", where, cure)
    original = strict.mapping(found["original"], f"{where}, original")
    if not isinstance(original.get("file") or "", str):
        raise InputError("harmonised-shape", "the name of the original is no text", where, cure)
    for number, cell in enumerate(found["cells"], 1):
        at = f"{where}, cells {number}"
        if not all(isinstance(cell.get(k) or "", str) for k in ("sector", "mode", "carrier", "source", "data_quality")):
            raise InputError("harmonised-shape", "a word of the cell is no text", at, cure)
        for key in ("mwh", "t_co2e"):
            if cell.get(key) is not None:
                strict.finite(cell[key], f"{at}, {key}", -1e12, 1e12)
    for number, bar in enumerate(found["waterfall"], 1):
        title = bar.get("title")
        if not isinstance(bar.get("rule"), str) or not isinstance(title, dict) or not {"de", "en"} <= set(title):
            raise InputError("harmonised-shape", "a bar has no rule or title", f"{where}, waterfall {number}", cure)
        strict.finite(bar.get("delta_t"), f"{where}, waterfall {number}", -1e12, 1e12)
    return found


def line_of(cell: Mapping[str, Any]) -> str | None:
    """The line of the joint inventory that a harmonised cell fills, or None (merged sector, no such line).

    >>> line_of({"sector": "HH", "carrier": "lignite"}), line_of({"sector": "ECONOMY", "carrier": "gas"})
    ('HH.coal', None)
    """
    carrier = CARRIERS.get(str(cell.get("carrier")), str(cell.get("carrier") or ""))
    parts = [str(cell.get("sector")), *([str(cell["mode"])] if cell.get("mode") else []), carrier]
    line = ".".join(parts)
    return line if line in ENERGY_LINES else None


def overrides(report: Mapping[str, Any]) -> tuple[dict[str, dict[str, Any]], list[dict[str, Any]]]:
    """Own figures by line (MWh, worst grade of the cells; not graded counts D), and the cells that fit no line.

    A cell that the harmonisation took from the estimate is left to the estimate. Cells that fit no line (merged
    sectors, carriers without a line) are listed with their tonnes: there the estimate stays, and the difference is
    part of the bridge.
    """
    energy: dict[str, list[float]] = {}
    grades: dict[str, str] = {}
    left = []
    for cell in report["cells"]:
        if cell.get("mwh") is None or str(cell.get("source") or "").startswith("estimate "):
            continue
        line = line_of(cell)
        if line is None or cell["mwh"] < 0:
            left.append({k: cell.get(k) for k in ("sector", "mode", "carrier", "mwh", "t_co2e")})
            continue
        energy.setdefault(line, []).append(cell["mwh"])
        grades[line] = max(grades.get(line, "A"), str(cell.get("data_quality") or "D"))
    source = f"{report['original'].get('file') or 'harmonised inventory'}, harmonised"
    return {
        line: {
            "value": fsum(parts),
            "unit": "MWh",
            "year": int(report["target_year"]),
            "source": source,
            "data_quality": grades[line] if grades[line] in GRADES else "D",
        }
        for line, parts in energy.items()
    }, left


def bars(report: Mapping[str, Any], joint_t: float) -> list[dict[str, Any]]:
    """The bridge from the old total to the value in the joint balance: rules, residual, and `estimate`.

    `{id, title, t}`; `estimate` = value in the joint balance − harmonised total: cells that the old inventory did not
    hold or that fit no line. Σ without the two totals = joint − old.
    """
    out = [{"id": b["rule"], "title": b["title"], "t": b["delta_t"]} for b in report["waterfall"] if b["rule"] != "new"]
    return [*out, {"id": "estimate", "title": None, "t": joint_t - report["new_t"]}, {"id": "joint", "t": joint_t}]
