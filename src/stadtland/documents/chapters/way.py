"""What happens anyway, the wedges of the measures, the accounts side by side."""

from __future__ import annotations

from typing import Any

from .. import charts
from ..reader import Reader, join
from ..style import palette
from ..tree import Block, Gap, Heading, Line, Para, Section
from . import parts


def account(r: Reader) -> str:
    """The yearly account that the wedges lead down to."""
    return str(r.get("roadmap.wedge_account", "partnership_t"))


def section(r: Reader) -> Section:
    """The chapter."""
    blocks: list[Block] = [
        Heading(r.say("path.anyway")),
        Para(_anyway(r)),
        Para(_plan(r)),
        _chart(r),
        _table(r),
        Para(r.say("path.account_text", credit=r.num(r.last("roadmap.electricity_credit_t"), "t"), year=_last(r))),
        _accounts(r),
        *_range(r),
        *_held_back(r),
        *_residual(r),
    ]
    return Section("path", r.say("path.title"), blocks)


def _last(r: Reader) -> Any:
    return r.num("roadmap.years.-1", "year")


def _split(r: Reader) -> tuple[list[int], list[int]]:
    """Positions of the wedges that happen anyway and of those of the measures."""
    wedges = r.get("roadmap.wedges", [])
    anyway = [i for i, w in enumerate(wedges) if str(w.get("id", "")).startswith("anyway")]
    return anyway, [i for i in range(len(wedges)) if i not in anyway]


def total(r: Reader, positions: list[int], at: int = -1) -> Any:
    """Sum of some wedges in one year; t."""
    return r.num(
        parts.joined_paths("roadmap.wedges", positions, f"t.{at}") if positions else "[roadmap.wedges.none]", "t"
    )


def _anyway(r: Reader) -> Line:
    return r.say("path.anyway_text", year=_last(r), anyway=total(r, _split(r)[0]))


def _plan(r: Reader) -> Line:
    rest = r.num(r.last(f"roadmap.{account(r)}"), "t")
    return r.say(
        "path.plan_text",
        year=_last(r),
        plan=total(r, _split(r)[1]),
        rest=rest,
        gross=r.num(r.last("roadmap.gross_t"), "t"),
        net=r.num(r.last("roadmap.net_t"), "t"),
    )


def title_of(r: Reader, wedge: dict[str, Any]) -> str:
    """Title of a wedge, falling back on the field's name."""
    key = f"common.field_{wedge.get('id')}"
    return r.pick(wedge.get("title")) or (r.raw(key) if r.has(key) else str(wedge.get("id")))


def _chart(r: Reader) -> Block:
    wedges, years, rest = r.get("roadmap.wedges", []), r.years(), r.get(f"roadmap.{account(r)}", [])
    if not wedges or not years or len(rest) < len(years):
        return parts.gap_box(r, "roadmap.wedges", "common.gap_chart")
    anyway, measures = _split(r)
    p = palette()
    order = [*measures[::-1], *anyway[::-1]]  # what remains lies at the bottom, what happens anyway on top
    colours: dict[str, str] = {r.raw("common.remaining"): p["remaining"]}
    base = [min(v, 0.0) for v in rest]
    layers: list[tuple[str, list[float], list[float]]] = [
        (r.raw("common.remaining"), base, [max(v, 0.0) for v in rest])
    ]
    level = list(rest)
    for i in order:
        name = title_of(r, wedges[i])
        pool = p["anyway"] if i in anyway else p["fields"]
        colours[name] = pool[(anyway.index(i) if i in anyway else measures.index(i)) % len(pool)]
        upper = [a + b for a, b in zip(level, wedges[i]["t"], strict=False)]
        layers.append((name, level, upper))
        level = upper
    rows = [
        {"year": y, "label": n, "low": low[t] / 1000, "high": high[t] / 1000}
        for n, low, high in layers
        for t, y in enumerate(years)
    ]
    top = max(max(high) for _, _, high in layers) / 1000
    labels = _labels(layers, years, top)
    path = r.get("roadmap.target_path_t") or []
    target = [
        {"year": y, "value": v / 1000, "text": r.raw("path.target_line")} for y, v in zip(years, path, strict=False)
    ]
    svg = charts.render(charts.wedges(rows, labels, target, colours), "wedges", r.lang)
    items: list[Line] = [
        [title_of(r, wedges[i]) + " ", r.num(f"roadmap.wedges.{i}.t.-1", "t")] for i in [*anyway, *measures]
    ]
    alt = r.say(
        "path.chart_alt",
        year=_last(r),
        anyway=total(r, anyway),
        plan=total(r, measures),
        rest=r.num(r.last(f"roadmap.{account(r)}"), "t"),
        list=join(items),
    )
    return parts.chart(r, "path.chart", svg, alt, first=r.num("roadmap.years.0", "year"), last=_last(r))


def _labels(layers: list[tuple[str, list[float], list[float]]], years: list[int], top: float) -> list[dict[str, Any]]:
    """One label a layer at the right end, pushed apart so that none overlap."""
    middle = sorted(((low[-1] + high[-1]) / 2000, name) for name, low, high in layers)
    gap = top / 15
    placed: list[float] = []
    for anchor, _ in middle:
        placed.append(max(anchor, placed[-1] + gap) if placed else anchor)
    over = placed[-1] - top
    if over > 0:  # too high: push down from the top
        placed[-1] = top
        for i in range(len(placed) - 2, -1, -1):
            placed[i] = min(placed[i], placed[i + 1] - gap)
    return [
        {"year": years[-1], "anchor": a, "at": at, "text": n, "label": n}
        for (a, n), at in zip(middle, placed, strict=True)
    ]


def _shown_years(r: Reader) -> list[int]:
    years = r.years()
    wanted = [years.index(y) for y in (2030, 2035, 2040, 2045) if y in years]
    return wanted or sorted({0, len(years) - 1} - {-1})


def _table(r: Reader) -> Block:
    wedges = r.get("roadmap.wedges", [])
    anyway, measures = _split(r)
    at = _shown_years(r)
    rows: list[list[Line]] = [
        [[title_of(r, wedges[i])], *(r.cell(f"roadmap.wedges.{i}.t.{t}", "t") for t in at)]
        for i in [*anyway, *measures]
    ]
    if rows:
        rows.append([r.say("path.row_rest"), *(r.cell(f"roadmap.{account(r)}.{t}", "t") for t in at)])
    head = [r.say("path.col_what"), *(r.cell(f"roadmap.years.{t}", "year") for t in at)]
    return parts.table(
        r, r.say("path.table_caption"), head, rows, "l" + "r" * len(at), total_row=True, widths=[2.4] + [1.0] * len(at)
    )


def _accounts(r: Reader) -> Block:
    at = _shown_years(r)
    keys = (
        ("gross", "gross_t"),
        ("removals", "removals_t"),
        ("net", "net_t"),
        ("credit", "electricity_credit_t"),
        ("backstop", "backstop_t"),
    )
    rows: list[list[Line]] = [
        [r.say(f"path.row_{k}"), *(r.cell(f"roadmap.{path}.{t}", "t") for t in at)] for k, path in keys
    ]
    head = [r.say("path.col_what"), *(r.cell(f"roadmap.years.{t}", "year") for t in at)]
    return parts.table(
        r, r.say("path.accounts_caption"), head, rows, "l" + "r" * len(at), widths=[2.4] + [1.0] * len(at)
    )


def _held_back(r: Reader) -> list[Block]:
    """What limits the joint target most, in the words of the results."""
    found: list[str] = []
    for entry in r.get("roadmap.target.joint.held_back_by", []):
        text = r.pick(entry.get("text"))
        ags = str(entry.get("member") or "")
        words = f"{text} ({r.name(ags)})" if ags in {m["ags"] for m in r.members} else text
        if text and words not in found:
            found.append(words)
    return [Para(r.say("path.held_back", list="; ".join(found[:4])))] if found else []


def _residual(r: Reader) -> list[Block]:
    """The largest remainders of the last year, by source."""
    rows = r.get("roadmap.residual_by_source_2045", [])[:6]
    items: list[Line] = [
        [r.pick(row.get("title")) + " ", r.num(f"roadmap.residual_by_source_2045.{i}.t", "t")]
        for i, row in enumerate(rows)
    ]
    return [Para(r.say("path.residual", year=_last(r), list=join(items)))] if items else []


def _range(r: Reader) -> list[Block]:
    base = f"roadmap.ranges.{account(r)}"
    low, high = r.num(f"{base}.low.-1", "t"), r.num(f"{base}.high.-1", "t")
    if isinstance(low, Gap):
        low, high = r.num(f"{base}.-1.0", "t"), r.num(f"{base}.-1.1", "t")
    return [Para(r.say("path.range_text", year=_last(r), low=low, high=high))]
