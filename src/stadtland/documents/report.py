"""The document tree of the report, composed from results.json."""

from __future__ import annotations

from typing import Any

from stadtland.base import canonical, locale
from stadtland.base.errors import InputError

from .chapters import actions, basis, differences, exchange, first, ground, newcomers, place, status, together, way
from .reader import Reader, clean
from .tree import Document, Section, plain

SCHEMA = "stadtland/results/1"
LABELS = (
    "skip",
    "contents",
    "page",
    "of",
    "source",
    "unit",
    "alt",
    "flag_mark",
    "flag_note",
    "flag_word",
    "gap",
    "report_kind",
)


def compose(results: dict[str, Any], lang: str) -> Document:
    """The report as a tree; InputError if the language or the schema is not known."""
    if lang not in locale.LANGUAGES:
        raise InputError("language", f"the language {lang!r} is not available", "--lang", "use de or en")
    if results.get("schema") != SCHEMA:
        raise InputError(
            "results-schema",
            f"the results are of schema {results.get('schema')!r}, not {SCHEMA}",
            "results.json",
            "compute them again with `stadtland plan`",
        )
    results = clean(results)
    r = Reader(results, lang)
    sections: list[Section] = [
        first.section(r),
        newcomers.section(r),
        newcomers.hurdles(r),
        status.section(r),
        differences.section(r),
        exchange.section(r),
        way.section(r),
        actions.section(r),
        ground.section(r),
        together.section(r),
        *(place.section(r, m["ags"]) for m in r.members),
        basis.section(r),
    ]
    digest = canonical.digest({k: v for k, v in results.items() if k != "run"})[:12]
    footer = plain(r.say("common.footer", method=str(r.get("method_version", "–")), digest=digest))
    labels = {key: r.raw(f"common.{key}") for key in LABELS}
    name = str(r.get("partnership.name", r.raw("common.gap")))
    return Document(
        lang, f"{r.raw('common.report_title')}: {name}", r.raw("common.report_kind"), labels, sections, footer
    )
