"""The potential of a measure for one member or for many, with the reason where it is nothing."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stadtland.base.errors import InputError

from .model import Measure, Parameter

# RegioStaR7: large cities, their smaller towns, small towns and villages.
_KIND_BY_REGIOSTAR = {
    71: "city",
    72: "city",
    73: "town",
    74: "village",
    75: "town",
    76: "town",
    77: "village",
}


@dataclass(frozen=True)
class Potential:
    """Units that a member could reach, `unit` as the measure says; `reason` is a text id where nothing
    is left, `note` one of a sentence that always goes with the figure."""

    low: float
    central: float
    high: float
    unit: str
    reason: str | None
    reason_params: dict[str, Any]
    data_quality: str
    note: str | None = None


@dataclass(frozen=True)
class Potentials:
    """As `Potential`, for n members: arrays (n,) and lists of length n."""

    low: NDArray[np.float64]
    central: NDArray[np.float64]
    high: NDArray[np.float64]
    unit: str
    reasons: list[str | None]
    data_quality: list[str]
    notes: list[str | None]


def potentials(
    measure: Measure, figures: Mapping[str, Any], lines: Mapping[str, Any], kinds: Sequence[str]
) -> Potentials:
    """Potentials of one measure for n members.

    `figures`: figure id → n values (NaN missing); `lines`: inventory line → n values in MWh; `kinds`:
    city, town
    or village. A town counts as city and as countryside. A missing base gives 0 with reason
    `potential.no_data`,
    a measure for the other side 0 with `potential.not_here`. Errors: InputError for an unknown function.
    """
    from .potentials import REGISTRY, Base

    spec = measure.potential
    if spec.function not in REGISTRY:
        raise InputError(
            "potential-unknown", f"there is no potential function {spec.function!r}",
            f"{measure.id}: potential", "see docs/reference/potentials.md",
        )  # fmt: skip
    params: dict[str, Parameter] = {name: spec.parameter(value) for name, value in spec.params.items()}
    if spec.share is not None:
        params["share"] = spec.parameter(spec.share)
    found = REGISTRY[spec.function].call(Base(spec.function, figures, lines, params, kinds))
    values = np.array(found.values, dtype=float)
    n = len(kinds)
    elsewhere_by = {kind: not fits(measure, kind) for kind in set(kinds)}
    unknown, elsewhere = np.isnan(values).any(axis=0), np.array([elsewhere_by[kind] for kind in kinds], dtype=bool)
    values[:, unknown | elsewhere] = 0.0
    reasons: list[str | None] = [None] * n
    for i in np.flatnonzero(~(values[1] > 0)):
        if elsewhere[i]:
            reasons[i] = "potential.not_here"
        else:
            own = found.reasons[i] if found.reasons else ""
            reasons[i] = "potential.no_data" if unknown[i] else own or "potential.nothing_left"
    quality = list(found.qualities) or [found.quality] * n
    for i in np.flatnonzero(unknown):
        quality[i] = "D"
    notes = [note if values[1][i] > 0 else None for i, note in enumerate(found.notes or [None] * n)]
    return Potentials(values[0], values[1], values[2], measure.unit, reasons, quality, notes)


def fits(measure: Measure, kind: str) -> bool:
    """Whether the measure is meant for this kind of member; a town is both city and countryside."""
    wanted = set(measure.applies_to)
    return kind == "town" or ("city" in wanted if kind == "city" else "rural" in wanted)


def potential(measure: Measure, member: Any, inventory: Any) -> Potential:
    """Potential of one measure for one member.

    `member`: a Municipality (with `figures` and `kind`) or a mapping figure id → value, which may hold
    `kind`.
    `inventory`: an Inventory holding this member, a mapping line → MWh, or None where there is none.
    """
    figures, kind = figures_of(member)
    found = potentials(
        measure,
        {key: np.array([value]) for key, value in figures.items()},
        {key: np.array([value]) for key, value in lines_of(member, inventory).items()},
        [kind],
    )
    low, central, high = float(found.low[0]), float(found.central[0]), float(found.high[0])
    return Potential(low, central, high, found.unit, found.reasons[0], {}, found.data_quality[0], found.notes[0])


def figures_of(member: Any) -> tuple[dict[str, float], str]:
    """Figures of a member as numbers (NaN unknown) and whether it is a city, a town or a village."""
    if isinstance(member, Mapping):
        values = {k: v for k, v in member.items() if k != "kind"}
        kind = member.get("kind")
    else:
        values, kind = dict(member.figures), getattr(member, "kind", None)
    numbers = {key: _number(value) for key, value in values.items()}
    if str(getattr(member, "ags", ""))[:2].isdigit():
        numbers.setdefault("land.code", float(member.ags[:2]))
    if kind is None:
        code = numbers.get("regiostar7", float("nan"))
        kind = _KIND_BY_REGIOSTAR.get(int(code), "village") if not math.isnan(code) else "village"
    return numbers, str(kind)


def _number(value: Any) -> float:
    value = getattr(value, "value", value)
    try:
        return float("nan") if value is None else float(value)
    except (TypeError, ValueError):
        return float("nan")


def lines_of(member: Any, inventory: Any) -> dict[str, float]:
    """Final energy of a member by inventory line, MWh."""
    if inventory is None:
        return {}
    if isinstance(inventory, Mapping):
        return {key: _number(value) for key, value in inventory.items()}
    column = list(inventory.ags).index(member.ags)
    return {line: float(inventory.energy_mwh[row][column]) for row, line in enumerate(inventory.lines)}


_figures, _lines = figures_of, lines_of  # the earlier names, still used in this room
