"""Commands `profile` and `compare`: how city and countryside differ, and why."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from . import show
from .options import Data, Format, Lang

Whom = Annotated[list[str], typer.Argument(help="bundled name, partnership file (.toml) or municipality codes")]
YearOf = Annotated[int | None, typer.Option("--year", help="year; default: that of the partnership, else 2021")]
Out = Annotated[Path | None, typer.Option("--out", help="folder for the page (HTML, PDF) and the data (JSON)")]


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    app.command("profile")(profile)
    app.command("compare")(compare)


def profile(
    members: Whom,
    year: YearOf = None,
    data: Data = None,
    detail: Annotated[bool, typer.Option("--detail", help="print meanings, sources and what is missing")] = False,
    out: Out = None,
    format: Format = "table",
    lang: Lang = "de",
) -> None:
    """Stadt-Land-Profil · urban-rural profile: indicators, surplus and shortage, no ranking."""
    show.language(lang)
    show.one_of(format, ("table", "json"))
    from stadtland.actions.profile import profile as run
    from stadtland.actions.whom import resolve

    with show.maybe_out(out) as folder:
        found = run(*resolve(members).at(year), data)

        def document(whole: bool) -> Any:
            from stadtland.documents import profile as page

            return page.profile(found, lang, whole)

        show.page(found, document, "profile", format, folder, detail)


def compare(
    members: Whom,
    year: YearOf = None,
    data: Data = None,
    account: Annotated[str, typer.Option(help="bisko_t, gross_t or net_t")] = "gross_t",
    detail: Annotated[bool, typer.Option("--detail", help="print the blocks and all data to measure next")] = False,
    out: Out = None,
    format: Format = "table",
    lang: Lang = "de",
) -> None:
    """Vergleich · why members differ per head and per hectare; closed books, ranges, what to measure next."""
    show.language(lang)
    show.one_of(format, ("table", "json"))
    from stadtland.actions.profile import compare as run
    from stadtland.actions.whom import resolve

    with show.maybe_out(out) as folder:
        found = run(*resolve(members).at(year), data, account)

        def document(whole: bool) -> Any:
            from stadtland.documents import profile as page

            return page.compare(found, lang, whole)

        show.page(found, document, "compare", format, folder, detail)
