"""Existing inventories made comparable: read a table and a card, apply the 35 rules in order, show the bridge.

    card = harmonise.read_card(Path("card.toml"))
    reading = harmonise.read(raw, card)
    defaults, reason = harmonise.for_card(reading.ags, reading.year)
    result = harmonise.harmonise(reading.rows, card, reading.year, defaults, raw=raw)
    report = harmonise.to_dict(result)              # waterfall, rules, cells, memo
    harmonise.protocol_rows(report, "de")           # text rows for a document

Everything is loaded on first use.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .card import Card, from_dict
    from .card import read as read_card
    from .card import template as card_template
    from .chain import ORDER, Result, harmonise
    from .defaults import Defaults, for_card, from_estimate
    from .fingerprints import Recognition, recognise
    from .output import protocol_rows, to_dict, waterfall
    from .pair import Pair, bridge
    from .problems import TableError
    from .reading import Reading, read
    from .table import Row

_HOME = {
    "Card": "card", "from_dict": "card", "read_card": "card", "card_template": "card",
    "ORDER": "chain", "Result": "chain", "harmonise": "chain",
    "Defaults": "defaults", "for_card": "defaults", "from_estimate": "defaults",
    "Recognition": "fingerprints", "recognise": "fingerprints",
    "protocol_rows": "output", "to_dict": "output", "waterfall": "output",
    "Pair": "pair", "bridge": "pair", "TableError": "problems",
    "Reading": "reading", "read": "reading", "Row": "table",
}  # fmt: skip
__all__ = [
    "ORDER", "Card", "Defaults", "Pair", "Reading", "Recognition", "Result", "Row", "TableError", "bridge",
    "card_template", "for_card", "from_dict", "from_estimate", "harmonise", "protocol_rows", "read", "read_card",
    "recognise", "to_dict", "waterfall",
]  # fmt: skip
_RENAMED = {"read_card": "read", "card_template": "template"}


def __getattr__(name: str) -> Any:
    if name in _HOME:
        value = getattr(import_module(f"{__name__}.{_HOME[name]}"), _RENAMED.get(name, name))
        globals()[name] = value
        return value
    raise AttributeError(name)
