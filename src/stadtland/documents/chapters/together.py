"""Together against alone: gain in parts, three rules, corridor, exit test, transfers."""

from __future__ import annotations

from typing import Any

from .. import charts
from ..reader import Reader, join
from ..tree import Block, Gap, Heading, Line, Num, Pair, Para, Section
from . import parts

PARTS = ("real_cost_eur", "cap_trading_eur", "removals_eur", "protection_eur")


def section(r: Reader) -> Section:
    """The chapter."""
    c = "cooperation"
    intro = r.say(
        "sharing.intro",
        alone=r.num(f"sum([{c}.alone_eur.*])", "eur_compared"),
        together=r.num(f"{c}.together_eur", "eur_compared"),
        gain=r.num(f"{c}.gain_eur", "eur"),
        run=r.num(f"{c}.partnership_cost_eur", "eur"),
        net=r.num(f"{c}.gain_net_eur", "eur"),
        price_year=r.num("settings.price_year", "year"),
    )
    core = r.get("shares.core.empty")
    core_text = [] if core is None else [" ", *r.say("sharing.core_empty" if core else "sharing.core_ok")]
    blocks: list[Block] = [
        Para([*intro, *_what_it_is(r)]),
        *_gain(r),
        Heading(r.say("sharing.rules")),
        Para(r.say("sharing.rules_text") + core_text),
        _chart(r),
        _shares(r),
        Para(_default(r)),
        Pair([Heading(r.say("sharing.exit")), _exit(r)], [Heading(r.say("sharing.groups")), _coalitions(r)]),
        Para(r.say("sharing.outside"), "note"),
    ]
    return Section("sharing", r.say("sharing.title"), blocks)


def _what_it_is(r: Reader) -> Line:
    """How much of the cost is money and how much the price of missed tonnes, where the results tell them apart."""
    real, priced = (r.num(f"cooperation.together_{k}_eur", "eur") for k in ("real", "priced"))
    if not (isinstance(real, Num) and isinstance(priced, Num)):
        return []
    line: Line = [" ", *r.say("sharing.priced", real=real, priced=priced)]
    path = "cooperation.gain_parts.real_cost_eur"
    if (r.value(f"[{path}]") or 0.0) < 0:
        line += [" ", *r.say("sharing.more_measures", more=r.size(path, "eur"))]
    return line


def _gain(r: Reader) -> list[Block]:
    keys = _keys(r)
    return [Pair([_parts(r)], keys, 0.58)] if keys else [_parts(r)]


def _parts(r: Reader) -> Block:
    prices = range(len(r.get("cooperation.by_backstop", [])))
    listed: list[str] = []
    for i in prices:
        found = r.get(f"cooperation.by_backstop.{i}.gain_parts", {})
        listed = list(dict.fromkeys([*listed, *(k for k in PARTS if k in found), *found]))
    rows: list[list[Line]] = []
    for part in listed:
        name: Line = r.say(f"sharing.part_{part}") if r.has(f"sharing.part_{part}") else [part]
        rows.append([name, *(r.cell(f"cooperation.by_backstop.{i}.gain_parts.{part}", "eur_m") for i in prices)])
    for key, path in (("gain", "gain_eur"), ("net", "gain_net_eur")):
        rows.append(
            [r.say(f"sharing.row_{key}"), *(r.cell(f"cooperation.by_backstop.{i}.{path}", "eur_m") for i in prices)]
        )
    head = [
        r.say("sharing.col_part"),
        *(r.cell(f"cooperation.by_backstop.{i}.eur_per_t", "eur_t", bare=False) for i in prices),
    ]
    return parts.table(
        r,
        r.say("sharing.parts_caption"),
        head,
        rows if prices else [],
        "l" + "r" * len(prices),
        total_row=True,
        widths=[2] + [1] * len(prices),
    )


def _chart(r: Reader) -> Block:
    shown = parts.rules(r)
    alone = r.get("cooperation.alone_eur", {})
    if not shown or not alone:
        return parts.gap_box(r, "shares", "common.gap_chart")
    bands, points, order = [], [], []
    items: list[Line] = []
    for member in r.members:
        ags, name = member["ags"], r.name(member["ags"])
        low, high = (r.value(f"[cooperation.alone_eur.{ags}] - [shares.core.corridor.{ags}.{i}]") for i in (1, 0))
        order.append(name)
        if low is not None and high is not None:
            bands.append({"what": "band", "place": name, "low": low / 1e6, "high": high / 1e6})
        for rule in shown:
            saving = saved(r, ags, rule)
            if isinstance(saving, Num):
                points.append(
                    {"what": "rule", "place": name, "rule": parts.rule_name(r, rule), "value": saving.value / 1e6}
                )
        first = saved(r, ags, shown[0])
        items.append([name + " ", first])
    svg = charts.render(
        charts.corridor(bands, points, order, [parts.rule_name(r, x) for x in shown]), "corridor", r.lang
    )
    return parts.chart(
        r, "sharing.chart", svg, r.say("sharing.chart_alt", rule=parts.rule_name(r, shown[0]), list=join(items))
    )


def saved(r: Reader, ags: str, rule: str) -> Num | Gap:
    """Saving of a member against alone; EUR, present value."""
    return r.num(f"[cooperation.alone_eur.{ags}] - [shares.{rule}.{ags}]", "eur")


def _shares(r: Reader) -> Block:
    shown = parts.rules(r)
    rows: list[list[Line]] = []
    for member in r.members:
        ags = member["ags"]
        row: list[Line] = [[r.name(ags)], [r.num(f"cooperation.alone_eur.{ags}", "eur_m", bare=True)]]
        row += [r.cell(f"[cooperation.alone_eur.{ags}] - [shares.{rule}.{ags}]", "eur_m") for rule in shown]
        row.append([r.num(f"sum([borne_eur.{ags}.*])", "eur_m", bare=True)])
        if shown:
            row.append([r.num(f"transfers.{shown[0]}.{ags}", "eur_m", bare=True, sign=True)])
        rows.append(row)
    names: list[Line] = [[parts.rule_name(r, x)] for x in shown]
    head = [r.say("common.member"), r.say("sharing.col_alone"), *names, r.say("sharing.col_borne")]
    if shown:
        head.append(r.say("sharing.col_transfer"))
    n = len(head) - 1
    return parts.table(r, r.say("sharing.shares_caption"), head, rows, "l" + "r" * n, widths=[1.3] + [1.0] * n)


def _default(r: Reader) -> Line:
    shown = parts.rules(r)
    if not shown:
        return [Gap("shares", r.raw("common.gap"))]
    line = r.say("sharing.default_rule", rule=parts.rule_name(r, shown[0]))
    if r.get("shares.owen_unique") is False and "owen" in shown:
        line += [" ", *r.say("sharing.owen_not_unique")]
    return line


def _group(r: Reader, codes: list[str]) -> str:
    """A group in words: all, all rural municipalities, or the names."""
    rural = {m["ags"] for m in r.members if m.get("role") != "city"}
    if len(codes) == len(r.members) > 2:
        return r.raw("sharing.group_all")
    if set(codes) == rural and len(rural) > 2:
        return r.raw("sharing.group_rural")
    return parts.names(r, codes)


def _exit(r: Reader) -> Block:
    listed: list[Any] = r.get("cooperation.exit", [])
    order = sorted(range(len(listed)), key=lambda i: (len(listed[i].get("members", [])), i))[:6]
    rows: list[list[Line]] = [
        [[_group(r, listed[i].get("members", []))], [r.num(f"cooperation.exit.{i}.loses_eur", "eur")]] for i in order
    ]
    return parts.table(
        r,
        r.say("sharing.exit_caption"),
        [r.say("sharing.col_group"), r.say("sharing.col_loss")],
        rows,
        "lr",
        widths=[2, 1],
    )


def _coalitions(r: Reader) -> Block:
    listed: list[Any] = r.get("cooperation.coalitions", [])
    roles = {m["ags"]: m.get("role") for m in r.members}
    rural = {a for a, role in roles.items() if role != "city"}
    picked = [
        i
        for i, c in enumerate(listed)
        if len(c.get("members", [])) == len(roles)
        or set(c.get("members", [])) == rural
        or (len(c.get("members", [])) == 2 and len(set(c["members"]) & rural) == 1)
    ]
    picked.sort(key=lambda i: (len(listed[i]["members"]), i))
    rows: list[list[Line]] = [
        [[_group(r, listed[i]["members"])], [r.num(f"cooperation.coalitions.{i}.cost_eur", "eur_m", bare=True)]]
        for i in picked[:6]
    ]
    return parts.table(
        r,
        r.say("sharing.coalitions_caption"),
        [r.say("sharing.col_members"), r.say("sharing.col_cost")],
        rows,
        "lr",
        widths=[2, 1],
    )


def _keys(r: Reader) -> list[Block]:
    """The gain under other divisions of the joint target, where the results hold them."""
    listed: list[Any] = r.get("cooperation.by_target_key", [])
    rows: list[list[Line]] = []
    for i, entry in enumerate(listed):
        key = f"sharing.key_{entry.get('key')}"
        base = f"cooperation.by_target_key.{i}"
        name = r.raw(key) if r.has(key) else str(entry.get("key"))
        rows.append(
            [
                [name],
                [r.num(f"{base}.gain_eur", "eur_m", bare=True)],
                [r.num(f"{base}.gain_net_eur", "eur_m", bare=True)],
            ]
        )
    if not rows:
        return []
    head = [r.say("sharing.col_key"), r.say("sharing.row_gain"), r.say("sharing.row_net")]
    return [parts.table(r, r.say("sharing.keys_caption"), head, rows, "lrr", widths=[1.6, 0.8, 1.2])]
