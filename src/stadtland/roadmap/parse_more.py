"""Reading of what an instance may say beyond services, measures and caps: labour, municipal money, protection, regional
demands, carriers, periods. Every key is neutral when absent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np

from stadtland.base.errors import InputError

from . import reading as r
from .instance import Labour, MunicipalBudget, Need, RegionalDemand
from .reading import Floats

OPEN = "*"  # a pool that belongs to the region, not to a member
NEED_KINDS = ("sum", "share")
SUM_TO_ONE = 1e-9


@dataclass(frozen=True)
class Known:
    """Names a measure may refer to: slices by service, trades, indicators of protection, regional demands."""

    slices: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    trades: tuple[str, ...] = ()
    indicators: tuple[str, ...] = ()
    regional: tuple[str, ...] = ()


def shares(value: Any, where: str) -> dict[str, float]:
    """{name: share} that sums to 1, else `shares-sum`."""
    found = {k: r.number(v, f"{where}.{k}", high=1.0) for k, v in r.mapping(value, where).items()}
    if not found or abs(sum(found.values()) - 1) > SUM_TO_ONE:
        raise InputError(
            "shares-sum", f"the shares sum to {sum(found.values()):g}", where, "shares of all slices sum to 1"
        )
    return found


def learning(table: Mapping[str, Any], where: str, n: int) -> Floats:
    """Capex of a year relative to the first: (1 − learning)^t. Errors: `learning-with-list`."""
    rate = r.number(table.get("learning", 0), f"{where}.learning", high=0.5)
    if rate and isinstance(table.get("capex"), list | tuple):
        raise InputError(
            "learning-with-list", "capex is already given by year", f"{where}.learning", "give one of the two"
        )
    return np.asarray((1.0 - rate) ** np.arange(n, dtype=np.float64))


def of_measure(table: Mapping[str, Any], where: str, kind: str, reference: bool, known: Known | None) -> dict[str, Any]:
    """Fields of a measure that limit or extend it; InputError for what breaks the guarantees of the programme."""
    known = known or Known()

    def amounts(key: str, names: tuple[str, ...], code: str, what: str) -> dict[str, float]:
        found = {}
        for name, amount in r.mapping(table.get(key, {}), f"{where}.{key}").items():
            r.choice(name, names, f"{where}.{key}.{name}", code, what)
            found[name] = r.number(amount, f"{where}.{key}.{name}")
        return found

    labour = amounts("labour", known.trades, "unknown-trade", "trade")
    public = r.number(table.get("public_share", 0), f"{where}.public_share", high=1.0)
    if reference and (labour or public):
        raise InputError(
            "reference-limited", "like-for-like replacement is free of labour and municipal money", where,
            "remove 'labour' and 'public_share' or 'reference'",
        )  # fmt: skip
    layer = table.get("layer")
    if layer is not None:
        r.text(layer, f"{where}.layer")
        if not table.get("land"):
            raise InputError("layer-without-land", "a layer needs land", f"{where}.layer", "add 'land' or remove it")
    reversal = r.number(table.get("reversal", 0), f"{where}.reversal", high=1.0)
    if reversal and not table.get("buffer"):
        raise InputError("reversal-without-buffer", "a reversal draws on a buffer", f"{where}.reversal", "add 'buffer'")
    return {
        "service_slices": _profile(table, where, known),
        "labour": labour,
        "public_share": public,
        "land_to": _land_to(table, where, kind),
        "layer": layer,
        "reversal": reversal,
        "cover": amounts("cover", known.indicators, "unknown-indicator", "indicator"),
        "delivers": amounts("delivers", known.regional, "unknown-demand", "regional demand"),
        "lump": _lump(table, where, kind),
    }


def _profile(table: Mapping[str, Any], where: str, known: Known) -> dict[str, float]:
    if "service_slices" not in table:
        return {}
    place = f"{where}.service_slices"
    slices = known.slices.get(str(table.get("service")), {})
    found = shares(table["service_slices"], place)
    for name in found:
        r.choice(name, slices, f"{place}.{name}", "unknown-slice", "slice of the service")
    return found


def _land_to(table: Mapping[str, Any], where: str, kind: str) -> dict[str, float]:
    place = f"{where}.land_to"
    made = {k: r.number(v, f"{place}.{k}") for k, v in r.mapping(table.get("land_to", {}), place).items()}
    if not made:
        return {}
    if kind not in ("land", "removal"):
        raise InputError("key-not-for-class", f"'land_to' has no meaning for class {kind}", place, "use class land")
    taken = sum(r.number(v, f"{where}.land.{k}") for k, v in r.mapping(table.get("land", {}), f"{where}.land").items())
    if sum(made.values()) > taken * (1 + 1e-12):
        raise InputError(
            "land-created", f"{sum(made.values()):g} kha come out of {taken:g} kha", place,
            "a transition hands on at most the land it takes",
        )  # fmt: skip
    return made


def _lump(table: Mapping[str, Any], where: str, kind: str) -> float | None:
    if "lump" not in table:
        return None
    size = r.number(table["lump"], f"{where}.lump")
    if size <= 0:
        raise InputError("lump-zero", "an object has no size", f"{where}.lump", "give the units of one object")
    return size


def labour(value: Any, members: tuple[str, ...], n: int) -> tuple[Labour, ...]:
    """`labour`: {trade: {member: yearly FTE, "*": pool of the region}}."""
    found = []
    for trade, pools in r.mapping(value, "labour").items():
        table = r.mapping(pools, f"labour.{trade}")
        for name in table:
            if name != OPEN:
                r.choice(name, members, f"labour.{trade}.{name}", "unknown-member", "member")
        series = {k: r.series(v, f"labour.{trade}.{k}", n) for k, v in table.items()}
        free = series.pop(OPEN, None)
        found.append(Labour(trade, series, free))
    return tuple(found)


def municipal_budget(value: Any, members: tuple[str, ...], n: int) -> MunicipalBudget | None:
    """`municipal_budget`: {limit: {member: yearly M EUR}, pooled}."""
    if value is None:
        return None
    table = r.mapping(value, "municipal_budget")
    r.keys(table, ("limit", "pooled"), "municipal_budget", required=("limit",))
    limit = {
        r.choice(k, members, f"municipal_budget.limit.{k}", "unknown-member", "member"): r.series(
            v, f"municipal_budget.limit.{k}", n
        )
        for k, v in r.mapping(table["limit"], "municipal_budget.limit").items()
    }
    return MunicipalBudget(limit, r.flag(table.get("pooled", True), "municipal_budget.pooled"))


def needs(value: Any, members: tuple[str, ...], n: int) -> tuple[Need, ...]:
    """`adaptation`: list of needs; one with need null is kept by name and enters no row."""
    found: list[Need] = []
    for i, item in enumerate(r.sequence(value, "adaptation")):
        where = f"adaptation[{i}]"
        table = r.mapping(item, where)
        r.keys(
            table, ("id", "member", "indicator", "unit", "kind", "need", "price", "upstream"), where,
            required=("id", "member", "need"),
        )  # fmt: skip
        ident = r.text(table["id"], f"{where}.id")
        kind = r.choice(table.get("kind", "sum"), NEED_KINDS, f"{where}.kind", "unknown-kind", "kind")
        amount = None
        if table["need"] is not None:
            r.keys(table, table, where, required=("price",))  # a known need without a price would be a silent zero
            amount = r.series(table["need"], f"{where}.need", n, high=r.ABSURD if kind == "sum" else 1 - 1e-9)
            amount = -np.log1p(-amount) if kind == "share" else amount
        member = r.choice(table["member"], members, f"{where}.member", "unknown-member", "member")
        upstream = {}
        for name, part in r.mapping(table.get("upstream", {}), f"{where}.upstream").items():
            r.choice(name, members, f"{where}.upstream.{name}", "unknown-member", "member")
            if name == member:
                raise InputError(
                    "upstream-self", "a member is not upstream of itself", f"{where}.upstream.{name}", "remove it"
                )
            upstream[name] = r.number(part, f"{where}.upstream.{name}", high=1.0)
        found.append(
            Need(
                ident,
                member,
                r.text(table.get("indicator", ident), f"{where}.indicator"),
                r.text(table.get("unit", "1"), f"{where}.unit"),
                kind,
                amount,
                r.series(table.get("price", 0), f"{where}.price", n),
                upstream,
            )
        )
    _once([d.id for d in found], "adaptation")
    return tuple(found)


def regional(value: Any, members: tuple[str, ...], n: int) -> tuple[RegionalDemand, ...]:
    """`regional_demands`: list of demands that any member can deliver; a demand of null is unknown and left out."""
    found: list[RegionalDemand] = []
    for i, item in enumerate(r.sequence(value, "regional_demands")):
        where = f"regional_demands[{i}]"
        table = r.mapping(item, where)
        r.keys(table, ("id", "unit", "demand", "price"), where, required=("id", "demand", "price"))
        demand = {}
        for name, amount in r.mapping(table["demand"], f"{where}.demand").items():
            r.choice(name, members, f"{where}.demand.{name}", "unknown-member", "member")
            if amount is not None:
                demand[name] = r.series(amount, f"{where}.demand.{name}", n)
        found.append(
            RegionalDemand(
                r.text(table["id"], f"{where}.id"),
                r.text(table.get("unit", "1"), f"{where}.unit"),
                demand,
                r.series(table["price"], f"{where}.price", n),
            )
        )
    _once([d.id for d in found], "regional_demands")
    return tuple(found)


def periods(value: Any, years: tuple[int, ...]) -> tuple[int, ...]:
    """`periods`: first year of each period, rising, beginning with the first year. Absent: every year by itself."""
    if value is None:
        return years
    firsts = [r.whole(v, f"periods[{i}]", years[0], years[-1]) for i, v in enumerate(r.sequence(value, "periods"))]
    if not firsts or firsts[0] != years[0] or any(b <= a for a, b in pairwise(firsts)):
        raise InputError(
            "periods-invalid", "the periods do not cover the years in order", "periods",
            f"give first years that rise from {years[0]}",
        )  # fmt: skip
    return tuple(firsts)


def _once(names: list[str], where: str) -> None:
    for i, name in enumerate(names):
        if name in names[:i]:
            raise InputError("duplicate-id", f"'{name}' stands twice", f"{where}[{i}]", "give each its own id")
