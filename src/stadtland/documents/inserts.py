"""What a text can call in with `@name`: tiles, tables, charts, signatures; each reads results.json."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from stadtland.guide import figures

from .chapters import differences, exchange, first, ground, parts, place, status, together, way
from .tree import Blank, Block, Box, Bullets, Chart, Gap, Line, Pair, Para, Tile, Tiles

if TYPE_CHECKING:
    from .markup import Context


def tiles(c: Context, args: list[str]) -> list[Block]:
    """Lead figures by name."""
    found = []
    for name in args:
        figure = figures.figures()[name]
        found.append(Tile([c.figure(name)], [figure.label[c.r.lang]]))
    return [Tiles(found)]


def _first_chart(blocks: list[Block]) -> list[Block]:
    for block in blocks:
        if isinstance(block, Chart):
            return [block]
        if isinstance(block, Pair):
            inner = _first_chart([*block.first, *block.second])
            if inner:
                return inner
    return []


def chart(c: Context, args: list[str]) -> list[Block]:
    """A picture of the report by name; a gap where figures are missing."""
    r, name = c.r, args[0]
    makers: dict[str, Callable[[], list[Block]]] = {
        "balance": lambda: [status._chart(r)],
        "differences": lambda: [differences._chart(r)],
        "map": lambda: exchange._map(r),
        "way": lambda: [way._chart(r)],
        "shares": lambda: [together._chart(r)],
        "land": lambda: ground._land(r),
        "member": lambda: [place._chart(r, c.ags or "")],
        "process": lambda: process(c),
        "bodies": lambda: bodies(c),
        "cycle": lambda: cycle(c),
    }
    try:
        found = _first_chart(makers[name]())
    except (KeyError, TypeError, IndexError, ValueError, ZeroDivisionError):
        found = []
    return found or [Box("gap", r.say("common.gap_title"), [Para(c.word("picture_gap"))])]


def process(c: Context) -> list[Block]:
    """The eight gates as a chain, with what is passed."""
    from . import drawings

    states = c.extra.get("states", [])
    if not states:
        return []
    words = {k: c.raw(f"state_{k}") for k in ("passed", "ready", "open")}
    steps = [(f"{s.gate.number} {s.gate.title[c.r.lang]}", words[s.state], s.state) for s in states]
    alt = "; ".join(f"{label}: {state}" for label, state, _ in steps)
    svg = drawings.chain(steps)
    return [Chart("process", c.word("process_title"), c.word("process_unit"), alt, svg)]


def bodies(c: Context) -> list[Block]:
    """Who decides, who works, who advises."""
    from . import drawings

    rows = [(c.raw(f"body_{i}"), c.raw(f"body_{i}_does"), "ready") for i in range(1, 5)]
    alt = "; ".join(f"{a}: {b}" for a, b, _ in rows)
    return [Chart("bodies", c.word("bodies_title"), c.word("bodies_unit"), alt, drawings.stack(rows))]


def cycle(c: Context) -> list[Block]:
    """The year of a partnership in four steps."""
    from . import drawings

    rows = [(c.raw(f"cycle_{i}"), c.raw(f"cycle_{i}_does"), "ready") for i in range(1, 5)]
    alt = "; ".join(f"{a}: {b}" for a, b, _ in rows)
    return [Chart("cycle", c.word("cycle_title"), c.word("cycle_unit"), alt, drawings.stack(rows))]


def table(c: Context, args: list[str]) -> list[Block]:
    """A table by name."""
    found = TABLES[args[0]](c)
    return found if isinstance(found, list) else [found]


def _members(c: Context) -> Block:
    r = c.r
    rows: list[list[Line]] = []
    for m in r.members:
        base = f"inventory.members.{m['ags']}"
        role = r.raw(f"common.{m['role']}") if m.get("role") in ("city", "rural") else ""
        rows.append([
            [r.name(m["ags"])], [role], r.cell(f"{base}.population", "persons"), r.cell(f"{base}.gross_t", "t"),
            r.cell(f"[{base}.gross_t] / [{base}.population]", "t_head"), r.cell(f"{base}.net_t", "t"),
            r.cell(f"{base}.data_quality", "quality"),
        ])  # fmt: skip
    head = [c.word(f"col_{k}") for k in ("member", "role", "people", "gross", "gross_head", "net", "quality")]
    return parts.table(r, c.word("members_caption", year=r.num("inventory.year", "year")), head, rows, "llrrrrr")


def _targets(c: Context) -> Block:
    return first._targets(c.r)


def _used(c: Context) -> list[int]:
    """Positions of measures in the plan: of the member, or of all, largest effect first."""
    listed = c.r.get("roadmap.measures", [])
    at = [
        i for i, m in enumerate(listed)
        if m.get("used") == "used" and not m.get("reference") and (c.ags is None or m.get("member") == c.ags)
    ]  # fmt: skip
    return sorted(at, key=lambda i: -abs(listed[i].get("t_co2e_2045") or 0.0))


def _measures(c: Context, most: int = 10) -> Block:
    r = c.r
    rows: list[list[Line]] = []
    for i in _used(c)[:most]:
        base = f"roadmap.measures.{i}"
        m = r.get(base)
        unit = r.pick(m.get("unit_name"), m.get("unit", ""))
        size: Line = [r.num(f"{base}.total_units", "units"), f" {unit}"]
        row: list[Line] = [
            [r.pick(m["title"])],
            size,
            r.cell(f"{base}.t_co2e_2045", "t"),
            r.cell(f"{base}.cost_eur", "eur"),
        ]
        rows.append(row if c.ags else [row[0], [r.name(m["member"])], *row[1:]])
    keys = ("measure", "size", "t_2045", "cost") if c.ags else ("measure", "member", "size", "t_2045", "cost")
    head = [c.word(f"col_{k}") for k in keys]
    caption = c.word("measures_caption", price=r.num("settings.price_year", "year"))
    return parts.table(r, caption, head, rows, "lrrr" if c.ags else "llrrr",
                       widths=[2.4, 1.1, 0.9, 0.9] if c.ags else [2.4, 0.9, 1.1, 0.9, 0.9])  # fmt: skip


def _shares(c: Context) -> Block:
    """Cost share by rule, with what each saves against acting alone."""
    r = c.r
    rules = parts.rules(r)
    rows: list[list[Line]] = []
    for m in r.members:
        ags = m["ags"]
        row: list[Line] = [[r.name(ags)], r.cell(f"cooperation.alone_eur.{ags}", "eur_compared")]
        row += [r.cell(f"shares.{rule}.{ags}", "eur_compared") for rule in rules]
        row.append([together.saved(r, ags, rules[0]) if rules else Gap("shares", r.raw("common.gap"))])
        rows.append(row)
    head: list[Line] = [
        c.word("col_member"),
        c.word("col_alone"),
        *[parts.cell(parts.rule_name(r, rule)) for rule in rules],
        c.word("col_saved"),
    ]
    if not rules:
        return parts.gap_box(r, "shares")
    return parts.table(r, c.word("shares_caption", price=r.num("settings.price_year", "year")), head, rows,
                       "l" + "r" * (len(head) - 1))  # fmt: skip


def _transfers(c: Context) -> Block:
    r = c.r
    rule = next((x for x in parts.rules(r) if isinstance(r.get(f"transfers.{x}"), dict)), None)
    if rule is None:
        return parts.gap_box(r, "transfers")
    base = f"transfers.{rule}"
    rows: list[list[Line]] = []
    for m in r.members:
        rows.append([[r.name(m["ags"])], r.cell(f"{base}.{m['ags']}", "eur_compared", sign=True)])
    rows.append([c.word("row_sum"), r.cell(f"sum([{base}.*])", "eur_compared")])
    caption = c.word("transfers_caption", rule=parts.rule_name(r, rule))
    return parts.table(r, caption, [c.word("col_member"), c.word("col_transfer")], rows, "lr", total_row=True)


def _payers(c: Context) -> Block:
    r = c.r
    base = f"borne_eur.{c.ags}" if c.ags else "roadmap.cost_by_payer_eur"
    listed = r.get(base, {})
    order = ("municipality", "households", "companies", "farms", "utility", "electricity_account", "missed_target")
    rows: list[list[Line]] = [[c.word(f"payer_{p}"), r.cell(f"{base}.{p}", "eur")] for p in order if listed.get(p)]
    caption = c.word("payers_caption", price=r.num("settings.price_year", "year"))
    return parts.table(r, caption, [c.word("col_payer"), c.word("col_cost")], rows, "lr")


def _land(c: Context) -> Block:
    r = c.r
    listed = r.get("roadmap.land", [])
    last = max((row.get("year", 0) for row in listed), default=0)
    rows: list[list[Line]] = []
    for i, row in enumerate(listed):
        if row.get("year") == last and (c.ags is None or row.get("member") == c.ags):
            base = f"roadmap.land.{i}"
            rows.append([[r.name(row["member"])], [ground.class_name(r, row["class"])],
                         r.cell(f"{base}.used_ha", "ha"), r.cell(f"{base}.available_ha", "ha")])  # fmt: skip
    head = [c.word(f"col_{k}") for k in ("member", "land_class", "used_ha", "available_ha")]
    return parts.table(r, c.word("land_caption", year=str(last or "–")), head, rows, "llrr")


def _hazards(c: Context) -> Block:
    r = c.r
    members = [m for m in r.members if c.ags in (None, m["ags"])]
    rows: list[list[Line]] = []
    for m in members:
        known = r.get(f"resilience.{m['ags']}", {})
        for hazard in known:
            need = r.num(f"resilience.{m['ags']}.{hazard}.need", "plain")
            rows.append([[r.name(m["ags"])], [ground.hazard_name(r, hazard)], [need]])
    return parts.table(
        r, c.word("hazards_caption"), [c.word(f"col_{k}") for k in ("member", "hazard", "need")], rows, "llr"
    )


def signatures(c: Context, args: list[str]) -> list[Block]:
    """A line for each member to sign; names are blanks."""
    rows: list[list[Line]] = [
        [[m.get("full_name") or c.r.name(m["ags"])], [Blank(c.raw("blank_name"))], [Blank(c.raw("blank_place_date"))],
         [Blank(c.raw("blank_signature"))]]
        for m in c.r.members
    ]  # fmt: skip
    head = [c.word(f"col_{k}") for k in ("member", "signs", "place_date", "signature")]
    return [parts.table(c.r, c.word("signatures_caption"), head, rows, "llll")]


def votes(c: Context, args: list[str]) -> list[Block]:
    """Result of a vote, to be filled in."""
    head = [c.word(f"col_{k}") for k in ("body", "date", "yes", "no", "abstained")]
    blank = Blank(c.raw("blank_fill"))
    rows: list[list[Line]] = [[c.word("row_council"), [blank], [blank], [blank], [blank]]]
    return [parts.table(c.r, c.word("votes_caption"), head, rows, "lllll")]


def challenge_list(c: Context, args: list[str]) -> list[Block]:
    """The challenges that show here, each with what helps; a number gives the most that are named."""
    from .findings import challenge_rows

    rows = challenge_rows(c)
    most = int(args[0]) if args else len(rows)
    return [Bullets(rows[:most])] if rows else [Para(c.word("challenges_none"))]


def recommendation_list(c: Context, args: list[str]) -> list[Block]:
    """The first recommendations for a role."""
    from .findings import recommendation_lines

    lines = recommendation_lines(c, args[0] if args else None)
    return [Bullets(lines)] if lines else [Para(c.word("recommendations_none"))]


def legal_list(c: Context, args: list[str]) -> list[Block]:
    """Forms of co-operation with reasons."""
    from .findings import legal_blocks

    return legal_blocks(c)


def gate_list(c: Context, args: list[str]) -> list[Block]:
    """All gates with their state."""
    rows: list[list[Line]] = []
    for s in c.extra.get("states", []):
        done = c.word("items_done", done=str(s.done), all=str(len(s.items)))
        note: Line = [f"{s.passed['date']}: {s.passed['reason']}"] if s.passed else []
        rows.append([[f"{s.gate.number} {s.gate.title[c.r.lang]}"], c.word(f"state_{s.state}"), done, note])
    head = [c.word(f"col_{k}") for k in ("gate", "state", "items", "note")]
    if not rows:
        return [parts.gap_box(c.r, "progress")]
    return [parts.table(c.r, c.word("gates_caption"), head, rows, "llll", widths=[1.2, 0.8, 0.9, 2])]


def checklist(c: Context, args: list[str]) -> list[Block]:
    """The items of some gates, with their state."""
    from .findings import item_line

    items = [item_line(c, i) for s in c.extra.get("states", []) if s.gate.id in args for i in s.items]
    return [Bullets(items)] if items else [parts.gap_box(c.r, "progress")]


TABLES: dict[str, Callable[[Context], Any]] = {
    "members": _members,
    "targets": _targets,
    "measures": _measures,
    "shares": _shares,
    "transfers": _transfers,
    "payers": _payers,
    "land": _land,
    "hazards": _hazards,
    "gain": lambda c: first._gain(c.r),
    "accounts": lambda c: way._accounts(c.r),
}
INSERTS: dict[str, Callable[[Context, list[str]], list[Block]]] = {
    "tiles": tiles,
    "chart": chart,
    "table": table,
    "signatures": signatures,
    "votes": votes,
    "challenges": challenge_list,
    "recommendations": recommendation_list,
    "legal": legal_list,
    "gates": gate_list,
    "checklist": checklist,
}
