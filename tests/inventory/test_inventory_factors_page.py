"""docs/reference/factors.md says of every factor what is in use and how well it is known."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from stadtland.inventory import factors
from stadtland.inventory.exports import release

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "factors.md"
CELL = re.compile(r"([\d.]+)(?: of (\d{4}))? \(([ABC])\)")


def table() -> dict[str, list[str]]:
    rows = [line.strip("| ").split(" | ") for line in PAGE.read_text(encoding="utf-8").splitlines() if "| " in line]
    return {r[0]: r[1:] for r in rows if r[0] in factors.NAMES}


def test_every_factor_stands_on_the_page() -> None:
    assert list(table()) == list(factors.NAMES)


@pytest.mark.parametrize("name", factors.NAMES)
def test_the_page_says_what_is_used(name: str) -> None:
    *cells, where = table()[name]
    for year, cell in zip((2018, 2021, 2022), cells, strict=True):
        found = CELL.fullmatch(cell)
        assert found, cell
        factor = factors.factor(name, year)
        assert float(found[1]) == pytest.approx(factor.value, rel=1e-9) and found[3] == factor.evidence
        assert int(found[2] or year) == factor.year
    # only what is recalled for every year may say nothing but that
    assert (where == "recalled") == all(factors.factor(name, y).evidence == "B" for y in (2018, 2021, 2022))


def test_nothing_is_called_verified_before_somebody_compared_it() -> None:
    assert not release.current().verified and "stays *not tested*" in PAGE.read_text(encoding="utf-8")
