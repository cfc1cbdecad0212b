"""Dated series: shape of content, interpolation, evidence; derivations in the notes are recomputed."""

from __future__ import annotations

import numpy as np
import pytest

from stadtland.base import content, toml
from stadtland.base.errors import InputError
from stadtland.facts import series, sources

FIVE = ("14713000", "14729380", "14729030", "14729245", "14729410")


@pytest.mark.parametrize("id", series.ids())
def test_every_series_is_whole(id: str) -> None:
    s = series.load(id)
    raw = toml.read(content.path("series", f"{id}.toml"))
    assert s.id == id and s.unit and s.title["de"] and s.title["en"]
    assert np.all(np.diff(s.years) > 0)
    assert np.all(s.low <= s.central) and np.all(s.central <= s.high)
    assert np.all(np.isfinite(s.high)) and np.all(s.low >= 0)
    assert set(s.evidence) <= {"A", "B", "C"}
    assert set(s.source) <= set(sources.registry())
    for block in raw["block"]:  # own assumptions must say how they came about
        if block["evidence"] == "C":
            assert len(block.get("note", "")) >= 8


def test_no_own_source_above_c() -> None:
    for id in series.ids():
        s = series.load(id)
        assert all(e == "C" for e, src in zip(s.evidence, s.source, strict=True) if src.startswith("own_"))


def test_interpolation_and_extension_by_hand() -> None:
    raw = {
        "id": "x",
        "unit": "1",
        "title": {"de": "x", "en": "x"},
        "block": [
            {"source": "ksg", "evidence": "A", "points": [[2020, 0, 1, 2]]},
            {"source": "own_projection", "evidence": "C", "points": [[2030, 10, 11, 12]]},
        ],
    }
    s = series.parse(raw)
    assert s.at(2025) == pytest.approx(6.0) and s.at(2025, "high") == pytest.approx(7.0)
    assert s.at(2000) == 1.0 and s.at(2060, "low") == 10.0
    assert s.over([2020, 2024, 2031]).tolist() == pytest.approx([1.0, 5.0, 11.0])
    assert s.evidence_at(2020) == "A" and s.evidence_at(2021) == "C" and s.evidence_at(2050) == "C"
    assert s.sources_at(2025) == ["ksg", "own_projection"] and s.sources_at(2010) == ["ksg"]
    assert s.extended(2019) and s.extended(2031) and not s.extended(2020)


@pytest.mark.parametrize("points", [[[2020, 1, 2, 3], [2020, 1, 2, 3]], [[2020, 3, 2, 4]], [[2020, 1, 2, 1.5]]])
def test_a_faulty_series_is_refused(points: list[list[float]]) -> None:
    with pytest.raises(ValueError, match="x:"):
        series.parse(
            {
                "id": "x",
                "unit": "1",
                "title": {},
                "block": [{"source": "a", "evidence": "A", "points": points}],
            }
        )


@pytest.mark.parametrize("id", ["ef_electricty", "../sources_facts", "population.1", ""])
def test_unknown_series_is_an_input_error(id: str) -> None:
    with pytest.raises(InputError) as caught:
        series.load(id)
    assert caught.value.code == "series-unknown"


def test_unknown_series_names_the_nearest() -> None:
    with pytest.raises(InputError, match="ef_electricity"):
        series.load("ef_electricty")


def test_electricity_factor_anchors() -> None:
    s = series.load("ef_electricity")
    assert [s.at(y) for y in (1990, 2018, 2021, 2022, 2023)] == [872, 544, 472, 505, 445]
    assert s.at(2024) == 427 and s.evidence_at(2024) == "B"
    assert [s.at(y) for y in (2030, 2035, 2040, 2045)] == [110, 45, 25, 15]
    assert s.evidence_at(2022) == "A" and s.evidence_at(2030) == "B" and s.evidence_at(2027) == "C"
    assert np.all(np.diff(s.over(np.arange(2022, 2056))) <= 0)


def test_population_of_the_five() -> None:
    for ags in FIVE:
        s = series.load(f"population.{ags}")
        assert s.years[0] == 2018 and s.at(2055) == s.at(2040)
        assert s.low[-1] < s.central[-1] < s.high[-1]
    leipzig = series.load("population.14713000")
    assert (leipzig.at(2040, "low"), leipzig.at(2040), leipzig.at(2040, "high")) == (637960, 654860, 672200)
    assert leipzig.at(2021) == 601866
    wurzen = series.load("population.14729410")
    assert wurzen.at(2040) == round(16238 * 0.98)


def test_prices_recomputed_from_the_printed_values() -> None:
    k = 119.3 / 100
    assert series.in_prices_of(100, 2020, 2024) == pytest.approx(119.3)
    assert series.in_prices_of(195, 2020, 2023) == pytest.approx(227.6, abs=0.05)  # example of the method paper
    gas = series.load("price_gas_wholesale")
    assert gas.at(2024) == pytest.approx(34.80 / 0.9024, abs=1e-3)
    assert gas.at(2030) == pytest.approx(28.4158 * k, abs=1e-3)
    household = series.load("price_gas_household")
    assert household.at(2024) == pytest.approx((10.91 - 3.01) / 0.9024 * 10, abs=1e-3)
    # procurement 61 falling to 31, network 27 (kept) or rising to 62
    assert (household.at(2025), household.at(2045)) == (61 + 27, 31 + 27)
    assert household.at(2045, "high") == 31 + 62
    oil = series.load("price_oil")
    assert oil.at(2025) == pytest.approx((1.0 / 1.19 - 0.0614 - 0.055 * 2.66) * 100, abs=1e-3)
    assert oil.at(2045) == pytest.approx((1.4 / 1.19 - 0.0614 / 1.56 - 0.225 * 2.66) * 100, abs=1e-3)
    assert series.load("price_gas_industry").at(2040) == pytest.approx(25.5868 * k + 7, abs=1e-3)
    assert series.load("price_fuel_car").at(2023) == pytest.approx((740.3 / 8.6 + 912.3 / 9.96) / 2, abs=1e-3)
    assert series.load("price_wood_pellets").at(2024) == pytest.approx(286.76 / 1.07 / 4.9, abs=1e-3)
    assert series.load("price_electricity_market").at(2024) == 78.51


def test_district_heat_fuel_is_between_exergy_share_and_boiler() -> None:
    industry, heat = series.load("price_gas_industry"), series.load("price_district_heat_fuel")
    for year in (2024, 2030, 2040, 2050):
        low, boiler = industry.at(year) * 0.21349 / 0.45 + 3, industry.at(year) / 0.92 + 3
        assert heat.at(year, "low") == pytest.approx(low, abs=2e-3)
        assert heat.at(year) == pytest.approx((low + boiler) / 2, abs=2e-3)
        assert heat.at(year, "high") == pytest.approx(1.2 * boiler, abs=2e-3)


def test_climate_cost_levels() -> None:
    s = series.load("climate_cost")
    assert s.at(2024, "low") == pytest.approx(195 * 1.193, abs=1e-3)
    assert (s.at(2024), s.at(2024, "high")) == (300, 880)
    assert s.at(2030) == pytest.approx(300 * 215 / 195, abs=1e-3)
    assert s.at(2050, "high") == pytest.approx(880 * 765 / 680, abs=1e-3)


def test_national_targets_and_fleets() -> None:
    target = series.load("ghg_target_share")
    assert [target.at(y) for y in (1990, 2030, 2040, 2045, 2055)] == [1, 0.35, 0.12, 0, 0]
    for id in ("fleet_bev_share", "fleet_truck_bev_share"):
        s = series.load(id)
        assert np.all((s.high <= 1) & (s.low >= 0))
        for level in series.LEVELS:
            assert np.all(np.diff(s.over(np.arange(2021, 2056), level)) >= 0)
    bev = series.load("fleet_bev_share")
    assert bev.at(2025) == pytest.approx(1.65 / 49.339, abs=1e-4)
    assert bev.at(2030) == pytest.approx(6.15 / 49, abs=1e-4)
    assert bev.at(2045) == pytest.approx(34 / 48.5, abs=1e-4)
    decided = series.load("ghg_projection_share")
    assert (decided.at(2030), decided.at(2040)) == (0.37, 0.20)
    assert all(decided.at(y) > target.at(y) for y in range(2030, 2046))


def test_sources_can_be_cited() -> None:
    for id, entry in sources.registry().items():
        assert entry["title"] and entry["publisher"] and isinstance(entry["year"], int)
        assert "url" in entry
        assert entry["publisher"] in sources.cite(id)
    with pytest.raises(KeyError):
        sources.cite("nobody")


def test_arrays_cannot_be_changed_by_a_caller() -> None:
    with pytest.raises(ValueError, match="read-only"):
        series.load("cpi").central[0] = 0


def test_electricity_history_holds_one_release_only() -> None:
    # a value of another release (565 g in 2015, GEMIS) once slipped in between; this keeps it out
    s = series.load("ef_electricity")
    printed = {2006: 687, 2010: 614, 2014: 620, 2015: 600, 2016: 581, 2019: 478, 2020: 429}
    assert {y: s.at(y) for y in printed} == printed
