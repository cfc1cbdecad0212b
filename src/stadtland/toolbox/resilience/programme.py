"""Needs and effects as the programme takes them: additive units per member, hazard and unit of a measure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .combine import additive
from .content import bases, effects

LEVELS = ("low", "central", "high")


def plan_rows(members: Sequence[Any], needs: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> list[dict[str, Any]]:
    """One entry a known need: {member, hazard, indicator, unit, kind, need, rhs, data_quality, effects}.

    `members`: Municipality objects. `needs`: as `coverage` takes them (`read_needs`). `effects`: measure id →
    {low, central, high}, what one standing unit adds to the left side. A row of the programme is

        Σ effects · units + uncovered ≥ rhs

    kind "sum": rhs = need, effects in its unit. kind "share": rhs = −ln(1 − need), effects = e · per_unit / base; since
    −ln(1 − s·e) ≥ s·e, the reduction that a plan reaches is never below what the row says. Effects without a known base
    are left out. Unknown needs have no entry: they enter no programme. Sources: contracts of the plan (additive units).
    """
    rows: list[dict[str, Any]] = []
    for member in members:
        for hazard, need in needs.get(member.ags, {}).items():
            found = [e for e in effects() if (e.hazard, e.indicator) == (hazard, need["indicator"])]
            kind = found[0].combine if found else "sum"
            share = kind == "share"
            rows.append(
                {
                    "member": member.ags, "hazard": hazard, "indicator": need["indicator"], "unit": need["unit"],
                    "kind": kind, "need": float(need["value"]),
                    "rhs": float(additive(need["value"])) if share else float(need["value"]),
                    "data_quality": need["data_quality"],
                    "effects": {
                        e.measure: {k: getattr(e, k) * scale for k in LEVELS}
                        for e in found if (scale := _scale(e.measure, e.indicator, member, share)) is not None
                    },
                }
            )  # fmt: skip
    return rows


def _scale(measure: str, indicator: str, member: Any, share: bool) -> float | None:
    if not share:
        return 1.0
    base = bases().get((measure, indicator))
    stock = None if base is None else member.maybe(base.figure)
    return None if base is None or not stock else base.per_unit / float(stock)
