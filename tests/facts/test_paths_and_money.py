"""Path and budget mathematics and money over time, each against a case worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stadtland.facts import money, paths


def test_linear_by_hand() -> None:
    got = paths.linear([2015, 2020, 2025, 2030, 2040], 2020, 10, 2030, 2)
    assert got.tolist() == [10, 10, 6, 2, 2]


def test_exponential_by_hand() -> None:
    # 100 to 25 in two years is half a year: 100, 50, 25
    assert paths.yearly_rate(2020, 100, 2022, 25) == pytest.approx(0.5)
    assert paths.exponential([2019, 2020, 2021, 2022, 2030], 2020, 100, 2022, 25).tolist() == pytest.approx(
        [100, 100, 50, 25, 25]
    )


def test_budget_of_the_method_paper() -> None:
    assert paths.year_of_zero(2022, 10, 100) == 2042  # E0 = 10, B = 100: 20 years
    assert paths.continuous_rate(10, 100) == pytest.approx(0.1)
    line = paths.linear(np.arange(2022, 2043), 2022, 10, 2042, 0)
    assert paths.used(line) == pytest.approx(100) and paths.gap(line, 90) == pytest.approx(10)


def test_continuous_rate_uses_the_budget() -> None:
    t = np.linspace(0, 400, 400001)
    assert np.trapezoid(10 * np.exp(-paths.continuous_rate(10, 100) * t), t) == pytest.approx(100, rel=1e-4)


def test_floor_and_year_of_neutrality() -> None:
    assert paths.with_floor([5, 3, 1], 2).tolist() == [5, 3, 2]
    assert paths.first_year_at_zero([2043, 2044, 2045], [1, 0, -1]) == 2044
    assert paths.first_year_at_zero([2043, 2044], [1, 0.1]) is None


@pytest.mark.parametrize(
    "call",
    [
        lambda: paths.linear([2020], 2030, 1, 2030, 0),
        lambda: paths.exponential([2020], 2020, 1, 2030, 0),
        lambda: paths.year_of_zero(2020, 0, 1),
        lambda: paths.continuous_rate(1, 0),
    ],
)
def test_senseless_paths_are_refused(call) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ValueError, match=r"needed|needs|not after"):
        call()


@given(st.floats(1, 1e6), st.floats(0.01, 0.99), st.integers(1, 40))
def test_a_linear_path_never_uses_less_than_an_exponential_one(e0: float, share: float, n: int) -> None:
    years = np.arange(2020, 2021 + n)
    line = paths.linear(years, 2020, e0, 2020 + n, e0 * share)
    curve = paths.exponential(years, 2020, e0, 2020 + n, e0 * share)
    assert paths.used(line) >= paths.used(curve) - 1e-6 * e0


@pytest.mark.parametrize(("n", "factor"), [(10, 0.11723), (20, 0.06722), (30, 0.05102), (40, 0.04326)])
def test_annuity_of_the_method_paper(n: int, factor: float) -> None:
    assert money.annuity(0.03, n) == pytest.approx(factor, abs=5e-6)


def test_annuity_limits() -> None:
    assert money.annuity(0, 8) == 0.125
    assert money.annuity(1e-12, 8) == pytest.approx(0.125)
    assert money.annuity(0.02, 14) == pytest.approx(0.0826020, abs=5e-8)  # worked example W2
    with pytest.raises(ValueError, match="years"):
        money.annuity(0.03, 0)


@given(st.floats(0.001, 0.2), st.integers(1, 60))
def test_annuity_pays_back_exactly(rate: float, n: int) -> None:
    assert money.present_value([money.annuity(rate, n)] * n, rate, first=1) == pytest.approx(1)


def test_real_rate_and_present_value() -> None:
    assert money.real_rate(0.05, 0.02) == pytest.approx(0.0294118, abs=1e-7)
    assert money.present_value([100, 110], 0.1) == pytest.approx(200)


def test_abatement_cost_by_hand() -> None:
    # 1000 EUR over 10 years at 0 %: 100 a year, 20 running, 60 saved, 2 t a year -> 30 EUR/t
    assert money.abatement_cost(1000, 0, 10, 20, 60, 2) == pytest.approx(30)
    assert money.abatement_cost_discounted([30, 33], [1, 1.1], 0.1) == pytest.approx(30)
    with pytest.raises(ValueError, match="abatement"):
        money.abatement_cost(1, 0, 1, 0, 0, 0)
    with pytest.raises(ValueError, match="abatement"):
        money.abatement_cost_discounted([1], [0], 0.1)
