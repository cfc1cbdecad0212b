"""Targets, budgets and land use as a document: every kind of target, budget beside potential, old beside new forest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from stadtland.base import locale

from . import charts
from .pages import Say
from .style import palette
from .tree import Block, Bullets, Chart, Document, Line, Para, Section, Table, plain

Found = Mapping[str, Any]
SHOWN = (2025, 2030, 2035, 2040, 2045)


def compose(found: Found, lang: str, budget: str = "sru_2024_175", whole: bool = True) -> Document:
    """The result of `actions.targets` as a document tree; `budget` is the one that is drawn, and the only one in a
    short document (not `whole`), which has no picture.
    """
    say = Say("targets", lang)
    name = found["name"] or say("unnamed", n=len(found["members"]))
    sections = [
        _targets(found, say),
        _split(found, say),
        _budgets(found, say, None if whole else budget),
        _sides(found, say, budget, whole),
    ]
    sections += [_land(found, say), _rest(found, say)]
    kept = [s for s in sections if s is not None]
    return say.document(say("title", name=name), say("kind", year=found["year"]), kept, say("footer"))


def _heads(shown: Sequence[int]) -> list[Line]:
    return [[str(y)] for y in shown]


def _name(found: Found, scope: str, say: Say) -> str:
    return next((str(m["name"]) for m in found["members"] if m["ags"] == scope), say("joint"))


def _said(target: Mapping[str, Any], say: Say) -> str:
    digits = 0 if target["unit"] == "t" else 2 if target["unit"] == "t_per_head" else 1
    value = locale.number(target["value"], say.lang, digits)
    amount = say(f"unit_{target['unit']}", value=value, base=target["base_year"])
    account = say(f"account_{target['account']}")
    return say("text_target", account=account, year=target["year"], value=amount)


def _targets(found: Found, say: Say) -> Section:
    rows: list[list[Line]] = []
    paths: list[list[Line]] = []
    notes: list[Line] = []
    shown = [y for y in SHOWN if y > found["year"]]
    for i, t in enumerate(found["targets"]):
        who = _name(found, t["scope"], say)
        source = say("national_source") if t["source"] == "ksg" else f"{t['source']} ({t['evidence']})"
        account = say("account_" + t["account"])
        row: list[Line] = [[who], [_said(t, say)]]
        if not t["path"]:
            rows.append([*row, ["–"], ["–"], ["–"], [source]])
            notes.append([say("no_path", name=who, reason=t["reason"][say.lang])])
            continue
        rate = "–" if t["yearly_rate"] is None else locale.percent(t["yearly_rate"], say.lang, 1)
        value, less = (say.num(f"targets.{i}.{k}", t[k]) for k in ("value_t", "to_reduce_t"))
        rows.append([*row, [value], [less], [rate], [source]])
        if t["value_without_sink_t"] != t["value_t"]:
            less_sink = plain([say.num("", t["value_without_sink_t"])])
            notes.append([say("without_sink", t=less_sink, name=who)])
        for shape in ("linear", "exponential"):
            values = t[f"{shape}_t"]
            cells: list[Line] = [
                ["–"]
                if values is None
                else [say.num(f"targets.{i}.{shape}_t.{t['years'].index(y)}", values[t["years"].index(y)])]
                for y in shown
            ]
            paths.append(
                [
                    [f"{who}, {account}" if shape == "linear" else ""],
                    [say(shape if values else "no_curve")],
                    *cells,
                ]
            )
        if t["below_residual"]:
            key = "below_gross" if t["account"] in ("bisko_t", "gross_t") else "below_net"
            goal, rest = (plain([say.num("", x)]) for x in (t["value_t"] - t["to_reduce_t"], t["residual_t"]))
            notes.append([say(key, name=who, account=account, goal=goal, rest=rest)])
    unique = list({plain(n): n for n in notes}.values())
    blocks: list[Block] = [
        Para([say("targets_lead")], "lead"),
        Table(
            [say("targets_table")], say.head("who", "what", "value_today", "reduce", "rate", "source"), rows, "llrrrl"
        ),
        Table(
            [say("paths_table")],
            [*say.head("who", "shape"), *_heads(shown)],
            paths,
            "ll" + "r" * len(shown),
        ),
    ]
    if unique:
        blocks.append(Bullets(unique))
    return Section("targets", [say("targets_title")], blocks, fit=False)


def _split(found: Found, say: Say) -> Section | None:
    if not found["split"]:
        return None
    shown = [y for y in SHOWN if y > found["year"]]
    blocks: list[Block] = []
    for i, part in enumerate(found["split"]):
        rows: list[list[Line]] = [
            [
                [_name(found, a, say)],
                *(
                    [say.num(f"split.{i}.members.{a}.{part['years'].index(y)}", values[part["years"].index(y)])]
                    for y in shown
                ),
            ]
            for a, values in part["members"].items()
        ]
        account, key = say(f"account_{part['account']}"), say(f"key_{part['key']}")
        caption: Line = [say("split_table", account=account, year=part["year"], key=key)]
        blocks.append(Table(caption, [*say.head("who"), *_heads(shown)], rows, "l" + "r" * len(shown)))
    return Section("split", [say("split_title")], [*blocks, Para([say("split_note")], "note")], fit=False)


def _budgets(found: Found, say: Say, only: str | None) -> Section:
    from stadtland.inventory.target_views import budgets

    blocks: list[Block] = [Para([say("budget_lead")])]
    for id, spec in budgets()["budget"].items():
        if only not in (None, id):
            continue
        rows: list[list[Line]] = []
        for i, b in enumerate(found["budgets"]):
            if b["budget"] != id:
                continue
            gaps: list[Line] = [
                ["–"] if b["gaps"][k] is None else [say.num(f"budgets.{i}.gaps.{k}", b["gaps"][k], sign=True)]
                for k in ("own_linear", "national")
            ]
            row: list[Line] = [
                [_name(found, b["scope"], say)],
                [say(f"key_{b['key']}")],
                [say.num(f"budgets.{i}.budget_t", b["budget_t"])],
                [_year(b["zero_year"])],
                [locale.number(100 * b["rate"], say.lang, 1)],
                [_year(b["constant_until"])],
                *gaps,
            ]
            rows.append(row)
        title = say(
            "budget_table", title=spec["title"][say.lang], value=locale.number(spec["value_mt"], say.lang),
            **{"from": spec["from_year"]},
        )  # fmt: skip
        head = say.head("who", "key", "budget", "zero", "curve", "constant", "gap_own", "gap_national")
        blocks += [
            Table([title], head, rows, "llrrrrrr"),
            Para([say("budget_source", source=f"{spec['source']}: {spec['url']}", evidence=spec["evidence"])], "note"),
        ]
    notes = [n[say.lang] for n in found["budgets"][0]["notes"]]
    blocks.append(Bullets([[n] for n in (*notes, say("gap_note"), say("gap_start"))]))
    return Section("budgets", [say("budget_title")], blocks, fit=False)


def _year(value: float) -> str:
    """A year without grouping; far futures are not printed as years."""
    return str(int(value)) if value < 2200 else "> 2200"


def _sides(found: Found, say: Say, budget: str, draw: bool) -> Section:
    blocks: list[Block] = [_chart(found, say, budget, draw)]
    parts = [(j, s) for j, s in enumerate(found["sides"]) if s["budget"] == budget]
    note = next((s["note"][say.lang] for _, s in parts if s["note"]), None)
    if note:
        blocks.append(Para([note]))
    for j, s in parts:
        b = next(x for x in found["budgets"] if (x["scope"], x["budget"], x["key"]) == ("joint", budget, s["key"]))
        rows: list[list[Line]] = [
            [
                [str(r["year"])],
                [say.num(f"sides.{j}.rows.{n}.budget_t", r["budget_t"])],
                [say.num(f"sides.{j}.rows.{n}.potential_t", r["potential_t"])],
                [say.num(f"sides.{j}.rows.{n}.gap_t", r["gap_t"], sign=True)],
            ]
            for n, r in enumerate(s["rows"])
            if r["year"] in SHOWN
        ]
        caption: Line = [say("side_table", title=b["title"][say.lang], key=say(f"key_{s['key']}"))]
        blocks.append(Table(caption, say.head("year", "budget", "potential", "gap"), rows, "lrrr"))
        if s["total_gap_t"] is not None:
            total = locale.number(s["total_gap_t"], say.lang, sign=True)
            blocks.append(Para([say("side_sum", t=total, **{"from": s["total_from"]})]))
    return Section("sides", [say("side_title")], blocks, fit=False)


def _chart(found: Found, say: Say, budget: str, draw: bool) -> Chart:
    """Joint paths for energy and transport: budget by three keys, national path, plan if there is one."""
    tones = ["#332288", "#117733", "#882255"]
    years = found["national"]["years"]
    lines: list[tuple[str, str, list[float | None]]] = [
        (say("line_national"), palette()["ink"], found["national"]["bisko_t"]["joint"])
    ]
    drawn = [b for b in found["budgets"] if (b["scope"], b["budget"]) == ("joint", budget)]
    for tone, b in zip(tones, drawn, strict=False):
        lines.append((say("line_budget", key=say(f"key_{b['key']}")), tone, b["linear_t"]))
    side = next(s for s in found["sides"] if s["budget"] == budget)
    if side["note"] is None:
        lines.append((say("line_plan"), palette()["rural"], [r["potential_t"] for r in side["rows"]]))
    rows = [
        {"year": y, "label": label, "value": v}
        for label, _, values in lines
        for y, v in zip(years, values, strict=True)
        if v is not None
    ]
    svg = ""
    if draw:
        spec = charts.many_lines(rows, [label for label, _, _ in lines], [tone for _, tone, _ in lines])
        svg = charts.render(spec, "paths", say.lang)
    at = {y: i for i, y in enumerate(years)}

    def word(value: float | None) -> str:
        return say("unknown") if value is None else locale.number(value, say.lang)

    alt = "; ".join(
        say(
            "chart_alt", label=label, first=word(v[0]), middle=word(v[at[2030]]), last=word(v[-1]), **{"from": years[0]}
        )
        for label, _, v in lines
    )
    return Chart("paths", [say("chart")], [say("chart_unit")], alt, svg)


def _land(found: Found, say: Say) -> Section:
    rows: list[list[Line]] = []
    for scope, v in found["vintages"].items():
        cells: list[Line] = [
            [say.num(f"vintages.{scope}.{version}.{key}", v[version][key], sign=True)]
            for key in ("lulucf_t", "net_t")
            for version in ("old", "revised")
        ]
        rows.append([[_name(found, scope, say)], *cells, [v["text"][say.lang]]])
    head = say.head("who", "old_land", "new_land", "old_net", "new_net", "means")
    blocks: list[Block] = [
        Para([say("land_lead", version=found["vintages"]["joint"]["inventory_version"])]),
        Table([say("land_table", year=found["year"])], head, rows, "lrrrrl", [0.16, 0.14, 0.14, 0.14, 0.14, 0.28]),
    ]
    turns = found["turns"]
    if turns:
        joint = turns["members"]["joint"]
        blocks.append(Para([say("turn", text=joint["text"][say.lang], **{"from": turns["from"]})]))
        if not joint["same_version"]:
            blocks.append(Para([say("turn_versions", **turns["versions"])], "note"))
        items: list[Line] = [
            [say("turn_by", name=_name(found, a, say), **{k: say(f"turn_{t[k]}") for k in ("old", "revised")})]
            for a, t in turns["members"].items()
            if {t["old"], t["revised"]} != {"stayed"}
        ]
        if items:
            blocks.append(Bullets(items))
    return Section("land", [say("land_title")], blocks, fit=False)


def _rest(found: Found, say: Say) -> Section:
    keys = [k for k in found["residual"]["joint"] if k != "total"]
    rows: list[list[Line]] = [
        [[_name(found, scope, say)], *([say.num(f"residual.{scope}.{k}", r[k])] for k in (*keys, "total"))]
        for scope, r in found["residual"].items()
    ]
    from stadtland.inventory.target_views import budgets

    shares = ", ".join(
        f"{say(f'sector_{k}')} {locale.percent(v, say.lang)}"
        for k, v in (found["residual_shares"] or budgets()["residual"]).items()
        if k in keys
    )
    neutral = found["neutrality"]
    years = {k: say("neutral_never") if v["year"] is None else str(v["year"]) for k, v in neutral["versions"].items()}
    blocks: list[Block] = [
        Table(
            [say("rest_table")],
            [*say.head("who"), *say.head(*(f"sector_{k}" for k in keys), "total")],
            rows,
            "l" + "r" * (len(keys) + 1),
        ),
        Para([say("rest_note", shares=shares)], "note"),
        Para([say("neutral", basis=say(f"basis_{neutral['basis']}"), **years)]),
    ]
    return Section("rest", [say("rest_title")], blocks, fit=False)
