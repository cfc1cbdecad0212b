"""`stadtland potentials`, `measures import`, `measures template`, `measures set`, `measures print`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from . import show
from .options import Data, Lang, Members, TableFormat

Out = Annotated[Path, typer.Option("--out", help="folder for the files")]
Store = Annotated[Path | None, typer.Option("--store", help="folder of own measures to take in addition")]


def register(app: typer.Typer, measures: typer.Typer) -> None:
    """Add the commands to the command line."""
    app.command("potentials")(potentials)
    measures.command("import")(import_)
    measures.command("template")(template)
    measures.command("print")(print_)
    measures.command("set")(set_)


def potentials(
    ags: Members,
    measure: Annotated[list[str] | None, typer.Option("--measure", help="only this measure; may be repeated")] = None,
    year: Annotated[int, typer.Option("--year", help="year of the inventory")] = 2021,
    data: Data = None,
    store: Store = None,
    format: TableFormat = "table",
    lang: Lang = "de",
) -> None:
    """What each member could reach: low, central, high, the share already used, and why there is nothing."""
    show.language(lang)
    show.one_of(format, ("table", "json", "csv"))
    from stadtland.actions.potentials import rows

    found = rows(ags, measure or (), year, data, store)
    columns = (
        "ags",
        "name",
        "id",
        "title",
        "low",
        "central",
        "high",
        "unit",
        "used",
        "share_used",
        "data_quality",
        "reason_text",
        "note_text",
    )
    show.rows(found, format, lang, columns)


def import_(
    file: Annotated[Path, typer.Argument(help="table of measures (XLSX, CSV) or one measure (TOML)")],
    store: Annotated[Path, typer.Option("--store", help="folder of own measures")],
    confirm: Annotated[
        bool, typer.Option("--confirm", help="import the sound rows; without it nothing is written")
    ] = False,
    lang: Lang = "de",
) -> None:
    """Look at a table of own measures, and import it once confirmed."""
    show.language(lang)
    from stadtland.actions.own_measures import import_file, sentences

    report = import_file(file, store, confirm, lang)
    for line in report["problems"]:
        typer.echo(line, err=True)
    for line in sentences(report, store, confirm, lang):
        typer.echo(line)
    if report["problems"] and not confirm:
        raise typer.Exit(2)


def set_(
    measure: Annotated[str, typer.Argument(help="id of a bundled measure, e.g. A01")],
    values: Annotated[list[str], typer.Argument(help="own values: cost.invest.central=28000 …")],
    store: Annotated[Path, typer.Option("--store", help="folder of own measures")],
    source: Annotated[str, typer.Option("--source", help="tender, offer or register the values come from")] = "",
    evidence: Annotated[
        str, typer.Option("--evidence", help="A read in the source, B derived, C own assumption")
    ] = "C",
    lang: Lang = "de",
) -> None:
    """Set own values of a bundled measure; a new catalogue never overwrites them."""
    show.language(lang)
    from stadtland.actions.own_measures import differences, set_values

    typer.echo(str(set_values(measure, values, store, source, evidence)["path"]))
    for row in differences(store):
        if row["id"] == measure:
            typer.echo(f"  {row['key']}: {row['catalogue']} → {row['own']}")


def template(out: Out, lang: Lang = "de") -> None:
    """Write an empty table for own measures, as XLSX and CSV."""
    show.language(lang)
    from stadtland.actions.own_measures import template as run

    for path in run(out, lang):
        typer.echo(str(path))


def print_(
    out: Out,
    lang: Annotated[str, typer.Option("--lang", help="de, en or both")] = "de",
    ids: Annotated[
        list[str] | None, typer.Option("--ids", help="only these measures; may be repeated or joined by commas")
    ] = None,
    store: Store = None,
) -> None:
    """Write the catalogue as HTML and tagged PDF, one card a page."""
    if lang != "both":
        show.language(lang)
    from stadtland.actions.own_measures import print_catalogue

    wanted = [word for part in ids or () for word in part.split(",") if word]
    for path in print_catalogue(out, ("de", "en") if lang == "both" else (lang,), wanted, store):
        typer.echo(str(path))
