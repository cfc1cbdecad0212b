"""Plans made for a reliability: caps with a margin from one set of draws, tested on another.

Margin of a target in a year: the quantile p of (draw − plan) of account less cap, never below zero; the plan is
solved with caps lowered by the margins, and the margins are taken again from the new plan (its draws differ), at most
three times. The draws that test it have another seed. Where a target could be met but a missed tonne is cheaper, the
price of missed tonnes is raised (factor 2 to 16) to the least at which all targets are met that are met at 16. A
target that cannot be reached stays unreliable: then the account that is kept with probability p is the statement
(`value_at_p_t`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stadtland.base.errors import InputError

from . import certainty, spread
from .assemble import HORIZON
from .case import Case
from .plan import Plan, compute, money_of

Array = NDArray[np.float64]
Sigmas = Mapping[str, Mapping[str, float]]
KT = 1e3
ROUNDS = 3
SETTLED_KT = 0.05  # margins that move less are settled
NEAR = 0.01  # two standard errors of 10,000 draws
FACTORS = (2.0, 4.0, 8.0, 16.0)  # on the price of missed tonnes, where it alone keeps a target from being met
MADE = 7919  # added to the seed of the draws that a plan is made with


def check(reliability: float) -> float:
    """The reliability as a share; InputError `reliability-range` outside 0.5 to 0.99."""
    if not 0.5 <= reliability <= 0.99:
        raise InputError(
            "reliability-range",
            f"{reliability:g} is no reliability to plan for",
            "--reliability",
            "use 0.5, 0.8 or 0.9",
        )
    return reliability


def target_draws(plan: Plan, sigmas: Sigmas, seed: int, count: int) -> dict[str, tuple[Array, Array]]:
    """By member and `joint`: (account, cap) of every draw and year, kt, on the fixed plan."""
    case = plan.case
    parts = spread.components(case, plan.instance, plan.answer, plan.tonnes, sigmas)
    up, down = certainty.weights(parts, certainty.factors(parts, count, seed))

    def draws(i: int, account: int, planned: Array) -> Array:
        return certainty.simulate(planned, parts, (i, account), up, down)

    found: dict[str, tuple[Array, Array]] = {}
    joint: tuple[Array, Array] = (np.zeros(1), np.zeros(1))
    for i, member in enumerate(case.partnership.members):
        kind, planned = paths(plan, member.ags)
        column = ("bisko_gross", "gross", "net", "partnership").index(kind)
        cap = draws(i, 4, case.own_caps[member.ags] / KT)
        found[member.ags] = (draws(i, column, planned[kind]), cap)
        mine = draws(i, 3, planned["partnership"])
        joint = (joint[0] + mine, joint[1] + draws(i, 5, plan.caps["partnership"][member.ags] / KT))
    found["joint"] = joint
    return found


def paths(plan: Plan, ags: str) -> tuple[str, dict[str, Array]]:
    """(kind of the member's target, planned accounts by kind, kt)."""
    member = next(m for m in plan.case.partnership.members if m.ags == ags)
    account = plan.answer["members"][ags]
    net = np.asarray(account["net_kt"])
    return "net" if member.target is None else member.target.kind, {
        "bisko_gross": np.asarray(account["bisko_kt"]),
        "gross": np.asarray(account["gross_kt"]),
        "net": net,
        "partnership": net - np.asarray(account["electricity_credit_kt"]),
    }


def target_year(case: Case, who: str) -> int:
    """Year of a member's target or of the joint one."""
    if who == "joint":
        return HORIZON if case.partnership.target is None else case.partnership.target.year
    target = next(m for m in case.partnership.members if m.ags == who).target
    return HORIZON if target is None else target.year


def planned_gap(plan: Plan, who: str) -> Array:
    """Planned account less cap, kt by year."""
    case = plan.case
    if who == "joint":
        return np.asarray(sum(paths(plan, a)[1]["partnership"] - plan.caps["partnership"][a] / KT for a in case.ags))
    kind, planned = paths(plan, who)
    return np.asarray(planned[kind] - case.own_caps[who] / KT)


def margins(plan: Plan, sigmas: Sigmas, reliability: float, seed: int, count: int) -> dict[str, Array]:
    """By member and joint, kt a year ≥ 0."""
    found = {}
    for who, (account, cap) in target_draws(plan, sigmas, seed, count).items():
        moved = account - cap - planned_gap(plan, who)
        found[who] = np.maximum(np.quantile(moved, reliability, axis=0), 0.0)
    return found


def as_caps(case: Case, by_target: Mapping[str, Array]) -> dict[str, dict[str, Array]]:
    """Margins by kind of cap and member, t: a member's on its own kind, the joint one shared by inventory values."""
    found: dict[str, dict[str, Array]] = {}
    gross = {a: float(case.accounts[a]["gross_t"]) for a in case.ags}
    whole = sum(gross.values())
    for member in case.partnership.members:
        kind = "net" if member.target is None else member.target.kind
        kind = {"bisko_gross": "bisko"}.get(kind, kind)
        found.setdefault(kind, {})[member.ags] = by_target[member.ags] * KT
        if kind != "partnership":
            found.setdefault("partnership", {})[member.ags] = by_target["joint"] * KT * gross[member.ags] / whole
    return found


def plan_for(case: Case, reliability: float, sigmas: Sigmas) -> tuple[Plan, dict[str, Any]]:
    """(plan, report) made for a reliability; the plan's case holds the margins, so that coalitions have them too.

    Report: {reliability, draws, seed_made, seed_tested, rounds, missed_price_factor, extra_meur (more than the plan
    without margins, no price of missed targets), targets{who: {year, made, tested, without, margin_t, value_t,
    value_at_p_t, cap_t}}}. `made`: share of the draws it was made with that keep the cap in the target year;
    `tested`: of other draws; `without`: of other draws, the plan without margins.
    """
    check(reliability)
    table = certainty.settings()
    seed, count = int(table["seed"]["value"]), int(table["draws"]["value"])
    first = compute(case)

    def made(factor: float) -> tuple[Plan, dict[str, Array], int]:
        return _settled(first, factor, reliability, sigmas, seed + MADE, count)

    plan, margin, rounds = made(1.0)
    kept = _kept(plan, margin)
    if len(kept) < len(margin):
        top = made(FACTORS[-1])
        aim = _kept(top[0], top[1])
        if len(aim) > len(kept):
            for factor in FACTORS:
                plan, margin, rounds = top if factor == FACTORS[-1] else made(factor)
                if _kept(plan, margin) >= aim:
                    break
    report = {
        "reliability": reliability,
        "draws": count,
        "seed_made": seed + MADE,
        "seed_tested": seed,
        "rounds": rounds,
        "missed_price_factor": plan.case.missed_price,
        "extra_meur": money_of(plan.answer) - money_of(first.answer),
        "targets": tested(plan, first, sigmas, reliability, margin, seed, count),
        "margins_t": {
            kind: {a: [float(v) for v in values] for a, values in members.items()}
            for kind, members in plan.case.margins.items()
        },
    }
    return plan, report


def _settled(
    first: Plan, factor: float, reliability: float, sigmas: Sigmas, seed: int, count: int
) -> tuple[Plan, dict[str, Array], int]:
    """A plan and margins that fit each other, at a factor on the price of missed tonnes."""
    plan, old, rounds = first, {who: np.zeros(1) for who in (*first.case.ags, "joint")}, 0
    for _ in range(ROUNDS):
        new = margins(plan, sigmas, reliability, seed, count)
        if rounds and max(float(np.max(np.abs(new[w] - old[w]))) for w in new) < SETTLED_KT:
            break
        rounds += 1
        plan = compute(replace(first.case, margins=as_caps(first.case, new), missed_price=factor))
        old = new
    return plan, old, rounds


def _kept(plan: Plan, margin: Mapping[str, Array]) -> set[str]:
    """Targets whose account keeps cap and margin in the target year, within 0.5 % of the margin or 0.05 kt."""
    found = set()
    for who, kt in margin.items():
        at = target_year(plan.case, who) - plan.case.years[0]
        if planned_gap(plan, who)[at] <= -kt[at] + max(SETTLED_KT, 0.005 * kt[at]):
            found.add(who)
    return found


def tested(
    plan: Plan, first: Plan, sigmas: Sigmas, p: float, margin: Mapping[str, Array], seed: int, count: int
) -> dict[str, dict[str, Any]]:
    """The targets of a plan on draws it was not made with."""
    fresh = target_draws(plan, sigmas, seed, count)
    same = target_draws(plan, sigmas, seed + MADE, count)
    plain = target_draws(first, sigmas, seed, count)
    found = {}
    for who, (account, cap) in fresh.items():
        year = target_year(plan.case, who)
        at = year - plan.case.years[0]

        def share(pair: tuple[Array, Array], at: int = at) -> float:
            return float(np.mean(pair[0][:, at] <= pair[1][:, at] + 1e-9))

        found[who] = {
            "year": year,
            "made": share(same[who]),
            "tested": share((account, cap)),
            "without": share(plain[who]),
            "margin_t": float(margin[who][at]) * KT,
            "value_at_p_t": float(np.quantile(account[:, at], p)) * KT,
            "cap_t": float(np.median(cap[:, at])) * KT,
            "reached": share((account, cap)) >= p - NEAR,
        }
    return found
