"""Help is German first, English on request, and complete in both."""

from __future__ import annotations

import subprocess
import sys

import pytest
import typer

from stadtland.base import content, toml
from stadtland.cli import asked
from stadtland.cli.help_words import in_german, wordings
from stadtland.cli.main import app


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "stadtland.cli", *words], capture_output=True, text=True, timeout=60, check=False
    )


def test_every_help_text_is_german():
    command = typer.main.get_command(app)
    table = toml.read(content.path("help", "help.toml"))
    missing = sorted({english for _, _, english in wordings(command) if english not in table})
    assert missing == []
    in_german(command)
    shown = {german for _, _, german in wordings(command)}
    assert shown <= {" ".join(german.split()) for german in table.values()}


def test_no_wording_is_left_over():
    command = typer.main.get_command(app)
    used = {english for _, _, english in wordings(command)}
    assert set(toml.read(content.path("help", "help.toml"))) - used == set()


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


@pytest.mark.parametrize(
    ("words", "commands"),
    [
        (["plan", "x", "--out", "o"], {"plan"}),
        (["measures", "show", "A01"], {"measures"}),
        (["nonsense"], None),
        ([], None),
        (["--help"], None),
    ],
)
def test_only_the_named_command_is_built_and_an_unknown_name_sees_all(words, commands):
    built = set(asked.command(app, words).commands)
    whole = set(typer.main.get_command(app).commands)
    assert built == (commands or whole)
    assert len(whole) > 40, "the app itself is not changed"


def test_a_group_asked_for_help_shows_all_its_commands():
    built = asked.command(app, ["measures", "--help"]).commands["measures"].commands
    assert set(built) == set(typer.main.get_command(app).commands["measures"].commands)
    assert set(asked.command(app, ["measures", "show", "A01"]).commands["measures"].commands) == {"show"}
