"""Workbook of all exports: one sheet per table, numbers as numbers, texts never as formulas, bilingual headers."""

from __future__ import annotations

import datetime
import io
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")
CREATED = datetime.datetime(2000, 1, 1)  # fixed: the same inventory gives the same bytes
WIDEST = 60


def safe(text: str) -> str:
    """A text that no spreadsheet runs, also after copying it into another file."""
    return "'" + text if text.startswith(RISKY) else text


def write(sheets: Mapping[str, Sequence[Mapping[str, Any]]], heads: Mapping[str, str], title: str) -> bytes:
    """The workbook as bytes. `sheets`: name → rows; `heads`: column → header text (both languages, unit)."""
    import xlsxwriter

    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(
        buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    book.set_properties({"title": safe(title), "author": "StadtLand", "created": CREATED})
    head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 2})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name[:31])
        columns = list(rows[0]) if rows else []
        for x, column in enumerate(columns):
            sheet.write_string(0, x, safe(heads.get(column, column)), head)
            widest = max([len(str(r.get(column, ""))) for r in rows[:200]], default=8)
            sheet.set_column(x, x, min(WIDEST, max(10, widest + 2)))
        for y, row in enumerate(rows, start=1):
            for x, column in enumerate(columns):
                _put(sheet, y, x, row.get(column))
        sheet.freeze_panes(1, 0)
        if rows:
            sheet.autofilter(0, 0, len(rows), len(columns) - 1)
    book.close()
    return buffer.getvalue()


def _put(sheet: Any, y: int, x: int, value: Any) -> None:
    if value is None or value == "":
        return
    if isinstance(value, bool | np.bool_):
        sheet.write_string(y, x, "true" if value else "false")
    elif isinstance(value, int | float | np.integer | np.floating):
        sheet.write_number(y, x, float(value))
    elif isinstance(value, list | tuple):
        sheet.write_string(y, x, safe(" ".join(str(v) for v in value)))
    else:
        sheet.write_string(y, x, safe(str(value)))
