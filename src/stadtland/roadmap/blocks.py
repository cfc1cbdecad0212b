"""Blocks: every inventory line belongs to exactly one service, electricity, process or land block or to the rest.

A block is base-year activity times base-year factor; the anchor check recomputes each line from its block.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FOSSIL = ("gas", "oil", "lpg", "coal", "other")
SERVICES = {
    "heat_hh": tuple(f"HH.{c}" for c in FOSSIL),
    "heat_ghd": tuple(f"GHD.{c}" for c in FOSSIL),
    "heat_ke": tuple(f"KE.{c}" for c in FOSSIL),
    "heat_ind": tuple(f"IND.{c}" for c in FOSSIL),
    "dh": ("HH.dh", "GHD.dh", "KE.dh", "IND.dh"),
    "car": tuple(f"VK.car.{c}" for c in ("petrol", "diesel", "lpg", "cng", "biofuel")),
    "truck": tuple(f"VK.truck.{c}" for c in ("petrol", "diesel", "lpg", "cng", "biofuel")),
    "bus": tuple(f"VK.bus.{c}" for c in ("petrol", "diesel", "lpg", "cng", "biofuel")),
    "machines": ("GHD.diesel", "GHD.petrol"),
    "el_ke": ("KE.elec",),
}
ELECTRICITY = {  # line → load profile
    "HH.elec": "household",
    "GHD.elec": "trade",
    "IND.elec": "flat",
    "VK.rail.elec": "flat",
    "VK.car.elec": "charging",
    "VK.truck.elec": "charging",
    "VK.bus.elec": "charging",
}
BISKO = ("HH", "GHD", "KE", "IND", "VK")
PROCESS_SECTORS = ("AGR", "WASTE")


@dataclass(frozen=True)
class Block:
    """One block of one member.

    kind: service | electricity | rest | land; `activity` in MWh (or 1 where a line has no energy), `t` in t CO2e
    of the inventory year, per line. The block's factor is t/activity.
    """

    id: str
    kind: str
    lines: tuple[str, ...]
    activity: NDArray[np.float64]
    t: NDArray[np.float64]

    @property
    def total_activity(self) -> float:
        return float(self.activity.sum())

    @property
    def total_t(self) -> float:
        return float(self.t.sum())

    @property
    def factor(self) -> float:
        """t per unit of activity; 0 where nothing is used."""
        return self.total_t / self.total_activity if self.total_activity else 0.0


def home_of(line: str) -> tuple[str, str]:
    """(kind, block id) of an inventory line: the one place where lines are assigned."""
    for service, lines in SERVICES.items():
        if line in lines:
            return "service", service
    if line in ELECTRICITY:
        return "electricity", line
    sector = line.split(".", 1)[0]
    return ("land", "lulucf") if sector == "LULUCF" else ("rest", line)


def blocks(lines: Iterable[str], energy_mwh: NDArray[np.float64], t_co2e: NDArray[np.float64]) -> list[Block]:
    """Blocks of one member from its inventory columns (arrays over lines; NaN: line does not apply here)."""
    grouped: dict[tuple[str, str], list[int]] = {}
    lines = list(lines)
    for position, line in enumerate(lines):
        grouped.setdefault(home_of(line), []).append(position)
    result = []
    for (kind, block), positions in grouped.items():
        index = np.array(positions)
        t = np.nan_to_num(t_co2e[index], nan=0.0)
        has_energy = kind in ("service", "electricity")
        activity = np.nan_to_num(energy_mwh[index], nan=0.0) if has_energy else np.ones(len(index))
        result.append(Block(block, kind, tuple(lines[p] for p in positions), activity, t))
    return result


def reassembled(found: Iterable[Block]) -> dict[str, float]:
    """t CO2e per line as the programme sees it with all measures off: block factor × activity, spread on its lines.

    Within a block each line keeps its own factor, so this is a real test of the assignment only together with
    the block totals, which come from activity × factor.
    """
    out: dict[str, float] = {}
    for block in found:
        total = block.factor * block.total_activity
        weight = block.t / block.total_t if block.total_t else np.zeros(len(block.t))
        for line, share in zip(block.lines, weight, strict=True):
            out[line] = out.get(line, 0.0) + total * float(share)
    return out
