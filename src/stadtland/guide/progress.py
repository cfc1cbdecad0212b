"""Progress of a partnership, kept beside its file: gates passed with reason and date, items ticked, answers given.

File `<partnership>.progress.toml`, readable and editable by hand: tables `[passed.<gate>]` (date, reason, open),
`[ticked.<item>]` (date, note), `[answers]` (question = "yes"|"no").
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from stadtland.base import strict, toml
from stadtland.base.errors import InputError
from stadtland.base.files import OutDir

ANSWERS = ("yes", "no")


@dataclass(frozen=True)
class Progress:
    """What people recorded."""

    passed: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    ticked: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    answers: Mapping[str, str] = field(default_factory=dict)


def read(path: Path) -> Progress:
    """The progress in a file; empty if there is none. InputError names key and cure."""
    if not path.exists():
        return Progress()
    table = toml.read(path)
    strict.keys(table, ("passed", "ticked", "answers"), path.name)
    passed = strict.mapping(table.get("passed", {}), f"{path.name} [passed]")
    ticked = strict.mapping(table.get("ticked", {}), f"{path.name} [ticked]")
    for name, rows, known, needed in (
        ("passed", passed, ("date", "reason", "open"), ("date", "reason")),
        ("ticked", ticked, ("date", "note"), ("date",)),
    ):
        for key, entry in rows.items():
            where = f"{path.name} [{name}.{key}]"
            strict.keys(strict.mapping(entry, where), known, where, needed)
            _day(entry["date"], where)
    answers = strict.mapping(table.get("answers", {}), f"{path.name} [answers]")
    for key, value in answers.items():
        strict.one_of(value, ANSWERS, f"{path.name} [answers].{key}")
    return Progress(_texts(passed), _texts(ticked), dict(answers))


def _texts(rows: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    return {k: {n: str(v) if n == "date" else v for n, v in e.items()} for k, e in rows.items()}


def _day(value: Any, where: str) -> str:
    try:
        return date.fromisoformat(str(value)).isoformat()
    except ValueError:
        raise InputError("date-kind", f"{value!r} is no date", where, "write year-month-day: 2026-11-24") from None


def pass_gate(progress: Progress, gate: str, reason: str, day: str, left: list[str]) -> Progress:
    """The progress with a gate passed; `left` are the items that were still open."""
    if not reason.strip():
        raise InputError("reason-missing", "a gate is passed with a reason", "--reason", 'say why: --reason "…"')
    entry = {"date": _day(day, "--date"), "reason": reason.strip(), "open": left}
    return Progress({**progress.passed, gate: entry}, progress.ticked, progress.answers)


def tick(progress: Progress, item: str, note: str, day: str) -> Progress:
    """The progress with an item ticked."""
    entry = {"date": _day(day, "--date"), "note": note.strip()}
    return Progress(progress.passed, {**progress.ticked, item: entry}, progress.answers)


def answer(progress: Progress, question: str, value: str) -> Progress:
    """The progress with a question answered yes or no."""
    strict.one_of(value, ANSWERS, f"--answer {question}")
    return Progress(progress.passed, progress.ticked, {**progress.answers, question: value})


def write(path: Path, progress: Progress) -> None:
    """Write the progress whole; the file before stays until the new one is there."""
    lines = ["# Stand der Partnerschaft / progress of the partnership: stadtland check"]
    for name, rows in (("passed", progress.passed), ("ticked", progress.ticked)):
        for key, entry in rows.items():
            lines += ["", f"[{name}.{key}]"]
            lines += [f"{k} = {json.dumps(v, ensure_ascii=False)}" for k, v in entry.items()]
    if progress.answers:
        lines += ["", "[answers]", *(f"{k} = {json.dumps(v)}" for k, v in progress.answers.items())]
    with OutDir(path.parent) as folder:
        folder.stage(path.name, "\n".join(lines) + "\n")
        folder.commit()
