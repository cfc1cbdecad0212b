"""Reading written files back, for the rules of the forms: shares no code with the writers."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Mapping

Files = Mapping[str, bytes]
Rows = list[dict[str, str]]
KEYS = ("NO", "IE", "C", "NE")
JOINT, NEAR = "joint", 1e-9


def table(files: Files, name: str) -> Rows:
    """The rows of a CSV file."""
    return list(csv.DictReader(io.StringIO(files[name].decode("utf-8"), newline="")))


def near(a: float, b: float) -> bool:
    """Equal to 1e-9 of the larger, or of 1."""
    return abs(a - b) <= NEAR * max(abs(a), abs(b), 1.0)


def number(text: str) -> bool:
    """Whether a text is a finite number."""
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False


def joint(rows: Rows, key: str, value: str) -> list[str]:
    """Where the joint row is not the sum of the members, or gives a confidential cell away."""
    out = []
    members: dict[str, list[dict[str, str]]] = {}
    for r in rows:
        if r["ags"] != JOINT:
            members.setdefault(r[key], []).append(r)
    for r in (r for r in rows if r["ags"] == JOINT):
        mine = members.get(r[key], [])
        if any(m["notation_key"] == "C" for m in mine):
            if r[value]:
                out.append(f"joint {r[key]}: the sum gives a confidential cell away")
            continue
        total = math.fsum(float(m[value]) for m in mine if m[value])
        if r[value] and not near(float(r[value]), total):
            out.append(f"joint {r[key]}: {r[value]}, the members have {total}")
        if not r[value] and any(m[value] for m in mine):
            out.append(f"joint {r[key]}: no number, but members have one")
    return out


def inventory_name(files: Files) -> str:
    """Name of the file with the open CSV."""
    return next(n for n in files if re.fullmatch(r"inventory-\d{4}\.csv", n))
