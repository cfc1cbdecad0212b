"""What happens anyway: the step from the inventory year to the reference path, taken apart so that it adds up.

Order (fixed): population, fleets, federal electricity mix, the rest (old landfills). Each wedge is the change when
its path is switched on after those before it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from .blocks import Block
from .outlook import Outlook
from .system import Like, reference_t, system

Array = NDArray[np.float64]
ORDER = ("population", "fleet", "grid", "landfill")


def frozen(outlook: Outlook, on: Sequence[str]) -> Outlook:
    """The outlook with only the named paths on; the others stay at the inventory year."""
    n = len(outlook.years)
    result = outlook
    if "population" not in on:
        result = replace(result, population={a: np.ones(n) for a in outlook.population})
    if "fleet" not in on:
        result = replace(result, bev=np.full(n, outlook.bev_base), truck_bev=np.full(n, outlook.truck_bev_base))
    if "grid" not in on:
        result = replace(result, ef_el=np.full(n, outlook.ef_el_base))
    if "landfill" not in on:
        result = replace(result, landfill=np.ones(n))
    return result


def wedges(members: Mapping[str, list[Block]], outlook: Outlook, like: Mapping[str, Like]) -> dict[str, Array]:
    """t CO2e a year by wedge (positive = less than the inventory year), summed over members."""
    result: dict[str, Array] = {}

    def total(view: Outlook) -> Array:
        return np.asarray(sum(reference_t(system(a, b, view, like), view) for a, b in members.items()))

    before = total(frozen(outlook, ()))
    for position, name in enumerate(ORDER, 1):
        after = total(frozen(outlook, ORDER[:position]))
        result[name] = before - after
        before = after
    return result
