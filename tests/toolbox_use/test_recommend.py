"""Recommendations, bundles, search and comparison: every reason traced to rule and data, none on quality D alone."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stadtland import facts, inventory, toolbox
from stadtland.base.errors import InputError
from stadtland.toolbox import interactions, recommend, recommend_find

CITY, VILLAGE, TOWN = "14713000", "14729380", "14729410"
CODES = (CITY, VILLAGE, "14729030", "14729245", TOWN)


@pytest.fixture(scope="module")
def case():
    return facts.load_members(CODES, 2021), inventory.build(CODES, 2021)


@pytest.fixture(scope="module")
def found(case):
    return {role: recommend.recommend(role, *case) for role in recommend.PLACE_ROLES}


def names(rows, ags):
    return {r.rule: r for r in rows if r.ags == ags}


# --- what fires and why


def test_each_role_gets_something_and_the_right_members(found):
    assert all(any(r.state == "fires" for r in rows) for rows in found.values())
    assert {r.ags for r in found["city"]} == {CITY}
    assert CITY not in {r.ags for r in found["municipality"]}


def test_numbers_by_hand(found):
    row = names(found["municipality"], VILLAGE)["village_houses"]
    # Thallwitz 2021: 964 of 1234 houses; 69.5 % owner-occupied
    assert row.data[0].value == pytest.approx(100 * 964 / 1234) and row.data[1].value == 69.5
    assert "78,1 %" in row.reason["de"] and "69.5 %" in row.reason["en"]
    # 9618 ha · 10000 / 601866 people = 160 m² a head
    assert names(found["city"], CITY)["city_pays_land"].data[0].value == pytest.approx(9618e4 / 601866)


def test_the_towns_network_and_the_villages_wood(found):
    rows = names(found["municipality"], TOWN)
    assert "town_network" in rows and "village_wood_heat" not in rows
    assert {m["id"] for m in names(found["municipality"], VILLAGE)["village_wood_heat"].measures} >= {"E13"}


def test_nothing_is_said_about_wind_where_none_stands(case, found):
    wind = {m.ags: m.value("mastr.wind_on") for m in case[0] if m.ags != CITY}
    assert 0.0 in wind.values()
    for ags, kw in wind.items():
        assert ("wind_here" in names(found["municipality"], ags)) == (kw > 0)


def test_every_recommendation_is_traced(found):
    for role, rows in found.items():
        for r in rows:
            rule = recommend.rules()[r.rule]
            assert role in rule.roles and {m["id"] for m in r.measures} <= set(rule.measures)
            assert len(r.data) == len(rule.when)
            if r.state == "fires":
                assert r.measures and all(d.holds and d.names for d in r.data)
                assert all(r.reason[lang] for lang in ("de", "en"))


def test_dropped_measures_have_no_potential_or_belong_to_the_other_side(case, found):
    members, inv = case
    by = {m.ags: m for m in members}
    for rows in found.values():
        for r in rows:
            kept = {m["id"] for m in r.measures}
            for one in recommend.rules()[r.rule].measures:
                reason = toolbox.potential(toolbox.get(one), by[r.ags], inv).reason
                assert (one in kept) == (reason is None or reason in recommend.BASE_UNKNOWN) or r.state == "unknown"


def test_open_potentials_have_no_number(found):
    rows = [m for rs in found.values() for r in rs for m in r.measures]
    assert any(m["central"] is None for m in rows)
    assert all((m["central"] is None) == (m["reason"] is not None) for m in rows)


# --- data quality D


def test_no_rule_fires_on_data_of_quality_d_alone(case):
    """All figures and all cells set to D: nothing fires, for any role."""
    members, inv = case
    poor = [
        replace(m, figures={k: f.model_copy(update={"data_quality": "D"}) for k, f in m.figures.items()})
        for m in members
    ]
    nothing = replace(inv, data_quality=0.0 * inv.data_quality)
    for role in recommend.PLACE_ROLES:
        states = {r.state for r in recommend.recommend(role, poor, nothing)}
        assert "fires" not in states and "held_back" in states


def test_computed_herds_are_held_back_until_entered(case, found):
    assert names(found["farm"], VILLAGE)["farm_cattle"].state == "held_back"
    members, inv = case
    own = []
    for m in members:
        cows = m.figures["livestock.cows"].model_copy(update={"data_quality": "A", "value": 500.0})
        own.append(replace(m, figures={**m.figures, "livestock.cows": cows}))
    assert names(recommend.recommend("farm", own, inv), VILLAGE)["farm_cattle"].state == "fires"


def test_a_missing_number_is_said_and_recommends_nothing(case):
    members, inv = case
    less = [
        replace(m, figures={k: f for k, f in m.figures.items() if k != "zensus2022.share_owner_occupied"})
        for m in members
    ]
    row = names(recommend.recommend("citizen", less, inv), VILLAGE)["citizen_house"]
    assert row.state == "unknown" and row.measures == () and row.data[0].value is None


def test_quality_of_a_number_is_that_of_its_worst_part(case):
    from stadtland.inventory.profile import places

    members, inv = case
    place = places(inv, members)[1]
    assert recommend.quality(["population"], place, inv) == "A"
    assert recommend.quality(["population", "livestock.cows"], place, inv) == "D"
    assert recommend.quality(["nowhere"], place, inv) == "D"
    assert recommend.quality(["mwh:HH.dh"], place, inv) == "C"  # BISKO 0.25


@pytest.mark.datapack
def test_every_role_works_for_any_municipality(datapack):
    codes = ("01001000", "03241001", "05315000", "09162000", "08111000", "12060052", "14521010", "16077001")
    members, inv = facts.load_members(codes, 2021, datapack), inventory.build(codes, 2021, datapack)
    for role in recommend.ROLES:
        for r in recommend.recommend(role, members, inv):
            grades = [d.data_quality for d in r.data]
            assert (r.state == "fires") <= any(g in "ABC" for g in grades) and "{" not in r.reason["de"]


# --- bundles


def test_bundles_hold_no_pair_that_excludes_itself():
    assert len(recommend.bundles()) >= 8
    for bundle in recommend.bundles().values():
        pairs = interactions.between(set(bundle.measures))
        assert not [p for p in pairs if p.relation == "exclusive" and p.scope != "view"]
        assert bundle.first in bundle.measures and len(bundle.measures) >= 3
    assert {"heat_wood", "canteen_organic", "stream_agroforestry"} <= set(recommend.bundles())


def test_bundles_of_the_brief():
    by = {k: set(b.measures) for k, b in recommend.bundles().items()}
    assert {"E13", "A02"} <= by["heat_wood"] and {"F01", "A05"} <= by["canteen_organic"]
    assert {"L11", "A02"} <= by["stream_agroforestry"]


# --- search


def test_search_by_words_in_either_language():
    assert recommend_find.search("Wärmepumpe")[0]["id"] in {"B01", "B02", "B11", "B12", "E09", "I01"}
    assert recommend_find.search("heat pump ground")[0]["id"] == "B02"
    assert [r["id"] for r in recommend_find.search("A01")][:1] == ["A01"]
    assert recommend_find.search("xyzzy") == []


def test_titles_come_before_mentions():
    rows = recommend_find.search("hecke")
    assert rows[0]["id"] == "A01" and rows[0]["hits"] > rows[-1]["hits"]
    assert [r["hits"] for r in rows] == sorted((r["hits"] for r in rows), reverse=True)


def test_umlauts_may_be_missing():
    same = {tuple(r["id"] for r in recommend_find.search(q)) for q in ("wärmepumpe", "waermepumpe", "WARMEPUMPE")}
    assert len(same) == 1 and next(iter(same))


def test_filters():
    heat = recommend_find.search(hazard="heat", side="city", evidence="B")
    for row in heat:
        m = toolbox.get(row["id"])
        assert "heat" in m.hazards and "city" in m.applies_to and m.effect.evidence <= "B"
    assert {r["id"] for r in recommend_find.search(bundle="heat_wood")} == {"B08", "A02", "E13"}
    farms = [toolbox.get(r["id"]).payer for r in recommend_find.search(payer="farms")]
    assert farms and all(p.farms == max(p.model_dump().values()) for p in farms)
    every = {r["id"] for r in recommend_find.search()}
    assert every == {i for i, m in toolbox.catalogue().items() if not m.reference}


@given(st.sampled_from(["wald", "strom", "bus", "kantine", "holz wärme"]), st.sampled_from(["city", "rural"]))
@settings(max_examples=10, deadline=None)
def test_a_filter_only_narrows(query, side):
    assert {r["id"] for r in recommend_find.search(query, side=side)} <= {r["id"] for r in recommend_find.search(query)}


@pytest.mark.parametrize(
    ("filters", "code"),
    [({"hazard": "frogs"}, "word-unknown"), ({"colour": "red"}, "key-unknown"), ({"class": "x"}, "word-unknown"),
     ({"view": "x"}, "word-unknown"), ({"field": "x"}, "word-unknown"), ({"status": "x"}, "word-unknown"),
     ({"type": "x"}, "word-unknown"), ({"bundle": "x"}, "word-unknown")],
)  # fmt: skip
def test_bad_filters(filters, code):
    with pytest.raises(InputError) as caught:
        recommend_find.search(**filters)
    assert caught.value.code == code and caught.value.where and caught.value.cure


# --- comparison


def test_comparison_shows_what_the_measures_say(case):
    result = recommend_find.compare(["A01", "L05"], *case)
    assert result["rows"]["effect"]["A01"]["central"] == toolbox.get("A01").effect.central
    assert result["rows"]["land_ha"]["L05"] == {"arable": 1.0}
    assert [p["relation"] for p in result["pairs"]] == ["exclusive"]
    cell = result["potentials"][VILLAGE]["A01"]
    assert cell["central"] == toolbox.potential(toolbox.get("A01"), case[0][1], case[1]).central
    assert "total" not in result and "rank" not in result


def test_comparison_of_an_open_potential_has_no_zero(case):
    cell = recommend_find.compare(["L11", "A01"], *case)["potentials"][VILLAGE]["L11"]
    assert cell["central"] is None and cell["reason"] == "potential.no_stream_map"


@pytest.mark.parametrize(
    ("ids", "code"),
    [
        (["A01"], "compare-few"),
        ([], "compare-few"),
        (["A01", "A01"], "compare-twice"),
        (["A01", "Z9"], "measure-unknown"),
    ],
)
def test_bad_comparison(ids, code):
    with pytest.raises(InputError) as caught:
        recommend_find.compare(ids)
    assert caught.value.code == code and caught.value.cure


def test_unknown_role(case):
    with pytest.raises(InputError) as caught:
        recommend.recommend("king", *case)
    assert caught.value.code == "word-unknown" and "role" in caught.value.where


# --- bad content

GOOD = """
[r]
roles = ["city"]
measures = ["A01"]
when = [{ over = { population = 1.0 }, unit = "persons", from = 1.0 }]
reason = { de = "{name} {v1}", en = "{name} {v1}" }
"""
BAD = [
    (GOOD.replace('"city"', '"king"'), "word-unknown"),
    (GOOD.replace("A01", "A99"), "word-unknown"),
    (GOOD.replace('en = "{name} {v1}"', 'en = "{v2}"'), "recommendation-slot"),
    (GOOD.replace('en = "{name} {v1}"', 'en = "{"'), "recommendation-slot"),
    (GOOD.replace(", from = 1.0", ""), "recommendation-limit"),
    (GOOD.replace("from = 1.0", "from = 1.0, until = 2.0"), "recommendation-limit"),
    (GOOD.replace("from = 1.0", "from = nan"), "number-finite"),
    (GOOD.replace('["A01"]', "[]"), "recommendation-empty"),
    (GOOD + 'bundle = "nowhere"\n', "word-unknown"),
    (GOOD + "colour = 1\n", "key-unknown"),
    (GOOD.replace('unit = "persons", ', ""), "key-missing"),
    (GOOD.replace('de = "{name} {v1}"', 'de = " "'), "text-empty"),
]


@pytest.mark.parametrize(("text", "code"), BAD)
def test_bad_rules(tmp_path, text, code):
    path = tmp_path / "recommendations.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        recommend.read_rules(path, toolbox.catalogue(), recommend.bundles())
    assert caught.value.code == code and "recommendations.toml" in caught.value.where and caught.value.cure


BUNDLE = (
    '[b]\ntitle = { de = "a", en = "b" }\nmeasures = ["A01", "L05"]\nfirst = "A01"\ntext = { de = "a", en = "b" }\n'
)


@pytest.mark.parametrize(
    ("text", "code"),
    [(BUNDLE, "bundle-excludes"), (BUNDLE.replace("L05", "Z99"), "word-unknown"),
     (BUNDLE.replace('first = "A01"', 'first = "A02"'), "word-unknown"),
     (BUNDLE.replace("text", "texts"), "key-unknown")],
)  # fmt: skip
def test_bad_bundles(tmp_path, text, code):
    path = tmp_path / "bundles.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        recommend.read_bundles(path, toolbox.catalogue())
    assert caught.value.code == code and "bundles.toml" in caught.value.where


def test_good_rule(tmp_path):
    path = tmp_path / "recommendations.toml"
    path.write_text(GOOD, encoding="utf-8")
    assert set(recommend.read_rules(path, toolbox.catalogue(), recommend.bundles())) == {"r"}
