"""Monitoring events in a database; implements `stadtland.monitoring.records.Repository`.

Writers queue: SQLite takes the write lock at the start of the transaction, PostgreSQL an advisory lock. Who has not
seen the last event is told so, and nothing is written.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from stadtland.monitoring.records import Draft, Event, RecordConflict, plain

from .failures import failure
from .opening import Store

LOCK = 0x53544D4F4E  # advisory lock of PostgreSQL, another one than that of the journal


class SqlRepository:
    """Events of the monitoring of one database."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def events(self) -> list[Event]:
        """All events in order."""
        from django.db import DatabaseError

        from .models_monitoring import MonitoringEvent

        try:
            rows = list(MonitoringEvent.objects.using(self._store.alias).order_by("seq").values_list())
        except DatabaseError as error:
            raise failure(error, self._store.db) from None
        return [Event(seq, at, role, kind, json.loads(body)) for seq, at, role, kind, body in rows]

    def append(self, expected: int, drafts: Sequence[Draft], at: str, role: str) -> list[Event]:
        """Number and keep the drafts in one transaction; RecordConflict unless the last number is `expected`."""
        from django.db import DatabaseError, transaction
        from django.db.models import Max

        from .models_monitoring import MonitoringEvent

        alias, connection = self._store.alias, self._store.connection
        new = [Event(expected + i, at, role, d.kind, plain(d.body)) for i, d in enumerate(drafts, 1)]
        try:
            with transaction.atomic(using=alias):
                if connection.vendor == "postgresql":
                    with connection.cursor() as cursor:
                        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
                table: Any = MonitoringEvent.objects.using(alias)
                found = table.aggregate(last=Max("seq"))["last"] or 0
                if found != expected:
                    raise RecordConflict(expected, found)
                rows = [
                    MonitoringEvent(
                        seq=e.seq, at=e.at, role=e.role, kind=e.kind, body=json.dumps(e.body, ensure_ascii=False)
                    )
                    for e in new
                ]
                table.bulk_create(rows)
        except DatabaseError as error:
            raise failure(error, self._store.db) from None
        return new
