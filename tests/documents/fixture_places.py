"""The made-up places, inventory and measures of the fictitious "Musterregion"."""

from __future__ import annotations

from typing import Any

YEARS = list(range(2026, 2046))
PLACES = [
    (
        "99000001",
        "Musterstadt",
        "city",
        412000,
        "city",
        [(12.30, 51.30), (12.50, 51.30), (12.52, 51.42), (12.31, 51.40)],
    ),
    (
        "99000002",
        "Beispieldorf",
        "rural",
        3900,
        "village",
        [(12.52, 51.42), (12.50, 51.30), (12.62, 51.31), (12.66, 51.40)],
    ),
    (
        "99000003",
        "Musterhausen",
        "rural",
        15200,
        "town",
        [(12.62, 51.31), (12.66, 51.40), (12.78, 51.38), (12.76, 51.28)],
    ),
    (
        "99000004",
        "Neumuster",
        "rural",
        6800,
        "village",
        [(12.66, 51.40), (12.78, 51.38), (12.84, 51.47), (12.68, 51.48)],
    ),
    (
        "99000005",
        "Altmuster",
        "rural",
        5100,
        "village",
        [(12.52, 51.42), (12.66, 51.40), (12.68, 51.48), (12.54, 51.50)],
    ),
]
SECTORS = {"HH": 0.24, "GHD": 0.13, "KE": 0.02, "IND": 0.17, "VK": 0.44}
BACKSTOPS = [100.0, 200.0, 300.0]
UNITS = {
    "building": {"de": "Gebäude", "en": "buildings"},
    "MW": {"de": "MW", "en": "MW"},
    "turbine": {"de": "Anlagen", "en": "turbines"},
    "car": {"de": "Autos", "en": "cars"},
    "ha": {"de": "ha", "en": "ha"},
    "km": {"de": "km", "en": "km"},
    "tree": {"de": "Bäume", "en": "trees"},
}
CATALOGUE = [
    # id, title de, title en, field, class, unit, t in 2045, EUR a year and 1000 people, land ha, land class, evidence
    (
        "B01",
        "Luft-Wärmepumpe",
        "Air-source heat pump",
        "buildings",
        "supply",
        "building",
        310.0,
        21000.0,
        0.0,
        "other",
        "B",
    ),
    (
        "B03",
        "Dämmung der Außenwand",
        "Wall insulation",
        "buildings",
        "supply",
        "building",
        95.0,
        26000.0,
        0.0,
        "other",
        "B",
    ),
    (
        "E01",
        "Freiflächen-Photovoltaik",
        "Ground-mounted solar",
        "energy",
        "supply",
        "MW",
        40.0,
        -9000.0,
        0.9,
        "arable",
        "A",
    ),
    ("E02", "Windkraft", "Wind power", "energy", "supply", "turbine", 35.0, -12000.0, 0.2, "arable", "A"),
    ("M01", "Elektroauto", "Electric car", "mobility", "supply", "car", 420.0, -4000.0, 0.0, "other", "B"),
    (
        "A01",
        "Weniger Mineraldünger",
        "Less mineral fertiliser",
        "agriculture",
        "process",
        "ha",
        9.0,
        700.0,
        0.0,
        "arable",
        "B",
    ),
    ("L01", "Agroforst-Streifen", "Agroforestry strips", "land", "land", "ha", 22.0, 1900.0, 4.1, "arable", "B"),
    ("L02", "Moor wieder vernässen", "Rewetting peatland", "land", "land", "ha", 12.0, 900.0, 0.6, "grassland", "A"),
    ("W01", "Gewässer öffnen", "Opening streams", "water", "adaptation", "km", 0.0, 300.0, 0.3, "grassland", "C"),
    ("G01", "Stadtbäume", "Street trees", "green", "adaptation", "tree", 0.4, 500.0, 0.0, "settlement", "C"),
]


def _path(start: float, end: float, lag: float = 1.0) -> list[float]:
    n = len(YEARS) - 1
    return [start + (end - start) * (i / n) ** lag for i in range(n + 1)]


def _member_inventory(ags: str, population: int, role: str) -> dict[str, Any]:
    per_head = 5.1 if role == "city" else 6.3
    bisko = per_head * population
    sectors = {k: bisko * v for k, v in SECTORS.items()}
    agriculture = 0.03 * population if role == "city" else 1.4 * population
    waste, ippu = 0.06 * population, 0.0
    sectors |= {"AGR": agriculture, "WASTE": waste, "IPPU": ippu}
    emissions = 0.05 * population if role == "city" else 0.8 * population
    removals = -0.02 * population if role == "city" else -1.1 * population
    gross = bisko + agriculture + waste + ippu
    lulucf = emissions + removals
    without_ets = gross - 0.09 * population if role == "city" else None
    return {
        "bisko_t": bisko,
        "agriculture_t": agriculture,
        "waste_t": waste,
        "ippu_t": ippu,
        "gross_t": gross,
        "lulucf_emissions_t": emissions,
        "lulucf_removals_t": removals,
        "lulucf_t": lulucf,
        "net_t": gross + lulucf,
        "population": population,
        "data_quality": 0.52 if role == "city" else 0.31,
        "data_quality_ext": 0.45 if role == "city" else 0.24,
        "sectors": sectors,
        "ranges": {"gross_t": [0.9 * gross, 1.12 * gross], "net_t": [0.85 * (gross + lulucf), 1.2 * (gross + lulucf)]},
        "views": {"without_ets_t": without_ets, "without_motorway_t": None},
        "published": [
            {
                "year": 2021,
                "value": 4.9,
                "unit": "t/head",
                "source": "Klimabericht Musterstadt (erfunden)",
                "url": "https://example.org/klimabericht",
            }
        ]
        if role == "city"
        else [],
        "not_for_decision": ["agriculture_t"] if ags == "99000002" else [],
    }


def _sum(members: dict[str, Any], key: str) -> float:
    return float(sum(m[key] for m in members.values()))


def _inventory(places: list[Any]) -> dict[str, Any]:
    members = {p[0]: _member_inventory(p[0], p[3], p[2]) for p in places}
    keys = [
        "bisko_t",
        "agriculture_t",
        "waste_t",
        "ippu_t",
        "gross_t",
        "lulucf_emissions_t",
        "lulucf_removals_t",
        "lulucf_t",
        "net_t",
        "population",
    ]
    joint: dict[str, Any] = {k: _sum(members, k) for k in keys}
    joint |= {
        "data_quality": 0.5,
        "data_quality_ext": 0.43,
        "eliminations_t": 0.0,
        "published": [],
        "sectors": {s: sum(m["sectors"][s] for m in members.values()) for s in members[places[0][0]]["sectors"]},
        "ranges": {
            "gross_t": [0.92 * joint["gross_t"], 1.1 * joint["gross_t"]],
            "net_t": [0.88 * joint["net_t"], 1.15 * joint["net_t"]],
        },
        "views": {"without_ets_t": None, "without_motorway_t": None},
    }
    return {"year": 2021, "inventory_version": "2026", "members": members, "joint": joint}


def _measures(places: list[Any]) -> list[dict[str, Any]]:
    listed = []
    for ags, _, role, population, _, _ in places:
        for mid, de, en, field, klass, unit, t, eur, ha, land, grade in CATALOGUE:
            if role == "city" and mid in ("L02", "W01", "E02"):
                listed.append(
                    _measure(
                        mid,
                        de,
                        en,
                        field,
                        klass,
                        unit,
                        ags,
                        grade,
                        land,
                        used="not_applicable",
                        reason=("no_land", "Dafür fehlt hier die Fläche.", "There is no land for it here."),
                    )
                )
                continue
            k = population / 1000 * (0.3 if role == "city" and ha else 1.0)
            listed.append(
                _measure(
                    mid,
                    de,
                    en,
                    field,
                    klass,
                    unit,
                    ags,
                    grade,
                    land,
                    used="used",
                    t=t * k,
                    eur=eur * k,
                    ha=ha * k,
                    units=3.0 * k,
                )
            )
    return listed


def _measure(
    mid: str,
    de: str,
    en: str,
    field: str,
    klass: str,
    unit: str,
    ags: str,
    grade: str,
    land: str,
    used: str,
    t: float = 0.0,
    eur: float = 0.0,
    ha: float = 0.0,
    units: float = 0.0,
    reason: tuple[str, str, str] | None = None,
) -> dict[str, Any]:
    return {
        "id": mid,
        "title": {"de": de, "en": en},
        "member": ags,
        "unit": unit,
        "unit_name": UNITS[unit],
        "field": field,
        "class": klass,
        "service": "heat_hh" if field == "buildings" else None,
        "used": used,
        "reason": None if reason is None else {"id": reason[0], "text": {"de": reason[1], "en": reason[2]}},
        "total_units": units,
        "potential_units": units * 1.4,
        "t_co2e_2045": t,
        "cost_eur": eur * 14.9,
        "cost_eur_a": eur,
        "land_ha": ha,
        "land_class": land,
        "evidence_effect": grade,
        "evidence_cost": "B",
        "hazards": {"W01": ["heavy_rain", "drought"], "G01": ["heat"], "L01": ["drought", "erosion"]}.get(mid, []),
    }
