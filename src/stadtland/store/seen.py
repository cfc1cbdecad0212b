"""The mark beside the database: how far the journal had come when it was last opened here.

When the database is later behind its mark (an older copy was put in its place) or shows another entry there, that is
said before anything is booked. A mark is a help against accidents; proof is what partners' checkpoints give.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from pathlib import Path
from typing import Any, Protocol

from stadtland.base.errors import ComputationError
from stadtland.ledger.journal import Journal


class Opened(Protocol):
    """What is needed of an open store."""

    @property
    def db(self) -> str: ...
    @property
    def journal(self) -> Journal: ...
    @property
    def connection(self) -> Any: ...


def path_of(db: str) -> Path:
    """Beside an SQLite file; for a URL in the user's folder of states."""
    if "://" not in db:
        return Path(db + ".mark")
    folder = os.environ.get("XDG_STATE_HOME") or os.path.join(os.path.expanduser("~"), ".local", "state")
    return Path(folder) / "stadtland" / (hashlib.sha256(db.encode()).hexdigest()[:24] + ".mark")


def mark(store: Opened) -> None:
    """Write where the journal stands; quiet where the place cannot be written."""
    head = store.journal.head()
    if head.seq == 0:
        return
    target = path_of(store.db)
    body = json.dumps({"journal": head.journal, "seq": head.seq, "hash": head.hash, "time": head.time})
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=".mark-", dir=target.parent)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(body)
        os.replace(name, target)
    except OSError:
        return


def check(store: Opened) -> None:
    """ComputationError `journal-older` or `journal-other` if the database does not hold what was seen before."""
    last = read(store.db)
    if last is None:
        return
    head = store.journal.head()
    lost = last["seq"] - head.seq
    cure = "restore the newest backup; if the loss is final: stadtland ledger accept-loss --reason data"
    if lost > 0:
        raise ComputationError(
            "journal-older",
            f"the journal ends at entry {head.seq}, it was seen at {last['seq']}: {lost} entries are gone",
            str(path_of(store.db)),
            cure,
        )
    with store.connection.cursor() as cursor:
        cursor.execute("SELECT hash FROM journal_entry WHERE seq = %s", [last["seq"]])
        row = cursor.fetchone()
    if row is None or row[0] != last["hash"]:
        raise ComputationError(
            "journal-other",
            f"entry {last['seq']} is not the one that was seen here ({last['time']}): another or a rewritten journal",
            str(path_of(store.db)),
            cure,
        )


def read(db: str) -> dict[str, Any] | None:
    """The mark, or None if there is none that can be read."""
    try:
        found = json.loads(path_of(db).read_text(encoding="utf-8"))
        return {
            "journal": str(found["journal"]),
            "seq": int(found["seq"]),
            "hash": str(found["hash"]),
            "time": str(found["time"]),
        }
    except (OSError, ValueError, KeyError, TypeError):
        return None


def forget(db: str) -> None:
    """Remove the mark."""
    path_of(db).unlink(missing_ok=True)
