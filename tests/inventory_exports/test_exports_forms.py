"""SECAP baseline, CDP-style table, open CSV round trip, workbook, DCAT-AP.de metadata, files."""

from __future__ import annotations

import csv
import io
import json
import re

import numpy as np
import openpyxl
import pytest
from exports_toy import make
from hypothesis import given, settings
from hypothesis import strategies as st

from stadtland import inventory
from stadtland.base import content, toml
from stadtland.base.errors import InputError
from stadtland.inventory.exports import FORMATS, bundle, cdp, crf, dcat, origins, secap, tidy, words, xlsx
from stadtland.inventory.lines import ENERGY_LINES, index

A, B = "14713000", "14729380"
E, T = secap.ENERGY, secap.EMISSIONS


# --- SECAP


def test_industry_without_plants_by_hand(toy):
    """1000 MWh gas are 247 t; 100 t at plants: 147/247 of energy and emissions stay in the baseline."""
    base = secap.build(toy({"IND.gas": 1000}, plants={"IND.gas": 100}))
    assert base.get(E, A, "industry_non_ets", "natural_gas").value == pytest.approx(1000 * 147 / 247)
    assert base.get(T, A, "industry_non_ets", "natural_gas").value == pytest.approx(147)
    assert base.get(E, A, "industry_ets", "natural_gas").value == pytest.approx(1000 * 100 / 247)
    assert secap.total(base, T, A) == pytest.approx(147) and secap.total(base, T, "joint") == pytest.approx(441)


def test_secap_carriers_and_keys(toy):
    base = secap.build(toy({"VK.car.cng": 10, "VK.bus.diesel": 20, "KE.elec": 5, "HH.ambient": 7}))
    assert base.get(E, A, "private_transport", "natural_gas").value == 10
    assert base.get(E, A, "public_transport", "diesel").value == 20
    assert base.get(E, A, "municipal_buildings", "electricity").value == 5
    assert base.get(E, A, "residential_buildings", "geothermal").value == 7
    assert base.get(E, A, "public_lighting", "electricity").key == "IE"
    assert base.get(E, A, "residential_buildings", "lignite").key == "IE"
    assert base.get(E, A, "residential_buildings", "diesel").key == "NE"
    assert base.get(E, A, "private_transport", "heating_oil").key == "NO"
    assert secap.verify(base) == []


def test_secap_of_the_real_case(five):
    base = secap.build(five)
    assert secap.verify(base) == []
    alone = sum(secap.total(base, T, a) for a in five.ags)
    assert secap.total(base, T, "joint") == pytest.approx(alone, rel=1e-9)
    options = {r["ags"]: r["option"] for r in secap.rows(base, T)}
    assert options["joint"] == 2 and {options[a] for a in five.ags} == {1}


def test_secap_check_finds_a_lost_cell(five):
    base = secap.build(five)
    key = (T, A, "residential_buildings/natural_gas")
    base.cells[key] = type(base.cells[key])(A, key[2], 0.0, None)
    assert {"joint", "total"} <= {p.rule for p in secap.verify(base)}


# --- CDP style


def labels(inv):
    return {w: {"de": "x", "en": "x"} for w in (*inv.ags, "joint")}


def test_cdp_by_hand(toy):
    inv = toy({"HH.gas": 1000, "VK.car.elec": 100}, {"WASTE.landfill": 4, "LULUCF.forest": -3, "AGR.liming": 2})
    table = crf.build(inv)
    first = cdp.records(table, "r", labels(inv))[0]
    assert first["scope1_t"] == pytest.approx(201 + 4) and first["scope2_t"] == pytest.approx(47.3)
    assert first["scope3_t"] == "IE" and first["basic_t"] == pytest.approx(201 + 4 + 47.3)
    assert first["afolu_t"] == pytest.approx(-1) and first["upstream_t"] == pytest.approx(46 + 7.1)
    assert "IV.2" in first["gaps"].split() and cdp.verify(cdp.records(table, "r", labels(inv)), table) == []


def test_cdp_check_finds_faults(five):
    table = crf.build(five)
    found = cdp.records(table, "r", labels(five))
    assert cdp.verify(found, table) == []
    found[0]["scope1_t"] *= 1.001
    found[1]["gaps"] = "I.4.1"
    found[2]["protocol"] = {"de": "", "en": "x"}
    assert {p.rule for p in cdp.verify(found, table)} == {"total", "gaps", "mandatory"}


# --- open CSV


def test_csv_reads_back_to_the_last_bit(five):
    text = tidy.write(tidy.rows(five, "r"), tidy.columns())
    back = tidy.read(text)
    known = five.state != "not_available"
    assert np.array_equal(back.numbers["energy_mwh"], five.energy_mwh, equal_nan=True)
    assert np.array_equal(back.numbers["emissions_t_co2e"][known], five.t_co2e[known])
    assert np.isnan(back.numbers["emissions_t_co2e"][~known]).all() and (~known).any()
    assert tidy.verify(five, text) == []


def test_csv_keeps_own_figures():
    own = {A: {"HH.gas": {"value": 1234.5, "unit": "GWh", "source": "=cmd|' /C calc'!A0", "year": 2021},
               "IND.coal": {"value": 0, "unit": "MWh", "source": "-meter"}}}  # fmt: skip
    inv = inventory.build((A, B), 2021, overrides=own)
    text = tidy.write(tidy.rows(inv, "r"), tidy.columns())
    assert tidy.verify(inv, text) == []
    back = tidy.read(text)
    i = back.lines.index("HH.gas")
    assert back.words["source"][i, 0] == "=cmd|' /C calc'!A0" and back.words["owner"][i, 0] == "own"
    assert back.numbers["default_t_co2e"][i, 0] != back.numbers["emissions_t_co2e"][i, 0]
    assert back.words["owner"][back.lines.index("IND.coal"), 0] == "confirmed_zero"
    cells = [c for row in csv.reader(io.StringIO(text)) for c in row]
    assert not [c for c in cells if c[:1] in "=+@|%" and c] and not [c for c in cells if re.match(r"-[a-z]", c)]


def test_csv_check_finds_a_changed_number(five):
    rows = tidy.rows(five, "r")
    rows[3]["emissions_t_co2e"] += 1e-9 * abs(rows[3]["emissions_t_co2e"])
    assert [p.where for p in tidy.verify(five, tidy.write(rows, tidy.columns()))] == ["emissions_t_co2e"]


def test_csv_hides_what_is_confidential(toy):
    inv = toy(tonnes={"AGR.liming": 7})
    inv.state[index()["AGR.liming"], 0] = "confidential"
    row = next(r for r in tidy.rows(inv, "r") if r["ags"] == A and r["line"] == "AGR.liming")
    assert all(row[n] is None for n in tidy.NUMBERS)


@given(st.text(max_size=40))
def test_defused_texts_come_back_and_start_harmless(text):
    assert tidy.fuse(tidy.defuse(text)) == text
    assert not tidy.defuse(text).startswith(("=", "+", "-", "@", "\t", "\r"))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=5), st.text(max_size=20))
def test_any_number_and_text_survives(numbers, text):
    lines = list(csv.DictReader(io.StringIO(tidy.write([{"n": n, "t": text} for n in numbers]), newline="")))
    assert [float(r["n"]) for r in lines] == numbers
    assert all(tidy.fuse(r["t"]) == text for r in lines)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda t: t.replace("data_quality", "grade", 1), "csv-column"),
        (lambda t: t + t.splitlines()[1] + "\r\n", "csv-twice"),
        (lambda t: "\r\n".join(t.splitlines()[:-1]), "csv-gap"),
        (lambda t: t.replace(",2021,", ",2020,", 1), "csv-year"),
        (lambda t: t.replace(",0.25,", ",n/a,", 1), "csv-number"),
        (lambda t: t + "1,2\r\n", "csv-short"),
    ],
)
def test_bad_csv_is_an_input_error(five, change, code):
    text = tidy.write(tidy.rows(five, "r"), tidy.columns())
    with pytest.raises(InputError) as error:
        tidy.read(change(text))
    assert error.value.code == code


# --- workbook


def test_workbook_numbers_texts_and_same_bytes(five):
    made = bundle.export(five, "xlsx")
    assert not made.problems
    raw = made.files["inventory-2021.xlsx"]
    assert raw == bundle.export(five, "xlsx").files["inventory-2021.xlsx"]
    book = openpyxl.load_workbook(io.BytesIO(raw))
    assert {"about", "inventory", "crf", "secap_energy", "cdp", "conformity", "views"} <= set(book.sheetnames)
    sheet = book["inventory"]
    head = [c.value for c in sheet[1]]
    assert any("MWh/a" in h and "Endenergie" in h and "Final energy" in h for h in head)
    column = next(i for i, h in enumerate(head) if h.startswith("Treibhausgase"))
    got = [row[column].value for row in sheet.iter_rows(min_row=2)]
    want = [r["emissions_t_co2e"] for r in tidy.rows(five, "r")]
    assert [g is None for g in got] == [w is None for w in want]
    pairs = [(g, w) for g, w in zip(got, want, strict=True) if w is not None]
    assert all(g == pytest.approx(w, rel=1e-12) for g, w in pairs)
    assert not [c for s in book for row in s.iter_rows() for c in row if c.data_type == "f"]


def test_workbook_never_runs_a_text():
    risky = ["=1+1", "+1", "-a", "@x", "|a", "%a", "\tx"]
    raw = xlsx.write({"s": [{"t": r} for r in risky]}, {}, "=title")
    sheet = openpyxl.load_workbook(io.BytesIO(raw))["s"]
    cells = [sheet.cell(i + 2, 1) for i in range(len(risky))]
    assert all(c.data_type == "s" and c.value.startswith("'") for c in cells)


# --- DCAT-AP.de

NODE = r'<[^<>"{}|^`\\\s]+>|_:\w+'
TEXT = r'"(?:[^"\\\n]|\\[\\"nrt])*"(?:@[a-z]+|\^\^[a-z]+:\w+)?'
TRIPLE = re.compile(rf"^({NODE}) ([a-z]+:\w+) ({NODE}|{TEXT}) \.$")
PUBLISHER = dcat.Publisher(
    "Stadt Leipzig",
    "klima@example.org",
    "https://example.org/data",
    "http://dcat-ap.de/def/contributors/example",
    "2026-11-24",
)


def parse(turtle):
    """A strict reader of one-triple-a-line Turtle, written apart from the writer."""
    prefixes, out = {}, set()
    for line in turtle.splitlines():
        if found := re.match(r"^@prefix (\w+): <(\S+)> \.$", line):
            prefixes[found[1]] = found[2]
        elif line:
            match = TRIPLE.match(line)
            assert match, line
            name, _, local = match[2].partition(":")
            out.add(
                (match[1].strip("<>"), prefixes[name] + local, match[3] if match[3][0] == '"' else match[3].strip("<>"))
            )
    return prefixes, out


def test_turtle_and_jsonld_say_the_same(five):
    triples = dcat.graph(five, "rel", "a,b\r\n", PUBLISHER)
    prefixes, left = parse(dcat.turtle(triples))
    document = json.loads(dcat.jsonld(triples))
    assert document["@context"] == prefixes
    right = set()
    for node in document["@graph"]:
        for key, values in node.items():
            if key == "@type":
                right |= {(node["@id"], prefixes["rdf"] + "type", v) for v in values}
            elif key != "@id":
                name, _, local = key.partition(":")
                for v in values:
                    tail = f"@{v['@language']}" if "@language" in v else f"^^{v['@type']}" if "@type" in v else ""
                    text = f'"{v["@value"]}"{tail}' if "@value" in v else v["@id"]
                    right.add((node["@id"], prefixes[name] + local, text))
    assert left == right


def test_hostile_names_stay_one_literal(five):
    """Quotes, backslashes and line breaks of a publisher's name neither break the Turtle nor add triples."""
    name = 'Amt "Klima" \\ Umwelt\n<x> a <y> .\t'
    plain = dcat.graph(five, "rel", "x", PUBLISHER)
    triples = dcat.graph(five, "rel", "x", dcat.Publisher(name, "https://example.org/form"))
    _, found = parse(dcat.turtle(triples))
    names = [o for _, p, o in found if p.endswith("/name")]
    assert names == ['"Amt \\"Klima\\" \\\\ Umwelt\\n<x> a <y> .\\t"']
    assert len(found) <= len({(s, p, o) for s, p, o in plain})
    assert json.loads(dcat.jsonld(triples)) and "hasURL" in dcat.turtle(triples)


def test_metadata_name_territory_period_licence_and_checksum(five):
    import hashlib

    text = dcat.turtle(dcat.graph(five, "rel", "a,b\r\n", PUBLISHER))
    for ags in five.ags:
        assert f"politicalGeocoding/municipalityKey/{ags}>" in text
    assert '"2021-01-01"^^xsd:date' in text and '"2021-12-31"^^xsd:date' in text
    assert hashlib.sha256(b"a,b\r\n").hexdigest() in text and '"5"^^xsd:nonNegativeInteger' in text
    assert "dl-by-de/2.0" in text and "licenseAttributionByText" in text
    assert "<mailto:klima@example.org>" in text and "Schätzung nach BISKO-Systematik" in text


def test_what_only_the_publisher_knows_is_listed_not_invented(five):
    bare = dcat.missing(dcat.graph(five, "rel", "x"))
    assert {m["rule"] for m in bare} == {"publisher", "contact", "contributor", "access", "issued", "landing_page"}
    assert dcat.missing(dcat.graph(five, "rel", "x", PUBLISHER)) == []
    assert "example" not in dcat.turtle(dcat.graph(five, "rel", "x"))


def test_metadata_rules_find_seeded_faults(five):
    triples = dcat.graph(five, "rel", "x", PUBLISHER)
    assert dcat.verify(triples) == []

    def rules(change):
        return {p.rule for p in dcat.verify(change(list(triples)))}

    def drop(*names):
        return lambda found: [t for t in found if t[1] not in names]

    def again(name):
        return lambda found: found + [(s, p, dcat.Node("iri", o.value + "x")) for s, p, o in found if p == name]

    def swap(old, new):
        return lambda found: [
            (s, p, dcat.Node(o.kind, o.value.replace(old, new), o.lang, o.datatype)) for s, p, o in found
        ]

    assert rules(drop("vcard:hasEmail")) == {"contact"}
    assert rules(again("dct:license")) == {"once"}
    assert rules(swap("dcat-ap.de/def/licenses", "example.org")) == {"vocabulary"}
    assert rules(swap("ns#Kind", "ns#Other")) == {"class"}
    assert rules(lambda found: [t for t in found if t[2].lang != "en"]) == {"languages"}


@pytest.mark.parametrize(
    ("publisher", "code"),
    [
        (dcat.Publisher(contributor="https://example.org/me"), "dcat-contributor"),
        (dcat.Publisher(issued="24.11.2026"), "dcat-date"),
        (dcat.Publisher(contact="no mail"), "dcat-iri"),
    ],
)
def test_what_the_publisher_says_is_checked(five, publisher, code):
    with pytest.raises(InputError) as error:
        dcat.graph(five, "rel", "x", publisher)
    assert error.value.code == code


@pytest.mark.parametrize("url", ["example.org", "https://a b", 'https://x/"><'])
def test_malformed_address_is_refused(five, url):
    with pytest.raises(InputError) as error:
        dcat.graph(five, "rel", "x", dcat.Publisher(url=url))
    assert error.value.code == "dcat-iri"


# --- factors and sources


def test_factors_of_an_export_by_hand(toy):
    found = {r["line"]: r for r in origins.rows(toy({"HH.gas": 10, "HH.dh": 10, "HH.elec": 10, "VK.car.biofuel": 10}))}
    assert set(found) == {"HH.gas", "HH.dh", "HH.elec", "VK.car.biofuel"}
    gas = found["HH.gas"]
    assert (gas["factor_g_per_kwh"], gas["direct_g_per_kwh"], gas["upstream_g_per_kwh"]) == pytest.approx(
        (247, 201, 46)
    )
    assert found["HH.dh"]["direct_g_per_kwh"] is None and found["HH.dh"]["upstream_g_per_kwh"] is None
    assert found["HH.elec"]["direct_gases"] == "CO2" and "Umweltbundesamt" in found["HH.elec"]["direct_source"]
    assert found["VK.car.biofuel"]["factor_g_per_kwh"] == pytest.approx((118 + 141) / 2)
    assert all(r["source"] for r in found.values())


def test_every_source_id_of_the_content_is_known():
    registry = toml.read(content.path("sources.toml"))
    ids = [r["source"] for r in words.table("direct_factors")] + [words.tables("weather")["source"]]
    own = words.tables("local_generation")
    ids += [e["source"] for part in ("hours", "factor") for e in own[part].values()] + [own["biomass"]["source"]]
    for id in ids:
        if id in registry or " " in id:
            continue  # a source of the measures, or the source in words
        assert origins.text(id)


# --- all forms


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("year", [2018, 2020])
def test_every_form_passes_its_own_check_and_explains_its_columns(form, year):
    inv = inventory.build((A, B), year)
    made = bundle.export(inv, form)
    assert made.problems == []
    checked = [json.loads(v) for k, v in made.files.items() if k.endswith("_check.json")]
    assert checked and all(c["passed"] for c in checked)
    columns = [k for k in made.files if k.endswith("_columns.csv")]
    if form != "xlsx":
        known = {r["column"]: r for r in csv.DictReader(io.StringIO(made.files[columns[0]].decode()))}
        assert all(r["label_de"] and r["label_en"] for r in known.values())
        for name, raw in made.files.items():
            if name.endswith(".csv") and not name.endswith("_columns.csv"):
                assert set(next(csv.reader(io.StringIO(raw.decode())))) <= set(known), name


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_forms_close_for_any_inventory(data):
    """Random energy, tonnes, plants, unknown and confidential cells: no form breaks one of its rules."""
    size = st.floats(0, 1e7).map(lambda x: 0.0 if x < 1e-3 else x)
    names = data.draw(st.lists(st.sampled_from(ENERGY_LINES), max_size=12, unique=True))
    energy = {n: data.draw(size) for n in names}
    other = {n: data.draw(st.floats(-1e6, 1e6)) for n in ("LULUCF.forest", "LULUCF.hwp", "LULUCF.settlement")}
    inv = make(energy, other | {"AGR.liming": data.draw(size), "WASTE.landfill": data.draw(size)})
    for line in names:
        inv.plant_t[index()[line]] = inv.t_co2e[index()[line]] * data.draw(st.floats(0, 1))
    for line in data.draw(st.lists(st.sampled_from(["IPPU.process", "AGR.liming", "HH.gas"]), max_size=2)):
        state = data.draw(st.sampled_from(["not_available", "confidential"]))
        j = data.draw(st.integers(0, 1))
        inv.state[index()[line], j] = state
        if state == "not_available":
            inv.t_co2e[index()[line], j] = 0.0
            inv.energy_mwh[index()[line], j] = 0.0 if line == "HH.gas" else np.nan
    table = crf.build(inv)
    assert crf.verify(table) == []
    assert secap.verify(secap.build(inv)) == []
    assert cdp.verify(cdp.records(table, "r", labels(inv)), table) == []
    assert tidy.verify(inv, tidy.write(tidy.rows(inv, "r"), tidy.columns())) == []


def test_texts_have_both_languages_and_are_used():
    source = "".join(p.read_text(encoding="utf-8") for p in _sources())
    for id, entry in words.tables("texts").items():
        assert set(entry) == {"de", "en"}
        assert re.search(rf"\b{id}\b", source), f"{id} is not used"


def _sources():
    from pathlib import Path

    import stadtland.inventory.exports as home
    from stadtland.base import content

    here = Path(home.__file__).parent
    listed = [content.path("inventory", "exports", f) for f in ("gpc.csv", "secap.toml")]
    return [*here.glob("*.py"), here.parent / "conformity.py", *listed]


@pytest.mark.datapack
def test_places_with_port_and_airport(datapack):
    """Hamburg has a port and an airport, Schkeuditz the runways of Leipzig/Halle."""
    inv = inventory.build(("02000000", "14730270", A), 2021, datapack)
    table = crf.build(inv)
    assert crf.verify(table) == [] and secap.verify(secap.build(inv)) == []
    assert table.value("02000000", "II.3.1") > 0 and table.value("02000000", "II.4.1") > 0
    assert table.value("14730270", "II.4.1") > 0 and table.by[A, "II.4.1"].key == "NO"
    assert "Scope 3" in table.by["14730270", "II.4.1"].note["de"]
    assert tidy.verify(inv, tidy.write(tidy.rows(inv, "r"), tidy.columns())) == []


@pytest.mark.datapack
@pytest.mark.parametrize("year", [2018, 2021])
def test_a_sample_of_germany(datapack, year):
    """120 municipalities drawn with a fixed seed: every form of every one passes."""
    import random

    from stadtland.inventory.bundle import inputs

    known = inputs(year, datapack)[0].ags
    inv = inventory.build(tuple(random.Random(3).sample(list(known), 120)), year, datapack)
    table = crf.build(inv)
    assert crf.verify(table) == [] and secap.verify(secap.build(inv)) == []
    assert cdp.verify(cdp.records(table, "r", labels(inv)), table) == []
    assert tidy.verify(inv, tidy.write(tidy.rows(inv, "r"), tidy.columns())) == []
