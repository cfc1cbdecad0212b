"""Shares of a plan: all rules, where each stands in the core, why it pays each member, fixed payments, transfers,
payments."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from stadtland import sharing
from stadtland.roadmap import attribution
from stadtland.roadmap.plan import Plan, payers

RULES = ("shapley", "nucleolus", "tau", "proportional", "equal_gain", "shapley_core", "separable")
KEYS = ("per_head", "per_tonne", "per_hectare", "ability_to_pay")
DEFAULT_RULE = "shapley_core"
MONEY_ROUND = 1e-9


def shares(plan: Plan, cooperating: Mapping[str, Any], owen: Mapping[str, Any]) -> dict[str, Any]:
    """`shares`, `transfers`, `borne_eur`, `exit`, `statutory`, `payments` of results.json, EUR present value."""
    case = plan.case
    members = case.ags
    alone = cooperating["alone_eur"]
    groups = [tuple(g) for g in cooperating["clubs"] or [(m,) for m in members]]
    answer, named = _rules(cooperating["coalitions"], groups, alone)
    base = plan.baseline_eur
    named_owen = {m: 1e6 * owen["owen"][m] - base[m] for m in members}
    interval = {m: [1e6 * v - base[m] for v in owen["owen_interval"][m]] for m in members}
    result: dict[str, Any] = {**named, "owen": named_owen}
    keys, reasons = _keys(plan, cooperating)
    result |= keys
    decided = case.partnership.sharing
    if decided.rule == "mix":
        result["mix"] = sharing.mix(result, {k: v for k, v in decided.mix.items() if v})
    default = decided.rule if decided.rule in result else DEFAULT_RULE
    second, other = _rules(
        cooperating["second_key"]["coalitions"], groups, cooperating["by_target_key"][1]["alone_eur"]
    )
    borne = borne_by_payer(plan)
    moved = _transfers(result, borne, cooperating["together_eur"], bool(owen["owen_unique"]))
    listed = statutory(plan)
    values = {",".join(r["members"]): r["cost_eur"] for r in cooperating["coalitions"]}
    chosen = moved.get(default) or moved["shapley"]
    return {
        "shares": {
            **result,
            "reasons": reasons,
            "owen_interval": interval,
            "owen_unique": owen["owen_unique"],
            "core": {
                "empty": answer["core_empty"],
                "corridor": _members_only(answer["corridor"]),
                "least_core_eps": answer["least_core_eps"],
            },
            "in_core": {r: stands(values, v)["in_core"] for r, v in result.items()},
            "stability": {r: stands(values, v) for r, v in result.items()},
            "default_rule": default,
            "decision": told(decided),
            "why": why(cooperating, result[default], borne, chosen, default),
            "second_key": {
                "target_key": cooperating["second_key"]["target_key"],
                **other,
                "core": {"empty": second["core_empty"], "corridor": _members_only(second["corridor"])},
            },
        },
        "transfers": moved,
        "borne_eur": borne,
        "exit": leaving(values, result[default]),
        "statutory": {
            "flows": listed,
            "note": sharing.statutory.rules()["equalisation"],
            "grants": grants(plan),
            "by_payer_eur": sharing.statutory.by_payer(borne, listed),
        },
        "payments": payments(plan, cooperating, chosen, borne, default),
    }


JOIN = "+"


def _rules(
    rows: Sequence[Mapping[str, Any]], groups: Sequence[tuple[str, ...]], alone: Mapping[str, float]
) -> tuple[dict[str, Any], dict[str, dict[str, float]]]:
    """The game of the groups, and every rule's shares by member (inside a club by equal gain)."""
    names = {g: JOIN.join(g) for g in groups}
    club = {m: names[g] for g in groups for m in g}
    values = {",".join(dict.fromkeys(club[m] for m in r["members"])): r["cost_eur"] for r in rows if _whole(r, groups)}
    answer = sharing.solve_game({"kind": "cost", "players": list(names.values()), "values": values})
    members = {names[g]: g for g in groups}
    found = {
        r: sharing.clubs.inside(answer["rules"][r]["values"], members, alone)
        for r in RULES
        if answer["rules"][r]["values"] is not None
    }
    if all(len(g) == 1 for g in groups):
        found = {r: answer["rules"][r]["values"] for r in found}
    return answer, found


def _whole(row: Mapping[str, Any], groups: Sequence[tuple[str, ...]]) -> bool:
    """Whether a coalition is a union of whole groups."""
    chosen = set(row["members"])
    return all(chosen.isdisjoint(g) or chosen.issuperset(g) for g in groups)


def _members_only(corridor: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """The corridor of players that are single members; that of a club has no owner."""
    return None if corridor is None else {k: v for k, v in corridor.items() if JOIN not in k}


def leaving(values: Mapping[str, float], shared: Mapping[str, float]) -> list[dict[str, Any]]:
    """What every group loses by leaving, the most tempted first: {members, loses_eur, text}."""
    size = max([1.0, *(abs(v) for v in values.values())])
    rows = []
    for key, cost in values.items():
        group = key.split(",")
        if len(group) == len(shared):
            continue
        loss = math.fsum([cost, *(-shared[m] for m in group)])
        even = abs(loss) <= 1e-9 * size
        text = "sharing.exit_even" if even else "sharing.exit_loses" if loss > 0 else "sharing.exit_gains"
        rows.append({"members": group, "loses_eur": loss + 0.0, "text": text})
    return sorted(rows, key=lambda r: (r["loses_eur"], len(r["members"])))


def told(decided: Any) -> dict[str, Any]:
    """The decision on sharing as stored: rule, date, who, note; `decided` false where there is none."""
    return {
        "decided": decided.rule is not None,
        "rule": decided.rule,
        "date": decided.date,
        "by": decided.by,
        "note": decided.note,
        "mix": dict(decided.mix),
    }


def stands(values: Mapping[str, float], shared: Mapping[str, float]) -> dict[str, Any]:
    """Whether shares are stable: {in_core, worst {members, excess_eur}, unstable (groups that would leave)}."""
    size = max([1.0, *(abs(v) for v in values.values())])
    worst, excess, unstable = None, -math.inf, 0
    everybody = set(shared)
    for key, cost in values.items():
        group = key.split(",")
        if set(group) == everybody:
            continue
        over = math.fsum([*(shared[m] for m in group), -cost])
        unstable += over > MONEY_ROUND * size
        if over > excess:
            worst, excess = group, over
    if worst is None:
        return {"in_core": True, "worst": None, "unstable": 0}
    return {
        "in_core": excess <= MONEY_ROUND * size,
        "worst": {"members": worst, "excess_eur": excess},
        "unstable": unstable,
    }


def _keys(plan: Plan, cooperating: Mapping[str, Any]) -> tuple[dict[str, dict[str, float]], dict[str, str]]:
    """Shares by keys of practice, and for a key that does not exist the reason (text id)."""
    case = plan.case
    alone, together = cooperating["alone_eur"], cooperating["together_eur"]
    heads = {a: float(case.outlook.heads[a][0]) for a in case.ags}
    tonnes, hectares = dict.fromkeys(case.ags, 0.0), dict.fromkeys(case.ags, 0.0)
    at = case.partnership.horizon - case.years[0]
    for row in plan.instance["measures"]:
        if row.get("reference"):
            continue
        m = row["member"]
        tonnes[m] += max(0.0, float(plan.tonnes[row["id"]][at]))
        hectares[m] += 1e3 * sum(row.get("land", {}).values()) * plan.answer["measures"][row["id"]]["standing"][at]
    given = case.partnership.sharing.capacity
    weights: dict[str, dict[str, float] | None] = {
        "per_head": heads,
        "per_tonne": tonnes,
        "per_hectare": hectares,
        "ability_to_pay": sharing.ability(heads, given) if set(given) == set(case.ags) else None,
    }
    found, reasons = {}, {}
    for name, weight in weights.items():
        if weight is None:
            reasons[name] = "sharing.reason_capacity"
        elif sum(weight.values()) <= 0:
            reasons[name] = "sharing.reason_key"
        else:
            found[name] = sharing.gain_by_key(alone, together, weight)
    return found, reasons


def _transfers(
    rules: Mapping[str, Mapping[str, float]], borne: Mapping[str, Mapping[str, float]], together: float, unique: bool
) -> dict[str, dict[str, float]]:
    home = {m: math.fsum(v for v in parts.values()) for m, parts in borne.items()}
    gap = together - math.fsum(home.values())
    moved = {}
    for rule, values in rules.items():
        if rule != "owen" or unique:  # one optimal dual among others is never used for transfers
            moved[rule] = sharing.transfers(_closed(home, gap), _closed(values, together - math.fsum(values.values())))
    return moved


def _closed(values: Mapping[str, float], gap: float) -> dict[str, float]:
    """Values with rounding noise put on the largest, so that sums close."""
    result = dict(values)
    largest = max(result, key=lambda k: (abs(result[k]), k))
    result[largest] += gap
    return result


def statutory(plan: Plan) -> list[dict[str, Any]]:
    """Payments fixed by law for the plants of the plan, to the horizon."""
    import numpy as np

    from stadtland.facts import series

    case = plan.case
    n = case.partnership.horizon - case.years[0] + 1
    who = payers(case)
    plants = []
    for row in plan.instance["measures"]:
        found = plan.answer["measures"][row["id"]]
        standing = np.asarray(found["standing"], dtype=float)
        made = attribution.generation(row, standing)[:n]
        if np.any(made > 0):
            base, _, ags = row["id"].partition("@")
            mw = standing[:n] if case.catalogue[base].unit in ("MW", "MWp") else np.zeros(n)
            plants.append(
                {
                    "measure": base,
                    "member": ags,
                    "kwh": [1e6 * float(v) for v in made],
                    "mw": [float(v) for v in mw],
                    "payer": who[row["id"]],
                }
            )
    rate, year = case.partnership.discount_rate, case.partnership.price_year
    return sharing.statutory.flows(
        plants,
        [(1 + rate) ** -t for t in range(n)],
        lambda ags: ags.endswith("000"),
        lambda y: series.in_prices_of(1.0, y, year),
    )


APPLICANTS = {
    "municipality": "municipality",
    "households": "citizen",
    "companies": "company",
    "farms": "farm",
    "utility": "utility",
}


def grants(plan: Plan) -> list[dict[str, Any]]:
    """Grants that payers of the plan may apply for, by measure and programme; none is deducted, for no call is certain.

    Rows {measure, programme, title, payers (who may apply), rate, eur {low, high} (rate × invest of those payers to the
    horizon, present value; null where the rate is not known), until, note, source, evidence, status_date}.
    """
    from stadtland.toolbox import funding

    case = plan.case
    n = case.partnership.horizon - case.years[0] + 1
    invest: dict[str, float] = {}
    for row in plan.instance["measures"]:
        base = row["id"].partition("@")[0]
        if not row.get("reference"):
            spent = math.fsum(plan.answer["measures"][row["id"]]["capex"][:n])
            invest[base] = invest.get(base, 0.0) + 1e6 * spent
    own_rates = sharing.statutory.rules().get("grant_rate", {})
    rows = []
    for programme in funding.bundled().programmes.values():
        for mid in programme.measures:
            if invest.get(mid, 0.0) <= 0:
                continue
            shares_of = case.catalogue[mid].payer.model_dump()
            allowed = programme.facts["programme.applicants"]
            who = [p for p, a in APPLICANTS.items() if a in allowed and shares_of.get(p)]
            if not who:
                continue
            part = invest[mid] * sum(shares_of[p] for p in who)
            rate = own_rates.get(programme.id, {}).get(mid, programme.rate)
            rows.append(
                {
                    "measure": mid,
                    "programme": programme.id,
                    "title": dict(programme.title),
                    "payers": who,
                    "rate": dict(rate) if rate else None,
                    "eur": {"low": rate["low"] * part, "high": rate["high"] * part} if rate else None,
                    "until": programme.facts.get("programme.until"),
                    "note": dict(programme.note) if programme.note else None,
                    "source": list(programme.source),
                    "evidence": programme.evidence,
                    "status_date": programme.status_date,
                }
            )
    return rows


def payments(
    plan: Plan, cooperating: Mapping[str, Any], moved: Mapping[str, float], borne: Mapping[str, Any], rule: str
) -> dict[str, Any]:
    """The transfers of the chosen rule as yearly payments, and the legal vehicle of each part."""
    given = plan.case.partnership
    yearly = sharing.payments.plan(
        moved, given.discount_rate, plan.case.years[0], given.sharing.first_payment, given.sharing.payments
    )
    return {"rule": rule, **yearly, "vehicles": vehicles(cooperating, moved, borne)}


def vehicles(
    cooperating: Mapping[str, Any], moved: Mapping[str, float], borne: Mapping[str, Mapping[str, float]]
) -> list[dict[str, Any]]:
    """What each receiver gets, split by legal vehicle: first its own additional cost, the rest without a known route.

    Additional cost = what it bears at home in the joint plan less what it would bear alone, both without the price of
    missed targets.
    """
    from stadtland.base import content, toml

    known = toml.read(content.path("sharing", "vehicles.toml"))["vehicle"]
    rows = []
    for member, amount in moved.items():
        if amount >= 0:
            continue
        real = math.fsum(v for k, v in borne[member].items() if k != "missed_target")
        more = max(0.0, real - cooperating["alone_real_eur"][member])
        parts = {"own_cost": min(-amount, more)}
        parts["gain"] = -amount - parts["own_cost"]
        for ident, entry in known.items():
            eur = parts[entry["carries"]]
            if eur >= 0.005:
                rows.append(
                    {
                        "to": member,
                        "eur": eur,
                        "vehicle": ident,
                        **{k: entry[k] for k in ("title", "text", "open", "source", "evidence")},
                    }
                )
    return rows


def why(
    cooperating: Mapping[str, Any],
    shared: Mapping[str, float],
    borne: Mapping[str, Mapping[str, float]],
    moved: Mapping[str, float],
    rule: str,
) -> dict[str, dict[str, Any]]:
    """By member what makes up its share: {alone, share, saves, borne, transfer, brings, text}; text is an id of
    sharing.toml.

    `brings`: what the others save because the member takes part, c(N∖i) + c({i}) − c(N).
    """
    cost = {tuple(sorted(r["members"])): r["cost_eur"] for r in cooperating["coalitions"]}
    everybody = tuple(sorted(shared))
    found = {}
    for m in shared:
        rest = tuple(x for x in everybody if x != m)
        alone = cooperating["alone_eur"][m]
        known = rest in cost or not rest
        brings = math.fsum([cost.get(rest, 0.0), alone, -cost[everybody]]) if known else None
        saves = alone - shared[m]
        paid = moved[m]
        text = "sharing.why_pays" if paid > 0.005 else "sharing.why_receives" if paid < -0.005 else "sharing.why_even"
        found[m] = {
            "rule": rule,
            "alone_eur": alone,
            "share_eur": shared[m],
            "saves_eur": saves,
            "borne_eur": math.fsum(borne[m].values()),
            "transfer_eur": paid,
            "brings_eur": brings,
            "text": text,
        }
    return found


def borne_by_payer(plan: Plan) -> dict[str, dict[str, float]]:
    """Extra cost against the baseline that each member bears at home by payer, EUR present value.

    The price of missed targets is an account of its own (`missed_target`): it follows each member's own excess over
    its caps, or the joint cap where no member exceeds its own.
    """
    from stadtland.roadmap.plan import baseline_document

    who = payers(plan.case)
    after = attribution.money_by_payer(plan.instance, plan.answer, who)
    before = attribution.money_by_payer(baseline_document(plan.case), plan.baseline, who)
    result: dict[str, dict[str, float]] = {}
    priced = missed_by_member(plan)
    for m in plan.case.ags:
        names = sorted({*after[m], *before[m]})
        result[m] = {k: 1e6 * (after[m].get(k, 0.0) - before[m].get(k, 0.0)) for k in names}
        result[m]["missed_target"] = 1e6 * priced[m]
    return result


def missed_by_member(plan: Plan) -> dict[str, float]:
    """The priced miss of the joint run by member, M EUR: in proportion to each year's excess over the member's caps."""
    import numpy as np

    case, answer, n = plan.case, plan.answer, len(plan.case.years)
    f = (1 + case.partnership.discount_rate) ** -np.arange(n)
    result = dict.fromkeys(case.ags, 0.0)
    bisko = {m: np.asarray(answer["members"][m]["bisko_kt"]) for m in case.ags}
    doc = plan.instance
    if "backstop" not in doc:
        return result
    price = np.asarray(doc["backstop"])
    net = {m: np.asarray(answer["members"][m]["net_kt"]) for m in case.ags}
    partner = {m: net[m] - np.asarray(answer["members"][m]["electricity_credit_kt"]) for m in case.ags}
    gross = {m: np.asarray(answer["members"][m]["gross_kt"]) for m in case.ags}
    amounts = (
        (np.asarray(answer["backstop_kt"]) * price, (("net", net), ("partnership", partner))),
        (np.asarray(answer["slack"]["gross"]) * np.asarray(doc["slack"]["gross"]), (("gross", gross),)),
        (np.asarray(answer["slack"]["bisko"]) * np.asarray(doc["slack"]["gross"]), (("bisko", bisko),)),
    )
    for money, accounts in amounts:
        excess = {m: np.zeros(n) for m in case.ags}
        for kind, values in accounts:
            for m, cap in doc["caps"].get(kind, {}).items():
                excess[m] = np.maximum(excess[m], np.maximum(values[m] - np.asarray(cap), 0.0))
        total = np.sum(list(excess.values()), axis=0)
        for m in case.ags:
            share = np.divide(excess[m], total, out=np.full(n, 1 / len(case.ags)), where=total > 1e-12)
            result[m] += float((f * money * share).sum())
    return result
