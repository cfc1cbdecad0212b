"""Sigma (log-normal) and data quality per cell."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .arrays import divide
from .estimate import Estimate
from .lines import ENERGY_LINES, LINES, carrier, index, rows, sector
from .method import weights

Array = NDArray[np.float64]
GROUPS = ("HH", "GHD", "IND", "VK", "AGR", "WASTE", "IPPU", "LULUCF")  # GHD with municipal facilities
# groups of lines whose errors enter an account
ACCOUNT_GROUPS: dict[str, tuple[str, ...]] = {
    "bisko_t": ("HH", "GHD", "IND", "VK"),
    "agriculture_t": ("AGR",),
    "waste_t": ("WASTE",),
    "ippu_t": ("IPPU",),
    "gross_t": ("HH", "GHD", "IND", "VK", "AGR", "WASTE", "IPPU"),
    "lulucf_t": ("LULUCF",),
    "net_t": GROUPS,
}


def group(line: str) -> str:
    """Group of lines whose errors move together: the sector, municipal facilities with GHD."""
    name = sector(line)
    return "GHD" if name == "KE" else name


def sector_sigma(population: Array, plant_share: Array) -> dict[str, Array]:
    """Sigma of each group by population class [member]; industry lower where more than half stands at
    listed plants.
    """
    own = weights()["sigma"]
    at = np.searchsorted(np.array(own["population"]), population, side="right")
    table = {k: np.array(own[k])[at] for k in ("HH", "GHD", "IND", "IND_plant", "VK")}
    flat = np.ones(len(population))
    return {
        "HH": table["HH"],
        "GHD": table["GHD"],
        "IND": np.where(plant_share > 0.5, table["IND_plant"], table["IND"]),
        "VK": table["VK"],
        "AGR": own["AGR"] * flat,
        "WASTE": own["WASTE"] * flat,
        "IPPU": own["IPPU"] * flat,
        "LULUCF": own["LULUCF_other"] * flat,
    }


def plant_share(estimate: Estimate) -> Array:
    """Share of industry emissions booked at plants under emissions trading (0–1) [member]."""
    lines = list(rows("IND"))
    return divide(estimate.plant_t[lines].sum(axis=0), estimate.t_co2e[lines].sum(axis=0))


def line_sigma(groups: dict[str, Array], extra: Array) -> Array:
    """Sigma per line [line, member]: group, carrier and `extra` [line] (distance in years) in quadrature."""
    own = weights()["sigma"]
    out = np.zeros((len(LINES), len(groups["HH"])))
    for i, line in enumerate(LINES):
        base = groups[group(line)]
        if line == "LULUCF.organic_soils":
            base = np.full(len(base), own["LULUCF_organic"])
        by_carrier = own["carrier"][carrier(line)] if i < len(ENERGY_LINES) else 0.0
        out[i] = np.sqrt(base**2 + by_carrier**2 + extra[i] ** 2)
    return out


def spread(tonnes: Array, sigma: Array, z: float) -> tuple[Array, Array]:
    """Low and high of log-normal cells (t CO2e): |x|·exp(∓zσ), mirrored for removals. Equal shapes."""
    small, large = tonnes * np.exp(-z * sigma), tonnes * np.exp(z * sigma)
    return np.minimum(small, large), np.maximum(small, large)


def share_c(estimate: Estimate) -> Array:
    """Share of each cell that rests on grade C (0–1) [line, member]; the remainder rests on grade D."""
    own = weights()["quality"]
    out = np.zeros_like(estimate.t_co2e)
    at = index()
    plants = plant_share(estimate)
    for i, line in enumerate(LINES):
        name = sector(line)
        if name == "HH":
            out[i] = own["HH"]
        elif name == "GHD":
            out[i] = own["GHD"] * (1 - estimate.farm_share) + own["farm_energy"] * estimate.farm_share
        elif name == "KE":
            out[i] = own["KE"]
        elif name == "IND":
            part = divide(estimate.plant_t[i], estimate.t_co2e[i], plants)
            out[i] = own["IND_plant"] * part + own["IND_rest"] * (1 - part)
        elif name == "VK":
            mode = line.split(".")[1]
            if mode in estimate.motorway:
                motor = estimate.motorway[mode]
                out[i] = own["VK_local"] * (1 - motor) + own["VK_motorway"] * motor
            else:
                out[i] = own["VK_other"]
    out[at["IPPU.process"]] = np.where(estimate.process_known, own["IND_plant"], 0.0)
    return out
