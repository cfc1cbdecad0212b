"""All municipalities of Germany at once: one vectorised computation over municipalities × lines, closure against
the national statistics, and what has no local home.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stadtland.base import content, toml

from . import factors, uncertainty
from .arrays import divide
from .calibrate import calibrate_data
from .calibration import Calibration
from .estimate import Estimate, estimate, line_factors
from .inventory import NEAR_YEARS, SIGMA_PER_YEAR, SIGMA_TRANSPORT_2020, base_weights
from .lines import BISKO_SECTORS, ENERGY_LINES, LINES, SECTORS, index, rows
from .method import weights
from .sources import Data, Drivers, layout, load

Array = NDArray[np.float64]
NO_STATISTIC = ("LULUCF.water",)  # national category that is set to zero per municipality; see `homeless`


@cache
def content_table() -> dict[str, Any]:
    """Limits, reasons, homeless quantities and notes (content/inventory/germany.toml)."""
    return toml.read(content.path("inventory", "germany.toml"))


@dataclass(frozen=True)
class Base:
    """One base year: its weight in the wanted year, inputs, calibration and estimate of all municipalities."""

    weight: float
    data: Data
    calibration: Calibration
    estimate: Estimate


@dataclass(frozen=True)
class Unmatched:
    """A municipality of an earlier territory that has no single successor: its quantities are in no row."""

    ags: str
    name: str
    successors: tuple[str, ...]
    bisko_t: float


@dataclass(frozen=True)
class Germany:
    """Inventory of all municipalities in a year. Arrays [line, municipality] in the order of `LINES` and `ags`.

    `energy_mwh` (MWh, NaN on other lines), `t_co2e`, `plant_t` (t CO2e, at plants under emissions trading),
    `share_c` (0–1, part on grade C, the rest is D), `population` [municipality]. `territory`: base year whose
    municipalities are the rows. `sigma` [group, municipality] as in `uncertainty.GROUPS`.
    """

    year: int
    territory: int
    bases: tuple[tuple[int, float], ...]
    ags: tuple[str, ...]
    names: tuple[str, ...]
    population: Array
    energy_mwh: Array
    t_co2e: Array
    plant_t: Array
    share_c: Array
    sigma: Array
    process_known: NDArray[np.bool_]
    unmatched: tuple[Unmatched, ...]
    merged: int
    control: dict[str, float]
    bottom_up: dict[str, float]
    version: str

    @property
    def from_data(self) -> bool:
        """Whether local data of the year itself stand behind the result (2018, 2021)."""
        return self.bases == ((self.year, 1.0),)


def load_bases(folder: Path, year: int) -> list[Base]:
    """Read, calibrate and estimate the base years that `year` needs. InputError `inventory-year`, `data-*`."""
    factors.check_year(year)
    out = []
    for base, weight in base_weights(year):
        data = load(folder, base)
        with layout(folder):
            calibration = calibrate_data(data)
        out.append(Base(weight, data, calibration, estimate(data.drivers, calibration)))
    return out


def series(folder: Path, years: Sequence[int]) -> dict[int, Germany]:
    """All municipalities in several years; every base year is read and estimated once.

    Not a local trend: between years only national totals, factors and (2018, 2021) the drivers change.
    """
    for year in years:
        factors.check_year(year)
    needed = sorted({b for year in years for b, _ in base_weights(year)})
    known = {b: load_bases(folder, b)[0] for b in needed}
    return {y: compute([replace(known[b], weight=w) for b, w in base_weights(y)], y) for y in years}


def build(folder: Path, year: int) -> Germany:
    """All municipalities in `year` (2010–2024) from the folder of public data: `compute(load_bases(...), year)`."""
    return compute(load_bases(folder, year), year)


def compute(bases: Sequence[Base], year: int) -> Germany:
    """Inventory of all municipalities from estimated base years.

    2018 and 2021 as estimated. Between them final energy = Σ weight · energy of the base year, on the later
    territory (an earlier municipality is added to its successor; one that was divided is listed in `unmatched`);
    factors of `year`; lines without energy from the nearest base year. Outside: nearest base year, factors of
    `year`. Quality falls and sigma grows with the distance as in `inventory.build`.
    """
    last = bases[-1]
    drivers = last.data.drivers
    n_energy = len(ENERGY_LINES)
    near = min(bases, key=lambda b: (abs(b.data.year - year), -b.data.year))
    energy = np.full((len(LINES), len(drivers.ags)), np.nan)
    energy[:n_energy] = 0.0
    plant_energy = np.zeros((n_energy, len(drivers.ags)))
    population = np.zeros(len(drivers.ags))
    tonnes, plants = np.zeros_like(energy), np.zeros_like(energy)
    grade_c = np.zeros_like(energy)
    factor = line_factors(last.calibration, year)[:, None]
    unmatched: list[Unmatched] = []
    merged = 0
    known = np.zeros(len(drivers.ags), dtype=bool)
    for base in bases:
        at, lost = _target(base.data.drivers, drivers, base is last)
        found = base.estimate
        own_factor = line_factors(base.calibration, base.data.year)[:, None]
        energy[:n_energy] += base.weight * _moved(found.energy_mwh[:n_energy], at, len(drivers.ags))
        plant_energy += base.weight * _moved(found.plant_t[:n_energy] / own_factor, at, len(drivers.ags))
        population += base.weight * _moved(base.data.drivers.values["population"][None, :], at, len(drivers.ags))[0]
        if base is near:
            tonnes, plants = (_moved(x, at, len(drivers.ags)) for x in (found.t_co2e, found.plant_t))
            c_tonnes = uncertainty.share_c(found) * np.abs(found.t_co2e)
            grade_c = divide(_moved(c_tonnes, at, len(drivers.ags)), np.abs(tonnes))
            known = _moved(found.process_known[None, :].astype(np.float64), at, len(drivers.ags))[0] > 0
        bisko = found.t_co2e[list(rows(*BISKO_SECTORS))].sum(axis=0)
        merged += int((at >= 0).sum() - len(np.unique(at[at >= 0])))
        unmatched += [Unmatched(a, n, s, float(bisko[i])) for i, a, n, s in lost]
    tonnes[:n_energy] = energy[:n_energy] * factor
    plants[:n_energy] = plant_energy * factor
    away = min(abs(b.data.year - year) for b in bases)
    keep = 1.0 if away == 0 else (0.5 if away <= NEAR_YEARS else 0.0)
    plants_ind, ind = (x[list(rows("IND"))].sum(axis=0) for x in (plants, tonnes))
    groups = uncertainty.sector_sigma(population, divide(plants_ind, ind))
    extra = dict.fromkeys(uncertainty.GROUPS, SIGMA_PER_YEAR * away)
    if year == 2020:
        extra["VK"] = float(np.hypot(extra["VK"], SIGMA_TRANSPORT_2020))
    return Germany(
        year, last.data.year, tuple((b.data.year, b.weight) for b in bases), drivers.ags, drivers.names, population,
        energy, tonnes, plants, grade_c * keep, np.stack([np.hypot(groups[g], extra[g]) for g in uncertainty.GROUPS]),
        known, tuple(unmatched), merged, *_national(bases, near), weights()["version"],
    )  # fmt: skip


def _target(
    old: Drivers, new: Drivers, same: bool
) -> tuple[NDArray[np.intp], list[tuple[int, str, str, tuple[str, ...]]]]:
    """Row of `new` for each municipality of `old` (−1: none), and the ones without exactly one successor.

    A code that still exists is the same municipality or the one that took others in.
    """
    if same:
        return np.arange(len(old.ags), dtype=np.intp), []
    from stadtland.facts import codes

    place = {a: i for i, a in enumerate(new.ags)}
    at = np.full(len(old.ags), -1, dtype=np.intp)
    lost = []
    for i, (ags, name) in enumerate(zip(old.ags, old.names, strict=True)):
        j = place.get(ags)
        if j is None:
            heirs = tuple(a for a, _ in codes.successors(ags) if a in place)
            if len(heirs) != 1:
                lost.append((i, ags, name, heirs))
                continue
            j = place[heirs[0]]
        at[i] = j
    return at, lost


def _moved(table: Array, at: NDArray[np.intp], size: int) -> Array:
    """Columns of `table` added up at their new places [row, size]; columns with place −1 are left out."""
    out = np.zeros((table.shape[0], size))
    first = np.full(size, -1, dtype=np.intp)
    good = np.flatnonzero(at >= 0)
    first[at[good][::-1]] = good[::-1]  # the first column of each place in one stroke, the few others one by one
    filled = np.flatnonzero(first >= 0)
    out[:, filled] = table[:, first[filled]]
    for i in np.setdiff1d(good, first[filled], assume_unique=True):
        out[:, at[i]] += table[:, i]
    return out


def _national(bases: Sequence[Base], near: Base) -> tuple[dict[str, float], dict[str, float]]:
    """National statistic and bottom-up sum per line group in the wanted year: energy weighted, others of `near`.

    Bottom-up sum of a base year = statistic / factor of `Calibration.closure`.
    """
    control: dict[str, float] = {}
    raw: dict[str, float] = {}
    heat = [f"HH.{c}" for c in ("gas", "oil", "lpg", "coal", "biomass", "solar", "ambient", "dh")]
    for base in bases:
        own = base.calibration.control
        own = own | {"HH.heat": sum(own[k] for k in heat)}
        for line, value in own.items():
            if line in ENERGY_LINES or line == "HH.heat":
                control[line] = control.get(line, 0.0) + base.weight * value
                if line in base.calibration.closure:
                    raw[line] = raw.get(line, 0.0) + base.weight * value / base.calibration.closure[line]
            elif base is near:
                control[line] = value
                if line in base.calibration.closure:
                    raw[line] = value / base.calibration.closure[line]
    return control, raw


# closure
# ---------------------------------------------------------------------------------------------------------------


def closure(g: Germany) -> list[dict[str, Any]]:
    """One row per line with a national statistic.

    `{line, unit, sum, statistic, difference, closed, factor, marked, reason}`: sum over municipalities (GHD with
    municipal facilities; MWh, or t CO2e on lines without energy); difference = sum / statistic − 1; closed where
    |difference| ≤ 0.5 %; factor = statistic / bottom-up sum, None where the line is only a statistic × a share;
    marked outside 0.8–1.25, with the reason known.
    """
    own = content_table()
    low, high = own["limits"]["factor"]
    at = index()
    out = []
    for line, statistic in g.control.items():
        if line in NO_STATISTIC:
            continue
        parts = [line]
        if line == "HH.heat":
            parts = [x for x in ENERGY_LINES if x.startswith("HH.") and x not in ("HH.elec", "HH.petrol")]
        elif line.startswith("GHD.") and f"KE.{line[4:]}" in at:
            parts.append(f"KE.{line[4:]}")
        energy = parts[0] in ENERGY_LINES
        table = g.energy_mwh if energy else g.t_co2e
        total = float(sum(table[at[x]].sum() for x in parts))
        difference = total / statistic - 1 if statistic else (0.0 if total == 0 else float("inf"))
        raw = g.bottom_up.get(line)
        factor = statistic / raw if raw else None
        marked = factor is not None and not low <= factor <= high
        out.append(
            {
                "line": line,
                "unit": "MWh" if energy else "t CO2e",
                "sum": total,
                "statistic": statistic,
                "difference": difference,
                "closed": abs(difference) <= own["limits"]["difference"],
                "factor": factor,
                "marked": marked,
                "reason": _reason(line) if marked else None,
            }
        )
    return out


def _reason(line: str) -> dict[str, str] | None:
    known: dict[str, dict[str, str]] = content_table()["reasons"]
    match = max((k for k in known if line == k or line.startswith(k + ".")), key=len, default=None)
    return known[match] if match else None


def homeless(bases: Sequence[Base], year: int) -> list[dict[str, Any]]:
    """What has no local home, nationally: `{id, title, reason, inside, energy_mwh, t_co2e}`.

    Energy by the weights of the base years × factor of `year`; tonnes of lines without energy from the nearest
    base year. `inside`: shared out over all municipalities without local evidence, so it is in the totals.
    """
    near = min(bases, key=lambda b: (abs(b.data.year - year), -b.data.year))
    out = []
    for entry in content_table()["homeless"]:
        mwh = tonnes = None
        if "factor" in entry:
            mwh = 0.0
            for base in bases:
                labels = [x.format(year=base.data.year) for x in entry["labels"]]
                mwh += base.weight * sum(base.data.facts[x] for x in labels)
            mwh *= 1 - weights()["air"]["lto_share"] if entry.get("share") == "outside_lto" else 1.0
            tonnes = mwh * factors.value(entry["factor"], year) / 1000
        else:
            table = near.data.facts | near.calibration.control
            tonnes = sum(table[x] for x in entry["labels"])
        keys = ("id", "title", "reason", "inside")
        out.append({k: entry[k] for k in keys} | {"energy_mwh": mwh, "t_co2e": float(tonnes)})
    return out


# totals and rows
# ---------------------------------------------------------------------------------------------------------------


def totals(g: Germany) -> dict[str, float]:
    """National sums (t CO2e): BISKO and gross with and without plants under emissions trading, sectors, land use."""
    bisko, own = list(rows(*BISKO_SECTORS)), g.t_co2e.sum(axis=1)
    gross = bisko + list(rows("AGR", "WASTE", "IPPU"))
    plants = g.plant_t.sum(axis=1)
    out = {s: float(own[list(rows(s))].sum()) for s in SECTORS}
    out |= {
        "bisko_t": float(own[bisko].sum()),
        "bisko_without_ets_t": float((own - plants)[bisko].sum()),
        "gross_t": float(own[gross].sum()),
        "gross_without_ets_t": float((own - plants)[gross].sum()),
        "lulucf_t": out["LULUCF"],
        "net_t": float(own.sum()),
    }
    return out


def columns(g: Germany) -> dict[str, Array]:
    """Per municipality [municipality]: sectors, totals with and without plants, 80 % range of BISKO, quality.

    t CO2e; IPPU is NaN where no plant is known. `data_quality` (0–1, BISKO rule, weighted by final energy),
    `share_d` (0–1 of the BISKO total).
    """
    sums = {s: g.t_co2e[list(rows(s))].sum(axis=0) for s in SECTORS}
    bisko = list(rows(*BISKO_SECTORS))
    out: dict[str, Array] = dict(sums)
    out["bisko_t"] = g.t_co2e[bisko].sum(axis=0)
    out["bisko_without_ets_t"] = out["bisko_t"] - g.plant_t[bisko].sum(axis=0)
    out["gross_t"] = out["bisko_t"] + sums["AGR"] + sums["WASTE"] + sums["IPPU"]
    out["gross_without_ets_t"] = out["gross_t"] - g.plant_t.sum(axis=0)
    out["net_t"] = out["gross_t"] + sums["LULUCF"]
    out["IPPU"] = np.where(g.process_known, sums["IPPU"], np.nan)
    out["bisko_low_t"], out["bisko_high_t"] = spread(
        {"HH": sums["HH"], "GHD": sums["GHD"] + sums["KE"], "IND": sums["IND"], "VK": sums["VK"]}, g.sigma
    )
    n = len(ENERGY_LINES)
    energy = g.energy_mwh[:n]
    out["data_quality"] = divide((energy * 0.25 * g.share_c[:n]).sum(axis=0), energy.sum(axis=0), np.nan)
    out["share_d"] = divide((g.t_co2e[bisko] * (1 - g.share_c[bisko])).sum(axis=0), out["bisko_t"], np.nan)
    return out


def spread(groups: dict[str, Array], sigma: Array) -> tuple[Array, Array]:
    """80 % range of a sum of groups (t CO2e ≥ 0) [municipality]: distances x·(1 − e^−zσ) and x·(e^zσ − 1) of the
    groups in quadrature. `sigma` [group of `uncertainty.GROUPS`, municipality].
    """
    z = weights()["sigma"]["z80"]
    total = sum(groups.values(), np.zeros(sigma.shape[1]))
    down = np.zeros_like(total)
    up = np.zeros_like(total)
    for name, x in groups.items():
        s = sigma[uncertainty.GROUPS.index(name)]
        down += (x * (1 - np.exp(-z * s))) ** 2
        up += (x * (np.exp(z * s) - 1)) ** 2
    return total - np.sqrt(down), total + np.sqrt(up)
