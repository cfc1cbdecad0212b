"""Problems of a file, each with its row; all are collected, and one is enough to import nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from stadtland.base import content, toml
from stadtland.base.errors import InputError

SHOWN = 20
KEPT = 200


@dataclass(frozen=True)
class Place:
    """Where in a file: sheet (XLSX), row as the spreadsheet counts, column letter or header."""

    row: int | None = None
    column: str = ""
    sheet: str = ""

    def words(self, lang: str) -> str:
        """The place in words, e.g. "Zeile 7, Spalte Eigener Wert"; empty for the whole file."""
        names = {"de": ("Blatt", "Zeile", "Spalte"), "en": ("sheet", "row", "column")}[lang]
        parts = [(names[0], self.sheet), (names[1], str(self.row or "")), (names[2], self.column)]
        return ", ".join(f"{n} {v}" for n, v in parts if v)


@dataclass(frozen=True)
class Problem:
    """A problem (or a notice): code, place, parameters of its text."""

    code: str
    place: Place
    params: tuple[tuple[str, Any], ...] = ()

    def what(self, lang: str) -> str:
        """What is wrong."""
        return self._fill("what", lang)

    def cure(self, lang: str) -> str:
        """How to mend it."""
        return self._fill("cure", lang)

    def _fill(self, part: str, lang: str) -> str:
        params = {k: v.words(lang) if isinstance(v, Place) else v for k, v in self.params}
        return str(texts()[self.code][part][lang]).format(**params)

    def line(self, lang: str) -> str:
        """Place, what and cure in one line."""
        place = self.place.words(lang)
        return f"{place + ': ' if place else ''}{self.what(lang)} → {self.cure(lang)}"


@cache
def texts() -> dict[str, Any]:
    """Texts of all problems and notices: code → {what: {de, en}, cure: {de, en}}."""
    return toml.read(content.path("inventory", "own_data", "problems.toml"))


class OwnDataError(InputError):
    """The file has problems; nothing was imported. `problems`: all of them (at most 200)."""

    def __init__(self, problems: Sequence[Problem], lang: str = "en", name: str = "") -> None:
        lines = [p.line(lang) for p in problems[:SHOWN]]
        more = len(problems) - len(lines)
        count = f"≥ {KEPT}" if len(problems) >= KEPT else str(len(problems))
        if more > 0:
            lines.append(f"… {more} weitere" if lang == "de" else f"… {more} more")
        super().__init__(
            "own-data-file",
            "\n    ".join([texts()["summary"]["what"][lang].format(n=count), *lines]),
            name,
            texts()["summary"]["cure"][lang],
        )
        self.problems = tuple(problems)


class FileProblem(Exception):
    """One problem that ends the reading of the file at once."""

    def __init__(self, code: str, place: Place | None = None, **params: Any) -> None:
        super().__init__(code)
        self.problem = Problem(code, place or Place(), tuple(params.items()))


class Findings:
    """Collects problems and notices; stops at 200 problems, so that a broken file cannot fill the memory."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.notices: list[Problem] = []

    def problem(self, code: str, place: Place, **params: Any) -> None:
        """Add a problem."""
        if len(self.problems) < KEPT:
            self.problems.append(Problem(code, place, tuple(params.items())))

    def notice(self, code: str, place: Place, **params: Any) -> None:
        """Add a notice: the reading stands, but somebody should look."""
        if len(self.notices) < KEPT:
            self.notices.append(Problem(code, place, tuple(params.items())))
