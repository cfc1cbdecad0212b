"""TOML with errors that name file, line and cure."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from .errors import InputError
from .files import read_text


def read(path: Path) -> dict[str, Any]:
    """The table in a TOML file; InputError `file-*` if it cannot be read or parsed."""
    try:
        return tomllib.loads(read_text(path, "a TOML file"))
    except tomllib.TOMLDecodeError as error:
        raise InputError(
            "toml-syntax", str(error), str(path), "mend the named line; texts need quotes, lists need ]"
        ) from None
