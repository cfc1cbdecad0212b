"""`stadtland resilience`, `offer`, `value`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from . import show
from .options import Data, Format, Lang, Members

Printed = Annotated[str, typer.Option("--format", help="text or json")]
Measure = Annotated[str, typer.Argument(help="id of a measure, as A01")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("resilience")(resilience)
    app.command("offer")(offer)
    app.command("value")(value)


def resilience(
    ags: Members,
    series: Annotated[
        list[str] | None, typer.Option("--series", help="DWD file: [AGS=]FILE or [AGS=]FILE@column; may be repeated")
    ] = None,
    measure: Annotated[
        list[str] | None, typer.Option("--measure", help="[AGS:]ID=UNITS, a measure that stands; may be repeated")
    ] = None,
    needs: Annotated[Path | None, typer.Option("--needs", help="filled-in table of needs (CSV or XLSX)")] = None,
    partnership: Annotated[
        bool, typer.Option("--partnership", help="print the needs as tables for a partnership file")
    ] = False,
    template: Annotated[Path | None, typer.Option("--template", help="write the empty table of needs here")] = None,
    letter: Annotated[
        str | None, typer.Option("--letter", help="print the data request for this hazard, or all")
    ] = None,
    format: Format = "table",
    lang: Lang = "de",
    data: Data = None,
) -> None:
    """Climate hazards: local exposure, need, and who can settle what is unknown."""
    show.one_of(format, ("table", "json"))
    show.language(lang)
    from stadtland.actions import resilience as use

    if letter is not None:
        typer.echo(use.letter(letter, ags, lang, data))
        return
    if template is not None:
        typer.echo(str(use.needs_template(template, ags, lang, data)))
        return
    if partnership:
        if needs is None:
            raise typer.BadParameter("--partnership needs --needs FILE")
        typer.echo(use.needs_toml(needs, ags, data), nl=False)
        return
    chosen = use.read_selection(measure or (), ags)
    found = use.resilience(ags, series or (), chosen, data=data, needs_file=needs)
    if format == "json":
        show.json_out(found)
        return
    _table(found, lang)


def _table(found: Mapping[str, Any], lang: str) -> None:
    from stadtland.toolbox.resilience.content import word
    from stadtland.toolbox.resilience.words import background, effects, exposure, protects, row_words

    for ags, hazards in found["resilience"].items():
        typer.echo(f"{found['names'][ags]} ({ags})")
        for hazard, entry in hazards.items():
            typer.echo("  " + row_words(hazard, entry, lang))
            for line in (*exposure(entry, lang), *effects(entry, lang), *protects(entry, found["names"], lang)):
                typer.echo("    " + line)
    typer.echo(word("only_exposed", lang))
    for line in background(next(iter(found["resilience"].values())), lang):
        typer.echo(line)


def offer(
    measure: Measure,
    hectares: Annotated[float, typer.Option("--hectares", help="area of the offer")],
    soil: Annotated[str, typer.Option("--soil", help="low, medium or high yield")] = "medium",
    ags: Annotated[str | None, typer.Option("--ags", help="municipality of the land")] = None,
    format: Printed = "text",
    lang: Lang = "de",
    data: Data = None,
) -> None:
    """An offer to land users per hectare, as a draft: payment, agreements, status of the land, risks, exit."""
    show.one_of(format, ("text", "json"))
    show.language(lang)
    from stadtland.actions.resilience import offer as run

    found = run(measure, hectares, soil, ags, data)
    if format == "json":
        show.json_out(found)
        return
    from stadtland.toolbox.offers import wording

    typer.echo(wording(found, lang), nl=False)


def value(
    measure: Measure,
    units: Annotated[float, typer.Option("--units", help="units of the measure")],
    ags: Annotated[str | None, typer.Option("--ags", help="municipality; without it all partners together")] = None,
    format: Printed = "text",
    lang: Lang = "de",
    data: Data = None,
) -> None:
    """Regional value by stage, drinking water and biodiversity of a measure."""
    show.one_of(format, ("text", "json"))
    show.language(lang)
    from stadtland.actions.resilience import value as run

    found = run(measure, units, ags, data)
    from stadtland.toolbox.regional_value import lines

    show.printed(found, format, lambda: lines(found, lang))
