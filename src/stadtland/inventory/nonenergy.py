"""Blocks outside BISKO: agriculture, waste, process emissions, land use (t CO2e, positive = source)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .arrays import divide
from .calibration import Frame
from .lines import LULUCF, WASTE
from .livestock import ANIMALS
from .local import known_or, organic_soils
from .method import weights

Array = NDArray[np.float64]
# land-use line → driver (sum of areas, ha)
DRIVER = {
    "forest": ("veg_forrest",),
    "cropland_mineral": ("veg_agri",),
    "grassland_mineral": ("veg_agri",),
    "woody": ("veg_wood",),
    "wetland": ("veg_moor", "veg_marsh"),
    "settlement": ("land_settlement", "land_traffic"),
    "water": ("water_total",),
    "hwp": ("veg_forrest",),
}
ENTERIC_OTHER = ("cattle", "pigs", "other_animals")
PROCESS_PLANTS = {
    "glass": "ets.miner_glas",
    "ceramics": "ets.miner_ceram",
    "cement": "ets.miner_cement",
    "lime": "ets.miner_chalk",
    "ammonia": "ets.chem_ammonia",
}


def area(frame: Frame, kinds: tuple[str, ...]) -> Array:
    """Sum of area kinds (ha) [member]."""
    return sum((frame.D(f"area.{k}") for k in kinds), np.zeros(frame.n))


def mire_farmland(frame: Frame) -> Array:
    """Farmland × share of moor and marsh in the Kreis (ha) [member]: where drained organic soils are
    likely.
    """
    mires = frame.K("area.veg_moor") + frame.K("area.veg_marsh")
    return frame.D("area.veg_agri") * divide(mires, frame.K("area.land_total"))


def organic_share(frame: Frame) -> Array:
    """Share in the organic soils of the Land (sums to 1 per Land) [member]: half farmland, half
    `mire_farmland`.
    """
    half = weights()["organic"]["farmland_share"]
    plain = divide(frame.D("area.veg_agri"), frame.L("area.veg_agri"))
    mires = divide(mire_farmland(frame), frame.L("mire_farmland"), plain)
    return np.asarray(half * plain + (1 - half) * mires)


def heads(frame: Frame, animal: str) -> Array:
    """Livestock [member]: own figure, else the Land by farmland (a computed share, no burden of the
    member).
    """
    share = frame.L(f"heads.{animal}") * divide(frame.D("area.veg_agri"), frame.L("area.veg_agri"))
    return known_or(frame.D(f"livestock.{animal}"), share)


def agriculture(frame: Frame) -> dict[str, Array]:
    """AGR lines (t CO2e) [member]: heads × factors per head; the rest of the Land by farmland.

    Nitrous oxide of organic soils follows `organic_share`.
    """
    plain = divide(frame.D("area.veg_agri"), frame.L("area.veg_agri"))
    out = {f"AGR.{k}": frame.L(f"AGR.{k}") * plain for k in ("soils_n2o", "liming", "urea", "energy_crops")}
    out["AGR.soils_n2o"] = out["AGR.soils_n2o"] + known_or(
        organic_soils(frame, "n2o"), frame.L("histosol_n2o") * organic_share(frame)
    )
    herd = {a: heads(frame, a) for a in ANIMALS}
    none = np.zeros(frame.n)
    out["AGR.enteric_dairy"] = herd["cows"] * frame.N("enteric.cows")
    out["AGR.enteric_other"] = sum((herd[a] * frame.N(f"enteric.{a}") for a in ENTERIC_OTHER), none)
    for gas in ("ch4", "n2o"):
        out[f"AGR.manure_{gas}"] = sum((herd[a] * frame.L(f"manure_{gas}.{a}") for a in ANIMALS), none)
    return out


def waste(frame: Frame) -> dict[str, Array]:
    """WASTE lines (t CO2e) [member], by heads."""
    heads = frame.D("population") / frame.N("population")
    return {f"WASTE.{k}": frame.calibration.control[f"WASTE.{k}"] * heads for k in WASTE}


def process(frame: Frame) -> tuple[Array, NDArray[np.bool_]]:
    """IPPU.process (t CO2) [member] and whether it is known: glass, ceramics, cement, lime, ammonia.

    National process emissions of the branch × the plant's share in the branch's verified emissions. A
    member without such a plant is *unknown* (small sources and F-gases have no local figure), not zero.
    """
    total = np.zeros(frame.n)
    known = np.zeros(frame.n, dtype=bool)
    for branch, column in PROCESS_PLANTS.items():
        plants = frame.D(column)
        total += frame.N(f"process.{branch}") * plants / frame.N(column)
        known |= plants > 0
    return total, known


def landuse(frame: Frame) -> dict[str, Array]:
    """LULUCF lines (t CO2e) [member]: national category × share of its driver.

    Forest in the middle of two inventory versions. Water is 0 by default: the national category comes from
    fish ponds and small artificial waters.
    """
    out: dict[str, Array] = {}
    for kind in LULUCF:
        if kind == "organic_soils":
            split = frame.calibration.control["LULUCF.organic_soils"] * (
                frame.L("organic_land_share") * organic_share(frame)
            )
            out["LULUCF.organic_soils"] = known_or(organic_soils(frame, "co2"), split)
        elif kind == "water":
            out["LULUCF.water"] = np.zeros(frame.n)
        else:
            share = area(frame, DRIVER[kind]) / frame.N(f"driver.{kind}")
            out[f"LULUCF.{kind}"] = frame.calibration.control[f"LULUCF.{kind}"] * share
    return out


def forest_both(frame: Frame) -> tuple[Array, Array]:
    """Forest in the older and in the newer inventory (t CO2e) [member]."""
    share = frame.D("area.veg_forrest") / frame.N("driver.forest")
    return frame.N("forest_old") * share, frame.N("forest_revised") * share
