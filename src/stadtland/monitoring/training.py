"""The bundled training region: invented places, several years that fit together. Named as such everywhere.

Every figure follows from `content/monitoring/training.toml` by these formulas (y counted from the first year):

    population   P_y = P_0·(1+g)^y                    driver   D_y = P_y·d·(1+g_d)^y (land drivers are fixed)
    energy       F_y = P_0·f·(D_y/D_0)·(1+trend)^y·W_y + Σ measures effect·u_y,   W_y = 1 − s + s·G_y/G_m where heated
    tonnes       E_y = F_y · factor_y                 units    u_y = mean of the units at both ends of the year

so the causes of every change are known, and the decomposition can be held against them.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from stadtland.base import content, toml

from .causes import group, heated, spec
from .template import to_csv, words

LAND = ("cattle", "farmland", "organic_soils")
Row = tuple[str, str, str, str, float, str]


@cache
def table() -> dict[str, Any]:
    """The figures of the training region."""
    return toml.read(content.path("monitoring", "training.toml"))


def years() -> list[int]:
    """The reported years."""
    return list(range(table()["first"], table()["last"] + 1))


def _population(m: dict[str, Any], y: int) -> float:
    return float(m["population"] * (1 + m["growth"]) ** y)


def driver(m: dict[str, Any], name: str, y: int) -> float:
    """A driver of a member y years after the first."""
    if name == "population":
        return _population(m, y)
    if name in table()["land"][m["code"]]:
        return float(table()["land"][m["code"]][name])
    per_head, growth = table()["driver"][name][m["role"]]
    return float(_population(m, y) * per_head * (1 + growth) ** y)


def standing(measure: dict[str, Any], y: int) -> float:
    """Units in operation at the end of year y."""
    return float(sum(measure["built"][: y + 1]))


def mean_units(measure: dict[str, Any], y: int) -> float:
    """Mean of the units at both ends of year y."""
    return (standing(measure, y - 1) + standing(measure, y)) / 2 if y else standing(measure, 0)


def weather_factor(line: str, y: int) -> float:
    """W of a line in year y."""
    share = spec()["weather"]["space_heat_share"] if heated(line) else 0.0
    return float(1 - share + share * table()["weather"]["degree_days"][y] / table()["weather"]["mean"])


def values(year: int, method_new: bool, corrected: bool = False) -> Iterator[Row]:
    """Reported values of a year: (kind, member, id, what, value, unit)."""
    t, y = table(), year - table()["first"]
    for m in t["member"]:
        code = m["code"]
        own = [x for x in t["measure"] if x["member"] == code]
        for line in t["line"]:
            per_head = line[m["role"]]
            if not per_head:
                continue
            name = group(line["id"])["driver"] or "population"
            energy = m["population"] * per_head * driver(m, name, y) / driver(m, name, 0)
            energy *= (1 + line["trend"]) ** y * weather_factor(line["id"], y)
            energy += sum(mean_units(x, y) * x.get("effect", {}).get(line["id"], 0.0) for x in own)
            c = t["correction"]
            if corrected and (c["year"], c["line"], c["member"]) == (year, line["id"], code):
                energy *= c["factor"]
            energy = round(energy, 1)
            factor = t["factor"][line["id"].rsplit(".", 1)[1]][y]
            yield "line", code, line["id"], "energy_mwh", energy, "MWh"
            yield "line", code, line["id"], "t_co2e", round(energy * factor, 1), "t"
        for line in t["other"]:
            tonnes = driver(m, line["driver"], y) * line["factor"]
            if line.get("soil") and method_new:
                tonnes *= t["method"]["soil_factor"]
            tonnes += sum(mean_units(x, y) * x["land"]["t"] for x in own if x.get("land", {}).get("line") == line["id"])
            yield "line", code, line["id"], "t_co2e", round(tonnes, 1), "t"
        removals = [x for x in own if "removal" in x]
        if removals:
            woody = -sum(mean_units(x, y) * x["t"] for x in removals)
            yield "line", code, removals[0]["removal"], "t_co2e", round(woody, 1) + 0.0, "t"
        for name in ("population", *t["driver"], *LAND):
            yield "driver", code, name, "level", round(driver(m, name, y), 2), spec()["driver"][name]["unit"]
        generation = sum(mean_units(x, y) * x.get("generation", 0.0) for x in own)
        yield "driver", code, "new_generation", "level", round(generation, 1), "MWh"
        yield "weather", code, "degree_days", "level", t["weather"]["degree_days"][y], "Kd"
        yield "weather", code, "degree_days_mean", "level", t["weather"]["mean"], "Kd"
        for x in own:
            if not x.get("stopped"):
                yield "measure", code, x["id"], "units", standing(x, y), x["unit"]
        if m["role"] == "rural":
            yield "hazard", code, "drought", "coverage", round(4.0 + 3.0 * y, 1), "%"


def report_csv(year: int, method_new: bool, corrected: bool = False, lang: str = "de") -> bytes:
    """The yearly report of all members as CSV in the form of the template."""
    w, names = words(), {m["code"]: m["name"] for m in table()["member"]}
    rows: list[list[str | float | None]] = [[c["title"][lang] for c in w["column"].values()]]
    source = "Übungsdaten, erfunden" if lang == "de" else "training data, invented"
    for kind, member, id, what, value, unit in values(year, method_new, corrected):
        cells: dict[str, str | float] = {
            "kind": w["kind"][kind][lang], "member": member, "name": names[member], "id": id,
            "what": w["what"][what]["title"][lang], "value": value, "unit": unit, "year": str(year), "source": source,
            "quality": "B" if kind == "line" else "A",
        }  # fmt: skip
        rows.append([cells.get(c) for c in w["column"]])
    return to_csv(rows, lang)


def _base(account: tuple[str, ...], code: str | None = None) -> float:
    return sum(
        v
        for kind, member, id, what, v, _ in values(table()["first"], False)
        if kind == "line" and what == "t_co2e" and id.split(".")[0] in account and code in (None, member)
    )


def plan(lang: str = "de") -> dict[str, Any]:
    """The plan of the training region in the form of results.json (the parts that monitoring takes over)."""
    t = table()
    first, last = t["plan_years"]
    span = list(range(first, last + 1))
    gross = ("HH", "GHD", "KE", "IND", "VK", "AGR", "WASTE")

    def path(accounts: tuple[str, ...], code: str | None = None) -> list[float]:
        base = _base(accounts, code)
        part = [(y - t["first"]) / (t["target_year"] - t["first"]) for y in span]
        return [round(base * (1 - (1 - t["target_share"]) * p), 1) for p in part]

    def paths(code: str | None = None) -> dict[str, list[float]]:
        land = (*gross, "LULUCF")
        return {
            "bisko_t": path(gross[:5], code), "gross_t": path(gross, code), "net_t": path(land, code),
            "partnership_t": path(land, code),
        }  # fmt: skip

    def target(code: str | None = None) -> dict[str, Any]:
        cap = paths(code)["net_t"]
        return {"account": "net_t", "year": t["target_year"], "cap_t": cap[-1], "cap_path_t": cap}

    measures = [_planned(x, span) for x in t["measure"]]
    codes = [m["code"] for m in t["member"]]
    total = sum(float(m["cost_eur"]) for m in measures)
    shares = {c: round(total * w, 2) for c, w in zip(codes, (0.66, 0.16, 0.18), strict=True)}
    borne = {c: sum(float(m["cost_eur"]) for m in measures if m["member"] == c) for c in codes}
    transfers = {c: round(shares[c] - borne[c], 2) for c in codes}
    transfers[codes[-1]] = round(-sum(transfers[c] for c in codes[:-1]), 2)
    return {
        "schema": "stadtland/results/1", "status": "ok", "method_version": t["method"]["old"],
        "partnership": {
            "name": t["name"][lang], "training": True,
            "members": [{"ags": m["code"], "name": m["name"], "role": m["role"]} for m in t["member"]],
        },
        "settings": {"discount_rate": t["discount_rate"], "price_year": t["first"]},
        "roadmap": {
            "years": span, **paths(), "members": {c: paths(c) for c in codes},
            "target": {"joint": target()} | {c: target(c) for c in codes}, "measures": measures, "ranges": {},
        },
        "resilience": {
            m["code"]: {"drought": {"need": None, "coverage": 0.25}} for m in t["member"] if m["role"] == "rural"
        },
        "shares": {"default_rule": "shapley", "shapley": shares}, "transfers": {"shapley": transfers},
    }  # fmt: skip


def _planned(x: dict[str, Any], span: list[int]) -> dict[str, Any]:
    units = [float(x["per_year"] * (i + 1)) for i in range(len(span))]
    rate = table()["discount_rate"]
    cost = sum(x["cost"] * u / (1 + rate) ** i for i, u in enumerate(units))
    return {
        "id": x["id"], "member": x["member"], "title": x["title"], "unit": x["unit"],
        "unit_name": {"de": x["unit"], "en": x["unit"]}, "class": x["class"], "service": x.get("service"),
        "field": x["field"], "used": "used", "reference": False, "units": units, "t_co2e": [u * x["t"] for u in units],
        "cost_eur": cost, "total_units": units[-1], "land_ha": units[-1] * x.get("ha", 0.0),
        "hazards": x.get("hazards", []),
    }  # fmt: skip
