"""Scenarios: named sets of levers, bundled or from a file (docs/reference/scenario.md)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from stadtland.base import content, strict, toml
from stadtland.base.errors import InputError

from . import levers
from .levers import Levers
from .partnership import Partnership, locks

ORDER = (
    "joint-target", "anyway", "current-programmes", "own-targets", "both-targets", "limited-money", "limited-land",
    "evidence-ab", "evidence-c",
)  # fmt: skip


@dataclass(frozen=True)
class Scenario:
    """A scenario: id, title and text in both languages, levers, and locks by member and measure."""

    id: str
    title: dict[str, str]
    text: dict[str, str]
    levers: Levers
    locks: dict[str, dict[str, dict[int, float]]]


def bundled() -> list[str]:
    """Ids of the bundled scenarios in the order in which they are shown."""
    found = {p.stem for p in content.path("scenarios").glob("*.toml")}
    return [i for i in ORDER if i in found] + sorted(found - set(ORDER))


def load(name_or_file: str | Path, members: set[str]) -> Scenario:
    """A bundled scenario by id, or a file. InputError `scenario-unknown` and those of `levers.parse`."""
    path = Path(name_or_file)
    if path.suffix != ".toml":
        if str(name_or_file) not in bundled():
            raise InputError(
                "scenario-unknown",
                f"no scenario {str(name_or_file)!r}",
                "--scenario",
                "name a file ending in .toml or one of: " + ", ".join(bundled()),
            )
        path = content.path("scenarios", f"{name_or_file}.toml")
    return parse(toml.read(path), path.name, path.stem, members)


def parse(table: dict[str, Any], where: str, ident: str, members: set[str]) -> Scenario:
    """A scenario from its table."""
    strict.keys(table, ("id", "title", "text", "levers", "locks"), where)
    name = table.get("id", ident)
    if not isinstance(name, str) or not name.strip():
        raise InputError("scenario-id", "the id of a scenario is text", f"{where}.id", 'write id = "warm-winter"')
    words = {}
    for key in ("title", "text"):
        value = table.get(key, name if key == "title" else "")
        value = {"de": value, "en": value} if isinstance(value, str) else value
        strict.keys(strict.mapping(value, f"{where}.{key}"), ("de", "en"), f"{where}.{key}", ("de", "en"))
        words[key] = {k: str(v) for k, v in value.items()}
    return Scenario(
        name.strip(),
        words["title"],
        words["text"],
        levers.parse(table.get("levers", {}), f"{where} [levers]", members),
        locks(table.get("locks", {}), f"{where} [locks]", members),
    )


def apply(partnership: Partnership, scenario: Scenario) -> Partnership:
    """The partnership under a scenario: levers joined, locks added (the scenario wins), targets replaced."""
    merged = {a: dict(m) for a, m in partnership.locks.items()}
    for ags, rows in scenario.locks.items():
        merged.setdefault(ags, {}).update(rows)
    joined = levers.join(partnership.levers, scenario.levers)
    return settle(replace(partnership, levers=joined, locks=merged, scenario=scenario.id))


def settle(partnership: Partnership) -> Partnership:
    """The levers that are settings of the partnership itself put in their place: evidence C, exclusions, targets."""
    given = partnership.levers
    exclude = tuple(dict.fromkeys([*partnership.exclude, *given.exclude]))
    members = tuple(replace(m, target=given.target[m.ags]) if m.ags in given.target else m for m in partnership.members)
    return replace(
        partnership,
        members=members,
        target=given.target.get("joint", partnership.target),
        exclude=exclude,
        include_evidence_c=partnership.include_evidence_c
        if given.include_evidence_c is None
        else given.include_evidence_c,
    )
