"""Analytic cases (a)–(g): merit order, inertia, interaction, saturation, replacement, land price, gross cap."""

from __future__ import annotations

import math

import numpy as np
import pytest
from roadmap_cases import W1, W2, one, process

from stadtland.roadmap import kernels
from stadtland.roadmap.answer import answer
from stadtland.roadmap.build import build
from stadtland.roadmap.loading import load
from stadtland.roadmap.solve import solve


def answered(doc):
    return answer(load(doc), solve(build(load(doc))))


def test_a_merit_order() -> None:
    prices = {"x": 0.4, "y": 0.1, "z": 0.2}
    measures = [process("A", 10, p, id=name) for name, p in prices.items()]
    result = answered(one(measures=measures, rest_kt={"A": 40}, caps={"net": {"A": 15}}))
    used = {name: result["measures"][name]["standing"][0] for name in prices}
    assert used == pytest.approx({"y": 10, "z": 10, "x": 5}, abs=1e-9)
    assert result["duals"]["net:joint:2026"] == pytest.approx(-0.4)


def test_b_slow_measure_starts_first_though_dearer() -> None:
    fast = process("A", 10, 0.01, id="fast")
    slow = process("A", 20, 0.1, id="slow", ramp=2)
    caps = {"net": {"A": [None] * 9 + [10]}}
    result = answered(one(10, measures=[fast, slow], rest_kt={"A": 40}, caps=caps, backstop=10))
    assert result["measures"]["slow"]["entering"] == pytest.approx([2.0] * 10, abs=1e-7)
    assert result["measures"]["fast"]["standing"][-1] == pytest.approx(10)
    assert max(result["backstop_kt"]) == pytest.approx(0, abs=1e-7)


def test_c_insulation_and_clean_heat_leave_22_5_percent() -> None:
    result = answered(W1)
    assert result["services"]["heat"]["legacy"][0] == pytest.approx(100 * 0.75 * 0.30)


def test_d_soil_carbon_saturates() -> None:
    by_age = kernels.kernel("first_order", 16, 0.055, 20)
    assert by_age.sum() == pytest.approx(16 * (1 - math.exp(-1.1))) == pytest.approx(10.674, abs=5e-4)
    for shape, rate in (("first_order", 0.055), ("chapman_richards", 0.03), ("linear", 0.02)):
        long = kernels.kernel(shape, 16, rate, 5000)
        assert long.sum() == pytest.approx(16) and np.all(np.cumsum(long) <= 16 + 1e-9) and np.all(long >= 0)
    # chapman_richards starts slowly, first_order does not
    slow = kernels.kernel("chapman_richards", 16, 0.05, 30)
    assert slow.argmax() > 5 and slow[0] == pytest.approx(16 * (1 - math.exp(-0.05)) ** 2)
    assert kernels.kernel("linear", 10, 0.25, 6).tolist() == pytest.approx([2.5] * 4 + [0, 0])


def test_d_soil_carbon_in_the_plan() -> None:
    soil = {
        "id": "soil",
        "member": "A",
        "class": "land",
        "potential": 1,
        "removal": {"cap_kt_per_unit": 16, "rate": 0.055},
    }
    result = answered(one(20, measures=[soil], rest_kt={"A": 5}, caps={"net": {"A": 0}}))
    assert sum(result["removals_kt"]) == pytest.approx(16 * (1 - math.exp(-1.1)))


def test_e_one_replacement() -> None:
    units = answered(W2)["measures"]["M"]["units"]
    assert [2026 + t for t, u in enumerate(units) if u > 1e-9] == [2026, 2040]


def test_f_price_of_land_is_its_opportunity_cost() -> None:
    """One more kha of 2 used by either 5 kt at 0.5 or 3 kt at 0.1, against a backstop of 1: worth 5·1 − 0.5."""
    rows = [
        {"id": name, "member": "A", "class": "land", "land": {"arable": 1}, "opex": price, "removal": {"annual": [kt]}}
        for name, kt, price in (("wood", 5, 0.5), ("hedge", 3, 0.1))
    ]
    doc = one(measures=rows, land={"A": {"arable": 2}}, rest_kt={"A": 100}, caps={"net": {"A": 0}})
    result = answered(doc)
    assert result["duals"]["land:A.arable:2026"] == pytest.approx(-4.5)
    more = answered(doc | {"land": {"A": {"arable": 3}}})
    assert more["cost"] - result["cost"] == pytest.approx(-4.5)


def test_f_price_of_land_over_years_is_told_once() -> None:
    """Area never leaves a practice: the last year's row implies the earlier ones, its price is that of all years."""
    wood = {"id": "wood", "member": "A", "class": "land", "land": {"arable": 1}, "removal": {"annual": [1, 1, 1]}}
    doc = one(3, measures=[wood], land={"A": {"arable": 2}}, rest_kt={"A": 100}, caps={"net": {"A": 0}})
    result = answered(doc)
    prices = {k: v for k, v in result["duals"].items() if k.startswith("land:")}
    assert prices == {"land:A.arable:2028": pytest.approx(-3.0)}


def test_g_removals_cannot_meet_a_gross_cap() -> None:
    wood = {"id": "wood", "member": "A", "class": "land", "potential": 100, "removal": {"annual": [1]}}
    doc = one(measures=[wood], rest_kt={"A": 10}, caps={"net": {"A": 4}, "gross": {"A": 4}})
    result = answered(doc)
    assert result["slack"]["gross"] == pytest.approx([6]) and result["backstop_kt"] == pytest.approx([0])
    assert result["net_kt"][0] <= 4 + 1e-9
