"""Offers to land users: hand-calculated payments, properties over all measures and soils, whole texts, bad input."""

from __future__ import annotations

import json
import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stadtland.base import canonical
from stadtland.base.errors import InputError
from stadtland.toolbox import catalogue, get, offers
from stadtland.toolbox.resilience import sources

LEVELS = ("low", "central", "high")
SOILS = ("low", "medium", "high")
SECTIONS = [
    "payment",
    "opportunity",
    "owner",
    "tenant",
    "cap",
    "status",
    "term",
    "monitoring",
    "risk",
    "exit",
    "succession",
    "data",
    "sources",
]
ids = st.sampled_from(sorted(offers.terms()))


def test_income_given_up_by_hand():
    """Medium: rent 214, gross margin 617, middle 415.5. Poor: × 106/197, rich: × 272/197."""
    medium = offers.opportunity("arable", "medium")
    assert [medium[k] for k in LEVELS] == [214, 415.5, 617] and medium["evidence"] == "B"
    poor, rich = offers.opportunity("arable", "low"), offers.opportunity("arable", "high")
    assert poor["central"] == pytest.approx(415.5 * 106 / 197) == pytest.approx(223.57, abs=0.01)
    assert rich["high"] == pytest.approx(617 * 272 / 197) == pytest.approx(851.90, abs=0.01)
    assert poor["evidence"] == rich["evidence"] == "C", "a district rent stands in for soil quality"
    assert offers.opportunity("grassland", "medium")["low"] == 111


def test_hedge_by_hand():
    """Care 200/400/900 plus one hectare of income given up: the same as in the plan of the measure."""
    found = offers.offer("A01", 2.0, "medium")
    assert [found["payment_eur_per_ha_a"][k] for k in LEVELS] == [414, 815.5, 1517]
    opex = get("A01").plan.opex_eur
    assert [found["payment_eur_per_ha_a"][k] for k in LEVELS] == [opex.low, opex.central, opex.high]
    assert found["payment_eur_a"]["central"] == 1631 and found["once_eur"]["central"] == 60000
    assert found["term_eur"]["central"] == 60000 + 25 * 1631
    assert found["buffer_share"] == 0.15 and found["draft"] is True


def test_grassland_takes_the_soil_at_hand_by_hand():
    """450 EUR hold 415.50 on medium soil: 34.50 of care remain, plus 573.69 on rich soil."""
    found = offers.offer("A10", 1.0, "high")
    assert found["care_eur_per_ha_a"] == {"low": 0, "central": 34.5, "high": 183}
    assert found["payment_eur_per_ha_a"]["central"] == pytest.approx(34.5 + 415.5 * 272 / 197)
    assert offers.offer("A10", 1.0, "medium")["payment_eur_per_ha_a"]["central"] == 450
    assert offers.offer("A10", 1.0, "medium")["payment_eur_per_ha_a"]["low"] == 214, "never below the rent"


def test_a_buffer_strip_counts_two_hectares_a_kilometre():
    found = offers.offer("L12", 10.0, "medium")
    assert found["units"] == 5 and found["payment_eur_per_ha_a"]["central"] == pytest.approx(600)


def test_agroforestry_gives_up_a_tenth():
    assert offers.offer("A02", 1.0, "medium")["payment_eur_per_ha_a"]["central"] == pytest.approx(40 + 41.55)


def test_published_amounts_are_the_same_on_every_soil_and_say_so():
    found = {s: offers.offer("A06", 1.0, s) for s in SOILS}
    assert len({f["payment_eur_per_ha_a"]["central"] for f in found.values()}) == 1
    assert "nicht bekannt" in offers.wording(found["high"], "de")


@given(ids, st.sampled_from(SOILS), st.floats(0.01, 1e4))
def test_payments_rise_from_low_to_high_and_scale_with_area(measure, soil, hectares):
    found, one = offers.offer(measure, hectares, soil), offers.offer(measure, 1.0, soil)
    for key in ("payment_eur_per_ha_a", "once_eur_per_ha", "payment_eur_a", "term_eur", "care_eur_per_ha_a"):
        assert 0 <= found[key]["low"] <= found[key]["central"] <= found[key]["high"], key
    for k in LEVELS:
        assert found["payment_eur_a"][k] == pytest.approx(hectares * one["payment_eur_a"][k])
        parts = found["care_eur_per_ha_a"][k] + found["opportunity_eur_per_ha_a"][k]
        assert found["payment_eur_per_ha_a"][k] == pytest.approx(parts)
        assert found["payment_eur_per_ha_a"][k] >= found["opportunity_eur_per_ha_a"][k]


@given(ids)
def test_better_soil_never_pays_less(measure):
    for k in LEVELS:
        pay = [offers.offer(measure, 1.0, s)["payment_eur_per_ha_a"][k] for s in SOILS]
        assert pay == sorted(pay)


def test_evidence_is_never_better_than_the_worst_part():
    for measure in offers.terms():
        for soil in SOILS:
            found = offers.offer(measure, 1.0, soil)
            used = found["opportunity_eur_per_ha_a"]["high"] > 0
            assert not (used and soil != "medium") or found["evidence"] == "C"
            cost = get(measure).cost
            assert found["evidence"] >= (cost.annual.evidence or cost.evidence)


@pytest.mark.parametrize("lang", ["de", "en"])
@pytest.mark.parametrize("measure", sorted(offers.terms()))
def test_every_offer_has_all_sections_in_words(measure, lang):
    found = offers.offer(measure, 12.5, "high")
    parts = offers.sections(found, lang)
    assert [p["id"] for p in parts] == SECTIONS
    assert all(p["title"] and (p["items"] or p["paragraphs"]) for p in parts)
    text = offers.wording(found, lang)
    assert "{" not in text and "nan" not in text.lower().split()
    draft = {"de": "keine Rechtsberatung", "en": "no legal advice"}[lang]
    assert draft in text.splitlines()[1]
    pay = f"{round(found['payment_eur_per_ha_a']['central']):,}"
    assert (pay.replace(",", ".") if lang == "de" else pay) in text
    assert ("12,5" if lang == "de" else "12.5") in text
    years = re.search(rf"\b{found['term_years']} (Jahre|years)", text)
    assert years, "the term stands in the text"


def test_content_hangs_together():
    assert set(offers.terms()) <= set(catalogue())
    table = sources()
    for measure in offers.terms():
        named = offers.offer(measure, 1, "high")["sources"]
        assert not set(named) - set(table), measure
        entry = offers.terms()[measure]
        assert 0 <= entry["land_share"] <= 1 and 1 <= entry["term_years"] <= 50
        land = get(measure).plan.land
        if entry["income"] == "add" and land:
            assert land["arable"].central / entry["ha_per_unit"] == pytest.approx(entry["land_share"]), measure


def test_area_is_checked_against_the_member(by_ags):
    wurzen = by_ags["14729410"]
    assert offers.offer("A01", 4000, "medium", wurzen)["name"] == "Wurzen, Stadt"
    with pytest.raises(InputError) as error:
        offers.offer("A01", 4100, "medium", wurzen)
    assert error.value.code == "offer-over-base" and "Wurzen" in error.value.what


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (("E01", 1.0, "medium"), "offer-not-per-hectare"), (("Z99", 1.0, "medium"), "measure-unknown"),
        (("A01", 0.0, "medium"), "number-range"), (("A01", -1.0, "medium"), "number-range"),
        (("A01", math.nan, "medium"), "number-finite"), (("A01", math.inf, "medium"), "number-finite"),
        (("A01", 1e9, "medium"), "number-range"), (("A01", "3", "medium"), "number-kind"),
        (("A01", 1.0, "black"), "word-unknown"), (("A01", 1.0, ""), "word-unknown"),
    ],
)  # fmt: skip
def test_bad_input(call, code):
    with pytest.raises(InputError) as error:
        offers.offer(*call)
    assert error.value.code == code and error.value.cure


def test_the_answer_is_plain_json():
    assert json.loads(canonical.dumps(offers.offer("L01", 3, "low")))["soil"] == "low"
