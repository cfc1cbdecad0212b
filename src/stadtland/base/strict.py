"""Strict reading of tables: unknown keys and wrong kinds are errors that name the place and the nearest known key."""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterable, Mapping
from typing import Any

from .errors import InputError


def keys(table: Mapping[str, Any], known: Iterable[str], where: str, required: Iterable[str] = ()) -> None:
    """InputError `key-unknown` or `key-missing` unless `table` has only known and all required keys."""
    known = list(known)
    for key in table:
        if key not in known:
            near = difflib.get_close_matches(key, known, 1)
            cure = f"did you mean {near[0]!r}?" if near else "known keys: " + ", ".join(sorted(known))
            raise InputError("key-unknown", f"unknown key {key!r}", where, cure)
    for key in required:
        if key not in table:
            raise InputError("key-missing", f"the key {key!r} is missing", where, f"add {key!r}")


def mapping(value: Any, where: str) -> Mapping[str, Any]:
    """The value as a table; InputError `kind-table` otherwise."""
    if not isinstance(value, Mapping):
        raise InputError("kind-table", f"a table is needed, not {value!r:.40}", where, "write it as a table")
    return value


def finite(value: Any, where: str, low: float = -math.inf, high: float = math.inf) -> float:
    """A finite number within limits; InputError `number-*` otherwise (true and false are not numbers)."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InputError(
            "number-kind", f"a number is needed, not {value!r:.40}", where, "write a plain number, decimal point"
        )
    if isinstance(value, int) and abs(value) > 10**300:
        raise InputError("number-range", "the number is far too large", where, "check value and unit")
    if not math.isfinite(value):
        raise InputError(
            "number-finite", "the number is not finite", where, "leave the key out if the figure is not known"
        )
    if not low <= value <= high:
        raise InputError("number-range", f"{value:g} lies outside {low:g} to {high:g}", where, "check value and unit")
    return float(value)


def one_of(value: Any, allowed: Iterable[str], where: str) -> str:
    """A word out of a list; InputError `word-unknown` with the nearest allowed word."""
    allowed = list(allowed)
    if value in allowed:
        return str(value)
    near = difflib.get_close_matches(str(value), allowed, 1)
    hint = f"did you mean {near[0]!r}? " if near else ""
    raise InputError(
        "word-unknown", f"{value!r:.40} is not allowed here", where, hint + "allowed: " + ", ".join(allowed)
    )
