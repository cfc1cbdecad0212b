"""Explanation and alternatives on a programme whose answers are found by hand, and on the reference partnership."""

from __future__ import annotations

import copy
import json
from itertools import pairwise

import numpy as np
import pytest

from stadtland.base.errors import InputError
from stadtland.roadmap import reach, scarce
from stadtland.roadmap.alternatives import alternatives
from stadtland.roadmap.build import build
from stadtland.roadmap.explain import explain
from stadtland.roadmap.loading import load
from stadtland.roadmap.session import Limit, Session, natural, with_limits
from stadtland.roadmap.solve import solve
from stadtland.roadmap.solved import Solved

# a saves 20 kt at 100 EUR/t, b 20 kt at 50, c 20 kt at 300; 60 kt have to go, a missed tonne costs 200 EUR: 20 kt are
# missed
DOC = {
    "years": [2026, 2026],
    "members": ["A", "B"],
    "measures": [
        {"id": "a@A", "member": "A", "class": "process", "t_per_unit": 1.0, "potential": 20, "opex": 0.1},
        {"id": "b@B", "member": "B", "class": "process", "t_per_unit": 1.0, "potential": 20, "opex": 0.05},
        {"id": "c@B", "member": "B", "class": "process", "t_per_unit": 1.0, "potential": 20, "opex": 0.3},
    ],
    "rest_kt": {"A": 30, "B": 30},
    "caps": {"net": {"A": 0, "B": 0}},
    "backstop": 0.2,
}


def change(found, what):
    return next(c for c in found["changes"] if c["what"] == what)


def test_a_measure_in_the_plan_by_hand():
    found = explain(DOC, "a")
    row = found["members"][0]
    assert row["state"] == "full" and row["limits"] == ["potential"]
    assert row["own_cost"] == pytest.approx(0.1) and row["worth"]["tonnes"] == pytest.approx(0.2)
    assert row["reduced_cost"] == pytest.approx(-0.1)
    assert change(found, "cost")["factor"] == pytest.approx(2.0, rel=0.02)  # 0.1 → 0.2, the price of a missed tonne
    assert change(found, "price")["factor"] == pytest.approx(0.5, rel=0.03)
    assert change(found, "potential")["saves_meur"] == pytest.approx(2 * (0.2 - 0.1))
    assert change(found, "potential")["units"] == pytest.approx(22.0)


def test_a_measure_out_of_the_plan_by_hand():
    found = explain(DOC, "c@B")
    assert not found["inside"] and found["members"][0]["reduced_cost"] == pytest.approx(0.1)
    assert change(found, "cost")["factor"] == pytest.approx(2 / 3, rel=0.02)
    assert change(found, "price")["factor"] == pytest.approx(1.5, rel=0.02)
    assert change(found, "price")["units"] == pytest.approx(10.0)  # B has 30 kt, b takes 20


def test_what_never_helps_is_said():
    doc = copy.deepcopy(DOC)
    del doc["caps"], doc["backstop"]
    found = explain(doc, "c")
    assert change(found, "cost")["factor"] is None or change(found, "cost")["units"] >= 0
    assert not [c for c in found["changes"] if c["what"] == "price"]


def test_an_unknown_measure_names_the_nearest():
    with pytest.raises(InputError) as error:
        explain(DOC, "cc")
    assert error.value.code == "measure-unknown" and "'c'" in error.value.cure


def test_prices_of_scarce_things_by_hand():
    solved = Solved.of(DOC)
    found = {r["id"]: r for r in scarce.prices(solved)}
    assert found["b@B"]["worth_meur"] == pytest.approx(20 * 0.15)
    assert found["a@A"]["worth_meur"] == pytest.approx(20 * 0.10)
    # b's own emissions end at 30 kt: half more potential fits, twice as much does not
    assert found["b@B"]["tenth_meur"] == pytest.approx(0.3) and found["b@B"]["holds_to"] == 0.5
    assert "c@B" not in found


def test_cost_curve_by_leaving_out_by_hand():
    rows = {r["id"]: r for r in scarce.cost_curve(DOC, Solved.of(DOC))}
    assert rows["a"]["eur_per_t"] == pytest.approx(100.0) and rows["b"]["eur_per_t"] == pytest.approx(50.0)
    assert rows["a"]["t"] == pytest.approx(20_000.0) and "c" not in rows


def test_smallest_set_of_changes_by_hand():
    """20 kt are missed. c can do 10 of them, B has no more; the other 10 need half more of a: 10·0.3 + 10·0.1 M EUR."""
    found = reach.reach(Solved.of(DOC), "net", 2026)
    assert found["missed_kt"] == pytest.approx(20.0) and found["reachable"] and found["checked"]
    assert [(c["kind"], c["id"]) for c in found["changes"]] == [("potential", "a@A")]
    assert found["changes"][0]["factor"] == pytest.approx(1.5)
    assert found["extra_meur"] == pytest.approx(4.0, rel=1e-3)
    enough = copy.deepcopy(DOC)
    enough["rest_kt"]["B"], enough["caps"] = 40, {"net": {"A": 0, "B": 10}}
    found = reach.reach(Solved.of(enough), "net", 2026)  # now c can do all 20: only the money is lacking
    assert found["reachable"] and found["changes"] == [] and found["checked"]
    assert found["extra_meur"] == pytest.approx(6.0)
    doc = copy.deepcopy(DOC)
    doc["measures"].pop()
    doc["rest_kt"] = {"A": 60, "B": 0}
    doc["measures"][1]["potential"] = 0
    found = reach.reach(Solved.of(doc), "net", 2026)  # only a is left: 20 of 60 kt, so three times its potential
    assert [(c["kind"], c["id"]) for c in found["changes"]] == [("potential", "a@A")]
    assert found["changes"][0]["factor"] == pytest.approx(3.0, rel=1e-6) and found["checked"]
    doc["rest_kt"] = {"A": 400, "B": 0}
    assert not reach.reach(Solved.of(doc), "net", 2026)["reachable"]  # five times 20 kt are 100
    with pytest.raises(InputError) as error:
        reach.reach(Solved.of(doc), "gross", 2026)
    assert error.value.code == "target-none"


def test_alternatives_by_hand():
    """A tenth of 3 M EUR more: c in place of a costs 0.2 a kt (1.5 kt), in place of b 0.25 (1.2 kt)."""
    found = alternatives(DOC, 3.0, [0.1], ["a", "b", "c"])
    spans = {r["id"]: r["by_epsilon"]["0.1"] for r in found["corridors"]}
    assert spans["a"] == pytest.approx([18.5, 20.0]) and spans["b"] == pytest.approx([18.8, 20.0])
    assert spans["c"] == pytest.approx([0.0, 1.5], abs=1e-6)
    assert found["failed"] == 0
    firm = {r["id"]: r for r in found["firm"]}
    assert firm["a"]["share"] == firm["b"]["share"] == 1.0 and firm["c"]["share"] < 1.0


def test_corridors_widen_with_what_is_allowed_and_processes_change_nothing():
    one = alternatives(DOC, 3.0, [0.01, 0.05, 0.2], ["a", "c"])
    two = alternatives(DOC, 3.0, [0.01, 0.05, 0.2], ["a", "c"], jobs=2)
    assert json.dumps(one) == json.dumps(two)
    for row in one["corridors"]:
        spans = list(row["by_epsilon"].values())
        assert all(b[0] <= a[0] + 1e-9 and b[1] >= a[1] - 1e-9 for a, b in pairwise(spans))


def test_alternatives_refuse_an_unknown_measure():
    with pytest.raises(InputError) as error:
        alternatives(DOC, 3.0, [0.1], ["x"])
    assert error.value.code == "measure-unknown"


def test_a_further_row_binds_and_its_session_agrees_with_a_cold_solve():
    programme = build(load(DOC))
    limit = Limit("most", natural(programme, {"standing:b@B": 1.0}), hi=5.0)
    bound = with_limits(programme, [limit])
    cold = solve(bound)
    assert cold.cost == pytest.approx(0.25 + 2.0 + 35 * 0.2) and not bound.core_guaranteed
    session = Session(bound, solve(programme))
    x, value = session.minimise(bound.cost)
    assert value == pytest.approx(cold.cost)
    session.bound_rows(bound.shape[0] - 1, np.array([-np.inf]), np.array([10.0]))
    assert session.minimise(bound.cost, dual=True)[1] == pytest.approx(0.5 + 2.0 + 30 * 0.2)
    assert x @ limit.coefficients == pytest.approx(5.0)


def test_a_written_instance_opens_again():
    """Ten digits on paper: a slack of exactly twice the backstop must still read as twice."""
    doc = copy.deepcopy(DOC) | {"backstop": 0.123456789012, "slack": {"gross": round(2 * 0.123456789012, 10)}}
    assert load(doc).slack_gross is not None


def test_a_member_without_land_is_told_so():
    doc = copy.deepcopy(DOC)
    doc["measures"].append(
        {
            "id": "wood@A",
            "member": "A",
            "class": "land",
            "land": {"arable": 1},
            "t_per_unit": 1,
            "potential": 5,
            "opex": 0.01,
        }
    )
    found = explain(doc, "wood")
    assert found["members"][0]["state"] == "out" and found["members"][0]["limits"] == ["land"]
    assert found["members"][0]["own_cost"] is None
    assert alternatives(doc, 3.0, [0.1], ["wood"])["corridors"][0]["by_epsilon"]["0.1"] == [0.0, 0.0]


def test_a_solver_at_its_limit_is_counted_and_the_rest_can_be_used(monkeypatch):
    real = Session.minimise

    def stopped(self, cost, dual=False):
        return None if cost.min() < 0 else real(self, cost, dual)  # every search for the most ends at the limit

    monkeypatch.setattr(Session, "minimise", stopped)
    found = alternatives(DOC, 3.0, [0.1], ["a", "c"])
    assert found["failed"] > 0
    spans = {r["id"]: r["by_epsilon"]["0.1"] for r in found["corridors"]}
    assert spans["c"] is None and spans["a"] == pytest.approx([18.5, 20.0])


def test_a_plan_that_is_not_solved_says_so(monkeypatch):
    from stadtland.base.errors import ComputationError
    from stadtland.roadmap import solved as room

    def limited(programme, time_limit=600.0):
        from dataclasses import replace

        return replace(solve(programme), status="limit", message="time limit reached")

    monkeypatch.setattr(room, "solve", limited)
    with pytest.raises(ComputationError) as error:
        explain(DOC, "a")
    assert error.value.code == "plan-not-solved" and "limit" in error.value.what
