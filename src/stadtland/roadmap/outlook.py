"""What happens anyway: dated outside series as yearly factors relative to the inventory year.

Every path is stated: electricity factor (federal mix), population, fleets, landfill decay, prices. `case` picks
the central, low or high series; the certainty draws interpolate between them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from stadtland.base import content, toml
from stadtland.facts import series

Array = NDArray[np.float64]
PEOPLE = ("HH", "KE")  # sectors whose demand follows the population
FROZEN_FROM = 2045  # demand of the tail


@cache
def parameters() -> dict[str, dict[str, float | str]]:
    """Assumptions of the programme that are neither catalogue values nor series."""
    return toml.read(content.path("plan", "parameters.toml"))


def parameter(name: str) -> float:
    """Central value of an assumption."""
    return float(parameters()[name]["value"])


@dataclass(frozen=True)
class Outlook:
    """Outside paths over `years` (arrays of len(years)).

    `ef_el` t CO2e/MWh; `ef_el_base` of the inventory year; `population` per member as ratio to the inventory year;
    `heads` persons; `bev`, `truck_bev` shares of mileage; `landfill` ratio; prices EUR/MWh of the price year.
    """

    years: tuple[int, ...]
    base_year: int
    ef_el: Array
    ef_el_base: float
    population: dict[str, Array]
    heads: dict[str, Array]
    bev: Array
    bev_base: float
    truck_bev: Array
    truck_bev_base: float
    landfill: Array
    prices: dict[str, Array]

    def demand(self, block: str, ags: str) -> Array:
        """Demand of a service or line relative to the inventory year (fleet electrification apart)."""
        sector = block.split(".", 1)[0]
        follows = block in ("heat_hh", "heat_ke", "el_ke", "car", "bus") or sector in PEOPLE
        if follows or block in ("VK.car.elec", "VK.bus.elec", "WASTE.wastewater", "WASTE.composting"):
            return self.population[ags]
        if block in ("heat_ghd", "machines", "dh") or sector == "GHD":
            return self.population[ags]
        return np.ones(len(self.years))


PRICES = {
    "gas_household": "price_gas_household",
    "gas_industry": "price_gas_industry",
    "oil": "price_oil",
    "car_fuel": "price_fuel_car",
    "diesel_truck": "price_fuel_car",
    "wood_chips": "price_wood_chips",
    "district_heat_fuel": "price_district_heat_fuel",
    "electricity": "price_electricity_wholesale",
    "grid_fee_household": "grid_fee_household",
    "grid_fee_industry": "grid_fee_industry",
}


def outlook(
    ags: Sequence[str],
    years: Sequence[int],
    base_year: int,
    population: dict[str, float],
    case: series.Level = "central",
) -> Outlook:
    """Paths for the members; `population` of the inventory year (members without a projection keep it)."""
    grid = np.minimum(np.asarray(years), FROZEN_FROM)

    def at(name: str, when: Sequence[int] | NDArray[np.int64], which: series.Level = case) -> Array:
        return series.load(name).over(when, which)

    ratio, heads = {}, {}
    for code in ags:
        name = f"population.{code}"
        if name in series.ids():
            base = float(at(name, [base_year], "central")[0])
            ratio[code] = at(name, grid) / base
        else:
            ratio[code] = np.ones(len(grid))
        heads[code] = ratio[code] * population[code]
    decay = parameter("landfill_decay_years")
    return Outlook(
        years=tuple(int(y) for y in years),
        base_year=base_year,
        ef_el=at("ef_electricity", grid) / 1000.0,
        ef_el_base=float(at("ef_electricity", [base_year], "central")[0]) / 1000.0,
        population=ratio,
        heads=heads,
        bev=at("fleet_bev_share", grid),
        bev_base=float(at("fleet_bev_share", [base_year], "central")[0]),
        truck_bev=at("fleet_truck_bev_share", grid),
        truck_bev_base=float(at("fleet_truck_bev_share", [base_year], "central")[0]),
        landfill=np.exp(-(np.asarray(years, dtype=float) - base_year) / decay),
        prices={key: at(name, grid) for key, name in PRICES.items()},
    )
