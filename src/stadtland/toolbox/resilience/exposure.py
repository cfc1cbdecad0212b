"""Exposure of a member: what a station or district series, land use and the age structure say, and no more."""

from __future__ import annotations

import csv
import gzip
import math
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stadtland.base.errors import InputError

from .content import districts, exposures, indices, word
from .dwd import LAENDER, DailySeries, RegionalSeries

RETURN_PERIODS = (5, 10, 30)  # years
COMPLETE = 0.95  # share of the days of a year that must be observed (own choice); a year below it has no value
PERIODS = ((1961, 1990), (1991, 2020))
# Parameter by the short name in regional_averages_<name>_year.txt: hazard it speaks to and unit.
PARAMETERS = {"tm": ("heat", "°C"), "rr": ("drought", "mm"), "sd": ("", "h"), "txbs": ("heat", "days/a")}
DISTRICT_TABLE = Path("inkar_kreise", "inkar_kreise_1995_2022.csv.gz")
EULER = 0.5772156649015329
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
        if np.isfinite(values).sum() < COMPLETE * _length(int(year)):
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
    for period in RETURN_PERIODS:
        depth = rain_depth(series, period)
        if depth is not None:
            found.setdefault("heavy_rain", {})[f"rain_depth_{period}a"] = {**depth, "title": rain_title(period)}
    return found


def rain_title(period: int) -> dict[str, str]:
    """Name of the daily rain of a return period in years."""
    return {lang: word("rain_depth", lang, years=period) for lang in ("de", "en")}


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


def local_exposure(member: Any, data: Path | None = None) -> dict[str, dict[str, dict[str, Any]]]:
    """Exposure from land use, building stock and age structure: hazard → id → {title, value, low, high, unit, …}.

    `member`: a Municipality. value = factor · figure / over, or figure · share aged 65 and more of the district.
    Entries whose figures are unknown are left out. `resolved` is "municipality", or "district" where the share of a
    whole district stands for a village (data quality C). Source: content/resilience/exposures.toml.
    """
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for key, one in exposures().items():
        entry = _local(member, one, data)
        if entry is not None:
            for hazard in one["hazards"]:
                found.setdefault(hazard, {})[key] = entry
    return found


def _local(member: Any, one: dict[str, Any], data: Path | None) -> dict[str, Any] | None:
    part = member.get(one["figure"])
    if part is None or part.value is None:
        return None
    low, high = (part.value if x is None else x for x in (part.low, part.high))
    scale, quality, resolved = float(one.get("factor", 1)), part.data_quality, "municipality"
    sources = [part.source]
    if "over" in one:
        whole = member.get(one["over"])
        if whole is None or not whole.value:
            return None
        scale /= whole.value
        quality = max(q for q in (quality, whole.data_quality, "A") if q)
    if one.get("district_age"):
        age = age_share(member.ags, data)
        if age is None:
            return None
        scale *= age["value"]
        quality, resolved = max(q for q in (quality, age["data_quality"]) if q), age["resolved"]
        sources.append(age["source"])
    return {
        "title": one["title"], "value": scale * part.value, "low": scale * low, "high": scale * high,
        "unit": one["unit"], "year": part.year, "data_quality": quality, "resolved": resolved,
        "sources": sources, "kind": "land_use",
    }  # fmt: skip


def rain_depth(series: DailySeries, return_period: float) -> dict[str, Any] | None:
    """Daily rain reached or passed once in `return_period` years at a station, mm: Gumbel from the yearly maxima.

    h(T) = u − a·ln(−ln(1 − 1/T)) with a = s·√6/π and u = mean − 0.5772·a (moments; s with n − 1). None below 24
    complete years or without the column RSK. The rain of a measuring day, not of a cloudburst. Source: method of the
    yearly series in DWA-A 531 (2012). Errors: InputError `return-period` for 1 year or less.
    """
    if not return_period > 1:
        raise InputError("return-period", f"{return_period:g} years", "return period", "more than one year")
    if "RSK" not in series.columns:
        return None
    maxima = []
    for year in np.unique(series.years):
        values = series.columns["RSK"][series.years == year]
        if np.isfinite(values).sum() >= COMPLETE * _length(int(year)):
            maxima.append(float(np.nanmax(values)))
    if len(maxima) < PERIOD_YEARS:
        return None
    spread = float(np.std(maxima, ddof=1)) * math.sqrt(6) / math.pi
    mode = float(np.mean(maxima)) - EULER * spread
    return {
        "value": mode - spread * math.log(-math.log1p(-1 / return_period)), "unit": "mm", "valid_years": len(maxima),
        "return_period": return_period, "station": series.station, "file": series.name, "resolved": "station",
        "source": "res_dwa531", "evidence": "B",
    }  # fmt: skip


def _length(year: int) -> int:
    return 366 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 365


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
    for code, year, written in sorted(rows):
        if written in ("", "NA"):
            continue
        try:
            share = float(written) / 100
        except ValueError:
            share = float("nan")
        if not 0 <= share <= 1:
            raise InputError(
                "age-range", f"{written!r:.20} is no percentage", f"{path.name}: {code} {year}", "restore the file"
            )
        found[code.zfill(5)] = {
            "share_65plus": share,
            "year": year,
            "name": code.zfill(5),
            "evidence": "A",
            "source": "res_inkar_2022",
        }
    return found
