"""Pieces that several chapters use."""

from __future__ import annotations

from typing import Any

from ..reader import Reader
from ..tree import Block, Box, Chart, Gap, Inline, Line, Para, Table

EVIDENCE = "ABC"


def gap_box(r: Reader, path: str, key: str = "common.gap_table") -> Box:
    """A visible mark that something is missing."""
    return Box("gap", r.say("common.gap_title"), [Para(r.say(key, path=path))])


def chart(r: Reader, key: str, svg: str, alt: Line, source: Line | None = None, **slots: Any) -> Chart:
    """A chart with the title and unit texts `<key>_title`, `<key>_unit`."""
    from ..tree import plain

    name = key.replace(".", "-")
    return Chart(name, r.say(f"{key}_title", **slots), r.say(f"{key}_unit", **slots), plain(alt), svg, source or [])


def table(r: Reader, caption: Line, head: list[Line], rows: list[list[Line]], align: str, **more: Any) -> Block:
    """A table, or a gap box if it has no rows."""
    if not rows:
        return gap_box(r, "".join(p for p in caption if isinstance(p, str)))
    return Table(caption, head, rows, align, **more)


def cell(piece: Inline) -> Line:
    """One cell of one piece."""
    return [piece]


def dash(piece: Inline) -> Line:
    """A cell that shows a gap as a short dash with its meaning kept for screen readers."""
    return [piece]


def target_text(r: Reader, key: str) -> Line:
    """A target in words: kind, value, per head or against a base year, marked if assumed."""
    base = f"roadmap.target.{key}.definition"
    definition = r.get(base, {})
    kind_id = f"common.kind_{definition.get('kind')}"
    kind = r.raw(kind_id) if r.has(kind_id) else str(definition.get("kind", r.raw("common.unknown")))
    unit = definition.get("unit", "t")
    if definition.get("value") is None:
        line = r.say("first.target_path", kind=kind)
    elif unit == "percent_vs_base":
        value = r.num(f"[{base}.value] / 100", "pct", sign=True)
        line = r.say("first.target_percent_vs_base", kind=kind, value=value, base=r.num(f"{base}.base_year", "year"))
    else:
        exact = r.num(f"{base}.value", "target_head" if unit == "t_per_head" else "t")
        line = r.say(f"first.target_{unit if unit == 't_per_head' else 't'}", kind=kind, value=exact)
    return line + (r.say("first.assumed") if definition.get("evidence") == "C" else [])


def hits(r: Reader, key: str, bare: bool = True) -> Inline:
    """Hits in 100 runs for a target."""
    path = f"roadmap.reliability.{key}"
    if r.value(f"[{path}]") is None:
        path = f"roadmap.target.{key}.reliability"
    return r.num(f"[{path}] * 100", "hits", bare=bare)


def yes_no(r: Reader, value: Any) -> Line:
    """Yes, no or a gap."""
    if value is None:
        return [Gap("", r.raw("common.gap"))]
    return r.say("common.yes" if value else "common.no")


def names(r: Reader, codes: list[str]) -> str:
    """Names of members joined by and."""
    listed = [r.name(a) for a in codes]
    if len(listed) < 2:
        return "".join(listed)
    return ", ".join(listed[:-1]) + r.raw("common.and") + listed[-1]


def rules(r: Reader, most: int = 3) -> list[str]:
    """The sharing rules to show, the default first, at most `most`."""
    wanted = [
        r.get("shares.default_rule"),
        "shapley_core",
        "shapley",
        "nucleolus",
        "owen",
        "proportional",
        "equal_gain",
        "tau",
    ]
    shown: list[str] = []
    if isinstance(r.get("shares.shapley_core"), dict) and most < len(wanted):
        wanted = [w for w in wanted if w != "shapley"]  # the same rule, moved into the corridor where it lies outside
    for rule in wanted:
        if rule and rule not in shown and isinstance(r.get(f"shares.{rule}"), dict):
            shown.append(rule)
    return shown[:most]


def rule_name(r: Reader, rule: str) -> str:
    """The reader's name of a rule."""
    return r.raw(f"common.rule_{rule}") if r.has(f"common.rule_{rule}") else rule


def joined_paths(prefix: str, positions: list[int], key: str) -> str:
    """`sum` over picked entries of a list: `sum([prefix.{1,4}.key])`."""
    return f"sum([{prefix}.{{{','.join(map(str, positions))}}}.{key}])"


def worst(grades: list[Any]) -> str:
    """The weakest of some evidence grades."""
    known = [g for g in grades if g in ("A", "B", "C")]
    return max(known) if known else "–"
