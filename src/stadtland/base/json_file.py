"""JSON files of users, read strictly: a key that stands twice is an error, not a lost value."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from .errors import InputError
from .files import read_text


def read(path: Path, finite: bool = False) -> Any:
    """The value in a JSON file.

    NaN and Infinity pass, so that the reader of the content can name their place, unless `finite`. InputError
    `file-*`, `json-syntax`, `number-finite`, and `duplicate-key` for a key that stands twice in one object.
    """

    def table(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        seen: dict[str, Any] = {}
        for key, value in pairs:
            if key in seen:
                raise InputError(
                    "duplicate-key", f"the key {key!r:.60} stands twice in one object", str(path), "keep one"
                )
            seen[key] = value
        return seen

    def constant(word: str) -> float:
        if finite:
            raise InputError("number-finite", f"{word} is not a number", str(path), "leave the key out if not known")
        return float(word)

    text = read_text(path, "a JSON file")
    try:
        return json.loads(text, object_pairs_hook=table, parse_constant=constant)
    except json.JSONDecodeError as error:
        where = f"{path}: line {error.lineno}, column {error.colno}"
        raise InputError(
            "json-syntax", error.msg, where, "mend the named place; no comma after the last item"
        ) from None
    except RecursionError:
        raise InputError("json-syntax", "the file is nested too deeply", str(path), "check the brackets") from None
    except ValueError as error:  # a number of thousands of digits
        raise InputError("json-syntax", str(error), str(path), "mend the named number") from None
