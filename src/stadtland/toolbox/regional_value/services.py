"""Ecosystem services besides carbon: drinking water in kg and EUR per m3, biodiversity in words."""

from __future__ import annotations

from typing import Any

from stadtland.base import strict
from stadtland.toolbox.model import Measure

from .by_stage import LEVELS, MOST_UNITS, table

NITRATE_PER_NITROGEN = 62.0049 / 14.0067  # molar masses of NO3 and N, g/mol


def drinking_water(measure: Measure, units: float, member: Any = None) -> dict[str, Any]:
    """Nitrogen surplus lowered and the treatment that clean raw water saves.

    {direction less|none, nitrogen_kg_a (low, central, high) or None, nitrate_kg_a_at_most or None,
    treatment_eur_per_m3, works_m3_a, at_stake_eur_a, evidence, sources, note}. Nitrate is an upper bound: surplus
    · 62.0049/14.0067 if all were leached. `at_stake_eur_a` is the treatment of the whole works in the member, never a
    saving of these units: how much of the catchment they are is unknown. `member`: a Municipality or None.
    """
    amount = strict.finite(units, "--units", 0, MOST_UNITS)
    entry, price = table("water")["measure"].get(measure.id), table("water")["treatment"]
    per_m3 = {k: float(price[k]) for k in LEVELS}
    answer: dict[str, Any] = {
        "direction": "none",
        "nitrogen_kg_a": None,
        "nitrate_kg_a_at_most": None,
        "treatment_eur_per_m3": None,
        "treatment_note": None,
        "works_m3_a": None,
        "at_stake_eur_a": None,
        "evidence": None,
        "sources": [],
        "note": None,
    }
    if entry is None:
        return answer
    works = None if member is None else member.maybe("water.works_delivery")
    answer |= {
        "direction": "less",
        "treatment_eur_per_m3": per_m3,
        "treatment_note": price["note"],
        "works_m3_a": works,
        "evidence": entry["evidence"],
        "sources": [*entry["sources"], price["source"]],
        "note": entry["note"],
        "at_stake_eur_a": None if works is None else {k: works * per_m3[k] for k in LEVELS},
    }
    if entry["amount"]:
        nitrogen = {k: amount * float(entry[k]) for k in LEVELS}
        answer |= {
            "nitrogen_kg_a": nitrogen,
            "nitrate_kg_a_at_most": {k: v * NITRATE_PER_NITROGEN for k, v in nitrogen.items()},
        }
    return answer


def biodiversity(measure: Measure) -> dict[str, Any]:
    """What the measure means for species, in words: {grade, title, text or None, evidence or None, sources}.

    grade: strong, clear, some, mixed, risk, or none where nothing is rated; never a number.
    """
    words, entry = table("biodiversity")["grade"], table("biodiversity")["measure"].get(measure.id)
    if entry is None:
        return {"grade": "none", "title": words["none"], "text": None, "evidence": None, "sources": []}
    return {
        "grade": entry["grade"],
        "title": words[entry["grade"]],
        "text": entry["text"],
        "evidence": entry["evidence"],
        "sources": list(entry["sources"]),
    }
