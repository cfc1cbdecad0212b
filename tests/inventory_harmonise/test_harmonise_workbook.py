"""The table as a workbook: the same rows as from CSV, and every hostile workbook ends in a message."""

from __future__ import annotations

import random
import sys
from pathlib import Path

import harmonise_generator as gen
import pytest

from stadtland.base.errors import InputError
from stadtland.inventory import harmonise as room

sys.path.insert(0, str(Path(__file__).parents[1] / "inventory_own_data"))
from own_data_files import sheet_xml, xlsx_bytes, xlsx_parts, zipped

CARD = room.from_dict({"inventory": {"year": 2021}})
HEAD = ["Sektor", "Energieträger", "Verkehrsmittel", "Endenergie [MWh]", "Emissionen [t]", "Datengüte"]
ROWS = [["HH", "Erdgas", "", 1234.5, 304.9, "A"], ["HH", "Strom", "", 2000, 944.0, ""],
        ["VK", "Diesel", "Pkw", "500,5", 165.7, ""]]  # fmt: skip


def read(raw):
    return room.read(raw, CARD, "de", "old.xlsx")


def codes(raw):
    with pytest.raises(room.TableError) as error:
        read(raw)
    assert error.value.exit_code == 2 and "old.xlsx" in str(error.value)
    return [(p.code, p.row) for p in error.value.problems]


def test_numbers_and_texts_of_a_workbook():
    found = read(xlsx_bytes(ROWS, HEAD))
    assert [(r.sector, r.carrier, r.mode, r.mwh, r.t, r.number) for r in found.rows] == [
        ("HH", "gas", "", 1234.5, 304.9, 2), ("HH", "elec", "", 2000.0, 944.0, 3),
        ("VK", "diesel", "car", 500.5, 165.7, 4),
    ]  # fmt: skip


def test_workbook_and_csv_give_the_same_rows():
    o = gen.old("H02", "H17")
    head = ["sector", "carrier", "mode", "part", "mwh", "t_co2e", "state", "data_quality"]
    rows = [
        [*(r[k] for k in ("sector", "carrier", "mode", "part")),
         *("" if r[k] is None else round(r[k], 6) for k in ("mwh", "t")), r["state"], r["dq"]] for r in o.rows
    ]  # fmt: skip
    one, two = read(xlsx_bytes(rows, head)), room.read(gen.csv_text(o).encode(), CARD)
    assert [(r.line, r.mwh, r.t, r.number) for r in one.rows] == [(r.line, r.mwh, r.t, r.number) for r in two.rows]


def test_small_numbers_of_a_workbook_are_not_read_as_thousands():
    rows = [["HH", "Erdgas", "", 1.234, 0.3048, ""]]
    assert read(xlsx_bytes(rows, HEAD)).rows[0].mwh == 1.234


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([["HH", "Erdgas", "", ("f", "A1*2", 5), 1.0, ""]], "formula"),
        ([["HH", "Erdgas", "", "=1+1", 1.0, ""]], "formula"),
        ([["HH", "Erdgas", "", ("raw", '<c r="REF" t="e"><v>#NV</v></c>'), 1.0, ""]], "cell_error"),
        ([["HH", "Erdgas", "", ("raw", '<c r="REF" t="b"><v>1</v></c>'), 1.0, ""]], "number"),
        ([["HH", "Erdgas", "", 1e300, 1.0, ""]], "number_large"),
        ([["HH", "Erdgas", "", -5.0, 1.0, ""]], "negative"),
        ([["Summe", "", "", 5.0, 1.0, ""]], "sum_row"),
        ([["HH", "Erdgas", "", 304.9, 1234.5, ""]], "factor_high"),
        ([["HH", 4711, "", 5.0, 1.0, ""]], "carrier"),
        ([["HH", "Erdgas", "", "x", 1.0, ""]], "marker"),
    ],
)
def test_bad_cells_are_named_with_their_row(rows, code):
    found = codes(xlsx_bytes(rows, HEAD))
    assert (code, 2) in found or (code == "factor_high" and found[0][1] == 2), found


def test_bad_workbooks_are_named():
    good = xlsx_parts(sheet_xml(ROWS, HEAD))
    merged = sheet_xml(ROWS, HEAD, '<mergeCells count="1"><mergeCell ref="A2:A3"/></mergeCells>')
    assert ("merged", 3) in codes(zipped(dict(xlsx_parts(merged))))
    assert codes(zipped({**good, "xl/vbaProject.bin": b"x"}))[0][0] == "macros"
    assert codes(zipped({"readme.txt": "x"}))[0][0] == "zip_other"
    assert codes(zipped({"content.xml": "x", "mimetype": "x"}))[0][0] == "ods"
    assert codes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)[0][0] == "xls"
    assert codes(zipped({**good, "xl/media/a.bin": b"\0" * 60_000_000}))[0][0] == "zip_bomb"
    assert codes(zipped({**good, "xl/worksheets/sheet1.xml": "<!DOCTYPE x><worksheet/>"}))[0][0] == "xml_types"
    assert codes(zipped(dict(good))[:400])[0][0] == "xlsx_damaged"
    far = sheet_xml([["HH"]], HEAD).replace('<row r="2">', '<row r="900000">').replace('"A2"', '"A900000"')
    assert codes(zipped(dict(xlsx_parts(far))))[0][0] == "rows_many"
    assert codes(xlsx_bytes(ROWS, ["a", "b", "c", "d", "e", "f"]))[0][0] == "header"


def test_two_sheets_that_fit_are_not_chosen_between():
    import io

    import openpyxl

    book = openpyxl.Workbook()
    book.active.append(HEAD)
    book.active.append(ROWS[0])
    second = book.create_sheet("zwei")
    raw = io.BytesIO()
    book.save(raw)
    assert read(raw.getvalue()).rows[0].carrier == "gas", "an empty second sheet does not matter"
    second.append(HEAD)
    raw = io.BytesIO()
    book.save(raw)
    assert codes(raw.getvalue())[0][0] == "sheets_two"


JUNK = ["", "x", "-", "…", "=1+1", "#NV", "1.234", "1,234", "-5", "Gesamt", "14729", "1e9", "٣", 0, 1e308, -1.5, 12.0,
        ("f", "A1", 1), ("raw", '<c r="REF" t="e"><v>#N/A</v></c>'), ("raw", '<c r="REF" t="d"><v>2021-01-01</v></c>'),
        "HH", "Strom", "Diesel", "kWh", "VK", "Land\nkreis", "1 234,5 GWh", "9" * 80]  # fmt: skip


@pytest.mark.parametrize("seed", range(6))
def test_generated_workbooks_end_in_a_message_or_a_right_reading(seed):
    """100 workbooks a seed with junk in any cell, bytes flipped in every fourth: a message or finite rows."""
    rng = random.Random(seed)
    read_whole = 0
    for n in range(100):
        rows = [list(r) for r in ROWS]
        for _ in range(rng.randint(0, 3)):
            row = rng.choice(rows)
            row[rng.randrange(len(row))] = rng.choice(JUNK)
        if rng.random() < 0.3:
            rows.insert(rng.randrange(len(rows) + 1), [rng.choice(JUNK) for _ in range(rng.randint(1, 8))])
        raw = bytearray(xlsx_bytes(rows, HEAD))
        if n % 4 == 3:
            for _ in range(rng.randint(1, 4)):
                raw[rng.randrange(len(raw))] = rng.randrange(256)
        try:
            found = read(bytes(raw))
        except InputError as error:
            assert error.code == "harmonise-table" and error.what
            continue
        read_whole += 1
        for r in found.rows:
            assert r.mwh is None or 0 <= r.mwh < 1e18
            assert r.t is None or abs(r.t) < 1e18
    assert read_whole > 5, "some of the workbooks are good"
