"""Calibration: every sum over municipalities that one municipality cannot know, as plain numbers.

With it, the same formulas give the same result for one village as in a run over all municipalities.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stadtland.base import content
from stadtland.base.errors import InputError

from .sources import Drivers

Array = NDArray[np.float64]
SCHEMA = "stadtland/calibration/1"


@dataclass
class Calibration:
    """Sums, control totals and fitted multipliers of one base year.

    `national`: name → number. `vectors`: name → list (branches, carriers). `land`, `kreis`: name → array in
    the order of the codes. `control`: line group → national statistic (MWh or t CO2e). `closure`: line
    group → statistic / raw sum.
    """

    year: int
    version: str
    land_codes: tuple[str, ...]
    kreis_codes: tuple[str, ...]
    national: dict[str, float] = field(default_factory=dict)
    vectors: dict[str, Array] = field(default_factory=dict)
    land: dict[str, Array] = field(default_factory=dict)
    kreis: dict[str, Array] = field(default_factory=dict)
    control: dict[str, float] = field(default_factory=dict)
    closure: dict[str, float] = field(default_factory=dict)
    repairs: list[str] = field(default_factory=list)

    def limited(self, lands: list[str], kreise: list[str]) -> Calibration:
        """The same calibration for some Länder and Kreise only."""
        at_land = [self.land_codes.index(c) for c in lands]
        at_kreis = [self.kreis_codes.index(c) for c in kreise]
        return Calibration(
            self.year,
            self.version,
            tuple(lands),
            tuple(kreise),
            dict(self.national),
            dict(self.vectors),
            {k: v[at_land] for k, v in self.land.items()},
            {k: v[at_kreis] for k, v in self.kreis.items()},
            dict(self.control),
            dict(self.closure),
            list(self.repairs),
        )

    def to_json(self) -> str:
        """JSON with full precision (the numbers are multipliers, so nothing is rounded)."""
        plain: dict[str, Any] = {
            "schema": SCHEMA,
            "year": self.year,
            "version": self.version,
            "land_codes": list(self.land_codes),
            "kreis_codes": list(self.kreis_codes),
            "national": self.national,
            "control": self.control,
            "closure": self.closure,
            "repairs": self.repairs,
            **{n: {k: v.tolist() for k, v in getattr(self, n).items()} for n in ("vectors", "land", "kreis")},
        }
        return json.dumps(plain, sort_keys=True, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def from_json(text: str, where: str = "") -> Calibration:
    """Calibration from its JSON; InputError `calibration-format` if it is not one."""
    try:
        raw = json.loads(text)
        if raw["schema"] != SCHEMA:
            raise KeyError(raw["schema"])
        tables = {
            n: {k: np.array(v, dtype=np.float64) for k, v in raw[n].items()} for n in ("vectors", "land", "kreis")
        }
        return Calibration(
            raw["year"],
            raw["version"],
            tuple(raw["land_codes"]),
            tuple(raw["kreis_codes"]),
            raw["national"],
            tables["vectors"],
            tables["land"],
            tables["kreis"],
            raw["control"],
            raw["closure"],
            raw["repairs"],
        )
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(
            "calibration-format", f"this is no calibration: {error}", where, f"the schema is {SCHEMA}"
        ) from None


@cache
def bundled(year: int) -> Calibration:
    """The bundled calibration of a base year: Saxony, Kreise 14713 and 14729."""
    path: Path = content.path("inventory", f"calibration_{year}.json")
    return from_json(path.read_text(encoding="utf-8"), str(path))


class Frame:
    """Drivers joined with a calibration: `D` own figure, `K` Kreis, `L` Land, each [member]; `N` national
    number.
    """

    def __init__(self, drivers: Drivers, calibration: Calibration) -> None:
        self.drivers, self.calibration = drivers, calibration
        kreis = {k: i for i, k in enumerate(calibration.kreis_codes)}
        land = {c: i for i, c in enumerate(calibration.land_codes)}
        unknown = [a for a, k in zip(drivers.ags, drivers.kreis, strict=True) if k not in kreis or a[:2] not in land]
        if unknown:
            raise InputError(
                "calibration-region",
                f"the calibration does not cover {', '.join(unknown[:5])}",
                "ags",
                "give the folder of public data with --data",
            )
        self.kreis_at = np.array([kreis[k] for k in drivers.kreis], dtype=np.intp)
        self.land_at = np.array([land[a[:2]] for a in drivers.ags], dtype=np.intp)
        self.n = len(drivers.ags)

    def D(self, name: str) -> Array:
        """Own figure of each member."""
        return self.drivers.values[name]

    def K(self, name: str) -> Array:
        """Figure of the member's Kreis."""
        return self.calibration.kreis[name][self.kreis_at]

    def L(self, name: str) -> Array:
        """Figure of the member's Land."""
        return self.calibration.land[name][self.land_at]

    def N(self, name: str) -> float:
        """National number."""
        return self.calibration.national[name]

    def V(self, name: str) -> Array:
        """Vector over branches or carriers."""
        return self.calibration.vectors[name]

    def by_land(self, numbers: Array) -> Array:
        """Sum of a member array per Land [land]."""
        return np.bincount(self.land_at, numbers, len(self.calibration.land_codes)).astype(np.float64)

    def by_kreis(self, numbers: Array) -> Array:
        """Sum of a member array per Kreis [kreis]."""
        return np.bincount(self.kreis_at, numbers, len(self.calibration.kreis_codes)).astype(np.float64)
