"""The answer on resilience in words: one row a hazard, the local figures, the background of the Land once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stadtland.base.locale import number, percent, significant
from stadtland.toolbox.unit_words import unit_words

from .content import effects as all_effects
from .content import hazards, need_kinds, state_series, word


def row_words(hazard: str, entry: Mapping[str, Any], lang: str) -> str:
    """One hazard: need and coverage, or that the need is unknown and who can settle it."""
    title = hazards()[hazard]["title"][lang]
    if entry["need"] is None:
        told = f"{word('need_unknown', lang)} → {entry['request']['office'][lang]}"
    else:
        cover = word("unknown", lang) if entry["coverage"] is None else percent(entry["coverage"], lang)
        told = word(
            "need_known", lang, title=_kind(hazard, entry["indicator"], lang),
            need=_amount(entry["need"], entry["unit"], lang), coverage=cover,
            source=entry["data_from"][lang], quality=entry["data_quality"],
        )  # fmt: skip
    return f"{title}: {told}"


def _amount(value: float, unit: str, lang: str) -> str:
    if unit == "1":
        return percent(value, lang)
    shown = number(value, lang, 0) if value >= 100 or value == round(value) else significant(value, lang, 3)
    return f"{shown} {_unit(unit, lang)}"


def _kind(hazard: str, indicator: str, lang: str) -> str:
    """What a need is about: the title of its kind, else of the effect that covers it."""
    for kind in need_kinds().values():
        if (kind["hazard"], kind["indicator"]) == (hazard, indicator):
            return str(kind["title"][lang])
    return next(e.acts_on[lang] for e in all_effects() if (e.hazard, e.indicator) == (hazard, indicator))


def exposure(entry: Mapping[str, Any], lang: str) -> list[str]:
    """Local figures of a hazard, one line each; that there is none where there is none."""
    lines: list[str] = []
    for key, one in (entry["exposure"] or {}).items():
        if key == "sealed_share":
            lines.append(word("sealed", lang, value=number(100 * one["value"], lang, 1)))
        elif key == "share_65plus":
            lines.append(_age(one, lang))
        elif one.get("kind") == "land_use":
            lines.append(_land_use(one, lang))
        else:
            lines.append(_series(one, lang))
    return lines or [word("no_local_data", lang)]


def _land_use(one: Mapping[str, Any], lang: str) -> str:
    key = "local_district" if one["resolved"] == "district" else "local"
    return word(
        key, lang, title=one["title"][lang], value=significant(one["value"], lang, 3), unit=_unit(one["unit"], lang),
        year=one["year"], quality=one["data_quality"],
    )  # fmt: skip


def _unit(unit: str, lang: str) -> str:
    """A unit in words; nothing for a plain ratio."""
    return "" if unit == "1" else unit_words(unit, lang)


def effects(entry: Mapping[str, Any], lang: str) -> list[str]:
    """What the chosen measures do: joint amounts, then effects that hold on site or on the treated part only."""
    lines = []
    for one in entry["combined"].values():
        if one["central"] is not None:
            told = _range(one, one["unit"], lang)
            params = {"value": told, "measures": ", ".join(one["measures"]), "evidence": one["evidence"]}
            base = one["relative_to"]
            lines.append(
                word("joint", lang, where=one["acts_on"][lang], **params)
                if base is None
                else word("joint_share", lang, where=one["acts_on"][lang], base=base[lang], **params)
            )
    for one in entry["effects"]:
        if one["combine"] == "local" or (one["combine"] == "share" and one["treated_share"] is None):
            told = _range(one, one["unit"], lang)
            where = one["acts_on"][lang]
            lines.append(
                word("on_site", lang, measure=one["measure"], where=where, value=told, evidence=one["evidence"])
            )
    return lines + [word("tradeoff", lang, text=t["text"][lang]) for t in entry["tradeoffs"]]


def protects(entry: Mapping[str, Any], names: Mapping[str, str], lang: str) -> list[str]:
    """Whom the member protects downstream, where a source says so."""
    return [
        word("protects", lang, names=", ".join(names[a] for a in flow["to"]), title=flow["title"][lang])
        for flow in entry["protects"]
        if flow["known"] and flow["to"]
    ]


def _range(one: Mapping[str, Any], unit: str, lang: str) -> str:
    scale, shown = (100.0, "%") if unit == "1" and one.get("kind", one.get("combine")) == "share" else (1.0, unit)
    shown = _unit(shown, lang)
    low, central, high = (significant(scale * one[k], lang, 3) for k in ("low", "central", "high"))
    return f"{central} {shown}" if low == high else f"{central} {shown} ({low}–{high})"


def _age(one: Mapping[str, Any] | None, lang: str) -> str:
    if one is None:
        return word("share_65plus_unknown", lang)
    key = "share_65plus_city" if one["resolved"] == "municipality" else "share_65plus"
    return word(key, lang, value=number(100 * one["value"], lang, 1), name=one["name"], year=one["year"])


def _series(one: Mapping[str, Any], lang: str) -> str:
    mean = one["value"] if "return_period" in one else one["mean"]
    told = word("unknown", lang) if mean is None else f"{number(mean, lang, 1)} {_unit(one['unit'], lang)}"
    if one["resolved"] == "station":
        return f"{one['title'][lang]}: {told} ({word('station_is_a_point', lang, station=one['station'])})"
    return f"{word('district_series', lang, territory=one['territory'])}: {told}"


def background(member: Mapping[str, Mapping[str, Any]], lang: str) -> list[str]:
    """The series of the Land behind the hazards of a member, each once, marked as not resolved below the state."""
    found = {one["id"]: one for entry in member.values() for one in entry["background"]}
    return [_background(key, one, lang) for key, one in found.items()]


def _background(key: str, one: Mapping[str, Any], lang: str) -> str:
    mark = word("not_resolved", lang)
    if key in state_series():
        return word("state_series", lang, text=state_series()[key]["text"][lang], not_resolved=mark)
    value = word("unknown", lang) if one["mean"] is None else number(one["mean"], lang, 1)
    return word("state_upload", lang, territory=one["territory"], value=value, unit=one["unit"], not_resolved=mark)
