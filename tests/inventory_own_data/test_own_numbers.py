"""Numbers as people write them: every way of writing has one right value, or is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stadtland.base.locale import number as written
from stadtland.inventory.own_data import numbers
from stadtland.inventory.own_data.catalogue import factor

GERMAN = {
    "1234": 1234.0,
    "1.234": 1234.0,
    "1.234,5": 1234.5,
    "1234,5": 1234.5,
    "1 234,5": 1234.5,
    "1\u00a0234,5": 1234.5,
    "1\u202f234\u202f567": 1234567.0,
    "1'234,5": 1234.5,
    "1.234.567": 1234567.0,
    "12.5": 12.5,
    "0,123": 0.123,
    "0.123": 0.123,
    "1,234.5": 1234.5,
    "+5": 5.0,
    ",5": 0.5,
    "1,5E+3": 1500.0,
    "007": 7.0,
    " 12 ": 12.0,
    "1234.567": 1234.567,
    "1.000.000,00": 1e6,
    "(12,5)": 12.5,
}
ENGLISH = {"1,234": 1234.0, "1.234": 1.234, "1,234.5": 1234.5, "1234.5": 1234.5, "12,5": 12.5, "1,234,567": 1234567.0}


@pytest.mark.parametrize("text", GERMAN)
def test_german_file(text):
    assert numbers.parse(text, "comma").value == GERMAN[text]


@pytest.mark.parametrize("text", ENGLISH)
def test_english_file(text):
    assert numbers.parse(text, "point").value == ENGLISH[text]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("abc", "number"),
        ("1.23.4", "number"),
        ("12.34.567", "number"),
        ("1,2,3", "number"),
        ("--5", "number"),
        ("1e999", "number_large"),
        ("9" * 40, "number_large"),
        ("9" * 400, "number"),
        ("nan", "number"),
        ("inf", "number"),
        ("Infinity", "number"),
        ("-5", "negative"),
        ("−5", "negative"),
        ("(-5)", "negative"),
        ("=1+1", "formula"),
        ("@SUM(A1)", "formula"),
        ("#REF!", "cell_error"),
        ("#NV", "cell_error"),
        ("#DIV/0!", "cell_error"),
        ("١٢٣", "number"),
        ("１２", "number"),
        ("1_000", "number"),
        ("12;5", "number"),
        ("1 23", "number"),
        ("12-14", "number"),
        ("ca. 5", "number"),
        ("", "number"),
        ("()", "number"),
        ("03. Mai", "number"),
        ("1/2", "number"),
    ],
)
def test_refused(text, code):
    with pytest.raises(numbers.NumberProblem) as problem:
        numbers.parse(text, "comma")
    assert problem.value.code == code


@pytest.mark.parametrize(
    ("text", "state", "value"),
    [
        ("-", "true_zero", 0.0),
        ("–", "true_zero", 0.0),
        ("0", "rounded_zero", 0.0),
        ("0,0", "rounded_zero", 0.0),
        (".", "confidential", None),
        ("...", "not_available", None),
        ("…", "not_available", None),
        ("x", "not_applicable", None),
        ("X", "not_applicable", None),
        ("/", "not_available", None),
        ("(12)", "estimated", 12.0),
        ("5", "value", 5.0),
    ],
)
def test_markers_of_official_statistics(text, state, value):
    read = numbers.parse(text, "comma")
    assert (read.state, read.value) == (state, value)


def test_a_rounded_zero_says_how_much_it_may_hide():
    assert numbers.parse("0", "comma").high == 0.5
    assert numbers.parse("0,00", "comma").high == pytest.approx(0.005, rel=1e-12)


def test_two_readings_in_a_mixed_file_are_refused():
    assert numbers.evidence("12.5") == "point" and numbers.evidence("1,5") == "comma"
    assert numbers.evidence("1.234") is None and numbers.evidence("1234") is None
    with pytest.raises(numbers.NumberProblem) as problem:
        numbers.parse("1.234", "comma", mixed=True)
    assert problem.value.code == "number_two_ways"
    assert numbers.parse("1.234,5", "comma", mixed=True).value == 1234.5
    assert numbers.parse("1234", "comma", mixed=True).value == 1234.0


@pytest.mark.parametrize(
    ("text", "unit"),
    [("12 MWh", "MWh"), ("1.234,5 GWh/a", "GWh/a"), ("12,5%", "%"), ("3 km²", "km²"), ("1e3 kWh", "kWh")],
)
def test_unit_inside_the_cell(text, unit):
    assert numbers.parse(text, "comma").unit == unit


@given(st.integers(1, 10**11), st.integers(0, 4))
def test_what_we_print_is_read_back_in_both_languages(whole, digits):
    value = numbers.round15(whole / 10**digits)
    for lang, rule in (("de", "comma"), ("en", "point")):
        assert numbers.parse(written(value, lang, digits), rule).value == pytest.approx(value, rel=1e-14)


@given(st.text(max_size=70))
def test_any_text_is_a_number_or_a_problem(text):
    numbers.evidence(text)
    for rule in ("comma", "point"):
        try:
            read = numbers.parse(text, rule)
        except numbers.NumberProblem:
            continue
        assert read.value is None or 0 <= read.value <= 1e15


@pytest.mark.parametrize(
    ("field", "unit", "expected"),
    [
        ("MWh", "GWh", 1000.0),
        ("MWh", "kwh/a", 0.001),
        ("MWh", "GJ", 1 / 3.6),
        ("MWh", "TJ/Jahr", 1000 / 3.6),
        ("MWh", "1000 kWh", 1.0),
        ("MWh", "Tsd. kWh", 1.0),
        ("MWh", "t", None),
        ("MWh", "MW", None),
        ("MWh", "m³", None),
        ("MWh", "MWh Hi", 1.0),
        ("heads", "Stück", 1.0),
        ("heads", "1.000 Stück", 1000.0),
        ("ha", "km²", 100.0),
        ("ha", "m2", 0.0001),
        ("vehicle-km", "Mio. Fz-km", 1e6),
        ("cars", "MWh", None),
        ("g/kWh", "kg/MWh", 1.0),
    ],
)
def test_units(field, unit, expected):
    found = factor(field, unit)
    assert found == expected if expected is None else found == pytest.approx(expected, rel=1e-12)


def test_upper_heating_value_only_for_gas():
    assert factor("MWh", "kWh Hs", gas=True) == pytest.approx(0.0009024, rel=1e-12)
    assert factor("MWh", "kWh Hs", gas=False) is None
