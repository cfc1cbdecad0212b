"""Regional value, drinking water, biodiversity: hand-calculated cases, properties over all measures, bad input."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stadtland.base import canonical
from stadtland.base.errors import InputError
from stadtland.toolbox import catalogue, get
from stadtland.toolbox import regional_value as room
from stadtland.toolbox.regional_value.by_stage import table
from stadtland.toolbox.resilience import sources

LEVELS = ("low", "central", "high")
PLACES = ("city", "town", "village", "partnership")
ids = st.sampled_from(sorted(catalogue()))


def flat(x):
    return dict.fromkeys(LEVELS, x)


def test_turnover_of_100000_by_hand():
    """L = 40,000; P = 5,300; income 23,200; profit 3,710; tax 0.035·3.6·5300 + 0.035·40,000 = 667.8 + 1,400."""
    found = room.from_turnover(flat(100000.0))
    assert found["income_eur"]["central"] == pytest.approx(23200)
    assert found["profits_eur"]["central"] == pytest.approx(3710)
    assert found["municipal_tax_eur"]["central"] == pytest.approx(667.8 + 1400)
    assert found["total_eur"]["central"] == pytest.approx(28977.8)
    assert found["jobs_fte"]["central"] == pytest.approx(0.8)
    assert found["jobs_fte"]["low"] == pytest.approx(30000 / 60000), "few wages, dear jobs"


def test_own_local_rate_by_hand():
    """460 %: 0.035 · 4.25 · 5,300 = 788.375."""
    found = room.from_turnover(flat(100000.0), flat(4.6))
    assert found["municipal_tax_eur"]["central"] == pytest.approx(788.375 + 1400)


def test_wind_turbine_of_5_mw_in_a_village_by_hand():
    """IÖW per kW: site tax 3, rent 9; revenue share 5 MW · 2700 MWh · 0.3 ct = 40,500 EUR."""
    parts = {s["id"]: s for s in room.stages(get("E06"), 5, "village", "14729380")}
    assert parts["site_tax"]["municipal_tax_eur"]["central"] == 15000
    assert parts["land"]["profits_eur"]["central"] == 45000
    mwh = get("E06").plan.electricity_mwh_per_unit
    assert parts["revenue_share"]["municipal_tax_eur"]["central"] == pytest.approx(5 * mwh.central * 3)
    assert parts["operator"]["profits_eur"] == {"low": 0, "central": pytest.approx(13000), "high": 130000}
    cost = get("E06").cost.invest.central
    by_hand = room.from_turnover(flat(5 * cost * 0.19 * 0.3))
    assert parts["installation"]["total_eur"]["central"] == pytest.approx(by_hand["total_eur"]["central"])
    assert {s["period"] for s in parts.values()} == {"once", "year"}


def test_published_wind_figures_close_to_the_printed_total():
    """26 + 4 + 4 + 1 = 35, printed as 36 EUR/kW because the source rounds each part."""
    stages = [s for s in table("published")["stage"] if s["measure"] == "E06" and s["id"] in ("operator", "site_tax")]
    assert sum(s[k] for s in stages for k in ("income", "profits", "municipal_tax")) == pytest.approx(36000, abs=1000)


def test_one_megawatt_gives_the_8100_euro_of_the_fact_file():
    found = {s["id"]: s for s in room.stages(get("E06"), 1, "village", "14729380")}["revenue_share"]
    assert found["municipal_tax_eur"]["central"] == pytest.approx(8100)


def test_revenue_share_of_saxony_holds_in_saxony_only():
    assert "revenue_share" not in {s["id"] for s in room.stages(get("E06"), 5, "village", "09162000")}


def test_published_solar_heat_per_square_metre_by_hand():
    """Planning 4/30/1/2 and assembly 2/13/0.3/1 EUR/m2 on 65,208 m2 for 26,000 MWh."""
    area = 65208 / 26000
    stage = next(s for s in table("published")["stage"] if (s["measure"], s["id"]) == ("E10", "installation"))
    assert stage["income"] == pytest.approx((30 + 13) * area, rel=1e-3)
    assert stage["profits"] == pytest.approx((4 + 2) * area, rel=1e-3)
    assert stage["municipal_tax"] == pytest.approx((1 + 2 + 0.3 + 1) * area, rel=1e-3)
    yearly = next(s for s in table("published")["stage"] if (s["measure"], s["id"]) == ("E10", "operation"))
    assert (yearly["income"], yearly["profits"]) == pytest.approx((2 * area, 1 * area))
    assert yearly["municipal_tax"] == pytest.approx(0.3 * area)


def test_ratios_from_the_source_are_recomputed():
    m = table("method")
    p, n, t = m["profit_share"], m["net_wage"], m["income_tax"]
    assert [p[k] for k in LEVELS] == pytest.approx([6 / 138, 13 / 247, 4 / 48], abs=6e-4)
    assert [n[k] for k in LEVELS] == pytest.approx([30 / 54, 116 / 201, 22 / 36], abs=6e-3)
    assert [t["central"], t["high"]] == pytest.approx([7 / 201, 2 / 54], abs=6e-4)
    once = m["kind"]["plant"]["once"]
    assert once["low"] < 443 / 2528 < 247 / 1247 < once["high"]


@given(ids, st.floats(0, 1e6), st.sampled_from(PLACES))
def test_parts_are_ordered_linear_and_close(measure, units, place):
    found, one = room.stages(get(measure), units, place), room.stages(get(measure), 1.0, place)
    for stage, single in zip(found, one, strict=True):
        for part in ("income_eur", "profits_eur", "municipal_tax_eur", "total_eur"):
            values = stage[part]
            assert 0 <= values["low"] <= values["central"] <= values["high"], (stage["id"], part)
            assert values["central"] == pytest.approx(units * single[part]["central"])
        for k in LEVELS:
            parts = sum(stage[p][k] for p in ("income_eur", "profits_eur", "municipal_tax_eur"))
            assert stage["total_eur"][k] == pytest.approx(parts)
        assert stage["evidence"] in "ABC" and (stage["basis"] == "published" or stage["evidence"] == "C")


@given(st.floats(0, 1e12))
def test_value_never_exceeds_the_turnover(turnover):
    found = room.from_turnover(flat(turnover))
    assert all(found["total_eur"][k] <= turnover for k in LEVELS)


@given(ids)
def test_value_of_the_method_never_exceeds_what_is_spent(measure):
    one = get(measure)
    for stage in room.stages(one, 1.0, "partnership"):
        if stage["basis"] == "method":
            spent = one.cost.invest if stage["period"] == "once" else one.cost.annual
            assert stage["total_eur"]["high"] <= spent.high


def test_income_given_up_by_farms_is_no_work():
    assert [s["id"] for s in room.stages(get("A06"), 100)] == ["installation"]
    grass = {s["id"]: s for s in room.stages(get("A10"), 1)}["operation"]
    assert grass["total_eur"]["central"] == pytest.approx(
        room.from_turnover(flat(34.5 * 0.75 * 0.7))["total_eur"]["central"]
    )


def test_extra_cost_gives_no_stage_and_says_so():
    found = room.value("A07", 10)
    assert found["stages"] == [] and found["no_turnover"]
    assert any("Mehrkosten" in line for line in room.lines(found, "de"))


def test_more_of_the_work_stays_in_a_larger_place():
    by_place = [room.stages(get("B03"), 1000, p)[0]["total_eur"]["central"] for p in ("village", "town", "city")]
    assert by_place == sorted(by_place) and by_place[0] < by_place[-1]


def test_nitrogen_and_nitrate_by_hand():
    """100 ha · 30 kg N = 3,000 kg; as nitrate × 62.0049/14.0067 = 4.42680."""
    found = room.drinking_water(get("A06"), 100)
    assert found["nitrogen_kg_a"] == {"low": 1500, "central": 3000, "high": 6000}
    assert found["nitrate_kg_a_at_most"]["central"] == pytest.approx(13280.4, abs=0.1)
    assert [found["treatment_eur_per_m3"][k] for k in ("low", "high")] == [0.55, 0.76]
    assert found["works_m3_a"] is None and found["at_stake_eur_a"] is None


def test_works_of_thallwitz_by_hand(by_ags):
    """11,361,235 m3 · 0.55 … 0.76 EUR: what is at stake, not what ten hectares save."""
    found = {n: room.drinking_water(get("A06"), n, by_ags["14729380"]) for n in (10, 1000)}
    assert found[10]["at_stake_eur_a"]["low"] == pytest.approx(6248679.25)
    assert found[10]["at_stake_eur_a"]["high"] == pytest.approx(8634538.6)
    assert found[10]["at_stake_eur_a"] == found[1000]["at_stake_eur_a"]
    assert room.drinking_water(get("A06"), 10, by_ags["14713000"])["at_stake_eur_a"] is None


def test_unknown_amounts_are_null_and_unrated_species_are_not_rated():
    assert room.drinking_water(get("A05"), 10)["nitrogen_kg_a"] is None
    assert room.drinking_water(get("A05"), 10)["direction"] == "less"
    assert room.drinking_water(get("B01"), 10)["direction"] == "none"
    assert room.biodiversity(get("B01"))["text"] is None
    hedge = room.biodiversity(get("A01"))
    assert hedge["grade"] == "strong" and hedge["evidence"] == "C" and hedge["text"]["de"]


def test_biodiversity_is_words_and_content_hangs_together():
    known = set(sources())
    for name, part in (("biodiversity", "measure"), ("water", "measure")):
        for measure, entry in table(name)[part].items():
            assert measure in catalogue() and not set(entry["sources"]) - known
            assert entry["evidence"] == "C" or entry["sources"]
    assert not [v for e in table("biodiversity")["measure"].values() for v in e.values() if isinstance(v, int | float)]
    for entry in table("published")["stage"]:
        assert entry["measure"] in catalogue() and not set(entry["sources"]) - known and entry["evidence"] in "AB"
    for measure in catalogue().values():
        assert sum(measure.field in k["fields"] for k in table("method")["kind"].values()) == 1, measure.field
        for stage in room.stages(measure, 1):
            assert not set(stage["sources"]) - known, measure.id


@pytest.mark.parametrize("lang", ["de", "en"])
def test_lines_of_every_measure(by_ags, lang):
    for measure in catalogue():
        lines = room.lines(room.value(measure, 2.5, by_ags["14729380"]), lang)
        assert len(lines) >= 4 and "{" not in "".join(lines) and get(measure).title.model_dump()[lang] in lines[0]
        assert ("2,5" if lang == "de" else "2.5") in lines[0]


def test_the_answer_is_plain_json_and_has_no_grand_total(by_ags):
    found = json.loads(canonical.dumps(room.value("E06", 3, by_ags["14729380"])))
    assert not [k for k in found if "total" in k]


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda: room.value("Z99", 1), "measure-unknown"),
        (lambda: room.value("A01", -1), "number-range"),
        (lambda: room.value("A01", math.nan), "number-finite"),
        (lambda: room.stages(get("A01"), 1, "moon"), "word-unknown"),
        (lambda: room.from_turnover(flat(-1.0)), "value-range"),
        (lambda: room.from_turnover({"low": 2.0, "central": 1.0, "high": 3.0}), "value-range"),
        (lambda: room.from_turnover(flat(1.0), flat(0.3)), "value-range"),
        (lambda: room.from_turnover(flat(math.nan)), "value-range"),
    ],
)
def test_bad_input(call, code):
    with pytest.raises(InputError) as error:
        call()
    assert error.value.code == code and error.value.cure
