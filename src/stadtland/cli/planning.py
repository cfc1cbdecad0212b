"""Commands around a plan: scenarios side by side, two plans compared, explanation, alternatives, certainty."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from . import show
from .options import Data, Format, Lang, TableFormat

Name = Annotated[str, typer.Argument(help="bundled name (leipzig-wurzener-land) or a partnership file")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(scenarios)
    app.command("compare-plans")(compare_plans)


def scenarios(
    name: Name,
    scenario: Annotated[
        list[str] | None, typer.Option("--scenario", help="id or file; all bundled if left out")
    ] = None,
    data: Data = None,
    format: TableFormat = "table",
    lang: Lang = "de",
) -> None:
    """Scenarios of a partnership side by side (joint plans without coalitions)."""
    show.language(lang)
    show.one_of(format, ("table", "json", "csv"))
    from stadtland.actions.scenarios import table

    found = table(name, data, scenario)
    columns: tuple[str, ...] = (
        "id", "title", "t_2030", "t_2040", "t_2045", "missed_t", "extra_eur", "priced_eur", "land_ha",
        "evidence_c_share", "measures",
    )  # fmt: skip
    if format == "table":
        for row in found:
            for key in columns[2:8]:
                row[key] = float(round(row[key]))
        columns = ("id", *columns[2:])
    show.rows(found, format, lang, columns)


def compare_plans(
    a: Annotated[Path, typer.Argument(help="folder of the first plan")],
    b: Annotated[Path, typer.Argument(help="folder of the second plan")],
    format: Format = "table",
    lang: Lang = "de",
) -> None:
    """Two written plans side by side, with differences (B less A) that add up."""
    show.language(lang)
    show.one_of(format, ("table", "json"))
    from stadtland.actions.scenarios import compare

    found = compare(a, b)
    show.printed(found, format, lambda: _compared(found, lang))


def _compared(found: Mapping[str, Any], lang: str) -> list[str]:
    from stadtland.base.locale import number
    from stadtland.base.texts import text

    def say(word: str, **params: Any) -> str:
        return text(f"planning.{word}", lang, **params)

    out = [say("settings")] if found["settings"] else [say("settings_equal")]
    out += [f"  {s['id']}: {_short(s['a'])} → {_short(s['b'])}" for s in found["settings"]]
    for row in found["tonnes"]:
        a, b, d = (number(row[k], lang, 0, sign=k == "difference") for k in ("a", "b", "difference"))
        out += ["", say("tonnes", year=row["year"], a=a, b=b, difference=d)]
        out += [f"  {number(p['t'], lang, 0, sign=True):>14} t  {p['title'][lang]}" for p in row["parts"]]
    for key in ("money", "payers"):
        part = found[key]
        if part is None:
            continue
        a, b, d = (number(part[k] / 1e6, lang, 1, sign=k == "difference") for k in ("a", "b", "difference"))
        out += ["", say(key, a=a, b=b, difference=d)]
        for p in sorted(part["parts"], key=lambda p: -abs(p["difference"])):
            if abs(p["difference"]) >= 5e4:
                out.append(f"  {number(p['difference'] / 1e6, lang, 1, sign=True):>14} M€  {say('part_' + p['id'])}")
    if found["measures"]:
        out += ["", say("measures")]
    for m in found["measures"][:15]:
        d = m["difference"]
        units, ha = number(d["units"], lang, 1, sign=True), number(d["ha"], lang, 0, sign=True)
        t, eur = number(d["t"], lang, 0, sign=True), number(d["eur"] / 1e6, lang, 1, sign=True)
        out.append(f"  {m['id']} {m['title'][lang]}: {units} {m['unit']}, {t} t, {eur} M€, {ha} ha")
    if found["gain"] is not None:
        a, b, d = (number(found["gain"][k] / 1e6, lang, 1, sign=k == "difference") for k in ("a", "b", "difference"))
        out += ["", say("gain", a=a, b=b, difference=d)]
    closes = found["closes"]
    out += ["", say("closes", t=number(closes["t"], lang, 3), eur=number(closes["eur"] or 0.0, lang, 2))]
    out += [say("gap", key=g) for g in found["gaps"]]
    return out


def _short(value: Any) -> str:
    import json

    return "–" if value in (None, {}, [], ()) else json.dumps(value, ensure_ascii=False)[:160]
