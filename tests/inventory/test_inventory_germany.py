"""All municipalities of Germany: closure, bundled five = Germany, known defects of the files."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import numpy as np
import pytest

from stadtland import inventory
from stadtland.base.errors import InputError
from stadtland.inventory import bundle, control, sources
from stadtland.inventory.calibrate import calibrate, calibrate_data
from stadtland.inventory.calibration import Calibration, bundled, from_json
from stadtland.inventory.estimate import Estimate, estimate
from stadtland.inventory.lines import ENERGY_LINES, LINES, index, rows
from stadtland.inventory.sources import Data

pytestmark = pytest.mark.datapack
YEARS = (2018, 2021)
National = dict[int, tuple[Data, Calibration, Estimate]]


@pytest.fixture(scope="module")
def germany(datapack: Path) -> National:
    out = {}
    for year in YEARS:
        data = sources.load(datapack, year)
        calibration = calibrate_data(data)
        out[year] = (data, calibration, estimate(data.drivers, calibration))
    return out


@pytest.mark.parametrize("year", YEARS)
def test_universe(germany: National, year: int) -> None:
    drivers = germany[year][0].drivers
    assert len(drivers.ags) == {2018: 11014, 2021: 10789}[year]
    assert drivers.values["population"].sum() == {2018: 83019213, 2021: 83237124}[year]
    assert len(germany[year][0].kreis_codes) == 400 and len(germany[year][0].land_codes) == 16


@pytest.mark.parametrize("year", YEARS)
def test_closure(germany: National, year: int) -> None:
    """Every line sums to its national statistic (GHD with municipal facilities); water is 0 by default."""
    _, calibration, found = germany[year]
    assert (found.energy_mwh[: len(ENERGY_LINES)] >= 0).all() and np.isfinite(found.t_co2e).all()
    seen = set()
    for line, value in calibration.control.items():
        if line == "LULUCF.water":
            continue
        table = found.energy_mwh if line in ENERGY_LINES else found.t_co2e
        total = table[index()[line]].sum()
        if line.startswith("GHD.") and f"KE.{line[4:]}" in index():
            total += table[index()[f"KE.{line[4:]}"]].sum()
        assert total == pytest.approx(value, rel=1e-9), line
        seen.add(line)
    # every line has a statistic behind it, except municipal facilities (inside GHD) and fuels a mode does
    # not use
    missing = {line for line in LINES if line not in seen and not line.startswith("KE.")}
    assert missing == {"LULUCF.water", "VK.truck.cng"}


@pytest.mark.parametrize("year", YEARS)
def test_factor_between_bottom_up_and_statistic(germany: National, year: int) -> None:
    """Statistic / bottom-up sum: plausible where the two measure the same, and stored for every such line."""
    found = germany[year][1].closure
    assert {
        "HH.heat",
        "HH.elec",
        "HH.dh",
        "HH.gas",
        "VK.car.petrol",
        "VK.truck.diesel",
        "VK.rail.elec",
        "IND.gas",
    } <= set(found)
    # heat by area and age lies above the statistic; fuel sales lie below mileage × consumption
    assert 0.8 < found["HH.heat"] < 0.95 and 0.6 < found["VK.car.diesel"] < 1.0 and 0.7 < found["VK.car.petrol"] < 1.0
    for carrier in ("elec", "gas", "coal", "oil", "dh", "biomass", "other"):
        assert found[f"IND.{carrier}"] == pytest.approx(1, abs=0.05), carrier
    # land use by area: the inventory's hectares over those of the land survey, by hand from the two tables
    facts, drivers = germany[year][0].facts, germany[year][0].drivers.values
    forest = facts["Fact_L_G_forest_area1_2018"] / drivers["area.veg_forrest"].sum()
    assert found["LULUCF.forest"] == pytest.approx(forest) and 1.0 < forest < 1.05
    crops = facts["Fact_L_G_crop_area2_2018"] / (0.68 * drivers["area.veg_agri"].sum())
    assert found["LULUCF.cropland_mineral"] == pytest.approx(crops) and 1.0 < crops < 1.05
    # services: the fit moves what the seeds gave, the statistic and the multipliers agree on the direction
    assert found["GHD.biomass"] > 1.25 and found["GHD.dh"] < 0.8


@pytest.mark.parametrize("year", YEARS)
def test_control_totals_match_the_energy_balance(germany: National, year: int) -> None:
    """Sector sums (TWh) as printed in the energy balance."""
    sums = dict.fromkeys(("HH", "GHD", "IND", "VK"), 0.0)
    for line, value in germany[year][1].control.items():
        sector = line.split(".")[0]
        if sector in sums:
            sums[sector] += value / 1e6
    printed = {2018: (644.4, 360.9, 722.4, 639.4), 2021: (688.6, 373.8, 724.0, 588.0)}[year]
    np.testing.assert_allclose(list(sums.values()), printed, atol=0.06)


def test_energy_balance_2018_line_by_line(germany: National, datapack: Path) -> None:
    """Households 2018 against the balance of the AG Energiebilanzen (TJ, row of households)."""
    from openpyxl import load_workbook

    sheet = load_workbook(datapack / "demandregio" / "ageb_bilanz18d.xlsx", read_only=True, data_only=True)["tj"]
    row = next(
        r for r in sheet.iter_rows(values_only=True) if any(isinstance(c, str) and c.strip() == "Haushalte" for c in r)
    )
    numbers = [float(c) for c in row if isinstance(c, int | float)]
    household = {line: value for line, value in germany[2018][1].control.items() if line.startswith("HH.")}
    for line in ("HH.gas", "HH.oil", "HH.elec", "HH.dh"):
        tj = household[line] * 0.0036
        assert any(n == pytest.approx(tj, rel=2e-3) for n in numbers), (line, tj)


@pytest.mark.parametrize("year", YEARS)
def test_five_bundled_equal_the_run_over_germany(germany: National, year: int) -> None:
    data, _, found = germany[year]
    five = bundle.drivers(year)
    small = estimate(five, bundled(year))
    at = [data.drivers.ags.index(a) for a in five.ags]
    np.testing.assert_allclose(small.t_co2e, found.t_co2e[:, at], rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(small.energy_mwh, found.energy_mwh[:, at], rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("year", YEARS)
def test_bundled_content_is_what_the_data_give(germany: National, year: int) -> None:
    data, calibration, _ = germany[year]
    fresh = from_json(calibration.limited(list(bundle.LANDS), list(bundle.KREISE)).to_json())
    stored = bundled(year)
    assert stored.version == fresh.version and stored.repairs == fresh.repairs
    for name in ("national", "control", "closure"):
        a, b = getattr(stored, name), getattr(fresh, name)
        assert set(a) == set(b)
        assert all(a[k] == pytest.approx(b[k], rel=1e-9) for k in a), name
    for name in ("vectors", "land", "kreis"):
        a, b = getattr(stored, name), getattr(fresh, name)
        assert set(a) == set(b)
        for key in a:
            np.testing.assert_allclose(a[key], b[key], rtol=1e-9, err_msg=key)
    rows_ = [data.drivers.ags.index(a) for a in bundle.drivers(year).ags]
    for key, values in bundle.drivers(year).values.items():
        np.testing.assert_array_equal(values, data.drivers.values[key][rows_], err_msg=key)


def test_bundled_and_data_folder_give_the_same_inventory(datapack: Path) -> None:
    five = bundle.MEMBERS
    for year in (2021, 2019):
        a, b = inventory.build(five, year), inventory.build(five, year, datapack)
        np.testing.assert_allclose(a.t_co2e, b.t_co2e, rtol=1e-9, atol=1e-9)
        np.testing.assert_allclose(a.low, b.low, rtol=1e-9, atol=1e-9)


def test_any_other_municipality(datapack: Path) -> None:
    inv = inventory.build(["05711000", "02000000", "16063105"], 2021, datapack)  # Eisenach: a new code since July 2021
    assert (inv.t_co2e.sum(axis=0) > 0).all()


def test_cars_of_a_kreis_move_only_transport(germany: National) -> None:
    """A driver changed in one Kreis: only transport moves, national totals stay."""
    data, _, before = germany[2021]
    kreis = dict(data.kreis)
    cars = kreis["cars"].copy()
    cars[data.kreis_codes.index("14729")] *= 1.5
    changed = Data(
        data.year,
        data.drivers,
        data.kreis_codes,
        kreis | {"cars": cars},
        data.land_codes,
        data.land,
        data.facts,
        data.lands_balance,
        data.repairs,
    )
    after = estimate(data.drivers, calibrate_data(changed))
    moved = {
        line.split(".")[1]
        for i, line in enumerate(LINES)
        if not np.allclose(after.t_co2e[i], before.t_co2e[i], rtol=1e-12)
    }
    assert moved == {"car"}
    np.testing.assert_allclose(after.t_co2e.sum(), before.t_co2e.sum(), rtol=1e-12)
    inside = np.array([k == "14729" for k in data.drivers.kreis])
    car = index()["VK.car.petrol"]
    assert (after.t_co2e[car, inside] > before.t_co2e[car, inside]).all()
    assert (after.t_co2e[car, ~inside] < before.t_co2e[car, ~inside] + 1e-9).all()


# known defects of the source files
# ------------------------------------------------------------------------------------


def test_defect_other_fossil_2021(germany: National) -> None:
    repairs = germany[2021][1].repairs
    assert any("Fact_I_S_ofossil_fec_2018 printed 2177500" in r for r in repairs)
    assert not any("Fact_I_S" in r for r in germany[2018][1].repairs)
    assert germany[2021][1].control["IND.other"] == pytest.approx(21.776e6 + 18.237e6, rel=1e-3)


def test_defect_branches_miss_secondary_steel_gas(germany: National) -> None:
    """Gas of the branches is 244.3 of 249.6 TWh without secondary steel; the matrix still closes."""
    facts = germany[2018][0].facts
    matrix = control.industry(facts)
    assert matrix["gas"].sum() == pytest.approx(249.6e6, rel=1e-3)
    assert matrix["elec"].sum() == pytest.approx(226.1e6, rel=1e-3)
    assert matrix["gas"][4] == pytest.approx(12.1e6 * 0.434, rel=0.05)


def test_defect_lost_digits_of_livestock(germany: National) -> None:
    notes = " ".join(germany[2021][1].repairs)
    assert (
        "cattle of Land 07 printed 20254" in notes
        and "cows of Land 10 printed 125" in notes
        and "poultry of Land 07" in notes
    )
    lands = germany[2021][0].land
    rp = germany[2021][0].land_codes.index("07")
    assert 190000 < lands["heads.cattle"][rp] < 215000
    assert not any("nat_agri" in r for r in germany[2018][1].repairs)


def test_defect_city_states_share_one_herd(germany: National) -> None:
    """Berlin, Bremen and Hamburg are printed as equal thirds: taken as printed, the sum is right."""
    data = germany[2021][0]
    herd = [data.land["heads.cows"][data.land_codes.index(c)] for c in ("02", "04", "11")]
    assert len(set(herd)) == 1


def test_defect_hamburg_and_berlin_stand_twice(datapack: Path, germany: National) -> None:
    with (datapack / "localzero" / "traffic_air" / "2018.csv").open(encoding="utf-8-sig") as handle:
        codes = [r["ags"] for r in csv.DictReader(handle)]
    assert codes.count("02000000") == 2
    assert len(set(germany[2018][0].drivers.ags)) == len(germany[2018][0].drivers.ags)


def test_defect_empty_area_is_not_zero(datapack: Path, germany: National) -> None:
    """Area 2018: an empty cell takes the 2021 value of the same code."""
    with (datapack / "localzero" / "area" / "2018.csv").open(encoding="utf-8-sig") as handle:
        printed = {r["ags"]: r for r in csv.DictReader(handle)}
    a, b = germany[2018][0].drivers, germany[2021][0].drivers
    later = {x: i for i, x in enumerate(b.ags)}
    cells = filled = 0
    for area in sources.AREAS:
        for i, code in enumerate(a.ags):
            if not printed[code][area].strip() and code in later:
                cells += 1
                filled += a.values[f"area.{area}"][i] > 0
                assert a.values[f"area.{area}"][i] == b.values[f"area.{area}"][later[code]]
    assert cells > 100 and filled > 0  # not all of the empty cells are zero


def test_defect_trier_stands_with_its_district(germany: National) -> None:
    data = germany[2021][0]
    city, district = (data.kreis_codes.index(k) for k in ("07211", "07235"))
    per_head = data.kreis["cars"] / data.kreis["population"]
    assert per_head[city] == pytest.approx(per_head[district]) and 0.4 < per_head[city] < 0.8


def test_defect_air_2021_repeats_2018(germany: National) -> None:
    """The air list of 2021 is that of 2018; the level follows the national kerosene, 41 % lower."""
    lto = {y: germany[y][1].control["VK.air.kerosene"] for y in YEARS}
    assert lto[2021] / lto[2018] == pytest.approx(71533333 / 121445278)
    assert germany[2018][1].national["air.kerosene_mwh"] == pytest.approx(
        germany[2021][1].national["air.kerosene_mwh"], rel=1e-3
    )


def test_defect_facility_list_holds_kreis_and_land_rows(germany: National, datapack: Path) -> None:
    with (datapack / "localzero" / "industry_facilites" / "2021.csv").open(encoding="utf-8-sig") as handle:
        every = sum(float(r["other_paper"] or 0) for r in csv.DictReader(handle))
    own = germany[2021][0].drivers.values["ets.other_paper"].sum()
    assert own < 0.7 * every


def test_tiny_places_do_not_break(germany: National) -> None:
    for year in YEARS:
        drivers, found = germany[year][0].drivers, germany[year][2]
        tiny = drivers.values["population"] < 50
        heat = found.energy_mwh[list(rows("HH"))][:, tiny].sum(axis=0)
        assert tiny.sum() > 10 and (heat > 0).all()


def test_calibration_covers_only_its_region(germany: National) -> None:
    other = germany[2021][0].drivers.take([germany[2021][0].drivers.ags.index("05711000")])
    with pytest.raises(InputError) as error:
        estimate(other, bundled(2021))
    assert error.value.code == "calibration-region"


@pytest.mark.parametrize(
    "file", ["localzero/area/2021.csv", "localzero/facts/2021.csv", "kba/pkw_kreis_kraftstoff_2017_2021.csv"]
)
def test_missing_file_is_named(datapack: Path, tmp_path: Path, file: str) -> None:
    for name in ("localzero", "zensus2022", "kba", "pendler_ba", "inkar_kreise", "demandregio", "dwd"):
        (tmp_path / name).mkdir()
        for source in (datapack / name).rglob("*"):
            target = tmp_path / name / source.relative_to(datapack / name)
            if source.is_dir():
                target.mkdir(exist_ok=True)
            elif source.stat().st_size < 5e6:
                target.symlink_to(source)
    (tmp_path / file).unlink()
    with pytest.raises(InputError) as error:
        calibrate(tmp_path, 2021)
    assert error.value.code == "data-file-missing" and error.value.where.endswith(file)
    shutil.rmtree(tmp_path / "localzero")
