"""Needs that a municipality enters: conversions by hand, one message for each wrong row, rows of the programme."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stadtland.actions import resilience as use
from stadtland.base.errors import InputError
from stadtland.toolbox import resilience as room
from stadtland.toolbox.resilience.content import bases, effects, exposures, need_kinds
from stadtland.toolbox.resilience.dwd import DailySeries
from stadtland.toolbox.unit_words import unit_words

LOSSATAL, THALLWITZ, LEIPZIG, WURZEN = "14729245", "14729380", "14713000", "14729410"
HEAD = "AGS;Bedarf;Wert;Einheit;schon vorhanden;erträglich;Datengüte;Quelle\n"


def table(tmp_path, *rows, head=HEAD):
    path = tmp_path / "needs.csv"
    path.write_text(head + "\n".join(rows) + "\n", encoding="utf-8")
    return path


def test_conversions_by_hand(members, by_ags, tmp_path):
    path = table(
        tmp_path,
        f"{LEIPZIG};rain_storage;30;mm;500.000;;A;Ratsbeschluss",
        f"{LOSSATAL};soil_loss;4,5;t/(ha a);;2;B;Karte",
        f"{THALLWITZ};cool_places;10;% of people 65+;20;;A;Ziel",
        f"{WURZEN};facilities_without_power;12;facilities;3;;A;Zählung",
    )
    found = room.read_needs(path, members)
    rain = found[LEIPZIG]["heavy_rain"]
    assert rain["value"] == pytest.approx(10 * 30 * 7412.4 - 500_000) and rain["unit"] == "m3"
    assert rain["data_quality"] == "D", "the sealed area is an estimate, so the need is no better"
    assert "7.412 ha" in rain["how"]["de"] and "7,412 ha" in rain["how"]["en"]
    assert found[LOSSATAL]["erosion"]["value"] == pytest.approx(1 - 2 / 4.5)
    assert found[THALLWITZ]["heat"]["value"] == pytest.approx(0.10 * 3548 * 0.2734 - 20)
    assert found[THALLWITZ]["heat"]["data_quality"] == "C", "the share is that of the whole district"
    assert found[WURZEN]["storm"]["value"] == 9
    answer = room.coverage(members, {WURZEN: {"S04": 6}, LOSSATAL: {"A18": 2000}}, needs=found)
    assert answer[WURZEN]["storm"]["coverage"] == pytest.approx(6 / 9)
    share = 0.75 * 2000 / by_ags[LOSSATAL].value("agri.arable")
    assert answer[LOSSATAL]["erosion"]["coverage"] == pytest.approx(math.log(1 - share) / math.log(2 / 4.5))


def test_every_kind_can_be_entered_from_the_template_and_is_covered(members, tmp_path):
    text = room.template(members[:1], "de")
    lines = text.splitlines()
    assert len(lines) == 1 + len(need_kinds())
    for lang in ("de", "en"):
        head, *rows = room.template(members[:1], lang).splitlines()
        for key, kind in need_kinds().items():
            row = next(r for r in rows if r.split(";")[2] == key).split(";")
            row[4] = "0,5" if lang == "de" else "0.5"
            row[8], row[9] = "B", "map"
            path = table(tmp_path, ";".join(row[:10]), head=";".join(head.split(";")[:10]) + "\n")
            found = room.read_needs(path, members)[LEIPZIG][kind["hazard"]]
            assert (found["value"], found["unit"]) == (0.5, kind["unit"]), key
            room.coverage(members, {}, needs={LEIPZIG: {kind["hazard"]: found}})


def test_an_empty_template_leaves_everything_unknown(members, tmp_path):
    path = use.needs_template(tmp_path / "n.csv", [LEIPZIG, WURZEN], "de")
    assert room.read_needs(path, members) == {}
    with pytest.raises(InputError, match="exists already"):
        use.needs_template(path, [LEIPZIG], "de")


def test_every_wrong_row_is_named_and_nothing_is_taken(members, tmp_path):
    path = table(
        tmp_path,
        f"{LEIPZIG};rain_storage;30;mm;;;A;Beschluss",
        "99999999;rain_storage;30;mm;;;A;Beschluss",
        f"{LEIPZIG};hail;1;m3;;;A;x",
        f"{WURZEN};rain_storage;30;ha;;;A;Karte",
        f"{WURZEN};rain_storage;viel;m3;;;A;Karte",
        f"{WURZEN};rain_storage;-3;m3;;;A;Karte",
        f"{WURZEN};rain_storage;3;m3;;;Z;Karte",
        f"{WURZEN};rain_storage;3;m3;;;A;",
        f"{WURZEN};soil_loss;4;t/(ha a);;;A;Karte",
        f"{WURZEN};heat_deaths;1,5;1;;;A;Karte",
        f"{LEIPZIG};buildings_in_rain;3;buildings;;;A;Karte",
        f"{WURZEN};cool_places;120;% of people 65+;;;A;Karte",
    )
    with pytest.raises(InputError) as stop:
        room.read_needs(path, members)
    assert stop.value.code == "needs-rows"
    named = [line.split(":")[0].strip() for line in stop.value.what.splitlines()]
    assert named == [f"Zeile {n}" for n in range(3, 14)]
    english = table(tmp_path, f"{WURZEN};rain_storage;3;ha;A;map",
                    head="AGS code;need;value;unit;data quality;source\n")  # fmt: skip
    with pytest.raises(InputError, match="row 2: unit 'ha': use m3, mm"):
        room.read_needs(english, members)


@given(st.binary(max_size=300))
def test_any_bytes_are_a_table_or_an_input_error(raw):
    import tempfile
    from pathlib import Path

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "n.csv"
        path.write_bytes(raw)
        with pytest.raises(InputError):
            room.read_needs(path, [])


def test_exposure_from_land_use_by_hand(by_ags):
    city, village = room.local_exposure(by_ags[LEIPZIG]), room.local_exposure(by_ags[THALLWITZ])
    assert city["heat"]["people_65plus"]["value"] == pytest.approx(601866 * 0.1969)
    assert city["heat"]["people_65plus"]["resolved"] == "municipality"
    assert village["heat"]["people_65plus"]["resolved"] == "district"
    assert village["erosion"]["wood_on_farmland"]["value"] == pytest.approx(100 * 18 / 4172)
    assert city["heat"]["settlement_density"]["value"] == pytest.approx(601866 / 12871)
    assert "flood" not in city, "land use says nothing about a river flood"
    assert {h for one in exposures().values() for h in one["hazards"]} <= set(room.HAZARDS)
    assert all(unit_words(one["unit"], "de") != one["unit"] or one["unit"] == "ha" for one in exposures().values())


def daily(maxima, first=1991):
    """A station with one wet day a year."""
    days, years, rain = [], [], []
    from datetime import date

    for k, top in enumerate(maxima):
        start = date(first + k, 1, 1).toordinal()
        length = date(first + k + 1, 1, 1).toordinal() - start
        days += range(start, start + length)
        years += [first + k] * length
        rain += [top] + [0.0] * (length - 1)
    return DailySeries("f", "1", np.array(days), np.array(years), {"RSK": np.array(rain)})


def test_daily_rain_of_ten_years_by_hand():
    """Maxima 20, 40, 20, 40 … (24 years): mean 30, s = 10·√(24/23); the quantile by hand."""
    series = daily([20.0, 40.0] * 12)
    found = room.rain_depth(series, 10)
    spread = 10 * math.sqrt(24 / 23) * math.sqrt(6) / math.pi
    assert found["value"] == pytest.approx(30 - 0.5772156649 * spread - spread * math.log(-math.log(0.9)), rel=1e-9)
    assert found["value"] == pytest.approx(43.33, abs=0.01)
    assert room.rain_depth(daily([20.0] * 23), 10) is None, "24 years are needed"
    assert room.rain_depth(daily([20.0] * 24), 10)["value"] == pytest.approx(20)
    assert room.rain_depth(series, 30)["value"] > found["value"] > room.rain_depth(series, 5)["value"]
    assert "rain_depth_10a" in room.station_exposure(series)["heavy_rain"]
    with pytest.raises(InputError):
        room.rain_depth(series, 1)


def test_rows_of_the_programme_never_promise_more_than_the_answer(members, by_ags):
    needs = {
        LOSSATAL: {"erosion": {"indicator": "soil_loss_on_area", "value": 0.5, "unit": "1", "source": "x",
                               "data_quality": "B"}},
        WURZEN: {"heavy_rain": {"indicator": "storage", "value": 9000, "unit": "m3", "source": "x",
                                "data_quality": "A"}},
    }  # fmt: skip
    soil, rain = sorted(room.plan_rows(members, needs), key=lambda r: r["hazard"])
    assert (soil["member"], soil["rhs"]) == (LOSSATAL, pytest.approx(math.log(2)))
    arable = by_ags[LOSSATAL].value("agri.arable")
    assert soil["effects"]["A18"]["central"] == pytest.approx(0.75 / arable)
    assert rain["effects"]["L13"]["central"] == 1000 and rain["rhs"] == 9000
    for part in (0.1, 0.5, 1.0):
        chosen = {"A18": part * arable * 0.6, "A10": part * arable * 0.4}
        promised = sum(soil["effects"][m]["central"] * u for m, u in chosen.items())
        entry = room.coverage(members, {LOSSATAL: chosen}, needs=needs)[LOSSATAL]["erosion"]
        assert 1 - math.exp(-promised) <= entry["effect"] + 1e-12
    assert room.plan_rows(members, {}) == []


def test_the_part_of_a_plan_has_needs_and_cover_and_clips_what_is_too_much(members):
    jsonschema = pytest.importorskip("jsonschema")
    from stadtland.base import content

    rows = [
        {"id": "A18", "member": LOSSATAL, "total_units": 1e6, "reference": False},
        {"id": "S04", "member": WURZEN, "total_units": 2.0, "reference": False},
        {"id": "X01", "member": WURZEN, "total_units": 2.0, "reference": True},
        {"id": "A01", "member": WURZEN, "total_units": 0.0, "reference": False},
    ]
    power = {"indicator": "facilities_powered", "value": 4.0, "unit": "facilities", "source": "z", "data_quality": "A"}
    found = use.plan_part(members, rows, {WURZEN: {"storm": power}})
    assert found[WURZEN]["storm"] == {
        "need": 4.0, "unit": "facilities", "coverage": 0.5, "data_quality": "A", "effect": 2.0,
        "data_from": {"de": "z", "en": "z"},
    }  # fmt: skip
    assert found[LEIPZIG]["heat"]["need"] is None
    schema = json.loads(next(content.path("schema").glob("results*.json")).read_text(encoding="utf-8"))
    jsonschema.validate(found, {**schema["properties"]["resilience"], "$defs": schema["$defs"]})


def test_kinds_name_effects_that_exist():
    for key, kind in need_kinds().items():
        units_ = {e.unit for e in effects() if (e.hazard, e.indicator) == (kind["hazard"], kind["indicator"])}
        assert units_ == {kind["unit"]}, key
    assert {e.measure for e in effects() if e.evidence == "A" and not e.sources} <= {
        "L13", "S05", "G12", "S02", "S04", "H02", "L06", "L14", "W06",
    }, "definitions of units only"  # fmt: skip
    assert bases()


def test_needs_become_tables_of_a_partnership_file(members, tmp_path):
    import tomllib

    head = "AGS;Bedarf;Wert;Einheit;Datengüte;Quelle;Wert, EUR im Jahr\n"
    rows = (
        f"{WURZEN};facilities_without_power;12;facilities;A;Zählung 2026;90.000",
        f"{LEIPZIG};heat_deaths;0,2;1;C;Ziel;",
    )
    path = table(tmp_path, *rows, head=head)
    text = room.as_partnership(room.read_needs(path, members))
    found = tomllib.loads(text)["need"]
    assert found[WURZEN]["storm"] == {
        "indicator": "facilities_powered", "value": 12.0, "unit": "facilities", "source": "Zählung 2026",
        "data_quality": "A", "worth_eur_a": 90000.0,
    }  # fmt: skip
    assert "worth_eur_a" not in found[LEIPZIG]["heat"] and "# worth_eur_a" in text
    from stadtland.roadmap import limits

    ready = {"need": {WURZEN: found[WURZEN]}}
    read = limits.parse(ready, "partnership.toml", {m.ags for m in members})
    assert read.needs[WURZEN]["storm"]["value"] == 12.0
