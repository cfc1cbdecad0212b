"""Targets as yearly caps: hand-calculated paths, land use, splits."""

from __future__ import annotations

import doctest

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stadtland.roadmap import attain, targets
from stadtland.roadmap.partnership import Target


def test_the_examples_of_the_docstrings_hold():
    for module in (targets, attain):
        assert doctest.testmod(module).failed == 0


def test_national_path_by_hand():
    # 1990: 1250, inventory year 2021: 760. 2030: 0.35·1250 = 437.5; 2025: 760 + (437.5−760)·4/9 = 616.667
    ratio = targets.national_ratio([2021, 2025, 2030, 2040, 2043, 2045, 2050], 2021, 1250.0, 760.0)
    expected = np.array([760, 616.6666667, 437.5, 150, 60, 0, 0]) / 760
    assert ratio == pytest.approx(expected, rel=1e-9)


def test_an_existing_sink_never_helps_and_a_source_counts_in_full_in_2045():
    ratio = np.array([0.2, 0.0])
    years = [2040, 2045]
    assert targets.national_cap(years, ratio, 100.0, -30.0) == pytest.approx([20 - 30, -30])
    assert targets.national_cap(years, ratio, 100.0, 30.0) == pytest.approx([20 + 30, 0])
    # with gross at its path and nothing done about land, the net account meets the cap of a sink exactly
    assert targets.national_cap(years, ratio, 100.0, -30.0)[0] >= 20 + -30


def test_leipzig_by_hand():
    # 2021: 3.0 Mt for 600,000 heads = 5 t; 1.9 t in 2030, 0.25 t in 2040, later 0.25 t
    target = Target("bisko_gross", 2040, 0.25, "t_per_head", None, "", "A", ((2030, 1.9),))
    heads = dict.fromkeys(range(2021, 2056), 600000.0) | {2045: 700_000.0}
    cap = targets.own_cap([2026, 2030, 2035, 2040, 2045], target, 2021, 3.0e6, heads)
    by_hand = [(5 + (1.9 - 5) * 5 / 9) * 6e5, 1.9 * 6e5, (1.9 + 0.25) / 2 * 6e5, 0.25 * 6e5, 0.25 * 7e5]
    assert cap == pytest.approx(by_hand, rel=1e-12)


def test_percent_against_the_base_year():
    target = Target("gross", 2040, -80.0, "percent_vs_base", 2021, "", "A")
    assert targets.own_cap([2030, 2040], target, 2021, 1000.0, {}, 1000.0) == pytest.approx([1000 - 800 * 9 / 19, 200])
    with pytest.raises(ValueError, match="base year"):
        targets.own_cap([2030], target, 2021, 1000.0, {})


@given(
    joint=st.lists(st.floats(-50, 1e4), min_size=2, max_size=6),
    base=st.lists(st.floats(1, 1e6), min_size=1, max_size=5),
    key=st.sampled_from(["equal_percent", "per_head_convergence", "own_target"]),
    data=st.data(),
)
def test_every_split_sums_to_the_joint_cap(joint, base, key, data):
    n, m = len(joint), len(base)
    heads = np.array(data.draw(st.lists(st.lists(st.floats(1, 1e6), min_size=m, max_size=m), min_size=n, max_size=n)))
    own = np.array(data.draw(st.lists(st.lists(st.floats(0, 1e4), min_size=m, max_size=m), min_size=n, max_size=n)))
    shares = targets.split(key, np.array(joint), np.array(base), heads, own)
    assert shares.sum(axis=1) == pytest.approx(joint, abs=1e-9 * max(1, *map(abs, joint)))


def test_convergence_starts_with_todays_shares_and_ends_per_head():
    shares = targets.split(
        "per_head_convergence", np.array([100.0, 100.0]), np.array([90.0, 10.0]), np.full((2, 2), 5.0), np.ones((2, 2))
    )
    assert shares == pytest.approx(np.array([[90, 10], [50, 50]]))


def test_a_missed_target_says_by_how_much_and_since_when_it_would_hold():
    entry = attain.attainment(
        {}, "net_t", np.array([9.0, 7.0, 3.0]), np.array([8.0, 5.0, 4.0]), [2043, 2044, 2045], 2044
    )
    assert entry["reached"] is False
    assert entry["missed_t"] == pytest.approx(2.0)
    assert entry["first_year"] == 2045
