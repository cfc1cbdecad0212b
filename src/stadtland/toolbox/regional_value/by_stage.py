"""Regional value by stage: income, profits, municipal taxes and jobs from the work on a measure.

Method after IÖW 2010 (income, profit and municipal tax per stage); its ratios are content (toolbox_value/method.toml).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from stadtland.base import content, strict, toml
from stadtland.base.errors import InputError
from stadtland.toolbox.model import Measure, Range

LEVELS = ("low", "central", "high")
PARTS = ("income_eur", "profits_eur", "municipal_tax_eur")
PLACES = ("city", "town", "village", "partnership")
MOST_UNITS = 1e12


@cache
def table(name: str) -> dict[str, Any]:
    """A file of content/toolbox_value."""
    return toml.read(content.path("toolbox_value", f"{name}.toml"))


def _at(entry: Mapping[str, Any], level: str) -> float:
    return float(entry[level])


def from_turnover(turnover: Mapping[str, float], local_rate: Mapping[str, float] | None = None) -> dict[str, Any]:
    """Value of work with a turnover in the region: {income_eur, profits_eur, municipal_tax_eur, total_eur, jobs_fte}.

    Per level, EUR: L = labour share · T; P = profit share · T; income = net wage · L; profits = after tax · P;
    municipal tax = 0.035 · (local rate − 0.35) · P + income tax share · L. jobs_fte = L / cost of a job, its low end
    with the high cost. `turnover`, `local_rate`: low ≤ central ≤ high; the rate 3.95 stands for 395 %.
    Errors: InputError `value-range` if the levels do not rise or the turnover is negative.
    """
    m = table("method")
    rate = local_rate or m["local_rate"]
    for what, entry, least in (("turnover", turnover, 0.0), ("local rate", rate, _at(m["levy"], "high"))):
        if not least <= entry["low"] <= entry["central"] <= entry["high"]:
            raise InputError(
                "value-range", f"{what} must rise from low to high, from {least:g}", what, "check the levels"
            )
    out: dict[str, Any] = {name: {} for name in (*PARTS, "total_eur", "jobs_fte")}
    for i, level in enumerate(LEVELS):
        labour = _at(m["labour_share"], level) * turnover[level]
        profit = _at(m["profit_share"], level) * turnover[level]
        tax = _at(m["base_rate"], level) * (rate[level] - _at(m["levy"], level)) * profit
        out["income_eur"][level] = _at(m["net_wage"], level) * labour
        out["profits_eur"][level] = _at(m["after_tax"], level) * profit
        out["municipal_tax_eur"][level] = tax + _at(m["income_tax"], level) * labour
        out["total_eur"][level] = sum(out[part][level] for part in PARTS)
        out["jobs_fte"][level] = labour / _at(m["labour_cost"], LEVELS[2 - i])
    return out


def stages(
    measure: Measure,
    units: float,
    place: str = "partnership",
    ags: str | None = None,
    local_rate: Mapping[str, float] | None = None,
) -> list[dict[str, Any]]:
    """Stages of `units` of a measure for a place (city, town, village or partnership), EUR and full-time jobs.

    Each stage: {id, title, period once|year, income_eur, profits_eur, municipal_tax_eur, total_eur (low, central,
    high), jobs_fte or None, basis method|published, evidence, sources, price_year, note}. once is paid at the start
    (jobs are job-years), year every year; the two are never added. Published stages replace those of the method.
    A cost that is extra cost or negative gives no stage, nor does income given up by a farm: it is not work.
    Errors: InputError `word-unknown`, `number-*`.
    """
    strict.one_of(place, PLACES, "place")
    amount = strict.finite(units, "--units", 0, MOST_UNITS)
    published = [s for s in table("published")["stage"] if s["measure"] == measure.id]
    taken = {s["id"] for s in published}
    found = [_published(s, amount, place) for s in published]
    for key, period, cost in (
        ("installation", "once", _levels(measure.cost.invest)),
        ("operation", "year", _work(measure)),
    ):
        if key not in taken and measure.cost.cost_basis == "full" and cost["low"] >= 0 and cost["high"] > 0:
            found.append(_derived(measure, key, period, cost, amount, place, local_rate))
    share = table("published")["revenue_share"].get(measure.id)
    if share is not None and (ags is None or ags.startswith(share["land"])):
        found.append(_revenue(measure, share, amount))
    return found


def _kind(measure: Measure) -> Mapping[str, Any]:
    return next(k for k in table("method")["kind"].values() if measure.field in k["fields"])


def _levels(value: Range) -> dict[str, float]:
    return {k: float(getattr(value, k)) for k in LEVELS}


def _work(measure: Measure) -> dict[str, float]:
    """Yearly cost per unit without income given up by a farm; zero where the two cannot be told apart."""
    from stadtland.toolbox.offers import payment, terms

    yearly, entry = _levels(measure.cost.annual), terms().get(measure.id)
    if entry is None or entry["income"] == "add":
        return yearly
    if entry["income"] == "as_published":
        return dict.fromkeys(LEVELS, 0.0)
    return {k: v * float(entry["ha_per_unit"]) for k, v in payment(measure, "medium")["care"].items()}


def _derived(
    measure: Measure,
    key: str,
    period: str,
    cost: Mapping[str, float],
    units: float,
    place: str,
    local_rate: Mapping[str, float] | None,
) -> dict[str, Any]:
    m, kind = table("method"), _kind(measure)
    site, regional = kind["once" if period == "once" else "yearly"], m["regional"][place]
    turnover = {k: units * cost[k] * _at(site, k) * _at(regional, k) for k in LEVELS}
    named = dict.fromkeys([*measure.cost.sources, "val_ioew_2010", "val_trade_tax", "val_local_rate_sn"])
    return {
        "id": key,
        "title": m["stage"][key],
        "period": period,
        **from_turnover(turnover, local_rate),
        "basis": "method",
        "evidence": "C",
        "sources": list(named),
        "price_year": measure.cost.price_year,
        "note": None,
    }


def _published(stage: Mapping[str, Any], units: float, place: str) -> dict[str, Any]:
    m = table("method")
    scale: Mapping[str, Any] = {"low": 1.0, "central": 1.0, "high": 1.0, "evidence": stage["evidence"]}
    if stage["scale"] != "local":
        scale = m[stage["scale"]][place]
    values = {
        part: {k: units * float(stage[part.removesuffix("_eur")]) * _at(scale, k) for k in LEVELS} for part in PARTS
    }
    return {
        "id": stage["id"],
        "title": m["stage"][stage["id"]],
        "period": stage["period"],
        **values,
        "total_eur": {k: sum(values[part][k] for part in PARTS) for k in LEVELS},
        "jobs_fte": None,
        "basis": "published",
        "evidence": max(stage["evidence"], scale["evidence"]),
        "sources": list(stage["sources"]),
        "price_year": stage["price_year"],
        "note": stage["note"],
    }


def _revenue(measure: Measure, share: Mapping[str, Any], units: float) -> dict[str, Any]:
    """ct/kWh · MWh a year and unit · 10 = EUR; the low end with the low yield."""
    mwh = measure.plan.electricity_mwh_per_unit
    if mwh is None:
        raise InputError(
            "value-no-yield", "the measure names no generation", measure.id, "add electricity_mwh_per_unit"
        )
    tax = {k: units * getattr(mwh, k) * _at(share, k) * 10 for k in LEVELS}
    nothing = dict.fromkeys(LEVELS, 0.0)
    evidence = max(share["evidence"], mwh.evidence or measure.plan.evidence)
    return {
        "id": "revenue_share",
        "title": table("method")["stage"]["revenue_share"],
        "period": "year",
        "income_eur": nothing,
        "profits_eur": dict(nothing),
        "municipal_tax_eur": tax,
        "total_eur": dict(tax),
        "jobs_fte": None,
        "basis": "published",
        "evidence": evidence,
        "sources": [*share["sources"], *(mwh.source or measure.plan.sources)],
        "price_year": None,
        "note": share["note"],
    }
