"""What every journal can do, the step that chains drafts to entries, and a journal in memory.

Journal: append-only, one hash chain. Records: ordinary tables whose rows can be changed and deleted.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Protocol

from stadtland.base.errors import ComputationError, InputError

from .entry import FIRST_KIND, KIND, Draft, Entry, Head, make, plain
from .postings import balanced

Clock = Callable[[], datetime]
JITTER_S = 5  # several machines write: so much may their clocks differ


class Conflict(ComputationError):
    """Someone else booked in between; read the new entries, check again, try again."""

    def __init__(self, expected: Head, found: Head) -> None:
        super().__init__(
            "journal-moved",
            f"the journal stands at entry {found.seq}, the booking was checked at entry {expected.seq}",
            found.journal,
            "repeat the command: it checks against the new state",
        )
        self.found = found


class Journal(Protocol):
    """Append-only list of entries in one hash chain."""

    def head(self) -> Head:
        """The end of the journal."""
        ...

    def append(self, drafts: Sequence[Draft], expected: Head | None = None, now: datetime | None = None) -> list[Entry]:
        """Book all drafts as one booking, or none of them; returns the new entries.

        `expected`: the head at which the booking was checked; `Conflict` if the journal has moved on since. None:
        append wherever it stands (for facts that depend on nothing). `now`: aware time, default the clock.
        """
        ...

    def read(self, after: int = 0, kinds: str = "") -> Iterator[Entry]:
        """Entries with seq > `after` in order; `kinds`: only kinds that begin so, e.g. `fund.`."""
        ...


class Records(Protocol):
    """Deletable records: names, contracts, outlines, reasons in words. JSON values by kind and id."""

    def put(self, kind: str, id: str, value: Mapping[str, Any]) -> None:
        """Write or replace a record."""
        ...

    def get(self, kind: str, id: str) -> dict[str, Any] | None:
        """The record, or None."""
        ...

    def all(self, kind: str) -> dict[str, dict[str, Any]]:
        """All records of a kind by id, sorted."""
        ...

    def delete(self, kind: str, id: str) -> bool:
        """Remove a record; False if there was none."""
        ...


def utc(moment: datetime) -> str:
    """`2027-01-31T08:00:00Z`: UTC, whole seconds."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def chain(head: Head, drafts: Sequence[Draft], now: datetime | None = None) -> list[Entry]:
    """The entries that follow `head`; the first ones of an empty journal begin with `journal.open`.

    Raises InputError `booking-empty`, `entry-kind`, `entry-value`, `entry-size`, `postings-*`, and `clock-behind` if
    the clock stands more than 5 s before the last entry.
    """
    if not drafts:
        raise InputError("booking-empty", "there is nothing to book", "", "name at least one entry")
    time = _time(head, now or datetime.now(UTC))
    booking = "b-" + secrets.token_hex(8)
    entries: list[Entry] = []
    seq, prev = head.seq, head.hash
    if seq == 0:
        opened = {"journal": "j-" + secrets.token_hex(8), "schema": "stadtland/journal/1"}
        entries.append(make(1, prev, time, FIRST_KIND, "b-" + secrets.token_hex(8), 1, 1, opened))
        seq, prev = 1, entries[0].hash
    for part, draft in enumerate(drafts, 1):
        if not KIND.match(draft.kind) or draft.kind == FIRST_KIND:
            raise InputError(
                "entry-kind", f"{draft.kind!r:.60} is not a kind of entry", "", "write it like fund.payment"
            )
        data = plain(draft.data, draft.kind)
        balanced(data, draft.kind)
        entries.append(make(seq + part, prev, time, draft.kind, booking, part, len(drafts), data))
        prev = entries[-1].hash
    return entries


def _time(head: Head, now: datetime) -> str:
    time = utc(now)
    if head.time and time < head.time:
        behind = (datetime.fromisoformat(head.time) - now).total_seconds()
        if behind > JITTER_S:
            raise InputError(
                "clock-behind",
                f"the clock shows {time}, the last entry is from {head.time}: it was set back, or the last entry was "
                "written with a clock ahead",
                f"entry {head.seq}",
                "set the clock right; nothing was booked",
            )
        return head.time
    return time


class MemoryJournal:
    """A journal in memory, for tests and trials; safe to use from several threads."""

    def __init__(self, entries: Iterable[Entry] = (), clock: Clock = lambda: datetime.now(UTC)) -> None:
        self._entries = list(entries)
        self._clock = clock
        self._lock = threading.Lock()

    def head(self) -> Head:
        """The end of the journal."""
        if not self._entries:
            return Head()
        last = self._entries[-1]
        return Head(str(self._entries[0].data["journal"]), last.seq, last.hash, last.time)

    def append(self, drafts: Sequence[Draft], expected: Head | None = None, now: datetime | None = None) -> list[Entry]:
        """See `Journal.append`."""
        with self._lock:
            head = self.head()
            if expected is not None and (expected.seq, expected.hash) != (head.seq, head.hash):
                raise Conflict(expected, head)
            entries = chain(head, drafts, now or self._clock())
            self._entries += entries
            return entries

    def read(self, after: int = 0, kinds: str = "") -> Iterator[Entry]:
        """See `Journal.read`."""
        return (e for e in self._entries[after:] if e.kind.startswith(kinds))


class MemoryRecords:
    """Records in memory."""

    def __init__(self) -> None:
        self._rows: dict[tuple[str, str], dict[str, Any]] = {}

    def put(self, kind: str, id: str, value: Mapping[str, Any]) -> None:
        """Write or replace a record."""
        self._rows[kind, id] = dict(value)

    def get(self, kind: str, id: str) -> dict[str, Any] | None:
        """The record, or None."""
        found = self._rows.get((kind, id))
        return None if found is None else dict(found)

    def all(self, kind: str) -> dict[str, dict[str, Any]]:
        """All records of a kind by id, sorted."""
        return {i: dict(v) for (k, i), v in sorted(self._rows.items()) if k == kind}

    def delete(self, kind: str, id: str) -> bool:
        """Remove a record; False if there was none."""
        return self._rows.pop((kind, id), None) is not None
