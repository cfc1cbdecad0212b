"""Findings about a partnership as lines of a document: challenges, recommendations, checklists, legal forms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from stadtland.guide.challenges import Challenge, challenges
from stadtland.guide.papers import papers

from .reader import fill
from .tree import Block, Bullets, Heading, Line, Link, Para, Strong

if TYPE_CHECKING:
    from .markup import Context


def challenge_line(c: Context, found: Challenge) -> Line:
    """The finding of a challenge with its numbers."""
    numbers = {name: c.r.num(formula, kind) for name, formula, kind in found.slots}
    return fill(found.finding, **numbers)


def challenge_rows(c: Context) -> list[Line]:
    """The challenges that show here, each with what helps."""
    listed = challenges(c.r.results, c.r.lang, c.extra.get("answers"), every=True)
    rows: list[Line] = []
    for found in listed:
        if found.shows:
            rows.append([Strong((found.title + ": ",)), *challenge_line(c, found), " ", found.help])
    return rows


def recommendation_lines(c: Context, role: str | None, most: int = 6) -> list[Line]:
    """The first recommendations that fire, for a role or for all, with their reason and their measures.

    A paper about one member takes the role of that member and what is about it alone before what is about all.
    """
    if c.ags is not None:
        role = "city" if any(m["ags"] == c.ags and m.get("role") == "city" for m in c.r.members) else "municipality"
    rows = [
        row for row in c.extra.get("recommendations", [])
        if row["state"] == "fires" and role in (None, row["role"]) and (c.ags is None or row["ags"] in (c.ags, "joint"))
    ]  # fmt: skip
    rows.sort(key=lambda row: row["ags"] == "joint")
    return [recommendation_line(c, row) for row in rows[:most]]


def recommendation_line(c: Context, row: Mapping[str, Any]) -> Line:
    """One recommendation in words."""
    lang = c.r.lang
    advice = str(row["advice"][lang]) if row.get("advice") else ""
    named = ", ".join(f"{m['title'][lang]} ({m['id']})" for m in row["measures"])
    line: Line = [Strong((advice,)), " ", row["reason"][lang]] if advice else [row["reason"][lang]]
    return [*line, f" {c.raw('measures_word')}: {named}."] if named else line


def item_line(c: Context, item: Any) -> Line:
    """A checklist item with its state and the number that answers it."""
    check = item.check
    state = Strong((c.raw(f"item_{item.state}") + ": ",))
    line: Line = [state, check.text[c.r.lang]]
    if check.found is not None and check.when is not None and item.state != "told":
        slots = check.when.get("slots", {})
        numbers = {name: c.r.num(pair[0], pair[1]) for name, pair in slots.items()}
        line += [" (", *fill(check.found[c.r.lang], **numbers), ")"]
    if item.note:
        line.append(f" ({item.note})")
    if check.paper and c.extra.get("pages"):
        place = "profiles.html" if papers()[check.paper].per_member else f"paper-{check.paper}.html"
        line += [" ", Link(c.raw("to_paper"), place)]
    return line


def legal_blocks(c: Context) -> list[Block]:
    """Forms of co-operation with reasons, the date, the sources and the sentence to check."""
    found = c.extra.get("legal")
    lang = c.r.lang
    if not found:
        return [Para(c.word("legal_gap"))]
    blocks: list[Block] = [Para([Strong((found["check"][lang],)), " ", found["authority"][lang]])]
    for form in found["forms"]:
        blocks.append(Heading([f"{form['title'][lang]} – {c.raw('legal_' + form['state'])}"], 3))
        blocks.append(Para([form["text"][lang], " ", form["approval"][lang]]))
        blocks.append(Bullets([[reason[lang]] for reason in form["reasons"]]))
    if any(form["state"] == "open" for form in found["forms"]):
        blocks.append(Para(c.word("legal_note"), "note"))
    links: Line = [f"{c.raw('as_of')} {found['date']}. "]
    for url in found["sources"]:
        links += [Link(url.split("/")[2], url), " "]
    blocks.append(Para(links, "note"))
    return blocks
