"""Options that mean the same in every command."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def _codes(names: list[str]) -> list[str]:
    """The codes of a named partnership; codes stay as they are."""
    if len(names) != 1 or names[0][:1].isdigit():
        return names
    from stadtland.actions.whom import resolve

    return list(resolve(names).ags)


WHOM = "bundled name, partnership file (.toml) or municipality codes"
Members = Annotated[list[str], typer.Argument(help=WHOM, callback=_codes)]
Codes = Annotated[list[str], typer.Argument(help="official municipality codes, 8 digits")]
Year = Annotated[int, typer.Option("--year", help="year of the inventory")]
Data = Annotated[Path | None, typer.Option("--data", help="folder of public data for any other municipality")]
Store = Annotated[Path | None, typer.Option("--store", help="folder of the own figures (stadtland data import)")]
Whom = Annotated[list[str], typer.Argument(help=WHOM)]
YearOf = Annotated[int | None, typer.Option("--year", help="year; default: that of the partnership, else 2021")]
OutPage = Annotated[Path | None, typer.Option("--out", help="folder for the page (HTML, PDF) and the data (JSON)")]
Format = Annotated[str, typer.Option("--format", help="table or json")]
TableFormat = Annotated[str, typer.Option("--format", help="table, json or csv")]
Lang = Annotated[str, typer.Option("--lang", help="de or en")]
Db = Annotated[
    str | None,
    typer.Option("--db", help="database: SQLite file or postgresql://…; default $STADTLAND_DB or stadtland.sqlite3"),
]
