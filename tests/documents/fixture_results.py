"""A made-up results dict: the fictitious "Musterregion". All keys, no real place, sums closed."""

from __future__ import annotations

import math
from typing import Any

from fixture_places import BACKSTOPS, PLACES, YEARS, _inventory, _measures, _path


def _target(
    kind: str, account: str, value: float, unit: str, reached: bool, missed: float, reliability: float
) -> dict[str, Any]:
    return {
        "definition": {
            "kind": kind,
            "year": 2045,
            "value": value,
            "unit": unit,
            "base_year": None,
            "source": "Beispielbeschluss (erfunden)",
            "evidence": "C",
        },
        "account": account,
        "year": 2045,
        "reached": reached,
        "missed_t": missed,
        "first_year": 2045 if reached else None,
        "binding": [] if reached else ["land.arable"],
        "reliability": reliability,
        "reached_without_credit": False,
    }


def _lists(inv: dict[str, Any], cut: float, removals: float, credit: float) -> dict[str, Any]:
    gross = _path(inv["gross_t"] * 0.93, inv["gross_t"] * cut, 0.9)
    lulucf = [inv["lulucf_t"]] * len(YEARS)
    removed = _path(0.0, removals)
    net = [g + f - r for g, f, r in zip(gross, lulucf, removed, strict=True)]
    given = _path(0.0, credit, 0.7)
    return {
        "gross_t": gross,
        "bisko_t": [0.9 * g for g in gross],
        "lulucf_t": lulucf,
        "removals_t": removed,
        "net_t": net,
        "electricity_credit_t": given,
        "partnership_t": [n - c for n, c in zip(net, given, strict=True)],
        "baseline_gross_t": _path(inv["gross_t"] * 0.93, inv["gross_t"] * 0.42, 0.9),
        "backstop_t": _path(0.0, max(0.0, inv["gross_t"] * cut * 0.3), 1.5),
        "cost_eur": _path(60.0 * inv["population"], 110.0 * inv["population"]),
    }


def _roadmap(places: list[Any], inventory: dict[str, Any], measures: list[dict[str, Any]]) -> dict[str, Any]:
    members = {a: _lists(i, 0.16, 0.04 * i["gross_t"], 0.02 * i["gross_t"]) for a, i in inventory["members"].items()}
    joint = {k: [sum(m[k][t] for m in members.values()) for t in range(len(YEARS))] for k in members[places[0][0]]}
    frozen = joint["gross_t"][0] + joint["lulucf_t"][0]
    anyway = [frozen - b - f for b, f in zip(joint["baseline_gross_t"], joint["lulucf_t"], strict=True)]
    fields = [*sorted({m["field"] for m in measures if m["class"] not in ("adaptation",)}), "rest"]
    plan = [frozen - a - p for a, p in zip(anyway, joint["partnership_t"], strict=True)]
    weights = {
        "buildings": 0.34,
        "mobility": 0.26,
        "energy": 0.2,
        "land": 0.1,
        "agriculture": 0.06,
        "green": 0.02,
        "rest": 0.02,
    }
    titles = {
        "buildings": ("Gebäude", "Buildings"),
        "mobility": ("Verkehr", "Transport"),
        "energy": ("Strom und Wärme", "Energy"),
        "land": ("Land und Wald", "Land and forest"),
        "agriculture": ("Landwirtschaft", "Agriculture"),
        "green": ("Grün", "Green"),
        "rest": ("Zusammenspiel", "Interaction"),
    }
    wedges = [
        {
            "id": "anyway_grid",
            "title": {"de": "Strommix des Bundes", "en": "Federal power mix"},
            "t": [0.6 * a for a in anyway],
        },
        {
            "id": "anyway_fleet",
            "title": {"de": "Neue Fahrzeuge", "en": "New vehicles"},
            "t": [0.45 * a for a in anyway],
        },
        {
            "id": "anyway_population",
            "title": {"de": "Bevölkerung", "en": "Population"},
            "t": [-0.05 * a for a in anyway],
        },
    ] + [
        {"id": f, "title": {"de": titles[f][0], "en": titles[f][1]}, "t": [weights[f] * p for p in plan]}
        for f in fields
    ]
    rest = 1.0 - sum(weights[f] for f in fields if f != "rest")
    wedges[-1]["t"] = [rest * p for p in plan]
    land = []
    for ags, _, role, population, _, _ in places:
        for klass in ("arable", "grassland", "forest", "settlement"):
            used = sum(m["land_ha"] for m in measures if m["member"] == ags and m["land_class"] == klass)
            share = {"arable": 900, "grassland": 140, "forest": 120, "settlement": 110}[klass]
            available = population / 1000 * share / (60 if role == "city" else 1)
            land.append({"member": ags, "class": klass, "year": 2045, "used_ha": used, "available_ha": available})
    needed = sum(x["used_ha"] for x in land)
    arable = sum(x["available_ha"] for x in land if x["class"] == "arable")
    used_arable = sum(x["used_ha"] for x in land if x["class"] == "arable")
    city = places[0][0]
    target = {a: _target("net", "net_t", 0.0, "t", False, m["net_t"][-1], 0.22) for a, m in members.items()}
    target[city] = _target(
        "gross", "gross_t", 0.25, "t_per_head", False, members[city]["gross_t"][-1] - 0.25 * places[0][3], 0.04
    )
    target["joint"] = _target("partnership", "partnership_t", 0.0, "t", False, joint["partnership_t"][-1], 0.11)
    return {
        "years": YEARS,
        **joint,
        "members": members,
        "wedges": wedges,
        "wedge_account": "partnership_t",
        "target_path_t": _path(frozen * 0.9, 0.0),
        "target": target,
        "reliability": {a: t["reliability"] for a, t in target.items()},
        "ranges": {
            "partnership_t": {
                "low": [0.8 * v for v in joint["partnership_t"]],
                "high": [1.3 * v for v in joint["partnership_t"]],
            }
        },
        "checks": [{"name": "anchor", "value": 2e-9, "limit": 1e-6, "passed": True}],
        "measures": measures,
        "left_out": [
            {
                "id": "E09",
                "title": {"de": "Wasserstoff-Kessel", "en": "Hydrogen boiler"},
                "reason": {
                    "de": "Teurer als die Wärmepumpe bei gleicher Wirkung.",
                    "en": "Costs more than the heat pump for the same effect.",
                },
            },
            {
                "id": "L09",
                "title": {"de": "Aufforstung auf Acker", "en": "Afforestation of arable land"},
                "reason": {
                    "de": "Für die Wirkung liegt nur eine eigene Annahme vor.",
                    "en": "Its effect rests on our own assumption only.",
                },
            },
        ],
        "land": land,
        "arable_lost_ha": 0.2 * used_arable,
        "land_check": {
            "needed_ha": needed,
            "available_ha": sum(x["available_ha"] for x in land),
            "arable_ha": arable,
            "share_of_arable": used_arable / arable,
        },
        "cost_by_payer_eur": {
            "municipality": 3.1e8,
            "households": 4.2e8,
            "companies": 2.0e8,
            "farms": 2.1e7,
            "utility": -6.0e7,
        },
    }


def _cooperation(places: list[Any]) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any], dict[str, Any]]:
    alone = {p[0]: 1900.0 * p[3] for p in places}
    ags = list(alone)
    gain = 0.03 * sum(alone.values())
    together = sum(alone.values()) - gain
    coalitions = []
    for mask in range(1, 2 ** len(ags)):
        group = [a for i, a in enumerate(ags) if mask >> i & 1]
        saved = gain * ((len(group) - 1) / max(1, len(ags) - 1)) ** 2 if len(ags) > 1 else 0.0
        coalitions.append({"members": group, "cost_eur": sum(alone[a] for a in group) - saved})
    weights = {"shapley": 1.0, "nucleolus": 0.8, "owen": 1.3, "proportional": 1.1}
    shares: dict[str, Any] = {}
    for rule, w in weights.items():
        keys = {
            a: (math.sqrt(alone[a]) if rule != "proportional" else alone[a]) * (w if i else 1.0)
            for i, a in enumerate(ags)
        }
        total = sum(keys.values())
        shares[rule] = {a: alone[a] - gain * keys[a] / total for a in ags}
    borne = {
        a: {
            "municipality": 0.3 * c,
            "households": 0.45 * c,
            "companies": 0.25 * c,
            "farms": 0.02 * c,
            "utility": -0.06 * c,
        }
        for a, c in ((a, alone[a] * together / sum(alone.values())) for a in ags)
    }
    transfers = {rule: {a: shares[rule][a] - sum(borne[a].values()) for a in ags} for rule in weights}
    shares |= {
        "default_rule": "shapley",
        "owen_unique": False,
        "owen_interval": {a: [0.97 * c, c] for a, c in shares["owen"].items()},
        "core": {"empty": False, "corridor": {a: [alone[a] - 0.9 * gain, alone[a]] for a in ags}},
    }
    run = 4.0e6
    parts = {
        "real_cost_eur": 0.7 * gain,
        "cap_trading_eur": 0.2 * gain,
        "removals_eur": 0.1 * gain,
        "protection_eur": 0.0,
    }
    cooperation = {
        "alone_eur": alone,
        "together_eur": together,
        "gain_eur": gain,
        "gain_net_eur": gain - run,
        "partnership_cost_eur": run,
        "by_backstop": [
            {
                "eur_per_t": p,
                "gain_eur": gain * p / 200,
                "gain_net_eur": gain * p / 200 - run,
                "gain_parts": {k: v * p / 200 for k, v in parts.items()},
            }
            for p in BACKSTOPS
        ],
        "coalitions": coalitions,
        "gain_parts": parts,
        "by_target_key": [
            {"key": k, "gain_eur": gain * f, "gain_net_eur": gain * f - run}
            for k, f in (("own_target", 1.0), ("equal_percent", 0.8))
        ],
        "exit": [{"members": [a], "loses_eur": 0.5 * gain / len(ags)} for a in ags],
    }
    return cooperation, shares, borne, transfers


def results(members: int = 2) -> dict[str, Any]:
    """The made-up results with two to five members."""
    places = PLACES[:members]
    inventory = _inventory(places)
    measures = _measures(places)
    cooperation, shares, borne, transfers = _cooperation(places)
    return {
        "schema": "stadtland/results/1",
        "status": "ok",
        "method_version": "1",
        "settings": {
            "discount_rate": 0.03,
            "price_year": 2024,
            "programme": [2026, 2055],
            "target_key": "own_target",
            "backstop_eur_per_t": BACKSTOPS,
            "include_evidence_c": True,
        },
        "partnership": {
            "name": "Klimapartnerschaft Musterregion",
            "members": [
                {"ags": a, "name": n, "role": r, "population": p, "kind": k, "outline": [[list(c) for c in [*o, o[0]]]]}
                for a, n, r, p, k, o in places
            ],
        },
        "data": [{"name": "musterdaten", "sha256": "0" * 64}],
        "inventory": inventory,
        "roadmap": _roadmap(places, inventory, measures),
        "resilience": {
            p[0]: {
                "heat": {
                    "need": 120.0 if p[2] == "city" else None,
                    "unit": "K·ha",
                    "coverage": 0.35 if p[2] == "city" else None,
                    "data_quality": "C",
                },
                "heavy_rain": {"need": None, "unit": "m3", "coverage": None, "data_quality": "D"},
                "drought": {"need": 80.0, "unit": "ha", "coverage": 0.6, "data_quality": "C"},
            }
            for p in places
        },
        "cooperation": cooperation,
        "shares": shares,
        "borne_eur": borne,
        "transfers": transfers,
        "evidence": {"share_c_tonnes": 0.07, "share_c_eur": 0.04},
        "assumptions": [
            {
                "id": "backstop_price",
                "title": {"de": "Preis einer verfehlten Tonne", "en": "Price of a missed tonne"},
                "value": 200.0,
                "unit": "EUR/t",
                "evidence": "C",
                "effect_on_gain_eur": 5.0e6,
                "source": "own",
            },
            {
                "id": "heat_pump_capex",
                "title": {"de": "Preis einer Wärmepumpe", "en": "Price of a heat pump"},
                "value": 30000.0,
                "unit": "EUR",
                "evidence": "B",
                "effect_on_gain_eur": -2.0e6,
                "source": "Technikkatalog (erfunden)",
            },
            {"id": "ramp", "value": 0.05, "unit": "1/a", "evidence": "C", "effect_on_gain_eur": None},
        ],
        "profile": {
            p[0]: [
                {
                    "id": "density",
                    "title": {"de": "Menschen je km²", "en": "People per km²"},
                    "value": 1400.0 if p[2] == "city" else 80.0,
                    "unit": "1/km2",
                    "source": "Gemeindestatistik (erfunden)",
                },
                {
                    "id": "forest_share",
                    "title": {"de": "Waldanteil", "en": "Share of forest"},
                    "value": 0.07 if p[2] == "city" else 0.12,
                    "unit": "share",
                    "source": "Flächenstatistik (erfunden)",
                },
                {
                    "id": "cars",
                    "title": {"de": "Autos je 1.000 Menschen", "en": "Cars per 1,000 people"},
                    "value": 390.0 if p[2] == "city" else 640.0,
                    "unit": "1/1000",
                    "source": "Kraftfahrt-Statistik (erfunden)",
                },
                {
                    "id": "arable_share",
                    "title": {"de": "Ackeranteil", "en": "Share of arable land"},
                    "value": 0.15 if p[2] == "city" else 0.55,
                    "unit": "share",
                    "source": "Flächenstatistik (erfunden)",
                },
            ]
            for p in places
        },
        "run": {"finished": "2026-01-01T00:00:00Z", "version": "0.1.0"},
    }


def crowded() -> dict[str, Any]:
    """Five members with everything a real plan may bring: many measures, reasons, hazards, assumptions, long titles."""
    data = results(5)
    road = data["roadmap"]
    twins = []
    for i in range(4):
        for measure in road["measures"]:
            twin = dict(measure)
            twin["id"] = f"{measure['id']}{'abcd'[i]}"
            twin["title"] = {k: f"{v} in größeren Gebäuden, Variante {'abcd'[i]}" for k, v in measure["title"].items()}
            twins.append(twin)
    road["measures"] += twins
    reason = "Kostet je Tonne mehr als eine verfehlte Tonne und braucht Fläche, die an anderer Stelle mehr bringt."
    road["left_out"] = [
        {
            "id": f"X{i}",
            "title": {"de": f"Nicht gewählte Maßnahme {i}", "en": f"Measure {i} not chosen"},
            "reason": {"de": reason, "en": reason},
        }
        for i in range(25)
    ]
    for field in ("industry", "waste", "water", "food"):
        road["wedges"].insert(
            -1, {"id": field, "title": {"de": field, "en": field}, "t": [10.0 * t for t in range(len(YEARS))]}
        )
    hazards = ("heat", "heavy_rain", "flood", "drought", "erosion", "low_flow", "storm", "wildfire")
    for ags in data["resilience"]:
        data["resilience"][ags] = {
            h: {"need": None, "unit": "ha", "coverage": None, "data_quality": "D"} for h in hazards
        }
    first = data["assumptions"][0]
    data["assumptions"] = [{**first, "id": f"a{i}", "relax_tenth_eur": -1e5 if i < 3 else None} for i in range(30)]
    data["data"] = [{"name": f"datensatz_mit_langem_namen_{i}", "sha256": "0" * 64} for i in range(30)]
    for ags in data["profile"]:
        data["profile"][ags] = data["profile"][ags] * 1 + [
            {
                "id": f"p{i}",
                "title": {"de": f"Weiteres Merkmal {i}", "en": f"Feature {i}"},
                "value": 12.5 * i,
                "unit": "ha",
                "source": f"Quelle {i}",
            }
            for i in range(12)
        ]
    city = data["inventory"]["members"]["99000001"]
    city["published"] = city["published"] * 4
    return data
