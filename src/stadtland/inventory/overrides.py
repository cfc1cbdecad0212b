"""Own figures of members: a driver (figure id) or a metered cell (line id) replaces the default."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from stadtland.base.errors import InputError
from stadtland.base.figure import QUALITY_WEIGHT

from .lines import ENERGY_LINES, LINES, sector
from .sources import HEATING, OWN, UNITS, Drivers

KEYS = {"value", "unit", "year", "source", "data_quality"}
ENERGY_UNITS = {
    "MWh": 1.0,
    "MWh/a": 1.0,
    "GWh": 1000.0,
    "GWh/a": 1000.0,
    "kWh": 0.001,
    "kWh/a": 0.001,
    "GJ": 1 / 3.6,
    "TJ": 1 / 0.0036,
}
TONNE_UNITS = {"t": 1.0, "t CO2e": 1.0, "t CO2e/a": 1.0, "kt": 1000.0, "kt CO2e": 1000.0}
SCALED = {"1000 m2": {"m2": 0.001}, "ha": {"km2": 100.0}, "t CO2e/a": TONNE_UNITS, "MWh/a": ENERGY_UNITS}


@dataclass(frozen=True)
class Metered:
    """A cell stated by a member: `energy_mwh` or `t_co2e` (one of them), where it comes from and how good
    it is.
    """

    energy_mwh: float | None
    t_co2e: float | None
    year: int | None
    source: str
    weight: float


@dataclass(frozen=True)
class Driver:
    """A figure stated by a member: value in the default unit, its year, source and BISKO weight."""

    value: float
    year: int | None
    source: str
    weight: float


# figures with limits of their own (value in the default unit): low, high
LIMITS = {
    "zensus2022.vacancy_rate": (0.0, 100.0),
    "regiostar7": (71.0, 77.0),
    "population": (1.0, 1e8),
    "dh.temperature": (11.0, 250.0),
    "dh.factor": (0.0, 1500.0),
}
SETS = {
    "zensus2022.heat_": tuple(f"zensus2022.heat_{c}" for c in HEATING),
    "organic.": ("organic.arable", "organic.grassland"),
}


def _number(ags: str, key: str, raw: Mapping[str, Any]) -> float:
    where = f"override.{ags}.{key}"
    extra = set(raw) - KEYS
    if extra:
        bad = sorted(extra)[0]
        near = difflib.get_close_matches(bad, KEYS, 1)
        raise InputError(
            "override-key",
            f"unknown key {bad!r}",
            where,
            f"did you mean {near[0]!r}?" if near else f"known keys: {', '.join(sorted(KEYS))}",
        )
    value = raw.get("value")
    if isinstance(value, bool) or not isinstance(value, int | float) or not np.isfinite(value):
        raise InputError("override-value", "an own figure needs a finite number as value", where, "write value = 123.4")
    if not str(raw.get("source", "")).strip():
        raise InputError("override-source", "an own figure needs its source", where, 'write source = "…"')
    if value < 0 and not (key in LINES and sector(key) == "LULUCF"):
        raise InputError("override-negative", f"the value {value} is negative", where, "only land use may be negative")
    grade = raw.get("data_quality", "A")
    if grade not in QUALITY_WEIGHT:
        raise InputError("override-quality", f"unknown data quality {grade!r}", where, "use A, B, C or D")
    return float(value)


def _unit(ags: str, key: str, unit: str, allowed: Mapping[str, float]) -> float:
    if unit not in allowed:
        raise InputError(
            "override-unit",
            f"unit {unit!r} does not fit {key}",
            f"override.{ags}.{key}",
            f"use one of: {', '.join(allowed)}",
        )
    return allowed[unit]


def split(
    ags: tuple[str, ...], overrides: Mapping[str, Mapping[str, Any]] | None
) -> tuple[dict[str, dict[str, Driver]], dict[str, dict[str, Metered]]]:
    """Checked overrides: drivers (ags → figure) and metered cells (ags → line).

    InputError `override-*` for unknown members, ids, units, negative or non-finite numbers, a missing source, or a
    figure that needs others beside it (the nine heating carriers of the census).
    """
    figures: dict[str, dict[str, Driver]] = {}
    cells: dict[str, dict[str, Metered]] = {}
    known = {**UNITS, **OWN}
    for member, entries in (overrides or {}).items():
        if member not in ags:
            raise InputError(
                "override-member",
                f"{member} is no member here",
                f"override.{member}",
                f"members: {', '.join(ags)}",
            )
        for key, raw in entries.items():
            if not isinstance(raw, Mapping):
                raise InputError(
                    "override-value",
                    "an own figure is a table with value, unit, year, source",
                    f"override.{member}.{key}",
                    "write value, unit, year and source in one table",
                )
            if key in known:
                value = _number(member, key, raw)
                unit = known[key]
                factor = _unit(member, key, str(raw.get("unit", unit)), {unit: 1.0, **SCALED.get(unit, {})})
                low, high = LIMITS.get(key, (0.0, np.inf))
                if not low <= value * factor <= high:
                    raise InputError(
                        "override-range",
                        f"the value {value} is not possible",
                        f"override.{member}.{key}",
                        f"the value lies between {low:g} and {high:g} {unit}",
                    )
                figures.setdefault(member, {})[key] = Driver(
                    value * factor, _year(raw), str(raw["source"]), QUALITY_WEIGHT[raw.get("data_quality", "A")]
                )
            elif key in LINES:
                cells.setdefault(member, {})[key] = _metered(member, key, raw)
            else:
                near = difflib.get_close_matches(key, [*known, *LINES], 1)
                raise InputError(
                    "override-id",
                    f"unknown figure or line {key!r}",
                    f"override.{member}.{key}",
                    f"did you mean {near[0]!r}?" if near else "see the list of lines in the documentation",
                )
        _complete(member, figures.get(member, {}))
    return figures, cells


def _complete(member: str, own: Mapping[str, Driver]) -> None:
    """InputError `override-incomplete` if one figure of a set is stated without the others."""
    for start, wanted in SETS.items():
        missing = [k for k in wanted if k not in own]
        if missing and any(k.startswith(start) for k in own):
            raise InputError(
                "override-incomplete",
                f"these figures count only together; missing: {', '.join(missing)}",
                f"override.{member}",
                "state all of them, 0 where there is none",
            )


def _year(raw: Mapping[str, Any]) -> int | None:
    return int(raw["year"]) if raw.get("year") is not None else None


def _metered(ags: str, line: str, raw: Mapping[str, Any]) -> Metered:
    value = _number(ags, line, raw)
    allowed = {**TONNE_UNITS, **(ENERGY_UNITS if line in ENERGY_LINES else {})}
    unit = str(raw.get("unit", ""))
    factor = _unit(ags, line, unit, allowed)
    weight = QUALITY_WEIGHT[raw.get("data_quality", "A")]
    year = _year(raw)
    energy = unit in ENERGY_UNITS and unit not in TONNE_UNITS
    return Metered(
        value * factor if energy else None,
        None if energy else value * factor,
        year,
        str(raw["source"]),
        weight,
    )


def apply(drivers: Drivers, figures: Mapping[str, Mapping[str, Driver]]) -> Drivers:
    """Drivers with own figures in place of the defaults (the calibration stays: neighbours do not move)."""
    if not figures:
        return drivers
    values = {k: v.copy() for k, v in drivers.values.items()}
    for ags, own in figures.items():
        if ags in drivers.ags:
            for key, value in own.items():
                values[key][drivers.ags.index(ags)] = value.value
    return replace(drivers, values=values)
