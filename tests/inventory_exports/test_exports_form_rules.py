"""The public rules of each form: they hold on the written files, each finds its seeded fault, each has a source."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile

import pytest

from stadtland import inventory
from stadtland.inventory.exports import FORMATS, bundle, form_rules
from stadtland.inventory.exports.dcat import Publisher

CODES = ("14713000", "14729380", "14729030", "14729245", "14729410")
WHO = Publisher("Stadt Wurzen", "klima@example.org", "https://example.org/klima",
                "http://dcat-ap.de/def/contributors/leipzig", "2026-11-24")  # fmt: skip


@pytest.fixture(scope="module")
def made():
    inv = inventory.build(CODES, 2021)
    return {form: bundle.export(inv, form, publisher=WHO) for form in FORMATS}


@pytest.mark.parametrize("form", FORMATS)
def test_every_rule_holds_and_stands_in_the_report(made, form):
    found = made[form]
    assert found.rules and not [v.id for v in found.rules if v.broken]
    report = json.loads(found.files[f"{form}_check.json"])
    assert report["passed"] and {r["id"] for r in report["rules"]} == {v.id for v in found.rules}
    assert all(r["source"] and r["evidence"] in "ABC" and r["text"]["de"] and r["text"]["en"] for r in report["rules"])


def test_every_rule_of_the_content_has_a_check_and_the_other_way_round():
    named = {(form, rule) for form, entries in form_rules.rules().items() for rule in entries}
    assert named == set(form_rules.CHECKS) and {f for f, _ in named} == set(FORMATS)


def table(files, name, change):
    """The files with the rows of one table changed in place."""
    rows = list(csv.DictReader(io.StringIO(files[name].decode(), newline="")))
    rows = change(rows) or rows
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return {**files, name: out.getvalue().encode()}


def cell(ref, **values):
    """A change of the cell of the first member."""

    def change(rows):
        next(r for r in rows if r["gpc_ref"] == ref).update(values)

    return change


def secap_cell(row, carrier, **values):
    def change(rows):
        next(r for r in rows if (r["row"], r["carrier"]) == (row, carrier)).update(values)

    return change


def text(files, pattern, old, new, count=1):
    name = next(n for n in files if re.search(pattern, n))
    raw = files[name].decode()
    assert old in raw
    return {**files, name: raw.replace(old, new, count).encode()}


def repacked(files, change):
    name = next(n for n in files if n.endswith(".xlsx"))
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(files[name])) as box, zipfile.ZipFile(out, "w") as new:
        for part in box.namelist():
            new.writestr(part, change(part, box.read(part)))
    return {**files, name: out.getvalue()}


def formula(files):
    return repacked(files, lambda n, raw: raw.replace(b"<v>", b"<f>1+1</f><v>", 1) if "sheet2" in n else raw)


def text_in_book(files):
    return repacked(files, lambda n, raw: raw.replace(b'name="crf"', b'name="other"') if "workbook.xml" in n else raw)


FAULTS = {
    "crf.sectors": lambda f: table(f, "crf.csv", lambda rows: [r for r in rows if r["gpc_ref"] != "III.2.2"]),
    "crf.keys": lambda f: table(f, "crf.csv", cell("I.4.1", notation_key="NA")),
    "crf.elsewhere": lambda f: table(f, "crf.csv", cell("I.1.3", note_en="somewhere else")),
    "crf.scope": lambda f: table(f, "crf.csv", cell("III.1.2", scope="1")),
    "crf.basic": lambda f: table(f, "crf.csv", cell("I.4.4", framework="BASIC")),
    "crf.totals": lambda f: table(f, "crf.csv", cell("I.1.1", emissions_t_co2e="1.0")),
    "crf.gases": lambda f: table(f, "crf.csv", cell("V.1", ch4_t="")),
    "crf.quality": lambda f: table(f, "crf.csv", cell("I.1.1", data_quality_hml="")),
    "crf.period": lambda f: table(f, "crf.csv", cell("I.1.1", year="2020")),
    "crf.joint": lambda f: table(f, "crf.csv", cell("V.2", emissions_t_co2e="5.0")),
    "secap.sectors": lambda f: table(
        f, "secap_energy.csv", lambda rows: [r for r in rows if r["row"] != "tertiary_buildings"]
    ),
    "secap.energy": lambda f: table(f, "secap_energy.csv", secap_cell("residential_buildings", "coal", energy_mwh="0")),
    "secap.ets": lambda f: table(f, "secap_emissions.csv", secap_cell("industry_ets", "coal", in_total="true")),
    "secap.approach": lambda f: table(f, "secap_summary.csv", lambda rows: rows[0].update(factors="own")),
    "secap.factor": lambda f: table(
        f, "secap_emissions.csv", secap_cell("residential_buildings", "heating_oil", emissions_t_co2e="7.0")
    ),
    "secap.options": lambda f: table(f, "secap_energy.csv", lambda rows: rows[0].update(option="2")),
    "cdp.fields": lambda f: text(f, "cdp.csv", "territory of the municipality", ""),
    "cdp.scopes": lambda f: table(
        f, "cdp.csv", lambda rows: next(r for r in rows if r["field"] == "scope2_t").update(value_en="1.0")
    ),
    "cdp.keys": lambda f: table(
        f, "cdp.csv", lambda rows: next(r for r in rows if r["field"] == "ippu_t").update(value_en="unknown")
    ),
    "csv.format": lambda f: text(f, r"inventory-\d+\.csv", ",HH.gas,", ",HH.gas,extra,"),
    "csv.columns": lambda f: table(f, "inventory_columns.csv", lambda rows: rows[:-1]),
    "csv.numbers": lambda f: table(f, "inventory-2021.csv", lambda rows: rows[0].update(energy_mwh="nan")),
    "xlsx.opens": formula,
    "xlsx.sheets": text_in_book,
    "dcat.mandatory": lambda f: text(f, r"\.ttl", "dct:description", "dct:abstract", 9),
    "dcat.contact": lambda f: text(f, r"\.ttl", "vcard:hasEmail", "vcard:note"),
    "dcat.publisher": lambda f: text(f, r"\.ttl", "dcat-ap.de/def/contributors/", "example.org/"),
    "dcat.license": lambda f: text(f, r"\.ttl", "dcat-ap.de/def/licenses/", "example.org/"),
    "dcat.file": lambda f: text(f, r"\.ttl", "authority/file-type/", "authority/other/"),
    "dcat.checksum": lambda f: text(f, r"inventory-\d+\.csv", "HH.elec", "HH.elex"),
    "dcat.same": lambda f: text(f, r"\.ttl", "dcat:keyword", "dcat:keyword2 "),
}  # fmt: skip


@pytest.mark.parametrize("rule", FAULTS)
def test_each_rule_finds_its_fault(made, rule):
    form = rule.split(".")[0]
    broken = {v.id: v.broken for v in form_rules.check(form, FAULTS[rule](made[form].files))}
    assert broken[rule], f"{rule} does not see its fault"


def test_every_rule_has_a_seeded_fault():
    assert set(FAULTS) == {f"{f}.{r}" for f, r in form_rules.CHECKS}


def test_a_file_that_cannot_be_read_is_a_broken_rule_not_a_crash(made):
    for form in FORMATS:
        for junk in ({}, dict.fromkeys(made[form].files, b"\xff\x00")):
            assert all(v.broken for v in form_rules.check(form, junk)), form


def test_levels_and_scopes_by_the_published_table():
    """GPC: own scope 3 waste is BASIC, grid losses and trips outside BASIC+, generation for the grid in neither."""
    table = {
        "I.1.1": (1, "BASIC"), "I.2.2": (2, "BASIC"), "I.3.3": (3, "BASIC+"), "I.4.4": (1, "TERRITORIAL"),
        "I.7.1": (1, "BASIC"), "I.8.1": (1, "BASIC"), "II.1.1": (1, "BASIC"), "II.1.2": (2, "BASIC"),
        "II.4.3": (3, "BASIC+"), "II.5.2": (2, "BASIC"), "III.1.1": (1, "BASIC"), "III.1.2": (3, "BASIC"),
        "III.4.3": (1, "TERRITORIAL"), "IV.1": (1, "BASIC+"), "V.3": (1, "BASIC+"), "VI.1/II": (3, "OTHER"),
    }  # fmt: skip
    assert {r: (form_rules.scope_of(r), form_rules.level_of(r)) for r in table} == table
