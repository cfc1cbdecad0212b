"""`--help` in the reader's language: the English wording of the commands is the key of content/help/help.toml."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


def wordings(command: Any, path: str = "stadtland") -> Iterator[tuple[Any, str, str]]:
    """(object with a `help`, its path, its help in one line) of a command, its options and all its commands."""
    for thing, place in [(command, path), *((p, f"{path} {p.name}") for p in command.params)]:
        if getattr(thing, "help", None):
            yield thing, place, " ".join(thing.help.split())
    for name, inner in getattr(command, "commands", {}).items():
        yield from wordings(inner, f"{path} {name}")


def in_german(command: Any) -> None:
    """Replace every help text by its German wording; a text without one stays English."""
    from stadtland.base import content, toml

    table = toml.read(content.path("help", "help.toml"))
    for thing, _, english in wordings(command):
        thing.help = table.get(english, thing.help)
        if getattr(thing, "short_help", None):
            thing.short_help = None
