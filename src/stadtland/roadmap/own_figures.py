"""Own figures of the partnership file: to the members' figures and, where it knows them, to the inventory."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from stadtland.base.errors import InputError
from stadtland.base.figure import Figure
from stadtland.facts.municipality import Municipality
from stadtland.inventory.lines import LINES
from stadtland.inventory.overrides import SCALED
from stadtland.inventory.sources import OWN, UNITS

EXTRA = {
    "agri.arable": "ha", "agri.grassland": "ha", "area.organic_soils": "ha", "streams_km": "km",
    "area.wind_priority": "ha",
}  # fmt: skip


def apply(
    members: Sequence[Municipality], overrides: Mapping[str, Mapping[str, Mapping[str, Any]]]
) -> tuple[tuple[Municipality, ...], dict[str, dict[str, Mapping[str, Any]]]]:
    """(members with own figures, overrides for the inventory). InputError for an unknown id or a wrong unit.

    A confirmed zero stays a figure; a line of the inventory is no figure of the member.
    """
    changed: list[Municipality] = []
    passed: dict[str, dict[str, Mapping[str, Any]]] = {}
    for member in members:
        figures = dict(member.figures)
        for key, own in overrides.get(member.ags, {}).items():
            where = f"override.{member.ags}.{key}"
            if key in LINES or key in UNITS or key in OWN:
                passed.setdefault(member.ags, {})[key] = own
            if key in LINES:
                continue
            before = figures.get(key)
            unit = before.unit if before is not None else EXTRA.get(key) or UNITS.get(key) or OWN.get(key)
            if unit is None:
                near = difflib.get_close_matches(key, [*figures, *EXTRA, *LINES], 1)
                hint = f"did you mean {near[0]!r}?" if near else "see docs/reference/partnership.md"
                raise InputError("override-id", f"unknown figure or line {key!r}", where, hint)
            if own["unit"] != unit and key not in passed.get(member.ags, {}):
                raise InputError(
                    "override-unit", f"unit {own['unit']!r} does not fit {key}", where, f"state it in {unit}"
                )
            value = float(own["value"]) * SCALED.get(unit, {}).get(own["unit"], 1.0)
            figures[key] = Figure(
                id=key, value=value, unit=unit, year=int(own["year"]), source=str(own["source"]),
                owner="own" if value else "confirmed_zero", state="value" if value else "true_zero",
                data_quality=own.get("data_quality", "A"), evidence="A",
            )  # fmt: skip
        changed.append(replace(member, figures=figures))
    return tuple(changed), passed
