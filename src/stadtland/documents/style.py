"""The palette and the fonts, shared by page, PDF and charts."""

from __future__ import annotations

from functools import cache
from typing import Any

from stadtland.base import content, toml

FONT = "Fira Sans"
WEIGHTS = (("FiraSans-Regular.ttf", 400), ("FiraSans-Medium.ttf", 500), ("FiraSans-SemiBold.ttf", 600))


@cache
def palette() -> dict[str, Any]:
    """Colours by name, from `content/report/style.toml`."""
    return toml.read(content.path("report", "style.toml"))


def fonts() -> str:
    """The folder of the shipped fonts."""
    return str(content.path("fonts"))
