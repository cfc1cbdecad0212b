"""A table of own measures (XLSX or CSV) as rows of text and numbers; the container is checked before it is opened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from stadtland.base import content, toml
from stadtland.base.errors import InputError
from stadtland.inventory.own_data import grid, workbook
from stadtland.inventory.own_data.grid import EMPTY, Cell
from stadtland.inventory.own_data.problems import FileProblem

MAX_MEASURES = 1000
HEADER_WITHIN = 10  # the header stands in one of the first rows
GUIDE = {"de": "Erklärung", "en": "Explanation"}


@cache
def columns() -> dict[str, dict[str, Any]]:
    """Columns by key: header and help in both languages, whether required, whether a number."""
    return toml.read(content.path("toolbox_own", "columns.toml"))


@cache
def messages() -> dict[str, dict[str, str]]:
    """Messages of the import by code."""
    return toml.read(content.path("toolbox_own", "messages.toml"))


@dataclass(frozen=True)
class Table:
    """Rows (number as the user sees it, cells by column key) and the language of the header."""

    rows: Sequence[tuple[int, Mapping[str, Cell]]]
    lang: str


def read(raw: bytes, name: str, lang: str = "de") -> Table:
    """The table in a file; InputError `own-measures-file` for anything that is no such table.

    Refused: files above 10 MB, macros, old or locked formats, unpacking bombs, more than 1000 measures, no header.
    """
    if len(raw) > grid.MAX_BYTES:
        raise _refused("the file is larger than 10 MB", name, "split it")
    try:
        sheets = workbook.grids(raw) if workbook.looks_like(raw) else _csv(raw)
    except FileProblem as stop:
        raise _refused(stop.problem.line(lang), name, "nothing was imported") from None
    except ModuleNotFoundError:
        raise _refused("workbooks cannot be read here", name, "save the table as CSV") from None
    for sheet in sheets:
        found = _table(sheet)
        if found is not None:
            if len(found.rows) > MAX_MEASURES:
                raise _refused(f"{len(found.rows)} measures are too many", name, f"at most {MAX_MEASURES} at once")
            return found
    needed = ", ".join(c["header"][lang] for c in columns().values() if c.get("required"))
    raise _refused("no header with the columns of the template was found", name, f"needed: {needed}")


def _refused(what: str, name: str, cure: str) -> InputError:
    return InputError("own-measures-file", what, name, cure)


def _csv(raw: bytes) -> list[grid.Grid]:
    text = grid.decode(raw)
    found: list[grid.Grid] = []
    first: FileProblem | None = None
    for separator in grid.separators(text):
        try:
            found.append(grid.from_csv(text, separator))
        except FileProblem as stop:
            first = first or stop
    if not found and first is not None:
        raise first
    return sorted(found, key=lambda g: -max((len(_header(cells)[0]) for _, cells in g.rows[:HEADER_WITHIN]), default=0))


def _header(cells: Sequence[Cell]) -> tuple[dict[int, str], str]:
    """Column key by position, and the language most names are in."""
    names: dict[str, tuple[str, str]] = {}
    for key, column in columns().items():
        names |= {column["header"][lang].casefold(): (key, lang) for lang in ("en", "de")}
        names.setdefault(key, (key, "en"))
    where: dict[int, str] = {}
    votes = {"de": 0, "en": 0}
    for at, cell in enumerate(cells):
        hit = names.get(cell.text.strip().casefold()) if cell.kind == "text" else None
        if hit and hit[0] not in where.values():
            where[at] = hit[0]
            votes[hit[1]] += 1
    return where, max(votes, key=lambda k: votes[k])


def _table(sheet: grid.Grid) -> Table | None:
    needed = {key for key, column in columns().items() if column.get("required")}
    for at, (_, cells) in enumerate(sheet.rows[:HEADER_WITHIN]):
        where, lang = _header(cells)
        if needed <= set(where.values()):
            rows = [
                (number, {key: line[i] if i < len(line) else EMPTY for i, key in where.items()})
                for number, line in sheet.rows[at + 1 :]
            ]
            return Table([r for r in rows if any(c.kind != "empty" for c in r[1].values())], lang)
    return None


def template(lang: str) -> tuple[bytes, str]:
    """An empty template as XLSX bytes (with a sheet that explains the columns) and as CSV text."""
    import io

    import xlsxwriter

    heads = [c["header"][lang] for c in columns().values()]
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    bold, wrap = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
    sheet, guide = book.add_worksheet("measures"), book.add_worksheet(GUIDE[lang])
    needed = {"de": "Pflicht", "en": "required"}[lang]
    for at, column in enumerate(columns().values()):
        sheet.write_string(0, at, heads[at], bold)
        sheet.set_column(at, at, max(12, len(heads[at]) + 2))
        guide.write_string(at, 0, heads[at], bold)
        guide.write_string(at, 1, needed if column.get("required") else "")
        guide.write_string(at, 2, column["help"][lang], wrap)
    sheet.freeze_panes(1, 1)
    guide.set_column(0, 0, 24)
    guide.set_column(2, 2, 80)
    book.close()
    return out.getvalue(), ";".join(heads) + "\n"
