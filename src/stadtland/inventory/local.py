"""Drivers that only a member knows, in the place of the default: heating of dwellings, jobs by sector, mileage,
organic soils.

Each function gives NaN where the member states nothing; `known_or` then takes the default. National numbers come from
the calibration, so a member that brings its own figures moves nobody else.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .arrays import divide
from .calibration import Frame
from .method import weights
from .sources import HEATING

Array = NDArray[np.float64]
# carriers of the census with heat of their own, and the lines they stand for
POOLS = {
    "gas": ("HH.gas", "HH.lpg"),
    "oil": ("HH.oil",),
    "dh": ("HH.dh",),
    "ambient": ("HH.ambient",),
    "wood": ("HH.biomass",),
    "coal": ("HH.coal",),
}


def known_or(own: Array, default: Array) -> Array:
    """`own` where it is a number, else `default`. Equal shapes."""
    return np.where(np.isnan(own), default, own)


def dwellings(frame: Frame) -> dict[str, Array]:
    """Dwellings by heating carrier [member]; NaN unless all nine are stated and one of them is above zero."""
    counts = {c: frame.D(f"zensus2022.heat_{c}") for c in HEATING}
    total = sum(counts.values(), np.zeros(frame.n))
    return {c: np.where(total > 0, v, np.nan) for c, v in counts.items()}


def heated_by(frame: Frame, carrier: str) -> Array:
    """Share of dwellings with this main carrier (0–1) [member]; NaN where not stated."""
    counts = dwellings(frame)
    return np.asarray(counts[carrier] / sum(counts.values(), np.zeros(frame.n)))


def heating(cells: dict[str, Array], frame: Frame) -> dict[str, Array]:
    """Household lines (MWh) with the heat split by the member's own dwellings instead of the seeds [member].

    H, the heat of all carriers, stays. Solar heat and wood in extra stoves (national share s of wood) stay as
    estimated: the census counts the main heating only. The rest is split:
        E_c = (H − E_solar − s·E_wood) · n_c·h_c / Σ n·h,  E_wood = E_wood' + s·E_wood
    h_c: national heat per dwelling with this carrier (MWh); wood the mean of all, coal like oil. Gas contains LPG,
    split as estimated. Dwellings with direct electric heating or none have no part in H (electricity is a line of its
    own). Unchanged where nothing is stated or nobody has one of these carriers.
    """
    counts = dwellings(frame)
    known = np.isfinite(counts["gas"])
    if not known.any():
        return cells
    per = {c: frame.N(f"census.{c}") for c in ("gas", "oil", "dh", "ambient", "wood")}
    weight = {
        "gas": counts["gas"] * per["gas"],
        "oil": counts["oil"] * per["oil"],
        "dh": counts["dh"] * per["dh"],
        "ambient": counts["ambient"] * per["ambient"],
        "wood": (counts["wood"] + counts["biogas"]) * per["wood"],
        "coal": counts["coal"] * per["oil"],
    }
    total = sum(weight.values(), np.zeros(frame.n))
    known &= np.nan_to_num(total) > 0
    stoves = frame.N("census.stoves") * cells["HH.biomass"]
    heat = sum((cells[line] for lines in POOLS.values() for line in lines), np.zeros(frame.n))
    out = dict(cells)
    for pool, lines in POOLS.items():
        whole = (heat - stoves) * divide(weight[pool], total)
        before = sum((cells[line] for line in lines), np.zeros(frame.n))
        for i, line in enumerate(lines):
            part = divide(cells[line], before, float(i == 0))
            extra = stoves if pool == "wood" else 0.0
            out[line] = np.where(known, whole * part + extra, cells[line])
    return out


def service_jobs(frame: Frame) -> Array:
    """Own jobs in services on the scale of jobs × share of services in value added [member]; NaN where not stated.

    own · Σ(jobs · share of value added) / (services' share in all jobs · Σ jobs).
    """
    own = frame.D("jobs.services")
    if not _any(frame, "jobs.services"):
        return own
    return np.asarray(own * frame.N("tertiary_jobs") / (weights()["employees"]["services_share"] * frame.N("jobs")))


def industrial_share(frame: Frame, inside: Array) -> Array:
    """Share in the industrial jobs of the Kreis (0–1) [member]; NaN where not stated, or if the member is the Kreis.

    own / (jobs_K · share of the secondary sector in value added_K · c), c = industry's share in all jobs · Σ jobs /
    Σ(jobs · share of value added); at most 1. `inside`: the default share, 1 for a member that is its own Kreis.
    """
    own = frame.D("jobs.industry")
    if not _any(frame, "jobs.industry"):
        return own
    scale = weights()["employees"]["industry_share"] * frame.N("jobs") / frame.N("secondary_jobs")
    share = np.minimum(1.0, divide(own, frame.K("jobs") * frame.K("secondary") * scale, np.nan))
    return np.where(inside > 1 - 1e-9, np.nan, share)


def mileage(frame: Frame, kind: str) -> Array:
    """Share in the national mileage of a vehicle and road class [member]; NaN where not stated."""
    own = frame.D(f"mileage.{kind}")
    return np.asarray(own / frame.N(f"mileage.{kind}")) if _any(frame, f"mileage.{kind}") else own


def other_trucks(frame: Frame) -> Array:
    """Share in vans and trucks off motorways by diesel: Σ km·MWh/km of both over Germany [member]; NaN unless both."""
    if not (_any(frame, "mileage.van_other") and _any(frame, "mileage.truck_other")):
        return np.full(frame.n, np.nan)
    use = {m: frame.N(f"other_road.{m}") for m in ("van", "truck")}
    own = sum((use[m] * frame.D(f"mileage.{m}_other") for m in use), np.zeros(frame.n))
    return np.asarray(own / sum(use[m] * frame.N(f"mileage.{m}_other") for m in use))


def motorway_known(frame: Frame) -> NDArray[np.bool_]:
    """Whether the mileage of cars, vans and trucks on motorways is stated (0 counts) [member]."""
    known = np.stack([np.isfinite(frame.D(f"mileage.{m}_motorway")) for m in ("car", "van", "truck")])
    return np.asarray(known.all(axis=0))


def organic_soils(frame: Frame, gas: str) -> Array:
    """Emissions of organic soils under farmland from their area (t CO2e) [member]; NaN where not stated.

    `co2`: arable · f_arable + grassland · f_grassland (national emission per ha of the inventory of the year); with the
    total area alone min(total, farmland) · mean. `n2o`: the same area · national N2O per ha.
    """
    arable, grass = frame.D("organic.arable"), frame.D("organic.grassland")
    total = np.minimum(frame.D("area.organic_soils"), frame.D("area.veg_agri"))
    both = np.isfinite(arable) & np.isfinite(grass)
    if not (both | np.isfinite(total)).any():
        return np.full(frame.n, np.nan)
    if gas == "n2o":
        return np.asarray(frame.N("organic.n2o") * np.where(both, arable + grass, total))
    parts = arable * frame.N("organic.arable") + grass * frame.N("organic.grassland")
    return np.where(both, parts, total * frame.N("organic.mixed"))


def _any(frame: Frame, name: str) -> bool:
    """Whether any member states this figure (national numbers of a toy region may then be missing)."""
    return bool(np.isfinite(frame.D(name)).any())
