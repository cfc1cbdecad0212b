"""Page one: targets, certainty, cost, land, gain, placeholders, published figures."""

from __future__ import annotations

from ..reader import Reader
from ..tree import Block, Box, Bullets, Gap, Heading, Line, Num, Para, Section, Tile, Tiles
from . import parts


def section(r: Reader) -> Section:
    """The page."""
    blocks: list[Block] = [*_warning(r), Para(_intro(r), "lead"), Para(_verdict(r)), Tiles(_tiles(r))]
    blocks += [
        Heading(r.say("first.targets")),
        _targets(r),
        Heading(r.say("first.gain")),
        Para(r.say("first.gain_text")),
    ]
    blocks += [_gain(r), *_gain_words(r), Heading(r.say("first.published")), *_published(r)]
    return Section("essentials", r.say("first.title"), blocks)


def _warning(r: Reader) -> list[Block]:
    if r.get("status") in ("ok", None):
        return []
    return [Box("warn", r.say("common.status_title"), [Para(r.say("common.status_warn", status=str(r.get("status"))))])]


def _intro(r: Reader) -> Line:
    population = r.num("inventory.joint.population", "persons")
    return r.say(
        "first.intro",
        name=str(r.get("partnership.name", r.raw("common.gap"))),
        count=r.num("count([partnership.members.*.ags])", "count"),
        population=population,
        year=r.num("inventory.year", "year"),
        gross=r.num("inventory.joint.gross_t", "t"),
        net=r.num("inventory.joint.net_t", "t"),
    )


def _verdict(r: Reader) -> Line:
    target = r.get("roadmap.target.joint", {})
    year = r.num("roadmap.target.joint.year", "year")
    if target.get("reached") is None:
        return r.say("first.joint_unknown")
    if target["reached"]:
        account = target.get("account", "partnership_t")
        line = r.say("first.joint_reached", year=year, level=r.num(r.last(f"roadmap.{account}"), "t"))
    else:
        line = r.say("first.joint_missed", year=year, missed=r.num("roadmap.target.joint.missed_t", "t"))
    hit = parts.hits(r, "joint")
    return [*line, " ", *r.say("first.reliability", hits=hit)] if isinstance(hit, Num) else line


def cost_per_head(r: Reader) -> Num | Gap:
    """Mean extra cost per head and year over the years of the roadmap; EUR."""
    if isinstance(r.get("roadmap.cost_per_head_eur_a"), int | float):
        return r.num("roadmap.cost_per_head_eur_a", "eur_head")
    return r.num("mean([roadmap.cost_eur]) / [inventory.joint.population]", "eur_head")


def _cost_note(r: Reader, years: dict[str, Num | Gap]) -> Line:
    if isinstance(r.get("roadmap.cost_per_head_eur_a"), int | float):
        return r.say("first.tile_cost_rate")
    return r.say("first.tile_cost_note", first=years["first"], last=years["last"])


def _placeholder_note(r: Reader) -> Line:
    line = r.say("first.tile_c_note", eur=r.num("evidence.share_c_eur", "pct"))
    parameters = r.num("evidence.share_c_parameters", "pct")
    return [*line, *r.say("first.tile_c_parameters", share=parameters)] if isinstance(parameters, Num) else line


def _tiles(r: Reader) -> list[Tile]:
    reached = r.get("roadmap.target.joint.reached")
    hit = parts.hits(r, "joint")
    share = r.num(hit.formula.replace(" * 100", ""), "pct") if isinstance(hit, Num) else hit
    gain = r.value("[cooperation.gain_net_eur]")
    target: Line = r.say("common.yes") if reached else r.cell("roadmap.target.joint.missed_t", "t", bare=False)
    years = {"first": r.num("roadmap.years.0", "year"), "last": r.num("roadmap.years.-1", "year")}
    there = r.num("roadmap.land_check.available_ha", "ha")
    arable = r.num("roadmap.land_check.share_of_arable", "pct")
    return [
        Tile(
            target,
            r.say("first.tile_target_reached" if reached else "first.tile_target_missed"),
            [r.num("roadmap.target.joint.year", "year")],
            "plain" if reached else "warn",
        ),
        Tile([share], r.say("first.tile_reliability")),
        Tile([cost_per_head(r)], r.say("first.tile_cost"), _cost_note(r, years)),
        Tile(
            [r.num("roadmap.land_check.needed_ha", "ha")],
            r.say("first.tile_land"),
            r.say("first.tile_land_note", available=there, share=arable),
        ),
        Tile(
            [r.size("cooperation.gain_net_eur", "eur")],
            r.say("first.tile_loss" if (gain or 0) < 0 else "first.tile_gain"),
            r.say("first.tile_gain_note"),
        ),
        Tile(
            [r.num("evidence.share_c_tonnes", "pct")],
            r.say("first.tile_c"),
            _placeholder_note(r),
        ),
    ]


def result_of(r: Reader, key: str) -> Line:
    """Reached, or missed by how much, for one target."""
    base = f"roadmap.target.{key}"
    if r.get(f"{base}.reached") is None:
        return [Gap(base, r.raw("common.gap"))]
    if r.get(f"{base}.reached"):
        return r.say("first.reached")
    return r.say("first.missed", missed=r.num(f"{base}.missed_t", "t"))


def _targets(r: Reader) -> Block:
    keys = [k for k in ("joint", *(m["ags"] for m in r.members)) if r.get(f"roadmap.target.{k}")]
    credit = any(r.get(f"roadmap.target.{k}.reached_without_credit") is not None for k in keys)
    head = [r.say(f"first.{c}") for c in ("col_target", "col_year", "col_result", "col_hits")]
    head = [r.say("common.member"), *head] + ([r.say("first.col_credit")] if credit else [])
    rows = []
    for key in keys:
        row: list[Line] = [
            [r.name(key)],
            parts.target_text(r, key),
            [r.num(f"roadmap.target.{key}.year", "year")],
            result_of(r, key),
            [parts.hits(r, key)],
        ]
        rows.append(row + ([parts.yes_no(r, r.get(f"roadmap.target.{key}.reached_without_credit"))] if credit else []))
    widths = [1.1, 2.1, 0.6, 1.7, 0.9] + ([1.0] if credit else [])
    return parts.table(r, r.say("first.targets_caption"), head, rows, "llllr" + ("r" if credit else ""), widths=widths)


def _gain(r: Reader) -> Block:
    rows: list[list[Line]] = []
    for i in range(len(r.get("cooperation.by_backstop", []))):
        base = f"cooperation.by_backstop.{i}"
        rows.append(
            [
                [r.num(f"{base}.eur_per_t", "eur_t")],
                [r.num(f"{base}.gain_eur", "eur")],
                [r.num(f"{base}.gain_net_eur", "eur")],
            ]
        )
    head = [r.say("first.col_price"), r.say("first.col_gain"), r.say("first.col_gain_net")]
    return parts.table(r, r.say("first.gain_caption"), head, rows, "lrr")


def _gain_words(r: Reader) -> list[Block]:
    net = r.value("[cooperation.gain_net_eur]")
    if net is not None and net < 0:
        return [Para(r.say("first.gain_negative"))]
    share = r.num("[cooperation.gain_net_eur] / [cooperation.together_eur]", "pct")
    if isinstance(share, Num) and 0 <= share.value < 0.05:
        return [Para(r.say("first.gain_small", share=share))]
    return []


def _published(r: Reader) -> list[Block]:
    items: list[Line] = []
    without = []
    for member in r.members:
        path = f"inventory.members.{member['ags']}.published"
        listed = r.get(path, [])
        if not listed:
            without.append(member["ags"])
            continue
        wanted = r.get("inventory.year", 0)
        order = sorted(range(len(listed)), key=lambda i: (abs((listed[i].get("year") or 0) - wanted), i))
        items += [_published_line(r, member["ags"], i, first=i == order[0]) for i in order[:2]]
    blocks: list[Block] = [Bullets(items[:6])] if items else []
    if without:
        blocks.append(Para(r.say("first.published_none", names=parts.names(r, without)), "note"))
    return blocks


PER_HEAD = ("t/head", "t_per_head", "t/capita", "tCO2e/head", "tCO2e/capita")


def _published_line(r: Reader, ags: str, at: int, first: bool) -> Line:
    base = f"inventory.members.{ags}"
    path = f"{base}.published.{at}"
    unit = str(r.get(f"{path}.unit", ""))
    value: Line = r.cell(f"{path}.value", "plain", bare=False)
    own: Line = r.cell(f"{base}.bisko_t", "t", bare=False)
    if unit.replace(" ", "") in PER_HEAD:
        value = r.say("first.unit_t_head", x=r.num(f"{path}.value", "target_head"))
        own = r.say("first.own_head", x=r.num(f"[{base}.bisko_t] / [{base}.population]", "target_head"))
    elif unit in ("t", "tCO2e", "t CO2e"):
        value = r.cell(f"{path}.value", "t", bare=False)
    else:
        value = [*value, " " + unit]
    source = r.pick(r.get(f"{path}.source"), r.raw("common.unknown")).split(", http")[0]
    year = r.num(f"{path}.year", "year")
    name = r.name(ags)
    if not first:
        return r.say("first.published_more", name=name, value=value, year=year, source=source)
    line = r.say(
        "first.published_line",
        name=name,
        value=value,
        own=own,
        year=year,
        ownyear=r.num("inventory.year", "year"),
        source=source,
    )
    note = r.pick(r.get(f"{path}.method_note"))
    return [*line, " ", note] if note else line
