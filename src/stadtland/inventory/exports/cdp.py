"""Table in the style of a CDP-ICLEI Track report: method, year, GWP, scopes, sectors, gaps per member and joint.

Numbers come from the GPC/CRF table. Fields: content/inventory/exports/cdp.toml (official form not opened).
"""

from __future__ import annotations

import math
from typing import Any

from ..balance import quality
from . import crf, words
from .cells import JOINT, Cell, Problem, close

NUMBERS = (
    "scope1_t",
    "scope2_t",
    "scope3_t",
    "basic_t",
    "stationary_t",
    "transport_t",
    "waste_t",
    "ippu_t",
    "afolu_t",
    "upstream_t",
)
EMPTY = "–"


def _sum(table: crf.Table, who: str, keep: Any) -> Cell:
    """Sum of the cells that `keep(row)` takes: a number if any cell has one, else the weightiest key."""
    cells = [table.by[who, r.ref] for r in crf.form() if keep(r)]
    if any(c.key == "C" for c in cells):
        return Cell(who, "", None, "C", words.say("confidential"))
    known = [c.value for c in cells if c.value is not None]
    if known:
        return Cell(who, "", math.fsum(known), None)
    key = next(k for k in ("NE", "IE", "NO", "NA") if any(c.key == k for c in cells))
    return Cell(who, "", None, key, next(c.note for c in cells if c.key == key))


def records(table: crf.Table, release: str, labels: dict[str, dict[str, str]]) -> list[dict[str, Any]]:
    """One record per member and joint: field → number (t CO2e a year), notation key, or text {de, en}.

    `labels`: name of the result per AGS and joint from the conformity tests.
    """
    inv = table.inventory
    values, grades = words.tables("cdp")["values"], quality(inv)
    parts: dict[str, Any] = {
        "scope1_t": lambda r: r.framework == "BASIC" and r.scope == 1,
        "scope2_t": lambda r: r.framework == "BASIC" and r.scope == 2,
        "scope3_t": lambda r: r.framework == "BASIC" and r.scope == 3,
        "basic_t": lambda r: r.framework == "BASIC",
        "stationary_t": lambda r: r.framework == "BASIC" and r.sector == "I",
        "transport_t": lambda r: r.framework == "BASIC" and r.sector == "II",
        "waste_t": lambda r: r.framework == "BASIC" and r.sector == "III",
        "ippu_t": lambda r: r.sector == "IV",
        "afolu_t": lambda r: r.sector == "V",
        "upstream_t": lambda r: r.framework == "OTHER",
    }
    out = []
    for j, who in enumerate((*table.members, JOINT)):
        if who == JOINT:
            joined = ", ".join(table.names[m] for m in table.members)
            name = {lang: str(values["joint"][lang]).format(names=joined) for lang in words.LANGUAGES}
        else:
            name = dict.fromkeys(words.LANGUAGES, table.names[who])
        cells = {k: _sum(table, who, keep) for k, keep in parts.items()}
        keys = {k: [r.ref for r in crf.form() if table.by[who, r.ref].key == k] for k in ("NE", "IE")}
        heads = float(inv.population.sum() if who == JOINT else inv.population[j])
        record: dict[str, Any] = {
            "ags": who,
            "municipality": name,
            "year": inv.year,
            "population": round(heads),
            "factors": release,
            "gaps": " ".join(keys["NE"]) or EMPTY,
            "included_elsewhere": " ".join(keys["IE"]) or EMPTY,
            "data_quality": grades[who]["data_quality"],
            "conformity": labels[who],
        }
        for field in ("boundary", "protocol", "format", "gases", "gwp", "verification"):
            record[field] = words.both(values[field])
        out.append(record | {k: c.value if c.value is not None else c.key for k, c in cells.items()})
    return out


def rows(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One row per member and field: label with unit in both languages, value in both languages."""
    out = []
    for record in found:
        for field, entry in words.tables("cdp")["fields"].items():
            unit = f" [{entry['unit']}]" if entry["unit"] else ""
            value = record[field]
            each = value if isinstance(value, dict) else dict.fromkeys(words.LANGUAGES, value)
            out.append(
                {
                    "ags": record["ags"],
                    "field": field,
                    "label_de": entry["de"] + unit,
                    "label_en": entry["en"] + unit,
                    "value_de": each["de"],
                    "value_en": each["en"],
                }
            )
    return out


def verify(found: list[dict[str, Any]], table: crf.Table) -> list[Problem]:
    """Broken rules: every field filled; scopes and sectors sum to BASIC; gaps are the NE cells of the GPC table."""
    out: list[Problem] = []
    totals = {t["ags"]: t["t_co2e"] for t in crf.totals(table) if t["total"] == "BASIC"}
    for record in found:
        who = record["ags"]
        for field in words.tables("cdp")["fields"]:
            value = record.get(field)
            empty = value is None or value == "" or (isinstance(value, dict) and not all(value.values()))
            if empty and not (field == "data_quality" and value is None):
                out.append(Problem("mandatory", f"{who} {field}", "the field is empty"))
        numbers = {k: record[k] for k in NUMBERS}
        for k, v in numbers.items():
            if isinstance(v, str) and v not in ("NE", "IE", "NO", "NA", "C"):
                out.append(Problem("known_key", f"{who} {k}", f"{v} is no notation key"))
        if isinstance(numbers["basic_t"], float):
            for names in (("scope1_t", "scope2_t", "scope3_t"), ("stationary_t", "transport_t", "waste_t")):
                total = math.fsum(v for v in (numbers[n] for n in names) if isinstance(v, float))
                if not close(total, numbers["basic_t"]):
                    out.append(Problem("total", f"{who} {' + '.join(names)}", "the parts are not the BASIC total"))
            if totals[who] is None or not close(numbers["basic_t"], totals[who]):
                out.append(Problem("total", f"{who} basic_t", "differs from the GPC table"))
        gaps = {r.ref for r in crf.form() if table.by[who, r.ref].key == "NE"}
        if set(record["gaps"].replace(EMPTY, "").split()) != gaps:
            out.append(Problem("gaps", who, "the gaps are not the NE cells of the GPC table"))
    return out
