"""Reading a table: encodings, decimal marks, units; every kind of bad row is named; nothing half imported."""

from __future__ import annotations

import harmonise_generator as gen
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stadtland.base.errors import InputError
from stadtland.inventory import harmonise as room

GOOD = "sector;carrier;mode;mwh;t_co2e\nHH;Erdgas;;1.234,5;304,9\nHH;Strom;;2.000,0;944,0\nVK;Diesel;Pkw;500,5;165,7\n"
CARD = room.from_dict({"inventory": {"year": 2021}})


def read(text, card=CARD, lang="de", encoding="utf-8"):
    return room.read(text if isinstance(text, bytes) else text.encode(encoding), card, lang, "old.csv")


def problems(text, card=CARD):
    with pytest.raises(room.TableError) as error:
        read(text, card)
    assert error.value.exit_code == 2
    return [(p.code, p.row) for p in error.value.problems]


def values(reading):
    return [(r.sector, r.carrier, r.mode, r.mwh, r.t, r.number) for r in reading.rows]


EXPECTED = [
    ("HH", "gas", "", 1234.5, 304.9, 2), ("HH", "elec", "", 2000.0, 944.0, 3), ("VK", "diesel", "car", 500.5, 165.7, 4),
]  # fmt: skip


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_encodings(encoding):
    assert values(read(GOOD, encoding=encoding)) == EXPECTED


def test_umlauts_in_windows_1252():
    text = GOOD.replace("Erdgas", "Heizöl").replace("304,9", "392,6")
    assert read(text, encoding="cp1252").rows[0].carrier == "oil"


@pytest.mark.parametrize(
    "table",
    [
        "sector,carrier,mode,mwh,t_co2e\nHH,gas,,1234.5,304.9\nHH,elec,,2000.0,944\nVK,diesel,car,500.5,165.7\n",
        'sector,carrier,mode,mwh,t_co2e\nHH,gas,,"1,234.5",304.9\nHH,elec,,2000,944\nVK,diesel,car,500.5,165.7\n',
        "sector\tcarrier\tmode\tmwh\tt_co2e\nHH\tgas\t\t1 234,5\t304,9\nHH\telec\t\t2000\t944\n"
        "VK\tdiesel\tcar\t500,5\t165,7\n",
        "Sektor;Energieträger;Verkehrsmittel;Endenergie [GWh];Emissionen [kt]\nHH;gas;;1,2345;0,3049\n"
        "HH;elec;;2,0;0,944\nVK;diesel;car;0,5005;0,1657\n",
        "sector;carrier;mode;mwh;t_co2e\nHH;gas;;1234,5 MWh;304,9 t\nHH;elec;;2000;944\nVK;diesel;car;500,5;165,7\n",
    ],
)
def test_separators_decimals_thousands_units(table):
    got = values(read(table))
    assert [g[:3] for g in got] == [e[:3] for e in EXPECTED]
    for one, other in zip(got, EXPECTED, strict=True):
        assert one[3:5] == pytest.approx(other[3:5])


def test_without_any_decimal_mark_a_grouped_number_is_not_guessed():
    assert problems("sector;carrier;mwh;t_co2e\nHH;gas;1.234;305\n") == [("number_two_ways", 2)]
    # with a mark elsewhere in the file it is clear
    assert read("sector;carrier;mwh;t_co2e\nHH;gas;1.234;304,8\n").rows[0].mwh == 1234


def test_factor_column_gives_the_missing_side():
    text = "sector;carrier;mwh;t_co2e;factor\nHH;gas;1000,0;;201\nHH;oil;;318,0;318\n"
    rows = read(text).rows
    assert rows[0].t == pytest.approx(201) and rows[1].mwh == pytest.approx(1000)


BAD = {
    "sum": ("Gesamt;;;3.734,0;1.414,6\n", "sum_row"),
    "sum as carrier": ("HH;Summe;;3.234,5;1.248,9\n", "sum_row"),
    "sector without carrier beside carriers": ("HH;;;3.234,5;1.248,9\n", "all_and_parts"),
    "unknown sector": ("Haushlate;gas;;1,0;0,2\n", "sector"),
    "unknown carrier": ("GHD;Ergas;;1,0;0,2\n", "carrier"),
    "unknown mode": ("VK;diesel;Raumschiff;1,0;0,3\n", "mode"),
    "mode outside transport": ("GHD;diesel;Pkw;10,0;3,3\n", "mode_outside"),
    "negative energy": ("GHD;gas;;-10,0;2,5\n", "negative"),
    "negative tonnes": ("GHD;gas;;10,0;-2,5\n", "negative"),
    "swapped columns": ("GHD;gas;;247,0;1.000,0\n", "factor_high"),
    "kilograms": ("GHD;gas;;1.000,0;247.000,0\n", "factor_high"),
    "thousand tonnes": ("GHD;gas;;1.000,0;0,247\n", "factor_low"),
    "kWh": ("GHD;gas;;1.000.000,0;247,0\n", "factor_low"),
    "unit in the cell": ("GHD;gas;;10 GWh;2,5\n", "unit_mixed"),
    "same cell twice": ("HH;gas;;10,0;2,5\n", "twice"),
    "text": ("GHD;gas;;viel;2,5\n", "number"),
    "marker": ("GHD;gas;;x;2,5\n", "marker"),
    "dash": ("GHD;gas;;-;2,5\n", "marker"),
    "formula": ("GHD;gas;;=A1+1;2,5\n", "formula"),
    "spreadsheet error": ("GHD;gas;;#REF!;2,5\n", "cell_error"),
    "too many cells": ("GHD;gas;;10,0;2,5;7\n", "row_long"),
    "infinite": ("GHD;gas;;1e999;2,5\n", "number_large"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_rows_are_named(name):
    line, code = BAD[name]
    found = problems(GOOD + line)
    assert (code, 5) in found or (code == "number_large" and found[0][1] == 5), found


def test_all_problems_are_named_at_once_in_both_languages():
    text = GOOD + BAD["negative energy"][0] + BAD["sum"][0]
    for lang, words in (
        ("de", ("Zeile 5", "Zeile 6", "nichts wurde übernommen")),
        ("en", ("row 5", "row 6", "nothing was imported")),
    ):
        with pytest.raises(room.TableError) as error:
            read(text, lang=lang)
        assert all(w in str(error.value) for w in words)


def test_merged_sector_beside_its_parts():
    text = "sector;carrier;mwh;t_co2e\nWirtschaft;gas;1000,5;247,1\nIndustrie;gas;500,5;123,6\n"
    assert ("merged_and_parts", 2) in problems(text)


def test_district_rows_and_other_municipalities():
    head = "ags;sector;carrier;mwh;t_co2e\n"
    assert problems(head + "14729410;HH;gas;10,5;2,6\n14729;HH;oil;10,5;3,3\n") == [("ags", 3)]
    assert problems(head + "14729410;HH;gas;10,5;2,6\n14713000;HH;oil;10,5;3,3\n") == [("ags_other", 3)]
    assert problems(head + "99999999;HH;gas;10,5;2,6\n") == [("ags", 2)]
    # an obsolete code is a right reading: rule H22 deals with it
    assert read(head + "03153006;HH;gas;10,5;2,6\n").ags == "03153006"


def test_years():
    text = "year;sector;carrier;mwh;t_co2e\n2019;HH;gas;10,5;2,6\n2021;HH;gas;11,5;2,8\n"
    got = read(text)
    assert [r.mwh for r in got.rows] == [11.5] and got.skipped == 1
    nothing = room.from_dict({"inventory": {}})
    assert problems(text, nothing)[0][0] == "year_many"
    assert problems(text.replace("2019", "19"), nothing)[0] == ("year", 2)
    assert problems(GOOD, nothing)[0][0] == "year_missing"
    assert problems(text, room.from_dict({"inventory": {"year": 2015}}))[0][0] in ("year_none", "empty_rows")


def test_printed_total_must_fit():
    card = room.from_dict({"inventory": {"year": 2021}, "numbers": {"total_t": 1500}})
    assert problems(GOOD, card)[0][0] == "sum_wrong"
    fits = room.from_dict({"inventory": {"year": 2021}, "numbers": {"total_t": 1415}})
    assert read(GOOD, fits).printed_t == 1415


def test_states():
    head = "sector;carrier;mwh;t_co2e;state\n"
    rows = read(head + "HH;gas;10,5;2,6;\nHH;oil;0;0;explicit_zero\nHH;coal;;;\n").rows
    assert [r.state for r in rows] == ["observed", "explicit_zero", "missing"]
    assert problems(head + "HH;gas;10,5;2,6;explicit_zero\n") == [("state_value", 2)]


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "file_empty"), (b"  \n", "file_empty"), (b"PK\x03\x04rest", "xlsx_damaged"), (b"%PDF-1.4", "kind"),
        (b"a;b\n1;2\n", "header"), (b"sector;carrier\nHH;gas\n", "header"), (b"sector;mwh\n\x00;1\n", "encoding_nul"),
        (b"sector;mwh;frobs\nHH;1,5;2\n", "column_unknown"), (b"sector;mwh;Endenergie\nHH;1,5;2\n", "column_twice"),
        (b"sector;Endenergie [Liter]\nHH;1,5\n", "column_unit"), (b"sector;carrier;mwh\n", "empty_rows"),
    ],
)  # fmt: skip
def test_bad_files(raw, code):
    assert code in [c for c, _ in problems(raw)]


def test_no_row_limit_is_crossed_silently():
    text = "sector;carrier;part;mwh\n" + "".join(f"HH;gas;p{i};1,5\n" for i in range(21_000))
    assert problems(text)[0][0] == "rows_many"


CELLS = st.one_of(
    st.sampled_from(
        ["", "x", "-", ".", "/", "…", "=1+1", "#NV", "1.234", "1,234", "-5", "Gesamt", "14729", "1e9", "٣", "0"]
    ),
    st.text(alphabet="abcÄß;,.\"'\n\r\t01-+=@\u0000\u200b", max_size=8),
    st.floats(allow_nan=True, allow_infinity=True).map(str),
)  # fmt: skip


@settings(max_examples=2000, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.lists(CELLS, min_size=1, max_size=8), max_size=5), st.integers(0, 4), st.booleans())
def test_broken_tables_end_in_a_message_or_a_right_reading(lines, at, quoted):
    """Any cells in any place: a message that names the file's fault, or rows that are finite and of known kinds."""
    text = GOOD.splitlines()
    for line in lines:
        cells = [f'"{c}"' if quoted else c for c in line]
        text.insert(min(at, len(text)), ";".join(cells))
    try:
        reading = read("\n".join(text).encode("utf-8", "surrogatepass"))
    except InputError as error:
        assert error.what and error.code == "harmonise-table"
        return
    for r in reading.rows:
        assert r.mwh is None or 0 <= r.mwh < 1e18
        assert r.t is None or abs(r.t) < 1e18


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.integers(0, 31), st.sampled_from(["mwh", "t"]), st.sampled_from([1000.0, 0.001, -1.0]))
def test_a_wrong_unit_in_one_cell_of_a_fossil_carrier_is_seen(i, key, by):
    o = gen.old()
    target = o.rows[i]
    if target["carrier"] not in ("gas", "oil", "lpg", "coal", "diesel", "petrol", "kerosene") and by != -1.0:
        return
    target[key] *= by
    with pytest.raises(room.TableError) as error:
        read(gen.csv_text(o))
    assert [p.row for p in error.value.problems] == [i + 2]


@pytest.mark.parametrize(
    "head",
    [
        "Sektor;Energieträger;Verkehrsmittel;Endenergie in MWh;THG-Emissionen in t CO2-Äq.",
        "Sektor;Energieträger;Verkehrsmittel;Endenergieverbrauch [MWh];Emissionen (t CO2e)",
        "Sektor;Energieträger;Verkehrsmittel;MWh;t CO2e",
        "Bereich;Energieträger;Verkehrsmittel;Energieverbrauch (MWh);Treibhausgasemissionen (Tonnen)",
    ],
)
def test_heads_as_people_write_them(head):
    rows = GOOD.splitlines()[1:]
    found = [v[:5] for v in values(read("\n".join([head, *rows])))]
    assert found == [v[:5] for v in EXPECTED]


def test_a_cross_table_is_told_what_is_needed():
    with pytest.raises(room.TableError) as error:
        read("Energieträger;Haushalte;Gewerbe\nStrom;1;2\n")
    assert "Kreuztabelle" in str(error.value) and "harmonise-template" in str(error.value)
