"""The store of own figures: an append-only history, one JSON line an import; the state is what the lines add up to.

Each line names when, which role, the hash of the file, every change old → new, and the hash of the line before, so
that a line that was changed or lost later is noticed. A new line arrives by renaming a complete file: an import is
there whole or not at all.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stadtland.base.errors import InputError

from .cells import MAIL, PHONE
from .problems import Findings, OwnDataError, Problem
from .reading import Reading, check_sums
from .records import Key, Record, State

SCHEMA = "stadtland/own-data/1"
FILE = "own-data.jsonl"
WHEN = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z")


@dataclass(frozen=True)
class Change:
    """One change of an import; None means: no own figure."""

    key: Key
    old: Record | None
    new: Record | None


@dataclass(frozen=True)
class Batch:
    """One import: number from 1, time (UTC), role, hash and kind of the file, changes."""

    number: int
    when: str
    role: str
    sha256: str
    kind: str
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class Store:
    """Contents of a store folder: all imports and the present state."""

    batches: tuple[Batch, ...]
    state: State


def load(folder: Path) -> Store:
    """The store in a folder (empty if there is none). InputError `own-data-store` if a line is damaged or missing."""
    return _replay(_bytes(folder), folder)


def _bytes(folder: Path) -> bytes:
    try:
        return (folder / FILE).read_bytes()
    except FileNotFoundError:
        return b""
    except OSError as error:
        raise InputError(
            "own-data-store",
            f"the store cannot be read: {error.strerror}",
            str(folder / FILE),
            "name a folder with --store",
        ) from None


def _replay(raw: bytes, folder: Path) -> Store:
    state: State = {}
    batches = []
    previous = ""
    for number, line in enumerate(raw.splitlines(keepends=True), start=1):
        where = f"{folder / FILE}: line {number}"
        try:
            entry = json.loads(line)
            batch = _batch(entry, number)
            whole = line.endswith(b"\n") and entry["previous"] == previous and entry["schema"] == SCHEMA
            whole = whole and all(state.get(c.key) == c.old for c in batch.changes)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            whole = False
        if not whole:
            raise InputError(
                "own-data-store",
                "the history of own figures is damaged: a line was changed or lost",
                where,
                "restore the file from a backup; nothing was changed",
            )
        for change in batch.changes:
            if change.new is None:
                state.pop(change.key, None)
            else:
                state[change.key] = change.new
        batches.append(batch)
        previous = hashlib.sha256(line).hexdigest()
    return Store(tuple(batches), state)


def _batch(entry: Mapping[str, Any], number: int) -> Batch:
    changes = tuple(
        Change(
            Key(c["ags"], c["dataset"], c["id"], c["part"], c["year"]),
            None if c["old"] is None else Record.from_dict(c["old"]),
            None if c["new"] is None else Record.from_dict(c["new"]),
        )
        for c in entry["changes"]
    )
    return Batch(number, entry["when"], entry["role"], entry["sha256"], entry["kind"], changes)


def apply(folder: Path, reading: Reading, when: str, role: str, lang: str = "en") -> Batch | None:
    """Put a reading into the store as one line; None if it changes nothing. Returns the batch.

    `when`: UTC as 2026-01-31T12:00:00Z. `role`: an office or function, no person. Raises OwnDataError if the figures
    contradict each other or do not fit the inventory, InputError `own-data-*` for role, time, a damaged or busy store.
    Nothing is written in any of these cases.
    """
    if not role.strip() or MAIL.search(role) or PHONE.search(role) or len(role) > 100:
        raise InputError(
            "own-data-role",
            "the change needs an office or function, not a person",
            "role",
            "e.g. --role Klimaschutzmanagement",
        )
    if not WHEN.fullmatch(when):
        raise InputError("own-data-when", f"{when!r} is no time in UTC", "when", "write 2026-01-31T12:00:00Z")
    with _lock(folder):
        raw = _bytes(folder)
        store = _replay(raw, folder)
        changes = []
        for key, new in sorted(reading.entries.items()):
            old = store.state.get(key)
            if new is None and old is not None:
                changes.append(Change(key, old, None))
            elif new is not None and not new.same(old):
                changes.append(Change(key, old, new))
        if not changes:
            return None
        after = dict(store.state)
        for change in changes:
            if change.new is None:
                after.pop(change.key)
            else:
                after[change.key] = change.new
        _check(after, reading, lang)
        batch = Batch(len(store.batches) + 1, when, role.strip(), reading.sha256, reading.kind, tuple(changes))
        _write(folder, raw + _line(batch, raw))
        return batch


def _check(after: State, reading: Reading, lang: str) -> None:
    """The state as a whole must be free of contradictions and pass the inventory's own check."""
    from .mapping import contradictions, overrides

    findings = Findings()
    check_sums(after, reading.places, findings)
    if findings.problems:
        raise OwnDataError(findings.problems, lang)
    found = contradictions(after)
    if found:
        problems = [
            Problem("contradiction", reading.places[key], (("id", key.id), ("other", other), ("ags", key.ags)))
            for key, other in found
            if key in reading.places
        ]
        raise OwnDataError(
            problems
            or [
                Problem(
                    "contradiction",
                    next(iter(reading.places.values())),
                    (("id", found[0][0].id), ("other", found[0][1]), ("ags", found[0][0].ags)),
                )
            ],
            lang,
        )
    from ..overrides import split

    for year in sorted({k.year for k in reading.entries}):
        mapping = overrides(after, year, internal=True)
        split(tuple(mapping), mapping)


def _line(batch: Batch, raw: bytes) -> bytes:
    lines = raw.splitlines(keepends=True)
    entry = {
        "schema": SCHEMA,
        "when": batch.when,
        "role": batch.role,
        "sha256": batch.sha256,
        "kind": batch.kind,
        "previous": hashlib.sha256(lines[-1]).hexdigest() if lines else "",
        "changes": [
            c.key._asdict() | {"old": c.old.as_dict() if c.old else None, "new": c.new.as_dict() if c.new else None}
            for c in batch.changes
        ],
    }
    return json.dumps(entry, ensure_ascii=True, sort_keys=True, allow_nan=False).encode() + b"\n"


def _write(folder: Path, raw: bytes) -> None:
    """Replace the history by a complete new file (written, synced, renamed)."""
    name = ""
    try:
        handle, name = tempfile.mkstemp(prefix=".own-data-", dir=folder)
        with os.fdopen(handle, "wb") as out:
            out.write(raw)
            out.flush()
            os.fsync(out.fileno())
        os.replace(name, folder / FILE)
    except OSError as error:
        if name:
            Path(name).unlink(missing_ok=True)
        raise InputError(
            "own-data-full",
            f"the store could not be written: {error.strerror}",
            str(folder),
            "free some space; the store is as it was",
        ) from None


@contextmanager
def _lock(folder: Path) -> Iterator[None]:
    path = folder / ".own-data.lock"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
    except FileExistsError:
        raise InputError(
            "own-data-busy",
            "another import is running in this store",
            str(path),
            "wait for it; if none is running, delete this file",
        ) from None
    except OSError as error:
        raise InputError(
            "own-data-store",
            f"the store cannot be written: {error.strerror}",
            str(folder),
            "choose another folder with --store",
        ) from None
    try:
        yield
    finally:
        path.unlink(missing_ok=True)
