"""The Journal in a database: writers queue, a booking is one transaction, entries are never changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from stadtland.ledger.entry import Draft, Entry, Head, parse, trusted
from stadtland.ledger.journal import Conflict, chain

from .failures import failure

LOCK = 0x5354414454  # advisory lock of PostgreSQL for all writers of a journal
CHUNK = 5000
INSERT = "INSERT INTO journal_entry (seq, prev, hash, kind, line) VALUES (%s, %s, %s, %s, %s)"


class SqlJournal:
    """Implements `stadtland.ledger.Journal` on SQLite and PostgreSQL."""

    def __init__(self, alias: str, where: str) -> None:
        self._alias = alias
        self._where = where
        self._id = ""

    def head(self) -> Head:
        """See `Journal.head`."""
        from django.db import DatabaseError

        try:
            with self._connection.cursor() as cursor:
                return self._head(cursor)
        except DatabaseError as error:
            raise failure(error, self._where) from None

    def append(self, drafts: Sequence[Draft], expected: Head | None = None, now: datetime | None = None) -> list[Entry]:
        """See `Journal.append`. Durable when it returns."""
        from django.db import DatabaseError, transaction

        connection = self._connection
        try:
            with transaction.atomic(using=self._alias), connection.cursor() as cursor:
                if connection.vendor == "postgresql":
                    cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
                head = self._head(cursor)
                if expected is not None and (expected.seq, expected.hash) != (head.seq, head.hash):
                    raise Conflict(expected, head)
                entries = chain(head, drafts, now)
                rows = [(e.seq, e.prev, e.hash, e.kind, e.line.decode()) for e in entries]
                if len(rows) == 1:
                    cursor.execute(INSERT, rows[0])
                else:
                    cursor.executemany(INSERT, rows)
        except DatabaseError as error:
            raise failure(error, self._where) from None
        return entries

    def load(self, lines: Iterable[bytes]) -> int:
        """Add checked lines of the same journal as they are (restore), all or none; returns how many."""
        from django.db import DatabaseError, transaction

        count = 0
        try:
            with transaction.atomic(using=self._alias), self._connection.cursor() as cursor:
                if self._connection.vendor == "postgresql":
                    cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
                for batch in _batches(lines):
                    rows = [(e.seq, e.prev, e.hash, e.kind, e.line.decode()) for e in map(parse, batch)]
                    cursor.executemany(INSERT, rows)
                    count += len(rows)
        except DatabaseError as error:
            raise failure(error, self._where) from None
        return count

    def read(self, after: int = 0, kinds: str = "") -> Iterator[Entry]:
        """See `Journal.read`."""
        return (trusted(line) for line in self.lines(after, kinds))

    def lines(self, after: int = 0, kinds: str = "") -> Iterator[bytes]:
        """The raw lines in order, without looking into them."""
        from django.db import DatabaseError

        while True:
            try:
                with self._connection.cursor() as cursor:
                    cursor.execute(
                        "SELECT seq, line FROM journal_entry WHERE seq > %s AND substr(kind, 1, %s) = %s "
                        "ORDER BY seq LIMIT %s",
                        [after, len(kinds), kinds, CHUNK],
                    )
                    rows = cursor.fetchall()
            except DatabaseError as error:
                raise failure(error, self._where) from None
            for _, line in rows:
                yield line.encode()
            if len(rows) < CHUNK:
                return
            after = rows[-1][0]

    @property
    def _connection(self) -> Any:
        from django.db import connections

        return connections[self._alias]

    def _head(self, cursor: Any) -> Head:
        cursor.execute("SELECT seq, hash, line FROM journal_entry ORDER BY seq DESC LIMIT 1")
        row = cursor.fetchone()
        if row is None:
            return Head()
        if not self._id:
            cursor.execute("SELECT line FROM journal_entry WHERE seq = 1")
            self._id = str(parse(cursor.fetchone()[0].encode()).data["journal"])
        return Head(self._id, row[0], row[1], _time(row[2]))


def _time(line: str) -> str:
    """The time in a line without parsing it all: the third key."""
    start = line.index('"time":"') + 8
    return line[start : line.index('"', start)]


def _batches(lines: Iterable[bytes]) -> Iterator[list[bytes]]:
    from itertools import islice

    rest = iter(lines)
    while batch := list(islice(rest, CHUNK)):
        yield batch
