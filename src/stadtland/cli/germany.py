"""`stadtland germany`: all municipalities, closed against the national statistics."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from . import reality, show


def germany(
    data: Annotated[Path, typer.Option("--data", help="folder of public data")],
    year: Annotated[int, typer.Option("--year", help="year of the inventory, 2010 to 2024")] = 2021,
    format: Annotated[str, typer.Option("--format", help="table, json or csv (all municipalities)")] = "table",
    out: Annotated[Path | None, typer.Option("--out", help="folder for the four CSV files")] = None,
    lang: Annotated[str, typer.Option("--lang", help="de or en")] = "de",
) -> None:
    """All municipalities of Germany at once: totals, closure, what has no local home, codes not matched."""
    show.language(lang)
    show.one_of(format, ("table", "json", "csv"))
    from stadtland.actions.germany import germany as run

    found = run(data, year, out)
    if format == "csv":
        typer.echo(found["rows"], nl=False)
    elif format == "json":
        show.json_out({k: v for k, v in found.items() if k != "rows"})
    else:
        for line in lines(found, lang):
            typer.echo(line)
    if not found["closed"]:
        open_lines = [r["line"] for r in found["closure"] if not r["closed"]]
        typer.echo(f"closure-open: {', '.join(open_lines)}", err=True)
        raise typer.Exit(1)


def lines(found: dict[str, Any], lang: str) -> list[str]:
    """The result as lines of text."""
    from stadtland.base.locale import number, percent
    from stadtland.inventory.germany import content_table

    word = {k: v[lang] for k, v in content_table()["words"].items()}
    mt = {k: number(v / 1e6, lang, 1) for k, v in found["totals"].items()}
    out = [
        word["head"].format(year=found["year"], n=number(found["municipalities"], lang), territory=found["territory"]),
        *(note[lang] for note in found["notes"]),
        "",
        word["with_ets"].format(bisko=mt["bisko_t"], gross=mt["gross_t"]),
        word["without_ets"].format(bisko=mt["bisko_without_ets_t"], gross=mt["gross_without_ets_t"]),
        "  " + " · ".join(f"{s} {mt[s]}" for s in ("HH", "GHD", "KE", "IND", "VK", "AGR", "WASTE", "IPPU", "LULUCF")),
        "",
        word["closure"],
    ]
    rows = [[word["line"], word["sum"], word["statistic"], word["difference"], word["factor"], ""]]
    for r in found["closure"]:
        unit = "TWh" if r["unit"] == "MWh" else "Mt"
        factor = "–" if r["factor"] is None else number(r["factor"], lang, 3)
        mark = ("! " + (r["reason"] or {}).get(lang, "?")) if r["marked"] else ""
        difference = percent(round(r["difference"], 6) + 0.0, lang, 2)  # no minus sign before a zero
        cells = [f"{number(r[k] / 1e6, lang, 2)} {unit}" for k in ("sum", "statistic")]
        rows.append([r["line"], *cells, difference, factor, mark])
    out += _grid(rows)
    out += ["", word["homeless"]]
    for h in found["homeless"]:
        where = word["inside"] if h["inside"] else word["outside"]
        out.append(f"  {number(h['t_co2e'] / 1e6, lang, 2):>8} Mt  {h['title'][lang]} ({where}): {h['reason'][lang]}")
    out += ["", word["unmatched"].format(n=number(len(found["unmatched"]), lang), merged=number(found["merged"], lang))]
    groups: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
    for u in found["unmatched"]:
        groups.setdefault((u["file"], u["why"][lang], u["unit"]), []).append(u)
    for (file, why, unit), members in groups.items():
        some = ", ".join(u["ags"] for u in members[:5]) + (" …" if len(members) > 5 else "")
        total = number(sum(u["quantity"] for u in members), lang)
        out.append(f"  {file}: {len(members)} × {why} ({total} {unit}): {some}")
    return out


def _grid(rows: list[list[str]]) -> list[str]:
    widths = [max(len(r[i]) for r in rows) for i in range(len(rows[0]))]
    last = len(widths) - 1
    out = []
    for row in rows:
        cells = [
            c if i == last else c.rjust(w) if i else c.ljust(w)
            for i, (c, w) in enumerate(zip(row, widths, strict=True))
        ]
        out.append("  ".join(cells).rstrip())
    return out


def register(app: typer.Typer) -> None:
    """Add the command, and the comparison with published balances, to the command line."""
    app.command("germany")(germany)
    reality.register(app)
