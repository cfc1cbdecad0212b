"""Errors speak the reader's language; no wording loses what was filled in."""

from __future__ import annotations

import doctest
import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import pytest

from stadtland.base import error_words
from stadtland.base.errors import InputError

ROOT = Path(__file__).resolve().parents[2]
TABLES = {part: error_words.table(part) for part in ("what", "cure")}


def slots(german: str) -> list[int]:
    """Which slots the German wording uses, by number."""
    numbered = [int(n) for n in re.findall(r"\{(\d+)\}", german)]
    return sorted([*range(1, german.count(error_words.SLOT) + 1), *numbered])


@pytest.mark.parametrize("part", TABLES)
def test_german_keeps_every_slot(part):
    wrong = [k for k, german in TABLES[part].items() if slots(german) != list(range(1, k.count(error_words.SLOT) + 1))]
    assert wrong == []


@pytest.mark.parametrize("part", TABLES)
def test_every_wording_is_found_and_filled(part):
    for english, german in TABLES[part].items():
        parts = [f"<{n}>" for n in range(english.count(error_words.SLOT))]
        filled = error_words.fill(english, tuple(parts))
        answer = error_words.translated(filled, part, "de")
        assert answer == error_words.fill(german, tuple(parts)), english
        assert error_words.translated(filled, part, "en") == filled


def test_every_error_in_the_code_has_its_german_wording():
    spec = importlib.util.spec_from_file_location("errors_page", ROOT / "docs" / "errors_page.py")
    page = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(page)
    rows = page.rows()
    for part, column in (("what", 3), ("cure", 4)):
        spoken = {row[column] for row in rows if row[column].strip("… ")}
        assert sorted(spoken - set(TABLES[part])) == [], f"write the German wording in content/errors/{part}.toml"


def test_unknown_wording_stays():
    error = InputError("x", "something nobody has translated", "here", "do it")
    assert error_words.in_words(error, "de") == "x: something nobody has translated\n  Ort: here\n  Abhilfe: do it"
    assert error_words.in_words(error, "en") == str(error)


def test_the_examples_run():
    assert doctest.testmod(error_words).failed == 0


@pytest.mark.parametrize(
    ("lang", "words"), [((), "Die Datei ist nicht da"), (("--lang", "en"), "the file does not exist")]
)
def test_command_line(lang, words, tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "stadtland.cli", "share", str(tmp_path / "none.json"), *lang],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert words in done.stderr
