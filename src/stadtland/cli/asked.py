"""Only what was asked for is built: a command tree with the one command named on the command line.

Building all commands costs more than most of them need; a name that is not known gets the whole tree, so that the
message can propose others.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from typing import Any

import typer


def command(app: typer.Typer, words: Sequence[str]) -> Any:
    """The command tree for these words.

    >>> list(command(typer.Typer(), []).commands)
    []
    """
    return typer.main.get_group(_pruned(app, [w for w in words if not w.startswith("-")], "--help" in words))


def _name(info: Any) -> str:
    return info.name or (info.callback.__name__.replace("_", "-") if info.callback else "")


def _pruned(app: typer.Typer, words: Sequence[str], whole: bool) -> typer.Typer:
    """A copy of the app with the named command or group; the app itself if none is named or known."""
    if not words:
        return app
    single = [c for c in app.registered_commands if _name(c) == words[0]]
    group = [g for g in app.registered_groups if g.name == words[0]]
    if not single and not group:
        return app
    small = copy(app)
    small.registered_commands = single
    small.registered_groups = [copy(g) for g in group]
    for info in small.registered_groups:
        if info.typer_instance is not None and not (whole and len(words) == 1):
            info.typer_instance = _pruned(info.typer_instance, words[1:], whole)
    return small
