"""Potential functions: hand-calculated cases, bounds for any member, reasons where nothing is left."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from toolbox_members import LINES, VILLAGE

from stadtland import toolbox
from stadtland.base.errors import InputError
from stadtland.base.texts import text
from stadtland.toolbox.assess import potentials
from stadtland.toolbox.model import Measure, Parameter
from stadtland.toolbox.potentials import REGISTRY, Base
from stadtland.toolbox.potentials.base import defaults

CITY = {**VILLAGE, "kind": "city"}
FOSSIL_HH = 30000.0  # 20000 gas + 8000 oil + 2000 lpg


def exact(value: float) -> Parameter:
    return Parameter(value, value, value, "C", ())


def call(name: str, member: dict[str, Any] = VILLAGE, lines: dict[str, float] = LINES, **params: float) -> np.ndarray:
    """Values (3,) of one function for one member; named parameters replace the defaults."""
    figures = {k: np.array([v]) for k, v in member.items() if k != "kind"}
    base = Base(
        name,
        figures,
        {k: np.array([v]) for k, v in lines.items()},
        {k: exact(v) for k, v in params.items()},
        [str(member["kind"])],
    )
    return REGISTRY[name].call(base).values[:, 0]


def central(name: str, member: dict[str, Any] = VILLAGE, lines: dict[str, float] = LINES, **params: float) -> float:
    return float(call(name, member, lines, **params)[1])


# Flats: 900 in houses with one, 400 with two, 400 in larger ones. With sizes 1.4, 1.1, 0.8 the weights are
# 1260, 440, 320 = 2020, so of 180000 m2 there are 112277, 39208 and 28515 m2.
AREA = [180000 * w / 2020 for w in (1260, 440, 320)]


def test_roof_pv_residential_by_hand() -> None:
    ground = [AREA[0] / 1.5, AREA[1] / 2.0, AREA[2] / 4.0]
    kwp = 0.17 * 0.38 * (ground[0] * 0.85 + ground[1] * 0.66 + ground[2] * 0.33)
    assert kwp == pytest.approx(5098, abs=5)
    # Half of 2000 kW is on these roofs, less than a fifth of them.
    assert central("roof_pv_residential") == pytest.approx(kwp - 1000.0, rel=1e-6)
    # A solar park of 40 MW does not empty the roofs: at most a fifth is taken.
    park = {**VILLAGE, "mastr.pv": 40000.0}
    assert central("roof_pv_residential", park) == pytest.approx(kwp * 0.8, rel=1e-6)


def test_roof_pv_commercial_by_hand() -> None:
    # 30 ha · 10000 · 0.35 · 0.45 · 0.17 = 8032.5 kWp; 40 % of 2000 kW built.
    assert central("roof_pv_commercial") == pytest.approx(8032.5 - 800.0)


def test_ground_and_agri_pv_by_hand() -> None:
    assert central("ground_pv", share=0.02) == pytest.approx(4000 * 0.02 * 1.0)
    assert central("agri_pv", share=0.01) == pytest.approx(4000 * 0.01 * 0.6)


def test_wind_by_hand() -> None:
    # 5000 ha · 2 % / 6 ha per MW = 16.667 MW, 1.2 MW stand.
    assert central("wind") == pytest.approx(5000 * 0.02 / 6 - 1.2)
    # In the city 0.2 %: 1.667 MW.
    assert central("wind", CITY) == pytest.approx(5000 * 0.002 / 6 - 1.2)
    low, _, high = call("wind")
    assert low == pytest.approx(5000 * 0.013 / 10 - 1.2)
    assert high == pytest.approx(5000 * 0.02 / 4.2 - 1.2)


def test_wind_follows_the_land_and_the_areas_of_the_regional_plan_when_entered(measures: dict[str, Measure]) -> None:
    # Bavaria: 1.1 % until 2027, 1.8 % until 2032
    assert call("wind", {**VILLAGE, "land.code": 9.0})[:2] == pytest.approx(
        [5000 * 0.011 / 10 - 1.2, 5000 * 0.018 / 6 - 1.2]
    )
    # 90 ha of the plan: 90 / 6 − 1.2 MW, in the city too
    for place in (VILLAGE, CITY):
        assert central("wind", {**place, "area.wind_priority": 90.0, "land.code": 9.0}) == pytest.approx(90 / 6 - 1.2)
    wind = measures["E06"]
    assumed, planned = (
        toolbox.potential(wind, {**VILLAGE, **more}, LINES) for more in ({}, {"area.wind_priority": 90.0})
    )
    assert (assumed.data_quality, assumed.note) == ("D", "potential.wind_share")
    assert (planned.data_quality, planned.note) == ("B", "potential.wind_plan")
    for note in ("wind_share", "wind_plan"):
        assert "nicht der Rat" in text(f"potential.{note}", "de") and "not the council" in text(
            f"potential.{note}", "en"
        )
    none = toolbox.potential(wind, {**VILLAGE, "area.wind_priority": 0.0}, LINES)
    assert none.central == 0 and none.reason == "potential.wind_built" and none.note is None


def test_every_land_has_its_share_and_the_country_about_two_percent() -> None:
    from stadtland.toolbox.potentials.energy import _wind_shares

    shares = _wind_shares()
    assert sorted(shares) == list(range(1, 17)) and all(0 < a < b < 0.0221 for a, b in shares.values())
    sizes = (
        15804.3, 755.09, 47709.82, 419.62, 34112.44, 21115.64, 19858, 35747.82, 70541.57, 2571.11, 891.12, 29654.35,
        23295.45, 18449.93, 20459.12, 16202.39,
    )  # fmt: skip
    km2 = dict(zip(range(1, 17), sizes, strict=True))
    whole = sum(km2.values())
    assert sum(shares[k][0] * v for k, v in km2.items()) / whole == pytest.approx(0.014, abs=5e-4), "1.4 % until 2027"
    assert sum(shares[k][1] * v for k, v in km2.items()) / whole == pytest.approx(0.020, abs=5e-4), "2 % until 2032"


def test_wind_says_when_the_share_is_built(measures: dict[str, Measure]) -> None:
    found = toolbox.potential(measures["E06"], {**VILLAGE, "mastr.wind_on": 40000.0}, LINES)
    assert found.central == 0
    assert found.reason == "potential.wind_built"


def test_district_heat_by_hand(measures: dict[str, Measure]) -> None:
    lines = {**LINES, "HH.dh": 900.0, "GHD.dh": 100.0}
    assert central("district_heat", lines=lines, share=0.5) == pytest.approx(500.0)
    # A source that follows the network: 1000 MWh · 1.5 · 0.4.
    assert central("district_heat", lines=lines, share=0.4, growth=0.5) == pytest.approx(600.0)
    # The network may grow by 56 %, 560 MWh; households have 30000 of 37500 MWh of fossil heat, trade 6000.
    assert central("district_heat_connections", lines=lines, share=0.4) == pytest.approx(560.0 * 0.8 / 20)
    trade = central("district_heat_connections", lines=lines, share=0.4, sector=2, mwh_per_unit=150)
    assert trade == pytest.approx(560.0 * 0.16 / 150)
    # A large network is limited by 40 % of the fossil heat of the sector.
    large = {**LINES, "HH.dh": 90000.0}
    assert central("district_heat_connections", lines=large, share=0.4) == pytest.approx(FOSSIL_HH * 0.4 / 20)
    without = toolbox.potential(measures["E16"], VILLAGE, LINES)
    assert (without.central, without.reason) == (0.0, "potential.no_network")


def test_local_wood_by_hand() -> None:
    # Copses 20 ha + 1 % of 3120 ha arable land = 51.2 ha; 4 t · 5 MWh · 0.85 = 17 MWh per ha.
    assert central("local_wood") == pytest.approx(51.2 * 17.0)
    # A third of little heat is the ceiling.
    assert central("local_wood", lines={"HH.gas": 1000.0}) == pytest.approx(300.0)
    # Boilers of trade draw on the same wood, at most 30 % of their 6000 MWh; a town shares it between both.
    assert central("local_wood", CITY, sector=2) == pytest.approx(51.2 * 17.0)
    assert central("local_wood", CITY, {**LINES, "GHD.gas": 2000.0}, sector=2) == pytest.approx(600.0)
    assert central("local_wood", {**VILLAGE, "kind": "town"}) == pytest.approx(51.2 * 17.0 / 2)


def test_machine_fuel_by_hand() -> None:
    # 900 MWh of diesel and 100 MWh of petrol, 30 % in machines of 25 MWh.
    assert central("machine_fuel", share=0.3, mwh_per_unit=25) == pytest.approx(12.0)


quantities = st.floats(min_value=1.0, max_value=1e5)


@given(quantities, quantities, quantities, quantities)
def test_connections_never_exceed_the_growth_of_the_network(
    homes: float, trade: float, municipal: float, network: float
) -> None:
    lines = {"HH.gas": homes, "GHD.gas": trade, "KE.gas": municipal, "HH.dh": network}
    reached = [call("district_heat_connections", lines=lines, sector=k, mwh_per_unit=1) for k in (1, 2, 3)]
    growth = [0.3, 0.56, 1.0]
    assert np.all(np.sum(reached, axis=0) <= network * np.array(growth) * (1 + 1e-9))


@pytest.mark.parametrize("kind", ["city", "town", "village"])
def test_no_wood_is_used_twice(measures: dict[str, Measure], kind: str) -> None:
    """E13 and B13 together never draw more than the wood outside the forest."""
    member = {**VILLAGE, "kind": kind}
    both = sum(toolbox.potential(measures[one], member, LINES).central for one in ("E13", "B13"))
    assert 0 < both <= 51.2 * 17.0 * (1 + 1e-9)


def test_street_lights_by_hand() -> None:
    # 4000 · 0.11 · 0.6 = 264 lamps; electricity allows 600 · 0.3 / 0.187 = 962.
    assert central("street_lights") == pytest.approx(264.0)
    assert central("street_lights", lines={**LINES, "KE.elec": 100.0}) == pytest.approx(30 / 0.187)


def test_heat_by_hand() -> None:
    assert central("fossil_heat", share=0.8, mwh_per_unit=20) == pytest.approx(1200.0)
    assert central("sector_heat", sector=2, mwh_per_unit=150) == pytest.approx(40.0)
    assert central("sector_heat", sector=3, mwh_per_unit=150) == pytest.approx(10.0)
    # Fossil 30000 of 40000 MWh heat: three quarters of 1200 buildings.
    assert central("fossil_heated_buildings") == pytest.approx(900.0)
    assert central("heating_systems", share=0.8) == pytest.approx(720.0)


def test_living_area_by_hand() -> None:
    # 600 of 1000 buildings are from before 1979, 75 % of heat is fossil.
    assert central("living_area_small", share=0.8) == pytest.approx((AREA[0] + AREA[1]) * 0.6 * 0.75 * 0.8)
    assert central("living_area_large", share=0.65) == pytest.approx(AREA[2] * 0.6 * 0.75 * 0.65)
    assert central("dwellings", share=0.5) == pytest.approx(850.0)


def test_municipal_buildings_by_hand() -> None:
    # 180000 · 0.4496 · 0.206 = 16671 m2; heat allows 1500 · 0.6 / 0.115 = 7826 m2.
    assert central("municipal_floor_area") == pytest.approx(1500 * 0.6 / 0.115)
    assert central("municipal_floor_area", lines={"KE.gas": 90000.0}) == pytest.approx(180000 * 0.4496 * 0.206)
    # 4 thousand people; heat allows 1500 · 0.2 / 52 = 5.77.
    assert central("municipal_management") == pytest.approx(4.0)
    assert central("municipal_management", lines={"KE.gas": 520.0}) == pytest.approx(2.0)


def test_mobility_by_hand() -> None:
    assert central("cars", share=0.5) == pytest.approx(1150.0)
    assert central("road_energy", mode=1, mwh_per_unit=9.52) == pytest.approx(2000.0)
    assert central("road_energy", mode=2, mwh_per_unit=172, share=0.5) == pytest.approx(50.0)
    assert central("road_energy", mode=3, mwh_per_unit=183.8) == pytest.approx(10.0)
    # 4000 · 0.42 · 0.68 = 1142.4 people by car.
    assert central("car_commuters", share=0.1) == pytest.approx(114.24)
    # 1000 counted commuters; without a count 4000 · 0.42 · 0.3 = 504.
    counted = {**VILLAGE, "commuters.out": 1000.0}
    assert central("out_commuters", counted, share=0.1) == pytest.approx(68.0)
    assert central("out_commuters") == pytest.approx(504 * 0.68)
    assert central("commuter_kilometres", counted, share=0.08) == pytest.approx(680 * 45 * 200 / 1000 * 0.08)
    assert central("shared_cars", share=0.06) == pytest.approx(4000 / 2 * 0.06 / 15)
    assert central("corridor_km") == pytest.approx(1.0)


def test_industry_by_hand(measures: dict[str, Measure]) -> None:
    assert central("industry_heat_150", share=0.5, mwh_per_unit=5405) == pytest.approx(1.0)
    assert central("companies", share=0.2, mwh_per_unit=2162) == pytest.approx(1.0)
    found = toolbox.potential(measures["I01"], VILLAGE, {**LINES, "IND.gas": 0.0})
    assert found.reason == "potential.no_industry"


def test_land_by_hand(measures: dict[str, Measure]) -> None:
    assert central("arable", share=0.5) == pytest.approx(4000 * 0.78 * 0.5)
    assert central("grassland", share=0.5) == pytest.approx(4000 * 0.22 * 0.5)
    assert central("arable", {**VILLAGE, "area.arable": 3000.0}) == pytest.approx(3000.0)
    assert central("farmland", share=0.25) == pytest.approx(1000.0)
    assert central("forest", share=0.1) == pytest.approx(50.0)
    assert central("hedges", share=0.01) == pytest.approx(31.2)
    assert central("cows", share=0.5) == pytest.approx(350.0)
    assert central("cattle") == pytest.approx(1800.0)
    # 700 · 20 + 1100 · 9 + 2000 · 1.5 = 26900 t; two thirds are not digested.
    assert central("manure") == pytest.approx(26.9 * 0.67)
    assert central("manure_stores") == pytest.approx(26.9 * 0.67 / 2)
    assert central("settlement_green") == pytest.approx(80.0)
    assert central("sealed") == pytest.approx(600 * 10 * 0.45)
    assert central("flat_roofs", share=0.5) == pytest.approx(30 * 10000 * 0.35 * 0.6 * 0.5)
    assert central("street_trees") == pytest.approx(1000.0)
    assert central("biowaste") == pytest.approx(140.0)
    assert central("peat_soils", {**VILLAGE, "area.organic_soils": 40.0}, share=0.5) == pytest.approx(20.0)
    assert central("streams", {**VILLAGE, "streams_km": 12.0}, share=0.5) == pytest.approx(6.0)
    found = toolbox.potential(measures["L01"], VILLAGE, LINES)
    assert (found.central, found.reason) == (0.0, "potential.no_peat")


def test_general_by_hand() -> None:
    assert central("per_municipality", count=2) == 2.0
    assert central("population", per_head=0.02, share=0.5) == pytest.approx(40.0)
    assert central("households", share=0.1) == pytest.approx(200.0)
    assert central("unknown") == 0.0
    assert np.isinf(central("unlimited"))


def test_every_function_has_a_hand_case() -> None:
    """This file names each registered function in a call with a literal name."""
    from pathlib import Path

    source = Path(__file__).read_text("utf-8")
    assert not [name for name in REGISTRY if f'("{name}"' not in source]


def test_a_missing_figure_is_not_zero_but_unknown(measures: dict[str, Measure]) -> None:
    bare = {"kind": "village", "population": 4000.0}
    found = toolbox.potential(measures["E03"], bare, None)
    assert (found.central, found.reason, found.data_quality) == (0.0, "potential.no_data", "D")
    heat = toolbox.potential(measures["B01"], VILLAGE, None)
    assert heat.reason == "potential.no_data"


def test_the_other_side_of_the_partnership(measures: dict[str, Measure]) -> None:
    assert toolbox.potential(measures["E03"], CITY, LINES).reason == "potential.not_here"
    town = {**VILLAGE, "kind": "town"}
    assert toolbox.potential(measures["E03"], town, LINES).central > 0


def test_kind_follows_from_regiostar(measures: dict[str, Measure]) -> None:
    member = {k: v for k, v in VILLAGE.items() if k != "kind"}
    assert toolbox.potential(measures["E03"], {**member, "regiostar7": 71.0}, LINES).reason == "potential.not_here"
    assert toolbox.potential(measures["E03"], {**member, "regiostar7": 77.0}, LINES).central > 0


def test_reasons_are_texts_in_both_languages() -> None:
    for key in ("no_data", "no_figure", "not_here", "nothing_left", "no_network", "wind_built", "no_peat",
                "no_stream_map", "no_industry"):  # fmt: skip
        assert text(f"potential.{key}", "de") != text(f"potential.{key}", "en")


def test_a_missing_parameter_is_an_input_error() -> None:
    with pytest.raises(InputError, match="mwh_per_unit"):
        call("industry_heat_150")


def test_default_parameters_are_ranges_with_evidence() -> None:
    for function, table in defaults().items():
        assert function == "common" or function in REGISTRY, function
        for name, value in table.items():
            assert value["low"] <= value["central"] <= value["high"], f"{function}.{name}"
            assert value["evidence"] in "ABC"
            assert value["evidence"] == "C" or value["source"], f"{function}.{name}"
            named = value.get("source", [])
            for source in [named] if isinstance(named, str) else named:
                assert source in toolbox.sources(), f"{function}.{name}: {source}"


def test_many_members_equal_one_by_one(measures: dict[str, Measure]) -> None:
    members = [VILLAGE, CITY, {**VILLAGE, "area.veg_agri": 10.0, "kind": "town"}]
    figures = {k: np.array([m[k] for m in members]) for k in VILLAGE if k != "kind"}
    lines = {k: np.full(3, v) for k, v in LINES.items()}
    for measure in measures.values():
        together = potentials(measure, figures, lines, [str(m["kind"]) for m in members])
        for i, member in enumerate(members):
            alone = toolbox.potential(measure, member, LINES)
            assert together.central[i] == pytest.approx(alone.central)
            assert together.reasons[i] == alone.reason


def bounds(m: dict[str, float], lines: dict[str, float]) -> dict[str, float]:
    """What the base of a function holds, in the unit of its result; written apart from the tested code."""
    fossil = sum(lines[f"HH.{c}"] for c in ("gas", "oil", "lpg", "coal", "other"))
    heat = lines["HH.dh"] + lines["GHD.dh"] + lines["KE.dh"] + lines["IND.dh"]
    herd = m["livestock.cows"] + m["livestock.cattle"]
    dung = m["livestock.cows"] * 23 + m["livestock.cattle"] * 11 + m["livestock.pigs"] * 1.8
    sealed = (m["area.land_settlement"] + m["area.land_traffic"]) * 10
    roofs = m["area.settlement_ghd"] * 10000
    living = m["stock.residential_buildings_area_total"] * 1000
    people = m["population"]
    land, street = m["area.veg_agri"], m["area.land_traffic"]
    buildings = m["stock.residential_buildings_total"]
    return {
        "arable": land, "grassland": land, "farmland": land,
        "hedges": land, "ground_pv": land * 1.2, "agri_pv": land * 0.74,
        "forest": m["area.veg_forrest"], "wind": m["area.land_total"] * 0.02 / 4.2,
        "cows": m["livestock.cows"], "cattle": herd, "manure": dung / 1000, "manure_stores": dung / 1000,
        "cars": m["cars.tot"], "car_commuters": people, "out_commuters": people,
        "commuter_kilometres": people * 60 * 220 / 1000,
        "shared_cars": people, "households": people, "population": people, "biowaste": people * 0.05,
        "street_lights": people * 0.14, "municipal_management": people / 1000,
        "district_heat": heat * 2, "fossil_heat": fossil / 20,
        "district_heat_connections": fossil / 20 + (lines["GHD.gas"] + lines["KE.gas"]) / 150,
        "local_wood": (fossil + lines["GHD.gas"]) * 0.4, "fossil_heated_buildings": buildings,
        "heating_systems": buildings,
        "dwellings": m["zensus2022.total_dwellings"],
        "living_area_small": living, "living_area_large": living, "roof_pv_residential": living * 0.17,
        "municipal_floor_area": living, "roof_pv_commercial": roofs * 0.17, "flat_roofs": roofs,
        "industry_heat_150": lines["IND.gas"] / 558,
        "machine_fuel": (lines["GHD.diesel"] + lines["GHD.petrol"]) / 25, "companies": lines["IND.gas"] / 5000,
        "sealed": sealed, "settlement_green": m["area.land_settlement"],
        "street_trees": street * 10,
        "corridor_km": street, "peat_soils": 0.0, "streams": 0.0, "unknown": 0.0,
        "sector_heat": (lines["GHD.gas"] + lines["KE.gas"]) / 150,
        "road_energy": sum(v for k, v in lines.items() if k.startswith("VK.")) / 9,
        "per_municipality": 10.0,
    }  # fmt: skip


quantity = st.one_of(st.just(0.0), st.floats(min_value=1e-3, max_value=1e6))


@settings(max_examples=60, deadline=None)
@given(
    st.fixed_dictionaries({k: quantity for k in VILLAGE if k != "kind"}),
    st.fixed_dictionaries(dict.fromkeys(LINES, quantity)),
    st.sampled_from(["city", "town", "village"]),
)
def test_no_measure_exceeds_its_base(figures: dict[str, float], lines: dict[str, float], kind: str) -> None:
    member = {
        **figures,
        "zensus2022.avg_household_size": 1.0 + figures["zensus2022.avg_household_size"] / 1e6,
    }
    limit = bounds(member, lines)
    for measure in toolbox.catalogue().values():
        if measure.reference:
            continue
        found = toolbox.potential(measure, {**member, "kind": kind}, lines)
        ceiling = limit[measure.potential.function]
        if "per_head" in measure.potential.params:
            ceiling *= max(1.0, measure.potential.params["per_head"].high)
        assert 0 <= found.low <= found.central <= found.high <= ceiling * (1 + 1e-9) + 1e-9, measure.id
        assert (found.central > 0) == (found.reason is None), measure.id


@settings(max_examples=40, deadline=None)
@given(st.floats(min_value=1, max_value=1e4), st.floats(min_value=1.01, max_value=3))
def test_potentials_grow_with_the_place(size: float, factor: float) -> None:
    """A place of the same kind that is larger in everything has potentials larger in the same proportion."""
    small = {k: v * size if isinstance(v, float) else v for k, v in VILLAGE.items()}
    large = {k: v * factor if isinstance(v, float) else v for k, v in small.items()}
    for one in (small, large):
        one["zensus2022.avg_household_size"] = 2.0
    few = {k: v * size for k, v in LINES.items()}
    many = {k: v * factor for k, v in few.items()}
    for measure in toolbox.catalogue().values():
        if measure.potential.function in ("unlimited", "per_municipality"):
            continue
        one, two = toolbox.potential(measure, small, few), toolbox.potential(measure, large, many)
        assert two.central == pytest.approx(one.central * factor, rel=1e-9), measure.id


def test_every_function_is_documented() -> None:
    from pathlib import Path

    page = (Path(__file__).resolve().parents[2] / "docs" / "reference" / "potentials.md").read_text("utf-8")
    for name, entry in REGISTRY.items():
        assert f"| `{name}` | {entry.unit} |" in page
        assert (entry.call.__doc__ or "").strip(), name
