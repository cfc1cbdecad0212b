"""From the JSON document of an instance to typed objects, with every input error."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from stadtland.base.errors import InputError

from . import parse_more
from . import reading as r
from .instance import CAP_KINDS, SCHEMA, ConversionCap, Electricity, Instance, Legacy, Measure, Service
from .parse_measure import measure
from .reading import Floats

TOP = (
    "schema", "years", "discount", "members", "services",
    "measures", "land", "rest_kt", "rest_bisko_kt", "lulucf_kt", "caps",
    "backstop", "slack", "electricity", "lines_kt", "conversion_cap", "spending",
    "labour", "municipal_budget", "adaptation", "regional_demands", "periods",
)  # fmt: skip
MOST_YEARS = 120


def parse(source: Mapping[str, Any] | str | Path) -> Instance:
    """The instance in `source`, checked for everything except conflicts of locks (see `load`)."""
    doc = r.document(source)
    r.keys(doc, TOP, "", required=("years", "members"))
    if doc.get("schema", SCHEMA) != SCHEMA:
        raise InputError("schema-unknown", f"the schema is not {SCHEMA}", "schema", f'write "{SCHEMA}"')
    years = _years(doc["years"])
    n = len(years)
    members = _members(doc["members"])
    services = _services(doc.get("services", []), members, n)
    power = _electricity(doc["electricity"], members, n) if doc.get("electricity") is not None else None
    lines = _nested(doc.get("lines_kt", {}), members, n, "lines_kt")
    owner = {s.id: s.member for s in services}
    items = r.sequence(doc.get("measures", []), "measures")
    slices = power.slices if power else ()
    labour = parse_more.labour(doc.get("labour", {}), members, n)
    needs = parse_more.needs(doc.get("adaptation", []), members, n)
    regional = parse_more.regional(doc.get("regional_demands", []), members, n)
    known = parse_more.Known(
        {s.id: s.slices for s in services},
        tuple(w.trade for w in labour),
        tuple(d.indicator for d in needs),
        tuple(d.id for d in regional),
    )
    measures = tuple(
        measure(v, f"measures[{i}]", members, owner, slices, lines, years, known) for i, v in enumerate(items)
    )
    _unique([m.id for m in measures], "measures")
    periods = parse_more.periods(doc.get("periods"), years)
    _periods_can(measures, services, periods, n)
    caps = _caps(doc.get("caps", {}), members, n)
    backstop, gross, unserved = _prices(doc, any(caps.values()), n)
    return Instance(
        years=years,
        discount=r.number(doc.get("discount", 0), "discount", high=1.0),
        members=members,
        services=services,
        measures=measures,
        land=_nested(doc.get("land", {}), members, n, "land"),
        rest_kt=_by_member(doc.get("rest_kt", {}), members, n, "rest_kt"),
        rest_bisko_kt=_by_member(doc.get("rest_bisko_kt", {}), members, n, "rest_bisko_kt"),
        lulucf_kt=_by_member(doc.get("lulucf_kt", {}), members, n, "lulucf_kt", low=-r.ABSURD),
        caps=caps,
        backstop=backstop,
        slack_gross=gross,
        slack_unserved=unserved,
        electricity=power,
        lines_kt=lines,
        conversion_caps=_conversion(doc.get("conversion_cap", []), members, {m.id: m.member for m in measures}, n),
        spending=_spending(doc.get("spending", {}), members),
        labour=labour,
        municipal_budget=parse_more.municipal_budget(doc.get("municipal_budget"), members, n),
        needs=needs,
        regional=regional,
        periods=periods,
        source=doc,
    )


def _periods_can(
    measures: tuple[Measure, ...], services: tuple[Service, ...], periods: tuple[int, ...], n: int
) -> None:
    """What is defined year by year has no meaning in periods of several years."""
    if len(periods) == n:
        return
    for s in services:
        if s.legacy is not None and s.legacy.final:
            raise InputError(
                "periods-yearly", f"'final' of {s.id} is defined year by year", "periods", "remove one of the two"
            )
    for m in measures:
        for key, found in (("lock", bool(m.lock)), ("ramp", m.growth is not None), ("lump", m.lump is not None)):
            if found:
                raise InputError(
                    "periods-yearly", f"'{key}' of {m.id} is defined year by year", "periods",
                    "remove 'periods' or this key (a ramp may be a number)",
                )  # fmt: skip


def _years(value: Any) -> tuple[int, ...]:
    pair = r.sequence(value, "years")
    if len(pair) != 2:
        raise InputError("years-invalid", "years needs the first and the last year", "years", "write [2026, 2045]")
    first, last = (r.whole(v, f"years[{i}]", 1900, 2300) for i, v in enumerate(pair))
    if last < first or last - first >= MOST_YEARS:
        raise InputError(
            "years-invalid",
            f"{first} to {last} is not a span of 1 to {MOST_YEARS} years",
            "years",
            "first year first",
        )
    return tuple(range(first, last + 1))


def _members(value: Any) -> tuple[str, ...]:
    names = [r.text(v, f"members[{i}]") for i, v in enumerate(r.sequence(value, "members"))]
    if not names:
        raise InputError("members-empty", "there is no member", "members", "name at least one member")
    if any("," in name for name in names):
        raise InputError("name-comma", "a name of a member has a comma", "members", "coalitions are joined by commas")
    _unique(names, "members")
    return tuple(names)


def _unique(names: list[str], where: str) -> None:
    seen: set[str] = set()
    for i, name in enumerate(names):
        if name in seen:
            raise InputError("duplicate-id", f"'{name}' stands twice", f"{where}[{i}]", "give each its own id")
        seen.add(name)


def _member(value: Any, members: tuple[str, ...], where: str) -> str:
    return r.choice(value, members, where, "unknown-member", "member")


def _by_member(value: Any, members: tuple[str, ...], n: int, where: str, low: float = 0.0) -> dict[str, Floats]:
    table = r.mapping(value, where)
    return {_member(k, members, f"{where}.{k}"): r.series(v, f"{where}.{k}", n, low) for k, v in table.items()}


def _nested(value: Any, members: tuple[str, ...], n: int, where: str) -> dict[str, dict[str, Floats]]:
    return {
        _member(name, members, f"{where}.{name}"): {
            k: r.series(v, f"{where}.{name}.{k}", n) for k, v in r.mapping(table, f"{where}.{name}").items()
        }
        for name, table in r.mapping(value, where).items()
    }


def _services(value: Any, members: tuple[str, ...], n: int) -> tuple[Service, ...]:
    result = []
    for i, item in enumerate(r.sequence(value, "services")):
        where = f"services[{i}]"
        table = r.mapping(item, where)
        known = ("id", "member", "demand", "legacy", "slices", "loss")
        r.keys(table, known, where, required=("id", "member", "demand"))
        demand = r.series(table["demand"], f"{where}.demand", n)
        legacy = table.get("legacy")
        result.append(
            Service(
                id=r.text(table["id"], f"{where}.id"),
                member=_member(table["member"], members, f"{where}.member"),
                demand=demand,
                legacy=None if legacy is None else _legacy(legacy, f"{where}.legacy", float(demand[0]), n),
                slices=parse_more.shares(table["slices"], f"{where}.slices") if table.get("slices") else {},
                loss=r.number(table.get("loss", 0), f"{where}.loss", high=0.9),
            )
        )
    _unique([s.id for s in result], "services")
    return tuple(result)


def _legacy(value: Any, where: str, first_demand: float, n: int) -> Legacy:
    table = r.mapping(value, where)
    stock = r.number(table.get("stock", first_demand), f"{where}.stock")
    # with a stock, a missing factor or cost would be a silent zero
    known = ("stock", "survival", "ef", "cost", "write_off", "final")
    r.keys(table, known, where, required=("ef", "cost") if stock > 0 else ())
    return Legacy(
        left=stock * r.series(table.get("survival", 1), f"{where}.survival", n, high=1.0),
        ef=r.series(table.get("ef", 0), f"{where}.ef", n),
        cost=r.series(table.get("cost", 0), f"{where}.cost", n),
        write_off=r.series(table.get("write_off", 0), f"{where}.write_off", n),
        final=r.flag(table.get("final", False), f"{where}.final"),
    )


def _caps(value: Any, members: tuple[str, ...], n: int) -> dict[str, dict[str, Floats]]:
    table = r.mapping(value, "caps")
    r.keys(table, CAP_KINDS, "caps")
    result: dict[str, dict[str, Floats]] = {kind: {} for kind in CAP_KINDS}
    for kind, entries in table.items():
        for name, cap in r.mapping(entries, f"caps.{kind}").items():
            where = f"caps.{kind}.{name}"
            values = r.series(cap, where, n, low=-r.ABSURD, gaps=True)
            if kind == "cumulative" and not isinstance(cap, list | tuple):
                values[:-1] = np.nan  # a plain number binds at the last year only
            result[kind][_member(name, members, where)] = values
    return result


def _prices(doc: dict[str, Any], capped: bool, n: int) -> tuple[Floats | None, Floats | None, Floats]:
    slack = r.mapping(doc.get("slack", {}), "slack")
    r.keys(slack, ("gross", "unserved"), "slack")
    unserved = r.series(slack.get("unserved", 1000), "slack.unserved", n)
    backstop = r.series(doc["backstop"], "backstop", n) if doc.get("backstop") is not None else None
    if backstop is None:
        if capped:
            raise InputError("backstop-missing", "caps need the price of missing them", "backstop", "add it (M EUR/kt)")
        return None, None, unserved
    gross = r.series(slack["gross"], "slack.gross", n) if "gross" in slack else 2.0 * backstop
    if np.any(gross < 2.0 * backstop * (1 - 1e-9)):
        raise InputError(
            "slack-gross-low", "a missed gross cap must cost at least twice the backstop", "slack.gross",
            "raise it or leave it out",
        )  # fmt: skip
    return backstop, gross, unserved


def _electricity(value: Any, members: tuple[str, ...], n: int) -> Electricity:
    table = r.mapping(value, "electricity")
    known = ("slices", "demand", "import_price", "export_price", "ef", "credit")
    r.keys(table, known, "electricity", required=("slices",))
    slices = [
        r.text(v, f"electricity.slices[{i}]") for i, v in enumerate(r.sequence(table["slices"], "electricity.slices"))
    ]
    if not slices:
        raise InputError("slices-empty", "there is no slice", "electricity.slices", "name at least one slice")
    _unique(slices, "electricity.slices")

    def per_slice(value: Any, where: str) -> Floats:
        if not isinstance(value, Mapping):
            return np.tile(r.series(value, where, n), (len(slices), 1))
        table = r.mapping(value, where)
        for key in table:
            r.choice(key, slices, f"{where}.{key}", "unknown-slice", "slice")
        return np.array([r.series(table.get(q, 0), f"{where}.{q}", n) for q in slices])

    demand = {}
    for name, entries in r.mapping(table.get("demand", {}), "electricity.demand").items():
        where = f"electricity.demand.{name}"
        demand[_member(name, members, where)] = per_slice(r.mapping(entries, where), where)
    buy = per_slice(table.get("import_price", 0), "electricity.import_price")
    sell = per_slice(table.get("export_price", 0), "electricity.export_price")
    wrong = np.argwhere(
        (sell >= buy) & ((sell > 0) | (buy > 0))
    )  # no prices at all is a programme without money for it
    if len(wrong):
        q, t = wrong[0]
        raise InputError(
            "export-price",
            f"the export price {sell[q, t]:g} is not below the import price {buy[q, t]:g} "
            f"in slice '{slices[q]}', year {t + 1}",
            "electricity.export_price",
            "lower it: trading electricity in a circle must not pay",
        )
    credit = r.choice(
        table.get("credit", "symmetric"),
        ("symmetric", "import_only"),
        "electricity.credit",
        "unknown-credit",
        "credit",
    )
    return Electricity(tuple(slices), demand, buy, sell, per_slice(table.get("ef", 0), "electricity.ef"), credit)


def _spending(value: Any, members: tuple[str, ...]) -> dict[str, float]:
    table = r.mapping(value, "spending")
    found = {_member(k, members, f"spending.{k}"): r.number(v, f"spending.{k}", -r.ABSURD) for k, v in table.items()}
    if found and set(found) != set(members):
        lacking = ", ".join(m for m in members if m not in found)
        raise InputError("spending-some", f"no limit for {lacking}", "spending", "give every member one, or none")
    return found


def _conversion(value: Any, members: tuple[str, ...], owner: dict[str, str], n: int) -> tuple[ConversionCap, ...]:
    result = []
    for i, item in enumerate(r.sequence(value, "conversion_cap")):
        where = f"conversion_cap[{i}]"
        table = r.mapping(item, where)
        r.keys(table, ("member", "measures", "kha"), where, required=("member", "measures", "kha"))
        member = _member(table["member"], members, f"{where}.member")
        shares = {}
        for name, kha in r.mapping(table["measures"], f"{where}.measures").items():
            place = f"{where}.measures.{name}"
            r.choice(name, owner, place, "unknown-measure", "measure")
            if owner[name] != member:
                raise InputError("measure-member", f"'{name}' belongs to {owner[name]}", place, f"use one of {member}")
            shares[name] = r.number(kha, place)
        result.append(ConversionCap(member, shares, r.series(table["kha"], f"{where}.kha", n)))
    return tuple(result)
