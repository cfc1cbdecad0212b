"""Together against alone: coalition costs, the gain in parts, shares and transfers from the same programme."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from typing import Any

from stadtland import sharing
from stadtland.base.errors import InputError
from stadtland.roadmap import attribution, runs
from stadtland.roadmap.case import Case
from stadtland.roadmap.plan import SECOND_KEY, Plan, document, options, payers, prices

MAX_EXACT = 8
RULES = ("shapley", "nucleolus", "tau", "proportional", "equal_gain")
DEFAULT_RULE = "shapley"
NO_MONEY = 1e-4  # EUR: differences of equal sums, whose last digits change from run to run


def sets(members: Sequence[str]) -> list[tuple[str, ...]]:
    """All non-empty sets of members, small ones first."""
    return [s for size in range(1, len(members) + 1) for s in combinations(members, size)]


DISCOUNT_RATES = (0.0, 0.015, 0.05)  # sensitivities beside the rate of the plan


def partnership_cost(case: Case, rate: float) -> float:
    """Present value of running the partnership to 2045 (catalogue P01) at a discount rate, EUR."""
    measure = case.catalogue["P01"]
    years = case.partnership.horizon - case.years[0] + 1
    life = measure.parameter("lifetime_years")
    invest, yearly = measure.cost.invest.central, measure.cost.annual.central
    every = int(life.central) if life else years
    again = sum((1 + rate) ** -t for t in range(0, years, every))
    return invest * again + yearly * sum((1 + rate) ** -t for t in range(years))


def _removal_cost(plan: Plan, answer: Mapping[str, Any]) -> float:
    rows = {r["id"] for r in plan.instance["measures"] if "removal" in r}
    return 1e6 * sum(float(answer["measures"][i]["cost"]) for i in rows if i in answer["measures"])


def _parts(plan: Plan, answer: Mapping[str, Any], baseline_eur: float) -> dict[str, float]:
    """Extra cost of a run by part, EUR: they sum to its cost less the baseline."""
    parts = answer["cost_parts"]
    priced = 1e6 * (parts.get("backstop", 0.0) + parts.get("missed", 0.0))
    removals = _removal_cost(plan, answer)
    real = math.fsum([1e6 * answer["cost"], -priced, -removals, -baseline_eur])
    return {"real_cost": real, "cap_trading": priced, "removals": removals, "protection": 0.0}


def cooperation(plan: Plan, jobs: int = 2) -> tuple[dict[str, Any], dict[str, dict[str, float]]]:
    """`cooperation` of results.json (EUR extra cost, present value), and the duals of every member's run alone."""
    case = plan.case
    members = case.ags
    if len(members) > MAX_EXACT:
        raise InputError(
            "members-many",
            f"{len(members)} members are too many for exact coalitions ({MAX_EXACT} at most)",
            "members",
            "plan in groups; sampling and clubs come with the roadmap issue",
        )
    low, mid, high = prices(case)
    key = case.partnership.target_key
    second = SECOND_KEY[key]
    docs = {
        "mid": plan.instance,
        "low": document(case, options(case, key, low)),
        "high": document(case, options(case, key, high)),
        "second": document(case, options(case, second, mid)),
    }
    plain = options(case, key, mid)
    by_rate = {f"rate_{rate:g}": rate for rate in DISCOUNT_RATES if rate != case.partnership.discount_rate}
    docs |= {name: document(case, replace(plain, discount=rate)) for name, rate in by_rate.items()}
    tasks = [("mid", s) for s in sets(members)] + [("second", s) for s in sets(members)]
    ends = [(m,) for m in members] + [members]
    tasks += [(d, s) for d in ("low", "high", *by_rate) for s in ends]
    wanted = {(d, s) for d in ("low", "mid", "high") for s in ends}
    found = runs.run(docs, [(d, s, (d, s) in wanted) for d, s in tasks], jobs)
    base = plan.baseline_eur

    def above_baseline(doc: str, s: Sequence[str]) -> float:
        return math.fsum([1e6 * found[doc, tuple(s)]["cost"], *(-base[m] for m in s)])

    several = len(members) > 1
    running = partnership_cost(case, case.partnership.discount_rate) if several else 0.0
    by_backstop = []
    for name, price in (("low", low), ("mid", mid), ("high", high)):
        alone = {m: _parts(plan, found[name, (m,)]["answer"], base[m]) for m in members}
        together = _parts(plan, found[name, members]["answer"], sum(base.values()))
        gain = sharing.gain_parts(alone, together, running)
        by_backstop.append(
            {
                "eur_per_t": price,
                "gain_eur": gain["gain_eur"],
                "gain_net_eur": gain["gain_net_eur"],
                "gain_parts": {f"{k}_eur": v if abs(v) >= NO_MONEY else 0.0 for k, v in gain["parts"].items()},
                "gain_percent": gain["gain_percent"],
                "text": gain["text"],
                "alone_eur": {m: above_baseline(name, (m,)) for m in members},
                "together_eur": above_baseline(name, members),
                "alone_priced_eur": {m: alone[m]["cap_trading"] for m in members},
                "together_priced_eur": together["cap_trading"],
            }
        )
    middle = by_backstop[1]
    duals = {m: found["mid", (m,)]["answer"]["duals"] for m in members}
    return {
        "alone_eur": middle["alone_eur"],
        "together_eur": middle["together_eur"],
        "alone_real_eur": {m: middle["alone_eur"][m] - middle["alone_priced_eur"][m] for m in members},
        "together_real_eur": middle["together_eur"] - middle["together_priced_eur"],
        "alone_priced_eur": middle["alone_priced_eur"],
        "together_priced_eur": middle["together_priced_eur"],
        "gain_eur": middle["gain_eur"],
        "gain_net_eur": middle["gain_net_eur"],
        "gain_text": middle["text"],
        "partnership_cost_eur": running,
        "by_backstop": by_backstop,
        "coalitions": [{"members": list(s), "cost_eur": above_baseline("mid", s)} for s in sets(members)],
        "second_key": {
            "target_key": second,
            "coalitions": [{"members": list(s), "cost_eur": above_baseline("second", s)} for s in sets(members)],
        },
        "target_key": key,
        "gain_parts": middle["gain_parts"],
        "by_target_key": [
            _key_row(key, {m: above_baseline("mid", (m,)) for m in members}, above_baseline("mid", members), running),
            _key_row(
                second, {m: above_baseline("second", (m,)) for m in members}, above_baseline("second", members), running
            ),
        ],
        "by_discount": [
            _rate_row(rate, found, name, members, partnership_cost(case, rate) if several else 0.0)
            for name, rate in by_rate.items()
        ],
        "alone_assumption": "others_do_nothing",
    }, duals


def _rate_row(
    rate: float, found: Mapping[Any, Any], name: str, members: Sequence[str], running: float
) -> dict[str, float]:
    """Gain at another discount rate; what all would spend anyway cancels out."""
    alone = [1e6 * found[name, (m,)]["cost"] for m in members]
    gain = math.fsum([*alone, -1e6 * found[name, tuple(members)]["cost"]])
    return {"discount_rate": rate, "gain_eur": gain, "gain_net_eur": gain - running}


def _key_row(key: str, alone: Mapping[str, float], together: float, running: float) -> dict[str, Any]:
    gain = math.fsum([*alone.values(), -together])
    return {
        "key": key,
        "gain_eur": gain,
        "gain_net_eur": gain - running,
        "alone_eur": dict(alone),
        "together_eur": together,
    }


def _game(rows: Sequence[Mapping[str, Any]], members: Sequence[str]) -> dict[str, Any]:
    return {
        "kind": "cost",
        "players": list(members),
        "values": {",".join(r["members"]): r["cost_eur"] for r in rows},
    }


def shares(plan: Plan, cooperating: Mapping[str, Any], owen: Mapping[str, Any]) -> dict[str, Any]:
    """`shares`, `transfers`, `borne_eur` of results.json: rules on extra cost, EUR present value."""
    case = plan.case
    members = case.ags
    game = _game(cooperating["coalitions"], members)
    answer = sharing.solve_game(game)
    named = {r: answer["rules"][r]["values"] for r in RULES if answer["rules"][r]["values"] is not None}
    base = plan.baseline_eur
    named_owen = {m: 1e6 * owen["owen"][m] - base[m] for m in members}
    interval = {m: [1e6 * v - base[m] for v in owen["owen_interval"][m]] for m in members}
    core = _projected(game, named["shapley"])
    result: dict[str, Any] = {**named, "owen": named_owen}
    if core is not None:
        result["shapley_core"] = core
    default = "shapley_core" if core is not None else DEFAULT_RULE
    second = sharing.solve_game(_game(cooperating["second_key"]["coalitions"], members))
    borne = borne_by_payer(plan)
    home = {m: math.fsum(v for v in parts.values()) for m, parts in borne.items()}
    together = cooperating["together_eur"]
    gap = together - math.fsum(home.values())
    moved = {}
    for rule, values in result.items():
        if rule != "owen":  # one optimal dual among others, never used for transfers unless unique
            moved[rule] = sharing.transfers(_closed(home, gap), _closed(values, together - math.fsum(values.values())))
    return {
        "shares": {
            **result,
            "owen_interval": interval,
            "owen_unique": owen["owen_unique"],
            "core": {
                "empty": answer["core_empty"],
                "corridor": answer["corridor"],
                "least_core_eps": answer["least_core_eps"],
            },
            "in_core": {r: answer["rules"][r].get("in_core") for r in named},
            "default_rule": default,
            "second_key": {
                "target_key": cooperating["second_key"]["target_key"],
                **{r: second["rules"][r]["values"] for r in RULES if second["rules"][r]["values"] is not None},
                "core": {"empty": second["core_empty"], "corridor": second["corridor"]},
            },
        },
        "transfers": moved,
        "borne_eur": borne,
        "exit": [
            {"members": e["members"], "loses_eur": e["loss"], "text": e["text"]}
            for e in sharing.exit_test(game["values"], result[default])
        ],
    }


def _projected(game: Mapping[str, Any], values: Mapping[str, float]) -> dict[str, float] | None:
    """The point of the core nearest to the given cost shares; None if the core is empty."""
    import numpy as np

    loaded = sharing.load(game)
    found = sharing.rules.project_core(-loaded.values, -np.array([values[p] for p in loaded.players]))
    return None if found is None else {p: float(-v) for p, v in zip(loaded.players, found, strict=True)}


def _closed(values: Mapping[str, float], gap: float) -> dict[str, float]:
    """Values with rounding noise put on the largest, so that sums close."""
    result = dict(values)
    largest = max(result, key=lambda k: (abs(result[k]), k))
    result[largest] += gap
    return result


def borne_by_payer(plan: Plan) -> dict[str, dict[str, float]]:
    """Extra cost against the baseline that each member bears at home by payer, EUR present value.

    The price of missed targets is an account of its own (`missed_target`): it follows each member's own excess over
    its caps, or the joint cap where no member exceeds its own.
    """
    who = payers(plan.case)
    after = attribution.money_by_payer(plan.instance, plan.answer, who)
    from stadtland.roadmap.plan import baseline_document

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
