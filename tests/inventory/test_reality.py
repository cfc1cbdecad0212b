"""The estimate against published balances: the choice is fixed, the figures are read right, the errors are measured."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from stadtland import inventory
from stadtland.base.errors import InputError
from stadtland.inventory import published
from stadtland.inventory.published import Row, statistics

# copied from the design notes, where it was fixed before errors were known; never changed because of an error
SCORED = {
    ("Bielefeld", 2018), ("Bonn", 2018), ("Dortmund", 2018), ("Düsseldorf", 2016), ("Frankfurt am Main", 2018),
    ("Köln", 2015), ("Münster", 2018),
}  # fmt: skip
SECOND = {("Frankfurt am Main", 2021), ("Münster", 2021)}


def test_choice_is_the_one_fixed_beforehand() -> None:
    found: dict[str, set[tuple[str, int]]] = {"scored": set(), "second": set()}
    for city in published.choice()["city"]:
        assert city.get("row") or set(city["others"]) == {"de", "en"}
        for row in city.get("row", []):
            found[row["use"]].add((city["name"], row["year"]))
            assert set(row["reason"]) == {"de", "en"}
    assert found == {"scored": SCORED, "second": SECOND}


def row(city: str, error: float, inside: bool | None, sector: str = "total", use: str = "scored") -> Row:
    return Row(city, "0", 2018, (2018,), use, {}, sector, 100, 100 * (1 + error), 1, 1 + error, error, 0, 0, inside)


def test_statistics_by_hand() -> None:
    """Errors +10, −30, +5 %: median 10 %, worst 30 %, bias −5 %, two of three inside; a shown row does not count."""
    found = statistics(
        [row("a", 0.1, True), row("b", -0.3, False), row("c", 0.05, True), row("d", 9, False, use="shown")]
    )
    assert found["total"] == pytest.approx({"n": 3, "median": 0.1, "worst": 0.3, "bias": -0.05, "inside": 2 / 3})
    assert statistics([row("a", 0.1, None, "heat")])["heat"]["inside"] is None


def test_lines_of_sectors() -> None:
    """Electricity and heat are all stationary energy; trade and industry contain municipal facilities."""
    total = set(published._lines("total"))
    assert set(published._lines("electricity")) | set(published._lines("heat")) | set(published._lines("VK")) == total
    assert set(published._lines("GHD")) | set(published._lines("IND")) == set(published._lines("GHD_IND"))
    names = {inventory.LINES[i] for i in published._lines("GHD")}
    assert {"GHD.elec", "KE.elec"} <= names and "VK.rail.elec" not in {
        inventory.LINES[i] for i in published._lines("electricity")
    }


def test_reading(tmp_path: Path) -> None:
    """kt become t; planned values and years before the first are left out; a missing file is named."""
    file = tmp_path / "x.csv"
    file.write_text(
        "year,category,type,co2,note\n2009,A,real,1,\n2012,A,real,2.5,\n2030,A,geplant,9,\n2012,E,Einwohner,7\n"
    )
    assert published._read(file, 2010) == {(2012, "A"): 2500.0}
    with pytest.raises(InputError) as error:
        published._read(tmp_path / "none.csv", 2010)
    assert error.value.code == "data-file"


@pytest.fixture(scope="module")
def found(datapack: Path) -> list[Row]:
    return published.reality(datapack)


@pytest.mark.datapack
def test_every_published_inventory_from_2010_on_is_compared(found: list[Row], datapack: Path) -> None:
    done = {
        (c["file"], y)
        for c in published.choice()["city"]
        for r in found
        if r.city == c["name"]
        for y in r.published_years
    }
    files = [p for p in (datapack / "city_inventories").glob("*.csv") if p.stem != "meta"]
    assert len(files) == 12
    for path in files:
        with path.open(encoding="utf-8-sig", newline="") as handle:
            years = {int(r["year"]) for r in csv.DictReader(handle) if r["type"] == "real" and int(r["year"]) >= 2010}
        assert years and all((path.stem, y) in done for y in years), path.stem


@pytest.mark.datapack
def test_published_figures_are_read_right(found: list[Row]) -> None:
    """Printed kt by hand: Bonn trade 575 + 72, Frankfurt mean of 7900 and 7322, Moers 417.141."""
    table = {(r.city, r.year, r.sector): r for r in found}
    assert table["Bonn", 2018, "GHD"].published == pytest.approx(647e3)
    assert table["Bonn", 2018, "GHD_IND"].published == pytest.approx(815e3)
    assert table["Frankfurt am Main", 2018, "total"].published == pytest.approx(7611e3)
    assert table["Moers", 2015, "total"].published == pytest.approx(417141)
    assert table["Dortmund", 2018, "total"].published_per_head == pytest.approx(4123330 / 587010)
    assert table["Münster", 2018, "electricity"].inside is None


@pytest.mark.datapack
@pytest.mark.parametrize(("city", "year"), [("Bonn", 2018), ("Düsseldorf", 2016), ("Münster", 2021), ("Münster", 2020)])
def test_estimate_is_the_inventory_without_aircraft(found: list[Row], datapack: Path, city: str, year: int) -> None:
    one = next(r for r in found if (r.city, r.year, r.sector) == (city, year, "total"))
    inv = inventory.build([one.ags], year, datapack)
    air = inv.t_co2e[inventory.LINES.index("VK.air.kerosene"), 0]
    assert one.estimate == pytest.approx(inventory.accounts(inv)[one.ags]["bisko_t"] - air)
    assert one.estimate_per_head == pytest.approx(one.estimate / inv.population[0])
    low, high = inventory.ranges(inv)[one.ags]["bisko_t"]
    assert one.low == pytest.approx(low - air, rel=0.02) and one.high == pytest.approx(high - air, rel=0.02)


@pytest.mark.datapack
def test_errors_are_what_the_docs_say(found: list[Row]) -> None:
    """Median ≤ 12 %, worst ≤ 41 %: the data do not allow 10 and 35 (docs/reference/reality.md proves it)."""
    total = statistics(found)["total"]
    assert total["n"] == 7
    assert 0.10 < total["median"] <= 0.12 and 0.35 < total["worst"] <= 0.41  # better: then renew the docs
    assert statistics(found)["VK"]["median"] <= 0.10 and statistics(found)["HH"]["median"] <= 0.12


@pytest.mark.datapack
def test_stated_range_holds_the_published_value(found: list[Row]) -> None:
    """At least 70 % of the scored totals, and of all scored values with a range."""
    assert statistics(found)["total"]["inside"] >= 0.7
    inside = [r.inside for r in found if r.use == "scored" and r.inside is not None]
    assert len(inside) == 24 and np.mean(inside) >= 0.7


@pytest.mark.datapack
def test_one_better_datum_closes_the_gap(found: list[Row]) -> None:
    """Published trade and industry of Düsseldorf in place of the estimate: median below 10 %, worst below 35 %."""
    table = {(r.city, r.sector): r for r in found if r.use == "scored"}
    economy = table["Düsseldorf", "GHD_IND"]
    errors = []
    for (city, sector), r in table.items():
        if sector == "total":
            change = economy.published - economy.estimate if city == "Düsseldorf" else 0.0
            errors.append(abs((r.estimate + change) / r.published - 1))
    assert np.median(errors) < 0.10 and max(errors) < 0.35


@pytest.mark.datapack
def test_plants_are_the_driver_that_matters(datapack: Path, found: list[Row]) -> None:
    """Without the list of plants the median error is more than three times as large; the national sum stays."""
    from stadtland.inventory.calibrate import calibrate_data
    from stadtland.inventory.estimate import estimate
    from stadtland.inventory.sources import BASE_YEARS, load

    bases = {}
    for year in BASE_YEARS:
        data = load(datapack, year)
        changed = published.without(data, "plants")
        assert changed.drivers.values["ets.chem_basic"].sum() == pytest.approx(
            data.drivers.values["ets.chem_basic"].sum()
        )
        bases[year] = (changed.drivers, calibrate_data(changed))
        national = [estimate(d.drivers, calibrate_data(d)).energy_mwh for d in (data, changed)]
        assert np.nansum(national[0]) == pytest.approx(np.nansum(national[1]))
    worse = statistics(published.reality(datapack, bases))["total"]["median"]
    assert worse > 3 * statistics(found)["total"]["median"]


def test_command(datapack: Path) -> None:
    import json

    import typer
    from typer.testing import CliRunner

    from stadtland.cli import reality as command

    app = typer.Typer()
    command.register(app)
    text = CliRunner().invoke(app, ["--data", str(datapack), "--lang", "en"]).stdout
    assert "worst error at most 35%: 40.0%" in text.replace(" %", "%") and "Düsseldorf 2016 total" in text
    assert "München" not in text and "factor of 1.5 either way" in text
    every = json.loads(CliRunner().invoke(app, ["--data", str(datapack), "--format", "json"]).stdout)
    assert {a: e["met"] for a, e in every["aims"].items()} == {"median": False, "worst": False, "inside": True}
    assert len(every["rows"]) > 100 and {r["use"] for r in every["rows"]} == {"scored", "second", "shown"}
    assert "München" in CliRunner().invoke(app, ["--data", str(datapack), "--all", "--format", "csv"]).stdout
