"""Members of the reference case from the content: figures, years, missing is not zero, distances, speed."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from stadtland import facts
from stadtland.base import content
from stadtland.base.errors import InputError
from stadtland.facts import municipality as mun
from stadtland.facts.sources import registry

FIVE = ("14713000", "14729380", "14729030", "14729245", "14729410")


@pytest.fixture(scope="module")
def members() -> list[mun.Municipality]:
    return facts.load_members(FIVE, 2021)


def test_order_names_and_kinds(members: list[mun.Municipality]) -> None:
    assert [m.ags for m in members] == list(FIVE)
    assert [m.name for m in members] == [
        "Leipzig, Stadt",
        "Thallwitz",
        "Bennewitz",
        "Lossatal",
        "Wurzen, Stadt",
    ]
    assert [m.kind for m in members] == ["city", "village", "village", "village", "town"]
    assert [m.regiostar7 for m in members] == [71, 77, 73, 76, 73]
    assert sum(m.value("population") for m in members) == 601866 + 3548 + 5014 + 6050 + 16238


def test_year_is_chosen_and_other_years_stay_reachable(members: list[mun.Municipality]) -> None:
    wurzen = members[4]
    assert wurzen.value("population") == 16238 and wurzen.value("population@2018") == 16154
    assert facts.load_members(["14729410"], 2018)[0].value("population") == 16154
    assert facts.load_members(["14729410"], 2019)[0].figures["population"].year == 2018
    assert wurzen.value("mastr.pv") == 9238.251 and wurzen.value("mastr.pv@2024") == 12782.034
    assert wurzen.value("zensus2011.flats_total") == 10206  # the only vintage there is


def test_missing_is_not_zero() -> None:
    leipzig = facts.load_members(["14713000"], 2018)[0]
    moor = leipzig.get("area.veg_moor")
    assert moor is not None and moor.value is None and moor.state == "not_available" and moor.data_quality is None
    assert leipzig.maybe("area.veg_moor") is None and leipzig.maybe("area.veg_moor", 1.0) == 1.0
    with pytest.raises(mun.MissingFigure, match="not available"):
        leipzig.value("area.veg_moor")
    zero = facts.load_members(["14713000"], 2021)[0].get("area.veg_moor")
    assert zero is not None and zero.value == 0 and zero.state == "rounded_zero"


def test_unknown_figure_names_the_nearest(members: list[mun.Municipality]) -> None:
    with pytest.raises(mun.MissingFigure, match=r"area\.veg_forrest"):
        members[0].value("area.veg_forest")
    assert members[0].get("no.such") is None


def test_proxies_are_labelled(members: list[mun.Municipality]) -> None:
    for m in members:
        cows = m.figures["livestock.cows"]
        assert (cows.data_quality, cows.state) == ("D", "estimated") and "computed share" in cows.note
        grass, arable = m.figures["agri.grassland"], m.figures["agri.arable"]
        assert grass.low is not None and grass.high is not None and grass.low < grass.value < grass.high  # type: ignore[operator]
        assert arable.value is not None and grass.value is not None
        assert arable.value + grass.value <= m.value("area.veg_agri")
        assert m.figures["proxy.roof_area_residential"].evidence == "C"
    assert members[0].figures["cars.tot"].data_quality == "A"
    assert members[4].figures["cars.tot"].data_quality == "C"


def test_rules_by_hand(members: list[mun.Municipality]) -> None:
    wurzen = members[4]
    assert wurzen.value("cars.tot") == round(154753 * 16238 / 258214)
    assert wurzen.value("livestock.cows") == round(171898 * 5184 / 993778)
    assert wurzen.value("agri.arable") == round(5184 * 700300 / 894100, 1)
    assert wurzen.value("agri.grassland") == round(5184 * 188700 / 894100, 1)
    assert wurzen.value("proxy.sealed_area") == round(0.45 * (742 + 322), 1)
    assert wurzen.value("proxy.roof_area_residential") == round((1969 * 110 + 401 * 130 + 1044 * 280) / 1e4, 2)
    assert wurzen.value("proxy.roof_area_other") == 124 * 0.25
    assert wurzen.value("commuters.to.14713") == round(32170 * 16238 / 258214)
    leipzig = members[0]
    assert leipzig.value("commuters.from.14729") == 32170 and leipzig.value("commuters.to.14729") == 13540
    assert leipzig.value("commuters.in") == 104890 and leipzig.value("commuters.out") == 73790


def test_drinking_water_of_thallwitz(members: list[mun.Municipality]) -> None:
    assert members[1].value("water.works_delivery") == 11361235
    assert members[0].value("water.share_from_mulde_works") == 75


def test_every_bundled_figure_has_unit_source_year_and_grades() -> None:
    for file in ("figures.csv", "extra.csv"):
        with content.path("municipalities", file).open(encoding="utf-8", newline="") as handle:
            keys = set()
            for row in csv.DictReader(handle):
                ags, figure = mun.figure_from_row(row)
                key = (ags, figure.id, figure.year)
                assert key not in keys
                keys.add(key)
                assert ags in FIVE and figure.unit and figure.year and figure.territory_date
                assert figure.source in registry()
                assert (figure.value is None) == (figure.evidence is None) == (figure.data_quality is None)


def test_outlines_are_closed_rings_around_the_centroid(members: list[mun.Municipality]) -> None:
    for m in members:
        rings = m.outline
        assert rings is not None and all(ring[0] == ring[-1] and len(ring) >= 15 for ring in rings)
        lon, lat = m.value("centroid_lon"), m.value("centroid_lat")
        xs, ys = [p[0] for p in rings[0]], [p[1] for p in rings[0]]
        assert min(xs) < lon < max(xs) and min(ys) < lat < max(ys)
    raw = content.path("municipalities", "outlines.json").read_text()
    assert "© GeoBasis-DE / BKG" in raw and "dl-de/by-2-0" in raw


def test_distance_by_hand(members: list[mun.Municipality]) -> None:
    # one degree of latitude on a sphere of 6371 km is 111.19 km
    from dataclasses import replace

    a = members[0]
    lon, lat = a.figures["centroid_lon"], a.figures["centroid_lat"]
    north = replace(a, figures={"centroid_lon": lon, "centroid_lat": lat.model_copy(update={"value": lat.value + 1})})  # type: ignore[operator]
    assert mun.distance_km(a, north) == pytest.approx(111.195, abs=0.01)
    assert mun.distance_km(a, a) == 0
    assert mun.distance_km(members[0], members[4]) == pytest.approx(mun.distance_km(members[4], members[0]))
    assert 25 < mun.distance_km(members[0], members[4]) < 35  # Leipzig – Wurzen about 29 km


@pytest.mark.parametrize(
    ("name", "population", "kind"),
    [
        ("X, Stadt", 5000.0, "town"),
        ("X", 12000.0, "town"),
        ("X", 900.0, "village"),
        ("X", None, "village"),
        ("X", 2e5, "city"),
    ],
)
def test_kind(name: str, population: float | None, kind: str) -> None:
    assert mun.kind_of("14729410", name, population) == kind
    assert mun.kind_of("14713000", name, population) == "city"


def test_other_municipalities_need_a_folder(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        facts.load_members(["05515000"], 2021)
    assert caught.value.code == "not-bundled" and "--data" in caught.value.cure
    with pytest.raises(InputError) as caught:
        facts.load_members(["05515000"], 2021, tmp_path / "nowhere")
    assert caught.value.code == "data-folder-missing"
    with pytest.raises(InputError) as caught:
        facts.load_members(["05515000"], 2021, tmp_path)
    assert caught.value.code == "data-file-missing" and "2018.csv" in caught.value.what and caught.value.cure


def test_a_member_twice_is_an_error() -> None:
    with pytest.raises(InputError) as caught:
        facts.load_members(["14729410", "14729410"], 2021)
    assert caught.value.code == "member-twice"
