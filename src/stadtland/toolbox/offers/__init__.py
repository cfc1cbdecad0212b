"""Offers to land users per hectare, before any contract: payment, agreements, status, risks, exit, data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .payment import offer, opportunity, payment, soils, terms
    from .wording import sections, wording

_HOMES = {
    "offer": "payment", "opportunity": "payment", "payment": "payment", "soils": "payment", "terms": "payment",
    "sections": "wording", "wording": "wording",
}  # fmt: skip
__all__ = ["offer", "opportunity", "payment", "sections", "soils", "terms", "wording"]


def __getattr__(name: str) -> Any:
    """Loads a public name on first use."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(f".{_HOMES[name]}", __name__), name)
    globals()[name] = value  # a function stays in front of the module of the same name
    return value
