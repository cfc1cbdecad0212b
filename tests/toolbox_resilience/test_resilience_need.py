"""Effects, need and coverage: hand-calculated cases, properties, who protects whom, no score and no tonnes."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stadtland.base import canonical
from stadtland.base.errors import InputError
from stadtland.toolbox import resilience as room
from stadtland.toolbox.resilience.content import bases, effects, flows, indices, parse_effect, requests, tradeoffs

LOSSATAL, THALLWITZ, LEIPZIG, WURZEN = "14729245", "14729380", "14713000", "14729410"
share = st.floats(0, 1, allow_nan=False)


def need(indicator, value, unit):
    return {"indicator": indicator, "value": value, "unit": unit, "source": "Karte", "data_quality": "B"}


def effect_of(measure, indicator):
    return next(e for e in effects() if (e.measure, e.indicator) == (measure, indicator))


def test_two_halves_leave_a_quarter():
    assert room.reduction([0.5, 0.5], [1, 1]) == pytest.approx(0.75)
    assert room.reduction([0.5, 0.5], [1, 0.5]) == pytest.approx(1 - 0.5 * 0.75)
    assert room.reduction([1.0], [1.0]) == pytest.approx(1.0)
    assert room.reduction([], []) == 0


@given(st.lists(st.tuples(share, share), min_size=1, max_size=6), share, share)
def test_reduction_is_bounded_by_the_largest_and_by_the_sum_and_grows(pairs, e, s):
    effects_, shares = [p[0] for p in pairs], [p[1] for p in pairs]
    joint = room.reduction(effects_, shares)
    parts = [a * b for a, b in pairs]
    assert max(parts) - 1e-9 <= joint <= min(1.0, math.fsum(parts)) + 1e-9
    assert room.reduction([*effects_, e], [*shares, s]) >= joint - 1e-12
    assert room.reduction(effects_[::-1], shares[::-1]) == pytest.approx(joint)


@pytest.mark.parametrize("bad", [-0.1, 1.1, math.nan, math.inf])
def test_shares_outside_0_to_1_are_refused(bad):
    for call in (lambda: room.reduction([bad], [1]), lambda: room.reduction([0.5], [bad]), lambda: room.additive(bad)):
        with pytest.raises(InputError) as error:
            call()
        assert error.value.code == "share-range"


def test_soil_loss_of_lossatal_by_hand(members, by_ags):
    """100 ha to grassland and 1000 ha of mulch seeding on the farm's cropland."""
    arable = by_ags[LOSSATAL].value("agri.arable")
    grass, mulch = effect_of("A10", "soil_loss_on_area"), effect_of("A18", "soil_loss_on_area")
    found = room.coverage(members, {LOSSATAL: {"A10": 100, "A18": 1000}})[LOSSATAL]["erosion"]["combined"]
    by_hand = 1 - (1 - 100 / arable * grass.central) * (1 - 1000 / arable * mulch.central)
    assert found["soil_loss_on_area"]["central"] == pytest.approx(by_hand, rel=1e-12)
    assert found["soil_loss_on_area"]["kind"] == "share"


def test_storage_adds_up_and_covers_a_need_by_hand(members):
    """10 units of 1000 m3 and a basin of 5000 m3 against 20,000 m3."""
    chosen = {LOSSATAL: {"L13": 10, "S05": 5000}}
    found = room.coverage(members, chosen, needs={LOSSATAL: {"heavy_rain": need("storage", 20000, "m3")}})
    entry = found[LOSSATAL]["heavy_rain"]
    assert entry["combined"]["storage"]["central"] == 15000
    assert (entry["need"], entry["unit"], entry["coverage"], entry["effect"]) == (20000, "m3", 0.75, 15000)
    assert entry["data_quality"] == "B" and entry["data_from"] == {"de": "Karte", "en": "Karte"}
    more = room.coverage(members, {LOSSATAL: {"L13": 30}}, needs={LOSSATAL: {"heavy_rain": need("storage", 2e4, "m3")}})
    assert more[LOSSATAL]["heavy_rain"]["coverage"] == 1


def test_a_need_of_a_reduction_is_covered_in_additive_units(members):
    """Heat plan for all of Thallwitz: −ln(1 − e) / −ln(1 − need)."""
    plan = effect_of("H01", "heat_deaths")
    found = room.coverage(members, {THALLWITZ: {"H01": 1}}, needs={THALLWITZ: {"heat": need("heat_deaths", 0.5, "1")}})
    entry = found[THALLWITZ]["heat"]
    assert entry["effect"] == pytest.approx(plan.central), "a plan for 100,000 serves all 3,548 and not more"
    assert entry["coverage"] == pytest.approx(math.log(1 - plan.central) / math.log(0.5))
    assert entry["coverage_range"][0] <= entry["coverage"] <= entry["coverage_range"][1]


def test_unknown_need_is_null_never_zero_and_names_the_request(members):
    found = room.coverage(members, {})
    assert set(found) == {m.ags for m in members}
    for hazards in found.values():
        assert sorted(hazards) == sorted(room.HAZARDS) and len(hazards) == 8
        for hazard, entry in hazards.items():
            assert entry["need"] is None and entry["coverage"] is None and entry["data_quality"] is None, hazard
            assert entry["request"]["office"]["de"] and entry["request"]["product"]["en"]
            assert entry["effects"] == [] and entry["combined"] == {} and entry["tradeoffs"] == []


def test_a_known_need_without_measures_is_uncovered_and_a_zero_need_is_covered(members):
    for value, expected in ((1000, 0.0), (0, 1.0)):
        found = room.coverage(members, {}, needs={WURZEN: {"heavy_rain": need("storage", value, "m3")}})
        assert found[WURZEN]["heavy_rain"]["coverage"] == expected


def test_an_unknown_base_stays_unknown(members):
    chosen, wanted = {LOSSATAL: {"S05": 5000}}, {LOSSATAL: {"heavy_rain": need("peak_runoff", 0.3, "1")}}
    entry = room.coverage(members, chosen, needs=wanted)[LOSSATAL]["heavy_rain"]
    assert entry["combined"]["peak_runoff"]["central"] is None
    assert entry["need"] == 0.3 and entry["coverage"] is None and entry["reason"] == "resilience.base_unknown"


def test_local_effects_are_listed_and_never_added(members):
    entry = room.coverage(members, {LEIPZIG: {"G01": 5000, "G07": 20}})[LEIPZIG]["heat"]
    assert {e["measure"] for e in entry["effects"]} == {"G01", "G07"} and entry["combined"] == {}
    tree = next(e for e in entry["effects"] if e["measure"] == "G01")
    assert tree["central"] == effect_of("G01", "air_under_crown").central, "5000 trees do not cool by 4000 K"


def words_of(value):
    if isinstance(value, dict):
        return [*value, *(w for v in value.values() for w in words_of(v))]
    return [w for v in value for w in words_of(v)] if isinstance(value, list) else []


def test_no_tonnes_no_score_and_the_answer_is_plain_json(members):
    found = room.coverage(members, {LOSSATAL: {"A01": 10, "L13": 3, "A10": 50}, LEIPZIG: {"G01": 100, "W03": 10}})
    text = canonical.dumps(found)
    assert json.loads(text)
    keys = {w.lower() for w in words_of(json.loads(text))}
    assert not [k for k in keys if "score" in k or "co2" in k or k.startswith("total") or k == "sum"]
    assert not [e for e in effects() if "CO2" in e.unit or e.unit == "t"]


def test_fits_the_schema_of_results(members):
    jsonschema = pytest.importorskip("jsonschema")
    from stadtland.base import content

    schema = json.loads(next(content.path("schema").glob("results*.json")).read_text(encoding="utf-8"))
    part = {**schema["properties"]["resilience"], "$defs": schema["$defs"]}
    wanted = {WURZEN: {"heavy_rain": need("storage", 9000, "m3")}}
    found = room.for_results(room.coverage(members, {WURZEN: {"L13": 3}}, needs=wanted))
    jsonschema.validate(json.loads(canonical.dumps(found)), part)
    assert found[WURZEN]["heavy_rain"]["coverage"] == pytest.approx(1 / 3)


def test_upstream_protects_downstream_and_nothing_is_added_below(members):
    found = room.coverage(members, {LOSSATAL: {"L13": 10}})
    assert [f["to"] for f in found[LOSSATAL]["heavy_rain"]["protects"] if f["id"] == "lossa"] == [[THALLWITZ]]
    below = found[THALLWITZ]["heavy_rain"]
    assert any(LOSSATAL in f["from"] for f in below["protected_by"]) and below["combined"] == {}
    assert all(f["amount"] is None for f in below["protected_by"])
    parthe = [f for f in found[LEIPZIG]["flood"]["protected_by"] if f["id"] == "parthe"]
    assert parthe and not parthe[0]["known"] and parthe[0]["from"] == [], "no source names a member on the Parthe"


def test_known_flows_have_sources_and_unknown_ones_a_request():
    for flow in flows():
        assert flow["known"] == bool(flow["from"]), flow["id"]
        assert flow["request"]["de"] and (flow["sources"] or not flow["known"])
        assert set(flow["hazards"]) <= set(room.HAZARDS)


def test_content_hangs_together(members):
    table = room.sources()
    measures = {e.measure for e in effects()}
    named = [s for e in effects() for s in e.sources] + [s for f in (*flows(), *tradeoffs()) for s in f["sources"]]
    named += [i["source"] for i in indices().values()]
    assert not set(named) - set(table)
    for (measure, indicator), base in bases().items():
        assert effect_of(measure, indicator).combine == "share" and measure in measures
        assert members[0].get(base.figure) is not None, base.figure
    assert set(room.HAZARDS) <= set(requests())
    for indicator in {(e.hazard, e.indicator) for e in effects() if e.combine != "local"}:
        units = {(e.combine, e.unit) for e in effects() if (e.hazard, e.indicator) == indicator}
        assert len(units) == 1, f"{indicator} mixes units"


def test_tradeoffs_are_named_when_chosen(members):
    found = room.coverage(members, {LOSSATAL: {"W06": 5}})[LOSSATAL]
    assert [t["id"] for t in found["low_flow"]["tradeoffs"]] == ["reuse_low_flow"]
    assert room.coverage(members, {LOSSATAL: {"W06": 0}})[LOSSATAL]["low_flow"]["tradeoffs"] == []


def test_exposure_of_the_city_by_hand(by_ags):
    city = by_ags[LEIPZIG]
    sealed = room.sealed_share(city)
    assert sealed["value"] == pytest.approx(7412.4 / 29780) and sealed["data_quality"] == "D"
    assert room.age_share(LEIPZIG)["resolved"] == "municipality" and room.age_share(THALLWITZ)["resolved"] == "district"
    assert room.age_share("09162000") is None, "unknown is null"


@pytest.mark.datapack
def test_share_of_the_old_stands_in_the_public_file(datapack):
    import csv
    import gzip

    from stadtland.toolbox.resilience.content import districts

    with gzip.open(next((datapack / "inkar_kreise").glob("*.csv.gz")), "rt", encoding="utf-8") as handle:
        rows = {r["county_code"]: r["share_65plus"] for r in csv.DictReader(handle) if r["year"] == "2022"}
    for code, entry in districts().items():
        assert float(rows[code]) / 100 == pytest.approx(entry["share_65plus"]), code
    assert room.age_share("01001000", datapack)["value"] == pytest.approx(float(rows["01001"]) / 100)
    assert room.age_share("99999999", datapack) is None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("county_code,year,share_65plus\n01001,2022,120\n", "age-range"),
        ("county_code,year,share_65plus\n01001,2022,x\n", "age-range"),
        ("county_code,year,share_65plus\n01001,2022,nan\n", "age-range"),
        ("code,year\n01001,2022\n", "age-file"),
    ],
)
def test_bad_district_tables(tmp_path, text, code):
    import gzip

    (tmp_path / "inkar_kreise").mkdir()
    path = tmp_path / "inkar_kreise" / "inkar_kreise_1995_2022.csv.gz"
    path.write_bytes(gzip.compress(text.encode()))
    with pytest.raises(InputError) as error:
        room.age_share("01001000", tmp_path)
    assert error.value.code == code


def test_a_missing_or_torn_district_table(tmp_path):
    assert room.age_share("01001000", tmp_path / "none") is None
    (tmp_path / "inkar_kreise").mkdir()
    (tmp_path / "inkar_kreise" / "inkar_kreise_1995_2022.csv.gz").write_bytes(b"no gzip")
    with pytest.raises(InputError):
        room.age_share("01001000", tmp_path)


BAD_NEEDS = {
    "need-unit": need("storage", 5, "l"),
    "need-indicator": need("loss", 5, "m3"),
    "number-range": need("storage", -5, "m3"),
    "number-finite": need("storage", math.nan, "m3"),
    "number-kind": need("storage", "5", "m3"),
    "need-source": need("storage", 5, "m3") | {"source": " "},
    "word-unknown": need("storage", 5, "m3") | {"data_quality": "E"},
    "key-unknown": need("storage", 5, "m3") | {"units": 1},
    "key-missing": {"indicator": "storage"},
}


@pytest.mark.parametrize("code", BAD_NEEDS)
def test_bad_needs(members, code):
    with pytest.raises(InputError) as error:
        room.coverage(members, {}, needs={WURZEN: {"heavy_rain": BAD_NEEDS[code]}})
    assert error.value.code == code and WURZEN in error.value.where and error.value.cure


def test_bad_selections(members):
    for selection, code in (
        ({"09162000": {}}, "ags-not-member"),
        ({WURZEN: {"Z99": 1}}, "measure-unknown"),
        ({WURZEN: {"A10": -1}}, "number-range"),
        ({WURZEN: {"A10": math.inf}}, "number-finite"),
        ({WURZEN: {"A10": 1e6}}, "resilience-over-base"),
    ):
        with pytest.raises(InputError) as error:
            room.coverage(members, selection)
        assert error.value.code == code
    with pytest.raises(InputError):
        room.coverage(members, {}, needs={WURZEN: {"hail": need("storage", 1, "m3")}})


def test_bad_effects():
    good = {
        "measure": "A01",
        "hazard": "storm",
        "indicator": "i",
        "acts_on": {"de": "x", "en": "x"},
        "low": 1,
        "central": 2,
        "high": 3,
        "unit": "%",
        "per": "ha",
        "combine": "share",
        "evidence": "C",
    }
    assert parse_effect(good, {"A01"}).central == 0.02
    for change in (
        {"low": 5},
        {"high": 101},
        {"unit": "K"},
        {"hazard": "hail"},
        {"combine": "add"},
        {"evidence": "A"},
        {"measure": "Z"},
    ):
        with pytest.raises(InputError) as error:
            parse_effect(good | change, {"A01"})
        assert error.value.code == "effect-invalid" and "effects.toml" in error.value.where


@pytest.mark.parametrize("lang", ["de", "en"])
@pytest.mark.parametrize("hazard", room.HAZARDS)
def test_letters_name_office_map_and_members(members, hazard, lang):
    text = room.letter(hazard, [(m.ags, m.name) for m in members], lang)
    asked = requests()[hazard]
    for part in (asked["office"][lang], asked["product"][lang], asked["asked"][lang], "Thallwitz (14729380)"):
        assert part in text
    assert "{" not in text


def test_letter_elsewhere_names_no_leipzig_office_and_bad_letters():
    text = room.letter("heat", [("09162000", "München")], "de")
    assert "Leipzig" not in text and "München" in text
    for call in (("hail", [("1", "x")]), ("heat", []), ("heat", [("14713000", "a"), ("09162000", "b")])):
        with pytest.raises(InputError):
            room.letter(*call, "de")


def test_treated_share_by_hand_and_without_a_base():
    assert room.treated_share(10, 0.1, 4, False, "x") == 0.25
    assert room.treated_share(2, 100000, 3548, True, "x") == 1.0 and room.treated_share(0, 1, 0, True, "x") == 0.0
    for cap in (True, False):
        with pytest.raises(InputError) as error:
            room.treated_share(1, 1, 0, cap, "x")
        assert error.value.code == "resilience-over-base"
