"""The answer on resilience in words: one row a hazard, the local figures, the background of the Land once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stadtland.base.locale import number, percent

from .content import hazards, state_series, word


def row_words(hazard: str, entry: Mapping[str, Any], lang: str) -> str:
    """One hazard: need and coverage, or that the need is unknown and who can settle it."""
    title = hazards()[hazard]["title"][lang]
    if entry["need"] is None:
        told = f"{word('need_unknown', lang)} → {entry['request']['office'][lang]}"
    else:
        cover = word("unknown", lang) if entry["coverage"] is None else percent(entry["coverage"], lang)
        told = word("need_known", lang, need=number(entry["need"], lang, 2), unit=entry["unit"], coverage=cover)
    return f"{title}: {told}"


def exposure(entry: Mapping[str, Any], lang: str) -> list[str]:
    """Local figures of a hazard, one line each; that there is none where there is none."""
    lines: list[str] = []
    for key, one in (entry["exposure"] or {}).items():
        if key == "sealed_share":
            lines.append(word("sealed", lang, value=number(100 * one["value"], lang, 1)))
        elif key == "share_65plus":
            lines.append(_age(one, lang))
        else:
            lines.append(_series(one, lang))
    return lines or [word("no_local_data", lang)]


def _age(one: Mapping[str, Any] | None, lang: str) -> str:
    if one is None:
        return word("share_65plus_unknown", lang)
    key = "share_65plus_city" if one["resolved"] == "municipality" else "share_65plus"
    return word(key, lang, value=number(100 * one["value"], lang, 1), name=one["name"], year=one["year"])


def _series(one: Mapping[str, Any], lang: str) -> str:
    mean = one["mean"]
    told = word("unknown", lang) if mean is None else f"{number(mean, lang, 1)} {one['unit']}"
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
