"""Exposure of a member: what a station or district series, land use and the age structure say, and no more."""

from __future__ import annotations

import csv
import gzip
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stadtland.base.errors import InputError

from .content import districts, indices
from .dwd import LAENDER, DailySeries, RegionalSeries

COMPLETE = 0.95  # share of the days of a year that must be observed (own choice); a year below it has no value
PERIODS = ((1961, 1990), (1991, 2020))
# Parameter by the short name in regional_averages_<name>_year.txt: hazard it speaks to and unit.
PARAMETERS = {"tm": ("heat", "°C"), "rr": ("drought", "mm"), "sd": ("", "h"), "txbs": ("heat", "days/a")}
DISTRICT_TABLE = Path("inkar_kreise", "inkar_kreise_1995_2022.csv.gz")
PERIOD_YEARS = 24  # valid years needed for a mean of 30 (80 %)


def yearly(series: DailySeries, index: dict[str, Any]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Values of an index per year: years (k,), values (k,), NaN where less than 95 % of the days were observed.

    count: days with value ≥ `at_least`; spell: longest run of consecutive observed days with value < `below`
    within the calendar year; a gap or a missing value ends a run, so a spell is never overstated.
    """
    years = np.unique(series.years)
    column = series.columns[index["column"]]
    out = np.full(len(years), np.nan)
    for k, year in enumerate(years):
        here = series.years == year
        values, days = column[here], series.days[here]
        length = 366 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 365
        if np.isfinite(values).sum() < COMPLETE * length:
            continue
        if index["kind"] == "count":
            out[k] = float((values >= index["at_least"]).sum())
        else:
            out[k] = _longest(values < index["below"], days)
    return years, out


def _longest(flags: NDArray[np.bool_], days: NDArray[np.int64]) -> float:
    best = run = 0
    for i, flag in enumerate(flags):
        run = (run + 1 if i and days[i] == days[i - 1] + 1 else 1) if flag else 0
        best = max(best, run)
    return float(best)


def means(years: NDArray[np.int64], values: NDArray[np.float64]) -> dict[str, Any]:
    """Means of the normal periods (null with fewer than 24 valid years), of all valid years, and their number."""
    valid = np.isfinite(values)
    out: dict[str, Any] = {"valid_years": int(valid.sum()), "mean": None, "first_year": None, "last_year": None}
    if valid.any():
        out |= {
            "mean": float(values[valid].mean()),
            "first_year": int(years[valid].min()),
            "last_year": int(years[valid].max()),
        }
    for first, last in PERIODS:
        part = valid & (years >= first) & (years <= last)
        out[f"{first}-{last}"] = float(values[part].mean()) if part.sum() >= PERIOD_YEARS else None
    return out


def station_exposure(series: DailySeries) -> dict[str, dict[str, Any]]:
    """Indices of a daily station series by hazard → {index id: {title, unit, mean, periods, station, resolved}}.

    Columns that the file lacks give no entry; the result holds for the station, not for a municipality.
    """
    found: dict[str, dict[str, Any]] = {}
    for key, index in indices().items():
        if index["column"] not in series.columns:
            continue
        years, values = yearly(series, index)
        entry = {
            "title": index["title"], "unit": index["unit"], "resolved": "station", "station": series.station,
            "file": series.name, "evidence": index["evidence"], "source": index["source"], **means(years, values),
        }  # fmt: skip
        found.setdefault(index["hazard"], {})[key] = entry
    return found


def regional_exposure(series: RegionalSeries, territory: str) -> dict[str, Any]:
    """Means of a yearly regional series; `resolved` is "state" for a column of a Land, else "district".

    The file does not say what it holds, its name does: tm, rr, sd or txbs. InputError `series-parameter` otherwise.
    """
    parameter = next((p for p in PARAMETERS if f"_{p}_" in f"_{series.name}"), "")
    if not parameter:
        raise InputError(
            "series-parameter", "the name of the file does not say what it holds", series.name,
            "keep the name of the weather service: regional_averages_tm_year.txt, rr, sd or txbs",
        )  # fmt: skip
    hazard, unit = PARAMETERS[parameter]
    level = "state" if territory in LAENDER else "district"
    found = means(series.years, series.of(territory))
    return {
        "territory": territory, "resolved": level, "file": series.name, "parameter": parameter, "hazard": hazard,
        "unit": unit, "source": "dwd_regional_averages", **found,
    }  # fmt: skip


def sealed_share(member: Any) -> dict[str, Any] | None:
    """Sealed share of the municipality: {value, low, high (0–1), data_quality}, from land use; None if unknown.

    `member`: a Municipality. The sealed area is about 45 % of settlement and traffic area (quality D).
    """
    sealed, land = member.get("proxy.sealed_area"), member.maybe("area.land_total")
    if sealed is None or sealed.value is None or not land:
        return None
    low, high = (sealed.value if x is None else x for x in (sealed.low, sealed.high))
    return {
        "value": sealed.value / land, "low": low / land, "high": min(1.0, high / land), "unit": "1",
        "year": sealed.year, "data_quality": sealed.data_quality, "evidence": sealed.evidence, "source": sealed.source,
    }  # fmt: skip


def age_share(ags: str, data: Path | None = None) -> dict[str, Any] | None:
    """Share of people aged 65 and more in the whole district (0–1); None where it is not known.

    Bundled for the districts of the reference case; `data`: folder of public data with the district table (INKAR) for
    any other. A district-free city is its own district, so `resolved` is "municipality" there and "district" elsewhere.
    Errors: InputError `age-range` for a value that is no percentage.
    """
    entry = districts().get(ags[:5]) or (_ages(data).get(ags[:5]) if data is not None else None)
    if entry is None:
        return None
    city = ags.endswith("000")
    return {
        "value": entry["share_65plus"],
        "unit": "1",
        "year": entry["year"],
        "name": entry["name"],
        "resolved": "municipality" if city else "district",
        "evidence": entry["evidence"],
        "data_quality": "A" if city else "C",
        "source": entry["source"],
    }


@cache
def _ages(data: Path) -> dict[str, dict[str, Any]]:
    """District code → share of the latest year in the district table; empty without the table."""
    path = data / DISTRICT_TABLE
    found: dict[str, dict[str, Any]] = {}
    if not path.is_file():
        return found
    try:
        with gzip.open(path, "rt", encoding="utf-8", newline="") as handle:
            rows = [(r["county_code"], int(r["year"]), r["share_65plus"]) for r in csv.DictReader(handle)]
    except (OSError, EOFError, KeyError, ValueError, TypeError):
        raise InputError("age-file", "the district table cannot be read", path.name, "restore the file") from None
    for code, year, word in sorted(rows):
        if word in ("", "NA"):
            continue
        try:
            share = float(word) / 100
        except ValueError:
            share = float("nan")
        if not 0 <= share <= 1:
            raise InputError(
                "age-range", f"{word!r:.20} is no percentage", f"{path.name}: {code} {year}", "restore the file"
            )
        found[code.zfill(5)] = {
            "share_65plus": share,
            "year": year,
            "name": code.zfill(5),
            "evidence": "A",
            "source": "res_inkar_2022",
        }
    return found
