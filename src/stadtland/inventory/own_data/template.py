"""Templates: the rows of one or all datasets for members and a year, with our defaults beside empty own cells.

The same rows with the own figures filled in are the export; read again, they change nothing.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

from .catalogue import SCHEMA, Dataset, columns, datasets, units_of
from .numbers import MARKERS
from .reading import GUIDE_SHEETS
from .records import Defaults, Key, Record, State
from .secrecy import MARK, hidden

SPARE_PARTS = 2
_MARK_OF = {"confidential": ".", "not_available": "...", "not_applicable": "x", "true_zero": "-"}
assert all(MARKERS[m] == s for s, m in _MARK_OF.items() if s != "true_zero")
Value = str | float | None


def rows(
    dataset: Dataset,
    members: Sequence[str],
    year: int,
    lang: str,
    defaults: Defaults,
    state: State | None = None,
    public: bool = False,
) -> list[list[Value]]:
    """Header and rows of a template; numbers as floats, marks and texts as text, empty cells None.

    Own figures of `state` are filled in, of every year they have. `public`: hidden farm figures are a dot, without
    holdings and shares; such a file cannot be imported again.
    """
    from stadtland.facts import codes

    keys = dataset.columns()
    secret = hidden(state or {}) if public else set()
    own: dict[tuple[str, str], list[Key]] = {}
    for key in sorted(state or {}):
        if key.dataset == dataset.id:
            own.setdefault((key.ags, key.id), []).append(key)
    stamp = f"{SCHEMA} {dataset.id} {year} {defaults.version} {'public' if public else 'internal'}"
    table: list[list[Value]] = [[columns()[k]["title"][lang] for k in keys]]
    for ags in members:
        for entry in dataset.fields:
            found = own.get((ags, entry.id), [])
            spare = SPARE_PARTS if dataset.parts else int(not found)
            if entry.id not in dataset.template:
                spare = 0
            default = defaults.values.get((ags, entry.id))
            slots: list[Key | None] = [*found, *[None] * spare]
            for slot in slots:
                cells: dict[str, Value] = {
                    "ags": ags,
                    "name": codes.name(ags),
                    "id": entry.id,
                    "label": entry.label[lang],
                    "default": None if default is None else float(f"{default:.6g}"),
                    "default_unit": None if default is None else entry.unit,
                    "unit": units_of(entry)[0],
                    "year": str(dataset.year or year),
                    "stamp": stamp,
                }
                if slot is not None and state is not None:
                    cells |= _own(slot, state[slot], slot in secret, public, lang)
                table.append([cells.get(k) for k in keys])
    return table


def _own(key: Key, record: Record, secret: bool, public: bool, lang: str) -> dict[str, Value]:
    cells: dict[str, Value] = {
        "part": key.part or None,
        "value": MARK if secret else _value(record),
        "unit": record.unit,
        "year": str(key.year),
        "source": record.source,
        "data_quality": record.data_quality,
        "role": record.role,
        "note": record.note or None,
        "complete": _yes_no(record.complete, lang),
    }
    if secret:  # a text could say what the dot hides
        cells |= {"source": None, "note": None}
    if not public:
        cells |= {
            "holdings": record.holdings,
            "largest_share": record.largest_share,
            "published": _yes_no(record.published, lang),
        }
    return cells


def _yes_no(value: bool | None, lang: str) -> str | None:
    words = ("nein", "ja") if lang == "de" else ("no", "yes")
    return None if value is None else words[value]


def _value(record: Record) -> Value:
    if record.state in _MARK_OF:
        return _MARK_OF[record.state]
    if record.state == "rounded_zero":
        # written with as many decimals as it was stated
        decimals = 0
        while record.high is not None and decimals < 20 and record.high < 0.5 * 10.0**-decimals * 0.99:
            decimals += 1
        return f"0.{'0' * decimals}" if decimals else 0.0
    if record.state == "estimated":
        return f"({number(record.value or 0.0)})"
    return record.value


def number(value: float) -> str:
    """Shortest text that gives the same number, without exponent, with a point."""
    text = repr(value)
    if "e" in text:
        from decimal import Decimal

        text = format(Decimal(text), "f")
    return text.removesuffix(".0")


def to_csv(table: Sequence[Sequence[Value]], lang: str) -> bytes:
    """CSV with BOM: semicolon and decimal comma (de), comma and decimal point (en)."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";" if lang == "de" else ",", lineterminator="\r\n")
    at = [i for i, title in enumerate(table[0]) if title == columns()["value"]["title"][lang]]
    for row in table:
        writer.writerow([_csv_cell(cell, lang, i in at) for i, cell in enumerate(row)])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _csv_cell(cell: Value, lang: str, value: bool) -> str:
    if cell is None:
        return ""
    text = number(cell) if isinstance(cell, int | float) else cell
    written = isinstance(cell, int | float) or (value and text[:1] in "(0")
    return text.replace(".", ",") if written and lang == "de" else text


def to_xlsx(tables: Mapping[str, Sequence[Sequence[Value]]], lang: str) -> bytes:
    """A workbook with one sheet per dataset and a sheet that explains columns, marks and what each dataset improves."""
    import datetime

    import xlsxwriter

    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(
        buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    book.set_properties({"author": "StadtLand", "created": datetime.datetime(2000, 1, 1)})
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#E8EEF2", "bottom": 1})
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    own = book.add_format({"bg_color": "#FFF8DC", "num_format": "General"})
    text = book.add_format({"num_format": "@"})
    _guide(book.add_worksheet(GUIDE_SHEETS[lang]), list(tables), lang, bold, wrap)
    for id, table in tables.items():
        sheet = book.add_worksheet(datasets()[id].title[lang].replace("/", " ")[:31])
        _fill(sheet, id, table, lang, bold, own, text)
    book.close()
    return buffer.getvalue()


def _fill(sheet: Any, id: str, table: Sequence[Sequence[Value]], lang: str, bold: Any, own: Any, text: Any) -> None:
    keys = datasets()[id].columns()
    entries = {
        "value",
        "source",
        "data_quality",
        "role",
        "part",
        "complete",
        "holdings",
        "largest_share",
        "published",
        "note",
    }
    for x, key in enumerate(keys):
        sheet.write_string(0, x, str(table[0][x]), bold)
        sheet.write_comment(0, x, columns()[key]["explain"][lang], {"visible": False})
        sheet.set_column(x, x, {"label": 44, "name": 22, "source": 30, "stamp": 12, "note": 24}.get(key, 14))
    for y, row in enumerate(table[1:], start=1):
        for x, cell in enumerate(row):
            style = own if keys[x] in entries else text if keys[x] == "ags" else None
            if cell is None:
                sheet.write_blank(y, x, None, own if keys[x] in entries else None)
            elif isinstance(cell, int | float):
                sheet.write_number(y, x, cell, style)
            elif keys[x] == "year":
                sheet.write_number(y, x, int(cell), style)
            else:
                shown = cell.replace(".", ",") if lang == "de" and keys[x] == "value" and cell[:1] in "(0" else cell
                sheet.write_string(y, x, shown, style)
    last = max(1, len(table) - 1)
    grade = keys.index("data_quality")
    sheet.data_validation(1, grade, last, grade, {"validate": "list", "source": list("ABCD")})
    sheet.freeze_panes(1, keys.index("id") + 1)
    sheet.autofilter(0, 0, last, len(keys) - 1)


def _guide(sheet: Any, ids: list[str], lang: str, bold: Any, wrap: Any) -> None:
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1, 100)
    line = 0
    for column in columns().values():
        sheet.write_string(line, 0, column["title"][lang], bold)
        sheet.write_string(line, 1, column["explain"][lang], wrap)
        line += 1
    for id in ids:
        entry = datasets()[id]
        line += 1
        sheet.write_string(line, 0, entry.title[lang], bold)
        sheet.write_string(line, 1, f"{entry.explain[lang]} {entry.improves[lang]}", wrap)
        line += 1
