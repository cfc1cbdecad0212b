"""Tables as TOML text: what the import writes into a folder of own measures."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any


def to_toml(table: Mapping[str, Any]) -> str:
    """A table as TOML; sub-tables become `[blocks]` at the first level and inline tables below.

    Values: texts, numbers, true and false, lists and tables. ValueError for anything else and for numbers that are not
    finite.

    >>> print(to_toml({"id": "X", "plan": {"a": 1.5, "b": {"de": "ä"}}}), end="")
    id = "X"
    <BLANKLINE>
    [plan]
    a = 1.5
    b = { de = "ä" }
    """
    plain = {k: v for k, v in table.items() if not _is_block(k, v)}
    lines = [f"{_key(k)} = {_value(v)}" for k, v in plain.items()]
    for key, value in table.items():
        if key in plain:
            continue
        lines += ["", f"[{_key(key)}]", *(f"{_key(k)} = {_value(v)}" for k, v in value.items())]
    return "\n".join(lines).lstrip("\n") + "\n"


def to_toml_deep(table: Mapping[str, Any]) -> str:
    """A table as TOML in which every table at the first level is a block, whatever it holds.

    >>> print(to_toml_deep({"own": {"catalogue": "1"}, "set": {"title": {"de": "ä"}}}), end="")
    [own]
    catalogue = "1"
    <BLANKLINE>
    [set]
    title = { de = "ä" }
    """
    blocks = [
        "\n".join([f"[{_key(k)}]", *(f"{_key(a)} = {_value(b)}" for a, b in v.items())]) for k, v in table.items()
    ]
    return "\n\n".join(blocks) + "\n"


def _is_block(key: str, value: Any) -> bool:
    return isinstance(value, Mapping) and not {"de", "en"} >= set(value) and key not in ("cobenefits",)


def _key(key: str) -> str:
    plain = key.replace("-", "").replace("_", "")
    return key if plain.isascii() and plain.isalnum() else _text(key)


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _value(value: Any) -> str:
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float) and math.isfinite(value):
        return repr(value)
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_value(v) for v in value) + "]"
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_key(k)} = {_value(v)}" for k, v in value.items()) + " }" if value else "{}"
    raise ValueError(f"{type(value).__name__} {value!r} has no place in a measure file")
