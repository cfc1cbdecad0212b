"""Funding and law: what may apply to a measure in a given situation, what excludes it, and what must be asked first.

Content: `content/toolbox/funding.toml`. Three answers of a rule: it fires, it is silent, or it is open because the
situation does not say what it needs. Missing is not "no". Every answer says "check before use" and carries its date.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from stadtland.base import content, strict, toml

from .funding_rules import Rule, answer, check_situation, read_rules
from .interactions import bilingual

GIVERS = ("federal", "land", "eu", "statutory")
BEGINS = ("approval", "application", "none")
APPLICANTS = ("municipality", "utility", "company", "farm", "citizen", "association")
_PROGRAMME_KEYS = (
    "title", "giver", "applicants", "begin", "voluntary", "combines", "commitment_years", "until", "rate",
    "measures", "note", "source", "evidence", "status_date",
)  # fmt: skip
_PROGRAMME_NEEDS = ("title", "giver", "applicants", "begin", "measures", "source", "evidence", "status_date")


@dataclass(frozen=True)
class Programme:
    """A source of money: `facts` are the values rules may read (absent = not known)."""

    id: str
    title: Mapping[str, str]
    measures: tuple[str, ...]
    facts: Mapping[str, Any]
    rate: Mapping[str, float] | None
    note: Mapping[str, str] | None
    source: tuple[str, ...]
    evidence: str
    status_date: str


@dataclass(frozen=True)
class Content:
    """Everything of the funding file."""

    status_date: str
    check: Mapping[str, str]
    programmes: Mapping[str, Programme]
    rules: Mapping[str, Rule]


@cache
def sources() -> dict[str, dict[str, Any]]:
    """Sources of the toolbox and of the funding rules by id."""
    from . import reading

    return {**reading.sources(), **toml.read(content.path("toolbox", "sources.toml"))}


@cache
def bundled() -> Content:
    """The bundled programmes and rules, checked."""
    from .reading import catalogue

    return read(content.path("toolbox", "funding.toml"), catalogue(), sources())


def read(path: Path, measures: Mapping[str, Any], known_sources: Mapping[str, Any]) -> Content:
    """Programmes and rules of a file; InputError names file, entry, key and cure."""
    data = toml.read(path)
    top = ("status_date", "check", "programme", "rule")
    strict.keys(data, top, path.name, top)
    programmes = {
        key: _programme(key, entry, f"{path.name}: programme.{key}", measures, known_sources)
        for key, entry in strict.mapping(data["programme"], path.name).items()
    }
    rules = read_rules(data["rule"], path.name, programmes, measures, known_sources)
    return Content(data["status_date"], bilingual(data["check"], f"{path.name}: check"), programmes, rules)


def _programme(
    key: str, entry: Any, where: str, measures: Mapping[str, Any], known_sources: Mapping[str, Any]
) -> Programme:
    strict.keys(strict.mapping(entry, where), _PROGRAMME_KEYS, where, _PROGRAMME_NEEDS)
    strict.one_of(entry["giver"], GIVERS, f"{where}.giver")
    strict.one_of(entry["begin"], BEGINS, f"{where}.begin")
    strict.one_of(entry["evidence"], "ABC", f"{where}.evidence")
    for name, allowed in (
        ("applicants", APPLICANTS),
        ("measures", sorted(measures)),
        ("source", sorted(known_sources)),
    ):
        for one in entry[name]:
            strict.one_of(one, allowed, f"{where}.{name}")
    if "commitment_years" in entry:
        strict.finite(entry["commitment_years"], f"{where}.commitment_years", 0.0, 99.0)
    rate = entry.get("rate")
    if rate is not None:
        low = strict.finite(rate["low"], f"{where}.rate.low", 0.0, 1.0)
        strict.finite(rate["high"], f"{where}.rate.high", low, 1.0)
    known = ("giver", "applicants", "begin", "voluntary", "combines", "commitment_years", "until")
    facts = {f"programme.{k}": entry[k] for k in known if k in entry}
    if rate is not None:
        facts["programme.max_rate"] = rate["high"]
    return Programme(
        key, bilingual(entry["title"], f"{where}.title"), tuple(entry["measures"]), facts, rate, entry.get("note"),
        tuple(entry["source"]), entry["evidence"], entry["status_date"],
    )  # fmt: skip


def funding(measure_id: str, situation: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """What may pay for a measure and what stands against it.

    `situation`: keys of `funding_rules.SITUATION` (all optional; date as ISO text, shares 0–1, EUR, years). Result:
    `{measure, status_date, check {de,en}, named {de,en}, law {de,en}, programmes: [{id, title, state, rate, note,
    reasons, ask, source, evidence, status_date}], rules: [{id, state: fires|open, effect, sentence, cure, ask, source,
    evidence, status_date}]}`. `state` of a programme: may_apply, limited, ask (a rule that could exclude is open),
    excluded, granted. Rules that are silent are left out; rules of a programme stand in its `reasons` and `ask`.
    Errors: InputError `measure-unknown`, `key-unknown`, `word-unknown`, `number-*`, `date-format`.
    """
    from .reading import get

    measure = get(measure_id)
    found = bundled()
    facts = check_situation(situation or {}, found.programmes)
    programmes = [_state(p, found, facts) for p in found.programmes.values() if measure_id in p.measures]
    rules = []
    for rule in found.rules.values():
        if rule.scope == "situation":
            state, ask = answer(rule, facts)
            # a rule that could matter for anybody is not listed as open unless the situation touches it
            if state == "fires" or (state == "open" and rule.touched(facts)):
                rules.append(_row(rule, state, ask))
    return {
        "measure": measure_id, "status_date": found.status_date, "check": found.check,
        "named": measure.funding.model_dump(),
        "law": measure.law.model_dump(), "programmes": programmes, "rules": rules,
    }  # fmt: skip


def _row(rule: Rule, state: str, ask: tuple[str, ...]) -> dict[str, Any]:
    return {
        "id": rule.id, "state": state, "effect": rule.effect, "sentence": rule.sentence, "cure": rule.cure,
        "ask": list(ask), "source": list(rule.source), "evidence": rule.evidence, "status_date": rule.status_date,
    }  # fmt: skip


def _state(programme: Programme, found: Content, facts: Mapping[str, Any]) -> dict[str, Any]:
    own = {**facts, **programme.facts}
    reasons: list[dict[str, Any]] = []
    ask: list[str] = []
    state = "may_apply"
    granted = programme.id in facts.get("granted", ())
    for rule in found.rules.values():
        if rule.scope != "programme" or (granted and rule.id == "double_funding"):
            continue
        verdict, missing = answer(rule, own)
        if verdict == "fires":
            reasons.append(_row(rule, verdict, ()))
            state = "excluded" if rule.effect == "excludes" else "limited" if state != "excluded" else state
        elif verdict == "open":
            # what the programme itself does not publish cannot be asked of the user
            ask += [m for m in missing if m not in ask]
            if rule.effect == "excludes" and state == "may_apply":
                state = "ask"
    if granted and state != "excluded":
        state = "granted"
    return {
        "id": programme.id, "title": programme.title, "state": state, "rate": programme.rate, "note": programme.note,
        "reasons": reasons, "ask": ask, "source": list(programme.source), "evidence": programme.evidence,
        "status_date": programme.status_date,
    }  # fmt: skip
