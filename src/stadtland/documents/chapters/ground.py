"""Land check in one sentence and by class; adaptation by hazard."""

from __future__ import annotations

from typing import Any

from .. import charts
from ..reader import Reader, join
from ..tree import Block, Gap, Heading, Line, Num, Para, Section
from . import parts

CLASSES = ("arable", "grassland", "forest", "wetland", "settlement", "water", "roof", "other")


def section(r: Reader) -> Section:
    """The chapter."""
    base = "roadmap.land_check"
    sentence = r.say(
        "land.check_sentence",
        needed=r.num(f"{base}.needed_ha", "ha"),
        available=r.num(f"{base}.available_ha", "ha"),
        share=r.num(f"{base}.share_of_arable", "pct"),
    )
    removed = r.last("roadmap.removals_t")
    scale = r.say(
        "land.scale_text",
        year=r.num("roadmap.years.-1", "year"),
        removals=r.num(removed, "t"),
        share=r.num(f"[{removed}] / [inventory.joint.gross_t]", "pct"),
    )
    blocks: list[Block] = [
        Heading(r.say("land.check")),
        Para(sentence, "lead"),
        Para(r.say("land.check_text", lost=r.num("roadmap.arable_lost_ha", "ha"))),
        *_land(r),
        Para(scale),
        Heading(r.say("land.adaptation")),
        Para(r.say("land.adaptation_text")),
        *_adaptation(r),
    ]
    return Section("land", r.say("land.title"), blocks)


def land_rows(r: Reader, member: str | None = None) -> dict[str, list[int]]:
    """Positions in roadmap.land by class, last year listed of each (of one member)."""
    listed = r.get("roadmap.land", [])
    latest = max((x.get("year") or 0 for x in listed), default=0)
    found: dict[str, list[int]] = {}
    for i, entry in enumerate(listed):
        if (entry.get("year") or 0) == latest and member in (None, entry.get("member")):
            found.setdefault(str(entry.get("class")), []).append(i)
    return {c: found[c] for c in sorted(found, key=lambda c: CLASSES.index(c) if c in CLASSES else 99)}


def class_name(r: Reader, land: str) -> str:
    """The reader's name of a class of land."""
    return r.raw(f"common.land_{land}") if r.has(f"common.land_{land}") else land


def _land(r: Reader) -> list[Block]:
    rows: list[list[Line]] = []
    bars: list[dict[str, Any]] = []
    items: list[Line] = []
    names = (r.raw("land.col_used"), r.raw("land.col_there"))
    for land, positions in land_rows(r).items():
        used_path = parts.joined_paths("roadmap.land", positions, "used_ha")
        there_path = parts.joined_paths("roadmap.land", positions, "available_ha")
        use, there = r.num(used_path, "ha"), r.num(there_path, "ha")
        share = r.num(f"{used_path} / {there_path}", "pct")
        if isinstance(there, Num) and there.value == 0 and isinstance(use, Num) and use.value == 0:
            continue
        name = class_name(r, land)
        rows.append([[name], [use], [there], [share]])
        items.append(r.say("land.chart_alt_item", land=name, used=use, available=there))
        bars += [
            {"land": name, "kind": k, "value": n.value, "text": n.text}
            for k, n in zip(names, (use, there), strict=True)
            if isinstance(n, Num)
        ]
    if not rows:
        return [parts.gap_box(r, "roadmap.land", "common.gap_chart")]
    svg = charts.render(charts.land(bars, [b["land"] for b in bars[::2]], names), "land", r.lang)
    return [parts.chart(r, "land.chart", svg, r.say("land.chart_alt", list=join(items)))]


def hazard_name(r: Reader, hazard: str) -> str:
    """The reader's name of a hazard."""
    return r.raw(f"hazards.{hazard}") if r.has(f"hazards.{hazard}") else hazard.replace("_", " ")


def coverage(r: Reader, ags: str, hazard: str) -> Line:
    """Share of the need that is covered, or that the need is unknown."""
    base = f"resilience.{ags}.{hazard}"
    number = r.num(f"{base}.coverage", "pct")
    if isinstance(number, Gap) or r.get(f"{base}.need") is None:
        return [Gap(f"{base}.coverage", r.raw("common.unknown"))]
    return [number]


def _adaptation(r: Reader) -> list[Block]:
    hazards: list[str] = []
    for member in r.members:
        hazards += [h for h in r.get(f"resilience.{member['ags']}", {}) if h not in hazards]
    if not hazards:
        return [parts.gap_box(r, "resilience")]
    measures = r.get("roadmap.measures", [])
    linked = any(m.get("hazards") is not None for m in measures)
    rows: list[list[Line]] = []
    for hazard in hazards:
        cells = [coverage(r, m["ags"], hazard) for m in r.members]
        unknown = any(isinstance(c[0], Gap) for c in cells)
        titles: list[str] = []
        for m in measures:
            if m.get("used") == "used" and hazard in (m.get("hazards") or []) and r.pick(m.get("title")) not in titles:
                titles.append(r.pick(m.get("title"), str(m.get("id"))))
        what: Line = [", ".join(titles[:3])] if titles else r.say("land.no_measure" if linked else "land.not_linked")
        key = f"hazards.{hazard}_data"
        data: Line = [r.raw(key) if r.has(key) else r.raw("common.unknown")] if unknown else ["–"]
        rows.append([[hazard_name(r, hazard)], *cells, what, data])
    if all(isinstance(c[0], Gap) for row in rows for c in row[1 : 1 + len(r.members)]):
        narrow = [[row[0], row[1], *row[-2:]] for row in rows]
        words = [r.say(f"land.{k}") for k in ("col_hazard", "col_need", "col_measures", "col_data")]
        return [parts.table(r, r.say("land.adaptation_caption"), words, narrow, "llll", widths=[1.0, 0.8, 2.4, 2.4])]
    head = [
        r.say("land.col_hazard"),
        *([m["name"]] for m in r.members),
        r.say("land.col_measures"),
        r.say("land.col_data"),
    ]
    n = len(r.members)
    return [
        parts.table(
            r,
            r.say("land.adaptation_caption"),
            head,
            rows,
            "l" + "r" * n + "ll",
            widths=[1.0] + [0.95] * n + [1.7, 1.7],
        )
    ]
