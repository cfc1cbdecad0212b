"""Trade and services (GHD) with the energy of farms, and municipal facilities (KE) taken out of it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from . import factors
from .arrays import divide
from .calibration import Frame
from .households import climate, dh_share, east
from .households import seeds as household_seeds
from .local import heated_by, known_or, service_jobs
from .method import weights

Array = NDArray[np.float64]
HEAT = ("gas", "oil", "lpg", "coal", "biomass", "ambient", "dh")
STEP = (*HEAT, "elec")
FARM = ("gas", "oil", "lpg", "biomass", "elec")


def jobs_weight(frame: Frame) -> Array:
    """Weight inside the Kreis [member]: half population, half commercial area in population equivalents."""
    share = weights()["jobs"]["population_share"]
    return np.asarray(
        share * frame.D("population") + (1 - share) * frame.D("area.settlement_ghd") * frame.N("heads_per_ghd_ha")
    )


def jobs(frame: Frame) -> Array:
    """People working in the municipality [member]; a member's own figure wins over the share of the Kreis."""
    split = frame.K("jobs") * jobs_weight(frame) / frame.K("jobs_weight")
    return known_or(frame.D("jobs"), split)


def tertiary_raw(frame: Frame) -> Array:
    """Jobs × share of services in the gross value added of the Kreis [member]; own jobs in services win."""
    return known_or(service_jobs(frame), jobs(frame) * frame.K("tertiary"))


def weight(frame: Frame) -> Array:
    """Share of a municipality in national GHD (sums to 1) [member]: half service jobs, half heads."""
    share = weights()["ghd"]["jobs_share"]
    heads = frame.D("population") / frame.N("population")
    return np.asarray(share * tertiary_raw(frame) / frame.N("tertiary_jobs") + (1 - share) * heads)


def heat_raw(frame: Frame) -> Array:
    """Heat weight before scaling [member]: GHD share × climate × eastern factor."""
    return weight(frame) * climate(frame) * east(frame)


def seeds(frame: Frame) -> Array:
    """Relative weights [carrier, member] in the order of `HEAT`, from the household seeds."""
    own = weights()["seeds"]
    gas, oil, lpg, coal, wood, _, ambient = household_seeds(frame)
    dh = own["ghd_dh_per_share"] * known_or(heated_by(frame, "dh"), dh_share(frame)) + own["ghd_dh_floor"]
    return np.stack([gas, oil * own["ghd_oil"], lpg, coal * own["ghd_coal"], wood * own["ghd_biomass"], ambient, dh])


def carriers_raw(frame: Frame) -> Array:
    """Heat carriers without farms after the national fit (MWh) [carrier, member]."""
    weighted = seeds(frame) * frame.V("ghd.k")[:, None]
    return np.asarray(heat_raw(frame) * frame.N("ghd.heat") * weighted / weighted.sum(axis=0))


def farm(frame: Frame, carrier: str) -> Array:
    """Energy of farms of one carrier (MWh) [member], by farmland."""
    return frame.N(f"farm.{carrier}") * frame.D("area.veg_agri") / frame.N("area.veg_agri")


def services_raw(frame: Frame) -> dict[str, Array]:
    """Energy without farms by carrier of `STEP` (MWh) [member], before the Land step."""
    out = dict(zip(HEAT, carriers_raw(frame), strict=True))
    out["elec"] = weight(frame) * frame.N("ghd.elec")
    return out


def estimate(frame: Frame) -> tuple[dict[str, Array], Array]:
    """All GHD and KE lines (MWh) [member], and the share of farm energy in each GHD line's sum [member].

    Municipal facilities are 0.16 t CO2e a head in the base year, taken out of the services part with its
    carrier mix, at most half of it.
    """
    without = {c: v * frame.L(f"F.GHD.{c}") for c, v in services_raw(frame).items()}
    year = frame.calibration.year
    tonnes = sum((v * factors.value(c, year) / 1000 for c, v in without.items()), np.zeros(frame.n))
    own = weights()["municipal"]
    part = np.minimum(own["share_max"], divide(own["t_per_head"] * frame.D("population"), tonnes))
    out = {f"KE.{c}": v * part for c, v in without.items()}
    farms = np.zeros(frame.n)
    for carrier, v in without.items():
        extra = np.zeros(frame.n)
        if carrier in FARM:
            extra = farm(frame, carrier)  # farms follow farmland, not the Land balance of heated buildings
        out[f"GHD.{carrier}"] = v * (1 - part) + extra
        farms += extra
    heads = frame.D("population") / frame.N("population")
    workers = jobs(frame) / frame.N("jobs")
    for carrier in ("diesel", "petrol", "other"):
        rest = frame.calibration.control[f"GHD.{carrier}"]
        extra = np.zeros(frame.n)
        if carrier != "other":
            rest -= frame.N(f"farm.{carrier}")
            extra = farm(frame, carrier)
        out[f"GHD.{carrier}"] = rest * 0.5 * (heads + workers) + extra
        farms += extra
    total = sum((v for k, v in out.items() if k.startswith("GHD.")), np.zeros(frame.n))
    return out, divide(farms, total)
