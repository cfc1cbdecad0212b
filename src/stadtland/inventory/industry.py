"""Industry: branch matrix booked at plants under emissions trading, the rest by value added and commercial
area.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .arrays import divide
from .calibration import Frame
from .local import industrial_share, known_or
from .method import weights

Array = NDArray[np.float64]
CARRIERS = ("elec", "gas", "oil", "lpg", "coal", "dh", "biomass", "ambient", "diesel", "other")


def plants(frame: Frame) -> Array:
    """Verified emissions by branch (t CO2e) [branch, member]."""
    own = weights()["industry"]
    columns: dict[str, list[str]] = own["ets_columns"]
    return np.stack([sum((frame.D(f"ets.{c}") for c in columns[b]), np.zeros(frame.n)) for b in own["branches"]])


def coverage(table: dict[str, Array], direct_other: float, plant_sums: Array, process: Array) -> Array:
    """Share of the branch's fuels used at plants (0–0.97) [branch].

    plant emissions / (Σ fuel × direct factor + process emissions). `table`: carrier → MWh [branch];
    `direct_other`: t CO2 per MWh of the mixed line `other`. Steel is fixed (its tonnage includes rolling
    mills and coke ovens).
    """
    own = weights()["industry"]
    factor = own["direct_factor"]
    direct = sum(
        (table[c] * factor[c] for c in ("gas", "coal", "oil", "lpg", "diesel", "dh")),
        np.zeros(len(plant_sums)),
    )
    burnt = direct + table["other"] * direct_other + process
    computed = np.clip(divide(plant_sums, burnt), 0, own["coverage_max"])
    fixed = np.array(own["fuel_coverage"], dtype=np.float64)
    return np.where(np.isnan(fixed), computed, fixed)


def rest_weight(frame: Frame) -> Array:
    """Weight inside the Kreis [member]: 0.3 population, 0.7 commercial area in population equivalents."""
    share = weights()["industry"]["split_population"]
    return np.asarray(
        share * frame.D("population") + (1 - share) * frame.D("area.settlement_ghd") * frame.N("heads_per_ghd_ha")
    )


def rest(frame: Frame) -> Array:
    """Share in industry outside the plants (sums to 1) [member]: Kreis share × weight inside the Kreis, or × the
    member's share in the industrial jobs of the Kreis where it knows its own.
    """
    inside = rest_weight(frame) / frame.K("ind_rest_weight")
    return np.asarray(frame.K("ind_rest") * known_or(industrial_share(frame, inside), inside))


def raw(frame: Frame) -> tuple[dict[str, Array], dict[str, Array]]:
    """Energy by carrier (MWh) [member] before the Land step: all, and the part booked at plants."""
    at_plants = plants(frame) / frame.V("ets_sum")[:, None]
    remaining = rest(frame)
    whole: dict[str, Array] = {}
    part: dict[str, Array] = {}
    for carrier in CARRIERS:
        matrix = frame.V(f"ind.{carrier}")
        covered = frame.V("cov_elec" if carrier in ("elec", "ambient") else "cov_fuel")
        part[carrier] = ((matrix * covered)[:, None] * at_plants).sum(axis=0)
        whole[carrier] = part[carrier] + float((matrix * (1 - covered)).sum()) * remaining
    return whole, part


def estimate(frame: Frame) -> tuple[dict[str, Array], dict[str, Array]]:
    """All industry lines (MWh) [member], and the part of each booked at plants."""
    whole, part = raw(frame)
    land = {c: frame.L(f"F.IND.{c}") for c in CARRIERS}
    return {f"IND.{c}": v * land[c] for c, v in whole.items()}, {f"IND.{c}": v * land[c] for c, v in part.items()}
