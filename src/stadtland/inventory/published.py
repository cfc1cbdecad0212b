"""The estimate against every published balance at hand; which rows count was fixed before errors were known."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stadtland.base import content, toml
from stadtland.base.errors import InputError

from . import factors, uncertainty
from .arrays import divide
from .calibrate import calibrate_data
from .calibration import Calibration
from .estimate import Estimate, estimate, line_factors
from .germany import spread
from .inventory import SIGMA_PER_YEAR, SIGMA_TRANSPORT_2020, base_weights
from .lines import BISKO_SECTORS, ENERGY_LINES, LINES, carrier, index, rows, sector
from .sources import BASE_YEARS, Data, Drivers, load

Array = NDArray[np.float64]
SECTORS = ("total", "HH", "GHD", "IND", "GHD_IND", "VK", "electricity", "heat")
_GROUPS = {
    "total": ("HH", "GHD", "IND", "VK"), "HH": ("HH",), "GHD": ("GHD",), "IND": ("IND",), "GHD_IND": ("GHD", "IND"),
    "VK": ("VK",),
}  # fmt: skip


@cache
def choice() -> dict[str, Any]:
    """The fixed choice of rows (content/inventory/published_tests.toml)."""
    return toml.read(content.path("inventory", "published_tests.toml"))


@dataclass(frozen=True)
class Row:
    """One published value beside the estimate (t CO2e a year; `*_per_head` by the same official population).

    `error` = estimate / published − 1. `low`, `high`: stated 80 % range, NaN for electricity and heat (no range is
    stated for them); `inside`: published value in it. `use`: scored, second, shown.
    """

    city: str
    ags: str
    year: int
    published_years: tuple[int, ...]
    use: str
    reason: dict[str, str]
    sector: str
    published: float
    estimate: float
    published_per_head: float
    estimate_per_head: float
    error: float
    low: float
    high: float
    inside: bool | None


Bases = dict[int, tuple[Drivers, Calibration]]


def inputs(folder: Path) -> Bases:
    """Drivers and calibration of both base years."""
    out = {}
    for year in BASE_YEARS:
        data: Data = load(folder, year)
        out[year] = (data.drivers, calibrate_data(data))
    return out


def reality(datapack: Path, bases: Bases | None = None) -> list[Row]:
    """One row per published city, year (from 2010) and sector in `datapack/city_inventories`.

    `bases`: inputs of the base years, read from the folder if left out. InputError `data-file` if a file is missing.
    """
    bases = inputs(datapack) if bases is None else bases
    codes = sorted({c["ags"] for c in choice()["city"]})
    cities = {}
    for year, (drivers, calibration) in bases.items():
        own = drivers.take([drivers.ags.index(a) for a in codes])
        cities[year] = (own, calibration, estimate(own, calibration))
    found: dict[int, tuple[Array, Array, Array]] = {}
    out: list[Row] = []
    for city in choice()["city"]:
        printed = _read(datapack / "city_inventories" / f"{city['file']}.csv", choice()["from_year"])
        for test in _tests(city, printed):
            if test["year"] not in found:
                found[test["year"]] = _year(cities, test["year"])
            out += _rows(city, test, printed, codes.index(city["ags"]), *found[test["year"]])
    return out


def _read(path: Path, first: int) -> dict[tuple[int, str], float]:
    """(year, category) → t CO2e of real (not planned) values; the file prints kt. Equal rows count once."""
    if not path.is_file():
        raise InputError("data-file", "a published balance is missing", str(path), "restore the file")
    out: dict[tuple[int, str], float] = {}
    with path.open(encoding="utf-8-sig", newline="") as handle:
        for row in csv.DictReader(handle):
            if row["type"] == "real" and int(row["year"]) >= first:
                out[int(row["year"]), row["category"]] = 1000 * float(row["co2"])
    return out


def _tests(city: Mapping[str, Any], printed: Mapping[tuple[int, str], float]) -> Iterable[dict[str, Any]]:
    """The city's rows of the choice, then every other printed year as `shown`."""
    fixed = list(city.get("row", []))
    yield from fixed
    other = city.get("others", choice()["other_years"]["same_city"])
    names = {c for s in SECTORS for c in city.get(s, [])}
    done = {r["year"] for r in fixed if "years" not in r}
    for year in sorted({y for y, c in printed if c in names} - done):
        if factors.FIRST_YEAR <= year <= factors.LAST_YEAR:
            yield {"year": year, "use": "shown", "reason": other}


def _year(cities: Mapping[int, tuple[Drivers, Calibration, Estimate]], year: int) -> tuple[Array, Array, Array]:
    """t CO2e [energy line, city], sigma [group, city], population [city] in a year, as `inventory.build` does."""
    n = len(ENERGY_LINES)
    parts = [(w, *cities[b]) for b, w in base_weights(year)]
    size = len(parts[0][1].ags)
    energy = sum((w * e.energy_mwh[:n] for w, _, _, e in parts), np.zeros((n, size)))
    people = sum((w * d.values["population"] for w, d, _, _ in parts), np.zeros(size))
    near = min(parts, key=lambda p: (abs(p[2].year - year), -p[2].year))
    away = min(abs(c.year - year) for _, _, c, _ in parts)
    groups = uncertainty.sector_sigma(people, uncertainty.plant_share(near[3]))
    extra = dict.fromkeys(uncertainty.GROUPS, SIGMA_PER_YEAR * away)
    if year == 2020:
        extra["VK"] = float(np.hypot(extra["VK"], SIGMA_TRANSPORT_2020))
    sigma = np.stack([np.hypot(groups[g], extra[g]) for g in uncertainty.GROUPS])
    return energy * line_factors(near[2], year)[:, None], sigma, people


def _lines(name: str) -> list[int]:
    if name in _GROUPS:
        return [i for i in rows(*BISKO_SECTORS) if uncertainty.group(LINES[i]) in _GROUPS[name]]
    stationary = [i for i in rows(*BISKO_SECTORS) if sector(LINES[i]) != "VK"]
    return [i for i in stationary if (carrier(LINES[i]) == "elec") == (name == "electricity")]


def _rows(
    city: Mapping[str, Any], test: Mapping[str, Any], printed: Mapping[tuple[int, str], float], j: int,
    tonnes: Array, sigma: Array, people: Array,
) -> list[Row]:  # fmt: skip
    years = tuple(test.get("years", [test["year"]]))
    air = index()["VK.air.kerosene"]
    out = []
    for name in SECTORS:
        wanted = [(y, c) for y in years for c in city.get(name, [])]
        if not wanted or any(w not in printed for w in wanted):
            continue
        published = sum(printed[w] for w in wanted) / len(years)
        lines = [i for i in _lines(name) if city.get("air") or i != air]
        own = float(tonnes[lines, j].sum())
        low = high = float("nan")
        inside = None
        if name in _GROUPS:
            parts = {
                g: tonnes[[i for i in lines if uncertainty.group(LINES[i]) == g], j : j + 1].sum(axis=0)
                for g in _GROUPS[name]
            }
            low, high = (float(x[0]) for x in spread(parts, sigma[:, j : j + 1]))
            inside = low <= published <= high
        out.append(
            Row(
                city["name"], city["ags"], test["year"], years, test["use"], dict(test["reason"]), name, published, own,
                published / people[j], own / people[j], own / published - 1, low, high, inside,
            )
        )  # fmt: skip
    return out


def statistics(found: Iterable[Row], use: tuple[str, ...] = ("scored",)) -> dict[str, dict[str, float | int | None]]:
    """Per sector: n, median and worst |error|, bias (mean error), share of published values inside the 80 % range."""
    out: dict[str, dict[str, float | int | None]] = {}
    every = [r for r in found if r.use in use]
    for name in SECTORS:
        own = [r for r in every if r.sector == name]
        if own:
            errors = np.array([r.error for r in own])
            ranged = [r.inside for r in own if r.inside is not None]
            out[name] = {
                "n": len(own),
                "median": float(np.median(np.abs(errors))),
                "worst": float(np.abs(errors).max()),
                "bias": float(errors.mean()),
                "inside": float(np.mean(ranged)) if ranged else None,
            }
    return out


# what moves the errors: documentation only, nothing here feeds the estimate
# ---------------------------------------------------------------------------------------------------------------

DRIVERS: dict[str, tuple[str, ...]] = {
    "plants": ("ets.",),
    "traffic_area": ("area.land_traffic",),
    "commercial_area": ("area.settlement_ghd",),
    "value_added": ("kreis:gdp_per_head", "kreis:secondary"),
    "jobs": ("kreis:commuters_in", "kreis:commuters_out"),
    "farmland": ("area.veg_agri",),
    "living_area": ("stock.residential_buildings_area_total",),
    "tertiary": ("kreis:tertiary",),
    "cars": ("kreis:cars",),
    "climate": ("land:temperature",),
    "district_heat": ("zensus2011.flats_heatnet",),
}


def without(data: Data, driver: str) -> Data:
    """The data with one driver replaced by population (same national sum), or by the national mean where the driver
    is a rate; `driver` is a key of `DRIVERS`.
    """
    people = data.drivers.values["population"]
    values, kreis, land = dict(data.drivers.values), dict(data.kreis), dict(data.land)
    for name in DRIVERS[driver]:
        where, _, key = name.rpartition(":")
        if where == "land":
            land[key] = land[f"{key}_de"].copy()
        elif where == "kreis":
            heads = kreis["population"]
            own = kreis[key]
            rate = key in ("gdp_per_head", "secondary", "tertiary")
            kreis[key] = (
                np.full(len(own), (own * heads).sum() / heads.sum()) if rate else own.sum() * heads / heads.sum()
            )
        else:
            for column in [c for c in values if c.startswith(key)]:
                values[column] = values[column].sum() * people / people.sum()
    drivers = Drivers(data.drivers.ags, data.drivers.names, values)
    for name in ("area.land_traffic", "area.settlement_ghd"):  # Kreis sums follow their municipalities
        place = {k: i for i, k in enumerate(data.kreis_codes)}
        at = np.array([place[k] for k in drivers.kreis], dtype=np.intp)
        kreis[name] = np.bincount(at, values[name], len(data.kreis_codes)).astype(np.float64)
    return Data(
        data.year, drivers, data.kreis_codes, kreis, data.land_codes, land, data.facts, data.lands_balance, data.repairs
    )


def plants_part(datapack: Path, bases: Bases | None = None) -> dict[str, float]:
    """Share of the scored estimate (BISKO of the base year, without aircraft) at plants under emissions trading."""
    bases = inputs(datapack) if bases is None else bases
    out = {}
    for city in choice()["city"]:
        for test in city.get("row", []):
            if test["use"] == "scored":
                near = min(BASE_YEARS, key=lambda b: (abs(b - test["year"]), -b))
                drivers, calibration = bases[near]
                found = estimate(drivers.take([drivers.ags.index(city["ags"])]), calibration)
                lines = [i for i in rows(*BISKO_SECTORS) if i != index()["VK.air.kerosene"]]
                part = divide(found.plant_t[lines].sum(axis=0), found.t_co2e[lines].sum(axis=0))
                out[city["name"]] = float(part[0])
    return out
