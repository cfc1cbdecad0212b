"""Labelled additional views beside the base balance: local electricity mix, weather, without ETS, without motorway.

Each view is {label, bisko_t, low, high, difference_t, reason, inputs}; t CO2e a year. Unknown is null with a reason.
A view is never the BISKO base result and says so in its label.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .. import balance, factors
from ..inventory import Inventory
from ..lines import ENERGY_LINES, carrier, rows, sector
from . import words
from .cells import JOINT

Array = NDArray[np.float64]
LEVELS = ("low", "central", "high")
OPPOSITE = {"low": "high", "central": "central", "high": "low"}
SOURCES = ("pv", "wind", "biomass", "water")
COP_AMBIENT = 3.2


def views(inv: Inventory, data: Path | None = None) -> dict[str, dict[str, dict[str, Any]]]:
    """All views per AGS and `joint`. The local mix of `joint` is that of the joint area, not a sum of members."""
    books = balance.accounts(inv)
    base = {who: books[who]["bisko_t"] for who in (*inv.ags, JOINT)}
    plants = inv.plant_t[: len(ENERGY_LINES)].sum(axis=0)
    out: dict[str, dict[str, dict[str, Any]]] = {}
    power = registered_power(inv, data)
    ratio = weather_ratio(inv, data)
    for j, who in enumerate((*inv.ags, JOINT)):
        at = list(range(len(inv.ags))) if who == JOINT else [j]
        out[who] = {
            "local_mix": _local_mix(inv, at, power, base[who]),
            "weather": _weather(inv, at, ratio, base[who]),
            "without_ets": _view("v_without_ets", base[who], [base[who] - float(plants[at].sum())] * 3),
            "without_motorway": _motorway(inv, at, base[who]),
        }
    return out


def _view(
    label: str, base: float, values: list[float] | None, reason: dict[str, str] | None = None, **inputs: Any
) -> dict[str, Any]:
    known = values is not None
    ends = sorted(values) if values is not None else [None] * 3
    middle = values[1] if values is not None else None
    return {
        "label": words.say(label),
        "bisko_t": middle,
        "low": ends[0],
        "high": ends[-1],
        "difference_t": middle - base if known and middle is not None else None,
        "reason": reason,
        "inputs": inputs,
    }


def _motorway(inv: Inventory, at: list[int], base: float) -> dict[str, Any]:
    """Without cars, vans and trucks on motorways, where every member named states its mileage there; else unknown."""
    if not inv.motorway_known[at].all():
        return _view("v_without_motorway", base, None, words.say("v_motorway"))
    tonnes = float(inv.motorway_t[at].sum())
    return _view("v_without_motorway", base, [base - tonnes] * 3, None, motorway_t=tonnes)


def registered_power(inv: Inventory, data: Path | None = None) -> dict[str, Array] | None:
    """Registered power (kW) by source [member] at the end of the inventory year; None if one is not at hand."""
    from stadtland.facts import load_members

    members = load_members(inv.ags, inv.year, data)
    out = {}
    for name in SOURCES:
        id = words.tables("local_generation")["hours"][name]["figure"]
        found = [m.get(f"{id}@{inv.year}") for m in members]
        numbers = [None if f is None else f.value for f in found]
        if any(n is None for n in numbers):
            return None
        out[name] = np.array(numbers, dtype=float)
    return out


def generation_factor(name: str, level: str) -> float:
    """Factor of local generation (g CO2e/kWh). Biomass: fuel factor / electrical efficiency × share of electricity."""
    own = words.tables("local_generation")
    if name != "biomass":
        return float(own["factor"][name][level])
    b = own["biomass"]
    return float(b["fuel_g_per_kwh"] / b["efficiency"][level] * b["electricity_share"][level])


def mix_factor(power: dict[str, float], demand_mwh: float, federal: float, level: str = "central") -> dict[str, float]:
    """Local electricity factor (g CO2e/kWh) of an area from its power (kW), by yearly amounts (own formula).

    G_k = P_k · h_k / 1000 MWh; s = min(1, ΣG/D); EF = s · ΣG_k·ef_k/ΣG + (1 − s) · EF_federal. Surplus earns nothing.
    `level` low: many hours and low factors of generation; high: the other way round.
    """
    hours = words.tables("local_generation")["hours"]
    made = {k: power[k] * float(hours[k][OPPOSITE[level]]) / 1000 for k in SOURCES}
    total = sum(made.values())
    share = min(1.0, total / demand_mwh) if demand_mwh > 0 else 0.0
    own = sum(made[k] * generation_factor(k, level) for k in SOURCES) / total if total > 0 else 0.0
    return {"g_per_kwh": share * own + (1 - share) * federal, "share": share, "generation_mwh": total}


def electricity_mwh(inv: Inventory, at: list[int]) -> float:
    """Electricity behind a balance (MWh): all electricity lines and ambient heat / 3.2 (booked with the mix)."""
    use = 0.0
    for i, line in enumerate(ENERGY_LINES):
        by = {"elec": 1.0, "ambient": COP_AMBIENT}.get(carrier(line))
        if by is not None:
            use += float(np.nansum(inv.energy_mwh[i, at])) / by
    return use


def _local_mix(inv: Inventory, at: list[int], power: dict[str, Array] | None, base: float) -> dict[str, Any]:
    if power is None:
        return _view("v_local_mix", base, None, words.say("v_no_power", year=inv.year))
    federal, demand = factors.value("elec", inv.year), electricity_mwh(inv, at)
    mine = {k: float(v[at].sum()) for k, v in power.items()}
    found = {level: mix_factor(mine, demand, federal, level) for level in LEVELS}
    values = [base + demand * (found[level]["g_per_kwh"] - federal) / 1000 for level in LEVELS]
    middle = found["central"]
    return _view(
        "v_local_mix",
        base,
        values,
        words.say("v_chp_missing"),
        demand_mwh=demand,
        federal_g_per_kwh=federal,
        power_kw=mine,
        generation_mwh=middle["generation_mwh"],
        share=middle["share"],
        local_g_per_kwh=middle["g_per_kwh"],
    )


def temperatures(data: Path | None = None) -> dict[str, dict[str, float]]:
    """Mean air temperature (°C) by Land: `mean_1970_2014` and years; a data folder adds the years it has."""
    out: dict[str, dict[str, float]] = {}
    for row in words.table("land_temperature"):
        out[row["land"]] = {k: float(v) for k, v in row.items() if v and k not in ("land", "dwd_name")}
    if data is not None:
        _from_folder(Path(data), out)
    return out


def _from_folder(data: Path, out: dict[str, dict[str, float]]) -> None:
    path = data / "dwd" / "regional_averages_tm_year.txt"
    if not path.is_file():
        return
    lines = path.read_text(encoding="latin-1").splitlines()
    head = [h.strip() for h in lines[1].split(";")]
    names = {row["land"]: row["dwd_name"] for row in words.table("land_temperature")}
    for line in lines[2:]:
        cells = [c.strip() for c in line.split(";")]
        if len(cells) >= len(head) - 1 and cells[0].isdigit():
            for land, name in names.items():
                out[land][cells[0]] = float(cells[head.index(name)])


def ratio(reference: float, year: float) -> float:
    """Degree-day proxy reference / year = (T_b − T_ref) / (T_b − T_year), T in °C, T_b = 17 °C (own proxy)."""
    base = float(words.tables("weather")["base_temperature"]["value"])
    return (base - reference) / (base - year)


def weather_ratio(inv: Inventory, data: Path | None = None) -> dict[str, float] | None:
    """The proxy ratio per member; None if the temperature of the year is not at hand for one of them."""
    known = temperatures(data)
    own = words.tables("weather")["reference"]
    year = str(inv.year)
    if any(year not in known[a[:2]] for a in inv.ags):
        return None
    return {a: ratio(known[a[:2]][own], known[a[:2]][year]) for a in inv.ags}


def heat_rows() -> list[int]:
    """Rows of heat carriers of households, services and municipal facilities."""
    own = words.tables("weather")["space_heat_share"]
    at = rows(*own["sectors"])
    return [i for i in at if carrier(ENERGY_LINES[i]) in own["carriers"] and sector(ENERGY_LINES[i]) in own["sectors"]]


def correction(tonnes: float, r: float, level: str = "central") -> float:
    """Change of emissions (t) = tonnes · share of space heat · strength · (r − 1); energy changes alike."""
    own = words.tables("weather")
    return tonnes * float(own["space_heat_share"][level]) * float(own["strength"][level]) * (r - 1)


def _weather(inv: Inventory, at: list[int], found: dict[str, float] | None, base: float) -> dict[str, Any]:
    if inv.base_years != (inv.year,):
        return _view("v_weather", base, None, words.say("r_energy_other_year", year=inv.year))
    if found is None:
        known = temperatures()
        last = min(max(int(k) for k in known[inv.ags[j][:2]] if k.isdigit()) for j in at)
        return _view("v_weather", base, None, words.say("v_no_temperature", year=inv.year, last=last))
    values = []
    for level in LEVELS:
        change = 0.0
        for j in at:
            # an own figure of another year carries that year's weather and stays as it is
            heat = [i for i in heat_rows() if inv.vintage[i, j] == str(inv.year)]
            change += correction(float(inv.t_co2e[heat, j].sum()), found[inv.ags[j]], level)
        values.append(base + change)
    return _view("v_weather", base, values, None, ratio={inv.ags[j]: found[inv.ags[j]] for j in at})
