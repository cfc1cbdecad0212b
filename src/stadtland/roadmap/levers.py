"""Levers: what a scenario or a partnership file changes in a plan, apart from its facts.

One table `[levers]` (partnership file) or a scenario file holds them. Factors multiply the central value; a lever that
is left out changes nothing. docs/reference/scenario.md lists the keys.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from stadtland.base import strict
from stadtland.base.errors import InputError

if TYPE_CHECKING:
    from .case import Case

TARGETS = ("both", "own", "joint", "projection", "none")
MEASURES = ("all", "reference", "named")
KEYS = (
    "targets", "measures", "include_evidence_c", "land_share", "spending_eur", "spending_share", "price", "cost",
    "potential", "start", "only", "exclude", "target",
)  # fmt: skip
PRICE_GROUPS = {
    "fossil": ("gas_household", "gas_industry", "oil", "car_fuel", "truck_fuel", "bus_fuel", "machine_fuel"),
    "power": ("electricity",),
}


@dataclass(frozen=True)
class Levers:
    """Levers of a run; every default changes nothing.

    `targets`: which caps bind (both own and joint; one of them; the projection under present policy; none).
    `measures`: all, reference (like for like only) or named (only `only`). `land_share`: share of each land class the
    plan may use. `spending_eur`: most the plan may spend above like-for-like replacement, present value, of all
    members;
    `spending_share`: the same as a share of what the plan without the limit spends. `price`, `cost`, `potential`:
    factors by price series (or group), by measure (capex and opex), by measure or measure and member. `start`: first
    year in which a measure may enter. `target`: other targets by member or `joint`, as in the partnership file.
    """

    targets: str = "both"
    measures: str = "all"
    include_evidence_c: bool | None = None
    land_share: float | None = None
    spending_eur: float | None = None
    spending_share: float | None = None
    price: Mapping[str, float] = field(default_factory=dict)
    cost: Mapping[str, float] = field(default_factory=dict)
    potential: Mapping[str, float | Mapping[str, float]] = field(default_factory=dict)
    start: Mapping[str, int] = field(default_factory=dict)
    only: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    target: Mapping[str, Any] = field(default_factory=dict)

    def told(self) -> dict[str, Any]:
        """The levers that are set, as plain data for results.json."""
        found: dict[str, Any] = {}
        for name in KEYS:
            value = getattr(self, name)
            if value != getattr(NONE, name):
                found[name] = list(value) if isinstance(value, tuple) else value
        found.pop("target", None)
        if self.target:
            found["target"] = sorted(self.target)
        return found


NONE = Levers()


def parse(table: Any, where: str, ags: set[str]) -> Levers:
    """Levers from a table; InputError `key-unknown`, `word-unknown`, `number-*`, `levers-*` with place and cure."""
    strict.keys(strict.mapping(table, where), KEYS, where)
    values: dict[str, Any] = {}
    for name, words in (("targets", TARGETS), ("measures", MEASURES)):
        if name in table:
            values[name] = strict.one_of(table[name], words, f"{where}.{name}")
    if "include_evidence_c" in table:
        if not isinstance(table["include_evidence_c"], bool):
            raise InputError(
                "bool-kind", "include_evidence_c must be true or false", f"{where}.include_evidence_c", "write true"
            )
        values["include_evidence_c"] = table["include_evidence_c"]
    for name, high in (("land_share", 1.0), ("spending_eur", 1e13), ("spending_share", 10.0)):
        if name in table:
            values[name] = strict.finite(table[name], f"{where}.{name}", 0.0, high)
    if "spending_eur" in values and "spending_share" in values:
        raise InputError("levers-twice", "spending is limited twice", where, "keep spending_eur or spending_share")
    for name in ("price", "cost"):
        rows = strict.mapping(table.get(name, {}), f"{where}.{name}")
        values[name] = {k: strict.finite(v, f"{where}.{name}.{k}", 0.0, 100.0) for k, v in rows.items()}
    values["potential"] = _potential(table.get("potential", {}), f"{where}.potential", ags)
    rows = strict.mapping(table.get("start", {}), f"{where}.start")
    values["start"] = {k: int(strict.finite(v, f"{where}.start.{k}", 2026, 2055)) for k, v in rows.items()}
    for name in ("only", "exclude"):
        values[name] = _names(table.get(name, []), f"{where}.{name}")
    if values.get("measures") == "named" and not values["only"]:
        raise InputError("levers-only", 'measures = "named" needs the list only', where, 'write only = ["A01"]')
    both = sorted(set(values["only"]) & set(values["exclude"]))
    if both:
        raise InputError("levers-twice", f"{both[0]} is named in only and in exclude", where, "keep one of them")
    values["target"] = _targets(table.get("target", {}), f"{where}.target", ags)
    return Levers(**values)


def _names(value: Any, where: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(x, str) for x in value):
        raise InputError("exclude-list", "a list of measure ids is needed", where, 'write ["E06", "M01"]')
    return tuple(value)


def _potential(table: Any, where: str, ags: set[str]) -> dict[str, float | dict[str, float]]:
    found: dict[str, float | dict[str, float]] = {}
    for mid, value in strict.mapping(table, where).items():
        if isinstance(value, Mapping):
            strict.keys(value, ags, f"{where}.{mid}")
            found[mid] = {k: strict.finite(v, f"{where}.{mid}.{k}", 0.0, 1000.0) for k, v in value.items()}
        else:
            found[mid] = strict.finite(value, f"{where}.{mid}", 0.0, 1000.0)
    return found


def _targets(table: Any, where: str, ags: set[str]) -> dict[str, Any]:
    from .partnership import read_target

    strict.keys(strict.mapping(table, where), (*ags, "joint"), where)
    return {k: read_target(v, f"{where}.{k}") for k, v in table.items()}


def join(first: Levers, second: Levers) -> Levers:
    """Levers of a partnership file and of a scenario together; what the scenario sets wins."""
    values: dict[str, Any] = {}
    for name in KEYS:
        a, b = getattr(first, name), getattr(second, name)
        if isinstance(a, Mapping):
            values[name] = {**a, **b}
        elif isinstance(a, tuple):
            values[name] = tuple(dict.fromkeys([*a, *b]))
        else:
            values[name] = a if b == getattr(NONE, name) else b
    if values["spending_eur"] is not None and values["spending_share"] is not None:
        values["spending_eur" if second.spending_share is not None else "spending_share"] = None
    return Levers(**values)


def check_measures(levers: Levers, known: Mapping[str, Any]) -> None:
    """InputError `measure-unknown` for a lever on a measure the catalogue does not have."""
    import difflib

    for name in ("cost", "potential", "start", "only", "exclude"):
        for mid in getattr(levers, name):
            if mid not in known:
                near = difflib.get_close_matches(mid, known, 1)
                cure = f"did you mean {near[0]!r}?" if near else "see stadtland measures list"
                raise InputError("measure-unknown", f"there is no measure {mid!r}", f"levers.{name}", cure)


def adjust(case: Case) -> Case:
    """The case with changed prices: the outlook and what follows from it."""
    from .system import system

    levers = case.partnership.levers
    check_measures(levers, case.catalogue)
    if levers.measures == "named":
        for ags, rows in case.partnership.locks.items():
            for mid, years in rows.items():
                if mid not in levers.only and any(years.values()):
                    raise InputError(
                        "lock-contradiction",
                        f"{mid} is locked in for {ags}, but only {', '.join(levers.only)} may be used",
                        "locks",
                        "add the measure to only or remove the lock",
                    )
    if not levers.price:
        return case
    prices = dict(case.outlook.prices)
    for name, factor in levers.price.items():
        names = [n for n in PRICE_GROUPS.get(name, (name,)) if n in prices]
        if not names:
            known = ", ".join([*PRICE_GROUPS, *sorted(prices)])
            raise InputError("price-unknown", f"there is no price {name!r}", "levers.price", f"known: {known}")
        for n in names:
            prices[n] = prices[n] * factor
    view = replace(case.outlook, prices=prices)
    systems = tuple(system(a, case.blocks[a], view, case.like) for a in case.ags)
    return replace(case, outlook=view, systems=systems)


def document(doc: dict[str, Any], levers: Levers) -> dict[str, Any]:
    """The instance document with the levers on measures and land applied; a new document where anything changes."""
    rows = []
    for row in doc["measures"]:
        base, _, ags = row["id"].partition("@")
        if not row.get("reference"):
            if levers.measures == "reference" or base in levers.exclude:
                continue
            if levers.measures == "named" and base not in levers.only:
                continue
        rows.append(_row(row, base, ags, levers, doc["years"]))
    land = doc.get("land", {})
    if levers.land_share is not None:
        land = {a: {c: _times(v, levers.land_share) for c, v in classes.items()} for a, classes in land.items()}
    return {**doc, "measures": rows, "land": land}


def _times(value: Any, factor: float) -> Any:
    return [v * factor for v in value] if isinstance(value, list) else value * factor


def _row(row: dict[str, Any], base: str, ags: str, levers: Levers, years: Any) -> dict[str, Any]:
    new = dict(row)
    if base in levers.cost:
        for name in ("capex", "opex"):
            if name in new:
                new[name] = _times(new[name], levers.cost[base])
    factor = levers.potential.get(base)
    if isinstance(factor, Mapping):
        factor = factor.get(ags)
    if factor is not None and "potential" in new:
        new["potential"] = _times(new["potential"], float(factor))
        if isinstance(new.get("ramp"), float):
            new["ramp"] = new["ramp"] * float(factor)
    if base in levers.start and "potential" in new:
        n = years[1] - years[0] + 1
        most = np.broadcast_to(np.asarray(new["potential"], dtype=float), (n,)).copy()
        most[: max(0, levers.start[base] - years[0])] = 0.0
        new["potential"] = [float(v) for v in most]
    return new
