"""Planned against actual in a year: tonnes, euros, hectares, hazards; by measure, by member, and for the whole path."""

from __future__ import annotations

from typing import Any

from stadtland.base.errors import InputError

from . import forecast
from .actuals import accounts, series, silent
from .amounts import whole
from .book import Book, Measure
from .causes import lines, measure_kg, units
from .template import HAZARDS
from .trueup import actual_cents, planned_cents


def measures(book: Book, year: int) -> list[dict[str, Any]]:
    """Every measure: planned and actual units, kg CO2e, cents and ha of a year, status, light.

    Planned tonnes and units are the plan's of the year; a measure not in the plan has None there. Actual ha: as
    reported, else units × ha a unit of the plan.
    """
    rows = []
    for m in book.measures.values():
        planned = m.planned.at("units", year) if m.planned else None
        tonnes = m.planned.at("tonnes", year) if m.planned else None
        actual = units(book, m, year)
        rows.append(
            {
                "id": m.id, "title": m.title, "member": m.member, "status": m.status, "unit": m.unit,
                "account": m.account, "units_planned": planned, "units_actual": actual,
                "kg_planned": None if tonnes is None else whole(tonnes, 1000),
                "kg_actual": measure_kg(book, m, year), "cents_planned": planned_cents(book, m.id, year),
                "cents_actual": actual_cents(book, m.id, year), "ha_planned": _ha(m, planned),
                "ha_actual": _reported(book, m, year, "area_ha") or _ha(m, actual),
                "lamp": forecast.delivery(actual, planned),
            }
        )  # fmt: skip
    return rows


def _reported(book: Book, m: Measure, year: int, what: str) -> float | None:
    version = book.version(year)
    return version.value("measure", m.member, m.measure, what) if version else None


def _ha(m: Measure, number: float | None) -> float | None:
    if m.planned is None or not m.planned.ha_per_unit or number is None:
        return None
    return number * m.planned.ha_per_unit


def hazards(book: Book, year: int) -> list[dict[str, Any]]:
    """Coverage of each hazard's need by member, planned (results.json) and actual (reported); unknown stays None."""
    version, out = book.version(year), []
    table = book.plan.body["resilience"] if book.plan else {}
    for code in book.setup.codes if book.setup else ():
        for hazard in HAZARDS:
            planned = (table.get(code, {}).get(hazard) or {}).get("coverage")
            actual = version.value("hazard", code, hazard, "coverage") if version else None
            working = sorted(
                m.id for m in book.measures.values()
                if m.member == code and hazard in m.hazards and m.status in ("running", "done")
            )  # fmt: skip
            if planned is not None or actual is not None or working:
                out.append(
                    {"member": code, "hazard": hazard, "planned": planned, "actual": actual, "measures": working}
                )
    return out


def path(book: Book, year: int, member: str | None = None) -> dict[str, Any]:
    """Actual value, path, baseline of the account in which the target is defined, forecast to the target, light.

    Account and target are the plan's (joint, or one member's). Forecast: trend through the newest versions of all
    reported years up to `year`, and the pipeline. The light uses the trend where it exists, else the pipeline.
    InputError `plan-missing`.
    """
    if book.plan is None:
        raise InputError("plan-missing", "no plan is in force", "", "take one over: `stadtland measure start RESULTS`")
    plan = book.plan.body
    target = plan["target"].get(member or "joint")
    if target is None:
        raise InputError("member-unknown", f"the plan has no target of {member!r:.40}", "", "name a member")
    account = str(target["account"])
    version = book.version(year)
    missing = silent(version, book.setup.codes) if version and book.setup and member is None else []
    actual = accounts(version, member).get(account) if version and not missing else None
    limit = dict(zip(plan["years"], target.get("cap_path_t") or [], strict=False)).get(year)
    paths = plan["members"].get(member, {}) if member else plan["joint"]
    planned = dict(zip(plan["years"], paths.get(account, []), strict=False)).get(year)
    known = _comparable(book, account, member, year)
    used = [r for r in known if r["same_lines"]]
    years, values = [r["year"] for r in used], [float(r["newest"]) for r in used]
    goal, goal_year = target.get("cap_t"), int(target["year"])
    line = forecast.trend(years, values, goal_year)
    ahead = None if actual is None else forecast.pipeline(actual, _still(book, year, goal_year, account, member))
    best = line or ahead
    return {
        "member": member or "joint", "account": account, "year": year, "actual_t": actual, "path_t": limit,
        "planned_t": planned, "target_year": goal_year, "target_t": goal, "series": known, "missing": missing,
        "trend_years": years, "methods": sorted({r["method"] for r in used}),
        "cap": [
            {"year": y, "t": t}
            for y, t in zip(plan["years"], target.get("cap_path_t") or [], strict=False)
            if y <= goal_year
        ], "trend": line,
        "pipeline": ahead,
        "lamp": forecast.lamp(
            actual, limit, best["central"] if best else None, best["low"] if best else None, goal
        ),
    }  # fmt: skip


def _comparable(book: Book, account: str, member: str | None, year: int) -> list[dict[str, Any]]:
    """Reported years up to `year` with `same_lines`: whether they hold exactly the lines of the last of them.

    Years in which a member has reported nothing are left out: their sum would not be that of the partnership.
    """
    codes = book.setup.codes if book.setup and member is None else ()
    out = []
    for r in series(book, account, member):
        version = book.version(int(r["year"]))
        if version is None or r["newest"] is None or r["year"] > year or silent(version, codes):
            continue
        keys = {k for k in lines(version, "net") if member in (None, k[0])}
        out.append(r | {"lines": keys, "method": version.method})
    last = out[-1]["lines"] if out else set()
    return [{k: v for k, v in r.items() if k != "lines"} | {"same_lines": r["lines"] == last} for r in out]


def _still(book: Book, year: int, goal: int, account: str, member: str | None) -> dict[str, float]:
    """t a year that measures add between now and the target year, by status."""
    counts = {"bisko_t": ("gross",), "gross_t": ("gross",), "net_t": ("gross", "lulucf")}
    wanted = counts.get(account, ("gross", "lulucf", "credit"))
    out: dict[str, float] = {}
    for m in book.measures.values():
        if m.planned is None or m.account not in wanted or member not in (None, m.member) or m.status == "stopped":
            continue
        if account == "bisko_t" and m.sector not in ("HH", "GHD", "KE", "IND", "VK", ""):
            continue
        last = min(goal, m.planned.years[-1])
        now = (measure_kg(book, m, year) or 0) / 1000
        out[m.status] = out.get(m.status, 0.0) + max((m.planned.at("tonnes", last) or 0.0) - now, 0.0)
    return out


def totals(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Sums over measures: planned and actual kg, cents, ha; None values are counted, not summed.

    `kg_…`: what counts in the inventory (gross and land use); `credit_kg_…`: new power plants, which count in the
    partnership account only.
    """
    out: dict[str, Any] = {}
    counted = [r for r in rows if r["account"] in ("gross", "lulucf")]
    credit = [r for r in rows if r["account"] == "credit"]
    for end in ("planned", "actual"):
        for name, key, chosen in (
            ("kg", "kg", counted), ("credit_kg", "kg", credit), ("cents", "cents", rows), ("ha", "ha", rows)
        ):  # fmt: skip
            values = [r[f"{key}_{end}"] for r in chosen if r[f"{key}_{end}"] is not None]
            out[f"{name}_{end}"] = sum(values)
            out[f"{name}_{end}_unknown"] = len(chosen) - len(values)
    return out


def _item(values: list[float] | None, at: int | None) -> float | None:
    return None if values is None or at is None else values[at]


def members(book: Book, year: int) -> list[dict[str, Any]]:
    """Planned and actual per member: paths of the plan, reported accounts, money and ha of measures."""
    rows, version = measures(book, year), book.version(year)
    out = []
    for code in book.setup.codes if book.setup else ():
        plan = book.plan.body if book.plan else {"years": [], "members": {}}
        at = plan["years"].index(year) if year in plan["years"] else None
        paths = plan["members"].get(code, {})
        own = accounts(version, code) if version else {}
        out.append(
            {
                "member": code, "name": book.setup.title(code) if book.setup else code,
                **{f"{a}_planned": _item(paths.get(a), at) for a in ("gross_t", "net_t")},
                **{f"{a}_actual": own.get(a) for a in ("gross_t", "net_t")},
                **totals([r for r in rows if r["member"] == code]),
            }
        )  # fmt: skip
    return out
