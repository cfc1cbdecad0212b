"""Views on targets: paths, budgets, residuals and inventory versions by hand and by property."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stadtland import inventory
from stadtland.base.errors import InputError
from stadtland.facts import paths
from stadtland.inventory import balance
from stadtland.inventory import target_views as room
from stadtland.inventory.target_views import Target
from stadtland.roadmap import targets as of_the_plan

YEARS = list(range(2021, 2046))


# ---- inventory versions ------------------------------------------------------------------------------------------


def test_versions_by_hand(inv):
    found = room.vintages(inv)
    row = inv.lines.index("LULUCF.forest")
    for j, ags in enumerate(inv.ags):
        land = sum(inv.t_co2e[i, j] for i, x in enumerate(inv.lines) if x.startswith("LULUCF") and i != row)
        gross = balance.arrays(inv)["gross_t"][j]
        for name, forest in (("old", inv.forest_old[j]), ("revised", inv.forest_revised[j])):
            assert found[ags][name]["lulucf_t"] == pytest.approx(land + forest)
            assert found[ags][name]["net_t"] == pytest.approx(gross + land + forest)
    assert found["joint"]["turn"] == "unclear" and found["14729410"]["turn"] == "source"
    assert found["joint"]["inventory_version"] == inv.inventory_version
    for name in ("old", "revised"):
        total = sum(found[a][name]["lulucf_t"] for a in inv.ags)
        assert found["joint"][name]["lulucf_t"] == pytest.approx(total)


def test_a_sink_that_turns_into_a_source_is_said(made_up):
    before = made_up(2, tonnes={"LULUCF.forest": [-10.0, -4.0]})
    after = made_up(2, tonnes={"LULUCF.forest": [5.0, -4.0]})
    found = room.turns(before, after)
    first, second = after.ags
    assert found[first]["printed"] == "became_source" and "Quelle" in found[first]["text"]["de"]
    assert found[second]["printed"] == "stayed"
    assert found["joint"]["printed"] == "became_source"  # −14 → +1
    assert room.turns(after, before)[first]["printed"] == "became_sink"


def test_different_versions_are_no_trend(inv, inv_2018):
    found = room.turns(inv_2018, inv)
    assert all(not entry["same_version"] for entry in found.values())
    assert "Trend" in found["joint"]["text"]["de"]
    with pytest.raises(InputError):
        room.turns(inv_2018, replace(inv, ags=inv.ags[::-1]))


# ---- paths -------------------------------------------------------------------------------------------------------


def test_linear_with_a_step_by_hand():
    target = Target("joint", "gross", 2040, 20.0, steps=((2030, 60.0),))
    found = room.path(target, [2020, 2025, 2030, 2035, 2040, 2045], 2020, 100.0, {})
    assert found.tolist() == [100.0, 80.0, 60.0, 40.0, 20.0, 20.0]


def test_exponential_by_hand():
    # 100 → 25 in 20 years: half every ten
    found = room.path(Target("joint", "gross", 2040, 25.0), [2020, 2030, 2040], 2020, 100.0, {}, shape="exponential")
    assert found == pytest.approx([100.0, 50.0, 25.0])


def test_units_by_hand():
    heads = {2020: 10.0, 2030: 20.0}
    per_head = room.path(Target("a", "gross", 2030, 1.0, "t_per_head"), [2020, 2030], 2020, 30.0, heads)
    assert per_head.tolist() == [30.0, 20.0]  # 3 t × 10 heads, then 1 t × 20 heads
    percent = room.path(Target("a", "net", 2030, -65.0, "percent_vs_base", 1990), [2030], 2020, 80.0, {}, base_t=100.0)
    assert percent == pytest.approx([35.0])


targets = st.builds(
    Target,
    st.just("joint"),
    st.sampled_from(sorted(room.KIND_ACCOUNT)),
    st.integers(2031, 2050),
    st.floats(0, 1e6),
    st.sampled_from(["t", "t_per_head", "percent_vs_base"]),
    st.just(1990),
    st.one_of(st.just(()), st.tuples(st.tuples(st.integers(2022, 2030), st.floats(0, 1e6)))),
)


@given(targets, st.floats(0, 1e7), st.lists(st.floats(1.0, 1e6), min_size=25, max_size=25))
def test_paths_are_those_of_the_plan(target, start, heads):
    """The plan and the views share the mathematics of a target, whatever its kind and unit."""
    population = dict(zip(YEARS, heads, strict=True))
    mine = room.path(target, YEARS, 2021, start, population, base_t=5e5)
    other = of_the_plan.Target(target.kind, target.year, target.value, target.unit, 1990, "", "C", target.steps)
    assert mine == pytest.approx(of_the_plan.own_cap(YEARS, other, 2021, start, population, 5e5), rel=1e-9, abs=1e-6)


@given(
    st.sampled_from(room.CAP_KEYS),
    st.lists(st.floats(0, 1e6), min_size=25, max_size=25),
    st.lists(st.tuples(st.floats(1, 1e6), st.floats(1, 1e6)), min_size=1, max_size=6),
)
def test_split_caps_sum_to_the_joint_path_and_agree_with_the_plan(key, cap, rows):
    base, heads = [r[0] for r in rows], [r[1] for r in rows]
    found = room.split_cap(key, cap, YEARS, base, heads, YEARS[-1])
    assert found.sum(axis=1) == pytest.approx(cap, rel=1e-9, abs=1e-6)
    population = np.tile(heads, (25, 1))
    other = of_the_plan.split(key, np.array(cap), np.array(base), population, np.zeros_like(population))
    assert found == pytest.approx(other, rel=1e-9, abs=1e-6)
    if key == "per_head_convergence":
        assert found[-1] / heads == pytest.approx(cap[-1] / sum(heads), rel=1e-9, abs=1e-9)


def test_targets_of_every_kind_stand_on_their_account(inv):
    for kind, account in room.KIND_ACCOUNT.items():
        for scope in ("joint", "14729380"):
            found = room.view(inv, Target(scope, kind, 2040, 10.0), YEARS)
            expected = balance.accounts(inv)[scope][account]
            assert found["account"] == account and found["value_t"] == pytest.approx(expected)
            assert found["linear_t"][0] == pytest.approx(expected) and found["linear_t"][19] == pytest.approx(10.0)
            assert found["area_t"] == pytest.approx(paths.used(found["linear_t"]))
            assert found["yearly_rate"] == pytest.approx(1 - (10.0 / expected) ** (1 / 19))


def test_a_stock_never_fulfils_a_target(inv):
    found = room.view(inv, Target("joint", "net", 2045, 0.0), YEARS)
    removals = balance.accounts(inv)["joint"]["lulucf_removals_t"]
    assert removals < 0
    assert found["value_without_sink_t"] == pytest.approx(found["value_t"] - removals)
    assert found["exponential_t"] is None and found["yearly_rate"] is None, "an exponential path never reaches zero"
    assert found["turn"] == "unclear"


# ---- budgets -----------------------------------------------------------------------------------------------------


def test_budget_shares_by_hand():
    assert room.budget_share("per_head", 83237124, 0.0) == pytest.approx(1.0)
    assert room.budget_share("emissions", 0.0, 74.4e6) == pytest.approx(0.1)
    assert room.budget_share("mixed", 83237124, 74.4e6, mix=0.25) == pytest.approx(0.25 * 1.0 + 0.75 * 0.1)
    assert room.budget_share("per_head", 83237124, 0.0, coverage=0.64) == pytest.approx(0.64)


def test_budget_view_by_hand(inv):
    found = room.budget_view(inv, "joint", "sru_2024_175", "per_head", range(2021, 2061))
    heads = 601866 + 3548 + 5014 + 6050 + 16238
    amount = 3900e6 * heads / 83237124
    start = balance.accounts(inv)["joint"]["bisko_t"]
    assert found["budget_t"] == pytest.approx(amount)
    assert found["zero_year"] == pytest.approx(2024 + 2 * amount / start)
    assert found["rate"] == pytest.approx(start / amount)
    assert found["constant_until"] == pytest.approx(2024 + amount / start)
    line = found["linear_t"]
    assert line[:4] == [start] * 4 and line[-1] == 0.0
    assert {"de", "en"} == set(found["notes"][0]) and "CO2" in found["notes"][0]["de"]


@given(st.sampled_from(room.BUDGET_KEYS), st.sampled_from(sorted(room.budgets()["budget"])))
def test_both_paths_use_exactly_the_budget(inv, key, budget):
    first = room.budgets()["budget"][budget]["from_year"]
    fine = np.linspace(first, first + 400, 400_001)
    found = room.budget_view(inv, "14729410", budget, key, fine)
    for name in ("linear_t", "exponential_t"):
        area = np.trapezoid(found[name], fine)
        assert area == pytest.approx(found["budget_t"], rel=1e-4)


def test_budget_gap_by_hand():
    view = {"from_year": 2024, "budget_t": 100.0}
    # from 2024: 60, 40, 20 → 50 + 30 = 80: 20 less than there is
    assert room.budget_gap([2023, 2024, 2025, 2026], [99.0, 60.0, 40.0, 20.0], view) == pytest.approx(-20.0)
    with pytest.raises(InputError):
        room.budget_gap([2025, 2026], [1.0, 1.0], view)


@pytest.mark.datapack
def test_national_figures_of_the_keys(datapack):
    from stadtland.inventory import bundle
    from stadtland.inventory.estimate import estimate, line_factors
    from stadtland.inventory.lines import ENERGY_LINES

    drivers, calibration = bundle.inputs(2021, datapack)
    found = estimate(drivers, calibration)
    n = len(ENERGY_LINES)
    tonnes = float((found.energy_mwh[:n].sum(axis=1) * line_factors(calibration, 2021)).sum())  # t per MWh
    national = room.budgets()["national"]
    assert tonnes / 1e6 == pytest.approx(national["bisko_mt"]["value"], abs=0.1)
    text = (datapack / "localzero" / "population" / "2021.csv").read_text("utf-8")
    assert f"DG000000,{national['population']['value']}" in text


# ---- residuals, potential, neutrality ----------------------------------------------------------------------------


def test_residuals_by_hand(made_up):
    inv = made_up(2, tonnes={"AGR.soils_n2o": [50.0, 10.0], "WASTE.landfill": [4.0, 0.0]})
    assert room.residual(inv, shares={"AGR": 0.5, "WASTE": 1.0}) == {"AGR": 30.0, "WASTE": 4.0, "total": 34.0}
    assert room.residual(inv, inv.ags[0])["total"] == 54.0


def test_side_by_side_by_hand():
    found = room.side_by_side([2030, 2031], [50.0, 40.0], {2030: 60.0, 2031: 10.0}, floor_t=20.0)
    assert [r["potential_t"] for r in found["rows"]] == [60.0, 20.0], "never below the residuals"
    assert [r["gap_t"] for r in found["rows"]] == [10.0, -20.0]
    assert found["total_gap_t"] == pytest.approx(-5.0) and found["note"] is None
    holes = room.side_by_side([2029, 2030, 2031, 2032], [50.0] * 4, {2029: 60.0, 2031: 55.0, 2032: 45.0})
    assert holes["rows"][1]["gap_t"] is None and holes["total_from"] == 2031
    assert holes["total_gap_t"] == pytest.approx(0.0)  # (5 − 5)/2: the hole is not filled
    empty = room.side_by_side([2030, 2031], [50.0, 40.0])
    assert [r["gap_t"] for r in empty["rows"]] == [None, None]
    assert empty["total_gap_t"] is None and empty["note"]["de"]


def test_neutrality_fails_visibly_when_the_sink_is_a_source():
    years, gross = [2040, 2045, 2050], [30.0, 10.0, 5.0]
    found = room.neutrality(years, gross, {"old": [-10.0] * 3, "revised": [8.0] * 3}, [0.0, 0.0, 6.0])
    assert found["old"]["year"] == 2045 and found["revised"]["year"] is None
    assert found["revised"]["net_t"] == [38.0, 18.0, 7.0]


# ---- bad input ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("target", "shape", "code"),
    [
        (Target("joint", "love", 2040, 0.0), "linear", "target-kind"),
        (Target("joint", "gross", 2040, 0.0, "acre"), "linear", "target-unit"),
        (Target("joint", "gross", 2040, 0.0), "curved", "path-shape"),
        (Target("joint", "gross", 2015, 0.0), "linear", "target-year"),
        (Target("joint", "gross", 2040, 0.0, "t_per_head"), "linear", "population-missing"),
        (Target("joint", "gross", 2040, -65.0, "percent_vs_base"), "linear", "base-missing"),
        (Target("joint", "gross", 2040, 0.0), "exponential", "path-zero"),
    ],
)
def test_bad_targets_name_their_cure(target, shape, code):
    with pytest.raises(InputError) as caught:
        room.path(target, [2030], 2020, 10.0, {}, shape=shape)
    assert caught.value.code == code and caught.value.cure


def test_bad_names(inv):
    for call in (
        lambda: room.view(inv, Target("x", "gross", 2040, 0.0), YEARS),
        lambda: room.budget_view(inv, "joint", "wrong", "per_head", YEARS),
        lambda: room.budget_view(inv, "joint", "sru_2024_175", "wrong", YEARS),
        lambda: room.budget_view(inv, "x", "sru_2024_175", "per_head", YEARS),
        lambda: room.budget_share("per_head", 1.0, 1.0, coverage=2.0),
        lambda: room.split_cap("wrong", [1.0], [2020], [1.0], [1.0], 2030),
        lambda: room.residual(inv, "x"),
    ):
        with pytest.raises(InputError) as caught:
            call()
        assert caught.value.cure


def test_years_outside_the_base_years_build_as_well():
    assert room.vintages(inventory.build(("14729380",), 2019))["joint"]["inventory_version"]
