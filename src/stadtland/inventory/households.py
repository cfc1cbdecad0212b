"""Households: heat demand, district heat, carriers, electricity (docs/reference/inventory.md, section
Households).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .arrays import divide
from .calibration import Frame
from .local import heating
from .method import weights

Array = NDArray[np.float64]
CARRIERS = ("gas", "oil", "lpg", "coal", "biomass", "solar", "ambient")


def east(frame: Frame) -> Array:
    """Relative heat per m2 of the Land [member] (eastern Länder without Berlin lower)."""
    own = weights()["heat_shape"]
    table = np.array([own["east"] if c in own["east_lands"] else 1.0 for c in frame.calibration.land_codes])
    return table[frame.land_at]


def climate(frame: Frame) -> Array:
    """1 + 0.8 · ((17 − T_Land)/(17 − T_DE) − 1) [member]; T = mean temperature 2015–2019 (°C)."""
    own = weights()["heat_shape"]
    base = own["climate_base"]
    degrees = (base - frame.L("temperature")) / (base - frame.L("temperature_de"))
    return np.asarray(1 + own["climate_share"] * (degrees - 1))


def living_area(frame: Frame) -> Array:
    """Living area (m2) [member]; where the statistic prints none, heads × national m2 per head."""
    area = 1000 * frame.D("stock.residential_buildings_area_total")
    return np.where(area > 0, area, frame.D("population") * frame.N("m2_per_head"))


def specific_heat(frame: Frame) -> Array:
    """Heat of the stock of 2011 (MWh/m2) [member]: shares of dwellings by construction period × specific
    heat.
    """
    specific: dict[str, float] = weights()["heat"]["specific"]
    flats = np.stack([frame.D(f"zensus2011.flats_{p}") for p in specific])
    # summed row by row, not by a matrix product: the last digit must not depend on who else is computed
    heat_sum = (np.array(list(specific.values()))[:, None] * flats).sum(axis=0)
    return divide(heat_sum, flats.sum(axis=0), frame.N("specific_heat"))


def small_buildings(frame: Frame) -> Array:
    """Share of living area in buildings with one or two dwellings (0–1) [member]."""
    own = weights()["heat_shape"]
    count = frame.D("stock.buildings_1flat") + frame.D("stock.buildings_2flats")
    return np.clip(divide(count * own["m2_per_small_building"], living_area(frame), own["small_building_centre"]), 0, 1)


def vacancy(frame: Frame) -> Array:
    """Vacant dwellings 2022 (0–1) [member]; national mean where the code no longer existed."""
    rate = frame.D("zensus2022.vacancy_rate") / 100
    return np.where(np.isnan(rate), frame.N("vacancy"), rate)


def heat_raw(frame: Frame) -> Array:
    """Heat demand before scaling (MWh) [member]: area × specific heat × form × occupancy × climate."""
    own = weights()["heat_shape"]
    stock = frame.D("stock.residential_buildings_total")
    new = np.clip(1 - divide(frame.D("zensus2011.buildings_total"), stock, 1.0), 0, own["new_share_max"])
    per_m2 = (1 - new) * specific_heat(frame) * east(frame) + new * own["new_build"]
    form = 1 + own["small_building_effect"] * (small_buildings(frame) - own["small_building_centre"])
    occupied = 1 - own["vacancy_effect"] * vacancy(frame)
    return np.asarray(living_area(frame) * per_m2 * form * occupied * climate(frame))


def heat(frame: Frame) -> Array:
    """Heat demand (MWh) [member], national sum = heat carriers of households."""
    return heat_raw(frame) * frame.N("hh.heat")


def dh_share(frame: Frame) -> Array:
    """Share of dwellings on district heat, census 2011 (0–1) [member]."""
    return np.minimum(1.0, divide(frame.D("zensus2011.flats_heatnet"), frame.D("zensus2011.flats_total")))


def district_heat_raw(frame: Frame) -> Array:
    """District heat before scaling (MWh) [member]: heat × share of dwellings × 0.85, at most 0.97 of it."""
    own = weights()["heat_shape"]
    demand = heat(frame)
    served = demand * dh_share(frame) * own["dh_dwelling_share"]
    return np.asarray(np.minimum(own["dh_cap"] * demand, served))


def district_heat(frame: Frame) -> Array:
    """District heat (MWh) [member], at most the heat demand."""
    return np.minimum(district_heat_raw(frame) * frame.N("hh.dh"), heat(frame))


def seeds(frame: Frame) -> Array:
    """Relative weights [carrier, member] of gas, oil, LPG, coal, biomass, solar, ambient."""
    own = weights()["seeds"]
    region = frame.D("regiostar7").astype(int)
    table = np.array([own[f"rt{r}"] for r in range(71, 78)])
    gas, oil, lpg, wood = table[region - 71].T
    form = small_buildings(frame)
    eastern = np.array([c in weights()["heat_shape"]["east_lands"] for c in frame.calibration.land_codes])
    coal = np.where(eastern[frame.land_at], own["coal_east"], own["coal_west"])
    wood = wood * (own["wood_floor"] + form)
    return np.stack([gas, oil, lpg, coal, wood, own["solar"] * form, own["ambient"] * form])


def rest_raw(frame: Frame) -> Array:
    """Heat without district heat (MWh) [member], before scaling to the other carriers."""
    return heat(frame) - district_heat(frame)


def carriers_raw(frame: Frame) -> Array:
    """Heat carriers after the national fit (MWh) [carrier, member]: row total × seed·k / Σ seed·k."""
    weighted = seeds(frame) * frame.V("hh.k")[:, None]
    return np.asarray(rest_raw(frame) * frame.N("hh.rest") * weighted / weighted.sum(axis=0))


def households(frame: Frame) -> Array:
    """Occupied dwellings [member]: census 2022 moved with population; else heads / household size."""
    people = frame.D("population")
    occupied = frame.D("zensus2022.total_dwellings") * (1 - vacancy(frame))
    return divide(occupied * people, frame.D("zensus2022.population"), people / frame.N("persons_per_household"))


def elec_weight(frame: Frame) -> Array:
    """Weight of a municipality inside its Kreis (MWh): 1 per household + 1 per person [member]."""
    own = weights()["household_electricity"]
    return np.asarray(own["mwh_per_household"] * households(frame) + own["mwh_per_person"] * frame.D("population"))


def elec_raw(frame: Frame) -> Array:
    """Household electricity before scaling (MWh) [member]: Kreis figure of 2015 split by `elec_weight`."""
    return frame.K("hh_elec") * elec_weight(frame) / frame.K("hh_elec_weight")


def estimate(frame: Frame) -> dict[str, Array]:
    """All household lines (MWh) [member] after Land step and national closure."""
    cells = dict(zip(CARRIERS, carriers_raw(frame), strict=True))
    cells["dh"] = district_heat(frame)
    cells["elec"] = elec_raw(frame) * frame.N("hh.elec")
    out = heating({f"HH.{c}": v * frame.L(f"F.HH.{c}") for c, v in cells.items()}, frame)
    out["HH.petrol"] = frame.calibration.control["HH.petrol"] * frame.D("population") / frame.N("population")
    return out
