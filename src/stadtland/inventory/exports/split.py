"""Energy emissions with upstream split into direct emissions and upstream, where the factor sets allow it.

direct = energy (MWh) × direct factor (g/kWh) / 1000; upstream = emissions − direct. A line is split only if a direct
factor of its carrier exists (electricity: of the very year) and is not above the factor with upstream; else the whole
line stays in the direct cell and is listed. Direct factors: content/inventory/exports/direct_factors.csv.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from ..inventory import Inventory
from ..lines import ENERGY_LINES, carrier, sector
from . import words

Array = NDArray[np.float64]
ANY_YEAR = -1
COP_AMBIENT = 3.2  # ambient heat is booked with the electricity of the heat pump: mix / 3.2


@dataclass(frozen=True)
class Split:
    """`direct` and `upstream` (t CO2e) [line, member]: their sum is the inventory; `apart`: was split."""

    direct: Array
    upstream: Array
    apart: NDArray[np.bool_]


@cache
def _factors() -> dict[tuple[str, str, int], dict[str, str]]:
    found = {}
    for row in words.table("direct_factors"):
        dated = row["carrier"] == "elec"
        found[row["carrier"], row["lines"], int(row["year"]) if dated else ANY_YEAR] = row
    return found


def direct_row(line: str, year: int) -> dict[str, str] | None:
    """The row of direct_factors.csv an energy line uses, or None; ambient heat uses the row of electricity."""
    name = carrier(line)
    if name in ("elec", "ambient"):
        return _factors().get(("elec", "all", year))
    place = "VK" if sector(line) == "VK" else "stationary"
    for where in (place, "all"):
        if (name, where, ANY_YEAR) in _factors():
            return _factors()[name, where, ANY_YEAR]
    return None


def direct_factor(line: str, year: int) -> float | None:
    """Direct factor of an energy line (g/kWh final energy) or None. Electricity: CO2 of the mix of `year`."""
    row = direct_row(line, year)
    if row is None:
        return None
    return float(row["value"]) / (COP_AMBIENT if carrier(line) == "ambient" else 1.0)


def split(inv: Inventory) -> Split:
    """The split of an inventory; lines without energy are direct and never split."""
    direct = inv.t_co2e.copy()
    upstream = np.zeros_like(direct)
    apart = np.zeros(direct.shape, dtype=bool)
    for i, line in enumerate(inv.lines[: len(ENERGY_LINES)]):
        factor = direct_factor(line, inv.year)
        if factor is None:
            continue
        burnt = inv.energy_mwh[i] * factor / 1000
        fits = burnt <= inv.t_co2e[i] * (1 + 1e-12)
        direct[i] = np.where(fits, burnt, inv.t_co2e[i])
        upstream[i] = np.where(fits, inv.t_co2e[i] - burnt, 0.0)
        apart[i] = fits
    return Split(direct, upstream, apart)
