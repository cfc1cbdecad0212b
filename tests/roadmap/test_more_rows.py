"""Labour, municipal money, carriers, turnover, transitions, layers, protection, regional demands, periods, objects."""
# ruff: noqa: E501 (tables of cases)

from __future__ import annotations

import copy
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from roadmap_cases import HAND, W1, one, service, supply
from roadmap_cases_more import BASIN, MORE, NEED

from stadtland.base import content, toml
from stadtland.base.errors import InputError
from stadtland.roadmap import extra_rows, periods, stock
from stadtland.roadmap.answer import answer
from stadtland.roadmap.build import build
from stadtland.roadmap.check import check
from stadtland.roadmap.coalitions import coalitions
from stadtland.roadmap.instance import Instance
from stadtland.roadmap.loading import load
from stadtland.roadmap.lumpy import polish
from stadtland.roadmap.owen import owen
from stadtland.roadmap.solve import lower_bound, solve

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))
from roadmap_instances import generated

EXACT = pytest.approx
Change = Callable[[Instance], Instance]


def answered(doc: dict[str, Any]) -> dict[str, Any]:
    checked = load(doc)
    return answer(checked, solve(build(checked)))


@pytest.mark.parametrize("name", MORE)
def test_cost_by_hand(name: str) -> None:
    doc, cost = MORE[name]
    result = answered(doc)
    assert result["cost"] == EXACT(cost, abs=1e-6)
    assert sum(result["cost_parts"].values()) == EXACT(cost, abs=1e-6)
    assert [c for c in result["checks"] if not c["passed"]] == []


def measures(**changes: Any) -> Change:
    return lambda i: replace(i, measures=tuple(replace(m, **changes) for m in i.measures))


def services(**changes: Any) -> Change:
    return lambda i: replace(i, services=tuple(replace(s, **changes) for s in i.services))


def legacy(**changes: Any) -> Change:
    return lambda i: replace(i, services=tuple(replace(s, legacy=replace(s.legacy, **changes)) for s in i.services))


def first_capex(i: Instance) -> Instance:
    return replace(i, measures=tuple(replace(m, capex=np.full_like(m.capex, m.capex[0])) for m in i.measures))


# a fault of the product and the case that kills it
FAULTS: dict[str, tuple[Change, str]] = {
    "labour forgotten": (measures(labour={}), "labour_installs_only_so_much"),
    "pool twice": (lambda i: replace(i, labour=tuple(replace(w, pool={k: 2 * v for k, v in w.pool.items()}) for w in i.labour)), "labour_installs_only_so_much"),
    "all capex is public": (measures(public_share=1.0), "municipal_money"),
    "money pooled by force": (lambda i: replace(i, municipal_budget=replace(i.municipal_budget, pooled=True)), "municipal_money_not_pooled"),
    "no write-off": (legacy(write_off=np.zeros(1)), "early_retirement_is_written_off"),
    "retired plants come back": (legacy(final=False), "retired_for_good"),
    "balance over the year": (services(slices={}), "heat_of_summer_does_not_warm_winter"),
    "profile of the demand for all": (measures(service_slices={}), "heat_of_summer_does_not_warm_winter"),
    "loss forgotten": (services(loss=0.0), "loss_of_a_network"),
    "savings lost on the way": (measures(demand_side=False), "savings_are_not_lost"),
    "transition without land": (measures(land_to={}), "land_handed_on"),
    "layers forgotten": (measures(layer=None), "two_services_on_one_hectare"),
    "wood in one layer only": (lambda i: replace(i, measures=tuple(replace(m, layer=m.layer or "tree") for m in i.measures)), "a_wood_takes_every_layer"),
    "no learning": (first_capex, "learning"),
    "uncovered for nothing": (lambda i: replace(i, needs=tuple(replace(d, price=0 * d.price) for d in i.needs)), "uncovered_need_has_a_price"),
    "reduction as a plain number": (lambda i: replace(i, needs=tuple(replace(d, need=np.full_like(d.need, 0.75)) for d in i.needs)), "reductions_add_up_as_logarithms"),
    "nothing arrives from upstream": (lambda i: replace(i, needs=tuple(replace(d, upstream={}) for d in i.needs)), "protection_from_upstream"),
    "all arrives from upstream": (lambda i: replace(i, needs=tuple(replace(d, upstream={"B": 1.0}) for d in i.needs)), "protection_from_upstream"),
    "unknown need taken for ten": (lambda i: replace(i, needs=tuple(replace(d, need=np.array([10.0]), price=np.ones(1)) for d in i.needs)), "unknown_need_enters_nothing"),
    "villages may not deliver": (measures(delivers={}), "demand_a_city_cannot_serve"),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_fault_is_killed_by_its_case(fault: str) -> None:
    change, name = FAULTS[fault]
    doc, cost = MORE[name]
    assert solve(build(change(load(doc)))).cost != EXACT(cost, abs=1e-4), f"{name} does not notice: {fault}"


def test_fault_in_the_weights_of_periods_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(periods, "flow_weights", lambda p: (np.ones(len(p)), np.zeros(len(p))))
    assert solve(build(load(MORE["ramp_in_periods"][0]))).cost != EXACT(6.0, abs=1e-4)


def test_fault_in_the_labour_of_renewals_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Labour on the rise of standing alone would let renewals go without hands."""
    monkeypatch.setattr(extra_rows, "installed", lambda n, life: stock.installed(n, None))
    doc, cost = MORE["labour_installs_only_so_much"]
    assert solve(build(load(doc))).cost != EXACT(cost, abs=1e-4)


def less(values: list[float]) -> list[float]:
    return [v - 0.01 for v in values]


def longer(values: list[float]) -> list[float]:
    return [v + 0.01 for v in values]


MUTANTS: dict[str, tuple[str, str, Callable[[Any], Any], str]] = {
    "more hands than there are": ("labour_installs_only_so_much", "measures/m/units", longer, "labour"),
    "labour told wrong": ("labour_installs_only_so_much", "labour/fitters", less, "labour"),
    "more money than there is": ("municipal_money", "measures/m/units", longer, "municipal_budget"),
    "money of another": ("municipal_money_not_pooled", "measures/m/units", longer, "municipal_budget"),
    "retired plants back": ("retired_for_good", "services/s/legacy", lambda v: [v[0], v[1] + 1], "legacy"),
    "winter from summer": ("heat_of_summer_does_not_warm_winter", "services/s/legacy_slices/winter", less, "carriers"),
    "write-off left out": ("early_retirement_is_written_off", "cost", lambda v: 1.0, "cost"),
    "land out of nothing": ("land_handed_on", "measures/turn/standing", less, "land"),
    "wood on a full field": ("two_services_on_one_hectare", "measures/compost/standing", longer, "land"),
    "need taken as covered": ("uncovered_need_has_a_price", "adaptation/rain/uncovered", less, "adaptation"),
    "reduction too good": ("reductions_add_up_as_logarithms", "adaptation/rain/reduction", longer, "adaptation"),
    "upstream counted in full": ("protection_from_upstream", "adaptation/rain/arriving", longer, "adaptation"),
    "unknown need named a number": ("unknown_need_enters_nothing", "unknown_needs", lambda v: [], "adaptation"),
    "bought outside left out": ("demand_a_city_cannot_serve", "regional_demands/comp/outside", less, "regional_demands"),
    "faster than the ramp": ("ramp_in_periods", "measures/m/standing", longer, "ramp"),
    "cost of periods": ("prices_of_every_year_in_periods", "cost", lambda v: v - 0.01, "cost"),
    "cap of a period": ("cap_in_periods", "backstop_kt", less, "caps"),
}  # fmt: skip


@pytest.mark.parametrize("mutant", MUTANTS)
def test_checker_catches_a_changed_answer(mutant: str) -> None:
    name, path, change, expected = MUTANTS[mutant]
    doc = MORE[name][0]
    result = copy.deepcopy(answered(doc))
    *way, last = path.split("/")
    at: Any = result
    for key in way:
        at = at[key]
    at[last] = change(at[last])
    assert expected in {c["name"] for c in check(doc, result) if not c["passed"]}


ERRORS: dict[str, tuple[dict[str, Any], str]] = {
    "unknown-trade": (one(measures=[BASIN | {"cover": {}, "labour": {"smiths": 1}}]), "measures[0].labour.smiths"),
    "reference-limited": (
        one(services=[service(1)], labour={"f": {"A": 1}}, measures=[supply(reference=True, labour={"f": 1})]), "measures[0]",
    ),
    "layer-without-land": (one(measures=[BASIN | {"cover": {}, "layer": "soil"}]), "measures[0].layer"),
    "land-created": (
        one(measures=[{"id": "x", "member": "A", "class": "land", "land": {"arable": 1}, "land_to": {"forest": 1.1}}]), "measures[0].land_to",
    ),
    "key-not-for-class": (one(services=[service(1)], measures=[supply(land={"a": 1}, land_to={"b": 1})]), "measures[0].land_to"),
    "reversal-without-buffer": (one(measures=[BASIN | {"cover": {}, "reversal": 0.1}]), "measures[0].reversal"),
    "learning-with-list": (one(2, services=[service(1)], measures=[supply(capex=[1, 1], learning=0.1)]), "measures[0].learning"),
    "unknown-indicator": (one(measures=[BASIN]), "measures[0].cover.rain"),
    "unknown-demand": (one(measures=[BASIN | {"cover": {}, "delivers": {"x": 1}}]), "measures[0].delivers.x"),
    "shares-sum": (one(services=[service(1) | {"slices": {"a": 0.5, "b": 0.4}}]), "services[0].slices"),
    "unknown-slice": (one(services=[service(1)], measures=[supply(service_slices={"a": 1.0})]), "measures[0].service_slices.a"),
    "lump-zero": (one(services=[service(1)], measures=[supply(lump=0)]), "measures[0].lump"),
    "missing-key": (one(adaptation=[{"id": "rain", "member": "A", "need": 1}]), "adaptation[0]"),
    "negative-number": (one(members=["A", "B"], adaptation=[NEED | {"upstream": {"B": -0.1}}]), "adaptation[0].upstream.B"),
    "out-of-range": (one(adaptation=[NEED | {"kind": "share", "need": 1}]), "adaptation[0].need"),
    "upstream-self": (one(adaptation=[NEED | {"upstream": {"A": 1}}]), "adaptation[0].upstream.A"),
    "unknown-kind": (one(adaptation=[NEED | {"kind": "score"}]), "adaptation[0].kind"),
    "duplicate-id": (one(adaptation=[NEED, NEED]), "adaptation[1]"),
    "unknown-member": (one(labour={"f": {"B": 1}}), "labour.f.B"),
    "periods-invalid": (one(4, periods=[2026, 2026]), "periods"),
    "periods-yearly": (one(4, periods=[2026, 2028], services=[service(1)], measures=[supply(lock={"2026": 1})]), "periods"),
}  # fmt: skip


@pytest.mark.parametrize("code", ERRORS)
def test_input_errors(code: str) -> None:
    doc, where = ERRORS[code]
    with pytest.raises(InputError) as caught:
        load(doc)
    assert (caught.value.code, caught.value.where) == (code, where) and caught.value.cure


def test_no_money_no_hands_and_no_land_are_results() -> None:
    """Nothing can be installed: like-for-like and the price of what is missed carry the plan, with status ok."""
    doc = one(
        services=[service(10, {"ef": 0.3, "cost": 0.1})], rest_kt={"A": 1}, caps={"net": {"A": 0}},
        labour={"f": {"A": 0}}, municipal_budget={"limit": {"A": 0}}, adaptation=[NEED], land={},
        measures=[
            supply(opex=0.1, labour={"f": 1}), supply(id="n", capex=0.1, lifetime=9, public_share=1),
            {"id": "w", "member": "A", "class": "land", "land": {"arable": 1}, "cover": {"rain": 9}},
        ],
    )  # fmt: skip
    result = answered(doc)
    assert result["status"] == "ok" and all(c["passed"] for c in result["checks"])
    assert result["cost"] == EXACT(10 * 0.1 + (3 + 1) * 1.0 + 10 * 0.5)


def test_a_pool_of_nobody_takes_the_label_away() -> None:
    doc = copy.deepcopy(MORE["labour_installs_only_so_much"][0])
    doc["labour"] = {"fitters": {"*": 2}}
    result = answered(doc)
    assert (
        result["cost"] == EXACT(3.2) and not result["core_guaranteed"] and result["unowned_rows"] == ["labour:fitters"]
    )
    assert answered(MORE["labour_installs_only_so_much"][0])["core_guaranteed"]


def test_fault_of_a_row_without_owner_loses_the_label(monkeypatch: pytest.MonkeyPatch) -> None:
    true = extra_rows._needs

    def faulty(asm: Any, *rest: Any) -> None:
        add = asm.add_rows
        asm.add_rows = lambda *a, **k: add(*a, **{**k, "owner": -1})
        true(asm, *rest)
        asm.add_rows = add

    monkeypatch.setattr(extra_rows, "_needs", faulty)
    programme = build(load(MORE["uncovered_need_has_a_price"][0]))
    assert programme.unowned == ("adaptation:rain",) and not programme.core_guaranteed


def test_upstream_is_shared_in_the_core() -> None:
    """B alone has no reason to build; together A saves 4 less the 0.1 of B, and Owen gives B the price of its potential."""
    instance = load(MORE["protection_from_upstream"][0])
    found = {"".join(c["members"]): c["cost"] for c in coalitions(instance)}
    assert found == EXACT({"A": 10.0, "B": 0.0, "AB": 6.1})
    shares = owen(solve(build(instance)))
    assert shares.point == EXACT({"A": 10.0, "B": -3.9})
    assert sum(shares.point.values()) == EXACT(6.1)


def test_every_kind_of_row_has_a_sentence_a_unit_and_owned_right_sides() -> None:
    texts = toml.read(content.path("texts", "rows.toml"))
    kinds = set()
    for doc, _ in (*HAND.values(), *MORE.values()):
        programme = build(load(doc))
        for block in programme.blocks:
            kinds.add(block.kind)
            assert block.unit and set(texts[block.sentence.removeprefix("rows.")]) == {"de", "en"}
        for side in (0, 1):
            total = np.sum([programme.rhs(i)[side] for i in range(len(programme.members))], axis=0)
            whole = (programme.row_lo, programme.row_hi)[side]
            finite = np.isfinite(whole)
            assert np.allclose(total[finite], whole[finite], atol=1e-9)
    extra = {"labour", "budget", "adaptation", "regional", "carrier", "carrier_stock", "retire", "final"}
    assert extra <= kinds <= set(texts)


def test_buffer_stock_loses_its_reversal() -> None:
    strip = {
        "id": "s",
        "member": "A",
        "class": "removal",
        "potential": 1,
        "buffer": 0.5,
        "reversal": 0.1,
        "removal": {"annual": [4, 2]},
    }
    result = answered(one(3, discount=0.05, measures=[strip], rest_kt={"A": 10}, caps={"net": {"A": 0}}))
    assert result["buffer_stock_kt"] == EXACT([2.0, 2 * 0.9 + 1, (2 * 0.9 + 1) * 0.9])
    assert all(c["passed"] for c in result["checks"])


def test_unknown_need_is_named() -> None:
    result = answered(MORE["unknown_need_enters_nothing"][0])
    assert result["unknown_needs"] == ["rain"] and result["adaptation"] == {}


@settings(max_examples=6, deadline=None)
@given(st.integers(0, 50))
def test_periods_of_one_year_are_the_yearly_programme(seed: int) -> None:
    doc = generated(2, (2026, 2033), seed)
    yearly = solve(build(load(doc)))
    periods_doc = doc | {"periods": list(range(2026, 2034))}
    assert solve(build(load(periods_doc))).cost == EXACT(yearly.cost, rel=1e-9)


@settings(max_examples=6, deadline=None)
@given(st.integers(0, 50))
def test_periods_pass_the_checker_and_stay_near(seed: int) -> None:
    doc = generated(2, (2026, 2037), seed)
    coarse = doc | {"periods": [2026, 2028, 2030, 2033]}
    result = answered(coarse)
    assert [c for c in result["checks"] if not c["passed"]] == []
    assert result["cost"] == EXACT(answered(doc)["cost"], rel=0.05)
    assert sum(result["cost_parts"].values()) == EXACT(result["cost"], rel=1e-7)


def test_nothing_changes_with_constant_data_in_periods() -> None:
    """Without inertia and with constant data every year is alike, so periods change nothing."""
    doc = W1 | {"years": [2026, 2035], "discount": 0.03}
    assert answered(doc | {"periods": [2026, 2027, 2031]})["cost"] == EXACT(answered(doc)["cost"], rel=1e-9)


def test_coalitions_in_periods_keep_the_core() -> None:
    doc = generated(3, (2026, 2037), 4) | {"periods": [2026, 2028, 2032]}
    instance = load(doc)
    cost = {frozenset(c["members"]): c["cost"] for c in coalitions(instance)}
    solution = solve(build(instance))
    shares = owen(solution)
    assert sum(shares.point.values()) == EXACT(solution.cost, rel=1e-9)
    for group, value in cost.items():
        assert sum(shares.point[m] for m in group) <= value * (1 + 1e-7)


def test_whole_objects() -> None:
    """Turbines of 4 units: demand 10 at legacy 0.2; two turbines (8·0.1) and 2·0.2 against 10·0.1."""
    doc = one(services=[service(10, {"ef": 0, "cost": 0.2})], measures=[supply(opex=0.1, lump=4, potential=11)])
    instance = load(doc)
    found = polish(instance, solve(build(instance)))
    assert (found["status"], found["objects"]["m"], found["linear_cost"]) == ("ok", [2], EXACT(1.0))
    assert found["cost"] == EXACT(1.2) and found["extra_share"] == EXACT(0.2) and found["gap"] <= 1e-3
    assert all(c["passed"] for c in found["checks"]) and found["core_guaranteed"] is False


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 100), st.floats(0.0, 1.5))
def test_a_stopped_solver_still_gives_a_bound(seed: int, factor: float) -> None:
    """From the duals of the optimum the bound is the optimum; from other duals it never lies above."""
    programme = build(load(generated(1, (2026, 2031), seed)))
    solution = solve(programme)
    exact = lower_bound(programme, solution.row_dual)
    assert exact == EXACT(solution.cost, rel=1e-6)
    other = lower_bound(programme, factor * solution.row_dual)
    assert other is None or other <= solution.cost * (1 + 1e-6)
    stopped = solve(programme, time_limit=1e-9)
    assert stopped.status == "limit" and "no plan yet" in stopped.message


def test_whole_objects_where_none_are_asked_for() -> None:
    instance = load(W1)
    assert polish(instance, solve(build(instance)))["status"] == "none"
