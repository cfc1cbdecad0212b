"""XLSX bytes as grids: the container is checked before anything is opened, formulas are never evaluated."""

from __future__ import annotations

import datetime
import io
import re
import warnings
import zipfile
from typing import Any

from .grid import EMPTY, MAX_CELL, MAX_COLUMNS, MAX_ROWS, Cell, Grid
from .problems import FileProblem, Place

MAX_PARTS = 200
MAX_UNPACKED = 40_000_000
MAX_RATIO = 150
RATIO_FROM = 1_000_000
MAX_CELLS = 400_000
MAX_SHEETS = 30
LAST_ROW = 1_048_576  # of any workbook
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MERGE = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]{0,200}?ref="([^"]{2,40})"')
_ROW = re.compile(rb'<(?:\w+:)?row\s[^>]{0,200}?\br="(\d{1,18})"')
# a cell to the right of column BH, the 60th
_FAR = re.compile(rb'<(?:\w+:)?c\s[^>]{0,80}?\br="(?:[A-Z]{3}|B[I-Z]|[C-Z][A-Z])\d')
_REF = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})(?::\$?([A-Z]{1,3})\$?(\d{1,7}))?")


def looks_like(raw: bytes) -> bool:
    """Whether the bytes are a workbook (any kind), not text."""
    return raw.startswith((b"PK\x03\x04", b"PK\x05\x06", OLE))


def grids(raw: bytes) -> list[Grid]:
    """All sheets of a workbook. FileProblem for macros, old or locked formats, bombs, damage, too many cells."""
    if raw.startswith(OLE):
        raise FileProblem("xls")
    merged = _inspect(raw)
    try:
        import openpyxl  # type: ignore[import-untyped]
    except ImportError:
        raise FileProblem("xlsx_reader") from None

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(io.BytesIO(raw), read_only=True, data_only=False, keep_links=False)
            try:
                return [_grid(sheet, merged) for sheet in _sheets(book)]
            finally:
                book.close()
    except FileProblem:
        raise
    except Exception as error:  # the library raises whatever a damaged part causes
        raise FileProblem("xlsx_damaged", Place(), why=type(error).__name__) from None


def _sheets(book: Any) -> list[Any]:
    if len(book.worksheets) > MAX_SHEETS:
        raise FileProblem("sheets_many", Place(), limit=MAX_SHEETS)
    return list(book.worksheets)


def _inspect(raw: bytes) -> dict[str, list[str]]:
    """Sizes, macros, type declarations and joined cells per part, read with a limit on every byte unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as box:
            parts = box.infolist()
            if len(parts) > MAX_PARTS:
                raise FileProblem("zip_parts", Place(), limit=MAX_PARTS)
            if any(p.flag_bits & 1 for p in parts):
                raise FileProblem("xlsx_locked")
            names = {p.filename for p in parts}
            if len(names) != len(parts):
                raise FileProblem("xlsx_damaged", Place(), why="duplicate part")
            if any("vbaproject" in n.casefold() or "/macrosheets/" in n.casefold() for n in names):
                raise FileProblem("macros")
            if "content.xml" in names or "mimetype" in names:
                raise FileProblem("ods")
            if any(n.endswith("workbook.bin") for n in names):
                raise FileProblem("xlsb")
            if "[Content_Types].xml" not in names:
                raise FileProblem("zip_other")
            total = sum(p.file_size for p in parts)
            bad = [p for p in parts if p.file_size > RATIO_FROM and p.file_size > MAX_RATIO * max(1, p.compress_size)]
            if total > MAX_UNPACKED or bad:
                raise FileProblem("zip_bomb", Place(), size=total // 1_000_000, limit=MAX_UNPACKED // 1_000_000)
            return _scan(box, parts)
    except FileProblem:
        raise
    except Exception as error:  # zipfile raises struct, zlib, value, key and OS errors on damage
        raise FileProblem("xlsx_damaged", Place(), why=type(error).__name__) from None


def _scan(box: zipfile.ZipFile, parts: list[zipfile.ZipInfo]) -> dict[str, list[str]]:
    merged: dict[str, list[str]] = {}
    for part in parts:
        name = part.filename
        if not name.endswith((".xml", ".rels")):
            continue
        with box.open(part) as handle:
            body = handle.read(part.file_size)  # the declared size is the limit; a longer stream fails its checksum
        if b"<!DOCTYPE" in body or b"<!ENTITY" in body or "<!DOCTYPE".encode("utf-16-le") in body:
            raise FileProblem("xml_types")
        if name == "[Content_Types].xml" and b"macroEnabled" in body:
            raise FileProblem("macros")
        if "worksheets/" in name and name.endswith(".xml"):
            if body.count(b"<row") + body.count(b":row ") > MAX_ROWS:
                raise FileProblem("rows_many", Place(), limit=MAX_ROWS)
            far = next((int(m) for m in _ROW.findall(body) if int(m) > MAX_ROWS), None)
            if far is not None:
                raise FileProblem("rows_many", Place(far), limit=MAX_ROWS)
            if _FAR.search(body):
                raise FileProblem("columns_many", Place(), limit=MAX_COLUMNS)
            if body.count(b"<c ") + body.count(b":c ") > MAX_CELLS:
                raise FileProblem("cells_many", Place(), limit=MAX_CELLS)
            found = [m.decode("latin-1") for m in _MERGE.findall(body)]
            if found:
                merged[name.rsplit("/", 1)[1]] = found
    return merged


def _grid(sheet: Any, merged: dict[str, list[str]]) -> Grid:
    title = str(sheet.title)
    path = str(getattr(sheet, "_worksheet_path", "")).rsplit("/", 1)[-1]
    rows: list[tuple[int, list[Cell]]] = []
    for at, cells in enumerate(sheet.iter_rows(max_col=MAX_COLUMNS + 1), start=1):
        if at > MAX_ROWS:
            if at > LAST_ROW or any(c.value is not None for c in cells):
                raise FileProblem("rows_many", Place(at, sheet=title), limit=MAX_ROWS)
            continue
        found = [_cell(c, at, title) for c in cells]
        while found and found[-1].kind == "empty":
            found.pop()
        if len(found) > MAX_COLUMNS:
            raise FileProblem("columns_many", Place(at, sheet=title), limit=MAX_COLUMNS)
        if found:
            rows.append((at, found))
    return Grid(title, rows, _areas(merged.get(path, [])))


def _areas(references: list[str]) -> list[tuple[int, int, str]]:
    found = []
    for reference in references:
        match = _REF.fullmatch(reference)
        if match:
            first = int(match[2])
            found.append((first, int(match[4] or first), reference))
    return found


def _cell(cell: Any, row: int, sheet: str) -> Cell:
    value = cell.value
    kind = getattr(cell, "data_type", "n")
    if value is None:
        return EMPTY
    if kind == "f":
        return Cell("formula", str(value)[:40])
    if isinstance(value, bool):
        return Cell("bool", str(value))
    if isinstance(value, int | float):
        shown = str(getattr(cell, "number_format", "") or "")
        return Cell("number", repr(value), float(value), "%" in shown)
    if isinstance(value, datetime.datetime | datetime.date | datetime.time | datetime.timedelta):
        return Cell("date", str(value)[:40])
    text = str(value).strip()
    if len(text) > MAX_CELL:
        raise FileProblem("cell_long", Place(row, sheet=sheet), limit=MAX_CELL)
    if kind == "e":
        return Cell("error", text[:40])
    return Cell("text", text) if text else EMPTY
