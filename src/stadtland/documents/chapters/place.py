"""One page per member: what we give, what we get, duties, how to leave."""

from __future__ import annotations

from typing import Any

from .. import charts
from ..reader import Reader, join
from ..tree import Block, Bullets, Gap, Heading, Line, Num, Pair, Para, Section, Strong
from . import actions, ground, parts, together

PAYERS = ("municipality", "households", "companies", "farms", "utility")
PRICED = "missed_target"
MOST = 7
PROGRAMME = (2026, 2055)
"""Years of the programme with its tail, where the results do not name them."""


def section(r: Reader, ags: str) -> Section:
    """The page of one member."""
    name = r.name(ags)
    role = next((m.get("role") for m in r.members if m["ags"] == ags), "rural")
    blocks: list[Block] = [
        Para(_intro(r, ags, "city" if role == "city" else "rural")),
        Pair(
            [Heading(r.say("member.give")), _land(r, ags), _euros(r, ags), Para(_annual_note(r), "note")],
            [Heading(r.say("member.get")), Bullets(_get(r, ags)), _chart(r, ags)],
        ),
        _measures(r, ags),
        Pair(
            [Heading(r.say("member.duties")), Bullets([r.say(f"member.duty_{d}") for d in ("data", "land", "pay")])],
            [Heading(r.say("member.leave")), Para(_leave(r, ags))],
        ),
        *_not_for_decision(r, ags),
    ]
    return Section(f"member-{ags}", r.say("member.title", name=name), blocks)


def _intro(r: Reader, ags: str, role: str) -> Line:
    base, lists = f"inventory.members.{ags}", f"roadmap.members.{ags}"
    line = r.say(
        f"member.intro_{role}",
        name=r.name(ags),
        population=r.num(f"{base}.population", "persons"),
        year=r.num("inventory.year", "year"),
        gross=r.num(f"{base}.gross_t", "t"),
        net=r.num(f"{base}.net_t", "t"),
        last=r.num("roadmap.years.-1", "year"),
        grosslast=r.num(r.last(f"{lists}.gross_t"), "t"),
    )
    target = f"roadmap.target.{ags}"
    if r.get(f"{target}.reached") is None:
        return line
    words = parts.target_text(r, ags)
    key = "member.target_reached" if r.get(f"{target}.reached") else "member.target_missed"
    return [
        *line,
        " ",
        *r.say(
            key,
            target=words,
            year=r.num(f"{target}.year", "year"),
            missed=r.num(f"{target}.missed_t", "t") if not r.get(f"{target}.reached") else "",
        ),
    ]


def _land(r: Reader, ags: str) -> Block:
    rows: list[list[Line]] = []
    found = ground.land_rows(r, ags)
    if not found:
        return parts.gap_box(r, f"roadmap.land ({r.name(ags)})")
    for land, positions in found.items():
        use = r.num(parts.joined_paths("roadmap.land", positions, "used_ha"), "ha", bare=True)
        there = r.num(parts.joined_paths("roadmap.land", positions, "available_ha"), "ha", bare=True)
        if isinstance(use, Num) and use.value > 0:
            rows.append([[ground.class_name(r, land)], [use], [there]])
    if not rows:
        return Para(r.say("member.give_land_none"))
    head = [r.say("land.col_class"), r.say("land.col_used"), r.say("land.col_there")]
    return parts.table(r, r.say("member.give_land_caption"), head, rows, "lrr", widths=[1.6, 1, 1])


def _term(r: Reader) -> int:
    """Years that the present values cover: `settings.programme` = [first, last], else the convention of the plan."""
    first, last = r.get("settings.programme.0"), r.get("settings.programme.1")
    return int(last) - int(first) + 1 if first and last else PROGRAMME[1] - PROGRAMME[0] + 1


def _rate(r: Reader) -> str | None:
    """Formula of the annuity factor over the term: rate ÷ (1 − (1 + rate)^−n)."""
    rate, n = r.value("[settings.discount_rate]"), _term(r)
    if rate is None:
        return None
    if rate == 0:
        return f"/ {n}"
    factor = " * ".join(["(1 + [settings.discount_rate])"] * n)
    return f"* [settings.discount_rate] / (1 - 1 / ({factor}))"


def _annual_note(r: Reader) -> Line:
    years = r.num("[settings.programme.1] - [settings.programme.0] + 1", "count")
    shown = str(_term(r)) if isinstance(years, Gap) else years
    return r.say("member.annual_note", n=shown, rate=r.num("settings.discount_rate", "pct"))


def _euros(r: Reader, ags: str) -> Block:
    annual = _rate(r)

    def both(formula: str) -> list[Line]:
        gap = Gap("settings.discount_rate", r.raw("common.gap"))
        yearly = r.num(f"({formula}) {annual}", "eur", bare=True) if annual else gap
        return [[r.num(formula, "eur", bare=True)], [yearly]]

    found = r.get(f"borne_eur.{ags}", {})
    rows: list[list[Line]] = []
    for payer in [p for p in PAYERS if p in found] + [p for p in found if p not in PAYERS]:
        if payer == PRICED or r.value(f"[borne_eur.{ags}.{payer}]") == 0:
            continue
        name = r.raw(f"common.payer_{payer}") if r.has(f"common.payer_{payer}") else payer
        rows.append([[name], *both(f"[borne_eur.{ags}.{payer}]")])
    if rows and PRICED in found:  # what is paid in money stands apart from the price of what is missed
        money = ",".join(p for p in found if p != PRICED)
        rows.append([r.say("member.row_real"), *both(f"sum([borne_eur.{ags}.{{{money}}}])")])
        rows.append([r.say("common.payer_missed_target"), *both(f"[borne_eur.{ags}.{PRICED}]")])
    if rows:
        rows.append([r.say("member.row_borne"), *both(f"sum([borne_eur.{ags}.*])")])
    shown = parts.rules(r, 1)
    if rows and shown and (transfer := r.value(f"[transfers.{shown[0]}.{ags}]")) is not None:
        path = f"[transfers.{shown[0]}.{ags}]"
        key = "member.row_transfer_pays" if transfer >= 0 else "member.row_transfer_gets"
        rows.append([r.say(key), *both(path if transfer >= 0 else f"-{path}")])
        rows.append([r.say("member.row_share"), *both(f"[shares.{shown[0]}.{ags}]")])
    head = [r.say("member.col_payer"), r.say("member.col_eur"), r.say("member.col_eur_a")]
    return parts.table(r, r.say("member.give_eur_caption"), head, rows, "lrr", total_row=True, widths=[1.6, 1.1, 1])


def _get(r: Reader, ags: str) -> list[Line]:
    items: list[Line] = []
    shown = parts.rules(r, 1)
    if shown:
        rule = shown[0]
        saving = together.saved(r, ags, rule)
        key = "member.get_loss" if isinstance(saving, Num) and saving.value < 0 else "member.get_saving"
        size = r.size(saving.formula, "eur")
        items.append(
            r.say(key, saving=size, rule=parts.rule_name(r, rule), alone=r.num(f"cooperation.alone_eur.{ags}", "eur"))
        )
        transfer = r.value(f"[transfers.{rule}.{ags}]")
        if transfer:
            key = "member.get_transfer" if transfer < 0 else "member.pay_transfer"
            items.append(r.say(key, transfer=r.size(f"transfers.{rule}.{ags}", "eur")))
    base = f"roadmap.members.{ags}"
    year = r.num("roadmap.years.-1", "year")
    fewer = r.num(f"[{r.last(f'{base}.baseline_gross_t')}] - [{r.last(f'{base}.gross_t')}]", "t")
    items.append(
        r.say("member.get_tonnes", tonnes=fewer, year=year)
        if isinstance(fewer, Num)
        else r.say("member.get_tonnes_none")
    )
    removals = r.num(r.last(f"{base}.removals_t"), "t")
    if isinstance(removals, Num) and removals.value > 0:
        items.append(r.say("member.get_removals", tonnes=removals, year=year))
    return items + _protection(r, ags)


def _protection(r: Reader, ags: str) -> list[Line]:
    known: list[Line] = []
    unknown: list[Line] = []
    for hazard in r.get(f"resilience.{ags}", {}):
        name, cell = ground.hazard_name(r, hazard), ground.coverage(r, ags, hazard)
        name = name.lower() if r.lang == "en" else name
        if isinstance(cell[0], Gap):
            unknown.append([name])
        else:
            known.append(r.say("member.get_protection_item", hazard=name, coverage=cell))
    items: list[Line] = []
    if known:
        items.append(r.say("member.get_protection", list=join(known)))
    if unknown:
        items.append(r.say("member.get_protection_unknown", list=join(unknown)))
    return items


def _chart(r: Reader, ags: str) -> Block:
    base, years = f"roadmap.members.{ags}", r.years()
    series = [("base", "baseline_gross_t"), ("plan", "gross_t"), ("net", "net_t")]
    rows: list[dict[str, Any]] = []
    labels = []
    for key, path in series:
        values = r.get(f"{base}.{path}", [])
        if values:
            labels.append(r.raw(f"member.line_{key}"))
        rows += [
            {"year": y, "label": labels[-1], "value": v} for y, v in zip(years, values, strict=False) if v is not None
        ]
    if not rows:
        return parts.gap_box(r, base, "common.gap_chart")
    svg = charts.render(charts.lines(rows, labels), f"member{ags}", r.lang)
    alt = r.say(
        "member.chart_alt",
        first=r.num("roadmap.years.0", "year"),
        last=r.num("roadmap.years.-1", "year"),
        base=r.num(r.last(f"{base}.baseline_gross_t"), "t"),
        plan=r.num(r.last(f"{base}.gross_t"), "t"),
        net=r.num(r.last(f"{base}.net_t"), "t"),
    )
    picture = parts.chart(r, "member.chart", svg, alt, name=r.name(ags))
    picture.id = f"member-chart-{ags}"
    return picture


def _measures(r: Reader, ags: str) -> Block:
    listed = r.get("roadmap.measures", [])
    mine = sorted(actions.used(r, ags), key=lambda i: -(listed[i].get("t_co2e_2045") or 0.0))
    rows: list[list[Line]] = []
    for i in mine[:MOST]:
        base = f"roadmap.measures.{i}"
        unit = r.pick(listed[i].get("unit_name"), str(listed[i].get("unit", "")))
        rows.append(
            [
                [r.pick(listed[i].get("title"), str(listed[i].get("id")))],
                [r.num(f"{base}.total_units", "units"), " " + unit],
                [r.num(f"{base}.t_co2e_2045", "t", bare=True)],
                [r.num(f"{base}.cost_eur_a", "eur", bare=True)],
                [r.num(f"{base}.land_ha", "ha", bare=True)],
            ]
        )
    if mine[MOST:]:
        rest = mine[MOST:]
        n = r.num(f"count([roadmap.measures.{{{','.join(map(str, rest))}}}.id])", "count")
        rows.append(
            [
                r.say("measures.more", n=n),
                [""],
                [actions.total(r, rest, "t_co2e_2045", "t")],
                [actions.total(r, rest, "cost_eur_a", "eur")],
                [actions.total(r, rest, "land_ha", "ha")],
            ]
        )
    year = r.num("roadmap.years.-1", "year")
    head = [
        r.say("measures.col_measure"),
        r.say("member.col_amount"),
        r.say("measures.col_t", year=year),
        r.say("measures.col_eur"),
        r.say("measures.col_ha"),
    ]
    return parts.table(r, r.say("member.measures_caption"), head, rows, "lrrrr", widths=[2.4, 1.4, 1, 1.6, 0.7])


def _leave(r: Reader, ags: str) -> Line:
    exits: list[Any] = r.get("cooperation.exit", [])
    alone = next((i for i, e in enumerate(exits) if e.get("members") == [ags]), None)
    if alone is None:
        return r.say("member.leave_text_unknown")
    value = r.value(f"[cooperation.exit.{alone}.loses_eur]")
    loss = r.size(f"cooperation.exit.{alone}.loses_eur", "eur")
    return r.say("member.leave_text" if (value or 0.0) >= 0 else "member.leave_text_better", loss=loss)


def _not_for_decision(r: Reader, ags: str) -> list[Block]:
    keys: list[str] = list(r.get(f"inventory.members.{ags}.not_for_decision", []))
    keys += ["shares" for p in r.get("not_for_decision", []) if str(p).startswith("shares.") and str(p).endswith(ags)][
        :1
    ]
    if not keys:
        return []
    named: list[str] = []
    for key in keys:
        text = r.raw(f"member.key_{key}") if r.has(f"member.key_{key}") else r.raw("member.key_other")
        if text not in named:
            named.append(text)
    line = r.say("member.not_decision", list=", ".join(named))
    return [Para([Strong((f"{r.raw('common.flag_mark')} ",)), *line], "note")]
