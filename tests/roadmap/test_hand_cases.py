"""Worked examples W1–W3 and the cases worked out by hand: cost, plan and checks."""
# ruff: noqa: E501 (tables of cases)

from __future__ import annotations

import numpy as np
import pytest
from roadmap_cases import HAND, W1, W2, W3

from stadtland.roadmap.answer import answer
from stadtland.roadmap.build import build
from stadtland.roadmap.coalitions import coalitions, game
from stadtland.roadmap.instance import annuity
from stadtland.roadmap.lexical import solve_saved
from stadtland.roadmap.loading import load
from stadtland.roadmap.owen import owen
from stadtland.roadmap.solve import solve

EXACT = pytest.approx


def answered(doc, members=None):
    checked = load(doc)
    return answer(checked, solve_saved(build(checked, members)))


@pytest.mark.parametrize("name", HAND)
def test_cost_by_hand(name: str) -> None:
    doc, cost = HAND[name]
    result = answered(doc)
    assert result["cost"] == EXACT(cost, abs=1e-6)
    assert sum(result["cost_parts"].values()) == EXACT(result["cost"], abs=1e-9)
    assert [c for c in result["checks"] if not c["passed"]] == []


def test_w1() -> None:
    result = answered(W1)
    assert result["services"]["heat"]["legacy"] == EXACT([22.5], abs=1e-6)
    assert result["measures"]["ins"]["standing"] == EXACT([25], abs=1e-6)
    assert result["measures"]["hp"]["standing"] == EXACT([52.5], abs=1e-6)
    assert result["backstop_kt"] == EXACT([5.4], abs=1e-6)
    assert result["gross_kt"] == EXACT([5.4], abs=1e-6)
    assert result["cost"] == EXACT(10.55, abs=1e-6)


def test_w2() -> None:
    assert annuity(0.02, 14) == EXACT(0.0826020, abs=5e-8)
    assert annuity(0, 14) == EXACT(1 / 14)
    result = answered(W2)
    units = np.zeros(20)
    units[[0, 14]] = 1
    assert result["measures"]["M"]["units"] == EXACT(units.tolist(), abs=1e-9)
    assert result["measures"]["M"]["entering"] == EXACT([1.0] + [0.0] * 19, abs=1e-9)
    assert result["cost"] == EXACT(1.377674, abs=1e-6)


def test_w3_coalitions_and_owen() -> None:
    found = {"".join(c["members"]): c["cost"] for c in coalitions(load(W3))}
    expected = {"C": 6.0, "R1": 0.1, "R2": 0.1, "CR1": 4.15, "CR2": 4.15, "R1R2": 0.2, "CR1R2": 2.9}
    assert found == EXACT(expected, abs=1e-6)
    shares = owen(solve(build(load(W3))))
    assert shares.point == EXACT({"C": 4.0, "R1": -0.55, "R2": -0.55}, abs=1e-6)
    assert shares.unique
    for name, (low, high) in shares.interval.items():
        assert (low, high) == EXACT((shares.point[name], shares.point[name]), abs=1e-6)


def test_processes_do_not_change_a_coalition() -> None:
    checked = load(W3)
    assert coalitions(checked, jobs=2) == coalitions(checked, jobs=1)
    document = game(checked, coalitions(checked))
    assert document["values"]["C,R1,R2"] == EXACT(2.9) and len(document["values"]) == 7


def test_w3_shapley_from_the_coalitions() -> None:
    """Average contribution over all orders, written out here: 4.25 / −0.675 / −0.675."""
    from itertools import permutations

    value = {frozenset(c["members"]): c["cost"] for c in coalitions(load(W3))} | {frozenset(): 0.0}
    orders = list(permutations(W3["members"]))
    share = {
        m: sum(value[frozenset(o[: o.index(m) + 1])] - value[frozenset(o[: o.index(m)])] for o in orders) / len(orders)
        for m in W3["members"]
    }
    assert share == EXACT({"C": 4.25, "R1": -0.675, "R2": -0.675}, abs=1e-6)


def test_answer_has_the_agreed_shape() -> None:
    result = answered(HAND["exports_credited_like_imports"][0])
    keys = {
        "status", "cost", "years", "gross_kt", "net_kt", "electricity_credit_kt", "partnership_kt", "removals_kt", "buffer_kt",
        "backstop_kt", "slack", "measures", "services", "electricity", "duals", "checks",
    }  # fmt: skip
    assert keys <= set(result)
    assert {"gross", "unserved"} <= set(result["slack"])
    assert {"units", "entering", "standing"} <= set(result["measures"]["pv"])
    assert result["electricity"]["import"]["all"] == EXACT([0]) and result["electricity"]["export"]["all"] == EXACT([6])
    assert result["electricity_credit_kt"] == EXACT([1.0]) and result["partnership_kt"] == EXACT([4.4])
    assert result["gross_kt"] == EXACT([5.4]) and result["backstop_kt"] == EXACT([4.4])
    assert result["duals"]["partnership:joint:2026"] == EXACT(-1.0)


def test_removal_and_buffer_are_reported_apart() -> None:
    result = answered(HAND["removal_with_buffer"][0])
    assert result["removals_kt"] == EXACT([4, 2]) and result["buffer_kt"] == EXACT([1, 0.5])
    assert result["gross_kt"] == EXACT([10, 10]) and result["net_kt"] == EXACT([6, 8])


def test_renewed_area_is_units_not_entering() -> None:
    found = answered(HAND["renewal_starts_no_kernel"][0])["measures"]["strip"]
    assert found["units"] == EXACT([1, 0, 1, 0]) and found["entering"] == EXACT([1, 0, 0, 0])
    assert found["standing"] == EXACT([1, 1, 1, 1]) and found["removed_kt"] == EXACT([4, 2, 1, 1])


def test_lock_on_units_and_on_entering() -> None:
    doc, _ = HAND["renewal_starts_no_kernel"]
    locked = doc | {"measures": [doc["measures"][0] | {"lock": {"2026": 0.25, "2027": 0}}]}
    found = answered(locked)["measures"]["strip"]
    assert found["entering"] == EXACT([0.25, 0, 0.75, 0]) and found["units"] == EXACT([0.25, 0, 1.0, 0])
    heat = W2 | {"measures": [W2["measures"][0] | {"lock": {"2026": 2.0}}]}
    assert answered(heat)["measures"]["M"]["units"][:2] == EXACT([2.0, 0.0])


def test_import_only_is_labelled() -> None:
    assert not answered(HAND["exports_without_credit"][0])["core_guaranteed"]
    assert answered(HAND["exports_credited_like_imports"][0])["core_guaranteed"]


def test_an_unreachable_target_is_a_result() -> None:
    result = answered(
        {"years": [2026, 2026], "members": ["A"], "rest_kt": {"A": 9}, "caps": {"net": {"A": -3}}, "backstop": 2}
    )
    assert result["status"] == "ok" and result["backstop_kt"] == EXACT([12])


def test_instance_without_anything() -> None:
    result = answered({"years": [2026, 2027], "members": ["A"]})
    assert result["status"] == "ok" and result["cost"] == 0 and result["net_kt"] == [0, 0]


def test_unserved_demand_fails_its_check() -> None:
    doc = {"years": [2026, 2026], "members": ["A"], "services": [{"id": "s", "member": "A", "demand": 3}]}
    result = answered(doc)
    assert result["slack"]["unserved"] == EXACT([3]) and result["cost"] == EXACT(3000)
    assert [c["name"] for c in result["checks"] if not c["passed"]] == ["unserved"]


def test_time_limit_is_a_status() -> None:
    measures = [W3["measures"][0] | {"id": f"p{k}", "ramp": 1 + k, "lifetime": 5} for k in range(9)]
    checked = load(W3 | {"years": [2026, 2045], "measures": measures})
    solution = solve(build(checked), time_limit=1e-9)
    assert solution.status == "limit"
    result = answer(checked, solution)
    assert result["status"] == "limit" and result["cost"] is None and result["message"]
