"""The command line as a user meets it: results, exit codes, and words instead of tracebacks."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

W3 = {
    "years": [2026, 2026],
    "members": ["C", "R1", "R2"],
    "services": [],
    "backstop": 0.2,
    "measures": [
        {"id": "c", "member": "C", "class": "process", "t_per_unit": 1.0, "potential": 20, "opex": 0.1},
        {"id": "r1", "member": "R1", "class": "process", "t_per_unit": 1.0, "potential": 15, "opex": 0.05},
        {"id": "r2", "member": "R2", "class": "process", "t_per_unit": 1.0, "potential": 15, "opex": 0.05},
    ],
    "rest_kt": {"C": 100, "R1": 20, "R2": 20},
    "caps": {"net": {"C": 60, "R1": 18, "R2": 18}},
}


def run(*args: str, cwd: Path | None = None, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "stadtland.cli", *args],
        check=False,
        capture_output=True,
        text=True,
        cwd=cwd,
        timeout=120,
        env={**os.environ, **(env or {})},
    )


def in_words(result: subprocess.CompletedProcess[str], code: str) -> None:
    """Exit 2, code and cure on standard error, nothing that looks like a traceback."""
    assert result.returncode == 2, result.stderr
    assert code in result.stderr
    assert "Traceback" not in result.stderr and "Traceback" not in result.stdout


def test_help_names_all_commands():
    result = run("--help")
    assert result.returncode == 0
    for command in ("plan", "inventory", "measures", "share", "solve", "new"):
        assert command in result.stdout


def test_worked_example_w3_on_the_command_line(tmp_path):
    path = tmp_path / "w3.json"
    path.write_text(json.dumps(W3))
    found = json.loads(run("solve", str(path), "--coalitions", "--format", "json").stdout)
    assert found["status"] == "ok"
    cost = {tuple(c["members"]): c["cost"] for c in found["coalitions"]}
    assert cost["C",] == pytest.approx(6.0)
    assert cost["R1",] == pytest.approx(0.1)
    assert cost["C", "R1"] == pytest.approx(4.15)
    assert cost["R1", "R2"] == pytest.approx(0.2)
    assert found["together"] == pytest.approx(2.9)
    assert found["rules"]["shapley"]["values"]["C"] == pytest.approx(4.25)
    assert found["rules"]["nucleolus"]["values"]["R1"] == pytest.approx(-0.575)
    assert found["owen"]["C"] == pytest.approx(4.0)
    assert found["owen_unique"] is True


def test_share_prints_the_answer_of_a_game(tmp_path):
    path = tmp_path / "game.json"
    path.write_text(json.dumps({"kind": "cost", "players": ["A", "B"], "values": {"A": 6, "B": 4, "A,B": 8}}))
    found = json.loads(run("share", str(path), "--format", "json").stdout)
    assert found["rules"]["shapley"]["values"] == {"A": 5.0, "B": 3.0}
    assert "shapley" in run("share", str(path)).stdout


def test_inventory_as_table_json_and_csv():
    codes = ("14729380", "14713000")
    found = json.loads(run("inventory", *codes, "--format", "json").stdout)
    joint = found["joint"]["gross_t"]
    assert joint == pytest.approx(sum(m["gross_t"] for m in found["members"].values()), rel=1e-9)
    assert "Thallwitz" in run("inventory", *codes).stdout
    lines = run("inventory", *codes, "--format", "csv").stdout.splitlines()
    assert lines[0].startswith("ags,") and len(lines) > 100


def test_new_writes_a_file_that_plan_can_read_and_overwrites_nothing(tmp_path):
    out = tmp_path / "mine.toml"
    assert run("new", 'Probe "x"', "14713000", "14729380", "--out", str(out)).returncode == 0
    from stadtland.roadmap import partnership

    assert partnership.load(out).members[0].role == "city"
    before = out.read_bytes()
    in_words(run("new", "Probe", "14713000", "--out", str(out)), "file-exists")
    assert out.read_bytes() == before


@pytest.mark.parametrize(
    ("args", "code"),
    [
        (("plan", "nowhere", "--out", "out"), "partnership-unknown"),
        (("plan", "missing.toml", "--out", "out"), "file-missing"),
        (("plan", "leipzig-wurzener-land"), "command-line"),
        (("plan", "leipzig-wurzener-land", "--out", "out", "--lang", "fr"), "language-unknown"),
        (("inventory", "99999999"), "ags-unknown"),
        (("inventory", "14713000", "14713000"), "member-twice"),
        (("inventory", "147130"), "ags-format"),
        (("inventory", "14713000", "--year", "1850"), "year"),
        (("inventory", "14713000", "--format", "xml"), "format-unknown"),
        (("share", "missing.json"), "file-missing"),
        (("solve", "."), "file-kind"),
        (("solve", "twice.json"), "duplicate-key"),
        (("share", "twice.json"), "duplicate-key"),
        (("measures", "show", "A99"), "measure-unknown"),
        (("frobnicate",), "command-line"),
    ],
)
def test_bad_input_ends_in_words(tmp_path, args, code):
    (tmp_path / "twice.json").write_text('{"kind": "cost", "kind": "gain"}')
    in_words(run(*args, cwd=tmp_path), code)


def test_an_obsolete_code_names_its_successor():
    result = run("inventory", "16056000")  # Eisenach, since 2021 part of the Wartburgkreis
    assert result.returncode == 2
    assert "16063105" in result.stderr


@pytest.mark.parametrize("raw", ["{", '{"kind": NaN}', "[" * 100_000, "null", '"x"', "\ufeff{}"])
def test_broken_json_ends_in_words(tmp_path, raw):
    path = tmp_path / "bad.json"
    path.write_text(raw)
    for command in ("share", "solve"):
        in_words(run(command, str(path)), "")


def test_an_output_folder_that_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("x")
    in_words(run("plan", "leipzig-wurzener-land", "--out", str(tmp_path / "file")), "out-not-writable")


def test_a_full_disk_leaves_earlier_results_untouched(tmp_path, monkeypatch):
    from stadtland.base.errors import InputError
    from stadtland.base.files import OutDir

    (tmp_path / "results.json").write_text("earlier")
    folder = OutDir(tmp_path)
    folder.stage("results.json", "later")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(InputError) as error:
        folder.stage("report.html", "x" * 1000)
    assert error.value.code == "out-full"
    assert (tmp_path / "results.json").read_text() == "earlier"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["results.json"]


def test_ctrl_c_ends_in_words_and_leaves_earlier_results_untouched(tmp_path):
    (tmp_path / "results.json").write_text("earlier")
    process = subprocess.Popen(
        [sys.executable, "-m", "stadtland.cli", "plan", "leipzig-wurzener-land", "--out", str(tmp_path)],
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    for _ in range(100):  # until the computation has begun
        time.sleep(0.05)
        if any(p.name.startswith(".stadtland-") for p in tmp_path.iterdir()):
            break
    time.sleep(1.0)
    os.killpg(process.pid, signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 2, errors
    assert "interrupted" in errors and "Traceback" not in errors
    assert (tmp_path / "results.json").read_text() == "earlier"
    assert [p.name for p in tmp_path.iterdir()] == ["results.json"]


def test_out_never_follows_a_link_out_of_its_folder(tmp_path):
    from stadtland.base.files import OutDir

    outside = tmp_path / "outside.json"
    outside.write_text("mine")
    out = tmp_path / "out"
    out.mkdir()
    (out / "results.json").symlink_to(outside)
    with OutDir(out) as folder:
        folder.stage("results.json", "new")
        folder.commit()
    assert outside.read_text() == "mine"
    assert (out / "results.json").read_text() == "new"


def test_spreadsheet_formulas_are_harmless_in_csv():
    from stadtland.cli.show import _harmless

    assert _harmless("=1+1") == "'=1+1"
    assert _harmless("@x") == "'@x"
    assert _harmless("-5.2") == "-5.2"
