"""Emission factors of the energy lines (g CO2e per kWh = kg per MWh, including upstream)."""

from __future__ import annotations

import csv
from functools import cache

from stadtland.base import content
from stadtland.base.errors import InputError
from stadtland.base.figure import Figure

FIRST_YEAR, LAST_YEAR = 2010, 2023
HEAT_PUMP_PERFORMANCE = 3.2  # BISKO: ambient heat carries the federal mix divided by 3.2


@cache
def _table() -> list[dict[str, str]]:
    with content.path("inventory", "factors.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def check_year(year: int) -> None:
    """InputError for a year without a factor of the federal electricity mix."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise InputError(
            "inventory-year",
            f"there is no inventory for {year}",
            "year",
            f"choose a year from {FIRST_YEAR} to {LAST_YEAR}; later years belong to the plan",
        )


@cache
def factor(name: str, year: int) -> Figure:
    """Factor of a carrier in a year (g CO2e/kWh final energy, lower heating value, incl. upstream).

    `name`: a carrier of the lines, or `lpg_transport`, `bioethanol`, `biodiesel`. `ambient` is the federal
    mix / 3.2. InputError outside 2010–2023.
    """
    check_year(year)
    if name == "ambient":
        mix = factor("elec", year)
        assert mix.value is not None
        return mix.model_copy(update={"id": "ef.ambient", "value": mix.value / HEAT_PUMP_PERFORMANCE})
    for row in _table():
        if row["carrier"] == name and int(row["from_year"]) <= year <= int(row["to_year"]):
            return Figure(
                id=f"ef.{name}",
                value=float(row["g_co2e_per_kwh"]),
                unit="g/kWh",
                year=year,
                source=f"{row['release']}: {row['source']}",
                evidence=row["evidence"],  # type: ignore[arg-type]
            )
    raise KeyError(name)


def value(name: str, year: int) -> float:
    """The number of `factor` (kg CO2e per MWh)."""
    number = factor(name, year).value
    assert number is not None
    return number


def of_line(line: str, year: int, ethanol_share: dict[str, float]) -> float:
    """Factor of an energy line (kg CO2e per MWh).

    `ethanol_share`: share of bioethanol in the biofuel of a transport mode (the rest is biodiesel), from
    the calibration.
    """
    head, _, name = line.rpartition(".")
    if head.startswith("VK."):
        if name == "lpg":
            return value("lpg_transport", year)
        if name == "biofuel":
            share = ethanol_share[head[3:]]
            return share * value("bioethanol", year) + (1 - share) * value("biodiesel", year)
    if line == "GHD.other":  # aviation fuel of the forces, the only content of this line
        return value("kerosene", year)
    return value(name, year)
