"""Printed values of records stand in the public data files they name."""

from __future__ import annotations

import csv
import gzip
import re
from pathlib import Path

import pytest

from stadtland.toolbox.model import Measure, Record


def _records(measures: dict[str, Measure], prefix: str) -> list[tuple[str, Record]]:
    return [(m.id, r) for m in measures.values() for r in m.record if r.place.startswith(prefix)]


@pytest.mark.datapack
def test_technology_data(datapack: Path, measures: dict[str, Measure]) -> None:
    records = _records(measures, "costs_")
    assert len(records) > 20
    for measure, record in records:
        found = re.match(r"(costs_\d{4}\.csv), ([^,;]+)", record.place)
        assert found, f"{measure}: {record.place}"
        with gzip.open(datapack / "technology_data" / f"{found[1]}.gz", "rt", encoding="utf-8") as handle:
            rows = [row for row in csv.DictReader(handle) if row["technology"] == found[2]]
        assert rows, f"{measure}: no technology {found[2]!r}"
        assert any(float(row["value"]) == pytest.approx(record.value, rel=1e-4) for row in rows), (
            f"{measure}: {record.value} is not a value of {found[2]}"
        )


@pytest.mark.datapack
def test_localzero_facts(datapack: Path, measures: dict[str, Measure]) -> None:
    records = _records(measures, "facts ")
    assert len(records) > 8
    for measure, record in records:
        found = re.match(r"facts (\d{4}), (Fact_\w+)", record.place)
        assert found, f"{measure}: {record.place}"
        path = datapack / "localzero" / "facts" / f"{found[1]}.csv"
        with open(path, encoding="utf-8-sig", newline="") as handle:
            values = {row["label"]: row["value"] for row in csv.DictReader(handle)}
        assert float(values[found[2]]) == pytest.approx(record.value, rel=1e-4), f"{measure}: {found[2]}"
