"""The card: unknown allowed and said, unknown keys and contradictions refused with place and cure; content complete."""

from __future__ import annotations

import pytest

from stadtland.base.errors import InputError
from stadtland.inventory import harmonise as room
from stadtland.inventory.harmonise.card import questions
from stadtland.inventory.harmonise.words import rules


def test_everything_may_be_unknown_and_is_said():
    card = room.from_dict({"inventory": {"year": 2021, "principle": "unknown"}})
    assert card.unknown() == list(questions())


@pytest.mark.parametrize(
    ("table", "code"),
    [
        ({}, "key-missing"),
        ({"inventory": {"yaer": 2021}}, "key-unknown"),
        ({"inventory": {"year": "2021"}}, "number-kind"),
        ({"inventory": {"year": 2021.5}}, "card-year"),
        ({"inventory": {"year": 1066}}, "number-range"),
        ({"inventory": {"principle": "quellen"}}, "word-unknown"),
        ({"inventory": {"tool": 7}}, "card-text"),
        ({"inventory": {"name": "a\nb"}}, "card-text"),
        ({"inventory": {"ags": "14729"}}, "ags-kreis"),
        ({"inventory": {"gases": "CO2", "factor_set": "BISKO"}}, "card-contradiction"),
        ({"inventory": {"upstream": "excluded", "factor_set": "BISKO"}}, "card-contradiction"),
        ({"inventory": {}, "numbers": {"heat_share": 1.2}}, "number-range"),
        ({"inventory": {}, "numbers": {"heat_share": -0.1}}, "number-range"),
        ({"inventory": {}, "numbers": {"heatshare": 0.8}}, "key-unknown"),
        ({"inventory": {}, "fill": {"HH.wasser": 3}}, "key-unknown"),
        ({"inventory": {}, "fill": {"HH.gas": -3}}, "number-range"),
        ({"inventory": {}, "fill": {"HH.gas": float("nan")}}, "number-finite"),
        ({"inventory": {}, "smoothing": {"oil": [1, 2]}}, "card-series"),
        ({"inventory": {}, "heat_network": {"fuel_mwh": 1}}, "key-missing"),
        ({"inventory": {}, "regional": {"biomass": 2}}, "number-range"),
        ({"inventory": {}, "rules": ["H36"]}, "key-unknown"),
        ({"inventory": []}, "kind-table"),
    ],
)  # fmt: skip
def test_broken_cards(table, code):
    with pytest.raises(InputError) as error:
        room.from_dict(table, "card.toml")
    assert error.value.code == code
    assert error.value.where


def test_broken_toml_names_the_line(tmp_path):
    path = tmp_path / "card.toml"
    path.write_text("[inventory]\nyear = \n")
    with pytest.raises(InputError) as error:
        room.read_card(path)
    assert error.value.code == "toml-syntax" and "line 2" in error.value.what


def test_texts_of_all_rules_exist_for_each_sentence_that_code_can_say():
    import re
    from pathlib import Path

    folder = Path(room.__file__).parent
    said = set()
    for path in folder.glob("rules_*.py"):
        said |= set(re.findall(r'"(why(?:_\w+)?|needs)"', path.read_text(encoding="utf-8")))
    assert {"why", "why_found", "needs", "why_filled", "why_ke", "why_inside", "why_renamed"} == said
    for id, entry in rules().items():
        assert {"title", "found_by", "formula", "why", "quality", "source", "evidence"} <= set(entry), id
        assert entry["evidence"] in "ABC"
    assert list(rules()) == list(room.ORDER)


@pytest.mark.parametrize("lang", ["de", "en"])
def test_template_is_a_card_with_everything_unknown(lang):
    import tomllib

    card = room.from_dict(tomllib.loads(room.card_template(lang)))
    assert card.unknown() == list(questions())
    assert all(entry["title"][lang] in room.card_template(lang) for entry in questions().values())
