"""From bytes to checked entries: everything is read and checked first; one problem and nothing is imported."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from . import cells, grid, header, numbers, workbook
from .catalogue import SCHEMA, Field, all_ids, columns, datasets, factor, home, is_gas, units_of
from .catalogue import field as field_of
from .grid import EMPTY, MAX_BYTES, Cell
from .header import Table
from .problems import KEPT, FileProblem, Findings, OwnDataError, Place, Problem
from .records import Defaults, Key, Record, secret

NEAR = 1e-3  # defaults are printed with six digits
FAR = 100.0
LARGEST = 1e12  # in the unit of the field, as in the partnership file
GUIDE_SHEETS = {"de": "Hinweise", "en": "Read me"}
GRADES = ("A", "B", "C", "D")


@dataclass(frozen=True)
class Reading:
    """A file read without problems: entries (None = take the own value back), notices, hash and kind of the file."""

    entries: dict[Key, Record | None]
    notices: tuple[Problem, ...]
    sha256: str
    kind: str
    places: dict[Key, Place] = field(default_factory=dict)


@dataclass(frozen=True)
class _Context:
    members: tuple[str, ...]
    latest: int
    role: str
    defaults: Defaults | None
    findings: Findings


def read(
    raw: bytes,
    members: Sequence[str],
    latest: int,
    role: str = "",
    defaults: Defaults | None = None,
    lang: str = "en",
    name: str = "",
) -> Reading:
    """Read a filled-in template (CSV or XLSX bytes; the content decides, not the name).

    `members`: codes that may occur. `latest`: last possible year of a figure. `role`: who is responsible where the
    file does not say. `defaults`: to keep beside and to notice shifted columns. Raises OwnDataError with every
    problem and its row; nothing of such a file is used.
    """
    findings = Findings()
    context = _Context(tuple(members), latest, role, defaults, findings)
    entries: dict[Key, Record | None] = {}
    places: dict[Key, Place] = {}
    kind = "xlsx" if workbook.looks_like(raw) else "csv"
    try:
        if len(raw) > MAX_BYTES:
            raise FileProblem("file_large", Place(), size=len(raw) // 1_000_000, limit=MAX_BYTES // 1_000_000)
        if not raw.strip():
            raise FileProblem("file_empty")
        tables = [t for t in _tables(raw, kind, findings) if t is not None]
        if not tables:
            raise FileProblem(
                "header_missing", Place(), names=", ".join(columns()[k]["title"]["de"] for k in header.needed())
            )
        for table in tables:
            _read_table(table, context, entries, places)
        check_sums(entries, places, findings)
    except FileProblem as stop:
        findings.problems.insert(0, stop.problem)
    if findings.problems:
        raise OwnDataError(findings.problems, lang, name)
    return Reading(entries, tuple(findings.notices), hashlib.sha256(raw).hexdigest(), kind, places)


def _tables(raw: bytes, kind: str, findings: Findings) -> Iterator[Table | None]:
    if kind == "xlsx":
        for sheet in workbook.grids(raw):
            found_table = header.locate(sheet, findings)
            if found_table is None and sheet.rows and sheet.sheet not in GUIDE_SHEETS.values():
                findings.notice("sheet_skipped", Place(sheet=sheet.sheet))
            yield found_table
        return
    text = grid.decode(raw)
    found: list[tuple[int, grid.Grid]] = []
    first: FileProblem | None = None
    for separator in grid.separators(text):
        try:
            one = grid.from_csv(text, separator)
        except FileProblem as stop:
            first = first or stop
            continue
        found.append((header.score(one), one))
        if found[-1][0] >= len(header.needed()):
            break
    best = max(found, key=lambda f: f[0], default=None)
    if first is not None and (best is None or best[0] < 3):
        raise first
    yield header.locate(best[1], findings) if best else None


def _read_table(table: Table, context: _Context, entries: dict[Key, Record | None], places: dict[Key, Place]) -> None:
    rule: numbers.Rule = "point" if table.lang == "en" else "comma"
    numeric = [table.at[k] for k in ("value", "default", "holdings", "largest_share") if k in table.at]
    mixed = any(
        numbers.evidence(row[i].text) not in (None, rule)
        for _, row in table.rows
        for i in numeric
        if i < len(row) and row[i].kind == "text"
    )
    stamps: set[str] = set()
    for number, row in table.rows:
        line = _Line(table, number, row, rule, mixed, context)
        if line.blank():
            continue
        if len(context.findings.problems) >= KEPT:
            break  # more would not be kept
        found = line.read(stamps)
        if found is None:
            continue
        key, record = found
        if key in entries:
            context.findings.problem("twice", line.place("id"), other=places[key], id=key.id, ags=key.ags)
            continue
        entries[key], places[key] = record, line.place("value")


class _Line:
    """One row below the headers."""

    def __init__(
        self, table: Table, number: int, row: Sequence[Cell], rule: numbers.Rule, mixed: bool, context: _Context
    ) -> None:
        self.table, self.number, self.row = table, number, row
        self.rule, self.mixed, self.context = rule, mixed, context
        self.findings = context.findings

    def cell(self, key: str) -> Cell:
        at = self.table.at.get(key)
        return self.row[at] if at is not None and at < len(self.row) else EMPTY

    def place(self, key: str) -> Place:
        title = columns()[key]["title"][self.table.lang]
        return Place(self.number, title, self.table.sheet)

    def blank(self) -> bool:
        return all(c.kind == "empty" for c in self.row)

    def text(self, key: str) -> str:
        return cells.plain_text(self.cell(key), self.place(key), self.findings)

    def read(self, stamps: set[str]) -> tuple[Key, Record | None] | None:
        before = len(self.findings.problems)
        if any(c.kind != "empty" for c in self.row[max(self.table.at.values()) + 1 :]):
            self.findings.problem("row_long", Place(self.number, sheet=self.table.sheet))
            return None
        if not self._stamp(stamps):
            return None
        empty = self.cell("value").kind == "empty"
        ags = cells.ags(self.cell("ags"), self.text("name"), self.context.members, self.place("ags"), self.findings)
        entry = self._field()
        if ags is None or entry is None:
            return None
        if not self._default_as_printed(ags, entry):
            return None
        if empty:
            said = [k for k in ("source", "data_quality") if self.cell(k).kind != "empty"]
            if said:
                self.findings.notice("value_empty", self.place("value"), id=entry.id)
            return None
        part = self._part(entry)
        year = cells.year(self.cell("year"), self.place("year"), self.context.latest, self.findings)
        if cells.is_delete(self.cell("value")):
            if year is None or len(self.findings.problems) > before:
                return None
            return Key(ags, entry.dataset, entry.id, part, year), None
        record = self._record(ags, entry)
        if record is None or year is None or len(self.findings.problems) > before:
            return None
        return Key(ags, entry.dataset, entry.id, part, year), record

    def _stamp(self, stamps: set[str]) -> bool:
        if "stamp" not in self.table.at:
            return True
        text = self.cell("stamp").text
        if not text:
            return True  # rows that a user has added
        words = text.split()
        if len(words) != 5 or words[0] != SCHEMA or words[1] not in datasets():
            self.findings.problem("stamp", self.place("stamp"), text=text[:40])
            return False
        if words[4] == "public":
            raise FileProblem("public_export", self.place("stamp"))
        stamps.add(text)
        if len(stamps) > 1 and len({s.split()[1] for s in stamps}) == 1:
            self.findings.problem("stamp_mixed", self.place("stamp"), text=text[:60])
            return False
        return True

    def _field(self) -> Field | None:
        import difflib

        name = self.text("id")
        dataset = home(name, "part" in self.table.at)
        if dataset is None:
            near = difflib.get_close_matches(name, all_ids(), 1)
            self.findings.problem("id", self.place("id"), id=name[:40] or "–", near=near[0] if near else "–")
            return None
        stamp = self.cell("stamp").text.split()
        if len(stamp) == 5 and stamp[1] != dataset:
            self.findings.problem("id_dataset", self.place("id"), id=name[:40], dataset=stamp[1])
            return None
        return field_of(dataset, name)

    def _default_as_printed(self, ags: str, entry: Field) -> bool:
        """Whether the default stands in its column as we printed it (same method): else columns are shifted."""
        known = self.context.defaults
        cell = self.cell("default")
        stamp = self.cell("stamp").text.split()
        if known is None or len(stamp) != 5 or stamp[3] != known.version or cell.kind not in ("text", "number"):
            return True
        ours = known.values.get((ags, entry.id))
        theirs = cell.number
        if cell.kind == "text":
            try:
                theirs = numbers.parse(cell.text, self.rule, self.mixed).value
            except numbers.NumberProblem:
                theirs = None
        fits = ours is not None and theirs is not None and abs(ours - theirs) <= NEAR * max(abs(ours), 1e-3)
        if not fits:
            shown = "–" if ours is None else f"{ours:.6g}"
            self.findings.problem("default_changed", self.place("default"), text=cell.text[:20], ours=shown)
        return fits

    def _part(self, entry: Field) -> str:
        if not datasets()[entry.dataset].parts:
            return ""
        part = self.text("part")
        if not part:
            self.findings.problem("part", self.place("part"), id=entry.id)
        return part

    def _number(self, key: str) -> numbers.Read | None:
        cell, place = self.cell(key), self.place(key)
        if cell.kind == "number" and cell.number is not None:
            value = numbers.round15(cell.number)
            if cell.percent:
                if key != "largest_share":
                    self.findings.problem("percent", place, text=cell.text[:20])
                    return None
                value = numbers.round15(value * 100)
            if value < 0:
                self.findings.problem("negative", place, text=cell.text[:20])
                return None
            if not value <= 1e15:
                self.findings.problem("number_large", place, text=cell.text[:20])
                return None
            return numbers.Read(value, "value") if value else numbers.Read(0.0, "rounded_zero", "", 0.5)
        if cell.kind == "text":
            try:
                return numbers.parse(cell.text, self.rule, self.mixed)
            except numbers.NumberProblem as problem:
                self.findings.problem(problem.code, place, **problem.params)
                return None
        code = {"formula": "formula", "date": "date", "error": "cell_error", "bool": "number"}[cell.kind]
        self.findings.problem(code, place, text=cell.text)
        return None

    def _unit(self, entry: Field, inside: str) -> tuple[str, float] | None:
        stated = self.text("unit")
        gas = is_gas(entry)
        found = factor(entry.unit, stated, gas) if stated else None
        if inside:
            other = factor(entry.unit, inside, gas)
            if other is None or (stated and other != found):
                self.findings.problem("unit_two", self.place("value"), one=inside[:20], two=stated[:20] or "–")
                return None
            return stated or inside, other
        if found is None:
            code = "unit_hs" if "hs" in stated.casefold() and not gas and entry.unit == "MWh" else "unit"
            if not stated:
                code = "unit_empty"
            self.findings.problem(
                code, self.place("unit"), unit=stated[:20], allowed=", ".join(units_of(entry)), id=entry.id
            )
            return None
        return stated, found

    def _record(self, ags: str, entry: Field) -> Record | None:
        read = self._number("value")
        quality = self.text("data_quality").upper()
        if quality not in GRADES:
            self.findings.problem("quality", self.place("data_quality"), text=quality[:20] or "–")
        source = self.text("source")
        if not source:
            self.findings.problem("source", self.place("source"))
        role = self.text("role") or self.context.role
        if not role:
            self.findings.problem("role", self.place("role"))
        note = self.text("note")
        unit = self._unit(entry, read.unit if read else "")
        extra = self._farm() if datasets()[entry.dataset].secrecy else {}
        if datasets()[entry.dataset].parts:
            complete = cells.yes_no(self.cell("complete"), self.place("complete"), self.findings)
            extra = {"complete": bool(complete)}
        if read is None or unit is None:
            return None
        if read.value is not None and read.value and entry.unit in ("heads", "cars", "persons", "dwellings"):
            whole = read.value * unit[1]
            if abs(whole - round(whole)) > 1e-6 and entry.unit != "persons":
                self.findings.problem("whole", self.place("value"), text=self.cell("value").text[:20])
        if read.value is not None and read.value * unit[1] > LARGEST:
            self.findings.problem("number_large", self.place("value"), text=self.cell("value").text[:20])
        ours = self.context.defaults.values.get((ags, entry.id)) if self.context.defaults else None
        self._plausible(read, unit[1], ours, entry)
        owner = "confirmed_zero" if read.state == "true_zero" else "own"
        record = Record(
            read.value,
            unit[0],
            read.state,
            owner,
            source,
            quality,
            role,
            note,
            read.high,
            default=None if ours is None else numbers.round15(ours),
            default_unit="" if ours is None else entry.unit,
            default_version=self.context.defaults.version if ours is not None and self.context.defaults else "",
            **extra,
        )
        if datasets()[entry.dataset].secrecy and secret(record):
            self.findings.notice("farm_secret", self.place("value"), id=entry.id)
        return record

    def _farm(self) -> dict[str, Any]:
        holdings = self._number("holdings") if self.cell("holdings").kind != "empty" else None
        share = self._number("largest_share") if self.cell("largest_share").kind != "empty" else None
        if share and share.unit not in ("", "%"):
            self.findings.problem("share", self.place("largest_share"), text=self.cell("largest_share").text[:20])
        if share and share.value is not None and share.value > 100:
            self.findings.problem("share", self.place("largest_share"), text=self.cell("largest_share").text[:20])
        if holdings and holdings.value is not None and (holdings.value % 1 or holdings.unit):
            self.findings.problem("whole", self.place("holdings"), text=self.cell("holdings").text[:20])
        published = cells.yes_no(self.cell("published"), self.place("published"), self.findings)
        return {
            "holdings": holdings.value if holdings else None,
            "largest_share": share.value if share else None,
            "published": bool(published),
        }

    def _plausible(self, read: numbers.Read, scale: float, ours: float | None, entry: Field) -> None:
        if ours is None or not read.value or ours <= 0:
            return
        ratio = read.value * scale / ours
        if not 1 / FAR <= ratio <= FAR:
            self.findings.notice("far", self.place("value"), id=entry.id, ratio=f"{ratio:.3g}")


def check_sums(entries: Mapping[Key, Record | None], places: Mapping[Key, Place], findings: Findings) -> None:
    """Totals that stand beside their parts must be their sum (half a unit for each figure).

    A problem stands at the total, or at a part where only that one has a place.
    """
    for key, record in entries.items():
        entry = field_of(key.dataset, key.id)
        if entry is None or not entry.sum_of or record is None or record.value is None:
            continue
        parts = {key._replace(id=p): entries.get(key._replace(id=p)) for p in entry.sum_of}
        scales = {k: factor(entry.unit, p.unit) or 1.0 for k, p in parts.items() if p is not None}
        found = [p.value * scales[k] for k, p in parts.items() if p is not None and p.value is not None]
        scale = factor(entry.unit, record.unit) or 1.0
        total = record.value * scale
        slack = 0.5 * (scale + sum(scales.values())) + 1e-9 * total
        if sum(found) > total + slack or (len(found) == len(parts) and sum(found) < total - slack):
            place = next((places[k] for k in (key, *parts) if k in places), Place())
            findings.problem("sum", place, id=key.id, total=f"{total:.12g}", parts=f"{sum(found):.12g}")
