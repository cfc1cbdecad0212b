"""`stadtland harmonise FILE` and its templates: an existing inventory explained against the common method."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from . import show


def register(app: typer.Typer) -> None:
    """Add the commands `harmonise` and `harmonise-template`."""
    app.command("harmonise")(harmonise)
    app.command("harmonise-template")(template)


def harmonise(
    file: Annotated[Path, typer.Argument(help="table of an existing inventory, CSV or XLSX")],
    card: Annotated[Path | None, typer.Option("--card", help="metadata card, TOML; unknown is allowed")] = None,
    format: Annotated[str, typer.Option("--format", help="table or json")] = "table",
    lang: Annotated[str, typer.Option("--lang", help="de or en")] = "de",
    out: Annotated[Path | None, typer.Option("--out", help="folder for bridge, protocol and the original")] = None,
    data: Annotated[
        Path | None, typer.Option("--data", help="folder of public data for any other municipality")
    ] = None,
    year: Annotated[int | None, typer.Option("--to-year", help="bring it to this year (quality D)")] = None,
    other: Annotated[
        Path | None, typer.Option("--other", help="second published inventory of the same place and year")
    ] = None,
) -> None:
    """Vorhandene Bilanz abgleichen · an existing inventory harmonised, with a bridge of all differences."""
    show.language(lang)
    show.one_of(format, ("table", "json"))
    from stadtland.actions.harmonise import harmonise as run

    report = run(file, card, lang, out, data, year, other)
    if format == "json":
        show.json_out(report)
        return
    from stadtland.inventory.harmonise.output import protocol_rows

    for row in protocol_rows(report, lang):
        value = f"{row['value']:>16}  " if row["kind"] == "bar" else ""
        typer.echo(f"{value}{row['text']}")
    if report["pair"]:
        from stadtland.documents import bridge, plain

        section = next(x for x in bridge.compose(report, lang).sections if x.id == "pair")
        for line in plain.section_lines(section):
            typer.echo(line)
    for path in report["files"]:
        typer.echo(path)


def template(
    out: Annotated[Path, typer.Option("--out", help="folder for the empty table and card")],
    ags: Annotated[str, typer.Option("--ags", help="municipality code, filled in")] = "",
    year: Annotated[int | None, typer.Option("--year", help="year of the inventory, filled in")] = None,
    lang: Annotated[str, typer.Option("--lang", help="de or en")] = "de",
) -> None:
    """Leere Vorlagen für eine vorhandene Bilanz · empty table and card for an existing inventory."""
    show.language(lang)
    from stadtland.actions.harmonise import templates
    from stadtland.base.files import OutDir

    files = templates(lang, ags, year)
    for name in files:
        show.not_existing(out / name)
    with OutDir(out) as folder:
        for name, text in files.items():
            folder.stage(name, text)
        for path in folder.commit():
            typer.echo(str(path))
