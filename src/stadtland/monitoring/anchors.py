"""Reported years anchored in the journal: a version that is changed or removed afterwards is found.

The events of monitoring are ordinary rows. When a year is reported, its digest goes into the journal (`monitor.report`:
year, version, digest), which cannot be changed unseen.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from stadtland.ledger.entry import Draft, Entry

from .book import Book, Version

KIND = "monitor.report"


def digest(version: Version) -> str:
    """SHA-256 over year, number, method, reason, file hash and all rows of a version, canonical JSON."""
    body = {
        "year": version.year, "number": version.number, "method": version.method, "reason": version.reason,
        "file": version.sha256, "rows": [asdict(r) for r in version.rows],
    }  # fmt: skip
    return hashlib.sha256(json.dumps(body, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def draft(version: Version) -> Draft:
    """The journal entry that anchors a version."""
    return Draft(KIND, {"year": version.year, "version": version.number, "digest": digest(version)})


def check(book: Book, entries: Iterable[Entry]) -> list[dict[str, Any]]:
    """Every version against the journal: `{year, version, state, entry}`, state same, changed, missing or open."""
    known = {(e.data["year"], e.data["version"]): e for e in entries if e.kind == KIND}
    rows = []
    for year in sorted(book.years):
        for v in book.years[year]:
            entry = known.pop((year, v.number), None)
            state = "open" if entry is None else "same" if entry.data["digest"] == digest(v) else "changed"
            rows.append({"year": year, "version": v.number, "state": state, "entry": entry.seq if entry else None})
    rows += [{"year": y, "version": n, "state": "missing", "entry": e.seq} for (y, n), e in sorted(known.items())]
    return rows
