"""Reading a written plan back: results.json and instance.json of a folder, also of older versions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from stadtland.base import json_file, strict
from stadtland.base.errors import InputError

SCHEMAS = ("stadtland/results/1",)


def results(place: Path) -> dict[str, Any]:
    """results.json of a folder (or the file itself), migrated in memory; the file is never rewritten.

    InputError `file-missing`, `json-syntax`, `results-schema`.
    """
    path = place / "results.json" if place.is_dir() else place
    found = dict(strict.mapping(json_file.read(path, finite=True), str(path)))
    if found.get("schema") not in SCHEMAS:
        raise InputError(
            "results-schema",
            f"the results are of schema {found.get('schema')!r}, known: {', '.join(SCHEMAS)}",
            str(path),
            "compute the plan again with stadtland plan",
        )
    return found


def instance(place: Path) -> dict[str, Any]:
    """instance.json of a folder (or an instance file itself)."""
    path = place / "instance.json" if place.is_dir() else place
    return dict(strict.mapping(json_file.read(path, finite=True), str(path)))
