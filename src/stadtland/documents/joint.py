"""The joint balance as a document: closure, proof line by line, flows, members and areas, bridges of old balances."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from . import joint_pictures as pictures
from .pages import Say
from .tree import Block, Bullets, Chart, Document, Line, Para, Section, Table, plain

Found = Mapping[str, Any]
VIEWS = ("extended", "origin", "consumption")


def compose(found: Found, lang: str, whole: bool = True) -> Document:
    """The result of `actions.consolidate` as a document tree, German or English; not `whole`: without the proof."""
    say = Say("joint", lang)
    name = found["name"] or say("unnamed", n=len(found["members"]))
    sections = [_closure(found, say), _flows(found, say), _people(found, say)]
    sections += [_old(found, a, say) for a in found["harmonised"]]
    if whole:
        sections.append(_proof(found, say))
    return say.document(say("title", year=found["year"], name=name), say("kind"), sections, say("footer"))


def _names(found: Found) -> dict[str, str]:
    return {m["ags"]: m["name"] for m in found["members"]}


def _closure(found: Found, say: Say) -> Section:
    books = found["books"]
    most = max(abs(b["residual_kg"]) for b in books.values())
    proof = found["line_proof"]
    worst = max(abs(p["elimination_kg"]) for p in proof)
    rows: list[list[Line]] = [
        [
            [say(f"name_{key}")],
            [say.num(f"books.{key}.members_t", b["members_t"])],
            [say.num(f"books.{key}.eliminations_t", b["eliminations_t"])],
            [say.num(f"books.{key}.bridge_t", b["bridge_t"], sign=True)],
            [say.num(f"books.{key}.joint_t", b["joint_t"])],
            [say.num(f"books.{key}.residual_kg", b["residual_kg"])],
        ]
        for key, b in books.items()
    ]
    account = found["account"]
    one = books[account]
    members: list[list[Line]] = [
        [
            [name],
            [say.num(f"books.{account}.members.{a}", one["members"][a])],
            [say.num(f"books.{account}.bridge.{a}", one["bridge"][a], sign=True)],
            [
                say.num(
                    f"[books.{account}.members.{a}] + [books.{account}.bridge.{a}]",
                    one["members"][a] + one["bridge"][a],
                )
            ],
        ]
        for a, name in _names(found).items()
    ]
    blocks: list[Block] = [
        Para([say("sum_lead", kg=most)], "lead"),
        Para([say("sum_bisko", lines=len(proof), kg=worst)]),
        Table(
            [say("accounts")], say.head("account", "members", "eliminations", "bridge", "joint", "rest"), rows, "lrrrrr"
        ),
        Table(
            [say("by_member", account=say(f"name_{account}"))],
            say.head("member", "book", "bridge", "harmonised"),
            members,
            "lrrr",
        ),
    ]
    if not any(one["bridge"].values()):
        blocks.append(Para([say("book_none")], "note"))
    return Section("closure", [say("sum_title")], blocks, fit=False)


def _proof(found: Found, say: Say) -> Section:
    rows: list[list[Line]] = [
        [
            [p["line"]],
            [say.num(f"line_proof.{i}.members_t", p["members_t"], 1)],
            [say.num(f"line_proof.{i}.one_place_t", p["one_place_t"], 1)],
            [say.num(f"line_proof.{i}.elimination_kg", p["elimination_kg"])],
            [say.num(f"line_proof.{i}.factor_kg_per_mwh", p["factor_kg_per_mwh"], 1)]
            if p["factor_kg_per_mwh"] is not None
            else ["–"],
            [say(f"rule_{p['rule']}")],
        ]
        for i, p in enumerate(found["line_proof"])
        if p["members_t"]
    ]
    why = {p["rule"]: p["why"][say.lang] for p in found["line_proof"]}
    blocks: list[Block] = [
        Para([say("proof_lead")]),
        Bullets([[f"{say(f'rule_{rule}')}: {text}"] for rule, text in why.items()]),
        Table(
            [say("proof_table")],
            say.head("line", "members", "one_place", "elimination_kg", "factor", "rule"),
            rows,
            "lrrrrl",
        ),
    ]
    return Section("proof", [say("proof_title")], blocks, fit=False)


def _amount(link: Mapping[str, Any] | None, say: Say) -> tuple[float | None, str, bool]:
    if link is None or link["amount"] is None:
        return None, say("unknown_short"), False
    from stadtland.inventory.profile import words

    shown = plain([say.num("", link["amount"])])
    unit = str(words()["units"].get(link["unit"], {}).get(say.lang, link["unit"]))
    if link["complete"]:
        return link["amount"], say("amount", amount=shown, unit=unit), True
    return link["amount"], say("partly", amount=shown, unit=unit, n=link["unknown"]), False


def _flows(found: Found, say: Say) -> Section:
    links = {(x["kind"], x["from"], x["to"]): x for x in found["picture"]["links"]}
    kinds = list(dict.fromkeys(x["kind"] for x in found["picture"]["links"]))
    title: Line = [say("flows_title")]
    if not kinds:
        return Section("flows", title, [Para([say("flows_none")])])
    arrows, rows, said = [], [], []
    ways = (("to_city", "rural", "city"), ("to_rural", "city", "rural"))
    for kind in kinds:
        by_way = {way: links.get((kind, start, end)) for way, start, end in ways}
        first = next(x for x in by_way.values() if x) if any(by_way.values()) else None
        if first is None:
            continue
        name = first["title"][say.lang]
        shown = {way: _amount(link, say) for way, link in by_way.items()}
        short = {
            way: (a, words.split(" (")[0] + ("" if all_known or a is None else " *"), all_known)
            for way, (a, words, all_known) in shown.items()
        }
        arrows.append(pictures.Arrow(name, short["to_city"], short["to_rural"]))
        said += [say("alt_link", title=name, way=say(way), amount=shown[way][1]) for way, _, _ in ways]
        pair = next(p for p in found["pairs"] if p["kind"] == kind)
        entries = [say(f"entry_{v}") for v in VIEWS if pair["entries"][v] != "none"]
        lacking = next((x["missing"][say.lang] for x in by_way.values() if x and x["missing"]), "–")
        row: list[Line] = [
            [name], [shown["to_city"][1]], [shown["to_rural"][1]], [first["why"][say.lang]],
            [", ".join(entries) or say("entry_none")], [lacking],
        ]  # fmt: skip
        rows.append(row)
    picture = Chart(
        "flows", [say("flows_picture")], [say("flows_unit")], "; ".join(said),
        pictures.flows(arrows, say("city"), say("rural")),
    )  # fmt: skip
    blocks: list[Block] = [
        Para([say("flows_lead")]),
        picture,
        Table(
            [say("flows_table")],
            say.head("kind_of_flow", "to_city", "to_rural", "why", "two_sided", "missing"),
            rows,
            "llllll",
            [0.11, 0.12, 0.12, 0.35, 0.14, 0.16],
        ),
    ]
    for name, view in found["views"].items():
        if view["entries"]:
            blocks += _view(found, name, view, say)
    return Section("flows", title, blocks, fit=False)


def _view(found: Found, name: str, view: Mapping[str, Any], say: Say) -> list[Block]:
    rows: list[list[Line]] = [
        [
            [_names(found)[a]],
            [say.num(f"views.{name}.members.{a}.base_t", m["base_t"])],
            [say.num(f"views.{name}.members.{a}.transfer_t", m["transfer_t"], sign=True)],
            [say.num(f"views.{name}.members.{a}.view_t", m["view_t"])],
        ]
        for a, m in view["members"].items()
    ]
    rows.append([[say("outside")], ["–"], [say.num(f"views.{name}.outside_t", view["outside_t"], sign=True)], ["–"]])
    caption = say("view_title", view=say(f"entry_{name}"))
    return [
        Para([say("view_lead", kg=view["sum_of_transfers_kg"])]),
        Table([caption], say.head("member", "base", "transfer", "value"), rows, "lrrr"),
    ]


def _people(found: Found, say: Say) -> Section:
    items: list[Line] = []
    for row in found["territory"]:
        others = ", ".join(row["others"].values()) or "–"
        now = ", ".join(row["now"])
        items.append([say(f"area_{row['state']}", given=row["given"], now=now, date=row["date"], others=others)])
    blocks: list[Block] = [Bullets(items), Para([say("area_before")], "note")]
    if found["area"]:
        rows: list[list[Line]] = [
            [
                [_names(found).get(r["ags"], r["ags"])],
                [", ".join(r["parts"])],
                [say.num(f"area.{i}.old_t", r["old_t"])],
                [say.num(f"area.{i}.new_t", r["new_t"])],
                [say.num(f"area.{i}.difference_t", r["difference_t"], sign=True)],
                [", ".join(r["missing"]) or "–"],
            ]
            for i, r in enumerate(found["area"])
        ]
        account = say(f"name_{found['account']}")
        head = say.head("member", "old_parts", "book", "today", "difference", "old_missing")
        blocks.append(Table([say("area_table", account=account)], head, rows, "llrrrl"))
    if found["series"]:
        blocks += _series(found, say)
    return Section("people", [say("people_title")], blocks, fit=False)


def _series(found: Found, say: Say) -> list[Block]:
    series, names = found["series"], _names(found)

    def who(values: Mapping[str, float], sign: str) -> Line:
        if not values:
            return ["–"]
        total = plain([say.num("", sum(values.values()))])
        return [f"{sign}{total} ({', '.join(names.get(a, a) for a in values)})"]

    rows: list[list[Line]] = [
        [
            [f"{s['from']} – {s['to']}"],
            [say.num(f"series.steps.{i}.start_t", s["start_t"])],
            who(s["left"], "−"),
            who(s["joined"], "+"),
            [say.num(f"series.steps.{i}.stay_t", s["stay_t"], sign=True)],
            [say.num(f"series.steps.{i}.end_t", s["end_t"])],
            [say.num(f"series.steps.{i}.residual_kg", s["residual_kg"])],
        ]
        for i, s in enumerate(series["steps"])
    ]
    values = "; ".join(f"{y}: {plain([say.num('', t)])} t" for y, t in series["same_members"].items())
    caption = say("series_table", account=say(f"name_{found['account']}"))
    return [
        Table([caption], say.head("from_to", "start", "left", "joined", "stay", "end", "rest"), rows, "lrrrrrr"),
        Para([say("series_same", year=series["same_members_of"], values=values)]),
        Para([say("series_note")], "note"),
    ]


def _old(found: Found, ags: str, say: Say) -> Section:
    old = found["harmonised"][ags]
    name = _names(found)[ags]
    titles = {"estimate": say("estimate"), "joint": say("joint_value")}
    bars, rows = [], []
    for i, bar in enumerate(old["bars"]):
        title = titles.get(bar["id"]) or bar["title"][say.lang]
        if bar["id"].startswith("H"):
            title = f"{bar['id']} {title}"
        total = bar["id"] in ("old", "joint")
        shown = say.num(f"harmonised.{ags}.bars.{i}.t", bar["t"], sign=not total)
        bars.append(pictures.Bar(title, bar["t"], plain([shown]), total, bar["id"] in ("residual", "estimate")))
        row: list[Line] = [[title], [shown]]
        rows.append(row)
    alt = "; ".join(f"{b.label}: {b.words}" for b in bars)
    lead = say(
        "old_lead", old=plain([say.num("", old["old_t"])]), joint=plain([say.num("", old["joint_t"])]),
        file=old["file"] or "–",
    )  # fmt: skip
    blocks: list[Block] = [
        Para([lead], "lead"),
        Chart(f"bridge-{ags}", [say("old_picture")], [say("old_unit")], alt, pictures.bridge(bars, say.cut)),
        Table([say("old_picture")], say.head("step", "tonnes"), rows, "lr"),
    ]
    if old["not_taken_over"]:
        cells = ", ".join(
            ".".join(str(c[k]) for k in ("sector", "mode", "carrier") if c[k]) for c in old["not_taken_over"]
        )
        blocks.append(Para([say("not_taken", cells=cells)]))
    if old["status"] == "incomplete":
        blocks.append(Para([say("status_incomplete")], "note"))
    return Section(f"old-{ags}", [say("old_title", name=name)], blocks, fit=False)
