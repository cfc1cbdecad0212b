"""Formulas over results: hand-calculated cases, missing values, agreement with the independent evaluator."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from readback import compute

from stadtland.guide import formula

BOX = {
    "a": 6.0,
    "b": {"c": [1.0, 2.0, 3.0], "d": 4},
    "m": [{"x": 10.0}, {"x": 20.0}, {"x": None}],
    "k": {"p": {"x": 1}, "q": {"x": 2}},
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[a]", 6.0),
        ("[a] / [b.d] + 1", 2.5),
        ("2 * ([a] - [b.d]) - 1", 3.0),
        ("sum([b.c])", 6.0),
        ("mean([b.c]) * 2", 4.0),
        ("max([b.c]) - min([b.c])", 2.0),
        ("sum([m.{0,1}.x])", 30.0),
        ("sum([k.*.x])", 3.0),
        ("count([m.*.x]) + 0", None),
        ("count([k.*.x])", 2.0),
        ("[b.c.-1]", 3.0),
        ("-[a] + 10", 4.0),
        ("-(-[a])", 6.0),
        ("[a] - [b.d] - 1", 1.0),
        ("[a] / 2 / 3", 1.0),
    ],
)
def test_hand_calculated(text: str, expected: float | None) -> None:
    if expected is None:
        with pytest.raises(formula.Missing):
            formula.evaluate(text, BOX)
        return
    assert formula.evaluate(text, BOX) == pytest.approx(expected)
    assert compute(text, BOX) == pytest.approx(expected)


@pytest.mark.parametrize(
    "text", ["[z]", "[b.c.3]", "[m.2.x]", "[a] / 0", "[b]", "sum([m.*.x])", "[a.b]", "[m.x]", "sum([e])"]
)
def test_missing_is_missing(text: str) -> None:
    with pytest.raises(formula.Missing):
        formula.evaluate(text, {**BOX, "e": []})


@pytest.mark.parametrize("text", ["a", "[a] +* 2 x", "__import__('os')", "[a] 2 3 ("])
def test_what_is_no_formula_is_refused(text: str) -> None:
    with pytest.raises((ValueError, IndexError)):
        formula.evaluate(text, BOX)


@given(st.floats(-1e9, 1e9), st.floats(1e-3, 1e9), st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=5))
def test_two_evaluators_agree(x: float, y: float, xs: list[float]) -> None:
    box = {"x": x, "y": y, "xs": xs}
    for text in ("[x] / [y] - sum([xs])", "([x] + 3) * [y] / 7", "mean([xs]) - [x] - [y]"):
        assert formula.evaluate(text, box) == pytest.approx(compute(text, box), rel=1e-12, abs=1e-9)
