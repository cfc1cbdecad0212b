"""Factors that a harmonised inventory is computed with (g CO2e/kWh, including upstream), and direct ones."""

from __future__ import annotations

from functools import cache

from stadtland.facts.factors import emission_factor
from stadtland.inventory import factors

FIRST_YEAR, LAST_YEAR = 1990, 2024  # years with a factor of the federal electricity mix
ROAD_SET_2018 = 2018
NAMES = {
    **factors.NAMES, "elec_heat": "electricity_federal_mix", "hard_coal": "hard_coal_heating",
    "lignite": "lignite_heating", "biofuel": "biodiesel_wtw",
}  # fmt: skip
DIRECT = {  # carriers of the inventory → names in the set without upstream
    "gas": "natural_gas", "oil": "heating_oil", "lpg": "lpg_stationary", "coal": "coal_households",
    "petrol": "petrol_stationary", "kerosene": "kerosene_stationary", "biomass": "biomass_solid_nonco2",
}  # fmt: skip
DIRECT_ROAD = {
    "petrol": "petrol_ttw", "diesel": "diesel_ttw", "lpg": "lpg_ttw", "cng": "cng_ttw", "kerosene": "kerosene_ttw",
}  # fmt: skip


def known(sector: str, carrier: str) -> bool:
    """Whether there is a factor for the carrier."""
    return carrier in NAMES


@cache
def factor(sector: str, carrier: str, year: int) -> float:
    """Factor of a carrier (g CO2e/kWh). Ambient heat = federal mix / 3.2; biofuel without kind as biodiesel.

    Road fuels: the release of 2018 up to 2020, that of 2024 from 2021, as in the estimate.
    """
    name = "lpg_transport_wtw" if carrier == "lpg" and sector == "VK" else NAMES[carrier]
    if carrier in factors.ROAD:
        release, of = ("BISKO_2018", ROAD_SET_2018) if year < factors.NEW_ROAD_RELEASE else ("BISKO_2024", year)
        figure = emission_factor(name, of, release)
    else:
        figure = emission_factor(name, year)
    assert figure.value is not None
    return figure.value


@cache
def direct(sector: str, carrier: str, year: int | None = None) -> float | None:
    """Factor without upstream (g/kWh): combustion factors of 2018; electricity CO2 of that year exactly; else None."""
    if carrier in ("elec", "elec_heat"):
        if year is None:
            return None
        figure = emission_factor("electricity_uba_direct_co2", year, "UBA_direct_CO2")
        return figure.value if figure.year == year else None
    name = (DIRECT_ROAD if sector == "VK" else DIRECT).get(carrier)
    if name is None:
        return None
    return emission_factor(name, 2018, "NIR_direct").value
