"""Funding and law: every rule has a case in which it fires and one in which it does not; missing is not "no"."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stadtland import toolbox
from stadtland.base.errors import InputError
from stadtland.toolbox import funding, funding_rules

RULES = funding.bundled().rules
WANTED = {
    "start_before_approval", "double_funding", "cumulation_cap", "commitment_period", "state_aid_farm",
    "state_aid_company", "own_share", "lead_applicant", "outside_territory", "vat_2027", "procurement_services",
    "procurement_works", "legal_duty",
}  # fmt: skip


def fired(rule, case):
    """Whether the rule is among the reasons of the answer for a worked example."""
    result = funding.funding(case["measure"], case["situation"])
    if rule.scope == "situation":
        return any(r["id"] == rule.id and r["state"] == "fires" for r in result["rules"])
    programme = next(p for p in result["programmes"] if p["id"] == case["programme"])
    return any(r["id"] == rule.id for r in programme["reasons"])


def test_all_asked_for_rules_are_there():
    assert set(RULES) >= WANTED


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_rule_fires_in_one_case_and_not_in_the_other(rule):
    assert fired(rule, rule.fires)
    assert not fired(rule, rule.silent)


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_rule_is_open_when_nothing_is_known(rule):
    """An empty situation lets no rule fire: what is not stated is asked, not assumed."""
    case = {"measure": rule.fires["measure"], "programme": rule.fires.get("programme"), "situation": {}}
    assert not fired(rule, case)
    facts = funding.bundled().programmes[case["programme"]].facts if case["programme"] else {}
    state, ask = funding_rules.answer(rule, facts)
    assert state == "open" and ask and set(ask) <= set(funding_rules.SITUATION)


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_an_excluding_rule_excludes_the_programme(rule):
    if rule.effect != "excludes":
        return
    result = funding.funding(rule.fires["measure"], rule.fires["situation"])
    state = next(p["state"] for p in result["programmes"] if p["id"] == rule.fires["programme"])
    assert state == "excluded"


def test_every_answer_says_check_and_date():
    for measure in toolbox.catalogue():
        result = funding.funding(measure)
        assert result["check"]["de"].startswith("Vor Gebrauch prüfen") and result["check"]["en"].startswith(
            "Check before use"
        )
        datetime.date.fromisoformat(result["status_date"])
        assert all(p["status_date"] and p["source"] for p in result["programmes"])
        assert not [p for p in result["programmes"] if p["state"] == "may_apply"], "nothing is known yet"


def test_a_clean_case_may_apply():
    clean = {
        "applicant": "municipality", "date": "2026-12-01", "granted": [], "started_before_approval": False,
        "started_before_application": False, "legal_duty": False,
    }  # fmt: skip
    states = {p["id"]: p["state"] for p in funding.funding("B06", clean)["programmes"]}
    assert states == {"krl": "may_apply"}
    states = {
        p["id"]: p["state"] for p in funding.funding("B06", clean | {"started_before_approval": True})["programmes"]
    }
    assert states == {"krl": "excluded"}


def test_a_granted_programme_is_not_its_own_double():
    rows = {p["id"]: p for p in funding.funding("B07", {"granted": ["beg"]})["programmes"]}
    assert rows["beg"]["state"] == "granted" and rows["urban_development"]["state"] == "excluded"


def test_an_exception_that_was_not_stated_does_not_help():
    rows = funding.funding("E09", {"started_before_approval": True})["programmes"]
    assert [p["state"] for p in rows if p["id"] == "bew"] == ["excluded"]


def test_vat_starts_on_new_year_2027():
    base = {"service_between_municipalities": True, "service_eur_a": 17501}
    found = {
        day: [r["state"] for r in funding.funding("P01", base | {"date": day})["rules"] if r["id"] == "vat_2027"]
        for day in ("2026-12-31", "2027-01-01")
    }
    assert found == {"2026-12-31": [], "2027-01-01": ["fires"]}
    small = funding.funding("P01", base | {"date": "2027-01-01", "service_eur_a": 17500})
    assert "vat_2027" not in [r["id"] for r in small["rules"]]


def test_procurement_thresholds_hold_for_their_two_years_only():
    base = {"applicant": "municipality", "contract_kind": "services", "contract_eur": 1e6}
    for day, expected in (("2025-12-31", 0), ("2026-01-01", 1), ("2027-12-31", 1), ("2028-01-01", 0)):
        rows = funding.funding("M03", base | {"date": day})["rules"]
        assert len([r for r in rows if r["id"] == "procurement_services" and r["state"] == "fires"]) == expected


def test_programmes_name_measures_that_name_them():
    """Programme lists follow the measure files: a sample that a reader would look for."""
    for measure, programme in (("G01", "kfw_444"), ("B01", "beg"), ("E09", "bew"), ("A05", "auk"), ("E06", "eeg")):
        assert programme in [p["id"] for p in funding.funding(measure)["programmes"]]


@given(
    st.dictionaries(
        st.sampled_from([k for k, v in funding_rules.SITUATION.items() if v == "bool"]), st.booleans(), max_size=6
    ),
    st.sampled_from(sorted(k for k, v in funding_rules.SITUATION.items() if v == "bool")),
    st.booleans(),
)
@settings(max_examples=60, deadline=None)
def test_saying_more_never_opens_a_question(situation, key, value):
    """A further fact may settle rules, it never turns a settled rule into an open one."""
    if key in situation:
        return
    for rule in RULES.values():
        before, after = (funding_rules.answer(rule, s)[0] for s in (situation, situation | {key: value}))
        assert not (before in ("silent",) and after != "silent")
        assert not (before == "fires" and after == "open")


BAD = [
    ({"colour": 1}, "key-unknown"),
    ({"applicant": "king"}, "word-unknown"),
    ({"started_before_approval": "yes"}, "kind-bool"),
    ({"public_share": 1.5}, "number-range"),
    ({"public_share": float("nan")}, "number-finite"),
    ({"aid_3y_eur": "many"}, "number-kind"),
    ({"date": "1.1.2027"}, "date-format"),
    ({"granted": ["lottery"]}, "word-unknown"),
    ({"contract_kind": "gift"}, "word-unknown"),
]


@pytest.mark.parametrize(("situation", "code"), BAD)
def test_bad_situation(situation, code):
    with pytest.raises(InputError) as caught:
        funding.funding("A01", situation)
    assert caught.value.code == code and caught.value.where.startswith("situation") and caught.value.cure


def test_unknown_measure():
    with pytest.raises(InputError) as caught:
        funding.funding("A99")
    assert caught.value.code == "measure-unknown"


GOOD = """
status_date = "2026-11-24"
check = { de = "a", en = "b" }
[programme.p]
title = { de = "a", en = "b" }
giver = "land"
applicants = ["farm"]
begin = "none"
measures = ["A01"]
source = ["src00"]
evidence = "C"
status_date = "2026-11-24"
[rule.r]
scope = "programme"
effect = "excludes"
when = [{ key = "legal_duty", is = true }]
sentence = { de = "a", en = "b" }
cure = { de = "a", en = "b" }
source = ["src00"]
evidence = "C"
status_date = "2026-11-24"
fires = { measure = "A01", programme = "p", situation = { legal_duty = true } }
silent = { measure = "A01", programme = "p", situation = { legal_duty = false } }
"""
BAD_FILES = [
    (GOOD.replace('giver = "land"', 'giver = "king"'), "word-unknown"),
    (GOOD.replace('measures = ["A01"]', 'measures = ["A99"]'), "word-unknown"),
    (GOOD.replace('source = ["src00"]', 'source = ["nowhere"]', 1), "word-unknown"),
    (GOOD.replace('key = "legal_duty", is = true }]', 'key = "colour", is = true }]'), "word-unknown"),
    (GOOD.replace("is = true }]", 'is = "@colour" }]'), "word-unknown"),
    (GOOD.replace("is = true }]", "is = true, not = false }]"), "rule-operator"),
    (GOOD.replace('[{ key = "legal_duty", is = true }]', "[]"), "rule-empty"),
    (GOOD.replace('effect = "excludes"', 'effect = "blesses"'), "word-unknown"),
    (GOOD.replace("situation = { legal_duty = true }", "situation = { legal_duty = 1 }"), "kind-bool"),
    (GOOD.replace('fires = { measure = "A01"', 'fires = { measure = "A99"'), "word-unknown"),
    (GOOD.replace("silent =", "quiet ="), "key-unknown"),
    (GOOD.replace('begin = "none"', 'begin = "none"\nrate = { low = 0.5, high = 0.2 }'), "number-range"),
    (GOOD.replace('"2026-11-24"\nfires', '"24.11.2026"\nfires'), "date-format"),
]


@pytest.mark.parametrize(("text", "code"), BAD_FILES)
def test_bad_content(tmp_path, text, code):
    path = tmp_path / "funding.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        funding.read(path, toolbox.catalogue(), funding.sources())
    assert caught.value.code == code and "funding.toml" in caught.value.where and caught.value.cure


def test_good_content(tmp_path):
    path = tmp_path / "funding.toml"
    path.write_text(GOOD, encoding="utf-8")
    assert set(funding.read(path, toolbox.catalogue(), funding.sources()).rules) == {"r"}
