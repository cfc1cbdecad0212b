"""What own drivers of members do to an inventory: which lines they move, how good those lines are, network factors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stadtland.base.errors import InputError

from . import factors
from .calibration import Calibration
from .estimate import Estimate, estimate
from .lines import LINES
from .method import weights
from .overrides import Driver, apply
from .sources import Drivers

Array = NDArray[np.float64]
Own = Mapping[str, Mapping[str, Driver]]
FUELS = {"dh.fuel_gas": "gas", "dh.fuel_coal": "coal", "dh.fuel_biomass": "biomass"}
PLANT = ("dh.delivered", *FUELS, "dh.electricity", "dh.temperature", "dh.boiler_gas", "dh.boiler_heat", "dh.losses")


@dataclass(frozen=True)
class Network:
    """Factor of a member's heat network (g CO2e/kWh delivered): `route` plant or stated; `note` says from what."""

    g_per_kwh: float
    route: str
    note: str
    year: int | None
    weight: float


def groups(own: Mapping[str, Driver]) -> dict[str, dict[str, Driver]]:
    """Own drivers of a member by group (method.toml, `own_drivers.group`); others stand under their own id."""
    table = weights()["own_drivers"]["group"]
    found: dict[str, dict[str, Driver]] = {}
    for id, driver in own.items():
        name = next((g for g, e in table.items() if any(id.startswith(s) for s in e["figures"])), id)
        found.setdefault(name, {})[id] = driver
    return found


def moved(own: Own, plain: Estimate, drivers: Drivers, calibration: Calibration) -> dict[str, NDArray[np.bool_]]:
    """Group → cells [line, member] that its drivers alone move against the plain estimate."""
    by_group: dict[str, dict[str, dict[str, Driver]]] = {}
    for ags, entries in own.items():
        for name, part in groups(entries).items():
            by_group.setdefault(name, {})[ags] = part
    out = {}
    for name, members in by_group.items():
        if name == "network":
            continue
        other = estimate(apply(drivers, members), calibration)
        out[name] = ~np.isclose(other.t_co2e, plain.t_co2e, rtol=1e-12, atol=0.0)
    return out


def complete(group: str, line: str, own: Mapping[str, Driver]) -> bool:
    """Whether the member's drivers of a group carry a line alone, so that its quality and range change."""
    entry = weights()["own_drivers"]["group"].get(group)
    if entry is None or not any(line.startswith(s) for s in entry.get("lines", [line])):
        return False
    for start, needed in entry.get("needs", {}).items():
        if line.startswith(start):
            return all(k in own for k in needed)
    return "needs" not in entry


def carry(own: Own, ags: tuple[str, ...], cells: dict[str, NDArray[np.bool_]]) -> list[dict[str, Any]]:
    """One entry per moved cell: {line, member, groups, figures, years, weight|None, sigma|None, carrier_sigma|None}.

    `weight`: BISKO weight of the line, the lower of the group's and of the grades stated; None: unchanged.
    """
    out = []
    for j, code in enumerate(ags):
        mine = groups(own.get(code, {}))
        for i, line in enumerate(LINES):
            hit = [g for g in mine if g in cells and cells[g][i, j]]
            if not hit:
                continue
            figures = {k: d for g in hit for k, d in mine[g].items()}
            entry: dict[str, Any] = {
                "line": i, "member": j, "groups": hit, "sources": sorted({d.source for d in figures.values()}),
                "years": sorted({d.year for d in figures.values() if d.year is not None}),
                "weight": None, "sigma": None, "carrier_sigma": None,
            }  # fmt: skip
            for g in hit:
                if complete(g, line, mine[g]):
                    rule = weights()["own_drivers"]["group"][g]
                    entry["weight"] = min(rule["quality"], *(d.weight for d in mine[g].values()))
                    entry["sigma"] = rule.get("sigma")
                    entry["carrier_sigma"] = rule.get("carrier_sigma")
            out.append(entry)
    return out


def network(ags: str, own: Mapping[str, Driver], year: int) -> Network | None:
    """Factor of the heat network of a member; None: the default of the release.

    Plant data win (Carnot method, `facts.carnot`): E = Σ fuel · factor of the year; heat made = delivered + losses;
    boilers burn gas for heat alone. Else the factor the member states. InputError `network` if plant data are partial
    or do not fit.
    """
    if any(k in own for k in FUELS) or "dh.boiler_gas" in own:
        return _plant(ags, own, year)
    stated = own.get("dh.factor")
    if stated is None:
        return None
    return Network(stated.value, "stated", f"network factor {stated.value:g} g/kWh: {stated.source}",
                   stated.year, stated.weight)  # fmt: skip


def _plant(ags: str, own: Mapping[str, Driver], year: int) -> Network:
    from stadtland.facts import carnot

    where = f"override.{ags}.dh"
    value = {k: own[k].value if k in own else 0.0 for k in PLANT}
    if value["dh.delivered"] <= 0:
        raise InputError("network", "the heat delivered by the network is missing", where, "state dh.delivered in MWh")
    if value["dh.electricity"] > 0 and "dh.temperature" not in own:
        raise InputError(
            "network", "combined heat and power needs the supply temperature", where, "state dh.temperature in °C"
        )
    fuel = {k: value[k] for k in FUELS}
    burnt = sum(fuel.values())
    chp = value["dh.delivered"] + value["dh.losses"] - value["dh.boiler_heat"]
    if chp < -1e-9 * value["dh.delivered"] or (burnt > 0) != (chp > 1e-9 * value["dh.delivered"]):
        raise InputError(
            "network", "fuel and heat of the plants do not fit", where,
            "heat delivered + losses − heat of boilers must be above 0 exactly if fuel is burnt outside the boilers",
        )  # fmt: skip
    used = [own[k] for k in PLANT if k in own]
    years = [d.year for d in used if d.year is not None]
    gas = factors.value("gas", year)
    if not burnt:
        heat, method = value["dh.boiler_gas"] * gas / value["dh.delivered"], "boilers"
    else:
        mean = sum(fuel[k] * factors.value(c, year) for k, c in FUELS.items()) / burnt
        kelvin = value["dh.temperature"] + 273.15 if "dh.temperature" in own else 373.15  # no power: no effect
        heat = carnot.allocate(
            value["dh.electricity"], chp, burnt, mean, kelvin, value["dh.delivered"], value["dh.boiler_gas"],
            value["dh.boiler_heat"], gas,
        ).ef_heat  # fmt: skip
        method = carnot.VARIANT
    note = f"network factor {heat:.1f} g/kWh ({method}): {own['dh.delivered'].source}"
    return Network(heat, "plant", note, max(years) if years else None, min(d.weight for d in used))
