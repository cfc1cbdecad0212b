"""Gross, sinks and net by member; other views."""

from __future__ import annotations

from .. import charts
from ..reader import Reader, join
from ..tree import Block, Gap, Heading, Line, Num, Para, Section
from . import parts

COLUMNS = (
    ("bisko", "[{0}.bisko_t]"),
    ("agri", "[{0}.agriculture_t]"),
    ("other", ""),
    ("gross", "[{0}.gross_t]"),
    ("emis", "[{0}.lulucf_emissions_t]"),
    ("remo", "[{0}.lulucf_removals_t]"),
    ("net", "[{0}.net_t]"),
)


def places(r: Reader) -> list[tuple[str, str]]:
    """Name and path of each member's inventory."""
    return [(r.name(m["ags"]), f"inventory.members.{m['ags']}") for m in r.members]


def section(r: Reader) -> Section:
    """The chapter."""
    year = r.num("inventory.year", "year")
    rows: list[list[Line]] = []
    for name, base in [*places(r), (r.raw("common.joint"), "inventory.joint")]:
        cells: list[Line] = [r.cell((f or _other(r, base)).format(base), "t") for _, f in COLUMNS]
        rows.append([[name], *cells, [r.num(f"{base}.data_quality", "quality")]])
    head = [r.say("common.member"), *(r.say(f"status.col_{c}") for c, _ in COLUMNS), r.say("status.col_quality")]
    widths = [1.35, 1.05, 1.1, 1, 1, 1, 0.9, 1, 0.75]
    blocks: list[Block] = [
        Para(r.say("status.intro")),
        parts.table(
            r, r.say("status.table_caption", year=year), head, rows, "lrrrrrrrr", widths=widths, total_row=True
        ),
        Para(_range(r)),
        Para(_forest(r)),
        *_unknown_processes(r),
        _chart(r),
        Heading(r.say("status.views")),
        Para(r.say("status.views_text")),
        _views(r),
        Para(
            [*r.say("status.estimate" if _saxon(r) else "status.estimate_generic"), " ", *r.say("common.rounded")],
            "note",
        ),
    ]
    return Section("status", r.say("status.title"), blocks)


def _other(r: Reader, base: str) -> str:
    """Waste and processes; waste alone where processes are not known (said below the table)."""
    return "[{0}.waste_t]" if r.get(f"{base}.ippu_t") is None else "[{0}.waste_t] + [{0}.ippu_t]"


def _unknown_processes(r: Reader) -> list[Block]:
    without = [m["ags"] for m in r.members if r.get(f"inventory.members.{m['ags']}.ippu_t") is None]
    return [Para(r.say("status.no_processes", names=parts.names(r, without)), "note")] if without else []


def _forest(r: Reader) -> Line:
    line = r.say("status.forest_doubt")
    old, new = (r.num(f"sum([inventory.members.*.forest.{k}])", "t", sign=True) for k in ("old_t", "revised_t"))
    if isinstance(old, Num) and isinstance(new, Num):
        line = [*line, " ", *r.say("status.forest_range", old=old, new=new)]
    return line


def _saxon(r: Reader) -> bool:
    return bool(r.members) and all(str(m["ags"]).startswith("14") for m in r.members)


def _range(r: Reader) -> Line:
    base = "inventory.joint.ranges"
    return r.say(
        "status.range",
        low=r.num(f"{base}.gross_t.0", "t"),
        high=r.num(f"{base}.gross_t.1", "t"),
        netlow=r.num(f"{base}.net_t.0", "t"),
        nethigh=r.num(f"{base}.net_t.1", "t"),
    )


def _chart(r: Reader) -> Block:
    rows, items = [], []
    formulas = {
        "gross": "[{0}.gross_t] / [{0}.population]",
        "emis": "[{0}.lulucf_emissions_t] / [{0}.population]",
        "remo": "[{0}.lulucf_removals_t] / [{0}.population]",
        "net": "[{0}.net_t] / [{0}.population]",
    }
    for name, base in places(r):
        values = {k: r.num(f.format(base), "t_head") for k, f in formulas.items()}
        if any(isinstance(v, Gap) for v in values.values()):
            continue
        rows += [
            {"place": name, "series": k, "value": getattr(v, "value", None), "rank": i}
            for i, (k, v) in enumerate(values.items())
        ]
        items.append(
            r.say("status.chart_alt_item", name=name, gross=values["gross"], sink=values["remo"], net=values["net"])
        )
    if not rows:
        return parts.gap_box(r, "inventory.members", "common.gap_chart")
    labels = {s: r.raw(f"status.series_{s}") for s in ("gross", "emis", "remo")}
    svg = charts.render(charts.balance(rows, [n for n, _ in places(r)], labels), "balance", r.lang)
    return parts.chart(
        r, "status.chart", svg, r.say("status.chart_alt", list=join(items, "; ")), year=r.num("inventory.year", "year")
    )


def _views(r: Reader) -> Block:
    def known(path: str) -> Line:
        number = r.num(path, "t", bare=True)
        return [number] if not isinstance(number, Gap) else [Gap(path, r.raw("common.unknown"))]

    rows: list[list[Line]] = [
        [
            [name],
            [r.num(f"{base}.gross_t", "t", bare=True)],
            known(f"{base}.views.without_ets_t"),
            known(f"{base}.views.without_motorway_t"),
        ]
        for name, base in [*places(r), (r.raw("common.joint"), "inventory.joint")]
    ]
    head = [r.say("common.member"), r.say("status.col_all"), r.say("status.col_ets"), r.say("status.col_motorway")]
    return parts.table(r, r.say("status.views_caption"), head, rows, "lrrr", total_row=True)
