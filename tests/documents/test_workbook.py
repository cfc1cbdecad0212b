"""The workbook: opens, holds the figures with their paths unrounded, and no text becomes a formula."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from fixture_results import results
from readback import values

from stadtland.base.files import OutDir
from stadtland.documents import workbook, write

HOSTILE = ['=HYPERLINK("http://x","y")', "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "|cmd"]


def book(data: dict[str, Any], lang: str = "de") -> Any:
    return openpyxl.load_workbook(io.BytesIO(workbook.render(data, lang)))


@pytest.mark.parametrize("lang", ["de", "en"])
def test_opens_with_all_sheets(lang: str) -> None:
    sheets = book(results(5), lang)
    assert len(sheets.sheetnames) == 12 and len(set(sheets.sheetnames)) == 12
    assert all(s.max_row > 1 for s in sheets.worksheets)


def test_values_stand_at_their_path() -> None:
    data = results(5)
    checked = 0
    for name in ("Bilanz", "Teilung", "Gruppen"):
        for row in book(data)[name].iter_rows(min_row=2, values_only=True):
            number = next((v for v in row[1:] if isinstance(v, int | float)), None)
            if number is not None:
                assert values(data, row[0]) == [pytest.approx(number)]
                checked += 1
    assert checked > 150


def test_yearly_lists_are_whole() -> None:
    data = results(2)
    for row in book(data)["Weg nach Jahren"].iter_rows(min_row=2, values_only=True):
        assert list(row[3:]) == pytest.approx(values(data, row[0])[0])


def test_missing_is_an_empty_cell_and_never_zero() -> None:
    rows = list(book(results(2))["Bilanz"].iter_rows(min_row=2, values_only=True))
    assert not any(str(r[0]).endswith("without_motorway_t") for r in rows if r[3] == 0)


@pytest.mark.parametrize("text", HOSTILE)
def test_formula_injection(text: str) -> None:
    data = results(2)
    data["partnership"]["name"] = text
    data["partnership"]["members"][1]["name"] = text
    data["roadmap"]["measures"][0]["title"] = {"de": text, "en": text}
    data["assumptions"][0]["source"] = text
    seen = 0
    for sheet in book(data).worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f" and cell.hyperlink is None
                if isinstance(cell.value, str):
                    assert not cell.value.startswith(workbook.RISKY), cell.value
                    seen += cell.value.startswith("'")
    assert seen > 3


def test_numbers_that_are_negative_stay_numbers() -> None:
    assert workbook.safe(-3.5) == -3.5 and workbook.safe("-3.5") == "'-3.5"


def test_same_results_same_bytes() -> None:
    assert workbook.render(results(2), "en") == workbook.render(results(2), "en")


@pytest.mark.parametrize("lang", ["de", "en"])
def test_write_stages_three_files(tmp_path: Path, lang: str) -> None:
    with OutDir(tmp_path) as out:
        names = write(results(2), out, lang)
        assert not list(tmp_path.glob("report*"))
        out.commit()
    assert names == [f"report-{lang}.html", f"report-{lang}.pdf", f"workbook-{lang}.xlsx"]
    assert all((tmp_path / n).stat().st_size > 10_000 for n in names)
