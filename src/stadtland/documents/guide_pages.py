"""Pages of the guide in one language, composed from content and the reader's own results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from stadtland.base import toml
from stadtland.guide import chapters, examples
from stadtland.guide import papers as kinds
from stadtland.guide.challenges import challenges

from . import findings, inserts, markup, papers, record, sdg_report
from .chapters import parts
from .site import Page
from .tree import Blank, Block, Box, Bullets, Document, Heading, Inline, Line, Link, Para, Strong

__all__ = ["pages"]


def pages(
    c: markup.Context, sdgs_of: Mapping[str, tuple[int, ...]], members: Sequence[str], composed: Mapping[str, Document]
) -> list[Page]:
    """All pages. composed: trees of the papers by file stem, so that a paper and its page never differ."""
    c.glossary = "glossary.html"
    made = [
        index(c), process(c), *gates(c), chapter_list(c), *chapter_pages(c), challenge_page(c), recommendation_page(c),
        example_page(c), paper_list(c, composed), *paper_pages(c, composed), profile_list(c, members),
        sdg_page(c, sdgs_of), glossary_page(c), easy_page(c), source_page(c),
    ]  # fmt: skip
    return made


def _fresh(c: markup.Context) -> markup.Context:
    """A context for the next page: glossary words are linked again."""
    c.linked = set()
    return c


def index(c: markup.Context) -> Page:
    """Start: where the partnership stands and where to go."""
    r = c.r
    states = c.extra["states"]
    ahead = next((s for s in states if s.state != "passed"), None)
    if ahead is None:
        next_line: Line = c.word("index_all_passed")
    else:
        text = c.word(
            "index_next_gate", number=str(ahead.gate.number), title=ahead.gate.title[r.lang], done=str(ahead.done),
            all=str(len(ahead.items)),
        )  # fmt: skip
        next_line = [*text, " ", Link(c.raw("gate_checks"), f"gate-{ahead.gate.number}.html")]
    ways: list[Line] = [
        [Link(c.raw("way_mayor"), "profiles.html")],
        [Link(c.raw("way_manager"), "process.html")],
        [Link(c.raw("way_farm"), "paper-land_contract.html")],
        [Link(c.raw("way_company"), "paper-press_text.html")],
        [Link(c.raw("way_citizen"), "easy.html")],
        [Link(c.raw("way_region"), "recommendations.html")],
    ]
    blocks: list[Block] = [Para(c.word("index_lead", members=c.words["members"]), "lead")]
    blocks += [Box("gap", c.word("gap_title"), [Para(line)]) for line in papers.missing(c)]
    blocks += [
        Heading(c.word("index_where")),
        *inserts.tiles(c, ["population", "gross", "gross_head", "missed", "gain_net", "quality"]),
    ]
    blocks += [*inserts.process(c), Heading(c.word("index_next")), Para(next_line)]
    blocks += [Heading(c.word("index_ways")), Bullets(ways), Para(c.word("guide_note"), "note")]
    title = "".join(map(str, c.word("title_index", name=c.words["name"])))
    return Page("index", title, blocks, "index")


def process(c: markup.Context) -> Page:
    """The eight gates at a glance."""
    blocks: list[Block] = [*inserts.process(c), *inserts.gate_list(c, [])]
    items: list[Line] = [
        [
            Link(f"{s.gate.number} {s.gate.title[c.r.lang]}", f"gate-{s.gate.number}.html"),
            f": {s.gate.purpose[c.r.lang]}",
        ]
        for s in c.extra["states"]
    ]
    return Page("process", c.raw("nav_process"), [*blocks, Bullets(items)], "process")


def gates(c: markup.Context) -> list[Page]:
    """One page for each gate."""
    lang, made = c.r.lang, []
    states = c.extra["states"]
    for i, s in enumerate(states):
        g = s.gate
        blocks: list[Block] = [Para([g.purpose[lang]], "lead")]
        if s.passed:
            told = c.word("gate_passed", date=str(s.passed["date"]), reason=str(s.passed["reason"]))
            if s.passed.get("open"):
                told = [*told, " ", *c.word("gate_open_at", items=", ".join(s.passed["open"]))]
            blocks.append(Box("info", c.word("state_passed"), [Para(told)]))
        blocks += [Heading(c.word("gate_who")), Para([g.who[lang]]), Heading(c.word("gate_time")), Para([g.time[lang]])]
        blocks += [Heading(c.word("gate_results")), Bullets([[x] for x in g.results[lang]])]
        blocks += [Heading(c.word("gate_checks")), Para(c.word("gate_checks_note"), "note")]
        blocks.append(Bullets([findings.item_line(c, item) for item in s.items]))
        blocks += [Heading(c.word("gate_traps")), Bullets([[x] for x in g.traps[lang]])]
        blocks += [Heading(c.word("gate_papers")), Bullets([_paper_link(c, p) for p in g.papers])]
        blocks += [Heading(c.word("gate_next")), Para([g.next[lang]]), *_sources(c, g.sources)]
        around = [(f"gate-{x.gate.number}", x.gate.title[lang]) for x in states]
        made.append(Page(
            f"gate-{g.number}", f"{g.number} {g.title[lang]}", blocks, "process", around[i - 1] if i else None,
            around[i + 1] if i + 1 < len(around) else None,
        ))  # fmt: skip
    return made


def _paper_link(c: markup.Context, kind: str) -> Line:
    if kind == "slides":
        return [Link(c.raw("slides_title"), "paper-slides.html"), f": {c.raw('slides_purpose')}"]
    paper = kinds.papers()[kind]
    place = "profiles.html" if paper.per_member else f"paper-{kind}.html"
    return [Link(paper.title[c.r.lang], place), f": {paper.purpose[c.r.lang]}"]


def _sources(c: markup.Context, ids: Sequence[str]) -> list[Block]:
    if not ids:
        return []
    items: list[Line] = []
    for key in ids:
        s = chapters.sources()[key]
        items.append([Link(s["title"], s["url"], lang=german(c)), f" ({c.raw('as_of')} {s['date']})"])
    return [Heading(c.word("chapter_sources")), Bullets(items)]


def german(c: markup.Context) -> str:
    """Titles of sources are German; on an English page they say so to screen readers."""
    return "de" if c.r.lang != "de" else ""


def chapter_list(c: markup.Context) -> Page:
    """All chapters."""
    items: list[Line] = [
        [Link(ch.title[c.r.lang], f"chapter-{ch.id}.html"), f": {ch.lead[c.r.lang]}"]
        for ch in chapters.chapters().values()
    ]
    more: list[Line] = [
        [Link(c.raw("title_easy"), "easy.html")],
        [Link(c.raw("title_legal"), "paper-legal_form.html")],
        [Link(c.raw("title_sources"), "sources.html")],
    ]
    return Page(
        "chapters", c.raw("nav_chapters"), [Para(c.word("chapters_lead")), Bullets(items), Bullets(more)], "chapters"
    )


def chapter_pages(c: markup.Context) -> list[Page]:
    """One page for each chapter."""
    lang, made = c.r.lang, []
    listed = list(chapters.chapters().values())
    around = [(f"chapter-{ch.id}", ch.title[lang]) for ch in listed]
    for i, ch in enumerate(listed):
        _fresh(c)
        blocks: list[Block] = [Para([ch.lead[lang]], "lead"), *markup.blocks(ch.text[lang], c)]
        if ch.measures:
            blocks += [Heading(c.word("chapter_measures")), Bullets([_measure(c, m) for m in ch.measures])]
        if ch.papers:
            blocks += [Heading(c.word("chapter_papers")), Bullets([_paper_link(c, p) for p in ch.papers])]
        blocks += _sources(c, ch.sources)
        made.append(Page(
            f"chapter-{ch.id}", ch.title[lang], blocks, "chapters", around[i - 1] if i else None,
            around[i + 1] if i + 1 < len(around) else None,
        ))  # fmt: skip
    return made


def _measure(c: markup.Context, ident: str) -> Line:
    from stadtland.toolbox import get

    return [f"{ident} {getattr(get(ident).title, c.r.lang)}"]


def challenge_page(c: markup.Context) -> Page:
    """Every known challenge with its answer here."""
    blocks: list[Block] = [Para(c.word("challenges_lead"))]
    listed = challenges(c.r.results, c.r.lang, c.extra.get("answers"), every=True)
    order = {True: 0, None: 1, False: 2}
    words = {True: "challenge_yes", None: "challenge_unknown", False: "challenge_no"}
    for f in sorted(listed, key=lambda f: order[f.shows]):
        blocks.append(Heading([f"{f.title} – {c.raw(words[f.shows])}"]))
        blocks.append(Para([f.text, " ", *findings.challenge_line(c, f)]))
        items: list[Line] = [
            [Strong((c.raw("challenge_help") + ": ",)), f.help],
            [Strong((c.raw("challenge_who") + ": ",)), f.who],
            [Strong((c.raw("measures_word") + ": ",)), *_joined([_measure(c, m) for m in f.measures])],
            [Strong((c.raw("examples_word") + ": ",)), *_joined([_example_link(c, e) for e in f.examples])],
        ]
        blocks += [Bullets(items), Para([f"{c.r.raw('common.source')}: {f.source}"], "note")]
    asked: list[Line] = []
    for f in listed:
        if f.question:
            told = c.extra.get("answers", {}).get(f.id)
            state = c.word(f"question_{told}") if told else c.word("question_open", id=f.id)
            asked.append([f.question, " (", *state, ")"])
    return Page(
        "challenges", c.raw("nav_challenges"), [*blocks, Heading(c.word("title_answers")), Bullets(asked)], "challenges"
    )


def _joined(lines: Sequence[Line]) -> Line:
    found: list[Inline] = []
    for i, line in enumerate(lines):
        found += [", ", *line] if i else line
    return found


def _example_link(c: markup.Context, key: str) -> Line:
    return [Link(examples.examples()[key].title[c.r.lang], f"examples.html#{key}")]


def recommendation_page(c: markup.Context) -> Page:
    """All recommendations by role, with rule, data, level and effort."""
    blocks: list[Block] = [Para(c.word("recommendations_lead"))]
    rows = c.extra.get("recommendations", [])
    for role in dict.fromkeys(row["role"] for row in rows):
        mine = [row for row in rows if row["role"] == role]
        fired = [row for row in mine if row["state"] == "fires"]
        blocks.append(Heading(c.word(f"role_{role}"), anchor=f"role-{role}"))
        items: list[Line] = []
        for row in fired:
            marks = f" ({c.raw('level_' + row['level'])}, {c.raw('effort_' + row['effort'])}; {_data(c, row)})"
            place = f"{c.r.name(row['ags'])}: "
            items.append([Strong((place,)), *findings.recommendation_line(c, row), marks])
        blocks.append(Bullets(items) if items else Para(c.word("recommendations_none")))
        for state, word in (("held_back", "recommendations_held"), ("unknown", "recommendations_unknown")):
            left = sorted({row["rule"] for row in mine if row["state"] == state})
            if left:
                blocks.append(Para(c.word(word, rules=", ".join(left)), "note"))
    return Page("recommendations", c.raw("nav_recommendations"), blocks, "recommendations")


def _data(c: markup.Context, row: Mapping[str, Any]) -> str:
    named = "; ".join(" / ".join(d["names"]) + f" ({d['data_quality']})" for d in row["data"])
    return f"{c.raw('rule_word')} {row['rule']}: {named}"


def example_page(c: markup.Context) -> Page:
    """All examples; lists by theme, size and role lead to them; first those similar to this partnership."""
    lang = c.r.lang
    everything = examples.examples()
    blocks: list[Block] = [Para(c.word("examples_lead", count=str(len(everything))))]
    alike: list[Line] = []
    for e, why in examples.similar(c.r.results):
        reasons = []
        if why["pair"]:
            reasons.append(c.raw("why_pair"))
        if why["sizes"]:
            named = ", ".join(c.raw(f"size_{s}") for s in why["sizes"])
            reasons.append("".join(map(str, c.word("why_sizes", list=named))))
        if why["measures"]:
            reasons.append("".join(map(str, c.word("why_measures", list=", ".join(why["measures"])))))
        alike.append([*_example_link(c, e.id), ": ", "; ".join(reasons)])
    if alike:
        blocks += [Heading(c.word("examples_similar")), Bullets(alike)]
    for field, allowed, word in (
        ("themes", examples.THEMES, "theme"), ("sizes", examples.SIZES, "size"), ("roles", examples.ROLES, "who"),
    ):  # fmt: skip
        head = {"themes": "examples_by_theme", "sizes": "examples_by_size", "roles": "examples_by_role"}[field]
        items: list[Line] = []
        for value in allowed:
            chosen = [e for e in everything.values() if value in getattr(e, field)]
            links = _joined([_example_link(c, e.id) for e in chosen])
            items.append([Strong((c.raw(f"{word}_{value}") + ": ",)), *links])
        blocks += [Heading(c.word(head)), Bullets(items)]
    blocks.append(Heading(c.word("examples_all")))
    for e in everything.values():
        blocks += [Heading([f"{e.number} {e.title[lang]}"], 3, e.id), Bullets(_fields(c, e))]
    return Page("examples", c.raw("nav_examples"), blocks, "examples")


def _fields(c: markup.Context, e: examples.Example) -> list[Line]:
    lang = c.r.lang
    empty = Blank(c.raw("empty_field"))

    def row(word: str, value: Mapping[str, str] | None) -> Line:
        shown: Inline = value[lang] if value else empty
        return [Strong((c.raw(f"field_{word}") + ": ",)), shown]

    urls: Line = []
    for url in e.urls:
        urls += [Link(url.split("/")[2], url), " "]
    return [
        row("place", e.place), row("what", e.what), row("figures", e.figures), row("pays", e.pays),
        row("lesson", e.lesson),
        [Strong((c.raw("field_measures") + ": ",)), *_joined([_measure(c, m) for m in e.measures])],
        [Strong((c.raw("field_themes") + ": ",)), ", ".join(c.raw(f"theme_{t}") for t in e.themes)],
        [Strong((c.raw("field_source") + ": ",)), *urls, f"({c.raw('seen_word')} {e.seen})"],
    ]  # fmt: skip


def paper_list(c: markup.Context, composed: Mapping[str, Document]) -> Page:
    """All papers by group."""
    lang = c.r.lang
    blocks: list[Block] = [Para(c.word("papers_lead"))]
    for group in kinds.GROUPS:
        rows: list[list[Line]] = []
        for paper in kinds.papers().values():
            if paper.group != group:
                continue
            stem = next((s for s in composed if s.startswith(paper.id + "-")), None)
            count = record.blanks(composed[stem]) if stem else 0
            place = "profiles.html" if paper.per_member else f"paper-{paper.id}.html"
            rows.append([[Link(paper.title[lang], place)], [paper.purpose[lang]], [str(count)]])
        if group == "show":
            rows.append([[Link(c.raw("slides_title"), "paper-slides.html")], c.word("slides_purpose"), ["–"]])
            rows.append([[Link(c.raw("sdg_title"), "sdg.html")], c.word("sdg_purpose"), ["–"]])
        head = [c.word("papers_col_paper"), c.word("papers_col_for"), c.word("papers_col_blanks")]
        name = c.raw(f"group_{group}")
        blocks += [
            Heading([name]),
            parts.table(c.r, c.word("papers_caption", group=name), head, rows, "llr", widths=[1.4, 3, 0.7]),
        ]
    return Page("papers", c.raw("nav_papers"), blocks, "papers")


def paper_pages(c: markup.Context, composed: Mapping[str, Document]) -> list[Page]:
    """One page for each paper, the same tree as its file."""
    made = []
    for stem, document in composed.items():
        kind = stem.removesuffix(f"-{c.r.lang}")
        nav = "profiles" if kind.split("-")[-1].isdigit() or kind == "joint_profile" else "papers"
        blocks: list[Block] = []
        for section in document.sections:
            if len(document.sections) > 1:
                blocks.append(Heading(section.title))
            blocks += section.blocks
        suffix = "pptx" if kind == "slides" else "docx"
        downloads = ((f"{stem}.{suffix}", suffix.upper()),)
        made.append(Page(f"paper-{kind}", document.title, blocks, nav, downloads=downloads))
    return made


def profile_list(c: markup.Context, members: Sequence[str]) -> Page:
    """Papers about single places."""
    blocks: list[Block] = [Para(c.word("profiles_lead"))]
    joint = kinds.papers()["joint_profile"]
    blocks.append(Bullets([[Link(joint.title[c.r.lang], "paper-joint_profile.html")]]))
    for ags in members:
        items: list[Line] = [
            [Link(p.title[c.r.lang], f"paper-{p.id}-{ags}.html"), f": {p.purpose[c.r.lang]}"]
            for p in kinds.papers().values() if p.per_member
        ]  # fmt: skip
        blocks += [Heading([c.r.name(ags)]), Bullets(items)]
    return Page("profiles", c.raw("nav_profiles"), blocks, "profiles")


def sdg_page(c: markup.Context, sdgs_of: Mapping[str, tuple[int, ...]]) -> Page:
    """Contribution to the global goals."""
    return Page("sdg", c.raw("sdg_title"), sdg_report.blocks(c, sdgs_of), "sdg")


def glossary_page(c: markup.Context) -> Page:
    """All terms, in alphabetical order of the language."""
    lang = c.r.lang
    listed = sorted(chapters.glossary().values(), key=lambda t: _sortable(t.word[lang]))
    blocks: list[Block] = [Para(c.word("glossary_lead", count=str(len(listed))))]
    for term in listed:
        blocks += [Heading([term.word[lang]], 2, term.id), Para([term.text[lang]])]
    return Page("glossary", c.raw("nav_glossary"), blocks, "glossary")


def _sortable(word: str) -> str:
    lowered = word.lower()
    for a, b in (("ä", "a"), ("ö", "o"), ("ü", "u"), ("ß", "ss")):
        lowered = lowered.replace(a, b)
    return lowered


def easy_page(c: markup.Context) -> Page:
    """The short version in easy language, marked as not yet tested; every sentence stands on its own line."""
    from stadtland.base import content

    _fresh(c)
    c.glossary = None
    text = toml.read(content.path("guide", "easy.toml"))["text"][c.r.lang]
    found: list[Block] = [Box("warn", [c.raw("draft_mark")], [Para(c.word("easy_note"))])]
    for line in text.strip().split("\n"):
        if line.strip():
            found += markup.blocks(line, c)
    c.glossary = "glossary.html"
    return Page("easy", c.raw("title_easy"), found, "chapters")


def source_page(c: markup.Context) -> Page:
    """All sources, with what was looked up and what was found."""
    blocks: list[Block] = [Para(c.word("sources_lead"))]
    items: list[Line] = []
    for s in chapters.sources().values():
        state = c.word("source_not_opened")
        if "seen" in s:
            state = c.word("source_opened", date=s["seen"], found=s["found"][c.r.lang])
        items.append([Link(s["title"], s["url"], lang=german(c)), f" ({c.raw('as_of')} {s['date']}): ", *state])
    return Page("sources", c.raw("title_sources"), [*blocks, Bullets(items)], "chapters")
