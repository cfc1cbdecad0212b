"""The rules of the account, one by one: what is refused, and what the numbers are (hand-calculated)."""

from __future__ import annotations

import doctest
from typing import Any

import pytest
import region
from region import CITY, HAMLET, MARK, VILLAGE, account, issued, monitor, passed, plan

from stadtland.base.errors import InputError
from stadtland.ledger import attribution, classes, gate, neutrality, places, postings, quantity, verifier
from stadtland.ledger.account import Account
from stadtland.ledger.entry import Draft
from stadtland.ledger.moves import postings as sides
from stadtland.ledger.requests import cancel, correct, expire, issue, replace, retire, reverse, transfer, verify


@pytest.mark.parametrize("module", [attribution, classes, gate, neutrality, places, postings, quantity])
def test_the_examples_run(module):
    found = doctest.testmod(module, extraglobs={"Loss": attribution.Loss})
    assert found.failed == 0


def refused(code: str, found: Account, request: Any) -> None:
    """The booking is refused with this code, and nothing of it remains, here or in the verifier's eyes."""
    head, balances, blocks = found.state.head, dict(found.state.balances), dict(found.state.blocks)
    with pytest.raises(InputError) as caught:
        found.book(request)
    assert caught.value.code == code, str(caught.value)
    assert caught.value.cure
    assert (found.state.head, found.journal.head()) == (head, head)
    assert {k: v for k, v in found.state.balances.items() if v} == {k: v for k, v in balances.items() if v}
    assert found.state.blocks == blocks


def sound(found: Account) -> dict[str, Any]:
    """The independent verifier agrees: same balances."""
    told = verifier.verify(e.line for e in found.journal.read())
    assert told["balances"] == {k: v for k, v in sorted(found.state.balances.items()) if v}
    assert (told["seq"], told["hash"]) == (found.state.head.seq, found.state.head.hash)
    return told


def test_from_plan_to_retirement():
    found = issued(account(), low=100_000)
    # net 100,000; buffer 15 % = 15,000; issued 85,000
    assert sound(found)["balances"] == {"hold:o-farm": 85_000, "buffer:temporary_removal": 15_000}
    found.book(transfer("o-farm", "o-city", 50_000, "internal"))
    found.book(transfer("o-farm", "o-firm", 10_000, "contribution"))
    found.book(transfer("o-farm", "o-out", 5_000, "export"))
    found.book(retire("o-city", 20_000, "internal", 2027, "s-1"))
    assert attribution.adjustments(found.state) == {(CITY, 2027): -50_000, (VILLAGE, 2027): 50_000}
    assert attribution.exports(found.state) == {(VILLAGE, 2027): 5_000}
    told = attribution.balances(found.state, {(CITY, 2027): 900_000, (VILLAGE, 2027): -30_000}, 2027)
    assert told["members"][CITY]["attributed_kg"] == 850_000
    assert told["members"][VILLAGE] == {
        "physical_kg": -30_000, "adjustment_kg": 50_000, "attributed_kg": 20_000, "exported_kg": 5_000,
        "claimable_kg": 25_000,
    }  # fmt: skip
    assert told["joint"]["physical_kg"] == told["joint"]["attributed_kg"] == 870_000
    assert told["joint"]["claimable_kg"] == 875_000
    with pytest.raises(InputError, match="inventory-missing"):
        attribution.balances(found.state, {(CITY, 2027): 1}, 2027)
    assert sound(found)["balances"]["retired:o-city"] == 20_000


def test_serials_go_on_through_projects_of_a_place_and_year():
    found = issued(account(), low=1_000)
    issued(found, "pr-2", low=2_000, plots=["f-4"])
    assert found.state.serials == {f"{VILLAGE}-2027": 3_000}
    assert sorted(found.state.blocks) == [(f"{VILLAGE}-2027", n) for n in (1, 851, 1_001, 2_701)]


def test_over_issue():
    found = account()
    found.book([plan()])
    refused("life-cycle", found, [monitor()])
    found.book([passed()])
    refused("life-cycle", found, issue("pr-1", 2027))
    found.book([monitor(low=1_000)])
    refused("life-cycle", found, issue("pr-1", 2027))
    found.book(verify("pr-1", 2027, "v-1", MARK, leakage_kg=100))
    # net 900, buffer 135, issue 765
    refused("unit-over-issue", found, issue("pr-1", 2027, 766))
    found.book(issue("pr-1", 2027, 300))
    refused("unit-over-issue", found, issue("pr-1", 2027, 466))
    found.book(issue("pr-1", 2027))
    refused("unit-over-issue", found, issue("pr-1", 2027))
    assert sound(found)["balances"] == {"hold:o-farm": 765, "buffer:temporary_removal": 135}


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"moves": [[f"{VILLAGE}-2027", 1, 1000, "source", "hold:o-farm"]], "kg": 1000}, "unit-over-issue"),
        ({"moves": [[f"{VILLAGE}-2027", 1, 850, "source", "hold:o-farm"]], "kg": 850}, "unit-buffer"),
        ({"moves": [[f"{VILLAGE}-2027", 2, 85, "source", "hold:o-farm"]], "kg": 84}, "unit-serial"),
        ({"moves": [[f"{VILLAGE}-2027", 1, 85, "source", "hold:o-city"]], "kg": 85}, "unit-holder"),
        ({"moves": [[f"{VILLAGE}-2027", 1, 85, "source", "hold:o-farm"]], "kg": 86}, "unit-sum"),
        ({"moves": [[f"{VILLAGE}-2027", 9, 1, "source", "hold:o-farm"]], "kg": -7}, "unit-kg"),
        ({"moves": [[f"{VILLAGE}-2027", 1, 1.5, "source", "hold:o-farm"]], "kg": 1}, "unit-kg"),
        ({"moves": [["x", True, True, "source", "hold:o-farm"]], "kg": 1}, "unit-kg"),
        ({"moves": [], "kg": 0}, "unit-kg"),
        ({"moves": [[1, 2]], "kg": 0}, "entry-field"),
        ({"moves": 7, "kg": 0}, "entry-field"),
        ({"moves": []}, "unit-kg"),
        ({}, "entry-field"),
    ],
)
def test_hand_written_issues_are_refused(changed, code):
    found = account()
    for draft in (plan(), passed(), monitor()):
        found.book([draft])
    found.book(verify("pr-1", 2027, "v-1", MARK))
    refused(code, found, [Draft("unit.issue", {"project": "pr-1", "year": 2027, **changed})])


def test_retired_never_moves():
    found = issued(account(), low=1_000)
    found.book(transfer("o-farm", "o-firm", 100, "contribution"))
    found.book(retire("o-firm", 100, "contribution", 2027, "s-1"))
    refused("unit-short", found, transfer("o-firm", "o-city", 1, "contribution"))
    row = [f"{VILLAGE}-2027", 1, 100, "hold:o-firm", "hold:o-city"]
    again = {"from": "o-firm", "to": "o-city", "claim": "contribution", "moves": [row], "kg": 100}
    refused("unit-final", found, [Draft("unit.transfer", again)])
    last = found.state.head.seq
    undo = [f"{VILLAGE}-2027", 1, 100, "retired:o-firm", "hold:o-firm"]
    refused(
        "unit-final", found, [Draft("unit.correct", {"corrects": last, "reason": "audit", "moves": [undo], "kg": 100})]
    )
    refused("statement-used", found, retire("o-farm", 1, "contribution", 2027, "s-1"))


def test_wrong_owner():
    found = issued(account(), low=1_000)
    row = [f"{VILLAGE}-2027", 1, 10, "hold:o-firm", "hold:o-city"]
    theft = {"from": "o-firm", "to": "o-city", "claim": "internal", "moves": [row], "kg": 10}
    refused("unit-owner", found, [Draft("unit.transfer", theft)])
    refused("unit-holder", found, [Draft("unit.transfer", theft | {"from": "o-farm"})])
    refused("holder-unknown", found, transfer("o-farm", "o-nobody", 1, "internal"))
    refused("unit-holder", found, transfer("o-farm", "o-farm", 1, "internal"))


@pytest.mark.parametrize(
    ("to", "claim"), [("o-firm", "internal"), ("o-city", "export"), ("o-out", "contribution"), ("o-city", "offset")]
)
def test_claims_that_are_not_open(to, claim):
    refused("claim-refused", issued(account()), transfer("o-farm", to, 1, claim))


def test_one_unit_one_claim():
    found = issued(account(), low=1_000)
    found.book(transfer("o-farm", "o-city", 850, "contribution"))
    refused("unit-short", found, retire("o-city", 1, "internal", 2027, "s-1"))
    row = [f"{VILLAGE}-2027", 1, 1, "hold:o-city", "retired:o-city"]
    data = {"owner": "o-city", "claim": "internal", "year": 2027, "statement": "s-1", "moves": [row], "kg": 1}
    refused("claim-refused", found, [Draft("unit.retire", data)])
    assert attribution.adjustments(found.state) == {}


def test_soil_carbon_is_a_contribution_unless_the_stricter_test_is_passed():
    found = account()
    found.book([plan(pool="soil_mineral", risk=300)])
    found.book([passed()])
    for year in range(2027, 2031):
        issued(found, year=year)
    refused("claim-refused", found, transfer("o-farm", "o-city", 10, "internal"))
    refused("claim-refused", found, transfer("o-farm", "o-out", 10, "export"))
    found.book(transfer("o-farm", "o-city", 10, "contribution"))
    test = Draft("unit.soil_test", {"project": "pr-1", "gain_kg": 900, "detectable_kg": 800, "evidence": MARK})
    refused("soil-test", found, [test])  # four years only
    issued(found, year=2031)
    refused("soil-test", found, [Draft("unit.soil_test", {**test.data, "gain_kg": 799})])
    found.book([test])
    found.book(transfer("o-farm", "o-city", 10, "internal"))
    sound(found)
    low_buffer = account()
    low_buffer.book([plan(pool="soil_mineral", risk=299)])
    low_buffer.book([passed()])
    for year in range(2027, 2032):
        issued(low_buffer, year=year)
    refused("soil-test", low_buffer, [test])


def test_overlap_in_place_time_and_pool():
    found = account()
    found.book([plan("pr-1", plots=["f-2"])])
    refused("project-overlap", found, [plan("pr-2", plots=["f-2"])])
    refused("project-overlap", found, [plan("pr-2", plots=["f-3"])])  # another plot on the same ground
    refused("project-overlap", found, [plan("pr-2", plots=["f-1", "f-3"], start=2036, end=2040)])
    refused("plot-overlap", found, [plan("pr-2", plots=["f-2", "f-3"], start=2050, end=2060, until=2060)])
    found.book([plan("pr-2", plots=["f-3"], start=2037, end=2040)])
    found.book([plan("pr-3", plots=["f-3"], pool="soil_mineral")])
    found.book([Draft("unit.end", {"project": "pr-1", "reason": "decision"})])
    found.book([plan("pr-4", plots=["f-2"])])
    sound(found)


def test_compensation_duty_and_unit_never_for_the_same_effect():
    found = account()
    duty = Draft("place.duty", {"duty": "d-1", "plots": ["f-3"], "start": 2030, "end": 2060})
    found.book([duty])
    refused("duty-overlap", found, [plan(plots=["f-2"])])
    found.book([plan(plots=["f-2"], end=2029)])
    refused("duty-overlap", found, [Draft("place.duty", {**duty.data, "duty": "d-2", "plots": ["f-2"], "start": 2029})])
    birds = {**duty.data, "duty": "d-3", "plots": ["f-2"], "start": 2027, "pools": ["peat"]}
    found.book([Draft("place.duty", birds)])
    sound(found)


def test_the_gate_lets_nothing_unanswered_pass():
    for criterion in gate.CRITERIA:
        found = account()
        found.book([plan()])
        answers = {c: True for c in gate.CRITERIA if c != criterion}
        for bad in (answers, answers | {criterion: False}, answers | {criterion: 1}):
            refused("gate-failed", found, [Draft("unit.validate", {"project": "pr-1", "gate": bad})])


GOOD = {
    "method": "m", "baseline": "b", "leakage_assessed": True, "required_by_law": False, "npv_without_eur": -1.0,
    "already_planned": False, "storage_years": 5, "reversal_plan": True, "harms_protected_site": False,
    "biodiversity": "positive",
}  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "failed"),
    [
        ({}, []),
        ({"leakage_assessed": False}, ["quantification"]),
        ({"required_by_law": True}, ["legal_surplus"]),
        ({"npv_without_eur": 0}, ["financing"]),
        ({"npv_without_eur": 5, "financing_barrier": True}, []),
        ({"already_planned": True}, ["trend"]),
        ({"storage_years": 4}, ["storage"]),
        ({"reversal_plan": False}, ["storage"]),
        ({"harms_protected_site": True}, ["sustainability"]),
        ({"biodiversity": "negative"}, ["sustainability"]),
    ],
)
def test_gate_criteria(changed, failed):
    rows = gate.gate(GOOD | changed, "temporary_removal")
    assert [r["id"] for r in rows if not r["passed"]] == failed


@pytest.mark.parametrize("bad", [{"x": 1}, {"method": 3}, {"already_planned": "no"}, {"storage_years": "long"},
                                 {"npv_without_eur": float("nan")}, {"biodiversity": "fine"}])  # fmt: skip
def test_gate_refuses_bad_answers(bad):
    with pytest.raises(InputError):
        gate.gate(bad, "reduction")
    with pytest.raises(InputError):
        gate.gate({}, "miracle")


def test_reversal_buffer_first_then_debt_and_replacement():
    found = issued(account(), low=100_000)
    found.book(transfer("o-farm", "o-city", 50_000, "internal"))
    found.book(reverse("pr-1", 2029, 40_000, "fire", MARK))
    # buffer 15,000 covers its part; 25,000 are owed; the city counted 50,000 of 100,000, so it carries 12,500
    assert found.state.projects["pr-1"].debt_kg == 25_000
    moved = attribution.adjustments(found.state)
    assert moved[CITY, 2029] == 12_500 and moved[VILLAGE, 2029] == -12_500
    issued(found, "pr-2", low=200_000, plots=["f-2"], ags=HAMLET, owner="o-hamlet")
    refused("unit-range", found, replace("pr-1", "o-hamlet", 25_001))
    found.book(replace("pr-1", "o-hamlet", 10_000))
    # 15,000 stay open: the city carries 7,500; the hamlet's land stands in for 10,000
    moved = attribution.adjustments(found.state)
    assert (moved[CITY, 2029], moved[HAMLET, 2029], moved[VILLAGE, 2029]) == (7_500, 10_000, -17_500)
    refused("unit-range", found, reverse("pr-1", 2030, 60_001, "storm", MARK))
    # now the pool holds the 30,000 of pr-2: the loss of one is covered by the buffer of all
    found.book(reverse("pr-1", 2030, 30_000, "storm", MARK))
    assert attribution.adjustments(found.state)[HAMLET, 2030] == 30_000
    assert sound(found)["balances"]["reversed"] == 45_000


def test_only_unclaimed_lasting_removals_of_others_replace():
    found = issued(account(), low=100_000)
    found.book(reverse("pr-1", 2029, 40_000, "fire", MARK))
    refused("unit-short", found, replace("pr-1", "o-farm", 10))
    found.book(
        [plan("pr-2", **{"class": "reduction", "pool": "energy", "risk": 0, "owner": "o-hamlet", "plots": ["f-4"]})]
    )
    found.book([passed("pr-2")])
    issued(found, "pr-2")
    refused("claim-refused", found, replace("pr-1", "o-hamlet", 10))


def test_an_avoided_emission_cannot_be_reversed():
    found = account()
    found.book([plan(**{"class": "soil_emission_reduction", "pool": "peat"})])
    found.book([passed()])
    issued(found)
    assert "buffer:soil_emission_reduction" not in found.state.balances
    refused("life-cycle", found, reverse("pr-1", 2029, 10, "drought", MARK))


def test_expiry_brings_counted_kilograms_back_as_debt():
    found = issued(account(), low=1_000)
    found.book(transfer("o-farm", "o-city", 500, "internal"))
    found.book(retire("o-city", 300, "internal", 2027, "s-1"))
    refused("life-cycle", found, expire("pr-1", 2027, 2046))
    found.book([Draft("unit.prolong", {"project": "pr-1", "until": 2050, "evidence": MARK})])
    refused("life-cycle", found, expire("pr-1", 2027, 2050))
    found.book(expire("pr-1", 2027, 2051))
    assert found.state.projects["pr-1"].debt_kg == 300
    assert sound(found)["balances"] == {"expired": 700, "retired:o-city": 300}
    refused("life-cycle", found, expire("pr-1", 2027, 2051))


def test_suspension_stops_units():
    found = issued(account())
    found.book([Draft("unit.suspend", {"project": "pr-1", "reason": "audit"})])
    refused("project-suspended", found, transfer("o-farm", "o-city", 1, "internal"))
    refused("project-suspended", found, retire("o-farm", 1, "contribution", 2027, "s-1"))
    refused("life-cycle", found, [Draft("unit.suspend", {"project": "pr-1", "reason": "audit"})])
    found.book([Draft("unit.resume", {"project": "pr-1", "reason": "audit"})])
    found.book(transfer("o-farm", "o-city", 1, "internal"))
    sound(found)


def test_corrections_are_linked_and_late_ones_refused():
    found = issued(account(), low=1_000)
    sent = found.book(transfer("o-farm", "o-city", 100, "internal"))[-1].seq
    refused("reason-unknown", found, correct(sent, "because"))
    undone = found.book(correct(sent, "wrong_holder"))[-1]
    assert undone.data["corrects"] == sent
    assert attribution.adjustments(found.state) == {}
    found.book(transfer("o-farm", "o-firm", 100, "contribution"))  # the claim went with the correction
    sent = found.state.head.seq
    found.book(transfer("o-firm", "o-city", 100, "contribution"))
    refused("correction-late", found, correct(sent, "wrong_holder"))
    sound(found)


def test_cancelled_units_are_gone():
    found = issued(account())
    found.book(cancel("o-farm", 10, "duplicate"))
    assert sound(found)["balances"]["cancelled"] == 10
    refused("unit-short", found, cancel("o-farm", 841, "duplicate"))


def test_the_verifier_of_a_year_holds_no_units():
    found = account()
    for draft in (plan(), passed(), monitor()):
        found.book([draft])
    refused("verifier-bound", found, verify("pr-1", 2027, "o-farm", MARK))
    refused("verifier-bound", found, verify("pr-1", 2027, "o-city", MARK))


def test_every_entry_sums_to_zero_and_every_kilogram_is_somewhere():
    found = issued(account(), low=1_000)
    found.book(transfer("o-farm", "o-city", 100, "internal"))
    for e in found.journal.read():
        assert sum(kg for _, _, kg in sides(e.data)) == 0
    assert sum(found.state.balances.values()) == found.state.issued_kg()


@pytest.mark.parametrize("text", ["-1", "0", "1.5", "1.2345 t", "1e999", "nan", "x", "", "1 kg kg", "٣", "5 lb"])
def test_kilograms_that_are_none(text):
    with pytest.raises(InputError, match="unit-kg"):
        quantity.kilograms(text)


def test_neutrality_by_hand():
    told = neutrality.cover(1_000_000, 60_000, 30_000, {"temporary_removal": 50_000, "permanent_removal": 30_000})
    # allowed 100,000 ≥ 90,000; permanent 30,000 on CO2, temporary 30,000 on CH4/N2O and 20,000 on CO2
    assert (told["covered_kg"], told["open_kg"], told["neutral"]) == (80_000, 10_000, False)
    bare = neutrality.cover(1_000_000, 60_000, 30_000, {"temporary_removal": 90_000}, supplied=False)
    assert (bare["covered_kg"], bare["open_kg"]) == (30_000, 60_000)
    none = neutrality.cover(1_000_000, 60_000, 30_000, {"reduction": 10**6, "soil_emission_reduction": 10**6})
    assert none["covered_kg"] == 0 and none["not_counting_kg"] == 2 * 10**6
    early = neutrality.cover(1_000_000, 500_000, 0, {"permanent_removal": 500_000})
    assert (early["above_floor_kg"], early["covered_kg"], early["open_kg"]) == (400_000, 100_000, 400_000)


def test_inventory_of_both_members():
    from stadtland.ledger.inventory_check import check

    found = issued(account(), low=100_000)
    found.book(transfer("o-farm", "o-city", 50_000, "internal"))

    def status(lines: dict[Any, Any]) -> str:
        (row,) = check(found.state, lines)
        return str(row["status"])

    both = {(VILLAGE, 2027): {"lulucf_removals_t": -100_000}, (CITY, 2027): {}}
    assert status(both) == "ok"
    assert status({**both, (VILLAGE, 2027): {"lulucf_removals_t": -99_999}}) == "more_than_line"
    assert status({k: v for k, v in both.items() if k[0] != CITY}) == "no_inventory_holder"
    assert status({k: v for k, v in both.items() if k[0] != VILLAGE}) == "no_inventory_place"
    assert status({**both, (VILLAGE, 2027): {}}) == "not_visible"
    assert region.CITY == CITY
