"""Plans for a reliability: made with one set of draws, tested on another."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from stadtland import inventory
from stadtland.base.errors import InputError
from stadtland.roadmap import levers, plan, reliable, scenario
from stadtland.roadmap import partnership as files
from stadtland.roadmap.case import gather

GIVEN = files.load("leipzig-wurzener-land")
TWO = replace(GIVEN, members=tuple(m for m in GIVEN.members if m.ags in ("14729380", "14729030")))


def case_for(value: float):
    """Two villages with one joint target of their own, in tonnes, in 2040."""
    target = {"kind": "partnership", "year": 2040, "value": value, "unit": "t", "source": "test", "evidence": "C"}
    given = levers.parse({"targets": "joint", "target": {"joint": target}}, "t", set(TWO.ags))
    return gather(scenario.settle(replace(TWO, levers=given)))


@pytest.fixture(scope="module")
def easy():
    case = case_for(30_000.0)
    return case, inventory.sigmas(case.inventory)


@pytest.mark.parametrize("p", [0.5, 0.8])
def test_a_target_that_can_be_met_is_met_as_surely_as_asked_on_other_draws(easy, p):
    case, sigmas = easy
    found, report = reliable.plan_for(case, p, sigmas)
    joint = report["targets"]["joint"]
    assert report["seed_made"] != report["seed_tested"]
    assert joint["reached"] and joint["tested"] == pytest.approx(p, abs=0.03)
    assert joint["without"] < p and joint["margin_t"] > 0
    assert found.case.margins and report["extra_meur"] >= -1e-6
    assert all(c["passed"] for c in found.answer["checks"])


def test_what_cannot_be_met_is_said_with_what_is_certain(easy):
    _, sigmas = easy
    _, report = reliable.plan_for(case_for(1_000.0), 0.9, sigmas)
    joint = report["targets"]["joint"]
    assert not joint["reached"] and joint["tested"] < 0.9 and report["missed_price_factor"] == 1.0
    assert joint["value_at_p_t"] > joint["cap_t"]


def test_margins_are_quantiles_of_what_the_draws_move(easy):
    case, sigmas = easy
    solved = plan.compute(case)
    margin = reliable.margins(solved, sigmas, 0.8, 5, 4000)
    account, cap = reliable.target_draws(solved, sigmas, 5, 4000)["joint"]
    moved = account - cap - reliable.planned_gap(solved, "joint")
    kept = np.mean(moved <= margin["joint"] + 1e-9, axis=0)
    assert np.all(kept >= 0.8 - 1e-3) and np.all(margin["joint"] >= 0)
    wider = reliable.margins(solved, sigmas, 0.9, 5, 4000)
    assert np.all(wider["joint"] >= margin["joint"])


def test_margins_lower_the_caps_and_nothing_else(easy):
    case, _ = easy
    margin = {a: np.full(len(case.years), 100.0) for a in case.ags}
    lowered = plan.binding_caps(replace(case, margins={"partnership": margin}), "equal_percent")["partnership"]
    before = plan.binding_caps(case, "equal_percent")["partnership"]
    for a in case.ags:
        assert lowered[a] == pytest.approx(before[a] - 100.0)


@pytest.mark.parametrize("p", [0.0, 0.4, 1.0, 5.0])
def test_a_reliability_outside_its_range_is_refused(p):
    with pytest.raises(InputError) as error:
        reliable.check(p)
    assert error.value.code == "reliability-range"
