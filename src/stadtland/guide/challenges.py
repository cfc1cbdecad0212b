"""Check of a partnership's own results against the known challenges of urban-rural partnerships."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from stadtland.base import content, toml

from . import formula


@dataclass(frozen=True)
class Challenge:
    """One challenge: `shows` is True, False, or None when figures cannot tell.

    `finding` is a template; its slots are `(name, formula, kind of number)`, each traced to results.json.
    """

    id: str
    title: str
    text: str
    finding: str
    help: str
    source: str
    shows: bool | None
    slots: tuple[tuple[str, str, str], ...]
    measures: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    who: str = ""
    question: str = ""


@cache
def _rules() -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = toml.read(content.path("guide", "challenges.toml"))["challenge"]
    return listed


def challenges(
    results: dict[str, Any], lang: str, answers: Mapping[str, str] | None = None, every: bool = False
) -> list[Challenge]:
    """The known challenges with their answer for these results, in the order of the content.

    results: dict of results.json; lang: `de` or `en`. A challenge whose figures are missing has `shows` None, and so
    has one that no figure can show until its question is answered (`answers`: id → yes|no, yes means it shows).
    every: with the challenges that the report leaves out (`guide_only` in the content).
    The limits are conventions of this project (evidence C), stated in `content/guide/challenges.toml`.
    """
    found = []
    told = answers or {}
    for rule in _rules():
        if rule.get("guide_only") and not every:
            continue
        shows = holds(rule.get("when"), results)
        if "question" in rule and rule["id"] in told:
            shows = told[rule["id"]] == "yes"
        finding = rule["absent"] if shows is False and "absent" in rule else rule["finding"]
        slots = tuple((name, pair[0], pair[1]) for name, pair in rule.get("slots", {}).items())
        found.append(
            Challenge(
                rule["id"],
                rule["title"][lang],
                rule["text"][lang],
                finding[lang],
                rule["help"][lang],
                rule["source"][lang],
                shows,
                slots,
                tuple(rule.get("measures", ())),
                tuple(rule.get("examples", ())),
                rule["who"][lang],
                rule["question"][lang] if "question" in rule else "",
            )
        )
    return found


def holds(when: dict[str, Any] | None, results: dict[str, Any]) -> bool | None:
    """Whether a condition holds; None without a condition or when its figures are missing.

    `op` is `<`, `>` (value of the formula against `limit`) or `differs` (more than `limit` different entries).
    """
    if when is None:
        return None
    try:
        if when["op"] == "differs":
            return len(set(formula.walk(results, when["formula"]))) > int(when["limit"])
        value = formula.evaluate(when["formula"], results)
    except formula.Missing:
        return None
    limit = float(when["limit"])
    return value < limit if when["op"] == "<" else value > limit
