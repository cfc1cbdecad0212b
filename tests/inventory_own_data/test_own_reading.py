"""Reading files: each bad cell is named with its row; good cells are read right whatever the program wrote them."""

from __future__ import annotations

import struct
import zipfile

import pytest
from own_data_files import HEAD, LATEST, MEMBERS, csv_bytes, row, sheet_xml, xlsx_bytes, xlsx_parts, zipped

from stadtland.inventory import own_data
from stadtland.inventory.own_data.problems import OwnDataError, texts
from stadtland.inventory.own_data.records import Key

GOOD = [
    row("14713000", "HH.elec", "891.950,5"),
    row("14729380", "HH.gas", "18,25", "GWh"),
    row("14729030", "HH.coal", "-"),
]
KEYS = [
    Key("14713000", "final_energy", "HH.elec", "", 2021),
    Key("14729380", "final_energy", "HH.gas", "", 2021),
    Key("14729030", "final_energy", "HH.coal", "", 2021),
]


def read(raw, **more):
    return own_data.read(raw, MEMBERS, LATEST, lang="de", **more)


def codes(raw, **more):
    with pytest.raises(OwnDataError) as error:
        read(raw, **more)
    return [(p.code, p.place.row) for p in error.value.problems]


def check_good(reading):
    assert list(reading.entries) == KEYS
    one, two, three = (reading.entries[k] for k in KEYS)
    assert (one.value, one.unit, one.state, one.owner) == (891950.5, "MWh", "value", "own")
    assert (two.value, two.unit) == (18.25, "GWh")
    assert (three.value, three.state, three.owner) == (0.0, "true_zero", "confirmed_zero")


@pytest.mark.parametrize("separator", [";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_encodings_and_separators(encoding, separator):
    check_good(read(csv_bytes(GOOD, separator=separator, encoding=encoding)))


def test_comma_separated_with_quoted_decimal_commas():
    check_good(read(csv_bytes(GOOD, separator=",")))


def test_line_ends_blank_rows_and_lines_above():
    text = csv_bytes(GOOD).decode()
    check_good(read(text.replace("\r\n", "\n").encode()))
    check_good(read(text.replace("\r\n", "\r\n;;;\r\n").encode()))
    check_good(read(("Stadtwerke;;\r\nStand;2021;\r\n" + text).encode()))


def test_columns_in_any_order_are_read_by_name():
    order = [7, 3, 0, 9, 2, 4, 6, 5, 1, 8]
    raw = csv_bytes([[r[i] for i in order] for r in GOOD], head=[HEAD[i] for i in order])
    check_good(read(raw))


def test_workbook_with_text_and_numbers():
    rows = [list(GOOD[0]), list(GOOD[1]), list(GOOD[2])]
    check_good(read(xlsx_bytes(rows)))
    rows[0][3], rows[1][3] = 891950.5, 18.25
    rows[0][5] = 2021
    check_good(read(xlsx_bytes(rows)))


def test_quoted_text_with_separator_and_line_break():
    raw = csv_bytes([row("14713000", "HH.elec", "5", note='sagt "gut"; und\nmehr')])
    assert read(raw).entries[KEYS[0]].note == 'sagt "gut"; und mehr'


def test_row_number_after_a_line_break_inside_quotes_is_that_of_the_file():
    raw = csv_bytes([row("14713000", "HH.elec", "5", note="a\nb"), row("14713000", "HH.gas", "abc")])
    assert codes(raw) == [("number", 4)]


def test_english_template():
    head = ["Municipality code", "Id", "Own value", "Unit", "Year", "Source", "Data quality", "Responsible (role)"]
    raw = csv_bytes([["14713000", "HH.elec", "1,234.5", "MWh", "2021", "bill", "b", "office"]], head, separator=",")
    record = read(raw).entries[KEYS[0]]
    assert (record.value, record.data_quality) == (1234.5, "B")


def test_missing_is_not_zero():
    raw = csv_bytes(
        [
            row("14713000", "HH.elec", ""),
            row("14713000", "HH.gas", "."),
            row("14713000", "HH.oil", "0"),
            row("14713000", "HH.lpg", "-"),
            row("14713000", "HH.coal", "..."),
            row("14713000", "HH.dh", "x"),
            row("14713000", "HH.biomass", "/"),
            row("14713000", "HH.solar", "(7)"),
        ]
    )
    found = {k.id: (r.value, r.state, r.owner) for k, r in read(raw).entries.items()}
    assert found == {
        "HH.gas": (None, "confidential", "own"),
        "HH.oil": (0.0, "rounded_zero", "own"),
        "HH.lpg": (0.0, "true_zero", "confirmed_zero"),
        "HH.coal": (None, "not_available", "own"),
        "HH.dh": (None, "not_applicable", "own"),
        "HH.biomass": (None, "not_available", "own"),
        "HH.solar": (7.0, "estimated", "own"),
    }


BAD = {
    "number": row("14713000", "HH.gas", "abc"),
    "negative": row("14713000", "HH.gas", "-5"),
    "formula": row("14713000", "HH.gas", "=A1*2"),
    "cell_error": row("14713000", "HH.gas", "#BEZUG!"),
    "number_large": row("14713000", "HH.gas", "99999999999999999"),
    "unit": row("14713000", "HH.gas", "5", "t"),
    "unit_empty": row("14713000", "HH.gas", "5", ""),
    "unit_hs": row("14713000", "HH.elec", "5", "MWh Hs"),
    "unit_two": row("14713000", "HH.gas", "5 GWh", "MWh"),
    "year": row("14713000", "HH.gas", "5", year="21"),
    "quality": row("14713000", "HH.gas", "5", quality="E"),
    "source": row("14713000", "HH.gas", "5", source=""),
    "role": row("14713000", "HH.gas", "5", role=""),
    "text_formula": row("14713000", "HH.gas", "5", source="=cmd|x"),
    "text_person": row("14713000", "HH.gas", "5", note="frau.muster@leipzig.example"),
    "text_encoding": row("14713000", "HH.gas", "5", source="Stadtwerke MÃ¼hlau"),
    "text_control": row("14713000", "HH.gas", "5", source="a\x01b"),
    "text_long": row("14713000", "HH.gas", "5", note="a" * 301),
    "id": row("14713000", "HH.gaz", "5"),
    "ags": row("14713001", "HH.gas", "5"),
    "ags_member": row("14729410", "HH.gas", "5"),
    "ags_empty": row("", "HH.gas", "5"),
    "whole": row("14713000", "cars.bev", "5,5", "Pkw"),
}


@pytest.mark.parametrize("code", BAD)
def test_each_bad_cell_is_named_with_its_row(code):
    assert codes(csv_bytes([GOOD[0], BAD[code], GOOD[2]])) == [(code, 3)]
    rows = [list(GOOD[0]), list(BAD[code]), list(GOOD[2])]
    if code != "text_control":  # no valid XML
        assert codes(xlsx_bytes(rows)) == [(code, 3)]


@pytest.mark.parametrize(
    ("ags", "name", "code"),
    [
        ("14729", "Landkreis Leipzig", "ags_sum"),
        ("14", "Sachsen", "ags"),
        ("14729000", "", "ags"),
        ("", "Summe", "ags_sum"),
        ("Insgesamt", "", "ags_sum"),
        ("Summe", "", "ags_sum"),
        ("", "Gemeinden zusammen", "ags_sum"),
        ("14713", "", "ags"),
        ("14713000", "Wurzen", "ags_name"),
        ("14729380", "Leipzig", "ags_name"),
        ("99999999", "", "ags"),
        ("147130000000", "", "ags"),
        ("1,4713E+07", "", "ags"),
        ("Leipzig", "14713000", "ags"),
        ("DG", "Deutschland", "ags_sum"),
    ],
)
def test_districts_sums_and_wrong_codes_are_refused(ags, name, code):
    bad = row("14713000", "HH.gas", "5")
    bad[0], bad[1] = ags, name
    assert codes(csv_bytes([GOOD[0], bad])) == [(code, 3)]


def test_lost_leading_zero_is_read_and_said():
    raw = csv_bytes([["8111000", "Stuttgart", *row("14713000", "HH.gas", "5")[2:]]])
    reading = own_data.read(raw, ["08111000"], LATEST)
    assert [k.ags for k in reading.entries] == ["08111000"] and [n.code for n in reading.notices] == ["ags_zero"]


def test_same_cell_twice():
    assert codes(csv_bytes([GOOD[0], GOOD[1], GOOD[0]])) == [("twice", 4)]


def test_mixed_number_styles_are_refused_where_they_matter():
    raw = csv_bytes(
        [row("14713000", "HH.elec", "12.5"), row("14713000", "HH.gas", "1.234"), row("14713000", "HH.oil", "7")]
    )
    assert codes(raw) == [("number_two_ways", 3)]


def test_swapped_value_and_year():
    bad = row("14713000", "HH.gas", "2021", year="891950")
    assert codes(csv_bytes([bad])) == [("year", 2)]


def test_own_value_in_the_column_of_the_default(defaults):
    dataset = own_data.datasets()["final_energy"]
    table = own_data.rows(dataset, MEMBERS, 2021, "de", defaults)
    table[5][4] = 777.0
    assert codes(own_data.to_csv(table, "de"), defaults=defaults) == [("default_changed", 6)]
    table[5][4] = None
    assert read(own_data.to_csv(table, "de"), defaults=defaults).entries == {}


def test_columns_shifted_by_an_unquoted_comma(defaults):
    dataset = own_data.datasets()["final_energy"]
    table = own_data.rows(dataset, MEMBERS, 2021, "en", defaults)
    table[3][6], table[3][9], table[3][10], table[3][11] = "1,5", "bill", "A", "office"
    raw = own_data.to_csv(table, "en").replace(b'"1,5"', b"1,5")
    assert codes(raw, defaults=defaults) == [("row_long", 4)]


def test_missing_header_and_missing_columns():
    assert codes(b"a;b;c\n1;2;3\n") == [("header_missing", None)]
    assert codes(csv_bytes([GOOD[0][:5]], HEAD[:5])) == [("columns_missing", 1)]
    assert codes(csv_bytes(GOOD, [*HEAD[:9], HEAD[3]])) == [("column_twice", 1)]


@pytest.mark.parametrize("raw", [b"", b"  \n", b"\xef\xbb\xbf"])
def test_empty_file(raw):
    assert codes(raw)[0][0] in ("file_empty", "header_missing")


def test_encodings_that_are_not_ours():
    assert codes(csv_bytes(GOOD, encoding="cp850"))[0][0] == "encoding"
    assert codes(csv_bytes(GOOD, encoding="utf-16-le"))[0][0] in ("encoding_nul", "encoding")
    twice = csv_bytes(GOOD).decode("cp1252", errors="replace").encode()
    assert codes(twice)[0][0] == "encoding"


def test_open_quotation_mark():
    raw = csv_bytes(GOOD) + b'\r\n14713000;"Leipzig;HH.oil;5'
    assert codes(raw) == [("csv_quotes", 5)]


def test_too_many_rows_columns_and_bytes():
    assert codes(b"a;b\n" * 1_000_000) == [("rows_many", None)]
    assert codes(csv_bytes([], [*HEAD, *[f"x{i}" for i in range(60)]]))[0][0] == "columns_many"
    assert codes(b"x" * 10_000_001) == [("file_large", None)]
    assert codes(csv_bytes([row("14713000", "HH.gas", "5", note="a" * 2001)])) == [("cell_long", 2)]


def test_formula_in_a_workbook_is_never_taken_with_its_stored_result():
    rows = [list(GOOD[0]), list(GOOD[1])]
    rows[1][3] = ("f", "A1*1000", "12345")
    assert codes(xlsx_bytes(rows)) == [("formula", 3)]


def test_dates_percent_booleans_and_errors_in_a_workbook():
    rows = [list(GOOD[0])]
    rows[0][3] = ("raw", '<c r="REF" t="b"><v>1</v></c>')
    assert codes(xlsx_bytes(rows)) == [("number", 2)]
    rows[0][3] = ("raw", '<c r="REF" t="e"><v>#N/A</v></c>')
    assert codes(xlsx_bytes(rows)) == [("cell_error", 2)]
    rows[0][3] = ("raw", '<c r="REF" t="d"><v>2021-05-03T00:00:00</v></c>')
    assert codes(xlsx_bytes(rows)) == [("date", 2)]


def test_percent_format():
    import io

    import xlsxwriter

    for style, expected in (({"num_format": "0.0%"}, "percent"), ({"num_format": "dd.mm.yyyy"}, "date")):
        buffer = io.BytesIO()
        book = xlsxwriter.Workbook(buffer)
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEAD)
        sheet.write_row(1, 0, GOOD[0])
        sheet.write_number(1, 3, 0.5 if expected == "percent" else 44319, book.add_format(style))
        book.close()
        assert codes(buffer.getvalue()) == [(expected, 2)]


def test_merged_cells():
    assert codes(
        xlsx_bytes([list(r) for r in GOOD], after='<mergeCells count="1"><mergeCell ref="D2:D3"/></mergeCells>')
    ) == [("merged", 2)]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"xl/vbaProject.bin": "x"}, "macros"),
        ({"content.xml": "x"}, "ods"),
        ({"xl/workbook.bin": "x"}, "xlsb"),
        ({"[Content_Types].xml": None}, "zip_other"),
        ({"xl/workbook.xml": "<no"}, "xlsx_damaged"),
        ({"xl/worksheets/sheet1.xml": "<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'c'>]><a/>"}, "xml_types"),
        ({"xl/_rels/workbook.xml.rels": None}, "xlsx_damaged"),
        ({"xl/worksheets/sheet1.xml": None}, "header_missing"),
        ({f"xl/media/{i}.png": "x" for i in range(250)}, "zip_parts"),
    ],
)
def test_containers(change, code):
    parts = dict(xlsx_parts(sheet_xml(GOOD)))
    for name, text in change.items():
        if text is None:
            del parts[name]
        else:
            parts[name] = text
    assert codes(zipped(parts)) == [(code, None)]


def test_macro_workbook_by_its_type_whatever_its_name():
    parts = dict(xlsx_parts(sheet_xml(GOOD)))
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(
        "openxmlformats-officedocument.spreadsheetml.sheet.main", "ms-excel.sheet.macroEnabled.main"
    )
    assert codes(zipped(parts), name="harmlos.xlsx") == [("macros", None)]


def test_old_format_and_password():
    assert codes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600) == [("xls", None)]
    raw = bytearray(xlsx_bytes(GOOD))
    at = raw.rfind(b"PK\x01\x02")
    raw[at + 8] |= 1
    assert codes(bytes(raw)) == [("xlsx_locked", None)]


def test_zip_bombs():
    parts = dict(xlsx_parts(sheet_xml(GOOD)))
    assert codes(zipped(parts | {"xl/big.xml": " " * 50_000_000})) == [("zip_bomb", None)]
    assert codes(zipped(parts | {"xl/tight.xml": " " * 2_000_000})) == [("zip_bomb", None)]
    # a container that lies about the size of a part
    raw = bytearray(zipped(parts | {"xl/liar.xml": " " * 5_000_000}))
    for mark, shift in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        at = raw.find(mark)
        while at >= 0:
            if struct.unpack_from("<I", raw, at + shift)[0] == 5_000_000:
                struct.pack_into("<I", raw, at + shift, 1000)
            at = raw.find(mark, at + 4)
    assert codes(bytes(raw)) == [("xlsx_damaged", None)]


def test_a_million_rows_in_a_workbook():
    sheet = sheet_xml(GOOD).replace("</sheetData>", "<row/>" * 1_000_000 + "</sheetData>")
    buffer = zipped(dict(xlsx_parts(sheet)))
    assert codes(buffer)[0][0] in ("rows_many", "zip_bomb")
    sheet = sheet_xml(GOOD).replace("</sheetData>", '<row r="1048576"><c r="A1048576"><v>1</v></c></row></sheetData>')
    assert codes(zipped(dict(xlsx_parts(sheet)))) == [("rows_many", 1048576)]


def test_a_row_number_out_of_all_bounds():
    sheet = sheet_xml(GOOD).replace("</sheetData>", '<row r="999999999999"><c r="A1"><v>1</v></c></row></sheetData>')
    assert codes(zipped(dict(xlsx_parts(sheet))))[0][0] in ("rows_many", "xlsx_damaged")


def test_stored_entry_twice():
    import io
    import warnings

    buffer = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(buffer, "w") as box:
        warnings.simplefilter("ignore")
        for name, text in xlsx_parts(sheet_xml(GOOD)).items():
            box.writestr(name, text)
        box.writestr("xl/worksheets/sheet1.xml", sheet_xml(GOOD[:1]))
    assert codes(buffer.getvalue()) == [("xlsx_damaged", None)]


def test_far_from_our_estimate_is_said_but_taken(defaults):
    reading = read(
        csv_bytes([row("14729380", "HH.elec", "5", "TJ"), row("14729380", "HH.gas", "999999", "GWh")]),
        defaults=defaults,
    )
    assert [(n.code, n.place.row) for n in reading.notices] == [("far", 3)]
    assert len(reading.entries) == 2


def test_default_is_kept_beside_the_own_value(defaults):
    record = read(csv_bytes(GOOD), defaults=defaults).entries[KEYS[0]]
    assert record.default == pytest.approx(defaults.values["14713000", "HH.elec"], rel=1e-14)
    assert (record.default_unit, record.default_version) == ("MWh", defaults.version)


def test_totals_must_be_the_sum_of_their_parts():
    parts = ["cars.gasoline", "cars.diesel", "cars.cng_lpg", "cars.hev", "cars.phev", "cars.bev", "cars.other"]
    rows = [row("14713000", p, "10", "Pkw") for p in parts]
    assert len(read(csv_bytes([row("14713000", "cars.tot", "70", "Pkw"), *rows])).entries) == 8
    assert codes(csv_bytes([row("14713000", "cars.tot", "90", "Pkw"), *rows])) == [("sum", 2)]
    assert codes(csv_bytes([row("14713000", "cars.tot", "15", "Pkw"), *rows[:2]])) == [("sum", 2)]
    assert len(read(csv_bytes([row("14713000", "cars.tot", "90", "Pkw"), *rows[:2]])).entries) == 3


def test_message_names_place_and_cure_in_both_languages():
    raw = xlsx_bytes([list(BAD["unit"])])
    for lang, words in (
        ("de", ("Blatt Blatt, Zeile 2, Spalte Einheit", "MWh Hs")),
        ("en", ("sheet Blatt, row 2", "use one of")),
    ):
        with pytest.raises(OwnDataError) as error:
            own_data.read(raw, MEMBERS, LATEST, lang=lang, name="a.xlsx")
        assert all(w in str(error.value) for w in words), str(error.value)
        assert error.value.exit_code == 2


def test_every_problem_has_both_texts_and_every_text_is_used():
    import re
    from pathlib import Path

    import stadtland.inventory.own_data as room

    source = "\n".join(p.read_text(encoding="utf-8") for p in Path(str(room.__file__)).parent.glob("*.py"))
    source += (Path(str(room.__file__)).parents[2] / "cli" / "own_data.py").read_text(encoding="utf-8")
    used = set(re.findall(r'"([a-z_]+)"', source))
    assert set(texts()) - used == set()


def test_many_problems_are_counted_not_all_printed():
    rows = [row("14713000", "HH.gas", "abc") for _ in range(1000)]
    with pytest.raises(OwnDataError) as error:
        read(csv_bytes(rows))
    assert len(error.value.problems) == 200 and str(error.value).count("\n") < 30


def test_totals_in_thousands_are_compared_as_coarsely_as_they_are_written():
    parts = [
        row("14713000", f"jobs.{p}", n, "Personen")
        for p, n in (("agriculture", "120"), ("industry", "400"), ("services", "700"))
    ]
    assert len(read(csv_bytes([row("14713000", "jobs", "1", "1000 Personen"), *parts])).entries) == 4
    assert codes(csv_bytes([row("14713000", "jobs", "3", "1000 Personen"), *parts])) == [("sum", 2)]


def test_decomposed_umlauts_sep_line_and_old_line_ends():
    import unicodedata

    text = csv_bytes(GOOD).decode()
    check_good(read(unicodedata.normalize("NFD", text).encode()))
    check_good(read(("sep=;\r\n" + text).encode()))
    check_good(read(text.replace("\r\n", "\r").encode()))


@pytest.mark.parametrize("mark", ["\u202e", "\u200b", "\ufeff", "\u2066"])
def test_marks_that_hide_or_turn_text(mark):
    assert codes(csv_bytes([row("14713000", "HH.gas", "5", source=f"Stadt{mark}werke")])) == [("text_control", 2)]
    assert codes(csv_bytes([row("14713000", "HH.gas", f"5{mark}0")])) == [("number", 2)]


def test_without_the_reader_of_workbooks_csv_is_offered(monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "openpyxl", None)
    assert codes(xlsx_bytes(GOOD)) == [("xlsx_reader", None)]
