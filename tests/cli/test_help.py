"""Help is German first, English on request, and complete in both."""

from __future__ import annotations

import subprocess
import sys

import pytest
import typer

from stadtland.base import content, toml
from stadtland.cli.help_words import in_german, wordings
from stadtland.cli.main import app


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "stadtland.cli", *words], capture_output=True, text=True, timeout=60, check=False
    )


def test_help_texts_are_replaced_by_their_german_wording():
    command = typer.main.get_command(app)
    table = toml.read(content.path("help", "help.toml"))
    english = {text for _, _, text in wordings(command)}
    in_german(command)
    shown = {text for _, _, text in wordings(command)}
    assert shown - english <= {" ".join(german.split()) for german in table.values()}
    assert len(shown - english) > 300


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("plan", "--help"), "Den gemeinsamen Plan rechnen"),
        (("plan", "--help", "--lang", "en"), "Compute the joint plan"),
        (("measures",), "Werkzeugkoffer"),
        ((), "Gemeinsame Klimapläne"),
    ],
)
def test_language_of_help(words, says):
    done = run(*words)
    assert done.returncode == 0, done.stderr
    assert says in done.stdout


def test_headings_are_german_in_tables_and_stable_in_csv():
    german = run("measures", "list").stdout.splitlines()[0]
    english = run("measures", "list", "--lang", "en").stdout.splitlines()[0]
    table = run("measures", "list", "--format", "csv").stdout.splitlines()[0]
    assert german.startswith("Kennung  Titel") and english.startswith("id")
    assert table.startswith("id,title")
