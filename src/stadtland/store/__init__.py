"""The only room with a database: models, migrations, triggers; no views."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .opening import Store, open_store

_HOMES = {"Store": "opening", "open_store": "opening"}
__all__ = ["Store", "open_store"]


def __getattr__(name: str) -> Any:
    """Loads a public name on first use; Django is only loaded then."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f".{_HOMES[name]}", __name__), name)
