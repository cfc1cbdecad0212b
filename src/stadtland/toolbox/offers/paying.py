"""The payment of an offer: upkeep plus the income given up, by soil quality, as a range."""

from __future__ import annotations

import math
from functools import cache
from typing import Any

from stadtland.base import content, strict, toml
from stadtland.base.errors import InputError
from stadtland.toolbox.model import Measure, Range

LEVELS = ("low", "central", "high")
RULES = ("add", "in_cost", "as_published")
STOCK = {"arable": "agri.arable", "grassland": "agri.grassland", "forest": "area.veg_forrest"}
MOST_HECTARES = 1e6


@cache
def _content(name: str) -> dict[str, Any]:
    return toml.read(content.path("offers", f"{name}.toml"))


def soils() -> dict[str, dict[str, Any]]:
    """Soil classes low, medium, high with the two rents that make the index, evidence and sources."""
    return dict(_content("soil")["class"])


def terms() -> dict[str, dict[str, Any]]:
    """Measures that can be offered per hectare, by id: group, crop, income rule, land share, term."""
    return _content("measures")


def opportunity(crop: str, soil: str) -> dict[str, Any]:
    """Income given up per ha and year: {low, central, high, index, rent, margin, evidence, sources}, EUR.

    low = rent · index, high = gross margin · index, central = their mean; index = rent of a district with such
    soils / Saxon mean of the same year. Errors: InputError `word-unknown` for crop or soil.
    """
    base = _content("soil")["base"][strict.one_of(crop, _content("soil")["base"], "crop")]
    entry = soils()[strict.one_of(soil, soils(), "--soil")]
    index = entry["district_rent"] / entry["saxon_rent"]
    rent, margin = base["rent"]["value"] * index, base["gross_margin"]["value"] * index
    grades = (entry["evidence"], base["rent"]["evidence"], base["gross_margin"]["evidence"])
    named = [base["rent"]["source"], base["gross_margin"]["source"], *entry["sources"]]
    return {
        "low": rent,
        "central": (rent + margin) / 2,
        "high": margin,
        "index": index,
        "rent": base["rent"]["value"],
        "margin": base["gross_margin"]["value"],
        "evidence": max(grades),
        "sources": list(dict.fromkeys(s for s in named if s)),
    }


def payment(measure: Measure, soil: str) -> dict[str, Any]:
    """Yearly payment per hectare and what it is made of: {per_ha, care, opportunity (low, central, high; EUR/(ha a)),
    once (EUR/ha), evidence, sources}.

    add: max(0, yearly cost) + land share · income given up on this soil.
    in_cost: the yearly cost already covers medium soil, so upkeep = max(0, yearly cost − land share · income on medium
    soil), then plus land share · income on this soil. as_published: the yearly cost alone, the same on every soil.
    """
    entry = _entry(measure.id)
    size, share, rule = float(entry["ha_per_unit"]), float(entry["land_share"]), entry["income"]
    yearly, once = ({k: getattr(r, k) / size for k in LEVELS} for r in (measure.cost.annual, measure.cost.invest))
    lost = opportunity(entry["crop"], soil)
    medium = opportunity(entry["crop"], "medium")
    given_up = {k: 0.0 if rule == "as_published" else share * lost[k] for k in LEVELS}
    covered = {k: share * medium[k] if rule == "in_cost" else 0.0 for k in LEVELS}
    care = {k: max(0.0, yearly[k] - covered[k]) for k in LEVELS}
    per_ha = {k: care[k] + given_up[k] for k in LEVELS}
    if not per_ha["low"] <= per_ha["central"] <= per_ha["high"]:
        raise InputError(
            "offer-range", "the payment does not rise from low to high", measure.id, "check offers/measures.toml"
        )
    cost = measure.cost
    grade = max(cost.annual.evidence or cost.evidence, lost["evidence"] if given_up["high"] else "A")
    named = [*(cost.annual.source or cost.sources), *(lost["sources"] if given_up["high"] else ())]
    return {
        "per_ha": per_ha,
        "care": care,
        "opportunity": given_up,
        "once": {k: max(0.0, once[k]) for k in LEVELS},
        "basis": lost,
        "rule": rule,
        "land_share": share,
        "evidence": grade,
        "sources": list(dict.fromkeys(named)),
    }


def offer(measure_id: str, hectares: float, soil: str = "medium", member: Any = None) -> dict[str, Any]:
    """An offer over `hectares` of a measure: payment low, central, high per hectare, per year and over the term.

    `member`: a Municipality, to check the area against its farmland; None: no place. EUR in prices of the measure's
    price year, not discounted. Errors: InputError `measure-unknown`, `offer-not-per-hectare`, `number-*`,
    `offer-over-base`, `word-unknown`.
    """
    from stadtland.toolbox.reading import get

    measure = get(measure_id)
    entry = _entry(measure.id)
    area = strict.finite(hectares, "--hectares", 0, MOST_HECTARES)
    if area == 0:
        raise InputError("number-range", "an offer needs an area above 0", "--hectares", "give hectares, decimal point")
    parts = payment(measure, soil)
    _fits(member, entry["crop"], area)
    years = int(entry["term_years"])
    yearly = {k: v * area for k, v in parts["per_ha"].items()}
    once = {k: v * area for k, v in parts["once"].items()}
    revenue: Range = measure.cost.revenue
    buffer = measure.plan.kernel.buffer.central if measure.plan.kernel is not None else None
    return {
        "measure": measure.id,
        "title": measure.title.model_dump(),
        "group": entry["group"],
        "crop": entry["crop"],
        "hectares": area,
        "units": area / float(entry["ha_per_unit"]),
        "unit": measure.unit,
        "soil": soil,
        "ags": None if member is None else member.ags,
        "name": None if member is None else member.name,
        "payment_eur_per_ha_a": parts["per_ha"],
        "care_eur_per_ha_a": parts["care"],
        "opportunity_eur_per_ha_a": parts["opportunity"],
        "once_eur_per_ha": parts["once"],
        "payment_eur_a": yearly,
        "once_eur": once,
        "term_eur": {k: math.fsum((once[k], years * yearly[k])) for k in LEVELS},
        "term_years": years,
        "own_revenue_eur_per_ha_a": {k: getattr(revenue, k) / float(entry["ha_per_unit"]) for k in LEVELS},
        "income_rule": parts["rule"],
        "land_share": parts["land_share"],
        "basis": parts["basis"],
        "buffer_share": buffer,
        "price_year": measure.cost.price_year,
        "evidence": parts["evidence"],
        "sources": parts["sources"],
        "draft": True,
        "status_date": _content("common")["status_date"],
    }


def _entry(measure_id: str) -> dict[str, Any]:
    entry = terms().get(measure_id)
    if entry is None:
        raise InputError(
            "offer-not-per-hectare",
            f"{measure_id} is not offered to land users per hectare",
            "measure",
            "offers exist for " + ", ".join(sorted(terms())),
        )
    strict.one_of(entry["income"], RULES, f"offers/measures.toml: {measure_id}")
    return dict(entry)


def _fits(member: Any, crop: str, area: float) -> None:
    stock = None if member is None else member.maybe(STOCK[crop])
    if stock is not None and area > stock:
        raise InputError(
            "offer-over-base",
            f"{area:g} ha are more than the {stock:g} ha of {crop} land in {member.name}",
            "--hectares",
            "choose a smaller area",
        )
