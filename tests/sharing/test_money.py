"""Transfers to the cent, exit test, parts of the gain, and their sentences."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sharing_games import METHOD, W3, majority

from stadtland.base import texts
from stadtland.base.errors import InputError
from stadtland.sharing import exit_test, gain_parts, solve_game, transfers

CENT = st.integers(-(10**11), 10**11)


def test_transfers_of_w3():
    """Borne at home 2.0, 0.45, 0.45 M EUR; Shapley 4.25, −0.675, −0.675: the city pays 2.25 M EUR."""
    borne = {"C": 2.0e6, "R1": 0.45e6, "R2": 0.45e6}
    shares = {p: x * 1e6 for p, x in solve_game(W3)["rules"]["shapley"]["values"].items()}
    assert transfers(borne, shares) == {"C": 2250000.0, "R1": -1125000.0, "R2": -1125000.0}


def test_left_over_cents_go_to_the_largest_remainders():
    # In cents −666.67, 333.33, 333.33; cut down to −667, 333, 333; equal remainders: the cent goes to A.
    assert transfers({"A": 10, "B": 0, "C": 0}, dict.fromkeys("ABC", 10 / 3)) == {
        "A": -6.66,
        "B": 3.33,
        "C": 3.33,
    }
    # −1.004, 0.006, 0.998 in euros: cut to −1.01, 0.00, 0.99; two cents left, to C and then A.
    assert transfers({"A": 2.0, "B": 0.0, "C": 0.0}, {"A": 0.996, "B": 0.006, "C": 0.998}) == {
        "A": -1.0,
        "B": 0.0,
        "C": 1.0,
    }
    assert transfers({"A": 0.0}, {"A": 0.0}) == {"A": 0.0}


@settings(max_examples=300, deadline=None)
@given(st.lists(CENT, min_size=1, max_size=12), st.lists(st.floats(0.01, 1), min_size=12, max_size=12))
def test_transfers_close_to_the_cent(borne, weights):
    names = [f"P{i}" for i in range(len(borne))]
    total = sum(borne) / 100
    parts = weights[: len(borne)]
    shares = {n: total * w / sum(parts) for n, w in zip(names, parts, strict=True)}
    paid = transfers({n: b / 100 for n, b in zip(names, borne, strict=True)}, shares)
    cents = [round(x * 100) for x in paid.values()]
    assert sum(cents) == 0
    assert all(x * 100 == pytest.approx(c, abs=1e-2) for x, c in zip(paid.values(), cents, strict=True))
    for name, own in zip(names, borne, strict=True):
        assert paid[name] == pytest.approx(shares[name] - own / 100, abs=0.011 + 1e-15 * abs(total))


@pytest.mark.parametrize(
    ("borne", "shares", "code"),
    [
        ({"A": 1.0}, {"B": 1.0}, "share-members"),
        ({}, {}, "share-members"),
        ({"A": 1.0}, {"A": 2.0}, "share-sum"),
        ({"A": math.nan}, {"A": 1.0}, "number-finite"),
        ({"A": 1.0}, {"A": None}, "number-kind"),
    ],
)
def test_bad_transfers(borne, shares, code):
    with pytest.raises(InputError) as caught:
        transfers(borne, shares)
    assert caught.value.code == code


def test_exit_test_of_the_method_vector():
    """Shapley: S and B would save 10/3 by leaving, S and A 5/6; every other group loses."""
    rows = exit_test(METHOD["values"], solve_game(METHOD)["rules"]["shapley"]["values"])
    assert len(rows) == 6
    assert [row["members"] for row in rows[:2]] == [["S", "B"], ["S", "A"]]
    assert [row["loss"] for row in rows[:2]] == pytest.approx([-10 / 3, -5 / 6])
    assert [row["text"] for row in rows] == ["sharing.exit_gains"] * 2 + ["sharing.exit_loses"] * 4
    assert rows[0]["params"] == {"members": ["S", "B"], "amount": pytest.approx(10 / 3)}
    by_members = {tuple(row["members"]): row["loss"] for row in rows}
    assert by_members[("S",)] == pytest.approx(120 - 595 / 6)


def test_exit_test_of_a_gain_game_has_the_other_sign():
    rows = exit_test(majority()["values"], {"A": 0.5, "B": 0.5, "C": 0.0}, kind="gain")
    by_members = {tuple(row["members"]): (row["loss"], row["text"]) for row in rows}
    assert by_members[("A", "B")] == (0.0, "sharing.exit_even")
    assert by_members[("A", "C")] == (-0.5, "sharing.exit_gains")
    assert by_members[("A",)] == (0.5, "sharing.exit_loses")


def test_exit_test_refuses_shares_that_do_not_cover_the_whole():
    with pytest.raises(InputError) as caught:
        exit_test(METHOD["values"], {"S": 1.0, "A": 1.0, "B": 1.0})
    assert caught.value.code == "share-sum"


def test_gain_parts_by_hand():
    zero = {"real_cost": 0.0, "cap_trading": 0.0, "removals": 0.0, "protection": 0.0}
    alone = {
        "C": {**zero, "real_cost": 100.0, "cap_trading": 50.0},
        "R": {**zero, "real_cost": 20.0, "removals": 5.0, "protection": 2.0},
    }
    together = {"real_cost": 105.0, "cap_trading": 10.0, "removals": 25.0, "protection": 2.0}
    result = gain_parts(alone, together, running_cost=5.0)
    assert result["parts"] == {"real_cost": 15.0, "cap_trading": 40.0, "removals": -20.0, "protection": 0.0}
    assert (result["gain_eur"], result["gain_net_eur"], result["partnership_cost_eur"]) == (35.0, 30.0, 5.0)
    assert result["gain_percent"] == pytest.approx(100 * 35 / 177)
    assert result["text"] == "sharing.gain_clear"
    assert gain_parts(alone, together, running_cost=34.0)["text"] == "sharing.gain_small"
    assert gain_parts(alone, together, running_cost=36.0)["text"] == "sharing.gain_negative"
    with pytest.raises(InputError, match="cap_trading"):
        gain_parts({"C": {"real_cost": 1.0}}, together)
    with pytest.raises(InputError) as caught:
        gain_parts(alone, together, running_cost=-1.0)
    assert caught.value.code == "number-range"


@pytest.mark.parametrize("lang", ["de", "en"])
def test_every_sentence_exists_in_both_languages(lang):
    for name in (
        "exit_loses",
        "exit_gains",
        "exit_even",
        "exit_assumption",
        "gain_clear",
        "gain_small",
        "gain_negative",
    ):
        sentence = texts.text(f"sharing.{name}", lang, members="A, B", amount="3 €")
        assert "{" not in sentence and len(sentence) > 20
    for name in ("reason_tau", "reason_proportional"):
        assert texts.text(f"sharing.{name}", lang)
