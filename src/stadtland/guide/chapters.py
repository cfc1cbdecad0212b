"""Chapters of the guide and its glossary: texts in both languages, with sources, measured for readability."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from stadtland.base import content, toml


@dataclass(frozen=True)
class Chapter:
    """One chapter: texts are templates of `documents.markup`; sources are ids of `sources()`."""

    id: str
    title: Mapping[str, str]
    lead: Mapping[str, str]
    text: Mapping[str, str]
    sources: tuple[str, ...]
    measures: tuple[str, ...] = ()
    papers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Term:
    """A word of the glossary; `forms` are other spellings that lead to it, per language."""

    id: str
    word: Mapping[str, str]
    text: Mapping[str, str]


@cache
def chapters() -> dict[str, Chapter]:
    """All chapters in the order of reading (number in front of the file name)."""
    found = {}
    for path in sorted(content.path("guide", "chapters").glob("*.toml")):
        entry = toml.read(path)
        key = re.sub(r"^\d+-", "", path.stem)
        found[key] = Chapter(
            key,
            entry["title"],
            entry["lead"],
            entry["text"],
            tuple(entry.get("sources", ())),
            tuple(entry.get("measures", ())),
            tuple(entry.get("papers", ())),
        )
    return found


@cache
def glossary() -> dict[str, Term]:
    """All terms by id."""
    rows = toml.read(content.path("guide", "glossary.toml"))
    return {key: Term(key, entry["word"], entry["text"]) for key, entry in rows.items()}


@cache
def sources() -> dict[str, dict[str, Any]]:
    """Sources of the guide by id: `{title, url, seen?, found?}`; `seen` is the day on which somebody opened it."""
    return toml.read(content.path("guide", "sources.toml"))


@cache
def words() -> dict[str, Mapping[str, str]]:
    """Fixed words of pages and papers."""
    return toml.read(content.path("guide", "words.toml"))


_MARKS = re.compile(r"^@.*$|^#+ |^[-!>] |\[\[([^|\]]+\|)?|\]\]|\*\*|\[\?|\{[a-z_0-9]+\}", re.MULTILINE)


def bare(text: str) -> str:
    """A template without marks and directives, as a reader meets it; a live figure counts as one short word.

    >>> bare("## Title\\n\\nThe [[sink|sinks]] take **{sinks}** up.")
    'Title.\\n\\nThe sinks take 0 up.'
    """
    text = re.sub(r"^(#+ .*?[^.!?:\n])$", r"\1.", text, flags=re.MULTILINE)
    text = re.sub(r"\{[a-z_0-9]+\}", "0", text)
    text = re.sub(r"^([-] .*?[^.!?:\n])$", r"\1.", text, flags=re.MULTILINE)
    return _MARKS.sub("", text).strip()


def lix(text: str) -> float:
    """Readability after Björnsson: words per sentence + share of words of more than six letters in percent.

    Under 40 easy, 40–50 medium, over 60 hard. Source: C. H. Björnsson, Läsbarhet, 1968.

    >>> round(lix("Das ist kurz. Das auch."), 1)
    2.5
    """
    found = re.findall(r"[^\W\d_]+(?:[-–'][^\W\d_]+)*|\d[\d.,]*", text)
    sentences = max(1, len(re.findall(r"[.!?:](?=\s|$)", text)))
    if not found:
        return 0.0
    long = sum(1 for w in found if max(len(p) for p in re.split(r"[-–']", w)) > 6)
    return len(found) / sentences + 100 * long / len(found)


def count_words(text: str) -> int:
    """Number of words of a text as it is read."""
    return len(re.findall(r"[^\W_]+(?:[-–'][^\W_]+)*", bare(text)))
