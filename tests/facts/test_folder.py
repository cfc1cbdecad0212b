"""Reading figures from a data folder: small built files, then every bundled figure against its raw file."""

from __future__ import annotations

import csv
import gzip
import io
from pathlib import Path

import pytest

from stadtland import facts
from stadtland.base import content
from stadtland.base.errors import InputError
from stadtland.facts import bundle, codes, folder

FIVE = ("14713000", "14729380", "14729030", "14729245", "14729410")
TABLE = {
    "file": "t/{year}.csv",
    "years": [2021],
    "date": "{year}-12-31",
    "source": "mastr",
    "absent": "not_available",
    "zero": "true_zero",
    "columns": {"a|b": ["x.a", "ha"]},
}


def make(tmp_path: Path, text: str, name: str = "2021.csv") -> Path:
    (tmp_path / "t").mkdir(exist_ok=True)
    (tmp_path / "t" / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_cells_empty_zero_value_and_absent_row(tmp_path: Path) -> None:
    make(tmp_path, "ags,a\n01001000,\n01002000,0.0\n01003000,12.5\n")
    got = folder.read_table(TABLE, 2021, tmp_path, ["01001000", "01002000", "01003000", "01004000"])
    states = {ags: (figures[0].value, figures[0].state) for ags, figures in got.items()}
    assert states == {
        "01001000": (None, "not_available"),
        "01002000": (0.0, "true_zero"),
        "01003000": (12.5, "value"),
        "01004000": (None, "not_available"),
    }
    zero = folder.read_table(
        {**TABLE, "absent": "zero", "zero": "rounded_zero"}, 2021, tmp_path, ["01002000", "01004000"]
    )
    assert zero["01004000"][0].value == 0 and "no row" in zero["01004000"][0].note
    assert zero["01002000"][0].state == "rounded_zero"


def test_alternative_column_names_and_bom(tmp_path: Path) -> None:
    make(tmp_path, "\ufeffags,b\r\n01001000,7\r\n")
    assert folder.read_table(TABLE, 2021, tmp_path, ["01001000"])["01001000"][0].value == 7


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("ags,c\n01001000,7\n", "data-column"),
        ("code,a\n01001000,7\n", "data-column"),
        ("ags,a\n01001000,7;5\n", "data-number"),
        ("ags,a\n01001000,nan\n", "data-number"),
        ("", "data-column"),
    ],
)
def test_faulty_files_are_input_errors(tmp_path: Path, text: str, code: str) -> None:
    make(tmp_path, text)
    with pytest.raises(InputError) as caught:
        folder.read_table(TABLE, 2021, tmp_path, ["01001000"])
    assert caught.value.code == code and caught.value.where


def test_missing_row_can_be_an_error(tmp_path: Path) -> None:
    make(tmp_path, "ags,a\n01001000,7\n")
    with pytest.raises(InputError, match="no row"):
        folder.read_table({**TABLE, "absent": "error"}, 2021, tmp_path, ["01002000"])


def test_unreadable_gzip_and_wrong_encoding(tmp_path: Path) -> None:
    (tmp_path / "bad.csv.gz").write_bytes(b"not gzip at all")
    with pytest.raises(InputError) as caught:
        list(folder.rows(tmp_path / "bad.csv.gz", {"01001000"}))
    assert caught.value.code == "data-unreadable"
    cut = gzip.compress(b"ags,a\n" + b"01001000,7\n" * 5000)[:40]
    (tmp_path / "cut.csv.gz").write_bytes(cut)
    with pytest.raises(InputError):
        list(folder.rows(tmp_path / "cut.csv.gz", {"01001000"}))
    (tmp_path / "latin.csv").write_bytes("ags,a\n01001000,Ä\n".encode("latin1"))
    with pytest.raises(InputError) as caught:
        list(folder.rows(tmp_path / "latin.csv", {"01001000"}))
    assert caught.value.code == "data-unreadable"


def test_a_code_inside_another_cell_is_no_row(tmp_path: Path) -> None:
    make(tmp_path, "ags,a\n99999999,01001000\n")
    assert list(folder.rows(tmp_path / "t" / "2021.csv", {"01001000"})) == []


def raw(path: Path) -> dict[str, dict[str, str]]:
    text = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    with io.StringIO(text.decode("utf-8-sig"), newline="") as handle:
        return {row["ags"]: row for row in csv.DictReader(handle) if row["ags"] in FIVE}


@pytest.mark.datapack
def test_every_bundled_figure_agrees_with_its_raw_file(datapack: Path) -> None:
    checked = 0
    with content.path("municipalities", "figures.csv").open(encoding="utf-8", newline="") as handle:
        bundled = {(r["ags"], r["id"], int(r["year"])): r for r in csv.DictReader(handle)}
    for table in folder.tables():
        for year in table["years"]:
            data = raw(datapack / table["file"].format(year=year))
            for column, (id, unit) in table["columns"].items():
                for ags in FIVE:
                    row = bundled[(ags, id, year)]
                    assert row["unit"] == unit and row["source"] == table["source"]
                    if ags not in data:
                        assert table["absent"] in ("zero", "not_available")
                        assert row["value"] == ("0" if table["absent"] == "zero" else "")
                    else:
                        cell = next(data[ags][c] for c in column.split("|") if c in data[ags])
                        assert (row["value"] == "") == (cell == "")
                        assert cell == "" or float(row["value"]) == float(cell)
                    checked += 1
    assert checked > 400


@pytest.mark.datapack
def test_reference_values_agree(datapack: Path) -> None:
    members = {m.ags: m for m in facts.load_members(FIVE, 2021)}
    skipped, checked = set(), 0
    with (datapack / "reference_case/reference_values.csv").open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            id, year, m = row["indicator"], int(row["year"][:4]), members[row["ags"]]
            if id == "population" and row["source"] == "zensus2022":
                id = "zensus2022.population"
            figure = m.get(f"{id}@{year}")
            if figure is None:
                skipped.add((row["indicator"], row["source"]))
                continue
            if row["value"] == "":
                assert figure.value is None
            else:
                assert figure.value == pytest.approx(float(row["value"]), abs=0.06), row
            checked += 1
    assert checked > 430
    assert skipped <= {
        ("postal_code_admin", "gv_isys"),  # a text, not a figure
        ("population", "gv_isys/gemeinden_gv4q_2020-12-31.csv"),  # 31 December 2019, of no inventory year
    }


@pytest.mark.datapack
def test_content_is_what_the_bundler_writes(datapack: Path) -> None:
    where = content.path("municipalities")
    assert bundle.figures_csv(datapack) == (where / "figures.csv").read_text(encoding="utf-8")
    assert bundle.succession_csv(datapack) == (where / "succession.csv").read_text(encoding="utf-8")
    assert bundle.outlines_json(datapack) == (where / "outlines.json").read_text(encoding="utf-8")
    assert gzip.decompress(bundle.codes_csv(datapack)) == gzip.decompress((where / "codes.csv.gz").read_bytes())


@pytest.mark.datapack
def test_any_municipality_from_the_folder(datapack: Path) -> None:
    muenster, hamburg, moers = facts.load_members(["05515000", "02000000", "05170024"], 2018, datapack)
    assert muenster.value("population") == 314319 and muenster.kind == "city"
    assert hamburg.value("population") == 1841179 and hamburg.regiostar7 == 71
    assert moers.kind == "city" and moers.figures["cars.tot"].data_quality == "C"
    assert moers.figures["agri.grassland"].source == "lz2020_germany"
    assert moers.outline is not None and len(moers.outline[0]) > 10


@pytest.mark.datapack
def test_a_municipality_formed_in_2019_has_no_2018(datapack: Path) -> None:
    young = facts.load_members(["16065088"], 2021, datapack)[0]
    assert young.value("population") > 0 and young.maybe("population@2018") is None
    assert young.figures["cars.tot@2018"].value is None and young.value("cars.tot") > 0
    with pytest.raises(InputError) as caught:
        facts.load_members(["16065088"], 2018, datapack)
    assert caught.value.code == "data-no-population" and "later inventory year" in caught.value.cure


@pytest.mark.datapack
def test_many_municipalities_load_at_once(datapack: Path) -> None:
    every = codes.municipalities()
    sample = every[:: len(every) // 300]
    members = facts.load_members(sample, 2021, datapack)
    assert len(members) == len(sample)
    for m in members:
        assert m.value("population") > 0
        farm = m.maybe("area.veg_agri")
        if farm is not None:
            assert m.value("agri.arable") + m.value("agri.grassland") <= farm + 0.11
        assert 0.2 < m.value("cars.tot") / m.value("population") < 1.5


@pytest.mark.datapack
def test_folder_and_content_agree_for_the_five(datapack: Path) -> None:
    for a, b in zip(facts.load_members(FIVE, 2021), facts.load_members(FIVE, 2021, datapack), strict=True):
        assert a.figures == b.figures


@pytest.mark.datapack
def test_extras_do_not_hide_folder_figures(datapack: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from stadtland.facts import municipality

    wrong = municipality.bundled()["14729410"][0].model_copy(update={"id": "population", "year": 2021, "value": 1.0})
    monkeypatch.setattr(municipality, "bundled", lambda: {"14729410": [wrong]})
    assert facts.load_members(["14729410"], 2021, datapack)[0].value("population") == 16238


def test_io_import_is_used() -> None:
    assert isinstance(folder.open_text(content.path("municipalities", "extra.csv")), io.TextIOBase)
