"""Urban-rural profile and comparison as documents: indicators, surplus and shortage, causes, what to measure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stadtland.base import locale

from . import charts
from .pages import Say
from .style import palette
from .tree import Block, Bullets, Chart, Document, Heading, Line, Num, Para, Section, Table

Found = Mapping[str, Any]
MARKS = {"place": "", "estimate": "~", "district": "k", "land": "l", "country": "d"}
SHOWN = 3  # data to measure next in a short document


def profile(found: Found, lang: str, whole: bool = True) -> Document:
    """The result of `actions.profile.profile`; not `whole`: without meanings and the list of what is missing."""
    say = Say("profile", lang)
    sections = [_indicators(found, say, whole), _complements(found, say)]
    if whole:
        sections += [_meanings(found, say), _missing(found, say)]
    return say.document(say("title", year=found["year"]), found["note"][lang], sections, say("footer"))


def compare(found: Found, lang: str, whole: bool = True) -> Document:
    """The result of `actions.profile.compare`; not `whole`: without picture and blocks, three data to measure next."""
    say = Say("profile", lang)
    sections = [_why(found, say, whole), _sure(found, say, whole)]
    return say.document(say("compare_title", year=found["year"]), found["note"][lang], sections, say("footer"))


def _unit(unit: str, lang: str) -> str:
    from stadtland.inventory.profile import words

    return str(words()["units"].get(unit, {}).get(lang, unit))


def _without(found: Found) -> list[int]:
    """Rows of the profile in which nobody has a value."""
    columns = list(found["profile"].values())
    return [i for i in range(len(columns[0])) if all(c[i]["value"] is None for c in columns)]


def _indicators(found: Found, say: Say, whole: bool) -> Section:
    codes = [m["ags"] for m in found["members"]]
    empty = set(_without(found))
    rows: list[list[Line]] = []
    for i, first in enumerate(found["profile"][codes[0]]):
        if i in empty:
            continue
        cells: list[Line] = []
        for a in codes:
            c = found["profile"][a][i]
            if c["value"] is None:
                cells.append([say("unknown")])
                continue
            shown = locale.number(c["value"], say.lang, c["digits"])
            cells.append([Num(f"[profile.{a}.{i}.value]", c["value"], shown), MARKS.get(c["level"], "")])
        rows.append([[first["title"][say.lang]], *cells, [_unit(first["unit"], say.lang)]])
    head: list[Line] = [[say("indicator")], *([m["name"]] for m in found["members"]), [say("unit")]]
    blocks: list[Block] = [
        Table([say("indicators")], head, rows, "l" + "r" * len(codes) + "l"),
        Para([say("levels")], "note"),
    ]
    if empty and not whole:
        blocks.append(Para([say("missing_short", n=len(empty))]))
    return Section("indicators", [say("indicators")], blocks, fit=False)


def _complements(found: Found, say: Say) -> Section:
    codes = [m["ags"] for m in found["members"]]
    names = {m["ags"]: m["name"] for m in found["members"]}
    rows: list[list[Line]] = []
    blocks: list[Block] = []
    for i, row in enumerate(found["complements"]):
        cells: list[Line] = [
            [
                say.num(f"complements.{i}.members.{a}.balance", row["members"][a]["balance"], sign=True),
                "" if row["members"][a]["balance"] is None else f" {_unit(row['unit'], say.lang)}",
            ]
            for a in codes
        ]
        rows.append([[row["title"][say.lang]], *cells])
        said: dict[str, list[str]] = {}
        for a in codes:
            member = row["members"][a]
            text = say("lacking", missing=member["text"][say.lang]) if member["state"] == "unknown" else None
            said.setdefault(text or member["text"][say.lang], []).append(names[a])
        title = say("resource_line", title=row["title"][say.lang], measures=row["measures"][say.lang])
        blocks += [Heading([title], 3), Bullets([[f"{', '.join(who)}: {text}"] for text, who in said.items()])]
    head: list[Line] = [[say("resource")], *([m["name"]] for m in found["members"])]
    table = Table([say("complements")], head, rows, "l" + "r" * len(codes))
    first: list[Block] = [table, Para([say("complements_note")], "note"), Heading([say("consequences")])]
    return Section("complements", [say("complements")], [*first, *blocks], fit=False)


def _meanings(found: Found, say: Say) -> Section:
    empty = set(_without(found))
    rows: list[list[Line]] = []
    for i, c in enumerate(next(iter(found["profile"].values()))):
        if i in empty:
            continue
        origin = ", ".join(str(x) for x in (c["source"], c["year"], (c["level_text"] or {}).get(say.lang)) if x)
        caveat = c["caveat"][say.lang] if c["caveat"] else "–"
        rows.append([[c["title"][say.lang]], [c["meaning"][say.lang]], [caveat], [origin]])
    head = say.head("indicator", "means", "caveat", "source")
    table = Table([say("meanings")], head, rows, "llll", [0.22, 0.32, 0.22, 0.24])
    return Section("meanings", [say("meanings")], [table], fit=False)


def _missing(found: Found, say: Say) -> Section:
    column = next(iter(found["profile"].values()))
    empty = _without(found)
    rows: list[list[Line]] = [
        [[column[i]["title"][say.lang]], [_text(column[i]["missing"], say)], [_text(column[i]["ask"], say)]]
        for i in empty
    ]
    blocks: list[Block] = [
        Para([say("missing_lead", n=len(empty))]),
        Table([say("missing_title")], say.head("indicator", "datum", "ask"), rows, "lll", [0.34, 0.38, 0.28]),
    ]
    return Section("missing", [say("missing_title")], blocks, fit=False)


def _text(value: Mapping[str, str] | None, say: Say) -> str:
    return value[say.lang] if value else "–"


# ---- comparison --------------------------------------------------------------------------------------------------


def _why(found: Found, say: Say, whole: bool) -> Section:
    names = {m["ags"]: m["name"] for m in found["members"]}
    account = Say("targets", say.lang)("account_" + found["account"])
    blocks: list[Block] = [Para([say("why_lead", account=account)])]
    for base in ("head", "hectare"):
        gaps = [(i, g) for i, g in enumerate(found["gaps"]) if g["base"] == base]
        titles: dict[str, str] = {}
        for _, gap in gaps:
            titles |= {e["id"]: e["title"][say.lang] for e in gap["by_factor"]}
        order = [k for k in titles if k != "rest"] + ["rest"]
        rows: list[list[Line]] = []
        for key in order:
            cells: list[Line] = []
            for i, gap in gaps:
                at = next((n for n, e in enumerate(gap["by_factor"]) if e["id"] == key), None)
                if at is None:
                    cells.append([locale.number(0.0, say.lang, 2)])
                    continue
                path = f"gaps.{i}.by_factor.{at}.effect"
                cells.append([say.num(path, gap["by_factor"][at]["effect"], 2, True)])
            rows.append([[titles.get(key, key)], *cells])
        rows.append([[say("sum")], *([say.num(f"gaps.{i}.gap", g["gap"], 2, True)] for i, g in gaps)])
        caption = say("gap_table", account=account, unit=_unit(gaps[0][1]["unit"], say.lang))
        head: list[Line] = [[say("cause")], *([names[g["to"]]] for _, g in gaps)]
        table = Table([caption], head, rows, "l" + "r" * len(gaps), total_row=True)
        if base == "head" and whole:
            blocks += [_picture([g for _, g in gaps], names, order, titles, say), table, _blocks(gaps, names, say)]
        else:
            blocks.append(table)
    return Section("why", [say("why")], blocks, fit=False)


def _picture(
    gaps: list[Mapping[str, Any]], names: Mapping[str, str], order: list[str], titles: Mapping[str, str], say: Say
) -> Chart:
    tones = [*palette()["fields"]][: max(len(order) - 1, 1)]
    rows, said = [], []
    for gap in gaps:
        for rank, key in enumerate(order):
            effect = next((e["effect"] for e in gap["by_factor"] if e["id"] == key), 0.0)
            label = titles.get(key, key)
            rows.append({"place": names[gap["to"]], "label": label, "rank": rank, "value": effect})
            said.append(f"{names[gap['to']]}, {label}: {locale.number(effect, say.lang, 2, True)}")
    labels = [titles.get(k, k) for k in order]
    spec = charts.stacked(rows, [names[g["to"]] for g in gaps], labels, [*tones[: len(labels) - 1], palette()["muted"]])
    spec["encoding"]["color"]["legend"] |= {"columns": 2, "labelLimit": 320}
    svg = charts.render(spec, "causes", say.lang)
    return Chart("causes", [say("picture")], [say("picture_unit")], "; ".join(said), svg)


def _blocks(gaps: list[tuple[int, Mapping[str, Any]]], names: Mapping[str, str], say: Say) -> Table:
    ids = [b["id"] for b in gaps[0][1]["blocks"]]
    rows: list[list[Line]] = []
    for n, _ in enumerate(ids):
        title = gaps[0][1]["blocks"][n]["title"][say.lang]
        cells: list[Line] = [[say.num(f"gaps.{i}.blocks.{n}.gap", g["blocks"][n]["gap"], 2, True)] for i, g in gaps]
        rows.append([[title], *cells])
    places: list[Line] = [[names[g["to"]]] for _, g in gaps]
    head: list[Line] = [[say("block")], *places]
    return Table([say("blocks")], head, rows, "l" + "r" * len(gaps))


def _sure(found: Found, say: Say, whole: bool) -> Section:
    books, land, draws = found["books"], found["vintages"]["joint"], found["uncertainty"]
    names = {m["ags"]: m["name"] for m in found["members"]}
    rest = max(abs(b["residual_kg"]) for b in books.values())
    bisko = locale.number(books["bisko_t"]["eliminations_t"], say.lang)
    old, new = (locale.number(land[k]["lulucf_t"], say.lang, 0, sign=True) for k in ("old", "revised"))
    band = draws["bands"]["joint"][found["account"]]
    low, high = (locale.number(band[k], say.lang) for k in ("low", "high"))
    shown = locale.number(draws["draws"], say.lang)
    rows: list[list[Line]] = [
        [[e["measure"][say.lang]], [names[e["ags"]]], [e["ask"][say.lang]], [locale.percent(e["reduction"], say.lang)]]
        for e in (found["measure_next"] if whole else found["measure_next"][:SHOWN])
    ]
    blocks: list[Block] = [
        Para([say("closed", kg=locale.number(rest, say.lang), bisko=bisko)]),
        Para([say("forest", old=old, new=new, text=land["text"][say.lang])]),
        Para([say("band", low=low, high=high, seed=draws["seed"], draws=shown)]),
        Table([say("next_table")], say.head("measure", "where", "ask", "share"), rows, "lllr"),
    ]
    return Section("sure", [say("sure")], blocks, fit=False)
