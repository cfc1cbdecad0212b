"""The `roadmap` part of results.json from a solved plan (contracts section 6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from . import attain, attribution, certainty, limits, spread
from .anyway import wedges
from .assemble import FIRST, HORIZON
from .attain import bilingual
from .build import build
from .case import Case, evidence_of
from .instance import annuity
from .loading import load
from .lumpy import polish
from .plan import Plan, baseline_document
from .solve import solve

Array = NDArray[np.float64]
SHOWN = HORIZON - FIRST + 1
KT = 1e3


def roadmap(plan: Plan, sigmas: Mapping[str, Mapping[str, float]]) -> dict[str, Any]:
    """The roadmap part; lists run from 2026 to 2045, t CO2e and EUR (present value)."""
    case, answer = plan.case, plan.answer
    reference = attribution.reference_gross(plan.instance)
    members = {m: _member(answer["members"][m], reference[m]) for m in case.ags}
    joint = {k: [float(v) for v in np.sum([members[m][k] for m in case.ags], axis=0)] for k in members[case.ags[0]]}
    draws = _certainty(plan, sigmas)
    target = _targets(plan, members, joint, draws)
    checks = list(answer["checks"]) + _checks(plan)
    entered = limits.results(case, plan.instance, answer, SHOWN)
    more = {"limits": entered} if entered else {}
    if case.partnership.limits.lumps:
        more["whole_objects"] = whole_objects(plan)
    return {
        **more,
        "years": list(range(FIRST, HORIZON + 1)),
        **joint,
        "backstop_t": _shown(answer["backstop_kt"]),
        "missed_gross_t": _shown(
            np.sum([answer["slack"][k] for k in ("gross", "bisko") if k in answer["slack"]], axis=0)
        ),
        "members": members,
        "wedges": _wedges(plan),
        "measures": measures(plan),
        "left_out": _left_out(plan),
        "land": _land(plan),
        "land_check": _land_check(plan),
        "arable_lost_ha": float(sum(_arable_lost(plan).values())),
        "arable_lost_by_member_ha": _arable_lost(plan),
        "target": target,
        "reliability": {k: v["reliability"] for k, v in draws.items()},
        "reliability_by_year": {k: v["by_year"][:SHOWN] for k, v in draws.items()},
        "ranges": {"partnership_t": _range(draws["joint"])},
        "ranges_by_member": {k: _range(v) for k, v in draws.items() if k != "joint"},
        "cost_eur": _shown_eur(
            yearly_cost(plan.instance, plan.answer) - yearly_cost(baseline_document(case), plan.baseline)
        ),
        "target_path_t": [float(v) for v in np.sum([plan.caps["partnership"][a] for a in case.ags], axis=0)[:SHOWN]],
        "wedge_account": "partnership_t",
        "cost_parts_eur": {k: v * 1e6 for k, v in extra_parts(plan).items()},
        "checks": checks,
        "after_2045": _after(plan),
        "residual_2045": _residual(plan),
        "residual_by_source_2045": _residual_by_source(plan),
    }


def whole_objects(plan: Plan) -> dict[str, Any]:
    """The plan with whole objects: status, stated gap, extra cost in EUR, objects standing in 2045."""
    checked = load(plan.instance)
    found = polish(checked, solve(build(checked)))
    cost = found.get("cost")
    return {
        "status": found["status"],
        "gap": found.get("gap"),
        "extra_eur": None if cost is None else (cost - found["linear_cost"]) * 1e6,
        "objects_2045": {k: v[SHOWN - 1] for k, v in found.get("objects", {}).items()},
        "checks_passed": all(c["passed"] for c in found.get("checks", [])),
        "core_guaranteed": False,
    }


def _shown_eur(values: Array) -> list[float]:
    return [float(v) * 1e6 for v in values[:SHOWN]]


def yearly_cost(document: Mapping[str, Any], answer: Mapping[str, Any]) -> Array:
    """Cost of a run by year, M EUR of the price year, not discounted, without the price of missed targets."""
    n = attribution.horizon(document)
    undo = (1 + document["discount"]) ** np.arange(n)
    total = np.zeros(n)
    for found in answer["measures"].values():
        total += (np.asarray(found["capex"]) + np.asarray(found["opex"])) * undo
    for found in answer["services"].values():
        total += np.asarray(found["legacy_cost"]) * undo
    for demand in document.get("regional_demands", []):
        outside = np.asarray(answer["regional_demands"][demand["id"]]["outside"])
        total += outside * attribution.over(demand["price"], n)
    power = document["electricity"]
    for q in power["slices"]:
        total += np.asarray(answer["electricity"]["import"][q]) * attribution.over(power["import_price"][q], n)
        total -= np.asarray(answer["electricity"]["export"][q]) * attribution.over(power["export_price"][q], n)
    return total


def _range(draw: Mapping[str, Any]) -> dict[str, list[float]]:
    return {"low": _shown(draw["low"]), "high": _shown(draw["high"])}


def _shown(values: Any) -> list[float]:
    return [float(v) * KT for v in list(values)[:SHOWN]]


def _member(account: Mapping[str, Any], reference: Array) -> dict[str, list[float]]:
    net = np.asarray(account["net_kt"])
    return {
        "bisko_t": _shown(account["bisko_kt"]),
        "gross_t": _shown(account["gross_kt"]),
        "lulucf_t": _shown(account["lulucf_kt"]),
        "removals_t": _shown(account["removals_kt"]),
        "net_t": _shown(net),
        "electricity_credit_t": _shown(account["electricity_credit_kt"]),
        "partnership_t": _shown(net - np.asarray(account["electricity_credit_kt"])),
        "baseline_gross_t": _shown(reference),
    }


def _certainty(plan: Plan, sigmas: Mapping[str, Mapping[str, float]]) -> dict[str, Any]:
    case = plan.case
    parts = spread.components(case, plan.instance, plan.answer, plan.tonnes, sigmas)
    table = certainty.settings()
    scores = certainty.factors(parts, int(table["draws"]["value"]), int(table["seed"]["value"]))
    up, down = certainty.weights(parts, scores)

    def draws(i: int, account: int, planned: Array) -> Array:
        return certainty.simulate(planned, parts, (i, account), up, down)

    found: dict[str, Any] = {}
    joint_path: Array = np.zeros(1)
    joint_cap: Array = np.zeros(1)
    for i, member in enumerate(case.partnership.members):
        account = plan.answer["members"][member.ags]
        net = np.asarray(account["net_kt"])
        kind = "net" if member.target is None else member.target.kind
        planned = {
            "bisko_gross": np.asarray(account["bisko_kt"]),
            "gross": np.asarray(account["gross_kt"]),
            "net": net,
            "partnership": net - np.asarray(account["electricity_credit_kt"]),
        }
        column = {"bisko_gross": 0, "gross": 1, "net": 2, "partnership": 3}
        path = draws(i, column[kind], planned[kind])
        cap = draws(i, 4, case.own_caps[member.ags] / KT)
        year = HORIZON if member.target is None else member.target.year
        found[member.ags] = certainty.summary(path, cap, case.years, year)
        joint_path = joint_path + draws(i, 3, planned["partnership"])
        joint_cap = joint_cap + draws(i, 5, plan.caps["partnership"][member.ags] / KT)
    year = HORIZON if case.partnership.target is None else case.partnership.target.year
    found["joint"] = certainty.summary(joint_path, joint_cap, case.years, year)
    return found


def _targets(
    plan: Plan, members: Mapping[str, Any], joint: Mapping[str, Any], draws: Mapping[str, Any]
) -> dict[str, Any]:
    case = plan.case
    years = range(FIRST, HORIZON + 1)
    found: dict[str, Any] = {}
    titles = {m.id: m.title.model_dump() for m in case.catalogue.values()}
    sizes = _sizes(plan)
    own = case.own_caps
    for member in case.partnership.members:
        kind = "net" if member.target is None else member.target.kind
        account = {"bisko_gross": "bisko_t", "gross": "gross_t", "net": "net_t", "partnership": "partnership_t"}[kind]
        year = HORIZON if member.target is None else member.target.year
        entry = attain.attainment(
            attain.definition(member.target, kind),
            account,
            np.array(members[member.ags][account]),
            own[member.ags][:SHOWN],
            years,
            year,
        )
        entry["reached_without_credit"] = bool(
            entry["reached"] if account != "partnership_t" else _met(members[member.ags], entry)
        )
        entry["reliability"] = draws[member.ags]["reliability"]
        _held(entry, plan, sizes, [member.ags], titles)
        found[member.ags] = entry
    target = case.partnership.target
    cap = np.sum([plan.caps["partnership"][a] for a in case.ags], axis=0)[:SHOWN]
    year = HORIZON if target is None else target.year
    entry = attain.attainment(
        attain.definition(target, "partnership"), "partnership_t", np.array(joint["partnership_t"]), cap, years, year
    )
    entry["reached_without_credit"] = _met(joint, entry)
    entry["missed_without_credit_t"] = max(0.0, joint["net_t"][year - FIRST] - entry["cap_t"])
    entry["reliability"] = draws["joint"]["reliability"]
    _held(entry, plan, sizes, case.ags, titles)
    found["joint"] = entry
    return found


def _met(paths: Mapping[str, Any], entry: Mapping[str, Any]) -> bool:
    """Whether the net account alone, without the electricity credit, meets the cap of the target year."""
    return bool(paths["net_t"][entry["year"] - FIRST] <= entry["cap_t"] + attain.TOLERANCE_T)


def _held(entry: dict[str, Any], plan: Plan, sizes: Mapping[str, float], members: Sequence[str], titles: Any) -> None:
    """What holds a missed target back: ids in `binding`, words and worth in `held_back_by`."""
    rows = [] if entry["reached"] else attain.binding(plan.answer["duals"], sizes, entry["year"], members, titles)
    entry["held_back_by"] = rows
    entry["binding"] = [f"{r['kind']}.{r['id']}" + (f"@{r['member']}" if r["member"] else "") for r in rows]


def _sizes(plan: Plan) -> dict[str, float]:
    sizes = {}
    for row in plan.instance["measures"]:
        if "potential" in row:
            sizes[f"potential:{row['id']}"] = float(np.max(row["potential"]))
        if isinstance(row.get("ramp"), float):
            sizes[f"ramp:{row['id']}"] = row["ramp"]
    demand = {s["id"]: s["demand"][-1] for s in plan.instance["services"]}
    for row in plan.instance["measures"]:
        if "share_of_rest" in row:
            sizes[f"share_of_rest:{row['id']}"] = row["share_of_rest"] * demand[row["service"]]
    return sizes


def _wedges(plan: Plan) -> list[dict[str, Any]]:
    case = plan.case
    rows = []
    for step, t in wedges(case.blocks, case.outlook, case.like).items():
        rows.append(
            {"id": f"anyway_{step}", "title": bilingual(f"plan.anyway_{step}"), "t": [float(v) for v in t[:SHOWN]]}
        )
    fields: dict[str, Array] = {}
    for ident, kt in plan.tonnes.items():
        field = str(case.catalogue[ident.split("@")[0]].field)
        fields[field] = fields.get(field, 0.0) + kt * KT
    for name, t in fields.items():
        if np.any(np.abs(t[:SHOWN]) > attain.TOLERANCE_T):
            rows.append({"id": name, "title": bilingual(f"plan.field_{name}"), "t": [float(v) for v in t[:SHOWN]]})
    reference = np.sum(list(attribution.reference_gross(plan.instance).values()), axis=0)
    lulucf = sum(np.broadcast_to(v, reference.shape) for v in plan.instance["lulucf_kt"].values())
    planned = np.asarray(plan.answer["net_kt"]) - np.asarray(plan.answer["electricity_credit_kt"])
    rest = (reference + lulucf - planned) * KT - np.sum(list(fields.values()), axis=0)
    rows.append({"id": "rest", "title": bilingual("plan.field_rest"), "t": [float(v) for v in rest[:SHOWN]]})
    return rows


def measures(plan: Plan) -> list[dict[str, Any]]:
    """Every measure for every member with what the plan does with it."""
    case = plan.case
    last = SHOWN - 1
    rows = []
    documents = {r["id"]: r for r in plan.instance["measures"]}
    yearly = annuity(case.partnership.discount_rate, attribution.horizon(plan.instance))
    for measure in case.catalogue.values():
        for ags in case.ags:
            ident = f"{measure.id}@{ags}"
            found = plan.answer["measures"].get(ident)
            potential = case.potentials[measure.id, ags]
            standing = np.asarray(found["standing"]) if found else np.zeros(1)
            total = float(standing[min(last, len(standing) - 1)]) if found else 0.0
            used, reason = _used(case, measure.id, ags, found, total)
            effect, cost = evidence_of(measure)
            land = {c: float(a) * total * 1e3 for c, a in documents[ident].get("land", {}).items()} if found else {}
            kt = plan.tonnes[ident][last] if found else 0.0
            rows.append(
                {
                    "id": measure.id,
                    "member": ags,
                    "unit": measure.unit,
                    "unit_name": measure.unit_name.model_dump(),
                    "title": measure.title.model_dump(),
                    "field": measure.field,
                    "class": measure.planning_class,
                    "reference": measure.reference,
                    "service": measure.plan.service,
                    "used": used,
                    "reason": reason,
                    "total_units": total,
                    "potential_units": None
                    if measure.reference or not np.isfinite(potential.central)
                    else float(potential.central),
                    "potential_data_quality": potential.data_quality,
                    "t_co2e_2045": float(kt) * KT,
                    "t_co2e": [float(v) * KT for v in plan.tonnes[ident][:SHOWN]] if found and used == "used" else [],
                    "cost_eur": float(found["cost"]) * 1e6 if found else 0.0,
                    "land_ha": sum(land.values()),
                    "land_class": max(land, key=lambda c: land[c]) if land else None,
                    "land_use_ha": land,
                    "cost_eur_a": float(found["cost"]) * 1e6 * yearly if found else 0.0,
                    "units": [float(v) for v in standing[:SHOWN]] if found and used == "used" else [],
                    "payer": {k: v for k, v in measure.payer.model_dump().items() if v},
                    "hazards": list(measure.hazards),
                    "evidence_effect": effect,
                    "evidence_cost": cost,
                }
            )
    return rows


def _used(case: Case, mid: str, ags: str, found: Any, total: float) -> tuple[str, dict[str, Any]]:
    if found is not None and total > 1e-6 * max(1.0, case.potentials[mid, ags].central or 1.0):
        return "used", {"id": "used", "text": bilingual("plan.reason_used")}
    named = case.reasons.get((mid, ags))
    if found is not None or named is None:
        return "not_worth_it", {"id": "not_worth_it", "text": bilingual("plan.reason_not_worth_it")}
    known = named in ("no_potential", "potential_unknown") and case.potentials[mid, ags].reason
    words = case.detail(mid, ags) if known else bilingual(f"plan.reason_{named}")
    return "not_applicable", {"id": named, "text": words}


def _left_out(plan: Plan) -> list[dict[str, Any]]:
    """Measures no member uses, with the reason that holds for most members."""
    rows: dict[str, list[dict[str, Any]]] = {}
    for row in measures(plan):
        if not row["reference"]:
            rows.setdefault(row["id"], []).append(row)
    found = []
    for mid, group in rows.items():
        if any(r["used"] == "used" for r in group):
            continue
        reasons = [r["reason"] for r in group]
        most = max(reasons, key=lambda r: sum(x["id"] == r["id"] for x in reasons))
        found.append({"id": mid, "title": group[0]["title"], "reason": most["text"], "reason_id": most["id"]})
    return found


def _use(plan: Plan, ags: str) -> dict[str, Array]:
    used: dict[str, Array] = {}
    for row in plan.instance["measures"]:
        if row["member"] == ags:
            for land, kha in row.get("land", {}).items():
                standing = np.asarray(plan.answer["measures"][row["id"]]["standing"])
                used[land] = used.get(land, 0.0) + kha * standing * 1e3
    return used


def _land(plan: Plan) -> list[dict[str, Any]]:
    rows = []
    for ags in plan.case.ags:
        used = _use(plan, ags)
        for land, ha in plan.case.land_ha[ags].items():
            path = used.get(land, np.zeros(SHOWN))
            for year in (2030, 2035, 2040, 2045):
                rows.append(
                    {
                        "member": ags,
                        "class": land,
                        "year": year,
                        "used_ha": float(path[year - FIRST]),
                        "available_ha": float(ha),
                    }
                )
    return rows


def _land_check(plan: Plan) -> dict[str, float]:
    needed, available, arable, arable_used = 0.0, 0.0, 0.0, 0.0
    for ags in plan.case.ags:
        used = _use(plan, ags)
        needed += sum(float(v[SHOWN - 1]) for v in used.values())
        available += sum(plan.case.land_ha[ags][c] for c in ("arable", "grassland", "forest"))
        arable += plan.case.land_ha[ags]["arable"]
        arable_used += float(used.get("arable", np.zeros(SHOWN))[SHOWN - 1])
    return {
        "needed_ha": needed,
        "available_ha": available,
        "arable_ha": arable,
        "arable_used_ha": arable_used,
        "share_of_arable": arable_used / arable if arable else 0.0,
    }


def _arable_lost(plan: Plan) -> dict[str, float]:
    return {a: float(_use(plan, a).get("arable", np.zeros(SHOWN))[SHOWN - 1]) for a in plan.case.ags}


def extra_parts(plan: Plan) -> dict[str, float]:
    """Extra cost against the baseline by part, M EUR present value."""
    parts, base = plan.answer["cost_parts"], plan.baseline["cost_parts"]
    return {k: float(parts.get(k, 0.0) - base.get(k, 0.0)) for k in sorted({*parts, *base})}


def _checks(plan: Plan) -> list[dict[str, Any]]:
    """Anchor to the inventory and closure of the attribution."""
    case = plan.case
    base = spread.outlook_at_base(case)
    worst = 0.0
    from .system import reference_t, system

    for ags in case.ags:
        rebuilt = float(reference_t(system(ags, case.blocks[ags], base, case.like), base)[0])
        gross = float(case.accounts[ags]["gross_t"])
        worst = max(worst, abs(rebuilt - gross) / max(1.0, gross))
    after, joint = _after(plan), float(plan.answer["partnership_kt"][SHOWN - 1]) * KT
    worse = max(0.0, after["partnership_t"] - joint) / max(1.0, abs(joint))
    residual = sum(r["t"] for r in _residual(plan)) / (float(plan.answer["gross_kt"][SHOWN - 1]) * KT) - 1
    rest = max(abs(v) for row in _wedges(plan) if row["id"] == "rest" for v in row["t"])
    scale = max(1.0, float(np.max(plan.answer["gross_kt"])) * KT)
    return [
        {"name": "anchor", "value": worst, "limit": 1e-6, "passed": worst <= 1e-6},
        {"name": "after_2045", "value": worse, "limit": 0.05, "passed": worse <= 0.05},
        {"name": "residual_closes", "value": abs(residual), "limit": 1e-4, "passed": abs(residual) <= 1e-4},
        {"name": "attribution_rest_share", "value": rest / scale, "limit": 1e-3, "passed": rest / scale <= 1e-3},
    ]


def _residual(plan: Plan) -> list[dict[str, Any]]:
    """What is left of the gross emissions in 2045 and where: by service, electricity use and line, t."""
    left: dict[tuple[str, str], float] = {}
    at = SHOWN - 1

    def add(ident: str, member: str, kt: float) -> None:
        left[ident, member] = left.get((ident, member), 0.0) + kt * KT

    n = attribution.horizon(plan.instance)
    ef = attribution.over(plan.instance["electricity"]["ef"], n)[at]
    for service in plan.instance["services"]:
        name, _, member = service["id"].partition("@")
        add(name, member, float(plan.answer["services"][service["id"]]["legacy_kt"][at]))
    for row in plan.instance["measures"]:
        found = plan.answer["measures"][row["id"]]
        if row.get("service"):
            add(
                row["service"].partition("@")[0],
                row["member"],
                float(np.atleast_1d(found.get("emitted_kt", np.zeros(n)))[at]),
            )
        add("electricity", row["member"], float(np.atleast_1d(found.get("electricity_kt", np.zeros(n)))[at]))
        if row["class"] == "process" and "line" in row:
            add(
                row["line"].split(".")[0],
                row["member"],
                -float(np.atleast_1d(found.get("lowered_kt", np.zeros(n)))[at]),
            )
    for sys in plan.case.systems:
        for amount in sys.electricity.values():
            add("electricity", sys.ags, float(amount[at]) / KT * float(ef))
        for line, t in sys.rest_t.items():
            sector = line.split(".")[0]
            add(sector if sector in ("AGR", "WASTE", "IPPU") else "other_energy", sys.ags, float(t[at]) / KT)
    rows = [{"id": k, "member": m, "t": t} for (k, m), t in left.items() if abs(t) > attain.TOLERANCE_T]
    return sorted(rows, key=lambda r: (-float(r["t"]), r["id"], r["member"]))


def _residual_by_source(plan: Plan) -> list[dict[str, Any]]:
    """The residual of all members by source with its name, the largest first, t."""
    total: dict[str, float] = {}
    for row in _residual(plan):
        total[row["id"]] = total.get(row["id"], 0.0) + row["t"]
    rows = [{"id": k, "title": bilingual(f"plan.left_{k}"), "t": t} for k, t in total.items()]
    return sorted(rows, key=lambda r: -float(r["t"]))


def _after(plan: Plan) -> dict[str, Any]:
    """Whether the plan still holds ten years later: partnership account and cap in 2055, t."""
    cap = float(np.sum([plan.caps["partnership"][a][-1] for a in plan.case.ags]))
    value = (plan.answer["net_kt"][-1] - plan.answer["electricity_credit_kt"][-1]) * KT
    return {
        "year": 2055,
        "partnership_t": float(value),
        "cap_t": cap,
        "reached": bool(value <= cap + attain.TOLERANCE_T),
    }
