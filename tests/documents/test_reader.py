"""Numbers for the reader: rounding by size of the place, units, signs, gaps, flags."""

from __future__ import annotations

import pytest
from fixture_results import results

from stadtland.documents.reader import Reader, fill
from stadtland.documents.tree import Gap, Num, Strong, plain

R = Reader(results(5), "de")
E = Reader(results(5), "en")


@pytest.mark.parametrize(
    ("value", "kind", "de", "en"),
    [
        (2383456.0, "t", "2,38\u00a0Mio.\u00a0t", "2.38\u00a0million\u00a0t"),
        (123456.0, "t", "123.000\u00a0t", "123,000\u00a0t"),
        (999600.0, "t", "1,00\u00a0Mio.\u00a0t", "1.00\u00a0million\u00a0t"),
        (-4500000.0, "eur", "\u22124,5\u00a0Mio.\u00a0€", "\u2212€4.5\u00a0million"),
        (84.6, "eur_head", "85\u00a0€", "€85"),
        (0.0, "t", "0\u00a0t", "0\u00a0t"),
        (0.256, "pct", "26\u00a0%", "26%"),
        (0.0256, "pct", "2,6\u00a0%", "2.6%"),
        (2045, "year", "2045", "2045"),
        (412345, "persons", "412.345", "412,345"),
        (5.016, "t_head", "5,0\u00a0t", "5.0\u00a0t"),
        (12.0, "plain", "12", "12"),
        (5050200.0, "eur_m", "5,1\u00a0Mio.\u00a0€", "€5.1\u00a0million"),  # not 5,05 first and then 5,0
        (99.96, "ha", "100\u00a0ha", "100\u00a0ha"),
        (0.04, "ha", "0,0\u00a0ha", "0.0\u00a0ha"),
    ],
)
def test_formats(value: float, kind: str, de: str, en: str) -> None:
    assert R.format(value, kind) == de
    assert E.format(value, kind) == en


def test_small_places_get_two_digits_and_large_ones_three() -> None:
    small = R.num("inventory.members.99000005.gross_t", "t")  # 5,100 people
    large = R.num("inventory.members.99000001.gross_t", "t")
    assert isinstance(small, Num) and small.text == "40.000\u00a0t"
    assert isinstance(large, Num) and large.text == "2,14\u00a0Mio.\u00a0t"


def test_a_measure_of_a_small_place_is_rounded_like_the_place() -> None:
    listed = R.results["roadmap"]["measures"]
    at = next(i for i, m in enumerate(listed) if m["member"] == "99000005" and m["id"] == "B01")
    number = R.num(f"roadmap.measures.{at}.t_co2e_2045", "t")  # 310 · 5.1 = 1581
    assert isinstance(number, Num) and number.text == "1.600\u00a0t"


def test_sums_over_several_places_count_as_large() -> None:
    assert not R.small("[cooperation.alone_eur.99000005] + [cooperation.alone_eur.99000001]")


def test_missing_is_a_gap_and_never_zero() -> None:
    assert isinstance(R.num("inventory.members.99000002.views.without_ets_t", "t"), Gap)
    assert isinstance(R.num("no.such.path", "t"), Gap)


def test_flags_reach_numbers_and_only_those() -> None:
    assert R.is_flagged("[inventory.members.99000002.agriculture_t]")
    assert not R.is_flagged("[inventory.members.99000002.gross_t]")
    assert not R.is_flagged("[inventory.members.99000001.agriculture_t]")


def test_size_drops_the_sign() -> None:
    number = R.size("inventory.members.99000001.lulucf_removals_t", "t")
    assert isinstance(number, Num) and number.value > 0 and number.text == "8.240\u00a0t"


def test_slots_are_data() -> None:
    line = fill("a **{x}** b", x="**{y}**")
    assert isinstance(line[1], Strong) and plain(line) == "a **{y}** b"
