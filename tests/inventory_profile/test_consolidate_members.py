"""Members join and leave, areas change: the joint series is explained to the kilogram."""

from __future__ import annotations

import csv

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stadtland.base import content
from stadtland.base.errors import InputError
from stadtland.inventory import consolidate_members as room
from stadtland.inventory.consolidate_members import Membership


def test_hand_case_of_joining_and_leaving():
    # 2020: A 100, B 50. 2021: B leaves, C joins with 30; A falls to 90.
    who = [Membership("A"), Membership("B", left=2021), Membership("C", joined=2021)]
    values = {2020: {"A": 100.0, "B": 50.0, "C": 33.0}, 2021: {"A": 90.0, "B": 49.0, "C": 30.0}}
    (step,) = room.changes(who, values)
    assert (step["start_t"], step["end_t"]) == (150.0, 120.0)
    assert step["left"] == {"B": 50.0} and step["joined"] == {"C": 30.0}
    assert step["stay_t"] == -10.0  # the only change of anybody's emissions
    assert step["residual_kg"] == 0
    assert room.same_members(who, values, 2021) == {2020: 133.0, 2021: 120.0}


years = st.one_of(st.none(), st.integers(2015, 2025))


@settings(max_examples=1000, deadline=None)
@given(st.lists(st.tuples(years, st.integers(1, 6)), min_size=1, max_size=8), st.randoms(use_true_random=False))
def test_every_series_closes(spans, random):
    who = [
        Membership(f"{k:08d}", start, None if length == 6 else (start or 2015) + length)
        for k, (start, length) in enumerate(spans)
    ]
    values = {y: {m.ags: random.uniform(-1e6, 1e7) for m in who} for y in range(2016, 2024)}
    for step in room.changes(who, values):
        assert step["residual_kg"] == 0
        change = sum(step["joined"].values()) - sum(step["left"].values()) + step["stay_t"]
        assert step["start_t"] + change == pytest.approx(step["end_t"], abs=1e-5)
        assert set(step["joined"]) == set(room.active(who, step["to"])) - set(room.active(who, step["from"]))


def test_a_member_may_come_back_but_not_overlap():
    who = [Membership("A", 2018, 2020), Membership("A", 2022)]
    assert [room.active(who, y) for y in (2017, 2019, 2021, 2023)] == [(), ("A",), (), ("A",)]
    for bad in ([Membership("A"), Membership("A", 2020)], [Membership("A", 2020, 2020)]):
        with pytest.raises(InputError) as caught:
            room.active(bad, 2020)
        assert caught.value.code == "member-period"


def test_a_missing_value_is_not_zero():
    with pytest.raises(InputError, match="no value of B for 2021"):
        room.changes([Membership("A"), Membership("B")], {2020: {"A": 1.0, "B": 1.0}, 2021: {"A": 1.0}})


def test_what_became_of_codes():
    found = {
        r["given"]: r for r in room.territory(["03358004", "03358022", "07339030", "14713000", "09172444", "99999999"])
    }
    assert found["03358004"]["now"] == ["03358024"] and found["03358004"]["state"] == "merged"
    assert found["03358004"]["others"] == {}  # both parts of Walsrode are named
    assert found["07339030"]["state"] == "grew"
    assert set(found["07339030"]["others"]) == {"07339027", "07339061"}
    assert found["14713000"]["state"] == "same"
    assert found["09172444"]["state"] == "split"
    assert found["99999999"]["state"] == "unknown"
    alone = room.territory(["03358004"])[0]
    assert set(alone["others"]) == {"03358022"}, "half of a merged municipality is not the same area"


def test_merged_members_count_once():
    assert room.members_now(["03358004", "03358022", "14713000"]) == ["03358024", "14713000"]
    with pytest.raises(InputError) as caught:
        room.members_now(["09172444"])
    assert caught.value.code == "area-split" and caught.value.cure
    with pytest.raises(InputError):
        room.members_now(["99999999"])


def test_area_bridge_by_hand():
    whole, grown, same = room.area_bridge(
        {"03358004": 10.0, "03358022": 5.0, "07339030": 1.0, "07339027": 2.0, "14713000": 7.0},
        {"03358024": 16.0, "07339030": 4.0, "14713000": 6.5},
    )
    assert (whole["old_t"], whole["difference_t"]) == (15.0, 1.0)
    assert grown["old_t"] is None and grown["missing"] == ["07339061"]
    assert same["difference_t"] == -0.5


def test_a_split_part_has_no_value():
    (row,) = room.area_bridge({"09472111": 5.0, "09472459": 1.0}, {"09472111": 6.0})
    assert row["old_t"] is None and "09472459" in row["missing"]


def test_every_vanished_code_is_followed():
    with content.path("municipalities", "succession.csv").open(encoding="utf-8", newline="") as handle:
        old = sorted({r["ags"] for r in csv.DictReader(handle)})
    rows = room.territory(old)
    assert len(rows) == len(old) > 300
    # areas without inhabitants may have gone to others of their kind, which stand in the codes as well
    assert [r["given"] for r in rows if r["state"] == "same"] == []
    assert all(r["now"] for r in rows if r["state"] in ("merged", "renamed", "split"))


@pytest.mark.datapack
def test_list_of_grown_areas_is_made_from_the_data(datapack):
    with (datapack / "localzero" / "population" / "2018.csv").open(encoding="utf-8", newline="") as handle:
        before = [r["ags"] for r in csv.DictReader(handle)]
    with content.path("inventory", "profile", "grown_areas.csv").open(encoding="utf-8", newline="") as handle:
        assert list(csv.DictReader(handle)) == room.grown_areas(before)
