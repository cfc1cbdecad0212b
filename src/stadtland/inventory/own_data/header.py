"""Finding the table in a grid: the row of headers, its language, which column is which."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from .catalogue import columns
from .grid import MOJIBAKE, Cell, Grid
from .problems import FileProblem, Findings, Place

HEAD_ROWS = 30


@dataclass(frozen=True)
class Table:
    """Rows below the headers: `at` column index by key; `lang` of the headers."""

    sheet: str
    lang: str
    at: dict[str, int]
    rows: Sequence[tuple[int, Sequence[Cell]]]


def _plain(text: str) -> str:
    plain = unicodedata.normalize("NFC", text.replace("\u00ad", ""))
    return re.sub(r"[\s*:\u00a0_]+", " ", plain).strip().casefold()


@cache
def _titles() -> dict[str, tuple[str, set[str]]]:
    """Header text → (column, languages that use it)."""
    found: dict[str, tuple[str, set[str]]] = {}
    for key, column in columns().items():
        for lang in ("de", "en"):
            found.setdefault(_plain(column["title"][lang]), (key, set()))[1].add(lang)
    return found


def needed() -> list[str]:
    """Columns that every file has."""
    return [k for k, c in columns().items() if c.get("need")]


def score(grid: Grid) -> int:
    """Most known headers in one of the first rows; for choosing the separator."""
    return max((_hits(cells) for _, cells in grid.rows[:HEAD_ROWS]), default=0)


def _hits(cells: Sequence[Cell]) -> int:
    return sum(1 for c in cells if c.kind == "text" and _plain(c.text) in _titles())


def locate(grid: Grid, findings: Findings) -> Table | None:
    """The table of a grid; None if no row looks like headers (FileProblem if one nearly does)."""
    best = max(range(min(HEAD_ROWS, len(grid.rows))), key=lambda i: _hits(grid.rows[i][1]), default=None)
    if best is None or _hits(grid.rows[best][1]) < 3:
        for row, cells in grid.rows[:HEAD_ROWS]:
            if any(MOJIBAKE.search(c.text) for c in cells):
                raise FileProblem("encoding", Place(row, sheet=grid.sheet))
        return None
    row, cells = grid.rows[best]
    at: dict[str, int] = {}
    votes = {"de": 0, "en": 0}
    for i, cell in enumerate(cells):
        known = _titles().get(_plain(cell.text))
        if known is None:
            if MOJIBAKE.search(cell.text):
                raise FileProblem("encoding", Place(row, sheet=grid.sheet))
            if cell.kind != "empty":
                findings.notice("column_unknown", Place(row, sheet=grid.sheet), name=cell.text[:40])
            continue
        key, langs = known
        if key in at:
            raise FileProblem("column_twice", Place(row, sheet=grid.sheet), name=cell.text)
        at[key] = i
        if len(langs) == 1:
            votes[next(iter(langs))] += 1
    lang = "en" if votes["en"] > votes["de"] else "de"
    missing = [columns()[k]["title"][lang] for k in needed() if k not in at]
    if missing:
        raise FileProblem("columns_missing", Place(row, sheet=grid.sheet), names=", ".join(missing))
    for first, last, reference in grid.merged:
        if last >= row:
            findings.problem("merged", Place(first, sheet=grid.sheet), ref=reference)
    return Table(grid.sheet, lang, at, grid.rows[best + 1 :])
