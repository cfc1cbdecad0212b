"""The yearly template: what to report, with last year's value beside it; CSV or XLSX."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from functools import cache
from typing import Any

from stadtland.base import content, toml
from stadtland.base.errors import InputError
from stadtland.inventory.lines import ENERGY_LINES, LINES
from stadtland.inventory.own_data.template import number

from .book import Book
from .causes import group, spec

Value = str | float | None
HAZARDS = ("drought", "erosion", "flood", "heat", "heavy_rain", "low_flow", "storm", "wildfire")


@cache
def words() -> dict[str, Any]:
    """Columns, kinds, quantities and weather series: `content/monitoring/template.toml`."""
    return toml.read(content.path("monitoring", "template.toml"))


def rows(book: Book, year: int, lang: str) -> list[list[Value]]:
    """Header and rows: for every member its lines (those reported last, else all), drivers, weather, hazards, measures.

    InputError `book-empty` without a partnership.
    """
    if book.setup is None:
        raise InputError(
            "book-empty", "these records have no partnership yet", "", "start with `stadtland monitor start`"
        )
    w = words()
    before = max((y for y in book.years if y < year), default=None)
    last = book.version(before) if before is not None else None
    table: list[list[Value]] = [[c["title"][lang] for c in w["column"].values()]]

    def add(kind: str, member: str, id: str, label: str, what: str, unit: str) -> None:
        old = last.value(kind, member, id, what) if last else None
        old = old * 100 if old is not None and unit == "%" else old
        cells: dict[str, Value] = {
            "kind": w["kind"][kind][lang], "member": member, "name": book.setup.title(member) if book.setup else "",
            "id": id, "label": label, "what": w["what"][what]["title"][lang], "before": old, "unit": unit,
            "year": str(year),
        }  # fmt: skip
        table.append([cells.get(c) for c in w["column"]])

    for member in book.setup.codes:
        known = {r.id for r in last.rows if r.kind == "line" and r.member == member} if last else set()
        for line in LINES:
            if known and line not in known:
                continue
            if line in ENERGY_LINES:
                add("line", member, line, "", "energy_mwh", "MWh")
            add("line", member, line, "", "t_co2e", "t")
        drivers = {"population", "new_generation", *(group(x)["driver"] for x in LINES if not known or x in known)} - {
            ""
        }
        for name, about in spec()["driver"].items():
            if name in drivers:
                add("driver", member, name, about[lang], "level", about["unit"])
        for name, about in w["weather"].items():
            add("weather", member, name, about[lang], "level", about["unit"])
        for hazard in HAZARDS:
            add("hazard", member, hazard, "", "coverage", "%")
        for m in book.measures.values():
            if m.member == member and m.status != "stopped":
                title = m.title.get(lang) or m.id
                add("measure", member, m.measure, title, "units", m.unit)
                add("measure", member, m.measure, title, "spent_eur", "EUR")
                add("measure", member, m.measure, title, "t_co2e", "t")
                if m.planned is not None and m.planned.ha_per_unit:
                    add("measure", member, m.measure, title, "area_ha", "ha")
    return table


def to_csv(table: Sequence[Sequence[Value]], lang: str) -> bytes:
    """CSV with BOM: semicolon and decimal comma (de), comma and decimal point (en)."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";" if lang == "de" else ",", lineterminator="\r\n")
    for row in table:
        writer.writerow([_text(cell, lang) for cell in row])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _text(cell: Value, lang: str) -> str:
    if cell is None:
        return ""
    if isinstance(cell, int | float):
        text = number(float(cell))
        return text.replace(".", ",") if lang == "de" else text
    return "'" + cell if cell[:1] in "=@\t\r" else cell


def to_xlsx(table: Sequence[Sequence[Value]], lang: str) -> bytes:
    """A workbook: the table, and a sheet that explains the columns."""
    import datetime

    import xlsxwriter

    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(buffer, options)
    book.set_properties({"author": "StadtLand", "created": datetime.datetime(2000, 1, 1)})
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#E8EEF2", "bottom": 1})
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    own = book.add_format({"bg_color": "#FFF8DC"})
    sheet = book.add_worksheet("Jahresmeldung" if lang == "de" else "Yearly report")
    keys = list(words()["column"])
    for x, key in enumerate(keys):
        sheet.set_column(x, x, {"label": 44, "name": 22, "source": 30, "note": 24, "id": 22}.get(key, 14))
        sheet.write_string(0, x, str(table[0][x]), bold)
    for y, row in enumerate(table[1:], 1):
        for x, cell in enumerate(row):
            style = own if keys[x] in ("value", "source", "quality", "note") else None
            if cell is None:
                sheet.write_blank(y, x, None, style)
            elif isinstance(cell, int | float):
                sheet.write_number(y, x, cell, style)
            else:
                sheet.write_string(y, x, cell, style)
    last = max(1, len(table) - 1)
    sheet.data_validation(
        1, keys.index("quality"), last, keys.index("quality"), {"validate": "list", "source": list("ABCD")}
    )
    sheet.freeze_panes(1, keys.index("id") + 1)
    sheet.autofilter(0, 0, last, len(keys) - 1)
    guide = book.add_worksheet("Hinweise" if lang == "de" else "Read me")
    guide.set_column(0, 0, 24)
    guide.set_column(1, 1, 100)
    for y, column in enumerate(words()["column"].values()):
        guide.write_string(y, 0, column["title"][lang], bold)
        guide.write_string(y, 1, column["explain"][lang], wrap)
    book.close()
    return buffer.getvalue()
