"""Decomposition: exact, independent of order, and nothing attributed that is not observed."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stadtland.base.errors import InputError
from stadtland.base.figure import Figure
from stadtland.inventory import balance, decompose

CITY, VILLAGE, TOWN = "14713000", "14729245", "14729410"
numbers = st.floats(-1e3, 1e3, allow_subnormal=False)


def by_permutations(a, b):
    """Shapley value the long way: the mean of the marginal effects over all orders."""
    n = len(a)
    total = np.zeros(n)
    orders = list(permutations(range(n)))
    for order in orders:
        now = list(a)
        for i in order:
            before = np.prod(now)
            now[i] = b[i]
            total[i] += np.prod(now) - before
    return total / len(orders)


def test_two_factors_by_hand():
    # 2·3 = 6 → 4·5 = 20: first factor 2·(3+5)/2 = 8, second 2·(2+4)/2 = 6
    assert decompose.shapley([2.0, 3.0], [4.0, 5.0]).tolist() == [8.0, 6.0]


def test_three_factors_by_hand():
    # 1·1·1 → 2·2·1: the third did not change, the two others share 3 evenly
    assert decompose.shapley([1.0, 1.0, 1.0], [2.0, 2.0, 1.0]) == pytest.approx([1.5, 1.5, 0.0])


@given(st.lists(st.tuples(numbers, numbers), min_size=1, max_size=5))
def test_shapley_is_the_mean_over_all_orders(pairs):
    a, b = [p[0] for p in pairs], [p[1] for p in pairs]
    found = decompose.shapley(a, b)
    size = float(np.prod([max(abs(x), abs(y), 1.0) for x, y in pairs]))
    assert found == pytest.approx(by_permutations(a, b), abs=1e-9 * size)
    assert found.sum() == pytest.approx(np.prod(b) - np.prod(a), abs=1e-9 * size)
    assert decompose.shapley(b, a) == pytest.approx(-found, abs=1e-9 * size)
    assert decompose.shapley(a[::-1], b[::-1]) == pytest.approx(found[::-1], abs=1e-9 * size)


def test_shapley_of_many_pairs_at_once():
    generator = np.random.default_rng(1)
    a, b = generator.random((2, 6, 4))
    found = decompose.shapley(a, b)
    assert found == pytest.approx(np.array([by_permutations(x, y) for x, y in zip(a, b, strict=True)]))


@pytest.mark.parametrize("account", decompose.ACCOUNTS)
@pytest.mark.parametrize("base", decompose.BASES)
@pytest.mark.parametrize(("start", "end"), [("joint", VILLAGE), (CITY, TOWN), (VILLAGE, CITY), (CITY, CITY)])
def test_gaps_are_exact_and_antisymmetric(inv, members, account, base, start, end):
    found = decompose.gap(inv, members, start, end, account, base)
    columns = balance.arrays(inv)[account]
    below = {m.ags: m.value("population" if base == "head" else "area.land_total") for m in members}

    def value(of):
        at = range(len(inv.ags)) if of == "joint" else [inv.ags.index(of)]
        return sum(columns[j] for j in at) / sum(below[inv.ags[j]] for j in at)

    assert found["gap"] == pytest.approx(value(end) - value(start), abs=1e-9)
    assert sum(b["gap"] for b in found["blocks"]) == pytest.approx(found["gap"], abs=1e-9)
    for block in found["blocks"]:
        assert sum(e["effect"] for e in block["effects"]) == pytest.approx(block["gap"], abs=1e-9)
    assert sum(e["effect"] for e in found["by_factor"]) == pytest.approx(found["gap"], abs=1e-9)
    assert found["observed"] + found["rest"] == pytest.approx(found["gap"], abs=1e-9)
    back = decompose.gap(inv, members, end, start, account, base)
    assert back["gap"] == pytest.approx(-found["gap"], abs=1e-12)
    one, other = ({(b["id"], e["id"]): e["effect"] for b in f["blocks"] for e in b["effects"]} for f in (found, back))
    assert one.keys() == other.keys()
    assert all(other[k] == pytest.approx(-v, abs=1e-9) for k, v in one.items())


def test_hand_case_of_living_area(inv, members):
    """Heat of homes of village against city, by hand from the printed figures."""
    found = decompose.gap(inv, members, CITY, VILLAGE, "bisko_t", "head")
    (heat,) = [b for b in found["blocks"] if b["id"] == "homes_heat"]
    by = {m.ags: m for m in members}
    at = [
        i for i, line in enumerate(inv.lines) if line.startswith("HH.") and line.split(".")[1] not in ("elec", "petrol")
    ]
    factors = []
    for code in (CITY, VILLAGE):
        m, j = by[code], inv.ags.index(code)
        heads, area = m.value("population"), m.value("stock.residential_buildings_area_total")
        need, tonnes = area * decompose.heat_need(m), inv.t_co2e[at, j].sum()
        factors.append([area / heads, need / area, tonnes / need])
    assert [e["effect"] for e in heat["effects"]] == pytest.approx(by_permutations(*factors))
    assert heat["effects"][0]["effect"] > 0, "more living area per head in the village"


def test_heat_need_by_hand(members):
    m = next(m for m in members if m.ags == VILLAGE)
    flats = [1077, 530, 599, 236, 113, 183, 160, 45, 42, 43]
    specific = [0.169, 0.187, 0.208, 0.146, 0.146, 0.146, 0.102, 0.085, 0.071, 0.05]
    assert decompose.heat_need(m) == pytest.approx(
        sum(f * s for f, s in zip(flats, specific, strict=True)) / sum(flats)
    )


def test_a_district_value_is_not_a_cause(inv, members):
    """Cars of the villages are shares of the district: the effect of cars may not appear, until they are counted."""
    found = decompose.gap(inv, members, CITY, VILLAGE, "bisko_t", "head")
    assert "cars.tot" not in {e["id"] for e in found["by_factor"]}
    counted = []
    for m in members:
        figures = dict(m.figures)
        figures["cars.tot"] = Figure(
            id="cars.tot",
            value=m.value("cars.tot"),
            unit="cars",
            year=2021,
            owner="own",
            state="value",
            data_quality="A",
        )
        counted.append(replace(m, figures=figures))
    after = decompose.gap(inv, counted, CITY, VILLAGE, "bisko_t", "head")
    assert "cars.tot" in {e["id"] for e in after["by_factor"]}
    assert after["gap"] == pytest.approx(found["gap"])


def test_rest_has_its_name_and_shared_blocks_say_so(inv, members):
    found = decompose.gap(inv, members, CITY, VILLAGE, "net_t", "head")
    (rest,) = [e for e in found["by_factor"] if e["id"] == "rest"]
    assert rest["observed"] is False
    assert rest["title"] == {"de": "mit diesen Daten nicht zu beobachten", "en": "not observable with these data"}
    assert {b["id"] for b in found["blocks"] if b["shared"]} == {"agriculture", "waste", "forest", "soils"}


def test_blocks_cover_every_line_once(inv):
    from fnmatch import fnmatchcase

    for line in inv.lines:
        found = [b["id"] for b in decompose.blocks() if any(fnmatchcase(line, p) for p in b.get("lines", []))]
        assert len(found) == 1, line
    total = sum(decompose._tonnes(inv, b, "net_t") for b in decompose.blocks())
    assert total == pytest.approx(balance.arrays(inv)["net_t"])


def test_a_place_without_plants_gives_the_whole_gap_to_the_plants(inv, members):
    found = decompose.gap(inv, members, VILLAGE, TOWN, "bisko_t", "head")
    (plants,) = [b for b in found["blocks"] if b["id"] == "plants"]
    effects = {e["id"]: e["effect"] for e in plants["effects"]}
    assert effects["ets_industry"] == pytest.approx(plants["gap"]) and effects["rest"] == 0.0


@pytest.mark.parametrize(
    ("kwargs", "code"),
    [
        ({"account": "wrong_t"}, "account-unknown"),
        ({"base": "acre"}, "base-unknown"),
        ({"end": "12345678"}, "member-unknown"),
    ],
)
def test_bad_input(inv, members, kwargs, code):
    args = {"start": CITY, "end": VILLAGE, "account": "gross_t", "base": "head"} | kwargs
    with pytest.raises(InputError) as caught:
        decompose.gap(inv, members, **args)
    assert caught.value.code == code and caught.value.cure
