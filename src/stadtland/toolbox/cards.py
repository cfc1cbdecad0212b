"""What a reader sees of the catalogue: the list and the card of one measure."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from stadtland.base import locale
from stadtland.base.texts import text

from .model import Bilingual, BilingualList, Measure, Range
from .reading import catalogue, get, sources
from .unit_words import unit_words


def listing(fmt: str = "json", lang: str = "de", extra: Path | None = None) -> list[dict[str, Any]]:
    """One row per measure, sorted by id; with those of a folder `extra` of own measures. An unknown effect is None.

    `json`: id, title {de, en}, field, class, type, applies_to, unit, effect {low, central, high, unit},
    evidence_effect, evidence_cost, accounting_view, hazards, status.
    `table` and `csv`: the same, flat, in `lang`.
    """
    rows = [_row(measure) for measure in catalogue(extra).values()]
    if fmt == "json":
        return rows
    return [
        {
            "id": row["id"], "title": row["title"][lang],
            "field": text(f"measure.field_{row['field']}", lang),
            "class": row["class"], "applies_to": " ".join(row["applies_to"]), "unit": row["unit"],
            "effect_low": row["effect"]["low"], "effect_central": row["effect"]["central"],
            "effect_high": row["effect"]["high"], "effect_unit": row["effect"]["unit"],
            "evidence_effect": row["evidence_effect"], "evidence_cost": row["evidence_cost"],
            "status": row["status"],
        }
        for row in rows
    ]  # fmt: skip


def _row(measure: Measure) -> dict[str, Any]:
    effect, unknown = measure.effect, "effect" in measure.unknown
    return {
        "id": measure.id,
        "title": {"de": measure.title.de, "en": measure.title.en},
        "field": measure.field,
        "class": measure.planning_class,
        "type": measure.type,
        "applies_to": list(measure.applies_to),
        "unit": measure.unit,
        "effect": {
            "low": None if unknown else effect.low,
            "central": None if unknown else effect.central,
            "high": None if unknown else effect.high,
            "unit": effect.unit,
        },
        "evidence_effect": effect.evidence,
        "evidence_cost": measure.cost.evidence,
        "accounting_view": measure.accounting_view,
        "hazards": list(measure.hazards),
        "status": measure.status,
    }


def _plain(value: float, lang: str) -> str:
    """A number with as few decimals as keep it within half a percent."""
    digits = next((d for d in range(6) if abs(round(value, d) - value) <= 0.005 * abs(value)), 6)
    return locale.number(value, lang, digits)


def _span(low: float, central: float, high: float, lang: str) -> str:
    if low == central == high:
        return _plain(central, lang)
    parts = [_plain(value, lang) for value in (low, central, high)]
    return text("measure.span", lang, low=parts[0], central=parts[1], high=parts[2])


def show(measure_id: str, lang: str = "de") -> list[str]:
    """The card of one measure as lines of text; InputError for an unknown id."""
    return card(get(measure_id), lang)


BENEFITS = ("nitrate", "biodiversity", "regional_value", "health", "jobs")


def cobenefits(measure: Measure, lang: str) -> str:
    """What a measure brings beside climate, from −2 to +3 with the evidence; empty where nothing is named."""
    found = measure.cobenefits
    named = [(text(f"measure.benefit_{k}", lang), getattr(found, k)) for k in BENEFITS if getattr(found, k)]
    if not named:
        return ""
    words = ", ".join(f"{name} {'+' if value > 0 else '−'}{abs(value):g}" for name, value in named)
    return text("measure.benefits", lang, words=words, evidence=found.evidence)


def card(measure: Measure, lang: str = "de", own: Mapping[str, Any] | None = None) -> list[str]:
    """The card of a measure as lines of text; `own`: sources of its own beside the registry."""

    def say(one: Bilingual) -> str:
        return str(getattr(one, lang))

    def label(key: str) -> str:
        return text(f"measure.{key}", lang)

    def many(items: BilingualList) -> list[str]:
        return [f"  - {item}" for item in getattr(items, lang)]

    def span(value: Range) -> str:
        return _span(value.low, value.central, value.high, lang)

    effect, cost = measure.effect, measure.cost
    tonnes = (
        label("not_known") if "effect" in measure.unknown
        else f"{_span(effect.low, effect.central, effect.high, lang)} t CO2e"
        f" {text('measure.per_unit_' + effect.mode, lang, unit=say(measure.unit_name))}"
        f" ({label('evidence')} {effect.evidence})"
    )  # fmt: skip
    money = (
        label("not_known") if "cost" in measure.unknown
        else f"{span(cost.invest)} EUR · {label('annual')}: {span(cost.annual)} EUR"
        f" ({label('cost_' + cost.cost_basis)}, {label('prices_of')} {cost.price_year},"
        f" {label('evidence')} {cost.evidence})"
    )  # fmt: skip
    lines = [
        f"{measure.id}  {say(measure.title)}",
        f"{label('field')}: {label('field_' + measure.field)} · {label('unit')}: {say(measure.unit_name)}",
        "", say(measure.summary), "", f"{label('steps')}:", *many(measure.steps), "",
        f"{label('effect')}: {tonnes}",
        f"  {say(effect.basis)}",
        f"{label('view')}: {label('view_' + measure.accounting_view)}",
        f"{label('invest')}: {money}",
    ]  # fmt: skip
    if measure.adaptation:
        found = measure.adaptation
        lines.append(
            f"{label('adaptation')}: {say(found.indicator)}:"
            f" {_span(found.low, found.central, found.high, lang)} {unit_words(found.unit, lang)}"
            f" ({label('evidence')} {found.evidence})"
        )
    gains = cobenefits(measure, lang)
    if gains:
        lines.append(f"{label('cobenefits')}: {gains}")
    for key in ("who_pays", "who_delivers", "what_flows"):
        lines.append(f"{label(key)}: {say(getattr(measure.cooperation, key))}")
    lines += [
        f"{label('city_rural')}: {say(measure.city_rural)}",
        f"{label('funding')}:",
        *many(measure.funding),
    ]
    lines += [f"  ({label('as_of')} {measure.funding.status_date})", f"{label('law')}:", *many(measure.law)]
    lines += [f"{label('risks')}: {say(measure.risks)}", f"{label('sources')}:"]
    registry = {**sources(), **(own or {})}
    for key in measure.sources:
        entry = registry.get(key, {})
        lines.append(f"  [{key}] {entry.get('citation', '')} ({entry.get('year', '')}) {entry.get('url', '')}".rstrip())
    return lines
