"""Verification of a journal in its database: triggers, columns, then everything the independent verifier checks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from stadtland.base.errors import ComputationError

from . import triggers
from .failures import shown

if TYPE_CHECKING:
    from .opening import Store

CHUNK = 5000


def audit(store: Store, points: Iterable[Mapping[str, Any]] = ()) -> dict[str, Any]:
    """{journal, seq, hash, balances, triggers: []}; ComputationError with the code of what is wrong and the entry.

    Columns beside the raw line (number, hashes, kind) must repeat what the line says.
    """
    from stadtland.ledger import verifier
    from stadtland.ledger.export import checked

    gone = triggers.missing(store.connection)
    if gone:
        raise ComputationError(
            "journal-unprotected",
            f"triggers of the journal are missing or changed: {', '.join(gone)}",
            shown(store.db),
            "protect again with `stadtland ledger protect`; then check with the partners' checkpoints",
        )
    found: dict[str, Any] = checked(
        lambda: verifier.verify(_lines(store), points),  # type: ignore[no-untyped-call]
        shown(store.db),
    )
    return found | {"checkpoints": len(list(points))}


def _lines(store: Store) -> Iterator[bytes]:
    after, number = 0, 0
    sql = "SELECT seq, prev, hash, kind, line FROM journal_entry WHERE seq > %s ORDER BY seq LIMIT %s"
    while True:
        with store.connection.cursor() as cursor:
            cursor.execute(sql, [after, CHUNK])
            rows = cursor.fetchall()
        for seq, prev, digest, kind, text in rows:
            number += 1
            line = text.encode()
            start, word = f'{{"seq":{seq},"prev":"{prev}","time":"'.encode(), f'","kind":"{kind}","'.encode()
            same = line.startswith(start) and line[len(start) + 20 :].startswith(word)
            if seq != number or not same or _digest(line) != digest:
                raise ComputationError(
                    "journal-columns",
                    "number, hash or kind beside the line differ from the line",
                    f"{shown(store.db)}: entry {number}",
                    "the database was changed by hand: compare with the partners' checkpoints and the last backup",
                )
            yield line
        if len(rows) < CHUNK:
            return
        after = rows[-1][0]


def _digest(line: bytes) -> str:
    import hashlib

    return hashlib.sha256(line).hexdigest()
