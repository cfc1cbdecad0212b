"""A toy inventory of two members in which every number can be worked out by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from stadtland.inventory import factors
from stadtland.inventory.inventory import Inventory
from stadtland.inventory.lines import ENERGY_LINES, LINES, index

MEMBERS = ("14713000", "14729380")


def make(
    energy: Mapping[str, float] | None = None,
    tonnes: Mapping[str, float] | None = None,
    year: int = 2018,
    plants: Mapping[str, float] | None = None,
    **changes: Any,
) -> Inventory:
    """Energy (MWh) and other tonnes of the first member; the second has twice as much; all else is zero."""
    shape = (len(LINES), 2)
    scale = np.array([1.0, 2.0])
    mwh, t, plant = np.full(shape, np.nan), np.zeros(shape), np.zeros(shape)
    mwh[: len(ENERGY_LINES)] = 0.0
    for line, value in (energy or {}).items():
        ethanol = {line.rpartition(".")[0][3:]: 0.5}
        mwh[index()[line]] = value * scale
        t[index()[line]] = value * scale * factors.of_line(line, year, ethanol) / 1000
    for line, value in (tonnes or {}).items():
        t[index()[line]] = value * scale
    for line, value in (plants or {}).items():
        plant[index()[line]] = value * scale
    words = {k: np.full(shape, v, dtype=object) for k, v in
             {"owner": "default", "state": "estimated", "source": "toy", "vintage": str(year)}.items()}  # fmt: skip
    fields: dict[str, Any] = {
        "ags": MEMBERS, "names": ("A", "B"), "year": year, "base_years": (year,), "lines": LINES, "energy_mwh": mwh,
        "t_co2e": t, "low": t * 0.9, "high": t * 1.1, "data_quality": np.full(shape, 0.25),
        "share_d": np.zeros(shape), **words, "default_t": t.copy(), "plant_t": plant,
        "sigma": np.zeros((1, 2)), "motorway_t": np.zeros(2), "forest_old": np.zeros(2), "forest_revised": np.zeros(2),
        "population": np.array([100.0, 200.0]), "published": {a: [] for a in MEMBERS}, "inventory_version": "toy",
        "method_version": "toy", "flags": (),
    }  # fmt: skip
    return Inventory(**(fields | changes))
