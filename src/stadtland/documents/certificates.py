"""Papers of the climate account: certificate of contribution, record of retirement, contract sheet of an offer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stadtland.base import content, locale, toml

from .pages import Say
from .reader import clean
from .tree import Block, Box, Bullets, Chart, Document, Line, Para, Section, Table

Facts = Mapping[str, Any]


def claims() -> dict[str, Any]:
    """What may be said by claim (`may`), and the words that must not be said (`rules.never`)."""
    return toml.read(content.path("ledger", "claims.toml"))


def amount(kg: int, lang: str) -> str:
    """Kilograms as tonnes, exact: `1,25 t CO₂e`.

    >>> amount(1250, "de"), amount(3000, "en")
    ('1,25 t CO₂e', '3 t CO₂e')
    """
    digits = next(d for d in range(4) if kg * 10**d % 1000 == 0)
    return f"{locale.number(kg / 1000, lang, digits)} t CO₂e"


def code(payload: str) -> str:
    """A QR code as SVG of 160 px; error correction Q (a quarter may be damaged)."""
    import io

    import segno

    made = segno.make(payload, error="q", micro=False)
    size = made.symbol_size(border=4)[0]
    out = io.BytesIO()
    made.save(out, kind="svg", scale=160 / size, border=4, xmldecl=False, svgns=True, nl=False)
    return out.getvalue().decode()


def certificate(facts: Facts, lang: str) -> Document:
    """The paper of a transfer or a retirement; `facts` as `actions.klimakonto_papers.facts` gives them."""
    say = Say("certificate", lang)
    told = clean(dict(facts))
    claim, kind = claims()[told["claim"]], told["kind"]
    size = amount(told["kg"], lang)
    rows: list[tuple[str, str]] = [
        ("holder", told["holder"]),
        ("amount", f"{size} ({locale.number(told['kg'], lang)} kg)"),
        ("class", "; ".join(t[lang] for t in told["classes"])),
        ("measure", "; ".join(told["measures"])),
        ("place", ", ".join(told["places"])),
        ("vintage", ", ".join(str(y) for y in told["years"])),
        ("until", ", ".join(str(y) for y in told["until"])),
        ("claim", claim["title"][lang]),
    ]
    if kind == "retire":
        rows += [("statement", told["statement"]), ("purpose", told.get("purpose") or say("none"))]
    blocks: list[Block] = [
        Para([say("lead", holder=told["holder"], amount=size, claim=claim["title"][lang])], "lead"),
        Para([say(f"lead_{kind}")]),
    ]
    if told.get("corrected"):
        blocks.append(Box("warn", [say("corrected", seq=told["corrected"])], []))
    blocks.append(_pairs(say, "facts", rows))
    never = ", ".join(claims()["rules"]["never"][lang])
    spoken = [
        text.format(amount=size, year=", ".join(map(str, told["years"])), place=", ".join(told["place_names"]))
        for text in claim["may"][lang]
    ]
    words = Section("say", [say("say")], [
        Bullets([[text] for text in spoken]),
        Box("warn", [say("never")], [Para([say("never_text", words=never)]), Para([say("legal")], "note")]),
    ], fresh=False, fit=False)  # fmt: skip
    numbers = Table(
        [say("serials")],
        say.head("series", "first", "last", "kg"),
        [[[s], [str(a)], [str(b)], [str(b - a + 1)]] for s, a, b in told["blocks"]],
        "lrrr",
    )
    payload = f"stadtland:{told['journal']}/{told['seq']}/{told['hash']}"
    proof = Section("proof", [say("proof")], [
        Para([say("proof_text", **{k: told[k] for k in ("journal", "seq", "time", "hash")})]),
        Chart("code", [say("code")], [payload], say("code_alt"), code(payload)),
    ], fresh=False, fit=False)  # fmt: skip
    first = Section("record", [say(f"title_{kind}")], [*blocks, numbers], fit=False)
    return say.document(f"{say(f'title_{kind}')} {told['seq']}", say("kind"), [first, words, proof], say("footer"))


def contract(facts: Facts, lang: str) -> Document:
    """The contract sheet of an offer to a land user; `facts`: offer, sections, names, plots, start, agreed payment."""
    say = Say("certificate", lang)
    told = clean(dict(facts))
    offer = told["offer"]
    area = locale.number(offer["hectares"], lang, 2)
    title = offer["title"][lang]
    lead = say(
        "contract_lead", fund=told["fund"], user=told["user"], hectares=area, years=offer["term_years"],
        start=told["start"],
    )  # fmt: skip
    blocks: list[Block] = [Para([lead], "lead")]
    if told["agreed_eur"] is None:
        levels = ("low", "central", "high")
        money: list[list[Line]] = []
        for label, key in (("yearly", "payment_eur_a"), ("once", "once_eur"), ("term_sum", "term_eur")):
            values: list[Line] = [[locale.number(offer[key][level], lang, 2)] for level in levels]
            money.append([[say(label)], *values])
        blocks += [
            Table([say("money")], say.head("what", *levels), money, "lrrr"),
            Para([say("not_agreed")], "note"),
        ]
    else:
        per_ha = told["agreed_eur"]
        rows = [
            ("yearly", locale.number(per_ha * offer["hectares"], lang, 2)),
            ("term_sum", locale.number(per_ha * offer["hectares"] * offer["term_years"], lang, 2)),
        ]
        blocks += [Para([say("agreed", value=locale.number(per_ha, lang, 2))]), _pairs(say, "money", rows, "lr")]
    blocks.append(Table([say("plots")], say.head("what"), [[[p]] for p in told["plots"] or [say("none")]], "l"))
    sections = [Section("contract", [say("contract_title", title=title)], blocks, fit=False)]
    for part in told["sections"]:
        inner: list[Block] = [Bullets([[i] for i in part["items"]])] if part["items"] else []
        inner += [Para([p]) for p in part["paragraphs"]]
        sections.append(Section(part["id"], [part["title"]], inner, fresh=False, fit=False))
    units: list[Block] = [Para([say("units_text", owner=told["owner"])]), Para([say("duty_text")])]
    sections.append(Section("units", [say("units")], units, fresh=False, fit=False))
    rows_sign: list[list[Line]] = [[[told["fund"]], [say("sign_row")]], [[told["user"]], [say("sign_row")]]]
    table = Table([say("sign")], say.head("party", "value"), rows_sign, "ll")
    sections.append(Section("sign", [say("sign")], [table], fresh=False, fit=False))
    return say.document(say("contract_title", title=title), say("contract_kind"), sections, say("footer"))


def _pairs(say: Say, caption: str, rows: list[tuple[str, str]], align: str = "ll") -> Table:
    lines: list[list[Line]] = [[[say(k)], [v]] for k, v in rows]
    return Table([say(caption)], say.head("what", "value"), lines, align)
