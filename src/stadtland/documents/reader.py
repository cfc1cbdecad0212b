"""The reader's view on results.json: numbers with their path, rounded for the place, in the reader's language."""

from __future__ import annotations

import math
from functools import cache, cached_property
from typing import Any

from stadtland.base import content, locale, toml
from stadtland.guide import formula as numbers

from .tree import Gap, Inline, Line, Num, Piece

SMALL_PLACE = 10_000
"""Places under this population get at most two significant digits (estimates, not counts)."""

UNFLAGGED = ("year", "persons", "count", "hits")
"""Kinds that are facts or counts, not estimates to be marked."""


@cache
def _toml(name: str) -> dict[str, Any]:
    place = "guide" if name in ("newcomers", "challenges") else "report"
    return toml.read(content.path(place, f"{name}.toml"))


@cache
def parse(template: str) -> tuple[tuple[str, str], ...]:
    """A template as `(kind, text)`: kind `text`, `slot`, or `mark` (emphasis on and off).

    >>> parse("by {t}!")
    (('text', 'by '), ('slot', 't'), ('text', '!'))
    """
    import re

    parts = []
    for piece in re.split(r"(\{[a-z_0-9]+\}|\*\*)", template):
        if piece == "**":
            parts.append(("mark", ""))
        elif piece.startswith("{"):
            parts.append(("slot", piece[1:-1]))
        elif piece:
            parts.append(("text", piece))
    return tuple(parts)


def fill(template: str, **slots: str | Num | Gap | Line) -> Line:
    """The template with its slots filled; `**…**` becomes emphasis. Slots are data: nothing in them is parsed."""
    from .tree import Strong, pieces

    line: Line = []
    inner: list[Piece] | None = None
    for kind, text in parse(template):
        if kind == "mark":
            if inner is not None:
                line.append(Strong(tuple(inner)))
            inner = [] if inner is None else None
            continue
        value: Any = text if kind == "text" else slots[text]
        listed = value if isinstance(value, list) else [value]
        if inner is None:
            line.extend(listed)
        else:
            inner.extend(pieces(listed))
    return line


def clean(value: Any) -> Any:
    """The results without control characters and lone surrogates in texts: no XML may hold them."""
    if isinstance(value, dict):
        return {clean(k): clean(v) for k, v in value.items()}
    if isinstance(value, list):
        return [clean(v) for v in value]
    if isinstance(value, str) and not value.isprintable():
        return "".join(c for c in value if c.isprintable() or c in "\n\u00a0\u202f\u00ad")
    return value


class Reader:
    """Results in one language. All numbers of a document are made here."""

    def __init__(self, results: dict[str, Any], lang: str) -> None:
        self.results = results
        self.lang = lang

    # texts -----------------------------------------------------------------------------------------
    def raw(self, key: str) -> str:
        """The template `file.id` of content/report in the reader's language."""
        area, _, name = key.partition(".")
        text: str = _toml(area)[name][self.lang]
        return text

    def say(self, key: str, **slots: str | Num | Gap | Line) -> Line:
        """A text of content/report with its slots filled."""
        return fill(self.raw(key), **slots)

    def has(self, key: str) -> bool:
        """Whether content/report holds this text."""
        area, _, name = key.partition(".")
        return name in _toml(area)

    def pick(self, bilingual: Any, fallback: str = "") -> str:
        """The text of a `{de, en}` value out of results or content; plain strings are taken as they are."""
        if isinstance(bilingual, dict):
            return str(bilingual.get(self.lang) or bilingual.get("de") or fallback)
        return str(bilingual) if bilingual else fallback

    # values ----------------------------------------------------------------------------------------
    def get(self, path: str, default: Any = None) -> Any:
        """The value at a path, or `default` when it is absent or null."""
        try:
            return numbers.walk(self.results, path)[0]
        except numbers.Missing:
            return default

    def value(self, formula: str) -> float | None:
        """The value of a formula or None."""
        try:
            return numbers.evaluate(formula, self.results)
        except numbers.Missing:
            return None

    @cached_property
    def members(self) -> list[dict[str, Any]]:
        """The members, city first, then by population."""
        listed = [m for m in self.get("partnership.members", []) if m.get("ags")]
        return sorted(listed, key=lambda m: (m.get("role") != "city", -(m.get("population") or 0), m["ags"]))

    @cached_property
    def _population(self) -> dict[str, float]:
        return {m["ags"]: m.get("population") or math.inf for m in self.members}

    def name(self, ags: str) -> str:
        """Name of a member, the code if it has none, the partnership's word for `joint`."""
        if ags == "joint":
            return self.raw("common.joint")
        return next((str(m.get("name") or ags) for m in self.members if m["ags"] == ags), ags)

    def small(self, formula: str) -> bool:
        """Whether the number belongs to one place alone, and that has under 10,000 people."""
        owners: set[str] = set()
        for path in numbers.paths(formula):
            keys = path.split(".")
            owners |= {k for k in keys if k in self._population}
            for depth in range(2, len(keys)):
                try:
                    nodes = numbers.walk(self.results, ".".join(keys[:depth]))
                except numbers.Missing:
                    continue
                owners |= {n["member"] for n in nodes if isinstance(n, dict) and n.get("member") in self._population}
        return len(owners) == 1 and self._population[owners.pop()] < SMALL_PLACE

    @cached_property
    def _flags(self) -> set[str]:
        marked = {str(p) for p in self.get("not_for_decision", [])}
        for ags, inv in self.get("inventory.members", {}).items():
            marked |= {f"inventory.members.{ags}.{key}" for key in inv.get("not_for_decision") or []}
        return marked

    def is_flagged(self, formula: str) -> bool:
        """Whether the number rests on a value that is marked as not for decision."""
        return any(p == f or p.startswith(f + ".") for p in numbers.paths(formula) for f in self._flags)

    # numbers ---------------------------------------------------------------------------------------
    def num(self, formula: str, kind: str, *, bare: bool = False, sign: bool = False) -> Num | Gap:
        """A number with its unit: kind is a table of content/report/units.toml.

        bare: without the unit (table cells); sign: with + or −. Absent or null gives a Gap.
        """
        if "[" not in formula:
            formula = f"[{formula}]"
        value = self.value(formula)
        if value is None or not math.isfinite(value):
            return Gap(formula, self.raw("common.gap"))
        return Num(
            formula,
            value,
            self.format(value, kind, formula, bare, sign),
            kind not in UNFLAGGED and self.is_flagged(formula),
        )

    def cell(self, formula: str, kind: str, *, bare: bool = True, sign: bool = False) -> Line:
        """A number as a table cell of its own, without its unit unless told otherwise."""
        return [self.num(formula, kind, bare=bare, sign=sign)]

    def size(self, formula: str, kind: str, *, bare: bool = False) -> Num | Gap:
        """The absolute value of a formula, for sentences that say the direction in words."""
        formula = formula if "[" in formula else f"[{formula}]"
        value = self.value(formula)
        return self.num(f"-({formula})" if value is not None and value < 0 else formula, kind, bare=bare)

    def format(self, value: float, kind: str, formula: str = "", bare: bool = False, sign: bool = False) -> str:
        """A value as text: rounded by kind and by the size of the place."""
        unit = _toml("units")[kind]
        figures = 2 if self.small(formula) and not unit.get("exact") else int(unit.get("figures", 3))
        size, mark = abs(value), ""
        scale = unit.get("scale", 1)
        size *= scale
        word = ""
        if unit.get("millions") and size >= 999_500 and not bare:
            large = size >= 999_500_000
            size /= 1e9 if large else 1e6
            word = "\u00a0" + self.raw("common.billion" if large else "common.million")
        match unit.get("round", "figures"):
            case "whole":
                body = locale.number(size, self.lang)
            case "year":
                body = str(round(size))
            case "percent":
                body = _percent(size, self.lang)
            case _:
                decimals = 0 if size >= unit.get("whole_from", math.inf) else int(unit.get("decimals", 9))
                decimals = 9 if word else decimals
                body = _significant(size, self.lang, figures, decimals)
                point = "," if self.lang == "de" else "."
                if unit.get("trim") and point in body:
                    body = body.rstrip("0").rstrip(point)
        if unit.get("below_one") and 0 < size < 0.5:
            return self.raw("common.below_one")
        zero = not any(c in "123456789" for c in body)
        if value < 0 and not zero:
            mark = "\u2212"
        elif sign and not zero:
            mark = "+"
        if bare:
            return mark + body
        return mark + str(unit[self.lang]).replace("{x}", body + word)

    def years(self) -> list[int]:
        """The years of the roadmap."""
        return [int(y) for y in self.get("roadmap.years", [])]

    def last(self, path: str) -> str:
        """The path of the last year of a yearly list."""
        return f"{path}.{max(0, len(self.years()) - 1)}"


def _significant(size: float, lang: str, figures: int, decimals: int) -> str:
    if size == 0:
        return "0"
    digits = min(decimals, figures - 1 - math.floor(math.log10(size)))
    rounded = round(size, digits)  # once only: rounding a rounded number again can move the last digit
    if rounded:  # 99.96 to three figures is 100: one digit less behind the point
        digits = min(digits, figures - 1 - math.floor(math.log10(rounded)))
    return locale.number(rounded, lang, max(0, digits))


def _percent(size: float, lang: str) -> str:
    return locale.number(size, lang, 0 if size >= 10 or size == 0 else 1)


def join(items: list[Line], separator: str = ", ", last: str | None = None) -> Line:
    """Lines joined by a separator, the last one by `last`."""
    joined: list[Inline] = []
    for i, item in enumerate(items):
        if i:
            joined.append(last if last is not None and i == len(items) - 1 else separator)
        joined.extend(item)
    return joined
