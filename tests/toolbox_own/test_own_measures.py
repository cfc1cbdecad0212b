"""Own measures: tables with wrong rows, formulas and bombs; the store; own values; the catalogue stays as it is."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest

from stadtland import toolbox
from stadtland.actions import own_measures as actions
from stadtland.base import content, toml
from stadtland.base.errors import InputError
from stadtland.toolbox import own_measures, own_measures_table
from stadtland.toolbox.own_measures_write import to_toml

TODAY = "2026-11-24"
GOOD: dict[str, Any] = {
    "id": "IV.1", "title_de": "Radweg", "summary_de": "Ein Weg am Bach.", "field": "Verkehr",
    "responsible_de": "Bauamt",
    "source": "Programm 2030", "source_year": "2022",
}  # fmt: skip


def table(rows: list[dict[str, Any]], lang: str = "de") -> bytes:
    """A CSV as a German spreadsheet writes it."""
    heads = {k: c["header"][lang] for k, c in own_measures_table.columns().items()}
    out = io.StringIO()
    writer = csv.DictWriter(out, list(heads.values()), delimiter=";")
    writer.writeheader()
    for row in rows:
        writer.writerow({heads[k]: v for k, v in row.items()})
    return out.getvalue().encode("utf-8-sig")


def run(tmp_path: Path, rows: list[dict[str, Any]], confirm: bool = False, lang: str = "de") -> dict[str, Any]:
    tmp_path.mkdir(exist_ok=True)
    path = tmp_path / "t.csv"
    path.write_bytes(table(rows))
    return actions.import_file(path, tmp_path / "store", confirm, lang, TODAY)


WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("no title", {"title_de": ""}, "Titel ist leer"),
    ("field", {"field": "Raumfahrt"}, "Handlungsfeld: Raumfahrt ist nicht bekannt"),
    (
        "order",
        {"invest_low": "9", "invest_central": "5", "annual_central": "1", "price_year": "2022", "evidence": "A"},
        "9 ≤ 5 ≤ 5 gilt nicht",
    ),
    ("number", {"effect_central": "viel"}, "viel ist keine Zahl"),
    ("formula", {"effect_central": "=1+1"}, "Formel"),
    ("hazard", {"hazards": "meteor"}, "meteor ist nicht bekannt"),
    ("id", {"id": "Ä?"}, "keine Kennung"),
]
MORE: list[tuple[str, dict[str, Any], str]] = [
    ("tonnes without lines", {"effect_central": "2", "evidence": "A"}, "Bilanzzeilen"),
    ("unknown line", {"effect_central": "2", "evidence": "A", "lines": "AGR.magic"}, "AGR.magic"),
    ("land line", {"effect_central": "2", "evidence": "A", "lines": "LULUCF.forest"}, "LULUCF.forest"),
    ("tonnes without cost", {"effect_central": "2", "evidence": "A", "lines": "AGR.liming"}, "nur mit Kosten"),
    ("cost without evidence", {"invest_central": "2", "annual_central": "0", "price_year": "2022"}, "Beleg"),
    ("cost without price year", {"invest_central": "2", "annual_central": "0", "evidence": "A"}, "Preisstand"),
    ("ends without centre", {"invest_low": "2"}, "ohne Mitte"),
    ("half a cost", {"invest_central": "5", "evidence": "A", "price_year": "2022"}, "gehören zusammen"),
    ("year", {"source_year": "22"}, "22 ist kein Jahr"),
    (
        "unit in a number",
        {"invest_central": "5 km", "annual_central": "0", "evidence": "A", "price_year": "2022"},
        "keine Zahl",
    ),
    ("side", {"applies_to": "Mond"}, "Mond"),
    ("command", {"source_url": "@SUM(A1)"}, "Formel"),
]  # fmt: skip


def test_a_hundred_rows_of_which_seven_are_wrong(tmp_path: Path) -> None:
    rows = [GOOD | {"id": f"M-{i}"} for i in range(100)]
    places = (3, 17, 29, 40, 55, 77, 98)
    for at, (_, change, _) in zip(places, WRONG, strict=True):
        rows[at] = rows[at] | change
    first = run(tmp_path, rows)
    assert len(first["problems"]) == 7 and len(first["new"]) == 93
    for at, message, (_, _, expected) in zip(places, first["problems"], WRONG, strict=True):
        assert message.startswith(f"Zeile {at + 2}: ") and expected in message
    assert first["written"] == [] and not (tmp_path / "store").exists()
    words = actions.sentences(first, tmp_path / "store", False, "de")
    assert "7 fehlerhafte Zeilen" in words[0] and "Noch nichts wurde übernommen" in words[-1]
    second = run(tmp_path, rows, confirm=True)
    assert len(second["written"]) == 94 and len(second["problems"]) == 7
    found = toolbox.catalogue(tmp_path / "store")
    assert len([i for i in found if i.startswith("OWN-")]) == 93 and "OWN-M-3" not in found


@pytest.mark.parametrize("change, expected", [(c, e) for _, c, e in WRONG + MORE], ids=[n for n, _, _ in WRONG + MORE])
def test_each_fault_is_one_message_with_a_cure(tmp_path: Path, change: dict[str, Any], expected: str) -> None:
    found = run(tmp_path, [GOOD | change])
    assert len(found["problems"]) == 1 and found["new"] == []
    assert expected in found["problems"][0] and "→" in found["problems"][0]
    assert len(run(tmp_path, [GOOD | change], lang="en")["problems"]) == 1


def test_the_same_id_twice(tmp_path: Path) -> None:
    found = run(tmp_path, [GOOD, GOOD | {"id": "iv 1"}])
    assert found["new"] == ["OWN-IV-1"] and "schon in Zeile 2" in found["problems"][0]


def test_an_unknown_effect_stays_unknown(tmp_path: Path) -> None:
    run(tmp_path, [GOOD], confirm=True)
    measure = toolbox.catalogue(tmp_path / "store")["OWN-IV-1"]
    assert set(measure.unknown) == {"effect", "cost"} and measure.effect.evidence == "C"
    row = next(r for r in toolbox.listing("json", extra=tmp_path / "store") if r["id"] == "OWN-IV-1")
    assert row["effect"]["central"] is None
    card = "\n".join(toolbox.cards.card(measure, "de", own_measures.load(tmp_path / "store").sources))  # type: ignore[attr-defined]
    assert "Wirkung: nicht bekannt" in card and "Investition: nicht bekannt" in card and "Programm 2030" in card
    assert measure.planning_class == "enabling" and measure.plan.t_per_unit is None


def test_a_known_effect_becomes_a_process_measure(tmp_path: Path) -> None:
    full = {
        "effect_low": "1", "effect_central": "1,5", "effect_high": "2", "lines": "AGR.soils_n2o", "evidence": "B",
        "invest_central": "1.200,50", "annual_central": "0", "price_year": "2023",
    }  # fmt: skip
    run(tmp_path, [GOOD | full], confirm=True)
    measure = toolbox.catalogue(tmp_path / "store")["OWN-IV-1"]
    assert measure.planning_class == "process" and measure.unknown == []
    assert (measure.effect.low, measure.effect.central, measure.effect.high) == (1.0, 1.5, 2.0)
    assert measure.plan.capex_eur is not None and measure.plan.capex_eur.central == 1200.5
    assert measure.plan.ramp_pct_a is not None and measure.plan.ramp_pct_a.evidence == "C"


def test_what_changes_in_a_standing_measure_is_shown(tmp_path: Path) -> None:
    run(tmp_path, [GOOD], confirm=True)
    assert run(tmp_path, [GOOD])["same"] == ["OWN-IV-1"]
    again = run(tmp_path, [GOOD | {"title_de": "Radschnellweg"}])
    assert again["changed"] == ["OWN-IV-1"] and [d["key"] for d in again["differences"]] == ["title"]
    assert "Radschnellweg" in "\n".join(actions.sentences(again, tmp_path, False, "de"))
    assert toolbox.catalogue(tmp_path / "store")["OWN-IV-1"].title.de == "Radweg"


def test_the_bundled_catalogue_is_not_disturbed(tmp_path: Path) -> None:
    before = toolbox.catalogue()
    run(tmp_path, [GOOD], confirm=True)
    (tmp_path / "store" / "A01.own.toml").write_text('[own]\ncatalogue = "old"\n\n[set.cost]\ninvest = 99\n')
    mine = toolbox.catalogue(tmp_path / "store")
    assert mine["A01"].cost.invest.central == 99 and "OWN-IV-1" in mine
    assert toolbox.catalogue() is before and before["A01"].cost.invest.central == 30000 and "OWN-IV-1" not in before


def test_differences_to_the_catalogue_are_shown_and_say_whether_it_has_moved(tmp_path: Path) -> None:
    tmp_path.joinpath("A01.own.toml").write_text(
        f'[own]\ncatalogue = "{own_measures.digest("A01")}"\n\n[set]\nrisks = {{ de = "Wild", en = "Game" }}\n\n'
        "[set.cost]\ninvest = 99\n"
    )
    found = {d.key: d for d in own_measures.differences(tmp_path)}
    assert found["cost.invest"].own == 99 and found["cost.invest"].catalogue["central"] == 30000
    assert set(found) == {"cost.invest", "risks.de", "risks.en"} and not found["risks.de"].catalogue_changed
    tmp_path.joinpath("A01.own.toml").write_text('[own]\ncatalogue = "older"\n\n[set.cost]\ninvest = 99\n')
    assert own_measures.differences(tmp_path)[0].catalogue_changed


BAD_STORES = [
    ("B99.own.toml", "[own]\n[set]\na = 1\n", "own-measure-unknown"),
    ("A01.own.toml", "[set]\na = 1\n", "own-values-shape"),
    ("A01.own.toml", '[own]\ncatalogue = "x"\n[set]\nid = "A02"\n', "own-values-id"),
    ("A01.own.toml", '[own]\ncatalogue = "x"\n[set.cost]\ninvest = "viel"\n', "measure-invalid"),
    ("A01.own.toml", '[own]\ncatalogue = "x"\n[set.cost]\ninvst = 1\n', "measure-invalid"),
    ("sources.toml", "[x]\nyear = 1\n", "own-source-shape"),
    ("sources.toml", '[src01]\ncitation = "x"\n', "source-twice"),
    ("OWN-X.toml", "id = [", "toml-syntax"),
]


@pytest.mark.parametrize("name, text, code", BAD_STORES)
def test_bad_files_in_a_store(tmp_path: Path, name: str, text: str, code: str) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(InputError) as stop:
        toolbox.catalogue(tmp_path)
    assert stop.value.code == code and stop.value.cure


def test_a_bundled_id_cannot_hide_in_a_store_and_sources_need_entries(tmp_path: Path) -> None:
    (tmp_path / "A01.toml").write_bytes(content.path("measures", "A01.toml").read_bytes())
    with pytest.raises(InputError, match="not an id of an own measure"):
        toolbox.catalogue(tmp_path)
    (tmp_path / "A01.toml").unlink()
    made = toml.read(content.path("measures", "P01.toml")) | {"id": "OWN-P1", "sources": ["nowhere"]}
    (tmp_path / "OWN-P1.toml").write_text("\n".join(_whole(made)))
    with pytest.raises(InputError, match="nowhere"):
        toolbox.catalogue(tmp_path)
    with pytest.raises(InputError, match="no such folder"):
        toolbox.catalogue(tmp_path / "none")


def _whole(table: dict[str, Any]) -> list[str]:
    return [to_toml(table)]


def xlsx(cells: dict[str, Any]) -> bytes:
    """A workbook with the header of the template and one row."""
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet("x")
    for at, (key, column) in enumerate(own_measures_table.columns().items()):
        sheet.write_string(0, at, column["header"]["de"])
        if key in cells:
            sheet.write(1, at, cells[key])
    book.close()
    return out.getvalue()


def test_workbooks_and_formula_cells(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    path.write_bytes(xlsx(GOOD | {"source_year": 2022}))
    assert actions.import_file(path, tmp_path / "s", today=TODAY)["new"] == ["OWN-IV-1"]
    path.write_bytes(xlsx(GOOD | {"source_year": 2022, "effect_central": "=1+1"}))
    assert "Formel" in actions.import_file(path, tmp_path / "s", today=TODAY)["problems"][0]


@pytest.mark.parametrize(
    "raw", [b"", b"a;b\n1;2\n", b"PK\x03\x04broken", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\x00" * 50, b'"a;\n' * 3]
)
def test_what_is_no_table_is_refused_with_a_cure(tmp_path: Path, raw: bytes) -> None:
    path = tmp_path / "t.xlsx"
    path.write_bytes(raw)
    with pytest.raises(InputError) as stop:
        actions.import_file(path, tmp_path / "s", True)
    assert stop.value.code == "own-measures-file" and not (tmp_path / "s").exists()


def test_too_many_rows(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="too many"):
        run(tmp_path, [GOOD | {"id": f"M{i}"} for i in range(1001)])


def test_one_measure_as_a_file(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_bytes(content.path("measures", "P01.toml").read_bytes())
    with pytest.raises(InputError, match="not an id of an own measure"):
        actions.import_file(path, tmp_path / "s")
    path.write_text(to_toml(toml.read(path) | {"id": "OWN-OFFICE"}))
    assert actions.import_file(path, tmp_path / "s", True)["new"] == ["OWN-OFFICE"]
    assert toolbox.catalogue(tmp_path / "s")["OWN-OFFICE"].title == toolbox.get("P01").title


def test_templates_are_read_back_and_never_overwritten(tmp_path: Path) -> None:
    for lang in ("de", "en"):
        paths = actions.template(tmp_path / lang, lang)
        assert [p.name for p in paths] == ["own-measures.xlsx", "own-measures.csv"]
        for path in paths:
            assert actions.import_file(path, tmp_path / "s")["new"] == []
    with pytest.raises(InputError, match="exists already"):
        actions.template(tmp_path / "de")


def test_written_tables_are_read_back() -> None:
    odd = {"id": 'a"b\\c\n', "n": 1.5, "l": [1, "x"], "t": {"de": "ä", "en": "\x7f"}, "b": {"k": {"low": 1}, "y": True}}
    import tomllib

    assert tomllib.loads(to_toml(odd)) == odd
    for bad in (float("nan"), None):
        with pytest.raises(ValueError, match="no place"):
            to_toml({"x": bad})


def test_the_measures_of_the_region_import_without_invented_numbers(tmp_path: Path) -> None:
    path = content.path("toolbox_own", "leipzig-region.csv")
    found = actions.import_file(path, tmp_path / "s", True, today=TODAY)
    assert len(found["new"]) == 10 and found["problems"] == []
    for ident in found["new"]:
        measure = toolbox.catalogue(tmp_path / "s")[ident]
        assert set(measure.unknown) == {"effect", "cost"} and measure.title.de != measure.title.en
    for entry in own_measures.load(tmp_path / "s").sources.values():
        assert entry["url"].startswith("http") and 2012 <= entry["year"] <= 2022


COST = {"invest_central": "1000", "annual_central": "10", "price_year": "2024", "evidence": "B"}
PUMP = COST | {
    "class": "Versorgung", "service": "heat_hh", "service_central": "20", "share_of_rest": "0,7", "electricity": "5,8",
    "profile": "heat_pump", "lifetime": "18", "units_max": "100", "ramp": "5",
}  # fmt: skip
HEDGE = COST | {
    "class": "Fläche", "land_class": "arable", "land_ha": "1", "rate": "0,055", "cap_low": "235",
    "cap_central": "381", "cap_high": "535",
}  # fmt: skip
WET = COST | {"class": "Fläche", "land_class": "grassland", "land_ha": "1", "effect_central": "22,5"}


def one(tmp_path: Path, change: dict[str, Any]) -> Any:
    found = run(tmp_path, [GOOD | change], confirm=True)
    assert found["problems"] == [], found["problems"]
    return toolbox.catalogue(tmp_path / "store")["OWN-IV-1"]


def test_a_supply_measure_from_the_table(tmp_path: Path) -> None:
    made = one(tmp_path, PUMP)
    plan = made.plan
    assert (made.planning_class, made.unknown, made.accounting_view) == ("supply", ["effect"], "bisko_territorial")
    assert (plan.service, plan.service_per_unit.central, plan.share_of_rest) == ("heat_hh", 20.0, 0.7)
    assert plan.electricity_mwh_per_unit.central == -5.8 and plan.profile == "heat_pump"
    assert plan.lifetime_years.central == 18 and plan.ramp_pct_a.central == 5 and plan.capex_eur.central == 1000
    assert made.potential.function == "per_municipality" and made.potential.params["count"].evidence == "C"
    sun = one(tmp_path / "b", COST | {"class": "supply", "generation": "950", "profile": "pv", "land_class": "other",
                                      "land_ha": "1,2"})  # fmt: skip
    assert sun.plan.electricity_mwh_per_unit.central == 950 and sun.plan.land["other"].central == 1.2
    assert sun.accounting_view == "electricity_credit_outside_bisko"
    saves = one(tmp_path / "c", COST | {"class": "supply", "service": "heat_hh", "service_central": "3", "saves": "ja"})
    assert saves.plan.demand_side


def test_a_land_measure_from_the_table_by_hand(tmp_path: Path) -> None:
    """381 t at 0.055 a year are 254 t after 20 years, 12.7 t a year, as on the card of A01."""
    made = one(tmp_path, HEDGE)
    assert (made.planning_class, made.type, made.unknown) == ("land", "removal", [])
    assert made.effect.central == pytest.approx(12.7, abs=0.02) and made.plan.kernel.cap_t_per_unit.low == 235
    assert made.plan.kernel.buffer.evidence == "C" and made.plan.land["arable"].central == 1
    wet = one(tmp_path / "b", WET)
    assert wet.plan.kernel is None and wet.plan.t_per_unit.central == 22.5 and wet.type == "mitigation"


@pytest.mark.parametrize(
    "change, expected",
    [
        (PUMP | {"class": "Wunder"}, "supply, process, land, enabling"), (PUMP | {"service": "heat"}, "heat_hh"),
        (PUMP | {"service_central": ""}, "bedient einen Dienst"), (PUMP | {"profile": ""}, "Stromprofil"),
        (PUMP | {"generation": "3"}, "zugleich"), (PUMP | {"share_of_rest": "70"}, "von 0 bis 1"),
        (PUMP | {"saves": "ja"}, "keinen Anteil am Rest"), (PUMP | {"fuel": "oil"}, "gehören zusammen"),
        (PUMP | {"lines": "AGR.liming"}, "rechnet der Plan"), (PUMP | {"rate": "0,05"}, "passt nicht zur Art"),
        (PUMP | {"invest_central": "", "annual_central": ""}, "nur mit Kosten"), (PUMP | {"lifetime": "0"}, "über 0"),
        (PUMP | {"saves": "vielleicht"}, "vielleicht"), (PUMP | {"service_low": "30"}, "gilt nicht"),
        (HEDGE | {"land_ha": ""}, "Flächenart und Hektar"), (HEDGE | {"rate": ""}, "entweder einen Speicher"),
        (HEDGE | {"effect_central": "3"}, "entweder einen Speicher"),
        (HEDGE | {"service": "dh"}, "passt nicht zur Art"),
        (HEDGE | {"land_class": "Mond"}, "Mond"), (WET | {"lines": "AGR.liming"}, "passt nicht zur Art"),
        ({"class": "enabling", "land_ha": "3"}, "passt nicht zur Art"), (COST | {"class": "process"}, "Bilanzzeilen"),
    ],
)  # fmt: skip
def test_faults_of_supply_and_land_rows(tmp_path: Path, change: dict[str, Any], expected: str) -> None:
    found = run(tmp_path, [GOOD | change])
    assert len(found["problems"]) == 1 and expected in found["problems"][0] and found["new"] == []


def test_any_mix_of_cells_is_a_measure_or_a_message(tmp_path: Path) -> None:
    import random

    rng = random.Random(4)
    values = [
        "",
        "1",
        "0,5",
        "heat_hh",
        "pv",
        "arable",
        "Fläche",
        "Versorgung",
        "Prozess",
        "ja",
        "oil",
        "x y",
        "-3",
        "1e9",
    ]
    keys = list(own_measures_table.columns())
    rows = [GOOD | {"id": f"R-{i}"} | {k: rng.choice(values) for k in rng.sample(keys[10:], 12)} for i in range(300)]
    found = run(tmp_path, rows)
    assert len(found["new"]) + len(found["problems"]) == 300 and found["problems"]


def test_own_values_from_the_command_line_carry_their_own_evidence(tmp_path: Path) -> None:
    actions.set_values("A01", ["cost.invest.central=28000"], tmp_path / "s", today=TODAY)
    made = toolbox.catalogue(tmp_path / "s")["A01"]
    assert made.cost.invest.central == 28000 and made.cost.invest.low == toolbox.get("A01").cost.invest.low
    assert made.cost.invest.evidence == "C", "a number without source does not borrow the grade of the catalogue"
    actions.set_values("A01", ["cost.annual=350"], tmp_path / "s", "Angebot Baumschule", "A", today=TODAY)
    made = toolbox.catalogue(tmp_path / "s")["A01"]
    assert (made.cost.annual.low, made.cost.annual.high, made.cost.annual.evidence) == (350, 350, "A")
    assert made.cost.annual.source == ["own_angebot_baumschule_2026"] and made.cost.invest.central == 28000
    assert own_measures.load(tmp_path / "s").sources["own_angebot_baumschule_2026"]["citation"] == "Angebot Baumschule"
    shown = {(d["key"], d["own"]) for d in actions.differences(tmp_path / "s")}
    assert {("cost.invest.central", 28000), ("cost.annual.central", 350)} <= shown
    assert toolbox.get("A01").cost.invest.central == 30000, "the catalogue stays as it is"


@pytest.mark.parametrize(
    "values, source, evidence, code",
    [
        (["cost.invest.central"], "", "C", "own-values-format"), (["=3"], "", "C", "own-values-format"),
        (["cost.invest.central=viel"], "", "C", "measure-invalid"),
        (["cost.invest.central=1"], "", "C", "measure-invalid"),
        (["cost.nonsense=1"], "", "C", "measure-invalid"),
        (["cost.invest.central=28000"], "", "A", "own-values-evidence"),
        (["id=B01"], "", "C", "own-values-id"), (["cost.invest.central=nan"], "", "C", "measure-invalid"),
    ],
)  # fmt: skip
def test_bad_own_values_write_nothing(tmp_path: Path, values: list[str], source: str, evidence: str, code: str) -> None:
    with pytest.raises(InputError) as stop:
        actions.set_values("A01", values, tmp_path / "s", source, evidence, TODAY)
    assert stop.value.code == code and not (tmp_path / "s").exists()


def test_list_show_and_check_with_a_store(tmp_path: Path) -> None:
    from typer.testing import CliRunner

    from stadtland.cli.main import app

    store = str(tmp_path / "store")
    one(tmp_path, PUMP)
    actions.set_values("A01", ["cost.invest.central=28000"], tmp_path / "store", today=TODAY)

    def call(*words: str) -> str:
        done = CliRunner().invoke(app, ["measures", *words, "--store", store])
        assert done.exit_code == 0, done.output
        return done.output

    assert "OWN-IV-1" in call("list") and "OWN-IV-1" not in CliRunner().invoke(app, ["measures", "list"]).output
    assert "28.000" in call("show", "A01") and "Eigener Wert cost.invest.central: 28000; im Katalog 30000" in call(
        "show", "A01"
    )
    assert "Radweg" in call("show", "OWN-IV-1") and "cost.invest.central" in call("check")
