"""Reading series of the Deutscher Wetterdienst strictly: yearly regional averages and daily station files.

A value of −999 is missing and never zero. Anything unexpected is an InputError with line and cure.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from stadtland.base.errors import InputError
from stadtland.base.files import read_bytes

MISSING = -999.0
MAX_BYTES = 50_000_000
DAILY = ("STATIONS_ID", "MESS_DATUM")
# Plausible limits per column; outside them the file is damaged or the unit is wrong.
LIMITS = {"TXK": (-50.0, 50.0), "TNK": (-50.0, 40.0), "RSK": (0.0, 500.0), "FX": (0.0, 90.0)}
LAENDER = (
    "Brandenburg/Berlin", "Brandenburg", "Baden-Wuerttemberg", "Bayern", "Hessen", "Mecklenburg-Vorpommern",
    "Niedersachsen", "Niedersachsen/Hamburg/Bremen", "Nordrhein-Westfalen", "Rheinland-Pfalz",
    "Schleswig-Holstein", "Saarland", "Sachsen", "Sachsen-Anhalt", "Thueringen/Sachsen-Anhalt", "Thueringen",
    "Deutschland",
)  # fmt: skip


@dataclass(frozen=True)
class RegionalSeries:
    """Yearly averages by territory. `values[year, territory]`, NaN missing; the unit is that of the parameter."""

    name: str
    created: str
    years: NDArray[np.int64]
    territories: tuple[str, ...]
    values: NDArray[np.float64]

    def of(self, territory: str) -> NDArray[np.float64]:
        """The series of one territory; InputError `series-territory` names those in the file."""
        if territory not in self.territories:
            raise InputError(
                "series-territory", f"the file has no column {territory!r}", self.name,
                "columns: " + ", ".join(self.territories),
            )  # fmt: skip
        return self.values[:, self.territories.index(territory)]


@dataclass(frozen=True)
class DailySeries:
    """One station, one row a day. `columns[name]` (n,) with NaN for missing; `days` as ordinals (n,), rising."""

    name: str
    station: str
    days: NDArray[np.int64]
    years: NDArray[np.int64]
    columns: dict[str, NDArray[np.float64]]


def read_file(path: Path) -> RegionalSeries | DailySeries:
    """A DWD file, told apart by its first line; InputError `series-*` for anything else."""
    text = _text(path)
    if text.lstrip("\ufeff").startswith("STATIONS_ID"):
        return read_daily(text, path.name)
    return read_regional(text, path.name)


def _text(path: Path) -> str:
    raw = read_bytes(path, "a .txt file of the weather service")
    if len(raw) > MAX_BYTES:
        raise InputError(
            "series-large", f"the file has {len(raw):,} bytes", path.name, "give one station or one parameter"
        )
    if raw[:2] == b"PK":
        raise InputError(
            "series-zip", "this is a zip archive", path.name, "unpack it and give the file produkt_klima_tag_…"
        )
    if b"\x00" in raw:
        raise InputError(
            "series-format", "this is no text file", path.name, "give the .txt file of the weather service"
        )
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _number(cell: str, where: str) -> float:
    word = cell.strip()
    plain = word.removeprefix("-")
    if not plain.replace(".", "", 1).isascii() or not plain.replace(".", "", 1).isdigit():
        hint = "decimal point instead of comma" if "," in word else "a plain number; −999 where it is missing"
        raise InputError("series-number", f"{word!r:.30} is no number", where, hint)
    return float(word)


def read_regional(text: str, name: str) -> RegionalSeries:
    """Yearly regional averages: line 1 free text, line 2 names, then `year;year;v;…;` with a trailing semicolon.

    Years must rise without repetition. Errors: InputError `series-format`, `series-number`, `series-year`.
    """
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) < 3 or not lines[1].startswith("Jahr;Jahr;") or not lines[1].endswith(";"):
        raise InputError(
            "series-format", "this is neither a file of yearly regional averages nor a daily station file", name,
            "give a file regional_averages_…_year.txt or produkt_klima_tag_… of the Deutscher Wetterdienst",
        )  # fmt: skip
    territories = tuple(lines[1].split(";")[2:-1])
    if len(set(territories)) != len(territories) or not all(territories):
        raise InputError(
            "series-format", "a column name is empty or stands twice", f"{name}: line 2", "restore the file"
        )
    years: list[int] = []
    values = np.empty((len(lines) - 2, len(territories)))
    for i, line in enumerate(lines[2:]):
        where = f"{name}: line {i + 3}"
        cells = line.split(";")
        if len(cells) != len(territories) + 3 or cells[-1].strip() or cells[1].strip() != "year":
            raise InputError(
                "series-format", f"the line has {len(cells)} cells or is no yearly value", where,
                "one value a column, `year` in the second, a semicolon at the end",
            )  # fmt: skip
        years.append(_year(cells[0], years, where))
        values[i] = [_number(cell, where) for cell in cells[2:-1]]
    values[values == MISSING] = np.nan
    return RegionalSeries(name, lines[0].strip(), np.array(years), territories, values)


def _year(cell: str, before: list[int], where: str) -> int:
    word = cell.strip()
    if not (len(word) == 4 and word.isascii() and word.isdigit()) or (before and int(word) <= before[-1]):
        raise InputError(
            "series-year", f"{word!r:.20} is no year after {before[-1] if before else 0}", where, "years rise"
        )
    return int(word)


def read_daily(text: str, name: str) -> DailySeries:
    """A daily station file: names in line 1, `eor` as last column, dates as YYYYMMDD, one station, rising days.

    Columns FX (m/s), RSK (mm), TXK and TNK (°C) are kept where present. Errors: InputError `series-*`.
    """
    lines = [line for line in text.lstrip("\ufeff").splitlines() if line.strip()]
    header = [cell.strip() for cell in lines[0].split(";")]
    known = [c for c in LIMITS if c in header]
    if header[-1] != "eor" or tuple(header[:2]) != DAILY or not known or len(set(header)) != len(header):
        raise InputError(
            "series-format", "the first line is not that of a daily station file", f"{name}: line 1",
            "it begins with STATIONS_ID;MESS_DATUM, ends with eor and names TXK, TNK, RSK or FX once",
        )  # fmt: skip
    if len(lines) < 2:
        raise InputError("series-empty", "the file has no day", name, "give a file with observations")
    places = {c: header.index(c) for c in known}
    days = np.empty(len(lines) - 1, dtype=np.int64)
    years = np.empty(len(lines) - 1, dtype=np.int64)
    columns = {c: np.empty(len(lines) - 1) for c in known}
    station = ""
    for i, line in enumerate(lines[1:]):
        where = f"{name}: line {i + 2}"
        cells = line.split(";")
        if len(cells) != len(header) or cells[-1].strip() != "eor":
            raise InputError("series-format", f"{len(cells)} cells instead of {len(header)}", where, "restore the line")
        station = station or cells[0].strip()
        if cells[0].strip() != station or not station.isdigit():
            raise InputError(
                "series-station", f"station {cells[0].strip()!r:.20} after {station!r:.20}", where, "one station a file"
            )
        day = _day(cells[1].strip(), where)
        days[i], years[i] = day.toordinal(), day.year
        if i and days[i] <= days[i - 1]:
            raise InputError(
                "series-order", f"{day} stands twice or before the day above", where, "sort by day, each once"
            )
        for column, place in places.items():
            columns[column][i] = _observation(cells[place], column, where)
    return DailySeries(name, station, days, years, columns)


def _day(word: str, where: str) -> date:
    try:
        if len(word) != 8 or not word.isascii() or not word.isdigit():
            raise ValueError
        return date(int(word[:4]), int(word[4:6]), int(word[6:]))
    except ValueError:
        raise InputError("series-date", f"{word!r:.20} is no day", where, "YYYYMMDD, as 20190725") from None


def _observation(cell: str, column: str, where: str) -> float:
    value = _number(cell, f"{where}, {column}")
    if value == MISSING:
        return float("nan")
    low, high = LIMITS[column]
    if not low <= value <= high:
        raise InputError(
            "series-range", f"{column} = {value:g} lies outside {low:g} to {high:g}", where, "check unit and column"
        )
    return value
