"""Our estimates beside the own cells: inventory lines, and figures of the members in the units of the fields."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from .catalogue import datasets
from .records import Defaults


def defaults(ags: Sequence[str], year: int, data: Path | None = None) -> Defaults:
    """Defaults of all fields for members and a year: lines from the inventory (MWh), figures from the municipalities.

    A figure that is unknown, confidential or in another unit has no default; it is never 0 for that reason.
    """
    import math

    from stadtland import facts

    from .. import build
    from ..lines import ENERGY_LINES, index

    inventory = build(tuple(ags), year, data)
    members = facts.load_members(tuple(ags), year, data)
    at = index()
    found: dict[tuple[str, str], float] = {}
    for dataset in datasets().values():
        for entry in dataset.fields:
            for j, member in enumerate(members):
                if entry.line in ENERGY_LINES:
                    value: float | None = float(inventory.energy_mwh[at[str(entry.line)], j])
                else:
                    figure = member.get(entry.id)
                    value = figure.value if figure is not None and figure.unit == entry.unit else None
                if value is not None and math.isfinite(value):
                    found[member.ags, entry.id] = value
    return Defaults(found, inventory.method_version)
