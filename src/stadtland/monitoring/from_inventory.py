"""The first yearly report without typing: the inventory that results.json holds."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from stadtland.base import canonical
from stadtland.base.errors import InputError
from stadtland.inventory.lines import LINES

from .book import Book, Row
from .reading import Report

GRADES = ((1.0, "A"), (0.5, "B"), (0.25, "C"), (0.0, "D"))


def grade(weight: float | None) -> str:
    """The data quality of a BISKO weight: the best grade it reaches.

    >>> grade(1.0), grade(0.7), grade(0.1), grade(None)
    ('A', 'B', 'D', 'D')
    """
    return next(letter for least, letter in GRADES if (weight or 0.0) >= least)


def read(results: Mapping[str, Any], book: Book) -> tuple[int, str, Report]:
    """(year, method, rows) of the inventory in results.json: every line of every member, and the population.

    A line that is not available there is not known here; an estimate stays an estimate in its source. InputError
    `book-empty`, `inventory-missing`.
    """
    if book.setup is None:
        raise InputError(
            "book-empty", "these records have no partnership yet", "", "start with `stadtland monitor start`"
        )
    inventory = results.get("inventory")
    members = inventory.get("members") if isinstance(inventory, Mapping) else None
    if not isinstance(inventory, Mapping) or not isinstance(members, Mapping) or set(members) != set(book.setup.codes):
        raise InputError(
            "inventory-missing", "the file holds no inventory of these members", "results.json",
            "compute it with `stadtland plan`",
        )  # fmt: skip
    rows = []
    for code, found in members.items():
        for line in LINES:
            cell = found["lines"].get(line)
            if cell is None or cell["state"] == "not_available":
                continue
            quality, source = grade(cell["data_quality"]), str(cell["source"])
            if cell["energy_mwh"] is not None:
                rows.append(Row("line", code, line, "energy_mwh", float(cell["energy_mwh"]), "MWh", source, quality))
            rows.append(Row("line", code, line, "t_co2e", float(cell["t_co2e"]), "t", source, quality))
        if found.get("population"):
            heads = float(found["population"])
            rows.append(Row("driver", code, "population", "level", heads, "persons", "results.json", "A"))
    rows.sort(key=lambda r: r.key)
    digest = hashlib.sha256(canonical.dumps({k: v for k, v in results.items() if k != "run"}).encode()).hexdigest()
    return int(inventory["year"]), f"inventory {inventory['method_version']}", Report(tuple(rows), digest, ())
