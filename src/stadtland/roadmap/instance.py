"""INSTANCE.json as typed objects: the small programme without municipal data (see docs/reference/instance.md)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .reading import Floats

SCHEMA = "stadtland/instance/1"
CLASSES = ("supply", "process", "land", "removal", "adaptation", "enabling")
CAP_KINDS = ("net", "gross", "bisko", "partnership", "cumulative")


@dataclass(frozen=True)
class Legacy:
    """What stands in the first year: `left` GWh a year that it can still deliver, `ef` kt/GWh, `cost` M EUR/GWh.

    `write_off`: M EUR for a GWh a year that could still be delivered and is not; `final`: what is retired stays away.
    """

    left: Floats
    ef: Floats
    cost: Floats
    write_off: Floats
    final: bool = False


@dataclass(frozen=True)
class Service:
    """A service of one member: `demand` in GWh (or another service unit) a year, shape (years,).

    With `slices` (name → share of the demand) it is a carrier that is balanced in each of them; `loss` is the share of
    what is fed in that never arrives.
    """

    id: str
    member: str
    demand: Floats
    legacy: Legacy | None
    slices: dict[str, float] = field(default_factory=dict)
    loss: float = 0.0


@dataclass(frozen=True)
class Measure:
    """A measure of one member; arrays have shape (years,), `kernel` is by age, `lock` by index of the year."""

    id: str
    member: str
    kind: str
    service: str | None
    per_unit: float
    share_of_rest: float | None
    demand_side: bool
    potential: Floats
    ramp: float | None
    growth: float | None
    seed: float
    capex: Floats
    opex: Floats
    lifetime: int | None
    ef: Floats
    electricity: dict[str, Floats]
    land: dict[str, float]
    t_per_unit: float
    kernel: Floats | None
    buffer: float
    lock: dict[int, float]
    uses: dict[str, float]
    line: str | None
    reference: bool
    service_slices: dict[str, float] = field(default_factory=dict)
    labour: dict[str, float] = field(default_factory=dict)
    public_share: float = 0.0
    land_to: dict[str, float] = field(default_factory=dict)
    layer: str | None = None
    reversal: float = 0.0
    cover: dict[str, float] = field(default_factory=dict)
    delivers: dict[str, float] = field(default_factory=dict)
    lump: float | None = None

    @property
    def never_falls(self) -> bool:
        """Area in a practice never leaves it: standing never falls and renewal is forced."""
        return self.kind in ("land", "removal") or self.kernel is not None

    @property
    def no_exit(self) -> bool:
        """Standing never falls (area in a practice, or no lifetime)."""
        return self.never_falls or self.lifetime is None


@dataclass(frozen=True)
class Electricity:
    """Balance by slice: arrays of shape (slices, years); demand by member GWh, prices M EUR/GWh, ef kt/GWh."""

    slices: tuple[str, ...]
    demand: dict[str, Floats]
    import_price: Floats
    export_price: Floats
    ef: Floats
    credit: str


@dataclass(frozen=True)
class ConversionCap:
    """Σ kha a unit × standing of the named measures ≤ `kha` of the member in every year (food floor)."""

    member: str
    measures: dict[str, float]
    kha: Floats


@dataclass(frozen=True)
class Labour:
    """Skilled labour of one trade: `pool` FTE-years a year by member; `open_pool` belongs to nobody (label off)."""

    trade: str
    pool: dict[str, Floats]
    open_pool: Floats | None


@dataclass(frozen=True)
class MunicipalBudget:
    """Money the municipalities can invest, M EUR a year by member; `pooled`: one row for all of them."""

    limit: dict[str, Floats]
    pooled: bool


@dataclass(frozen=True)
class Need:
    """Protection one member needs against a hazard, in additive units; `need` None: unknown, enters nothing.

    `kind` sum: physical units; share: `need` holds −ln(1−e) of the reduction e. `price` M EUR a unit not covered and
    year. `upstream`: member → part of its cover that arrives here.
    """

    id: str
    member: str
    indicator: str
    unit: str
    kind: str
    need: Floats | None
    price: Floats
    upstream: dict[str, float]


@dataclass(frozen=True)
class RegionalDemand:
    """What members need and any member can deliver (compensation land, retention …); `price` of buying it outside."""

    id: str
    unit: str
    demand: dict[str, Floats]
    price: Floats


@dataclass(frozen=True)
class Instance:
    """A checked instance; `source` is the document it was read from."""

    years: tuple[int, ...]
    discount: float
    members: tuple[str, ...]
    services: tuple[Service, ...]
    measures: tuple[Measure, ...]
    land: dict[str, dict[str, Floats]]
    rest_kt: dict[str, Floats]
    rest_bisko_kt: dict[str, Floats]
    lulucf_kt: dict[str, Floats]
    caps: dict[str, dict[str, Floats]]
    backstop: Floats | None
    slack_gross: Floats | None
    slack_unserved: Floats
    electricity: Electricity | None
    lines_kt: dict[str, dict[str, Floats]]
    conversion_caps: tuple[ConversionCap, ...]
    spending: dict[str, float]
    labour: tuple[Labour, ...]
    municipal_budget: MunicipalBudget | None
    needs: tuple[Need, ...]
    regional: tuple[RegionalDemand, ...]
    periods: tuple[int, ...]
    source: dict[str, Any] = field(repr=False, compare=False)

    @property
    def factors(self) -> Floats:
        """Discount factors (1+discount)^−(t − first year), shape (years,)."""
        return np.asarray((1.0 + self.discount) ** -np.arange(len(self.years), dtype=np.float64))


def annuity(rate: float, lifetime: int) -> float:
    """Share of capex paid in each of L years, first in the year of installation: r/(1−(1+r)^−L); 1/L at 0.

    >>> round(annuity(0.02, 14), 6)
    0.082602
    """
    return 1.0 / lifetime if rate == 0 else float(rate / -np.expm1(-lifetime * np.log1p(rate)))
