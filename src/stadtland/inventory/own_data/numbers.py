"""Numbers and markers as people write them: decimal comma, thousands marks, units in the cell, official markers.

A text that can be read in two ways is read by the rule of the file (German header: comma) only while no other
cell of the file breaks that rule; else it is a problem. Only ASCII digits count.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Literal

State = Literal["value", "true_zero", "rounded_zero", "confidential", "not_available", "not_applicable", "estimated"]
Rule = Literal["comma", "point"]
LONGEST = 60
DIGITS = 15  # what a spreadsheet keeps
BLANKS = " \u00a0\u202f\u2009\u2007"
_EXP = r"(?:[eE][+-]?\d{1,3})?"
_COMMA = re.compile(rf"(?:\d+(?:,\d+)?{_EXP}|,\d+|[1-9]\d{{0,2}}(?:\.\d{{3}})+(?:,\d+)?)", re.ASCII)
_POINT = re.compile(rf"(?:\d+(?:\.\d+)?{_EXP}|\.\d+|[1-9]\d{{0,2}}(?:,\d{{3}})+(?:\.\d+)?)", re.ASCII)
_COMMA_MARKS, _POINT_MARKS = str.maketrans(",", ".", "."), str.maketrans("", "", ",")
_SPACED = re.compile(rf"[1-9]\d{{0,2}}(?:[{BLANKS}'’]\d{{3}})+(?=[.,]|$)", re.ASCII)
_SUFFIX = re.compile(rf"([\d.,'’{BLANKS}]+(?:[eE][+-]?\d{{1,3}})?)[{BLANKS}]*([^\W\d_].*|%)", re.ASCII)
ZERO = {"-", "–", "—", "−"}
MARKERS: dict[str, State] = {
    ".": "confidential",
    "...": "not_available",
    "…": "not_available",
    "/": "not_available",
    "x": "not_applicable",
    "X": "not_applicable",
}
DELETE = {"löschen", "loeschen", "delete"}
SPREADSHEET = re.compile(r"#(?:N/A|NV|REF!|BEZUG!|VALUE!|WERT!|DIV/0!|NAME\?|NUM!|ZAHL!|NULL!|SPILL!|###.*)")


class NumberProblem(Exception):
    """The text is no number; `code` of the problem and its parameters."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


@dataclass(frozen=True)
class Read:
    """A read cell: value (None = no figure), state, unit written in the cell, upper end of a rounded zero."""

    value: float | None
    state: State
    unit: str = ""
    high: float | None = None
    delete: bool = False


def _values(text: str) -> dict[Rule, float]:
    """Value under each rule that can read the text (without sign)."""
    found: dict[Rule, float] = {}
    if _COMMA.fullmatch(text):
        found["comma"] = float(text.translate(_COMMA_MARKS))
    if _POINT.fullmatch(text):
        found["point"] = float(text.translate(_POINT_MARKS))
    return found


def _tidy(text: str) -> str:
    """Without grouping blanks and apostrophes."""
    match = _SPACED.match(text)
    if match:
        return re.sub(rf"[{BLANKS}'’]", "", match[0]) + text[match.end() :]
    return text


def evidence(text: str) -> Rule | None:
    """The rule that alone can read this text, or None (both, or neither)."""
    if len(text) > LONGEST:
        return None
    text = _core(text)[0]
    found = _values(_tidy(text))
    return next(iter(found)) if len(found) == 1 else None


def _core(text: str) -> tuple[str, str, bool]:
    """(number text without sign, unit written behind it, in brackets)."""
    text = text.strip().strip(BLANKS)
    limited = len(text) > 2 and text.startswith("(") and text.endswith(")")
    if limited:
        text = text[1:-1].strip()
    match = _SUFFIX.fullmatch(text.lstrip("+-−"))
    sign = text[: len(text) - len(text.lstrip("+-−"))]
    if match and not _values(_tidy(text.lstrip("+-−"))):
        return sign + match[1].strip(BLANKS), match[2].strip(), limited
    return text, "", limited


def round15(value: float) -> float:
    """Rounded to the 15 digits that a spreadsheet keeps, so that a round trip changes nothing."""
    return float(f"{value:.{DIGITS}g}") + 0.0


def parse(text: str, rule: Rule, mixed: bool = False) -> Read:
    """A number or marker. `rule`: how to read 1.234 or 1,234; `mixed`: the file breaks its own rule.

    NumberProblem for anything that is no finite number, for two readings in a mixed file and for error values.

    >>> parse("1.234,5 MWh", "comma").value, parse("-", "comma").state, parse("0", "comma").state
    (1234.5, 'true_zero', 'rounded_zero')
    """
    plain = text.strip().strip(BLANKS)
    if plain in ZERO:
        return Read(0.0, "true_zero")
    if plain in MARKERS:
        return Read(None, MARKERS[plain])
    if plain.casefold() in DELETE:
        return Read(None, "not_available", delete=True)
    if SPREADSHEET.fullmatch(plain):
        raise NumberProblem("cell_error", text=plain[:40])
    if plain.startswith(("=", "@")):
        raise NumberProblem("formula", text=plain[:40])
    if len(plain) > LONGEST:
        raise NumberProblem("number", text=plain[:40])
    core, unit, limited = _core(plain)
    minus = core[:1] in ("-", "−")
    core = core[1:] if core[:1] in ("+", "-", "−") else core
    core = _tidy(core)
    found = _values(core)
    if not found:
        raise NumberProblem("number", text=plain[:40])
    if len(set(found.values())) == 2 and mixed:
        raise NumberProblem("number_two_ways", text=plain[:40], one=f"{found['comma']:g}", two=f"{found['point']:g}")
    value = round15(found.get(rule, next(iter(found.values()))))
    if not abs(value) <= 1e15:
        raise NumberProblem("number_large", text=plain[:40])
    if minus and value:
        raise NumberProblem("negative", text=plain[:40])
    if value == 0.0:
        decimals = len(re.split(r"[.,]", core)[1]) if re.search(r"[.,]\d+$", core) else 0
        return Read(0.0, "rounded_zero", unit, 0.5 * 10.0**-decimals)
    return Read(value, "estimated" if limited else "value", unit)
