"""What every potential function works with: figures and inventory lines of n members as arrays, and its
parameters."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stadtland.base import content, toml
from stadtland.base.errors import InputError

from ..model import Parameter
from ..reading import parameter

Array = NDArray[np.float64]
FOSSIL = ("gas", "oil", "lpg", "coal", "other")
QUALITIES = "ABCD"
LEVELS = 3  # low, central, high


@dataclass(frozen=True)
class Outcome:
    """What a function found: `values` (3, n) for low, central, high; NaN = base unknown.

    `quality` is the data quality of the base figure and the method together; `reasons` holds, per
    member, the id of
    the text that says why a potential is zero (empty where the general reason will do); `notes`, per member, the id
    of a sentence that always goes with the figure. `qualities`, per member, where they differ from `quality`.
    """

    values: Array
    quality: str
    reasons: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    qualities: list[str] = field(default_factory=list)


Function = Callable[["Base"], Outcome]


@dataclass(frozen=True)
class Entry:
    """A registered function with its unit and its one-line meaning."""

    name: str
    unit: str
    call: Function


REGISTRY: dict[str, Entry] = {}


def register(name: str, unit: str) -> Callable[[Function], Function]:
    """Enters a function under the name that measure files use."""

    def enter(call: Function) -> Function:
        if name in REGISTRY:
            raise ValueError(f"the potential {name} is registered twice")
        REGISTRY[name] = Entry(name, unit, call)
        return call

    return enter


@cache
def defaults() -> dict[str, dict[str, Any]]:
    """Default parameters by function, from `content/potentials.toml`; `common` holds for all."""
    return toml.read(content.path("potentials.toml"))


class Base:
    """Figures (n members each), inventory lines in MWh and parameters, as one function sees them."""

    def __init__(
        self,
        function: str,
        figures: Mapping[str, Any],
        lines: Mapping[str, Any],
        params: Mapping[str, Parameter],
        kinds: Sequence[str],
    ) -> None:
        self.function, self.kinds = function, list(kinds)
        self.size = len(self.kinds)
        self._figures, self._lines, self._params = figures, lines, params

    def figure(self, *ids: str) -> Array:
        """The first of the figures that a member has, shape (n,); NaN where it has none of them."""
        out = np.full(self.size, np.nan)
        for one in ids:
            if one in self._figures:
                found = np.asarray(self._figures[one], dtype=float).reshape(self.size)
                out = np.where(np.isnan(out), found, out)
        return out

    def line(self, name: str) -> Array:
        """Final energy of one inventory line, MWh, shape (n,); NaN where the inventory has no such line."""
        return np.asarray(self._lines.get(name, np.full(self.size, np.nan)), dtype=float).reshape(self.size)

    def lines(self, sector: str, carriers: Sequence[str] = FOSSIL) -> Array:
        """Sum over carriers of `sector.carrier`, MWh, shape (n,); NaN where no line is known."""
        parts = np.stack([self.line(f"{sector}.{carrier}") for carrier in carriers])
        known = ~np.isnan(parts).all(axis=0)
        return np.where(known, np.nansum(parts, axis=0), np.nan)

    def param(self, name: str) -> Array:
        """A parameter as column (3, 1) for low, central, high: the measure's own, else the default in
        content."""
        value = self._params.get(name)
        if value is None:
            table = defaults()
            raw = table.get(self.function, {}).get(name, table["common"].get(name))
            if raw is None:
                raise InputError(
                    "potential-param", f"the potential {self.function} needs the parameter {name!r}",
                    f"[potential] {self.function}", "give it under [potential] params",
                )  # fmt: skip
            value = parameter(raw)
        return np.array([[value.low], [value.central], [value.high]])

    def has(self, name: str) -> bool:
        """Whether the measure gives this parameter itself."""
        return name in self._params

    def share(self) -> Array:
        """The share of the base that could take part, (3, 1), 0–1; 1 where the measure names none."""
        return self.param("share") if self.has("share") else np.ones((LEVELS, 1))

    def is_city(self) -> NDArray[np.bool_]:
        """Which members are the city, shape (n,)."""
        return np.array([kind == "city" for kind in self.kinds])


def spread(values: Any, size: int) -> Array:
    """Values as (3, n), sorted from low to high (a parameter in a denominator turns the order round),
    never below 0."""
    full = np.broadcast_to(np.asarray(values, dtype=float), (LEVELS, size))
    return np.sort(np.maximum(full, 0.0), axis=0)
