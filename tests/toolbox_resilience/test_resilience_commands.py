"""The commands resilience, offer and value: output for people and programs, series by member, errors."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
import typer
from conftest_rows import HEADER, regional, row
from typer.testing import CliRunner

from stadtland.actions import resilience as use
from stadtland.base.errors import InputError
from stadtland.cli import resilience as commands


@pytest.fixture(scope="module")
def run():
    """Runs one command line and returns its output; InputErrors come through."""
    app = typer.Typer()
    commands.register(app)

    def call(*words):
        done = CliRunner().invoke(app, list(words))
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        assert done.exit_code == 0, done.output
        return done.output

    return call


@pytest.fixture
def station(tmp_path):
    """One year of a station with three hot days."""
    path = tmp_path / "produkt_klima_tag_2019.txt"
    first = date(2019, 1, 1)
    lines = [
        row((first + timedelta(i)).strftime("%Y%m%d"), txk="31.0" if i in (200, 201, 202) else "20.0")
        for i in range(365)
    ]
    path.write_text("\n".join([HEADER, *lines]), encoding="latin-1")
    return path


def test_resilience_tells_what_is_unknown_and_the_state_once(run):
    text = run("resilience", "14713000", "14729380")
    assert text.count("Bedarf unbekannt, nicht null") == 16 and "0 %" not in text.replace(",0 %", "")
    assert text.count("nicht unterhalb des Landes aufgelöst") == 2, "temperature and precipitation once for the region"
    english = run("resilience", "14729380", "--lang", "en")
    assert "need unknown, not zero" in english and "not resolved below the state" in english


def test_a_station_gives_exposure_but_no_need(run, station):
    found = json.loads(run("resilience", "14729380", "--series", str(station), "--format", "json"))
    heat = found["resilience"]["14729380"]["heat"]
    assert heat["exposure"]["hot_days@2932"]["mean"] == 3 and heat["need"] is None
    assert "3,0 Tage im Jahr (gemessen an Station 2932" in run("resilience", "14729380", "--series", str(station))


def test_series_belong_to_a_named_member(run, station):
    named = f"14713000={station}"
    found = json.loads(run("resilience", "14713000", "14729380", "--series", named, "--format", "json"))["resilience"]
    assert "hot_days@2932" in found["14713000"]["heat"]["exposure"]
    assert "hot_days@2932" not in found["14729380"]["heat"]["exposure"]
    for words, code in (
        (["14713000", "14729380", "--series", str(station)], "series-member"),
        (["14713000", "--series", f"14729380={station}"], "ags-not-member"),
        (["14713000", "--series", "none.txt"], "file-missing"),
        (["14713000", "14713000"], "members-twice"), (["99999999"], "ags-unknown"),
        (["14713000", "--letter", "hail"], "hazard-unknown"), (["14713000", "--format", "csv"], "format-unknown"),
    ):  # fmt: skip
        with pytest.raises(InputError) as error:
            run("resilience", *words)
        assert error.value.code == code


def test_a_series_of_the_land_is_background_and_of_the_district_exposure(run, tmp_path):
    path = tmp_path / "regional_averages_tm_year.txt"
    path.write_text(regional([(2000, "7.0", "9.0"), (2001, "8.0", "10.0")]), encoding="latin-1")
    state = json.loads(run("resilience", "14729380", "--series", f"{path}@Sachsen", "--format", "json"))
    heat = state["resilience"]["14729380"]["heat"]
    assert "tm@Sachsen" in [b["id"] for b in heat["background"]] and "tm@Sachsen" not in heat["exposure"]
    local = json.loads(run("resilience", "14729380", "--series", f"{path}@Landkreis X", "--format", "json"))
    assert local["resilience"]["14729380"]["heat"]["exposure"]["tm@Landkreis X"]["mean"] == 9.5
    assert "Sachsen: Mittel 7,5 °C (nicht unterhalb" in run("resilience", "14729380", "--series", f"{path}@Sachsen")
    with pytest.raises(InputError, match="column"):
        run("resilience", "14729380", "--series", str(path))


def test_chosen_measures_show_effects_protection_and_the_other_side(run):
    text = run("resilience", "14729245", "14729380", "--measure", "14729245:L13=10", "--measure", "14729245:W06=2")
    assert "zusammen 10.000 m³ durch L13" in text
    assert "schützt auch Thallwitz" in text and "Kehrseite: Gereinigtes Abwasser" in text
    mulch = run("resilience", "14729245", "--measure", "A18=1000")
    assert "auf die ganze Ackerfläche gerechnet zusammen" in mulch
    assert "on site only" in run("resilience", "14713000", "--measure", "G01=100", "--lang", "en")
    for words, code in (
        (["14729245", "--measure", "L13"], "selection-format"),
        (["14729245", "--measure", "L13=viel"], "selection-format"),
        (["14729245", "--measure", "L13=1e999"], "selection-format"),
        (["14729245", "--measure", "=3"], "selection-format"),
        (["14729245", "--measure", "L13=1", "--measure", "L13=2"], "selection-twice"),
        (["14729245", "14729380", "--measure", "L13=1"], "selection-member"),
        (["14729245", "--measure", "14729380:L13=1"], "ags-not-member"),
        (["14729245", "--measure", "Z9=1"], "measure-unknown"), (["14729245", "--measure", "L13=-1"], "number-range"),
    ):  # fmt: skip
        with pytest.raises(InputError) as error:
            run("resilience", *words)
        assert error.value.code == code, words


def test_letter(run):
    assert "Hinweiskarte Starkregengefahren" in run("resilience", "14729380", "--letter", "heavy_rain")


def test_offer_and_value(run):
    assert "815" in run("offer", "A01", "--hectares", "2") or "816" in run("offer", "A01", "--hectares", "2")
    found = json.loads(
        run("offer", "A10", "--hectares", "3", "--soil", "high", "--ags", "14729410", "--format", "json")
    )
    assert found["name"] == "Wurzen, Stadt" and found["soil"] == "high"
    assert "no legal advice" in run("offer", "A10", "--hectares", "3", "--lang", "en")
    assert "11.361.235 m³" in run("value", "A06", "--units", "10", "--ags", "14729380")
    assert json.loads(run("value", "E06", "--units", "1", "--format", "json"))["ags"] is None
    with pytest.raises(InputError):
        run("offer", "A01", "--hectares", "nan")
    with pytest.raises(InputError):
        run("value", "A01", "--units", "inf")


def test_no_member():
    with pytest.raises(InputError):
        use.members([])


@pytest.mark.datapack
def test_any_other_municipality_with_the_public_data(run, datapack):
    """Munich: nothing of Saxony in it, age from the district table, sealed area known or null but never zero."""
    found = json.loads(run("resilience", "09162000", "--data", str(datapack), "--format", "json"))["resilience"][
        "09162000"
    ]
    assert all(e["background"] == [] and e["need"] is None for e in found.values())
    age = found["heat"]["exposure"]["share_65plus"]
    assert age["year"] == 2022 and 0.1 < age["value"] < 0.3 and age["resolved"] == "municipality"
    sealed = found["heat"]["exposure"].get("sealed_share")
    assert sealed is None or 0 < sealed["value"] < 1
    assert "Leipzig" not in json.dumps(found, ensure_ascii=False)


def test_needs_from_a_template_to_a_covered_need(run, tmp_path):
    path = tmp_path / "needs.csv"
    run("resilience", "leipzig-wurzener-land", "--template", str(path))
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    at = next(i for i, one in enumerate(lines) if one.startswith("14729410;") and ";facilities_without_power;" in one)
    cells = lines[at].split(";")
    cells[4], cells[6], cells[8], cells[9] = "12", "2", "A", "Zählung"
    lines[at] = ";".join(cells)
    path.write_text("\n".join(lines), encoding="utf-8")
    words = ("resilience", "leipzig-wurzener-land", "--needs", str(path), "--measure", "14729410:S04=5")
    text = run(*words).replace("\u00a0", " ")
    assert "wichtige Einrichtungen ohne Notstrom – Bedarf 10 Einrichtungen, gedeckt 50 %" in text
    found = json.loads(run(*words, "--format", "json"))["resilience"]
    assert found["14729410"]["storm"]["need"] == 10 and found["14713000"]["storm"]["need"] is None


def test_all_letters_at_once(run):
    text = run("resilience", "leipzig-wurzener-land", "--letter", "all")
    assert (
        text.count("Sehr geehrte Damen und Herren") == 8
        and "Wurzen" in text
        and "Hinweiskarte Starkregengefahren" in text
    )
