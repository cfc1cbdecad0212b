"""Canonical JSON: sorted keys, 10 significant digits, so equal results have equal bytes and one hash."""

from __future__ import annotations

import hashlib
import json
import math
from typing import Any

DIGITS = 10


def canonical(obj: Any) -> Any:
    """Plain JSON values with floats rounded to 10 significant digits (−0.0 becomes 0.0).

    Raises ValueError on NaN or infinity: a missing number is null, never NaN.
    """
    if isinstance(obj, dict):
        return {str(k): canonical(obj[k]) for k in sorted(obj, key=str)}
    if isinstance(obj, list | tuple):
        return [canonical(v) for v in obj]
    if isinstance(obj, bool) or obj is None or isinstance(obj, str | int):
        return obj
    if hasattr(obj, "tolist"):
        return canonical(obj.tolist())
    value = float(obj)
    if not math.isfinite(value):
        raise ValueError("a non-finite number cannot be stored; use null")
    rounded = float(f"{value:.{DIGITS}g}")
    return 0.0 if rounded == 0 else rounded


def dumps(obj: Any, indent: int | None = None) -> str:
    """Canonical JSON text, UTF-8, one trailing newline.

    >>> dumps({"b": 1, "a": 0.1 + 0.2})
    '{"a": 0.3, "b": 1}\\n'
    """
    return json.dumps(canonical(obj), ensure_ascii=False, allow_nan=False, indent=indent) + "\n"


def digest(obj: Any) -> str:
    """SHA-256 (hex) of the canonical text."""
    return hashlib.sha256(dumps(obj).encode()).hexdigest()
