"""Problems of a table or card with their row; one is enough to import nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from stadtland.base import content, toml
from stadtland.base.errors import InputError
from stadtland.inventory.own_data import problems as reader

SHOWN, KEPT = 20, 200


@cache
def texts() -> dict[str, Any]:
    """Texts of this room, and those of the reader of cells where this room has none: code → {what, cure}."""
    own = toml.read(content.path("inventory", "harmonise", "problems.toml"))
    return {**reader.texts(), **own}


@dataclass(frozen=True)
class Problem:
    """What is wrong where: `row` as a spreadsheet counts, `column` by its name."""

    code: str
    row: int | None = None
    column: str = ""
    params: tuple[tuple[str, Any], ...] = ()

    def line(self, lang: str) -> str:
        """Place, what and cure in one line."""
        entry = texts()[self.code]
        row, column = {"de": ("Zeile", "Spalte"), "en": ("row", "column")}[lang]
        place = ", ".join([f"{row} {self.row}"] * bool(self.row) + [f"{column} {self.column}"] * bool(self.column))
        what, cure = (str(entry[k][lang]).format(**dict(self.params)) for k in ("what", "cure"))
        return f"{place + ': ' if place else ''}{what} → {cure}"


class TableError(InputError):
    """The table has problems; nothing was imported. `problems`: all of them (at most 200)."""

    def __init__(self, problems: Sequence[Problem], lang: str = "de", name: str = "") -> None:
        lines = [p.line(lang) for p in problems[:SHOWN]]
        if len(problems) > SHOWN:
            lines.append(f"… {len(problems) - SHOWN} " + {"de": "weitere", "en": "more"}[lang])
        head = texts()["summary"]["what"][lang].format(n=len(problems))
        super().__init__("harmonise-table", "\n    ".join([head, *lines]), name, texts()["summary"]["cure"][lang])
        self.problems = tuple(problems)


class Findings:
    """Collects problems, at most 200."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def add(self, code: str, row: int | None = None, column: str = "", **params: Any) -> None:
        """Add a problem."""
        if len(self.problems) < KEPT:
            self.problems.append(Problem(code, row, column, tuple(params.items())))
