"""The climate account as pure rules behind a Journal protocol, with an independent verifier."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .entry import Draft, Entry, Head
    from .journal import Conflict, Journal, MemoryJournal, MemoryRecords, Records

_HOMES = {
    "Draft": "entry", "Entry": "entry", "Head": "entry",
    "Conflict": "journal", "Journal": "journal", "MemoryJournal": "journal", "MemoryRecords": "journal",
    "Records": "journal",
}  # fmt: skip
__all__ = ["Conflict", "Draft", "Entry", "Head", "Journal", "MemoryJournal", "MemoryRecords", "Records"]


def __getattr__(name: str) -> Any:
    """Loads a public name on first use."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f".{_HOMES[name]}", __name__), name)
