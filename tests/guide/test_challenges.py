"""The challenge check: conditions on results by hand, missing figures are not an answer, both languages."""

from __future__ import annotations

from typing import Any

import pytest

from stadtland.base import content, toml
from stadtland.guide import challenges, formula
from stadtland.guide.challenges import holds


def small(population: float = 4000.0, kind: str = "net", share: float = 0.03) -> dict[str, Any]:
    return {
        "inventory": {
            "members": {
                "1": {"population": 96000.0, "data_quality": 0.7},
                "2": {"population": population, "data_quality": 0.3},
            },
            "joint": {"population": 100000.0, "gross_t": 500.0},
        },
        "roadmap": {
            "target": {"1": {"definition": {"kind": "gross"}}, "2": {"definition": {"kind": kind}}},
            "removals_t": [0.0, 50.0],
            "land_check": {"share_of_arable": share},
            "reliability": {"joint": 0.9},
        },
        "cooperation": {"gain_net_eur": 20.0, "together_eur": 100.0},
    }


def answer(results: dict[str, Any]) -> dict[str, bool | None]:
    return {c.id: c.shows for c in challenges(results, "de")}


def test_by_hand() -> None:
    assert answer(small()) == {
        "staff": True,  # 4,000 < 20,000
        "weight": True,  # 96 % > 60 %
        "interests": True,  # gross and net
        "data": True,  # 0.3 < 0.5
        "scale": True,  # 50 of 500 is 10 % < 50 %
        "land": True,  # 3 % > 1 %
        "fairness": False,  # 20 % is not < 5 %
        "certainty": False,  # 90 % is not < 50 %
        "acceptance": None,
        "permanence": None,
    }


def test_the_other_answers() -> None:
    got = answer(small(population=30000.0, kind="gross", share=0.001))
    assert got["staff"] is False and got["interests"] is False and got["land"] is False


def test_without_figures_there_is_no_answer() -> None:
    assert set(answer({}).values()) == {None}


def test_absent_text_is_used() -> None:
    texts = {c.id: c.finding for c in challenges(small(kind="gross"), "de")}
    assert texts["interests"] == "Alle Ziele sind gleich bestimmt."


@pytest.mark.parametrize("lang", ["de", "en"])
def test_slots_fit_their_templates(lang: str) -> None:
    import re

    for found in challenges(small(), lang):
        names = {s[0] for s in found.slots}
        assert set(re.findall(r"\{(\w+)\}", found.finding)) <= names
        for _, text, _ in found.slots:
            assert formula.evaluate(text, small()) >= 0
        assert found.title and found.text and found.help and found.source


def test_rules_are_whole() -> None:
    rules = toml.read(content.path("guide", "challenges.toml"))["challenge"]
    assert len({r["id"] for r in rules}) == len(rules) == 16
    assert sum(not r.get("guide_only", False) for r in rules) == 10
    assert all(r["when"]["op"] in ("<", ">", "differs") for r in rules if "when" in r)


def test_holds_at_the_limit() -> None:
    assert holds({"formula": "[x]", "op": "<", "limit": 1}, {"x": 1.0}) is False
    assert holds({"formula": "[x]", "op": ">", "limit": 1}, {"x": 1.0}) is False
    assert holds({"formula": "[x]", "op": "<", "limit": 1}, {"x": None}) is None
