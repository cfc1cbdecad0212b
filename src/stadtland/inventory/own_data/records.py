"""Own figures as records: one per member, figure, part and year, with state, quality and who is responsible."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

MIN_HOLDINGS = 3
MAX_SHARE = 50.0  # %


class Key(NamedTuple):
    """What a record speaks of; `part` is empty except for meters."""

    ags: str
    dataset: str
    id: str
    part: str
    year: int


@dataclass(frozen=True)
class Record:
    """An own figure as entered: value in `unit`, state, owner (own or confirmed_zero), source, grade, role.

    `high` (in `unit`): upper end of a rounded zero. Farm figures: `holdings`, `largest_share` (%), `published`.
    Meters: `complete`. `default`: our estimate beside it, in the unit of the field, with the method's version.
    A value of None has a state that says why; it replaces nothing.
    """

    value: float | None
    unit: str
    state: str
    owner: str
    source: str
    data_quality: str
    role: str
    note: str = ""
    high: float | None = None
    holdings: float | None = None
    largest_share: float | None = None
    published: bool | None = None
    complete: bool | None = None
    default: float | None = None
    default_unit: str = ""
    default_version: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Plain values; what is not set is left out."""
        empty = (None, "")
        return {k: v for k, v in asdict(self).items() if v not in empty or k in ("value", "unit") or v is False}

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> Record:
        """The record of `as_dict`; TypeError or KeyError for unknown or missing keys."""
        return cls(**dict(raw))

    def same(self, other: Record | None) -> bool:
        """Whether both state the same; the default beside does not count."""
        if other is None:
            return False
        drop = ("default", "default_unit", "default_version")
        one, two = asdict(self), asdict(other)
        return all(one[k] == two[k] for k in one if k not in drop)


def secret(record: Record) -> bool:
    """Whether a farm figure is secret by itself: few holdings, a dominant one, or either not stated."""
    if not record.value or record.published:
        return False
    few = record.holdings is None or record.holdings < MIN_HOLDINGS
    return few or record.largest_share is None or record.largest_share > MAX_SHARE


State = dict[Key, Record]


class Defaults(NamedTuple):
    """Our estimates: (ags, field id) → value in the unit of the field; version of the method."""

    values: Mapping[tuple[str, str], float]
    version: str
