"""Typed reading of a parsed JSON document: every error has a code, the path of the value and a cure."""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stadtland.base import json_file
from stadtland.base.errors import InputError

Floats = NDArray[np.float64]
ABSURD = 1e12


def document(source: Mapping[str, Any] | str | Path) -> dict[str, Any]:
    """The JSON object in `source` (a mapping or the path of a file).

    Errors: `file-*`, `json-syntax`, `duplicate-key`, `not-object`.
    """
    if isinstance(source, Mapping):
        return dict(source)
    if not isinstance(source, str | Path):
        raise InputError("not-object", "the instance must be an object with keys", "(document)", "see instance.md")
    return mapping(json_file.read(Path(source)), "(document)")


def mapping(value: Any, where: str) -> dict[str, Any]:
    """`value` as a dict with text keys, else `not-object`."""
    if not isinstance(value, Mapping):
        raise InputError("not-object", f"an object with keys is expected, not {kind(value)}", where, "use { … }")
    return {str(k): v for k, v in value.items()}


def sequence(value: Any, where: str) -> list[Any]:
    """`value` as a list, else `not-list`."""
    if not isinstance(value, list | tuple):
        raise InputError("not-list", f"a list is expected, not {kind(value)}", where, "use [ … ]")
    return list(value)


def kind(value: Any) -> str:
    """A word for the JSON type of a value, for messages."""
    if value is None:
        return "null"
    names = ((bool, "true/false"), (int | float, "a number"), (str, "a text"), (list | tuple, "a list"))
    return next((name for types, name in names if isinstance(value, types)), "an object")


def keys(table: Mapping[str, Any], known: Iterable[str], where: str, required: Iterable[str] = ()) -> None:
    """Refuse keys that are not known (naming the nearest known one) and missing required keys."""
    known = list(known)
    for key in table:
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1, cutoff=0.0)
            cure = f"did you mean '{near[0]}'? known keys: {', '.join(sorted(known))}" if near else "remove it"
            raise InputError("unknown-key", f"the key '{key}' is not known", at(where, key), cure)
    for key in required:
        if key not in table:
            raise InputError("missing-key", f"the key '{key}' is missing", where or "(document)", f"add '{key}'")


def at(where: str, key: str) -> str:
    """The path of a key below `where`."""
    return f"{where}.{key}" if where else key


def text(value: Any, where: str) -> str:
    """`value` as a non-empty text without leading or trailing blanks, else `not-text`."""
    if not isinstance(value, str) or not value or value != value.strip():
        raise InputError("not-text", f"a name is expected, not {kind(value)}", where, 'use "…", not empty')
    return value


def flag(value: Any, where: str) -> bool:
    """`value` as true or false, else `not-flag`."""
    if not isinstance(value, bool):
        raise InputError("not-flag", f"true or false is expected, not {kind(value)}", where, "use true or false")
    return value


def number(value: Any, where: str, low: float = 0.0, high: float = ABSURD) -> float:
    """`value` as a finite number within [low, high].

    Errors: `not-number`, `not-finite`, `negative-number` (below a low of 0), `out-of-range`.
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InputError("not-number", f"a number is expected, not {kind(value)}", where, "use a number, e.g. 0.5")
    try:
        result = float(value)
    except OverflowError:
        result = math.inf
    if not math.isfinite(result):
        raise InputError(
            "not-finite", "the number is not finite", where, "use a finite number; missing is null or absent"
        )
    if result < low and low == 0.0:
        raise InputError("negative-number", f"{result:g} is negative", where, "use a number that is not negative")
    if not low <= result <= high:
        raise InputError("out-of-range", f"{result:g} is not between {low:g} and {high:g}", where, "correct the number")
    return result


def whole(value: Any, where: str, low: int, high: int) -> int:
    """`value` as a whole number within [low, high], else as `number` or `not-whole`."""
    result = number(value, where, low=float(low), high=float(high))
    if result != int(result):
        raise InputError("not-whole", f"{result:g} is not a whole number", where, "use a whole number")
    return int(result)


def series(value: Any, where: str, years: int, low: float = 0.0, high: float = ABSURD, gaps: bool = False) -> Floats:
    """A number (every year) or a list with one number a year, as float64 of shape (years,).

    With `gaps`, null stands for "none in this year" and becomes NaN. Errors: as `number`, `list-length`.
    """
    if not isinstance(value, list | tuple):
        return np.full(years, number(value, where, low, high))
    if len(value) != years:
        raise InputError(
            "list-length",
            f"the list has {len(value)} values, the instance {years} years",
            where,
            "one value a year",
        )
    return np.array(
        [math.nan if gaps and v is None else number(v, f"{where}[{i}]", low, high) for i, v in enumerate(value)]
    )


def choice(value: Any, options: Iterable[str], where: str, code: str, what: str) -> str:
    """`value` if it is one of `options`, else the error `code` with the nearest option."""
    options = list(options)
    if isinstance(value, str) and value in options:
        return value
    shown = value if isinstance(value, str) else kind(value)
    near = difflib.get_close_matches(str(shown), options, n=1, cutoff=0.5)
    listed = ", ".join(options[:12]) + (" …" if len(options) > 12 else "")
    cure = (f"did you mean '{near[0]}'? " if near else "") + (f"known: {listed}" if options else "none is listed")
    raise InputError(code, f"the {what} '{shown}' is not known", where, cure)
