"""The map, and the flows between city and countryside: known with a figure, unknown drawn as unknown."""

from __future__ import annotations

import json
from typing import Any

from stadtland.base import content, locale, toml

from .. import maps
from ..reader import Reader, join
from ..tree import Block, Bullets, Chart, Heading, Line, Num, Para, Section, Strong, plain
from . import parts


def section(r: Reader) -> Section:
    """The chapter."""
    return Section("flows", r.say("exchange.title"), [Para(r.say("exchange.intro")), *_map(r), *_flows(r)])


def outlines() -> tuple[dict[str, Any], str]:
    """Bundled outlines (code → rings of [longitude, latitude]) and whom they come from."""
    path = content.path("municipalities", "outlines.json")
    if not path.exists():
        return {}, ""
    loaded = json.loads(path.read_text(encoding="utf-8"))
    return loaded.get("rings", {}), str(loaded.get("attribution", ""))


def _map(r: Reader) -> list[Block]:
    bundled, attribution = outlines()
    members = [{**m, "outline": m.get("outline") or bundled.get(m["ags"])} for m in r.members]
    svg = maps.outlines(members, height=270)
    if not svg:
        return [parts.gap_box(r, "partnership.members.*.outline", "common.gap_chart")]
    drawn = [m["ags"] for m in members if m["outline"]]
    missing = [m["ags"] for m in members if not m["outline"]]
    own = all(
        m.get("outline") for m in r.members
    )  # the bundled outlines carry their attribution, own ones are the user's
    source: Line = [] if own else r.say("exchange.map_source", attribution=attribution)
    alt = r.say("exchange.map_alt", names=parts.names(r, drawn))
    blocks: list[Block] = [
        Chart(
            "map",
            r.say("exchange.map_title"),
            r.say("exchange.map_unit"),
            plain(alt),
            svg,
            source,
        )
    ]
    if missing:
        blocks.append(Para(r.say("exchange.map_partial", names=parts.names(r, missing)), "note"))
    return blocks


def listed_flows() -> list[dict[str, Any]]:
    """The flows of `content/guide/flows.toml`; empty without the file."""
    path = content.path("guide", "flows.toml")
    if not path.exists():
        return []
    loaded = toml.read(path)
    flows: list[dict[str, Any]] = next((v for v in loaded.values() if isinstance(v, list)), [])
    return flows


def _side(r: Reader, end: Any) -> str:
    roles = {m["ags"]: m.get("role", "rural") for m in r.members}
    return str(roles.get(str(end), end))


def _concerns(r: Reader, flow: dict[str, Any]) -> bool:
    """A flow between named places belongs here only if both ends are members or general words."""
    codes = {m["ags"] for m in r.members}
    ends = [str(flow.get("from", "")), str(flow.get("to", ""))]
    return all(e in codes or not e.isdigit() for e in ends)


def _amount(r: Reader, flow: dict[str, Any]) -> str:
    value = flow.get("value")
    if not flow.get("known") or value is None:
        return r.raw("common.unknown")
    unit = r.pick(flow.get("unit"))
    number = locale.number(float(value), r.lang, 0 if float(value) == int(float(value)) else 1)
    year = f" ({flow['year']})" if flow.get("year") else ""
    return f"{number} {unit}{year}".replace("  ", " ")


def _flows(r: Reader) -> list[Block]:
    flows = [f for f in listed_flows() if _concerns(r, f)]
    if not flows:
        return [parts.gap_box(r, "content/guide/flows.toml", "common.gap_chart")]
    flows.sort(key=lambda f: not f.get("known"))
    rows = []
    for flow in flows:
        ends = (_side(r, flow.get("from")), _side(r, flow.get("to")))
        to_city = (
            True
            if ends[1] == "city" and ends[0] != "city"
            else False
            if ends[0] == "city" and ends[1] != "city"
            else None
        )
        if ends[0] == ends[1]:
            continue  # inside the countryside: named in the text below, not an arrow between the two sides
        rows.append(
            {
                "title": r.pick(flow.get("title")),
                "text": _amount(r, flow),
                "known": bool(flow.get("known")),
                "to_city": to_city,
            }
        )
    known = [f for f in flows if f.get("known")]
    unknown = [f for f in flows if not f.get("known")]
    named: list[Line] = [_content_number(r, f) for f in known]
    alt = r.say(
        "exchange.chart_alt",
        known=str(len(known)),
        unknown=str(len(unknown)),
        list=join(named, "; ") if named else r.say("exchange.none_known"),
    )
    svg = maps.flows(rows, (r.raw("exchange.side_city"), r.raw("exchange.side_rural")))
    blocks: list[Block] = [Chart("flows", r.say("exchange.chart_title"), r.say("exchange.chart_unit"), plain(alt), svg)]
    notes: list[Line] = []
    for flow in known:
        source = f" ({r.pick(flow.get('source'))})" if flow.get("source") else ""
        notes.append([Strong((f"{r.pick(flow.get('title'))}: ",)), f"{r.pick(flow.get('text'))}{source}"])
    if notes:
        blocks += [Heading(r.say("exchange.sources_title")), Bullets(notes)]
    if unknown:
        titles: list[Line] = [[r.pick(f.get("title"))] for f in unknown]
        blocks += [Heading(r.say("exchange.unknown_title")), Para(r.say("exchange.unknown_text", list=join(titles)))]
    return blocks


def _content_number(r: Reader, flow: dict[str, Any]) -> Line:
    value = flow.get("value")
    if value is None:
        return [r.pick(flow.get("title"))]
    return [
        r.pick(flow.get("title")) + " ",
        Num(f"content:guide/flows.toml#{flow.get('id')}", float(value), _amount(r, flow)),
    ]
