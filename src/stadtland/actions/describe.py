"""Parts of results.json that describe rather than compute: members, inventory with views, profile, evidence."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from stadtland import inventory as room
from stadtland.facts import sources
from stadtland.roadmap.attribution import horizon
from stadtland.roadmap.case import Case, evidence_of
from stadtland.roadmap.instance import annuity
from stadtland.roadmap.plan import Plan
from stadtland.roadmap.results import extra_parts

LAST = 2045 - 2026


def partnership(case: Case) -> dict[str, Any]:
    """Name and members with role, kind and outline."""
    roles = {m.ags: m.role for m in case.partnership.members}
    return {
        "name": case.partnership.name,
        "members": [
            {
                "ags": m.ags,
                "name": short(m.name),
                "full_name": m.name,
                "role": roles[m.ags],
                "kind": m.kind,
                "population": m.value("population"),
                "outline": m.outline,
                "lon": m.maybe("centroid_lon"),
                "lat": m.maybe("centroid_lat"),
            }
            for m in case.members
        ],
    }


def short(name: str) -> str:
    """Name without the title that the register appends.

    >>> short("Leipzig, Stadt"), short("Lossatal")
    ('Leipzig', 'Lossatal')
    """
    return name.split(",", maxsplit=1)[0]


def inventory(case: Case) -> dict[str, Any]:
    """The inventory part with sectors, ranges and views per member."""
    found: dict[str, Any] = room.to_dict(case.inventory, detail=True)
    for member in found["members"].values():
        if "name" in member:
            member["name"] = short(member["name"])
        for entry in member.get("published") or []:
            entry["source"] = sources.cite(entry["source"])
            entry["unit"] = {"t CO2e per head": "t/head", "t CO2 per head": "t/head (CO2)"}.get(
                entry["unit"], entry["unit"]
            )
    return found


def profile(case: Case) -> dict[str, list[dict[str, Any]]]:
    """Indicators that show how city and countryside differ; a missing one is null with the missing datum."""
    from stadtland.inventory import profile as indicators

    return indicators.indicators(case.inventory, case.members)


def evidence(plan: Plan) -> dict[str, float]:
    """Share of placeholders (evidence C): of tonnes in 2045, of the measures' cost, of the parameters used."""
    tonnes, tonnes_c, euros, euros_c, params, params_c = 0.0, 0.0, 0.0, 0.0, 0, 0
    for ident, kt in plan.tonnes.items():
        measure = plan.case.catalogue[ident.split("@")[0]]
        if measure.reference:
            continue
        found = plan.answer["measures"][ident]
        if not any(found["standing"]):
            continue
        effect, cost = evidence_of(measure)
        tonnes += abs(float(kt[LAST]))
        euros += abs(float(found["cost"]))
        tonnes_c += abs(float(kt[LAST])) if effect == "C" else 0.0
        euros_c += abs(float(found["cost"])) if cost == "C" else 0.0
        for key in (
            "service_per_unit",
            "electricity_mwh_per_unit",
            "capex_eur",
            "opex_eur",
            "lifetime_years",
            "ramp_pct_a",
        ):
            value = measure.parameter(key)
            if value is not None:
                params += 1
                params_c += value.evidence == "C"
    return {
        "share_c_tonnes": tonnes_c / tonnes if tonnes else 0.0,
        "share_c_eur": euros_c / euros if euros else 0.0,
        "share_c_parameters": params_c / params if params else 0.0,
    }


def not_for_decision(case: Case, shared: Mapping[str, Any]) -> list[str]:
    """Paths of shares, transfers and duties that rest by more than half on data quality D.

    A member's duty rests on the inventory account in which its target is defined.
    """
    flagged = []
    inventory_part = room.to_dict(case.inventory, detail=False)["members"]
    for member in case.partnership.members:
        account = "net_t" if member.target is None else {"bisko_gross": "bisko_t"}.get(member.target.kind, "net_t")
        if account not in inventory_part[member.ags].get("not_for_decision", []):
            continue
        flagged += [f"roadmap.target.{member.ags}", f"cooperation.alone_eur.{member.ags}", f"borne_eur.{member.ags}"]
        for rule, values in shared["shares"].items():
            if isinstance(values, dict) and isinstance(values.get(member.ags), float | list):
                flagged.append(f"shares.{rule}.{member.ags}")
        flagged += [f"transfers.{rule}.{member.ags}" for rule in shared["transfers"]]
    return flagged


def cost_per_head(plan: Plan) -> float:
    """Real extra cost per head and year, EUR: present value without the price of missed targets, as an annuity over the
    years of the programme, divided by the inhabitants of the first year.
    """
    case = plan.case
    parts = extra_parts(plan)
    real = 1e6 * math.fsum(v for k, v in parts.items() if k not in ("backstop", "missed", "unserved"))
    heads = math.fsum(float(case.outlook.heads[a][0]) for a in case.ags)
    return real * annuity(case.partnership.discount_rate, horizon(plan.instance)) / heads


def by_payer(borne: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    """Extra cost by payer over all members, EUR."""
    names = sorted({k for parts in borne.values() for k in parts})
    return {k: math.fsum(parts.get(k, 0.0) for parts in borne.values()) for k in names}
