"""Scenarios and levers: what they change, what they refuse, and that two plans compared add up."""

from __future__ import annotations

import copy
import math
from dataclasses import replace

import numpy as np
import pytest

from stadtland.base import content, toml
from stadtland.base.errors import InputError
from stadtland.roadmap import compare, levers, plan, scenario
from stadtland.roadmap import partnership as files
from stadtland.roadmap.answer import answer
from stadtland.roadmap.build import build
from stadtland.roadmap.case import gather
from stadtland.roadmap.loading import load
from stadtland.roadmap.solve import solve

GIVEN = files.load("leipzig-wurzener-land")
TABLE = toml.read(content.path("partnerships", "leipzig-wurzener-land.toml"))
AGS = set(GIVEN.ags)


def run(name, **more):
    found = scenario.load(name, AGS)
    changed = replace(found, levers=replace(found.levers, **more)) if more else found
    return plan.compute(gather(scenario.apply(GIVEN, changed)))


@pytest.fixture(scope="module")
def both():
    return run("both-targets")


def test_every_bundled_scenario_reads_and_has_both_languages():
    assert len(scenario.bundled()) >= 9
    for name in scenario.bundled():
        found = scenario.load(name, AGS)
        assert found.title["de"] and found.title["en"] and found.text["de"] and found.text["en"]


def test_anyway_is_like_for_like_and_costs_nothing_more():
    found = run("anyway")
    assert all(r.get("reference") for r in found.instance["measures"])
    assert plan.money_of(found.answer) == pytest.approx(plan.money_of(found.baseline), rel=1e-9)


def test_spending_is_kept_by_the_programme_and_seen_by_the_checker(both):
    free = plan.money_of(both.answer) - plan.money_of(both.baseline)
    half = run("limited-money")
    spent = plan.money_of(half.answer) - plan.money_of(half.baseline)
    assert spent == pytest.approx(0.5 * free, rel=2e-4)
    assert half.answer["core_guaranteed"] and all(c["passed"] for c in half.answer["checks"])
    assert half.answer["cost"] > both.answer["cost"]  # a limit never makes the whole cheaper
    from stadtland.roadmap.check import check

    forged = copy.deepcopy(half.instance)
    forged["spending"] = {a: v * 0.9 for a, v in forged["spending"].items()}
    assert [c["name"] for c in check(forged, half.answer) if not c["passed"]] == ["spending"]


def test_no_money_leaves_a_plan_and_says_what_is_missed():
    found = run("limited-money", spending_share=None, spending_eur=0.0)
    assert found.answer["status"] == "ok"
    assert plan.money_of(found.answer) <= plan.money_of(found.baseline) * (1 + 2e-6)
    assert sum(found.answer["backstop_kt"]) > 0


def test_limited_land_uses_no_more_of_any_class():
    found = run("limited-land")
    for ags, classes in found.instance["land"].items():
        for name, kha in classes.items():
            assert kha == pytest.approx(0.02 * found.case.land_ha[ags][name] / 1e3)
    assert all(c["passed"] for c in found.answer["checks"])


def test_targets_that_bind_are_those_of_the_scenario(both):
    case = both.case

    def bound(mode):
        changed = replace(case, partnership=replace(case.partnership, levers=levers.Levers(targets=mode)))
        return {k: set(v) for k, v in plan.binding_caps(changed, "equal_percent").items()}

    assert bound("joint") == {"partnership": AGS}
    assert "partnership" not in bound("own") and set(bound("own")) == {"net", "bisko"}
    assert bound("projection") == {"net": AGS} and bound("none") == {}


def test_price_cost_potential_and_start_levers_reach_the_programme(both):
    given = levers.parse(
        {"price": {"electricity": 2.0}, "cost": {"E06": 0.5}, "potential": {"E06": {"14729410": 0.25}},
         "start": {"E01": 2031}}, "t", AGS)  # fmt: skip
    case = gather(replace(GIVEN, levers=given))
    doc = plan.document(case, plan.options(case, "equal_percent", 300.0))
    old = {r["id"]: r for r in both.instance["measures"]}
    new = {r["id"]: r for r in doc["measures"]}
    assert new["E06@14729030"]["capex"] == pytest.approx([0.5 * v for v in old["E06@14729030"]["capex"]])
    assert new["E06@14729410"]["potential"] == pytest.approx(0.25 * old["E06@14729410"]["potential"])
    assert new["E01@14713000"]["potential"][:5] == [0.0] * 5 and new["E01@14713000"]["potential"][5] > 0
    before, after = (d["electricity"]["import_price"] for d in (both.instance, doc))
    assert all(np.allclose(after[q], 2.0 * np.array(before[q])) for q in before)


def test_a_dearer_target_never_costs_less(both):
    joint = run("joint-target")
    assert joint.answer["cost"] <= both.answer["cost"] * (1 + 1e-9)  # fewer rows, never dearer


@pytest.mark.parametrize(
    ("table", "code"),
    [
        ({"targets": "all"}, "word-unknown"),
        ({"land_share": 1.5}, "number-range"),
        ({"land_share": float("nan")}, "number-finite"),
        ({"prise": {}}, "key-unknown"),
        ({"spending_eur": 1.0, "spending_share": 0.5}, "levers-twice"),
        ({"measures": "named"}, "levers-only"),
        ({"measures": "named", "only": ["E06"], "exclude": ["E06"]}, "levers-twice"),
        ({"start": {"E06": 1999}}, "number-range"),
        ({"potential": {"E06": {"00000000": 1.0}}}, "key-unknown"),
        ({"include_evidence_c": "yes"}, "bool-kind"),
        ({"only": "E06"}, "exclude-list"),
        ({"cost": {"E06": -1}}, "number-range"),
        ({"target": {"joint": {"kind": "net"}}}, "key-missing"),
    ],
)
def test_bad_levers_are_named(table, code):
    with pytest.raises(InputError) as error:
        levers.parse(table, "levers", AGS)
    assert error.value.code == code and error.value.cure


def test_unknown_scenario_measure_price_and_contradictory_locks():
    for change, code in (
        (lambda: scenario.load("nix", AGS), "scenario-unknown"),
        (lambda: gather(replace(GIVEN, levers=levers.Levers(cost={"E6": 1.0}))), "measure-unknown"),
        (lambda: gather(replace(GIVEN, levers=levers.Levers(price={"gold": 1.0}))), "price-unknown"),
        (
            lambda: gather(
                replace(
                    GIVEN,
                    levers=levers.Levers(measures="named", only=("A01",)),
                    locks={"14729410": {"E06": {2028: 1.0}}},
                )
            ),
            "lock-contradiction",
        ),
    ):
        with pytest.raises(InputError) as error:
            change()
        assert error.value.code == code


def test_a_lock_before_the_start_is_refused():
    changed = replace(GIVEN, levers=levers.Levers(start={"E06": 2032}), locks={"14729410": {"E06": {2028: 1.0}}})
    with pytest.raises(InputError) as error:
        plan.compute(gather(changed))
    assert error.value.code == "lock-conflict"


SMALL = {
    "years": [2026, 2026],
    "members": ["A", "B"],
    "measures": [
        {"id": "a", "member": "A", "class": "process", "t_per_unit": 1.0, "potential": 20, "opex": 0.1},
        {"id": "b", "member": "B", "class": "process", "t_per_unit": 1.0, "potential": 20, "opex": 0.05},
    ],
    "rest_kt": {"A": 30, "B": 30},
    "caps": {"net": {"A": 0, "B": 0}},
    "backstop": 0.2,
}


def test_spending_row_by_hand():
    """3 M EUR buy 20 kt of b (1.0) and 20 kt of a (2.0); with 1.6 M EUR all of b and 6 kt of a; 34 kt are missed."""
    free = answer(load(SMALL), solve(build(load(SMALL))))
    assert free["cost"] == pytest.approx(1.0 + 2.0 + 20 * 0.2)
    doc = SMALL | {"spending": {"A": 1.0, "B": 0.6}}
    found = answer(load(doc), solve(build(load(doc))))
    assert found["measures"]["a"]["standing"] == pytest.approx([6.0])
    assert found["cost"] == pytest.approx(1.6 + 34 * 0.2)
    assert found["duals"]["spending:joint:2026"] == pytest.approx(-1.0)  # 1 M EUR buys 10 kt, worth 2 M EUR
    alone = solve(build(load(doc), ["B"]))
    assert alone.cost == pytest.approx(0.6 + (30 - 12) * 0.2)


def test_spending_for_some_members_only_is_refused():
    with pytest.raises(InputError) as error:
        load(SMALL | {"spending": {"A": 1.0}})
    assert error.value.code == "spending-some"


def _results(found):
    from stadtland.roadmap import results as parts

    road = parts.roadmap(found, {})
    road["cost_by_payer_eur"] = {"companies": 1.0}
    members = [{"ags": a} for a in found.case.ags]
    return {"schema": "stadtland/results/1", "partnership": {"members": members}, "settings": {}, "roadmap": road}


def test_two_plans_compared_add_up(both):
    other = run("limited-land")
    a, b = _results(both), _results(other)
    found = compare.compare(a, b)
    for row in found["tonnes"]:
        assert math.fsum(p["t"] for p in row["parts"]) == pytest.approx(row["difference"], abs=1e-6)
        assert row["difference"] == pytest.approx(row["b"] - row["a"])
    money = found["money"]
    assert math.fsum(p["difference"] for p in money["parts"]) == pytest.approx(money["difference"], abs=1e-3)
    by_id = {m["id"]: m["difference"] for m in found["measures"]}
    assert by_id["A10"]["ha"] < 0  # less land, less grassland on arable
    back = compare.compare(b, a)
    assert back["money"]["difference"] == pytest.approx(-money["difference"])
    same = compare.compare(a, a)
    assert not same["measures"] and not same["land"] and same["money"]["difference"] == 0


def test_plans_of_other_members_are_not_compared(both):
    a = _results(both)
    b = copy.deepcopy(a)
    b["partnership"]["members"].pop()
    with pytest.raises(InputError) as error:
        compare.compare(a, b)
    assert error.value.code == "plans-differ"
