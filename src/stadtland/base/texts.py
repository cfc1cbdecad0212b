"""Texts from content: every text has German and English; parameters are filled with formatted numbers.

Content: `content/texts/<area>.toml`, one table per id: `[id] de = "…{x}…" en = "…"`.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from . import content, toml


@cache
def _area(area: str) -> dict[str, dict[str, str]]:
    return toml.read(content.path("texts", f"{area}.toml"))


def text(key: str, lang: str, **params: Any) -> str:
    """The text `area.id` in `lang` with parameters filled; KeyError for an unknown id or a missing language."""
    area, _, name = key.partition(".")
    return _area(area)[name][lang].format(**params)


def areas() -> list[str]:
    """All areas of texts, for the completeness test."""
    return sorted(p.stem for p in content.path("texts").glob("*.toml"))
