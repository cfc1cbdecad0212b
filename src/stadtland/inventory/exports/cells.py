"""A cell of a reporting form: a number or a notation key, never both, never neither."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from . import words

KEYS = ("NO", "NE", "IE", "C", "NA")
# which key wins in a joint cell without any number: the one that says most about a gap
WORST = ("C", "NE", "IE", "NO", "NA")
TOLERANCE = 1e-9
JOINT = "joint"


@dataclass(frozen=True)
class Cell:
    """`who` (AGS or joint) × `ref`: `value` (unit of the form) or `key`; `note` says why or what is missing in it."""

    who: str
    ref: str
    value: float | None
    key: str | None
    note: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Problem:
    """A broken rule of a form: rule id, where, and a sentence."""

    rule: str
    where: str
    text: str


def joint(cells: Sequence[Cell], names: dict[str, str]) -> Cell:
    """The joint cell of one `ref`: sum of the members' numbers; without any number the weightiest key.

    A confidential member makes the joint cell confidential, or the sum would give it away.
    """
    ref = cells[0].ref
    hidden = [c for c in cells if c.key == "C"]
    known = [c.value for c in cells if c.value is not None]
    if hidden or not known:
        key = next(k for k in WORST if any(c.key == k for c in cells))
        return Cell(JOINT, ref, None, key, next(c.note for c in cells if c.key == key))
    absent = [c for c in cells if c.value is None]
    # not occurring adds nothing; every other key leaves the sum incomplete
    missing = [names[c.who] + f" ({c.key})" for c in absent if c.key not in ("NO", "NA")]
    notes = [c.note for c in cells if c.value is not None and c.note]
    note = words.say("joint_part", members=", ".join(missing)) if missing else (notes[0] if notes else {})
    return Cell(JOINT, ref, math.fsum(known), None, note)


def check(cells: Iterable[Cell], refs: Sequence[str], members: Sequence[str]) -> list[Problem]:
    """Problems of a form: every mandatory cell once, number or key, known key, reason, joint = sum of members."""
    found: list[Problem] = []
    by: dict[tuple[str, str], Cell] = {}
    for cell in cells:
        at = f"{cell.who} {cell.ref}"
        if (cell.who, cell.ref) in by:
            found.append(Problem("once", at, "the cell stands twice"))
        by[cell.who, cell.ref] = cell
        if cell.value is not None and cell.key is not None:
            found.append(Problem("number_or_key", at, "the cell has a number and a key"))
        if cell.value is None and cell.key is None:
            found.append(Problem("number_or_key", at, "the cell is empty"))
        if cell.value is not None and not math.isfinite(cell.value):
            found.append(Problem("finite", at, "the number is not finite"))
        if cell.key is not None and cell.key not in KEYS:
            found.append(Problem("known_key", at, f"{cell.key} is no notation key"))
        if cell.key is not None and not all(cell.note.get(lang) for lang in words.LANGUAGES):
            found.append(Problem("reason", at, f"the key {cell.key} has no reason in both languages"))
    for ref in refs:
        for who in (*members, JOINT):
            if (who, ref) not in by:
                found.append(Problem("mandatory", f"{who} {ref}", "the cell is missing"))
        parts = [by[m, ref] for m in members if (m, ref) in by]
        total = by.get((JOINT, ref))
        if total is None:
            continue
        values = [c.value for c in parts if c.value is not None]
        if any(c.key == "C" for c in parts):
            if total.value is not None:
                found.append(Problem("secrecy", f"{JOINT} {ref}", "the sum gives a confidential cell away"))
        elif total.value is not None and not close(total.value, math.fsum(values)):
            found.append(Problem("joint", f"{JOINT} {ref}", "the joint cell is not the sum of the members"))
        elif total.value is None and values:
            found.append(Problem("joint", f"{JOINT} {ref}", "members have numbers, the joint cell has a key"))
    return found


def close(a: float, b: float, scale: float = 0.0) -> bool:
    """Equal to 1e-9 of the larger of the two (or of `scale`)."""
    return abs(a - b) <= TOLERANCE * max(abs(a), abs(b), abs(scale), 1e-9)
