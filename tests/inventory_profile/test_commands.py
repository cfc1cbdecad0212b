"""The commands profile and compare: tables and JSON in both languages, errors with a cure, light start."""

from __future__ import annotations

import html
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from stadtland.actions.targets import targets
from stadtland.base import locale
from stadtland.base.errors import InputError
from stadtland.cli import profile
from stadtland.inventory import balance

sys.path.insert(0, str(Path(__file__).parents[1] / "documents"))
from readback import compute  # the independent evaluator of the numbers in a page

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


def test_targets_action_assembles_every_view(inv):
    found = targets(CODES, 2021)
    by = {(t["scope"], t["kind"]): t for t in found["targets"]}
    assert len(by) == 7 and by["14713000", "bisko_gross"]["evidence"] == "A"
    city = by["14713000", "bisko_gross"]
    heads_2040 = city["linear_t"][19] / 0.25
    assert 620_000 < heads_2040 < 680_000, "0.25 t for every head of the projection of 2040"
    assert by["joint", "partnership"]["evidence"] == "C" and by["joint", "partnership"]["linear_t"][-1] == 0.0
    accounts = balance.accounts(inv)
    for ags in CODES:  # at net zero an existing sink is taken out in full, a source is not allowed any more
        assert by[ags, "net"]["linear_t"][-1] == pytest.approx(min(0.0, accounts[ags]["lulucf_t"]), abs=1e-6)
    assert len(found["budgets"]) == 6 * 3 * 3 and len(found["sides"]) == 9
    assert all(s["note"]["de"] and s["total_gap_t"] is None for s in found["sides"])
    rest = sum(accounts["joint"][k] for k in ("agriculture_t", "waste_t", "ippu_t"))
    assert found["residual"]["joint"]["total"] == pytest.approx(rest)


def test_targets_action_reads_a_plan():
    years = list(range(2026, 2046))
    plan = {
        "partnership": {"members": [{"ags": a} for a in CODES]},
        "roadmap": {"years": years, "bisko_t": [1e6] * 20},
    }
    found = targets(CODES, 2021, plan=plan)
    side = found["sides"][0]
    assert side["total_from"] == 2026 and side["note"] is None
    rows = {r["year"]: r for r in side["rows"]}
    assert rows[2025]["gap_t"] is None, "the years between inventory and plan stay open"
    assert rows[2030]["gap_t"] == pytest.approx(1e6 - rows[2030]["budget_t"])
    for bad, code in ((plan | {"roadmap": {}}, "plan-shape"), ([], "plan-shape")):
        with pytest.raises(InputError) as caught:
            targets(CODES, 2021, plan=bad)
        assert caught.value.code == code
    with pytest.raises(InputError) as caught:
        targets(CODES[:3], 2021, plan=plan)
    assert caught.value.code == "members-differ"


@pytest.mark.parametrize("lang", ["de", "en"])
@pytest.mark.parametrize("command", ["profile", "compare"])
def test_pages_hold_the_data_and_every_number_is_traced(app, tmp_path, command, lang):
    run(app, command, "leipzig-wurzener-land", "--out", str(tmp_path), "--lang", lang)
    data = json.loads((tmp_path / f"{command}.json").read_text(encoding="utf-8"))
    page = (tmp_path / f"{command}-{lang}.html").read_text(encoding="utf-8")
    assert (tmp_path / f"{command}-{lang}.pdf").read_bytes().startswith(b"%PDF")
    found = re.findall(r'<data value="([^"]*)" data-path="([^"]*)">([^<]*)</data>', page)
    assert len(found) > 80
    for value, path, text in found:
        assert compute(html.unescape(path), data) == pytest.approx(float(value), rel=1e-8, abs=1e-6), path
        shown = {locale.number(float(value), lang, d, sign=s) for d in range(4) for s in (False, True)}
        assert html.unescape(text) in shown, path
    assert command == "profile" or 'role="img" aria-label="' in page
    assert not re.search(r'(src|href)="(https?:)?//', page)


def test_what_is_missing_is_named_on_request(app):
    short, full = (run(app, "profile", *CODES, *more) for more in ((), ("--detail",)))
    found = json.loads(run(app, "profile", *CODES, "--format", "json"))["profile"]["14713000"]
    empty = [r for r in found if r["value"] is None]
    assert f"Ohne Wert: {len(empty)} Kennzahlen" in short
    tail = full[full.index("Was fehlt und wer es hat:") :]
    for row in empty:
        for words in (row["title"], row["missing"], row["ask"]):
            assert words["de"].split()[0] in tail, row["id"]
    with_value = [r for r in found if r["value"] is not None and r["code"]]
    assert len(with_value) >= 30, "at least 30 of the common set have a value"


def test_every_surplus_and_shortage_has_its_sentence(app):
    text = " ".join(run(app, "profile", *CODES, "--lang", "en").split())
    found = json.loads(run(app, "profile", *CODES, "--format", "json"))["complements"]
    assert len(found) == 9
    for row in found:
        assert row["title"]["en"] in text and row["measures"]["en"] in text
        for member in row["members"].values():
            assert " ".join(member["text"]["en"].split()) in text
