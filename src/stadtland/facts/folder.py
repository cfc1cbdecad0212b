"""Figures of any German municipality from a folder of public data.

The files are described by content/municipalities/tables.toml. Only the rows that are
asked for are parsed. Codes stay text; an empty cell is "not available", never zero.
"""

from __future__ import annotations

import csv
import gzip
import io
import math
from collections.abc import Collection, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, Literal

from stadtland.base import content, toml
from stadtland.base.errors import InputError
from stadtland.base.figure import Figure

FEW = 4  # keys up to which looking for them in the raw line is quicker than parsing it
CURE = "point --data at the folder of public data, or leave --data out to use the bundled municipalities"


def present(path: Path) -> None:
    """InputError `data-file-missing` with file and cure unless the file is in the folder."""
    if not path.is_file():
        raise InputError("data-file-missing", f"the file {path.name} is missing in the data folder", str(path), CURE)


def open_text(path: Path) -> io.TextIOBase:
    """A text stream (UTF-8, gzip by name); InputError `data-file-missing` as `present`."""
    present(path)
    if path.suffix == ".gz":
        return io.TextIOWrapper(gzip.open(path), encoding="utf-8-sig", newline="")
    return path.open(encoding="utf-8-sig", newline="")


def rows(path: Path, keys: Collection[str], column: str = "ags") -> Iterator[dict[str, str]]:
    """The rows of a CSV whose key column is in `keys`; InputError `data-column` if the column is not there.

    Lines that cannot hold a key are skipped before parsing, so 11,000 rows take milliseconds.
    """
    with open_text(path) as handle:
        try:
            header = next(csv.reader([handle.readline()]), [])
            if column not in header:
                raise InputError(
                    "data-column", f"the column '{column}' is missing", str(path), "use the documented file"
                )
            where = header.index(column)
            lines: Iterable[str] = handle
            if where == 0:
                lines = (line for line in handle if line.partition(",")[0].strip('"') in keys)
            elif len(keys) <= FEW:
                lines = (line for line in handle if any(key in line for key in keys))
            for cells in csv.reader(lines):
                if len(cells) == len(header) and cells[where] in keys:
                    yield dict(zip(header, cells, strict=True))
        except (UnicodeDecodeError, EOFError, gzip.BadGzipFile) as error:
            raise InputError(
                "data-unreadable", f"the file cannot be read: {error}", str(path), "fetch it again"
            ) from None


@cache
def tables() -> list[dict[str, Any]]:
    """The description of all tables."""
    return list(toml.read(content.path("municipalities", "tables.toml"))["table"])


def number(text: str, where: str) -> float | None:
    """A number with decimal point; None for an empty cell; InputError `data-number` otherwise."""
    if text.strip() == "":
        return None
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not math.isfinite(value):
        raise InputError("data-number", f"'{text}' is not a number", where, "use the documented file, decimal point")
    return value


def state_of(value: float | None, zero: str) -> Literal["value", "true_zero", "rounded_zero", "not_available"]:
    """How a cell is to be read: empty is not available; a zero is a true or a rounded zero."""
    if value is None:
        return "not_available"
    if value == 0:
        return "true_zero" if zero == "true_zero" else "rounded_zero"
    return "value"


def read_table(table: dict[str, Any], year: int, folder: Path, members: Collection[str]) -> dict[str, list[Figure]]:
    """The figures of one table and year for the members: `{ags: [Figure, …]}`."""
    path = folder / table["file"].format(year=year)
    found: dict[str, list[Figure]] = {ags: [] for ags in members}
    got = {row["ags"]: row for row in rows(path, members)}
    for ags in members:
        row = got.get(ags)
        if row is None and table["absent"] == "error":
            raise InputError(
                "data-row-missing",
                f"{ags} has no row in {path.name}",
                str(path),
                "check that the municipality existed in that year",
            )
        for column, (id, unit) in table["columns"].items():
            note = table.get("note", "")
            if row is None:
                value = 0.0 if table["absent"] == "zero" else None
                note = "; ".join(filter(None, (note, "no row in the source")))
            else:
                name = next((c for c in column.split("|") if c in row), None)
                if name is None:
                    raise InputError(
                        "data-column",
                        f"the column '{column}' is missing",
                        str(path),
                        "use the documented file",
                    )
                value = number(row[name], f"{path}, {ags}, {name}")
            found[ags].append(
                Figure(
                    id=id,
                    value=value,
                    unit=unit,
                    year=year,
                    territory_date=table["date"].format(year=year),
                    source=table["source"],
                    state=state_of(value, table["zero"]),
                    data_quality="A" if value is not None else None,
                    evidence="A" if value is not None else None,
                    note=note,
                )
            )
    return found


def read(folder: Path, members: Collection[str]) -> dict[str, list[Figure]]:
    """All published figures of the members in the folder, every year there is: `{ags: [Figure, …]}`."""
    if not folder.is_dir():
        raise InputError("data-folder-missing", "the data folder does not exist", str(folder), CURE)
    found: dict[str, list[Figure]] = {ags: [] for ags in members}
    for table in tables():
        for year in table["years"]:
            for ags, figures in read_table(table, year, folder, members).items():
                found[ags] += figures
    return found
