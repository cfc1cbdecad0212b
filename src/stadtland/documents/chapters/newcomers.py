"""The two pages for newcomers: idea, why, give and take, examples, known challenges."""

from __future__ import annotations

from stadtland.guide import challenges

from ..reader import Reader, fill
from ..tree import Block, Box, Bullets, Heading, Line, Pair, Para, Section, Strong, Table


def section(r: Reader) -> Section:
    """The first page: what it is and why."""

    def points(stem: str, count: int) -> Bullets:
        return Bullets([r.say(f"newcomers.{stem}_{i}") for i in range(1, count + 1)])

    give = Table(
        r.say("newcomers.bring_caption"),
        [r.say("newcomers.col_side"), r.say("newcomers.col_brings"), r.say("newcomers.col_needs")],
        [
            [r.say(f"common.{s}"), r.say(f"newcomers.{s}_brings"), r.say(f"newcomers.{s}_needs")]
            for s in ("city", "rural")
        ],
        "lll",
        widths=[0.5, 2, 2],
    )
    blocks: list[Block] = [
        Para(r.say("newcomers.lead"), "lead"),
        Pair(
            [Heading(r.say("newcomers.idea")), points("idea", 3), Para(r.say("newcomers.idea_source"), "note")],
            [Heading(r.say("newcomers.why")), points("why", 4)],
        ),
        Heading(r.say("newcomers.bring")),
        give,
        Pair(
            [Heading(r.say("newcomers.benefit")), points("benefit", 4)],
            [Heading(r.say("newcomers.practice")), points("practice", 4)],
        ),
        Box("info", r.say("newcomers.box_title"), [Para(r.say("newcomers.box"))]),
    ]
    return Section("newcomers", r.say("newcomers.title"), blocks)


def hurdles(r: Reader) -> Section:
    """The second page: known challenges and which of them show."""
    rows: list[list[Line]] = []
    for found in challenges(r.results, r.lang):
        word = {True: "yes", False: "no", None: "unknown"}[found.shows]
        numbers = {name: r.num(formula, kind) for name, formula, kind in found.slots}
        finding: Line = fill(found.finding, **numbers)
        rows.append(
            [
                [Strong((found.title + ".",)), " ", found.text],
                r.say(f"newcomers.shows_{word}") + finding,
                [found.help],
                [found.source],
            ]
        )
    head = [
        r.say("newcomers.col_challenge"),
        r.say("newcomers.col_shows"),
        r.say("newcomers.col_help"),
        r.say("common.source"),
    ]
    table = Table(r.say("newcomers.challenges_caption"), head, rows, "llll", widths=[1.5, 1.9, 1.5, 1.1])
    blocks: list[Block] = [Para(r.say("newcomers.challenges_text")), table, Heading(r.say("words.title")), _words(r)]
    return Section("challenges", r.say("newcomers.challenges"), blocks)


WORDS = ("gross", "sink", "account", "bisko", "missed", "present", "corridor", "runs", "evidence", "quality")


def _words(r: Reader) -> Table:
    """The words of the report, each in one sentence."""
    rows: list[list[Line]] = [[r.say(f"words.{w}_word"), r.say(f"words.{w}")] for w in WORDS]
    head = [r.say("words.col_word"), r.say("words.col_meaning")]
    return Table(r.say("words.caption"), head, rows, "ll", widths=[1, 4])
