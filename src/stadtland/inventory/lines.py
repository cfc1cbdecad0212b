"""The lines of an inventory: ids, order, sectors, carriers."""

from __future__ import annotations

from functools import cache

STATIONARY = (
    "elec",
    "gas",
    "oil",
    "lpg",
    "coal",
    "dh",
    "biomass",
    "solar",
    "ambient",
    "diesel",
    "petrol",
    "other",
)
HH = ("elec", "gas", "oil", "lpg", "coal", "dh", "biomass", "solar", "ambient", "petrol")
GHD = ("elec", "gas", "oil", "lpg", "coal", "dh", "biomass", "ambient", "diesel", "petrol", "other")
KE = ("elec", "gas", "oil", "lpg", "coal", "dh", "biomass", "ambient")
IND = ("elec", "gas", "oil", "lpg", "coal", "dh", "biomass", "ambient", "diesel", "other")
ROAD_FUELS = ("petrol", "diesel", "lpg", "cng", "biofuel", "elec")
TRANSPORT = (
    *(f"VK.car.{f}" for f in ROAD_FUELS),
    *(f"VK.truck.{f}" for f in ROAD_FUELS),
    *(f"VK.bus.{f}" for f in ("diesel", "cng", "biofuel", "elec")),
    "VK.rail.elec",
    "VK.rail.diesel",
    "VK.rail.biofuel",
    "VK.ship.diesel",
    "VK.air.kerosene",
)
AGR = (
    "enteric_dairy",
    "enteric_other",
    "manure_ch4",
    "manure_n2o",
    "soils_n2o",
    "liming",
    "urea",
    "energy_crops",
)
WASTE = ("landfill", "composting", "wastewater")
LULUCF = (
    "forest",
    "cropland_mineral",
    "grassland_mineral",
    "organic_soils",
    "woody",
    "wetland",
    "settlement",
    "water",
    "hwp",
)

ENERGY_LINES: tuple[str, ...] = (
    *(f"HH.{c}" for c in HH),
    *(f"GHD.{c}" for c in GHD),
    *(f"KE.{c}" for c in KE),
    *(f"IND.{c}" for c in IND),
    *TRANSPORT,
)
OTHER_LINES: tuple[str, ...] = (
    *(f"AGR.{c}" for c in AGR),
    *(f"WASTE.{c}" for c in WASTE),
    "IPPU.process",
    *(f"LULUCF.{c}" for c in LULUCF),
)
LINES: tuple[str, ...] = ENERGY_LINES + OTHER_LINES
BISKO_SECTORS = ("HH", "GHD", "KE", "IND", "VK")
SECTORS = (*BISKO_SECTORS, "AGR", "WASTE", "IPPU", "LULUCF")


def sector(line: str) -> str:
    """Sector of a line id, e.g. `VK` for `VK.car.diesel`."""
    return line.split(".", 1)[0]


def carrier(line: str) -> str:
    """Carrier (energy lines) or kind (other lines): the last part of a line id."""
    return line.rsplit(".", 1)[1]


@cache
def index() -> dict[str, int]:
    """Line id → row."""
    return {line: i for i, line in enumerate(LINES)}


@cache
def rows(*sectors: str) -> tuple[int, ...]:
    """Rows of all lines of the named sectors, in order."""
    return tuple(i for i, line in enumerate(LINES) if sector(line) in sectors)
