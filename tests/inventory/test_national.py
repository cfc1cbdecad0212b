"""All municipalities at once without data: territory moves, closure rows, ranges, codes; formulas by hand."""

from __future__ import annotations

import math
import shutil
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import typer
from typer.testing import CliRunner

from stadtland.actions.germany import municipalities, table
from stadtland.base.errors import InputError
from stadtland.cli import germany as command
from stadtland.facts import codes
from stadtland.inventory import germany as national
from stadtland.inventory import germany_territory as territory
from stadtland.inventory import sources, uncertainty
from stadtland.inventory.lines import ENERGY_LINES, LINES, SECTORS, index
from stadtland.inventory.method import weights
from stadtland.inventory.sources import Drivers

NOTHING = np.zeros((len(LINES), 2))


def toy(**changes: object) -> national.Germany:
    """Two municipalities with nothing but what a case says."""
    energy = np.full((len(LINES), 2), np.nan)
    energy[: len(ENERGY_LINES)] = 0.0
    given: dict[str, object] = {
        "year": 2021, "territory": 2021, "bases": ((2021, 1.0),), "ags": ("14729380", "14729410"),
        "names": ("Thallwitz", "=Wurzen"), "population": np.array([3500.0, 16000.0]), "energy_mwh": energy,
        "t_co2e": NOTHING.copy(), "plant_t": NOTHING.copy(), "share_c": NOTHING.copy(),
        "sigma": np.full((len(uncertainty.GROUPS), 2), 0.3), "process_known": np.array([False, True]),
        "unmatched": (), "merged": 0, "control": {}, "bottom_up": {}, "version": "toy",
    } | changes  # fmt: skip
    return national.Germany(**given)  # type: ignore[arg-type]


def drivers(*ags: str) -> Drivers:
    return Drivers(ags, tuple("x" for _ in ags), {})


def test_columns_move_to_their_new_places() -> None:
    """Columns 0 and 2 go to place 1 (10+30), column 1 to place 0, column 3 is lost."""
    found = national._moved(np.array([[10.0, 20.0, 30.0, 40.0], [1.0, 2.0, 3.0, 4.0]]), np.array([1, 0, 1, -1]), 3)
    assert found.tolist() == [[20.0, 40.0, 0.0], [2.0, 4.0, 0.0]]


def test_merged_municipality_is_added_to_its_successor() -> None:
    """Hahausen went to Langelsheim, which got a new code itself, on 1 November 2021."""
    at, lost = national._target(drivers("03153006", "03153007", "14729410"), drivers("14729410", "03153019"), False)
    assert at.tolist() == [1, 1, 0] and not lost


def test_divided_municipality_is_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(codes, "successors", lambda _: [("14729380", "a"), ("14729410", "b")])
    at, lost = national._target(drivers("99999999", "14729410"), drivers("14729380", "14729410"), False)
    assert at.tolist() == [-1, 1]
    assert lost == [(0, "99999999", "x", ("14729380", "14729410"))]


def test_closure_by_hand() -> None:
    """GHD gas 60 + KE gas 39 against 100: −1 %, not closed. Heat 30 + 70 against 100, from below 140: 0.714, marked."""
    g = toy(
        control={"GHD.gas": 100.0, "HH.oil": 30.0, "HH.heat": 100.0, "WASTE.landfill": 8.0, "LULUCF.water": 5.0},
        bottom_up={"HH.heat": 140.0, "HH.oil": 30.0},
    )
    at = index()
    g.energy_mwh[at["GHD.gas"]] = [40, 20]
    g.energy_mwh[at["KE.gas"]] = [39, 0]
    g.energy_mwh[at["HH.oil"]] = [10, 20]
    g.energy_mwh[at["HH.gas"]] = [70, 0]
    g.energy_mwh[at["HH.elec"]] = [1000, 0]  # no heat
    g.t_co2e[at["WASTE.landfill"]] = [5, 3]
    rows = {r["line"]: r for r in national.closure(g)}
    assert set(rows) == {"GHD.gas", "HH.oil", "HH.heat", "WASTE.landfill"}  # water has no local home, no closure
    assert rows["GHD.gas"]["difference"] == pytest.approx(-0.01) and not rows["GHD.gas"]["closed"]
    assert rows["GHD.gas"]["factor"] is None and not rows["GHD.gas"]["marked"]
    assert rows["HH.heat"]["factor"] == pytest.approx(100 / 140) and rows["HH.heat"]["marked"]
    assert rows["HH.heat"]["closed"] and rows["HH.heat"]["reason"]["de"]
    assert not rows["HH.oil"]["marked"] and rows["HH.oil"]["reason"] is None
    assert rows["WASTE.landfill"]["unit"] == "t CO2e" and rows["WASTE.landfill"]["closed"]


def test_every_possible_mark_has_a_reason() -> None:
    for line in ("HH.heat", "HH.gas", "HH.lpg", "VK.car.elec", "VK.truck.diesel", "VK.bus.cng", "VK.rail.diesel",
                 "GHD.dh", "GHD.coal", "LULUCF.wetland"):  # fmt: skip
        assert set(national._reason(line) or {}) == {"de", "en"}
    assert national._reason("HH.oil") != national._reason("HH.gas")
    assert national._reason("IND.gas") is None


def test_range_of_a_sum_by_hand() -> None:
    """HH 100 with sigma 0.2 and VK 50 with 0.4: distances of both in quadrature."""
    sigma = np.zeros((len(uncertainty.GROUPS), 1))
    sigma[uncertainty.GROUPS.index("HH")], sigma[uncertainty.GROUPS.index("VK")] = 0.2, 0.4
    low, high = national.spread({"HH": np.array([100.0]), "VK": np.array([50.0])}, sigma)
    z = 1.2815515655446004
    down = math.hypot(100 * (1 - math.exp(-0.2 * z)), 50 * (1 - math.exp(-0.4 * z)))
    up = math.hypot(100 * (math.exp(0.2 * z) - 1), 50 * (math.exp(0.4 * z) - 1))
    assert low[0] == pytest.approx(150 - down) and high[0] == pytest.approx(150 + up)


@pytest.mark.parametrize("population", [10.0, 1999.0, 2000.0, 9999.0])
def test_transport_of_small_places_has_a_factor_of_one_and_a_half(population: float) -> None:
    sigma = uncertainty.sector_sigma(np.array([population]), np.zeros(1))["VK"][0]
    assert math.exp(weights()["sigma"]["z80"] * sigma) >= 1.5


def test_ranges_never_grow_with_size() -> None:
    """A larger place is not known worse than a smaller one."""
    for name in ("HH", "GHD", "IND", "IND_plant", "VK"):
        own = weights()["sigma"][name]
        assert own == sorted(own, reverse=True)


def test_totals_with_and_without_plants() -> None:
    g = toy()
    at = index()
    g.t_co2e[at["IND.gas"]], g.plant_t[at["IND.gas"]] = [10, 20], [0, 15]
    g.t_co2e[at["IPPU.process"]] = g.plant_t[at["IPPU.process"]] = [0, 4]
    g.t_co2e[at["LULUCF.forest"]] = [-7, -1]
    g.t_co2e[at["AGR.urea"]] = [2, 0]
    t = national.totals(g)
    assert (t["bisko_t"], t["bisko_without_ets_t"], t["gross_t"], t["gross_without_ets_t"]) == (30, 15, 36, 17)
    assert (t["lulucf_t"], t["net_t"]) == (-8, 28)
    c = national.columns(g)
    assert c["bisko_without_ets_t"].tolist() == [10, 5] and c["gross_without_ets_t"].tolist() == [12, 5]
    assert np.isnan(c["IPPU"][0]) and c["IPPU"][1] == 4  # unknown is not zero
    assert c["net_t"].tolist() == [5, 23]
    assert set(SECTORS) <= set(c)


def test_rows_of_the_file() -> None:
    text = municipalities(toy(), national.columns(toy())).splitlines()
    assert text[0].startswith("ags,name,year,population,HH") and text[0].endswith("from_local_data,local_trend")
    assert text[1].startswith("14729380,Thallwitz,2021,3500.0") and text[1].endswith("yes,no")
    assert ",'=Wurzen," in text[2]
    other = municipalities(toy(year=2013), national.columns(toy())).splitlines()
    assert other[1].endswith("no,no")


def test_table_writes_both_languages() -> None:
    text = table([{"a": ("1", "2"), "b": None, "t": {"de": "x", "en": "y"}}, {"a": 1, "b": 2, "t": None}], "ab", "t")
    assert text == "a,b,t_de,t_en\n1 2,,x,y\n1,2,,\n"


@pytest.mark.parametrize(
    ("ags", "what"),
    [
        ("14000000", "land"), ("14729000", "kreis"), ("11001001", "district"), ("03153006", "successor"),
        ("14729410", "newer"), ("99999999", "unknown"), ("01053105", "unincorporated"), ("DG", "land"),
    ],
)  # fmt: skip
def test_kinds_of_codes(ags: str, what: str) -> None:
    assert territory.kind(ags, {"11000000", "03153019"})[0] == what


def test_every_kind_has_words() -> None:
    assert {"unincorporated", "divided", "successor", "newer", "unknown"} == set(
        national.content_table()["territory"]["why"]
    )


def test_plants_follow_their_municipality() -> None:
    """A row of an obsolete code is added to its successor's own row; an unknown code stays where it is."""
    frame = pl.DataFrame({"ags": ["03153006", "03153019", "99999999"], "a": ["5", "2", "1"]})
    found = sources._followed(frame, ["a"], pl.DataFrame({"ags": ["03153019"]}))
    assert dict(found.iter_rows()) == {"03153019": 7.0, "99999999": 1.0}
    same = pl.DataFrame({"ags": ["03153019"], "a": ["2"]})
    assert sources._followed(same, ["a"], pl.DataFrame({"ags": ["03153019"]})) is same


def test_bad_year_and_folder(tmp_path: Path) -> None:
    with pytest.raises(InputError) as error:
        national.build(tmp_path, 1990)
    assert error.value.code == "inventory-year"
    app = typer.Typer()
    command.register(app)
    app.command("other")(lambda: None)
    result = CliRunner().invoke(app, ["germany", "--data", str(tmp_path / "none"), "--year", "2021"])
    assert isinstance(result.exception, InputError) and result.exception.code == "data-folder"
    out = tmp_path / "out"
    shutil.rmtree(out, ignore_errors=True)
    result = CliRunner().invoke(app, ["germany", "--data", str(tmp_path), "--year", "2021", "--out", str(out)])
    assert isinstance(result.exception, InputError) and result.exception.code == "data-file-missing"
    assert not [p for p in out.iterdir() if not p.name.startswith(".")]  # nothing half written
