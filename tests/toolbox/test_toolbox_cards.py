"""The list and the card of a measure."""

from __future__ import annotations

import pytest

from stadtland import toolbox
from stadtland.base.errors import InputError
from stadtland.toolbox.model import Measure

KEYS = {
    "id", "title", "field", "class", "type", "applies_to", "unit", "effect", "evidence_effect",
    "evidence_cost", "accounting_view", "hazards", "status",
}  # fmt: skip


def test_json_rows_have_the_agreed_shape(measures: dict[str, Measure]) -> None:
    rows = toolbox.listing("json")
    assert [row["id"] for row in rows] == sorted(measures)
    for row in rows:
        assert set(row) == KEYS
        assert set(row["title"]) == {"de", "en"}
        assert set(row["effect"]) == {"low", "central", "high", "unit"}


def test_flat_rows_are_plain_values() -> None:
    for row in toolbox.listing("csv", "de"):
        assert all(isinstance(value, str | int | float) for value in row.values())
    titles = {row["id"]: row["title"] for row in toolbox.listing("table", "en")}
    assert titles["B01"].startswith("Air-source")


def test_card_of_heating_tuning() -> None:
    lines = toolbox.show("B05", "de")
    card = "\n".join(lines)
    assert lines[0] == "B05  Heizungsoptimierung und hydraulischer Abgleich"
    assert "Wirkung: 0,31 (von 0,1 bis 0,48) t CO2e im Jahr (Einheit: Heizungsanlagen) (Beleg A)" in card
    assert "Investition: 804 (von 500 bis 1.500) EUR" in card
    assert "[src81]" in card


def test_every_card_is_written_in_both_languages(measures: dict[str, Measure]) -> None:
    for measure in measures.values():
        german, english = toolbox.show(measure.id, "de"), toolbox.show(measure.id, "en")
        assert len(german) == len(english) > 12
        assert german[0] != english[0] or measure.title.de == measure.title.en
        assert any(line.startswith("Quellen") for line in german)
        assert any(line.startswith("Sources") for line in english)


def test_unknown_card() -> None:
    with pytest.raises(InputError, match="no measure"):
        toolbox.show("Q99")


def test_evidence_counts_are_complete(measures: dict[str, Measure]) -> None:
    counts = toolbox.evidence_counts()
    active = sum(not m.reference for m in measures.values())
    assert all(sum(part.values()) == active for part in counts.values())
