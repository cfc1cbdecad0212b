"""The text of an offer, German or English, from content with the computed numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stadtland.base.locale import number

from .paying import _content, soils

SAXONY = "14"


def wording(offer: Mapping[str, Any], lang: str) -> str:
    """The whole offer as text: title, draft line, then the sections of `sections`."""
    common = _content("common")
    lines = [
        common["title"][lang].format(title=offer["title"][lang]),
        common["draft"][lang].format(date=offer["status_date"]),
    ]
    for part in sections(offer, lang):
        lines += ["", part["title"], *(f"- {item}" for item in part["items"]), *part["paragraphs"]]
    return "\n".join(lines) + "\n"


def sections(offer: Mapping[str, Any], lang: str) -> list[dict[str, Any]]:
    """The sections in order: {id, title, items[], paragraphs[]}."""
    common, group = _content("common"), _content("groups")[offer["group"]]
    years = number(offer["term_years"], lang)
    buffer = offer["buffer_share"]
    if buffer is None:
        reversal = common["risk"]["reversal_none"][lang]
    else:
        reversal = common["risk"]["reversal_buffer"][lang].format(buffer=number(100 * buffer, lang))
    risks = [common["risk"][k][lang].format(text=group[k][lang]) for k in ("drought", "fire")]
    table: list[tuple[str, list[str], list[str]]] = [
        ("payment", [], _payment(offer, lang)),
        ("opportunity", [], _opportunity(offer, lang)),
        ("owner", group["owner"][lang], []),
        ("tenant", group["tenant"][lang], [common["tenant"]["note"][lang]]),
        ("cap", group["cap"][lang], [common["cap"]["note"][lang]]),
        ("status", [], [group["land_status"][lang]]),
        ("term", [], [common["term"]["text"][lang].format(years=years)]),
        ("monitoring", group["monitoring"][lang], [common["monitoring"]["note"][lang]]),
        ("risk", [], [*risks, reversal]),
        ("exit", [], [common["exit"]["text"][lang]]),
        ("succession", [], [common["succession"]["text"][lang]]),
        ("data", common["data"]["items"][lang], [common["data"]["never"][lang]]),
        ("sources", _cited(offer), [common["sources"]["evidence"][lang].format(evidence=offer["evidence"])]),
    ]
    return [
        {"id": i, "title": common[i]["title"][lang], "items": list(items), "paragraphs": p} for i, items, p in table
    ]


def _payment(offer: Mapping[str, Any], lang: str) -> list[str]:
    words, per_ha = _content("common")["payment"], offer["payment_eur_per_ha_a"]

    def euro(value: float) -> str:
        return number(value, lang)

    year, once, term = offer["payment_eur_a"], offer["once_eur_per_ha"], offer["term_eur"]
    revenue = offer["own_revenue_eur_per_ha_a"]
    digits = next((d for d in (0, 1) if round(offer["hectares"], d) == offer["hectares"]), 2)
    lines = [
        words["yearly"][lang].format(
            hectares=number(offer["hectares"], lang, digits),
            soil=soils()[offer["soil"]]["title"][lang],
            central=euro(per_ha["central"]),
            low=euro(per_ha["low"]),
            high=euro(per_ha["high"]),
            total=euro(year["central"]),
            total_low=euro(year["low"]),
            total_high=euro(year["high"]),
        ),
        words["parts"][lang].format(
            care=euro(offer["care_eur_per_ha_a"]["central"]),
            opportunity=euro(offer["opportunity_eur_per_ha_a"]["central"]),
        ),
    ]
    if once["high"] > 0:
        lines.append(
            words["once"][lang].format(
                once=euro(once["central"]), once_low=euro(once["low"]), once_high=euro(once["high"])
            )
        )
    lines.append(
        words["term_total"][lang].format(
            years=offer["term_years"],
            sum=euro(term["central"]),
            sum_low=euro(term["low"]),
            sum_high=euro(term["high"]),
            price_year=offer["price_year"],
        )
    )
    if revenue["high"] > 0:
        lines.append(
            words["revenue"][lang].format(revenue_low=euro(revenue["low"]), revenue_high=euro(revenue["high"]))
        )
    return lines


def _opportunity(offer: Mapping[str, Any], lang: str) -> list[str]:
    words, basis = _content("common")["opportunity"], offer["basis"]
    if offer["income_rule"] == "as_published":
        return [words["as_published"][lang]]
    if offer["land_share"] == 0:
        return [words["none"][lang]]
    soil = soils()[offer["soil"]]
    lines = [
        words["add"][lang].format(
            share=number(offer["land_share"], lang, 1),
            rent=number(basis["rent"], lang),
            margin=number(basis["margin"], lang),
            soil=soil["title"][lang],
            index=number(basis["index"], lang, 2),
            district=soil["district"],
        )
    ]
    if offer["ags"] is not None and not offer["ags"].startswith(SAXONY):
        lines.append(words["elsewhere"][lang])
    return lines


def _cited(offer: Mapping[str, Any]) -> list[str]:
    from stadtland.toolbox.resilience import sources

    table = sources()
    return [f"{table[key]['citation']} ({table[key]['year']})" for key in offer["sources"]]
