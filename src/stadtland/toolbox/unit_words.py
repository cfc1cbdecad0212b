"""Units of protection, exposure and measures in words a reader knows."""

from __future__ import annotations

from functools import cache

from stadtland.base import content, toml


@cache
def _table() -> dict[str, dict[str, str]]:
    return toml.read(content.path("toolbox", "units.toml"))


@cache
def _figures() -> dict[str, dict[str, str]]:
    return toml.read(content.path("toolbox", "figures.toml"))


def figure_words(figure: str, lang: str) -> str:
    """A figure in words; its id where no entry exists.

    >>> figure_words("livestock.cows", "en"), figure_words("x.y", "de")
    ('dairy cows', 'x.y')
    """
    return str(_figures().get(figure, {}).get(lang, figure))


def unit_words(unit: str, lang: str) -> str:
    """A unit in words; the unit itself where no entry exists.

    >>> unit_words("m3 per ha", "de"), unit_words("K", "en")
    ('m³ je ha', 'K')
    """
    return str(_table().get(unit, {}).get(lang, unit))
