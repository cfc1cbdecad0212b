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
