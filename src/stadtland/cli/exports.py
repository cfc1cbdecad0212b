"""`stadtland export` and `stadtland conformity`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from . import show
from .options import Data, Format, Lang, Members, Store, Whom, Year, YearOf


def export(
    members: Whom,
    format: Annotated[str, typer.Option("--format", help="crf, secap, cdp, csv, xlsx or dcat")],
    out: Annotated[Path, typer.Option("--out", help="folder for the files")],
    year: YearOf = None,
    data: Data = None,
    store: Store = None,
    publisher: Annotated[str, typer.Option("--publisher", help="name of the publisher (dcat)")] = "",
    contact: Annotated[str, typer.Option("--contact", help="mail or web form of the publisher (dcat)")] = "",
    url: Annotated[str, typer.Option("--url", help="web address of the folder with the files (dcat)")] = "",
    contributor: Annotated[
        str, typer.Option("--contributor", help="provider id of GovData as web address (dcat)")
    ] = "",
    issued: Annotated[str, typer.Option("--issued", help="date of publication, YYYY-MM-DD (dcat)")] = "",
) -> None:
    """Write the inventory in a reporting form, each checked against its rules."""
    from stadtland.actions.exports import export as run

    found = run(members, year, format, out, data, publisher, contact, url, contributor, issued, store)
    for name in found["files"]:
        typer.echo(str(out / name))
    kept = sum(r["passed"] for r in found["rules"])
    typer.echo(
        f"{kept} von {len(found['rules'])} öffentlichen Regeln der Form erfüllt · public rules of the form that hold "
        f"(Quellen · sources: {format}_check.json)",
        err=True,
    )
    for entry in found["missing"]:
        typer.echo(f"dcat-missing: {entry['property']} ({entry['binding']})", err=True)
    if found["problems"]:
        for problem in found["problems"][:10]:
            typer.echo(f"export-check: {problem['where']}: {problem['text']}", err=True)
        raise typer.Exit(1)


def conformity(
    ags: Members,
    year: Year = 2021,
    format: Format = "table",
    data: Data = None,
    declare: Annotated[Path | None, typer.Option("--declare", help="TOML with the members' statements")] = None,
    store: Annotated[Path | None, typer.Option("--store", help="folder of the own figures")] = None,
    lang: Lang = "de",
) -> None:
    """Seven BISKO tests with verdict, reasons and missing cells."""
    show.language(lang)
    show.one_of(format, ("table", "json"))
    from stadtland.actions.inventory import conformity as run

    found = run(ags, year, data, declare, store)
    if format == "json":
        show.json_out(found)
        return
    from stadtland.base.locale import number

    for who, entry in [*found["members"].items(), ("joint", found["joint"])]:
        typer.echo(f"{who} {entry.get('name', '')} {found['year']}: {entry['label'][lang]}".replace("  ", " "))
        for test in entry["tests"]:
            typer.echo(f"  {test['id']} {test['verdict_text'][lang]:16} {test['name'][lang]}")
            if who != "joint":
                for reason in test["reasons"]:
                    typer.echo(f"     - {reason['text'][lang]}")
        for view in found["views"][who].values():
            value = "–" if view["bisko_t"] is None else f"{number(view['bisko_t'], lang)} t CO2e"
            typer.echo(f"  {value:>20}  {view['label'][lang]} {(view['reason'] or {}).get(lang, '')}".rstrip())


def register(app: typer.Typer) -> None:
    """Add both commands to the command line."""
    app.command("export")(export)
    app.command("conformity")(conformity)
