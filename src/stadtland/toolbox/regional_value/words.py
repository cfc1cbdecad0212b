"""The whole answer on one measure, as a table for programs and as lines for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stadtland.base.locale import number, significant

from .by_stage import stages, table
from .services import biodiversity, drinking_water


def value(measure_id: str, units: float, member: Any = None) -> dict[str, Any]:
    """Regional value, drinking water and biodiversity of `units` of a measure.

    `member`: a Municipality, whose kind sets the regional share; None: all partners together.
    {measure, title, units, unit, unit_name, ags, place, stages, no_turnover, drinking_water, biodiversity}; the parts
    are never added up to one figure. Errors: InputError `measure-unknown`, `number-*`.
    """
    from stadtland.toolbox.reading import get

    measure = get(measure_id)
    place = "partnership" if member is None else str(member.kind)
    ags = None if member is None else str(member.ags)
    return {
        "measure": measure.id,
        "title": measure.title.model_dump(),
        "units": float(units),
        "unit": measure.unit,
        "unit_name": measure.unit_name.model_dump(),
        "ags": ags,
        "name": None if member is None else member.name,
        "place": place,
        "stages": (found := stages(measure, units, place, ags)),
        "no_turnover": not found,
        "drinking_water": drinking_water(measure, units, member),
        "biodiversity": biodiversity(measure),
    }


def lines(answer: Mapping[str, Any], lang: str) -> list[str]:
    """The answer in words."""
    words = table("words")
    place = words["partnership"][lang] if answer["ags"] is None else answer["name"]
    digits = next((d for d in range(4) if round(answer["units"], d) == answer["units"]), 4)
    out = [
        words["heading"][lang].format(
            title=answer["title"][lang],
            units=number(answer["units"], lang, digits),
            unit=answer["unit_name"][lang],
            place=place,
        )
    ]
    out += [_stage(stage, lang) for stage in answer["stages"]]
    out.append(words["no_turnover" if answer["no_turnover"] else "method"][lang])
    out += [*_water(answer["drinking_water"], lang), _biodiversity(answer["biodiversity"], lang)]
    return out


def _stage(stage: Mapping[str, Any], lang: str) -> str:
    words, jobs = table("words"), stage["jobs_fte"]
    known = jobs is not None
    told = "–".join(significant(jobs[k], lang) for k in ("low", "high")) if known else words["unknown"][lang]
    return str(words["stage_line"][lang]).format(
        stage=stage["title"][lang],
        period=words[stage["period"]][lang],
        jobs=told,
        evidence=stage["evidence"],
        income=significant(stage["income_eur"]["central"], lang),
        profits=significant(stage["profits_eur"]["central"], lang),
        tax=significant(stage["municipal_tax_eur"]["central"], lang),
        low=significant(stage["total_eur"]["low"], lang),
        high=significant(stage["total_eur"]["high"], lang),
    )


def _water(water: Mapping[str, Any], lang: str) -> list[str]:
    words = table("words")
    if water["direction"] == "none":
        return [words["water_none"][lang]]
    nitrogen, price = water["nitrogen_kg_a"], water["treatment_eur_per_m3"]
    if nitrogen is None:
        first = words["water_direction"][lang].format(note=water["note"][lang])
    else:
        first = words["water_amount"][lang].format(
            nitrate=number(water["nitrate_kg_a_at_most"]["high"], lang),
            **{k: number(nitrogen[k], lang) for k in ("low", "central", "high")},
        )
    told = [
        first,
        words["treatment_line"][lang].format(
            low=number(price["low"], lang, 2), high=number(price["high"], lang, 2), note=water["treatment_note"][lang]
        ),
    ]
    if water["works_m3_a"] is not None:
        stake = water["at_stake_eur_a"]
        told.append(
            words["treatment_works"][lang].format(
                m3=number(water["works_m3_a"], lang),
                low=significant(stake["low"], lang),
                high=significant(stake["high"], lang),
            )
        )
    return told


def _biodiversity(found: Mapping[str, Any], lang: str) -> str:
    words = table("words")
    if found["text"] is None:
        return str(words["biodiversity_none"][lang])
    return str(words["biodiversity_line"][lang]).format(
        grade=found["title"][lang], text=found["text"][lang], evidence=found["evidence"]
    )
