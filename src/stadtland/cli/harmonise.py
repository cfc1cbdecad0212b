"""`stadtland harmonise FILE`: an existing inventory explained against the common method."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from . import show


def register(app: typer.Typer) -> None:
    """Add the command `harmonise`."""
    app.command("harmonise")(harmonise)


def harmonise(
    file: Annotated[Path, typer.Argument(help="table of an existing inventory, CSV")],
    card: Annotated[Path | None, typer.Option("--card", help="metadata card, TOML; unknown is allowed")] = None,
    format: Annotated[str, typer.Option("--format", help="table or json")] = "table",
    lang: Annotated[str, typer.Option("--lang", help="de or en")] = "de",
    out: Annotated[Path | None, typer.Option("--out", help="folder for bridge, protocol and the original")] = None,
    data: Annotated[
        Path | None, typer.Option("--data", help="folder of public data for any other municipality")
    ] = None,
    year: Annotated[int | None, typer.Option("--to-year", help="bring it to this year (quality D)")] = None,
) -> None:
    """Vorhandene Bilanz abgleichen · an existing inventory harmonised, with a bridge of all differences."""
    show.language(lang)
    show.one_of(format, ("table", "json"))
    from stadtland.actions.harmonise import harmonise as run

    report = run(file, card, lang, out, data, year)
    if format == "json":
        show.json_out(report)
        return
    from stadtland.inventory.harmonise.output import protocol_rows

    for row in protocol_rows(report, lang):
        value = f"{row['value']:>16}  " if row["kind"] == "bar" else ""
        typer.echo(f"{value}{row['text']}")
    for path in report["files"]:
        typer.echo(path)
