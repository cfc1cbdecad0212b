"""Commands of the guide on a written results file: exit codes, words, no traceback, nothing half written."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from fixture_results import results
from typer.testing import CliRunner

from stadtland.actions import guide
from stadtland.base.errors import InputError
from stadtland.cli.main import app

RUN = CliRunner()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "results.json").write_text(json.dumps(results(2)), encoding="utf-8")
    monkeypatch.setattr(guide, "recommendations", lambda m: [])
    return tmp_path


def run(*words: Any) -> Any:
    return RUN.invoke(app, [str(w) for w in words])


def test_check_records_and_shows(folder: Path) -> None:
    done = run("check", folder, "--tick", "mayors_talk", "--note", "im Rathaus", "--date", "2026-01-02")
    assert done.exit_code == 0 and "abgehakt: Das Gespräch der Bürgermeister" in done.output
    done = run(
        "check", folder, "--pass", "anstoss", "--reason", "weiter", "--answer", "budget=yes", "--date", "2026-01-03"
    )
    assert done.exit_code == 0
    found = json.loads(run("check", folder, "--format", "json", "--lang", "en").output)
    gate = found["gates"][0]
    assert gate["state"] == "passed" and gate["passed"]["reason"] == "weiter"
    assert gate["passed"]["open"] == ["benefit_given"] and found["gates"][1]["title"] == "Scoping"
    rows = {r["id"]: r for r in json.loads(run("challenges", folder, "--format", "json").output)}
    assert rows["budget"]["shows"] == "yes" and rows["permanence"]["shows"] == "unknown"


@pytest.mark.parametrize(
    "words",
    [
        ("--pass", "anstos", "--reason", "x"),
        ("--pass", "anstoss"),
        ("--tick", "mayor_talk"),
        ("--answer", "budget=maybe"),
        ("--answer", "money=yes"),
        ("--date", "gestern"),
        ("--format", "xml"),
    ],
)
def test_check_refuses_and_leaves_the_file(folder: Path, words: tuple[str, ...]) -> None:
    run("check", folder, "--tick", "mayors_talk", "--date", "2026-01-02")
    before = (folder / "partnership.progress.toml").read_bytes()
    done = run("check", folder, *words)
    assert isinstance(done.exception, InputError) and done.exception.cure
    assert (folder / "partnership.progress.toml").read_bytes() == before


def test_document_stale_and_new_version(folder: Path) -> None:
    out = folder / "papers"
    done = run("document", "cost_key", folder, "--out", out, "--date", "2026-01-02")
    assert done.exit_code == 0 and (out / "cost_key-de.docx").exists()
    assert run("stale", folder, out).exit_code == 0
    body = results(2)
    body["cooperation"]["together_eur"] *= 1.5
    (folder / "results.json").write_text(json.dumps(body), encoding="utf-8")
    done = run("stale", folder, out)
    assert done.exit_code == 1 and "cooperation.together_eur" in done.output
    done = run("document", "profile", folder, "--out", out, "--lang", "en")
    assert done.exit_code == 0 and len(list(out.glob("profile-*-en.docx"))) == 2


def test_other_commands_answer(folder: Path) -> None:
    assert "council_paper" in run("papers").output
    assert json.loads(run("papers", "--format", "json", "--lang", "en").output)[0]["title"]
    alike = json.loads(run("examples", "--like", folder, "--format", "json").output)
    assert 0 < len(alike) <= 5 and all(json.loads(r["why"]) for r in alike)
    assert run("challenges", folder, "--out", folder / "o").exit_code == 0
    assert (folder / "o" / "challenges-de.docx").exists()
    done = run("legal-form", "leipzig-wurzener-land", "--say", "tasks_move=no")
    assert done.exit_code == 0 and "Rechtsaufsicht" in done.output


@pytest.mark.parametrize("text", ["{}", '{"schema": "stadtland/results/1"}', "[1]", "{", '{"a": 1, "a": 2}'])
def test_a_file_that_is_no_result(tmp_path: Path, text: str) -> None:
    path = tmp_path / "results.json"
    path.write_text(text, encoding="utf-8")
    for words in (
        ("check", path),
        ("document", "cost_key", path, "--out", tmp_path / "o"),
        ("guide", path, "--out", tmp_path / "g"),
    ):
        done = run(*words)
        assert isinstance(done.exception, InputError), done.output
    assert not list(tmp_path.glob("o/*")) and not list(tmp_path.glob("g/*"))


def test_account_and_monitoring_files_are_read_and_broken_ones_count_as_none(folder: Path) -> None:
    assert guide.material(str(folder)).results["guide"].get("ledger_entries") is None
    (folder / "journal.jsonl").write_text('{"broken": true}\n', encoding="utf-8")
    (folder / "annual-2026.json").write_text(
        json.dumps({"schema": "stadtland/annual/1", "year": 2026, "path": {"actual_t": 110.0, "planned_t": 100.0}}),
        encoding="utf-8",
    )
    (folder / "annual-2027.json").write_text('{"schema": "other"}', encoding="utf-8")
    found = guide.material(str(folder)).results
    assert found["guide"]["ledger_entries"] == 0 and found["guide"]["monitored_years"] == 1
    assert found["monitoring"]["joint"]["gap_share"] == pytest.approx(0.1)  # 110 against 100


def test_recommend_takes_computed_results(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Codes of the reference case with a made-up plan: rules about all and about members answer, with their numbers."""
    body: dict[str, Any] = {
        "schema": "stadtland/results/1",
        "partnership": {"name": "Probe", "members": [{"ags": "14713000"}, {"ags": "14729380"}]},
        "inventory": {
            "year": 2021,
            "joint": {"data_quality": 0.5, "population": 605000.0, "gross_t": 3e6},
            "members": {
                a: {"data_quality": 0.2, "population": p} for a, p in (("14713000", 6e5), ("14729380", 3500.0))
            },
        },
        "roadmap": {"target": {"joint": {"missed_t": 5.0}}, "reliability": {"joint": 0.1}},
    }
    path = tmp_path / "results.json"
    path.write_text(json.dumps(body), encoding="utf-8")
    done = run("recommend", "--results", path, "--for", "state", "--format", "json")
    rows = {r["rule"]: r for r in json.loads(done.output)["recommendations"]}
    assert rows["target_missed_joint"]["state"] == "fires" and rows["target_missed_joint"]["level"] == "national"
    assert [d["value"] for d in rows["target_missed_joint"]["data"]] == [5.0, 10.0]
    assert rows["citizen_cost"]["state"] == "unknown"
    done = run("recommend", "--results", tmp_path, "--for", "municipality")
    assert done.exit_code == 0 and "Netzbetreiber und Kehrbezirke" in done.output and "Probe (joint)" in done.output
    assert "better_data" not in run("recommend", "14729380").output
