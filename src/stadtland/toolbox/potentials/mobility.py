"""Potentials for mobility."""

from __future__ import annotations

import numpy as np

from .base import Array, Base, Outcome, register, spread

ROAD_FUELS = ("petrol", "diesel", "lpg", "cng", "biofuel")


@register("cars", "cars")
def cars(base: Base) -> Outcome:
    """Cars without battery drive: registered cars − battery cars, · share (KBA, 1 January)."""
    stock = base.figure("cars.tot") - np.nan_to_num(base.figure("cars.bev"))
    return Outcome(spread(stock * base.share(), base.size), "B")


@register("road_energy", "vehicles")
def road_energy(base: Base) -> Outcome:
    """Vehicles behind the fuel of one road mode of the inventory.

    Formula: fuel of the mode (MWh) · share / MWh per vehicle and year; parameter `mode`: 1 car, 2 truck,
    3 bus.
    """
    mode = {1: "VK.car", 2: "VK.truck", 3: "VK.bus"}[int(base.param("mode")[1, 0])]
    fuel = base.lines(mode, ROAD_FUELS)
    return Outcome(spread(fuel * base.share() / base.param("mwh_per_unit"), base.size), "C")


@register("car_commuters", "persons")
def car_commuters(base: Base) -> Outcome:
    """Employees who go to work by car, persons: population · employed share · car share · share.

    Source of the car share: 68 % of employees (Destatis 2020); employed share: national average.
    """
    people = base.figure("population") * base.param("employed_share") * base.param("car_share")
    return Outcome(spread(people * base.share(), base.size), "C")


def _out_commuters(base: Base) -> Array:
    """Persons who drive to work in another district, (3, n): `commuters.out`, else a share of employed."""
    named = base.figure("commuters.out")
    guess = base.figure("population") * base.param("employed_share") * base.param("out_share")
    return np.where(np.isnan(named), guess, named) * base.param("car_share")


@register("out_commuters", "persons")
def out_commuters(base: Base) -> Outcome:
    """Persons who commute by car to another district: commuters (BA, June 2023) · car share · share."""
    return Outcome(spread(_out_commuters(base) * base.share(), base.size), "C")


@register("commuter_kilometres", "1000 person-km")
def commuter_kilometres(base: Base) -> Outcome:
    """Person-kilometres of car commuters that could move to buses, 1000 pkm a year.

    Formula: commuters by car to another district · km a day · working days / 1000 · share.
    """
    yearly = _out_commuters(base) * base.param("km_per_day") * base.param("days") / 1000.0
    return Outcome(spread(yearly * base.share(), base.size), "D")


@register("shared_cars", "shared vehicles")
def shared_cars(base: Base) -> Outcome:
    """Shared cars: households (population / household size) · share of households / households per
    vehicle."""
    households = base.figure("population") / base.figure("zensus2022.avg_household_size")
    return Outcome(spread(households * base.share() / base.param("households_per_vehicle"), base.size), "C")


@register("corridor_km", "km")
def corridor_km(base: Base) -> Outcome:
    """Length of cycle highways, km: traffic area (ha) · km per ha · share; a placeholder until a
    corridor is drawn."""
    return Outcome(spread(base.figure("area.land_traffic") * base.param("km_per_ha") * base.share(), base.size), "D")


@register("machine_fuel", "machines")
def machine_fuel(base: Base) -> Outcome:
    """Machines of farms, construction and gardening behind the fuel of trade and services.

    Formula: diesel and petrol of trade and services (MWh, inventory) · share / MWh per machine and year.
    """
    fuel = base.lines("GHD", ("diesel", "petrol"))
    return Outcome(spread(fuel * base.share() / base.param("mwh_per_unit"), base.size), "D")
