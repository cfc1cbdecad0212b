"""The annual report's chapter on money: fund, contracts, settlement between the members."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .chapters import parts
from .reader import Reader
from .tree import Block, Heading, Line, Para, Section, Table

SOURCES = ("city", "companies", "citizens", "other", "grant")
USES = ("land_users", "measures", "administration")


def money(r: Reader) -> Section:
    """The chapter."""
    empty = r.get("fund") is None and r.get("trueup") is None
    return Section("money", r.say("annual.money_title"), [*_fund(r), *_trueup(r)], fresh=not empty)


def _fund(r: Reader) -> list[Block]:
    if r.get("fund") is None:
        return [Para(r.say("annual.fund_nothing"))]
    year = str(r.get("year"))
    rows: list[list[Line]] = [[r.say("annual.fund_opening"), r.cell("[fund.opening] / 100", "eur_cent")]]
    rows += [
        [r.say(f"annual.fund_{k}"), r.cell(f"[fund.received.{k}] / 100", "eur_cent", sign=True)]
        for k in SOURCES if r.get(f"fund.received.{k}")
    ]  # fmt: skip
    rows += [
        [r.say(f"annual.fund_{k}"), r.cell(f"0 - [fund.spent.{k}] / 100", "eur_cent")]
        for k in USES if r.get(f"fund.spent.{k}")
    ]  # fmt: skip
    rows.append([r.say("annual.fund_closing"), r.cell("[fund.closing] / 100", "eur_cent")])
    head = [r.say("annual.col_item"), r.say("annual.col_eur")]
    pots = {k: r.num(f"[fund.pots.{k}] / 100", "eur_cent") for k in ("free", "buffer", "admin")}
    blocks: list[Block] = [
        Table(r.say("annual.fund_caption", year=year), head, rows, "lr", [3, 1], True),
        Para(r.say("annual.fund_pots", earmark=r.num("[fund.earmark] / 100", "eur_cent"), **pots)),
    ]
    open_eur = r.num("[fund.open] / 100", "eur_cent")
    if r.get("fund.contracts"):
        until = r.get("fund.covered_until")
        key = "annual.fund_uncovered" if until is None else "annual.fund_promised"
        blocks.append(Para(r.say(key, open=open_eur, **({} if until is None else {"year": str(until)}))))
        titles = {m["id"].replace("@", ":"): _title(r, m) for m in r.get("measures", [])}
        listed: list[list[Line]] = [
            [
                [str(c["contract"])], [titles.get(c["measure"], str(c["measure"]))],
                r.say(f"annual.basis_{c['basis']}"),
                r.cell(f"[fund.contracts.{i}.promised] / 100", "eur_cent"),
                r.cell(f"[fund.contracts.{i}.paid] / 100", "eur_cent"),
            ]
            for i, c in enumerate(r.get("fund.contracts"))
        ]  # fmt: skip
        head = [r.say(f"annual.col_{c}") for c in ("contract", "measure", "per", "promised", "paid")]
        blocks.append(
            parts.table(r, r.say("annual.contracts_caption"), head, listed, "lllrr", widths=[1, 2.2, 0.8, 1.1, 1.1])
        )
    return blocks


def _title(r: Reader, measure: Mapping[str, Any]) -> str:
    return f"{r.pick(measure['title'])}, {r.name(measure['member'])}"


def _trueup(r: Reader) -> list[Block]:
    year = str(r.get("year"))
    title = Heading(r.say("annual.trueup_title", year=year))
    if r.get("trueup") is None:
        return [title, Para(r.say("annual.trueup_none", year=year))]
    members = r.get("trueup.members", {})
    deviation = r.num("sum([trueup.members.*.deviation]) / 100", "eur_cent", sign=True)
    intro = r.say("annual.trueup_intro", decision=str(r.get("trueup.decision", "–")), deviation=deviation)
    keys = ("burden", "actual", "paid", "settlement")
    rows: list[list[Line]] = [
        [
            [r.name(m)],
            *(r.cell(f"[trueup.members.{m}.{k}] / 100", "eur_cent", sign=k == "settlement") for k in keys),
        ]
        for m in members
    ]
    rows.append([r.say("annual.sum"), *(r.cell(f"sum([trueup.members.*.{k}]) / 100", "eur_cent") for k in keys)])
    head = [r.say(f"annual.col_{c}") for c in ("member", "burden", "borne", "advance", "settlement")]
    table = Table(r.say("annual.trueup_caption", year=year), head, rows, "lrrrr", total_row=True)
    return [title, Para(intro), table]
