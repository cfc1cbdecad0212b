"""Spelling of all texts of the guide with hunspell; words of the field stand in `content/guide/spelling/`."""

from __future__ import annotations

import re
import shutil
import subprocess
import tomllib
from typing import Any

import pytest

from stadtland.base import content
from stadtland.guide import chapters

HUNSPELL = shutil.which("hunspell")
DICTIONARIES = {"de": "de_DE", "en": "en_US"}


def collected(value: Any, lang: str) -> list[str]:
    """All texts of a language in a content table."""
    if isinstance(value, list):
        return [t for v in value for t in collected(v, lang)]
    if not isinstance(value, dict):
        return []
    if set(value) == {"de", "en"}:
        found = value[lang]
        return list(found) if isinstance(found, list) else [found]
    return [t for v in value.values() for t in collected(v, lang)]


def words(lang: str) -> set[str]:
    files = [p for p in content.path("guide").rglob("*.toml") if p.parent.name != "spelling"]
    texts = [t for p in files for t in collected(tomllib.loads(p.read_text(encoding="utf-8")), lang)]
    plain = "\n".join(chapters.bare(re.sub(r"https?://\S+|stadtland [\w-]+.*$", "", t)) for t in texts)
    return set(re.findall(r"[^\W\d_]{3,}(?:-[^\W\d_]{2,})*", plain))


@pytest.mark.skipif(HUNSPELL is None, reason="not run: needs hunspell with German and English words")
@pytest.mark.parametrize("lang", ["de", "en"])
def test_no_unknown_words(lang: str) -> None:
    known = set(content.path("guide", "spelling", f"{lang}.txt").read_text(encoding="utf-8").split())
    listed = "\n".join(sorted(words(lang) - known))
    done = subprocess.run(
        [str(HUNSPELL), "-d", DICTIONARIES[lang], "-i", "utf-8", "-l"],
        input=listed, capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    unknown = sorted(set(done.stdout.split()) - known)
    assert not unknown, ", ".join(unknown)


@pytest.mark.skipif(HUNSPELL is None, reason="not run: needs hunspell with German and English words")
def test_a_wrong_word_is_found() -> None:
    done = subprocess.run(
        [str(HUNSPELL), "-d", "de_DE", "-i", "utf-8", "-l"], input="Klimmapartnerschafft\n", capture_output=True,
        text=True, timeout=60, check=True,
    )  # fmt: skip
    assert done.stdout.strip()
