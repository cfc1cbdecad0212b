"""The plan of the reference partnership: anchor, closure, independence of runs, seeded changes."""

from __future__ import annotations

import copy
from dataclasses import replace

import numpy as np
import pytest

from stadtland.base import content, toml
from stadtland.base.errors import InputError
from stadtland.roadmap import attribution, blocks, own_figures, plan, spread, system
from stadtland.roadmap import partnership as files
from stadtland.roadmap.anyway import ORDER, frozen, wedges
from stadtland.roadmap.case import caps, gather

TABLE = toml.read(content.path("partnerships", "leipzig-wurzener-land.toml"))


@pytest.fixture(scope="module")
def case():
    return gather(files.load("leipzig-wurzener-land"))


@pytest.fixture(scope="module")
def solved(case):
    return plan.compute(case)


def test_every_inventory_line_has_exactly_one_home(case):
    for ags, found in case.blocks.items():
        lines = [line for block in found for line in block.lines]
        assert sorted(lines) == sorted(case.inventory.lines), ags


def test_anchor_line_by_line(case):
    """All measures off, base-year demand and factors: the inventory of the base year, line by line."""
    column = {a: i for i, a in enumerate(case.inventory.ags)}
    inventory = np.nan_to_num(np.asarray(case.inventory.t_co2e))
    for ags, found in case.blocks.items():
        rebuilt = blocks.reassembled(found)
        for row, line in enumerate(case.inventory.lines):
            assert rebuilt[line] == pytest.approx(inventory[row, column[ags]], rel=1e-9, abs=1e-6), (ags, line)


def test_anchor_of_the_reference_system(case):
    base = spread.outlook_at_base(case)
    for ags in case.ags:
        found = system.reference_t(system.system(ags, case.blocks[ags], base, case.like), base)[0]
        assert found == pytest.approx(case.accounts[ags]["gross_t"], rel=1e-6), ags


def test_electricity_lines_carry_the_federal_factor(case):
    """The programme multiplies MWh by the series; the inventory must have used the same factor."""
    base = spread.outlook_at_base(case)
    for found in case.blocks.values():
        for block in found:
            if block.kind == "electricity" and block.total_activity > 0:
                assert block.factor == pytest.approx(base.ef_el_base, rel=1e-6), block.id


def test_wedges_of_what_happens_anyway_add_up(case):
    found = wedges(case.blocks, case.outlook, case.like)
    start = frozen(case.outlook, ())
    before = sum(system.reference_t(system.system(a, case.blocks[a], start, case.like), start) for a in case.ags)
    after = sum(system.reference_t(s, case.outlook) for s in case.systems)
    assert tuple(found) == ORDER
    assert sum(found.values()) == pytest.approx(before - after, rel=1e-9)


def test_all_checks_of_the_plan_pass(solved):
    assert [c["name"] for c in solved.answer["checks"] if not c["passed"]] == []


def test_attribution_closes_per_member(case, solved):
    reference = attribution.reference_gross(solved.instance)
    for ags in case.ags:
        mine = sum(t for ident, t in solved.tonnes.items() if ident.endswith(ags))
        account = solved.answer["members"][ags]
        lulucf = solved.instance["lulucf_kt"][ags]
        planned = np.asarray(account["net_kt"]) - np.asarray(account["electricity_credit_kt"])
        assert reference[ags] + lulucf - mine == pytest.approx(planned, abs=1e-3), ags


def test_money_borne_at_home_sums_to_the_cost_of_the_programme(case, solved):
    home = attribution.money_by_payer(solved.instance, solved.answer, plan.payers(case))
    parts = solved.answer["cost_parts"]
    without_price = solved.answer["cost"] - parts["backstop"] - parts["missed"] - parts["unserved"]
    assert sum(sum(p.values()) for p in home.values()) == pytest.approx(without_price, rel=1e-9)


def test_the_baseline_has_only_like_for_like_technology(case, solved):
    for ident, row in solved.baseline["measures"].items():
        assert case.catalogue[ident.split("@")[0]].reference or max(row["standing"]) == 0
    # nothing but the outside paths moves its emissions
    reference = sum(attribution.reference_gross(solved.instance).values())
    assert np.asarray(solved.baseline["gross_kt"]) == pytest.approx(reference, rel=1e-6)


def test_a_coalition_is_a_run_of_its_own_partnership_file(case, solved):
    pair = ("14713000", "14729245")
    table = copy.deepcopy(TABLE)
    table["member"] = [m for m in table["member"] if m["ags"] in pair]
    alone = plan.compute(gather(files.parse(table)))
    inside = plan.solved(solved.instance, pair)
    assert inside["cost"] == pytest.approx(alone.answer["cost"], rel=1e-6)


def test_local_generation_never_fulfils_a_gross_or_bisko_target(case, solved):
    free = replace(case.partnership, locks={"14729245": {"E06": {2026 + k: 3.5 for k in range(5)}}})
    more = plan.compute(gather(free))
    for ags in case.ags:
        a, b = more.answer["members"][ags], solved.answer["members"][ags]
        assert sum(a["bisko_kt"]) <= sum(b["bisko_kt"]) * 1.05  # nobody emits less because of wind elsewhere
    made = attribution.generation(
        next(r for r in more.instance["measures"] if r["id"] == "E06@14729245"),
        np.asarray(more.answer["measures"]["E06@14729245"]["standing"]),
    )
    assert made.max() > 0
    assert np.asarray(more.answer["gross_kt"]) == pytest.approx(
        np.sum([more.answer["members"][a]["gross_kt"] for a in case.ags], axis=0), rel=1e-9
    )


def test_tighter_target_never_costs_less_and_excluding_a_measure_neither(case, solved):
    cost = solved.answer["cost"]
    fewer = plan.compute(gather(replace(case.partnership, exclude=("B01",))))
    assert fewer.answer["cost"] >= cost * (1 - 1e-9)
    table = copy.deepcopy(TABLE)
    table["member"][0]["target"]["steps"] = [{"year": 2030, "value": 1.0}]
    tighter = plan.compute(gather(files.parse(table)))
    assert tighter.answer["cost"] >= cost * (1 - 1e-9)


def test_the_joint_cap_is_the_national_path_of_the_sum(case):
    found = caps(case, "equal_percent")
    second = caps(case, "per_head_convergence")
    total = np.sum(list(found["partnership"].values()), axis=0)
    assert total == pytest.approx(np.sum(list(second["partnership"].values()), axis=0), rel=1e-9)
    assert set(found["bisko"]) == {"14713000"}
    assert set(found["net"]) == set(case.ags) - {"14713000"}


def test_an_own_figure_reaches_figures_and_inventory(case):
    own = {"14729380": {"agri.arable": {"value": 100.0, "unit": "ha", "year": 2024, "source": "farm survey"}}}
    members, passed = own_figures.apply(case.members, own)
    assert next(m for m in members if m.ags == "14729380").value("agri.arable") == 100.0
    assert passed == {}
    wrong = {"14729380": {"agri.arable": {"value": 100.0, "unit": "km2", "year": 2024, "source": "x"}}}
    with pytest.raises(InputError) as error:
        own_figures.apply(case.members, wrong)
    assert error.value.code == "override-unit"
    with pytest.raises(InputError) as error:
        own_figures.apply(case.members, {"14729380": {"agri.arabel": wrong["14729380"]["agri.arable"]}})
    assert "agri.arable" in error.value.cure


def test_metered_energy_of_a_member_moves_only_its_own_lines(case):
    own = {"14729410": {"IND.gas": {"value": 200_000.0, "unit": "MWh", "year": 2021, "source": "works"}}}
    moved = gather(replace(case.partnership, overrides=own))
    before, after = (np.nan_to_num(np.asarray(c.inventory.t_co2e)) for c in (case, moved))
    changed = np.argwhere(np.abs(after - before) > 1e-6)
    lines = {(case.inventory.lines[r], case.inventory.ags[c]) for r, c in changed}
    assert lines == {("IND.gas", "14729410")}


def test_unknown_measures_and_contradictory_locks_are_named(case):
    with pytest.raises(InputError) as error:
        gather(replace(case.partnership, exclude=("E6",)))
    assert error.value.code == "measure-unknown"
    with pytest.raises(InputError) as error:
        gather(replace(case.partnership, exclude=("E06",), locks={"14729380": {"E06": {2030: 1.0}}}))
    assert error.value.code == "lock-contradiction"


@pytest.mark.parametrize(("measure", "why"), [("L01", "no_potential"), ("G01", "adaptation"), ("A13", "evidence_c")])
def test_a_lock_that_cannot_hold_is_an_error(case, measure, why):
    with pytest.raises(InputError) as error:
        gather(replace(case.partnership, locks={"14729380": {measure: {2030: 1.0}}}))
    assert error.value.code == "lock-no-offer"
    assert why in str(error.value)


def test_a_lock_is_kept_to_the_unit(case):
    locked = plan.compute(gather(replace(case.partnership, locks={"14729380": {"E06": {2028: 1.0}}})))
    entering = np.asarray(locked.answer["measures"]["E06@14729380"]["units"])
    assert entering[2] == pytest.approx(1.0, abs=1e-6)


def test_a_partnership_with_one_member_has_a_plan(case):
    table = copy.deepcopy(TABLE)
    table["member"] = table["member"][1:2]
    alone = plan.compute(gather(files.parse(table)))
    assert alone.answer["status"] == "ok"


def test_changing_the_price_year_scales_money_and_nothing_else(case, solved):
    later = plan.compute(gather(replace(case.partnership, price_year=2020)))
    ratio = later.answer["cost"] / solved.answer["cost"]
    assert 0.7 < ratio < 1.0
    assert np.asarray(later.answer["gross_kt"]) == pytest.approx(np.asarray(solved.answer["gross_kt"]), rel=1e-3)
