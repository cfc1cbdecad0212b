"""Bad input of GAME.json: every fault has its code, place and cure; nothing else ever gets out."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sharing_games import METHOD, table

from stadtland.base.errors import InputError
from stadtland.sharing import load, read, solve_game

GOOD = {"kind": "cost", "players": ["A", "B"], "values": {"A": 1, "B": 2, "A,B": 2.5}}


def change(**changes: object) -> dict:
    return {**GOOD, **changes}


def values(**changes: object) -> dict:
    return change(values={**GOOD["values"], **changes})


@pytest.mark.parametrize(
    ("game", "code", "named"),
    [
        (None, "kind-table", "None"),
        ([], "kind-table", "[]"),
        ({}, "key-missing", "kind"),
        (change(kinds=1), "key-unknown", "did you mean 'kind'"),
        (change(kind="costs"), "game-kind", "costs"),
        (change(kind=None), "game-kind", "None"),
        (change(kind=["cost"]), "game-kind", "cost"),
        (change(players=[]), "game-empty", "no players"),
        (change(players="AB"), "game-players", "list"),
        (change(players=["A", 1]), "game-player-name", "1"),
        (change(players=["A", " "]), "game-player-name", "' '"),
        (change(players=["A", "B,C"]), "game-player-name", "B,C"),
        (change(players=["A", "B", "A "]), "game-player-twice", "A"),
        (change(players=[str(i) for i in range(13)]), "game-too-many", "13"),
        (change(values=[1, 2, 3]), "kind-table", "[1, 2, 3]"),
        (change(values={"A": 1, "A,B": 2.5}), "game-missing", "B"),
        (change(values={}), "game-missing", "3 of 3"),
        (values(C=1), "game-player-unknown", "'C'"),
        (change(values={**GOOD["values"], "": 0}), "game-player-unknown", "''"),
        (change(values={**GOOD["values"], "B,A": 2.5}), "game-coalition-twice", "'B,A' and 'A,B'"),
        (change(values={**GOOD["values"], "A,A": 1}), "game-key", "twice"),
        (change(values={**GOOD["values"], 7: 1}), "game-key", "text"),
        (values(A=math.nan), "game-not-finite", "values['A']"),
        (values(A=math.inf), "game-not-finite", "values['A']"),
        (values(A=-math.inf), "game-not-finite", "values['A']"),
        (values(A=True), "game-number", "True"),
        (values(A=None), "game-number", "None"),
        (values(A="1"), "game-number", "'1'"),
        (values(A=[1]), "game-number", "[1]"),
        (values(A=10**400), "game-too-large", "values['A']"),
        (values(A=1e16), "game-too-large", "values['A']"),
    ],
)
def test_bad_input(game, code, named):
    with pytest.raises(InputError) as caught:
        solve_game(game)
    error = caught.value
    assert error.code == code
    assert error.exit_code == 2
    assert error.cure
    assert named in str(error)


def test_missing_coalitions_are_named_up_to_ten():
    game = table("cost", "ABCDE", len)
    for key in [k for k in game["values"] if "E" in k]:
        del game["values"][key]
    with pytest.raises(InputError) as caught:
        solve_game(game)
    assert caught.value.what.startswith("16 of 31 coalitions are missing: E; A,E; B,E; C,E; D,E; A,B,E;")
    assert caught.value.what.count(";") == 9
    assert caught.value.what.endswith("and 6 more")
    game["values"] |= {k: 1.0 for k in table("cost", "ABCDE", len)["values"] if "E" in k and len(k) < 9}
    with pytest.raises(InputError, match=r"missing: 1 of 31 coalitions are missing: A,B,C,D,E\n"):
        solve_game(game)


def test_order_and_blanks_in_keys_do_not_matter():
    turned = {"kind": "cost", "players": ["S", "A", "B"], "values": {}}
    for key, value in METHOD["values"].items():
        turned["values"][" , ".join(reversed(key.split(",")))] = value
    assert solve_game(turned) == solve_game(METHOD)


def test_the_answer_has_the_shape_of_the_contract():
    answer = json.loads(json.dumps(solve_game(METHOD), allow_nan=False))
    assert list(answer) == ["players", "core_empty", "least_core_eps", "corridor", "rules"]
    first = ["shapley", "nucleolus", "tau", "proportional", "equal_gain"]
    assert list(answer["rules"]) == [*first, "shapley_core", "separable"]
    for rule in answer["rules"].values():
        assert list(rule) == ["values", "in_core", "worst"]
        assert list(rule["values"]) == ["S", "A", "B"]
        assert set(rule["worst"]) == {"coalition", "excess"}


def test_read_names_twins_syntax_and_lost_files(tmp_path):
    path = tmp_path / "GAME.json"
    path.write_text(json.dumps(METHOD), encoding="utf-8-sig")
    assert read(path) == METHOD
    for text, code in [
        ('{"kind": "cost", "values": {"A": 1, "A": 2}}', "duplicate-key"),
        ('{"kind": "cost", ', "json-syntax"),
        ("", "json-syntax"),
        ("[1]", "kind-table"),
        ("[" * 100000, "json-syntax"),
        ('{"players": ["A"], "kind": "cost", "values": {"A": ' + "1" * 5000 + "}}", "json-syntax"),
    ]:
        path.write_text(text)
        with pytest.raises(InputError) as caught:
            read(path)
        assert caught.value.code == code, text[:60]
    path.write_bytes(b"\xff\xfe{")
    with pytest.raises(InputError, match="UTF-8"):
        read(path)
    with pytest.raises(InputError) as caught:
        read(tmp_path / "none.json")
    assert caught.value.code == "file-missing"
    with pytest.raises(InputError) as caught:
        read(tmp_path)
    assert caught.value.code == "file-kind"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=10,
)


@settings(max_examples=300, deadline=None)
@given(JSON, st.sampled_from(["all", "kind", "players", "values", "value", "key"]))
def test_fuzz_gives_an_answer_or_an_input_error(junk, place):
    game: object = junk
    if place in ("kind", "players", "values"):
        game = change(**{place: junk})
    elif place == "value":
        game = values(A=junk)
    elif place == "key":
        game = change(values={**GOOD["values"], str(junk): 1.0})
    try:
        answer = solve_game(game)
    except InputError as error:
        assert error.code and error.what
    else:
        assert set(answer["rules"]) == {
            "shapley", "nucleolus", "tau", "proportional", "equal_gain", "shapley_core", "separable"}  # fmt: skip


def test_game_knows_its_names():
    game = load(METHOD)
    assert game.name(5) == "S,B"
    assert game.values.tolist() == [0, 120, 30, 120, 40, 125, 60, 150]
