"""The process in eight gates: what each needs, and which of its checks the partnership's real state answers.

Content: `content/guide/process.toml`. A check has a `when` (formula, op, limit over results.json), or people tick it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from stadtland.base import content, toml

from .challenges import holds
from .progress import Progress


@dataclass(frozen=True)
class Check:
    """One item of a checklist; `when` is None for items that only people can tick."""

    id: str
    text: Mapping[str, str]
    when: Mapping[str, Any] | None
    found: Mapping[str, str] | None
    paper: str | None = None


@dataclass(frozen=True)
class Gate:
    """One step of the process."""

    id: str
    number: int
    title: Mapping[str, str]
    purpose: Mapping[str, str]
    who: Mapping[str, str]
    time: Mapping[str, str]
    results: Mapping[str, list[str]]
    traps: Mapping[str, list[str]]
    next: Mapping[str, str]
    checks: tuple[Check, ...]
    papers: tuple[str, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True)
class Item:
    """A check with its answer. `state`: done, open, unknown (the figure is missing), told (ticked by people)."""

    check: Check
    state: str
    note: str = ""


@dataclass(frozen=True)
class State:
    """A gate with its items. `state`: passed (recorded), ready (all done), open."""

    gate: Gate
    state: str
    items: tuple[Item, ...]
    passed: Mapping[str, Any] = field(default_factory=dict)

    @property
    def done(self) -> int:
        """Number of items that are done."""
        return sum(1 for i in self.items if i.state in ("done", "told"))


@cache
def gates() -> dict[str, Gate]:
    """The eight gates in their order."""
    found = {}
    for number, entry in enumerate(toml.read(content.path("guide", "process.toml"))["gate"], 1):
        checks = tuple(Check(c["id"], c["text"], c.get("when"), c.get("found"), c.get("paper")) for c in entry["check"])
        found[entry["id"]] = Gate(
            entry["id"],
            number,
            entry["title"],
            entry["purpose"],
            entry["who"],
            entry["time"],
            entry["results"],
            entry["traps"],
            entry["next"],
            checks,
            tuple(entry.get("papers", ())),
            tuple(entry.get("sources", ())),
        )
    return found


def checks() -> dict[str, Check]:
    """All checks of all gates by id."""
    return {c.id: c for g in gates().values() for c in g.checks}


def states(results: Mapping[str, Any], progress: Progress) -> list[State]:
    """The gates with their state.

    results: dict of results.json, or the part of it that is known; progress: what people recorded.
    A computed check whose figure is missing is `unknown`, never done; a tick by people settles it and says so.
    """
    found = []
    for gate in gates().values():
        items = tuple(_item(check, results, progress) for check in gate.checks)
        passed = progress.passed.get(gate.id)
        whole = all(i.state in ("done", "told") for i in items)
        found.append(State(gate, "passed" if passed else "ready" if whole else "open", items, passed or {}))
    return found


def _item(check: Check, results: Mapping[str, Any], progress: Progress) -> Item:
    ticked = progress.ticked.get(check.id)
    answer = holds(dict(check.when), dict(results)) if check.when is not None else False
    if answer:
        return Item(check, "done")
    if ticked:
        return Item(check, "told", f"{ticked['date']}: {ticked['note']}" if ticked.get("note") else str(ticked["date"]))
    return Item(check, "unknown" if answer is None else "open")
