"""The measures with tonnes, euros and hectares; totals by member; what was left out and why."""

from __future__ import annotations

from typing import Any

from ..reader import Reader
from ..tree import Block, Gap, Heading, Line, Para, Section
from . import parts

MOST = 16
LEFT_OUT = 7


def used(r: Reader, member: str | None = None) -> list[int]:
    """Positions of the measures that the plan uses (of one member)."""
    return [
        i
        for i, m in enumerate(r.get("roadmap.measures", []))
        if m.get("used") == "used" and not m.get("reference") and member in (None, m.get("member"))
    ]


def total(r: Reader, positions: list[int], key: str, kind: str, bare: bool = True) -> Any:
    """Sum of a key over measures; entries without a value do not enter, all without gives a gap."""
    listed = r.get("roadmap.measures", [])
    known = [i for i in positions if isinstance(listed[i].get(key), int | float)]
    if not known:
        return Gap(f"[roadmap.measures.*.{key}]", r.raw("common.gap"))
    return r.num(parts.joined_paths("roadmap.measures", known, key), kind, bare=bare)


def _weight(r: Reader, positions: list[int]) -> float:
    listed = r.get("roadmap.measures", [])
    return float(sum(listed[i].get("t_co2e_2045") or 0.0 for i in positions))


def section(r: Reader) -> Section:
    """The chapter."""
    groups: dict[str, list[int]] = {}
    for i in used(r):
        groups.setdefault(str(r.get(f"roadmap.measures.{i}.id")), []).append(i)
    order = sorted(groups, key=lambda g: -_weight(r, groups[g]))
    ids = {str(m.get("id")): i for i, m in enumerate(r.get("roadmap.measures", [])) if not m.get("reference")}
    picked = ",".join(str(positions[0]) for positions in groups.values())
    everything = ",".join(str(i) for i in ids.values())
    intro = r.say(
        "measures.intro",
        used=r.num(f"count([roadmap.measures.{{{picked}}}.id])", "count") if picked else "0",
        all=r.num(f"count([roadmap.measures.{{{everything}}}.id])", "count") if ids else "0",
    )
    blocks: list[Block] = [
        Para(intro),
        _table(r, groups, order),
        _members(r),
        Para(r.say("measures.evidence_note"), "note"),
        Heading(r.say("measures.left_out")),
        *_left_out(r),
    ]
    return Section("measures", r.say("measures.title"), blocks)


def _where(r: Reader, positions: list[int]) -> Line:
    codes = [str(r.get(f"roadmap.measures.{i}.member")) for i in positions]
    roles = {m["ags"]: m.get("role") for m in r.members}
    if len(set(codes)) == len(r.members) > 1:
        return r.say("measures.where_all")
    if len(set(codes)) == 1:
        return [r.name(codes[0])]
    kinds = {"city" if roles.get(c) == "city" else "rural" for c in codes}
    return r.say("measures.where_some" if len(kinds) > 1 else f"measures.where_{kinds.pop()}")


def _table(r: Reader, groups: dict[str, list[int]], order: list[str]) -> Block:
    listed = r.get("roadmap.measures", [])
    rows: list[list[Line]] = []

    def numbers(positions: list[int]) -> list[Line]:
        return [
            [total(r, positions, "t_co2e_2045", "t")],
            [total(r, positions, "cost_eur_a", "eur")],
            [total(r, positions, "land_ha", "ha")],
        ]

    for key in order[:MOST]:
        positions = groups[key]
        grade = parts.worst([listed[i].get(k) for i in positions for k in ("evidence_effect", "evidence_cost")])
        rows.append(
            [[r.pick(listed[positions[0]].get("title"), key)], _where(r, positions), *numbers(positions), [grade]]
        )
    rest = [i for key in order[MOST:] for i in groups[key]]
    if rest:
        one_each = ",".join(str(groups[key][0]) for key in order[MOST:])
        name = r.say("measures.more", n=r.num(f"count([roadmap.measures.{{{one_each}}}.id])", "count"))
        grade = parts.worst([listed[i].get(k) for i in rest for k in ("evidence_effect", "evidence_cost")])
        rows.append([name, [""], *numbers(rest), [grade]])
    everything = [i for key in order for i in groups[key]]
    if rows:
        rows.append([r.say("common.total"), [""], *numbers(everything), [""]])
    year = r.num("roadmap.years.-1", "year")
    head = [
        r.say("measures.col_measure"),
        r.say("measures.col_where"),
        r.say("measures.col_t", year=year),
        r.say("measures.col_eur"),
        r.say("measures.col_ha"),
        r.say("measures.col_evidence"),
    ]
    return parts.table(
        r, r.say("measures.table_caption"), head, rows, "llrrrl", total_row=True, widths=[2.4, 1.3, 1.1, 1.6, 0.7, 0.7]
    )


def _members(r: Reader) -> Block:
    rows: list[list[Line]] = []
    for member in r.members:
        mine = used(r, member["ags"])
        if mine:
            rows.append(
                [
                    [r.name(member["ags"])],
                    [total(r, mine, "t_co2e_2045", "t")],
                    [total(r, mine, "cost_eur_a", "eur")],
                    [total(r, mine, "land_ha", "ha")],
                ]
            )
    year = r.num("roadmap.years.-1", "year")
    head = [
        r.say("common.member"),
        r.say("measures.col_t", year=year),
        r.say("measures.col_eur"),
        r.say("measures.col_ha"),
    ]
    return parts.table(r, r.say("measures.member_caption"), head, rows, "lrrr", widths=[2, 1, 1.5, 1])


def _left_out(r: Reader) -> list[Block]:
    listed = r.get("roadmap.left_out", None)
    if listed is None:
        return [parts.gap_box(r, "roadmap.left_out")]
    if not listed:
        return [Para(r.say("measures.left_none"))]
    rows: list[list[Line]] = [
        [[r.pick(x.get("title"), str(x.get("id", "")))], [r.pick(x.get("reason"))]]
        for x in sorted(listed, key=lambda x: x.get("reason_id") not in ("not_worth_it", None))[:LEFT_OUT]
    ]
    head = [r.say("measures.col_measure"), r.say("measures.col_reason")]
    blocks: list[Block] = [parts.table(r, r.say("measures.left_caption"), head, rows, "ll", widths=[1, 2])]
    if len(listed) > LEFT_OUT:
        rest = ",".join(str(i) for i in range(LEFT_OUT, len(listed)))
        blocks.append(
            Para(r.say("measures.left_more", n=r.num(f"count([roadmap.left_out.{{{rest}}}.id])", "count")), "note")
        )
    return blocks
