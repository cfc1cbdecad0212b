"""Properties of the sharing rules on random games, and the rules that need no game."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sharing_games import METHOD, array, game_of, shapley_by_orders, shares, table

from stadtland.base.errors import InputError
from stadtland.sharing import by_key, mix, rules, solve_game
from stadtland.sharing.game import normalise

LINEAR = ("shapley", "equal_gain")
COVARIANT = ("shapley", "nucleolus", "tau", "equal_gain")
NUMBER = st.floats(-50, 50, allow_nan=False).map(lambda v: round(v, 2))


def games(low: int = 1, high: int = 5) -> st.SearchStrategy[np.ndarray]:
    return st.integers(low, high).flatmap(
        lambda n: st.lists(NUMBER, min_size=2**n - 1, max_size=2**n - 1).map(lambda v: np.array([0.0, *v]))
    )


def convex_games(low: int = 2, high: int = 5) -> st.SearchStrategy[np.ndarray]:
    """Sums of unanimity games with weights ≥ 0: their core is never empty and holds the Shapley value."""

    def build(parts: list[tuple[int, int]], n: int) -> np.ndarray:
        values = np.zeros(2**n)
        for number, weight in parts:
            carrier = number % (2**n - 1) + 1
            values += [float(weight) * (mask & carrier == carrier) for mask in range(2**n)]
        return values

    return st.integers(low, high).flatmap(
        lambda n: st.lists(st.tuples(st.integers(0, 40), st.integers(0, 9)), min_size=1, max_size=8).map(
            lambda parts: build(parts, n)
        )
    )


def permuted(values: np.ndarray, order: list[int]) -> np.ndarray:
    """Player i of the result is player order[i] of `values`."""
    n = len(order)
    return np.array([values[sum(1 << order[i] for i in range(n) if m >> i & 1)] for m in range(2**n)])


@settings(max_examples=200, deadline=None)
@given(games())
def test_every_rule_is_efficient_and_the_answer_is_consistent(values):
    answer = solve_game(game_of(values))
    n = len(values).bit_length() - 1
    tolerance = 1e-9 * max(1.0, np.abs(values).max())
    assert answer["core_empty"] == (answer["least_core_eps"] > tolerance)
    assert (answer["corridor"] is None) == answer["core_empty"]
    for name, rule in answer["rules"].items():
        if rule["values"] is None:
            assert name in ("tau", "proportional", "separable") and rule["reason"].startswith("sharing.reason_")
            continue
        x = np.array(list(rule["values"].values()))
        assert x.sum() == pytest.approx(values[-1], abs=1e-9 * (1 + np.abs(x).sum()))
        # Excess of every coalition, counted again without the package.
        gaps = {m: values[m] - sum(x[i] for i in range(n) if m >> i & 1) for m in range(1, 2**n - 1)}
        if not gaps:
            assert rule["worst"] is None and rule["in_core"]
            continue
        assert rule["worst"]["excess"] == pytest.approx(max(gaps.values()), abs=1e-7)
        assert rule["in_core"] == (rule["worst"]["excess"] <= tolerance)
        assert max(gaps.values()) >= answer["least_core_eps"] - 1e-7
        if rule["in_core"] and answer["corridor"]:
            for share, (low, high) in zip(x, answer["corridor"].values(), strict=True):
                assert low - 1e-6 <= share <= high + 1e-6


@settings(max_examples=200, deadline=None)
@given(games(1, 6))
def test_shapley_equals_the_mean_over_all_orders(values):
    np.testing.assert_allclose(rules.shapley(values), shapley_by_orders(values), atol=1e-9)


@settings(max_examples=200, deadline=None)
@given(games(2, 4), st.randoms(use_true_random=False), st.floats(-3, 3))
def test_linear_rules(values, random, factor):
    other = np.array([0.0] + [random.uniform(-50, 50) for _ in values[1:]])
    for name in LINEAR:
        rule = getattr(rules, name)
        np.testing.assert_allclose(
            rule(values + factor * other), rule(values) + factor * rule(other), atol=1e-9, err_msg=name
        )


@settings(max_examples=200, deadline=None)
@given(convex_games())
def test_nucleolus_shapley_and_corridor_of_games_with_a_core(values):
    answer = solve_game(game_of(values))
    assert not answer["core_empty"]
    assert answer["rules"]["nucleolus"]["in_core"] and answer["rules"]["shapley"]["in_core"]
    # In a convex game the corridor is known: v(i) to v(N) − v(N∖i).
    n = len(values).bit_length() - 1
    for i, ends in enumerate(answer["corridor"].values()):
        expected = [values[1 << i], values[-1] - values[(2**n - 1) ^ (1 << i)]]
        assert ends == pytest.approx(expected, abs=1e-7 * max(1.0, values[-1]))


@settings(max_examples=200, deadline=None)
@given(games(2, 5))
def test_nucleolus_has_the_least_worst_excess(values):
    answer = solve_game(game_of(values))
    rule = answer["rules"]["nucleolus"]
    if not answer["core_empty"] or rule.get("imputations_empty"):
        assert rule["worst"]["excess"] == pytest.approx(answer["least_core_eps"], abs=1e-7)
    else:
        n = len(values).bit_length() - 1
        for i, share in enumerate(rule["values"].values()):
            assert share >= values[1 << i] - 1e-7, "an imputation leaves nobody below standing alone"
        assert n > 2, "with two players an empty core has no imputations"


@settings(max_examples=200, deadline=None)
@given(games(2, 5), st.randoms(use_true_random=False))
def test_relabelling(values, random):
    n = len(values).bit_length() - 1
    order = list(range(n))
    random.shuffle(order)
    first, second = solve_game(game_of(values)), solve_game(game_of(permuted(values, order)))
    for name in first["rules"]:
        if first["rules"][name]["values"] is None:
            assert second["rules"][name]["values"] is None
            continue
        moved = [shares(first, name)[i] for i in order]
        np.testing.assert_allclose(shares(second, name), moved, atol=1e-6, err_msg=name)
    assert first["least_core_eps"] == pytest.approx(second["least_core_eps"], abs=1e-7)


@settings(max_examples=200, deadline=None)
@given(games(2, 5), st.lists(NUMBER, min_size=5, max_size=5), st.sampled_from([0.5, 3.0, 1000.0]))
def test_adding_stand_alone_values_and_scaling(values, alone, factor):
    n = len(values).bit_length() - 1
    added = np.array([sum(alone[i] for i in range(n) if m >> i & 1) for m in range(2**n)])
    first, second = solve_game(game_of(values)), solve_game(game_of(factor * values + added))
    for name in COVARIANT:
        if first["rules"][name]["values"] is None or second["rules"][name]["values"] is None:
            continue
        moved = factor * np.array(shares(first, name)) + alone[:n]
        np.testing.assert_allclose(shares(second, name), moved, atol=1e-6 * factor, err_msg=name)
    assert second["least_core_eps"] == pytest.approx(factor * first["least_core_eps"], abs=1e-7 * factor)


@settings(max_examples=200, deadline=None)
@given(games(1, 5))
def test_cost_game_is_the_mirror_of_the_gain_game(values):
    cost, gain = solve_game(game_of(values, "cost")), solve_game(game_of(-values, "gain"))
    assert cost["least_core_eps"] == pytest.approx(gain["least_core_eps"], abs=1e-9)
    for name, rule in cost["rules"].items():
        other = gain["rules"][name]
        if rule["values"] is None:
            assert other["values"] is None
            continue
        np.testing.assert_allclose(shares(cost, name), -np.array(shares(gain, name)), atol=1e-9)
        assert rule["worst"] == other["worst"] and rule["in_core"] == other["in_core"]
    if cost["corridor"]:
        for player, (low, high) in cost["corridor"].items():
            assert [-high, -low] == pytest.approx(gain["corridor"][player], abs=1e-9)


@settings(max_examples=200, deadline=None)
@given(games(1, 4), NUMBER)
def test_a_dummy_gets_its_own_value(values, own):
    wide = np.concatenate([values, values + own])
    answer = solve_game(game_of(wide))
    for name in ("shapley", "nucleolus"):
        if name == "nucleolus" and answer["rules"][name].get("imputations_empty"):
            continue  # the prenucleolus may tax a dummy when the whole is worth less than its parts
        assert shares(answer, name)[-1] == pytest.approx(own, abs=1e-6), name


@settings(max_examples=200, deadline=None)
@given(st.lists(NUMBER, min_size=11, max_size=11))
def test_clones_get_the_same(drawn):
    """Players B and C are alike: the value depends on how many of them are in, not on which."""
    value = {(a, k, d): drawn[a * 6 + k * 2 + d - 1] for a in (0, 1) for k in range(3) for d in (0, 1) if a + k + d}
    game = table("gain", "ABCD", lambda m: value["A" in m, ("B" in m) + ("C" in m), int("D" in m)])
    answer = solve_game(game)
    for name, rule in answer["rules"].items():
        if rule["values"] is not None:
            assert rule["values"]["B"] == pytest.approx(rule["values"]["C"], abs=1e-6), name


def test_additive_game_leaves_everyone_at_its_own_value():
    answer = solve_game(table("cost", "ABC", lambda m: math.fsum({"A": 0.1, "B": 0.2, "C": 0.3}[p] for p in m)))
    for name in COVARIANT:
        assert shares(answer, name) == pytest.approx([0.1, 0.2, 0.3], abs=1e-12)
    assert not answer["core_empty"]


def test_projection_of_the_shapley_value_by_hand():
    """METHOD: Shapley 595/6, 65/3, 175/6; the core is x_S ≤ 95, x_A ≤ 30, x_B ≤ 35 above 90, 25, 30.

    S must give up 25/6, shared equally by the two others: 95, 65/3 + 25/12 = 23.75 < 25, so A is held at 25.
    """
    values = array(METHOD)
    nearest = -rules.project_core(-values, -rules.shapley(values))
    assert nearest == pytest.approx([95, 25, 30])


@settings(max_examples=200, deadline=None)
@given(convex_games(), st.lists(st.floats(-20, 20), min_size=5, max_size=5), st.randoms(use_true_random=False))
def test_projection_is_in_the_core_and_nearest(values, start, random):
    n = len(values).bit_length() - 1
    point = np.array(start[:n])
    point += (values[-1] - point.sum()) / n
    nearest = rules.project_core(values, point)
    size = max(1.0, np.abs(values).max(), np.abs(point).max())
    members = np.array([[m >> i & 1 for i in range(n)] for m in range(2**n)], dtype=float)
    assert (members @ nearest >= values - 1e-6 * size).all()
    assert nearest.sum() == pytest.approx(values[-1], abs=1e-6 * size)
    # Variational inequality: the rest of the way makes no acute angle with any direction into the core.
    # Marginal vectors are the corners of the core of a convex game.
    for _ in range(10):
        order = list(range(n))
        random.shuffle(order)
        corner, mask = np.zeros(n), 0
        for i in order:
            corner[i] = values[mask | 1 << i] - values[mask]
            mask |= 1 << i
        assert (point - nearest) @ (corner - nearest) <= 1e-5 * size**2


def test_projection_leaves_core_points_and_knows_an_empty_core():
    values = array(METHOD)
    inside = np.array([92.0, 26.0, 32.0])
    assert -rules.project_core(-values, -inside) == pytest.approx(inside, abs=1e-12)
    majority = np.array([0, 0, 0, 1, 0, 1, 1, 1.0])
    assert rules.project_core(majority, np.full(3, 1 / 3)) is None
    assert rules.project_core(np.array([0.0, 4.0]), np.array([4.0])) == pytest.approx([4])


def test_scrb_by_hand_and_where_it_does_not_exist():
    # METHOD: separable 90, 25, 30; remaining benefits 30, 5, 10; 5 left over.
    assert rules.scrb(array(METHOD)) == pytest.approx([90 + 10 / 3, 25 + 5 / 9, 30 + 10 / 9])
    assert rules.scrb(np.array([0.0, 1.0, 1.0, 3.0])) is None  # joining costs more than standing alone
    assert rules.scrb(np.array([0.0, 1.0, 2.0, 3.0])) == pytest.approx([1, 2])


def test_keys_and_mixes():
    assert by_key(90.0, {"A": 600000.0, "B": 200000.0, "C": 100000.0}) == pytest.approx({"A": 60, "B": 20, "C": 10})
    half = mix({"x": {"A": 10, "B": 0}, "y": {"A": 4, "B": 6}, "z": {"A": 0, "B": 10}}, {"x": 1, "y": 1})
    assert half == pytest.approx({"A": 7, "B": 3})
    for weights in ({"A": -1.0, "B": 2.0}, {"A": math.nan}, {"A": 0.0}, {}):
        with pytest.raises(InputError) as caught:
            by_key(1.0, weights)
        assert caught.value.code == "key-weight"
    with pytest.raises(InputError) as caught:
        mix({"x": {"A": 1}}, {"q": 1})
    assert caught.value.code == "mix-rule"
    with pytest.raises(InputError) as caught:
        mix({"x": {"A": 1}, "y": {"B": 1}}, {"x": 1, "y": 1})
    assert caught.value.code == "mix-members"


def test_tau_by_hand_with_unequal_room():
    """Bankruptcy 200 over 100/200/300: M = (100, 200, 200), m = 0, α = 2/5."""
    claims = (100, 200, 300)
    values = np.array([max(0.0, 200 - sum(c for i, c in enumerate(claims) if not m >> i & 1)) for m in range(8)])
    assert rules.tau(values) == pytest.approx([40, 80, 80])


def test_normal_form_is_exact_to_the_last_bit():
    values = np.array([0.0, 1e9 + 0.1, 1e9 + 0.2, 2e9 + 0.301])
    normal = normalise(values)
    assert normal.scale == math.fsum([values[3], -values[1], -values[2]])
    assert normal.worth.tolist() == [0, 0, 0, 1]


def test_twelve_players_are_possible():
    names = [f"P{i}" for i in range(12)]
    answer = solve_game(table("gain", names, lambda m: len(m) ** 2.0))
    assert shares(answer, "nucleolus") == pytest.approx([12] * 12)
    assert shares(answer, "shapley") == pytest.approx([12] * 12)
    assert answer["corridor"]["P3"] == pytest.approx([1, 23])


@settings(max_examples=200, deadline=None)
@given(games(1, 5), st.sampled_from([1.0, 1e6]))
def test_array_rules_give_what_the_answer_gives(values, factor):
    """The rules on arrays take values as they are, stand-alone values included."""
    values = factor * values
    answer = solve_game(game_of(values))
    np.testing.assert_allclose(rules.nucleolus(values), shares(answer, "nucleolus"), atol=1e-9 * factor)
    assert rules.least_core(values) == pytest.approx(answer["least_core_eps"], abs=1e-9 * factor)
    bounds = rules.corridor(values)
    assert (bounds is None) == answer["core_empty"]
    if bounds is not None:
        np.testing.assert_allclose(bounds, list(answer["corridor"].values()), atol=1e-6 * factor)
    n = len(values).bit_length() - 1
    if answer["core_empty"] and not answer["rules"]["nucleolus"].get("imputations_empty"):
        assert (rules.nucleolus(values) >= values[1 << np.arange(n)] - 1e-9 * factor).all()
