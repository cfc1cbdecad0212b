"""Outlines: common area against shapes whose answer is known, and properties."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stadtland.base.errors import InputError
from stadtland.ledger.places import area_m2, overlap_m2, ring

SQUARE = [(0, 0), (10, 0), (10, 10), (0, 10)]


def star(points, x=0.0, y=0.0):
    """A ring around (x, y): radii at equal angles, so it never crosses itself."""
    n = len(points)
    return [
        (x + r * math.cos(2 * math.pi * i / n), y + r * math.sin(2 * math.pi * i / n)) for i, r in enumerate(points)
    ]


@pytest.mark.parametrize(
    ("other", "common"),
    [
        (SQUARE, 100),
        ([(10, 0), (20, 0), (20, 10), (10, 10)], 0),  # a shared border
        ([(10, 10), (20, 10), (20, 20), (10, 20)], 0),  # a shared corner
        ([(5, 5), (15, 5), (15, 15), (5, 15)], 25),
        ([(2, 2), (4, 2), (4, 4), (2, 4)], 4),  # inside
        ([(-5, 4), (15, 4), (15, 6), (-5, 6)], 20),  # a path across
        ([(5, -5), (15, 5), (5, 15), (-5, 5)], 100),  # a diamond around
        ([(5, 0), (10, 5), (5, 10), (0, 5)], 50),  # a diamond within
        ([(100, 100), (101, 100), (101, 101)], 0),
        ([(0, 0), (10, 0), (10, 1), (1, 1), (1, 9), (10, 9), (10, 10), (0, 10)], 28),  # a C along three sides
        ([(0, 0), (3, 0), (3, 7)], Fraction(21, 2)),
    ],
)
def test_known_areas(other, common):
    one, two = ring(SQUARE, "a"), ring(other, "b")
    assert overlap_m2(one, two) == overlap_m2(two, one) == common
    assert overlap_m2(one[::-1], two) == common


RADII = st.lists(st.floats(1, 50), min_size=3, max_size=9)


@settings(max_examples=200, deadline=None)
@given(RADII, RADII, st.floats(-60, 60), st.floats(-60, 60))
def test_common_area_is_symmetric_bounded_and_closes(a, b, x, y):
    try:
        one, two = ring(star(a), "a"), ring(star(b, x, y), "b")
    except InputError:
        return  # rounded to centimetres a thin star may touch itself
    common = overlap_m2(one, two)
    assert common == overlap_m2(two, one)
    assert 0 <= common <= min(area_m2(one), area_m2(two))
    assert overlap_m2(one, one) == area_m2(one)
    # cut the plane at x = 0 into two halves: the parts add up
    far = 100_000
    left = [(-far, -far), (0, -far), (0, far), (-far, far)]
    right = [(0, -far), (far, -far), (far, far), (0, far)]
    assert overlap_m2(one, left) + overlap_m2(one, right) == area_m2(one)


@pytest.mark.parametrize(
    ("points", "code"),
    [
        ([], "outline-corners"), ("abc", "outline-corners"), ([(0, 0), (1, 1)], "outline-corners"),
        ([(0, 0), (1, 1), (2, 2)], "outline-corners"), ([(0, 0), (1, 0), ("x", 1)], "outline-corners"),
        ([(0, 0), (1, 0), (float("nan"), 1)], "outline-corners"), ([(0, 0), (1, 0), (1, 1e12)], "outline-corners"),
        ([(0, 0), (10, 10), (10, 0), (0, 11)], "outline-crossed"),
        ([(0, 0), (10, 0), (10, 10), (5, 0), (0, 10)], "outline-crossed"),
    ],
)  # fmt: skip
def test_bad_outlines(points, code):
    with pytest.raises(InputError) as caught:
        ring(points, "plot")
    assert caught.value.code == code
