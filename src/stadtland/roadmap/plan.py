"""From a case to a solved joint plan with baseline, coalitions and certainty (contracts section 4 and 5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stadtland.base.errors import ComputationError
from stadtland.facts import series

from . import attribution
from .assemble import Options, instance
from .build import build
from .case import Case, caps
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
        backstop_eur_per_t=backstop / money if given else backstop,
        discount=case.partnership.discount_rate,
        caps=caps(case, target_key),
        money=money,
    )


def document(case: Case, opts: Options) -> dict[str, Any]:
    """The instance document of a run."""
    return instance(case.partnership, case.systems, case.outlook, case.offers, case.land_ha, opts)


def baseline_document(case: Case) -> dict[str, Any]:
    """The instance of like-for-like replacement: reference technologies only, no caps."""
    opts = options(case, case.partnership.target_key, prices(case)[1])
    return document(case, replace(opts, only_reference=True, caps={}))


def compute(case: Case) -> Plan:
    """Solve the joint plan cold with fixed options, and the baseline of like-for-like replacement."""
    key = case.partnership.target_key
    opts = options(case, key, prices(case)[1])
    doc = document(case, opts)
    answer = solved(doc, saved=True)
    base_doc = baseline_document(case)
    base = solved(base_doc)
    by_member = attribution.money_by_payer(base_doc, base, payers(case))
    baseline_eur = {m: 1e6 * sum(parts.values()) for m, parts in by_member.items()}
    return Plan(case, doc, answer, base, baseline_eur, attribution.tonnes(doc, answer), opts.caps)


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
