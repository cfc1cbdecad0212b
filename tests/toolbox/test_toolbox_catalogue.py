"""The bundled catalogue as a whole: sound, complete, fast, in both languages, every record recomputed."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from stadtland import toolbox
from stadtland.base import content
from stadtland.toolbox import reading
from stadtland.toolbox.arithmetic import compute, printed
from stadtland.toolbox.model import SERVICES, Measure

OURS = [
    "E01", "E02", "E03", "E04", "E06", "E09", "E10", "E12", "E13", "E14", "E16",
    "B01", "B02", "B03", "B04", "B05", "B06", "B07", "B08", "B11", "B12", "M01",
    "M02", "M03", "M04", "M05", "M07", "M09", "M11", "M12", "M13", "M14", "I01", "I02", "I03", "I04",
]  # fmt: skip
REFERENCES = {
    "X01": "heat_hh", "X02": "car", "X03": "heat_ind", "X04": "truck", "X05": "heat_ghd", "X06": "heat_ke",
    "X07": "bus", "X08": "dh", "X09": "el_ke", "X10": "machines",
}  # fmt: skip


def test_no_findings() -> None:
    assert toolbox.check_catalogue() == []


def test_measures_of_energy_buildings_mobility_and_industry_are_there(measures: dict[str, Measure]) -> None:
    assert not set(OURS) - set(measures)


def test_every_service_has_its_reference_and_a_cleaner_choice(measures: dict[str, Measure]) -> None:
    assert {m.id: m.plan.service for m in measures.values() if m.reference} == REFERENCES
    for service in SERVICES:
        others = [m.id for m in measures.values() if m.plan.service == service and not m.reference]
        assert others, f"nothing but the reference serves {service}"


def test_reading_is_fast() -> None:
    times = []
    for _ in range(3):
        reading.bundled.cache_clear()
        start = time.process_time()
        reading.catalogue()
        times.append(time.process_time() - start)
    assert min(times) < 0.25, f"{min(times):.3f} s for {len(reading.catalogue())} files"


def _texts(obj: Any, path: str = "") -> Iterator[tuple[str, str, str]]:
    if isinstance(obj, dict) and "de" in obj and "en" in obj:
        de, en = obj["de"], obj["en"]
        pairs = zip(de, en, strict=True) if isinstance(de, list) else [(de, en)]
        for one, two in pairs:
            yield path, one, two
    elif isinstance(obj, dict):
        for key, value in obj.items():
            yield from _texts(value, f"{path}.{key}")


def test_texts_are_two_languages(measures: dict[str, Measure]) -> None:
    german = re.compile(r"[äöüß]|\b(und|der|die|das|mit|nicht|ist|ein|eine|im|zu)\b", re.IGNORECASE)
    only_german = re.compile(r"\b(und|der|für|mit|nicht|ist|Wärme|Gemeinden)\b")
    for measure in measures.values():
        for path, de, en in _texts(measure.model_dump()):
            assert de.strip() and en.strip(), f"{measure.id}{path}"
            if path in (".summary", ".city_rural"):
                assert german.search(de), f"{measure.id}{path}: German?"
                assert not only_german.search(en), f"{measure.id}{path}: English?"


def test_every_measure_says_something_of_its_own(measures: dict[str, Measure]) -> None:
    for field in ("title", "summary"):
        for lang in ("de", "en"):
            seen = [getattr(getattr(m, field), lang) for m in measures.values()]
            assert len(seen) == len(set(seen)), f"two measures share a {field} in {lang}"


def test_a_word_that_is_not_used() -> None:
    banned = "confi" + "dence"
    for path in [*content.path("measures").glob("*.toml"), content.path("sources.toml")]:
        assert banned not in path.read_text("utf-8").lower(), path.name


def _number(measure: Measure, figure: str) -> float:
    value: Any = measure
    for part in figure.split("."):
        value = value[part] if isinstance(value, dict) else getattr(value, part)
    assert isinstance(value, int | float)
    return float(value)


def test_records_recompute(measures: dict[str, Measure]) -> None:
    count = 0
    for measure in measures.values():
        for record in measure.record:
            # Evaluated here by Python itself, apart from the code under test.
            assert re.fullmatch(r"[0-9eE.+\-*/() a-z]*", record.formula), record.formula
            computed = eval(record.formula, {"__builtins__": {}}, {"value": record.value})
            assert computed == pytest.approx(_number(measure, record.figure), rel=0.02), f"{measure.id} {record.figure}"
            assert compute(record.formula, record.value) == pytest.approx(computed, rel=1e-12)
            count += 1
    assert count >= 40


def test_raised_figures_have_a_record(measures: dict[str, Measure]) -> None:
    """Effects that the fact table left at C and that stand at A or B here."""
    for measure_id in ("B05", "E12", "I02", "M11"):
        figures = {r.figure for r in measures[measure_id].record}
        assert "effect.central" in figures, measure_id


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("8.823,53 EUR", 8823.53),
        ("5,4 Mio. t", 5.4),
        ("80 %", 0.8),
        ("104 ± 42", 62.0),
        ("1.017.000", 1017000.0),
    ],
)
def test_printed_numbers(text: str, value: float) -> None:
    assert any(one == pytest.approx(value) for one in printed(text))


@pytest.mark.parametrize("formula", ["value ** 2", "__import__('os')", "value if value else 1", "other + 1", "'a'"])
def test_formulas_are_arithmetic_only(formula: str) -> None:
    with pytest.raises(ValueError):
        compute(formula, 1.0)


def test_sources_are_complete() -> None:
    for key, entry in toolbox.sources().items():
        assert {"citation", "year", "url", "evidence", "accessed"} <= set(entry), key
        assert entry["evidence"] in ("A", "B", "C"), key


def test_a_false_record_is_found(monkeypatch: pytest.MonkeyPatch, measures: dict[str, Measure]) -> None:
    from stadtland.toolbox import review

    data = measures["E14"].model_dump(by_alias=True)
    data["record"][0]["formula"] = "value / 527 / 900"
    data["record"][1]["value"] = 190000.0
    wrong = Measure.model_validate(data)
    monkeypatch.setattr(review, "_load", lambda folder: ({**measures, "E14": wrong}, []))
    codes = {finding.code for finding in review.check_catalogue()}
    assert codes == {"record-value", "record-print"}


def test_unknown_source_function_and_link_are_found(
    monkeypatch: pytest.MonkeyPatch, measures: dict[str, Measure]
) -> None:
    from stadtland.toolbox import review

    data = measures["B08"].model_dump(by_alias=True)
    data["sources"] = ["src_none"]
    data["plan"]["enables"] = ["Z99"]
    data["potential"]["function"] = "wishful"
    wrong = Measure.model_validate(data)
    monkeypatch.setattr(review, "_load", lambda folder: ({**measures, "B08": wrong}, []))
    codes = {finding.code for finding in review.check_catalogue()}
    assert codes == {"source-unknown", "link-unknown", "potential-unknown"}


def test_every_broken_file_is_reported(tmp_path: Path) -> None:
    """A folder with two broken files and a good one gives two findings, each with its cure."""
    good = content.path("measures", "B01.toml").read_text("utf-8")
    (tmp_path / "B01.toml").write_text(good, "utf-8")
    (tmp_path / "B02.toml").write_text(good, "utf-8")
    (tmp_path / "B03.toml").write_text("id = \n", "utf-8")
    found = toolbox.check_catalogue(tmp_path)
    assert [(one.code, one.where.rsplit("/", 1)[-1]) for one in found] == [
        ("measure-id", "B02.toml: id"),
        ("toml-syntax", "B03.toml"),
    ]
    assert all(";" in one.what for one in found)


def test_a_service_without_reference_is_reported(monkeypatch: pytest.MonkeyPatch, measures: dict[str, Measure]) -> None:
    from stadtland.toolbox import review

    rest = {key: m for key, m in measures.items() if key != "X07"}
    monkeypatch.setattr(review, "_load", lambda folder: (rest, []))
    assert [(one.code, one.where) for one in review.check_catalogue()] == [("service-without-reference", "bus")]
