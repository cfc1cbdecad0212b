"""Texts of the exports in both languages; content/inventory/exports."""

from __future__ import annotations

import csv
from functools import cache
from typing import Any

from stadtland.base import content, toml

LANGUAGES = ("de", "en")


@cache
def table(name: str) -> list[dict[str, str]]:
    """Rows of a CSV of the exports, e.g. `gpc`."""
    with content.path("inventory", "exports", f"{name}.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


@cache
def tables(name: str) -> dict[str, Any]:
    """A TOML of the exports, e.g. `secap`."""
    return toml.read(content.path("inventory", "exports", f"{name}.toml"))


def say(id: str, **params: Any) -> dict[str, str]:
    """The text `id` as {de, en} with parameters; KeyError for an unknown id or parameter."""
    entry = tables("texts")[id]
    return {lang: str(entry[lang]).format(**params) for lang in LANGUAGES}


def both(entry: dict[str, Any]) -> dict[str, str]:
    """`de` and `en` of a content table."""
    return {lang: str(entry[lang]) for lang in LANGUAGES}
