"""Need and coverage by member and hazard: what the plan stores under `resilience.<AGS>.<hazard>`."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from stadtland.base import strict
from stadtland.base.errors import InputError

from .combine import additive, as_reduction, treated_share
from .content import Base, Effect, bases, effects, flows, hazards, state_series, tradeoffs
from .dwd import DailySeries, RegionalSeries
from .exposure import age_share, local_exposure, regional_exposure, sealed_share, station_exposure
from .letters import SAXONY, request

NEED_KEYS = ("indicator", "value", "unit", "source", "data_quality")
RESULT_KEYS = ("need", "unit", "coverage", "data_quality", "data_from", "effect")
LEVELS = ("low", "central", "high")
STATE_OF = {"heat": ("temperature",), "drought": ("temperature", "precipitation"), "low_flow": ("precipitation",),
            "wildfire": ("temperature", "precipitation")}  # fmt: skip


def coverage(
    members: Sequence[Any],
    selection: Mapping[str, Mapping[str, float]],
    *,
    needs: Mapping[str, Mapping[str, Mapping[str, Any]]] | None = None,
    series: Mapping[str, Sequence[DailySeries | tuple[RegionalSeries, str]]] | None = None,
    data: Path | None = None,
    clip: bool = False,
) -> dict[str, dict[str, dict[str, Any]]]:
    """Resilience of members under a selection of measures.

    `members`: Municipality objects. `selection`: AGS → measure id → units standing (≥ 0). `needs`: AGS → hazard →
    {indicator, value, unit, source, data_quality}; without it the need is null (unknown, never 0). `series`: AGS →
    station series, or regional series with the name of its territory. `data`: folder of public data for the age
    structure of districts that are not bundled. `clip`: units above the base treat all of it (a solved plan, whose
    potentials rest on other figures) instead of being an error.
    Result: AGS → hazard → {need, unit, coverage (0–1), coverage_range, data_quality, data_from, effect, exposure,
    background, effects, combined, protects, protected_by, tradeoffs, request}. Amounts add up; reductions combine as
    1 − exp(−Σ −ln(1 − s·e)) with the treated share s; local effects are listed and never added. No sum over hazards.
    Errors: InputError `ags-not-member`, `measure-unknown`, `number-*`, `need-*`, `resilience-over-base`.
    """
    known = {m.ags for m in members}
    for place, table in (("selection", selection), ("needs", needs or {}), ("series", series or {})):
        for ags in table:
            if ags not in known:
                raise InputError(
                    "ags-not-member", f"{ags} is not a member", place, "members: " + ", ".join(sorted(known))
                )
    needs, series = needs or {}, series or {}
    return {
        m.ags: _member(m, known, selection.get(m.ags, {}), needs.get(m.ags, {}), series.get(m.ags, ()), data, clip)
        for m in members
    }


def for_results(answer: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> dict[str, dict[str, dict[str, Any]]]:
    """The answer of `coverage` with the keys that the schema of results.json allows, and no others."""
    return {a: {h: {k: entry[k] for k in RESULT_KEYS} for h, entry in hazards.items()} for a, hazards in answer.items()}


def _member(
    member: Any, known: set[str], chosen: Mapping[str, float], needs: Mapping[str, Mapping[str, Any]],
    series: Sequence[DailySeries | tuple[RegionalSeries, str]], data: Path | None, clip: bool,
) -> dict[str, dict[str, Any]]:  # fmt: skip
    from stadtland.toolbox.reading import get

    units = {get(i).id: strict.finite(u, f"selection: {member.ags}: {i}", 0) for i, u in chosen.items()}
    for hazard in needs:
        strict.one_of(hazard, hazards(), f"needs: {member.ags}")
    exposure, uploaded = _exposure(member, series, data)
    found = {h: _hazard(h, member, known, units, needs.get(h), exposure.get(h, {}), clip) for h in sorted(hazards())}
    for entry in uploaded:
        found[entry["hazard"]]["background"].append({"id": f"{entry['parameter']}@{entry['territory']}", **entry})
    return found


def _hazard(
    hazard: str, member: Any, known: set[str], units: Mapping[str, float], need: Mapping[str, Any] | None,
    exposure: dict[str, Any], clip: bool,
) -> dict[str, Any]:  # fmt: skip
    rows = [
        _row(e, member, units[e.measure], clip) for e in effects() if e.hazard == hazard and units.get(e.measure, 0) > 0
    ]
    combined = _combine(rows)
    answer: dict[str, Any] = {
        "need": None, "unit": None, "indicator": None, "coverage": None, "coverage_range": None,
        "data_quality": None, "data_from": None,
        "effect": None, "reason": "resilience.need_unknown",
        "exposure": exposure or None,
        "background": _background(hazard, member.ags),
        "effects": rows,
        "combined": combined,
        "protects": [_flow(f, known) for f in flows() if hazard in f["hazards"] and member.ags in f["from"]],
        "protected_by": [_flow(f, known) for f in flows() if hazard in f["hazards"] and member.ags in f["to"]],
        "tradeoffs": [
            {k: t[k] for k in ("id", "text", "evidence", "helps", "harms")} for t in tradeoffs()
            if hazard in (*t["helps"], *t["harms"]) and any(units.get(m, 0) > 0 for m in t["measures"])
        ],
        "request": request(hazard, member.ags),
    }  # fmt: skip
    if need is not None:
        answer |= _covered(hazard, member.ags, need, rows, combined)
    return answer


def _row(effect: Effect, member: Any, units: float, clip: bool) -> dict[str, Any]:
    row: dict[str, Any] = {
        "measure": effect.measure, "units": units, "per": effect.per, "indicator": effect.indicator,
        "combine": effect.combine, "acts_on": effect.acts_on, "evidence": effect.evidence,
        "sources": list(effect.sources), "treated_share": None, "unit": effect.unit,
        **{level: getattr(effect, level) for level in LEVELS},
    }  # fmt: skip
    if effect.combine == "sum":
        row |= {level: getattr(effect, level) * units for level in LEVELS}
    elif effect.combine == "share":
        row["treated_share"] = _treated(bases().get((effect.measure, effect.indicator)), member, effect, units, clip)
    return row


def _treated(base: Base | None, member: Any, effect: Effect, units: float, clip: bool) -> float | None:
    stock = None if base is None else member.maybe(base.figure)
    if base is None or stock is None:
        return None
    if clip and stock <= 0:
        return 0.0
    return treated_share(
        units, base.per_unit, float(stock), base.cap or clip, f"{member.ags}: {effect.measure} {effect.indicator}"
    )


def _combine(rows: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """By indicator: amounts summed, reductions joined; an indicator with one unknown treated share stays unknown."""
    found: dict[str, dict[str, Any]] = {}
    for indicator in dict.fromkeys(r["indicator"] for r in rows if r["combine"] != "local"):
        part = [r for r in rows if r["indicator"] == indicator]
        entry: dict[str, Any] = {
            "kind": part[0]["combine"],
            "unit": part[0]["unit"],
            "measures": [r["measure"] for r in part],
            "evidence": max(r["evidence"] for r in part),
            "acts_on": part[0]["acts_on"],
            "relative_to": None,
        }
        if part[0]["combine"] == "sum":
            entry |= {level: math.fsum(r[level] for r in part) for level in LEVELS}
        elif any(r["treated_share"] is None for r in part):
            entry |= {"low": None, "central": None, "high": None, "reason": "resilience.base_unknown"}
        else:
            entry["relative_to"] = bases()[part[0]["measure"], indicator].name
            for level in LEVELS:
                total = additive([r[level] * r["treated_share"] for r in part]).sum()
                entry[level] = float(as_reduction(total))
        found[indicator] = entry
    return found


def _covered(
    hazard: str,
    ags: str,
    need: Mapping[str, Any],
    rows: Sequence[Mapping[str, Any]],
    combined: Mapping[str, Mapping[str, Any]],
) -> dict[str, Any]:
    where = f"needs: {ags}: {hazard}"
    strict.keys(need, (*NEED_KEYS, "how", "worth_eur_a"), where, required=NEED_KEYS)
    quality = strict.one_of(need["data_quality"], ("A", "B", "C", "D"), f"{where}: data_quality")
    if not str(need["source"]).strip():
        raise InputError("need-source", "a need without source", where, "name the map or series it was read from")
    possible = {e.indicator: e for e in effects() if e.hazard == hazard and e.combine != "local"}
    if need["indicator"] not in possible:
        raise InputError(
            "need-indicator", f"{need['indicator']!r:.40} cannot be added up for {hazard}", where,
            "use " + (", ".join(sorted(possible)) or "none: effects on this hazard hold on site only"),
        )  # fmt: skip
    effect = possible[need["indicator"]]
    if need["unit"] != effect.unit:
        raise InputError(
            "need-unit", f"the need is in {need['unit']!r:.20}, effects are in {effect.unit!r}", where, "convert it"
        )
    top = math.inf if effect.combine == "sum" else 1 - 1e-9
    value = strict.finite(need["value"], f"{where}: value", 0, top)
    text = str(need["source"])
    answer: dict[str, Any] = {
        "need": value, "unit": effect.unit, "indicator": effect.indicator, "data_quality": quality,
        "data_from": need.get("how") or {"de": text, "en": text}, "reason": None,
    }  # fmt: skip
    entry = combined.get(effect.indicator)
    if entry is not None and entry["central"] is None:
        return answer | {"reason": "resilience.base_unknown"}
    amounts = [0.0] * 3 if entry is None else [float(entry[level]) for level in LEVELS]
    shares = [_part(amount, value, effect.combine) for amount in amounts]
    return answer | {"effect": amounts[1], "coverage": shares[1], "coverage_range": [shares[0], shares[2]]}


def _part(amount: float, need: float, combine: str) -> float:
    """Covered part 0–1: amount / need, for reductions in additive units −ln(1 − e); a need of 0 is covered."""
    if need == 0:
        return 1.0
    if combine == "share":
        return min(1.0, float(additive(amount)) / float(additive(need)))
    return min(1.0, amount / need)


def _exposure(
    member: Any, series: Sequence[DailySeries | tuple[RegionalSeries, str]], data: Path | None
) -> tuple[dict[str, dict[str, Any]], list[dict[str, Any]]]:
    """Local exposure by hazard, and series of a whole Land, which are background only."""
    found: dict[str, dict[str, Any]] = local_exposure(member, data)
    state: list[dict[str, Any]] = []
    for one in series:
        if isinstance(one, DailySeries):
            for hazard, values in station_exposure(one).items():
                for key, entry in values.items():
                    found.setdefault(hazard, {})[f"{key}@{one.station}"] = entry
        else:
            entry = regional_exposure(*one)
            if entry["resolved"] == "state" and entry["hazard"]:
                state.append(entry)
            elif entry["hazard"]:
                found.setdefault(entry["hazard"], {})[f"{entry['parameter']}@{entry['territory']}"] = entry
    sealed, age = sealed_share(member), age_share(member.ags, data)
    for hazard in ("heat", "heavy_rain"):
        if sealed is not None:
            found.setdefault(hazard, {})["sealed_share"] = sealed
    found.setdefault("heat", {})["share_65plus"] = age
    return found, state


def _background(hazard: str, ags: str) -> list[dict[str, Any]]:
    """State series once for the region: context, "not resolved below the state", never a value of the member."""
    if not ags.startswith(SAXONY):
        return []
    table = state_series()
    keys = ("title", "territory", "resolved", "unit", "change", "evidence", "source")
    return [{"id": key, **{k: table[key][k] for k in keys}} for key in STATE_OF.get(hazard, ())]


def _flow(flow: Mapping[str, Any], known: set[str]) -> dict[str, Any]:
    """A flow with its ends among the members; what arrives below is unknown and not added to any cover."""
    return {
        "id": flow["id"], "title": flow["title"], "known": flow["known"], "text": flow["text"],
        "from": [a for a in flow["from"] if a in known], "to": [a for a in flow["to"] if a in known],
        "amount": None, "request": flow["request"], "evidence": flow["evidence"], "sources": list(flow["sources"]),
    }  # fmt: skip
