"""Assumptions that decide the result, data quality, checks, sources."""

from __future__ import annotations

from typing import Any

from ..reader import Reader
from ..tree import Block, Gap, Heading, Lamp, Line, Para, Section
from . import parts

MOST = 9
DOTS = {"green": "•••", "yellow": "••", "red": "•"}


def section(r: Reader) -> Section:
    """The chapter."""
    blocks: list[Block] = [
        Heading(r.say("basis.assumptions")),
        Para(r.say("basis.assumptions_text")),
        *_assumptions(r),
        Heading(r.say("basis.quality")),
        Para(r.say("basis.quality_text")),
        _quality(r),
        Heading(r.say("basis.checks")),
        Para(_checks(r)),
        Para(_settings(r)),
        Heading(r.say("basis.sources")),
        *[Para(line, "note") for line in _sources(r)],
    ]
    return Section("basis", r.say("basis.title"), blocks)


def _assumptions(r: Reader) -> list[Block]:
    listed: list[dict[str, Any]] = r.get("assumptions", [])
    if not listed:
        return [parts.gap_box(r, "assumptions")]
    order = sorted(range(len(listed)), key=lambda i: (-abs(listed[i].get("effect_on_gain_eur") or 0.0), i))
    tight = any(entry.get("relax_tenth_eur") is not None for entry in listed)
    rows: list[list[Line]] = []
    for i in order[:MOST]:
        base = f"assumptions.{i}"
        entry = listed[i]
        value: Line = [entry["value"]] if isinstance(entry.get("value"), str) else r.cell(f"{base}.value", "plain")
        title = r.pick(entry.get("title"), str(entry.get("id", "")).replace("_", " "))
        unit = r.pick(entry.get("unit_name") or entry.get("unit")).replace("_", " ")
        grade = str(entry.get("evidence") or "–")
        row: list[Line] = [
            [title],
            value,
            [unit],
            [grade],
            r.cell(f"{base}.effect_on_gain_eur", "eur", bare=False, sign=True),
        ]
        if tight:
            relaxed = entry.get("relax_tenth_eur") is not None
            row.append(r.cell(f"{base}.relax_tenth_eur", "eur", bare=False, sign=True) if relaxed else ["–"])
        rows.append(row)
    head = [r.say(f"basis.col_{c}") for c in ("assumption", "value", "unit", "evidence", "effect")]
    widths = [2.6, 0.9, 1.0, 0.7, 1.3]
    if tight:
        head, widths = [*head, r.say("basis.col_relax")], [*widths, 1.5]
    align = "lrllrr" if tight else "lrllr"
    blocks: list[Block] = [parts.table(r, r.say("basis.assumptions_caption"), head, rows, align, widths=widths)]
    if tight:
        blocks.append(Para(r.say("basis.relax"), "note"))
    if order[MOST:]:
        rest = ",".join(map(str, order[MOST:]))
        blocks.append(
            Para(r.say("basis.assumptions_more", n=r.num(f"count([assumptions.{{{rest}}}.id])", "count")), "note")
        )
    return blocks


def light(value: float | None) -> str | None:
    """Traffic light of a data quality from 0 to 1: green from 0.65, yellow from 0.4 (own convention)."""
    if value is None:
        return None
    return "green" if value >= 0.65 else "yellow" if value >= 0.4 else "red"


def _quality(r: Reader) -> Block:
    rows: list[list[Line]] = []
    for name, base in [
        *((r.name(m["ags"]), f"inventory.members.{m['ags']}") for m in r.members),
        (r.raw("common.joint"), "inventory.joint"),
    ]:
        colour = light(r.value(f"[{base}.data_quality]"))
        lamp: Line = (
            [Lamp(f"lamp_{colour}", DOTS[colour]), " ", *r.say(f"basis.light_{colour}")]
            if colour
            else [Gap(base, r.raw("common.gap"))]
        )
        rows.append(
            [[name], lamp, [r.num(f"{base}.data_quality", "quality")], [r.num(f"{base}.data_quality_ext", "quality")]]
        )
    head = [r.say("common.member"), *(r.say(f"basis.col_{c}") for c in ("light", "quality", "quality_ext"))]
    return parts.table(r, r.say("basis.quality_caption"), head, rows, "llrr", widths=[1.6, 1, 1, 1.4])


def _checks(r: Reader) -> Line:
    listed: list[dict[str, Any]] = r.get("roadmap.checks", [])
    passed = ",".join(str(i) for i, c in enumerate(listed) if c.get("passed"))
    failed = [str(c.get("name")) for c in listed if not c.get("passed")]
    ok = r.num(f"count([roadmap.checks.{{{passed}}}.name])", "count") if passed else "0"
    line = r.say("basis.checks_text", passed=ok, all=r.num("count([roadmap.checks.*.name])", "count"))
    return line + ([" ", *r.say("common.checks_failed", names=", ".join(failed))] if failed else [])


def _settings(r: Reader) -> Line:
    return r.say(
        "basis.settings_text",
        rate=r.num("settings.discount_rate", "pct"),
        price_year=r.num("settings.price_year", "year"),
        low=r.num("settings.backstop_eur_per_t.0", "eur_t"),
        high=r.num("settings.backstop_eur_per_t.-1", "eur_t"),
        method=str(r.get("method_version", r.raw("common.gap"))),
    )


def _sources(r: Reader) -> list[Line]:
    data = [str(d.get("name")) for d in r.get("data", [])]
    shown: Line = [", ".join(data)] if data else [r.raw("common.gap")]
    if len(data) > 12:
        shown = r.say("basis.many_files", n=r.num("count([data.*.name])", "count"))
    named: list[str] = []
    for ags in [m["ags"] for m in r.members]:
        found = [p.get("source") for p in r.get(f"inventory.members.{ags}.published", [])]
        found += [p.get("source") for p in r.get(f"profile.{ags}", [])]
        found.append(r.get(f"roadmap.target.{ags}.definition.source"))
        named += [r.pick(s).split(", http")[0].split(": http")[0] for s in found if s]
    lines = [r.say("basis.sources_text", list=shown)]
    if named:
        lines.append(r.say("basis.sources_named", list="; ".join(dict.fromkeys(named))))
    return [*lines, r.say("basis.guide_sources"), r.say("basis.font")]
