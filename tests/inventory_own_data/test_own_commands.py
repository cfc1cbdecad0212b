"""`data template|import|export|history` from end to end: files, messages, exit codes."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys

import pytest
import typer
from own_data_files import MEMBERS, csv_bytes, row

from stadtland.actions import own_data as actions
from stadtland.base.errors import InputError
from stadtland.cli.own_data import register

DRIVER = """
import importlib
from stadtland.cli import own_data
m = importlib.import_module("stadtland.cli.main")
if not any(g.name == "data" for g in m.app.registered_groups):
    own_data.register(m.app)
m.main()
"""


def run(*words):
    return subprocess.run(
        [sys.executable, "-c", DRIVER, *map(str, words)], capture_output=True, text=True, timeout=60, check=False
    )


def test_from_template_to_fragment(tmp_path):
    made = run("data", "template", *MEMBERS, "--out", tmp_path / "t", "--format", "csv", "--dataset", "final_energy")
    assert made.returncode == 0, made.stderr
    path = tmp_path / "t" / "final_energy.csv"
    assert made.stdout.strip() == str(path)
    text = path.read_text(encoding="utf-8-sig").splitlines()
    at = next(i for i, line in enumerate(text) if line.startswith("14729380;") and ";HH.elec;" in line)
    cells = text[at].split(";")
    cells[6], cells[9], cells[10] = "4.000,5", "Abrechnung", "A"
    text[at] = ";".join(cells)
    path.write_text("\n".join(text), encoding="cp1252")
    store = tmp_path / "store"
    done = run("data", "import", path, *MEMBERS, "--store", store, "--role", "Klimaschutzmanagement")
    assert done.returncode == 0 and "1 eigene Zahlen" in done.stdout, done.stderr
    past = run("data", "history", "--store", store, "--format", "json")
    entry = json.loads(past.stdout)[0]
    assert (entry["ags"], entry["id"], entry["old"], entry["new"]) == (
        "14729380",
        "HH.elec",
        None,
        "4000.5 MWh (A, Abrechnung)",
    )
    assert len(entry["sha256"]) == 64 and entry["role"] == "Klimaschutzmanagement"
    out = run("data", "export", "--store", store, "--out", tmp_path / "e")
    assert out.returncode == 0, out.stderr
    assert '"HH.elec" = { value = 4000.5, unit = "MWh", year = 2021' in (tmp_path / "e" / "overrides.toml").read_text(
        encoding="utf-8"
    )
    assert (tmp_path / "e" / "own-data.xlsx").stat().st_size > 5000
    again = run("data", "export", "--store", store, "--out", tmp_path / "e")
    assert again.returncode == 2 and "file-exists" in again.stderr
    table = run("data", "history", "--store", store)
    assert table.returncode == 0 and "HH.elec" in table.stdout


def test_a_bad_file_ends_with_2_and_its_row(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(csv_bytes([row("14713000", "HH.elec", "5"), row("14713000", "HH.gas", "abc")]))
    done = run("data", "import", path, *MEMBERS, "--store", tmp_path / "s", "--role", "Amt")
    assert done.returncode == 2 and "Traceback" not in done.stderr
    assert "own-data-file" in done.stderr and "Zeile 3, Spalte Eigener Wert" in done.stderr and "a.csv" in done.stderr
    assert not (tmp_path / "s").exists()


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["template", "14713000", "--out", "x", "--dataset", "animal"], "own-data-dataset"),
        (["template", "14713000", "--out", "x", "--format", "ods"], "own-data-kind"),
        (["template", "14713", "--out", "x"], "ags-"),
        (["template", "14713000", "--out", "x", "--year", "1800"], "year"),
        (["import", "missing.csv", "14713000", "--store", "s", "--role", "Amt"], "file-missing"),
        (["import", ".", "14713000", "--store", "s", "--role", "Amt"], "file-kind"),
        (["import", "missing.csv", "14713000", "--store", "s"], "command-line"),
        (["export", "--store", "none", "--out", "x"], "members-none"),
        (["template", "14713000", "--out", "x", "--lang", "fr"], "language-unknown"),
    ],
)
def test_wrong_words(words, code, tmp_path, monkeypatch, capsys):
    m = importlib.import_module("stadtland.cli.main")  # the package has a function of the same name
    monkeypatch.chdir(tmp_path)
    if not any(g.name == "data" for g in m.app.registered_groups):
        monkeypatch.setattr(m.app, "registered_groups", [*m.app.registered_groups])
        register(m.app)
    monkeypatch.setattr(sys, "argv", ["stadtland", "data", *words])
    with pytest.raises(SystemExit) as end:
        m.main()
    assert end.value.code == 2 and code in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_huge_file_is_not_read_whole(tmp_path, monkeypatch):
    path = tmp_path / "huge.csv"
    with open(path, "wb") as handle:
        handle.truncate(3_000_000_000)  # sparse
    with pytest.raises(InputError) as error:
        actions.import_file(path, tmp_path / "s", MEMBERS, 2021, "Amt")
    assert "zu groß" in str(error.value)


def test_history_of_an_empty_store(tmp_path):
    assert actions.history(tmp_path) == []


def test_the_commands_load_nothing_heavy():
    code = (
        "import sys, typer; from stadtland.cli.own_data import register; register(typer.Typer());"
        "bad = {'numpy', 'openpyxl', 'xlsxwriter', 'polars', 'pydantic', 'stadtland.inventory'} & set(sys.modules);"
        " sys.exit(str(bad) if bad else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 0, done.stderr


def test_register_adds_four_commands():
    app = typer.Typer()
    register(app)
    group = app.registered_groups[0]
    assert group.name == "data"
    assert [c.name for c in group.typer_instance.registered_commands] == ["template", "import", "export", "history"]
