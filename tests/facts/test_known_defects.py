"""Known defects of the source files: one test per row of known_defects.toml, on the real files.

A test that fails here means that a source was mended or changed: then its handling has to be looked at again.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import sys
from pathlib import Path

import pytest

from stadtland import facts
from stadtland.base import content, toml
from stadtland.base.errors import InputError
from stadtland.facts import codes, factors, folder
from stadtland.facts.repair import repair_text

DEFECTS = toml.read(content.path("factors", "known_defects.toml"))
FIVE = ("14713000", "14729380", "14729030", "14729245", "14729410")


def rows(path: Path) -> list[dict[str, str]]:
    raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline="")))


def test_every_defect_has_texts_and_a_test() -> None:
    here = vars(sys.modules[__name__])
    tests = {name.removeprefix("test_defect_") for name in here if name.startswith("test_defect_")}
    assert tests == set(DEFECTS)
    for entry in DEFECTS.values():
        assert all(entry[key][lang] for key in ("defect", "handling") for lang in ("de", "en"))


@pytest.mark.datapack
def test_every_named_file_exists(datapack: Path) -> None:
    assert all((datapack / entry["file"]).is_file() for entry in DEFECTS.values())


def test_repair_leaves_sound_texts_alone() -> None:
    for text in ("Größe", "Ü", "", "Ulm", "naïve façade", "€ 5", "Straße – Ring", "„Ä“", "Ãx", "Â"):
        assert repair_text(text) == text


def test_repair_mends_every_damaged_letter() -> None:
    for text in ("Größe", "5 €", "Übrige – ‚Kreise‘", "§ 3", "m²", "½ · ×"):
        damaged = "".join(_damage(letter) for letter in text)
        assert damaged != text and repair_text(damaged) == text
    assert repair_text("WaldflÃ¤che (CRF 4.A Wälder)") == "Waldfläche (CRF 4.A Wälder)"


def _damage(letter: str) -> str:
    """UTF-8 bytes read as Windows-1252, undefined bytes as control characters."""
    return "".join(
        bytes([b]).decode("cp1252") if b not in (0x81, 0x8D, 0x8F, 0x90, 0x9D) else chr(b) for b in letter.encode()
    )


@pytest.mark.datapack
def test_defect_mojibake(datapack: Path) -> None:
    texts = [row["description"] for row in rows(datapack / "localzero/facts/2021.csv")]
    damaged = [t for t in texts if repair_text(t) != t]
    assert len(damaged) == 228
    assert not any("Ã" in repair_text(t) for t in texts)
    assert any("ö" in t for t in texts if t not in damaged)  # sound lines are there too


@pytest.mark.datapack
def test_defect_empty_is_not_zero(datapack: Path) -> None:
    cells = {
        year: [v for r in rows(datapack / f"localzero/area/{year}.csv") for v in r.values()] for year in (2018, 2021)
    }
    assert cells[2018].count("") == 29277 and cells[2021].count("") == 0
    assert "0.0" in cells[2018]  # 2018 knows both
    moor = {f.year: f for f in folder.read(datapack, ["14713000"])["14713000"] if f.id == "area.veg_moor"}
    assert (moor[2018].value, moor[2018].state) == (None, "not_available")
    assert (moor[2021].value, moor[2021].state) == (0, "rounded_zero")


@pytest.mark.datapack
def test_defect_codes_are_text(datapack: Path) -> None:
    ags = [row["ags"] for row in rows(datapack / "localzero/population/2021.csv")]
    assert sum(code.startswith("0") for code in ags) > 5000 and all(len(code) == 8 for code in ags)
    assert facts.load_members(["01001000"], 2021, datapack)[0].value("population") == 91113


@pytest.mark.datapack
def test_defect_whole_numbers_as_decimals(datapack: Path) -> None:
    leipzig = {
        year: next(r for r in rows(datapack / f"localzero/area/{year}.csv") if r["ags"] == "14713000")
        for year in (2018, 2021)
    }
    assert leipzig[2018]["land_total"] == "29780.0" and leipzig[2021]["land_total"] == "29780"
    assert folder.number("29780.0", "") == folder.number("29780", "") == 29780


@pytest.mark.datapack
def test_defect_transit_repeats_2018(datapack: Path) -> None:
    old, new = ({r["ags"]: r for r in rows(datapack / f"localzero/destatis/{y}.csv")} for y in (2018, 2021))
    common = set(old) & set(new)
    assert {ags for ags in common if old[ags] != new[ags]} == {"16063000"}  # only a merged district changed


@pytest.mark.datapack
def test_defect_census_2011_named_2021(datapack: Path) -> None:
    old, new = ({r["ags"]: r for r in rows(datapack / f"localzero/buildings/{y}.csv")} for y in (2018, 2021))
    common = set(old) & set(new)
    same = [a for a in common if all(float(old[a][k] or 0) == float(new[a][k] or 0) for k in old[a] if k != "ags")]
    assert len(same) / len(common) > 0.99
    figure = facts.load_members(["14729410"], 2021)[0].figures["zensus2011.buildings_total"]
    assert (figure.year, figure.territory_date) == (2011, "2011-05-09")


@pytest.mark.datapack
def test_defect_total_column_changes_name(datapack: Path) -> None:
    heads = {year: rows(datapack / f"localzero/industry_facilites/{year}.csv")[0].keys() for year in (2018, 2021)}
    assert "sum" in heads[2018] and "sum" not in heads[2021] and "DG000000" in heads[2021]
    members = folder.read(datapack, ["14729410"])["14729410"]
    assert {f.year: f.value for f in members if f.id == "ets_industry"} == {2018: 47643, 2021: 47919}


@pytest.mark.datapack
def test_defect_absent_row_means_no_plant(datapack: Path) -> None:
    assert len(rows(datapack / "localzero/industry_facilites/2021.csv")) < 600
    figure = facts.load_members(["14729380"], 2021)[0].figures["ets_industry"]
    assert (figure.value, figure.state) == (0, "true_zero") and "without power" in figure.note


@pytest.mark.datapack
def test_defect_register_values_fall(datapack: Path) -> None:
    power = {y: {r["ags"]: r for r in rows(datapack / f"localzero/renewable_energy/{y}.csv")} for y in (2021, 2024)}
    assert float(power[2024]["14729245"]["pv"]) < float(power[2021]["14729245"]["pv"])
    assert float(power[2024]["14729410"]["biomass"]) < float(power[2021]["14729410"]["biomass"])
    assert float(power[2024]["14729410"]["wind_on"]) == 1.0
    assert "corrected" in facts.load_members(["14729245"], 2021)[0].figures["mastr.pv"].note


@pytest.mark.datapack
def test_defect_same_name_two_places(datapack: Path) -> None:
    names = {r["kreis"]: r["name"] for r in rows(datapack / "gv_isys/kreise.csv")}
    assert names["14729"] == "Leipzig" and names["14713"] == "Leipzig, Stadt"
    with pytest.raises(InputError) as caught:
        codes.check("14729000")
    assert caught.value.code == "ags-kreis"


@pytest.mark.datapack
def test_defect_territory_differs(datapack: Path) -> None:
    inside = {r["ags"] for r in rows(datapack / "vg250/gemeinden_centroids.csv.gz")}
    missing = sorted(set(codes.municipalities()) - inside)
    assert missing == ["12073032", "12073386", "12073603"]
    member = facts.load_members(["12073032"], 2021, datapack)[0]
    assert member.maybe("centroid_lon") is None and member.outline is None and member.value("population") > 0


@pytest.mark.datapack
def test_defect_blanks_in_numbers(datapack: Path) -> None:
    text = gzip.decompress((datapack / "gv_isys/AuszugGV4Q_2020-12-31_raw.csv.gz").read_bytes()).decode("utf-8-sig")
    line = next(row for row in csv.reader(io.StringIO(text)) if row[:6] == ["60", "63", "14", "7", "29", "0410"])
    assert " 16 209" in line and "12,735166" in line
    with pytest.raises(InputError):
        folder.number("12,735166", "")
    # 16,209 is the end of 2019; it is neither the value of 2018 nor of 2021 and is no figure of ours
    wurzen = facts.load_members(["14729410"], 2021)[0]
    assert 16209 not in {f.value for f in wurzen.figures.values()}


@pytest.mark.datapack
def test_defect_outdated_warming_potential(datapack: Path) -> None:
    text = (datapack / "localzero/nat_agri/sources.csv").read_text(encoding="utf-8-sig")
    assert "*298" in text and "manure management" in text
    assert factors.gwp("N2O") == 265
    assert not any("298 in the file" in row["unit"] for row in factors.table("agri_factors"))


@pytest.mark.datapack
def test_defect_simplified_outlines(datapack: Path) -> None:
    land = {r["ags"]: float(r["land_total"]) for r in rows(datapack / "localzero/area/2021.csv")}
    off = sorted(
        abs(float(r["area_km2_simplified"]) * 100 / land[r["ags"]] - 1)
        for r in rows(datapack / "vg250/gemeinden_centroids.csv.gz")
        if land.get(r["ags"])
    )
    assert 0.02 < off[len(off) // 2] < 0.04 and 0.10 < off[int(len(off) * 0.9)] < 0.15
    assert "not for measuring" in json.loads(content.path("municipalities", "outlines.json").read_text())["note"]


@pytest.mark.datapack
def test_defect_totals_among_the_rows(datapack: Path) -> None:
    out = [r for r in rows(datapack / "pendler_ba/auspendler_kreise_2023-06.csv.gz") if r["home_kreis"] == "14729"]
    keys = {r["work_kreis"] for r in out}
    assert "0" in keys and any(k.endswith("xx") for k in keys)
    total = next(float(r["total"]) for r in out if r["work_kreis"] == "0")
    assert sum(float(r["total"]) for r in out) > 1.9 * total  # summing all rows would count everybody twice


@pytest.mark.datapack
def test_defect_airport_elsewhere(datapack: Path) -> None:
    airports = {r["ags"]: r["airport"] for r in rows(datapack / "localzero/traffic_air/2021.csv")}
    assert airports["14730270"] == "Leipzig/Halle" and "14713000" not in airports


@pytest.mark.datapack
def test_defect_unit_of_gdp(datapack: Path) -> None:
    book = {r["variable"]: r["unit"] for r in rows(datapack / "inkar_kreise/codebook.csv")}
    values = [
        float(r["gdp_per_capita"])
        for r in rows(datapack / "inkar_kreise/inkar_kreise_1995_2022.csv.gz")
        if r["gdp_per_capita"]
    ]
    assert book["gdp_per_capita"] == "euros" and max(values) < 1000


@pytest.mark.datapack
def test_defect_codes_without_leading_zero(datapack: Path) -> None:
    ids = {r["id_region"] for r in rows(datapack / "demandregio/elc_consumption_HH_spatial.csv.gz")}
    assert "1001000" in ids and "01001000" not in ids and "14713000" in ids
    assert all(len(i.zfill(8)) == 8 for i in ids)


@pytest.mark.datapack
def test_defect_two_districts_in_one(datapack: Path) -> None:
    day = [r for r in rows(datapack / "kba/pkw_kreis_kraftstoff_2017_2021.csv") if r["date"] == "2021-01-01"]
    assert {"07211"} <= {r["kreis"] for r in day} and "07235" not in {r["kreis"] for r in day}
    assert next(r["name"] for r in day if r["kreis"] == "07211") == "TRIER-SAARBURG"
    trier, village = facts.load_members(["07211000", "07235028"], 2021, datapack)
    for member in (trier, village):
        cars = member.figures["cars.tot"]
        assert cars.state == "estimated" and cars.data_quality == "C"
        assert 0.5 < member.value("cars.tot") / member.value("population") < 0.7


@pytest.mark.datapack
def test_every_district_has_cars(datapack: Path) -> None:
    one_each = {ags[:5]: ags for ags in codes.municipalities()}
    assert len(one_each) == 400  # Eisenach (16056) joined the Wartburgkreis in 2021
    for member in facts.load_members(sorted(one_each.values()), 2021, datapack):
        assert 0.25 < member.value("cars.tot") / member.value("population") < 1.6, member.name


@pytest.mark.datapack
def test_sums_of_the_country_close(datapack: Path) -> None:
    population = {r["ags"]: float(r["total"]) for r in rows(datapack / "localzero/population/2021.csv")}
    assert sum(population[ags] for ags in codes.municipalities()) == population["DG000000"] == 83237124
    census = rows(datapack / "zensus2022/zensus2022_gemeinden_gerda_subset.csv.gz")
    assert sum(float(r["total_dwellings"] or 0) for r in census) == 43106597
