"""Exergetic allocation (Carnot method) of the emissions of combined heat and power, as BISKO has it.

    z_el = 1,  z_heat = 1 − 283 K / T_supply,  a_i = z_i · f_i / Σ_j z_j · f_j,  EF_i = a_i · E / f_i
with f_i the output of product i (MWh), E the emissions of the fuel, T_supply in kelvin. Another variant takes
the mean of flow and return temperature; results differ, so `VARIANT` is stored with every result.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stadtland.base.errors import InputError

VARIANT = "carnot_supply_283K"
T_REFERENCE_K = 283.0  # 10 °C, fixed by the standard
DEFAULT_G_PER_KWH = 260.0  # unknown network: coal CHP (Kausal Paths citing BISKO Tab. 5)


@dataclass(frozen=True)
class Allocation:
    """Shares (sum 1) and factors g CO2e/kWh of electricity and heat; heat factor per delivered MWh."""

    share_electricity: float
    share_heat: float
    ef_electricity: float
    ef_heat: float
    variant: str = VARIANT


def exergy_factor(t_supply_k: ArrayLike) -> NDArray[np.float64]:
    """z_heat = 1 − 283/T for supply temperatures in K; InputError `temperature` if not above 283 K."""
    t = np.asarray(t_supply_k, dtype=float)
    if not np.all(np.isfinite(t)) or np.any(t <= T_REFERENCE_K):
        raise InputError(
            "temperature", "the supply temperature must be above 283 K", str(t_supply_k), "give it in kelvin"
        )
    return np.asarray(1 - T_REFERENCE_K / t)


def shares(outputs: ArrayLike, z: ArrayLike) -> NDArray[np.float64]:
    """a_i = z_i f_i / Σ z f along the last axis; outputs MWh ≥ 0, at least one above zero."""
    f, weights = np.asarray(outputs, dtype=float), np.asarray(z, dtype=float)
    exergy = f * weights
    total = exergy.sum(axis=-1, keepdims=True)
    if np.any(f < 0) or np.any(total <= 0):
        raise InputError("outputs", "outputs must not be negative and not all zero", "", "check the plant data")
    return np.asarray(exergy / total)


def allocate(
    electricity_mwh: float,
    heat_mwh: float,
    fuel_mwh: float,
    ef_fuel: float,
    t_supply_k: float,
    delivered_mwh: float | None = None,
    boiler_fuel_mwh: float = 0.0,
    boiler_heat_mwh: float = 0.0,
    ef_boiler: float = 0.0,
) -> Allocation:
    """Factors of one network: CHP by exergy, pure boilers go to heat in full.

    Energies in MWh, factors in g CO2e/kWh. `delivered_mwh`: heat at the customers, so that network losses sit
    in the factor; default is all heat made. InputError `network` if more is delivered than made, or none.
    """
    made = heat_mwh + boiler_heat_mwh
    delivered = made if delivered_mwh is None else delivered_mwh
    if not 0 < delivered <= made:
        raise InputError(
            "network",
            f"{delivered:g} MWh delivered do not fit {made:g} MWh made",
            "",
            "check the network data",
        )
    a_el, a_heat = shares([electricity_mwh, heat_mwh], [1.0, float(exergy_factor(t_supply_k))])
    emissions = fuel_mwh * ef_fuel
    ef_el = a_el * emissions / electricity_mwh if electricity_mwh else 0.0
    ef_heat = (a_heat * emissions + boiler_fuel_mwh * ef_boiler) / delivered
    return Allocation(float(a_el), float(a_heat), float(ef_el), float(ef_heat))
