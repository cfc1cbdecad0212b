"""The estimate: drivers and a calibration → energy and emissions of every line, for one village or all
municipalities.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from . import factors, households, industry, local, nonenergy, services, transport
from .calibration import Calibration, Frame
from .lines import ENERGY_LINES, LINES, index
from .sources import Drivers

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Estimate:
    """Arrays of one base year.

    [line, member]: `energy_mwh` (MWh, NaN on non-energy lines), `t_co2e`, `plant_t` (t CO2e at plants under
    emissions trading). [member]: `farm_share` of GHD energy, `motorway` share by mode, `forest_old`,
    `forest_revised` (t CO2e), `process_known`, `motorway_known` (mileage on motorways stated by the member).
    """

    energy_mwh: Array
    t_co2e: Array
    plant_t: Array
    farm_share: Array
    motorway: dict[str, Array]
    forest_old: Array
    forest_revised: Array
    process_known: NDArray[np.bool_]
    motorway_known: NDArray[np.bool_]


def line_factors(calibration: Calibration, year: int) -> Array:
    """Emission factor per energy line (t CO2e/MWh) [energy line] in a year."""
    ethanol = {m: calibration.national[f"ethanol.{m}"] for m in ("car", "truck", "bus", "rail")}
    return np.array([factors.of_line(line, year, ethanol) for line in ENERGY_LINES]) / 1000


def estimate(drivers: Drivers, calibration: Calibration) -> Estimate:
    """Final energy (MWh) and emissions (t CO2e) of the base year of the calibration.

    The result of a member depends on its own drivers and on the calibration only, never on the other members.
    InputError `calibration-region` if a Kreis is not in the calibration.
    """
    frame = Frame(drivers, calibration)
    at = index()
    energy = np.full((len(LINES), frame.n), np.nan)
    energy[: len(ENERGY_LINES)] = 0.0
    tonnes = np.zeros_like(energy)
    plants = np.zeros_like(energy)
    trade, farm_share = services.estimate(frame)
    ind, at_plants = industry.estimate(frame)
    road, motorway = transport.estimate(frame)
    for cells in (households.estimate(frame), trade, ind, road):
        for line, values in cells.items():
            energy[at[line]] = values
    factor = line_factors(calibration, calibration.year)[:, None]
    tonnes[: len(ENERGY_LINES)] = energy[: len(ENERGY_LINES)] * factor
    for line, values in at_plants.items():
        plants[at[line]] = values * factor[at[line]]
    for cells in (nonenergy.agriculture(frame), nonenergy.waste(frame), nonenergy.landuse(frame)):
        for line, values in cells.items():
            tonnes[at[line]] = values
    tonnes[at["IPPU.process"]], known = nonenergy.process(frame)
    plants[at["IPPU.process"]] = tonnes[at["IPPU.process"]]
    old, revised = nonenergy.forest_both(frame)
    return Estimate(energy, tonnes, plants, farm_share, motorway, old, revised, known, local.motorway_known(frame))
