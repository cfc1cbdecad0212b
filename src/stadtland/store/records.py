"""Deletable records in the database: what a person may ask to have forgotten never stands in the journal."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from stadtland.base.canonical import dumps

from .failures import failure


class SqlRecords:
    """Implements `stadtland.ledger.Records`: JSON values by kind and id."""

    def __init__(self, alias: str, where: str) -> None:
        self._alias = alias
        self._where = where

    def put(self, kind: str, id: str, value: Mapping[str, Any]) -> None:
        """Write or replace a record."""
        self._run(
            lambda m: m.update_or_create(kind=kind, key=id, defaults={"body": dumps(dict(value)).rstrip("\n")}),
        )

    def get(self, kind: str, id: str) -> dict[str, Any] | None:
        """The record, or None."""
        body = self._run(lambda m: m.filter(kind=kind, key=id).values_list("body", flat=True).first())
        return None if body is None else dict(json.loads(body))

    def all(self, kind: str) -> dict[str, dict[str, Any]]:
        """All records of a kind by id, sorted."""
        rows = self._run(lambda m: list(m.filter(kind=kind).order_by("key").values_list("key", "body")))
        return {key: json.loads(body) for key, body in rows}

    def delete(self, kind: str, id: str) -> bool:
        """Remove a record; False if there was none."""
        return bool(self._run(lambda m: m.filter(kind=kind, key=id).delete()[0]))

    def _run(self, action: Any) -> Any:
        from django.db import DatabaseError

        from .models import Record

        try:
            return action(Record.objects.using(self._alias))
        except DatabaseError as error:
            raise failure(error, self._where) from None
