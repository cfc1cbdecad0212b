"""Emission factors of the energy lines (g CO2e per kWh = kg per MWh, including upstream); values come from facts."""

from __future__ import annotations

from functools import cache

from stadtland.base.errors import InputError
from stadtland.base.figure import Figure
from stadtland.facts.factors import emission_factor

FIRST_YEAR, LAST_YEAR = 2010, 2024
# line carrier → name of the factor
NAMES = {
    "elec": "electricity_federal_mix",
    "ambient": "environmental_heat_heat_pump",
    "gas": "natural_gas",
    "oil": "heating_oil",
    "lpg": "lpg_stationary",
    "coal": "coal_briquette_heating",
    "dh": "district_heating_default_coal_chp",
    "biomass": "biomass_wood_pellets",
    "solar": "solar_thermal",
    "other": "other_conventional",
    "petrol": "petrol_wtw",
    "diesel": "diesel_wtw",
    "kerosene": "kerosene_wtw",
    "cng": "cng_fossil_wtw",
    "lpg_transport": "lpg_transport_wtw",
    "bioethanol": "bioethanol_wtw",
    "biodiesel": "biodiesel_wtw",
}
# Two releases of the road fuels differ by up to 5 %: one release up to 2020, the next from 2021, so that a series
# of years has one step at most.
ROAD = ("petrol", "diesel")
NEW_ROAD_RELEASE = 2021


def check_year(year: int) -> None:
    """InputError for a year without a factor of the federal electricity mix."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise InputError(
            "inventory-year",
            f"there is no inventory for {year}",
            "year",
            f"choose a year from {FIRST_YEAR} to {LAST_YEAR}; later years belong to the plan",
        )


@cache
def factor(name: str, year: int) -> Figure:
    """Factor of a carrier in a year (g CO2e/kWh final energy, lower heating value, including upstream).

    `name`: a key of `NAMES`. Ambient heat is the federal mix / 3.2. InputError outside 2010–2024.
    """
    check_year(year)
    if name in ROAD:
        release, of = ("BISKO_2018", 2018) if year < NEW_ROAD_RELEASE else ("BISKO_2024", year)
        return emission_factor(NAMES[name], of, release)
    return emission_factor(NAMES[name], year)


def value(name: str, year: int) -> float:
    """The number of `factor` (kg CO2e per MWh)."""
    number = factor(name, year).value
    assert number is not None
    return number


def of_line(line: str, year: int, ethanol_share: dict[str, float]) -> float:
    """Factor of an energy line (kg CO2e per MWh).

    `ethanol_share`: share of bioethanol in the biofuel of a transport mode (the rest is biodiesel).
    """
    head, _, name = line.rpartition(".")
    if head.startswith("VK."):
        if name == "lpg":
            return value("lpg_transport", year)
        if name == "biofuel":
            share = ethanol_share[head[3:]]
            return share * value("bioethanol", year) + (1 - share) * value("biodiesel", year)
    if line == "GHD.other":  # aviation fuel of the forces, the only content of this line
        return value("kerosene", year)
    return value(name, year)
