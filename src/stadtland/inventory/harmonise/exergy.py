"""Allocation of combined heat and power by exergy (Carnot), with boilers in the same network."""

from __future__ import annotations

from collections.abc import Mapping

REFERENCE_K = 283.0


def factor(network: Mapping[str, float]) -> float:
    """Factor of the delivered heat, g CO2e/kWh.

    z = 1 − 283 K / T_supply; a_heat = z·Q / (z·Q + E_el); EF = (a_heat · fuel · EF_fuel + boiler fuel · EF) /
    delivered. `network`: fuel_mwh, fuel_factor (g/kWh), electricity_mwh, heat_mwh (at the plant), supply_kelvin,
    delivered_mwh (at the customers, so that losses are in the factor), boiler_fuel_mwh, boiler_fuel_factor.
    Source: BISKO, exergetic allocation; boilers are added in full (own rule).
    """
    z = 1 - REFERENCE_K / network["supply_kelvin"]
    share = z * network["heat_mwh"] / (z * network["heat_mwh"] + network["electricity_mwh"])
    plants = share * network["fuel_mwh"] * network["fuel_factor"]
    boilers = network.get("boiler_fuel_mwh", 0.0) * network.get("boiler_fuel_factor", 0.0)
    return (plants + boilers) / network["delivered_mwh"]
