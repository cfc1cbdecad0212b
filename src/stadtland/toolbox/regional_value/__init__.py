"""Regional value by stage, drinking water and biodiversity of a measure: what stays in the region besides tonnes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .by_stage import from_turnover, stages
    from .services import biodiversity, drinking_water
    from .words import lines, value

_HOMES = {
    "biodiversity": "services", "drinking_water": "services", "from_turnover": "by_stage", "stages": "by_stage",
    "lines": "words", "value": "words",
}  # fmt: skip
__all__ = ["biodiversity", "drinking_water", "from_turnover", "lines", "stages", "value"]


def __getattr__(name: str) -> Any:
    """Loads a public name on first use."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f".{_HOMES[name]}", __name__), name)
