"""results.json of the reference partnership: sums close, shares are stable, runs repeat."""

from __future__ import annotations

import copy
import math

import pytest

from stadtland.actions import planning
from stadtland.base import canonical

NAME = "leipzig-wurzener-land"
AGS = ("14713000", "14729380", "14729030", "14729245", "14729410")


@pytest.fixture(scope="module")
def computed():
    return planning.compute(NAME)


@pytest.fixture(scope="module")
def results(computed):
    return computed[0]


def test_the_run_is_in_order(results):
    assert results["status"] == "ok"
    assert all(c["passed"] for c in results["roadmap"]["checks"])
    assert {"anchor", "residual_closes", "attribution_rest_share", "dual_gap", "land"} <= {
        c["name"] for c in results["roadmap"]["checks"]
    }


def test_the_document_keeps_to_its_schema(results):
    import json

    import jsonschema

    from stadtland import documents

    document = json.loads(canonical.dumps(results))
    errors = [
        e.json_path + ": " + e.message[:200]
        for e in jsonschema.Draft202012Validator(documents.schema()).iter_errors(document)
    ]
    assert errors == []


def test_two_runs_give_the_same_document_outside_run(computed):
    again, instance = planning.compute(NAME, jobs=1)
    first = {k: v for k, v in computed[0].items() if k != "run"}
    second = {k: v for k, v in again.items() if k != "run"}
    assert canonical.dumps(first) == canonical.dumps(second)
    assert canonical.dumps(instance) == canonical.dumps(computed[1])
    assert computed[0]["run"]["sha256"] == canonical.digest(first)


@pytest.mark.parametrize(
    "key", ["bisko_t", "gross_t", "lulucf_t", "removals_t", "net_t", "electricity_credit_t", "partnership_t"]
)
def test_members_sum_to_the_joint_path(results, key):
    road = results["roadmap"]
    for t in range(20):
        assert math.fsum(road["members"][a][key][t] for a in AGS) == pytest.approx(road[key][t], rel=1e-9, abs=1e-6)


def test_accounts_hold_together(results):
    for paths in results["roadmap"]["members"].values():
        for t in range(20):
            net = paths["gross_t"][t] + paths["lulucf_t"][t] - paths["removals_t"][t]
            assert paths["net_t"][t] == pytest.approx(net, abs=1e-3)
            assert paths["partnership_t"][t] == pytest.approx(net - paths["electricity_credit_t"][t], abs=1e-3)
            assert paths["bisko_t"][t] <= paths["gross_t"][t] + 1e-6
            assert paths["removals_t"][t] >= 0


def test_inventory_sums_and_signs(results):
    inv = results["inventory"]
    for key in ("bisko_t", "agriculture_t", "waste_t", "gross_t", "lulucf_t", "net_t"):
        assert math.fsum(inv["members"][a][key] for a in AGS) == pytest.approx(inv["joint"][key], rel=1e-9)
    for m in [*inv["members"].values(), inv["joint"]]:
        parts = [m["bisko_t"], m["agriculture_t"], m["waste_t"], m["ippu_t"] or 0.0]
        assert math.fsum(parts) == pytest.approx(m["gross_t"], rel=1e-9)
        assert m["lulucf_emissions_t"] >= 0 >= m["lulucf_removals_t"]
        assert m["gross_t"] + m["lulucf_t"] == pytest.approx(m["net_t"], rel=1e-9)
    assert inv["joint"]["eliminations_t"] == 0


def test_wedges_add_up_from_the_inventory_to_the_plan(results):
    road, start = results["roadmap"], results["inventory"]["joint"]
    for t in range(20):
        saved = math.fsum(w["t"][t] for w in road["wedges"])
        assert start["net_t"] - saved == pytest.approx(road["partnership_t"][t], rel=1e-6)


def test_coalitions_are_subadditive_and_complete(results):
    cost = {tuple(sorted(c["members"])): c["cost_eur"] for c in results["cooperation"]["coalitions"]}
    assert len(cost) == 31
    tolerance = 1e-7 * abs(results["cooperation"]["together_eur"])
    for a, x in cost.items():
        for b, y in cost.items():
            if not set(a) & set(b):
                assert cost[tuple(sorted(a + b))] <= x + y + tolerance, (a, b)


def test_shares_and_transfers_close(results):
    together = results["cooperation"]["together_eur"]
    for rule in ("shapley", "nucleolus", "tau", "proportional", "equal_gain", "owen", "shapley_core"):
        values = results["shares"].get(rule)
        if values is not None:
            assert math.fsum(values.values()) == pytest.approx(together, rel=1e-7), rule
    for rule, moved in results["transfers"].items():
        assert math.fsum(moved.values()) == pytest.approx(0.0, abs=0.05), rule
    home = math.fsum(v for parts in results["borne_eur"].values() for v in parts.values())
    assert home == pytest.approx(together, rel=1e-6)


def test_the_default_rule_leaves_no_group_worse_off(results):
    rule = results["shares"]["default_rule"]
    shares = results["shares"][rule]
    tolerance = 1e-7 * abs(results["cooperation"]["together_eur"])
    for c in results["cooperation"]["coalitions"]:
        assert math.fsum(shares[m] for m in c["members"]) <= c["cost_eur"] + tolerance
    assert all(e["loses_eur"] >= -tolerance for e in results["cooperation"]["exit"])


def test_owen_lies_in_the_core(results):
    owen = results["shares"]["owen"]
    tolerance = 1e-6 * abs(results["cooperation"]["together_eur"])
    for c in results["cooperation"]["coalitions"]:
        assert math.fsum(owen[m] for m in c["members"]) <= c["cost_eur"] + tolerance
    for m, (low, high) in results["shares"]["owen_interval"].items():
        assert low - tolerance <= owen[m] <= high + tolerance


def test_the_gain_closes_and_is_net_of_the_partnerships_cost(results):
    coop = results["cooperation"]
    assert math.fsum([*coop["alone_eur"].values(), -coop["together_eur"]]) == pytest.approx(coop["gain_eur"], abs=1.0)
    assert coop["gain_eur"] - coop["partnership_cost_eur"] == pytest.approx(coop["gain_net_eur"], abs=1.0)
    assert [b["eur_per_t"] for b in coop["by_backstop"]] == sorted(b["eur_per_t"] for b in coop["by_backstop"])
    for b in coop["by_backstop"]:
        assert math.fsum(b["gain_parts"].values()) == pytest.approx(b["gain_eur"], abs=1.0)
    assert coop["gain_eur"] >= -1.0
    assert {r["key"] for r in coop["by_target_key"]} == {"equal_percent", "per_head_convergence"}


def test_the_gain_is_given_at_other_discount_rates(results):
    rows = results["cooperation"]["by_discount"]
    assert [r["discount_rate"] for r in rows] == [0.0, 0.015, 0.05]
    assert all(r["gain_eur"] >= -1.0 and r["gain_net_eur"] < r["gain_eur"] for r in rows)
    assert len({round(r["gain_eur"]) for r in rows} | {round(results["cooperation"]["gain_eur"])}) == 4


def test_land_never_exceeds_what_is_there(results):
    for row in results["roadmap"]["land"]:
        assert row["used_ha"] <= row["available_ha"] * (1 + 1e-6) + 1e-6, row


def test_targets_say_what_is_missed(results):
    road = results["roadmap"]
    for who, entry in road["target"].items():
        paths = road if who == "joint" else road["members"][who]
        value = paths[entry["account"]][entry["year"] - 2026]
        assert entry["value_t"] == pytest.approx(value, rel=1e-9)
        assert entry["reached"] == (value <= entry["cap_t"] + 0.5)
        assert entry["missed_t"] == pytest.approx(max(0.0, value - entry["cap_t"]) if not entry["reached"] else 0.0)
        assert 0 <= entry["reliability"] <= 1
        if not entry["reached"]:
            assert entry["held_back_by"], who


def test_plans_use_only_measures_with_published_figures(results):
    for m in results["roadmap"]["measures"]:
        if m["used"] == "used" and not m["reference"]:
            assert m["evidence_effect"] in "AB" and m["evidence_cost"] in "AB", m["id"]
    assert results["evidence"]["share_c_tonnes"] == 0
    assert 0 < results["evidence"]["share_c_parameters"] < 1


def test_a_measure_that_is_not_used_says_why(results):
    for m in results["roadmap"]["measures"]:
        assert m["reason"]["text"]["de"] and m["reason"]["text"]["en"]
        if m["used"] == "not_applicable":
            assert m["total_units"] == 0


def test_unknown_need_stays_unknown(results):
    for hazards in results["resilience"].values():
        assert hazards
        assert all(h["need"] is None for h in hazards.values())


def test_computed_livestock_is_called_so(results):
    lines = results["inventory"]["members"]["14729245"]["lines"]
    for name, cell in lines.items():
        if name.startswith("AGR.enteric"):
            assert "computed share of Saxony" in cell["source"]
            assert cell["data_quality"] == 0
    assert "agriculture_t" in results["inventory"]["members"]["14729245"]["not_for_decision"]


def test_published_figures_stand_beside_the_estimate(results):
    leipzig = results["inventory"]["members"]["14713000"]["published"]
    assert any(p["year"] == 2021 and p["value"] == pytest.approx(5.02) for p in leipzig)


def test_more_years_of_evidence_c_never_cost_more(tmp_path):
    """More freedom: with evidence C allowed the same partnership cannot cost more."""
    from dataclasses import replace

    from stadtland.roadmap import partnership, plan
    from stadtland.roadmap.case import gather

    given = partnership.load(NAME)
    strict = plan.compute(gather(given)).answer["cost"]
    free = plan.compute(gather(replace(given, include_evidence_c=True))).answer["cost"]
    assert free <= strict * (1 + 1e-9)


def test_content_holds_no_path_of_a_machine(results):
    text = canonical.dumps({k: v for k, v in results.items() if k != "run"})
    assert "/work" not in text and "/home" not in text


def test_results_do_not_change_when_read_and_written_again(results):
    import json

    once = canonical.dumps(results)
    assert canonical.dumps(json.loads(once)) == once
    assert copy.deepcopy(results) == results


@pytest.mark.datapack
def test_the_data_folder_gives_the_same_plan_as_the_bundled_content(datapack, results):
    other, _ = planning.compute(NAME, data=datapack)
    for a in AGS:
        assert other["inventory"]["members"][a]["gross_t"] == pytest.approx(
            results["inventory"]["members"][a]["gross_t"], rel=1e-6
        )
    assert other["cooperation"]["together_eur"] == pytest.approx(results["cooperation"]["together_eur"], rel=1e-3)


RULES = (
    "shapley",
    "shapley_core",
    "nucleolus",
    "tau",
    "separable",
    "proportional",
    "per_head",
    "per_tonne",
    "per_hectare",
)


def test_every_rule_covers_the_joint_cost_and_its_transfers_close(results):
    together = results["cooperation"]["together_eur"]
    for rule in RULES:
        assert math.fsum(results["shares"][rule].values()) == pytest.approx(together, rel=1e-9), rule
        assert round(100 * math.fsum(results["transfers"][rule].values())) == 0, rule
        assert set(results["shares"]["stability"][rule]) == {"in_core", "worst", "unstable"}
    assert results["shares"]["reasons"] == {"ability_to_pay": "sharing.reason_capacity"}


def test_why_it_pays_each_member_adds_up(results):
    for ags, entry in results["shares"]["why"].items():
        assert entry["alone_eur"] - entry["share_eur"] == pytest.approx(entry["saves_eur"], rel=1e-9)
        assert entry["borne_eur"] + entry["transfer_eur"] == pytest.approx(entry["share_eur"], rel=1e-9)
        assert entry["saves_eur"] >= -1.0 and entry["brings_eur"] >= entry["saves_eur"] - 1.0, ags


def test_fixed_payments_of_the_plan_come_from_its_wind_turbines(results):
    """0.3 ct for each kWh of the E06 turbines that the plan builds, recomputed from units and 2,700 MWh a MW."""
    rate = results["settings"]["discount_rate"]
    rows = {(r["id"], r["member"]): r for r in results["roadmap"]["measures"] if r["used"] == "used"}
    wind = [f for f in results["statutory"]["flows"] if f["id"] == "revenue_share_wind"]
    assert {f["member"] for f in wind} == {a for (m, a) in rows if m == "E06"}
    for flow in wind:
        units = rows["E06", flow["member"]]["units"]
        expected = math.fsum(3.0 * 2700 * u * (1 + rate) ** -t for t, u in enumerate(units))
        assert flow["gross_eur"]["central"] == pytest.approx(expected, rel=1e-6)
    for ags, parts in results["statutory"]["by_payer_eur"].items():
        assert math.fsum(parts.values()) == pytest.approx(math.fsum(results["borne_eur"][ags].values()), rel=1e-9)


def test_payments_are_the_transfers_of_the_chosen_rule(results):
    pay = results["payments"]
    moved = results["transfers"][results["shares"]["default_rule"]]
    assert pay["rule"] == results["shares"]["default_rule"] and pay["years"] == list(range(2027, 2046))
    for ags, value in moved.items():
        assert pay["present_value"][ags] == pytest.approx(value, abs=0.011)
        got = math.fsum(v["eur"] for v in pay["vehicles"] if v["to"] == ags)
        assert got == pytest.approx(max(0.0, -value), abs=0.01)
    assert all(v["open"] for v in pay["vehicles"])


def test_grants_go_to_those_who_may_apply(results):
    for row in results["statutory"]["grants"]:
        assert row["payers"] and row["status_date"] and (row["eur"] is None or row["eur"]["low"] <= row["eur"]["high"])


def test_shares_of_a_written_plan_and_of_an_older_one(results, tmp_path):
    from stadtland.actions import share_plan
    from stadtland.base.errors import InputError

    path = tmp_path / "results.json"
    path.write_text(canonical.dumps(results))
    found = share_plan.share_plan(tmp_path)
    assert found["computed_now"] == [] and found["gaps"] == []
    assert found["exit"][0]["loses_eur"] == pytest.approx(results["cooperation"]["exit"][0]["loses_eur"], rel=1e-6)
    older = copy.deepcopy(results)
    for key in ("statutory", "payments"):
        del older[key]
    for key in ("why", "decision", "reasons", "stability", "separable", "per_head", "per_tonne", "per_hectare"):
        del older["shares"][key]
    path.write_text(canonical.dumps(older))
    again = share_plan.share_plan(path)
    assert again["computed_now"] == ["separable"] and again["gaps"] == ["statutory", "payments"]
    assert again["rules"]["separable"]["values"] == pytest.approx(results["shares"]["separable"], abs=2.0)
    older["cooperation"]["coalitions"] = []
    path.write_text(canonical.dumps(older))
    with pytest.raises(InputError) as error:
        share_plan.share_plan(path)
    assert error.value.code == "plan-no-coalitions"


def test_clubs_of_villages_lie_near_the_exact_game(results, monkeypatch):
    """The same five members with two of the villages as one club: the error against exact, in the room of the core."""
    from stadtland.actions import cooperate, shares
    from stadtland.roadmap import partnership as files
    from stadtland.roadmap import plan
    from stadtland.roadmap.case import gather

    monkeypatch.setattr(cooperate, "MAX_EXACT", 3)
    monkeypatch.setattr(cooperate, "MOST_CLUBS", 4)
    solved = plan.compute(gather(files.load(NAME)))
    found, _ = cooperate.cooperation(solved, 1)
    assert len(found["clubs"]) == 4 and len(found["coalitions"]) == 15
    point = {"owen": dict.fromkeys(AGS, 0.0), "owen_interval": {a: [0.0, 0.0] for a in AGS}, "owen_unique": False}
    shared = shares.shares(solved, found, point)
    gain = results["cooperation"]["gain_eur"]
    assert found["gain_eur"] == pytest.approx(gain, rel=1e-6)
    off = max(abs(shared["shares"]["shapley"][a] - results["shares"]["shapley"][a]) for a in AGS)
    assert off < 0.08 * gain
    assert math.fsum(shared["shares"]["shapley"].values()) == pytest.approx(found["together_eur"], rel=1e-9)


def test_a_decided_rule_is_stored_with_its_date(tmp_path):
    from stadtland.base.errors import InputError
    from stadtland.roadmap import decision

    given = decision.parse(
        {"rule": "mix", "date": "2027-03-31", "by": "fünf Räte", "mix": {"shapley_core": 1, "per_head": 1}},
        "t",
        set(AGS),
    )
    assert (given.rule, given.date) == ("mix", "2027-03-31")
    for table, code in (
        ({"rule": "nucleolus"}, "decision-open"),
        ({"rule": "nukleolus", "date": "2027-01-01", "by": "x"}, "word-unknown"),
        ({"rule": "mix", "date": "2027-01-01", "by": "x"}, "decision-mix"),
        ({"date": "31.3.2027"}, "decision-date"),
        ({"capacity": {"1": 5}}, "key-unknown"),
        ({"capacity": {AGS[0]: 0}}, "number-range"),
        ({"payments": 0}, "number-range"),
        ({"note": 5}, "decision-text"),
    ):
        with pytest.raises(InputError) as error:
            decision.parse(table, "t", set(AGS))
        assert error.value.code == code


def test_waterfall_and_timeline_close(results):
    from stadtland.roadmap import waterfall

    for year in (2030, 2040, 2045):
        found = waterfall.steps(results, year)
        assert abs(found["gap"]) < 0.01 * results["inventory"]["joint"]["net_t"] * 1e-3
        parts = [s["t"] for s in found["steps"][:-1]]
        assert math.fsum(parts) == pytest.approx(found["steps"][-1]["t"], abs=2.0)
    rows = waterfall.timeline(results)
    assert rows and all(2026 <= r["first"] <= r["nearly"] <= 2045 for r in rows)


def test_a_written_plan_is_explained(computed, tmp_path):
    from stadtland.actions import explain_plan
    from stadtland.base.errors import InputError

    (tmp_path / "results.json").write_text(canonical.dumps(computed[0]))
    (tmp_path / "instance.json").write_text(canonical.dumps(computed[1]))
    wind = explain_plan.measure(tmp_path, "E06")
    assert wind["inside"] and wind["names"]["14729410"] == "Wurzen" and wind["title"]["de"]
    cost = next(c for c in wind["changes"] if c["what"] == "cost")
    assert cost["checked"] and cost["factor"] > 1 and cost["units"] == pytest.approx(0.0, abs=0.5)
    with pytest.raises(InputError) as error:
        explain_plan.target(tmp_path, "00000000")
    assert error.value.code == "target-none"
    with pytest.raises(InputError) as error:
        explain_plan.other_plans(tmp_path, [0.9])
    assert error.value.code == "epsilon-range"


@pytest.mark.parametrize(
    "more",
    [{"scenario": "joint-target"}, {"scenario": "current-programmes", "reliability": 0.5}],
    ids=["joint", "sure"],
)
def test_a_run_with_scenario_and_reliability_keeps_schema_and_checker(more, monkeypatch):
    import json

    import jsonschema

    from stadtland import documents
    from stadtland.roadmap import reliable
    from stadtland.roadmap.verify import verify

    monkeypatch.setattr(reliable, "ROUNDS", 1)
    monkeypatch.setattr(reliable, "FACTORS", (2.0,))
    found, instance = planning.compute(NAME, more=planning.More("current-programmes", 0.5))
    document = json.loads(canonical.dumps(found))
    assert not list(jsonschema.Draft202012Validator(documents.schema()).iter_errors(document))
    assert found["settings"]["scenario"] == "current-programmes" and found["certainty"]["targets"]
    rows = verify(json.loads(canonical.dumps(instance)), document)
    assert [r["name"] for r in rows if not r["passed"]] == []


def test_too_many_members_and_missing_coalitions_are_refused(computed):
    from types import SimpleNamespace

    from stadtland.actions import cooperate
    from stadtland.base.errors import InputError

    case = SimpleNamespace(ags=tuple(f"{i:08d}" for i in range(40)))
    with pytest.raises(InputError) as error:
        cooperate.players(case, exact=True)
    assert error.value.code == "members-many" and "clubs" in error.value.cure
