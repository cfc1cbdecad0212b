"""Commands `measures compare|collide|find|sides|funding` and `recommend`: choosing measures with reasons."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from . import show
from .options import Data, Format, Lang, Year

Members = Annotated[
    list[str] | None, typer.Option("--ags", help="municipality code, name of a partnership or file; may be repeated")
]


def register(app: typer.Typer, measures: typer.Typer) -> None:
    """Add the commands to the command line."""
    measures.command("compare")(compare)
    measures.command("collide")(collide)
    measures.command("find")(find)
    measures.command("sides")(sides)
    measures.command("funding")(funding)
    app.command("recommend")(recommend)


def compare(
    ids: Annotated[list[str], typer.Argument(help="two or more ids, e.g. A01 L05")],
    ags: Members = None,
    year: Year = 2021,
    data: Data = None,
    format: Format = "table",
    lang: Lang = "de",
) -> None:
    """Measures side by side: effect, cost, land, who pays; with --ags the potential of each member."""
    show.language(lang)
    show.one_of(format, ("table", "json"))
    from stadtland.actions.toolbox_use import compare as run

    found = run(ids, ags or (), year, data)
    show.printed(found, format, lambda: compare_lines(found, lang))


def collide(
    ids: Annotated[list[str], typer.Argument(help="ids, or ids with units: A01=40 L05=10 --ags 14729380")],
    ags: Members = None,
    year: Year = 2021,
    data: Data = None,
    format: Format = "table",
    lang: Lang = "de",
) -> None:
    """What the measures do to each other; with units, which stocks of a member are used twice."""
    show.language(lang)
    show.one_of(format, ("table", "json"))
    from stadtland.actions.toolbox_use import collide as run

    found = run(ids, ags or (), year, data)
    show.printed(found, format, lambda: collide_lines(found, lang))


def find(
    words: Annotated[list[str] | None, typer.Argument(help="words in German or English")] = None,
    only: Annotated[
        list[str] | None,
        typer.Option("--only", help="field=…, side=city, hazard=heat, payer=farms, bundle=heat_wood …"),
    ] = None,
    format: Format = "table",
    lang: Lang = "de",
) -> None:
    """Search the toolbox; every word must occur, filters narrow the list."""
    show.language(lang)
    show.one_of(format, ("table", "json", "csv"))
    from stadtland.actions.toolbox_use import find as run

    show.rows(run(words or (), only or ()), format, lang, ("id", "title", "hits"))


def sides(
    measure: Annotated[str | None, typer.Argument(help="id, e.g. E16; left out: all measures by member")] = None,
    ags: Members = None,
    year: Year = 2021,
    data: Data = None,
    format: Format = "table",
    lang: Lang = "de",
) -> None:
    """What makes a measure easier or harder in city and countryside, with the number behind; by measure or member."""
    show.language(lang)
    show.one_of(format, ("table", "json"))
    from stadtland.actions.toolbox_use import sides as run
    from stadtland.actions.toolbox_use import sides_of_members

    if measure is None:
        every = sides_of_members(ags or (), year, data)
        show.printed(every, format, lambda: member_lines(every, lang))
        return

    found = run(measure, ags or (), year, data)
    show.printed(found, format, lambda: sides_lines(found, lang))


def funding(
    measure: Annotated[str, typer.Argument(help="id, e.g. E09")],
    say: Annotated[
        list[str] | None, typer.Option("--say", help="what is known: applicant=farm, legal_duty=no, …")
    ] = None,
    format: Format = "table",
    lang: Lang = "de",
) -> None:
    """What may pay for a measure, what excludes it, and what must be asked; check before use."""
    show.language(lang)
    show.one_of(format, ("table", "json"))
    from stadtland.actions.toolbox_use import funding as run

    found = run(measure, say or ())
    show.printed(found, format, lambda: funding_lines(found, lang))


def recommend(
    who: Annotated[list[str] | None, typer.Argument(help="municipality codes, or the name of a partnership")] = None,
    role: Annotated[
        str, typer.Option("--for", help="city, municipality, farm, company, citizen, region or state")
    ] = "municipality",
    results: Annotated[
        Path | None, typer.Option("--results", help="results.json or its folder: rules on the plan")
    ] = None,
    year: Year = 2021,
    data: Data = None,
    format: Format = "table",
    lang: Lang = "de",
) -> None:
    """Measures that suit a role in a place, each with its reason and the numbers behind it."""
    show.language(lang)
    show.one_of(format, ("table", "json"))
    from stadtland.actions.toolbox_use import recommend as run

    found = run(role, who or (), year, data, results)
    show.printed(found, format, lambda: recommend_lines(found, lang))


def _word(key: str, lang: str, **params: Any) -> str:
    from stadtland.toolbox.interactions_collide import words

    return words()[f"cli_{key}"][lang].format(**params)


def _cell(value: Any, lang: str) -> str:
    from stadtland.base.locale import significant

    if value is None:
        return "–"
    if isinstance(value, Mapping):
        if lang in value:
            return str(value[lang])
        if "central" in value:
            if value["central"] is None:
                return "–"
            low, central, high = (significant(value[k], lang, 3) for k in ("low", "central", "high"))
            return central if low == high else f"{central} ({low} – {high})"
        return ", ".join(f"{k} {_cell(v, lang)}" for k, v in value.items() if v != 0) or "–"
    if isinstance(value, float):
        return significant(value, lang, 3)
    return ", ".join(str(v) for v in value) if isinstance(value, list | tuple) else str(value)


def _coded(key: str, value: Any, lang: str) -> str:
    """A property of `compare` whose values are codes, in words."""
    from stadtland.base.locale import percent
    from stadtland.base.texts import text

    if key == "accounting_view":
        return text(f"measure.view_{value}", lang)
    if key == "permanence":
        return text(f"measure.permanence_{value}", lang) if value in ("low", "medium", "high") else "–"
    if key == "hazards":
        from stadtland.toolbox.resilience import hazards

        return ", ".join(hazards()[one]["title"][lang] for one in value) or "–"
    if key == "applies_to":
        return ", ".join(_word(f"code_{one}", lang) for one in value)
    if key == "payer":
        return ", ".join(f"{_word(f'code_{k}', lang)} {percent(v, lang)}" for k, v in value.items())
    if key == "land_ha":
        return ", ".join(f"{_word(f'code_{k}', lang)} {_cell(v, lang)}" for k, v in value.items()) or "–"
    if key == "cobenefits":
        named = {k: v for k, v in value.items() if k != "evidence" and v}
        words = ", ".join(f"{text(f'measure.benefit_{k}', lang)} {v:+d}" for k, v in named.items())
        return f"{words} ({value['evidence']})" if words else "–"
    return _cell(value, lang)


def compare_lines(found: Mapping[str, Any], lang: str) -> list[str]:
    """One block per property, one line per measure; then potentials by member, then what they do to each other."""
    out: list[str] = []
    for key, values in found["rows"].items():
        out.append(f"{_word('row_' + key, lang)}:")
        for measure, value in values.items():
            unit = f" {value['unit']}" if isinstance(value, Mapping) and "mode" in value else ""
            out.append(f"  {measure}  {_coded(key, value, lang)}{unit}")
    from stadtland.base.texts import text

    for ags, potentials in found["potentials"].items():
        out.append(f"{_word('potential', lang, name=found['names'][ags])}:")
        for measure, cell in potentials.items():
            why = (
                f" – {text(cell['reason'], lang)}"
                if cell["reason"]
                else f" {cell['unit_name'][lang]} ({cell['data_quality']})"
            )
            out.append(f"  {measure}  {_cell(cell, lang)}{why}")
    return out + _pair_lines(found["pairs"], lang)


def _pair_lines(pairs: Any, lang: str) -> list[str]:
    if not pairs:
        return [_word("no_pairs", lang)]
    return [
        f"{p['a']} + {p['b']}: {_word('relation_' + p['relation'], lang)} – {p['sentence'][lang]} ({p['evidence']})"
        for p in pairs
    ]


def collide_lines(found: Mapping[str, Any], lang: str) -> list[str]:
    """Findings, conflicts first; then the published tonnes by accounting view, never summed across."""
    if not found["names"]:
        return _pair_lines(found["pairs"], lang)
    out = []
    for c in found["collisions"]:
        where = ", ".join(found["names"].get(a, a) for a in c["members"])
        out.append(f"{_word(c['severity'], lang)}: {', '.join(c['measures'])} ({where}) – {c['sentence'][lang]}")
    out = out or [_word("no_collisions", lang)]
    if found["views"]:
        out += ["", _word("views", lang)]
    for row in found["views"]:
        bound = f" {_word('upper', lang)}" if row["upper_bound"] else ""
        value = _word("not_quantified", lang) if row["central"] is None else f"{_cell(row, lang)} {row['unit']}"
        label = f"{_word('side_' + row['side'], lang)}, {row['view']}, {_word('type_' + row['type'], lang)}"
        out.append(f"  {label}: {value}{bound} ({', '.join(row['measures'])})")
    return out


def recommend_lines(found: Mapping[str, Any], lang: str) -> list[str]:
    """By member: reason, measures with potential, data and rule; what is held back and why; then the bundles."""
    out: list[str] = []
    for ags, name in found["names"].items():
        rows = [r for r in found["recommendations"] if r["ags"] == ags]
        if not rows:
            continue
        out += ["", f"{name} ({ags})"]
        for r in rows:
            out += _recommendation_lines(r, found, lang)
    if not out:
        return [_word("no_recommendation", lang)]
    for bundle in found["bundles"].values():
        out += [
            "",
            f"{_word('bundle', lang)}: {bundle['title'][lang]} ({', '.join(bundle['measures'])})",
            f"  {bundle['text'][lang]}",
        ]
    return [*out[1:], "", _word("limits", lang)]


def _recommendation_lines(r: Mapping[str, Any], found: Mapping[str, Any], lang: str) -> list[str]:
    from stadtland.toolbox.unit_words import figure_words

    missing = ", ".join(figure_words(n, lang) for d in r["data"] if d["value"] is None for n in d["names"])
    if r["state"] == "unknown":
        return [f"  ? {_word('missing', lang, names=missing, rule=r['rule'])}"]
    data = "; ".join(
        f"{' / '.join(figure_words(n, lang) for n in d['names'])} = {_cell(d['value'], lang)} {d['unit']}"
        f" ({d['data_quality']})"
        for d in r["data"]
    )
    if r["state"] == "held_back":
        return [f"  – {r['reason'][lang]} {_word('held_back', lang)} [{r['rule']}: {data}]"]
    advice = f"{r['advice'][lang]} " if r["advice"] else ""
    out = [f"  • {advice}{r['reason'][lang]} [{r['rule']}: {data}]"]
    for m in r["measures"]:
        if r["ags"] == "joint":  # no potential of one place belongs to advice about all
            out.append(f"      {m['id']}  {m['title'][lang]}")
            continue
        size = (
            _word("open", lang)
            if m["central"] is None
            else f"{_cell(m['central'], lang)} {m['unit_name'][lang]} ({m['data_quality']})"
        )
        out.append(f"      {m['id']}  {m['title'][lang]}: {size}")
    if r["bundle"]:
        out.append(f"      {_word('bundle', lang)}: {found['bundles'][r['bundle']]['title'][lang]}")
    return out


def sides_lines(found: Mapping[str, Any], lang: str) -> list[str]:
    """The text of the card, then one line per statement and member."""
    out = [f"{found['measure']}  {found['title'][lang]}", found["text"][lang]]
    for ags, rows in found["members"].items():
        out += ["", f"{found['names'][ags]} ({ags})"]
        for r in rows:
            if r["verdict"] == "neither":
                continue
            proxy = f" ({_word('proxy', lang)})" if r["proxy"] else ""
            out.append(f"  {_word('verdict_' + r['verdict'], lang)}: {r['sentence'][lang]}{proxy}")
    return out


def member_lines(found: Mapping[str, Any], lang: str) -> list[str]:
    """By member: the measures that the place makes easier, harder, both or neither, with the reasons."""
    out: list[str] = []
    for ags, one in found["members"].items():
        out += ["", f"{found['names'][ags]} ({ags})"]
        why: dict[tuple[str, str], list[str]] = {}
        for row in one["statements"]:
            why.setdefault((row["measure"], row["verdict"]), []).append(row["sentence"][lang])
        for group in ("easier", "harder", "mixed"):
            out.append(f"  {_word(f'group_{group}', lang)}: {len(one[group])}")
            for ident in one[group]:
                kinds = ("easier", "harder") if group == "mixed" else (group,)
                words = " / ".join(" ".join(why.get((ident, k), ())) for k in kinds)
                out.append(f"    {ident}  {found['titles'][ident][lang]} – {words}")
        for group in ("neither", "unknown", "not_here"):
            out.append(f"  {_word(f'group_{group}', lang)}: {', '.join(one[group]) or '–'}")
    return out[1:]


def funding_lines(found: Mapping[str, Any], lang: str) -> list[str]:
    """Programmes by state with reasons and questions, rules that fire, the law of the card, and "check before use"."""
    from stadtland.base.locale import percent

    out = []
    for p in found["programmes"]:
        rate = p["rate"]
        share = "" if rate is None else f" ({_word('rate', lang, share=percent(rate['high'], lang))})"
        out.append(
            f"{_word('fund_' + p['state'], lang)}: {p['title'][lang]}{share} [{p['evidence']}, {p['status_date']}]"
        )
        out += [f"    {p['note'][lang]}"] if p["note"] else []
        out += [f"    {r['sentence'][lang]} {r['cure'][lang]}" for r in p["reasons"]]
        if p["ask"] and p["state"] == "ask":
            out.append(f"    {_word('ask', lang)}: {', '.join(p['ask'])}")
    for r in found["rules"]:
        ask = f" ({_word('ask', lang)}: {', '.join(r['ask'])})" if r["state"] == "open" else ""
        out.append(
            f"{_word('rule_' + r['state'], lang)}: {r['sentence'][lang]} {r['cure'][lang]}{ask} [{r['evidence']}]"
        )
    out += [
        f"{_word('on_card', lang)}: " + "; ".join(found["named"][lang]),
        f"{_word('law', lang)}: " + "; ".join(found["law"][lang]),
    ]
    return [*out, "", f"{found['check'][lang]} ({found['status_date']})"]
