"""What a member can bring: datasets with their fields, units and columns (content/inventory/own_data)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any

from stadtland.base import content, toml

from ..lines import ENERGY_LINES, carrier

SCHEMA = "own-data/1"


@dataclass(frozen=True)
class Field:
    """One figure of a dataset. `line`: the inventory line it stands for; `sum_of`: fields that add up to it."""

    id: str
    dataset: str
    unit: str
    label: MappingProxyType[str, str]
    line: str | None = None
    sum_of: tuple[str, ...] = ()


@dataclass(frozen=True)
class Dataset:
    """One template. `parts`: several rows per figure; `secrecy`: farm figures; `template`: fields with own rows.

    `year`: fixed year of the data (a census).
    """

    id: str
    title: MappingProxyType[str, str]
    explain: MappingProxyType[str, str]
    improves: MappingProxyType[str, str]
    fields: tuple[Field, ...]
    parts: bool
    secrecy: bool
    template: tuple[str, ...]
    year: int | None = None

    def columns(self) -> tuple[str, ...]:
        """Keys of the columns of this template, in order."""
        have = {"parts": self.parts, "secrecy": self.secrecy}
        return tuple(k for k, c in columns().items() if "only" not in c or have[c["only"]])


def _table(name: str) -> dict[str, Any]:
    return toml.read(content.path("inventory", "own_data", f"{name}.toml"))


@cache
def columns() -> dict[str, dict[str, Any]]:
    """Columns of the templates: key → {title, explain, need, only}."""
    return _table("columns")


@cache
def datasets() -> dict[str, Dataset]:
    """All datasets by id, in the order of the content."""
    return {key: _dataset(key, entry) for key, entry in _table("datasets").items()}


def _both(entry: dict[str, str]) -> MappingProxyType[str, str]:
    return MappingProxyType({"de": entry["de"], "en": entry["en"]})


def _dataset(key: str, entry: dict[str, Any]) -> Dataset:
    if "field" in entry:
        fields = tuple(
            Field(f["id"], key, f["unit"], _both(f), f.get("line"), tuple(f.get("sum_of", ()))) for f in entry["field"]
        )
    else:
        from ..output import label

        names = ENERGY_LINES if entry.get("energy_lines") else tuple(entry["lines"])
        fields = tuple(
            Field(n, key, entry["unit"], MappingProxyType({k: label(n, k) for k in ("de", "en")}), n) for n in names
        )
    return Dataset(
        key,
        _both(entry["title"]),
        _both(entry["explain"]),
        _both(entry["improves"]),
        fields,
        bool(entry.get("parts")),
        bool(entry.get("secrecy")),
        tuple(entry.get("template", [f.id for f in fields])),
        entry.get("year"),
    )


@cache
def field(dataset: str, id: str) -> Field | None:
    """The field of a dataset, or None."""
    return next((f for f in datasets()[dataset].fields if f.id == id), None)


@cache
def home(id: str, parts: bool) -> str | None:
    """Dataset of a field id: with a column for parts the meters, else the one that has the id; None if unknown."""
    return next((d.id for d in datasets().values() if d.parts == parts and field(d.id, id)), None)


@cache
def all_ids() -> tuple[str, ...]:
    """All field ids."""
    return tuple(dict.fromkeys(f.id for d in datasets().values() for f in d.fields))


_PER_YEAR = re.compile(r"/(a|jahr|year)$")


def _plain(unit: str) -> str:
    text = re.sub(r"\s+", "", unit).casefold().replace("tsd.", "1000").replace("1.000", "1000")
    return _PER_YEAR.sub("", text)


@cache
def factor(field_unit: str, unit: str, gas: bool = False) -> float | None:
    """Factor from a written unit to the unit of the field; None if it does not fit.

    `gas`: the unit may be of upper heating value ("MWh Hs"); the factor then contains Hi/Hs = 0.9024.

    >>> factor("MWh", "GWh/a"), factor("MWh", "kWh"), factor("MWh", "t"), factor("MWh", "MWh Hs", True)
    (1000.0, 0.001, None, 0.9024)
    """
    table = _table("units")
    text = _plain(unit)
    for mark in ("(hs)", "_hs", "hs"):
        if field_unit == "MWh" and text.endswith(mark):
            found = table["MWh"].get(text.removesuffix(mark))
            return found * table["hs_to_hi"] if found is not None and gas else None
    for mark in ("(hi)", "_hi", "hi"):
        if field_unit == "MWh" and text.endswith(mark):
            text = text.removesuffix(mark)
            break
    found = table[field_unit].get(text)
    return None if found is None else float(found)


def is_gas(entry: Field) -> bool:
    """Whether the field is natural gas, billed by upper heating value."""
    return entry.id == "dh.fuel_gas" or (entry.line is not None and carrier(entry.line) in ("gas", "cng"))


def units_of(entry: Field) -> list[str]:
    """Units offered in the template for a field."""
    if entry.unit == "MWh":
        return ["MWh", "GWh", "kWh", "GJ", "TJ", *(["MWh Hs", "kWh Hs"] if is_gas(entry) else [])]
    return {
        "vehicle-km": ["vehicle-km", "1000 Fz-km", "Mio. Fz-km"],
        "ha": ["ha", "km²", "m²"],
        "g/kWh": ["g/kWh", "kg/MWh"],
    }.get(entry.unit, [entry.unit])
