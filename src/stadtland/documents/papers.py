"""Papers as document trees: a kind of `guide.papers` filled from a partnership, marked as a draft, numbers traced."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from stadtland.base import canonical
from stadtland.guide import chapters
from stadtland.guide.papers import Paper

from . import markup
from .reader import Reader
from .tree import Block, Box, Document, Heading, Line, Para, Section

LABELS = (
    "skip", "contents", "page", "of", "source", "unit", "alt", "flag_mark", "flag_note", "flag_word", "gap",
    "report_kind",
)  # fmt: skip


def digest(results: Mapping[str, Any]) -> str:
    """Name of the results: first twelve digits of their SHA-256 without `run` and `guide`."""
    known = results.get("guide", {}).get("digest")  # computed once for all papers of a run
    return (
        str(known) if known else canonical.digest({k: v for k, v in results.items() if k not in ("run", "guide")})[:12]
    )


def words(r: Reader, ags: str | None, today: str) -> dict[str, str]:
    """Words that every text may use."""
    from .chapters.parts import names

    cities = [m["ags"] for m in r.members if m.get("role") == "city"]
    rural = [m["ags"] for m in r.members if m.get("role") == "rural"]
    gap = r.raw("common.gap")
    return {
        "name": str(r.get("partnership.name", gap)),
        "members": names(r, [m["ags"] for m in r.members]) or gap,
        "city": names(r, cities) or gap,
        "rural": names(r, rural) or gap,
        "member": r.name(ags) if ags else names(r, [m["ags"] for m in r.members]) or gap,
        "other": names(r, [m["ags"] for m in r.members if m["ags"] != ags]) or gap,
        "today": today,
        "results_hash": digest(r.results),
        "method": str(r.get("method_version", gap)),
        "horizon": str(r.get("settings.horizon", gap)),
        "price_year": str(r.get("settings.price_year", gap)),
    }


def date_of(day: str, lang: str) -> str:
    """A day as people write it.

    >>> date_of("2026-11-24", "de"), date_of("2026-11-24", "en")
    ('24. November 2026', '24 November 2026')
    """
    from datetime import date

    from babel.dates import format_date

    return str(format_date(date.fromisoformat(day), "d. MMMM y" if lang == "de" else "d MMMM y", locale=lang))


def context(
    results: Mapping[str, Any], lang: str, today: str, ags: str | None = None, extra: Mapping[str, Any] | None = None
) -> markup.Context:
    """The context of a text about these results."""
    r = Reader(dict(results), lang)
    return markup.Context(r, ags, words(r, ags, date_of(today, lang)), None, extra or {})


def compose(
    paper: Paper, c: markup.Context, changed: list[Line] | None = None, notes: list[Line] | None = None
) -> Document:
    """A paper as a tree.

    changed: lines on numbers that differ from the version before, shown on top; notes: what is missing altogether.
    Errors: InputError `paper-insert`, `glossary-unknown` for a broken own template.
    """
    lang = c.r.lang
    blocks: list[Block] = []
    if paper.draft:
        blocks.append(Box("warn", c.word("draft_title"), [Para(c.word("draft_text"))]))
    for line in notes or []:
        blocks.append(Box("gap", c.word("gap_title"), [Para(line)]))
    if changed:
        from .tree import Bullets

        blocks.append(Box("warn", c.word("changed_title"), [Bullets(changed)]))
    blocks += markup.blocks(paper.text[lang], c)
    if not paper.one_page:
        blocks += [Heading(c.word("origin_title")), Para(_origin(c), "note")]
    title = paper.title[lang]
    name = c.words["member"] if c.ags else c.words["name"]
    section = Section(paper.id, [title], blocks, fit=paper.one_page)
    footer = "".join(str(p) for p in c.word("footer", results=c.words["results_hash"], today=c.words["today"]))
    subtitle = c.raw("draft_mark") if paper.draft else c.raw("plain_mark")
    return Document(lang, f"{title}: {name}", subtitle, labels(c.r), [section], footer)


def _origin(c: markup.Context) -> Line:
    """Where the numbers come from."""
    year = c.r.num("inventory.year", "year")
    w = c.words
    return c.word("origin_text", results=w["results_hash"], method=w["method"], year=year, today=w["today"])


def labels(r: Reader) -> dict[str, str]:
    """Fixed words of the writers."""
    return {key: r.raw(f"common.{key}") for key in LABELS}


def missing(c: markup.Context) -> list[Line]:
    """What a partnership lacks altogether, in clear words: no plan, one member."""
    found: list[Line] = []
    if c.r.get("roadmap") is None:
        reason = c.r.get("guide.plan_missing")
        found.append([*c.word("no_plan"), *([f" ({reason})"] if reason else [])])
    if len(c.r.members) == 1:
        found.append(c.word("one_member", name=c.r.name(c.r.members[0]["ags"])))
    return found


def file_stem(paper: str, ags: str | None, lang: str) -> str:
    """Name of the file of a paper without its ending; an own kind keeps letters and digits of its name only."""
    safe = re.sub(r"[^A-Za-z0-9_-]+", "-", paper)
    return f"{safe}-{ags}-{lang}" if ags else f"{safe}-{lang}"


def glossary_terms() -> list[tuple[str, Any]]:
    """Terms in the order of their id."""
    return sorted(chapters.glossary().items())
