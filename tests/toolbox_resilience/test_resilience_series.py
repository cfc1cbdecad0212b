"""Reading DWD files strictly, and what a station says: hand-made years, missing values, gaps, hostile files."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from conftest_rows import HEADER, regional, row

from stadtland.base.errors import InputError
from stadtland.toolbox import resilience as room
from stadtland.toolbox.resilience.exposure import means, regional_exposure, yearly


def days(year, n):
    first = date(year, 1, 1)
    return [(first + timedelta(days=i)).strftime("%Y%m%d") for i in range(n)]


def year_file(year, n, **special):
    """A file with n days of a year; `special`: day number → values that differ."""
    return "\n".join([HEADER, *(row(d, **special.get(f"d{i}", {})) for i, d in enumerate(days(year, n)))])


def test_hot_days_tropical_nights_wet_days_gusts_counted_by_hand():
    text = year_file(
        2019, 365, d10={"txk": "30.0"}, d11={"txk": "29.9", "tnk": "20.0"}, d12={"txk": "38.1", "tnk": "21.3"},
        d40={"rsk": "20.0", "fx": "19.9"}, d41={"rsk": "19.9", "fx": "20.0"},
    )  # fmt: skip
    found = room.station_exposure(room.read_daily(text, "x.txt"))
    assert found["heat"]["hot_days"]["mean"] == 2
    assert found["heat"]["tropical_nights"]["mean"] == 2
    assert found["heavy_rain"]["very_wet_days"]["mean"] == 1
    assert found["storm"]["gust_days"]["mean"] == 1
    assert found["heat"]["hot_days"]["resolved"] == "station" and found["heat"]["hot_days"]["station"] == "2932"
    assert found["heat"]["hot_days"]["1961-1990"] is None, "one year is no normal period"


def test_dry_spell_by_hand_and_a_missing_day_ends_it():
    wet = {f"d{i}": {"rsk": "5.0"} for i in range(365)}
    for i in range(100, 110):
        wet[f"d{i}"] = {"rsk": "0.9"}  # ten dry days
    index = {"column": "RSK", "kind": "spell", "below": 1.0}
    assert yearly(room.read_daily(year_file(2019, 365, **wet), "x"), index)[1].tolist() == [10.0]
    wet["d104"] = {"rsk": "-999"}  # missing is not dry: 4 and 5 days remain
    assert yearly(room.read_daily(year_file(2019, 365, **wet), "x"), index)[1].tolist() == [5.0]
    lines = year_file(2019, 365, **{**wet, "d104": {"rsk": "0.0"}}).splitlines()
    del lines[1 + 107]  # a day is not in the file at all
    assert yearly(room.read_daily("\n".join(lines), "x"), index)[1].tolist() == [7.0]


def test_missing_is_never_zero_and_an_incomplete_year_has_no_value():
    index = {"column": "TXK", "kind": "count", "at_least": 30.0}
    enough = {f"d{i}": {"txk": "-999"} for i in range(18)}  # 347 of 365 = 95.07 %
    assert yearly(room.read_daily(year_file(2019, 365, **enough), "x"), index)[1].tolist() == [0.0]
    few = {f"d{i}": {"txk": "-999"} for i in range(19)}  # 346 of 365 = 94.8 %
    values = yearly(room.read_daily(year_file(2019, 365, **few), "x"), index)[1]
    assert np.isnan(values).all()
    assert means(np.array([2019]), values) == {
        "valid_years": 0, "mean": None, "first_year": None, "last_year": None, "1961-1990": None, "1991-2020": None,
    }  # fmt: skip
    leap = yearly(room.read_daily(year_file(2020, 348), "x"), index)[1]  # 348 of 366 = 95.08 %
    assert leap.tolist() == [0.0]
    assert np.isnan(yearly(room.read_daily(year_file(2020, 347), "x"), index)[1]).all()


def test_normal_period_needs_24_years():
    years = np.arange(1961, 1991)
    values = np.arange(30.0)
    assert means(years, values)["1961-1990"] == pytest.approx(14.5)
    values[:6] = np.nan
    assert means(years, values)["1961-1990"] == pytest.approx(np.arange(6, 30).mean())
    values[6] = np.nan
    assert means(years, values)["1961-1990"] is None


def test_a_column_the_file_lacks_gives_no_entry():
    text = "STATIONS_ID;MESS_DATUM;TXK;eor\n" + "\n".join(f"1;{d};25.0;eor" for d in days(2019, 365))
    found = room.station_exposure(room.read_daily(text, "x"))
    assert set(found) == {"heat"} and set(found["heat"]) == {"hot_days"}


HOSTILE = {
    "series-number": [
        row("20190101", txk="30,5"),
        row("20190101", txk="nan"),
        row("20190101", txk="1e2"),
        row("20190101", txk=""),
    ],
    "series-range": [row("20190101", txk="95.0"), row("20190101", rsk="-1.0"), row("20190101", fx="300")],
    "series-date": [row("20190229"), row("2019-1-1"), row("201901"), row("٢٠١٩٠١٠١")],
    "series-format": [row("20190101")[:-4], row("20190101") + ";x"],
    "series-order": [row("20190102") + "\n" + row("20190101"), row("20190101") + "\n" + row("20190101")],
    "series-station": [row("20190101") + "\n" + row("20190102", station="1"), row("20190101", station="abc")],
}


@pytest.mark.parametrize(("code", "text"), [(c, t) for c, texts in HOSTILE.items() for t in texts])
def test_hostile_daily_rows_are_refused_with_line_and_cure(code, text):
    with pytest.raises(InputError) as error:
        room.read_daily(HEADER + "\n" + text, "x.txt")
    assert error.value.code == code and "line" in error.value.where and error.value.cure


def test_hostile_regional_files():
    good = regional([(2000, "  7.1", " -999"), (2001, "  8.0", "  9.5")])
    series = room.read_regional(good, "regional_averages_tm_year.txt")
    assert series.territories == ("Sachsen", "Landkreis X") and np.isnan(series.of("Landkreis X")[0])
    for broken, code in (
        (good.replace("8.0;", "8,0;"), "series-number"), (good.replace("2001", "2000"), "series-year"),
        (good.replace("  9.5;", ""), "series-format"), (good.replace("year;", "Jan;", 1), "series-format"),
        (good.replace("Jahr;Jahr", "A;B"), "series-format"), ("", "series-format"),
        (good.replace("Landkreis X", "Sachsen"), "series-format"),
    ):  # fmt: skip
        with pytest.raises(InputError) as error:
            room.read_regional(broken, "x.txt")
        assert error.value.code == code, broken
    with pytest.raises(InputError, match="no column"):
        series.of("Bayern")


def test_level_of_a_regional_series_and_its_parameter():
    text = regional([(2000, "7.0", "9.0"), (2001, "8.0", "10.0")])
    series = room.read_regional(text, "regional_averages_tm_year.txt")
    assert regional_exposure(series, "Sachsen")["resolved"] == "state"
    found = regional_exposure(series, "Landkreis X")
    assert (found["resolved"], found["mean"], found["unit"], found["hazard"]) == ("district", 9.5, "°C", "heat")
    with pytest.raises(InputError) as error:
        regional_exposure(room.read_regional(text, "mine.txt"), "Sachsen")
    assert error.value.code == "series-parameter"


@pytest.mark.parametrize(
    "raw", [b"PK\x03\x04zip", b"a\x00b", b"", b"\xff\xfe\x00", b"STATIONS_ID;MESS_DATUM;TXK;eor\n"]
)
def test_other_files_are_refused(tmp_path, raw):
    path = tmp_path / "f.txt"
    path.write_bytes(raw)
    with pytest.raises(InputError) as error:
        room.read_file(path)
    assert error.value.code.startswith("series-") and error.value.cure
    with pytest.raises(InputError) as error:
        room.read_file(tmp_path / "none.txt")
    assert error.value.code == "file-missing"


@pytest.mark.datapack
def test_state_series_of_content_are_recomputed_from_the_files(datapack):
    """The bundled means of the Land stand on the original files of the weather service."""
    from stadtland.toolbox.resilience.content import state_series

    for name, key in (("tm", "temperature"), ("rr", "precipitation")):
        series = room.read_file(datapack / "dwd" / f"regional_averages_{name}_year.txt")
        entry, values = state_series()[key], series.of("Sachsen")
        assert (series.years[0], series.years[-1]) == (entry["first_year"], entry["last_year"])
        for period in ("reference", "recent"):
            part = (series.years >= entry[period]["from"]) & (series.years <= entry[period]["to"])
            assert values[part].mean() == pytest.approx(entry[period]["mean"], abs=1e-6)
        assert regional_exposure(series, "Sachsen")["1961-1990"] == pytest.approx(entry["reference"]["mean"], abs=1e-6)
