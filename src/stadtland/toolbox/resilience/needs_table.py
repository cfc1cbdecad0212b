"""Needs that a municipality enters: a table (CSV or XLSX) with one row a need, and its empty template.

A row names municipality, hazard, kind, value, unit, source and data quality. Some units are converted on reading:

    mm of rain            V = 10 · h · sealed area − storage that exists      m³ (1 mm on 1 ha = 10 m³)
    t/(ha a) of soil      1 − tolerable / loss                                share
    % of people 65+       people aged 65 and more · goal − places that exist  persons
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from stadtland.base import content, toml
from stadtland.base.errors import InputError
from stadtland.base.files import read_bytes
from stadtland.base.locale import number
from stadtland.inventory.own_data import grid, numbers, workbook
from stadtland.inventory.own_data.grid import EMPTY, Cell
from stadtland.inventory.own_data.problems import FileProblem

from .content import hazards, need_kinds, word
from .exposure import local_exposure

LIMIT = grid.MAX_BYTES + 1
HEADER_WITHIN = 10
M3_PER_MM_HA = 10.0
QUALITIES = ("A", "B", "C", "D")


@cache
def columns() -> dict[str, dict[str, Any]]:
    """Columns by key: header and help in both languages, whether required."""
    return toml.read(content.path("resilience", "needs_columns.toml"))


class RowProblem(Exception):
    """What is wrong with a row, as a code of needs_messages.toml and its parameters."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code, self.params = code, params

    def words(self, lang: str) -> str:
        """The problem in words."""
        shown = {k: v[lang] if isinstance(v, dict) else v for k, v in self.params.items()}
        return str(messages()[self.code][lang]).format(**shown)


@cache
def messages() -> dict[str, dict[str, str]]:
    """Problems of rows by code."""
    return toml.read(content.path("resilience", "needs_messages.toml"))


def read_needs(path: Path, members: Sequence[Any], data: Path | None = None) -> dict[str, dict[str, dict[str, Any]]]:
    """AGS → hazard → {indicator, value, unit, source, data_quality, how}, as `coverage` takes it.

    `members`: Municipality objects; rows of other municipalities are refused. Rows without a value are left out:
    what is not known stays unknown. Errors: InputError `needs-file` for a file that is no such table, `needs-rows` with
    one line for each wrong row; nothing is read half.
    """
    rows, lang = _rows(path)
    known = {m.ags: m for m in members}
    found: dict[str, dict[str, dict[str, Any]]] = {}
    wrong: list[str] = []
    for number_, cells in rows:
        try:
            one = _need(cells, known, lang, data)
            if one is not None:
                ags, hazard, entry = one
                if hazard in found.get(ags, {}):
                    raise RowProblem("second", ags=ags, hazard=hazards()[hazard]["title"])
                found.setdefault(ags, {})[hazard] = entry
        except RowProblem as problem:
            wrong.append(messages()["row"][lang].format(row=number_, problem=problem.words(lang)))
    if wrong:
        raise InputError("needs-rows", "\n  ".join(wrong), path.name, "correct the rows; nothing was taken over")
    return found


def _rows(path: Path) -> tuple[list[tuple[int, Mapping[str, Cell]]], str]:
    raw = read_bytes(path, "a CSV or XLSX file", LIMIT)
    try:
        if workbook.looks_like(raw):
            sheets = workbook.grids(raw)
        else:
            text = grid.decode(raw)
            sheets = []
            for separator in grid.separators(text):
                try:
                    sheets.append(grid.from_csv(text, separator))
                except FileProblem:
                    continue
    except FileProblem as stop:
        raise InputError("needs-file", stop.problem.line("en"), path.name, "use the template") from None
    names = {c["header"][lang].casefold(): (key, lang) for key, c in columns().items() for lang in ("en", "de")}
    needed = {key for key, c in columns().items() if c.get("required")}
    for sheet in sheets:
        for at, (_, line) in enumerate(sheet.rows[:HEADER_WITHIN]):
            where = {i: names[c.text.strip().casefold()] for i, c in enumerate(line)
                     if c.kind == "text" and c.text.strip().casefold() in names}  # fmt: skip
            keys = [key for key, _ in where.values()]
            if needed <= set(keys) and len(set(keys)) == len(keys):
                german = sum(lang == "de" for _, lang in where.values())
                rows: list[tuple[int, Mapping[str, Cell]]] = [
                    (n, {key: cells[i] if i < len(cells) else EMPTY for i, (key, _) in where.items()})
                    for n, cells in sheet.rows[at + 1 :]
                ]
                filled = [r for r in rows if any(c.kind != "empty" for c in r[1].values())]
                return filled, "de" if german * 2 > len(where) else "en"
    heads = ", ".join(columns()[k]["header"]["de"] for k in columns() if k in needed)
    raise InputError("needs-file", "no header with the columns of the template", path.name, f"needed: {heads}")


def _need(
    cells: Mapping[str, Cell], known: Mapping[str, Any], lang: str, data: Path | None
) -> tuple[str, str, dict[str, Any]] | None:
    value = _number(cells, "value", lang)
    if value is None:
        return None
    ags = _text(cells, "ags").zfill(8)
    if ags not in known:
        raise RowProblem("stranger", ags=ags, known=", ".join(sorted(known)))
    ident = _text(cells, "kind")
    kind = need_kinds().get(ident)
    if kind is None:
        raise RowProblem("kind", value=repr(ident)[:40], known=", ".join(need_kinds()))
    unit, quality, source = _text(cells, "unit"), _text(cells, "data_quality").upper(), _text(cells, "source")
    if quality not in QUALITIES:
        raise RowProblem("quality", value=repr(quality)[:12])
    if not source:
        raise RowProblem("source")
    if value < 0:
        raise RowProblem("negative", column=columns()["value"]["header"], value=f"{value:g}")
    existing, tolerable = _number(cells, "existing", lang) or 0.0, _number(cells, "tolerable", lang)
    if existing < 0:
        raise RowProblem("negative", column=columns()["existing"]["header"], value=f"{existing:g}")
    entry = _converted(kind, known[ags], value, unit, existing, tolerable, quality, source, data)
    worth = _number(cells, "worth", lang)
    return ags, kind["hazard"], entry if worth is None else entry | {"worth_eur_a": worth}


def _converted(
    kind: Mapping[str, Any], member: Any, value: float, unit: str, existing: float, tolerable: float | None,
    quality: str, source: str, data: Path | None,
) -> dict[str, Any]:  # fmt: skip
    allowed = [kind["unit"], *kind.get("other", ())]
    if unit not in allowed:
        raise RowProblem("unit", value=repr(unit)[:24], allowed=", ".join(allowed))
    how = {"de": source, "en": source}
    if unit == "mm":
        sealed = member.get("proxy.sealed_area")
        if sealed is None or sealed.value is None:
            raise RowProblem("sealed")
        how = _how("need_mm", source, depth=value, sealed=sealed.value, existing=existing)
        value, quality = max(0.0, M3_PER_MM_HA * value * sealed.value - existing), max(quality, sealed.data_quality)
    elif unit == "t/(ha a)":
        if tolerable is None or not tolerable > 0:
            raise RowProblem("tolerable")
        how = _how("need_soil", source, loss=value, tolerable=tolerable)
        value = max(0.0, 1 - tolerable / value) if value > 0 else 0.0
    elif unit == "% of people 65+":
        if value > 100:
            raise RowProblem("percent", value=f"{value:g}")
        people = local_exposure(member, data).get("heat", {}).get("people_65plus")
        if people is None:
            raise RowProblem("people")
        how = _how("need_age", source, share=value, people=people["value"], existing=existing)
        value = max(0.0, value / 100 * people["value"] - existing)
        quality = max(quality, people["data_quality"])
    elif kind["unit"] != "1" and existing:
        how = _how("need_existing", source, existing=existing)
        value = max(0.0, value - existing)
    if kind["unit"] == "1" and value >= 1:
        raise RowProblem("share", value=f"{value:g}")
    return {
        "indicator": kind["indicator"], "value": value, "unit": kind["unit"], "source": source,
        "data_quality": quality, "how": how,
    }  # fmt: skip


def _how(key: str, source: str, **values: float) -> dict[str, str]:
    def shown(x: float, lang: str) -> str:
        return number(x, lang, 0 if abs(x) >= 100 or x == round(x) else 1)

    return {
        lang: word(key, lang, source=source, **{k: shown(v, lang) for k, v in values.items()}) for lang in ("de", "en")
    }


def _text(cells: Mapping[str, Cell], key: str) -> str:
    cell = cells.get(key, EMPTY)
    if cell.kind in ("formula", "error", "date", "bool"):
        raise RowProblem("cell", column=columns()[key]["header"])
    return f"{cell.number:.15g}" if cell.number is not None else cell.text.strip()


def _number(cells: Mapping[str, Cell], key: str, lang: str) -> float | None:
    cell = cells.get(key, EMPTY)
    if cell.number is not None and cell.kind == "number":
        return float(cell.number)
    written = _text(cells, key)
    if not written:
        return None
    try:
        read = numbers.parse(written, "comma" if lang == "de" else "point")
    except numbers.NumberProblem:
        raise RowProblem("number", column=columns()[key]["header"], value=repr(written)[:40]) from None
    if read.unit or (read.value is None and read.state != "not_available"):
        raise RowProblem("alone", column=columns()[key]["header"], value=repr(written)[:40])
    return read.value


def as_partnership(needs: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> str:
    """Needs as `[need.<AGS>.<hazard>]` tables of a partnership file; a worth that is not entered stays a comment.

    The source carries how the value was converted, in German.
    """
    blocks = []
    for ags, hazards_ in sorted(needs.items()):
        for hazard, need in sorted(hazards_.items()):
            worth = need.get("worth_eur_a")
            source = str(need.get("how", {}).get("de", need["source"]))
            blocks.append(
                f"[need.{ags}.{hazard}]\n"
                f"indicator = {json.dumps(need['indicator'])}\n"
                f"value = {float(need['value'])!r}\n"
                f"unit = {json.dumps(need['unit'])}\n"
                f"source = {json.dumps(source, ensure_ascii=False)}\n"
                f"data_quality = {json.dumps(need['data_quality'])}\n"
                + ("# worth_eur_a =   EUR a year if nothing of it is covered\n" if worth is None
                   else f"worth_eur_a = {float(worth)!r}\n")
            )  # fmt: skip
    return "\n".join(blocks)


def template(members: Sequence[Any], lang: str) -> str:
    """The empty table as CSV text: one row for each member and need, with title and where the figure is found.

    Cells that begin with a sign a spreadsheet would compute do not occur.
    """
    import csv

    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\n")
    writer.writerow([c["header"][lang] for c in columns().values()])
    for member in members:
        for key, kind in need_kinds().items():
            row = {"ags": member.ags, "name": member.name, "kind": key, "title": kind["title"][lang],
                   "unit": kind["unit"], "from": kind["from"][lang]}  # fmt: skip
            writer.writerow([row.get(c, "") for c in columns()])
    return out.getvalue()
