"""The harmonised inventory as data (waterfall, rules, cells, memo) and as text rows of a protocol."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stadtland.base.locale import number, percent

from . import fingerprints
from .card import questions
from .chain import Result
from .words import protocol, rules, say, title, why

SCHEMA = "stadtland/harmonised/1"
LANGUAGES = ("de", "en")
SHOWN = 8  # rows of the residual that are printed
END_BARS = ("old", "residual", "new")


def _both(make: Any) -> dict[str, str]:
    return {lang: make(lang) for lang in LANGUAGES}


def waterfall(result: Result) -> list[dict[str, Any]]:
    """Bars from old to new: `{rule, title, delta_t, why, data_quality_effect}`; first `old`, last `residual`, `new`.

    A bar for every rule that was applied or lacks data. Σ delta_t of all bars except `new` = `new`.
    """
    bars: list[dict[str, Any]] = [_bar("old", "old_total", result.old_t)]
    for step in result.steps:
        if step.status in ("applied", "needs_data"):
            bars.append(
                {
                    "rule": step.rule, "title": _both(lambda g, r=step.rule: title(r, g)), "delta_t": step.delta_t,
                    "status": step.status, "why": _both(lambda g, s=step: why(s, g)),
                    "data_quality_effect": rules()[step.rule]["quality"],
                }
            )  # fmt: skip
    bars += [_bar("residual", "residual", result.residual_t), _bar("new", "new_total", result.new_t)]
    return bars


def _bar(id: str, key: str, value: float) -> dict[str, Any]:
    empty = {"de": "", "en": ""}
    return {
        "rule": id, "title": _both(lambda g: say(key, g)), "delta_t": value, "status": "total", "why": empty,
        "data_quality_effect": empty,
    }  # fmt: skip


def to_dict(result: Result, name: str = "", skipped: int = 0, reason: str = "") -> dict[str, Any]:
    """Everything as plain data, fit for canonical JSON: no NaN, missing is null."""
    known = result.card
    return {
        "schema": SCHEMA, "status": result.status, "year": result.year, "target_year": result.target_year,
        "ags": known.texts.get("ags"), "name": known.texts.get("name"),
        "label": _both(lambda g: say("label", g)),
        "original": {
            "file": name, "sha256": result.raw_sha256 or None, "rows": len(result.old_rows), "skipped": skipped,
        },
        "card": {
            **known.texts, **known.years, **{q: known.say(q) for q in questions()}, "numbers": dict(known.numbers),
            "fill": dict(known.fill), "unknown": known.unknown(),
        },
        "old_t": result.old_t, "new_t": result.new_t, "residual_t": result.residual_t,
        "residual_share": result.residual_share if result.new_t or not result.residual_t else None,
        "residual_flag": result.status == "unexplained" or result.residual_share > 0.005,
        "residual_rows": [
            {"line": r.line, "row": r.number, "delta_t": t, "factor": r.factor, "wanted": f} for r, t, f in result.left
        ],
        "missing_cells": list(result.missing), "not_recomputed_t": result.fixed_t, "recovered_rows": result.recovered,
        "data_quality": {"old": result.quality_old, "new": result.quality_new},
        "population": {"old": result.population_old, "new": result.population_new},
        "memo": dict(result.memo), "waterfall": waterfall(result),
        "rules": [
            {
                "rule": s.rule, "title": _both(lambda g, r=s.rule: title(r, g)), "status": s.status,
                "delta_t": s.delta_t, "why": _both(lambda g, x=s: why(x, g)), "formula": rules()[s.rule]["formula"],
                "source": rules()[s.rule]["source"], "evidence": rules()[s.rule]["evidence"],
            }
            for s in result.steps
        ],
        "fingerprints": {
            "votes": dict(result.recognition.votes),
            "ambiguous": [
                {"row": result.old_rows[i].number, "sets": list(s)} for i, s in result.recognition.ambiguous.items()
            ],
        },
        "defaults": {"source": result.defaults_source or None, "reason": reason or None},
        "cells": [
            {
                "sector": r.sector, "mode": r.mode or None, "carrier": r.carrier or None, "part": r.part or None,
                "mwh": r.mwh, "t_co2e": r.t, "state": r.state, "data_quality": r.quality, "origin": r.origin,
                "row": r.number, "source": r.note or None,
            }
            for r in result.rows
        ],
    }  # fmt: skip


def protocol_rows(report: Mapping[str, Any], lang: str) -> list[dict[str, str]]:
    """Text rows for a document: `{kind, text, value}`; kind heading, note, bar, flag, memo; value is formatted."""
    rows: list[dict[str, str]] = []

    def add(kind: str, text: str, value: str = "") -> None:
        rows.append({"kind": kind, "text": text, "value": value})

    def tonnes(value: float) -> str:
        return number(value, lang, 0)

    add(
        "heading",
        say("heading", lang, name=report["name"] or report["ags"] or say("unnamed", lang), year=report["year"]),
    )
    add("note", report["label"][lang])
    origin = report["original"]
    if origin["sha256"]:
        add("note", say("original", lang, file=origin["file"], sha=origin["sha256"]))
    add("note", say("read", lang, rows=origin["rows"], skipped=origin["skipped"]))
    for bar in report["waterfall"]:
        text = bar["title"][lang]
        if bar["rule"] not in END_BARS:
            missing = say("needs", lang) if bar["status"] == "needs_data" else ""
            effect = f"{say('quality_effect', lang)}: {bar['data_quality_effect'][lang]}"
            text = f"{bar['rule']} {text}: {missing}{bar['why'][lang]} ({effect})"
        add("bar", text, number(bar["delta_t"], lang, 0, sign=bar["rule"] not in ("old", "new")))
    share = report["residual_share"]
    if share is not None:
        key = "residual_flag" if report["residual_flag"] else "residual_small"
        if report["not_recomputed_t"] and not report["residual_flag"]:
            key = "residual_partly"
        add("flag" if report["residual_flag"] else "note", say(key, lang, share=percent(share, lang, 2)))
    for entry in report["residual_rows"][:SHOWN] if report["residual_flag"] else []:
        add(
            "note",
            say(
                "residual_row" if entry["factor"] is not None else "residual_row_empty", lang, row=entry["row"] or "–",
                line=entry["line"], t=number(entry["delta_t"], lang, sign=True), old=_factor(entry["factor"], lang),
                new=_factor(entry["wanted"], lang),
            ),
        )  # fmt: skip
    lacking = [s["rule"] for s in report["rules"] if s["status"] == "needs_data"]
    if lacking:
        add("flag", say("incomplete", lang, rules=", ".join(lacking)))
    if report["not_recomputed_t"]:
        add("flag", say("fixed", lang, t=tonnes(report["not_recomputed_t"])))
    if report["missing_cells"]:
        add("flag", say("missing", lang, cells=", ".join(report["missing_cells"])))
    if report["recovered_rows"]:
        add("note", say("recovered", lang, rows=report["recovered_rows"]))
    for id, votes in sorted(report["fingerprints"]["votes"].items()):
        add("note", say("fingerprint", lang, title=fingerprints.sets()[id]["title"][lang], carriers=votes))
    for entry in report["fingerprints"]["ambiguous"]:
        add("note", say("ambiguous", lang, row=entry["row"], sets=", ".join(entry["sets"])))
    found = report["defaults"]
    if found["source"]:
        add("note", say("defaults", lang, source=found["source"]))
    elif found["reason"]:
        add("note", say("no_defaults", lang, reason=found["reason"]))
    for account, value in sorted(report["memo"].items()):
        words = protocol()["account"].get(account, {}).get(lang, account)
        add("memo", say("memo", lang, account=words, t=tonnes(value)))
    _people(report, lang, add)
    old, new = report["data_quality"]["old"], report["data_quality"]["new"]
    if old is not None and new is not None:
        add("note", say("quality", lang, old=percent(old, lang), new=percent(new, lang)))
    if report["card"]["unknown"]:
        names = ", ".join(questions()[q]["title"][lang] for q in report["card"]["unknown"])
        add("note", say("unknown", lang, questions=names))
    return rows


def _factor(value: float | None, lang: str) -> str:
    return "–" if value is None else number(value, lang, 1)


def _people(report: Mapping[str, Any], lang: str, add: Any) -> None:
    old, new = report["population"]["old"], report["population"]["new"]
    if old and new:
        add(
            "note",
            say(
                "per_head", lang, old=number(report["old_t"] / old, lang, 2), old_people=number(old, lang),
                new=number(report["new_t"] / new, lang, 2), new_people=number(new, lang),
            ),
        )  # fmt: skip
