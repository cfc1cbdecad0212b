"""Fronts and the worth of the next figure on programmes solved by hand."""

from __future__ import annotations

import copy

import pytest

from stadtland.roadmap import fronts, next_datum
from stadtland.roadmap.solved import Solved

# 60 kt have to go; a saves 20 kt at 100 EUR/t, b 20 at 50, c 10 more at 300; a missed tonne costs 200 EUR
DOC = {
    "years": [2026, 2026],
    "members": ["A", "B"],
    "measures": [
        {"id": "a@A", "member": "A", "class": "process", "t_per_unit": 1.0, "potential": 20, "capex": 0.1},
        {"id": "b@B", "member": "B", "class": "process", "t_per_unit": 1.0, "potential": 20, "capex": 0.05},
        {"id": "c@B", "member": "B", "class": "process", "t_per_unit": 1.0, "potential": 20, "capex": 0.3},
    ],
    "rest_kt": {"A": 30, "B": 30},
    "caps": {"net": {"A": 0, "B": 0}},
    "backstop": 0.2,
}


def test_front_of_cost_and_missed_tonnes_by_hand():
    solved = Solved.of(DOC)
    found = fronts.front(solved, [fronts.missed(solved)], 6)
    ends = {o["name"]: (o["best"], o["worst"]) for o in found["objectives"]}
    assert ends["cost"] == pytest.approx((0.0, 6.0), abs=1e-6)  # nothing at all; a, b and 10 kt of c
    assert ends["missed"] == pytest.approx((10.0, 60.0), abs=1e-6)
    points = {round(p["missed"]): p["cost"] for p in found["points"]}
    assert points == pytest.approx({60: 0.0, 50: 0.5, 40: 1.0, 30: 2.0, 20: 3.0, 10: 6.0}, abs=1e-4)
    assert found["failed"] == 0


def test_front_with_a_value_to_have_much_of():
    """A unit of a is worth 7 in the region: at most 140, with a alone it costs 2."""
    solved = Solved.of(DOC)
    value = fronts.by_measure(solved, "regional_value", {"a": 7.0}, "EUR a year")
    found = fronts.front(solved, [fronts.missed(solved), value], 3)
    ends = {o["name"]: (o["best"], o["worst"]) for o in found["objectives"]}
    assert ends["regional_value"] == pytest.approx((140.0, 0.0), abs=1e-6)
    for p in found["points"]:
        assert p["cost"] >= 0.1 * p["regional_value"] / 7.0 - 1e-6
        for q in found["points"]:
            if q is not p:  # nothing in the list is beaten by another
                assert (
                    q["cost"] > p["cost"] - 1e-6
                    or q["missed"] > p["missed"] - 1e-6
                    or (q["regional_value"] < p["regional_value"] + 1e-6)
                )


def figures(ident: str, low: float, high: float):
    return next_datum.measure_costs(DOC, {ident: (low, high)})


def test_worth_of_a_cost_that_may_turn_the_decision_by_hand():
    """c at 300 EUR/t, perhaps at 90 (factor 0.3) or 510: mean 0.3·90 + 0.4·300 + 0.3·510 = 300, so it is not built.

    Known to be cheap it would be, 10 kt at 200 − 90 EUR/t: 1.1 M EUR, with weight 0.3.
    """
    row = next_datum.worth(Solved.of(DOC), figures("c", 0.3, 1.7))[0]
    assert row["value_meur"] == pytest.approx(0.33) and row["changed"] == ["low"]
    assert row["swing_meur"] == pytest.approx(0.0)


def test_worth_against_the_plan_that_is_best_on_average():
    """c at 15 or 300 or 330 EUR/t: mean 223.5, not built. Known cheap, 20 kt of c (0.3) and 10 of b (0.5) do B's 30 kt.

    Without c: 20 kt of b (1.0) and 10 missed (2.0). So 2.2 M EUR with weight 0.3.

    b at 5 to 55 EUR/t stays in the plan whatever is known: worth nothing, though the bill swings.
    """
    rows = {r["id"]: r for r in next_datum.worth(Solved.of(DOC), figures("c", 0.05, 1.1) | figures("b", 0.1, 1.1))}
    assert rows["capex.c"]["value_meur"] == pytest.approx(0.66)
    assert rows["capex.b"]["value_meur"] == pytest.approx(0.0, abs=1e-9)
    assert rows["capex.b"]["swing_meur"] == pytest.approx(20 * 0.05)


def test_a_figure_without_range_is_worth_nothing():
    doc = copy.deepcopy(DOC)
    row = next_datum.worth(Solved.of(doc), {"x": dict.fromkeys(("low", "central", "high"), doc)})[0]
    assert row["value_meur"] == 0.0 and row["changed"] == [] and row["swing_meur"] == 0.0


def test_range_of_cost_by_hand():
    """One price alone: low −10, high +30 at the ends of the 80 % range. So p10 = −10, p50 = 0, p90 = 30."""
    from stadtland.roadmap import cost_draws

    found = cost_draws.cost_range({"gas": (-10.0, 30.0)}, {}, 200_000, 1)
    assert found["p10"] == pytest.approx(-10.0, abs=0.3) and found["p50"] == pytest.approx(0.0, abs=0.1)
    assert found["p90"] == pytest.approx(30.0, abs=0.6)
    build = cost_draws.cost_range({}, {"E06": 100.0}, 200_000, 1)  # log-normal, sigma 0.15
    assert build["p90"] == pytest.approx(100 * (2.718281828 ** (0.15 * 1.2815515655) - 1), abs=0.5)
    assert cost_draws.cost_range({}, {}, 10, 1) == {"p10": 0.0, "p50": 0.0, "p90": 0.0, "mean": 0.0}


def test_cost_moved_is_that_of_the_same_plan_at_other_numbers():
    from stadtland.roadmap import cost_draws

    dearer = copy.deepcopy(DOC)
    dearer["measures"][0]["capex"] = 0.15
    assert cost_draws.moved(Solved.of(DOC), dearer) == pytest.approx(20 * 0.05)
