"""TOML with errors that name file, line and cure."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from .errors import InputError


def read(path: Path) -> dict[str, Any]:
    """The table in a TOML file; InputError `file-*` if it cannot be read or parsed."""
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        raise InputError("file-missing", "the file does not exist", str(path), "check the path") from None
    except OSError as error:
        raise InputError("file-unreadable", f"the file cannot be read: {error.strerror}", str(path)) from None
    try:
        return tomllib.loads(raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise InputError(
            "file-encoding", f"the file is not UTF-8 (byte {error.start})", str(path), "save the file as UTF-8"
        ) from None
    except tomllib.TOMLDecodeError as error:
        raise InputError(
            "toml-syntax", str(error), str(path), "mend the named line; texts need quotes, lists need ]"
        ) from None
