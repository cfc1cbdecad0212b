"""All assumptions that a run rests on, and what the decisive ones do to the gain."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stadtland.facts import series
from stadtland.roadmap import learning
from stadtland.roadmap.certainty import settings
from stadtland.roadmap.outlook import PRICES, parameters
from stadtland.roadmap.plan import Plan


def listed(
    plan: Plan, cooperating: Mapping[str, Any], alone: Mapping[str, Mapping[str, float]]
) -> list[dict[str, Any]]:
    """Rows {id, title, value, low, high, unit, evidence, source, effect_on_gain_eur}, C before B before A.

    `effect_on_gain_eur` is null where it was not computed.

    `alone`: member → duals of its run alone.
    """
    rows: list[dict[str, Any]] = [
        {
            "id": name,
            "title": {"de": p["de"], "en": p["en"]},
            "value": p["value"],
            "low": p.get("low"),
            "high": p.get("high"),
            "unit": p["unit"],
            "evidence": p["evidence"],
            "source": p["source"],
            "effect_on_gain_eur": None,
        }
        for name, p in parameters().items()
    ]
    for name in ["ef_electricity", "fleet_bev_share", "fleet_truck_bev_share", *sorted(set(PRICES.values()))]:
        found = series.load(name)
        rows.append(
            {
                "id": f"{name}@2040",
                "title": found.title,
                "value": found.at(2040),
                "low": found.at(2040, "low"),
                "high": found.at(2040, "high"),
                "unit": found.unit,
                "evidence": found.evidence_at(2040),
                "source": ", ".join(found.sources_at(2040)),
                "effect_on_gain_eur": None,
            }
        )
    rows += learning.listed()
    for name, table in settings().items():
        if "sigma" in table:
            rows.append(
                {
                    "id": f"uncertainty.{name}",
                    "title": {"de": table["de"], "en": table["en"]},
                    "value": table["sigma"],
                    "low": None,
                    "high": None,
                    "unit": "sigma (log-normal)",
                    "evidence": table["evidence"],
                    "source": "own assumption" if table["evidence"] == "C" else "published ranges of the catalogue",
                    "effect_on_gain_eur": None,
                }
            )
    ends = [b["gain_net_eur"] for b in cooperating["by_backstop"]]
    low, mid, high = plan_prices(cooperating)
    rows.append(
        {
            "id": "backstop_eur_per_t",
            "title": {"de": "Preis einer verfehlten Tonne", "en": "Price of a missed tonne"},
            "value": mid,
            "low": low,
            "high": high,
            "unit": "EUR/t",
            "evidence": "B",
            "source": "climate_cost",
            "effect_on_gain_eur": ends[2] - ends[1],
        }
    )
    rows += _potentials(plan, alone)
    rows.append(_discount(plan, cooperating))
    order = {"C": 0, "B": 1, "A": 2}
    return sorted(rows, key=lambda r: (order[r["evidence"]], r["id"]))


def plan_prices(cooperating: Mapping[str, Any]) -> tuple[float, float, float]:
    """The three backstop prices of a run."""
    low, mid, high = (b["eur_per_t"] for b in cooperating["by_backstop"])
    return low, mid, high


SHOWN = 12


def _potentials(plan: Plan, alone: Mapping[str, Mapping[str, float]]) -> list[dict[str, Any]]:
    """Potentials that rest on an own assumption (C) and bind: a tenth more of them, first order from the prices.

    effect on cost = 0.1 · potential · Σ price over the years, on the gain = Σ alone − together.
    """
    size = {r["id"]: float(r["potential"]) for r in plan.instance["measures"] if "potential" in r}
    together: dict[str, float] = {}
    apart: dict[str, float] = {}
    for duals, target in [(plan.answer["duals"], together), *((d, apart) for d in alone.values())]:
        for name, price in duals.items():
            kind, _, rest = name.partition(":")
            if kind == "potential":
                ident = rest.rpartition(":")[0]
                base = ident.partition("@")[0]
                target[base] = target.get(base, 0.0) + 0.1 * size[ident] * price * 1e6
    rows: list[dict[str, Any]] = []
    for base, effect in together.items():
        measure = plan.case.catalogue[base]
        share = measure.potential.share
        evidence = (share.evidence if share is not None else None) or measure.potential.evidence
        if evidence != "C":
            continue
        units = sum(v for k, v in size.items() if k.startswith(f"{base}@"))
        title = {
            "de": f"Potenzial: {measure.title.de} (ein Zehntel mehr)",
            "en": f"Potential: {measure.title.en} (a tenth more)",
        }
        rows.append(
            {
                "id": f"potential.{base}",
                "title": title,
                "value": units,
                "low": None,
                "high": None,
                "unit": measure.unit,
                "unit_name": measure.unit_name.model_dump(),
                "evidence": "C",
                "source": "own assumption",
                "relax_tenth_eur": effect,
                "effect_on_gain_eur": apart.get(base, 0.0) - effect,
            }
        )
    return sorted(rows, key=lambda r: -abs(float(r["relax_tenth_eur"])))[:SHOWN]


def _discount(plan: Plan, cooperating: Mapping[str, Any]) -> dict[str, Any]:
    """The discount rate with what the highest of its sensitivities does to the gain."""
    rate = plan.case.partnership.discount_rate
    others = cooperating["by_discount"]
    return {
        "id": "discount_rate",
        "title": {
            "de": f"Zinssatz (Wirkung: {others[-1]['discount_rate']:.0%} statt {rate:.0%})",
            "en": f"Discount rate (effect: {others[-1]['discount_rate']:.0%} instead of {rate:.0%})",
        },
        "value": rate,
        "low": min(r["discount_rate"] for r in others),
        "high": max(r["discount_rate"] for r in others),
        "unit": "share a year, real",
        "evidence": "B",
        "source": "3 % real, German practice; sensitivities 0, 1.5 and 5 %",
        "effect_on_gain_eur": others[-1]["gain_net_eur"] - cooperating["gain_net_eur"],
    }
