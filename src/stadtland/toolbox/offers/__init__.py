"""Offers to land users per hectare, before any contract: payment, agreements, status, risks, exit, data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .in_words import sections, wording
    from .paying import offer, opportunity, payment, soils, terms

_HOMES = {
    "offer": "paying", "opportunity": "paying", "payment": "paying", "soils": "paying", "terms": "paying",
    "sections": "in_words", "wording": "in_words",
}  # fmt: skip
__all__ = ["offer", "opportunity", "payment", "sections", "soils", "terms", "wording"]


def __getattr__(name: str) -> Any:
    """Loads a public name on first use."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f".{_HOMES[name]}", __name__), name)
