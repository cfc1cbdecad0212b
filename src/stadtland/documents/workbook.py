"""The workbook: the same figures as tables, each with its path; texts never become formulas."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from .chapters import parts
from .reader import Reader, clean
from .style import palette

RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")
Row = list[Any]


def safe(value: Any) -> Any:
    """Texts that a spreadsheet could read as a formula get a leading apostrophe; numbers stay numbers."""
    if isinstance(value, str) and value.startswith(RISKY):
        return "'" + value
    return value


def render(results: dict[str, Any], lang: str) -> bytes:
    """The workbook as XLSX bytes, the same bytes for the same results."""
    import datetime

    import xlsxwriter

    r = Reader(clean(results), lang)
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    title = f"{r.raw('common.report_title')}: {r.get('partnership.name', '')}"
    book.set_properties({"title": safe(title), "author": "StadtLand", "created": datetime.datetime(2000, 1, 1)})
    head = book.add_format(
        {"bold": True, "bg_color": palette()["tint"], "bottom": 2, "text_wrap": True, "valign": "top"}
    )
    for key, rows in _sheets(r):
        sheet = book.add_worksheet(r.raw(f"workbook.{key}")[:31])
        _fill(sheet, rows, head)
    book.close()
    return buffer.getvalue()


def _fill(sheet: Any, rows: list[Row], head: Any) -> None:
    widths: dict[int, int] = {}
    for y, row in enumerate(rows):
        for x, value in enumerate(row):
            style = head if y == 0 else None
            widths[x] = min(60, max(widths.get(x, 8), len(str(value if value is not None else "")) + 2))
            if isinstance(value, bool) or value is None:
                sheet.write_string(y, x, "" if value is None else str(value).lower(), style)
            elif isinstance(value, int | float):
                sheet.write_number(y, x, value, style)
            else:
                sheet.write_string(y, x, safe(str(value)), style)
    sheet.freeze_panes(1, 1)
    for x, width in widths.items():
        sheet.set_column(x, x, width)
    if len(rows) > 1:
        sheet.autofilter(0, 0, len(rows) - 1, max(len(row) for row in rows) - 1)


def _sheets(r: Reader) -> Iterator[tuple[str, list[Row]]]:
    yield "about", _about(r)
    yield "inventory", _inventory(r)
    yield "yearly", _yearly(r)
    yield "measures", _listed(r, "roadmap.measures", MEASURES)
    yield "left_out", _listed(r, "roadmap.left_out", ("id", "title", "reason"))
    yield "land", _listed(r, "roadmap.land", ("member", "class", "year", "used_ha", "available_ha"))
    yield "targets", _targets(r)
    yield "adaptation", _adaptation(r)
    yield "sharing", _sharing(r)
    yield "groups", _groups(r)
    yield (
        "assumptions",
        _listed(r, "assumptions", ("id", "title", "value", "unit", "evidence", "effect_on_gain_eur", "source")),
    )
    yield "profile", _profile(r)


MEASURES = (
    "id",
    "title",
    "member",
    "field",
    "class",
    "unit",
    "used",
    "reason",
    "total_units",
    "potential_units",
    "t_co2e_2045",
    "cost_eur",
    "cost_eur_a",
    "land_ha",
    "evidence_effect",
    "evidence_cost",
)


def _about(r: Reader) -> list[Row]:
    lines = [
        [r.raw("workbook.what"), r.raw("workbook.value")],
        [r.raw("common.report_title"), str(r.get("partnership.name", ""))],
    ]
    lines += [[r.raw("workbook.schema"), r.get("schema")], [r.raw("workbook.method"), str(r.get("method_version", ""))]]
    lines += [
        [r.raw("workbook.status"), str(r.get("status", ""))],
        ["", r.raw("workbook.note")],
        ["", r.raw("workbook.gap_note")],
    ]
    return [*lines, ["", r.raw("common.estimate")]]


def _word(r: Reader, key: str) -> str:
    return r.raw(f"workbook.col_{key}") if r.has(f"workbook.col_{key}") else key


def _cell(r: Reader, key: str, value: Any) -> Any:
    if key == "member" and value is not None:
        return r.name(str(value))
    if isinstance(value, dict):
        return r.pick(value.get("text", value))
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return value


def _listed(r: Reader, path: str, keys: tuple[str, ...]) -> list[Row]:
    rows: list[Row] = [[r.raw("workbook.path"), *(_word(r, k) for k in keys)]]
    for i, entry in enumerate(r.get(path, [])):
        rows.append([f"{path}.{i}", *(_cell(r, k, entry.get(k)) for k in keys)])
    return rows


def _inventory(r: Reader) -> list[Row]:
    rows: list[Row] = [
        [
            r.raw("workbook.path"),
            r.raw("common.member"),
            r.raw("workbook.col_key"),
            r.raw("workbook.value"),
            r.raw("workbook.not_for_decision"),
        ]
    ]
    for ags in [*(m["ags"] for m in r.members), "joint"]:
        base = "inventory.joint" if ags == "joint" else f"inventory.members.{ags}"
        node = r.get(base, {})
        flat: dict[str, Any] = {k: v for k, v in node.items() if isinstance(v, int | float)}
        flat |= {f"sectors.{k}": v for k, v in (node.get("sectors") or {}).items()}
        flat |= {f"views.{k}": v for k, v in (node.get("views") or {}).items()}
        for key, pair in (node.get("ranges") or {}).items():
            if pair is None:
                continue
            low, high = pair or (None, None)
            flat |= {f"ranges.{key}.0": low, f"ranges.{key}.1": high}
        for key, value in flat.items():
            rows.append(
                [
                    f"{base}.{key}",
                    r.name(ags),
                    key,
                    value,
                    r.raw("common.yes") if r.is_flagged(f"[{base}.{key}]") else "",
                ]
            )
    return rows


def _yearly(r: Reader) -> list[Row]:
    rows: list[Row] = [[r.raw("workbook.path"), r.raw("common.member"), r.raw("workbook.col_key"), *r.years()]]
    nodes = [("roadmap", "joint"), *((f"roadmap.members.{m['ags']}", m["ags"]) for m in r.members)]
    for base, ags in nodes:
        for key, values in (r.get(base, {}) or {}).items():
            if (
                isinstance(values, list)
                and len(values) == len(r.years())
                and key != "years"
                and not isinstance(values[0], dict | str)
            ):
                rows.append([f"{base}.{key}", r.name(ags), key, *values])
    for i, wedge in enumerate(r.get("roadmap.wedges", [])):
        rows.append(
            [
                f"roadmap.wedges.{i}.t",
                r.name("joint"),
                r.pick(wedge.get("title"), str(wedge.get("id"))),
                *wedge.get("t", []),
            ]
        )
    return rows


def _targets(r: Reader) -> list[Row]:
    keys = ("kind", "value", "unit", "base_year", "year", "source", "evidence")
    own = ("account", "reached", "missed_t", "first_year", "reliability", "reached_without_credit")
    rows: list[Row] = [[r.raw("workbook.path"), r.raw("common.member"), *(_word(r, k) for k in (*keys, *own))]]
    for ags, target in r.get("roadmap.target", {}).items():
        definition = target.get("definition") or {}
        rows.append(
            [
                f"roadmap.target.{ags}",
                r.name(ags),
                *(_cell(r, k, definition.get(k)) for k in keys),
                *(_cell(r, k, target.get(k)) for k in own),
            ]
        )
    return rows


def _adaptation(r: Reader) -> list[Row]:
    keys = ("need", "unit", "coverage", "data_quality")
    rows: list[Row] = [
        [r.raw("workbook.path"), r.raw("common.member"), r.raw("land.col_hazard"), *(_word(r, k) for k in keys)]
    ]
    for ags, hazards in r.get("resilience", {}).items():
        for hazard, entry in hazards.items():
            name = r.raw(f"hazards.{hazard}") if r.has(f"hazards.{hazard}") else hazard
            rows.append([f"resilience.{ags}.{hazard}", r.name(ags), name, *(_cell(r, k, entry.get(k)) for k in keys)])
    return rows


def _sharing(r: Reader) -> list[Row]:
    rows: list[Row] = [
        [r.raw("workbook.path"), r.raw("common.member"), r.raw("workbook.col_key"), r.raw("workbook.value")]
    ]
    for member in r.members:
        ags = member["ags"]
        rows.append(
            [
                f"cooperation.alone_eur.{ags}",
                r.name(ags),
                r.raw("sharing.col_alone"),
                r.get(f"cooperation.alone_eur.{ags}"),
            ]
        )
        for rule in parts.rules(r, 7):
            name = parts.rule_name(r, rule)
            rows.append([f"shares.{rule}.{ags}", r.name(ags), name, r.get(f"shares.{rule}.{ags}")])
            transfer = f"transfers.{rule}.{ags}"
            rows.append([transfer, r.name(ags), f"{r.raw('sharing.col_transfer')}: {name}", r.get(transfer)])
        for payer, value in r.get(f"borne_eur.{ags}", {}).items():
            word = r.raw(f"common.payer_{payer}") if r.has(f"common.payer_{payer}") else payer
            rows.append([f"borne_eur.{ags}.{payer}", r.name(ags), word, value])
    return rows


def _groups(r: Reader) -> list[Row]:
    rows: list[Row] = [[r.raw("workbook.path"), r.raw("sharing.col_members"), r.raw("workbook.value")]]
    for i, entry in enumerate(r.get("cooperation.coalitions", [])):
        rows.append(
            [f"cooperation.coalitions.{i}.cost_eur", parts.names(r, entry.get("members", [])), entry.get("cost_eur")]
        )
    return rows


def _profile(r: Reader) -> list[Row]:
    rows: list[Row] = [
        [
            r.raw("workbook.path"),
            r.raw("common.member"),
            r.raw("differences.col_indicator"),
            r.raw("workbook.value"),
            r.raw("common.unit"),
            r.raw("common.source"),
        ]
    ]
    for member in r.members:
        for i, entry in enumerate(r.get(f"profile.{member['ags']}", [])):
            rows.append(
                [
                    f"profile.{member['ags']}.{i}.value",
                    r.name(member["ags"]),
                    r.pick(entry.get("title"), str(entry.get("id"))),
                    entry.get("value"),
                    r.pick(entry.get("unit")),
                    r.pick(entry.get("source")),
                ]
            )
    return rows
