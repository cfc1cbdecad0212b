"""Ledgers: what each member has of every stock, what a selection of measures needs of it, and what is used twice.

A stock (a hectare of cropland, a cow, a tonne of manure) is given away once. A measure either *takes* a unit whole or
*covers* it and lets other practices happen on it. One hectare with several services is one use with several effects.

    needed = Σ takes + heaviest set of covers that exclude each other pairwise

The second term is the least that must lie side by side; covers that get along share the same units.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from stadtland.base import content, strict, toml
from stadtland.base.errors import InputError

from .interactions import bilingual

Selection = Mapping[str, Mapping[str, float]]  # AGS → measure → units
FARMLAND = "farmland"  # is booked on cropland and grassland by the member's own shares
QUALITIES = "ABCD"
_STOCK_KEYS = ("title", "unit", "kind", "base", "land", "service", "unit_of", "demand_side", "note", "ask")


@dataclass(frozen=True)
class Stock:
    """A stock of a member: title, unit, and where its base comes from."""

    id: str
    title: Mapping[str, str]
    unit: Mapping[str, str]
    kind: str
    figures: Mapping[str, float]
    potential_of: str | None
    land: str | None
    service: str | None
    unit_of: str | None
    demand_side: bool
    ask: Mapping[str, str] | None


@dataclass(frozen=True)
class Use:
    """Units of a stock that one unit of a measure takes or covers; covers of one `group` exclude each other."""

    takes: Mapping[str, float]
    covers: Mapping[str, float]
    group: str | None


@dataclass(frozen=True)
class Holding:
    """What a member has of a stock: low, central, high in the unit of the stock; None where no figure says it."""

    low: float | None
    central: float | None
    high: float | None
    data_quality: str
    missing: tuple[str, ...]


@dataclass(frozen=True)
class Booking:
    """One use: a measure, a stock, an amount, and all the effects this one use has."""

    ags: str
    measure: str
    stock: str
    mode: str
    amount: float
    effects: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True)
class Balance:
    """A stock of a member under a selection: needed against what is there; `state` fits, over, maybe_over, unknown."""

    ags: str
    stock: str
    unit: Mapping[str, str]
    needed: float
    holding: Holding
    excess: float | None
    state: str
    measures: tuple[str, ...]


@cache
def _content() -> tuple[dict[str, Stock], dict[str, Use]]:
    from .reading import catalogue

    return read(content.path("toolbox", "ledgers.toml"), catalogue())


def stocks() -> dict[str, Stock]:
    """All stocks by id."""
    return _content()[0]


def read(path: Path, measures: Mapping[str, Any]) -> tuple[dict[str, Stock], dict[str, Use]]:
    """Stocks and uses of a file; InputError names file, key and cure."""
    data = toml.read(path)
    strict.keys(data, ("stock", "use"), path.name, ("stock", "use"))
    found = {key: _stock(key, entry, f"{path.name}: stock.{key}", measures) for key, entry in data["stock"].items()}
    uses: dict[str, Use] = {}
    for key, entry in data["use"].items():
        where = f"{path.name}: use.{key}"
        strict.one_of(key, sorted(measures), where)
        strict.keys(strict.mapping(entry, where), ("takes", "covers", "group", "note"), where)
        parts = [_amounts(entry.get(mode, {}), f"{where}.{mode}", found) for mode in ("takes", "covers")]
        uses[key] = Use(parts[0], parts[1], entry.get("group"))
    return found, uses


def _stock(key: str, entry: Any, where: str, measures: Collection[str]) -> Stock:
    strict.keys(strict.mapping(entry, where), _STOCK_KEYS, where, ("title", "unit", "kind", "base"))
    base = strict.mapping(entry["base"], f"{where}.base")
    strict.keys(base, ("figures", "potential_of", "unknown"), f"{where}.base")
    if len(base) != 1:
        raise InputError(
            "ledger-base", "a stock has one base", f"{where}.base", "give figures, potential_of or unknown = true"
        )
    for name in (base.get("potential_of"), entry.get("unit_of")):
        if name is not None:
            strict.one_of(name, sorted(measures), where)
    if ("service" in entry) != ("unit_of" in entry):
        raise InputError("ledger-service", "service and unit_of belong together", where, "give both or neither")
    weights = {k: strict.finite(v, f"{where}.base.{k}", 0.0) for k, v in base.get("figures", {}).items()}
    return Stock(
        key, bilingual(entry["title"], f"{where}.title"), bilingual(entry["unit"], f"{where}.unit"),
        strict.one_of(entry["kind"], ("area", "stock"), where), weights, base.get("potential_of"), entry.get("land"),
        entry.get("service"), entry.get("unit_of"), bool(entry.get("demand_side", False)), entry.get("ask"),
    )  # fmt: skip


def _amounts(entry: Any, where: str, known: Collection[str]) -> dict[str, float]:
    table = strict.mapping(entry, where)
    for key in table:
        strict.one_of(key, [*known, FARMLAND], where)
    return {key: strict.finite(value, f"{where}.{key}", 0.0) for key, value in table.items()}


@cache
def use(measure_id: str) -> Use:
    """What one unit of a measure needs: its own entry, else the land of its plan; services (heat, car-km) always."""
    from .reading import get

    measure = get(measure_id)
    found, entries = _content()
    own = entries.get(measure_id)
    takes = dict(own.takes) if own else {}
    if own is None:
        for stock in found.values():
            area = measure.plan.land.get(stock.land) if stock.land else None  # type: ignore[call-overload]
            if area is not None and area.central > 0:
                takes[stock.id] = area.central
    for stock in found.values():
        if stock.service is None or measure.reference or measure.plan.service != stock.service or stock.unit_of is None:
            continue
        if measure.plan.demand_side and not stock.demand_side:
            continue
        per_unit, standard = measure.plan.service_per_unit, get(stock.unit_of).plan.service_per_unit
        if per_unit is not None and standard is not None:
            takes[stock.id] = per_unit.central / standard.central
    return Use(takes, own.covers if own else {}, own.group if own else None)


def holdings(member: Any, inventory: Any = None) -> dict[str, Holding]:
    """What a member has of every stock. A missing figure is unknown, never zero."""
    from .assess import figures_of, lines_of

    figures, kind = figures_of(member)
    lines = lines_of(member, inventory)
    return {key: _holding(stock, member, figures, lines, kind) for key, stock in stocks().items()}


def _holding(stock: Stock, member: Any, figures: Mapping[str, float], lines: Mapping[str, float], kind: str) -> Holding:
    if stock.potential_of is not None:
        return _whole_base(stock.potential_of, figures, lines, kind)
    if not stock.figures:
        return Holding(None, None, None, "D", (stock.id,))
    missing = tuple(k for k in stock.figures if math.isnan(figures.get(k, math.nan)))
    quality = max((_quality(member, k) for k in stock.figures), key=QUALITIES.index)
    if missing:
        return Holding(None, None, None, "D", missing)
    total = math.fsum(weight * figures[k] for k, weight in stock.figures.items())
    return Holding(total, total, total, quality, ())


def _quality(member: Any, figure: str) -> str:
    found = None if isinstance(member, Mapping) else member.figures.get(figure)
    return str(getattr(found, "data_quality", None) or "D")


def _whole_base(measure_id: str, figures: Mapping[str, float], lines: Mapping[str, float], kind: str) -> Holding:
    """The base of a potential function with share 1: everything that could ever take part."""
    import numpy as np

    from .assess import potentials
    from .reading import get

    measure = get(measure_id)
    spec = measure.potential.model_copy(update={"share": type(measure.cost.invest)(low=1.0, central=1.0, high=1.0)})
    whole = measure.model_copy(update={"potential": spec, "applies_to": ["city", "rural"]})
    found = potentials(
        whole, {k: np.array([v]) for k, v in figures.items()}, {k: np.array([v]) for k, v in lines.items()}, [kind]
    )
    if found.reasons[0] == "potential.no_data":
        return Holding(None, None, None, "D", (measure_id,))
    return Holding(float(found.low[0]), float(found.central[0]), float(found.high[0]), found.data_quality[0], ())


def check_selection(selection: Selection, codes: Collection[str]) -> None:
    """InputError for a member or measure that is not known, and for units that are not finite and ≥ 0."""
    from .reading import get

    for ags, chosen in selection.items():
        if ags not in codes:
            raise InputError(
                "selection-member", f"{ags!r} is not a member", "selection", "members: " + ", ".join(sorted(codes))
            )
        for measure_id, units in strict.mapping(chosen, f"selection: {ags}").items():
            get(measure_id)
            strict.finite(units, f"selection: {ags}.{measure_id}", 0.0)


def effects(measure_id: str) -> tuple[Mapping[str, Any], ...]:
    """All services of one unit: tonnes in their view, protection in its own unit, co-benefits as scores."""
    from .reading import get

    measure = get(measure_id)
    found: list[Mapping[str, Any]] = []
    if (measure.effect.low, measure.effect.high) != (0, 0):
        e = measure.effect
        found.append({"kind": "tonnes", "view": measure.accounting_view, "low": e.low, "central": e.central,
                      "high": e.high, "unit": e.unit, "evidence": e.evidence})  # fmt: skip
    if measure.adaptation is not None:
        a = measure.adaptation
        found.append({"kind": "protection", "hazard": a.hazard, "low": a.low, "central": a.central, "high": a.high,
                      "unit": a.unit, "evidence": a.evidence, "indicator": a.indicator.model_dump()})  # fmt: skip
    for key in ("nitrate", "biodiversity", "regional_value", "health", "jobs"):
        score = getattr(measure.cobenefits, key)
        if score:
            found.append({"kind": key, "score": score, "evidence": measure.cobenefits.evidence})
    return tuple(found)


def _per_unit(table: Mapping[str, float], held: Mapping[str, Holding]) -> dict[str, float]:
    out = {k: v for k, v in table.items() if k != FARMLAND}
    if FARMLAND in table:
        arable, grass = held["cropland"].central, held["grassland"].central
        # without a split of the farmland all of it is booked on cropland, where the balance then says "unknown"
        share = 1.0 if arable is None or grass is None or arable + grass <= 0 else arable / (arable + grass)
        for stock, part in (("cropland", share), ("grassland", 1.0 - share)):
            out[stock] = out.get(stock, 0.0) + table[FARMLAND] * part
    return out


def bookings(selection: Selection, held: Mapping[str, Mapping[str, Holding]]) -> list[Booking]:
    """One row per measure, member and stock with an amount above zero; the effects hang on the one use."""
    rows = []
    for ags, chosen in selection.items():
        for measure_id, units in chosen.items():
            found = use(measure_id)
            for mode, table in (("takes", found.takes), ("covers", found.covers)):
                for stock, per_unit in _per_unit(table, held[ags]).items():
                    if units * per_unit > 0:
                        rows.append(Booking(ags, measure_id, stock, mode, units * per_unit, effects(measure_id)))
    return rows


def heaviest(weights: Mapping[str, float], exclude: Callable[[str, str], bool]) -> tuple[float, tuple[str, ...]]:
    """Largest total weight of a set whose members exclude each other pairwise, and the set (exhaustive, with bounds).

    >>> heaviest({"a": 2.0, "b": 3.0, "c": 4.0}, lambda x, y: {x, y} == {"a", "b"})
    (5.0, ('a', 'b'))
    """
    best: tuple[float, tuple[str, ...]] = (0.0, ())

    def grow(chosen: tuple[str, ...], total: float, rest: Sequence[str]) -> None:
        nonlocal best
        if total > best[0]:
            best = (total, chosen)
        for i, one in enumerate(rest):
            if total + math.fsum(weights[k] for k in rest[i:]) <= best[0]:
                return
            grow((*chosen, one), total + weights[one], [k for k in rest[i + 1 :] if exclude(one, k)])

    grow((), 0.0, sorted(weights, key=lambda k: (-weights[k], k)))
    return best[0], tuple(sorted(best[1]))


def balances(rows: Sequence[Booking], held: Mapping[str, Mapping[str, Holding]]) -> list[Balance]:
    """Every stock that is used, by member: needed, there, over-used by how much, and by which measures.

    `over`: more than the central base; where the base has a range and its high end would do: `maybe_over`.
    """
    cells: dict[tuple[str, str], list[Booking]] = {}
    for row in rows:
        cells.setdefault((row.ags, row.stock), []).append(row)
    out = []
    for (ags, stock), uses in cells.items():
        taken = math.fsum(r.amount for r in uses if r.mode == "takes")
        covers: dict[str, float] = {}
        for r in uses:
            if r.mode == "covers":
                covers[r.measure] = covers.get(r.measure, 0.0) + r.amount
        side, clique = heaviest(covers, excluding(covers))
        blamed = tuple(sorted({r.measure for r in uses if r.mode == "takes"} | set(clique)))
        out.append(_balance(ags, stock, taken + side, held[ags][stock], blamed))
    return out


def excluding(ids: Collection[str]) -> Callable[[str, str], bool]:
    """Says of two covers whether they must lie side by side: an exclusive pair, or the same group."""
    from .interactions import between

    apart = {
        frozenset((p.a, p.b)) for p in between(set(ids)) if p.relation == "exclusive" and p.scope in ("stock", "unit")
    }

    def exclude(x: str, y: str) -> bool:
        group = use(x).group
        return frozenset((x, y)) in apart or (group is not None and group == use(y).group)

    return exclude


def _balance(ags: str, stock: str, needed: float, holding: Holding, measures: tuple[str, ...]) -> Balance:
    unit = stocks()[stock].unit
    if holding.central is None or holding.high is None:
        return Balance(ags, stock, unit, needed, holding, None, "unknown", measures)
    slack = 1e-9 * max(1.0, holding.central)
    excess = max(0.0, needed - holding.central)
    if excess <= slack:
        return Balance(ags, stock, unit, needed, holding, 0.0, "fits", measures)
    state = "over" if needed > holding.high + slack else "maybe_over"
    return Balance(ags, stock, unit, needed, holding, excess, state, measures)
