"""Frozen weights of the estimate, read once from content/inventory/method.toml."""

from __future__ import annotations

from functools import cache
from typing import Any

from stadtland.base import content, toml


@cache
def weights() -> dict[str, Any]:
    """All weights; `version` names the set and is stored with every result."""
    return toml.read(content.path("inventory", "method.toml"))


def kreis_of(ags: str) -> str:
    """Kreis key of a municipality code; Kreise merged since 2015 share one key.

    >>> kreis_of("14729410"), kreis_of("16056000") ('14729', '16063')
    """
    codes: dict[str, str] = weights()["kreis_merge"]["codes"]
    return codes.get(ags[:5], ags[:5])
