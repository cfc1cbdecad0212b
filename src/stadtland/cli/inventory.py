"""`stadtland inventory`, `stadtland uncertainty`, `stadtland lines`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from . import show
from .options import Data, Format, Lang, Members, TableFormat, Year

Store = Annotated[Path | None, typer.Option("--store", help="folder of the own figures (stadtland data import)")]
Internal = Annotated[bool, typer.Option("--internal", help="with farm figures under secrecy; do not pass on")]


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    app.command("lines")(lines)
    app.command("inventory")(inventory)
    app.command("uncertainty")(uncertainty)


def inventory(
    ags: Members,
    year: Year = 2021,
    data: Data = None,
    store: Store = None,
    view: Annotated[
        str | None, typer.Option("--view", help="local_mix, weather, without_ets or without_motorway")
    ] = None,
    detail: Annotated[bool, typer.Option("--detail", help="every line with range, quality and source")] = False,
    internal: Internal = False,
    format: TableFormat = "table",
    lang: Lang = "de",
) -> None:
    """Joint inventory of municipalities (Schätzung nach BISKO-Systematik)."""
    show.language(lang)
    show.one_of(format, ("table", "json", "csv"))
    from stadtland.actions.inventory import inventory as run

    found = run(ags, year, data, detail or format == "csv", store, internal, view)
    show.inventory(found, format, lang)
    if format != "table":
        return
    if not detail:
        _beside(found, lang)
    if "own" in found:
        _own(found, lang)
    if "view" in found:
        _view(found, lang)


def _word(word: str, lang: str, **params: Any) -> str:
    from stadtland.base.texts import text

    return text(f"inventory.cli_{word}", lang, **params)


def _names(found: Mapping[str, Any]) -> dict[str, str]:
    return {a: str(m["name"]).split(",", maxsplit=1)[0] for a, m in found["members"].items()} | {"joint": "Σ"}


def _beside(found: Mapping[str, Any], lang: str) -> None:
    """What belongs to the numbers: the two views of every member, published figures, the sentences of the flags."""
    from stadtland.base.locale import number, percent
    from stadtland.base.texts import text

    names = _names(found)
    typer.echo("")
    for who, entry in [*found["members"].items(), ("joint", found["joint"])]:
        view = entry["views"]
        road = view["without_motorway_t"]
        shown = _word("unknown", lang) if road is None else f"{number(road, lang)} t"
        ets = number(view["without_ets_t"], lang)
        typer.echo(_word("views", lang, name=names[who], ets=ets, motorway=shown))
        for figure in entry["published"]:
            if figure["value"] is None or figure["kind"] not in ("ghg_per_head", "ghg_total"):
                continue
            gap = figure["difference"]
            beside = "" if gap is None else _word("published_gap", lang, gap=percent(gap, lang, 1))
            digits = 2 if figure["kind"] == "ghg_per_head" else 0
            value = f"{number(figure['value'], lang, digits)} {figure['unit']}"
            typer.echo("  " + _word("published", lang, year=figure["year"], value=value) + beside)
    for flag in found["flags"]:
        typer.echo(text(f"inventory.flag_{flag}", lang, year=found["year"]))


def _own(found: Mapping[str, Any], lang: str) -> None:
    """Own value beside the estimate, and what was not used."""
    from stadtland.base.locale import number

    own, names = found["own"], _names(found)
    typer.echo("")
    if own["internal"]:
        typer.echo(_word("internal", lang))
    if not own["lines"]:
        typer.echo(_word("no_own", lang))
    else:
        typer.echo(_word("own_head", lang))
        head = {k: _word(k, lang) for k in ("own", "default", "difference", "quality", "source")}
        table = [
            {
                "": names[r["ags"]], " ": r["label"][lang], head["own"]: number(r["t_co2e"], lang),
                head["default"]: number(r["default_t"], lang),
                head["difference"]: number(r["difference_t"], lang, 0, sign=True),
                head["quality"]: number(r["data_quality"], lang, 2), head["source"]: r["source"],
            }
            for r in own["lines"]
        ]  # fmt: skip
        show.rows(table, "table", lang, list(table[0]))
        for who, before in own["default"].items():
            entry = found["joint"] if who == "joint" else found["members"][who]
            if entry["gross_t"] != before["gross_t"] or entry["net_t"] != before["net_t"]:
                pairs = {k: number(v, lang) for k, v in (("now", entry["gross_t"]), ("before", before["gross_t"]))}
                typer.echo(_word("own_total", lang, name=names[who], **pairs))
    if own["unused"]:
        typer.echo(_word("unused", lang, n=len(own["unused"])))
        for entry in own["unused"]:
            typer.echo(
                f"  {names.get(entry['ags'], entry['ags'])} {entry['id']} {entry['year']}: {entry['text'][lang]}"
            )


def _view(found: Mapping[str, Any], lang: str) -> None:
    """The labelled view beside the base balance."""
    from stadtland.base.locale import number

    view, names = found["view"], _names(found)
    entries = view["members"]
    typer.echo("")
    typer.echo(next(iter(entries.values()))["label"][lang])
    typer.echo(_word("formula", lang, text=view["formula"][lang]))
    base = {a: m["bisko_t"] for a, m in found["members"].items()} | {"joint": found["joint"]["bisko_t"]}
    table = []
    for who, entry in entries.items():
        known = entry["bisko_t"] is not None
        spread = known and entry["low"] != entry["high"]
        table.append(
            {
                "": names[who], "BISKO t": number(base[who], lang),
                "view t": number(entry["bisko_t"], lang) if known else "–",
                "Δ t": number(entry["difference_t"], lang, 0, sign=True) if known else "–",
                "80 %": f"{number(entry['low'], lang)}–{number(entry['high'], lang)}" if spread else "",
                " ": (entry["reason"] or {}).get(lang, ""),
            }
        )  # fmt: skip
    show.rows(table, "table", lang, list(table[0]))


def lines(
    line: Annotated[list[str] | None, typer.Argument(help="ids such as HH.gas; all if left out")] = None,
    format: TableFormat = "table",
    lang: Lang = "de",
) -> None:
    """How each line of the inventory comes about: formula, drivers, statistic."""
    show.language(lang)
    show.one_of(format, ("table", "json", "csv"))
    from stadtland.inventory.line_docs import describe

    found = describe(tuple(line or ()))
    if format != "table":
        show.rows(found, format, lang, ("line", "label", "formula", "drivers", "own", "district", "land", "statistic"))
        return
    for row in found:
        typer.echo(f"{row['line']}  {row['label'][lang]}\n  {row['formula'][lang]}")
        for key in ("drivers", "own", "district", "land"):
            if row[key]:
                typer.echo("  " + _word(f"lines_{key}", lang, ids=", ".join(row[key])))
        typer.echo("  " + _word("lines_statistic", lang, text=row["statistic"][lang]))


def uncertainty(
    ags: Members,
    year: Year = 2021,
    data: Data = None,
    store: Store = None,
    account: Annotated[str, typer.Option("--account", help="e.g. bisko_t, gross_t, net_t")] = "gross_t",
    draws: Annotated[int | None, typer.Option("--draws", help="number of draws, default 10,000")] = None,
    seed: Annotated[int | None, typer.Option("--seed", help="seed of the sequence; stands in the result")] = None,
    format: Format = "table",
    lang: Lang = "de",
) -> None:
    """How sure the inventory is: 80 % bands with their inputs, and which datum to measure next."""
    show.language(lang)
    show.one_of(format, ("table", "json"))
    from stadtland.actions.inventory import uncertainty as run

    found = run(ags, year, data, account, draws, seed, store)
    show.printed(found, format, lambda: uncertainty_lines(found, lang))


def uncertainty_lines(found: Mapping[str, Any], lang: str) -> list[str]:
    """The bands of the account by member and joint with their inputs, then the ranking."""
    from stadtland.base.locale import number, percent
    from stadtland.inventory.output import label

    account, names = found["account"], found["names"] | {"joint": "Σ"}
    out = []
    for who, bands in found["bands"].items():
        band = bands[account]
        if band is None:
            out.append(f"{names[who]}: {label(account, lang)} –")
            continue
        numbers = {k: number(band[k], lang) for k in ("central", "low", "high")}
        out.append(_word("band", lang, name=names[who], account=label(account, lang), **numbers))
        shares = [f"{e['title'][lang]} {percent(e['share'], lang)}" for e in band["inputs"] if e["share"] >= 0.005]
        out.append("  " + _word("inputs", lang, inputs=", ".join(shares)))
    out += ["", _word("next", lang)]
    for rank, e in enumerate(found["measure_next"], 1):
        texts = {k: e[k][lang] for k in ("title", "measure", "ask")}
        less = {"share": percent(e["reduction"], lang, 1), "all": percent(e["reduction_all"], lang, 1)}
        out.append(_word("next_row", lang, rank=rank, name=names[e["ags"]], **texts, **less))
    count = number(found["draws"], lang)
    return [*out, "", _word("draws", lang, draws=count, seed=found["seed"], engine=found["engine"])]
