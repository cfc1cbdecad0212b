"""The annual report as a document: every number carries its path in `annual-<year>.json`."""

from __future__ import annotations

from typing import Any

from stadtland.base import canonical, locale
from stadtland.base.errors import InputError
from stadtland.monitoring.causes import spec
from stadtland.monitoring.forecast import rules

from . import annual_pictures as pictures
from . import charts
from .annual_money import money
from .chapters import parts
from .chapters.basis import DOTS
from .reader import Reader, clean
from .report import LABELS
from .tree import Block, Box, Bullets, Chart, Document, Heading, Lamp, Line, Para, Section, Table, Tile, Tiles, plain

SCHEMA = "stadtland/annual/1"
MOST_MEASURES = 24


def render(found: dict[str, Any], lang: str) -> dict[str, bytes]:
    """`annual-<year>-<lang>.html` and `.pdf` (tagged, PDF/UA-1) by name. InputError `language`, `annual-schema`."""
    from . import html, pdf

    document = compose(found, lang)
    name = f"annual-{found['year']}-{lang}"
    return {f"{name}.html": html.render(document), f"{name}.pdf": pdf.render(document)}


def compose(found: dict[str, Any], lang: str) -> Document:
    """The annual report as a tree."""
    if lang not in locale.LANGUAGES:
        raise InputError("language", f"the language {lang!r} is not available", "--lang", "use de or en")
    if found.get("schema") != SCHEMA:
        raise InputError(
            "annual-schema", f"the document is of schema {found.get('schema')!r:.40}, not {SCHEMA}", "",
            "write it again with `stadtland monitor report`",
        )  # fmt: skip
    digest = canonical.digest(found)[:12]
    r = Reader(clean(found), lang)
    year = str(found["year"])
    sections = [_first(r), _change(r), _path(r), _measures(r), money(r), _basis(r)]
    labels = {key: r.raw(f"common.{key}") for key in LABELS}
    labels["report_kind"] = r.raw("annual.kind")
    title = plain(r.say("annual.title", year=year, name=str(r.get("partnership.name", ""))))
    footer = plain(r.say("annual.footer", year=year, digest=digest))
    return Document(lang, title, r.raw("annual.kind"), labels, [s for s in sections if s is not None], footer)


def lamp(r: Reader, tone: str) -> Line:
    """The light with its word."""
    word = r.raw(f"annual.lamp_{tone}")
    return [word] if tone == "none" else [Lamp(f"lamp_{tone}", DOTS[tone]), " ", word]


def both(r: Reader, planned: str, actual: str, kind: str) -> Line:
    """`planned / achieved` in one cell."""
    return [r.num(planned, kind, bare=True), " / ", r.num(actual, kind, bare=True)]


def _first(r: Reader) -> Section:
    year, since, scope = str(r.get("year")), str(r.get("since")), str(r.get("scope"))
    blocks: list[Block] = []
    if r.get("training"):
        blocks.append(Box("warn", r.say("annual.training_title"), [Para(r.say("annual.training_text"))]))
    fell = (r.value("[change.change_kg]") or 0) <= 0
    lead = r.say(
        "annual.lead_fall" if fell else "annual.lead_rise", year=year, since=since,
        value=r.num("[change.end_kg] / 1000", "t_whole"), size=r.size("[change.change_kg] / 1000", "t_whole"),
    )  # fmt: skip
    at = {c["id"]: f"[change.causes.{i}.kg]" for i, c in enumerate(r.get("change.causes", []))}
    known = "no_weather" not in r.get("change.notes", [])
    outside = f"({at['weather']} + {at['grid_mix']} + {at['heat_mix']}) / 1000"
    own = r.say(
        "annual.lead_own" if known else "annual.lead_own_no_weather",
        measures=r.num(f"{at['measures']} / 1000", "t_whole", sign=True),
        outside=r.num(outside, "t_whole", sign=True),
    )
    blocks += [Para([*lead, " ", *own], "lead"), Tiles(_tiles(r, year, since, scope))]
    light = str(r.get("path.lamp", "none"))
    line = [*r.say("annual.light_line"), *lamp(r, light)]
    if r.get("path.path_t") is not None:
        path = {k: r.num(f"path.{k}_t", "t_whole") for k in ("actual", "path")}
        line += r.say("annual.light_text", **path)
    else:
        line += r.say("annual.light_none")
    issued = r.get("issued_kg", 0)
    said = r.say("annual.issued_some", kg=r.num("issued_kg", "kg_whole")) if issued else r.say("annual.issued_none")
    blocks += [Para(line), Para(said), Heading(r.say("annual.rule_title")), Bullets([[x] for x in rules(r.lang)])]
    return Section("first", r.say("annual.first_title", year=year), blocks)


def _tiles(r: Reader, year: str, since: str, scope: str) -> list[Tile]:
    account = r.raw(f"annual.account_{scope}")
    rise = (r.value("[change.change_kg]") or 0) > 0
    tiles = [
        Tile(
            [r.num("[change.end_kg] / 1000", "t_whole")], r.say("annual.tile_total", account=account, year=year),
            [r.num("[change.change_kg] / 1000", "t_whole", sign=True), " ", *r.say("annual.tile_change", since=since)],
            "warn" if rise else "plain",
        ),
        Tile(
            [r.num("[totals.kg_actual] / 1000", "t_whole")], r.say("annual.tile_measures", year=year),
            r.say("annual.tile_measures_note", planned=r.num("[totals.kg_planned] / 1000", "t_whole")),
        ),
        Tile(
            [r.num("[totals.cents_actual] / 100", "eur_whole")], r.say("annual.tile_money", year=year),
            r.say("annual.tile_money_note", planned=r.num("[totals.cents_planned] / 100", "eur_whole")),
        ),
    ]  # fmt: skip
    if r.get("fund") is not None:
        tiles.append(Tile([r.num("[fund.closing] / 100", "eur_whole")], r.say("annual.tile_fund", year=year)))
    if r.get("totals.ha_planned") or r.get("totals.ha_actual"):
        note = r.say("annual.tile_ha_note", planned=r.num("totals.ha_planned", "ha"))
        tiles.append(Tile([r.num("totals.ha_actual", "ha")], r.say("annual.tile_ha"), note))
    return tiles


def _change(r: Reader) -> Section:
    year, since = str(r.get("year")), str(r.get("since"))
    names, causes = spec()["cause"], r.get("change.causes", [])
    intro = r.say(
        "annual.change_intro", year=year, since=since, start=r.num("[change.start_kg] / 1000", "t_whole"),
        end=r.num("[change.end_kg] / 1000", "t_whole"),
    )  # fmt: skip
    always = {"measures", "weather", "grid_mix", "unexplained"}
    if "no_weather" in r.get("change.notes", []):
        always.remove("weather")  # what is not known is not zero
    shown = [i for i, c in enumerate(causes) if c["kg"] or c["id"] in always]
    rows: list[list[Line]] = [
        [
            [names[causes[i]["id"]][r.lang]],
            [r.num(f"[change.causes.{i}.kg] / 1000", "t_whole", bare=True, sign=True)],
            [names[causes[i]["id"]]["explain"][r.lang]],
        ]
        for i in shown
    ]  # fmt: skip
    rows.append(
        [
            r.say("annual.row_change"),
            [r.num("[change.change_kg] / 1000", "t_whole", bare=True, sign=True)],
            r.say("annual.row_closed"),
        ]
    )
    head = [r.say(f"annual.col_{c}") for c in ("cause", "t", "meaning")]
    table = Table(r.say("annual.change_caption"), head, rows, "lrl", [1.1, 0.8, 3.2], True)
    blocks: list[Block] = [Para(intro), _waterfall(r, shown), table]
    blocks += [Para(r.say(f"annual.note_{n}"), "note") for n in r.get("change.notes", [])]
    blocks += [_by_member(r, shown), _by_sector(r), Para(r.say("annual.rounding"), "note")]
    return Section("change", r.say("annual.change_title"), blocks)


def _waterfall(r: Reader, shown: list[int]) -> Chart:
    year, since = str(r.get("year")), str(r.get("since"))
    causes, names = r.get("change.causes"), spec()["cause"]
    words = tuple(r.raw(f"annual.{k}") for k in ("label_actual", "word_more", "word_less"))
    at, rows, said = float(r.get("change.start_kg")) / 1000, [], []
    order = [since]
    levels = [at]
    for i in shown:
        kg = causes[i]["kg"] / 1000
        label = names[causes[i]["id"]][r.lang]
        order.append(label)
        text = r.format(kg, "t_whole", bare=True, sign=True)
        rows.append(
            {
                "label": label,
                "from": at,
                "to": at + kg,
                "kind": words[1 if kg > 0 else 2],
                "text": text,
                "at": max(at, at + kg),
            }
        )
        said.append(f"{label} {text}")
        at += kg
        levels.append(at)
    order.append(year)
    low, high = min(levels), max(levels)
    space = max((high - low), abs(high) * 0.02, 1.0)
    first, last = low - 0.35 * space, high + 0.3 * space
    for label, value in ((since, levels[0]), (year, levels[-1])):
        text = r.format(value, "t_whole", bare=True)
        rows.append({"label": label, "from": first, "to": value, "kind": words[0], "text": text, "at": value})
    spec_ = pictures.steps(rows, order, (words[0], words[1], words[2]), first, last)
    alt = r.say("annual.waterfall_alt", start=since, end=year, list="; ".join(said))
    account = r.raw(f"annual.account_{r.get('scope')}")
    title, unit = (
        r.say("annual.waterfall_title", since=since, year=year),
        r.say("annual.waterfall_unit", account=account),
    )
    return Chart("causes", title, unit, plain(alt), charts.render(spec_, "causes", r.lang))


def _by_member(r: Reader, shown: list[int]) -> Block:
    causes, names = r.get("change.causes"), spec()["cause"]
    titles: list[Line] = [[str(names[causes[i]["id"]][r.lang])] for i in shown]
    head: list[Line] = [r.say("annual.col_member"), *titles, r.say("annual.row_change")]
    rows: list[list[Line]] = []
    for m in r.members:
        base = f"change.members.{m['ags']}"
        if r.get(base) is None:
            continue
        cells = [r.cell(f"[{base}.causes.{i}.kg] / 1000", "t_whole", sign=True) for i in shown]
        rows.append(
            [[str(m["name"])], *cells, r.cell(f"([{base}.end_kg] - [{base}.start_kg]) / 1000", "t_whole", sign=True)]
        )
    cells = [r.cell(f"[change.causes.{i}.kg] / 1000", "t_whole", sign=True) for i in shown]
    rows.append([r.say("annual.joint"), *cells, r.cell("[change.change_kg] / 1000", "t_whole", sign=True)])
    return parts.table(
        r, r.say("annual.by_member_caption"), head, rows, "l" + "r" * (len(head) - 1), total_row=True,
        widths=[1.5] + [1.0] * (len(head) - 1),
    )  # fmt: skip


def _by_sector(r: Reader) -> Block:
    table: dict[str, Any] = r.get("change.sectors", {})
    rows: list[list[Line]] = []
    for sector, entry in table.items():
        if not (entry["start_kg"] or entry["end_kg"] or any(c["kg"] for c in entry["causes"])):
            continue
        base = f"change.sectors.{sector}"
        values = [f"[{base}.start_kg] / 1000", f"[{base}.end_kg] / 1000"]
        change = f"([{base}.end_kg] - [{base}.start_kg]) / 1000"
        cells = [*(r.cell(v, "t_whole") for v in values), r.cell(change, "t_whole", sign=True)]
        rows.append([r.say(f"annual.sector_{sector}"), *cells])
    total = [r.cell(f"[change.{k}_kg] / 1000", "t_whole", sign=k == "change") for k in ("start", "end", "change")]
    rows.append([r.say("annual.sum"), *total])
    head = [
        r.say("annual.col_sector"), r.say("annual.col_before", year=str(r.get("since"))),
        r.say("annual.col_before", year=str(r.get("year"))), r.say("annual.col_change"),
    ]  # fmt: skip
    return Table(r.say("annual.by_sector_caption"), head, rows, "lrrr", [2, 1, 1, 1], True)


def _path(r: Reader) -> Section | None:
    if r.get("path") is None:
        return None
    slots: dict[str, Any] = {
        "target_year": str(r.get("path.target_year")), "goal": r.num("path.target_t", "t_whole"),
        "year": str(r.get("year")),
        "path": r.num("path.path_t", "t_whole"), "actual": r.num("path.actual_t", "t_whole"), "account": _account(r),
    }  # fmt: skip
    key = "annual.path_intro" if r.get("path.path_t") is not None else "annual.path_intro_none"
    missing = r.get("path.missing", [])
    intro = r.say(key, **slots)
    if missing:
        intro = r.say("annual.path_missing", year=str(r.get("year")), names=parts.names(r, missing))
    blocks: list[Block] = [Para(intro)]
    if r.get("path.series"):
        blocks.append(_series(r, slots))
    if r.get("path.trend") is not None:
        ends = {k: r.num(f"path.trend.{k}", "t") for k in ("central", "low", "high")}
        n = r.num("count([path.trend_years.*])", "count")
        blocks.append(Para(r.say("annual.path_trend", n=n, target_year=slots["target_year"], **ends)))
        blocks += _trend_notes(r)
    else:
        blocks.append(Para(r.say("annual.path_few")))
    if r.get("path.pipeline") is not None:
        ends = {k: r.num(f"path.pipeline.{k}", "t") for k in ("central", "low", "high")}
        blocks.append(Para(r.say("annual.path_pipeline", target_year=slots["target_year"], **ends)))
    rows: list[list[Line]] = [
        [
            [str(s["year"])], r.cell(f"path.series.{i}.first", "t_whole"), r.cell(f"path.series.{i}.newest", "t_whole"),
            r.cell(f"path.series.{i}.versions", "count"),
        ]
        for i, s in enumerate(r.get("path.series", []))
    ]  # fmt: skip
    head = [r.say(f"annual.col_{c}") for c in ("year", "first", "newest", "versions")]
    blocks.append(parts.table(r, r.say("annual.series_caption"), head, rows, "lrrr"))
    lamps: list[list[Line]] = [
        [
            [r.name(str(p["member"]))], r.cell(f"member_paths.{i}.actual_t", "t_whole"),
            r.cell(f"member_paths.{i}.path_t", "t_whole"), lamp(r, str(p["lamp"])),
        ]
        for i, p in enumerate(r.get("member_paths", []))
    ]  # fmt: skip
    head = [r.say(f"annual.col_{c}") for c in ("member", "actual", "path", "lamp")]
    blocks.append(parts.table(r, r.say("annual.lamps_caption", year=str(r.get("year"))), head, lamps, "lrrl"))
    return Section("path", r.say("annual.path_title"), blocks)


def _trend_notes(r: Reader) -> list[Block]:
    notes: list[Block] = []
    methods = [str(m) for m in r.get("path.methods", [])]
    if len(methods) > 1:
        notes.append(Para(r.say("annual.path_methods", methods=", ".join(methods)), "note"))
    left = [str(s["year"]) for s in r.get("path.series", []) if not s["same_lines"]]
    if left:
        notes.append(Para(r.say("annual.path_left_out", years=", ".join(left)), "note"))
    return notes


def _account(r: Reader) -> str:
    return r.raw(f"annual.account_{str(r.get('path.account', 'net_t')).removesuffix('_t')}")


def _series(r: Reader, slots: dict[str, Any]) -> Chart:
    names = {k: r.raw(f"annual.label_{k}") for k in ("actual", "first", "path", "trend")}
    path, rows = r.get("path"), []
    for s in path["series"]:
        rows.append({"year": s["year"], "label": names["actual"], "value": s["newest"]})
        if s["first"] is not None and s["first"] != s["newest"]:
            rows.append({"year": s["year"], "label": names["first"], "value": s["first"]})
    rows += [{"year": p["year"], "label": names["path"], "value": p["t"]} for p in path["cap"]]
    last = path["series"][-1]
    band = []
    if path["trend"]:
        t = path["trend"]
        rows += [
            {"year": last["year"], "label": names["trend"], "value": last["newest"]},
            {"year": path["target_year"], "label": names["trend"], "value": t["central"]},
        ]
        band = [
            {"year": last["year"], "low": last["newest"], "high": last["newest"]},
            {
                "year": path["target_year"],
                "low": max(t["low"], 0.0) if t["central"] >= 0 else t["low"],
                "high": t["high"],
            },
        ]
    used = {k: n for k, n in names.items() if any(x["label"] == n for x in rows)}
    said = "; ".join(f"{s['year']} {r.format(float(s['newest']), 't_whole')}" for s in path["series"])
    texts = {k: plain([slots[k]]) for k in ("year", "path", "target_year", "goal")}
    return Chart(
        "years", r.say("annual.series_title"), r.say("annual.series_unit", account=_account(r)),
        plain(r.say("annual.series_alt", list=said, **texts)),
        charts.render(pictures.years(rows, band, used), "years", r.lang),
    )  # fmt: skip


def _measures(r: Reader) -> Section:
    year = str(r.get("year"))
    rows: list[list[Line]] = []
    listed = [
        (i, m)
        for i, m in enumerate(r.get("measures", []))
        if m["units_planned"] or m["units_actual"] or m["status"] != "planned"
    ]
    if not listed:
        waiting = Para(r.say("annual.measures_none", year=year, n=r.num("count([measures.*])", "count")))
        return Section("measures", r.say("annual.measures_title"), [waiting, *_hazards(r)], fresh=False)
    listed.sort(key=lambda x: (-(x[1]["kg_planned"] or 0) - (x[1]["kg_actual"] or 0), x[1]["id"]))
    for i, m in listed[:MOST_MEASURES]:
        base = f"measures.{i}"
        mark = "*" if m["account"] == "credit" else ""
        rows.append(
            [
                [f"{r.pick(m['title'])}{mark}, {r.name(m['member'])}"], [_status(r, m["status"])],
                [*both(r, f"{base}.units_planned", f"{base}.units_actual", "units"), f" {m['unit']}"],
                both(r, f"[{base}.kg_planned] / 1000", f"[{base}.kg_actual] / 1000", "t_whole"),
                both(r, f"[{base}.cents_planned] / 100", f"[{base}.cents_actual] / 100", "eur_whole"),
                lamp(r, m["lamp"]) if m["status"] != "stopped" else ["–"],
            ]
        )  # fmt: skip
    head = [r.say(f"annual.col_{c}") for c in ("measure", "status", "units", "tonnes", "euro", "delivery")]
    blocks: list[Block] = [
        Para(r.say("annual.measures_intro", year=year)),
        parts.table(
            r,
            r.say("annual.measures_caption", year=year),
            head,
            rows,
            "llrrrl",
            widths=[2.0, 0.95, 1.7, 1.25, 2.1, 1.45],
        ),
    ]
    if any(m["account"] == "credit" for _, m in listed):
        ends = {k: r.num(f"[totals.credit_kg_{k}] / 1000", "t_whole") for k in ("planned", "actual")}
        blocks.append(Para(r.say("annual.credit_note", **ends), "note"))
    if len(listed) > MOST_MEASURES:
        blocks.append(Para(r.say("annual.more_measures", n=str(MOST_MEASURES)), "note"))
    members: list[list[Line]] = [
        [
            [str(m["name"])],
            both(r, f"[members.{i}.kg_planned] / 1000", f"[members.{i}.kg_actual] / 1000", "t_whole"),
            both(r, f"[members.{i}.cents_planned] / 100", f"[members.{i}.cents_actual] / 100", "eur_whole"),
            both(r, f"members.{i}.ha_planned", f"members.{i}.ha_actual", "ha"),
        ]
        for i, m in enumerate(r.get("members", []))
    ]
    head = [r.say(f"annual.col_{c}") for c in ("member", "tonnes", "euro", "ha")]
    blocks.append(parts.table(r, r.say("annual.member_caption", year=year), head, members, "lrrr"))
    return Section("measures", r.say("annual.measures_title"), [*blocks, *_hazards(r)])


def _status(r: Reader, status: str) -> str:
    from stadtland.base.texts import text

    return text(f"monitoring.status_{status}", r.lang)


def _hazards(r: Reader) -> list[Block]:
    rows: list[list[Line]] = []
    for i, h in enumerate(r.get("hazards", [])):
        if h["planned"] is None and h["actual"] is None:
            continue
        base = f"hazards.{i}"
        titles = [r.pick(m["title"]) for m in r.get("measures", []) if m["id"] in h["measures"]]
        rows.append(
            [
                [r.name(h["member"])], r.say(f"annual.hazard_{h['hazard']}"), [r.num(f"{base}.planned", "pct")],
                [r.num(f"{base}.actual", "pct")], [", ".join(titles) or "–"],
            ]
        )  # fmt: skip
    title = Heading(r.say("annual.hazard_title"))
    if not rows:
        return [title, Para(r.say("annual.hazard_none"))]
    head = [r.say(f"annual.col_{c}") for c in ("member", "hazard", "planned", "reached", "working")]
    return [title, parts.table(r, r.say("annual.hazard_caption"), head, rows, "llrrl", widths=[1.4, 1, 0.8, 0.8, 2])]


def _basis(r: Reader) -> Section:
    versions: list[list[Line]] = [
        [
            [str(v["year"])], [str(v["version"])], [str(v["at"])], [str(v["method"])], [str(v["reason"]) or "–"],
            r.cell(f"versions.{i}.gross_t", "t_whole"),
        ]
        for i, v in enumerate(r.get("versions", []))
    ]  # fmt: skip
    head = [r.say(f"annual.col_{c}") for c in ("year", "version", "when", "method", "reason", "gross")]
    ids = ("K01", "K02", "K03", "E01")
    rows: list[list[Line]] = []
    listed = r.get("indicators", [])
    for who in ("joint", *(m["ags"] for m in r.members)):
        at = {x["id"]: i for i, x in enumerate(listed) if x["member"] == who}
        cells = [r.cell(f"indicators.{at[k]}.value", "quality") for k in ids]
        rows.append([[r.name(who)], *cells])
    columns = [r.say("annual.col_member"), *(r.say(f"annual.ind_{k}") for k in ids)]
    blocks: list[Block] = [
        parts.table(r, r.say("annual.versions_caption"), head, versions, "lllllr", widths=[0.6, 0.7, 1, 1.4, 2.4, 1]),
        parts.table(r, r.say("annual.indicators_caption", year=str(r.get("year"))), columns, rows, "lrrrr"),
        Heading(r.say("annual.how_title")),
        Bullets([r.say(f"annual.how_{i}") for i in (1, 2, 3, 4)]),
    ]
    return Section("basis", r.say("annual.basis_title"), blocks)
