"""Factors: printed values, choice of release and year, warming potentials, no superseded factor."""

from __future__ import annotations

import math

import pytest

from stadtland.base.errors import InputError
from stadtland.facts import factors, series


@pytest.mark.parametrize(
    ("carrier", "year", "value", "evidence"),
    [
        ("gas", 2022, 247, "A"),
        ("gas", 2018, 247, "B"),
        ("oil", 2021, 318, "A"),
        ("lpg", 2022, 276, "A"),
        ("coal", 2022, 433, "A"),
        ("biomass", 2022, 22, "A"),
        ("dh", 2022, 260, "A"),
        ("petrol", 2022, 337, "A"),
        ("diesel", 2022, 331, "A"),
        ("petrol", 2018, 322, "B"),
        ("diesel", 2018, 327, "B"),
        ("elec", 2018, 544, "B"),
        ("elec", 2022, 505, "A"),
        ("solar", 2018, 25, "B"),
        ("other", 2018, 330, "B"),
        ("kerosene", 2018, 322, "B"),
    ],
)
def test_printed_values(carrier: str, year: int, value: float, evidence: str) -> None:
    figure = factors.emission_factor(carrier, year)
    assert (figure.value, figure.evidence, figure.unit) == (value, evidence, "g CO2e/kWh")
    assert figure.state == "value" and factors.source_text(figure.source)


def test_nearest_year_is_marked() -> None:
    figure = factors.emission_factor("solar", 2021)
    assert figure.value == 25 and figure.state == "estimated" and "2018" in figure.note


def test_releases_are_kept_apart() -> None:
    assert factors.emission_factor("electricity_uba_direct_co2", 2022, "UBA_direct_CO2").value == 433
    assert factors.emission_factor("electricity_uba_direct_co2", 2022, "UBA_direct_CO2").unit == "g CO2/kWh"
    assert factors.emission_factor("natural_gas", 2018, "NIR_direct").value == 201
    assert factors.emission_factor("gas", 2020, "GEG_Anlage9").value == 240
    with pytest.raises(InputError) as caught:
        factors.emission_factor("gas", 2022, "BISKO_1999")
    assert caught.value.code == "release-unknown" and "GEG_Anlage9" in caught.value.cure
    with pytest.raises(InputError):
        factors.emission_factor("hydrogen_green", 2022)  # only outside BISKO


def test_electricity_table_and_series_agree() -> None:
    mix = series.load("ef_electricity")
    for year in range(1990, 2024):
        assert factors.emission_factor("elec", year).value == mix.at(year)
    later = factors.emission_factor("elec", 2035)
    assert (later.value, later.low, later.high, later.state) == (45, 30, 150, "estimated")
    heat = factors.emission_factor("ambient", 2035)
    assert heat.value == pytest.approx(45 / 3.2)
    assert factors.emission_factor("ambient", 2022).value == pytest.approx(157.8, abs=0.05)


def test_unknown_carrier_names_the_nearest() -> None:
    with pytest.raises(InputError, match="natural_gas"):
        factors.emission_factor("natural_gass", 2022)


def test_warming_potentials() -> None:
    assert [factors.gwp("CH4", s) for s in factors.GWP_SETS] == [25, 28, 27.0]
    assert [factors.gwp("N2O", s) for s in factors.GWP_SETS] == [298, 265, 273]
    assert factors.gwp("CO2") == 1 and factors.gwp("CH4_fossil", "AR5") == 30 and factors.gwp("SF6") == 23500
    with pytest.raises(InputError, match="no set"):
        factors.gwp("CH4", "AR3")
    with pytest.raises(InputError, match="no warming"):
        factors.gwp("H2O")


def test_agriculture_land_and_waste_factors() -> None:
    cow = factors.find("agri_factors", 2021, category="enteric_fermentation", activity="dairy_cow", gas="CH4")
    assert cow.value == pytest.approx(141.295) and cow.unit == "kg CH4/head/yr"
    manure = {
        land: factors.find(
            "agri_factors", 2021, category="manure_management", activity="dairy_cow", gas="CH4", region=land
        )
        for land in ("SN", "NI")
    }
    assert round(manure["SN"].value or 0, 1) == 12.7 and round(manure["NI"].value or 0, 1) == 27.2
    water = factors.find("waste_factors", 2021, category="wastewater")
    assert water.value == pytest.approx(10.966)
    fen = factors.find("lulucf_factors", land_category="cropland_drained_organic")
    assert fen.value == 36.45


def test_superseded_and_implausible_land_factors_do_not_come_by_accident() -> None:
    with pytest.raises(InputError, match="no factor"):
        factors.find("lulucf_factors", 2018, land_category="forest")
    with pytest.raises(InputError, match="no factor"):
        factors.find("lulucf_factors", land_category="paludiculture")
    old = factors.find("lulucf_factors", 2018, land_category="forest", status="superseded")
    assert old.value == pytest.approx(-6.2978)


def test_ambiguous_search_is_an_error() -> None:
    with pytest.raises(InputError) as caught:
        factors.find("agri_factors", 2021, category="manure_management", activity="dairy_cow", gas="CH4")
    assert caught.value.code == "factor-ambiguous"


@pytest.mark.parametrize("name", ["emission_factors", "agri_factors", "waste_factors", "lulucf_factors"])
def test_every_row_is_whole(name: str) -> None:
    seen = set()
    for row in factors.table(name):
        assert row["unit"] and row["evidence"] in "ABC" and factors.source_text(row["source"])
        assert math.isfinite(float(row["value"]))
        assert "298 in the file" not in row["unit"]  # tonnes computed with an outdated potential are not content
        key = tuple(v for k, v in row.items() if k not in ("value", "source", "evidence", "note", "basis"))
        assert key not in seen
        seen.add(key)


def test_every_inventory_carrier_has_a_factor() -> None:
    for carrier in factors.aliases():
        for year in (2018, 2021):
            assert (factors.emission_factor(carrier, year).value or 0) > 0


def test_gas_heating_values() -> None:
    assert factors.HS_TO_HI == 0.9024
