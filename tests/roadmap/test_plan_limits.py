"""Needs, limits and regional demands of a partnership file: strict, neutral when absent, in the plan when entered."""
# ruff: noqa: E501 (tables of cases)

from __future__ import annotations

import tomllib

import numpy as np
import pytest

from stadtland.base import content
from stadtland.base.errors import InputError
from stadtland.roadmap import attribution, limits, partnership, plan
from stadtland.roadmap.case import gather

NAME = "leipzig-wurzener-land"
ENTERED = """
[need.14729380.heavy_rain]
indicator = "storage"
value = 50000
unit = "m3"
source = "example"
data_quality = "C"
worth_eur_a = 4000000

[upstream.storage.14729380]
14729245 = 0.3

[need.14713000.heat]
indicator = "heat_deaths"
value = 0.15
unit = "1"
source = "example"
data_quality = "C"
worth_eur_a = 2000000

[limits.labour.heating]
pool = { "14713000" = 20, "14729410" = 5 }
measures = { B01 = 0.02, B11 = 0.1 }
source = "example"

[limits.municipal_budget]
limit_eur = { "14729410" = 200000 }
source = "example"

[limits.food_floor]
share = { "14729380" = 0.01 }
source = "example"

[limits.carbon_budget.14729410]
value_t = 1500000
source = "example"

[regional.compensation]
unit = "ha"
price_eur = 3000
demand = { "14713000" = 40 }
delivers = { A01 = 0.5 }
source = "example"
"""


def table(more: str = "") -> dict:
    text = content.path("partnerships", f"{NAME}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text + more)


def entered(more: str = ENTERED) -> partnership.Partnership:
    found = table(more)
    found.setdefault("measures", {})["include_evidence_c"] = True
    return partnership.parse(found)


@pytest.fixture(scope="module")
def solved():
    case = gather(entered())
    opts = plan.options(case, case.partnership.target_key, plan.prices(case)[1])
    doc = plan.document(case, opts)
    return case, doc, plan.solved(doc)


def test_nothing_entered_changes_nothing() -> None:
    case = gather(partnership.parse(table()))
    assert case.partnership.limits == limits.NONE and case.partnership.limits.told() == {}
    opts = plan.options(case, case.partnership.target_key, plan.prices(case)[1])
    doc = plan.document(case, opts)
    assert limits.document(doc, case, opts) is doc
    for key in ("labour", "municipal_budget", "adaptation", "regional_demands", "conversion_cap"):
        assert key not in doc
    assert limits.results(case, doc, {}, 20) == {}


def test_everything_entered_is_in_the_plan_and_checked(solved) -> None:
    case, doc, answer = solved
    assert [c for c in answer["checks"] if not c["passed"]] == []
    names = {c["name"] for c in answer["checks"]}
    assert {"labour", "municipal_budget", "adaptation", "regional_demands"} <= names
    assert answer["core_guaranteed"]
    told = limits.results(case, doc, answer, 20)
    assert set(told) == {"labour", "municipal_budget", "adaptation", "regional", "food_floor", "carbon_budget"}
    assert max(told["labour"]["heating"]["used_fte"]) <= 25 + 1e-6
    assert max(told["municipal_budget"]["14729410"]["used_eur"]) <= 200_000 + 1
    assert told["municipal_budget"]["14729410"]["worth_of_a_tenth_eur"] > 0
    floor = told["food_floor"]["14729380"]
    assert floor["used_ha"] <= floor["most_ha"] * (1 + 1e-9) and set(told["food_floor"]) == {"14729380"}


def test_worth_of_a_tenth_is_what_a_resolve_saves(solved) -> None:
    """Convex cost: a tenth more money saves at most its price, a tenth less costs at least as much."""
    case, doc, answer = solved
    price = limits.results(case, doc, answer, 20)["municipal_budget"]["14729410"]["worth_of_a_tenth_eur"]

    def moved(factor: float) -> float:
        limit = {"14729410": 0.2 * factor}
        changed = {**doc, "municipal_budget": {**doc["municipal_budget"], "limit": limit}}
        return 1e6 * (plan.solved(changed)["cost"] - answer["cost"])

    assert -price * (1 + 1e-6) <= moved(1.1) <= 1 and moved(0.9) >= price * (1 - 1e-6)


def test_need_of_storage_is_covered_and_upstream_counts(solved) -> None:
    case, doc, answer = solved
    told = limits.results(case, doc, answer, 20)["adaptation"]
    rain, heat = told["14729380"]["heavy_rain"], told["14713000"]["heat"]
    covered = np.add(rain["own"], rain["arriving"]) + rain["uncovered"]
    assert np.all(covered >= 50000 - 1e-3)
    # 4 M EUR a year for 50,000 m³ is 80 EUR a year and m³: more than the dearest storage costs, so it is built
    assert rain["coverage"][-1] == pytest.approx(1.0, abs=1e-6)
    assert min(rain["coverage"][:3]) < 1
    # a reduction of 15 % counts −ln 0.85 and needs nothing of another member
    assert heat["own"][-1] + heat["uncovered"][-1] >= -np.log(0.85) - 1e-9 and max(heat["arriving"]) == 0


def test_money_by_payer_closes_with_uncovered_need_and_regional_demand(solved) -> None:
    case, doc, answer = solved
    paid = attribution.money_by_payer(doc, answer, plan.payers(case))
    parts = answer["cost_parts"]
    total = answer["cost"] - parts["backstop"] - parts["missed"]
    assert sum(v for p in paid.values() for v in p.values()) == pytest.approx(total, rel=1e-8)
    assert paid["14729380"]["uncovered_need"] == pytest.approx(answer["adaptation"]["heavy_rain@14729380"]["cost"])


def test_baseline_covers_nothing_and_pays_for_it() -> None:
    case = gather(entered())
    base = plan.solved(plan.baseline_document(case))
    years = 30
    discounted = sum(1.03**-t for t in range(years))
    assert base["adaptation"]["heavy_rain@14729380"]["cost"] == pytest.approx(4.0 * discounted, rel=1e-9)


def test_whole_turbines_have_a_stated_gap() -> None:
    from stadtland.roadmap.build import build
    from stadtland.roadmap.loading import load
    from stadtland.roadmap.lumpy import polish
    from stadtland.roadmap.solve import solve

    case = gather(entered("\n[limits.lumps]\nE03 = 10\n"))
    opts = plan.options(case, case.partnership.target_key, plan.prices(case)[1])
    instance = load(plan.document(case, opts))
    found = polish(instance, solve(build(instance)))
    assert found["status"] == "ok" and found["gap"] <= 1e-3 and found["extra_share"] >= -1e-9
    assert found["objects"] and all(c["passed"] for c in found["checks"])
    assert all(
        u == pytest.approx(10 * k)
        for i in found["units"]
        for u, k in zip(found["units"][i], found["objects"][i], strict=True)
    )


def test_limits_hold_under_every_scenario() -> None:
    """What a scenario takes out is no longer named by the limits; the document is always readable."""
    from stadtland.roadmap import scenario
    from stadtland.roadmap.loading import load

    given = entered()
    for name in ("anyway", "current-programmes", "limited-land", "evidence-ab"):
        case = gather(scenario.apply(given, scenario.load(name, set(given.ags))))
        opts = plan.options(case, case.partnership.target_key, plan.prices(case)[1])
        doc = plan.document(case, opts)
        load(doc)
        assert len(doc["adaptation"]) == 2 and doc["labour"]["heating"]


WRONG = {
    "limit-source": '\n[limits.food_floor]\nshare = 0.1\nsource = " "\n',
    "key-unknown": "\n[limits.labor]\nx = 1\n",
    "ags-not-member": '\n[limits.municipal_budget]\nlimit_eur = { "14612000" = 1 }\nsource = "x"\n',
    "upstream-self": '\n[upstream.storage.14729380]\n14729380 = 0.3\n',
    "bool-kind": '\n[limits.municipal_budget]\nlimit_eur = {}\npooled = 1\nsource = "x"\n',
    "measure-unknown": "\n[limits.lumps]\nE99 = 2\n",
    "need-indicator": '\n[need.14713000.heat]\nindicator = "storage"\nvalue = 1\nunit = "m3"\nsource = "x"\ndata_quality = "B"\nworth_eur_a = 1\n',
    "upstream-share": ENTERED.replace("upstream.storage", "upstream.heat_deaths"),
}  # fmt: skip


@pytest.mark.parametrize("code", WRONG)
def test_wrong_entries(code: str) -> None:
    with pytest.raises(InputError) as caught:
        gather(entered(WRONG[code]))
    assert caught.value.code == code and caught.value.cure


@pytest.mark.parametrize("value", ["-1", "nan", "inf", '"x"'])
def test_numbers_that_are_none(value: str) -> None:
    with pytest.raises(InputError):
        entered(f'\n[limits.carbon_budget.14729410]\nvalue_t = 1\nuntil = {value}\nsource = "x"\n')
    with pytest.raises(InputError):
        entered(f'\n[limits.food_floor]\nshare = {value}\nsource = "x"\n')
