"""Registry of the sources that figures, series and published values name."""

from __future__ import annotations

from functools import cache
from typing import Any

from stadtland.base import content, toml


@cache
def registry() -> dict[str, dict[str, Any]]:
    """All sources by id: `{title, publisher, year, url, licence}`."""
    return toml.read(content.path("sources_facts.toml"))


def cite(id: str) -> str:
    """One line of text for a source id, e.g. for a list of sources; KeyError for an unknown id."""
    entry = registry()[id]
    text = f"{entry['publisher']}: {entry['title']} ({entry['year']})"
    return f"{text}, {entry['url']}" if entry.get("url") else text
