"""Money in whole cents and tonnes in whole kilograms; splitting that closes exactly.

No float enters a sum of money: amounts are read as decimals and kept as integers.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from math import floor, isfinite

from stadtland.base.errors import InputError

LARGEST = 10**15
_GERMAN = re.compile(r"-?\d{1,3}(?:\.\d{3})*(?:,\d{1,2})?|-?\d+(?:,\d{1,2})?", re.ASCII)
_PLAIN = re.compile(r"-?\d+(?:\.\d{1,2})?", re.ASCII)


def cents(text: str | int | float, where: str = "amount") -> int:
    """An amount in EUR as whole cents; a third decimal is refused, never rounded.

    Texts may be German (`1.234,56`) or plain (`1234.56`); `1.234` is German: 1234 EUR. InputError `money-kind`.

    >>> cents("1.234,56"), cents("1234.56"), cents(12), cents("-0,05")
    (123456, 123456, 1200, -5)
    """
    raw = (
        str(text).strip().replace("\u00a0", "").replace(" ", "").replace("−", "-").removesuffix("EUR").removesuffix("€")
    )
    if isinstance(text, bool) or (isinstance(text, float) and not isfinite(text)):
        raw = ""
    if _GERMAN.fullmatch(raw):
        raw = raw.replace(".", "").replace(",", ".")
    elif not _PLAIN.fullmatch(raw):
        raise InputError(
            "money-kind", f"{str(text)!r:.40} is no amount of money", where,
            "write euros with at most two decimals, e.g. 1234,56",
        )  # fmt: skip
    try:
        value = int(Decimal(raw) * 100)
    except (InvalidOperation, ValueError):
        value = LARGEST + 1
    if abs(value) > LARGEST:
        raise InputError("money-kind", "the amount is far too large", where, "check amount and unit")
    return value


def euros(value: int) -> str:
    """Whole cents as plain EUR text, for files.

    >>> euros(123456), euros(-5)
    ('1234.56', '-0.05')
    """
    return f"{'-' if value < 0 else ''}{abs(value) // 100}.{abs(value) % 100:02d}"


def whole(value: float, factor: int) -> int:
    """A float in t or EUR as whole kg or cents (half to even), through its shortest decimal text.

    >>> whole(0.285, 100), whole(1.0005, 1000)
    (28, 1000)
    """
    return int((Decimal(repr(float(value))) * factor).to_integral_value())


def apportion(total: int, weights: Mapping[str, int | float | Fraction]) -> dict[str, int]:
    """A whole amount split by weights ≥ 0, closing exactly (largest remainders, ties in the order of the weights).

    part_i = floor(total·w_i/Σw) and one more for the largest remainders; a negative total is split like its
    absolute value. Exact arithmetic. InputError `share-weights` for negative or only zero weights.

    >>> apportion(100, {"a": 1, "b": 1, "c": 1}), apportion(-1, {"a": 1, "b": 2})
    ({'a': 34, 'b': 33, 'c': 33}, {'a': 0, 'b': -1})
    """
    exact = {name: Fraction(w) for name, w in weights.items()}
    size = sum(exact.values(), Fraction(0))
    if not exact or size <= 0 or any(w < 0 for w in exact.values()):
        raise InputError("share-weights", "the weights must be 0 or more and not all 0", "", "choose another key")
    sign = -1 if total < 0 else 1
    parts = {name: abs(total) * w / size for name, w in exact.items()}
    out = {name: floor(part) for name, part in parts.items()}
    left = abs(total) - sum(out.values())
    for name in sorted(parts, key=lambda n: out[n] - parts[n])[:left]:
        out[name] += 1
    return {name: sign * value for name, value in out.items()}


def close(parts: Mapping[str, float], total: int, rest: str) -> dict[str, int]:
    """Parts (floats) as whole numbers that sum to `total`: rounded, and what is left over goes to `rest`.

    >>> close({"a": 1.6, "b": -0.7, "rest": 0.2}, 1, "rest")
    {'a': 2, 'b': -1, 'rest': 0}
    """
    out = {name: round(value) for name, value in parts.items()}
    out[rest] = total - sum(value for name, value in out.items() if name != rest)
    return out
