"""`stadtland data …`: templates for own figures, import, export, history."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from . import show
from .options import Data, Lang, Members, Year

Out = Annotated[Path, typer.Option("--out", help="folder for the files")]
Store = Annotated[Path, typer.Option("--store", help="folder of the own figures and their history")]
Kind = Annotated[str, typer.Option("--format", help="xlsx or csv")]
Only = Annotated[list[str] | None, typer.Option("--dataset", help="only this template; may be repeated")]
Internal = Annotated[bool, typer.Option("--internal", help="with farm figures under secrecy; do not pass on")]


def register(app: typer.Typer) -> None:
    """Add the command group `data`."""
    group = typer.Typer(no_args_is_help=True, help="Eigene Zahlen · own figures: template, import, export, history.")
    group.command("template")(template)
    group.command("import")(import_)
    group.command("export")(export)
    group.command("history")(history)
    app.add_typer(group, name="data")


def template(
    ags: Members, out: Out, year: Year = 2021, format: Kind = "xlsx", dataset: Only = None, lang: Lang = "de",
    data: Data = None,
) -> None:  # fmt: skip
    """Write templates with our estimates beside empty own cells."""
    show.language(lang)
    from stadtland.actions.own_data import template as run

    for path in run(ags, year, out, format, dataset or (), lang, data):
        typer.echo(str(path))


def import_(
    file: Annotated[Path, typer.Argument(help="filled-in template, CSV or XLSX")],
    ags: Members,
    store: Store,
    role: Annotated[str, typer.Option("--role", help="office or function that answers for the figures; no person")],
    year: Year = 2021,
    lang: Lang = "de",
    data: Data = None,
) -> None:
    """Import a filled-in template: all of it or, with any problem, nothing."""
    show.language(lang)
    from stadtland.actions.own_data import import_file as run
    from stadtland.inventory.own_data.problems import texts

    found = run(file, store, ags, year, role, lang, data)
    typer.echo(texts()["imported"]["what"][lang].format(n=found["changes"]))
    for line in found["notices"]:
        typer.echo(f"  {line}", err=True)


def export(
    store: Store, out: Out, year: Year = 2021, ags: Annotated[list[str] | None, typer.Option("--ags")] = None,
    format: Kind = "xlsx", dataset: Only = None, lang: Lang = "de", data: Data = None, internal: Internal = False,
) -> None:  # fmt: skip
    """Write the own figures as templates and as overrides.toml for a partnership file."""
    show.language(lang)
    from stadtland.actions.own_data import export as run

    for path in run(store, out, year, ags or (), format, dataset or (), lang, data, internal):
        typer.echo(str(path))


def history(
    store: Store,
    format: Annotated[str, typer.Option("--format", help="table, json or csv")] = "table",
    lang: Lang = "de",
    internal: Internal = False,
) -> None:
    """Every change: when, which role, old and new value."""
    show.language(lang)
    show.one_of(format, ("table", "json", "csv"))
    from stadtland.actions.own_data import history as run

    show.rows(run(store, internal), format, lang, ("when", "role", "ags", "id", "part", "year", "old", "new"))
