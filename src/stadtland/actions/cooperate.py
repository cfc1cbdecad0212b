"""Together against alone: coalition costs, the gain in parts, shares and transfers from the same programme."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from typing import Any

from stadtland import sharing
from stadtland.base.errors import InputError
from stadtland.roadmap import runs
from stadtland.roadmap.case import Case
from stadtland.roadmap.plan import SECOND_KEY, Plan, document, options, prices

MAX_EXACT = 8  # members of which all coalitions are solved without asking
MOST_EXACT = 12  # with --exact
MOST_CLUBS = 7
NO_MONEY = 1e-4  # EUR: differences of equal sums, whose last digits change from run to run


def sets(members: Sequence[Any]) -> list[tuple[Any, ...]]:
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
    before = [a["cost"] for k, a in plan.baseline.get("adaptation", {}).items() if k in answer["adaptation"]]
    protection = 1e6 * (parts.get("uncovered", 0.0) - math.fsum(before))
    real = math.fsum([1e6 * answer["cost"], -priced, -removals, -protection, -baseline_eur])
    return {"real_cost": real, "cap_trading": priced, "removals": removals, "protection": protection}


def players(case: Case, exact: bool = False) -> list[tuple[str, ...]]:
    """Who plays: every member, or beyond eight members clubs of similar villages (`exact`: every member, up to twelve).

    InputError `members-many` for an exact game of more than twelve.
    """
    members = case.ags
    if len(members) <= (MOST_EXACT if exact else MAX_EXACT):
        return [(m,) for m in members]
    if exact:
        raise InputError(
            "members-many",
            f"{len(members)} members are too many for exact coalitions ({MOST_EXACT} at most)",
            "members",
            "leave --exact out: similar villages then act as clubs",
        )
    cities = [m.ags for m in case.partnership.members if m.role == "city"]
    return sharing.clubs.clubs(_features(case), cities, max(MOST_CLUBS, len(cities) + 1))


def _features(case: Case) -> dict[str, list[float]]:
    """What makes villages alike: size, emissions and land per head."""
    found = {}
    for a in case.ags:
        heads = max(1.0, float(case.outlook.heads[a][0]))
        land = [case.land_ha[a][c] / heads for c in ("arable", "grassland", "forest")]
        found[a] = [math.log(heads), float(case.accounts[a]["gross_t"]) / heads, *land]
    return found


def unions(groups: Sequence[tuple[str, ...]], members: Sequence[str]) -> list[tuple[str, ...]]:
    """All coalitions of groups as sets of members in the order of the partnership, small ones first."""
    place = {m: i for i, m in enumerate(members)}
    names = list(range(len(groups)))
    return [tuple(sorted((m for g in s for m in groups[g]), key=lambda m: place[m])) for s in sets(names)]


def cooperation(
    plan: Plan, jobs: int = 2, exact: bool = False, progress: Callable[[int, int], None] | None = None
) -> tuple[dict[str, Any], dict[str, dict[str, float]]]:
    """`cooperation` of results.json (EUR extra cost, present value), and the duals of every member's run alone.

    Beyond eight members the coalitions are those of clubs of similar villages (`clubs` names them), unless `exact`.
    """
    case = plan.case
    members = case.ags
    groups = players(case, exact)
    chosen = unions(groups, members)
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
    tasks = [("mid", s) for s in chosen] + [("second", s) for s in chosen]
    tasks += [(d, (m,)) for d in ("mid", "second") for m in members if (m,) not in chosen]
    ends = [(m,) for m in members] + [members]
    tasks += [(d, s) for d in ("low", "high", *by_rate) for s in ends]
    wanted = {(d, s) for d in ("low", "mid", "high") for s in ends}
    found = runs.run(docs, [(d, s, (d, s) in wanted) for d, s in tasks], jobs, progress)
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
        "coalitions": [{"members": list(s), "cost_eur": above_baseline("mid", s)} for s in chosen],
        "second_key": {
            "target_key": second,
            "coalitions": [{"members": list(s), "cost_eur": above_baseline("second", s)} for s in chosen],
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
        "clubs": [list(g) for g in groups] if len(groups) < len(members) else None,
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
