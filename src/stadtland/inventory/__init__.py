"""Inventory: joint balance of members by line, from drivers and a calibration over all municipalities.

Everything is loaded on first use, so that importing the room costs nothing. `calibrate` and `estimate` are
in the modules of the same names.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .balance import accounts, decision_ready, quality, ranges, sectors, share_d, sigmas, views
    from .calibration import Calibration
    from .estimate import Estimate
    from .inventory import Inventory, build
    from .lines import LINES
    from .output import flags, label, table, to_dict
    from .published import reality

_HOME = {
    "accounts": "balance",
    "decision_ready": "balance",
    "quality": "balance",
    "ranges": "balance",
    "sectors": "balance",
    "share_d": "balance",
    "sigmas": "balance",
    "views": "balance",
    "Calibration": "calibration",
    "Estimate": "estimate",
    "Inventory": "inventory",
    "build": "inventory",
    "LINES": "lines",
    "flags": "output",
    "label": "output",
    "reality": "published",
    "table": "output",
    "to_dict": "output",
}
__all__ = [
    "LINES",
    "Calibration",
    "Estimate",
    "Inventory",
    "accounts",
    "build",
    "decision_ready",
    "flags",
    "label",
    "quality",
    "ranges",
    "reality",
    "sectors",
    "share_d",
    "sigmas",
    "table",
    "to_dict",
    "views",
]


def __getattr__(name: str) -> Any:
    if name in _HOME:
        value = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
        globals()[name] = value  # the name wins over the submodule of the same name
        return value
    raise AttributeError(name)
