"""Official municipality codes (AGS, eight digits): which are valid, their names, what became of old ones.

Content: `content/municipalities/codes.csv.gz` (ags, level, name; territory of 31 December 2021) and
`content/municipalities/succession.csv` (changes from 2019 on). Codes are text; leading zeros count.
"""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from stadtland.base import content
from stadtland.base.errors import InputError

TERRITORY = "2021-12-31"


@dataclass(frozen=True)
class Change:
    """A code that no longer exists: when it went and which codes took its territory over."""

    ags: str
    name: str
    date: str
    successors: tuple[tuple[str, str], ...]


@cache
def _rows() -> dict[str, tuple[str, str]]:
    raw = gzip.decompress(content.path("municipalities", "codes.csv.gz").read_bytes()).decode()
    lines = csv.reader(io.StringIO(raw))
    next(lines)
    return {ags: (level, title) for ags, level, title in lines}


@cache
def _changes() -> dict[str, Change]:
    found: dict[str, list[dict[str, str]]] = {}
    with content.path("municipalities", "succession.csv").open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            found.setdefault(row["ags"], []).append(row)
    return {
        ags: Change(ags, rows[0]["name"], rows[0]["date"], tuple((r["new_ags"], r["new_name"]) for r in rows))
        for ags, rows in found.items()
    }


def name(ags: str) -> str:
    """The official name, e.g. "Wurzen, Stadt"; InputError for a code that is not valid."""
    return _rows()[check(ags)][1]


def level(ags: str) -> str:
    """What a code is: municipality, unincorporated, kreis or land of the newest territory, obsolete, or unknown."""
    row = _rows().get(ags)
    return row[0] if row is not None else "obsolete" if ags in _changes() else "unknown"


def municipalities() -> list[str]:
    """All valid municipality codes, sorted."""
    return sorted(ags for ags, (level, _) in _rows().items() if level == "municipality")


def find(text: str) -> list[tuple[str, str]]:
    """Municipalities (ags, name) whose name starts with or else contains the text (case ignored)."""
    want = text.strip().casefold()
    if not want:
        return []
    rows = [(a, n) for a, (level, n) in _rows().items() if level == "municipality"]
    starts = [(a, n) for a, n in rows if n.casefold().startswith(want)]
    return sorted(starts or [(a, n) for a, n in rows if want in n.casefold()])


def successors(ags: str) -> list[tuple[str, str]]:
    """The valid codes that took over the territory of an obsolete code, followed through later changes."""
    found: dict[str, str] = {}
    open_codes, seen = [ags], set()
    while open_codes:
        code = open_codes.pop()
        seen.add(code)
        change = _changes().get(code)
        if change is None:
            continue
        for new, new_name in change.successors:
            if new in _rows():
                found[new] = _rows()[new][1]
            elif new not in seen:
                open_codes.append(new)
            if new not in _rows() and new not in _changes():
                found[new] = new_name
    return sorted(found.items())


def check(ags: str) -> str:
    """The code itself if it is a municipality's; otherwise an InputError that names the cure.

    Codes: `ags-format`, `ags-land`, `ags-kreis`, `ags-unincorporated`, `ags-obsolete`, `ags-unknown`.
    """
    if not isinstance(ags, str) or not (ags.isascii() and ags.isdigit()) or len(ags) != 8:
        raise _format_error(ags)
    row = _rows().get(ags)
    if row is None:
        raise _missing_error(ags)
    level, title = row
    if level == "municipality":
        return ags
    if level == "unincorporated":
        raise InputError(
            "ags-unincorporated",
            f"{ags} ({title}) is an area without inhabitants, not a municipality",
            ags,
            "name the municipalities around it",
        )
    raise _area_error(ags, level, title)


def check_all(members: Sequence[str]) -> list[str]:
    """All codes checked, in their order; InputError `member-twice` or `members-none` as well."""
    if not members:
        raise InputError("members-none", "no municipality is named", "", "name at least one code (AGS), e.g. 14729410")
    seen: set[str] = set()
    for ags in members:
        check(ags)
        if ags in seen:
            raise InputError("member-twice", f"{ags} ({name(ags)}) is named twice", ags, "name each municipality once")
        seen.add(ags)
    return list(members)


def _inside(prefix: str, limit: int = 3) -> str:
    some = [f"{a} {n}" for a, n in find_inside(prefix)[:limit]]
    return ", ".join(some)


def find_inside(prefix: str) -> list[tuple[str, str]]:
    """Municipalities whose code starts with a Land (2 digits) or Kreis code (5 digits)."""
    return sorted((a, n) for a, (level, n) in _rows().items() if level == "municipality" and a.startswith(prefix))


def _area_error(ags: str, level: str, title: str) -> InputError:
    word = "federal state (Land)" if level == "land" else "district (Landkreis)"
    prefix = ags[:2] if level == "land" else ags[:5]
    return InputError(
        f"ags-{level}",
        f"{ags} ({title}) is a {word}, not a municipality",
        ags,
        f"name its municipalities, e.g. {_inside(prefix)}",
    )


def _format_error(ags: object) -> InputError:
    text = str(ags)
    cure = "a municipality's code (AGS) has eight digits, e.g. 14729410 for Wurzen"
    if text.isascii() and text.isdigit():
        if len(text) == 12:
            cure = f"this is a twelve-digit regional key; its AGS is {text[:5]}{text[9:]}"
        elif len(text) in (2, 5) and (area := text.ljust(8, "0")) in _rows():
            level, title = _rows()[area]
            if level != "municipality":
                return _area_error(area, level, title)
            cure = f"the city itself has the code {area}"
        elif len(text) == 7:
            cure = f"leading zeros count: did you mean 0{text}?"
    else:
        near = find(text)[:3]
        if near:
            cure = "did you mean " + " or ".join(f"{a} ({n})" for a, n in near) + "?"
    return InputError("ags-format", f"'{text}' is not a municipality code", text, cure)


def _missing_error(ags: str) -> InputError:
    change = _changes().get(ags)
    if change is not None:
        new = " and ".join(f"{a} ({n})" for a, n in successors(ags))
        return InputError(
            "ags-obsolete",
            f"{ags} ({change.name}) ended on {change.date}",
            ags,
            f"use its successor: {new}",
        )
    near = _inside(ags[:5])
    cure = f"codes of the same district: {near}" if near else "look the code up in the Gemeindeverzeichnis"
    return InputError("ags-unknown", f"{ags} is no municipality in the territory of {TERRITORY}", ags, cure)
