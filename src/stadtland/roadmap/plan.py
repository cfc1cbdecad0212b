"""From a case to a solved joint plan with baseline, coalitions and certainty (contracts section 4 and 5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stadtland.base.errors import ComputationError
from stadtland.facts import series

from . import attribution, levers, limits
from .assemble import Options, instance
from .build import build
from .case import Case, caps, computed_livestock
from .lexical import solve_saved
from .loading import load
from .solve import solve

Array = NDArray[np.float64]
SECOND_KEY = {
    "equal_percent": "per_head_convergence",
    "per_head_convergence": "equal_percent",
    "own_target": "equal_percent",
}


@dataclass(frozen=True)
class Plan:
    """A solved plan: documents of the joint run and the baseline, tonnes by measure (kt a year)."""

    case: Case
    instance: dict[str, Any]
    answer: dict[str, Any]
    baseline: dict[str, Any]
    baseline_eur: dict[str, float]
    tonnes: dict[str, Array]
    caps: Mapping[str, Mapping[str, Array]]


def prices(case: Case) -> tuple[float, float, float]:
    """The three backstop prices, EUR/t: given in the file, or the three published climate costs (EUR of 2024)."""
    if case.partnership.backstop_eur_per_t is not None:
        return case.partnership.backstop_eur_per_t
    cost = series.load("climate_cost")
    return cost.at(2024, "low"), cost.at(2024), cost.at(2024, "high")


def options(case: Case, target_key: str, backstop: float) -> Options:
    """Options of a joint run."""
    money = series.in_prices_of(1.0, 2024, case.partnership.price_year)
    given = case.partnership.backstop_eur_per_t is not None
    return Options(
        backstop_eur_per_t=(backstop / money if given else backstop) * case.missed_price,
        discount=case.partnership.discount_rate,
        caps=binding_caps(case, target_key),
        money=money,
    )


def binding_caps(case: Case, target_key: str) -> dict[str, dict[str, Array]]:
    """The caps that bind under the levers of the run, less the margins of a reliability.

    Attainment is always measured against the targets themselves.
    """
    found = _chosen_caps(case, target_key)
    return {
        kind: {a: v - case.margins.get(kind, {}).get(a, 0.0) for a, v in members.items()}
        for kind, members in found.items()
    }


def _chosen_caps(case: Case, target_key: str) -> dict[str, dict[str, Array]]:
    chosen = case.partnership.levers.targets
    found = caps(case, target_key)
    own = {m.ags for m in case.partnership.members if m.target is not None and m.target.kind == "partnership"}
    if chosen == "none":
        return {}
    if chosen == "projection":
        return {"net": projection_caps(case)}
    if chosen == "own":
        mine = {a: v for a, v in found.get("partnership", {}).items() if a in own}
        rest = {k: v for k, v in found.items() if k != "partnership"}
        return rest | ({"partnership": mine} if mine else {})
    return {"partnership": found["partnership"]} if chosen == "joint" else found


def projection_caps(case: Case) -> dict[str, Array]:
    """Net caps on the federal projection under present policy, t a year: inventory value × projected share."""
    national, share = series.load("ghg_national"), series.load("ghg_projection_share")
    year = case.partnership.inventory_year
    start = national.at(year) / national.at(1990)
    known = {year: start, **{y: share.at(y) for y in range(2030, 2046)}}
    ratio = np.interp(case.years, sorted(known), [known[y] for y in sorted(known)]) / start
    result = {}
    for ags in case.ags:
        herd = computed_livestock(case, ags)
        acc = case.accounts[ags]
        result[ags] = ratio * (float(acc["gross_t"]) - herd) + herd + float(acc["lulucf_t"])
    return result


def document(case: Case, opts: Options) -> dict[str, Any]:
    """The instance document of a run, with the levers of the partnership."""
    given = case.partnership.levers
    doc = instance(case.partnership, case.systems, case.outlook, case.offers, case.land_ha, opts)
    doc = levers.document(doc, given)
    doc = limits.document(doc, case, opts)  # after the levers, which may take measures out
    if given.spending_eur is not None and not opts.only_reference:
        doc["spending"] = spending(case, opts, given.spending_eur)
    return doc


def spending(case: Case, opts: Options, eur: float) -> dict[str, float]:
    """Most that each member may spend, M EUR present value: like-for-like replacement plus an equal sum per head.

    A millionth of the like-for-like cost is added, so that a limit of nothing leaves like-for-like replacement
    possible.
    """
    base_doc = document(case, replace(opts, only_reference=True, caps={}))
    paid = attribution.money_by_payer(base_doc, solved(base_doc), payers(case))
    heads = {a: float(case.outlook.heads[a][0]) for a in case.ags}
    total = sum(heads.values())
    spent = {a: sum(v for k, v in parts.items() if k != "uncovered_need") for a, parts in paid.items()}
    return {a: spent[a] * (1 + 1e-6) + eur / 1e6 * heads[a] / total for a in case.ags}


def with_spending(case: Case) -> Case:
    """A limit given as a share of the plan without it, turned into EUR."""
    given = case.partnership.levers
    if given.spending_share is None:
        return case
    free = replace(case, partnership=replace(case.partnership, levers=replace(given, spending_share=None)))
    opts = options(free, case.partnership.target_key, prices(free)[1])
    answer, base = solved(document(free, opts)), solved(baseline_document(free))
    extra = max(0.0, money_of(answer) - money_of(base))
    limited = replace(given, spending_share=None, spending_eur=1e6 * given.spending_share * extra)
    return replace(case, partnership=replace(case.partnership, levers=limited))


def money_of(answer: Mapping[str, Any]) -> float:
    """Cost of a run without the price of what is missed, M EUR present value."""
    missed = ("backstop", "missed", "unserved", "uncovered")
    return float(sum(v for k, v in answer["cost_parts"].items() if k not in missed))


def baseline_document(case: Case) -> dict[str, Any]:
    """The instance of like-for-like replacement: reference technologies only, no caps."""
    opts = options(case, case.partnership.target_key, prices(case)[1])
    return document(case, replace(opts, only_reference=True, caps={}))


def compute(case: Case) -> Plan:
    """Solve the joint plan cold with fixed options, and the baseline of like-for-like replacement."""
    case = with_spending(case)
    key = case.partnership.target_key
    opts = options(case, key, prices(case)[1])
    doc = document(case, opts)
    answer = solved(doc, saved=True)
    base_doc = baseline_document(case)
    base = solved(base_doc)
    by_member = attribution.money_by_payer(base_doc, base, payers(case))
    baseline_eur = {m: 1e6 * sum(parts.values()) for m, parts in by_member.items()}
    return Plan(case, doc, answer, base, baseline_eur, attribution.tonnes(doc, answer), caps(case, key))


def solved(doc: Mapping[str, Any], members: Sequence[str] | None = None, saved: bool = False) -> dict[str, Any]:
    """The answer of an instance; ComputationError if the solver does not finish with an optimum."""
    from .answer import answer

    checked = load(doc)
    programme = build(checked, members)
    solution = solve_saved(programme) if saved else solve(programme)
    if solution.status != "ok":
        raise ComputationError(
            "plan-not-solved",
            f"the programme ended with status {solution.status}: {solution.message}",
            "",
            "check locks and limits in the partnership file; report the written instance if they are in order",
        )
    return answer(checked, solution)


def payers(case: Case) -> dict[str, dict[str, float]]:
    """Who bears the cost at home, by service and measure of every member; a service as its like-for-like technology."""
    found: dict[str, dict[str, float]] = {}
    for ags in case.ags:
        for measure in case.catalogue.values():
            shares = measure.payer.model_dump()
            found[f"{measure.id}@{ags}"] = shares
            if measure.reference and measure.plan.service is not None:
                found[f"{measure.plan.service}@{ags}"] = shares
    return found
