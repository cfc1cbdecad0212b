"""How city and countryside differ, and what that means for measures."""

from __future__ import annotations

from .. import charts
from ..reader import Reader, join
from ..style import palette
from ..tree import Block, Gap, Heading, Line, Num, Para, Section, Table
from . import parts
from .status import places

SECTORS = ("HH", "GHD", "KE", "IND", "VK", "AGR", "WASTE", "IPPU")
TOPICS = ("heat", "transport", "power", "land", "staff", "adapt")
KINDS = {"share": "pct", "t/head": "t_head", "persons": "persons"}


def section(r: Reader) -> Section:
    """The chapter."""
    rows: list[list[Line]] = [
        [r.say(f"differences.topic_{t}"), *(r.say(f"differences.topic_{t}_{c}") for c in ("city", "rural", "effect"))]
        for t in TOPICS
    ]
    head = [
        r.say("differences.col_topic"),
        r.say("common.city"),
        r.say("common.rural"),
        r.say("differences.col_effect"),
    ]
    blocks: list[Block] = [
        Para(r.say("differences.intro")),
        _chart(r),
        _profile(r),
        Heading(r.say("differences.means")),
        Table(r.say("differences.means_caption"), head, rows, "llll", widths=[0.6, 1.2, 1.2, 2.1]),
        Para(r.say("differences.means_source"), "note"),
    ]
    return Section("differences", r.say("differences.title"), blocks)


def _chart(r: Reader) -> Block:
    rows, items, seen = [], [], []
    for name, base in places(r):
        values = {s: r.num(f"[{base}.sectors.{s}] / [{base}.population]", "t_head") for s in SECTORS}
        known = {s: v for s, v in values.items() if isinstance(v, Num)}
        rows += [
            {"place": name, "label": r.raw(f"common.sector_{s}"), "rank": SECTORS.index(s), "value": v.value}
            for s, v in known.items()
        ]
        seen += [s for s, v in known.items() if v.value > 0 and s not in seen]
        if known:
            top = max(known, key=lambda s: known[s].value)
            items.append(
                r.say("differences.chart_alt_item", name=name, sector=r.raw(f"common.sector_{top}"), value=known[top])
            )
    if not rows:
        return parts.gap_box(r, "inventory.members.*.sectors", "common.gap_chart")
    order = [s for s in SECTORS if s in seen]
    series = [r.raw(f"common.sector_{s}") for s in order]
    fields = palette()["fields"]
    colours = [fields[SECTORS.index(s) % len(fields)] for s in order]
    svg = charts.render(
        charts.stacked([x for x in rows if x["label"] in series], [n for n, _ in places(r)], series, colours),
        "sectors",
        r.lang,
    )
    alt = r.say("differences.chart_alt", list=join(items, "; "))
    return parts.chart(r, "differences.chart", svg, alt, year=r.num("inventory.year", "year"))


def _profile(r: Reader) -> Block:
    order: list[str] = []
    titles: dict[str, str] = {}
    at: dict[tuple[str, str], str] = {}
    for member in r.members:
        for i, entry in enumerate(r.get(f"profile.{member['ags']}", [])):
            key = str(entry.get("id"))
            unit = r.pick(entry.get("unit"))
            if key not in order:
                order.append(key)
                plain_unit = unit and unit not in KINDS and not unit.startswith("1")
                titles[key] = r.pick(entry.get("title"), key) + (f" ({unit})" if plain_unit else "")
            at[key, member["ags"]] = f"profile.{member['ags']}.{i}"
    rows: list[list[Line]] = []
    for key in order[:12]:
        row: list[Line] = [[titles[key]]]
        for member in r.members:
            path = at.get((key, member["ags"]), f"profile.{member['ags']}.{key}")
            kind = KINDS.get(r.pick(r.get(f"{path}.unit")), "plain")
            number = r.num(f"{path}.value", kind)
            row.append([number] if isinstance(number, Num) else [Gap(path, r.raw("common.unknown"))])
        rows.append(row)
    head = [r.say("differences.col_indicator"), *([m["name"]] for m in r.members)]
    return parts.table(
        r,
        r.say("differences.table_caption"),
        head,
        rows,
        "l" + "r" * len(r.members),
        widths=[2.2] + [1.0] * len(r.members),
    )
