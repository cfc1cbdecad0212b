"""Area, building and population potentials of every German municipality stay within their base."""

from __future__ import annotations

import csv
import time
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from stadtland.toolbox.assess import potentials
from stadtland.toolbox.model import Measure

KINDS = {
    "71": "city",
    "72": "city",
    "73": "town",
    "75": "town",
    "76": "town",
    "74": "village",
    "77": "village",
}


@pytest.fixture(scope="module")
def country(datapack: Path) -> tuple[dict[str, NDArray[np.float64]], list[str]]:
    """Figures of all municipalities with an area and a kind, as arrays."""

    def rows(name: str) -> dict[str, dict[str, str]]:
        with open(datapack / "localzero" / name, encoding="utf-8-sig", newline="") as handle:
            return {row["ags"]: row for row in csv.DictReader(handle)}

    area, kind = rows("area/2021.csv"), rows("area_kinds/2021.csv")
    stock, people, power = (
        rows("flats/2021.csv"),
        rows("population/2021.csv"),
        rows("renewable_energy/2021.csv"),
    )
    age = rows("buildings/2021.csv")
    codes = sorted(set(area) & set(kind))

    def column(table: dict[str, dict[str, str]], key: str) -> NDArray[np.float64]:
        return np.array([float(table.get(c, {}).get(key) or "nan") for c in codes])

    figures = {f"area.{key}": column(area, key) for key in next(iter(area.values())) if key != "ags"}
    figures |= {f"stock.{key}": column(stock, key) for key in next(iter(stock.values())) if key != "ags"}
    figures |= {f"zensus2011.{key}": column(age, key) for key in next(iter(age.values())) if key != "ags"}
    figures["population"] = column(people, "total")
    figures["land.code"] = np.array([float(c[:2]) for c in codes])
    figures["mastr.pv"], figures["mastr.wind_on"] = column(power, "pv"), column(power, "wind_on")
    return figures, [KINDS.get(kind[c]["rt7"], "village") for c in codes]


@pytest.mark.datapack
def test_nothing_exceeds_its_base_anywhere(
    country: tuple[dict[str, NDArray[np.float64]], list[str]], measures: dict[str, Measure]
) -> None:
    figures, kinds = country
    assert len(kinds) > 10_000
    farmland = figures["area.veg_agri"]
    limits = {
        "arable": farmland,
        "grassland": farmland,
        "farmland": farmland,
        "hedges": farmland,
        "ground_pv": farmland * 1.2,
        "agri_pv": farmland * 0.74,
        "forest": figures["area.veg_forrest"],
        "wind": figures["area.land_total"] * 0.022 / 4.2,
        "roof_pv_residential": figures["stock.residential_buildings_area_total"] * 1000 * 0.17,
        "roof_pv_commercial": figures["area.settlement_ghd"] * 10000 * 0.17,
        "flat_roofs": figures["area.settlement_ghd"] * 10000,
        "sealed": (figures["area.land_settlement"] + figures["area.land_traffic"]) * 10,
        "settlement_green": figures["area.land_settlement"],
        "street_trees": figures["area.land_traffic"] * 10,
        "population": figures["population"],
        "biowaste": figures["population"],
        "car_commuters": figures["population"],
    }
    seen = set()
    start = time.process_time()
    for measure in measures.values():
        if measure.potential.function not in limits:
            continue
        seen.add(measure.potential.function)
        found = potentials(measure, figures, {}, kinds)
        limit = np.nan_to_num(limits[measure.potential.function])
        if "per_head" in measure.potential.params:
            limit = limit * max(1.0, measure.potential.params["per_head"].high)
        assert np.all(found.low <= found.central) and np.all(found.central <= found.high), measure.id
        assert np.all(found.low >= 0) and np.all(found.high <= limit * (1 + 1e-9) + 1e-9), measure.id
        assert all((value > 0) == (why is None) for value, why in zip(found.central, found.reasons, strict=True))
    assert {"arable", "forest", "wind", "roof_pv_residential", "ground_pv"} <= seen
    assert time.process_time() - start < 20


@pytest.mark.datapack
def test_roofs_of_the_country_are_in_a_plausible_range(
    country: tuple[dict[str, NDArray[np.float64]], list[str]], measures: dict[str, Measure]
) -> None:
    """Published technical roof potentials of Germany lie at some 200 to 900 GWp for all buildings."""
    figures, kinds = country
    homes = potentials(measures["E01"], figures, {}, kinds)
    halls = potentials(measures["E02"], figures, {}, kinds)
    total = (homes.central.sum() + halls.central.sum()) / 1e6
    assert 80 < total < 600, f"{total:.0f} GWp"


@pytest.fixture(scope="module")
def energy(datapack: Path) -> tuple[dict[str, NDArray[np.float64]], list[str]]:
    """Final energy of all inventory lines of all municipalities, MWh, and their codes."""
    from stadtland import inventory
    from stadtland.inventory import sources
    from stadtland.inventory.calibrate import calibrate_data
    from stadtland.inventory.estimate import estimate

    loaded = sources.load(datapack, 2021)
    made = np.asarray(estimate(loaded.drivers, calibrate_data(loaded)).energy_mwh)
    return {name: made[i] for i, name in enumerate(inventory.LINES)}, [str(a) for a in loaded.drivers.ags]


@pytest.mark.datapack
def test_no_measure_serves_more_than_the_inventory_holds_anywhere(
    energy: tuple[dict[str, NDArray[np.float64]], list[str]],
    country: tuple[dict[str, NDArray[np.float64]], list[str]],
    measures: dict[str, Measure],
) -> None:
    """Heat, industry, machines and vehicles: units times what one serves stay within the final energy of the place."""
    lines, codes = energy
    figures, _ = country
    stock = {k: np.full(len(codes), np.nan) for k in figures}
    kinds = ["town"] * len(codes)
    fossil = ("gas", "oil", "lpg", "coal", "other")

    def total(*sectors: str) -> NDArray[np.float64]:
        parts = [lines[f"{s}.{c}"] for s in sectors for c in fossil if f"{s}.{c}" in lines]
        return np.nansum(np.stack(parts), axis=0)

    road = np.nansum(np.stack([v for k, v in lines.items() if k.startswith("VK.")]), axis=0)
    machines = np.nansum(np.stack([lines[f"GHD.{c}"] for c in ("diesel", "petrol") if f"GHD.{c}" in lines]), axis=0)
    whole = {
        "fossil_heat": total("HH"), "sector_heat": total("HH", "GHD", "KE", "IND"), "industry_heat_150": total("IND"),
        "companies": total("IND"), "machine_fuel": machines, "road_energy": road,
    }  # fmt: skip
    seen = set()
    for measure in measures.values():
        name = measure.potential.function
        if name not in whole:
            continue
        seen.add(name)
        params = measure.potential.params
        per_unit = params["mwh_per_unit"].low if "mwh_per_unit" in params else 20.0 if name == "fossil_heat" else 1.0
        found = potentials(measure, stock, lines, kinds)
        assert np.all(found.high * per_unit <= np.nan_to_num(whole[name]) * (1 + 1e-9) + 1e-6), measure.id
        assert np.all(found.low <= found.central) and np.all(found.central <= found.high), measure.id
    assert seen >= {"fossil_heat", "sector_heat", "industry_heat_150", "road_energy", "machine_fuel"}
