"""Public rules of the SECAP baseline, the CDP-style table, the open CSV and the workbook."""

from __future__ import annotations

import csv
import io
import math
import re
import zipfile
from collections.abc import Callable, Mapping
from typing import Any

from .form_rules_files import JOINT, KEYS, Files, Rows, inventory_name, joint, near, number, table

KEY_SECTORS = ("municipal_buildings", "tertiary_buildings", "residential_buildings", "private_transport")
CDP_FIELDS = ("year", "boundary", "population", "protocol", "gases", "gwp", "gaps", "verification")
SHEETS = ("about", "inventory", "crf", "crf_totals", "secap_energy", "secap_emissions", "cdp", "conformity", "views")


# ---- SECAP -------------------------------------------------------------------------------------------------------


def _secap(files: Files) -> tuple[Rows, Rows]:
    return table(files, "secap_energy.csv"), table(files, "secap_emissions.csv")


def _secap_sectors(files: Files) -> list[str]:
    out = []
    for name, rows in zip(("energy", "emissions"), _secap(files), strict=True):
        for who in dict.fromkeys(r["ags"] for r in rows):
            there = {r["row"] for r in rows if r["ags"] == who and _filled(r)}
            out += [f"{name} {who}: {s} is missing" for s in KEY_SECTORS if s not in there]
    return out


def _filled(row: Mapping[str, str]) -> bool:
    return bool(row.get("energy_mwh") or row.get("emissions_t_co2e") or row["notation_key"])


def _secap_energy(files: Files) -> list[str]:
    energy, emissions = _secap(files)
    known = {(r["ags"], r["row"], r["carrier"]): r for r in energy}
    out = []
    for r in emissions:
        if not r["carrier"]:
            continue
        other = known.get((r["ags"], r["row"], r["carrier"]))
        if other is None or bool(other["energy_mwh"]) != bool(r["emissions_t_co2e"]):
            out.append(f"{r['ags']} {r['row']}/{r['carrier']}: emissions and energy do not stand together")
        elif r["emissions_t_co2e"] and float(r["emissions_t_co2e"]) > 0 and float(other["energy_mwh"]) <= 0:
            out.append(f"{r['ags']} {r['row']}/{r['carrier']}: emissions without energy")
    return out


def _secap_ets(files: Files) -> list[str]:
    out = []
    rows = _secap(files)[1]
    summary = {r["ags"]: r for r in table(files, "secap_summary.csv")}
    for who, entry in summary.items():
        mine = [r for r in rows if r["ags"] == who and r["row"] != "industry_ets" and r["carrier"]]
        if any(r["notation_key"] == "C" for r in mine):
            continue
        total = math.fsum(float(r["emissions_t_co2e"]) for r in mine if r["emissions_t_co2e"])
        if not near(total, float(entry["emissions_t_co2e"])):
            out.append(f"{who}: the rows outside emissions trading add up to {total}")
    out += [f"{r['ags']}: industry_ets is marked as in the total" for r in rows
            if r["row"] == "industry_ets" and r["in_total"] != "false"]  # fmt: skip
    return out


def _secap_approach(files: Files) -> list[str]:
    rows = table(files, "secap_summary.csv")
    return [f"{r['ags']}: {r['factors']!r}" for r in rows if not re.search(r"(LCA|IPCC).*CO2", r["factors"])]


def _secap_factor(files: Files) -> list[str]:
    """One factor per member, carrier and buildings or transport (road fuels have factors of their own)."""
    energy, emissions = _secap(files)
    known = {(r["ags"], r["row"], r["carrier"]): r["energy_mwh"] for r in energy}
    seen: dict[tuple[str, str, bool], float] = {}
    out = []
    for r in emissions:
        mwh = known.get((r["ags"], r["row"], r["carrier"]))
        if not r["emissions_t_co2e"] or not mwh or float(mwh) <= 0 or r["ags"] == JOINT:
            continue
        if r["row"] == "public_transport" or r["carrier"] == "other_fossil":
            continue  # several fuels of different factors in one cell
        factor = 1000 * float(r["emissions_t_co2e"]) / float(mwh)
        group = (r["ags"], r["carrier"], "transport" in r["row"])
        if not near(seen.setdefault(group, factor), factor):
            out.append(f"{r['ags']} {r['row']}/{r['carrier']}: {factor:.6g} instead of {seen[group]:.6g} kg/MWh")
    return out


def _secap_options(files: Files) -> list[str]:
    out = []
    for rows, value in zip(_secap(files), ("energy_mwh", "emissions_t_co2e"), strict=True):
        options = {(r["ags"] == JOINT, r["option"]) for r in rows}
        if options != {(False, "1"), (True, "2")}:
            out.append(f"{value}: options {sorted(options)}")
        named = [r | {"cell": f"{r['row']}/{r['carrier']}"} for r in rows]
        out += joint(named, "cell", value)
    return out


# ---- CDP, CSV, XLSX ----------------------------------------------------------------------------------------------


def _records(files: Files) -> dict[str, dict[str, dict[str, str]]]:
    found: dict[str, dict[str, dict[str, str]]] = {}
    for r in table(files, "cdp.csv"):
        found.setdefault(r["ags"], {})[r["field"]] = r
    return found


def _cdp_fields(files: Files) -> list[str]:
    return [
        f"{who}: {name} is empty"
        for who, record in _records(files).items()
        for name in CDP_FIELDS
        if not (record[name]["value_de"].strip() and record[name]["value_en"].strip())
    ]


def _cdp_scopes(files: Files) -> list[str]:
    out = []
    for who, record in _records(files).items():
        values = [record[f]["value_en"] for f in ("scope1_t", "scope2_t", "scope3_t")]
        total = record["basic_t"]["value_en"]
        if not number(total):
            continue
        found = math.fsum(float(v) for v in values if number(v))
        if not near(found, float(total)):
            out.append(f"{who}: the scopes add up to {found}, BASIC is {total}")
    return out


def _cdp_keys(files: Files) -> list[str]:
    return [
        f"{who}: {name} is {row['value_en']!r}"
        for who, record in _records(files).items()
        for name, row in record.items()
        if name.endswith("_t") and not number(row["value_en"]) and row["value_en"] not in KEYS
    ]


def _csv_format(files: Files) -> list[str]:
    text = files[inventory_name(files)].decode("utf-8")
    rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    out = ["a head is empty"] if not all(rows[0]) else []
    return out + [f"row {n} has {len(r)} cells" for n, r in enumerate(rows, 1) if len(r) != len(rows[0])]


def _csv_columns(files: Files) -> list[str]:
    head = next(csv.reader(io.StringIO(files[inventory_name(files)].decode("utf-8"), newline="")))
    known = {r["column"]: r for r in table(files, "inventory_columns.csv")}
    return [f"{c} is not explained" for c in head if c not in known or not known[c]["label_de"]]


def _csv_numbers(files: Files) -> list[str]:
    out = []
    for n, r in enumerate(table(files, inventory_name(files)), 2):
        for name in ("energy_mwh", "emissions_t_co2e", "low_t_co2e", "high_t_co2e"):
            if r[name] and not number(r[name]):
                out.append(f"row {n}: {name} is {r[name]!r}")
        if r["state"] in ("not_available", "confidential") and r["emissions_t_co2e"]:
            out.append(f"row {n}: a number although {r['state']}")
    return out


def _book(files: Files) -> Any:
    import openpyxl  # type: ignore[import-untyped]

    name = next(n for n in files if n.endswith(".xlsx"))
    return openpyxl.load_workbook(io.BytesIO(files[name]), read_only=True)


def _xlsx_opens(files: Files) -> list[str]:
    name = next(n for n in files if n.endswith(".xlsx"))
    with zipfile.ZipFile(io.BytesIO(files[name])) as box:
        names = box.namelist()
        formulas = [n for n in names if "worksheets/" in n and b"<f>" in box.read(n)]
    return [f"{n} holds a formula" for n in formulas] + [n for n in names if "vba" in n.lower()]


def _xlsx_sheets(files: Files) -> list[str]:
    book = _book(files)
    try:
        return [f"{s} is missing" for s in SHEETS if s not in book.sheetnames]
    finally:
        book.close()


CHECKS: dict[tuple[str, str], Callable[[Files], list[str]]] = {
    ("secap", "sectors"): _secap_sectors,
    ("secap", "energy"): _secap_energy,
    ("secap", "ets"): _secap_ets,
    ("secap", "approach"): _secap_approach,
    ("secap", "factor"): _secap_factor,
    ("secap", "options"): _secap_options,
    ("cdp", "fields"): _cdp_fields,
    ("cdp", "scopes"): _cdp_scopes,
    ("cdp", "keys"): _cdp_keys,
    ("csv", "format"): _csv_format,
    ("csv", "columns"): _csv_columns,
    ("csv", "numbers"): _csv_numbers,
    ("xlsx", "opens"): _xlsx_opens,
    ("xlsx", "sheets"): _xlsx_sheets,
}  # fmt: skip
