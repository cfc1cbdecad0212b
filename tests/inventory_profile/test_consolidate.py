"""Consolidation: flows never change a BISKO total, the books close to the kilogram, entries only where they belong."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from conftest_profile import subset
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stadtland.base.errors import InputError
from stadtland.inventory import consolidate, consolidate_flows
from stadtland.inventory.consolidate_flows import OUTSIDE, Flow
from stadtland.inventory.lines import ENERGY_LINES, LINES

KINDS = tuple(consolidate_flows.kinds())
FUELS = tuple(k for k, spec in consolidate_flows.kinds().items() if spec["extended"] == "overlap")
MANY = settings(
    max_examples=1000,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)


# ---- hand-calculated ---------------------------------------------------------------------------------------------


def two_places(made_up):
    """Village: 100 MWh power, 10 MWh diesel of its forest, 50 t AGR. City: 900 MWh power, 200 MWh wood at 22 kg/MWh."""
    return made_up(
        2,
        energy={"HH.elec": [100, 900], "HH.biomass": [0, 200], "GHD.diesel": [10, 0]},
        factors={"HH.elec": 472.0, "HH.biomass": 22.0, "GHD.diesel": 331.0},
        tonnes={"AGR.soils_n2o": [50.0, 0.0], "WASTE.landfill": [3.0, 8.0]},
    )


def test_hand_case_of_the_upstream_overlap(made_up):
    inv = two_places(made_up)
    village, city = inv.ags
    flow = Flow("wood", village, city, 150.0, upstream_kg_per_unit=4.0)
    books = consolidate.books(inv, [flow])
    # BISKO: 1000 MWh · 0.472 + 200 MWh · 0.022 + 10 MWh · 0.331 = 479.71 t, with or without the flow
    assert books["bisko_t"]["joint_t"] == pytest.approx(479.71, abs=1e-9)
    assert books["bisko_t"]["eliminations_t"] == 0.0
    # gross adds 50 t and 11 t; extended takes 150 MWh · 4 kg = 0.6 t out: s = 0.75, factor 0.25·22 + 0.75·18 = 19
    assert books["gross_t"]["joint_t"] == pytest.approx(540.71, abs=1e-9)
    assert books["extended_t"]["eliminations_t"] == pytest.approx(0.6, abs=1e-12)
    assert books["extended_t"]["joint_t"] == pytest.approx(472.0 + 200 * 19 / 1000 + 3.31 + 61.0, abs=1e-9)
    assert all(b["residual_kg"] == 0 and b["closed"] for b in books.values())


def test_hand_case_of_a_bridge(made_up):
    inv = two_places(made_up)
    city = inv.ags[1]
    # the city's own old balance says 500 t; harmonised it is 900·0.472 + 4.4 = 429.2 t: bridge −70.8 t
    found = consolidate.books(inv, own={city: {"bisko_t": 500.0}})["bisko_t"]
    assert found["members_t"] == pytest.approx(550.51)
    assert found["bridge"][city] == pytest.approx(-70.8)
    assert found["members_t"] - found["eliminations_t"] + found["bridge_t"] == pytest.approx(found["joint_t"], abs=1e-9)
    assert found["residual_kg"] == 0


def test_hand_case_of_transfers(made_up):
    inv = two_places(made_up)
    village, city = inv.ags
    food = Flow("food", village, city, 10.0, kg_per_unit=2000.0)  # 20 t move to the city
    waste = Flow("waste", city, village, 5.0, kg_per_unit=400.0)  # treated in the village: 2 t move back to the city
    seen = consolidate.view(inv, [food, waste], "consumption")
    assert seen["members"][village]["transfer_t"] == pytest.approx(-22.0)
    assert seen["members"][city]["transfer_t"] == pytest.approx(22.0)
    assert seen["sum_of_transfers_kg"] == 0
    assert seen["joint_t"] == pytest.approx(consolidate.books(inv)["gross_t"]["joint_t"], abs=1e-9)
    abroad = consolidate.view(inv, [replace(food, taker=OUTSIDE)], "consumption")
    assert abroad["outside_t"] == pytest.approx(20.0)
    assert abroad["sum_of_transfers_kg"] == 0


def test_electricity_moves_in_the_origin_view_only(made_up):
    inv = two_places(made_up)
    village, city = inv.ags
    flow = Flow("electricity", village, city, 100.0, kg_per_unit=50.0)
    assert consolidate.entries(inv, [flow], "bisko") == []
    assert consolidate.entries(inv, [flow], "extended") == []
    assert consolidate.entries(inv, [flow], "consumption") == []
    (entry,) = consolidate.entries(inv, [flow], "origin")
    assert (entry.ags, entry.counter, entry.t) == (city, village, pytest.approx(5.0))


def test_commuters_go_home_in_the_consumption_view(made_up):
    inv = two_places(made_up)
    village, city = inv.ags
    (entry,) = consolidate.entries(inv, [Flow("commuters", village, city, 10.0, kg_per_unit=300.0)], "consumption")
    assert (entry.ags, entry.counter) == (city, village)  # driven in the city, caused in the village


def test_a_unit_of_kilograms_closes():
    assert consolidate.kilograms([0.0004, 0.0004, 0.0004]) == [1, 0, 0]
    assert consolidate.kilograms([-0.0004, 1.0006]) == [0, 1000]


@given(st.lists(st.floats(-1e7, 1e7), min_size=1, max_size=12))
def test_kilograms_add_up_and_stay_near(tonnes):
    whole = consolidate.kilograms(tonnes)
    assert sum(whole) == round(sum(__import__("fractions").Fraction(1000 * t) for t in tonnes))
    assert all(abs(w - 1000 * t) <= 1.0 for w, t in zip(whole, tonnes, strict=True))


# ---- the proof line by line --------------------------------------------------------------------------------------


def test_every_line_has_its_proof(inv):
    proof = consolidate.line_proof(inv)
    assert [p["line"] for p in proof] == list(LINES)
    assert {p["elimination_kg"] for p in proof} == {0}
    assert all(p["one_factor"] for p in proof)
    assert all(set(p["why"]) == {"de", "en"} for p in proof)


def test_the_proof_would_see_a_double_booking(inv):
    """A line that carries tonnes without energy (a flow booked a second time) is not zero."""
    tonnes = inv.t_co2e.copy()
    i, j = LINES.index("HH.elec"), 1
    tonnes[i, j] += 10.0  # ten tonnes of the neighbour's power booked again
    found = {p["line"]: p for p in consolidate.line_proof(replace(inv, t_co2e=tonnes))}
    assert found["HH.elec"]["one_factor"] is False and found["HH.elec"]["rule"] == "use_own_factor"


def test_own_factor_is_said(inv):
    tonnes = inv.t_co2e.copy()
    tonnes[LINES.index("HH.dh"), 0] *= 0.5
    found = {p["line"]: p for p in consolidate.line_proof(replace(inv, t_co2e=tonnes))}
    assert found["HH.dh"]["rule"] == "use_own_factor"
    assert found["HH.gas"]["rule"] == "use"


def test_pairs_list_every_kind_and_never_touch_bisko(inv, members):
    flows = consolidate_flows.from_figures(members)
    rows = consolidate.pairs(inv, flows)
    assert len(rows) == 5 * 4 * len(KINDS)
    assert not any(r["touches_bisko"] for r in rows)
    assert all(r["entries"]["bisko"] == "none" for r in rows)
    assert {r["kind"] for r in rows if r["entries"]["extended"] != "none"} == {"wood", "biogas", "biofuel"}
    assert all(r["missing"] is not None for r in rows if r["amount"] is None)
    known = {
        (r["giver"], r["taker"]): r["amount"] for r in rows if r["kind"] == "commuters" and r["amount"] is not None
    }
    assert known["14729410", "14713000"] == 2023.0  # share of the district, from the figures


# ---- properties --------------------------------------------------------------------------------------------------

amounts = st.floats(0.0, 1e6, allow_subnormal=False)


@st.composite
def partnerships(draw):
    """Members, energy, factors, other lines, and flows that never exceed the use of their taker."""
    n = draw(st.integers(2, 7))
    lines = draw(st.lists(st.sampled_from(ENERGY_LINES), min_size=1, max_size=8, unique=True))
    others = draw(st.lists(st.sampled_from(LINES[len(ENERGY_LINES) :]), max_size=4, unique=True))
    energy = {x: draw(st.lists(amounts, min_size=n, max_size=n)) for x in lines}
    energy["GHD.diesel"] = draw(st.lists(amounts, min_size=n, max_size=n))  # what givers of wood book
    factors = {x: draw(st.floats(1.0, 900.0)) for x in energy}
    tonnes = {x: draw(st.lists(st.floats(-1e5, 1e5), min_size=n, max_size=n)) for x in others}
    tonnes["AGR.soils_n2o"] = draw(st.lists(st.floats(0, 1e5), min_size=n, max_size=n))  # what givers of biogas book
    wanted = draw(
        st.lists(
            st.tuples(
                st.sampled_from(KINDS), st.integers(0, n), st.integers(0, n), st.floats(0, 0.19), st.floats(0, 0.99),
            ),
            max_size=5,
        )
    )  # fmt: skip
    return n, energy, factors, tonnes, wanted


def flows_of(inv, wanted):
    names = (*inv.ags, OUTSIDE)
    out = []
    for kind, giver, taker, part, upstream in wanted:
        if giver == taker:
            continue
        amount, factor = 1000 * part, 10 * upstream
        if kind in FUELS:
            if taker == len(inv.ags):
                continue
            at = [LINES.index(x) for x in consolidate_flows.lines_of(consolidate_flows.kinds()[kind]["use"])]
            use, t = inv.energy_mwh[at, taker].sum(), inv.t_co2e[at, taker].sum()
            if not use:
                continue
            amount, factor = part * use, upstream * 1000 * t / use  # five flows of at most 19 % stay within the use
            if giver < len(inv.ags):
                rows = [
                    LINES.index(x) for x in consolidate_flows.lines_of(consolidate_flows.kinds()[kind]["giver_lines"])
                ]
                booked = np.maximum(inv.t_co2e[rows, giver], 0).sum()
                factor = min(factor, 190 * booked / amount) if amount > 1e-6 else 0.0
        out.append(Flow(kind, names[giver], names[taker], amount, upstream_kg_per_unit=factor, kg_per_unit=factor))
    return out


@MANY
@given(partnerships())
def test_a_flow_never_changes_a_bisko_total(made_up, case):
    n, energy, factors, tonnes, wanted = case
    inv = made_up(n, energy, factors, tonnes)
    flows = flows_of(inv, wanted)
    plain, with_flows = consolidate.books(inv), consolidate.books(inv, flows)
    assert with_flows["bisko_t"] == plain["bisko_t"]
    # an oracle of its own: a list of single uses, each owned by one place
    uses = [(e, factors[x]) for x, values in energy.items() for e in values]
    assert with_flows["bisko_t"]["joint_t"] == pytest.approx(sum(e * f for e, f in uses) / 1000, rel=1e-12, abs=1e-9)
    assert with_flows["gross_t"] == plain["gross_t"]


@MANY
@given(partnerships(), st.lists(st.floats(0, 1e6), min_size=7, max_size=7))
def test_the_books_close_to_the_kilogram(made_up, case, old):
    n, energy, factors, tonnes, wanted = case
    inv = made_up(n, energy, factors, tonnes)
    flows = flows_of(inv, wanted)
    own = {a: {"bisko_t": v, "extended_t": v} for a, v in zip(inv.ags[::2], old, strict=False)}
    for account, b in consolidate.books(inv, flows, own).items():
        assert b["residual_kg"] == 0 and b["closed"], account
        assert abs(b["members_t"] - b["eliminations_t"] + b["bridge_t"] - b["joint_t"]) < 5e-4
    # independent: the factor of each fuel without the giver's part
    joint = sum(e * factors[x] / 1000 for x, values in energy.items() for e in values)
    overlap = sum(
        (f.amount or 0) * (f.upstream_kg_per_unit or 0) / 1000 for f in flows if f.kind in FUELS and f.giver != OUTSIDE
    )
    others = sum(sum(v) for k, v in tonnes.items() if not k.startswith("LULUCF"))
    found = consolidate.books(inv, flows)["extended_t"]["joint_t"]
    assert found == pytest.approx(joint + others - overlap, rel=1e-9, abs=1e-6)


@MANY
@given(partnerships(), st.sampled_from(["origin", "consumption"]))
def test_transfers_sum_to_zero(made_up, case, name):
    n, energy, factors, tonnes, wanted = case
    inv = made_up(n, energy, factors, tonnes)
    seen = consolidate.view(inv, flows_of(inv, wanted), name)
    assert seen["sum_of_transfers_kg"] == 0
    base = sum(m["base_t"] for m in seen["members"].values())
    assert seen["joint_t"] + seen["outside_t"] == pytest.approx(base, abs=1e-6)


@given(st.permutations(range(5)), st.integers(1, 5))
def test_joint_does_not_depend_on_order_and_adds_up_over_groups(inv, order, cut):
    whole = consolidate.books(inv)["net_t"]["joint_t"]
    assert consolidate.books(subset(inv, order))["net_t"]["joint_t"] == pytest.approx(whole, abs=1e-6)
    parts = [order[:cut], order[cut:]]
    found = sum(consolidate.books(subset(inv, p))["net_t"]["joint_t"] for p in parts if p)
    assert found == pytest.approx(whole, abs=1e-6)


@pytest.mark.datapack
def test_real_partnerships_by_the_thousand(datapack):
    """2,000 random partnerships of real municipalities: closed books, no elimination in BISKO."""
    from stadtland import inventory
    from stadtland.inventory import bundle

    drivers, _ = bundle.inputs(2021, datapack)
    codes = [a for a in drivers.ags if not a.endswith("000")][:4000:2]
    every = inventory.build(codes, 2021, datapack)
    generator = np.random.default_rng(7)
    wood = [LINES.index(x) for x in consolidate_flows.lines_of(consolidate_flows.kinds()["wood"]["use"])]
    for _ in range(2000):
        part = subset(every, generator.choice(len(codes), int(generator.integers(2, 9)), replace=False))
        use = float(part.energy_mwh[wood, 1].sum())
        diesel = float(part.t_co2e[LINES.index("GHD.diesel"), 0])
        amount = min(use * float(generator.random()), 1000 * diesel / 3.0)
        flow = Flow("wood", part.ags[0], part.ags[1], amount, upstream_kg_per_unit=3.0)
        books = consolidate.books(part, [flow])
        assert all(b["residual_kg"] == 0 for b in books.values())
        assert books["bisko_t"]["eliminations_t"] == 0.0
        assert {p["elimination_kg"] for p in consolidate.line_proof(part)} == {0}


# ---- bad input ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"kind": "love"}, "flow-kind"),
        ({"giver": "12345678"}, "flow-partner"),
        ({"taker": "14729380"}, "flow-self"),
        ({"amount": -1.0}, "flow-number"),
        ({"amount": float("nan")}, "flow-number"),
        ({"amount": 1e12}, "flow-exceeds-use"),
        ({"upstream_kg_per_unit": 1e6}, "flow-upstream"),
        ({"kind": "biogas", "amount": 5e5, "upstream_kg_per_unit": 200.0}, "flow-not-in-books"),
    ],
)
def test_bad_flows_name_their_cure(inv, change, code):
    flow = replace(Flow("wood", "14729380", "14713000", 1000.0, upstream_kg_per_unit=3.0), **change)
    with pytest.raises(InputError) as caught:
        consolidate.books(inv, [flow])
    assert caught.value.code == code and caught.value.cure


def test_unknown_member_of_a_bridge_and_unknown_view(inv):
    with pytest.raises(InputError, match="no member"):
        consolidate.books(inv, own={"12345678": {"bisko_t": 1.0}})
    with pytest.raises(InputError, match="not known"):
        consolidate.entries(inv, [], "wrong")
    with pytest.raises(InputError, match="account"):
        consolidate.view(inv, [], "origin", "wrong_t")


def test_a_district_never_stands_beside_its_municipality():
    consolidate.leaves(["14713000", "14729380"])
    with pytest.raises(InputError, match="district that contains"):
        consolidate.leaves(["14729000", "14729380"])
    with pytest.raises(InputError, match="twice"):
        consolidate.leaves(["14729380", "14729380"])


# ---- the picture -------------------------------------------------------------------------------------------------


def test_picture_adds_known_flows_and_counts_unknown_ones(members):
    roles = {m.ags: "city" if m.kind == "city" else "rural" for m in members}
    seen = consolidate_flows.picture(consolidate_flows.from_figures(members), roles)
    assert seen["nodes"] == ["city", "rural"]
    links = {(x["kind"], x["from"]): x for x in seen["links"]}
    assert len(links) == 2 * len(KINDS)
    assert links["commuters", "rural"]["amount"] == 442.0 + 625.0 + 754.0 + 2023.0
    assert links["commuters", "city"]["amount"] == 186.0 + 263.0 + 317.0 + 851.0
    for (kind, _), link in links.items():
        assert link["complete"] == (kind == "commuters")
        assert (link["amount"] is None) == (kind != "commuters")
        assert link["missing"] is None or set(link["missing"]) == {"de", "en"}


def test_picture_says_when_a_sum_is_not_complete():
    flows = [Flow("food", "a", "c", 5.0), Flow("food", "b", "c", None)]
    (link,) = consolidate_flows.picture(flows, {"a": "rural", "b": "rural", "c": "city"})["links"]
    assert (link["amount"], link["known"], link["unknown"], link["complete"]) == (5.0, 1, 1, False)


def test_content_of_kinds_is_sound():
    for kind, spec in consolidate_flows.kinds().items():
        assert spec["extended"] in ("none", "overlap"), kind
        assert {spec["origin"], spec["consumption"]} <= {"none", "transfer"}
        for pattern in (*spec["use"], *spec["giver_lines"]):
            assert consolidate_flows.lines_of([pattern]), (kind, pattern)
        if spec["extended"] == "overlap":
            assert spec["use"] and spec["giver_lines"]
