"""Values for missing cells, from the estimate of the municipality: never zeros, and graded as the estimate is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from stadtland.base.errors import InputError

GRADE_C = 0.125  # half of the weight of C: below it more than half rests on D


@dataclass(frozen=True)
class Defaults:
    """Final energy by line (MWh), the part of industry at plants under emissions trading (MWh), grade by line,
    population, national index by line for another year, and where it comes from.
    """

    mwh: Mapping[str, float]
    plants: Mapping[str, float] = field(default_factory=dict)
    grade: Mapping[str, str] = field(default_factory=dict)
    population: float | None = None
    index: Mapping[str, float] = field(default_factory=dict)
    source: str = ""


def from_estimate(ags: Sequence[str], year: int, data: Path | None = None, target: int | None = None) -> Defaults:
    """Defaults of one or more codes (summed) for a year; `target`: year for the national index.

    Raises InputError where the estimate has no data (year outside 2010–2024, municipality without data).
    """
    from stadtland.inventory import build
    from stadtland.inventory.lines import ENERGY_LINES, LINES

    inv = build(list(ags), year, data)
    mwh, plants, grade, index = {}, {}, {}, {}
    later = build(list(ags), target, data) if target is not None and target != year else None
    for i, line in enumerate(LINES):
        if line not in ENERGY_LINES:
            continue
        energy = float(inv.energy_mwh[i].sum())
        mwh[line] = energy
        grade[line] = "C" if float(inv.data_quality[i].mean()) >= GRADE_C else "D"
        tonnes = float(inv.t_co2e[i].sum())
        if line.startswith("IND.") and tonnes:
            plants[line] = energy * float(inv.plant_t[i].sum()) / tonnes
        if later is not None and energy > 0:
            index[line] = float(later.energy_mwh[i].sum()) / energy
    source = f"estimate {inv.method_version}, {'+'.join(inv.ags)}, {year}"
    return Defaults(mwh, plants, grade, float(inv.population.sum()), index, source)


def for_card(
    ags: str | None, year: int, data: Path | None = None, target: int | None = None
) -> tuple[Defaults | None, str]:
    """Defaults of the municipality of a card (an old code: its successors), and why there are none, if so."""
    from stadtland.facts import codes

    if ags is None:
        return None, "no municipality is named"
    try:
        now = [a for a, _ in codes.successors(ags)] or [codes.check(ags)]
        return from_estimate(now, year, data, target), ""
    except InputError as error:
        return None, error.what
