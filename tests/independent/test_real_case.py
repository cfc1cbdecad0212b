"""The reference partnership solved a second time: another formulation, another solver (GLOP), the same cost."""

from __future__ import annotations

import pytest
from roadmap_second import cost

from stadtland.roadmap import partnership, plan
from stadtland.roadmap.build import build
from stadtland.roadmap.case import gather
from stadtland.roadmap.loading import load
from stadtland.roadmap.solve import solve


@pytest.fixture(scope="module")
def document():
    case = gather(partnership.load("leipzig-wurzener-land"))
    return plan.document(case, plan.options(case, case.partnership.target_key, plan.prices(case)[1]))


@pytest.mark.parametrize(
    "members",
    [["14729245"], ["14729380", "14729030"], ["14713000", "14729380", "14729030", "14729245", "14729410"]],
)
def test_the_second_formulation_agrees_on_the_real_case(document, members):
    ours = solve(build(load(document), members)).cost
    assert cost(document, members) == pytest.approx(ours, rel=1e-7)


ENTERED = {
    "need": {"14729380": {"heavy_rain": {"indicator": "storage", "value": 50000, "unit": "m3", "source": "example",
                                         "data_quality": "C", "worth_eur_a": 4e6}}},
    "upstream": {"storage": {"14729380": {"14729245": 0.3}}},
    "limits": {
        "labour": {"heating": {"pool": {"14729380": 0.2, "14729245": 0.3}, "measures": {"B01": 0.02}, "source": "x"}},
        "municipal_budget": {"limit_eur": {"14729380": 50000.0}, "pooled": False, "source": "x"},
        "food_floor": {"share": 0.01, "source": "x"},
        "carbon_budget": {"14729245": {"value_t": 300000, "source": "x"}},
    },
    "regional": {"comp": {"unit": "ha", "price_eur": 3000.0, "demand": {"14729245": 10.0}, "delivers": {"A01": 0.5},
                          "source": "x"}},
}  # fmt: skip


def test_the_second_formulation_agrees_with_everything_entered():
    """Needs, upstream shares, labour, municipal money, food floor, carbon budget, regional demand of two villages."""
    from dataclasses import replace

    from stadtland.roadmap import limits

    given = partnership.load("leipzig-wurzener-land")
    entered = limits.parse(ENTERED, "test", set(given.ags))
    case = gather(replace(given, limits=entered, include_evidence_c=True))
    document = plan.document(case, plan.options(case, given.target_key, plan.prices(case)[1]))
    members = ["14729380", "14729245"]
    solution = solve(build(load(document), members))
    assert cost(document, members) == pytest.approx(solution.cost, rel=1e-7)
    free = plan.document(
        gather(replace(given, include_evidence_c=True)), plan.options(case, given.target_key, plan.prices(case)[1])
    )
    assert solve(build(load(free), members)).cost < solution.cost
