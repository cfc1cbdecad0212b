"""Public rules of the GPC/CRF table: scopes, reporting levels, notation keys, sums."""

from __future__ import annotations

import math
import re
from collections.abc import Callable

from .form_rules_files import KEYS, Files, joint, near, number, table

GAS_KEYS = (*KEYS, "NA")
REF = re.compile(r"(?:VI\.1/)?[IV]{1,3}\.\d(?:\.\d)?|VI\.1/[A-Za-z.0-9]+")
# sub-sectors of the GPC with the ends of their cells, typed in as the GPC 1.1 is recalled (evidence B)
CELLS = {
    **{f"I.{k}": (1, 2, 3) for k in (1, 2, 3, 5, 6)}, "I.4": (1, 2, 3, 4), "I.7": (1,), "I.8": (1,),
    **{f"II.{k}": (1, 2, 3) for k in (1, 2, 3, 4)}, "II.5": (1, 2),
    **{f"III.{k}": (1, 2, 3) for k in (1, 2, 3, 4)},
}  # fmt: skip
PLAIN = ("IV.1", "IV.2", "V.1", "V.2", "V.3")


def scope_of(ref: str) -> int:
    """Scope by the reference number.

    >>> scope_of("I.1.2"), scope_of("III.1.2"), scope_of("III.1.3"), scope_of("I.4.4"), scope_of("V.1")
    (2, 3, 1, 1, 1)
    """
    sector, *rest = ref.split(".")
    if ref.startswith("VI."):
        return 3
    if sector in ("IV", "V"):
        return 1
    last = int(rest[1])
    if sector == "III":
        return {1: 1, 2: 3, 3: 1}[last]
    return 1 if last == 4 else last


def level_of(ref: str) -> str:
    """Reporting level by the reference number: BASIC, BASIC+, TERRITORIAL (in neither), OTHER.

    >>> level_of("I.1.1"), level_of("I.1.3"), level_of("I.4.4"), level_of("III.2.2"), level_of("III.2.3")
    ('BASIC', 'BASIC+', 'TERRITORIAL', 'BASIC', 'TERRITORIAL')
    """
    sector = ref.split(".", maxsplit=1)[0]
    if sector == "VI":
        return "OTHER"
    if sector in ("IV", "V"):
        return "BASIC+"
    last = int(ref.split(".")[2])
    if (sector, last) in (("III", 3), ("I", 4)):
        return "TERRITORIAL"
    return "BASIC+" if sector in ("I", "II") and last == 3 else "BASIC"


def _crf_sectors(files: Files) -> list[str]:
    wanted = {f"{sub}.{n}" for sub, ends in CELLS.items() for n in ends} | set(PLAIN)
    rows = table(files, "crf.csv")
    out = []
    for who in dict.fromkeys(r["ags"] for r in rows):
        mine = [r for r in rows if r["ags"] == who]
        refs = [r["gpc_ref"] for r in mine]
        out += [f"{who}: {ref} is missing" for ref in sorted(wanted - set(refs))]
        out += [f"{who}: {ref} stands twice" for ref in set(refs) if refs.count(ref) > 1]
        out += [f"{who}: {r['gpc_ref']} is empty" for r in mine if not r["emissions_t_co2e"] and not r["notation_key"]]
        out += [f"{who}: {r['gpc_ref']} has both" for r in mine if r["emissions_t_co2e"] and r["notation_key"]]
    return out


def _crf_keys(files: Files) -> list[str]:
    out = []
    for r in table(files, "crf.csv"):
        if r["notation_key"] and r["notation_key"] not in KEYS:
            out.append(f"{r['ags']} {r['gpc_ref']}: {r['notation_key']} is no notation key")
        if r["notation_key"] and not (r["note_de"].strip() and r["note_en"].strip()):
            out.append(f"{r['ags']} {r['gpc_ref']}: {r['notation_key']} without explanation")
    return out


def _crf_elsewhere(files: Files) -> list[str]:
    rows = table(files, "crf.csv")
    refs = {r["gpc_ref"] for r in rows}
    out = []
    for r in rows:
        if r["notation_key"] == "IE":
            named = set(REF.findall(r["note_en"])) & refs - {r["gpc_ref"]}
            if not named:
                out.append(f"{r['ags']} {r['gpc_ref']}: IE names no cell")
    return out


def _crf_scope(files: Files) -> list[str]:
    wrong = [r for r in table(files, "crf.csv") if int(r["scope"]) != scope_of(r["gpc_ref"])]
    return [f"{r['gpc_ref']}: scope {r['scope']}" for r in wrong]


def _crf_basic(files: Files) -> list[str]:
    wrong = [r for r in table(files, "crf.csv") if r["framework"] != level_of(r["gpc_ref"])]
    return [f"{r['gpc_ref']}: {r['framework']}" for r in wrong]


def _crf_totals(files: Files) -> list[str]:
    rows, out = table(files, "crf.csv"), []
    levels = {"BASIC": ("BASIC",), "BASIC+": ("BASIC", "BASIC+")}
    for total in table(files, "crf_totals.csv"):
        if total["total"] not in levels:
            continue
        mine = [r for r in rows if r["ags"] == total["ags"] and level_of(r["gpc_ref"]) in levels[total["total"]]]
        hidden = any(r["notation_key"] == "C" for r in mine)
        if hidden != (total["notation_key"] == "C"):
            out.append(f"{total['ags']} {total['total']}: confidential cells and total do not fit")
        elif not hidden:
            found = math.fsum(float(r["emissions_t_co2e"]) for r in mine if r["emissions_t_co2e"])
            if not near(found, float(total["t_co2e"])):
                out.append(f"{total['ags']} {total['total']}: the cells add up to {found}")
    return out


def _crf_gases(files: Files) -> list[str]:
    out = []
    for r in table(files, "crf.csv"):
        for gas in ("co2_t", "ch4_t", "n2o_t"):
            if r[gas] not in GAS_KEYS and not number(r[gas]):
                out.append(f"{r['ags']} {r['gpc_ref']}: {gas} is {r[gas]!r}")
    return out


def _crf_quality(files: Files) -> list[str]:
    out = []
    for r in table(files, "crf.csv"):
        there = r["emissions_t_co2e"] and float(r["emissions_t_co2e"]) != 0
        if (there and r["data_quality_hml"] not in ("H", "M", "L")) or (r["notation_key"] and r["data_quality_hml"]):
            out.append(f"{r['ags']} {r['gpc_ref']}: data quality {r['data_quality_hml']!r}")
    return out


def _crf_period(files: Files) -> list[str]:
    rows = table(files, "crf.csv")
    years, gwp = {r["year"] for r in rows}, {r["gwp"].split(" ")[0] for r in rows}
    return [f"{name}: {sorted(found)}" for name, found in (("year", years), ("gwp", gwp)) if len(found) != 1]


def _crf_joint(files: Files) -> list[str]:
    rows = table(files, "crf.csv")
    return joint(rows, "gpc_ref", "emissions_t_co2e")


CHECKS: dict[tuple[str, str], Callable[[Files], list[str]]] = {
    ("crf", "sectors"): _crf_sectors,
    ("crf", "keys"): _crf_keys,
    ("crf", "elsewhere"): _crf_elsewhere,
    ("crf", "scope"): _crf_scope,
    ("crf", "basic"): _crf_basic,
    ("crf", "totals"): _crf_totals,
    ("crf", "gases"): _crf_gases,
    ("crf", "quality"): _crf_quality,
    ("crf", "period"): _crf_period,
    ("crf", "joint"): _crf_joint,
}  # fmt: skip
