"""A helper shared by the tests of this folder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from stadtland.inventory.inventory import Inventory


def subset(inv: Inventory, at: Sequence[int]) -> Inventory:
    """The same inventory with some members only, in the order of `at`."""
    at = list(at)
    parts = {
        k: getattr(inv, k)[:, at]
        for k in (
            "energy_mwh", "t_co2e", "low", "high", "data_quality", "share_d", "owner", "state", "source", "vintage",
            "default_t", "plant_t", "sigma",
        )
    }  # fmt: skip
    flat = {k: getattr(inv, k)[at] for k in ("motorway_t", "forest_old", "forest_revised", "population")}
    names = {"ags": tuple(inv.ags[i] for i in at), "names": tuple(inv.names[i] for i in at)}
    return replace(inv, **names, **parts, **flat)
