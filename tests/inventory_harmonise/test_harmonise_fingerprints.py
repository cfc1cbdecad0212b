"""Wrong factor sets give themselves away: the patterns of the design, and factors that fit several sets."""

from __future__ import annotations

import pytest

from stadtland.inventory.harmonise import Row, recognise
from stadtland.inventory.harmonise.fingerprints import sets


def rows(**factors):
    """One row of 10,000 MWh per carrier; `car_` in front means transport."""
    out = []
    for name, value in factors.items():
        vk = name.startswith("car_")
        out.append(
            Row("VK" if vk else "HH", name.removeprefix("car_"), "car" if vk else "", mwh=10_000.0, t=10 * value)
        )
    return out


def hits(found):
    return [(h.set, h.year) for _, h in sorted(found.hits.items())]


@pytest.mark.parametrize(
    ("set_id", "factors", "votes"),
    [
        ("NIR_direct", {"gas": 201, "oil": 266, "car_petrol": 264, "car_diesel": 266.3}, 4),
        ("NIR_direct", {"gas": 201.4, "car_petrol": 271}, 2),
        ("GEG_Anlage9", {"gas": 240, "oil": 310, "elec": 560}, 3),
        ("GEG_Anlage9", {"elec": 860}, 1),
        ("GEMIS_4.95_KEA", {"gas": 250, "oil": 319, "lpg": 277, "elec": 565}, 4),
    ],
)
def test_patterns_of_the_design(set_id, factors, votes):
    found = recognise(rows(**factors), 2015)
    assert {s for s, _ in hits(found)} == {set_id}
    assert found.votes[set_id] == votes


def test_bisko_is_no_finding():
    found = recognise(rows(gas=247, oil=318, elec=472, car_diesel=331, dh=260, ambient=147.5), 2021)
    assert {s for s, _ in hits(found)} == {"BISKO"} and found.votes == {}


@pytest.mark.parametrize(
    ("value", "year", "expected"),
    [(505, 2021, ("BISKO", 2022)), (544, 2021, ("BISKO", 2018)), (366, 2021, ("UBA_direct_CO2", 2020)),
     (498, 2022, ("UBA_upstream", 2022)), (472, 2021, ("BISKO", 2021))],
)  # fmt: skip
def test_electricity_by_year(value, year, expected):
    assert hits(recognise(rows(elec=value), year)) == [expected]


def test_the_year_of_the_inventory_goes_first_where_two_years_have_one_factor():
    """620 g/kWh in 2009 and in 2014."""
    assert hits(recognise(rows(elec=620), 2014)) == [("BISKO", 2014)]
    assert hits(recognise(rows(elec=620), 2010)) == [("BISKO", 2009)]


def test_a_factor_of_a_far_year_is_chance_unless_the_card_says_it():
    """791 g/kWh is the federal mix of 1995."""
    assert hits(recognise(rows(elec=791), 2021)) == []
    assert hits(recognise(rows(elec=791), 2021, "unknown", 1995)) == [("BISKO", 1995)]


def test_445_belongs_to_bisko_and_to_the_federal_agency_the_card_decides():
    assert hits(recognise(rows(elec=445), 2023))[0][0] == "BISKO"
    assert hits(recognise(rows(elec=445), 2023, "UBA_upstream"))[0][0] == "UBA_upstream"


def test_unknown_factors_have_no_hit_and_rounding_is_borne():
    assert hits(recognise(rows(gas=233), 2021)) == []
    rounded = Row("HH", "gas", mwh=1000.0, t=201.0 + 0.5)  # 201.5 g: within half a gram
    assert recognise([rounded], 2021).hits[0].set == "NIR_direct"
    whole = Row("HH", "gas", mwh=700.0, t=141.0)  # 201.43 g; t is a whole number
    assert recognise([whole], 2021).hits[0].set == "NIR_direct"


def test_each_set_names_source_and_both_languages():
    for entry in sets().values():
        assert entry["source"] and entry["evidence"] in "ABC" and set(entry["title"]) == {"de", "en"}


def test_every_carrier_of_a_set_has_a_value():
    from stadtland.facts.factors import table

    known = {(r["release"], r["carrier"]) for r in table("emission_factors")}
    for entry in sets().values():
        for group in entry["carriers"].values():
            for names in group.values():
                assert all((entry["release"], n) in known for n in names)
