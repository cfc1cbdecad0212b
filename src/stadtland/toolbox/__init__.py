"""The toolbox: measures with effect, cost, potential and sources, and what each member could reach."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .assess import Potential, Potentials, potential, potentials
    from .cards import listing, show
    from .model import Measure, Parameter, Plan
    from .reading import catalogue, get, parameter, sources
    from .review import Finding, check_catalogue, evidence_counts

_HOMES = {
    "catalogue": "reading",
    "get": "reading",
    "parameter": "reading",
    "sources": "reading",
    "Measure": "model",
    "Parameter": "model",
    "Plan": "model",
    "Potential": "assess",
    "Potentials": "assess",
    "potential": "assess",
    "potentials": "assess",
    "listing": "cards",
    "show": "cards",
    "Finding": "review",
    "check_catalogue": "review",
    "evidence_counts": "review",
}
__all__ = [
    "Finding", "Measure", "Parameter", "Plan", "Potential", "Potentials", "catalogue", "check_catalogue",
    "evidence_counts", "get", "listing", "parameter", "potential", "potentials", "show",
    "sources",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    """Loads a public name on first use, so importing the package costs nothing."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f".{_HOMES[name]}", __name__), name)
