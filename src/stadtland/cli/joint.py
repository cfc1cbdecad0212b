"""`stadtland consolidate` and `stadtland targets`: from members to one joint balance, and what it is held against."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from . import show
from .options import Data, Format, Lang, OutPage, Store, Whom, YearOf


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("consolidate")(consolidate)
    app.command("targets")(targets)


def years(text: str) -> list[int]:
    """Years from `2018,2021`; InputError `years-format` for anything else."""
    from stadtland.base.errors import InputError

    parts = [p.strip() for p in text.split(",") if p.strip()]
    if not all(p.isascii() and p.isdigit() and len(p) == 4 for p in parts):
        raise InputError("years-format", f"{text!r:.40} is no list of years", "--years", "write 2018,2021")
    return [int(p) for p in parts]


def consolidate(
    members: Whom,
    year: YearOf = None,
    books: Annotated[
        Path | None, typer.Option("--books", help="TOML: members with years, flows, own book values")
    ] = None,
    harmonised: Annotated[
        list[Path] | None, typer.Option("--harmonised", help="harmonised.json of a member; may be repeated")
    ] = None,
    series: Annotated[str, typer.Option("--years", help="series, e.g. 2018,2021: members that join and leave")] = "",
    account: Annotated[str, typer.Option("--account", help="bisko_t, gross_t or net_t")] = "bisko_t",
    detail: Annotated[bool, typer.Option("--detail", help="print the proof of every line as well")] = False,
    out: OutPage = None,
    data: Data = None,
    store: Store = None,
    format: Format = "table",
    lang: Lang = "de",
) -> None:
    """Gemeinsame Bilanz · members − eliminations + bridge = joint, with proof, flows, members and areas."""
    show.language(lang)
    show.one_of(format, ("table", "json"))
    from stadtland.actions.consolidate import consolidate as run

    wanted = years(series)
    with show.maybe_out(out) as folder:
        found = run(members, year, data, books, tuple(harmonised or ()), wanted, account, store)

        def document(whole: bool) -> Any:
            from stadtland.documents import joint

            return joint.compose(found, lang, whole)

        show.page(found, document, "joint-balance", format, folder, detail)


def targets(
    members: Whom,
    year: YearOf = None,
    file: Annotated[Path | None, typer.Option("--targets", help="TOML: own and joint targets, residual shares")] = None,
    plan: Annotated[
        Path | None, typer.Option("--plan", help="results.json of stadtland plan, for the potential view")
    ] = None,
    budget: Annotated[str, typer.Option("--budget", help="national CO2 budget that is drawn")] = "sru_2024_175",
    mix: Annotated[float, typer.Option("--mix", help="weight of heads in the mixed key, 0 to 1")] = 0.5,
    detail: Annotated[bool, typer.Option("--detail", help="print every national budget")] = False,
    coverage: Annotated[float, typer.Option("--coverage", help="part of the budget this account covers, 0 to 1")] = 1.0,
    out: OutPage = None,
    data: Data = None,
    store: Store = None,
    format: Format = "table",
    lang: Lang = "de",
) -> None:
    """Ziele und Budgets · own and joint targets, carbon budgets, potential, land use of both inventory versions."""
    show.language(lang)
    show.one_of(format, ("table", "json"))
    from stadtland.actions import targets as use

    use.check_budget(budget)
    with show.maybe_out(out) as folder:
        found = use.targets(members, year, data, use.plan_of(plan), file, mix, coverage, store)

        def document(whole: bool) -> Any:
            from stadtland.documents import targets as page

            return page.compose(found, lang, budget, whole)

        show.page(found, document, "targets", format, folder, detail)
