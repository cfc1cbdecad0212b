"""Report on the goals of the 2030 Agenda: indicators of state and plan; a goal without a number is named, not shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from stadtland.guide import sdg

from . import papers
from .tree import Block, Bullets, Document, Heading, Line, Para, Section, Table

if TYPE_CHECKING:
    from .markup import Context


def blocks(c: Context, sdgs_of: Mapping[str, tuple[int, ...]]) -> list[Block]:
    """The goals with their indicators, then the goals without a number."""
    lang = c.r.lang
    found: list[Block] = [Para(c.word("sdg_lead"))]
    without: list[Line] = []
    for goal in sdg.goals(c.r.results, sdgs_of):
        title = c.word("sdg_goal", number=str(goal.number), title=goal.title[lang])
        if not goal.has_number:
            names = ", ".join(i.label[lang] for i in goal.missing)
            without.append([*title, " – ", *c.word("sdg_missing", list=names)])
            continue
        rows: list[list[Line]] = [
            [[i.label[lang]], c.word(f"sdg_{i.role}"), [c.r.num(i.formula, i.kind)]] for i in goal.shown
        ]
        if goal.measures:
            path = f"count([roadmap.measures.{{{','.join(map(str, goal.measures))}}}.id])"
            rows.append([c.word("sdg_measures_row"), c.word("sdg_plan"), [c.r.num(path, "count")]])
        head = [c.word(f"sdg_col_{k}") for k in ("indicator", "kind", "value")]
        found.append(Heading(title))
        found.append(Table(c.word("sdg_caption", number=str(goal.number)), head, rows, "llr", [3, 1, 1]))
        if goal.missing:
            names = ", ".join(i.label[lang] for i in goal.missing)
            found.append(Para(c.word("sdg_missing", list=names), "note"))
    if without:
        found += [Heading(c.word("sdg_without")), Bullets(without)]
    return found


def compose(c: Context, sdgs_of: Mapping[str, tuple[int, ...]]) -> Document:
    """The report as a document."""
    footer = "".join(str(p) for p in c.word("footer", results=c.words["results_hash"], today=c.words["today"]))
    title = c.raw("sdg_title")
    section = Section("sdg", [title], blocks(c, sdgs_of), fit=False)
    return Document(c.r.lang, f"{title}: {c.words['name']}", c.raw("plain_mark"), papers.labels(c.r), [section], footer)
