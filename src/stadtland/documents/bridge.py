"""The protocol of a harmonised inventory as a document: waterfall, reasons, all rules, cells, card, second one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stadtland.base import locale

from . import joint_pictures as pictures
from .pages import Say
from .tree import Block, Chart, Document, Line, Para, Section, Table, plain

Report = Mapping[str, Any]
TOTALS = ("old", "new")


def compose(report: Report, lang: str) -> Document:
    """The report of `actions.harmonise` as a document tree, German or English."""
    say = Say("bridge", lang)
    name = report["name"] or report["ags"] or report["original"]["file"]
    sections = [_bridge(report, say), *_pair(report, say), _rules(report, say), _cells(report, say), _card(report, say)]
    footer = say("footer", file=report["original"]["file"], sha=report["original"]["sha256"] or "–")
    title = say("title", name=name, year=report["year"])
    return say.document(title, report["label"][lang], sections, footer)


def _bridge(report: Report, say: Say) -> Section:
    from stadtland.inventory.harmonise import protocol_rows

    bars, rows = [], []
    for i, bar in enumerate(report["waterfall"]):
        total = bar["rule"] in TOTALS
        title = bar["title"][say.lang]
        if bar["rule"].startswith("H"):
            title = f"{bar['rule']} {title}"
        shown = say.num(f"waterfall.{i}.delta_t", bar["delta_t"], sign=not total)
        lacking = bar["status"] == "needs_data"
        bars.append(pictures.Bar(title, bar["delta_t"], plain([shown]), total, lacking or bar["rule"] == "residual"))
        why = f"{say('missing')}: {bar['why'][say.lang]}" if lacking else bar["why"][say.lang]
        row: list[Line] = [[title], [shown], [why], [bar["data_quality_effect"][say.lang]]]
        rows.append(row)
    alt = "; ".join(f"{b.label}: {b.words}" for b in bars)
    old, new, rest = (plain([say.num("", report[k], sign=k == "residual_t")]) for k in ("old_t", "new_t", "residual_t"))
    blocks: list[Block] = [
        Para([say("lead", old=old, new=new, rest=rest)], "lead"),
        Chart("waterfall", [say("picture")], [say("unit")], alt, pictures.bridge(bars, say.cut)),
        Table([say("table")], say.head("rule", "tonnes", "reason", "effect"), rows, "lrll", [0.27, 0.12, 0.37, 0.24]),
    ]
    if report["residual_rows"]:
        left: list[list[Line]] = [
            [
                [str(r["row"] or "–")],
                [r["line"]],
                [say.num(f"residual_rows.{i}.delta_t", r["delta_t"], sign=True)],
                ["–"] if r["factor"] is None else [say.num(f"residual_rows.{i}.factor", r["factor"], 1)],
                ["–"] if r["wanted"] is None else [say.num(f"residual_rows.{i}.wanted", r["wanted"], 1)],
            ]
            for i, r in enumerate(report["residual_rows"])
        ]
        blocks.append(Table([say("rest_table")], say.head("row", "cell", "tonnes", "after", "wanted"), left, "llrrr"))
    blocks += [Para([r["text"]]) for r in protocol_rows(report, say.lang) if r["kind"] in ("note", "flag", "memo")]
    return Section("bridge", [say("bridge_title")], blocks, fit=False)


def _pair(report: Report, say: Say) -> list[Section]:
    pair = report.get("pair")
    if not pair:
        return []
    other, rest = (plain([say.num("", pair[k], sign=k == "remainder_t")]) for k in ("other_t", "remainder_t"))
    share = locale.percent(pair["remainder_share"], say.lang, 1) if pair["remainder_share"] is not None else "–"
    rows: list[list[Line]] = [
        [[sector], [say.num(f"pair.by_sector.{sector}", t, sign=True)]] for sector, t in pair["by_sector"].items()
    ]
    blocks: list[Block] = [
        Para([say("pair_lead", other=other, rest=rest, share=share)]),
        Table([say("pair_table")], say.head("sector", "tonnes"), rows, "lr"),
    ]
    return [Section("pair", [say("pair_title")], blocks, fit=False)]


def _rules(report: Report, say: Say) -> Section:
    rows: list[list[Line]] = [
        [
            [f"{r['rule']} {r['title'][say.lang]}"],
            [say(f"status_{r['status']}")],
            [say.num(f"rules.{i}.delta_t", r["delta_t"], sign=True)],
            [r["formula"]],
            [f"{r['source']} ({r['evidence']})"],
        ]
        for i, r in enumerate(report["rules"])
    ]
    head = say.head("rule", "status", "tonnes", "formula", "source")
    blocks: list[Block] = [
        Para([say("rules_lead")]),
        Table([say("rules_title")], head, rows, "llrll", [0.23, 0.12, 0.1, 0.27, 0.28]),
    ]
    return Section("rules", [say("rules_title")], blocks, fit=False)


def _cells(report: Report, say: Say) -> Section:
    rows: list[list[Line]] = []
    for i, c in enumerate(report["cells"]):
        name = ".".join(str(c[k]) for k in ("sector", "mode", "carrier", "part") if c[k])
        origin = say("file", row=c["row"]) if c["origin"] == "file" else f"{c['origin']}, {c['source'] or '–'}"
        mwh, t = (say.num(f"cells.{i}.{k}", c[k]) for k in ("mwh", "t_co2e"))
        rows.append([[name], [mwh], [t], [c["data_quality"] or "–"], [origin]])
    blocks: list[Block] = [
        Para([say("cells_lead")]),
        Table([say("cells_title")], say.head("cell", "mwh", "tonnes", "quality", "origin"), rows, "lrrll"),
    ]
    return Section("cells", [say("cells_title")], blocks, fit=False)


def _card(report: Report, say: Say) -> Section:
    from stadtland.inventory.harmonise.card import questions

    rows: list[list[Line]] = []
    for id, entry in questions().items():
        answer = report["card"][id]
        shown = entry["choices"].get(answer, {}).get(say.lang, say("unknown"))
        rows.append([[entry["title"][say.lang]], [shown]])
    table = Table([say("card_title")], say.head("question", "answer"), rows, "ll", [0.5, 0.5])
    return Section("card", [say("card_title")], [table], fit=False)
