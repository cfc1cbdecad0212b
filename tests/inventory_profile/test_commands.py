"""The commands profile and compare: tables and JSON in both languages, errors with a cure, light start."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
import typer
from typer.testing import CliRunner

from stadtland.base.errors import InputError
from stadtland.cli import profile

CODES = ["14713000", "14729380", "14729030", "14729245", "14729410"]


@pytest.fixture(scope="module")
def app():
    made = typer.Typer()
    profile.register(made)
    return made


def run(app, *args):
    done = CliRunner().invoke(app, list(args))
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.stdout


@pytest.mark.parametrize("lang", ["de", "en"])
def test_profile_as_table_and_json(app, lang):
    text = run(app, "profile", *CODES, "--lang", lang)
    assert ("Wurzen" in text) and ("{" not in text)
    assert ("kein Rang" if lang == "de" else "no ranking") in text
    found = json.loads(run(app, "profile", *CODES, "--format", "json"))
    assert set(found) == {"year", "note", "members", "profile", "complements"}
    assert len(found["profile"]["14729380"]) == 87
    density = next(r for r in found["profile"]["14729380"] if r["id"] == "density")
    assert density["value"] == pytest.approx(100 * 3548 / 5309)


@pytest.mark.parametrize("account", ["bisko_t", "gross_t", "net_t"])
def test_compare_as_table_and_json(app, account):
    text = run(app, "compare", *CODES, "--account", account)
    assert "mit diesen Daten nicht zu beobachten" in text and "Rest 0 kg" in text and "20260101" in text
    found = json.loads(run(app, "compare", *CODES, "--account", account, "--format", "json"))
    assert found["account"] == account and len(found["gaps"]) == 10
    for gap in found["gaps"]:
        effects = sum(e["effect"] for b in gap["blocks"] for e in b["effects"])
        assert effects == pytest.approx(gap["gap"], abs=1e-6)
    assert found["books"]["bisko_t"]["eliminations_t"] == 0
    assert {p["elimination_kg"] for p in found["line_proof"]} == {0}
    assert not any(p["touches_bisko"] for p in found["pairs"])
    assert found["uncertainty"]["draws"] == 10000


@pytest.mark.parametrize(
    ("args", "code"),
    [
        (["profile", "99999999"], "ags-unknown"),
        (["compare", "14713000"], "members-few"),
        (["compare", *CODES, "--account", "x"], "account-unknown"),
        (["compare", *CODES, "--year", "1999"], "inventory-year"),
        (["profile", *CODES, "--lang", "fr"], "language-unknown"),
        (["profile", *CODES, "--format", "pdf"], "format-unknown"),
    ],
)
def test_bad_input_has_a_code(app, args, code):
    with pytest.raises(InputError) as caught:
        run(app, *args)
    assert caught.value.code == code


def test_the_module_is_light():
    """No numpy before a command runs: --help stays quick."""
    script = "import sys; from stadtland.cli import profile; sys.exit('numpy' in sys.modules or 'scipy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
