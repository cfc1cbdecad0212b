"""From inventory, catalogue and partnership to the INSTANCE document (contracts section 6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stadtland.toolbox.model import Measure

from .learning import factor
from .outlook import Outlook, parameter
from .partnership import Partnership
from .system import HOUSEHOLD_FEE, Service, System, is_bisko, price_factor, profile, slice_names

Array = NDArray[np.float64]
FIRST, HORIZON, LAST = 2026, 2045, 2055
SCHEMA = "stadtland/instance/1"


@dataclass(frozen=True)
class Options:
    """What a run may change: years, price of the backstop, split of the joint cap, measures on or off."""

    years: tuple[int, int] = (FIRST, LAST)
    backstop_eur_per_t: float = 300.0
    discount: float = 0.03
    only_reference: bool = False
    caps: Mapping[str, Mapping[str, Array]] = field(default_factory=dict)  # kind → member → t a year
    money: float = 1.0  # price year of the plan over price year of the content


@dataclass(frozen=True)
class Offer:
    """A measure as offered to one member: potential in units, None for unlimited reference technologies."""

    measure: Measure
    ags: str
    potential: float | None
    limit: float | None = None


def key(measure_id: str, ags: str) -> str:
    """Id of a measure or service of one member inside an instance."""
    return f"{measure_id}@{ags}"


def central(measure: Measure, name: str, default: float = 0.0) -> float:
    """Central value of a [plan] number."""
    found = measure.parameter(name)
    return default if found is None else found.central


def instance(
    partnership: Partnership,
    systems: Sequence[System],
    outlook: Outlook,
    offers: Sequence[Offer],
    land_ha: Mapping[str, Mapping[str, float]],
    options: Options,
) -> dict[str, Any]:
    """The programme as data. Lists are per year from options.years[0] to [1]; amounts in instance units."""
    references: dict[str | None, Measure] = {o.measure.plan.service: o.measure for o in offers if o.measure.reference}
    services, demand, rest, rest_bisko, lines, lulucf = [], {}, {}, {}, {}, {}
    by_service = {s.ags: s.services for s in systems}
    for sys in systems:
        for service in sys.services.values():
            if service.base > 0:
                services.append(_service(sys.ags, service, references.get(service.id), options))
        demand[sys.ags] = _electricity_demand(sys)
        rest[sys.ags] = _listed(sum(sys.rest_t.values(), np.zeros(len(outlook.years))) / 1e3)
        rest_bisko[sys.ags] = _listed(
            sum((t for line, t in sys.rest_t.items() if is_bisko(line)), np.zeros(len(outlook.years))) / 1e3
        )
        lines[sys.ags] = {line: _listed(t / 1e3) for line, t in sys.rest_t.items() if not is_bisko(line)}
        lulucf[sys.ags] = sys.lulucf_t / 1e3
    rows = []
    for offer in offers:
        if options.only_reference and not offer.measure.reference:
            continue
        row = _measure(offer, by_service[offer.ags], outlook, partnership, options)
        if row is not None:
            rows.append(row)
    growth = (1 + options.discount) ** np.arange(len(outlook.years))
    price = options.backstop_eur_per_t * options.money * growth / 1e3
    caps = {
        kind: {a: _listed(np.asarray(v) / 1e3) for a, v in members.items()}
        for kind, members in options.caps.items()
        if members
    }
    document: dict[str, Any] = {
        "schema": SCHEMA,
        "years": list(options.years),
        "discount": options.discount,
        "members": [s.ags for s in systems],
        "services": services,
        "measures": rows,
        "land": {a: {c: ha / 1e3 for c, ha in classes.items()} for a, classes in land_ha.items()},
        "rest_kt": rest,
        "rest_bisko_kt": rest_bisko,
        "lulucf_kt": lulucf,
        "lines_kt": lines,
        "electricity": _electricity(outlook, demand, options),
    }
    if caps:
        document["caps"] = caps
        document["backstop"] = _listed(price)
        document["slack"] = {"gross": _listed(parameter("gross_slack_factor") * price), "unserved": 1000.0}
    return document


def _listed(values: Any) -> list[float]:
    return [float(v) for v in np.asarray(values, dtype=float)]


def _service(ags: str, service: Service, reference: Measure | None, options: Options) -> dict[str, Any]:
    upkeep = 0.0
    if reference is not None:
        upkeep = central(reference, "opex_eur") / central(reference, "service_per_unit")
    stock = service.demand[0] / 1e3
    return {
        "id": key(service.id, ags),
        "member": ags,
        "demand": _listed(service.demand / 1e3),
        "legacy": {
            "stock": float(stock),
            "survival": _listed(service.survival),
            "ef": _listed(service.ef),
            "cost": _listed((service.fuel_cost + upkeep) * options.money / 1e3),
        },
    }


def _electricity_demand(sys: System) -> dict[str, list[float]]:
    total: dict[str, Array] = {}
    for name, mwh in sys.electricity.items():
        for piece, share in profile(name).items():
            total[piece] = total.get(piece, 0.0) + mwh * share / 1e3
    return {piece: _listed(v) for piece, v in total.items()}


def _electricity(outlook: Outlook, demand: dict[str, Any], options: Options) -> dict[str, Any]:
    wholesale = outlook.prices["electricity"] * options.money / 1e3
    margin = 1 - parameter("export_margin")
    return {
        "slices": slice_names(),
        "demand": demand,
        "import_price": {s: _listed(wholesale * price_factor(s)) for s in slice_names()},
        "export_price": {s: _listed(wholesale * price_factor(s) * margin) for s in slice_names()},
        "ef": _listed(outlook.ef_el),
        "credit": "symmetric",
    }


def _measure(
    offer: Offer, services: Mapping[str, Service], outlook: Outlook, partnership: Partnership, options: Options
) -> dict[str, Any] | None:
    """One measure of one member as an instance row; None where it cannot apply (no such service, no potential)."""
    m, plan = offer.measure, offer.measure.plan
    service = services.get(plan.service) if plan.service else None
    if plan.service and (service is None or service.base <= 0):
        return None
    if offer.potential is not None and offer.potential <= 0:
        return None
    row: dict[str, Any] = {"id": key(m.id, offer.ags), "member": offer.ags, "class": m.planning_class}
    per_unit = central(m, "service_per_unit")
    if service is not None:
        row |= {"service": key(str(plan.service), offer.ags), "per_unit": per_unit / 1e3}
        if plan.demand_side:
            row["demand_side"] = True
        if plan.share_of_rest:
            row["share_of_rest"] = plan.share_of_rest
    ef = _direct_ef(m, per_unit, service)
    if ef is not None:
        row["ef"] = ef
    row |= {
        "capex": _capex(m, outlook, options),
        "opex": _opex(m, per_unit, service, outlook, options),
    }
    life = m.parameter("lifetime_years")
    if life is not None:
        row["lifetime"] = round(life.central)
    _electric(m, row)
    if plan.uses:
        row["uses"] = {key(s, offer.ags): v.central / 1e3 for s, v in plan.uses.items() if s in services}
        if not row["uses"]:
            return None
    land = {c: v.central / 1e3 for c, v in plan.land.items() if c != "roof" and v.central > 0}
    if land:
        row["land"] = land
    _effects(m, row)
    if m.reference:
        row["reference"] = True
        return row
    potential = offer.potential
    if potential is None and service is not None:
        potential = float(service.demand.max()) / per_unit
    if potential is not None:
        limit = min(potential, offer.limit) if offer.limit is not None else potential
        row["potential"] = limit
        ramp = m.parameter("ramp_pct_a")
        if ramp is not None:
            row["ramp"] = ramp.central / 100 * potential
    lock = partnership.locks.get(offer.ags, {}).get(m.id)
    if lock:
        row["lock"] = {str(y): u for y, u in lock.items()}
    return row


def _capex(m: Measure, outlook: Outlook, options: Options) -> float | list[float]:
    """M EUR a unit, by year of installation where a published series says how it falls."""
    amount = central(m, "capex_eur") * options.money / 1e6
    falling = factor(m.id, outlook.years)
    return amount if falling is None else _listed(amount * falling)


def _direct_ef(m: Measure, per_unit: float, service: Service | None) -> float | list[float] | None:
    if m.plan.ef == "legacy" and service is not None:
        return _listed(service.ef * per_unit / 1e3)
    direct = central(m, "ef_t_per_unit")
    return direct / 1e3 if direct else None


def _opex(m: Measure, per_unit: float, service: Service | None, outlook: Outlook, options: Options) -> list[float]:
    """EUR a year and unit → M EUR: upkeep, fuel at its price path, network cost of electricity used.

    Like-for-like replacement burns the mix of today's stock, so it also pays for that mix.
    """
    plan = m.plan
    cost = np.full(len(outlook.years), central(m, "opex_eur"))
    if plan.ef == "legacy" and service is not None:
        cost = cost + service.fuel_cost * per_unit
    elif plan.fuel is not None:
        cost = cost + central(m, "fuel_mwh_per_unit") * outlook.prices[plan.fuel]
    use = -min(0.0, central(m, "electricity_mwh_per_unit"))
    if use:
        fee = "grid_fee_household" if plan.service in HOUSEHOLD_FEE else "grid_fee_industry"
        cost = cost + use * outlook.prices[fee]
    return _listed(cost * options.money / 1e6)


def _electric(m: Measure, row: dict[str, Any]) -> None:
    amount = central(m, "electricity_mwh_per_unit")
    if amount and m.plan.profile is not None:
        row["electricity"] = {s: amount * share / 1e3 for s, share in profile(m.plan.profile).items()}


def _effects(m: Measure, row: dict[str, Any]) -> None:
    plan = m.plan
    if plan.kernel is not None:
        row["removal"] = {
            "cap_kt_per_unit": plan.kernel.cap_t_per_unit.central / 1e3,
            "rate": plan.kernel.rate.central,
            "shape": plan.kernel.shape,
        }
        row["buffer"] = plan.kernel.buffer.central
    if plan.t_per_unit is not None:
        row["t_per_unit"] = plan.t_per_unit.central / 1e3
        if plan.lines:
            row["line"] = plan.lines[0]
