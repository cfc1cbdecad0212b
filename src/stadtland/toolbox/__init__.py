"""The toolbox: measures with effect, cost, potential and sources, and what each member could reach."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .assess import Potential, Potentials, potential, potentials
    from .model import Measure, Parameter, Plan
    from .reading import catalogue, get, parameter, rebuild_pack, sources

_HOMES = {
    "catalogue": "reading",
    "get": "reading",
    "parameter": "reading",
    "rebuild_pack": "reading",
    "sources": "reading",
    "Measure": "model",
    "Parameter": "model",
    "Plan": "model",
    "Potential": "assess",
    "Potentials": "assess",
    "potential": "assess",
    "potentials": "assess",
}
__all__ = [
    "Measure", "Parameter", "Plan", "Potential", "Potentials", "catalogue", "get", "parameter", "potential",
    "potentials", "rebuild_pack", "sources",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    """Loads a public name on first use, so importing the package costs nothing."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f".{_HOMES[name]}", __name__), name)
