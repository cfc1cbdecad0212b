"""`stadtland reality`: the estimate beside every published balance at hand."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from . import show
from .options import Lang, TableFormat


def reality(
    data: Annotated[Path, typer.Option("--data", help="folder of public data with city_inventories")],
    every: Annotated[bool, typer.Option("--all", help="also the rows that are only shown")] = False,
    format: TableFormat = "table",
    lang: Lang = "de",
) -> None:
    """The estimate beside every published balance: errors, ranges, aims; which rows count was fixed beforehand."""
    show.language(lang)
    show.one_of(format, ("table", "json", "csv"))
    from stadtland.actions.reality import reality as run

    found = run(data)
    if format == "json":
        show.json_out(found)
        return
    rows = [r for r in found["rows"] if every or r["use"] != "shown"]
    columns = ("city", "year", "use", "sector", "published_per_head", "estimate_per_head", "error", "inside", "reason")
    if format == "csv":
        show.rows(rows, "csv", lang, columns)
        return
    for text in lines(found, rows, lang):
        typer.echo(text)


def lines(found: Mapping[str, Any], rows: list[Mapping[str, Any]], lang: str) -> list[str]:
    """Rows per city, statistics by sector and the three aims as text."""
    from stadtland.base.locale import number, percent
    from stadtland.base.texts import text

    def word(id: str, **params: Any) -> str:
        return text(f"inventory.reality_{id}", lang, **params)

    out = [word("head", version=found["method_version"])]
    for r in rows:
        inside = "" if r["inside"] is None else word("inside" if r["inside"] else "outside")
        values = {k: number(r[f"{k}_per_head"], lang, 2) for k in ("published", "estimate")}
        gap = percent(r["error"], lang, 0)
        use = word(r["use"])
        out.append(f"  {r['city']} {r['year']} {r['sector']}: " + word("row", gap=gap, **values) + f" {inside} ({use})")
    out += ["", word("sectors")]
    for name, s in found["statistics"]["scored"].items():
        cells = {k: "–" if s[k] is None else percent(s[k], lang, 1) for k in ("median", "worst", "bias", "inside")}
        out.append("  " + word("statistics", sector=name, n=s["n"], **cells))
    out += ["", *(
        word(f"aim_{name}", aim=percent(a["aim"], lang), reached=percent(a["reached"], lang, 1))
        + " " + word("met" if a["met"] else "missed")
        for name, a in found["aims"].items()
    ), word("small")]  # fmt: skip
    return out


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("reality")(reality)
