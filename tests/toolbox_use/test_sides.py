"""City and countryside per measure: hand-calculated values, verdicts, what is unknown, bad content."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stadtland import facts, inventory, toolbox
from stadtland.base.errors import InputError
from stadtland.toolbox import sides

CITY, VILLAGE, TOWN = "14713000", "14729380", "14729410"


@pytest.fixture(scope="module")
def case():
    codes = (CITY, VILLAGE, TOWN)
    return facts.load_members(codes, 2021), inventory.build(codes, 2021)


def one(measure, ags, factor, case):
    rows = [r for r in sides.statements([measure], *case) if r.ags == ags and r.factor == factor]
    assert len(rows) == 1
    return rows[0]


def test_values_by_hand(case):
    # Thallwitz 2021: 3548 people on 5309 ha; 964 of 1234 houses with one dwelling; 4172 ha farmland
    assert one("M04", VILLAGE, "density", case).value == pytest.approx(3548 / 53.09)
    assert one("B01", VILLAGE, "single_houses", case).value == pytest.approx(100 * 964 / 1234)
    assert one("A01", VILLAGE, "farmland", case).value == pytest.approx(4172 / 3548)
    inv = case[1]
    at = {line: float(inv.energy_mwh[i][0]) for i, line in enumerate(inv.lines)}
    heat = sum(at[f"HH.{c}"] for c in ("gas", "oil", "lpg", "coal", "dh", "biomass", "solar", "ambient", "petrol"))
    assert one("E09", CITY, "heat_network", case).value == pytest.approx(100 * at["HH.dh"] / heat)


def test_city_and_village_differ_where_expected(case):
    assert one("E16", CITY, "heat_network", case).verdict == "easier"
    assert one("E16", VILLAGE, "heat_network", case).verdict == "harder"
    assert one("B01", VILLAGE, "owner_occupied", case).verdict == "easier"
    assert one("B01", CITY, "owner_occupied", case).verdict == "harder"
    assert one("B04", CITY, "owner_occupied", case).verdict == "easier"  # inverse
    assert "69,5 %" in one("B01", VILLAGE, "owner_occupied", case).sentence["de"]


def test_acceptance_is_always_unknown_and_says_so(case):
    for measure in toolbox.catalogue().values():
        if not measure.reference:
            assert [f.id for f in sides.of_measure(measure.id)][-1] == "acceptance"
    row = one("E06", VILLAGE, "acceptance", case)
    assert (row.verdict, row.value) == ("unknown", None) and row.sentence["de"]


def test_a_share_of_the_land_is_no_verdict(case):
    """Herds are a computed share of the state (data quality D): shown, but neither easier nor harder."""
    row = one("A12", VILLAGE, "cattle", case)
    assert row.value is not None and row.level == "land" and row.verdict == "unknown"


def test_population_is_marked_as_a_proxy_for_staff(case):
    assert one("P06", VILLAGE, "staff", case).proxy and not one("M04", VILLAGE, "density", case).proxy


def test_missing_figure_is_unknown_not_zero(case):
    members, inv = case
    bare = [m for m in members if m.ags != VILLAGE]
    gone = next(m for m in members if m.ags == VILLAGE)
    figures = {k: f for k, f in gone.figures.items() if k != "zensus2022.share_owner_occupied"}
    from dataclasses import replace

    rows = sides.statements(["B01"], [*bare, replace(gone, figures=figures)], inv)
    row = next(r for r in rows if r.ags == VILLAGE and r.factor == "owner_occupied")
    assert (row.verdict, row.value, row.missing) == ("unknown", None, ("zensus2022.share_owner_occupied",))


def test_views(case):
    found = sides.by_measure("E16", *case)
    assert set(found["members"]) == {CITY, VILLAGE, TOWN} and found["text"]["de"]
    view = sides.by_member(VILLAGE, *case)
    named = [i for k in ("easier", "harder", "mixed", "neither", "unknown", "not_here") for i in view[k]]
    assert sorted(named) == sorted(i for i, m in toolbox.catalogue().items() if not m.reference)
    assert "M10" in view["not_here"] and "B01" in view["easier"] and "score" not in view


def test_most_measures_rest_on_a_figure():
    """The rest say only that nothing is known; their number is held."""
    without = [
        m.id for m in toolbox.catalogue().values()
        if not m.reference and not [f for f in sides.of_measure(m.id) if f.over]
    ]  # fmt: skip
    assert len(without) <= 12, without


@pytest.mark.parametrize(
    ("value", "inverse", "expected"),
    [(10, False, "easier"), (10, True, "harder"), (9.9, False, "neither"), (1, False, "harder"), (1, True, "easier"),
     (1.1, True, "neither")],
)  # fmt: skip
def test_verdict_at_the_limits(value, inverse, expected):
    assert sides.verdict(value, 10, 1, inverse) == expected


@given(st.floats(-1e6, 1e6), st.booleans())
def test_verdict_is_monotone(value, inverse):
    order = ["harder", "neither", "easier"]
    now = order.index(sides.verdict(value, 10.0, -10.0, inverse))
    later = order.index(sides.verdict(value + 5, 10.0, -10.0, inverse))
    assert later <= now if inverse else later >= now


GOOD = """
[factor.x]
title = { de = "a", en = "a" }
over = { population = 1.0 }
unit = { de = "u", en = "u" }
easier_from = 2.0
harder_to = 1.0
measures = ["A01"]
easier = { de = "{value}", en = "{value}" }
harder = { de = "{value}", en = "{value}" }
"""
BAD = [
    (GOOD.replace("A01", "A99"), "word-unknown"),
    (GOOD.replace("harder_to = 1.0", "harder_to = 3.0"), "side-limits"),
    (GOOD.replace("easier_from = 2.0", "easier_from = nan"), "number-finite"),
    (GOOD + 'inverse = ["A01"]\n', "side-both"),
    (GOOD + 'inverse = ["A02"]\n', "key-missing"),
    (GOOD.replace('measures = ["A01"]', ""), "side-empty"),
    (GOOD.replace('unit = { de = "u", en = "u" }', ""), "key-missing"),
    (GOOD.replace('title = { de = "a", en = "a" }', 'title = { de = "a", en = "" }'), "text-empty"),
    (GOOD + "colour = 1\n", "key-unknown"),
    ('[factor.x]\ntitle = { de = "a", en = "a" }\nunknown = true\nmeasures = ["A01"]\n', "key-missing"),
    ("factor = 1\n", "kind-table"),
]


@pytest.mark.parametrize(("text", "code"), BAD)
def test_bad_content(tmp_path, text, code):
    path = tmp_path / "sides.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        sides.read(path, toolbox.catalogue())
    assert caught.value.code == code and "sides.toml" in caught.value.where and caught.value.cure


def test_good_content(tmp_path):
    path = tmp_path / "sides.toml"
    path.write_text(GOOD, encoding="utf-8")
    assert list(sides.read(path, toolbox.catalogue())) == ["x"]


def test_a_quantity_without_line_is_refused(case):
    members, inv = case
    from stadtland.inventory.profile import places

    wrong = sides.Factor("x", {}, {"mwh:XX.*": 1.0}, None, 1.0, {}, 1, 0, (), (), {}, False, False, None)
    with pytest.raises(InputError) as caught:
        sides.value_of(wrong, places(inv, members)[0])
    assert caught.value.code == "quantity-unknown"
