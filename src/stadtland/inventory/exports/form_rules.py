"""The public rules of each form, checked on the written files alone.

What is checked here shares no code with the writers: files are read back, scopes and reporting levels are worked out
anew from the reference numbers, sums are added up anew. Sentences, sources and evidence: form_rules.toml.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import math
import re
import zipfile
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from stadtland.base import content, toml

Files = Mapping[str, bytes]
Rows = list[dict[str, str]]
KEYS = ("NO", "IE", "C", "NE")
GAS_KEYS = (*KEYS, "NA")
REF = re.compile(r"(?:VI\.1/)?[IV]{1,3}\.\d(?:\.\d)?|VI\.1/[A-Za-z.0-9]+")
# sub-sectors of the GPC: number of cells by sub-sector, typed in from the published table
CELLS = {
    **{f"I.{k}": (1, 2, 3) for k in (1, 2, 3, 5, 6)}, "I.4": (1, 2, 3, 4), "I.7": (1,), "I.8": (1,),
    **{f"II.{k}": (1, 2, 3) for k in (1, 2, 3, 4)}, "II.5": (1, 2),
    **{f"III.{k}": (1, 2, 3) for k in (1, 2, 3, 4)},
}  # fmt: skip
PLAIN = ("IV.1", "IV.2", "V.1", "V.2", "V.3")
KEY_SECTORS = ("municipal_buildings", "tertiary_buildings", "residential_buildings", "private_transport")
CDP_FIELDS = ("year", "boundary", "population", "protocol", "gases", "gwp", "gaps", "verification")
SHEETS = ("about", "inventory", "crf", "crf_totals", "secap_energy", "secap_emissions", "cdp", "conformity", "views")
JOINT, NEAR = "joint", 1e-9


@dataclass(frozen=True)
class Verdict:
    """One rule: id `form.rule`, sentence {de, en}, source, evidence, what breaks it (empty: it holds)."""

    id: str
    text: dict[str, str]
    source: str
    evidence: str
    broken: tuple[str, ...]


@cache
def rules() -> dict[str, dict[str, dict[str, str]]]:
    """form_rules.toml: form → rule → {de, en, source, evidence}."""
    return toml.read(content.path("inventory", "exports", "form_rules.toml"))


def check(form: str, files: Files) -> list[Verdict]:
    """All rules of a form on its files (name → bytes); a rule that cannot be read at all is broken, never skipped."""
    out = []
    for name, entry in rules()[form].items():
        try:
            broken = tuple(CHECKS[form, name](files))
        except (KeyError, ValueError, IndexError, StopIteration, UnicodeDecodeError, zipfile.BadZipFile) as error:
            broken = (f"the file cannot be checked: {type(error).__name__} {error}",)
        text = {"de": entry["de"], "en": entry["en"]}
        out.append(Verdict(f"{form}.{name}", text, entry["source"], entry["evidence"], broken))
    return out


def _table(files: Files, name: str) -> Rows:
    return list(csv.DictReader(io.StringIO(files[name].decode("utf-8"), newline="")))


def _near(a: float, b: float) -> bool:
    return abs(a - b) <= NEAR * max(abs(a), abs(b), 1.0)


# ---- GPC / CRF ---------------------------------------------------------------------------------------------------


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
    rows = _table(files, "crf.csv")
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
    for r in _table(files, "crf.csv"):
        if r["notation_key"] and r["notation_key"] not in KEYS:
            out.append(f"{r['ags']} {r['gpc_ref']}: {r['notation_key']} is no notation key")
        if r["notation_key"] and not (r["note_de"].strip() and r["note_en"].strip()):
            out.append(f"{r['ags']} {r['gpc_ref']}: {r['notation_key']} without explanation")
    return out


def _crf_elsewhere(files: Files) -> list[str]:
    rows = _table(files, "crf.csv")
    refs = {r["gpc_ref"] for r in rows}
    out = []
    for r in rows:
        if r["notation_key"] == "IE":
            named = set(REF.findall(r["note_en"])) & refs - {r["gpc_ref"]}
            if not named:
                out.append(f"{r['ags']} {r['gpc_ref']}: IE names no cell")
    return out


def _crf_scope(files: Files) -> list[str]:
    wrong = [r for r in _table(files, "crf.csv") if int(r["scope"]) != scope_of(r["gpc_ref"])]
    return [f"{r['gpc_ref']}: scope {r['scope']}" for r in wrong]


def _crf_basic(files: Files) -> list[str]:
    wrong = [r for r in _table(files, "crf.csv") if r["framework"] != level_of(r["gpc_ref"])]
    return [f"{r['gpc_ref']}: {r['framework']}" for r in wrong]


def _crf_totals(files: Files) -> list[str]:
    rows, out = _table(files, "crf.csv"), []
    levels = {"BASIC": ("BASIC",), "BASIC+": ("BASIC", "BASIC+")}
    for total in _table(files, "crf_totals.csv"):
        if total["total"] not in levels:
            continue
        mine = [r for r in rows if r["ags"] == total["ags"] and level_of(r["gpc_ref"]) in levels[total["total"]]]
        hidden = any(r["notation_key"] == "C" for r in mine)
        if hidden != (total["notation_key"] == "C"):
            out.append(f"{total['ags']} {total['total']}: confidential cells and total do not fit")
        elif not hidden:
            found = math.fsum(float(r["emissions_t_co2e"]) for r in mine if r["emissions_t_co2e"])
            if not _near(found, float(total["t_co2e"])):
                out.append(f"{total['ags']} {total['total']}: the cells add up to {found}")
    return out


def _crf_gases(files: Files) -> list[str]:
    out = []
    for r in _table(files, "crf.csv"):
        for gas in ("co2_t", "ch4_t", "n2o_t"):
            if r[gas] not in GAS_KEYS and not _number(r[gas]):
                out.append(f"{r['ags']} {r['gpc_ref']}: {gas} is {r[gas]!r}")
    return out


def _number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False


def _crf_quality(files: Files) -> list[str]:
    out = []
    for r in _table(files, "crf.csv"):
        there = r["emissions_t_co2e"] and float(r["emissions_t_co2e"]) != 0
        if (there and r["data_quality_hml"] not in ("H", "M", "L")) or (r["notation_key"] and r["data_quality_hml"]):
            out.append(f"{r['ags']} {r['gpc_ref']}: data quality {r['data_quality_hml']!r}")
    return out


def _crf_period(files: Files) -> list[str]:
    rows = _table(files, "crf.csv")
    years, gwp = {r["year"] for r in rows}, {r["gwp"].split(" ")[0] for r in rows}
    return [f"{name}: {sorted(found)}" for name, found in (("year", years), ("gwp", gwp)) if len(found) != 1]


def _crf_joint(files: Files) -> list[str]:
    rows = _table(files, "crf.csv")
    return _joint(rows, "gpc_ref", "emissions_t_co2e")


def _joint(rows: Rows, key: str, value: str) -> list[str]:
    out = []
    members: dict[str, list[dict[str, str]]] = {}
    for r in rows:
        if r["ags"] != JOINT:
            members.setdefault(r[key], []).append(r)
    for r in (r for r in rows if r["ags"] == JOINT):
        mine = members.get(r[key], [])
        if any(m["notation_key"] == "C" for m in mine):
            if r[value]:
                out.append(f"joint {r[key]}: the sum gives a confidential cell away")
            continue
        total = math.fsum(float(m[value]) for m in mine if m[value])
        if r[value] and not _near(float(r[value]), total):
            out.append(f"joint {r[key]}: {r[value]}, the members have {total}")
        if not r[value] and any(m[value] for m in mine):
            out.append(f"joint {r[key]}: no number, but members have one")
    return out


# ---- SECAP -------------------------------------------------------------------------------------------------------


def _secap(files: Files) -> tuple[Rows, Rows]:
    return _table(files, "secap_energy.csv"), _table(files, "secap_emissions.csv")


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
    summary = {r["ags"]: r for r in _table(files, "secap_summary.csv")}
    for who, entry in summary.items():
        mine = [r for r in rows if r["ags"] == who and r["row"] != "industry_ets" and r["carrier"]]
        if any(r["notation_key"] == "C" for r in mine):
            continue
        total = math.fsum(float(r["emissions_t_co2e"]) for r in mine if r["emissions_t_co2e"])
        if not _near(total, float(entry["emissions_t_co2e"])):
            out.append(f"{who}: the rows outside emissions trading add up to {total}")
    out += [f"{r['ags']}: industry_ets is marked as in the total" for r in rows
            if r["row"] == "industry_ets" and r["in_total"] != "false"]  # fmt: skip
    return out


def _secap_approach(files: Files) -> list[str]:
    rows = _table(files, "secap_summary.csv")
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
        if not _near(seen.setdefault(group, factor), factor):
            out.append(f"{r['ags']} {r['row']}/{r['carrier']}: {factor:.6g} instead of {seen[group]:.6g} kg/MWh")
    return out


def _secap_options(files: Files) -> list[str]:
    out = []
    for rows, value in zip(_secap(files), ("energy_mwh", "emissions_t_co2e"), strict=True):
        options = {(r["ags"] == JOINT, r["option"]) for r in rows}
        if options != {(False, "1"), (True, "2")}:
            out.append(f"{value}: options {sorted(options)}")
        named = [r | {"cell": f"{r['row']}/{r['carrier']}"} for r in rows]
        out += _joint(named, "cell", value)
    return out


# ---- CDP, CSV, XLSX ----------------------------------------------------------------------------------------------


def _records(files: Files) -> dict[str, dict[str, dict[str, str]]]:
    found: dict[str, dict[str, dict[str, str]]] = {}
    for r in _table(files, "cdp.csv"):
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
        if not _number(total):
            continue
        found = math.fsum(float(v) for v in values if _number(v))
        if not _near(found, float(total)):
            out.append(f"{who}: the scopes add up to {found}, BASIC is {total}")
    return out


def _cdp_keys(files: Files) -> list[str]:
    return [
        f"{who}: {name} is {row['value_en']!r}"
        for who, record in _records(files).items()
        for name, row in record.items()
        if name.endswith("_t") and not _number(row["value_en"]) and row["value_en"] not in KEYS
    ]


def _inventory(files: Files) -> str:
    return next(n for n in files if re.fullmatch(r"inventory-\d{4}\.csv", n))


def _csv_format(files: Files) -> list[str]:
    text = files[_inventory(files)].decode("utf-8")
    rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    out = ["a head is empty"] if not all(rows[0]) else []
    return out + [f"row {n} has {len(r)} cells" for n, r in enumerate(rows, 1) if len(r) != len(rows[0])]


def _csv_columns(files: Files) -> list[str]:
    head = next(csv.reader(io.StringIO(files[_inventory(files)].decode("utf-8"), newline="")))
    known = {r["column"]: r for r in _table(files, "inventory_columns.csv")}
    return [f"{c} is not explained" for c in head if c not in known or not known[c]["label_de"]]


def _csv_numbers(files: Files) -> list[str]:
    out = []
    for n, r in enumerate(_table(files, _inventory(files)), 2):
        for name in ("energy_mwh", "emissions_t_co2e", "low_t_co2e", "high_t_co2e"):
            if r[name] and not _number(r[name]):
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


# ---- DCAT-AP.de --------------------------------------------------------------------------------------------------

_TRIPLE = re.compile(r"^(\S+) (\S+) (.*) \.$")


def _triples(files: Files) -> list[tuple[str, str, str]]:
    name = next(n for n in files if n.endswith(".ttl"))
    lines = files[name].decode("utf-8").splitlines()
    return [(m[1], m[2], m[3]) for line in lines if not line.startswith("@") and (m := _TRIPLE.match(line))]


def _objects(triples: list[tuple[str, str, str]], name: str) -> list[str]:
    return [o for _, p, o in triples if p == name]


def _dcat_mandatory(files: Files) -> list[str]:
    found = _triples(files)
    sets = [s for s, p, o in found if p == "rdf:type" and o.endswith("dcat#Dataset>")]
    out = [] if len(sets) == 1 else [f"{len(sets)} datasets"]
    mine = [(p, o) for s, p, o in found if s in sets]
    for name in ("dct:title", "dct:description", "dcat:distribution"):
        if not [o for p, o in mine if p == name]:
            out.append(f"{name} is missing")
    return out


def _dcat_contact(files: Files) -> list[str]:
    found = _triples(files)
    cards = _objects(found, "dcat:contactPoint")
    reached = {s for s, p, _ in found if p in ("vcard:hasEmail", "vcard:hasURL")}
    return [f"{c} has neither mail nor form" for c in cards if c not in reached]


def _dcat_publisher(files: Files) -> list[str]:
    found = _triples(files)
    out = [f"{p} stands {len(o)} times" for p in ("dct:publisher", "dcatde:contributorID")
           if len(o := _objects(found, p)) > 1]  # fmt: skip
    bad = [o for o in _objects(found, "dcatde:contributorID") if "dcat-ap.de/def/contributors/" not in o]
    return out + [f"{o} is no provider" for o in bad]


def _dcat_license(files: Files) -> list[str]:
    found = _objects(_triples(files), "dct:license")
    return [f"licence {o}" for o in found if not o.startswith("<http://dcat-ap.de/def/licenses/")] + (
        [] if found else ["no licence"]
    )


def _dcat_file(files: Files) -> list[str]:
    found = _triples(files)
    parts = [s for s, p, o in found if p == "rdf:type" and o.endswith("dcat#Distribution>")]
    out = [] if parts else ["no distribution"]
    for part in parts:
        own = {p: o for s, p, o in found if s == part}
        if not own.get("dct:format", "").startswith("<http://publications.europa.eu/resource/authority/file-type/"):
            out.append(f"{part}: format {own.get('dct:format')}")
        if "dct:title" not in own:
            out.append(f"{part}: no title")
    return out


def _dcat_checksum(files: Files) -> list[str]:
    found, raw = _triples(files), files[_inventory(files)]
    digest = _objects(found, "spdx:checksumValue")[0].split('"')[1]
    size = _objects(found, "dcat:byteSize")[0].split('"')[1]
    out = [] if digest == hashlib.sha256(raw).hexdigest() else ["the checksum is of another file"]
    return out + ([] if int(size) == len(raw) else ["the size is of another file"])


def _dcat_same(files: Files) -> list[str]:
    graph = json.loads(files[next(n for n in files if n.endswith(".jsonld"))])["@graph"]
    linked: Counter[tuple[str, str]] = Counter()
    for node in graph:
        linked.update(("rdf:type", kind) for kind in node.get("@type", []))
        for name, values in node.items():
            if not name.startswith("@"):
                linked.update((name, str(v.get("@value", v.get("@id")))) for v in values)
    turtle = Counter((p, _plain(o)) for _, p, o in _triples(files))
    return [f"{p} {o[:60]!r} stands in one of the two only" for p, o in (turtle - linked) + (linked - turtle)]


def _plain(node: str) -> str:
    """An object of Turtle without marks: address, blank node, or the text of a literal."""
    if node.startswith("<"):
        return node[1:-1]
    if not node.startswith('"'):
        return node
    text = node[1 : node.rindex('"')]
    return re.sub(r"\\(.)", lambda m: {"n": "\n", "r": "\r", "t": "\t"}.get(m[1], m[1]), text)


CHECKS: dict[tuple[str, str], Callable[[Files], list[str]]] = {
    ("crf", "sectors"): _crf_sectors, ("crf", "keys"): _crf_keys, ("crf", "elsewhere"): _crf_elsewhere,
    ("crf", "scope"): _crf_scope, ("crf", "basic"): _crf_basic, ("crf", "totals"): _crf_totals,
    ("crf", "gases"): _crf_gases, ("crf", "quality"): _crf_quality, ("crf", "period"): _crf_period,
    ("crf", "joint"): _crf_joint,
    ("secap", "sectors"): _secap_sectors, ("secap", "energy"): _secap_energy, ("secap", "ets"): _secap_ets,
    ("secap", "approach"): _secap_approach, ("secap", "factor"): _secap_factor, ("secap", "options"): _secap_options,
    ("cdp", "fields"): _cdp_fields, ("cdp", "scopes"): _cdp_scopes, ("cdp", "keys"): _cdp_keys,
    ("csv", "format"): _csv_format, ("csv", "columns"): _csv_columns, ("csv", "numbers"): _csv_numbers,
    ("xlsx", "opens"): _xlsx_opens, ("xlsx", "sheets"): _xlsx_sheets,
    ("dcat", "mandatory"): _dcat_mandatory, ("dcat", "contact"): _dcat_contact,
    ("dcat", "publisher"): _dcat_publisher, ("dcat", "license"): _dcat_license, ("dcat", "file"): _dcat_file,
    ("dcat", "checksum"): _dcat_checksum, ("dcat", "same"): _dcat_same,
}  # fmt: skip
