"""The reference system of each member: services, electricity, rest and land use over the years, before any measure.

Instance units: GWh (vehicles: million km), kt, kha, M EUR. One MWh or 1000 km is 1e-3 instance units, so factors
in t/MWh are kt/GWh.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stadtland.base import content, toml

from .blocks import BISKO, ELECTRICITY, Block
from .outlook import Outlook, parameter

Array = NDArray[np.float64]
VEHICLES = ("car", "truck", "bus")
LIFE = {
    "car": "legacy_years_vehicles",
    "truck": "legacy_years_vehicles",
    "bus": "legacy_years_vehicles",
    "machines": "legacy_years_vehicles",
    "heat_ind": "legacy_years_industry",
    "dh": "legacy_years_dh",
}
HOUSEHOLD_FEE = ("heat_hh", "heat_ghd", "heat_ke", "car", "el_ke")
OIL_LIKE = ("oil", "lpg", "coal", "other")


@cache
def slices() -> dict[str, Any]:
    """Electricity slices with hours, prices and load profiles."""
    return toml.read(content.path("plan", "slices.toml"))


def slice_names() -> list[str]:
    """The eight slices: four times of year and day, each windy and calm."""
    return [f"{s}_{w}" for s in slices()["order"] for w in ("windy", "calm")]


def profile(name: str) -> dict[str, float]:
    """Share of a yearly amount by slice; sums to 1. Loads and PV follow hours of wind, wind power does not."""
    table = slices()
    windy = table["windy"]["wind_share"] if name == "wind" else table["windy"]["hours"]
    shares = table["profiles"][name]
    total = sum(shares[s] for s in table["order"])
    return {
        f"{s}_{w}": shares[s] / total * (windy if w == "windy" else 1 - windy)
        for s in table["order"]
        for w in ("windy", "calm")
    }


def price_factor(slice_name: str) -> float:
    """Price of a slice relative to the yearly mean."""
    season, _, wind = slice_name.rpartition("_")
    table = slices()
    return float(table["price"][season] * table["windy"][f"price_{wind}"])


@dataclass(frozen=True)
class Service:
    """A service of one member: `demand` (years), base-year `activity`, factor and cost of today's stock (years)."""

    id: str
    demand: Array
    base: float
    ef: Array
    fuel_cost: Array
    survival: Array


@dataclass(frozen=True)
class System:
    """Reference system of one member."""

    ags: str
    services: dict[str, Service]
    electricity: dict[str, Array]  # profile → MWh a year (years)
    rest_t: dict[str, Array]  # line → t (years)
    lulucf_t: float


@dataclass(frozen=True)
class Like:
    """Like-for-like technology of a service: its fuel and the MWh of fuel for one service unit."""

    fuel: str | None
    mwh_per_service: float


def service_base(block: Block, like: Mapping[str, Like]) -> float:
    """Base-year demand in MWh, for vehicles in 1000 km (fuel over the consumption of the like-for-like vehicle)."""
    if block.id in VEHICLES:
        return block.total_activity / like[block.id].mwh_per_service
    return block.total_activity


def fuel_price(block: Block, outlook: Outlook, like: Mapping[str, Like]) -> Array:
    """Fuel cost of today's mix, EUR per MWh (vehicles: per 1000 km), by the carriers in use.

    Gas is priced as for the like-for-like technology of the service, oil, LPG and coal as oil.
    """
    p = outlook.prices
    if block.id == "el_ke":
        return p["electricity"] + p["grid_fee_household"]
    fuel = like[block.id].fuel if block.id in like else None
    if block.id in VEHICLES:
        return p[fuel or "car_fuel"] * like[block.id].mwh_per_service
    if block.id == "dh":
        return p["district_heat_fuel"]
    weight = block.activity / block.total_activity if block.total_activity else np.zeros(len(block.lines))
    oil = sum(w for line, w in zip(block.lines, weight, strict=True) if line.split(".")[-1] in OIL_LIKE)
    return np.asarray(p[fuel or "gas_household"] * (1 - oil) + p["oil"] * oil)


def system(ags: str, blocks: Sequence[Block], outlook: Outlook, like: Mapping[str, Like]) -> System:
    """The reference system of a member over the years of the outlook."""
    years = np.asarray(outlook.years, dtype=float)
    services: dict[str, Service] = {}
    electricity: dict[str, Array] = {}
    rest: dict[str, Array] = {}
    lulucf = 0.0
    grid = outlook.ef_el / outlook.ef_el_base
    for block in blocks:
        path = outlook.demand(block.id, ags)
        if block.kind == "land":
            lulucf = block.total_t
        elif block.kind == "electricity":
            name = ELECTRICITY[block.id]
            electricity[name] = electricity.get(name, 0.0) + block.total_activity * path
        elif block.kind == "rest":
            rest[block.id] = block.total_t * _rest_path(block.id, path, grid, outlook)
        else:
            base = service_base(block, like)
            factor = block.total_t / base if base else 0.0
            ef = factor * (grid if block.id == "el_ke" else np.ones(len(years)))
            demand = base * path
            if block.id in ("car", "truck"):
                demand, extra = _fleet(block.id, base, path, outlook)
                electricity["charging"] = electricity.get("charging", 0.0) + extra
            life = parameter(LIFE.get(block.id, "legacy_years_heating"))
            survival = np.ones(len(years)) if block.id == "el_ke" else np.clip(1 - (years - years[0]) / life, 0, 1)
            services[block.id] = Service(block.id, demand, base, ef, fuel_price(block, outlook, like), survival)
    return System(ags, services, electricity, rest, lulucf)


def _fleet(name: str, base: float, path: Array, outlook: Outlook) -> tuple[Array, Array]:
    """Demand left to combustion vehicles (1000 km) and electricity of the fleet that turns electric anyway (MWh)."""
    share, start = (outlook.bev, outlook.bev_base) if name == "car" else (outlook.truck_bev, outlook.truck_bev_base)
    per_km = parameter("bev_mwh_per_1000km" if name == "car" else "truck_bev_mwh_per_1000km")
    total = base / (1 - start)
    return total * path * (1 - share), np.maximum(share - start, 0.0) * total * path * per_km


def _rest_path(line: str, path: Array, grid: Array, outlook: Outlook) -> Array:
    if line.endswith(".ambient"):
        return path * grid
    return outlook.landfill if line == "WASTE.landfill" else path


def is_bisko(line: str) -> bool:
    """Whether a line belongs to the BISKO account."""
    return line.split(".", 1)[0] in BISKO


SECTOR_OF = {
    "heat_hh": "HH",
    "dh": "HH",
    "heat_ghd": "GHD",
    "machines": "GHD",
    "heat_ke": "KE",
    "el_ke": "KE",
    "heat_ind": "IND",
    "car": "VK",
    "truck": "VK",
    "bus": "VK",
    "household": "HH",
    "trade": "GHD",
    "flat": "IND",
    "charging": "VK",
}


def reference_by_sector(sys: System, outlook: Outlook) -> dict[str, Array]:
    """Emissions a year with today's mix and no measure, t CO2e by sector (years); district heat counts as HH."""
    total: dict[str, Array] = {}

    def add(sector: str, t: Array) -> None:
        total[sector] = total.get(sector, np.zeros(len(outlook.years))) + t

    for service in sys.services.values():
        add(SECTOR_OF[service.id], service.demand * service.ef)
    for name, mwh in sys.electricity.items():
        add(SECTOR_OF[name], mwh * outlook.ef_el)
    for line, t in sys.rest_t.items():
        add(line.split(".", 1)[0], t)
    return total


def reference_t(sys: System, outlook: Outlook) -> Array:
    """Gross emissions a year with today's mix and no measure, t CO2e (years)."""
    return np.asarray(sum(reference_by_sector(sys, outlook).values()))
