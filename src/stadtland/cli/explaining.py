"""Commands that explain a written plan: explain, alternatives."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from . import show
from .options import Data, Format, Lang

Plan = Annotated[Path, typer.Argument(help="folder of a plan, or an INSTANCE.json")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(explain)
    app.command()(alternatives)
    app.command()(certainty)
    app.command()(fronts)
    app.command("next-datum")(next_datum)


def explain(
    plan: Plan,
    measure: Annotated[str | None, typer.Option("--measure", help="id, or id@code: why in or out")] = None,
    target: Annotated[str | None, typer.Option("--target", help="joint or a code: what would reach it")] = None,
    format: Format = "table",
    lang: Lang = "de",
) -> None:
    """Why a plan is as it is: waterfall, scarce things and their prices, cost curve; one measure; one missed target."""
    show.language(lang)
    show.one_of(format, ("table", "json"))
    from stadtland.actions import explain_plan as room

    if measure is not None:
        found = room.measure(plan, measure)
        show.printed(found, format, lambda: _measure(found, lang))
    elif target is not None:
        found = room.target(plan, target)
        show.printed(found, format, lambda: _target(found, lang))
    else:
        found = room.overview(plan)
        show.printed(found, format, lambda: _overview(found, lang))


def alternatives(
    plan: Plan,
    measure: Annotated[list[str] | None, typer.Option("--measure", help="ids; the largest if left out")] = None,
    epsilon: Annotated[list[float] | None, typer.Option("--epsilon", help="shares of extra cost, e.g. 0.02")] = None,
    jobs: Annotated[int, typer.Option(help="processes")] = 2,
    format: Format = "table",
    lang: Lang = "de",
) -> None:
    """Other good plans at a little more cost: how far measures can go, and how firm each is."""
    show.language(lang)
    show.one_of(format, ("table", "json"))
    from stadtland.actions.explain_plan import other_plans

    with show.counter("plans") as progress:
        found = other_plans(plan, epsilon, measure, jobs, progress)
    show.printed(found, format, lambda: _alternatives(found, lang))


def certainty(
    name: Annotated[str, typer.Argument(help="bundled name or a partnership file")],
    reliability: Annotated[list[float] | None, typer.Option("--reliability", help="shares; 0.5, 0.8, 0.9")] = None,
    scenario: Annotated[str | None, typer.Option("--scenario", help="id or file")] = None,
    data: Data = None,
    format: Format = "table",
    lang: Lang = "de",
) -> None:
    """Plans made for 50, 80 and 90 % certainty, tested on draws they were not made with."""
    show.language(lang)
    show.one_of(format, ("table", "json"))
    from stadtland.actions.sure import RELIABILITIES
    from stadtland.actions.sure import certainty as run

    with show.counter("plans") as progress:
        found = run(name, data, scenario, reliability or RELIABILITIES, progress)
    show.printed(found, format, lambda: _certainty(found, lang))


def fronts(
    name: Annotated[str, typer.Argument(help="bundled name or a partnership file")],
    hazard: Annotated[
        str | None, typer.Option("--hazard", help="heat, drought …: adds an indicator of adaptation")
    ] = None,
    points: Annotated[int, typer.Option(min=2, max=8, help="levels of each objective")] = 3,
    data: Data = None,
    format: Format = "table",
    lang: Lang = "de",
) -> None:
    """What can be had against what: cost, missed tonnes, regional value, adaptation to one hazard."""
    show.language(lang)
    show.one_of(format, ("table", "json"))
    from stadtland.actions.trade_offs import fronts as run

    with show.counter("plans") as progress:
        found = run(name, data, hazard, points, progress)
    show.printed(found, format, lambda: _fronts(found, lang))


def _fronts(found: Mapping[str, Any], lang: str) -> list[str]:
    from stadtland.base.locale import number

    names = [o["name"] for o in found["objectives"]]
    out = [_say("fronts", lang)]
    for o in found["objectives"]:
        best, worst = number(o["best"], lang), number(o["worst"], lang)
        out.append(
            "  " + _say("front_row", lang, name=_say("aim_" + o["name"], lang), unit=o["unit"], best=best, worst=worst)
        )
    out.append("  ".join(f"{_say('aim_' + n, lang):>22}" for n in names))
    out += ["  ".join(f"{number(p[n], lang):>22}" for n in names) for p in found["points"]]
    if found["hazard"] is not None and "adaptation" not in names:
        out.append(_say("no_adaptation", lang))
    return out + ([_say("runs_failed", lang, count=found["failed"])] if found["failed"] else [])


def next_datum(
    name: Annotated[str, typer.Argument(help="bundled name or a partnership file")],
    data: Data = None,
    format: Format = "table",
    lang: Lang = "de",
) -> None:
    """What knowing a cost or price before deciding is worth, in EUR."""
    show.language(lang)
    show.one_of(format, ("table", "json"))
    from stadtland.actions.trade_offs import next_datum as run

    with show.counter("figures") as progress:
        found = run(name, data, progress)
    show.printed(found, format, lambda: _next(found, lang))


def _next(found: Mapping[str, Any], lang: str) -> list[str]:
    from stadtland.base.locale import number

    out = [_say("next", lang)]
    for row in found["rows"][:20]:
        value = "–" if row["value_eur"] is None else number(row["value_eur"] / 1e6, lang, 2)
        swing = number(row["swing_eur"] / 1e6, lang, 1)
        out.append(f"  {value:>10} M€  {row['id']} {row['title'][lang]} ({_say('swing', lang, swing=swing)})")
    return out


def _certainty(found: Mapping[str, Any], lang: str) -> list[str]:
    from stadtland.base.locale import number, percent

    out = []
    names = {**found["names"], "joint": _say("row_partnership", lang)}
    for report in found["plans"]:
        p = percent(report["reliability"], lang)
        extra, factor = number(report["extra_meur"], lang, 1, sign=True), number(report["missed_price_factor"], lang)
        out.append(_say("made_for", lang, p=p, extra=extra, factor=factor))
        money = {k: number(report["cost"][k], lang) for k in ("extra_meur", "p10", "p90")}
        out.append("  " + _say("cost_range", lang, **money))
        for who, t in report["targets"].items():
            words = {k: percent(t[k], lang, 1) for k in ("made", "tested", "without")}
            value, cap = number(t["value_at_p_t"], lang), number(t["cap_t"], lang)
            key = "sure_reached" if t["reached"] else "sure_missed"
            out.append("  " + _say(key, lang, name=names[who], year=t["year"], p=p, value=value, cap=cap, **words))
    sure = ", ".join(f"{u['id']} {u['title'][lang]}" for u in found["used"] if u["in_all"])
    return [*out, _say("in_all", lang, measures=sure)]


def _say(word: str, lang: str, **params: Any) -> str:
    from stadtland.base.texts import text

    return text(f"planning.{word}", lang, **params)


def _measure(found: Mapping[str, Any], lang: str) -> list[str]:
    from stadtland.base.locale import number, percent

    def eur(value: float) -> str:
        return number(value * 1e6, lang, 0, sign=True)

    unit = found["unit"][lang]
    out = [f"{found['measure']} {found['title'][lang]}"]
    for row in found["members"]:
        name = found["names"].get(row["member"], row["member"])
        size = "–" if row["potential"] is None else number(row["potential"], lang, 1)
        out.append(
            _say(
                f"state_{row['state']}", lang, name=name, units=number(row["units"], lang, 1), unit=unit, potential=size
            )
        )
        if row["own_cost"] is None:
            out.append("    " + _say("no_land", lang))
            continue
        worth = row["worth"]
        parts = [f"{_say('worth_' + k, lang)} {eur(v)}" for k, v in worth.items() if abs(v) > 1e-12]
        out.append("    " + _say("per_unit", lang, own=eur(row["own_cost"]), worth="; ".join(parts) or "0"))
        if row["limits"]:
            out.append(
                "    " + _say("limited_by", lang, limits=", ".join(_say("limit_" + k, lang) for k in row["limits"]))
            )
    side = "in" if found["inside"] else "out"
    for change in found["changes"]:
        if change["what"] == "potential":
            member = found["names"].get(change["id"].partition("@")[2], change["id"])
            saves, units = number(change["saves_meur"], lang, 2), number(change["units"], lang, 1)
            out.append(_say("change_potential", lang, name=member, saves=saves, units=units, unit=unit))
        elif change["factor"] is None:
            out.append(_say(f"never_{change['what']}_{side}", lang, tried=number(change["tried"], lang, 0)))
        else:
            share = percent(abs(change["factor"] - 1), lang)
            units = number(change["units"], lang, 1)
            out.append(_say(f"change_{change['what']}_{side}", lang, share=share, units=units, unit=unit))
    return out


def _target(found: Mapping[str, Any], lang: str) -> list[str]:
    from stadtland.base.locale import number

    t = number(found["missed_kt"] * 1e3, lang)
    out = [_say("target_gap", lang, kind=_say("row_" + found["kind"], lang), year=found["year"], t=t)]
    if found["missed_kt"] <= 1e-6:
        return [*out, _say("target_met", lang)]
    if not found["reachable"]:
        return [*out, _say("target_unreachable", lang)]
    extra = "–" if found["extra_meur"] is None else number(found["extra_meur"], lang, 1, sign=True)
    out.append(
        _say("target_changes" if found["changes"] else "target_money", lang, count=len(found["changes"]), extra=extra)
    )
    for row in found["changes"][:20]:
        name = found["names"].get(row["member"], row["member"])
        factor = number(row["factor"], lang, 2)
        out.append(f"  × {factor}  {_say('limit_' + row['kind'], lang)}: {row['title'][lang]} ({name})")
    out.append(_say("target_checked" if found["checked"] else "target_not_checked", lang))
    return out


def _name(found: Mapping[str, Any], ident: str, lang: str) -> str:
    base, _, owner = ident.partition("@")
    title = found["titles"].get(base, {}).get(lang)
    if title is None:
        owner, _, rest = ident.partition(".")
        return f"{rest or base} ({found['names'].get(owner, owner)})"
    return f"{title} ({found['names'].get(owner, owner)})"


def _overview(found: Mapping[str, Any], lang: str) -> list[str]:
    from stadtland.base.locale import number, percent

    out: list[str] = []
    for row in found["waterfall"]:
        out += [_say("waterfall", lang, year=row["year"])]
        out += [
            f"  {number(s['t'], lang, 0, sign=s['id'] not in ('inventory', 'account')):>14} t  {s['title'][lang]}"
            for s in row["steps"]
        ]
        out += [f"  {number(row['cap_t'], lang):>14} t  {_say('cap', lang)}", ""]
    out.append(_say("prices", lang, count=len(found["binding"])))
    for row in found["prices"]:
        tenth = "–" if row["tenth_meur"] is None else number(row["tenth_meur"], lang, 2)
        what = f"{_say('limit_' + row['kind'], lang)}: {_name(found, row['id'], lang)}"
        holds = percent(row["holds_to"], lang) if row["holds_to"] else _say("nowhere", lang)
        out.append("  " + _say("price_row", lang, what=what, tenth=tenth, holds=holds))
    out += ["", _say("curve", lang)]
    for row in found["cost_curve"]:
        title = found["titles"].get(row["id"], {}).get(lang, row["id"])
        if row["pays"]:
            words = _say("curve_pays", lang)
        elif row["eur_per_t"] is None:
            words = _say("curve_none", lang)
        else:
            words = f"{number(row['eur_per_t'], lang)} €/t"
        t = "–" if row["t"] is None else number(row["t"], lang)
        out.append(f"  {words:>28}  {t:>12} t  {row['id']} {title}")
    if found["timeline"]:
        out += ["", _say("timeline", lang)]
        out += [f"  {r['first']}–{r['nearly']}  {r['id']} {r['title'][lang]}" for r in found["timeline"]]
    return out


def _alternatives(found: Mapping[str, Any], lang: str) -> list[str]:
    from stadtland.base.locale import number, percent

    out = [_say("corridors", lang, year=found["year"], basis=number(found["basis_meur"], lang, 1))]
    for row in found["corridors"]:
        title = found["titles"].get(row["id"], {}).get(lang, row["id"])
        spans = []
        for e, span in row["by_epsilon"].items():
            words = "–" if span is None else f"{number(span[0], lang)}–{number(span[1], lang)}"
            spans.append(f"{percent(float(e), lang)}: {words}")
        unit = found["units"].get(row["id"], "")
        out.append(f"  {row['id']} {title}: {number(row['plan'], lang)} {unit}  ({'; '.join(spans)})")
    out += ["", _say("firm", lang, plans=found["plans"])]
    for word in ("firm", "likely", "open", "rare"):
        ids = [
            f"{r['id']} {found['titles'].get(r['id'], {}).get(lang, '')}".strip()
            for r in found["firm"]
            if r["word"] == word
        ]
        if ids:
            out.append("  " + _say("firm_" + word, lang, measures=", ".join(ids)))
    if found["failed"]:
        out.append(_say("runs_failed", lang, count=found["failed"]))
    return out
