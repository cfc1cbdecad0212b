"""What a paper says and where from: its numbers with path, value and text; versions, differences, stale numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stadtland.guide import formula as numbers

from .tree import Blank, Document, Gap, Num, lines_of, pieces

SCHEMA = "stadtland/paper/1"


def traced(document: Document) -> list[Num | Gap]:
    """All numbers and gaps of a document in reading order."""
    found: list[Num | Gap] = []
    for section in document.sections:
        for block in section.blocks:
            for line in lines_of(block):
                found += [p for p in pieces(line) if isinstance(p, Num | Gap)]
    return found


def blanks(document: Document) -> int:
    """Number of places to be filled in by hand."""
    return sum(
        isinstance(p, Blank) for s in document.sections for b in s.blocks for line in lines_of(b) for p in pieces(line)
    )


def record(
    document: Document, kind: str, ags: str | None, results_hash: str, day: str, before: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """The record of a paper: kind, version, day, hash of the results, and every number once.

    `before`: the record of the version before; the version rises only when a number, the text or a gap changed.
    """
    listed: dict[str, dict[str, Any]] = {}
    for piece in traced(document):
        entry: dict[str, Any] = {"path": piece.formula, "value": None, "text": piece.text}
        if isinstance(piece, Num):
            entry["value"] = piece.value
        listed.setdefault(piece.formula + "|" + piece.text, entry)
    made: dict[str, Any] = {
        "schema": SCHEMA,
        "kind": kind,
        "member": ags,
        "lang": document.lang,
        "title": document.title,
        "results": results_hash,
        "numbers": list(listed.values()),
        "blanks": blanks(document),
    }
    same = before is not None and {k: v for k, v in before.items() if k not in ("version", "date")} == made
    version = int(before["version"]) + (0 if same else 1) if before else 1
    return {**made, "version": version, "date": before["date"] if same and before else day}


def differences(record_before: Mapping[str, Any], results: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Numbers of a record that the results now answer differently: `[{path, before, now, text}]`.

    now is None where the results no longer hold the path. A change below one part in a thousand million is none.
    """
    found = []
    seen = set()
    for entry in record_before["numbers"]:
        path = entry["path"]
        if path in seen or not path:
            continue
        seen.add(path)
        try:
            now: float | None = numbers.evaluate(path if "[" in path else f"[{path}]", dict(results))
        except numbers.Missing:
            now = None
        except ValueError:
            continue  # a path of a text, not of a number
        before = entry["value"]
        if before is None and now is None:
            continue
        if before is None or now is None or abs(now - before) > 1e-9 * max(1.0, abs(before)):
            found.append({"path": path, "before": before, "now": now, "text": entry["text"]})
    return found
