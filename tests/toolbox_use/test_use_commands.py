"""The commands `measures compare`, `measures collide` and `recommend`, as a user types them."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
import typer
from typer.testing import CliRunner

from stadtland.actions import toolbox_use as actions
from stadtland.base.errors import InputError
from stadtland.cli import toolbox_use


@pytest.fixture(scope="module")
def app():
    main, measures = typer.Typer(), typer.Typer()
    main.add_typer(measures, name="measures")
    toolbox_use.register(main, measures)
    return main


def run(app, *words):
    result = CliRunner().invoke(app, words, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


@pytest.mark.parametrize("lang", ["de", "en"])
def test_compare(app, lang):
    text = run(app, "measures", "compare", "A01", "L05", "--ags", "14729380", "--lang", lang)
    assert "12,7" in text if lang == "de" else "12.7" in text
    assert "Thallwitz" in text and "{" not in text


def test_compare_json(app):
    found = json.loads(run(app, "measures", "compare", "A01", "B01", "--format", "json"))
    assert found["measures"] == ["A01", "B01"] and found["potentials"] == {}


def test_collide_without_units(app):
    assert "schließt sich aus" in run(app, "measures", "collide", "A01", "L05")
    assert "keine Wechselwirkung" in run(app, "measures", "collide", "A01", "M05")


@pytest.mark.parametrize("lang", ["de", "en"])
def test_collide_with_units(app, lang):
    text = run(app, "measures", "collide", "A01=40", "L05=4000", "F01=3", "--ags", "14729380", "--lang", lang)
    first = text.splitlines()[0]
    # 4040 ha needed, 3267.7 ha there
    assert ("772" in first) and first.startswith("Konflikt" if lang == "de" else "Conflict") and "{" not in text
    assert ("nicht beziffert" if lang == "de" else "not quantified") in text


def test_collide_when_all_fits(app):
    text = run(app, "measures", "collide", "A01=1", "--ags", "14729380")
    assert text.startswith("Nichts kollidiert")


@pytest.mark.parametrize("role", ["city", "municipality", "farm", "company", "citizen"])
@pytest.mark.parametrize("lang", ["de", "en"])
def test_recommend(app, role, lang):
    text = run(app, "recommend", "--for", role, "--lang", lang)
    assert "•" in text and "[" in text and "{" not in text


def test_recommend_for_a_code_and_a_name(app):
    one = run(app, "recommend", "--for", "farm", "14729380")
    assert "Thallwitz" in one and "Lossatal" not in one and "farm_cattle" in one
    assert "Lossatal" in run(app, "recommend", "leipzig-wurzener-land", "--for", "farm")


def test_recommend_json_is_traced(app):
    found = json.loads(run(app, "recommend", "--for", "citizen", "14729380", "--format", "json"))
    row = next(r for r in found["recommendations"] if r["rule"] == "citizen_house")
    assert row["data"][0]["names"] == ["zensus2022.share_owner_occupied"] and row["data"][0]["data_quality"] == "A"


def test_a_city_role_in_a_village_says_so(app):
    assert "keine Zahl" in run(app, "recommend", "--for", "city", "14729380")


@pytest.mark.parametrize("lang", ["de", "en"])
def test_sides(app, lang):
    text = run(app, "measures", "sides", "E16", "--ags", "14713000", "--ags", "14729380", "--lang", lang)
    assert ("leichter" in text and "schwerer" in text) if lang == "de" else ("easier" in text and "harder" in text)
    assert "{" not in text and text.count("nicht bekannt" if lang == "de" else "not known") >= 2


@pytest.mark.parametrize("lang", ["de", "en"])
def test_funding(app, lang):
    text = run(app, "measures", "funding", "E09", "--say", "started_before_approval=yes", "--lang", lang)
    assert text.startswith("scheidet aus" if lang == "de" else "excluded") and "2026-11-24" in text
    assert ("Vor Gebrauch prüfen" if lang == "de" else "Check before use") in text and "{" not in text


def test_funding_asks_for_what_is_not_said(app):
    text = run(app, "measures", "funding", "B06")
    assert "vielleicht" in text and "applicant" in text
    known = ["applicant=municipality", "date=2026-12-01", "granted=", "started_before_approval=no", "legal_duty=no"]
    assert run(app, "measures", "funding", "B06", *[w for k in known for w in ("--say", k)]).startswith(
        "kommt in Frage"
    )


def test_find(app):
    assert "A01" in run(app, "measures", "find", "Hecke").splitlines()[1]
    rows = json.loads(run(app, "measures", "find", "--only", "bundle=heat_wood", "--format", "json"))
    assert {r["id"] for r in rows} == {"B08", "A02", "E13"}


BAD = [
    (lambda: actions.find(["x"], ["side"]), "filter-item"),
    (lambda: actions.find(["x"], ["side=city", "side=rural"]), "filter-item"),
    (lambda: actions.find([], ["side=moon"]), "word-unknown"),
    (lambda: actions.sides("Z99"), "measure-unknown"),
    (lambda: actions.funding("A01", ["applicant"]), "situation-item"),
    (lambda: actions.funding("A01", ["colour=red"]), "key-unknown"),
    (lambda: actions.funding("A01", ["legal_duty=maybe"]), "kind-bool"),
    (lambda: actions.funding("A01", ["own_share=much"]), "number-kind"),
    (lambda: actions.funding("A01", ["own_share=nan"]), "number-finite"),
    (lambda: actions.funding("A01", ["date=soon"]), "date-format"),
    (lambda: actions.recommend("king"), "word-unknown"),
    (lambda: actions.recommend("farm", ["99999999"]), "ags-unknown"),
    (lambda: actions.collide(["A01=ten"], ["14729380"]), "selection-item"),
    (lambda: actions.collide(["A01=nan"], ["14729380"]), "selection-item"),
    (lambda: actions.collide(["A01=1e99"], ["14729380"]), "selection-item"),
    (lambda: actions.collide(["A01=-4"], ["14729380"]), "selection-item"),
    (lambda: actions.collide(["A01=4", "L05"], ["14729380"]), "selection-item"),
    (lambda: actions.collide(["A01=4", "A01=5"], ["14729380"]), "selection-twice"),
    (lambda: actions.collide(["A01=4"]), "selection-member"),
    (lambda: actions.collide(["Z99"]), "measure-unknown"),
    (lambda: actions.collide(["Z99=1"], ["14729380"]), "measure-unknown"),
    (lambda: actions.compare(["A01"]), "compare-few"),
]


@pytest.mark.parametrize(("call", "code"), BAD)
def test_bad_input(call, code):
    with pytest.raises(InputError) as caught:
        call()
    assert caught.value.code == code and caught.value.cure


def test_registering_imports_nothing_heavy():
    code = (
        "import sys; import stadtland.cli.toolbox_use; "
        "print([m for m in ('numpy', 'pydantic', 'scipy', 'polars') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"
