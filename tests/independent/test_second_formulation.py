"""The programme against a second formulation (other variables, other solver) on random instances and coalitions."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from roadmap_random import draw
from roadmap_second import cost

from stadtland.base.errors import InputError
from stadtland.roadmap.answer import answer
from stadtland.roadmap.build import build
from stadtland.roadmap.coalitions import subsets
from stadtland.roadmap.loading import load
from stadtland.roadmap.solve import solve


def product_cost(doc, members=None) -> float:
    solution = solve(build(load(doc), members))
    assert solution.status == "ok", solution.message
    return solution.cost


def test_rest_bisko_may_not_matter_but_all_kinds_occur() -> None:
    """The generator reaches every class, cap, ramp and kernel, so that the comparison below means something."""
    docs = [draw(seed) for seed in range(300)]
    measures = [m for d in docs for m in d["measures"]]
    assert {m["class"] for m in measures} == {"supply", "process", "land", "removal", "adaptation"}
    assert {k for d in docs for k in d.get("caps", {})} == {"net", "gross", "bisko", "partnership", "cumulative"}
    assert any(isinstance(m.get("ramp"), dict) and m.get("lifetime", 99) < 4 for m in measures)
    for key in ("share_of_rest", "demand_side", "uses", "lock", "line", "reference", "removal", "electricity"):
        assert sum(key in m for m in measures) > 10, key
    for key in ("labour", "public_share", "cover", "delivers", "layer", "land_to", "learning", "reversal"):
        assert sum(key in m for m in measures) > 10, key
    services = [s for d in docs for s in d["services"]]
    for key in ("slices", "loss"):
        assert sum(key in s for s in services) > 10, key
    for key in ("write_off", "final"):
        assert sum(key in s.get("legacy", {}) for s in services) > 10, key


@settings(max_examples=120, deadline=None)
@given(st.integers(0, 2**31))
def test_same_cost_on_random_instances(seed: int) -> None:
    doc = draw(seed)
    try:
        load(doc)
    except InputError as error:
        assert error.code == "lock-conflict"
        with pytest.raises(ValueError, match="no optimum"):
            cost(doc)
        return
    assert product_cost(doc) == pytest.approx(cost(doc), rel=1e-6, abs=1e-6)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**31))
def test_same_cost_of_every_coalition(seed: int) -> None:
    doc = draw(seed, members=3, locks=False)
    for members in subsets(tuple(doc["members"])):
        assert product_cost(doc, members) == pytest.approx(cost(doc, list(members)), rel=1e-6, abs=1e-6)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**31))
def test_checker_passes_every_optimum(seed: int) -> None:
    doc = draw(seed, locks=False)
    result = answer(load(doc), solve(build(load(doc))))
    failed = [c for c in result["checks"] if not c["passed"] and c["name"] != "unserved"]
    assert failed == []
