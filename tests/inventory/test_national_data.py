"""All municipalities from the public data: every year closes, agrees with single members, lists what is lost."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import numpy as np
import pytest
import typer
from typer.testing import CliRunner

from stadtland import inventory
from stadtland.actions.germany import germany as action
from stadtland.base.errors import InputError
from stadtland.cli import germany as command
from stadtland.facts import codes
from stadtland.inventory import balance, sources
from stadtland.inventory import germany as national
from stadtland.inventory import germany_territory as territory
from stadtland.inventory.control import industry
from stadtland.inventory.germany import Base, Germany
from stadtland.inventory.lines import ENERGY_LINES, LINES, index, rows

pytestmark = pytest.mark.datapack
YEARS = (2018, 2021, 2019, 2020, 2012, 2024)
Runs = dict[int, tuple[list[Base], Germany]]


@pytest.fixture(scope="module")
def runs(datapack: Path) -> Runs:
    both = {b: national.load_bases(datapack, b)[0] for b in sources.BASE_YEARS}
    out = {}
    for year in YEARS:
        bases = [Base(w, both[b].data, both[b].calibration, both[b].estimate) for b, w in national.base_weights(year)]
        out[year] = (bases, national.compute(bases, year))
    return out


@pytest.mark.parametrize("year", YEARS)
def test_every_line_closes(runs: Runs, year: int) -> None:
    g = runs[year][1]
    found = national.closure(g)
    assert len(found) > 65 and all(r["closed"] for r in found)
    assert max(abs(r["difference"]) for r in found) < 1e-9 and not g.unmatched
    for r in found:
        if r["marked"]:
            assert r["reason"] and not 0.8 <= r["factor"] <= 1.25, r["line"]
    assert g.from_data == (year in sources.BASE_YEARS)


def test_closure_against_figures_of_the_energy_balance(runs: Runs) -> None:
    """Sums of municipalities (TWh) against printed sums of the balance, not against the numbers used to scale."""
    for year, printed in {2018: (644.4, 360.9, 722.4, 639.4), 2021: (688.6, 373.8, 724.0, 588.0)}.items():
        g = runs[year][1]
        for sectors, twh in zip((("HH",), ("GHD", "KE"), ("IND",), ("VK",)), printed, strict=True):
            assert g.energy_mwh[list(rows(*sectors))].sum() / 1e6 == pytest.approx(twh, rel=5e-3), (year, sectors)


def test_year_between_is_the_weighted_national_energy(runs: Runs) -> None:
    a, b, c = (runs[y][1].energy_mwh[: len(ENERGY_LINES)].sum(axis=1) for y in (2018, 2021, 2019))
    np.testing.assert_allclose(c, (2 * a + b) / 3, rtol=1e-12)
    g = runs[2019][1]
    assert g.territory == 2021 and g.merged == 225 and len(g.ags) == 10789
    assert g.population.sum() == pytest.approx((2 * 83019213 + 83237124) / 3)


def test_series_is_the_years_one_by_one(runs: Runs, datapack: Path) -> None:
    found = national.series(datapack, [2012, 2019])
    assert list(found) == [2012, 2019]
    for year, g in found.items():
        np.testing.assert_array_equal(g.t_co2e, runs[year][1].t_co2e)
        assert g.bases == runs[year][1].bases


def test_merged_municipality_gets_what_was_there(runs: Runs) -> None:
    """The successor of merged municipalities holds their summed energy of 2018 at two thirds weight in 2019."""
    (first, last), g = runs[2019]
    old, new = first.data.drivers, last.data.drivers
    at, _ = national._target(old, new, False)
    place = int(np.bincount(at).argmax())
    members = np.flatnonzero(at == place)
    assert len(members) > 2
    gas = index()["HH.gas"]
    by_hand = 2 / 3 * first.estimate.energy_mwh[gas, members].sum() + 1 / 3 * last.estimate.energy_mwh[gas, place]
    assert g.energy_mwh[gas, place] == pytest.approx(by_hand)


@pytest.mark.parametrize("year", [2018, 2021, 2019, 2012])
def test_equals_single_members(runs: Runs, datapack: Path, year: int) -> None:
    """The whole of Germany gives for a municipality what `inventory.build` gives for it alone."""
    codes = ["14713000", "05711000", "16063105" if year == 2021 else "09162000", "14729380"]
    inv = inventory.build(codes, year, datapack)
    g = runs[year][1]
    at = [g.ags.index(a) for a in codes]
    np.testing.assert_allclose(g.t_co2e[:, at], inv.t_co2e, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(g.plant_t[:, at], inv.plant_t, rtol=1e-9, atol=1e-9)
    c = national.columns(g)
    ranges, quality = balance.ranges(inv), balance.quality(inv)
    for j, (i, a) in enumerate(zip(at, codes, strict=True)):
        assert c["bisko_t"][i] == pytest.approx(inventory.accounts(inv)[a]["bisko_t"])
        low, high = ranges[a]["bisko_t"]
        assert c["bisko_low_t"][i] == pytest.approx(low, rel=1e-6), j
        assert c["bisko_high_t"][i] == pytest.approx(high, rel=1e-6)
        assert c["data_quality"][i] == pytest.approx(quality[a]["data_quality"], rel=1e-6)
        assert c["share_d"][i] == pytest.approx(inventory.share_d(inv)[a]["bisko_t"], rel=1e-6)


def test_member_that_took_others_in_uses_the_later_base_year(datapack: Path) -> None:
    """A code that stayed and took others in must not be read with its old area in 2019."""
    first, last = (set(sources.load(datapack, y).drivers.ags) for y in sources.BASE_YEARS)
    heirs = {h for code in first - last for h, _ in codes.successors(code)}
    stayed = sorted(heirs & first & last)
    assert len(stayed) == 54 and len(last - first) == 34
    for code in (stayed[0], min(last - first)):
        found = inventory.build([code], 2019, datapack)
        alone = inventory.build([code], 2021, datapack)
        n = len(ENERGY_LINES)
        assert found.base_years == (2021,)
        np.testing.assert_allclose(found.energy_mwh[:n], alone.energy_mwh[:n])
        assert (found.data_quality <= alone.data_quality).all() and "other_year" in found.flags
    assert inventory.build(["14729410"], 2019, datapack).base_years == (2018, 2021)


def test_no_local_home(runs: Runs) -> None:
    """Tonnes from the fact tables by hand: 19.716 TWh of fuel of sea ships × 318 g, 92 % of the kerosene."""
    found = {h["id"]: h for h in national.homeless(runs[2018][0], 2018)}
    assert found["sea_bunkers"]["t_co2e"] == pytest.approx(19715556 * 0.318, rel=1e-6)
    assert found["kerosene_cruise"]["energy_mwh"] == pytest.approx(0.92 * 121445278)
    assert found["f_gases"]["t_co2e"] == 15022000
    assert found["water_bodies"]["t_co2e"] == runs[2018][1].control["LULUCF.water"]
    inside = found["forces_kerosene"]
    own = runs[2018][1].t_co2e[index()["GHD.other"]].sum()
    assert inside["inside"] and inside["t_co2e"] == pytest.approx(own)
    assert all(set(h["title"]) == set(h["reason"]) == {"de", "en"} for h in found.values())
    # LTO and the part outside make up all kerosene
    lto = runs[2018][1].t_co2e[index()["VK.air.kerosene"]].sum()
    assert found["kerosene_cruise"]["t_co2e"] / lto == pytest.approx(0.92 / 0.08)


def test_plants_of_old_codes_are_not_lost(runs: Runs, datapack: Path) -> None:
    """The list of 2021 names four municipalities of before; the cement works of 1.07 Mt stands at its successor."""
    base = runs[2021][0][0]
    files = {f["file"]: f for f in territory.report(datapack, base)}
    plants = files["localzero/industry_facilites/2021.csv"]
    assert plants["followed"] == 4 and {u["ags"] for u in plants["unmatched"]} == {"15081365", "15369010"}
    assert sum(u["quantity"] for u in plants["unmatched"]) == pytest.approx(24889 + 60167)
    drivers = base.data.drivers
    assert drivers.values["ets.miner_cement"][drivers.ags.index(codes.successors("16061022")[0][0])] >= 1e6
    for f in files.values():
        listed = len(f["unmatched"])
        assert f["matched"] + f["followed"] + f["sums"] + f["empty"] + listed == f["rows"], f["file"]


def test_territory_of_2018(runs: Runs) -> None:
    gone = territory.obsolete(runs[2018][0][0].data.drivers.ags)
    assert len(gone) == 259 and {g["kind"] for g in gone} == {"successor"}
    assert territory.obsolete(runs[2021][0][0].data.drivers.ags) == []


def test_fuel_coverage_has_the_same_processes_above_and_below(runs: Runs) -> None:
    """Basic chemicals 2018 by hand: verified emissions / (fuels × direct factor + five processes under trading)."""
    base = runs[2018][0][0]
    facts, v = base.data.facts, base.calibration.vectors
    matrix = industry(facts)
    factor = {"gas": 0.201, "coal": 0.36, "oil": 0.266, "lpg": 0.236, "diesel": 0.266, "dh": 0.25}
    burnt = sum(matrix[c][0] * f for c, f in factor.items())
    other = facts["Fact_I_S_opetpro_fec_2018"] * 0.266 + facts["Fact_I_S_ofossil_fec_2018"] * 0.33
    other /= facts["Fact_I_S_opetpro_fec_2018"] + facts["Fact_I_S_ofossil_fec_2018"]
    process = 4157000 + 641030 + 453080 + 709520 + 655320
    assert v["cov_fuel"][0] == pytest.approx(v["ets_sum"][0] / (burnt + matrix["other"][0] * other + process))
    assert 0.84 < v["cov_fuel"][0] < 0.86


def test_files_and_command(datapack: Path, tmp_path: Path) -> None:
    found = action(datapack, 2019, tmp_path)
    assert found["closed"] and found["local_trend"] is False and not found["from_data"]
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(found["files"])
    with (tmp_path / "municipalities.csv").open(encoding="utf-8", newline="") as handle:
        table = list(csv.DictReader(handle))
    assert len(table) == found["municipalities"] == 10789
    assert sum(float(r["bisko_t"]) for r in table) == pytest.approx(found["totals"]["bisko_t"], rel=1e-6)
    assert {r["from_local_data"] for r in table} == {"no"} and {r["local_trend"] for r in table} == {"no"}
    assert any(r["IPPU"] == "" for r in table)
    assert all(float(r["bisko_low_t"]) <= float(r["bisko_t"]) <= float(r["bisko_high_t"]) for r in table)
    app = typer.Typer()
    command.register(app)
    app.command("other")(lambda: None)
    run = CliRunner().invoke
    shown = run(app, ["germany", "--data", str(datapack), "--year", "2018", "--lang", "en"])
    assert shown.exit_code == 0, shown.output
    assert "without plants under emissions trading: BISKO" in shown.output and "No local trend" in shown.output
    assert "-0.00 %" not in shown.output and "! Where a gas grid lies" in shown.output
    answer = run(app, ["germany", "--data", str(datapack), "--year", "2018", "--format", "json"])
    assert json.loads(answer.output)["municipalities"] == 11014
    rows_ = list(csv.reader(io.StringIO(run(app, ["germany", "--data", str(datapack), "--format", "csv"]).output)))
    assert len(rows_) == 10790 and len(LINES) == 81


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("localzero/population/2021.csv", "ags,total", "ags,people"),
        ("localzero/area/2021.csv", "veg_agri", "farm"),
        ("localzero/facts/2021.csv", "Fact_R_S_gas_fec_2018", "Fact_R_S_gas"),
        ("localzero/facts/2021.csv", "Fact_T_S_ship_fueloil_fec_2021_ageb", "x"),
        ("localzero/nat_agri/2021.csv", "ags", "code"),
    ],
)
def test_other_layout_is_an_input_error(datapack: Path, tmp_path: Path, file: str, old: str, new: str) -> None:
    """A renamed column or a lost figure is named; nothing is computed from the rest."""
    for name in ("localzero", "zensus2022", "kba", "pendler_ba", "inkar_kreise", "demandregio", "dwd"):
        for source in (datapack / name).rglob("*"):
            target = tmp_path / name / source.relative_to(datapack / name)
            target.parent.mkdir(parents=True, exist_ok=True)
            if source.is_file():
                target.symlink_to(source)
    text = (datapack / file).read_text(encoding="utf-8")
    assert old in text
    (tmp_path / file).unlink()
    (tmp_path / file).write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(InputError) as error:
        action(tmp_path, 2021)
    assert error.value.code == "data-file"
