"""From the bytes of a table to checked rows: all of it, or an error that names every row that is wrong."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from stadtland.base import content, toml
from stadtland.base.errors import InputError
from stadtland.inventory.own_data import grid, numbers, workbook
from stadtland.inventory.own_data.problems import FileProblem, Place

from .card import Card
from .checks import check_rows
from .problems import Findings, Problem, TableError
from .table import Row

NUMERIC = {"mwh": "energy", "t": "mass", "ch4_t": "gas", "n2o_t": "gas", "factor": "factor"}
CODES = ("sector", "carrier", "mode", "state")
HEADER_ROWS = 10
# Endenergie [MWh], Endenergie in MWh
UNIT = re.compile(r"^(.*?)\s*(?:[\[(]([^\])]+)[\])]|(?<=\s)in\s+(\S.{0,19}))\s*$")
PDF = b"%PDF"


@dataclass(frozen=True)
class Reading:
    """A table that was read: rows of one municipality and year, the printed total, what was skipped."""

    rows: tuple[Row, ...]
    year: int
    ags: str | None
    skipped: int
    printed_t: float | None
    preset: str


@cache
def words() -> dict[str, Any]:
    """columns.toml."""
    return toml.read(content.path("inventory", "harmonise", "columns.toml"))


@cache
def presets() -> dict[str, Any]:
    """Presets of tables whose layout is public: id → entry."""
    return dict(toml.read(content.path("inventory", "harmonise", "presets.toml"))["preset"])


@cache
def _lookup(kind: str) -> dict[str, str]:
    table = words()[kind]
    return {w: id for id, names in table.items() for w in (id.casefold(), *names)}


@dataclass(frozen=True)
class _Header:
    at: dict[str, int]
    scale: dict[str, float]
    unit: dict[str, str]
    titles: dict[str, str]
    preset: str
    width: int
    rest: dict[str, int]


def read(raw: bytes, card: Card, lang: str = "de", name: str = "") -> Reading:
    """Rows of a table: CSV (UTF-8 with or without BOM, UTF-16, Windows-1252; `;`, `,` or tab; decimal comma or
    point) or one sheet of a workbook (XLSX; formulas are never evaluated, other sheets are left alone).

    `card` names the year where the table has several. Raises TableError with every problem and its row; nothing of
    such a table is used.
    """
    findings = Findings()
    try:
        if raw.startswith(PDF):
            raise FileProblem("kind")
        if len(raw) > grid.MAX_BYTES:
            raise FileProblem("file_large", size=len(raw) // 1_000_000, limit=grid.MAX_BYTES // 1_000_000)
        if not raw.strip():
            raise FileProblem("file_empty")
        cells, header, first = _table(raw, findings)
        reading = _rows(cells[first:], header, card, findings)
    except FileProblem as stop:
        place = stop.problem.place
        raise TableError(
            [Problem(stop.problem.code, place.row, place.column, stop.problem.params)], lang, name
        ) from None
    if findings.problems or reading is None:
        raise TableError(findings.problems, lang, name)
    return reading


Line = tuple[int, Sequence[grid.Cell]]


def _table(raw: bytes, findings: Findings) -> tuple[Sequence[Line], _Header, int]:
    if workbook.looks_like(raw):
        return _sheet(raw, findings)
    text = grid.decode(raw)
    stop: FileProblem | None = None
    for separator in grid.separators(text):
        try:
            rows = grid.from_csv(text, separator).rows
        except FileProblem as problem:
            stop = stop or problem
            continue
        for i, (number, cells) in enumerate(rows[:HEADER_ROWS]):
            tried = Findings()
            header = _header(number, cells, tried)
            if header is not None:
                findings.problems += tried.problems
                return rows, header, i + 1
    raise stop or FileProblem("header")


def _sheet(raw: bytes, findings: Findings) -> tuple[Sequence[Line], _Header, int]:
    """The only sheet with a header; FileProblem if there is none or more than one, a problem for joined cells."""
    found = []
    for sheet in workbook.grids(raw):
        for i, (number, cells) in enumerate(sheet.rows[:HEADER_ROWS]):
            tried = Findings()
            header = _header(number, cells, tried)
            if header is not None:
                found.append((sheet, header, i + 1, number, tried.problems))
                break
    if not found:
        raise FileProblem("header")
    if len(found) > 1:
        names = ", ".join(s.sheet for s, *_ in found)[:80]
        raise FileProblem("sheets_two", Place(), sheets=names)
    sheet, header, first, head, more = found[0]
    findings.problems += more
    for _, last, reference in sheet.merged:
        if last >= head:
            findings.add("merged", last, ref=reference)
    return [(n, [_plain(c) for c in cells]) for n, cells in sheet.rows], header, first


def _plain(cell: grid.Cell) -> grid.Cell:
    """A cell of a workbook as the parser wants it: numbers keep their value, whole ones read as 2021, not 2021.0."""
    if cell.kind == "number" and cell.number is not None:
        shown = f"{cell.number:.15g}" + (" %" if cell.percent else "")
        return replace(cell, text=shown, number=None if cell.percent else cell.number)
    return cell


def _header(number: int, cells: Sequence[grid.Cell], findings: Findings) -> _Header | None:
    names = [c.text.casefold() for c in cells]
    for id, preset in presets().items():
        if set(preset["columns"].values()) <= set(names):
            return _preset_header(id, preset, names)
    known = {n: k for k, v in words()["column"].items() for n in v["names"]}
    at: dict[str, int] = {}
    scale: dict[str, float] = {}
    unit: dict[str, str] = {}
    titles: dict[str, str] = {}
    strange: list[str] = []
    for i, title in enumerate(names):
        if not title:
            continue
        base, given = (m[1], (m[2] or m[3]).strip()) if (m := UNIT.match(title)) else (title, "")
        if base not in known and "_" in base and base.rsplit("_", 1)[0] in known:  # e.g. endenergie_gwh
            base, given = base.rsplit("_", 1)
        elif base not in known and base in words()["unit"]["energy"]:  # e.g. gwh
            base, given = "mwh", base
        elif base not in known and base.replace("_", "") in words()["unit"]["mass"]:  # e.g. kt_co2e
            base, given = "t", base.replace("_", "")
        key = known.get(base)
        if key is None:
            strange.append(title)
            continue
        if key in at:
            findings.add("column_twice", number, title, name=title)
        at[key], titles[key] = i, title
        if key in NUMERIC:
            units = words()["unit"][NUMERIC[key]]
            plain = given.casefold().replace(" ", "")
            default = next(iter(units))
            if plain and plain not in {u.replace(" ", "") for u in units}:
                findings.add("column_unit", number, title, unit=given, units=", ".join(units))
            scale[key] = next((f for u, f in units.items() if u.replace(" ", "") == plain), 1.0)
            unit[key] = given or default
    if "sector" not in at or not {"mwh", "t"} & set(at):
        return None
    for title in strange:
        near = difflib.get_close_matches(title, known, 1)
        findings.add("column_unknown", number, title, name=title[:40], near=near[0] if near else "–")
    return _Header(at, scale, unit, titles, "", len(names), {})


def _preset_header(id: str, preset: Mapping[str, Any], names: Sequence[str]) -> _Header:
    at = {k: names.index(v) for k, v in preset["columns"].items()}
    rest = (
        {preset["filter"]["column"]: names.index(preset["filter"]["column"])}
        if preset["filter"]["column"] in names
        else {}
    )
    unit = preset["mass_unit"]
    return _Header(at, {"t": words()["unit"]["mass"][unit]}, {"t": unit}, dict(preset["columns"]), id, len(names), rest)


def _rows(lines: Sequence[Line], header: _Header, card: Card, findings: Findings) -> Reading | None:
    numeric = [header.at[k] for k in NUMERIC if k in header.at]
    rules = {numbers.evidence(r[i].text) for _, r in lines for i in numeric if i < len(r) and r[i].kind == "text"}
    rule: numbers.Rule = "point" if header.preset or "point" in rules else "comma"
    # 1.234 is read only where another cell shows the decimal mark of the file: a guess would be off by a thousand.
    unsure = not header.preset and {"point", "comma"} & rules not in ({"point"}, {"comma"})
    parser = _Parser(header, rule, unsure, findings, card)
    found: list[tuple[int | None, str | None, Row]] = []
    sums: list[tuple[int | None, float]] = []
    skipped = 0
    for number, cells in lines:
        if all(c.kind == "empty" for c in cells):
            continue
        if any(c.kind != "empty" for c in cells[header.width :]):
            findings.add("row_long", number)
            continue
        got = parser.row(number, cells)
        if got is None:
            skipped += parser.skipped
        elif got[2].sector == "SUM":
            sums.append((got[0], got[2].t or 0.0))
        else:
            found.append(got)
    year = _year(found, card, parser.years, findings)
    kept = [r for y, _, r in found if y is None or y == year]
    skipped += len(found) - len(kept)
    whole = not findings.problems
    printed = next((t for y, t in sums if y in (None, year)), card.number("total_t"))
    check_rows(kept, header.unit, header.titles, findings, card, printed if whole else None)
    if whole and not any(r.mwh is not None or r.t is not None for r in kept):
        findings.add("empty_rows")
    ags = next((a for _, a, _ in found if a), card.texts.get("ags"))
    if findings.problems or year is None:
        return None
    return Reading(tuple(kept), year, ags, skipped, printed, header.preset)


def _year(
    found: Sequence[tuple[int | None, str | None, Row]], card: Card, others: frozenset[int], findings: Findings
) -> int | None:
    years = sorted({y for y, _, _ in found if y is not None} | others)
    shown = ", ".join(map(str, years[:12]))
    wanted = card.years.get("year")
    if wanted is None:
        if len(years) == 1:
            return years[0]
        if not findings.problems or years:
            findings.add("year_many" if years else "year_missing", years=shown)
        return None
    if years and wanted not in years:
        findings.add("year_none", year=wanted, years=shown)
    return wanted


class _Parser:
    """Reads single lines of a table with a header."""

    def __init__(self, header: _Header, rule: numbers.Rule, mixed: bool, findings: Findings, card: Card) -> None:
        self.header, self.rule, self.mixed, self.findings, self.card = header, rule, mixed, findings, card
        self.preset = presets()[header.preset] if header.preset else None
        self.skipped = 0
        self.years: frozenset[int] = frozenset()
        self.ags: str | None = card.texts.get("ags")

    def text(self, cells: Sequence[grid.Cell], key: str) -> str:
        at = self.header.at.get(key)
        return cells[at].text if at is not None and at < len(cells) else ""

    def title(self, key: str) -> str:
        return self.header.titles.get(key, key)

    def row(self, number: int, cells: Sequence[grid.Cell]) -> tuple[int | None, str | None, Row] | None:
        """(year, code, row), or None for a row that is skipped or wrong."""
        self.skipped = 0
        before = len(self.findings.problems)
        if self.preset and not self._kept(number, cells):
            return None
        year = self._year(number, self.text(cells, "year"))
        if year is not None and self.card.years.get("year") not in (None, year):
            self.skipped, self.years = 1, self.years | {year}
            return None
        ags = self._ags(number, self.text(cells, "ags"))
        row = self._codes(number, cells)
        values = {k: self._number(number, cells, k) for k in NUMERIC}
        note = self.text(cells, "note")
        if note.startswith(("=", "@", "\t")) or (note[:1] in "+-" and len(note) > 1):
            self.findings.add("formula_text", number, self.title("note"))
        if row is None or len(self.findings.problems) > before:
            return None
        row = self._values(number, replace(row, note=note[:500]), values)
        return (year, ags, row) if row is not None else None

    def _kept(self, number: int, cells: Sequence[grid.Cell]) -> bool:
        assert self.preset
        at = self.header.rest.get(self.preset["filter"]["column"])
        kind = cells[at].text.casefold() if at is not None and at < len(cells) else ""
        if kind in self.preset["filter"]["keep"]:
            return True
        if kind not in self.preset["filter"]["skip"]:
            known = ", ".join((*self.preset["filter"]["keep"], *self.preset["filter"]["skip"]))
            self.findings.add("type", number, self.preset["filter"]["column"], text=kind[:40], known=known)
        self.skipped = 1
        return False

    def _year(self, number: int, text: str) -> int | None:
        if not text:
            return None
        if not re.fullmatch(r"(19|20)\d\d", text, re.ASCII) or int(text) < 1987:
            self.findings.add("year", number, self.title("year"), text=text[:20])
            return None
        return int(text)

    def _ags(self, number: int, text: str) -> str | None:
        if not text:
            return None
        from stadtland.facts import codes

        column = self.title("ags")
        try:
            code = text if codes.successors(text) else codes.check(text)
        except InputError as error:
            self.findings.add("ags", number, column, text=error.what, cure=error.cure)
            return None
        if self.ags not in (None, code):
            self.findings.add("ags_other", number, column, text=code, other=self.ags)
        self.ags = self.ags or code
        return code

    def _codes(self, number: int, cells: Sequence[grid.Cell]) -> Row | None:
        got = {k: self.text(cells, k) for k in (*CODES, "part", "data_quality")}
        first = got["sector"].casefold()
        if self.preset:
            if first in self.preset["check_sum"]:
                return Row("SUM", number=number)
            if first in self.preset["carriers"]:
                return Row("ALL", self.preset["carriers"][first], number=number)
        for key in ("sector", "carrier", "mode"):
            if got[key].casefold() in words()["sums"]["words"]:
                self.findings.add("sum_row", number, self.title(key), text=got[key])
                return None
        found = {k: self._word(number, k, got[k]) for k in CODES}
        quality = got["data_quality"].upper()
        if quality not in ("", "A", "B", "C", "D"):
            self.findings.add("quality", number, self.title("data_quality"), text=quality[:20])
        if found["mode"] and found["sector"] not in ("VK", None):
            self.findings.add("mode_outside", number, self.title("mode"))
        if any(v is None for v in found.values()) or found["sector"] is None:
            return None
        state: Any = found["state"] or "observed"
        return Row(
            found["sector"], found["carrier"] or "", found["mode"] or "", got["part"].casefold()[:40],
            state=state, quality=quality or None, number=number,
        )  # fmt: skip

    def _word(self, number: int, key: str, text: str) -> str | None:
        """The id of a word, "" if empty and allowed, None (with a problem) if unknown."""
        if not text and key != "sector":
            return ""
        found = _lookup(key).get(text.casefold())
        if found is None:
            near = difflib.get_close_matches(text.casefold(), _lookup(key), 1)
            shown = _lookup(key)[near[0]] if near else "–"
            self.findings.add(key, number, self.title(key), text=text[:40], near=shown, known=", ".join(words()[key]))
        return found

    def _number(self, number: int, cells: Sequence[grid.Cell], key: str) -> float | None:
        text = self.text(cells, key)
        if not text:
            return None
        column = self.title(key)
        exact = cells[self.header.at[key]].number
        if exact is not None:
            if not abs(exact) <= 1e15:
                self.findings.add("number_large", number, column, text=text[:40])
                return None
            return exact * self.header.scale[key] + 0.0
        minus = re.match(r"[-−–]\s*(?=[\d.,])", text)
        try:
            got = numbers.parse(text[minus.end() :] if minus else text, self.rule, self.mixed)
        except numbers.NumberProblem as problem:
            self.findings.add(problem.code, number, column, **problem.params)
            return None
        if got.value is None or got.delete or got.state == "true_zero":
            self.findings.add("marker", number, column, text=text[:20])
            return None
        unit = got.unit.casefold().replace(" ", "")
        if unit and unit != self.header.unit[key].casefold().replace(" ", ""):
            self.findings.add("unit_mixed", number, column, unit=got.unit[:20], header=self.header.unit[key])
            return None
        return (-1 if minus else 1) * got.value * self.header.scale[key] + 0.0

    def _values(self, number: int, row: Row, values: Mapping[str, float | None]) -> Row | None:
        mwh, t, factor = values["mwh"], values["t"], values["factor"]
        if factor is not None and mwh is not None and t is None:
            t = mwh * factor / 1000
        elif factor and t is not None and mwh is None:
            mwh = 1000 * t / factor
            row = replace(row, quality=None if row.quality is None else max(row.quality, "B"), note=row.note)
        elif factor is not None and mwh and t is not None and abs(1000 * t / mwh - factor) > 1 + 0.01 * abs(factor):
            self.findings.add(
                "factor_column", number, self.title("factor"), given=f"{factor:g}", found=f"{1000 * t / mwh:.4g}"
            )
            return None
        empty = mwh is None and t is None
        zero = not mwh and not t and not empty
        if (row.state == "explicit_zero" and not zero) or (row.state == "missing" and not empty):
            self.findings.add("state_value", number, self.title("state"))
            return None
        return replace(
            row, mwh=mwh, t=t, ch4_t=values["ch4_t"], n2o_t=values["n2o_t"],
            state="missing" if empty else row.state,
        )  # fmt: skip
