"""Recommendations on computed results: every rule has a case where it fires and one where not, none on D alone."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from stadtland.guide.basis import look, quality
from stadtland.toolbox import recommend as engine

RULES = {k: r for k, r in engine.rules().items() if any(c.formula is not None for c in r.when)}


def edge(condition: Any, holds: bool) -> float:
    """A value just on one side of the limit, before the factor."""
    step = 1e-6 * max(1.0, abs(condition.limit))
    inside = {"from": condition.limit, "until": condition.limit, "above": condition.limit + step}[condition.operator]
    outside = {
        "from": condition.limit - step, "until": condition.limit + step, "above": condition.limit,
    }[condition.operator]  # fmt: skip
    return float((inside if holds else outside) / condition.factor)


def outcome(rule: engine.Rule, values: list[float | None], grade: str = "B") -> str | None:
    table = {str(c.formula).replace("AGS", engine.JOINT): v for c, v in zip(rule.when, values, strict=True)}
    found = engine._apply_joint(rule, rule.roles[0], lambda f: (table[f], grade))
    return found.state if found else None


def test_there_are_rules_for_every_role_and_level() -> None:
    assert len(RULES) >= 20
    assert {role for r in RULES.values() for role in r.roles} == set(engine.ROLES)
    assert {r.level for r in RULES.values()} == set(engine.LEVELS)
    assert {r.effort for r in RULES.values()} == set(engine.EFFORTS)


@pytest.mark.parametrize("key", list(RULES))
def test_fires_at_its_limit_and_not_beyond(key: str) -> None:
    rule = RULES[key]
    inside = [edge(c, True) for c in rule.when]
    assert outcome(rule, inside) == "fires"
    for i, condition in enumerate(rule.when):
        values: list[float | None] = list(inside)
        values[i] = edge(condition, False)
        assert outcome(rule, values) is None


@pytest.mark.parametrize("key", list(RULES))
def test_never_on_quality_d_alone_and_silent_without_a_figure(key: str) -> None:
    rule = RULES[key]
    inside: list[float | None] = [edge(c, True) for c in rule.when]
    assert outcome(rule, inside, "D") == "held_back"
    assert outcome(rule, [None, *inside[1:]]) == "unknown"


@pytest.mark.parametrize("key", list(RULES))
def test_traced_to_rule_and_data(key: str) -> None:
    rule = RULES[key]
    table = {str(c.formula).replace("AGS", engine.JOINT): edge(c, True) for c in rule.when}
    found = engine._apply_joint(rule, rule.roles[0], lambda f: (table[f], "B"))
    assert found is not None and found.rule == key
    assert [d.names for d in found.data] == [(f,) for f in table]
    assert rule.advice is not None and all(found.reason[x] and rule.advice[x] for x in ("de", "en"))
    assert {m["id"] for m in found.measures} == set(rule.measures)


def test_look_on_a_small_result_by_hand() -> None:
    results: dict[str, Any] = {
        "inventory": {
            "joint": {"gross_t": 500.0, "population": 100.0, "data_quality": 0.5, "share_d": {"gross_t": 0.2}},
            "members": {"1": {"waste_t": 3.0, "gross_t": 9.0, "data_quality": 0.2, "share_d": {"waste_t": 1.0}}},
        },
        "roadmap": {"target": {"1": {"missed_t": 4.0}}},
    }
    find = look(results)
    assert find("[inventory.joint.gross_t] / [inventory.joint.population]") == (5.0, "B")  # 0.5 is class B
    assert find("[inventory.members.1.waste_t]") == (3.0, "D")  # all of it is D
    assert find("[roadmap.target.1.missed_t]") == (4.0, "C")  # rests on the inventory of member 1: 0.2
    assert find("[inventory.joint.net_t]") == (None, "D")
    assert quality("evidence.share_c_eur", results) == "A"


def test_quality_zero_is_d() -> None:
    results = {"inventory": {"joint": {"data_quality": 0.0, "gross_t": 1.0}}}
    assert quality("inventory.joint.gross_t", results) == "D"


def test_a_partnership_of_quality_d_gets_no_recommendation_from_its_figures(made_up: dict[str, Any]) -> None:
    poor = copy.deepcopy(made_up)
    for inventory in (*poor["inventory"]["members"].values(), poor["inventory"]["joint"]):
        inventory["data_quality"] = 0.0
    find = look(poor)
    for rule in RULES.values():
        if not rule.joint:
            continue
        found = engine._apply_joint(rule, rule.roles[0], find)
        only_counts = all("population" in str(c.formula) or "evidence" in str(c.formula) for c in rule.when)
        assert only_counts or found is None or found.state != "fires", rule.id


PLACES = {k: r for k, r in engine.rules().items() if all(c.formula is None for c in r.when)}


class Place:
    """A place whose figures answer the conditions of one rule, in their order; every base is 1."""

    ags = "14729380"

    def __init__(self, rule: engine.Rule, tops: list[float | None]) -> None:
        self.member = type("Member", (), {"name": "Probe, Stadt", "kind": "village"})()
        self.tops = {id(c.over): v for c, v in zip(rule.when, tops, strict=True)}

    def total(self, table: Any) -> Any:
        value = self.tops.get(id(table), 1.0)
        return type("Figure", (), {"value": value})()

    def get(self, name: str) -> Any:
        return type("Figure", (), {"value": 1.0})()


def local(rule: engine.Rule, tops: list[float | None], grade: str, monkeypatch: pytest.MonkeyPatch) -> str | None:
    row = {"id": "x", "title": {"de": "x", "en": "x"}}
    monkeypatch.setattr(engine, "_usable", lambda ids, member, inventory: (row,))
    monkeypatch.setattr(engine, "quality", lambda names, place, inventory: grade)
    found = engine._apply(rule, rule.roles[0], Place(rule, tops), None)
    return found.state if found else None


@pytest.mark.parametrize("key", list(PLACES))
def test_rules_on_a_place_fire_at_their_limit_and_not_beyond(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    rule = PLACES[key]
    inside: list[float | None] = [edge(c, True) for c in rule.when]
    assert local(rule, inside, "B", monkeypatch) == "fires"
    assert local(rule, inside, "D", monkeypatch) == "held_back"
    for i, condition in enumerate(rule.when):
        values = list(inside)
        values[i] = edge(condition, False)
        assert local(rule, values, "B", monkeypatch) is None
    assert local(rule, [None, *inside[1:]], "B", monkeypatch) == "unknown"
