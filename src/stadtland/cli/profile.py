"""Commands `profile` and `compare`: how city and countryside differ, and why."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from . import show
from .options import Data, Format, Lang, OutPage, Store, Whom, YearOf


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    app.command("profile")(profile)
    app.command("compare")(compare)


def profile(
    members: Whom,
    year: YearOf = None,
    data: Data = None,
    store: Store = None,
    detail: Annotated[bool, typer.Option("--detail", help="print meanings, sources and what is missing")] = False,
    out: OutPage = None,
    format: Format = "table",
    lang: Lang = "de",
) -> None:
    """Stadt-Land-Profil · urban-rural profile: indicators, surplus and shortage, no ranking."""
    show.language(lang)
    show.one_of(format, ("table", "json"))
    from stadtland.actions.profile import profile as run

    with show.maybe_out(out) as folder:
        found = run(members, year, data, store)

        def document(whole: bool) -> Any:
            from stadtland.documents import profile as page

            return page.profile(found, lang, whole)

        show.page(found, document, "profile", format, folder, detail)


def compare(
    members: Whom,
    year: YearOf = None,
    data: Data = None,
    store: Store = None,
    account: Annotated[str, typer.Option(help="bisko_t, gross_t or net_t")] = "gross_t",
    detail: Annotated[bool, typer.Option("--detail", help="print the blocks and all data to measure next")] = False,
    out: OutPage = None,
    format: Format = "table",
    lang: Lang = "de",
) -> None:
    """Vergleich · why members differ per head and per hectare; closed books, ranges, what to measure next."""
    show.language(lang)
    show.one_of(format, ("table", "json"))
    from stadtland.actions.profile import compare as run

    with show.maybe_out(out) as folder:
        found = run(members, year, data, account, store)

        def document(whole: bool) -> Any:
            from stadtland.documents import profile as page

            return page.compare(found, lang, whole)

        show.page(found, document, "compare", format, folder, detail)
