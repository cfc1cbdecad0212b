"""The page of raised figures agrees with the catalogue, and every record on it leads to its figure."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from stadtland import toolbox
from stadtland.toolbox.arithmetic import compute, printed

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "evidence.md"
ROW = re.compile(
    r"^\| ([A-Z]+\d+) \| .*? \| `([\w.]+)` = ([-\d.e+]+) \| C \| ([AB]) \| (.*?) \| `(.*?)` \| .*`(\w+)` \|$", re.M
)
ROWS = ROW.findall(PAGE.read_text(encoding="utf-8"))


def test_the_count_is_that_of_the_table() -> None:
    said = re.search(r"Raised: (\d+)\.", PAGE.read_text(encoding="utf-8"))
    assert said and int(said[1]) == len(ROWS) == len({r[0] for r in ROWS})


@pytest.mark.parametrize("row", ROWS, ids=[r[0] for r in ROWS])
def test_each_raised_figure_follows_from_what_is_printed(row: tuple[str, ...]) -> None:
    ident, figure, value, grade, words, formula, source = row
    measure: Any = toolbox.get(ident)
    protects = measure.planning_class == "adaptation"
    assert (measure.adaptation if protects else measure.effect).evidence == grade
    found = measure
    for key in figure.split("."):
        found = getattr(found, key)
    assert found == pytest.approx(float(value), rel=1e-4)
    record = next(r for r in measure.record if r.figure == figure)
    assert (record.value_as_printed, record.formula, record.source) == (words, formula, source)
    assert compute(formula, record.value) == pytest.approx(found, rel=1e-2)
    assert any(number == pytest.approx(record.value, rel=5e-4) for number in printed(words))
    assert source in measure.sources and toolbox.sources()[source]["url"].startswith("http")
