"""The bridge as data, the protocol in two languages, files with the original byte for byte, the command."""

from __future__ import annotations

import hashlib
import json

import harmonise_generator as gen
import pytest
import typer
from typer.testing import CliRunner

from stadtland.actions.harmonise import harmonise as run
from stadtland.base import canonical
from stadtland.base.errors import InputError
from stadtland.cli import harmonise as cli
from stadtland.inventory import harmonise as room

CARD = '[inventory]\nyear = 2021\nname = "Altbilanz"\nags = "14729410"\nupstream = "excluded"\n'


@pytest.fixture
def files(tmp_path):
    o = gen.old("H02", "H17", "H19")
    table = tmp_path / "alt.csv"
    table.write_bytes(gen.csv_text(o).encode("cp1252"))
    card = tmp_path / "karte.toml"
    card.write_text(CARD, encoding="utf-8")
    return table, card, o


def test_waterfall_adds_up_and_has_two_languages(files):
    table, card, o = files
    report = run(table, card)
    bars = report["waterfall"]
    assert [bars[0]["rule"], bars[-2]["rule"], bars[-1]["rule"]] == ["old", "residual", "new"]
    assert sum(b["delta_t"] for b in bars[:-1]) == pytest.approx(bars[-1]["delta_t"], abs=1e-6)
    assert bars[0]["delta_t"] == pytest.approx(o.total()) and report["new_t"] == bars[-1]["delta_t"]
    assert {"H02", "H17", "H19"} <= {b["rule"] for b in bars}
    for bar in bars:
        for key in ("title", "why", "data_quality_effect"):
            assert set(bar[key]) == {"de", "en"}
    middle = [b for b in bars if b["rule"].startswith("H")]
    assert all(b["why"]["de"] and b["why"]["en"] and "{" not in b["why"]["de"] for b in middle)


def test_report_is_canonical_and_stable(files):
    table, card, _ = files
    assert canonical.dumps(run(table, card)) == canonical.dumps(run(table, card))


def test_all_35_rules_are_in_the_report(files):
    report = run(files[0], files[1])
    assert [r["rule"] for r in report["rules"]] == [f"H{i:02d}" for i in range(1, 36)]
    assert all(r["source"] and r["formula"] and r["why"]["de"] for r in report["rules"])


def test_original_is_kept_byte_for_byte(files, tmp_path):
    table, card, _ = files
    before = table.read_bytes()
    report = run(table, card, out=tmp_path / "out")
    assert (tmp_path / "out" / "original-alt.csv").read_bytes() == before == table.read_bytes()
    assert (tmp_path / "out" / "card.toml").read_bytes() == card.read_bytes()
    assert report["original"]["sha256"] == hashlib.sha256(before).hexdigest()
    data = json.loads((tmp_path / "out" / "harmonised.json").read_text(encoding="utf-8"))
    assert data["new_t"] == pytest.approx(report["new_t"]) and data["schema"] == "stadtland/harmonised/1"
    with pytest.raises(InputError) as error:
        run(table, card, out=tmp_path / "out")
    assert error.value.code == "file-exists"


def test_nothing_is_written_for_a_bad_table(files, tmp_path):
    table, card, _ = files
    table.write_text("sector;carrier;mwh;t_co2e\nHH;gas;10,5;2,6\nGesamt;;10,5;2,6\n")
    with pytest.raises(InputError):
        run(table, card, out=tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_protocol_in_both_languages(files):
    report = run(files[0], files[1])
    texts = {}
    for lang in ("de", "en"):
        rows = room.protocol_rows(report, lang)
        texts[lang] = "\n".join(r["text"] for r in rows)
        assert rows[0]["kind"] == "heading" and "Altbilanz" in rows[0]["text"]
        assert all(r["text"] for r in rows)
    assert "Vorketten" in texts["de"] and "upstream" in texts["en"]
    assert report["original"]["sha256"] in texts["de"]
    assert "keine BISKO-Bilanz" in texts["de"] and "Nicht bekannt" in texts["de"] and "Not known" in texts["en"]


def test_no_small_residual_is_claimed_for_rows_that_were_not_computed():
    card = room.from_dict({"inventory": {"year": 2021}})
    reading = room.read(b"sector;carrier;mwh;t_co2e\nHH;gas;10,5;2,6\nIND;;;900,5\n", card)
    report = room.to_dict(room.harmonise(reading.rows, card, 2021))
    text = "\n".join(r["text"] for r in room.protocol_rows(report, "en"))
    assert report["status"] == "incomplete" and report["not_recomputed_t"] == 900.5
    assert "holds only for the rows computed anew" in text


def test_missing_cells_come_from_the_estimate_of_the_municipality(files):
    table, card, _ = files
    table.write_text("sector;carrier;mwh;t_co2e\nHH;gas;100.000,5;24.700\nHH;oil;;\n")
    report = run(table, card)
    from stadtland import inventory

    line = inventory.LINES.index("HH.oil")
    ours = float(inventory.build(["14729410"], 2021).energy_mwh[line, 0])
    cell = next(c for c in report["cells"] if c["carrier"] == "oil")
    assert cell["mwh"] == pytest.approx(ours) and cell["state"] == "estimated" and cell["origin"] == "H33"
    assert cell["data_quality"] in ("C", "D") and "14729410" in cell["source"]


def test_formulas_never_reach_the_csv_of_the_protocol(files, tmp_path):
    table, card, _ = files
    card.write_text(CARD.replace("Altbilanz", "=cmd()"), encoding="utf-8")
    run(table, card, out=tmp_path / "out")
    for path in (tmp_path / "out").glob("*.csv"):
        if not path.name.startswith("original"):
            for line in path.read_text(encoding="utf-8").splitlines():
                assert not line.split(",")[0].lstrip('"').startswith(("=", "@"))


def command(*args):
    app = typer.Typer(pretty_exceptions_enable=False)
    cli.register(app)

    @app.command()
    def other() -> None:
        """A second command, so that names are needed."""

    return CliRunner().invoke(app, ["harmonise", *map(str, args)])


def test_command_table_and_json(files, tmp_path):
    table, card, _ = files
    done = command(table, "--card", card, "--lang", "en")
    assert done.exit_code == 0 and "total of the old inventory" in done.stdout
    done = command(table, "--card", card, "--format", "json", "--out", tmp_path / "out")
    assert done.exit_code == 0
    assert json.loads(done.stdout)["waterfall"][0]["rule"] == "old"
    assert (tmp_path / "out" / "protocol-de.csv").exists()


@pytest.mark.parametrize("args", [("--format", "xml"), ("--lang", "fr")])
def test_command_refuses(files, args):
    done = command(files[0], "--card", files[1], *args)
    assert isinstance(done.exception, InputError)


def test_missing_file_and_folder(tmp_path):
    for path, code in ((tmp_path / "nicht.csv", "file-missing"), (tmp_path, "file-kind")):
        with pytest.raises(InputError) as error:
            run(path)
        assert error.value.code == code


def test_to_another_year_with_the_course_of_the_estimate(files):
    table, card, _ = files
    table.write_text("sector;carrier;mwh;t_co2e\nHH;gas;100.000,5;24.700\nHH;elec;1.000,5;472\nHH;biomass;10,5;\n")
    report = run(table, card, target_year=2018)
    from stadtland import inventory

    i = inventory.LINES.index("HH.gas")
    then, now = (float(inventory.build(["14729410"], y).energy_mwh[i, 0]) for y in (2018, 2021))
    cell = next(c for c in report["cells"] if c["carrier"] == "gas")
    assert cell["mwh"] == pytest.approx(100_000.5 * then / now)
    assert (
        report["target_year"] == 2018 and next(r for r in report["rules"] if r["rule"] == "H20")["status"] == "applied"
    )
    late = run(table, card, target_year=2035)
    assert next(r for r in late["rules"] if r["rule"] == "H20")["status"] == "needs_data" and late["defaults"]["reason"]
