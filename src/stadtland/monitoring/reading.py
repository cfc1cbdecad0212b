"""Reading a yearly report (CSV or XLSX): all problems with their place, and with one problem nothing is imported."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from stadtland.base.errors import InputError
from stadtland.base.texts import text
from stadtland.inventory.lines import LINES, sector
from stadtland.inventory.own_data import cells, grid, numbers, workbook
from stadtland.inventory.own_data.grid import EMPTY, MAX_BYTES, Cell, Grid
from stadtland.inventory.own_data.problems import FileProblem, Findings, Place

from .book import Book, Row
from .causes import spec
from .template import HAZARDS, words

SHOWN = 20
KEPT = 200
HEAD_ROWS = 30
ID = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,39}")
LARGEST = 1e12


class ReportError(InputError):
    """The file has problems; nothing was imported."""

    def __init__(self, problems: Sequence[str], lang: str, name: str) -> None:
        lines = list(problems[:SHOWN])
        if len(problems) > SHOWN:
            lines.append(text("monitoring.p_more", lang, n=len(problems) - SHOWN))
        head = text("monitoring.p_file", lang, n=len(problems) if len(problems) < KEPT else f"≥ {KEPT}")
        super().__init__("report-file", "\n    ".join([head, *lines]), name, text("monitoring.p_cure", lang))
        self.problems = tuple(problems)


@dataclass(frozen=True)
class Report:
    """A read file: rows, SHA-256 of its bytes, notices that somebody should look at."""

    rows: tuple[Row, ...]
    sha256: str
    notices: tuple[str, ...]


def read(raw: bytes, book: Book, year: int, lang: str = "de", name: str = "") -> Report:
    """The rows of a file for one year. ReportError (`report-file`) names every problem; `book-empty`."""
    if book.setup is None:
        raise InputError(
            "book-empty", "these records have no partnership yet", "", "start with `stadtland monitor start`"
        )
    run = _Run(book, year, lang)
    try:
        if len(raw) > MAX_BYTES:
            raise FileProblem("file_large", Place(), size=len(raw) // 1_000_000, limit=MAX_BYTES // 1_000_000)
        if not raw.strip():
            raise FileProblem("file_empty")
        found = False
        for sheet in _grids(raw):
            found = run.table(sheet) or found
        if not found:
            run.problems.append(text("monitoring.p_header", lang, names=", ".join(_needed(lang))))
    except FileProblem as stop:
        run.problems.insert(0, stop.problem.line(lang))
    if not run.problems and not run.rows:
        run.problems.append(text("monitoring.p_empty", lang))
    if run.problems:
        raise ReportError(run.problems, lang, name)
    rows = tuple(run.rows[k] for k in sorted(run.rows))
    return Report(rows, hashlib.sha256(raw).hexdigest(), tuple(_notices(rows, book, year, lang)))


def _grids(raw: bytes) -> Iterator[Grid]:
    if workbook.looks_like(raw):
        yield from workbook.grids(raw)
        return
    written = grid.decode(raw)
    best: tuple[int, Grid] | None = None
    stop: FileProblem | None = None
    for separator in grid.separators(written):
        try:
            one = grid.from_csv(written, separator)
        except FileProblem as problem:
            stop = stop or problem
            continue
        score = max((len(_header(row)) for _, row in one.rows[:HEAD_ROWS]), default=0)
        if best is None or score > best[0]:
            best = (score, one)
    if best is None or (stop is not None and best[0] < 3):
        raise stop or FileProblem("file_empty")
    yield best[1]


@cache
def _titles() -> dict[str, tuple[str, str]]:
    found = {}
    for lang in ("en", "de"):
        for key, column in words()["column"].items():
            found[column["title"][lang].casefold()] = (key, lang)
    return found


def _needed(lang: str) -> list[str]:
    return [c["title"][lang] for c in words()["column"].values() if c["need"]]


def _header(row: Sequence[Cell]) -> dict[str, int]:
    at: dict[str, int] = {}
    for i, cell in enumerate(row):
        known = _titles().get(cell.text.strip().casefold()) if cell.kind == "text" else None
        if known and known[0] not in at:
            at[known[0]] = i
    return at


class _Run:
    """One reading: collects rows and problems."""

    def __init__(self, book: Book, year: int, lang: str) -> None:
        self.book, self.year, self.lang = book, year, lang
        self.rows: dict[tuple[str, str, str, str], Row] = {}
        self.at_row: dict[tuple[str, str, str, str], int] = {}
        self.problems: list[str] = []

    def table(self, sheet: Grid) -> bool:
        """Read a sheet; False if it has no table of ours."""
        best = max(range(min(HEAD_ROWS, len(sheet.rows))), key=lambda i: len(_header(sheet.rows[i][1])), default=None)
        if best is None:
            return False
        at = _header(sheet.rows[best][1])
        missing = [c["title"][self.lang] for k, c in words()["column"].items() if c["need"] and k not in at]
        if len(at) < 3:
            return False
        if missing:
            self.problems.append(text("monitoring.p_header", self.lang, names=", ".join(missing)))
            return True
        german = any(c.text.strip() == "Wert" for c in sheet.rows[best][1])
        for number, row in sheet.rows[best + 1 :]:
            if len(self.problems) >= KEPT:
                break
            if any(c.kind != "empty" for c in row):
                _Line(self, sheet.sheet, number, row, at, "comma" if german else "point").read()
        return True


class _Line:
    def __init__(
        self, run: _Run, sheet: str, number: int, row: Sequence[Cell], at: dict[str, int], rule: numbers.Rule
    ) -> None:
        self.run, self.sheet, self.line, self.row, self.at, self.rule = run, sheet, number, row, at, rule

    def cell(self, key: str) -> Cell:
        i = self.at.get(key)
        return self.row[i] if i is not None and i < len(self.row) else EMPTY

    def problem(self, key: str, column: str, **params: Any) -> None:
        lang = self.run.lang
        place = text(
            "monitoring.p_place", lang, sheet=f"{self.sheet}, " if self.sheet else "", row=self.line,
            column=words()["column"][column]["title"][lang],
        )  # fmt: skip
        self.run.problems.append(f"{place}: {text(f'monitoring.p_{key}', lang, **params)}")

    def words(self, key: str) -> str | None:
        """A text cell; None after a problem."""
        findings = Findings()
        title = words()["column"][key]["title"][self.run.lang]
        found = cells.plain_text(self.cell(key), Place(self.line, title, self.sheet), findings)
        for p in findings.problems:
            self.run.problems.append(p.line(self.run.lang))
        return None if findings.problems else found

    def choice(self, key: str, table: dict[str, Any], title: str = "") -> str | None:
        written = self.cell(key).text.strip()
        for name, entry in table.items():
            names = entry[title] if title else entry
            if written.casefold() in (name.casefold(), names["de"].casefold(), names["en"].casefold()):
                return name
        shown = ", ".join((e[title] if title else e)[self.run.lang] for e in table.values())
        self.problem("word", key, text=written[:40] or "–", allowed=shown)
        return None

    def read(self) -> None:
        if self.cell("value").kind == "empty":
            return
        before = len(self.run.problems)
        kind, what = self.choice("kind", words()["kind"]), self.choice("what", words()["what"], "title")
        member, id = self.member(), self.words("id") or ""
        if kind and what and kind not in words()["what"][what]["kinds"]:
            allowed = ", ".join(w["title"][self.run.lang] for w in words()["what"].values() if kind in w["kinds"])
            self.problem("word", "what", text=what, allowed=allowed)
        if kind and member and len(self.run.problems) == before:
            self.known(kind, member, id)
        written = self.cell("year")
        if written.text.removesuffix(".0") != str(self.run.year):
            self.problem("year", "year", text=written.text[:20] or "–", year=self.run.year)
        source, note = self.words("source"), self.words("note")
        if source == "":
            self.problem("source", "source")
        quality = self.cell("quality").text.strip().upper()
        if quality not in ("A", "B", "C", "D"):
            self.problem("quality", "quality")
        if len(self.run.problems) > before or not (kind and what and member):
            return
        found = self.value(kind, member, id, what)
        if found is None or source is None or note is None:
            return
        value, state, unit = found
        row = Row(kind, member, id, what, value, unit, source, quality, state, note)
        if row.key in self.run.rows:
            self.problem("twice", "id", other=self.run.at_row[row.key])
            return
        self.run.rows[row.key], self.run.at_row[row.key] = row, self.line

    def member(self) -> str | None:
        setup = self.run.book.setup
        assert setup is not None
        written = re.sub(r"\s", "", self.cell("member").text.removesuffix(".0"))
        code = "0" + written if "0" + written in setup.codes else written
        if code not in setup.codes:
            allowed = ", ".join(f"{m.code} {m.name}" for m in setup.members[:8])
            self.problem("member", "member", text=written[:40] or "–", allowed=allowed)
            return None
        name = self.words("name")
        if name and cells.short(name) != cells.short(setup.title(code)):
            self.problem("name", "name", code=code, name=name[:40], right=setup.title(code))
            return None
        return code

    def known(self, kind: str, member: str, id: str) -> None:
        """Whether the id exists for its kind."""
        import difflib

        names: list[str] = {
            "line": list(LINES), "driver": list(spec()["driver"]), "weather": list(words()["weather"]),
            "hazard": list(HAZARDS), "indicator": [],
            "measure": [m.measure for m in self.run.book.measures.values() if m.member == member],
        }[kind]  # fmt: skip
        if (kind == "indicator" and ID.fullmatch(id)) or id in names:
            return
        near = difflib.get_close_matches(id, names, 3) or names[:8]
        self.problem("word", "id", text=id[:40] or "–", allowed=", ".join(near) or "A–Z, 0–9, _ . -")

    def value(self, kind: str, member: str, id: str, what: str) -> tuple[float | None, str, str] | None:
        parsed = self.number(kind, id, what)
        if parsed is None:
            return None
        value, state, inside = parsed
        unit, factor = self.unit(kind, member, id, what, inside)
        if unit is None:
            return None
        if value is None:
            return None, state, unit
        value = numbers.round15(value * factor)
        top = 2.0 if what == "coverage" else LARGEST
        if abs(value) > top or (kind == "weather" and not 0 < value <= 10_000):
            self.problem("range", "value", text=self.cell("value").text[:20])
            return None
        return value, state, unit

    def number(self, kind: str, id: str, what: str) -> tuple[float | None, str, str] | None:
        cell = self.cell("value")
        signed = what == "spent_eur" or (what == "t_co2e" and (kind == "measure" or sector(id) == "LULUCF"))
        if cell.kind == "number" and cell.number is not None and not (cell.percent and what != "coverage"):
            shown = numbers.round15(cell.number * (100 if cell.percent else 1))
            if shown >= 0 or signed:
                return shown, "value" if shown else "rounded_zero", "%" if cell.percent else ""
            self.problem("number", "value", text=cell.text[:20], why="< 0")
            return None
        if cell.kind != "text":
            self.problem("number", "value", text=cell.text[:20], why=cell.kind)
            return None
        written = cell.text.strip()
        negative = signed and re.match(r"[-−]\s*[\d.,]", written) is not None
        try:
            found = numbers.parse(written[1:].strip() if negative else written, self.rule)
        except numbers.NumberProblem as problem:
            self.problem("number", "value", text=written[:20], why=problem.code)
            return None
        if found.delete:
            self.problem("number", "value", text=written[:20], why="delete")
            return None
        value = -found.value if negative and found.value is not None else found.value
        return value, found.state, found.unit

    def unit(self, kind: str, member: str, id: str, what: str, inside: str) -> tuple[str | None, float]:
        """(base unit, factor) of the row; (None, 0) after a problem."""
        written = inside or self.words("unit") or ""
        table: dict[str, float] = words()["what"][what]["units"]
        if table:
            for name, factor in table.items():
                if written.casefold() == name.casefold():
                    return next(iter(k for k, f in table.items() if f == 1.0)), factor
            self.problem("unit", "unit", text=written[:20] or "–", allowed=", ".join(table))
            return None, 0.0
        if kind == "indicator":
            if not written:
                self.problem("unit", "unit", text="–", allowed="t, %, 1/1000 …")
                return None, 0.0
            return written, 1.0
        if kind == "measure":
            expected = self.run.book.measures[f"{id}@{member}"].unit
        else:
            expected = spec()["driver"].get(id, words()["weather"].get(id, {})).get("unit", "")
        if written and written.casefold() != expected.casefold():
            self.problem("unit", "unit", text=written[:20], allowed=expected)
            return None, 0.0
        return expected, 1.0


def _notices(rows: Sequence[Row], book: Book, year: int, lang: str) -> Iterator[str]:
    """Unusual factors and jumps, lines that are gone; they do not stop an import."""
    assert book.setup is not None
    values = {r.key: r.value for r in rows}
    before = max((y for y in book.years if y < year), default=None)
    last = book.version(before) if before is not None else None
    for (kind, member, id, what), value in values.items():
        name = book.setup.title(member)
        energy = values.get((kind, member, id, "energy_mwh"))
        if kind == "line" and what == "t_co2e" and energy and value is not None and not 0 <= value / energy <= 1.2:
            yield text("monitoring.n_factor", lang, id=id, member=name, value=f"{1000 * value / energy:.0f}")
        old = last.value(kind, member, id, what) if last else None
        if kind in ("line", "driver") and old and value and not 0.2 <= abs(value / old) <= 5:
            yield text("monitoring.n_jump", lang, id=id, member=name, ratio=f"{value / old:.3g}", year=before)
    spoken = {r.member for r in rows if r.kind == "line" and r.value is not None}
    for code in book.setup.codes:
        if code not in spoken:
            yield text("monitoring.n_silent", lang, member=book.setup.title(code))
    if last is not None:
        gone = [r for r in last.rows if r.kind == "line" and r.value is not None and values.get(r.key) is None]
        if gone:
            yield text("monitoring.n_gone", lang, n=len(gone), year=before)
