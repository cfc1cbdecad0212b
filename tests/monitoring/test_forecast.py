"""Forecast and light: hand-calculated, against an independent fit, and at the edges."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stadtland.monitoring import compare, forecast


def test_hand_calculated_trend():
    """(1,2), (2,1), (3,4), (4,3): x̄ 2.5, ȳ 2.5, Sxx 5, slope (−1.5·−0.5+ −0.5·−1.5+0.5·1.5+1.5·0.5)/5 = 0.6;
    residuals 0.4, −1.2, 1.2, −0.4 → s² = 3.2/2 = 1.6; at 5: 4.0 ± t(0.9, 2)=1.8856·√(1.6·(1+0.25+6.25/5)) = 3.7712."""
    found = forecast.trend([1, 2, 3, 4], [2.0, 1.0, 4.0, 3.0], 5)
    assert found["slope"] == pytest.approx(0.6) and found["central"] == pytest.approx(4.0)
    assert found["high"] - 4.0 == pytest.approx(1.885618 * (1.6 * 2.5) ** 0.5, rel=1e-5)
    assert found["low"] == pytest.approx(8.0 - found["high"])


def test_too_few_years():
    assert forecast.trend([2020, 2021, 2022], [3.0, 2.0, 1.0], 2030) is None


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(-1e6, 1e6), min_size=4, max_size=12), st.integers(0, 40))
def test_against_a_second_fit(values, ahead):
    import numpy as np

    years = list(range(2000, 2000 + len(values)))
    slope, level = np.polyfit([y - 2000 for y in years], values, 1)
    found = forecast.trend(years, values, 2000 + ahead)
    assert found["central"] == pytest.approx(level + slope * ahead, rel=1e-6, abs=1e-3)
    assert found["low"] <= found["central"] <= found["high"]


def test_range_covers_about_four_in_five():
    """2,000 made-up series with known trend: the next value lies in the range in 80 % (±3) of them."""
    import numpy as np

    random = np.random.default_rng(1)
    hits = 0
    for _ in range(2000):
        values = [100 - 2 * i + random.normal(0, 5) for i in range(7)]
        found = forecast.trend(list(range(6)), values[:6], 6)
        hits += found["low"] <= values[6] <= found["high"]
    assert 0.77 < hits / 2000 < 0.83


@pytest.mark.parametrize(
    ("args", "light"),
    [
        ((90, 100, 40, 30, 50), "green"), ((100, 100, 50, 30, 50), "green"), ((100.1, 100, 50, 30, 50), "yellow"),
        ((90, 100, 60, 30, 50), "yellow"), ((106, 100, 60, 55, 50), "red"), ((106, 100, 60, 45, 50), "yellow"),
        ((104, 100, 60, 55, 50), "yellow"), ((None, 100, 1, 1, 1), "none"), ((1, None, 1, 1, 1), "none"),
        ((90, 100, None, None, 50), "green"), ((106, 100, None, None, 50), "red"),
        ((-10, -12, -20, -21, -20), "yellow"),
    ],
)  # fmt: skip
def test_light(args, light):
    assert forecast.lamp(*args) == light


@pytest.mark.parametrize(
    ("actual", "planned", "light"),
    [(95, 100, "green"), (94, 100, "yellow"), (74, 100, "red"), (0, 100, "red"), (None, 1, "none"), (1, 0, "none")],
)
def test_delivery(actual, planned, light):
    assert forecast.delivery(actual, planned) == light


def test_path_of_the_training_region(book):
    found = compare.path(book, 2024)
    assert found["account"] == "net_t" and found["actual_t"] == pytest.approx(521_233.9)
    assert [s["versions"] for s in found["series"]] == [1, 1, 2, 1, 2]
    assert found["pipeline"]["low"] <= found["pipeline"]["central"] <= found["pipeline"]["high"] < found["actual_t"]
    assert found["lamp"] == "red"


def test_stopped_measures_promise_nothing(book):
    """U07 is stopped: its 12,800 t of 2040 are in no end of the pipeline."""
    found = compare.path(book, 2024)
    left = sum(
        m.planned.at("tonnes", 2040) - (compare.measure_kg(book, m, 2024) or 0) / 1000
        for m in book.measures.values()
        if m.account in ("gross", "lulucf") and m.status != "stopped"
    )
    assert found["actual_t"] - found["pipeline"]["low"] == pytest.approx(left)
