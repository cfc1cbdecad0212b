"""Keys, projection on the least core, fixed payments, payment plans, sampling and clubs."""

from __future__ import annotations

import itertools
import math
import tomllib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sharing_games import METHOD, TVA, airport, gloves, majority, table
from sharing_games import shares as listed

from stadtland.base import content
from stadtland.base.errors import InputError
from stadtland.sharing import ability, clubs, gain_by_key, payments, sampling, solve_game, statutory
from stadtland.sharing.core import least_core
from stadtland.sharing.game import load
from stadtland.sharing.rules import excesses, project_core, shapley


def shares(game, rule):
    return listed(solve_game(game), rule)


# published games
def by_size(kind: str, n: int, values: list[float]) -> dict:
    """A game from its values in the usual printed order: singles, pairs, … each in lexical order."""
    names = "ABCDEFGHIJKL"[:n]
    sets = [m for size in range(1, n + 1) for m in itertools.combinations(names, size)]
    return {"kind": kind, "players": list(names), "values": {",".join(m): v for m, v in zip(sets, values, strict=True)}}


@pytest.mark.parametrize(
    ("game", "rule", "expected"),
    [
        # reference manual of the R package CoopGame 0.2.2, pages nucleolus and tauValue (Stach 2011)
        (by_size("gain", 4, [0, 0, 0, 0, 5, 5, 8, 9, 10, 8, 13, 15, 16, 17, 21]), "nucleolus", [3.5, 4.5, 5.5, 7.5]),
        (by_size("gain", 3, [0, 0, 0, 1, 2, 1, 3]), "tau", [1.2, 0.6, 1.2]),
        # separable costs 90, 25, 30 of 150 leave 5 by benefits 30, 5, 10
        (METHOD, "separable", [90 + 10 / 3, 25 + 5 / 9, 30 + 10 / 9]),
        # separable costs by hand: 412584 − 367370, − 378821, − 301607; benefits 118306, 107063, 139119; rest 222630
        (TVA, "separable", [45214 + 222630 * 118306 / 364488, 33763 + 222630 * 107063 / 364488,
                            110977 + 222630 * 139119 / 364488]),
        # the core is one point
        (gloves(1, 2), "shapley_core", [1, 0, 0]),
        (gloves(2, 3), "shapley_core", [1, 1, 0, 0, 0]),
        # empty core: the nearest point of the least core
        (majority(), "shapley_core", [1 / 3] * 3),
        (METHOD, "shapley_core", [95, 25, 30]),
    ],
)  # fmt: skip
def test_published_and_hand_games(game, rule, expected):
    assert shares(game, rule) == pytest.approx(expected, abs=1e-6 * max([1.0, *map(abs, expected)]))


def test_an_empty_core_is_said_and_the_least_core_is_used():
    entry = solve_game(majority())["rules"]["shapley_core"]
    assert entry["least_core"] is True and not entry["in_core"]
    assert "least_core" not in solve_game(METHOD)["rules"]["shapley_core"]


def random_worth(rng: np.random.Generator, n: int) -> np.ndarray:
    worth = rng.integers(0, 20, 2**n).astype(float)
    worth[0] = 0.0
    return worth


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.integers(2, 5))
def test_projection_on_the_least_core_is_nearest(seed, n):
    """No random point of the least core is nearer; the point itself lies in it and sums to the whole."""
    rng = np.random.default_rng(seed)
    worth = random_worth(rng, n)
    start = shapley(worth)
    found = project_core(worth, start, least=True)
    eps = max(least_core(worth), 0.0)
    assert found.sum() == pytest.approx(worth[-1], abs=1e-7)
    assert excesses(worth, found)[1:-1].max(initial=-np.inf) <= eps + 1e-6
    from scipy.optimize import linprog

    rows = np.array([[mask >> i & 1 for i in range(n)] for mask in range(1, 2**n - 1)], dtype=float)
    for _ in range(6):  # corners of the least core; convex combinations with the point must not be nearer
        lp = linprog(rng.normal(size=n), -rows, -(worth[1:-1] - eps - 1e-9), np.ones((1, n)), [worth[-1]],
                     bounds=[(None, None)] * n)  # fmt: skip
        if lp.status != 0:
            continue
        towards = lp.x - found
        assert (found - start) @ towards >= -1e-5  # first-order optimality of the nearest point


# degenerate games
def brute_shapley(worth: np.ndarray, n: int) -> np.ndarray:
    total = np.zeros(n)
    for order in itertools.permutations(range(n)):
        mask = 0
        for player in order:
            total[player] += worth[mask | 1 << player] - worth[mask]
            mask |= 1 << player
    return total / math.factorial(n)


@pytest.mark.parametrize("n", [2, 3, 4, 5, 6, 7])
def test_shapley_against_all_orders(n):
    worth = random_worth(np.random.default_rng(n), n)
    assert shapley(worth) == pytest.approx(brute_shapley(worth, n), abs=1e-9)


def test_twelve_players_against_the_closed_form_of_a_symmetric_and_an_airport_game():
    names = "ABCDEFGHIJKL"
    game = table("cost", names, lambda m: 100.0 * len(m) ** 0.5)
    for rule in ("shapley", "nucleolus", "shapley_core"):
        assert shares(game, rule) == pytest.approx([100.0 * 12**0.5 / 12] * 12, abs=1e-6)
    costs = {p: float(i + 1) for i, p in enumerate(names)}
    closed = np.cumsum([1.0 / (12 - i) for i in range(12)])  # every step is shared by those who need it
    assert shares(airport(costs), "shapley") == pytest.approx(closed, abs=1e-9)


def test_values_of_a_billion_with_differences_of_a_thousandth():
    base = {"A": 1.0e9, "B": 2.0e9, "C": 1.5e9}

    def cost(m):
        return math.fsum(base[p] for p in m) - {1: 0.0, 2: 0.001, 3: 0.003}[len(m)]

    game = table("cost", "ABC", cost)
    found = solve_game(game)
    for rule in ("shapley", "nucleolus", "shapley_core", "separable", "tau"):
        saved = [base[p] - found["rules"][rule]["values"][p] for p in "ABC"]
        assert saved == pytest.approx([0.001] * 3, abs=3e-7), rule
    assert not found["core_empty"]


def test_a_dummy_pays_what_it_costs_alone_under_every_exact_rule():
    game = table(
        "cost", "ABD", lambda m: 10 * ("A" in m) + 8 * ("B" in m) - 5 * ("A" in m and "B" in m) + 3 * ("D" in m)
    )
    for rule in ("shapley", "nucleolus", "tau", "shapley_core", "separable"):
        assert shares(game, rule)[2] == pytest.approx(3.0, abs=1e-9), rule


# keys
money = st.floats(-1e9, 1e9)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(money, st.floats(0.01, 1e6)), min_size=1, max_size=8), money)
def test_keys_divide_the_gain_and_close(rows, together):
    alone = {str(i): a for i, (a, _) in enumerate(rows)}
    found = gain_by_key(alone, together, {str(i): w for i, (_, w) in enumerate(rows)})
    assert math.fsum(found.values()) == pytest.approx(together, abs=1e-3)
    gain = math.fsum(alone.values()) - together
    assert all((alone[k] - found[k]) * gain >= -1e-3 for k in alone)  # everybody gains or everybody loses


def test_ability_to_pay_gives_the_weaker_more():
    weights = ability({"A": 100.0, "B": 100.0}, {"A": 2000.0, "B": 1000.0})
    assert gain_by_key({"A": 10.0, "B": 10.0}, 17.0, weights) == {"A": pytest.approx(9.0), "B": pytest.approx(8.0)}
    with pytest.raises(InputError):
        ability({"A": 1.0}, {"A": 0.0})
    with pytest.raises(InputError) as error:
        gain_by_key({"A": 1.0}, 1.0, {"B": 1.0})
    assert error.value.code == "key-members"


# payments
def closed(values: list[float]) -> dict[str, float]:
    rounded = [round(v, 2) for v in values]
    return {str(i): v for i, v in enumerate([*rounded, round(-math.fsum(rounded), 2)])}


@settings(max_examples=120, deadline=None)
@given(st.lists(st.floats(-1e8, 1e8), min_size=1, max_size=7), st.floats(0, 0.1), st.integers(1, 25))
def test_payments_close_to_the_cent(values, rate, count):
    moved = closed(values)
    found = payments.plan(moved, rate, 2026, 2027, count)
    for t in range(count):
        assert round(100 * math.fsum(row[t] for row in found["by_member"].values())) == 0
    for m, value in moved.items():
        assert found["present_value"][m] == pytest.approx(value, abs=0.011)
    paid = {m: row[0] for m, row in found["by_member"].items()}
    if count > 1:
        net = dict.fromkeys(moved, 0)
        for row in found["bilateral"]:
            assert row["eur_a"] > 0
            net[row["from"]] += round(100 * row["eur_a"])
            net[row["to"]] -= round(100 * row["eur_a"])
        assert net == {m: round(100 * v) for m, v in paid.items()}


def test_payments_by_hand():
    """100 EUR at 0 % over 4 years are 25 a year; at 10 % over one year from the start 100·1.1."""
    assert payments.plan({"A": 100.0, "B": -100.0}, 0.0, 2026, 2027, 4)["by_member"]["A"] == [25.0] * 4
    assert payments.plan({"A": 100.0, "B": -100.0}, 0.1, 2026, 2027, 1)["by_member"]["B"] == [-110.0]


@pytest.mark.parametrize(
    ("args", "code"),
    [
        (({"A": 1.0, "B": 0.0}, 0.03, 2026, 2027, 5), "payment-sum"),
        (({"A": 1.0, "B": -1.0}, 0.03, 2026, 2027, 0), "payment-years"),
        (({"A": 1.0, "B": -1.0}, 0.03, 2026, 2020, 5), "payment-years"),
        (({"A": math.nan, "B": -1.0}, 0.03, 2026, 2027, 5), "number-finite"),
        (({}, 0.03, 2026, 2027, 5), "share-members"),
    ],
)
def test_bad_payments(args, code):
    with pytest.raises(InputError) as error:
        payments.plan(*args)
    assert error.value.code == code


# fixed payments
def plant(measure="E06", member="14729410", kwh=1e6, mw=0.5):
    payer = {"utility": 0.6, "companies": 0.2, "municipality": 0.2}
    return {"measure": measure, "member": member, "kwh": [kwh, kwh], "mw": [mw, mw], "payer": payer}


def test_saxon_revenue_share_by_hand():
    """1 GWh of wind a year: 0.3 ct/kWh are 3,000 EUR a year; two years at factors 1 and 0.5 are 4,500."""
    rows = statutory.flows([plant()], [1.0, 0.5], lambda a: False)
    wind = {r["id"]: r for r in rows}
    assert wind["revenue_share_wind"]["gross_eur"] == pytest.approx({"low": 4500, "central": 4500, "high": 7500})
    assert wind["revenue_share_wind"]["after_equalisation_eur"] == pytest.approx(4500)
    assert wind["revenue_share_wind"]["from"] == pytest.approx({"utility": 0.75, "companies": 0.25})
    tax = wind["trade_tax_site"]
    assert tax["gross_eur"]["central"] == pytest.approx(0.5 * 3000 * 1.5)
    assert tax["after_equalisation_eur"] == pytest.approx(0.25 * tax["gross_eur"]["central"])
    assert "eeg_6" not in wind
    assert statutory.flows([plant(member="01001000")], [1.0, 0.5], lambda a: False)[0]["id"] == "eeg_6"


def test_a_city_of_its_own_district_is_labelled_gross():
    rows = {r["id"]: r for r in statutory.flows([plant(member="14713000")], [1.0, 1.0], lambda a: a.endswith("000"))}
    assert rows["trade_tax_site"]["stage"] == "gross" and rows["trade_tax_site"]["after_equalisation_eur"] is None
    assert rows["revenue_share_wind"]["stage"] == "after_equalisation"


def test_fixed_payments_move_money_inside_a_member_only():
    borne = {"14729410": {"utility": 100.0, "companies": 50.0, "municipality": 10.0}}
    after = statutory.by_payer(borne, statutory.flows([plant()], [1.0, 0.5], lambda a: False))
    assert math.fsum(after["14729410"].values()) == pytest.approx(160.0)
    assert after["14729410"]["municipality"] < 10.0 < after["14729410"]["utility"] - 90.0


def test_fixed_payments_and_vehicles_name_sources_dates_and_open_questions():
    known = set(statutory.sources()) | set(
        tomllib.loads(content.path("toolbox_value", "sources.toml").read_text(encoding="utf-8"))
    ) | set(tomllib.loads(content.path("sources.toml").read_text(encoding="utf-8")))  # fmt: skip
    entries = list(statutory.rules()["flow"].values())
    entries += tomllib.loads(content.path("sharing", "vehicles.toml").read_text(encoding="utf-8"))["vehicle"].values()
    for entry in entries:
        assert set(entry["source"]) <= known and entry["open"]
        assert entry["source"] or entry["evidence"] == "C"
    assert statutory.rules()["status_date"]
    for flow in statutory.rules()["flow"].values():
        rate = flow["rate"]
        assert rate["low"] <= rate["central"] <= rate["high"] and flow["rule"]["de"]


# sampling and clubs
def as_values(game):
    checked = load(game)
    index = {p: i for i, p in enumerate(checked.players)}
    return lambda sets: {s: float(checked.values[sum(1 << index[p] for p in s)]) for s in sets}


def test_sampling_is_exact_where_every_order_gives_the_same_and_close_elsewhere():
    game = airport({p: float(c) for p, c in zip("ABCDEFGH", (3, 5, 8, 9, 14, 20, 22, 30), strict=True)})
    exact = dict(zip("ABCDEFGH", shares(game, "shapley"), strict=True))
    found = sampling.shapley_sampled(list("ABCDEFGH"), as_values(game), 300, seed=1)
    assert math.fsum(found.shares.values()) == pytest.approx(30.0, abs=1e-9)
    for p, value in exact.items():
        assert abs(found.shares[p] - value) <= 4 * found.error[p] + 1e-9
    flat = table("cost", "ABC", lambda m: 2.0 * len(m))
    assert sampling.shapley_sampled(list("ABC"), as_values(flat), 1).shares == {"A": 2.0, "B": 2.0, "C": 2.0}


def test_error_of_sampling_falls_with_the_number_of_orders():
    game = airport({p: float(i * i + 1) for i, p in enumerate("ABCDEFGH")})
    exact = shares(game, "shapley")
    off = []
    for pairs in (5, 500):
        found = sampling.shapley_sampled(list("ABCDEFGH"), as_values(game), pairs, seed=3)
        off.append(max(abs(found.shares[p] - e) for p, e in zip("ABCDEFGH", exact, strict=True)))
    assert off[1] < 0.5 * off[0]


def test_clubs_join_the_alike_and_leave_cities_alone():
    features = {"city": [9.0, 1.0], "a": [1.0, 1.0], "b": [1.1, 1.0], "c": [5.0, 9.0], "d": [5.1, 9.1]}
    assert clubs.clubs(features, ["city"], 3) == [("city",), ("a", "b"), ("c", "d")]
    assert clubs.clubs(features, ["city"], 8) == [("city",), ("a",), ("b",), ("c",), ("d",)]
    with pytest.raises(InputError) as error:
        clubs.clubs(features, ["city"], 1)
    assert error.value.code == "clubs-few"


def test_forty_members_become_clubs_that_cover_everyone_once():
    rng = np.random.default_rng(0)
    features = {f"m{i}": list(rng.normal(size=4)) for i in range(40)}
    found = clubs.clubs(features, ["m0"], 7)
    assert len(found) == 7 and ("m0",) in found
    assert sorted(m for g in found for m in g) == sorted(features)


def test_shares_inside_a_club_sum_to_the_club():
    found = clubs.inside({"C": 10.0, "X": 5.0}, {"C": ["a", "b"], "X": ["x"]}, {"a": 8.0, "b": 6.0, "x": 7.0})
    assert found == {"a": 6.0, "b": 4.0, "x": 5.0}
