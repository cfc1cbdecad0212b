"""Backup and restore: one ZIP file that any of the two databases can be restored from.

- `journal.jsonl` is the checked export
- `records.jsonl` the deletable records (personal data), `events.jsonl` the events of the monitoring
- `manifest.json` the SHA-256 of each

Restore fills an empty database, or adds what is missing at the end of the same journal; it never takes entries away.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stadtland.base.canonical import dumps
from stadtland.base.errors import ComputationError, InputError
from stadtland.base.files import OutDir

if TYPE_CHECKING:
    from .opening import Store

SCHEMA = "stadtland/backup/1"
MOST_BYTES = 8 * 2**30
FILES = ("journal.jsonl", "records.jsonl", "events.jsonl")


def backup(store: Store, target: Path) -> dict[str, Any]:
    """Write the backup; the journal is checked on the way. Returns the manifest.

    InputError `out-not-writable`, `out-full`; ComputationError if the journal is not sound (nothing is written).
    """
    from stadtland.ledger.export import export

    with tempfile.TemporaryFile() as journal:
        found = export(store.journal.lines(), journal.write)
        records = b"".join(dumps(row).encode() for row in _records(store))
        events = b"".join(dumps(row).encode() for row in _events(store))
        journal.seek(0)
        digest = hashlib.sha256()
        while block := journal.read(2**20):
            digest.update(block)
        manifest = {
            "schema": SCHEMA, "journal": found["journal"], "seq": found["seq"], "hash": found["hash"],
            "sha256": {
                "journal.jsonl": digest.hexdigest(), "records.jsonl": hashlib.sha256(records).hexdigest(),
                "events.jsonl": hashlib.sha256(events).hexdigest(),
            },
        }  # fmt: skip
        with tempfile.TemporaryFile() as packed:
            with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
                journal.seek(0)
                with archive.open("journal.jsonl", "w", force_zip64=True) as inside:
                    while block := journal.read(2**20):
                        inside.write(block)
                archive.writestr("records.jsonl", records)
                archive.writestr("events.jsonl", events)
                archive.writestr("manifest.json", dumps(manifest, indent=1))
            packed.seek(0)
            with OutDir(target.parent) as folder:
                folder.stage(target.name, packed.read())
                folder.commit()
    return manifest


def _records(store: Store) -> Iterator[dict[str, Any]]:
    from .models import Record

    for kind, key, body in Record.objects.using(store.alias).order_by("kind", "key").values_list("kind", "key", "body"):
        yield {"kind": kind, "key": key, "value": json.loads(body)}


def _events(store: Store) -> Iterator[dict[str, Any]]:
    from .models import MonitoringEvent

    for seq, at, role, kind, body in MonitoringEvent.objects.using(store.alias).order_by("seq").values_list():
        yield {"seq": seq, "at": at, "role": role, "kind": kind, "body": body}


def restore(source: Path, db: str, points: Any = ()) -> dict[str, Any]:
    """Restore a backup into `db`; returns {entries, added, records}.

    The backup is checked whole before anything is written. InputError `backup-format`, `restore-older` if the database
    is further than the backup, `restore-other` if it holds another journal; ComputationError with the verifier's code.
    """
    from .failures import shown
    from .opening import open_store

    with tempfile.TemporaryDirectory() as folder:
        manifest = _unpack(source, Path(folder))
        from stadtland.ledger.export import check_file, entries_of

        journal = Path(folder) / "journal.jsonl"
        found = check_file(journal, points)
        if (found["seq"], found["hash"]) != (manifest["seq"], manifest["hash"]):
            raise _bad(source, "journal and manifest do not belong together")
        records, events = (_rows(Path(folder) / name) for name in FILES[1:])
        store = open_store(db, seen=False)
        head = store.journal.head()
        if head.seq > found["seq"]:
            raise InputError(
                "restore-older",
                f"the backup ends at entry {found['seq']}, the database stands at entry {head.seq}: "
                f"{head.seq - found['seq']} entries would be lost",
                shown(db),
                "entries are never taken away: restore into a new database with --db",
            )
        mark = None
        for number, line in enumerate(entries_of(journal), 1):
            if number == head.seq:
                mark = hashlib.sha256(line).hexdigest()
                break
        if head.seq and mark != head.hash:
            raise InputError(
                "restore-other",
                "the database holds another journal",
                shown(db),
                "restore into a new database with --db",
            )
        fresh = _new_events(store, events, db)
        added = store.journal.load(line for n, line in enumerate(entries_of(journal), 1) if n > head.seq)
        for row in records:
            store.records.put(row["kind"], row["key"], row["value"])
        _add_events(store, fresh)
        store.close()
    told = {"entries": found["seq"], "added": added, "records": len(records), "events": len(events)}
    return told | {"journal": found["journal"]}


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(row) for row in path.read_text("utf-8").split("\n") if row]


def _new_events(store: Store, events: list[dict[str, Any]], db: str) -> list[dict[str, Any]]:
    """The events that the database lacks; those it has must be the same."""
    from .failures import shown

    there = list(_events(store))
    if len(there) > len(events) or there != events[: len(there)]:
        raise InputError(
            "restore-older",
            "the database holds events of the monitoring that the backup does not have",
            shown(db),
            "entries are never taken away: restore into a new database with --db",
        )
    return events[len(there) :]


def _add_events(store: Store, events: list[dict[str, Any]]) -> None:
    from django.db import transaction

    from .models import MonitoringEvent

    with transaction.atomic(using=store.alias):
        MonitoringEvent.objects.using(store.alias).bulk_create([MonitoringEvent(**row) for row in events])


def _unpack(source: Path, folder: Path) -> dict[str, Any]:
    if not source.is_file():
        raise InputError("file-missing", "the file does not exist", str(source), "check the path")
    try:
        with zipfile.ZipFile(source) as archive:
            if sorted(archive.namelist()) != sorted([*FILES, "manifest.json"]):
                raise _bad(source, "these are not the files of a backup")
            if any(i.compress_type not in (zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED) for i in archive.infolist()):
                raise _bad(source, "the files are packed in another way")
            if sum(i.file_size for i in archive.infolist()) > MOST_BYTES:
                raise _bad(source, "the content is larger than 8 GiB")
            manifest: dict[str, Any] = json.loads(archive.read("manifest.json"))
            if manifest.get("schema") != SCHEMA:
                raise _bad(source, f"the backup is of schema {manifest.get('schema')!r:.40}")
            for name in FILES:
                digest = hashlib.sha256()
                with archive.open(name) as inside, open(folder / name, "wb") as out:
                    while block := inside.read(2**20):
                        digest.update(block)
                        out.write(block)
                if digest.hexdigest() != manifest["sha256"][name]:
                    raise _bad(source, f"{name} was changed or damaged")
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, KeyError, AttributeError) as error:
        raise _bad(source, f"the file cannot be read as a backup: {error}") from None
    except RuntimeError as error:  # zlib, encrypted members
        raise _bad(source, f"the file cannot be read as a backup: {error}") from None
    return manifest


def _bad(source: Path, what: str) -> InputError:
    return InputError("backup-format", what, str(source), "use the untouched file that `stadtland backup` wrote")


def accept_loss(store: Store, reason: str) -> dict[str, Any]:
    """Book that entries were lost for good (`journal.restored`) and go on; the mark is written anew.

    InputError `nothing-lost` if the database is not behind its mark.
    """
    from stadtland.ledger.entry import Draft
    from stadtland.ledger.lookup import REASONS

    from . import seen

    last = seen.read(store.db)
    try:
        seen.check(store)
        last = None
    except ComputationError:
        pass
    if last is None:
        raise InputError("nothing-lost", "the journal holds all that was seen here", store.db, "nothing to accept")
    if reason not in REASONS:
        raise InputError("reason-unknown", f"{reason!r:.40} is not a reason", "--reason", "use " + ", ".join(REASONS))
    data = {"lost_seq": last["seq"], "lost_hash": last["hash"], "lost_journal": last["journal"], "reason": reason}
    entry = store.journal.append([Draft("journal.restored", data)])[-1]
    seen.mark(store)
    return {"seq": entry.seq, **data}
