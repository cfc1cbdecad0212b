"""Monitoring and fund on the command line, on the training region."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from types import SimpleNamespace

import pytest


def run(*args, cwd=None, role="Amt"):
    """A command in this process: the same commands, without the start of an interpreter for each."""
    from stadtland.base.errors import StadtlandError
    from stadtland.cli.main import app

    out, err = io.StringIO(), io.StringIO()
    before, os.environ["STADTLAND_ROLE"] = os.getcwd(), role
    os.chdir(cwd or before)
    try:
        with redirect_stdout(out), redirect_stderr(err):
            code = app([str(a) for a in args], standalone_mode=False) or 0
    except StadtlandError as error:
        code = error.exit_code
        err.write(str(error))
    finally:
        os.chdir(before)
        del os.environ["STADTLAND_ROLE"]
    return SimpleNamespace(returncode=code, stdout=out.getvalue(), stderr=err.getvalue())


def shell(*args, role="Amt"):
    """A command as a user starts it."""
    return subprocess.run(
        [sys.executable, "-m", "stadtland.cli", *map(str, args)], check=False, capture_output=True, text=True,
        timeout=120, env={**os.environ, "STADTLAND_ROLE": role},
    )  # fmt: skip


@pytest.fixture(scope="module")
def region(tmp_path_factory):
    out = tmp_path_factory.mktemp("cli") / "uebung"
    done = shell("training", out)
    assert done.returncode == 0, done.stderr
    assert "frei erfunden" in done.stdout and "plan.json" in done.stdout
    return out


def test_training_is_named_as_such_everywhere(region):
    assert "frei erfunden" in (region / "LIESMICH.md").read_text(encoding="utf-8")
    assert "Übungsdaten, erfunden" in (region / "berichte" / "bericht-2024-fassung-1.csv").read_text(
        encoding="utf-8-sig"
    )
    assert "frei erfunden" in json.loads((region / "plan.json").read_text(encoding="utf-8"))["partnership"]["name"]


def test_a_year_in_the_life(region, tmp_path):
    db = ("--db", region / "training.sqlite3")
    status = run("measure", "status", *db)
    assert "Nichts davon beschreibt einen wirklichen Ort" in status.stdout
    assert "kg CO2e ausgestellt" in status.stdout
    change = json.loads(run("monitor", "change", 2023, 2024, *db, "--format", "json").stdout)
    assert sum(c["kg"] for c in change["causes"]) == change["change_kg"]
    assert run("monitor", "template", 2026, *db, "--out", tmp_path / "t.xlsx").returncode == 0
    empty = run("monitor", "import", tmp_path / "t.xlsx", "--year", 2026, *db)
    assert empty.returncode == 2 and "report-file" in empty.stderr
    done = run("monitor", "report", 2025, *db, "--out", tmp_path / "bericht")
    assert done.returncode == 0 and len(done.stdout.split()) == 3
    settled = json.loads(run("monitor", "true-up", 2025, *db, "--format", "json").stdout)
    assert sum(m["settlement"] for m in settled["members"].values()) == 0 and not settled["recorded"]
    fund = json.loads(run("fund", "report", 2025, *db, "--format", "json").stdout)
    assert fund["closes"]
    plan = run("fund", "schedule", *db).stdout
    assert "Hof Eins" in plan and "waiting" in plan
    assert run("ledger", "verify", *db).returncode == 0
    assert run("monitor", "verify", *db).returncode == 0
    assert run("measure", "calendar", *db, "--out", tmp_path / "a.ics").returncode == 0
    check = run("measure", "check-evidence", region / "nachweise", *db, "--format", "json")
    assert {r["state"] for r in json.loads(check.stdout)} == {"same"}


def test_from_nothing(region, tmp_path):
    db = ("--db", tmp_path / "neu.sqlite3")
    for args in (
        ("measure", "start", region / "plan.json", "--decision", "Rat, 1"),
        ("measure", "step", "U01@99000001", "decided", "--decision", "Rat, 2", "--date", "2025-01-02"),
        ("measure", "build", "U01@99000001", "3", "--date", "2025-02-01"),
        ("measure", "spend", "U01@99000001", "1.234,56", "--payer", "municipality", "--date", "2025-02-01"),
        ("measure", "due", "U01@99000001", "task", "Antrag", "2027-01-01"),
        ("monitor", "import", region / "berichte" / "bericht-2024-fassung-2.csv", "--year", "2024"),
        ("fund", "rules", "--admin", "500", "--buffer", "1000", "--date", "2025-01-01"),
        ("fund", "contribute", "10000", "--group", "city", "--from", "99000001", "--date", "2025-02-01"),
        ("fund", "contract", "v-1", "--payee", "p-1", "--measure", "U04@99000002", "--per", "hectare", "--rate", "800",
         "--quantity", "10,5", "--first-year", "2025", "--years", "2", "--date", "2025-02-02"),
        ("fund", "pay", "v-1", "--year", "2025", "--date", "2026-01-15"),
    ):  # fmt: skip
        done = run(*args, *db)
        assert done.returncode == 0, (args, done.stderr)
    assert "8400.00 EUR" in done.stdout
    assert "Auf dem Klimakonto ist nichts ausgestellt" in run("measure", "status", *db).stdout
    again = run("fund", "pay", "v-1", "--year", "2026", "--date", "2026-01-16", *db)
    assert again.returncode == 2 and "fund-negative" in again.stderr
    one = json.loads(run("measure", "status", "U01@99000001", *db).stdout)
    assert one["spending"][0]["cents"] == 123456 and one["built"][0]["units"] == 3


@pytest.mark.parametrize(
    ("args", "code"),
    [
        (("measure", "status", "--db", "none.sqlite3"), "db-missing"),
        (("monitor", "report", "2024", "--db", "none.sqlite3", "--out", "x"), "db-missing"),
        (("fund", "contribute", "1.5.5", "--group", "city", "--from", "p"), "money-kind"),
        (("measure", "spend", "x", "abc", "--payer", "fund"), "money-kind"),
        (("monitor", "start", "x", "--member", "1:x"), "member-setup"),
        (("monitor", "import", "none.csv", "--year", "2024"), "file-missing"),
        (("fund", "pay", "v-1", "--year", "2025"), "contract-unknown"),
    ],
)
def test_bad_input_in_words(args, code, tmp_path):
    done = run(*args, cwd=tmp_path)
    assert done.returncode == 2, done.stderr
    assert code in done.stderr and "Traceback" not in done.stderr


def test_no_traceback_reaches_a_user(region):
    """As a process: a missing role, and an unknown database."""
    db = ("--db", region / "training.sqlite3")
    for args, role in (
        (("measure", "step", "U01@99000001", "done", *db), ""),
        (("monitor", "years", "--db", "none"), "x"),
    ):
        done = shell(*args, role=role)
        assert done.returncode == 2 and "Traceback" not in done.stderr and done.stderr
