"""Open CSV of an inventory: one row per municipality and line; reading it back gives the same numbers to the last bit.

UTF-8, comma, decimal point, RFC 4180. Texts that a spreadsheet could take for a formula get a leading apostrophe, which
reading takes off again.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stadtland.base.errors import InputError

from .. import output
from ..inventory import Inventory
from . import words
from .cells import Problem

Array = NDArray[np.float64]
RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%", "'")
NUMBERS = {
    "energy_mwh": "energy_mwh", "emissions_t_co2e": "t_co2e", "low_t_co2e": "low", "high_t_co2e": "high",
    "data_quality": "data_quality", "share_d": "share_d", "default_t_co2e": "default_t", "plants_t_co2e": "plant_t",
}  # fmt: skip
WORDS = {"owner": "owner", "state": "state", "vintage": "vintage", "source": "source"}
ABSENT = ("not_available", "confidential")


def columns() -> list[str]:
    """Names of the columns in order; units and labels stand in columns.csv."""
    return [row["column"] for row in words.table("columns")]


def defuse(text: str) -> str:
    """A text that no spreadsheet runs: risky beginnings get an apostrophe (reversible: `fuse`)."""
    return "'" + text if text.startswith(RISKY) else text


def fuse(text: str) -> str:
    """The text before `defuse`."""
    return text[1:] if text.startswith("'") else text


def cell(value: Any) -> str:
    """A value as CSV text: numbers with all digits, None and NaN empty, texts defused."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | np.integer):
        return str(int(value))
    if isinstance(value, float | np.floating):
        return "" if math.isnan(value) else repr(float(value))
    if isinstance(value, list | tuple):
        return defuse(" ".join(str(v) for v in value))
    return defuse(str(value))


def write(rows: Sequence[Mapping[str, Any]], names: Sequence[str] | None = None) -> str:
    """Rows as CSV text with a header; an empty list gives the header alone."""
    names = list(names if names is not None else rows[0])
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(names)
    writer.writerows([cell(row.get(n)) for n in names] for row in rows)
    return out.getvalue()


def rows(inv: Inventory, release: str) -> list[dict[str, Any]]:
    """One row per municipality and line; unknown and confidential numbers are empty, never 0."""
    labels = {x: {lang: output.label(x, lang) for lang in words.LANGUAGES} for x in inv.lines}
    out = []
    for j, ags in enumerate(inv.ags):
        for i, line in enumerate(inv.lines):
            state = str(inv.state[i, j])
            row: dict[str, Any] = {"ags": ags, "name": inv.names[j], "year": inv.year, "line": line}
            row |= {f"label_{lang}": labels[line][lang] for lang in words.LANGUAGES}
            for name, attribute in NUMBERS.items():
                value = float(getattr(inv, attribute)[i, j])
                hide = state == "confidential" or (state == "not_available" and name != "energy_mwh")
                row[name] = None if hide or math.isnan(value) else value
            row |= {name: str(getattr(inv, attribute)[i, j]) for name, attribute in WORDS.items()}
            row |= {"factor_release": release, "inventory_version": inv.inventory_version}
            out.append(row | {"method_version": inv.method_version})
    return out


@dataclass(frozen=True)
class Back:
    """An inventory CSV read back: arrays [line, member] by column; NaN where the cell was empty."""

    ags: tuple[str, ...]
    lines: tuple[str, ...]
    year: int
    numbers: dict[str, Array]
    words: dict[str, NDArray[np.object_]]


def read(text: str) -> Back:
    """Reads an inventory CSV; InputError `csv-*` naming the row: missing column, wrong number, gap, double."""
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    lacking = [c for c in columns() if c not in (reader.fieldnames or [])]
    if lacking:
        raise InputError("csv-column", f"the column '{lacking[0]}' is missing", "row 1", "export the table anew")
    found: dict[tuple[str, str], dict[str, str]] = {}
    years = set()
    for number, row in enumerate(reader, start=2):
        if any(row.get(c) is None for c in columns()):
            raise InputError("csv-short", "the row has too few cells", f"row {number}", "export the table anew")
        key = (fuse(row["line"]), fuse(row["ags"]))
        if key in found:
            raise InputError("csv-twice", f"{key[1]} {key[0]} stands twice", f"row {number}", "delete one of the rows")
        found[key] = row | {"": str(number)}
        years.add(row["year"])
    lines, ags = tuple(dict.fromkeys(k[0] for k in found)), tuple(dict.fromkeys(k[1] for k in found))
    if len(years) != 1 or not years.copy().pop().isdigit():
        raise InputError("csv-year", "the table needs one year", "column year", "export each year to its own file")
    missing = [(x, a) for a in ags for x in lines if (x, a) not in found]
    if missing:
        raise InputError("csv-gap", f"{missing[0][1]} has no row {missing[0][0]}", "rows", "export the table anew")
    shape = (len(lines), len(ags))
    numbers = {c: np.full(shape, np.nan) for c in NUMBERS}
    texts: dict[str, NDArray[np.object_]] = {c: np.empty(shape, dtype=object) for c in WORDS}
    for i, line in enumerate(lines):
        for j, code in enumerate(ags):
            row = found[line, code]
            for c in NUMBERS:
                numbers[c][i, j] = _number(row[c], c, row[""])
            for c in WORDS:
                texts[c][i, j] = fuse(row[c])
    return Back(ags, lines, int(years.pop()), numbers, texts)


def _number(text: str, column: str, row: str) -> float:
    if text == "":
        return math.nan
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise InputError("csv-number", f"'{text:.30}' is no number", f"row {row}, {column}", "decimal point, no unit")
    return value


def verify(inv: Inventory, text: str) -> list[Problem]:
    """Differences between an inventory and its CSV read back; none if the export lost nothing."""
    back = read(text)
    out = []
    if (back.ags, back.lines, back.year) != (inv.ags, inv.lines, inv.year):
        out.append(Problem("round_trip", "table", "members, lines or year differ"))
        return out
    hidden = inv.state == "confidential"
    unknown = hidden | (inv.state == "not_available")
    for column, attribute in NUMBERS.items():
        want = np.where(hidden if column == "energy_mwh" else unknown, np.nan, getattr(inv, attribute))
        if not np.array_equal(want, back.numbers[column], equal_nan=True):
            out.append(Problem("round_trip", column, "numbers differ"))
    for column, attribute in WORDS.items():
        if not (getattr(inv, attribute).astype(str) == back.words[column].astype(str)).all():
            out.append(Problem("round_trip", column, "texts differ"))
    return out
