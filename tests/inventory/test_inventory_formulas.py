"""Every formula of the estimate against hand-calculated cases (tests/cases/inventory_formulas.toml)."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from stadtland.inventory import control, factors, households, industry, nonenergy, services, transport
from stadtland.inventory.calibrate import _fit_rows
from stadtland.inventory.calibration import Frame
from stadtland.inventory.livestock import repair
from stadtland.inventory.uncertainty import sector_sigma, spread

CASES = tomllib.loads((Path(__file__).parents[1] / "cases" / "inventory_formulas.toml").read_text(encoding="utf-8"))[
    "case"
]
Toy = Callable[[dict[str, Any]], Frame]


@pytest.mark.parametrize("case", CASES, ids=[c["function"] for c in CASES])
def test_hand_calculated(case: dict[str, Any], toy: Toy) -> None:
    name, _, argument = case["function"].partition(":")
    module, function = name.split(".")
    found = getattr(import_module(f"stadtland.inventory.{module}"), function)
    result = found(toy(case), argument) if argument else found(toy(case))
    np.testing.assert_allclose(result, case["expected"], rtol=1e-12)


def test_seeds_city_and_village(toy: Toy) -> None:
    case = {
        "figures": {"stock.residential_buildings_area_total": [10, 10], "stock.buildings_1flat": [0, 100]},
        "national": {"m2_per_head": 1.0},
    }
    city, village = households.seeds(toy(case)).T
    # gas, oil, LPG, coal east, wood·(0.4+form), solar 2·form, ambient 2.5·form
    np.testing.assert_allclose(city, [80, 13, 1, 2, 4 * 0.4, 0, 0])
    np.testing.assert_allclose(village, [40, 36, 6, 2, 18 * 1.4, 2, 2.5])


def test_row_fit_keeps_rows_and_columns() -> None:
    seed = np.array([[3.0, 1.0], [1.0, 1.0]])
    rows, columns = np.array([40.0, 60.0]), np.array([60.0, 40.0])
    k = _fit_rows(seed, rows, columns)
    cells = rows * seed * k[:, None] / (seed * k[:, None]).sum(axis=0)
    np.testing.assert_allclose(cells.sum(axis=0), rows)
    np.testing.assert_allclose(cells.sum(axis=1), columns)
    # proportional fitting keeps the cross ratio of the seed: 3·1/(1·1)
    a, b = cells[0]
    c, d = cells[1]
    assert a * d / (b * c) == pytest.approx(3.0)


def test_proportional_fit_known_answer() -> None:
    # uniform start: independence table r·c/total
    fitted = control.fit(np.ones((2, 2)), np.array([30.0, 70.0]), np.array([40.0, 60.0]))
    np.testing.assert_allclose(fitted, [[12, 18], [28, 42]])


def test_coverage_of_a_branch() -> None:
    zero = np.zeros(10)
    table = {c: zero.copy() for c in industry.CARRIERS}
    table["gas"][0] = 1000.0  # 1000 MWh · 0.201 = 201 t
    plants, process = zero.copy(), zero.copy()
    plants[0], process[0] = 150.5, 100.0  # 150.5 / (201 + 100) = 0.5
    cover = industry.coverage(table, 0.3, plants, process)
    assert cover[0] == pytest.approx(0.5)
    assert cover[3] == 1.0 and cover[4] == 0.9  # steel is fixed
    plants[0] = 1e9
    assert industry.coverage(table, 0.3, plants, process)[0] == 0.97


def test_industry_books_plants_first(toy: Toy) -> None:
    n = 10
    case = {
        "figures": {"population": [50, 50], "ets.miner_glas": [30, 0]},
        "national": {"heads_per_ghd_ha": 1.0},
        "kreis": {"ind_rest": 0.2, "ind_rest_weight": 30.0},
        "vectors": {
            "ets_sum": [1.0] * 6 + [120.0] + [1.0] * 3,
            "cov_fuel": [0.0] * 6 + [0.8] + [0.0] * 3,
            "cov_elec": [0.0] * n,
            **{f"ind.{c}": [0.0] * n for c in industry.CARRIERS},
            "ind.gas": [0.0] * 6 + [1000.0] + [0.0] * 3,
        },
    }
    whole, part = industry.raw(toy(case))
    # plant: 1000 · 0.8 · 30/120 = 200; rest: 200 · (0.2 · 0.5) = 20 each
    np.testing.assert_allclose(part["gas"], [200, 0])
    np.testing.assert_allclose(whole["gas"], [220, 20])


def test_municipal_facilities_leave_the_services(toy: Toy) -> None:
    heat = {f"F.GHD.{c}": 1.0 for c in services.STEP}
    case = {
        "figures": {"population": [1000, 10]},
        "national": {
            "heads_per_ghd_ha": 1.0,
            "tertiary_jobs": 505.0,
            "population": 1010.0,
            "jobs": 505.0,
            "ghd.heat": 0.0,
            "ghd.elec": 1010.0,
            "area.veg_agri": 1.0,
            "m2_per_head": 1.0,
            **{f"farm.{c}": 0.0 for c in (*services.FARM, "diesel", "petrol")},
        },
        "vectors": {"ghd.k": [1.0] * 7},
        "land": {"temperature": 10.0, "temperature_de": 10.0, **heat},
        "kreis": {"jobs": 505.0, "jobs_weight": 505.0, "tertiary": 1.0},
        "control": {"GHD.diesel": 0.0, "GHD.petrol": 0.0, "GHD.other": 0.0},
    }
    out, _ = services.estimate(toy(case))
    # A: 1000 MWh · 0.472 t/MWh = 472 t; 0.16 t · 1000 heads = 160 t → 160/472 of 1000 MWh
    np.testing.assert_allclose(out["KE.elec"][0], 1000 * 160 / 472)
    np.testing.assert_allclose(out["KE.elec"] + out["GHD.elec"], [1000, 10])


def test_mode_shares_sum_and_hand_value(toy: Toy) -> None:
    case = {
        "figures": {"population": [200, 50], "area.settlement_ghd": [10, 0], "area.land_traffic": [40, 20]},
        "national": {
            "heads_per_ghd_ha": 5.0,
            "cars": 150.0,
            "jobs": 300.0,
            "area.land_traffic": 60.0,
            "bus_km": 12.0,
            "motorway_van_share": 0.2,
            "car_motorway": 200**0.65 * 40**0.35 + 50**0.65 * 20**0.35,
            "truck_motorway": 200**0.4 * 40**0.6 + 50**0.4 * 20**0.6,
        },
        "kreis": {
            "cars": 150.0,
            "population": 250.0,
            "jobs": 300.0,
            "jobs_weight": 150.0,
            "bus_km": 12.0,
            "ind_rest": 1.0,
            "ind_rest_weight": 110.0,
        },
    }
    frame = toy(case)
    share, motor = transport.modes(frame)
    for mode, part in share.items():
        assert part.sum() == pytest.approx(1.0), mode
    local = transport.local_cars(frame)[0]
    motorway = 200**0.65 * 40**0.35 / case["national"]["car_motorway"]
    expected = (0.465 * local + 0.255 * 0.8 * motorway) / (0.465 + 0.255 * 0.8)
    assert share["car"][0] == pytest.approx(expected)
    assert (motor["car"] <= share["car"]).all() and motor["bus"].sum() == 0


def test_process_unknown_is_not_zero(toy: Toy) -> None:
    columns = nonenergy.PROCESS_PLANTS
    case = {
        "figures": {"ets.miner_glas": [40, 0]},
        "national": {**{f"process.{b}": 100.0 for b in columns}, **dict.fromkeys(columns.values(), 160.0)},
    }
    tonnes, known = nonenergy.process(toy(case))
    assert tonnes[0] == pytest.approx(25.0)  # 100 · 40/160
    assert known.tolist() == [True, False]


@pytest.mark.parametrize(
    ("name", "year", "value"),
    [
        ("elec", 2018, 544),
        ("elec", 2021, 472),
        ("ambient", 2021, 147.5),
        ("gas", 2021, 247),
        ("petrol", 2018, 322),
        ("petrol", 2021, 337),
        ("diesel", 2021, 331),
        ("dh", 2012, 260),
    ],
)
def test_factors(name: str, year: int, value: float) -> None:
    figure = factors.factor(name, year)
    assert figure.value == pytest.approx(value) and figure.evidence in ("A", "B") and figure.source


def test_biofuel_factor_follows_the_blend() -> None:
    # 25 % ethanol (141), 75 % biodiesel (118)
    assert factors.of_line("VK.car.biofuel", 2021, {"car": 0.25}) == pytest.approx(123.75)


def test_lost_digit_of_a_herd_is_repaired() -> None:
    names = ("cows", "cattle", "pigs", "poultry", "other_animals")
    heads = {a: np.array([1000.0, 1000.0, 1000.0]) for a in names}
    table = {**heads, **{f"{a}_ch4e": np.array([0.02, 0.02, 0.02]) for a in names}}
    table["cows"] = np.array([900.0, 90.0, 900.0])  # the middle one lost a digit
    notes = repair(table, {a: v.copy() for a, v in heads.items()}, ("01", "02", "03"))
    np.testing.assert_allclose(table["cows"], [900, 900, 900])
    assert len(notes) == 1 and "Land 02" in notes[0]


def test_spread_is_mirrored_for_removals() -> None:
    low, high = spread(np.array([100.0, -100.0]), np.array([0.5, 0.5]), 1.0)
    np.testing.assert_allclose(low, [100 * np.exp(-0.5), -100 * np.exp(0.5)])
    np.testing.assert_allclose(high, [100 * np.exp(0.5), -100 * np.exp(-0.5)])


def test_sigma_by_population_class() -> None:
    found = sector_sigma(np.array([1999.0, 2000.0, 10000.0, 50001.0]), np.array([0.0, 0.6, 0.5, 0.51]))
    assert found["HH"].tolist() == [0.20, 0.15, 0.13, 0.12]
    assert found["IND"].tolist() == [1.00, 0.40, 0.70, 0.35]
