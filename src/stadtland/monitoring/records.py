"""What happened, as events in order; a repository keeps them, and the state is their replay.

Events are numbered 1, 2, 3 …; writing names the last number the writer has seen, so of two writers at the same time one
is told to look again. One database holds one partnership. Events hold roles and opaque ids only: names and contacts of
persons are deletable records (`ledger.Records`, kind `contact`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from stadtland.base.errors import ComputationError, InputError

MAIL = re.compile(r"[^\s@]+@[^\s@]+\.[A-Za-z]{2,}")
TRIES = 20


@dataclass(frozen=True)
class Draft:
    """An event not yet numbered: kind and body (plain JSON values)."""

    kind: str
    body: dict[str, Any]


@dataclass(frozen=True)
class Event:
    """One event: number, time (UTC, ISO 8601), role that answers for it, kind and body."""

    seq: int
    at: str
    role: str
    kind: str
    body: dict[str, Any]


class Repository(Protocol):
    """What monitoring needs of a store; `Memory` here, the database in the room `store`."""

    def events(self) -> list[Event]:
        """All events in order."""
        ...

    def append(self, expected: int, drafts: Sequence[Draft], at: str, role: str) -> list[Event]:
        """Number and keep the drafts, all or none; RecordConflict unless the last number is `expected`."""
        ...


class RecordConflict(ComputationError):
    """Somebody else wrote in the meantime; nothing was written."""

    def __init__(self, expected: int, found: int) -> None:
        super().__init__(
            "record-conflict",
            f"the records have changed in the meantime (number {found} instead of {expected})",
            "",
            "look at the new state and repeat the command",
        )


def role_name(role: str) -> str:
    """The role that answers for an entry, checked: a function or office, no person's mail. InputError `role`."""
    role = " ".join(role.split())
    if not role or len(role) > 80 or MAIL.search(role) or not role.isprintable():
        raise InputError(
            "role", f"{role!r:.40} is no role", "--role", "name an office or function, e.g. Klimaschutzmanagement"
        )
    return role


@dataclass
class Memory:
    """A repository in memory, for tests and trials."""

    kept: list[Event] = field(default_factory=list)

    def events(self) -> list[Event]:
        """All events in order."""
        return list(self.kept)

    def append(self, expected: int, drafts: Sequence[Draft], at: str, role: str) -> list[Event]:
        """Number and keep the drafts."""
        if len(self.kept) != expected:
            raise RecordConflict(expected, len(self.kept))
        new = [Event(expected + i, at, role, d.kind, plain(d.body)) for i, d in enumerate(drafts, 1)]
        self.kept.extend(new)
        return new


def plain(body: dict[str, Any]) -> dict[str, Any]:
    """The body as it comes back from JSON, so that memory and database behave alike; ValueError on NaN."""
    read: dict[str, Any] = json.loads(json.dumps(body, ensure_ascii=False, allow_nan=False))
    return read


def record(repository: Repository, decide: Callable[[list[Event]], Sequence[Draft]], at: str, role: str) -> list[Event]:
    """Decide on the newest state and record; decided again when somebody else was faster.

    `decide` gets all events and returns drafts or raises InputError. Returns the new events.
    """
    role = role_name(role)
    for attempt in range(TRIES):
        events = repository.events()
        drafts = decide(events)
        try:
            return repository.append(len(events), drafts, at, role)
        except RecordConflict:
            if attempt == TRIES - 1:
                raise
    raise AssertionError("unreachable")
