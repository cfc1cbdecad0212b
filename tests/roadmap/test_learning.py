"""Falling investment: printed values, interpolation by hand, effect in the instance."""

from __future__ import annotations

import csv
import doctest
import gzip
import io
import os
from pathlib import Path

import numpy as np
import pytest

from stadtland.roadmap import learning, partnership, plan
from stadtland.roadmap.case import gather


def test_by_hand() -> None:
    """Onshore wind 1438.8845 (2025), 1383.3059 (2030): 2028 is three fifths of the way."""
    value = 1438.8845 + 0.6 * (1383.3059 - 1438.8845)
    found = learning.factor("E06", [2025, 2028, 2050])
    assert found is not None
    assert found[:2] == pytest.approx([1.0, value / 1438.8845]) and found[2] == pytest.approx(1296.1508 / 1438.8845)
    assert learning.factor("A01", [2026]) is None
    assert doctest.testmod(learning).failed == 0


def test_nothing_gets_dearer_and_every_measure_is_known() -> None:
    case = gather(partnership.load("leipzig-wurzener-land"))
    for technology in learning.technologies()["technology"]:
        assert np.all(np.diff(technology["value"]) <= 0) and len(technology["value"]) == 6
        assert set(technology["measures"]) <= set(case.catalogue)
    doc = plan.document(case, plan.options(case, case.partnership.target_key, plan.prices(case)[1]))
    row = next(r for r in doc["measures"] if r["id"] == "B01@14713000")
    measure = case.catalogue["B01"].parameter("capex_eur")
    assert measure is not None
    assert row["capex"][4] == pytest.approx(measure.central / 1e6 * 1135.4326 / 1195.5438, rel=1e-3)
    assert row["capex"][-1] == row["capex"][19]  # the tail is frozen


@pytest.mark.datapack
def test_values_are_as_printed() -> None:
    folder = Path(os.environ["STADTLAND_DATA"]) / "technology_data"
    table = learning.technologies()
    for at, year in enumerate(table["years"]):
        with gzip.open(folder / f"costs_{year}.csv.gz") as raw:
            rows = {
                r["technology"]: (float(r["value"]), r["unit"])
                for r in csv.DictReader(io.TextIOWrapper(raw, encoding="utf-8"))
                if r["parameter"] == "investment"
            }
        for technology in table["technology"]:
            assert rows[technology["name"]] == (technology["value"][at], technology["unit"])
