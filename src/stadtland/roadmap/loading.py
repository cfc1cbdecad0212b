"""Reading an instance: parsed, then checked for contradictory locks."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from . import parse
from .instance import Instance
from .locks import check_locks


def load(source: Mapping[str, Any] | str | Path) -> Instance:
    """Read and check an instance from a mapping or a JSON file.

    Strict: unknown keys, wrong types, lists of another length, negative or non-finite numbers, unknown references and
    contradictory locks are `InputError` with code, path (`measures[3].capex`) and cure. Codes:
    docs/reference/instance.md.
    """
    instance = parse.parse(source)
    check_locks(instance)
    return instance
