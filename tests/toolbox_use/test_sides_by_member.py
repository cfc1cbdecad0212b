"""The view of city and countryside by member on the command line."""

from __future__ import annotations

import json

from typer.testing import CliRunner

from stadtland.cli.main import app


def call(*words):
    done = CliRunner().invoke(app, ["measures", "sides", *words])
    assert done.exit_code == 0, done.output
    return done.output


def test_every_measure_stands_once_for_each_member():
    found = json.loads(call("--ags", "14713000", "--ags", "14729380", "--format", "json"))
    groups = ("easier", "harder", "mixed", "neither", "unknown", "not_here")
    for one in found["members"].values():
        ids = [i for g in groups for i in one[g]]
        assert len(ids) == len(set(ids)) == 124
    assert "A01" in found["members"]["14729380"]["easier"] and "A01" in found["members"]["14713000"]["harder"]


def test_words_name_the_reason():
    text = call("--ags", "14729380")
    assert "hier leichter:" in text and "Neue Hecken und Feldgehölze auf Acker – 1,18 ha je Kopf" in text
    assert "easier here:" in call("--ags", "14729380", "--lang", "en")


def test_reasons_of_recommendations_name_figures_in_words():
    done = CliRunner().invoke(app, ["recommend", "leipzig-wurzener-land", "--for", "farm"])
    assert "Landwirtschaftsfläche / Gemeindefläche = 78,6 %" in done.output and "area.veg_agri" not in done.output
