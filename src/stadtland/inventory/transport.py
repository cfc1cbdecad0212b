"""Transport on the territory without a traffic model: road by mode, rail, ships, landing and take-off."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .arrays import divide
from .calibration import Frame
from .industry import rest as industry_rest
from .lines import ROAD_FUELS
from .local import known_or, mileage, other_trucks
from .method import weights
from .services import jobs

Array = NDArray[np.float64]


def cars(frame: Frame) -> Array:
    """Passenger cars [member]: own figure, else the Kreis by heads."""
    split = frame.K("cars") * frame.D("population") / frame.K("population")
    return known_or(frame.D("cars.tot"), split)


def motorway_raw(frame: Frame, population: float) -> Array:
    """population^p × traffic area^(1−p) [member] (persons, ha)."""
    return np.asarray(frame.D("population") ** population * frame.D("area.land_traffic") ** (1 - population))


def local_cars(frame: Frame) -> Array:
    """Share in cars outside motorways (sums to 1) [member]: cars, jobs, traffic area."""
    key = weights()["road"]["cars_local_keys"]
    return np.asarray(
        key["cars"] * cars(frame) / frame.N("cars")
        + key["jobs"] * jobs(frame) / frame.N("jobs")
        + key["traffic_area"] * frame.D("area.land_traffic") / frame.N("area.land_traffic")
    )


def local_trucks(frame: Frame) -> Array:
    """Share in trucks and vans outside motorways (sums to 1) [member]: half economy, half traffic area."""
    half = weights()["road"]["trucks_local_economy"]
    economy = 0.5 * industry_rest(frame) + 0.5 * jobs(frame) / frame.N("jobs")
    return np.asarray(half * economy + (1 - half) * frame.D("area.land_traffic") / frame.N("area.land_traffic"))


def buses(frame: Frame) -> Array:
    """Share in line buses (sums to 1) [member]: own vehicle-km, else vehicle-km of the Kreis by heads."""
    split = frame.K("bus_km") / frame.N("bus_km") * frame.D("population") / frame.K("population")
    return known_or(mileage(frame, "bus"), split)


def modes(frame: Frame) -> tuple[dict[str, Array], dict[str, Array]]:
    """Share of each road mode (sums to 1) [member], and the motorway part inside that share [member]."""
    own = weights()["road"]
    van = frame.N("motorway_van_share")
    guess = motorway_raw(frame, own["cars_motorway_population"]) / frame.N("car_motorway")
    car_motor, van_motor = (known_or(mileage(frame, f"{m}_motorway"), guess) for m in ("car", "van"))
    truck_motor = known_or(
        mileage(frame, "truck_motorway"),
        motorway_raw(frame, own["trucks_motorway_population"]) / frame.N("truck_motorway"),
    )
    car = {"local": own["cars_local"], "motor": own["cars_vans_motorway"] * (1 - van)}
    truck = {
        "vans": own["cars_vans_motorway"] * van,
        "motor": own["trucks_motorway"],
        "local": own["trucks_local"],
    }
    car_all, truck_all = sum(car.values()), sum(truck.values())
    motor = {
        "car": car["motor"] / car_all * car_motor,
        "truck": (truck["vans"] * van_motor + truck["motor"] * truck_motor) / truck_all,
        "bus": np.zeros(frame.n),
    }
    share = {
        "car": motor["car"] + car["local"] / car_all * known_or(mileage(frame, "car_other"), local_cars(frame)),
        "truck": motor["truck"] + truck["local"] / truck_all * known_or(other_trucks(frame), local_trucks(frame)),
        "bus": buses(frame),
    }
    return share, motor


def tram_mwh(frame: Frame) -> Array:
    """Electricity of trams and underground (MWh) [member]: Kreis km × 4 kWh/km by heads."""
    per_km = weights()["rail"]["tram_mwh_per_km"]
    return np.asarray(frame.K("tram_km") * per_km * frame.D("population") / frame.K("population"))


def passenger_trains(frame: Frame) -> Array:
    """Share in passenger trains (sums to 1) [member]: Kreis train-km, half by heads, half by traffic area."""
    half = weights()["rail"]["area_share"]
    heads = frame.D("population") / frame.K("population")
    area = divide(frame.D("area.land_traffic"), frame.K("area.land_traffic"), heads)
    return np.asarray(frame.K("train_km") / frame.N("train_km") * ((1 - half) * heads + half * area))


def trains(frame: Frame) -> Array:
    """Share in train energy without trams (sums to 1) [member]: 60 % passengers, 40 % freight by traffic
    area.
    """
    passenger = weights()["rail"]["passenger_share"]
    freight = frame.D("area.land_traffic") / frame.N("area.land_traffic")
    return np.asarray(passenger * passenger_trains(frame) + (1 - passenger) * freight)


def estimate(frame: Frame) -> tuple[dict[str, Array], dict[str, Array]]:
    """All transport lines (MWh) [member], and the motorway-like part of car and truck lines (share 0–1)
    [member].
    """
    control = frame.calibration.control
    share, motor = modes(frame)
    out: dict[str, Array] = {}
    for mode, part in share.items():
        for fuel in ROAD_FUELS:
            total = control.get(f"VK.{mode}.{fuel}")
            if total is not None:
                out[f"VK.{mode}.{fuel}"] = total * part
    trams = tram_mwh(frame)
    train = trains(frame)
    out["VK.rail.elec"] = trams + (control["VK.rail.elec"] - frame.N("tram_mwh")) * train
    out["VK.rail.diesel"] = control["VK.rail.diesel"] * train
    out["VK.rail.biofuel"] = control["VK.rail.biofuel"] * train
    out["VK.ship.diesel"] = control["VK.ship.diesel"] * frame.D("ships.inland_mwh") / frame.N("ships.inland_mwh")
    out["VK.air.kerosene"] = control["VK.air.kerosene"] * frame.D("air.kerosene_mwh") / frame.N("air.kerosene_mwh")
    return out, {m: divide(motor[m], share[m]) for m in ("car", "truck")}
