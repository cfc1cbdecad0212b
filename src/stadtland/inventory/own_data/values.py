"""The value of a record in the unit of its field."""

from __future__ import annotations

from .catalogue import factor, field, is_gas
from .numbers import round15
from .records import Key, Record


def base_value(key: Key, record: Record) -> float | None:
    """The value in the unit of its field; None if there is no value."""
    entry = field(key.dataset, key.id)
    if record.value is None or entry is None:
        return None
    scale = factor(entry.unit, record.unit, is_gas(entry))
    return round15(record.value * scale) if scale is not None else None
