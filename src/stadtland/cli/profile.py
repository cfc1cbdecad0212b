"""Commands `profile` and `compare`: how city and countryside differ, and why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from . import show
from .options import Data, Format, Lang, Members, Year

MARKS = {"place": "", "estimate": "~", "district": "k", "land": "l", "country": "d"}


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    app.command("profile")(profile)
    app.command("compare")(compare)


def profile(ags: Members, year: Year = 2021, data: Data = None, format: Format = "table", lang: Lang = "de") -> None:
    """Urban-rural profile: indicators, surplus and shortage, no ranking."""
    show.language(lang)
    show.one_of(format, ("table", "json"))
    from stadtland.actions.profile import profile as run

    found = run(ags, year, data)
    show.printed(found, format, lambda: profile_lines(found, lang))


def compare(
    ags: Members,
    year: Year = 2021,
    data: Data = None,
    account: Annotated[str, typer.Option(help="bisko_t, gross_t or net_t")] = "gross_t",
    format: Format = "table",
    lang: Lang = "de",
) -> None:
    """Why members differ per head and per hectare; closed books, ranges, what to measure next."""
    show.language(lang)
    show.one_of(format, ("table", "json"))
    from stadtland.actions.profile import compare as run

    found = run(ags, year, data, account)
    show.printed(found, format, lambda: compare_lines(found, lang))


def _word(word: str, lang: str, **params: Any) -> str:
    from stadtland.inventory.profile import words

    return str(words()["cli"][word][lang]).format(**params)


def _unit(unit: str, lang: str) -> str:
    from stadtland.inventory.profile import words

    return str(words()["units"].get(unit, {}).get(lang, unit))


def _grid(rows: list[list[str]]) -> list[str]:
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    return [
        "  ".join(
            c.ljust(w) if i == 0 else c.rjust(w) for i, (c, w) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]


def profile_lines(found: Mapping[str, Any], lang: str) -> list[str]:
    """The profile as lines of text: indicators with a value, then surplus and shortage."""
    from stadtland.base.locale import number

    codes = [m["ags"] for m in found["members"]]
    names = [m["name"] for m in found["members"]]
    out = [_word("profile", lang, year=found["year"]), found["note"][lang], ""]
    rows = [[_word("indicator", lang), *names, _word("unit", lang)]]
    without = 0
    for i, first in enumerate(found["profile"][codes[0]]):
        cells = [found["profile"][a][i] for a in codes]
        if all(c["value"] is None for c in cells):
            without += 1
            continue
        shown = [
            _word("unknown", lang)
            if c["value"] is None
            else number(c["value"], lang, c["digits"]) + MARKS.get(c["level"], "")
            for c in cells
        ]
        rows.append([first["title"][lang], *shown, _unit(first["unit"], lang)])
    out += [*_grid(rows), _word("levels", lang), _word("missing", lang, n=without), "", _word("complements", lang)]
    rows = [["", *names]]
    for row in found["complements"]:
        cells = [row["members"][a] for a in codes]
        shown = [
            _word("unknown", lang)
            if c["balance"] is None
            else f"{number(c['balance'], lang, 0, sign=True)} {_unit(row['unit'], lang)}"
            for c in cells
        ]
        rows.append([row["title"][lang], *shown])
    return out + _grid(rows)


def compare_lines(found: Mapping[str, Any], lang: str) -> list[str]:
    """The comparison as lines of text: gaps by factor for both bases, closure, land use, range, what to measure
    next.
    """
    from stadtland.base.locale import number, percent

    names = {m["ags"]: m["name"] for m in found["members"]}
    out = [found["note"][lang]]
    for base in ("head", "hectare"):
        gaps = [g for g in found["gaps"] if g["base"] == base]
        titles: dict[str, str] = {}
        for gap in gaps:
            titles |= {e["id"]: e["title"][lang] for e in gap["by_factor"]}
        order = [k for k in titles if k != "rest"] + ["rest"]
        rows = [[_word("factor", lang), *(names[g["to"]] for g in gaps)]]
        for key in order:
            effects = [{e["id"]: e["effect"] for e in g["by_factor"]}.get(key, 0.0) for g in gaps]
            rows.append([titles.get(key, key), *(number(e, lang, 2, sign=True) for e in effects)])
        rows.append([_word("sum", lang), *(number(g["gap"], lang, 2, sign=True) for g in gaps)])
        out += ["", _word("gap", lang, account=found["account"], unit=_unit(gaps[0]["unit"], lang)), *_grid(rows)]
    books = found["books"]
    rest = max(abs(b["residual_kg"]) for b in books.values())
    eliminated = number(books["bisko_t"]["eliminations_t"], lang)
    out += ["", _word("closed", lang, kg=number(rest, lang), bisko=eliminated)]
    land = found["vintages"]["joint"]
    old, new = (number(land[k]["lulucf_t"], lang, 0, sign=True) for k in ("old", "revised"))
    out.append(_word("forest", lang, old=old, new=new, text=land["text"][lang]))
    draws = found["uncertainty"]
    band = draws["bands"]["joint"][found["account"]]
    low, high = (number(band[k], lang) for k in ("low", "high"))
    out.append(_word("band", lang, low=low, high=high, seed=draws["seed"], draws=number(draws["draws"], lang)))
    for entry in found["measure_next"][:3]:
        out.append(
            _word(
                "next",
                lang,
                measure=entry["measure"][lang],
                name=names[entry["ags"]],
                ask=entry["ask"][lang],
                share=percent(entry["reduction"], lang),
            )
        )
    return out
