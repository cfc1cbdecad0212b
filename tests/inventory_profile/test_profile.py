"""Profile: values by hand, levels, missing data named, no ranking; surplus and shortage sum to zero."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from conftest_profile import subset
from hypothesis import given
from hypothesis import strategies as st

from stadtland.base.errors import InputError
from stadtland.inventory import profile, profile_complements

# The common set of indicators: 75 codes in nine groups.
COMMON = (
    [f"K{i:02d}" for i in range(1, 9)] + [f"E{i:02d}" for i in range(1, 21)] + [f"T{i:02d}" for i in range(1, 9)]
    + [f"A{i:02d}" for i in range(1, 8)] + [f"L{i:02d}" for i in range(1, 10)] + [f"W{i:02d}" for i in range(1, 5)]
    + [f"R{i:02d}" for i in range(1, 8)] + [f"O{i:02d}" for i in range(1, 6)] + [f"S{i:02d}" for i in range(1, 8)]
)  # fmt: skip


@pytest.fixture(scope="module")
def found(inv, members):
    return profile.indicators(inv, members)


def value(found, ags, ident):
    return next(r for r in found[ags] if r["id"] == ident)["value"]


def test_the_common_set_is_complete_and_thirty_have_values_for_all(found, inv):
    for ags in inv.ags:
        codes = [r["code"] for r in found[ags] if r["code"]]
        assert sorted(codes) == sorted(COMMON), "every indicator once, none left out"
    everywhere = {
        c for c in COMMON if all(any(r["code"] == c and r["value"] is not None for r in found[a]) for a in inv.ags)
    }
    assert len(everywhere) >= 30
    all_values = [i for i in profile.catalogue() if all(value(found, a, i) is not None for a in inv.ags)]
    assert len(all_values) >= 40


def test_what_has_no_value_names_the_missing_datum(found):
    for rows in found.values():
        for row in rows:
            assert (row["value"] is None) == (row["missing"] is not None), row["id"]
            if row["value"] is None and row["id"] in profile.lacking():
                assert row["missing"]["de"] and row["missing"]["en"] and row["ask"]["de"] and row["ask"]["en"]
            if row["value"] is not None:
                assert row["level"] in profile.LEVELS and set(row["level_text"]) == {"de", "en"} and row["source"]


@pytest.mark.parametrize(
    ("ident", "ags", "expected"),
    [
        ("density", "14713000", 100 * 601866 / 29780),
        ("living_area", "14729245", 1000 * 279.8 / 6050),
        ("single_houses", "14729410", 100 * 1969 / 3415),
        ("cars", "14713000", 1000 * 232677 / 601866),
        ("land_take", "14713000", 100 * ((12871 + 3601) - (12657 + 3601)) / (3 * (12657 + 3601))),
        ("biomass_power", "14729380", 1000 * 1234 / 4172),
        ("commuter_balance", "14729410", 1804 - 3437),
        ("electric_cars", "14713000", 100 * 1359 / 232677),
        ("industry_ets_per_head", "14729410", 47919 / 16238),
        ("industry_ets_per_head", "14729380", 0.0),
        ("vacancy", "14729410", 10.8),
        ("sealed_share", "14713000", 100 * 7412.4 / 29780),
    ],
)
def test_values_by_hand_from_printed_figures(found, ident, ags, expected):
    assert value(found, ags, ident) == pytest.approx(expected, rel=1e-9)


def test_values_from_the_balance_by_hand(found, inv):
    line = {x: i for i, x in enumerate(inv.lines)}
    j = inv.ags.index("14729245")
    heads = 6050
    assert value(found, "14729245", "household_power") == pytest.approx(
        1000 * inv.energy_mwh[line["HH.elec"], j] / heads
    )
    assert value(found, "14729245", "landfill_per_head") == pytest.approx(
        1000 * inv.t_co2e[line["WASTE.landfill"], j] / heads
    )
    cost = 25 * sum(inv.energy_mwh[line[f"HH.{c}"], j] * f for c, f in (("gas", 0.201), ("oil", 0.266), ("lpg", 0.239)))
    assert value(found, "14729245", "heating_carbon_cost") == pytest.approx(cost / heads)
    use = sum(inv.energy_mwh[i, j] for x, i in line.items() if x.endswith(".elec"))
    made = 43974.96 * 0.92 + 2000 * 1.831 + 265 * 4.967
    assert value(found, "14729245", "renewable_power_share") == pytest.approx(100 * made / use)


def test_utilisation_is_the_published_share_of_the_hours():
    weights = profile.catalogue()["renewable_power_share"]["over"]
    for name, share in (("mastr.pv", 0.105), ("mastr.wind_on", 0.209), ("mastr.biomass", 0.567)):
        assert weights[name] == pytest.approx(share * 8.76, abs=1e-3)


def test_levels_say_what_is_not_local(found):
    level = {(a, r["id"]): r["level"] for a, rows in found.items() for r in rows}
    assert level["14713000", "cars"] == "place" and level["14729380", "cars"] == "district"
    assert level["14729380", "agriculture_per_ha"] == "land" and level["14729380", "landfill_per_head"] == "country"
    assert level["14713000", "density"] == "place" and level["14713000", "bisko_per_head"] == "estimate"
    for ident, spec in profile.catalogue().items():
        values = {a: value(found, a, ident) for a in found}
        spread = max(values.values()) - min(values.values())
        if spread < 1e-6 * max(abs(v) for v in values.values()):
            assert spec.get("floor") in ("land", "country"), f"{ident} is equal for all: say so"


def test_the_year_is_that_of_the_figures(found, inv_2018, members):
    year = {r["id"]: r["year"] for r in found["14729380"]}
    assert (year["density"], year["vacancy"], year["commuter_balance"]) == (2021, 2022, 2023)
    assert year["land_take"] is None, "two years, no single one"
    from stadtland import facts

    older = profile.indicators(inv_2018, facts.load_members(inv_2018.ags, 2018))
    year = {r["id"]: r["year"] for r in older["14729380"]}
    assert year["density"] == 2018 and year["bisko_per_head"] == 2018
    assert year["pv_per_head"] is None, "power of 2021 over heads of 2018"


def test_side_follows_from_the_values_not_from_a_claim(found, inv, members):
    side = {r["id"]: r["side"] for r in found["14713000"]}
    assert side["density"] == "city" and side["farmland_per_head"] == "rural" and side["landfill_per_head"] == "both"
    # two villages only: nobody is a city, the content speaks
    part = subset(inv, [1, 2])
    alone = {r["id"]: r["side"] for r in profile.indicators(part, members)["14729380"]}
    assert alone["density"] == profile.catalogue()["density"]["side"]


def test_missing_is_not_zero(inv, members):
    figures = dict(members[1].figures)
    del figures["mastr.pv"]
    poorer = [members[0], replace(members[1], figures=figures), *members[2:]]
    rows = {r["id"]: r for r in profile.indicators(inv, poorer)["14729380"]}
    for ident in ("pv_per_head", "renewable_power_share"):
        assert rows[ident]["value"] is None and "mastr.pv" in rows[ident]["missing"]["de"]
    table = {r["id"]: r for r in profile_complements.table(inv, poorer)}
    assert table["land"]["members"]["14729380"]["state"] != "unknown"


def test_no_ranking_anywhere(found, inv, members):
    text = json.dumps([found, profile_complements.table(inv, members)], ensure_ascii=False).lower()
    for word in ("rangliste", "bester", "schlechtester", "rank", "worst", "best ", "platz 1"):
        assert word not in text, word
    order = [list(row["members"]) for row in profile_complements.table(inv, members)]
    assert all(o == list(inv.ags) for o in order), "members stand in the order of the partnership"


def test_the_report_shows_the_first_twelve():
    first = list(profile.catalogue())[:12]
    assert first == [
        "density", "bisko_per_head", "agriculture_per_head", "farmland_per_head", "forest_share", "settlement_share",
        "living_area", "single_houses", "owner_occupied", "cars", "wind_per_head", "pv_per_head",
    ]  # fmt: skip


def test_bad_names_and_members(inv, members):
    place = profile.places(inv, members)[0]
    with pytest.raises(InputError, match="no line"):
        place.get("t:XX.*")
    with pytest.raises(InputError, match="no figures"):
        profile.indicators(inv, members[:2])


def test_every_name_in_the_content_exists(inv, members):
    place = profile.places(inv, members)[0]
    for spec in (*profile.catalogue().values(), *profile_complements.resources().values()):
        for key in ("over", "per", "supply", "need"):
            if key in spec:
                names = [spec[key]] if isinstance(spec[key], str) else list(spec[key])
                for name in names:
                    known = any(m.get(name) for m in members) or place.get(name).value is not None
                    assert known, name


# ---- surplus and shortage ----------------------------------------------------------------------------------------


def test_balance_by_hand():
    # 40 ha for a need of 4: ten each. The first has 10 and needs 3·10: 20 short.
    assert profile_complements.balance([10.0, 30.0], [3.0, 1.0]).tolist() == [-20.0, 20.0]
    with pytest.raises(ValueError):
        profile_complements.balance([1.0], [0.0])


@given(st.lists(st.tuples(st.floats(0, 1e6), st.floats(0.1, 1e6)), min_size=1, max_size=9))
def test_surplus_and_shortage_sum_to_zero_and_pairs_match(rows):
    gaps = profile_complements.balance([r[0] for r in rows], [r[1] for r in rows])
    size = max(1.0, sum(r[0] for r in rows))
    assert abs(gaps.sum()) < 1e-9 * size * len(rows)
    named = {f"{k}": float(g) for k, g in enumerate(gaps)}
    pairs = profile_complements.pairs(named)
    for giver, surplus in named.items():
        if surplus > 1e-6 * size and pairs:
            assert sum(p["amount"] for p in pairs if p["giver"] == giver) == pytest.approx(surplus)


def test_table_has_all_nine_resources(inv, members):
    rows = {r["id"]: r for r in profile_complements.table(inv, members)}
    assert list(rows) == ["roofs", "land", "wind", "biomass", "heat", "carbon_storage", "water", "staff", "demand"]
    land = rows["land"]["members"]
    supply = {m.ags: m.value("area.veg_agri") + m.value("area.veg_forrest") for m in members}
    need = {m.ags: m.value("population") for m in members}
    for ags in inv.ags:
        by_hand = supply[ags] - need[ags] * sum(supply.values()) / sum(need.values())
        assert land[ags]["balance"] == pytest.approx(by_hand)
        assert land[ags]["state"] == ("shortage" if ags == "14713000" else "surplus")
    for ident in ("heat", "water", "staff"):
        assert {v["state"] for v in rows[ident]["members"].values()} == {"unknown"}, ident
        assert rows[ident]["pairs"] == []
    assert rows["water"]["members"]["14729380"]["supply"] == 11361235.0, "what is known stays visible"
    for row in rows.values():
        for entry in row["members"].values():
            assert set(entry["text"]) == {"de", "en"} and entry["state"] in profile_complements.STATES


def test_water_need_by_hand(inv, members):
    (row,) = [r for r in profile_complements.table(inv, members) if r["id"] == "water"]
    assert row["members"]["14729380"]["need"] == pytest.approx(3548 * 126 * 365 / 1000)
