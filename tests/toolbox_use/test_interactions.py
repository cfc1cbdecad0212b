"""Interactions and ledgers: all pairs, hand-calculated cases of double use, properties, and bad input with its cure."""

from __future__ import annotations

import csv
import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stadtland import toolbox
from stadtland.base.errors import InputError
from stadtland.toolbox import interactions, interactions_collide, ledgers

A, B = "00000001", "00000002"


class Place:
    """A member with made-up figures of data quality A."""

    def __init__(self, ags: str, kind: str = "village", **figures: float) -> None:
        self.ags, self.kind, self.name = ags, kind, f"Ort {ags[-1]}"
        self.figures = {k.replace("__", "."): Number(v) for k, v in figures.items()}


class Number:
    def __init__(self, value: float, data_quality: str = "A") -> None:
        self.value, self.data_quality = value, data_quality


def village(**more: float) -> Place:
    base = {
        "agri__arable": 1000.0, "agri__grassland": 250.0, "area__veg_forrest": 100.0, "livestock__cows": 50.0,
        "area__veg_wood": 10.0, "proxy__sealed_area": 20.0,
    }  # fmt: skip
    return Place(A, **(base | more))


def over(selection, place=None):
    rows = interactions_collide.collisions({A: selection}, [place or village()])
    return {r.stock: r for r in rows if r.kind == "over_used"}


# --- the content


def test_eighty_pairs_all_different():
    pairs = interactions.pairs()
    assert len(pairs) == 80
    assert len({frozenset((p.a, p.b)) for p in pairs}) == 80
    assert {p.relation for p in pairs} == set(interactions.RELATIONS)


@pytest.mark.datapack
def test_pairs_are_those_of_the_fact_table(datapack):
    path = datapack.parent / "facts" / "measures_interactions.csv"
    with path.open(encoding="utf-8") as handle:
        table = {(r["measure_a"], r["measure_b"]): r for r in csv.DictReader(handle)}
    found = {(p.a, p.b): p for p in interactions.pairs()}
    assert set(found) == set(table)
    corrected = {("E09", "B03"), ("B05", "B03"), ("L05", "G11"), ("L05", "W05"), ("M04", "M11")}  # published figures
    for key, row in table.items():
        factor = found[key].factor
        if key in corrected:
            assert found[key].evidence == "B" and found[key].source != "src00", key
            continue
        text = row["factor_on_b_effect_or_area"]
        if text == "formula":
            assert factor is None, key
        elif "-" in text[1:]:
            assert factor is not None and [factor[0], factor[2]] == [float(x) for x in text.split("-")], key
        else:
            assert factor is not None and factor[1] == float(text), key


def test_every_exclusive_pair_books_its_stock_on_both_sides():
    """Else the pair could never be found over-used."""
    for pair in interactions.pairs():
        if pair.scope != "stock":
            continue
        for one in (pair.a, pair.b):
            if one not in toolbox.catalogue():
                assert one in {"G04", "G08"}
                continue
            if one == "E09":  # feeds the network; the connection E16 books the dwelling
                assert "dwellings" in ledgers.use("E16").takes
                continue
            use = ledgers.use(one)
            booked = {*use.takes, *use.covers}
            booked |= {"cropland", "grassland"} if ledgers.FARMLAND in booked else set()
            assert pair.stock in booked, (pair.a, pair.b, one)


def test_sentences_are_not_shared_between_pairs():
    for lang in ("de", "en"):
        texts = [p.sentence[lang] for p in interactions.pairs()]
        assert len(set(texts)) == len(texts)


def test_ledger_numbers_follow_their_sources():
    """Uses that restate parameters of the potentials would drift apart silently."""
    from stadtland.toolbox.potentials.base import defaults

    wood, manure = defaults()["local_wood"], defaults()["manure"]
    heat = 1 / (wood["mwh_per_t"]["central"] * wood["efficiency"]["central"])
    assert ledgers.use("E13").takes["wood_residues"] == pytest.approx(heat, rel=1e-3)
    assert ledgers.use("B13").takes["wood_residues"] == pytest.approx(heat, rel=1e-3)
    base = ledgers.stocks()["wood_residues"].figures
    assert base["area.veg_wood"] == wood["harvest_t_per_ha"]["central"]
    assert base["agri.arable"] == pytest.approx(
        wood["harvest_t_per_ha"]["central"] * wood["new_hedge_share"]["central"]
    )
    left = 1 - manure["digested_share"]["central"]
    assert ledgers.use("A13").takes["manure"] == pytest.approx(manure["t_per_cow"]["central"] * left / 1000)
    farmed = defaults()["agri_pv"]["mwp_per_ha"]["central"]
    assert ledgers.use("E04").covers["cropland"] == pytest.approx(1 / farmed, rel=1e-3)


# --- hand-calculated cases


def test_hedges_forest_and_grassland_are_added():
    # 100 + 500 + 450 = 1050 of 1000 ha: 50 too many
    row = over({"A01": 100, "L05": 500, "A10": 450})["cropland"]
    assert (row.needed, row.available, row.severity) == (1050.0, 1000.0, "conflict")
    assert row.excess == pytest.approx(50.0)
    assert row.measures == ("A01", "A10", "L05") and row.members == (A,)
    assert "50,0" in row.sentence["de"] and "50.0" in row.sentence["en"]


def test_exactly_full_is_no_conflict():
    assert over({"A01": 100, "L05": 500, "A10": 400}) == {}


def test_practices_that_get_along_share_the_hectare():
    # cover crops and mulch seeding on all 1000 ha: one thousand hectares, not two
    assert over({"A04": 1000, "A18": 1000}) == {}
    # 10 ha of hedge take 10 ha away from both
    assert over({"A04": 1000, "A18": 1000, "A01": 10})["cropland"].excess == pytest.approx(10.0)


def test_practices_that_exclude_each_other_lie_side_by_side():
    # farmland 1250 ha, four fifths arable: organic 1000 → 800 ha of cropland, precise 500 → 400: 1200 of 1000
    row = over({"A05": 1000, "A07": 500})["cropland"]
    assert row.needed == pytest.approx(1200.0) and row.excess == pytest.approx(200.0)
    # grassland: 200 + 100 = 300 of 250
    assert over({"A05": 1000, "A07": 500})["grassland"].excess == pytest.approx(50.0)


def test_agri_pv_keeps_the_field_open_for_practices_but_not_for_forest():
    # 120 MWp · 1.667 ha = 200 ha, on which cover crops may grow
    assert over({"E04": 120, "A04": 1000}) == {}
    assert over({"E04": 120, "L05": 900})["cropland"].excess == pytest.approx(100.0, rel=1e-3)


def test_cows_manure_and_wood_are_stocks():
    assert over({"A13": 20, "A12": 40})["cows"].excess == pytest.approx(10.0)
    # wood: 10 ha · 4 t + 1000 ha · 0.01 · 4 t = 80 t; 200 MWh · 0.2353 + 20 t char · 2.857 = 47.06 + 57.14 = 104.2 t
    row = over({"E13": 200, "A16": 20})["wood_residues"]
    assert row.available == pytest.approx(80.0) and row.excess == pytest.approx(24.2, abs=0.01)


def test_one_hectare_with_several_services_is_one_use_with_several_effects():
    rows = ledgers.bookings({A: {"A01": 3.0}}, {A: ledgers.holdings(village())})
    assert [(r.stock, r.amount) for r in rows] == [("cropland", 3.0)]
    kinds = [e["kind"] for e in rows[0].effects]
    assert {"tonnes", "protection", "nitrate", "biodiversity"} <= set(kinds) and len(kinds) == len(set(kinds))


def test_unknown_stock_is_said_and_never_fits():
    rows = [r for r in interactions_collide.collisions({A: {"L11": 2}}, [village()]) if r.stock == "bank"]
    assert [r.kind for r in rows] == ["stock_unknown"]
    assert rows[0].available is None and rows[0].excess is None and "streams_km" in rows[0].sentence["en"]


def test_zero_of_a_known_stock_is_not_unknown():
    assert over({"L06": 1}, village(area__veg_forrest=0.0))["forest"].excess == 1.0


def test_heating_and_cars_of_the_reference_case():
    """Base and use come from the same potential: all of one measure fits exactly, one more does not."""
    from stadtland import facts, inventory

    codes = ("14713000", "14729380")
    members, inv = facts.load_members(codes, 2021), inventory.build(codes, 2021)
    held = ledgers.holdings(members[1], inv)
    fossil = ("gas", "oil", "lpg", "coal")
    heat = sum(inv.energy_mwh[list(inv.lines).index(f"HH.{c}")][1] for c in fossil)
    assert held["dwellings"].central == pytest.approx(heat / 20.0)
    for stock, measure in (("dwellings", "B01"), ("cars", "M01")):
        full = held[stock].high
        assert full is not None
        for units, expected in ((full, 0), (full * 1.1, 1)):
            rows = interactions_collide.collisions({"14729380": {measure: units}}, members, inv)
            assert len([r for r in rows if r.stock == stock and r.kind == "over_used"]) == expected


def test_wet_peat_is_given_away_once_but_carries_modules():
    # 30 + 40 ha of two ways to be wet lie side by side: 70 of 60 ha; 40 MWp on 50 ha lie above them
    place = village(area__organic_soils=60.0)
    row = over({"L01": 30, "L04": 40}, place)["peat"]
    assert row.needed == pytest.approx(70.0) and row.excess == pytest.approx(10.0)
    assert "peat" not in over({"L01": 50, "E05": 40}, place)
    # also where no pair says so: L02 (field) and L03 (meadow) are both ways to be wet
    assert over({"L02": 40, "L03": 30}, place)["peat"].needed == pytest.approx(70.0)


def test_between_central_and_high_of_the_base_is_a_question_not_a_conflict():
    # manure: 50 cows and nothing else; central 50 · 20 t · 0.67 = 0.67, high 50 · 23 t · 0.67 = 0.7705 thousand t
    place = village(livestock__cattle=0.0, livestock__pigs=0.0)
    held = ledgers.holdings(place)["manure"]
    assert (held.central, held.high) == (pytest.approx(0.67), pytest.approx(0.7705))
    for units, severity in ((0.66, None), (0.7, "check"), (0.8, "conflict")):
        row = over({"A14": units}, place).get("manure")
        assert (row.severity if row else None) == severity


def test_claims_reach_across_members():
    rows = interactions_collide.collisions({A: {"A19": 5}, B: {"P02": 1}}, [village(), Place(B, "city")])
    claim = [r for r in rows if r.measures == ("A19", "P02")]
    assert [(r.severity, r.members) for r in claim] == [("conflict", (A, B))]


def test_working_against_each_other_is_named():
    rows = interactions_collide.collisions({A: {"W06": 1, "L11": 1}}, [village()])
    assert [r.severity for r in rows if r.measures == ("W06", "L11")] == ["check"]


def over_used_alone(members, inv):
    """Measures whose own central potential over-uses a stock of the member, all by themselves."""
    found = []
    for m in members:
        held = {m.ags: ledgers.holdings(m, inv)}
        for measure in toolbox.catalogue().values():
            units = 0.0 if measure.reference else toolbox.potential(measure, m, inv).central
            if units > 0:
                rows = ledgers.balances(ledgers.bookings({m.ags: {measure.id: units}}, held), held)
                found += [(m.ags, measure.id, b.stock) for b in rows if b.state in ("over", "maybe_over")]
    return found


def test_no_potential_over_uses_its_own_stock():
    """Ledger and potential come from different files; one measure alone must fit into what the member has."""
    from stadtland import facts, inventory

    codes = ("14713000", "14729380", "14729030", "14729245", "14729410")
    assert over_used_alone(facts.load_members(codes, 2021), inventory.build(codes, 2021)) == []


@pytest.mark.datapack
def test_no_potential_over_uses_its_own_stock_elsewhere(datapack):
    from stadtland import facts, inventory

    codes = ("01001000", "03241001", "05315000", "09162000", "08111000", "12060052", "14521010", "16077001")
    members, inv = facts.load_members(codes, 2021, datapack), inventory.build(codes, 2021, datapack)
    assert over_used_alone(members, inv) == []


# --- order and factors


def test_order_of_effects():
    order = interactions.order({"M01", "M04", "M07", "B07", "B06", "A12", "A13", "A14"})
    for first, then in (("M04", "M01"), ("M07", "M01"), ("B06", "B07"), ("A13", "A12"), ("A13", "A14")):
        assert order.index(first) < order.index(then)


def test_factors_by_hand():
    # what the network (0.133, 0.48, 1) and the shading (0.7) leave of insulation
    found = interactions.factors({"E09", "B09", "B03"})
    assert found["B03"] == pytest.approx((0.0931, 0.336, 0.7))
    assert found["B09"] == (1.0, 1.0, 1.0)
    assert interactions.factors({"W06", "L11"})["L11"][1] == -1.0


def test_production_and_consumption_are_never_summed():
    rows = interactions_collide.by_view({A: {"A13": 10, "B01": 2, "F01": 5, "A01": 4}}, [A])
    assert all(set(r["measures"]) in ({"A13"}, {"B01"}, {"F01"}, {"A01"}) for r in rows)
    by = {r["view"]: r for r in rows}
    effect = toolbox.get("A13").effect
    assert by["territorial_agriculture"]["central"] == pytest.approx(10 * effect.central)
    assert by["territorial_lulucf"]["type"] == "removal"
    assert by["consumption"]["side"] == "consumption" and by["consumption"]["central"] is None
    assert by["bisko_territorial"]["side"] == "production"


def test_sums_that_overlap_are_called_a_ceiling():
    alone = interactions_collide.by_view({A: {"B01": 2}}, [A])
    both = interactions_collide.by_view({A: {"B01": 2, "B03": 100}}, [A])
    assert [r["upper_bound"] for r in alone] == [False] and [r["upper_bound"] for r in both] == [True]


# --- properties

IDS = sorted(i for i, m in toolbox.catalogue().items() if not m.reference)
SELECTION = st.dictionaries(st.sampled_from(IDS), st.floats(0, 5000), max_size=8)


@given(SELECTION, st.sampled_from(IDS), st.floats(0.1, 500))
@settings(max_examples=40, deadline=None)
def test_more_units_never_need_less(selection, measure, more):
    place = village()
    held = {A: ledgers.holdings(place)}

    def need(chosen):
        return {b.stock: b.needed for b in ledgers.balances(ledgers.bookings({A: chosen}, held), held)}

    before = need(selection)
    after = need(selection | {measure: selection.get(measure, 0.0) + more})
    assert all(after[s] >= v - 1e-9 * max(1, v) for s, v in before.items())


@given(SELECTION)
@settings(max_examples=40, deadline=None)
def test_need_lies_between_the_largest_use_and_the_sum(selection):
    held = {A: ledgers.holdings(village())}
    rows = ledgers.bookings({A: selection}, held)
    for b in ledgers.balances(rows, held):
        amounts = [r.amount for r in rows if r.stock == b.stock]
        assert max(amounts) * (1 - 1e-9) <= b.needed <= sum(amounts) * (1 + 1e-9)
        if b.holding.central is not None:
            assert (b.state == "fits") == (b.needed <= b.holding.central + 1e-9 * max(1, b.holding.central))


@given(st.lists(st.sampled_from(IDS), unique=True, max_size=12), st.randoms())
@settings(max_examples=40, deadline=None)
def test_factors_do_not_depend_on_order(ids, random):
    shuffled = list(ids)
    random.shuffle(shuffled)
    assert interactions.factors(ids) == interactions.factors(shuffled)
    assert interactions.order(ids) == interactions.order(shuffled) and sorted(interactions.order(ids)) == sorted(ids)


@given(st.dictionaries(st.sampled_from("abcdef"), st.floats(0, 10), max_size=6), st.sets(st.sampled_from(
    [frozenset(p) for p in itertools.combinations("abcdef", 2)])))  # fmt: skip
@settings(max_examples=60, deadline=None)
def test_heaviest_set_against_all_subsets(weights, edges):
    found, chosen = ledgers.heaviest(weights, lambda x, y: frozenset((x, y)) in edges)
    best = max(
        sum(weights[k] for k in subset)
        for n in range(len(weights) + 1)
        for subset in itertools.combinations(weights, n)
        if all(frozenset(p) in edges for p in itertools.combinations(subset, 2))
    )
    assert found == pytest.approx(best) and sum(weights[k] for k in chosen) == pytest.approx(best)


# --- bad input

GOOD = """
[[pair]]
a = "A01"
b = "A02"
relation = "exclusive"
factor = 0
scope = "stock"
stock = "cropland"
sentence = { de = "x", en = "y" }
source = "src00"
evidence = "C"
"""
ORDER = """
[[pair]]
a = "{a}"
b = "{b}"
relation = "ordering"
formula = true
scope = "unit"
first = "{a}"
sentence = {{ de = "x", en = "y" }}
source = "src00"
evidence = "C"
"""
BAD = [
    ("unknown measure", GOOD.replace('b = "A02"', 'b = "A99"'), "word-unknown", "line 2: pair A01–A99: b"),
    ("unknown relation", GOOD.replace("exclusive", "exclusiv"), "word-unknown", "relation"),
    ("unknown stock", GOOD.replace('"cropland"', '"crops"'), "word-unknown", "stock"),
    ("unknown source", GOOD.replace("src00", "src999"), "word-unknown", "source"),
    ("unknown key", GOOD + "colour = 1\n", "key-unknown", "pair A01–A02"),
    ("missing sentence", GOOD.replace('sentence = { de = "x", en = "y" }', ""), "key-missing", "pair A01–A02"),
    ("one language", GOOD.replace(', en = "y"', ""), "key-missing", "sentence"),
    ("empty text", GOOD.replace('"y"', '" "'), "text-empty", "sentence"),
    ("factor outside", GOOD.replace("factor = 0", "factor = 0.5"), "number-range", "factor"),
    ("factor is text", GOOD.replace("factor = 0", 'factor = "0"'), "number-kind", "factor"),
    ("factor nan", GOOD.replace("factor = 0", "factor = nan"), "number-finite", "factor"),
    ("no factor", GOOD.replace("factor = 0", ""), "interaction-factor", "factor"),
    ("stock without scope", GOOD.replace('scope = "stock"', 'scope = "unit"'), "interaction-stock", "line 2"),
    ("with itself", GOOD.replace('b = "A02"', 'b = "A01"'), "interaction-self", "line 2"),
    ("twice", GOOD + GOOD, "interaction-twice", "line 13"),
    ("first missing", GOOD.replace('"exclusive"\nfactor = 0', '"ordering"\nformula = true'),
     "interaction-first", "line 2"),
    ("cycle", "".join(ORDER.format(a=a, b=b) for a, b in (("A01", "A02"), ("A02", "A03"), ("A03", "A01"))),
     "interaction-cycle", "first"),
    ("low above central",
     GOOD.replace("exclusive", "shared").replace("= 0\n", "= { low = 0.9, central = 0.5, high = 1 }\n"),
     "interaction-factor", "factor"),
    ("not toml", "[[pair]\n", "toml-syntax", "interactions.toml"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "code", "where"), [b[1:] for b in BAD], ids=[b[0] for b in BAD])
def test_bad_content_names_file_place_and_cure(tmp_path, text, code, where):
    path = tmp_path / "interactions.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        interactions.read(path, toolbox.catalogue(), toolbox.sources(), ledgers.stocks())
    assert caught.value.code == code
    assert "interactions.toml" in caught.value.where and where in caught.value.where
    assert caught.value.cure


def test_good_content_is_read(tmp_path):
    path = tmp_path / "interactions.toml"
    path.write_text(GOOD, encoding="utf-8")
    assert len(interactions.read(path, toolbox.catalogue(), toolbox.sources(), ledgers.stocks())) == 1


LEDGER = '[stock.x]\ntitle = { de = "a", en = "b" }\nunit = { de = "ha", en = "ha" }\nkind = "area"\n'
BAD_LEDGER = [
    (LEDGER + "base = { figures = { a = 1 }, unknown = true }\n[use]\n", "ledger-base"),
    (LEDGER + "base = { figures = { a = -1 } }\n[use]\n", "number-range"),
    (LEDGER + 'base = { potential_of = "Z99" }\n[use]\n', "word-unknown"),
    (LEDGER + 'base = { unknown = true }\nservice = "car"\n[use]\n', "ledger-service"),
    (LEDGER + "base = { unknown = true }\n[use.Z99]\ntakes = { x = 1 }\n", "word-unknown"),
    (LEDGER + "base = { unknown = true }\n[use.A01]\ntakes = { y = 1 }\n", "word-unknown"),
    (LEDGER + "base = { unknown = true }\n[use.A01]\ntakes = { x = true }\n", "number-kind"),
    (LEDGER + "base = { unknown = true }\n", "key-missing"),
]


@pytest.mark.parametrize(("text", "code"), BAD_LEDGER)
def test_bad_ledger_content(tmp_path, text, code):
    path = tmp_path / "ledgers.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        ledgers.read(path, toolbox.catalogue())
    assert caught.value.code == code and "ledgers.toml" in caught.value.where and caught.value.cure


@pytest.mark.parametrize(
    ("selection", "code"),
    [
        ({"99999999": {"A01": 1}}, "selection-member"),
        ({A: {"ZZ9": 1}}, "measure-unknown"),
        ({A: {"A01": -1}}, "number-range"),
        ({A: {"A01": float("nan")}}, "number-finite"),
        ({A: {"A01": True}}, "number-kind"),
        ({A: ["A01"]}, "kind-table"),
    ],
)
def test_bad_selection(selection, code):
    with pytest.raises(InputError) as caught:
        interactions_collide.collisions(selection, [village()])
    assert caught.value.code == code and caught.value.where
