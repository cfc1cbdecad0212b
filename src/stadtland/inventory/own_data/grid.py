"""A file as a grid of cells: CSV bytes of any common encoding and separator."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from .problems import FileProblem, Place

MAX_BYTES = 10_000_000
MAX_ROWS = 20_000
MAX_COLUMNS = 60
MAX_CELL = 2_000
Kind = Literal["empty", "text", "number", "bool", "date", "error", "formula"]


@dataclass(frozen=True)
class Cell:
    """One cell: kind, text as written; `number` for numeric cells of a workbook, `percent` if shown as percent."""

    kind: Kind
    text: str = ""
    number: float | None = None
    percent: bool = False


EMPTY = Cell("empty")


@dataclass(frozen=True)
class Grid:
    """Rows of cells with the row number the user sees; `merged`: (first row, last row, reference) of joined cells."""

    sheet: str
    rows: Sequence[tuple[int, Sequence[Cell]]]
    merged: Sequence[tuple[int, int, str]] = ()


MOJIBAKE = re.compile("Ã[\u0080-\u00bf¤¶¼Ÿ„–œ€]|â€|Â[°²³\u00a0]|\ufffd")


def decode(raw: bytes) -> str:
    """Text of a CSV file: BOM (UTF-8, UTF-16), UTF-8, else Windows-1252. FileProblem for anything else."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            text = raw.decode("utf-16")
        except UnicodeDecodeError:
            raise FileProblem("encoding", Place()) from None
    else:
        try:
            text = raw.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            text = _cp1252(raw, error.start)
    at = text.find("\x00")
    if at >= 0:
        raise FileProblem("encoding_nul", Place(text.count("\n", 0, at) + 1))
    return text


def _cp1252(raw: bytes, start: int) -> str:
    try:
        return raw.decode("cp1252")
    except UnicodeDecodeError as error:
        row = raw.count(b"\n", 0, min(start, error.start)) + 1
        raise FileProblem("encoding", Place(row)) from None


def separators(text: str) -> list[str]:
    """Possible separators, the most frequent of the first lines first."""
    head = "\n".join(text.splitlines()[:30]) if len(text) < 100_000 else text[:20_000]
    return sorted((";", ",", "\t"), key=lambda s: -head.count(s))


def from_csv(text: str, separator: str) -> Grid:
    """The grid of a CSV text. FileProblem for too many rows or columns, broken quotes or oversized cells."""
    if text.count("\n") > MAX_ROWS * 4:
        raise FileProblem("rows_many", Place(), limit=MAX_ROWS)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    rows: list[tuple[int, Sequence[Cell]]] = []
    before = 0
    try:
        for cells in reader:
            if any(cells):
                rows.append((before + 1, [_cell(c, before + 1) for c in cells]))
            before = reader.line_num
            if len(rows) > MAX_ROWS:
                raise FileProblem("rows_many", Place(before), limit=MAX_ROWS)
            if len(cells) > MAX_COLUMNS:
                raise FileProblem("columns_many", Place(before), limit=MAX_COLUMNS)
    except csv.Error:
        raise FileProblem("csv_quotes", Place(before + 1)) from None
    return Grid("", rows)


def _cell(text: str, row: int) -> Cell:
    if len(text) > MAX_CELL:
        raise FileProblem("cell_long", Place(row), limit=MAX_CELL)
    stripped = text.strip()
    return Cell("text", stripped) if stripped else EMPTY
