"""Drivers that only a member knows: hand-calculated, local, with the default beside; the factor of a heat network."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from stadtland import inventory
from stadtland.base.errors import InputError
from stadtland.inventory import balance, local, transport, uncertainty_draws
from stadtland.inventory.calibration import Frame, bundled
from stadtland.inventory.lines import LINES, index, sector
from stadtland.inventory.sources import HEATING

Toy = Callable[[dict[str, Any]], Frame]
FIVE = ("14713000", "14729030", "14729245", "14729380", "14729410")
WURZEN, LEIPZIG, THALLWITZ = "14729410", "14713000", "14729380"
CALIBRATION = bundled(2021)


@pytest.fixture(scope="module")
def five() -> inventory.Inventory:
    return inventory.build(FIVE, 2021)


def own(values: dict[str, float], unit: str, grade: str = "A", year: int = 2021) -> dict[str, Any]:
    source = "own count"
    return {k: {"value": v, "unit": unit, "year": year, "source": source, "data_quality": grade}
            for k, v in values.items()}  # fmt: skip


def heating(**counts: float) -> dict[str, float]:
    return {f"zensus2022.heat_{c}": counts.get(c, 0.0) for c in HEATING}


def test_heat_is_split_by_the_members_dwellings(toy: Toy) -> None:
    """A: 60 gas, 20 oil, 10 district heat, 10 wood, 5 electric, 1 without; B states nothing.

    Heat 1000 MWh of which wood 200, solar apart; stoves 0.5 · 200 = 100 stay; the rest 900 by n·h:
    gas 60·12 = 720, oil 20·10 = 200, district heat 10·8 = 80, wood 10·10 = 100 → Σ 1100;
    gas 900·720/1100 = 589.09 (of it LPG 1/10), oil 163.64, district heat 65.45, wood 81.82 + 100.
    """
    counts = heating(gas=60, oil=20, dh=10, wood=8, biogas=2, elec=5, none=1)
    case = {
        "figures": {k: [v, np.nan] for k, v in counts.items()},
        "national": {"census.gas": 12.0, "census.oil": 10.0, "census.dh": 8.0, "census.ambient": 9.0,
                     "census.wood": 10.0, "census.stoves": 0.5},
    }  # fmt: skip
    before = {"HH.gas": 450.0, "HH.lpg": 50.0, "HH.oil": 200.0, "HH.coal": 20.0, "HH.dh": 60.0, "HH.biomass": 200.0,
              "HH.ambient": 20.0, "HH.solar": 7.0, "HH.elec": 300.0}  # fmt: skip
    cells = {k: np.array([v, v]) for k, v in before.items()}
    found = local.heating(cells, toy(case))
    expected = {"HH.gas": 900 * 720 / 1100 * 0.9, "HH.lpg": 900 * 720 / 1100 * 0.1, "HH.oil": 900 * 200 / 1100,
                "HH.dh": 900 * 80 / 1100, "HH.biomass": 100 + 900 * 100 / 1100, "HH.coal": 0.0, "HH.ambient": 0.0,
                "HH.solar": 7.0, "HH.elec": 300.0}  # fmt: skip
    for line, value in expected.items():
        assert found[line][0] == pytest.approx(value, rel=1e-12), line
        assert found[line][1] == before[line], line
    assert sum(found[k][0] for k in before) == pytest.approx(sum(before.values()), rel=1e-12)


def test_national_counts_give_the_national_carriers() -> None:
    """All of Germany as one member with the printed national shares: the carriers come out as the statistic has them.

    Coal is left out on both sides (the press release prints no share of it).
    """
    n, c = CALIBRATION.national, CALIBRATION.control
    share = {"gas": 0.56, "oil": 0.19, "dh": 0.15, "wood": 0.04, "ambient": 0.03}
    own_counts = {f"zensus2022.heat_{k}": share.get(k, 0.0) * 43106597 for k in HEATING}
    values = {k: np.array([v]) for k, v in own_counts.items()}

    class One:
        n = 1

        def D(self, name: str) -> Any:
            return values[name]

        def N(self, name: str) -> float:
            return float(n[name])

    lines = ("gas", "lpg", "oil", "dh", "ambient", "biomass", "solar")
    cells = {f"HH.{k}": np.array([c[f"HH.{k}"]]) for k in lines} | {"HH.coal": np.zeros(1)}
    found = local.heating(cells, One())  # type: ignore[arg-type]
    for k in lines:
        assert found[f"HH.{k}"][0] == pytest.approx(c[f"HH.{k}"], rel=1e-9), k


def test_census_moves_the_carriers_and_keeps_the_heat(five: inventory.Inventory) -> None:
    counts = heating(gas=4000, oil=1500, dh=1500, wood=300, ambient=200, elec=300, coal=50, none=20)
    inv = inventory.build(FIVE, 2021, overrides={WURZEN: own(counts, "dwellings", "C")})
    at, j = index(), 4
    heat = [at[f"HH.{k}"] for k in ("gas", "lpg", "oil", "coal", "dh", "biomass", "ambient", "solar")]
    assert inv.energy_mwh[heat, j].sum() == pytest.approx(five.energy_mwh[heat, j].sum(), rel=1e-12)
    assert inv.energy_mwh[at["HH.elec"], j] == five.energy_mwh[at["HH.elec"], j]
    i = at["HH.dh"]
    gas_oil = (inv.energy_mwh[at["HH.gas"], j] + inv.energy_mwh[at["HH.lpg"], j]) / inv.energy_mwh[at["HH.oil"], j]
    n = CALIBRATION.national
    assert gas_oil == pytest.approx(4000 * n["census.gas"] / (1500 * n["census.oil"]))
    assert inv.owner[i, j] == "own_driver" and inv.state[i, j] == "estimated" and "heating" in inv.source[i, j]
    assert inv.default_t[i, j] == five.t_co2e[i, j] and "own 2021" in inv.vintage[i, j]
    assert inv.data_quality[i, j] == 0.25
    gas = at["HH.gas"]  # the range of a carrier narrows, that of the total does not
    assert inv.high[gas, j] / inv.t_co2e[gas, j] < five.high[gas, j] / five.t_co2e[gas, j]
    assert inv.owner[at["HH.elec"], j] == "default" and inv.source[at["HH.elec"], j] == five.source[at["HH.elec"], j]


def test_mileage_by_hand(toy: Toy) -> None:
    """Cars: A states 2 of 100 on motorways and 3 of 200 elsewhere; weights 0.465 local, 0.255·0.9 motorway.

    Share 0.2295/0.6945·0.02 + 0.465/0.6945·0.015. Trucks off motorways: (1·2 + 4·3)/(1·100 + 4·50) = 14/300.
    """
    case = {
        "figures": {
            "population": [10, 10], "area.land_traffic": [1, 1], "mileage.car_motorway": [2, np.nan],
            "mileage.car_other": [3, np.nan], "mileage.van_motorway": [1, np.nan], "mileage.van_other": [2, np.nan],
            "mileage.truck_motorway": [0, np.nan], "mileage.truck_other": [3, np.nan], "jobs": [1, 1],
            "area.settlement_ghd": [1, 1], "mileage.bus": [5, np.nan],
        },
        "national": {
            "mileage.car_motorway": 100, "mileage.car_other": 200, "mileage.van_motorway": 10, "mileage.van_other": 100,
            "mileage.truck_motorway": 20, "mileage.truck_other": 50, "mileage.bus": 50, "other_road.van": 1.0,
            "other_road.truck": 4.0, "motorway_van_share": 0.1, "car_motorway": 100.0, "truck_motorway": 100.0,
            "population": 100.0, "jobs": 10.0, "cars": 50.0, "area.land_traffic": 20.0, "heads_per_ghd_ha": 1.0,
            "bus_km": 50.0,
        },
        "kreis": {"cars": 10.0, "population": 20.0, "jobs": 2.0, "jobs_weight": 2.0, "ind_rest": 0.1,
                  "ind_rest_weight": 20.0, "bus_km": 10.0},
    }  # fmt: skip
    frame = toy(case)
    share, motor = transport.modes(frame)
    assert motor["car"][0] == pytest.approx(0.2295 / 0.6945 * 0.02)
    assert share["car"][0] == pytest.approx(0.2295 / 0.6945 * 0.02 + 0.465 / 0.6945 * 0.015)
    whole = 0.0255 + 0.15 + 0.13
    assert motor["truck"][0] == pytest.approx((0.0255 * 0.1 + 0.15 * 0.0) / whole)
    assert share["truck"][0] == pytest.approx(motor["truck"][0] + 0.13 / whole * 14 / 300)
    assert share["bus"][0] == pytest.approx(0.1) and share["bus"][1] == pytest.approx(10 / 50 * 10 / 20)
    assert local.motorway_known(frame).tolist() == [True, False]


def test_all_the_mileage_of_germany_is_the_fuel_of_germany() -> None:
    """The national mileage as one member takes the whole of every mode: own mileage closes with the statistic."""
    n = CALIBRATION.national
    assert sum(n[f"mileage.{m}"] for m in ("car_motorway", "car_other")) == pytest.approx(0.9225 * 642.262e9)
    for kind in ("car_motorway", "van_motorway", "truck_motorway", "car_other", "bus"):
        assert n[f"mileage.{kind}"] > 0


def mileage(factor: float = 1.0) -> dict[str, float]:
    return {k: factor * v for k, v in {
        "mileage.car_motorway": 0.0, "mileage.car_other": 80e6, "mileage.van_motorway": 0.0, "mileage.van_other": 8e6,
        "mileage.truck_motorway": 0.0, "mileage.truck_other": 4e6, "mileage.bus": 5e5,
    }.items()}  # fmt: skip


def test_mileage_moves_the_road_of_one_member_and_makes_the_motorway_known(five: inventory.Inventory) -> None:
    inv = inventory.build(FIVE, 2021, overrides={WURZEN: own(mileage(), "vehicle-km", "B")})
    j = 4
    moved = {LINES[i] for i in range(len(LINES)) if inv.t_co2e[i, j] != five.t_co2e[i, j]}
    assert moved == {x for x in LINES if x.startswith(("VK.car", "VK.truck", "VK.bus")) and five.t_co2e[index()[x], j]}
    np.testing.assert_array_equal(inv.t_co2e[:, :4], five.t_co2e[:, :4])
    view = balance.views(inv)
    assert view[WURZEN]["without_motorway_t"] == pytest.approx(balance.accounts(inv)[WURZEN]["gross_t"], rel=1e-12)
    assert view[WURZEN]["without_motorway_reason"] is None
    assert view[LEIPZIG]["without_motorway_t"] is None and view["joint"]["without_motorway_t"] is None
    i = index()["VK.car.diesel"]
    assert inv.data_quality[i, j] == 0.5 and inv.high[i, j] / inv.t_co2e[i, j] == pytest.approx(np.exp(1.28155 * 0.1))
    # twice the mileage, twice the fuel
    double = inventory.build(FIVE, 2021, overrides={WURZEN: own(mileage(2.0), "vehicle-km", "B")})
    assert double.energy_mwh[i, j] == pytest.approx(2 * inv.energy_mwh[i, j])
    width = [b - a for a, b in (inventory.ranges(x)[WURZEN]["bisko_t"] for x in (inv, five))]
    assert width[0] < width[1]


def test_part_of_the_mileage_moves_its_part_and_keeps_the_grade(five: inventory.Inventory) -> None:
    inv = inventory.build(FIVE, 2021, overrides={WURZEN: own({"mileage.car_other": 80e6}, "vehicle-km", "B")})
    i, truck = index()["VK.car.petrol"], index()["VK.truck.diesel"]
    assert inv.owner[i, 4] == "own_driver" and inv.data_quality[i, 4] < 0.25
    assert inv.t_co2e[truck, 4] == five.t_co2e[truck, 4] and inv.owner[truck, 4] == "default"
    assert balance.views(inv)[WURZEN]["without_motorway_t"] is None


def test_motorway_tonnes_are_taken_out(five: inventory.Inventory) -> None:
    some = mileage() | {"mileage.car_motorway": 40e6, "mileage.van_motorway": 3e6, "mileage.truck_motorway": 9e6}
    inv = inventory.build(FIVE, 2021, overrides={WURZEN: own(some, "vehicle-km")})
    view, gross = balance.views(inv)[WURZEN], balance.accounts(inv)[WURZEN]["gross_t"]
    none = inventory.build(FIVE, 2021, overrides={WURZEN: own(mileage(), "vehicle-km")})
    assert view["without_motorway_t"] == pytest.approx(balance.accounts(none)[WURZEN]["gross_t"], rel=1e-12)
    assert gross - view["without_motorway_t"] == pytest.approx(view["motorway_t"], rel=1e-9)


def test_organic_soils_by_hand(five: inventory.Inventory) -> None:
    """100 ha arable × 35.602 + 50 ha grassland × 29.656 t/ha (inventory 2023); nitrous oxide 150 ha × 2.5875 t/ha."""
    figures = {"organic.arable": 100.0, "organic.grassland": 50.0}
    inv = inventory.build(FIVE, 2021, overrides={THALLWITZ: own(figures, "ha", "B")})
    i, n2o, j = index()["LULUCF.organic_soils"], index()["AGR.soils_n2o"], 3
    assert inv.t_co2e[i, j] == pytest.approx(100 * 35.6018 + 50 * 29.6563, rel=1e-5)
    assert inv.owner[i, j] == "own_driver" and inv.data_quality[i, j] == 0.25
    plain = inventory.build(FIVE, 2021, overrides={THALLWITZ: own(dict.fromkeys(figures, 0.0), "ha")})
    assert plain.t_co2e[i, j] == 0 and plain.owner[i, j] == "own_driver"
    assert inv.t_co2e[n2o, j] - plain.t_co2e[n2o, j] == pytest.approx(150 * 265 * 9.764e-3, rel=1e-3)
    total = inventory.build(FIVE, 2021, overrides={THALLWITZ: own({"area.organic_soils": 150.0}, "ha")})
    assert total.t_co2e[i, j] == pytest.approx(150 * 31.19866, rel=1e-5)


def test_employees_by_sector(five: inventory.Inventory) -> None:
    """Services: own · Σ(jobs·share)/(0.72·Σ jobs). Industry: own / (jobs_K · share_K · 0.27·Σ jobs/Σ(jobs·share))."""
    jobs = {"jobs": 7000.0, "jobs.services": 4000.0, "jobs.industry": 2500.0}
    inv = inventory.build(FIVE, 2021, overrides={WURZEN: own(jobs, "persons")})
    moved = {sector(x) for i, x in enumerate(LINES) if not np.isclose(inv.t_co2e[i, 4], five.t_co2e[i, 4], rtol=1e-12)}
    assert moved == {"GHD", "IND", "VK"}
    assert set(inv.source[index()["GHD.gas"], :4]) == {f"estimate {five.method_version}"}
    city = inventory.build(FIVE, 2021, overrides={LEIPZIG: own({"jobs.industry": 1.0}, "persons")})
    np.testing.assert_array_equal(city.t_co2e, five.t_co2e)  # the city is its own Kreis: nothing to split


def test_employees_by_hand(toy: Toy) -> None:
    case = {
        "figures": {"jobs.industry": [30, np.nan], "jobs.services": [72, np.nan]},
        "national": {"jobs": 1000.0, "secondary_jobs": 300.0, "tertiary_jobs": 700.0},
        "kreis": {"jobs": 200.0, "secondary": 0.4},
    }
    frame = toy(case)
    # 200 · 0.4 · (0.27 · 1000 / 300) = 72 industrial jobs in the Kreis
    assert local.industrial_share(frame, np.array([0.5, 0.5]))[0] == pytest.approx(30 / 72)
    assert local.service_jobs(frame)[0] == pytest.approx(72 * 700 / 720)
    assert np.isnan(local.industrial_share(frame, np.array([1.0, 0.5]))[0])


NETWORK = {"dh.delivered": 40.0, "dh.losses": 5.0, "dh.fuel_gas": 100.0, "dh.electricity": 40.0}


def network(**more: float) -> dict[str, Any]:
    return own(NETWORK | more, "MWh") | own({"dh.temperature": 99.85}, "°C")


def test_factor_of_a_heat_network_by_carnot(five: inventory.Inventory) -> None:
    """Test vector of the method notes: 40 MWh power, 45 MWh heat, gas 100 MWh · 247 g/kWh, 373 K → heat share 0.21349;
    over 40 MWh delivered: 0.21349 · 24,700 / 40 = 131.83 g/kWh.
    """
    inv = inventory.build(FIVE, 2021, overrides={LEIPZIG: network()})
    i = index()["HH.dh"]
    assert inv.network_factor[0] == pytest.approx(0.21349 * 24700 / 40, rel=1e-4)
    assert inv.energy_mwh[i, 0] == five.energy_mwh[i, 0]
    assert inv.t_co2e[i, 0] == pytest.approx(five.t_co2e[i, 0] * inv.network_factor[0] / 260)
    assert inv.network_route == {LEIPZIG: "plant"} and "carnot" in inv.source[i, 0]
    assert inv.default_t[i, 0] == five.t_co2e[i, 0]
    np.testing.assert_array_equal(inv.t_co2e[:, 1:], five.t_co2e[:, 1:])


def test_boilers_and_a_metered_line_with_the_network_factor() -> None:
    """Boilers alone: gas 60 MWh → 50 MWh delivered: 60 · 247 / 50 = 296.4 g/kWh; 1 GWh sold to households."""
    boilers = own({"dh.delivered": 50.0, "dh.boiler_gas": 60.0, "dh.boiler_heat": 50.0}, "MWh")
    inv = inventory.build([LEIPZIG], 2021, overrides={LEIPZIG: boilers | own({"HH.dh": 1.0}, "GWh")})
    i = index()["HH.dh"]
    assert inv.t_co2e[i, 0] == pytest.approx(296.4) and inv.owner[i, 0] == "own" and "296.4" in inv.source[i, 0]
    stated = inventory.build([LEIPZIG], 2021, overrides={LEIPZIG: own({"dh.factor": 150.0}, "g/kWh")})
    assert stated.network_factor[0] == 150.0 and stated.network_route == {LEIPZIG: "stated"}


@pytest.mark.parametrize(
    ("figures", "code"),
    [
        ({"dh.fuel_gas": 10.0}, "network"),
        ({"dh.fuel_gas": 10.0, "dh.delivered": 5.0, "dh.electricity": 3.0}, "network"),
        ({"dh.delivered": 50.0, "dh.boiler_gas": 60.0, "dh.boiler_heat": 90.0}, "network"),
        ({"dh.delivered": 50.0, "dh.boiler_gas": 60.0}, "network"),
        ({"dh.delivered": 50.0, "dh.fuel_gas": 60.0, "dh.boiler_heat": 50.0}, "network"),
        ({"organic.arable": 3.0}, "override-incomplete"),
        ({"zensus2022.heat_gas": 3.0}, "override-incomplete"),
    ],
)
def test_partial_figures_are_refused(figures: dict[str, float], code: str) -> None:
    units = {"dh": "MWh", "organic": "ha", "zensus2022": "dwellings"}
    entries = {k: own({k: v}, units[k.split(".")[0]])[k] for k, v in figures.items()}
    with pytest.raises(InputError) as error:
        inventory.build([LEIPZIG], 2021, overrides={LEIPZIG: entries})
    assert error.value.code == code


def test_draws_know_lines_carried_by_own_drivers(five: inventory.Inventory) -> None:
    inv = inventory.build(FIVE, 2021, overrides={WURZEN: own(mileage(), "vehicle-km", "B")})
    draws = uncertainty_draws.draw(inv, 1024)
    band = uncertainty_draws.bands(draws, inv)["bands"][WURZEN]["bisko_t"]
    plain = uncertainty_draws.bands(uncertainty_draws.draw(five, 1024), five)["bands"][WURZEN]["bisko_t"]
    assert band["high"] - band["low"] < plain["high"] - plain["low"]
    assert band["central"] == pytest.approx(balance.accounts(inv)[WURZEN]["bisko_t"])


def test_a_metered_cell_keeps_the_plain_estimate_beside(five: inventory.Inventory) -> None:
    figures = own(mileage(), "vehicle-km") | own({"VK.car.diesel": 1.0}, "GWh")
    inv = inventory.build(FIVE, 2021, overrides={WURZEN: figures})
    i = index()["VK.car.diesel"]
    assert inv.default_t[i, 4] == five.t_co2e[i, 4] and inv.owner[i, 4] == "own" and inv.energy_mwh[i, 4] == 1000


def test_years_between_with_own_drivers() -> None:
    plain = inventory.build(FIVE, 2019)
    inv = inventory.build(FIVE, 2019, overrides={WURZEN: own(mileage(), "vehicle-km", year=2019)})
    np.testing.assert_array_equal(inv.default_t, plain.t_co2e)
    np.testing.assert_array_equal(inv.t_co2e[:, :4], plain.t_co2e[:, :4])
