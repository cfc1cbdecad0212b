"""One measure of an instance: reading and the errors that belong to it."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from stadtland.base.errors import InputError

from . import kernels, parse_more
from . import reading as r
from .instance import CLASSES, Measure
from .reading import Floats

KEYS = (
    "id", "member", "class", "service", "per_unit", "share_of_rest", "demand_side", "potential", "ramp",
    "capex", "opex", "lifetime", "ef", "electricity", "land", "t_per_unit", "removal", "buffer", "lock",
    "uses", "line", "reference", "service_slices", "learning", "labour", "public_share", "land_to", "layer",
    "reversal", "cover", "delivers", "lump",
)  # fmt: skip
# keys whose meaning is bound to a class
ONLY = {
    "service": ("supply",),
    "share_of_rest": ("supply",),
    "demand_side": ("supply",),
    "t_per_unit": ("process", "land", "removal"),
    "line": ("process",),
    "service_slices": ("supply",),
}


def measure(
    value: Any,
    where: str,
    members: tuple[str, ...],
    services: dict[str, str],
    slices: tuple[str, ...],
    lines: dict[str, dict[str, Floats]],
    years: tuple[int, ...],
    known: parse_more.Known | None = None,
) -> Measure:
    """The measure in `value`; `services` maps id to member, `lines` member to inventory lines, `known` what the
    instance says about slices of services, trades, protection and regional demands."""
    table = {k: v for k, v in r.mapping(value, where).items() if v is not None}  # null: absent
    r.keys(table, KEYS, where, required=("id", "member", "class"))
    n = len(years)
    kind = r.choice(table["class"], CLASSES, f"{where}.class", "unknown-class", "class")
    for key, classes in ONLY.items():
        if key in table and kind not in classes:
            raise InputError(
                "key-not-for-class", f"'{key}' has no meaning for class {kind}", f"{where}.{key}",
                f"remove it or use class {' or '.join(classes)}",
            )  # fmt: skip
    member = r.choice(table["member"], members, f"{where}.member", "unknown-member", "member")
    power = _electricity(table.get("electricity", {}), slices, f"{where}.electricity", n)
    potential = np.full(n, math.inf)
    if "potential" in table:
        potential = r.series(table["potential"], f"{where}.potential", n)
    elif any(np.any(v > 0) for v in power.values()):
        raise InputError(
            "generation-without-potential",
            "a generating measure has no potential",
            where,
            "add 'potential' (units)",
        )
    service = table.get("service")
    if service is not None:
        _own(service, services, member, f"{where}.service")
    elif kind == "supply" and not power:
        raise InputError(
            "service-missing", "a supply measure serves no service", where, "add 'service' or 'electricity'"
        )
    uses = r.mapping(table.get("uses", {}), f"{where}.uses")
    for name in uses:
        _own(name, services, member, f"{where}.uses.{name}")
    demand_side = r.flag(table.get("demand_side", False), f"{where}.demand_side")
    share = table.get("share_of_rest")
    if demand_side and share is not None:
        raise InputError(
            "share-on-demand-side", "a saving cannot be a share of the rest it leaves", f"{where}.share_of_rest",
            "limit savings by 'potential'",
        )  # fmt: skip
    if (demand_side or share is not None) and service is None:
        raise InputError("service-missing", "a saving or share needs a service", where, "add 'service'")
    reference = r.flag(table.get("reference", False), f"{where}.reference")
    ramp, growth, seed = _ramp(table.get("ramp"), f"{where}.ramp")
    if reference and (ramp is not None or growth is not None):
        raise InputError(
            "reference-ramp",
            "like-for-like replacement has no ramp",
            f"{where}.ramp",
            "remove one of the two",
        )
    line = table.get("line")
    if line is not None:
        r.choice(line, lines.get(member, {}), f"{where}.line", "unknown-line", "inventory line")
    lifetime = table.get("lifetime")
    more = parse_more.of_measure(table, where, kind, reference, known)
    capex = r.series(table.get("capex", 0), f"{where}.capex", n) * parse_more.learning(table, where, n)
    return Measure(
        id=r.text(table["id"], f"{where}.id"),
        member=member,
        kind=kind,
        service=service,
        per_unit=r.number(table.get("per_unit", 1), f"{where}.per_unit"),
        share_of_rest=None if share is None else r.number(share, f"{where}.share_of_rest", high=1.0),
        demand_side=demand_side,
        potential=potential,
        ramp=ramp,
        growth=growth,
        seed=seed,
        capex=capex,
        opex=r.series(table.get("opex", 0), f"{where}.opex", n),
        lifetime=None if lifetime is None else r.whole(lifetime, f"{where}.lifetime", 1, 1000),
        ef=r.series(table.get("ef", 0), f"{where}.ef", n),
        electricity=power,
        land={
            k: r.number(v, f"{where}.land.{k}") for k, v in r.mapping(table.get("land", {}), f"{where}.land").items()
        },
        t_per_unit=r.number(table.get("t_per_unit", 0), f"{where}.t_per_unit"),
        kernel=_removal(table["removal"], f"{where}.removal", n) if "removal" in table else None,
        buffer=_buffer(table, where),
        lock=_lock(table.get("lock", {}), f"{where}.lock", years),
        uses={k: r.number(v, f"{where}.uses.{k}") for k, v in uses.items()},
        line=line,
        reference=reference,
        **more,
    )


def _own(name: Any, services: dict[str, str], member: str, where: str) -> None:
    r.choice(name, services, where, "unknown-service", "service")
    if services[name] != member:
        raise InputError(
            "service-member",
            f"the service '{name}' belongs to {services[name]}",
            where,
            f"use a service of {member}",
        )


def _electricity(value: Any, slices: tuple[str, ...], where: str, n: int) -> dict[str, Floats]:
    result = {}
    for key, amount in r.mapping(value, where).items():
        r.choice(key, slices, f"{where}.{key}", "unknown-slice", "slice")
        result[key] = r.series(amount, f"{where}.{key}", n, low=-r.ABSURD)
    return result


def _ramp(value: Any, where: str) -> tuple[float | None, float | None, float]:
    if value is None:
        return None, None, 0.0
    if not isinstance(value, dict):
        return r.number(value, where), None, 0.0
    r.keys(value, ("growth", "seed"), where, required=("growth", "seed"))
    return (
        None,
        r.number(value["growth"], f"{where}.growth", high=100.0),
        r.number(value["seed"], f"{where}.seed"),
    )


def _removal(value: Any, where: str, n: int) -> Floats:
    table = r.mapping(value, where)
    r.keys(table, ("cap_kt_per_unit", "rate", "shape", "annual"), where)
    if "annual" in table:
        if len(table) > 1:
            raise InputError("removal-mixed", "'annual' stands beside a shape", where, "give one of the two")
        annual = r.sequence(table["annual"], f"{where}.annual")
        ages = [r.number(v, f"{where}.annual[{i}]") for i, v in enumerate(annual)][:n]
        return np.array(ages + [0.0] * (n - len(ages)))
    r.keys(table, ("cap_kt_per_unit", "rate", "shape"), where, required=("cap_kt_per_unit", "rate"))
    shape = r.choice(table.get("shape", "first_order"), kernels.SHAPES, f"{where}.shape", "removal-shape", "shape")
    cap = r.number(table["cap_kt_per_unit"], f"{where}.cap_kt_per_unit")
    return kernels.kernel(shape, cap, r.number(table["rate"], f"{where}.rate", high=1e3), n)


def _buffer(table: dict[str, Any], where: str) -> float:
    buffer = r.number(table.get("buffer", 0), f"{where}.buffer", high=1.0)
    if buffer and "removal" not in table:
        raise InputError("buffer-without-removal", "a buffer needs a removal", f"{where}.buffer", "remove it")
    return buffer


def _lock(value: Any, where: str, years: tuple[int, ...]) -> dict[int, float]:
    result = {}
    for key, units in r.mapping(value, where).items():
        if not key.isascii() or not key.isdigit() or int(key[:6]) not in years or len(key) != 4:
            raise InputError(
                "lock-year",
                f"'{key}' is not a year of the instance",
                f"{where}.{key}",
                f"use {years[0]} to {years[-1]}",
            )
        result[int(key) - years[0]] = r.number(units, f"{where}.{key}")
    return result
