"""Templates, the protocol as a page, the second inventory, and a harmonised inventory taken into the joint balance."""

from __future__ import annotations

import csv
import html
import json
import re
import sys
from pathlib import Path

import harmonise_generator as gen
import pytest
import typer
from typer.testing import CliRunner

from stadtland.actions.consolidate import consolidate
from stadtland.actions.harmonise import harmonise as run
from stadtland.base import locale
from stadtland.base.errors import InputError
from stadtland.cli import harmonise as cli
from stadtland.inventory import harmonise as room
from stadtland.inventory.harmonise import adopt, template
from stadtland.inventory.harmonise.words import rules

sys.path.insert(0, str(Path(__file__).parents[1] / "documents"))
from readback import compute

WURZEN, CASE = "14729410", "leipzig-wurzener-land"


@pytest.fixture(scope="module")
def app():
    made = typer.Typer()
    cli.register(made)
    return made


def command(app, *args):
    done = CliRunner().invoke(app, [str(a) for a in args])
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.stdout


def old_table(path, *backwards, ags=WURZEN):
    path.write_bytes(gen.csv_text(gen.old(*backwards)).encode("cp1252"))
    card = path.with_suffix(".toml")
    card.write_text(f'[inventory]\nyear = 2021\nags = "{ags}"\n', encoding="utf-8")
    return path, card


@pytest.mark.datapack
def test_every_rule_has_a_detection_an_adjustment_a_source_and_a_hand_case(datapack):
    """The table of differences, the code and the hand cases name the same 35 rules."""
    hand = Path(__file__).with_name("test_harmonise_rules_by_hand.py").read_text(encoding="utf-8")
    facts = datapack.parent / "facts" / "harmonisation_rules.csv"
    with facts.open(encoding="utf-8", newline="") as handle:
        named = [row["id"] for row in csv.DictReader(handle)]
    assert list(room.ORDER) == named == [f"H{i:02d}" for i in range(1, 36)]
    for id in room.ORDER:
        entry = rules()[id]
        assert entry["found_by"]["de"] and entry["formula"] and entry["source"] and entry["evidence"] in "ABC", id
        assert f'"{id}"' in hand, f"{id} has no case calculated by hand"


@pytest.mark.parametrize("lang", ["de", "en"])
def test_templates_can_be_filled_and_read(app, tmp_path, lang):
    text = command(app, "harmonise-template", "--out", tmp_path, "--ags", WURZEN, "--year", 2021, "--lang", lang)
    assert "inventory-template.csv" in text
    raw = (tmp_path / template.TABLE).read_bytes()
    card = room.read_card(tmp_path / template.CARD)
    assert raw.startswith(b"\xef\xbb\xbf") and card.texts["ags"] == WURZEN and card.years["year"] == 2021
    with pytest.raises(room.TableError):
        room.read(raw, card)  # nothing is filled in yet
    mark = ";" if lang == "de" else ","
    lines = raw.decode("utf-8-sig").splitlines()
    cells = [line.split(mark) for line in lines]
    filled = [mark.join([*c[:5], str(100 + i), *c[6:]]) if i else mark.join(c) for i, c in enumerate(cells)]
    found = room.read("\n".join(filled).encode(), card)
    assert len(found.rows) == len(lines) - 1 and len({r.line for r in found.rows}) == len(found.rows)
    assert all(r.line in adopt.ENERGY_LINES and r.mwh == 100 + n for n, r in enumerate(found.rows, 1))
    with pytest.raises(InputError) as caught:
        command(app, "harmonise-template", "--out", tmp_path)
    assert caught.value.code == "file-exists"
    with pytest.raises(InputError) as caught:
        command(app, "harmonise-template", "--out", tmp_path / "x", "--ags", "99999999")
    assert caught.value.code == "ags-unknown" and not (tmp_path / "x").exists()


@pytest.mark.parametrize("lang", ["de", "en"])
def test_page_holds_every_bar_and_every_number_is_traced(tmp_path, lang):
    table, card = old_table(tmp_path / "alt.csv", "H02", "H17", "H19")
    report = run(table, card, lang, tmp_path / "out")
    data = json.loads((tmp_path / "out" / "harmonised.json").read_text(encoding="utf-8"))
    page = (tmp_path / "out" / f"bridge-{lang}.html").read_text(encoding="utf-8")
    assert (tmp_path / "out" / f"bridge-{lang}.pdf").read_bytes().startswith(b"%PDF")
    numbers = re.findall(r'<data value="([^"]*)" data-path="([^"]*)">([^<]*)</data>', page)
    assert len(numbers) > 100
    for value, path, text in numbers:
        assert compute(html.unescape(path), data) == pytest.approx(float(value), rel=1e-8, abs=1e-6), path
        assert html.unescape(text) in {
            locale.number(float(value), lang, d, sign=s) for d in (0, 1) for s in (False, True)
        }
    svg = re.search(r'<svg role="img" aria-label="([^"]*)"', page)
    for bar in report["waterfall"]:
        assert bar["title"][lang] in html.unescape(svg[1]), "the alternative names every bar"
    assert page.count("<rect") >= len(report["waterfall"])


def test_where_the_residual_lies_is_said(app, tmp_path):
    table, card = old_table(tmp_path / "alt.csv")
    text = table.read_text(encoding="cp1252").replace("HH;gas;;;98400,000000;24304,8", "HH;gas;;;98400,000000;22000,0")
    table.write_text(text, encoding="cp1252")
    report = run(table, card)
    (first, *_) = report["residual_rows"]
    assert first["line"] == "HH.gas" and first["delta_t"] == pytest.approx(98400 * 0.247 - 22000, rel=1e-6)
    assert first["delta_t"] == pytest.approx(report["residual_t"], rel=1e-6) and first["wanted"] == 247.0
    shown = command(app, "harmonise", table, "--card", card)
    assert "Rest in Zeile 3, HH.gas" in shown and "247,0 g/kWh" in shown


def test_second_inventory_is_bridged(app, tmp_path):
    table, card = old_table(tmp_path / "alt.csv", "H17")
    other, _ = old_table(tmp_path / "neu.csv")
    report = run(table, card, other=other)
    pair = report["pair"]
    assert pair["old_t"] + sum(pair["rules"].values()) + pair["remainder_t"] == pytest.approx(pair["other_t"])
    assert pair["remainder_t"] == pytest.approx(0, abs=1e-3), "processes are the whole difference"
    assert "zweite veröffentlichte" in command(app, "harmonise", table, "--card", card, "--other", other)


# ---- taken into the joint balance --------------------------------------------------------------------------------


def test_the_bridge_of_an_old_inventory_ends_at_the_joint_value(tmp_path):
    """Old total + rules + residual + estimate = value in the joint balance; each harmonised cell is in it once."""
    table, card = old_table(tmp_path / "alt.csv", "H02", "H14", "H19")
    run(table, card, out=tmp_path / "out")
    found = consolidate([CASE], harmonised=[tmp_path / "out" / "harmonised.json"])
    old = found["harmonised"][WURZEN]
    steps = [b["t"] for b in old["bars"] if b["id"] not in ("joint",)]
    assert sum(steps) == pytest.approx(old["joint_t"], abs=1e-3), "ten digits in the file"
    books = found["books"]
    assert books["bisko_t"]["members"][WURZEN] == pytest.approx(old["old_t"]) and books["bisko_t"]["closed"]
    assert books["bisko_t"]["bridge"][WURZEN] == pytest.approx(old["joint_t"] - old["old_t"])
    assert all(b["residual_kg"] == 0 for b in books.values())
    # by hand: the true inventory of the generator where it has a cell, the estimate elsewhere
    from stadtland import inventory
    from stadtland.inventory.lines import BISKO_SECTORS, LINES, sector

    plain = inventory.build((WURZEN,), 2021)
    joint = 0.0
    for i, line in enumerate(LINES):
        if sector(line) in BISKO_SECTORS:
            carrier = line.rsplit(".", 1)[1]
            if line in gen.TRUE_MWH:
                joint += gen.TRUE_MWH[line] * gen.EF[carrier] / 1000
            else:
                joint += float(plain.t_co2e[i, 0])
    taken_from_estimate = [c for c in json.loads((tmp_path / "out" / "harmonised.json").read_text())["cells"]
                           if str(c["source"]).startswith("estimate ")]  # fmt: skip
    assert not taken_from_estimate and old["joint_t"] == pytest.approx(joint, rel=1e-9)
    assert old["bars"][-2]["id"] == "estimate" and old["bars"][-2]["t"] == pytest.approx(joint - old["new_t"])
    others = consolidate([CASE])["books"]["bisko_t"]["members"]
    assert all(books["bisko_t"]["members"][a] == t for a, t in others.items() if a != WURZEN)


def test_merged_cells_are_not_taken_over_but_named(tmp_path):
    table, card = old_table(tmp_path / "alt.csv", "H15")
    run(table, card, out=tmp_path / "out")
    report = adopt.read(tmp_path / "out" / "harmonised.json")
    lines, left = adopt.overrides(report)
    assert all(v["data_quality"] in "ABCD" for v in lines.values())
    merged = [c for c in report["cells"] if c["sector"] == "ECONOMY" and c["mwh"]]
    assert len([c for c in left if c["sector"] == "ECONOMY"]) == len(merged)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda r: [], "harmonised-shape"),
        (lambda r: r | {"schema": "x"}, "harmonised-shape"),
        (lambda r: r | {"ags": None}, "harmonised-ags"),
        (lambda r: r | {"ags": "14713000x"}, "harmonised-member"),
        (lambda r: r | {"ags": "11000000"}, "harmonised-member"),
        (lambda r: r | {"target_year": 2018}, "harmonised-year"),
        (lambda r: r | {"old_t": "many"}, "number-kind"),
        (lambda r: r | {"cells": [1]}, "harmonised-shape"),
        (lambda r: r | {"cells": [{"mwh": 1e99}]}, "number-range"),
        (lambda r: {k: v for k, v in r.items() if k != "waterfall"}, "harmonised-shape"),
    ],
)
def test_bad_harmonised_files_name_their_cure(tmp_path, change, code):
    table, card = old_table(tmp_path / "alt.csv")
    report = run(table, card)
    file = tmp_path / "harmonised.json"
    file.write_text(json.dumps(change(report)), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        consolidate([CASE], harmonised=[file])
    assert caught.value.code == code
    file.write_text(json.dumps(report), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        consolidate([CASE], harmonised=[file, file])
    assert caught.value.code == "harmonised-twice"
