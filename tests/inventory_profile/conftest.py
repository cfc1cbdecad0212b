"""Inventories for the tests: the reference case, and made-up ones whose numbers can be followed by hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pytest

from stadtland import facts, inventory
from stadtland.inventory.inventory import Inventory
from stadtland.inventory.lines import ENERGY_LINES, LINES
from stadtland.inventory.uncertainty import GROUPS

CODES = ("14713000", "14729380", "14729030", "14729245", "14729410")


@pytest.fixture(scope="session")
def inv() -> Inventory:
    return inventory.build(CODES, 2021)


@pytest.fixture(scope="session")
def inv_2018() -> Inventory:
    return inventory.build(CODES, 2018)


@pytest.fixture(scope="session")
def members():
    return facts.load_members(CODES, 2021)


@pytest.fixture(scope="session")
def made_up(inv: Inventory) -> Callable[..., Inventory]:
    """A made-up inventory: energy (MWh) and factors (kg/MWh) by line, other lines in t, population."""

    def make(
        n: int,
        energy: dict[str, Sequence[float]] | None = None,
        factors: dict[str, float] | None = None,
        tonnes: dict[str, Sequence[float]] | None = None,
        population: Sequence[float] | None = None,
        sigma: float = 0.2,
    ) -> Inventory:
        mwh = np.zeros((len(LINES), n))
        mwh[len(ENERGY_LINES) :] = np.nan
        t = np.zeros((len(LINES), n))
        for line, values in (energy or {}).items():
            i = LINES.index(line)
            mwh[i] = values
            t[i] = np.asarray(values) * (factors or {}).get(line, 100.0) / 1000
        for line, values in (tonnes or {}).items():
            t[LINES.index(line)] = values
        shape = t.shape
        text = np.full(shape, "x", dtype=object)
        one = np.ones(n)
        forest = t[LINES.index("LULUCF.forest")]
        return replace(
            inv,
            ags=tuple(f"9900{k:04d}" for k in range(1, n + 1)),
            names=tuple(f"Ort {k}" for k in range(1, n + 1)),
            energy_mwh=mwh, t_co2e=t, low=np.minimum(t * np.exp(-0.3), t * np.exp(0.3)),
            high=np.maximum(t * np.exp(-0.3), t * np.exp(0.3)), data_quality=np.full(shape, 0.25),
            share_d=np.zeros(shape), owner=np.full(shape, "default", dtype=object),
            state=np.full(shape, "estimated", dtype=object), source=text, vintage=text, default_t=t.copy(),
            plant_t=np.zeros(shape), sigma=np.full((len(GROUPS), n), sigma), motorway_t=0 * one,
            forest_old=forest.copy(), forest_revised=forest.copy(),
            population=np.asarray(population, dtype=float) if population is not None else 1000 * one,
            published={},
        )  # fmt: skip

    return make
