"""Commands around a plan: scenarios side by side, two plans compared, explanation, alternatives, certainty."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from . import show
from .options import Data, Format, Lang, TableFormat

Name = Annotated[str, typer.Argument(help="bundled name (leipzig-wurzener-land) or a partnership file")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(scenarios)
    app.command("compare-plans")(compare_plans)


def scenarios(
    name: Name,
    scenario: Annotated[
        list[str] | None, typer.Option("--scenario", help="id or file; all bundled if left out")
    ] = None,
    data: Data = None,
    format: TableFormat = "table",
    lang: Lang = "de",
) -> None:
    """Scenarios of a partnership side by side (joint plans without coalitions)."""
    show.language(lang)
    show.one_of(format, ("table", "json", "csv"))
    from stadtland.actions.scenarios import table

    found = table(name, data, scenario)
    columns: tuple[str, ...] = (
        "id", "title", "t_2030", "t_2040", "t_2045", "missed_t", "extra_eur", "priced_eur", "land_ha",
        "evidence_c_share", "measures",
    )  # fmt: skip
    if format == "table":
        for row in found:
            for key in columns[2:8]:
                row[key] = float(round(row[key]))
        columns = ("id", *columns[2:])
    show.rows(found, format, lang, columns)


def compare_plans(
    a: Annotated[Path, typer.Argument(help="folder of the first plan")],
    b: Annotated[Path, typer.Argument(help="folder of the second plan")],
    format: Format = "table",
    lang: Lang = "de",
) -> None:
    """Two written plans side by side, with differences (B less A) that add up."""
    show.language(lang)
    show.one_of(format, ("table", "json"))
    from stadtland.actions.scenarios import compare

    found = compare(a, b)
    show.printed(found, format, lambda: _compared(found, lang))


def _compared(found: Mapping[str, Any], lang: str) -> list[str]:
    from stadtland.base.locale import number
    from stadtland.base.texts import text

    def say(word: str, **params: Any) -> str:
        return text(f"planning.{word}", lang, **params)

    out = [say("settings")] if found["settings"] else [say("settings_equal")]
    out += [f"  {s['id']}: {_short(s['a'])} → {_short(s['b'])}" for s in found["settings"]]
    for row in found["tonnes"]:
        a, b, d = (number(row[k], lang, 0, sign=k == "difference") for k in ("a", "b", "difference"))
        out += ["", say("tonnes", year=row["year"], a=a, b=b, difference=d)]
        out += [f"  {number(p['t'], lang, 0, sign=True):>14} t  {p['title'][lang]}" for p in row["parts"]]
    for key in ("money", "payers"):
        part = found[key]
        if part is None:
            continue
        a, b, d = (number(part[k] / 1e6, lang, 1, sign=k == "difference") for k in ("a", "b", "difference"))
        out += ["", say(key, a=a, b=b, difference=d)]
        for p in sorted(part["parts"], key=lambda p: -abs(p["difference"])):
            if abs(p["difference"]) >= 5e4:
                out.append(f"  {number(p['difference'] / 1e6, lang, 1, sign=True):>14} M€  {say('part_' + p['id'])}")
    if found["measures"]:
        out += ["", say("measures")]
    for m in found["measures"][:15]:
        d = m["difference"]
        units, ha = number(d["units"], lang, 1, sign=True), number(d["ha"], lang, 0, sign=True)
        t, eur = number(d["t"], lang, 0, sign=True), number(d["eur"] / 1e6, lang, 1, sign=True)
        out.append(f"  {m['id']} {m['title'][lang]}: {units} {m['unit']}, {t} t, {eur} M€, {ha} ha")
    if found["gain"] is not None:
        a, b, d = (number(found["gain"][k] / 1e6, lang, 1, sign=k == "difference") for k in ("a", "b", "difference"))
        out += ["", say("gain", a=a, b=b, difference=d)]
    closes = found["closes"]
    out += ["", say("closes", t=number(closes["t"], lang, 3), eur=number(closes["eur"] or 0.0, lang, 2))]
    out += [say("gap", what=g) for g in found["gaps"]]
    return out


def _short(value: Any) -> str:
    import json

    return "–" if value in (None, {}, [], ()) else json.dumps(value, ensure_ascii=False)[:160]


def plan_shares(found: Mapping[str, Any], lang: str) -> list[str]:
    """Shares of a plan in lines: rules, stability, why, fixed payments, transfers and the yearly plan."""
    from stadtland.base.locale import number
    from stadtland.base.texts import text

    def m(value: float | None, sign: bool = False) -> str:
        return "–" if value is None else number(value / 1e6, lang, 2, sign=sign)

    def eur(value: float) -> str:
        return f"{number(abs(value) / 1e6, lang, 2)} M€"

    names, rules = found["members"], found["rules"]
    width = max(len(n) for n in names.values())
    out = [found["name"], "", text("sharing.table", lang)]
    order = [found["default_rule"], *(r for r in rules if r != found["default_rule"])]
    for rule in order:
        entry = rules[rule]
        stable = "sharing.stable" if entry["in_core"] else "sharing.not_stable"
        parts = "  ".join(f"{names[a]} {m(found['alone_eur'].get(a, 0.0) - entry['values'][a], True)}" for a in names)
        mark = " *" if rule == found["default_rule"] else ""
        worst = entry["worst"]
        who = ", ".join(names[a] for a in worst["members"]) if worst else ""
        word = text(stable, lang, members=who, amount=eur(worst["excess_eur"]) if worst else "")
        out.append(f"  {rule + mark:18} {parts}  {word}")
    if found["corridor"]:
        out += ["", text("sharing.corridor", lang)]
        for a, (low, high) in found["corridor"].items():
            alone = found["alone_eur"].get(a, 0.0)
            out.append(f"  {names[a]:{width}} {m(alone - high, True)} … {m(alone - low, True)}")
    decision = found["decision"]
    if decision and decision["decided"]:
        out += ["", text("sharing.decided", lang, rule=decision["rule"], date=decision["date"], by=decision["by"])]
    else:
        out += ["", text("sharing.undecided", lang, rule=found["default_rule"])]
    if found["why"]:
        for a, entry in found["why"].items():
            params = {k: eur(entry[f"{k}_eur"]) for k in ("alone", "share", "saves", "borne", "transfer")}
            brings = "–" if entry["brings_eur"] is None else eur(entry["brings_eur"])
            out.append("  " + text(entry["text"], lang, name=names[a], brings=brings, **params))
    out += ["", text("sharing.reasons", lang)] if found["reasons"] else []
    out += [f"  {k}: {text(v, lang)}" for k, v in found["reasons"].items()]
    out += _fixed(found, names, lang)
    pay = found["payments"]
    if pay:
        out += ["", text("sharing.payments", lang, first=pay["years"][0], last=pay["years"][-1])]
        for row in pay["bilateral"]:
            out.append(f"  {names[row['from']]} → {names[row['to']]}: {number(row['eur_a'], lang, 2)} €")
        for row in pay["vehicles"]:
            out.append(f"  {names[row['to']]}, {eur(row['eur'])}: {row['title'][lang]}")
            out += [f"      {line[lang]}" for line in row["open"]]
    out += [text("planning.gap", lang, what=g) for g in found["gaps"]]
    return out


def _fixed(found: Mapping[str, Any], names: Mapping[str, str], lang: str) -> list[str]:
    from stadtland.base.locale import number
    from stadtland.base.texts import text

    fixed = found["statutory"]
    if not fixed:
        return []
    out = ["", text("sharing.fixed", lang)]
    for row in fixed["flows"]:
        gross = number(row["gross_eur"]["central"] / 1e6, lang, 2)
        after = row["after_equalisation_eur"]
        net = text("sharing.gross", lang) if after is None else number(after / 1e6, lang, 2)
        word = text(
            "sharing.fixed_row", lang, title=row["title"][lang], name=names[row["member"]], gross=gross, net=net
        )
        out.append("  " + word)
    out.append("  " + fixed["note"]["text"][lang])
    listed = fixed.get("grants", [])
    if listed:
        out += ["", text("sharing.grants", lang)]
        for row in sorted(listed, key=lambda r: -(r["eur"] or {"high": 0.0})["high"])[:8]:
            span = "?" if row["eur"] is None else number(row["eur"]["high"] / 1e6, lang, 1)
            who = ", ".join(text(f"planning.part_{p}", lang) for p in row["payers"])
            out.append(f"  {row['measure']} {row['title'][lang]}: {who}; ≤ {span} M€ ({row['status_date']})")
    return out
