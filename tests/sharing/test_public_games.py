"""Games with published or hand-calculated shares."""

from __future__ import annotations

import numpy as np
import pytest
from sharing_games import METHOD, TVA, W3, airport, bankruptcy, gloves, majority, shares, table

from stadtland.sharing import solve_game
from stadtland.sharing.rules import separable_split

CLAIMS = {"A": 100.0, "B": 200.0, "C": 300.0}
AIRPORT4 = airport({"A": 8, "B": 11, "C": 13, "D": 18})
AIRPORT3 = airport({"A": 1500, "B": 2200, "C": 3000})
DUMMY = table("cost", "ABD", lambda m: (10 if "A" in m else 0) + (8 if "B" in m else 0)
              - (5 if "A" in m and "B" in m else 0) + (3 if "D" in m else 0))  # fmt: skip
CLONES = table("cost", "CXY", lambda m: 12 * ("C" in m) + 4 * sum(p != "C" for p in m)
               - ("C" in m) * min(5, 3 * sum(p != "C" for p in m)))  # fmt: skip


@pytest.mark.parametrize(
    ("game", "rule", "expected"),
    [
        (AIRPORT4, "shapley", [2, 3, 4, 9]),
        (AIRPORT4, "nucleolus", [13 / 4, 13 / 4, 13 / 4, 33 / 4]),
        (AIRPORT3, "shapley", [500, 850, 1650]),
        (AIRPORT3, "nucleolus", [2200 / 3, 2200 / 3, 4600 / 3]),
        (bankruptcy(100, CLAIMS), "nucleolus", [100 / 3] * 3),
        (bankruptcy(200, CLAIMS), "nucleolus", [50, 75, 75]),
        (bankruptcy(300, CLAIMS), "nucleolus", [50, 100, 150]),
        (bankruptcy(100, CLAIMS), "shapley", [100 / 3] * 3),
        (bankruptcy(200, CLAIMS), "shapley", [100 / 3, 250 / 3, 250 / 3]),
        (bankruptcy(300, CLAIMS), "shapley", [50, 100, 150]),
        (gloves(1, 2), "shapley", [2 / 3, 1 / 6, 1 / 6]),
        (gloves(1, 2), "nucleolus", [1, 0, 0]),
        # Two left, three right: 120 orders counted by hand of the first three kinds of orders; core is (1,
        # 1, 0, 0, 0).
        (gloves(2, 3), "nucleolus", [1, 1, 0, 0, 0]),
        (gloves(2, 3), "shapley", [0.65, 0.65, 7 / 30, 7 / 30, 7 / 30]),
        (majority(), "shapley", [1 / 3] * 3),
        (majority(), "nucleolus", [1 / 3] * 3),
        (table("gain", "ABCD", lambda m: 12.0 * (len(m) == 4)), "shapley", [3] * 4),
        (table("gain", "ABCD", lambda m: 12.0 * (len(m) == 4)), "nucleolus", [3] * 4),
        (table("gain", "ABCD", lambda m: 12.0 * (len(m) == 4)), "tau", [3] * 4),
        (TVA, "shapley", [117829, 100756.5, 193998.5]),
        (TVA, "nucleolus", [116234, 93540, 202810]),
        (METHOD, "shapley", [595 / 6, 65 / 3, 175 / 6]),
        (METHOD, "nucleolus", [275 / 3, 80 / 3, 95 / 3]),
        (METHOD, "tau", [275 / 3, 80 / 3, 95 / 3]),
        (METHOD, "proportional", [1800 / 19, 450 / 19, 600 / 19]),
        (METHOD, "equal_gain", [320 / 3, 50 / 3, 80 / 3]),
        (W3, "shapley", [4.25, -0.675, -0.675]),
        (W3, "nucleolus", [4.05, -0.575, -0.575]),
        (W3, "equal_gain", [4.9, -1.0, -1.0]),
        (DUMMY, "shapley", [7.5, 5.5, 3]),
        (DUMMY, "nucleolus", [7.5, 5.5, 3]),
        (DUMMY, "tau", [7.5, 5.5, 3]),
        # Saves 3 with one clone, 5 with both: C adds 0, 3 or 5 at places 1 to 3; a clone the rest, equally.
        (CLONES, "shapley", [12 - 8 / 3, 4 - 7 / 6, 4 - 7 / 6]),
    ],
)
def test_shares(game, rule, expected):
    assert shares(solve_game(game), rule) == pytest.approx(expected, abs=1e-6)


def test_method_vector_position_in_the_core():
    answer = solve_game(METHOD)
    rules = answer["rules"]
    assert answer["core_empty"] is False
    assert answer["least_core_eps"] == pytest.approx(-5 / 3)
    assert rules["shapley"]["in_core"] is False
    assert rules["shapley"]["worst"] == {"coalition": "S,B", "excess": pytest.approx(10 / 3)}
    assert rules["proportional"]["worst"] == {"coalition": "S,B", "excess": pytest.approx(1.3157894736)}
    # All three pairs have the same excess: same size, so the first in the order of the players.
    assert rules["nucleolus"]["worst"] == {"coalition": "S,A", "excess": pytest.approx(-5 / 3)}
    # Corridor by hand: x_i ≥ c(N) − c(N∖i), x_i ≤ c(i) and ≤ c(i,j) − least x_j.
    for player, ends in {"S": [90, 95], "A": [25, 30], "B": [30, 35]}.items():
        assert answer["corridor"][player] == pytest.approx(ends)


def test_glove_core_is_one_point_and_shapley_misses_it_by_a_sixth():
    answer = solve_game(gloves(1, 2))
    assert answer["corridor"] == {
        "L0": pytest.approx([1, 1]),
        "R0": pytest.approx([0, 0]),
        "R1": pytest.approx([0, 0]),
    }
    assert answer["least_core_eps"] == pytest.approx(0, abs=1e-12)
    worst = answer["rules"]["shapley"]["worst"]
    assert worst == {"coalition": "L0,R0", "excess": pytest.approx(1 / 6)}
    # (1, 0, 0): {R0}, {R1}, {L0,R0} … all have excess 0; the smaller comes first.
    assert answer["rules"]["nucleolus"]["worst"]["coalition"] == "R0"


def test_majority_has_an_empty_core():
    answer = solve_game(majority())
    assert answer["core_empty"] is True
    assert answer["least_core_eps"] == pytest.approx(1 / 3)
    assert answer["corridor"] is None
    assert answer["rules"]["tau"] == {"values": None, "reason": "sharing.reason_tau"}
    assert answer["rules"]["proportional"] == {"values": None, "reason": "sharing.reason_proportional"}
    assert answer["rules"]["nucleolus"]["in_core"] is False
    assert "imputations_empty" not in answer["rules"]["nucleolus"]


def test_tva_shares_are_in_the_core():
    answer = solve_game(TVA)
    assert answer["rules"]["shapley"]["in_core"] and answer["rules"]["nucleolus"]["in_core"]


def test_scrb_of_the_skane_water_case():
    """Stand-alone and separable costs, total and result printed in IIASA WP-79-077, tables 7, 8 (M SEK).

    The table of all 63 coalitions was not at hand, so Shapley and nucleolus of this case are not tested here.
    """
    alone = np.array([21.95, 17.08, 10.91, 15.88, 20.81, 21.98])
    separable = np.array([17.36, 9.85, 0.82, 6.40, 12.90, 14.06])
    printed = [19.54, 13.28, 5.62, 10.90, 16.66, 17.82]
    assert separable_split(83.82, alone, separable) == pytest.approx(printed, abs=0.02)


def test_one_player():
    answer = solve_game({"kind": "cost", "players": ["A"], "values": {"A": 7}})
    assert (answer["core_empty"], answer["least_core_eps"], answer["corridor"]) == (
        False,
        0.0,
        {"A": [7.0, 7.0]},
    )
    for rule in answer["rules"].values():
        assert rule == {"values": {"A": 7.0}, "in_core": True, "worst": None}


def test_two_players_by_hand():
    answer = solve_game({"kind": "cost", "players": ["A", "B"], "values": {"A": 6, "B": 4, "B,A": 8}})
    for rule in ("shapley", "nucleolus", "tau", "equal_gain"):
        assert shares(answer, rule) == pytest.approx([5, 3])
    assert shares(answer, "proportional") == pytest.approx([4.8, 3.2])
    assert answer["least_core_eps"] == pytest.approx(-1)
    assert answer["corridor"] == {"A": pytest.approx([4, 6]), "B": pytest.approx([2, 4])}


def test_empty_imputations_give_the_prenucleolus():
    """Together dearer than apart: x = c(i) + 1 each by symmetry of the excess; nobody would take part."""
    answer = solve_game({"kind": "cost", "players": ["A", "B"], "values": {"A": 6, "B": 4, "A,B": 12}})
    rule = answer["rules"]["nucleolus"]
    assert rule["imputations_empty"] is True
    assert rule["values"] == {"A": pytest.approx(7), "B": pytest.approx(5)}
    assert rule["worst"] == {"coalition": "A", "excess": pytest.approx(1)}
    assert answer["core_empty"] is True and answer["least_core_eps"] == pytest.approx(1)


def test_imputations_bind_when_the_core_is_empty():
    """v(AB) = 10, v(N) = 6, others 0. The prenucleolus gives C −2; over the imputations C gets 0."""
    game = table("gain", "ABC", lambda m: {("A", "B"): 10.0, ("A", "B", "C"): 6.0}.get(m, 0.0))
    answer = solve_game(game)
    assert shares(answer, "nucleolus") == pytest.approx([3, 3, 0], abs=1e-9)
    assert answer["least_core_eps"] == pytest.approx(2)  # −x_C = 10 − (6 − x_C) → x_C = −2, ε = 2


def test_a_coalition_far_worse_than_alone_changes_nothing():
    plain = solve_game(METHOD)
    odd = {**METHOD, "values": {**METHOD["values"], "A,B": 1e12}}
    assert odd["values"]["A,B"] > 1e9
    assert shares(solve_game(odd), "nucleolus") == pytest.approx(
        shares(solve_game({**METHOD, "values": {**METHOD["values"], "A,B": 70}}), "nucleolus"), abs=1e-6
    )
    assert shares(plain, "nucleolus")[0] == pytest.approx(275 / 3)


def test_large_values_with_small_differences():
    """1e9 a player, gains of thousandths: what each saves equals the small game."""
    small = {m: g * 1e-3 for m, g in {("A", "B"): 2.0, ("A", "C"): 3.0, ("B", "C"): 1.0, ("A", "B", "C"): 5.0}.items()}
    base = {"A": 1.0e9, "B": 2.0e9, "C": 3.0e9}
    big = solve_game(table("cost", "ABC", lambda m: sum(base[p] for p in m) - small.get(m, 0.0)))
    little = solve_game(table("cost", "ABC", lambda m: -small.get(m, 0.0)))
    for rule in ("shapley", "nucleolus", "tau", "equal_gain"):
        gained = [s - b for s, b in zip(shares(big, rule), base.values(), strict=True)]
        # Doubles near 3e9 lie 4.8e-7 apart, which bounds what any method can give back.
        assert gained == pytest.approx(shares(little, rule), abs=2e-6)
        assert sum(shares(big, rule)) == pytest.approx(6e9 - 5e-3, abs=2e-6)
