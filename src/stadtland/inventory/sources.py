"""Public data of one year → dense arrays over all municipalities, Kreise and Länder.

Reads only the files that the estimate needs; codes stay text. Known defects of the files are handled here
and tested.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from stadtland.base.errors import InputError
from stadtland.facts.folder import present

from .method import kreis_of, weights

if TYPE_CHECKING:
    import polars as pl

Array = NDArray[np.float64]
BASE_YEARS = (2018, 2021)
AREAS = (
    "land_total",
    "land_settlement",
    "land_traffic",
    "veg_agri",
    "veg_forrest",
    "veg_wood",
    "veg_moor",
    "veg_marsh",
    "water_total",
    "settlement_ghd",
)
PERIODS = (
    "until_1919",
    "1919_1948",
    "1949_1978",
    "1979_1986",
    "1987_1990",
    "1991_1995",
    "1996_2000",
    "2001_2004",
    "2005_2008",
    "2009_today",
)
STOCK = (
    "residential_buildings_total",
    "buildings_1flat",
    "buildings_2flats",
    "residential_buildings_area_total",
)
ETS = (
    "chem_ammonia",
    "chem_basic",
    "chem_other",
    "metal_nonfe",
    "metal_steel_primary",
    "metal_steel_secondary",
    "miner_cement",
    "miner_ceram",
    "miner_chalk",
    "miner_glas",
    "other_food",
    "other_further",
    "other_paper",
)
UNITS: dict[str, str] = {
    "population": "persons",
    "regiostar7": "code",
    **{f"area.{a}": "ha" for a in AREAS},
    "zensus2011.buildings_total": "count",
    "zensus2011.flats_total": "count",
    "zensus2011.flats_heatnet": "count",
    **{f"zensus2011.flats_{p}": "count" for p in PERIODS},
    **{f"stock.{s}": "1000 m2" if "area" in s else "count" for s in STOCK},
    "zensus2022.total_dwellings": "count",
    "zensus2022.vacancy_rate": "%",
    "zensus2022.population": "persons",
    **{f"ets.{e}": "t CO2e/a" for e in ETS},
    "ships.inland_mwh": "MWh/a",
    "air.kerosene_mwh": "MWh/a",
}
HEATING = ("gas", "oil", "wood", "biogas", "ambient", "elec", "coal", "dh", "none")
MILEAGE = ("car_motorway", "car_other", "van_motorway", "van_other", "truck_motorway", "truck_other", "bus")
# figures that only a member knows; missing (NaN) = share of the Kreis or Land, or the default of `local.py`
OWN = {
    "cars.tot": "cars",
    "jobs": "persons",
    "jobs.industry": "persons",
    "jobs.services": "persons",
    **{f"zensus2022.heat_{c}": "dwellings" for c in HEATING},
    **{f"mileage.{m}": "vehicle-km" for m in MILEAGE},
    "area.organic_soils": "ha",
    "organic.arable": "ha",
    "organic.grassland": "ha",
    **{f"dh.{k}": "MWh" for k in ("delivered", "losses", "fuel_gas", "fuel_coal", "fuel_biomass", "electricity")},
    **{f"dh.{k}": "MWh" for k in ("boiler_gas", "boiler_heat")},
    "dh.temperature": "°C",
    "dh.factor": "g/kWh",
    "livestock.cows": "heads",
    "livestock.cattle": "heads",
    "livestock.pigs": "heads",
    "livestock.poultry": "heads",
    "livestock.other_animals": "heads",
}


@dataclass(frozen=True)
class Drivers:
    """Drivers of municipalities: codes and one array [member] per figure id (units: `UNITS`, `OWN`)."""

    ags: tuple[str, ...]
    names: tuple[str, ...]
    values: dict[str, Array]

    @property
    def kreis(self) -> list[str]:
        """Kreis key per municipality."""
        return [kreis_of(a) for a in self.ags]

    def take(self, rows: list[int]) -> Drivers:
        """The same drivers for some rows only."""
        pick = np.array(rows, dtype=np.intp)
        return Drivers(
            tuple(self.ags[i] for i in rows),
            tuple(self.names[i] for i in rows),
            {k: v[pick] for k, v in self.values.items()},
        )


@dataclass(frozen=True)
class Data:
    """All inputs of one year: drivers, Kreis and Land figures, national facts."""

    year: int
    drivers: Drivers
    kreis_codes: tuple[str, ...]
    kreis: dict[str, Array]
    land_codes: tuple[str, ...]
    land: dict[str, Array]
    facts: dict[str, float]
    lands_balance: dict[tuple[int, int], Array]
    repairs: list[str] = field(default_factory=list)


def _read(path: Path, columns: list[str] | None = None, separator: str = ",") -> pl.DataFrame:
    import polars as pl

    present(path)
    try:
        return pl.read_csv(path, infer_schema_length=0, columns=columns, separator=separator)
    except (pl.exceptions.PolarsError, OSError) as error:
        raise InputError("data-file", f"the file cannot be read: {error}", str(path), "restore the file") from None


def _dense(frame: pl.DataFrame, key: str, names: list[str], universe: pl.DataFrame) -> dict[str, Array]:
    """Columns as float arrays in the order of `universe` (column `ags`); NaN where cell or row is missing.

    Hamburg and Berlin stand twice in the air and ship lists (as Land and as city, same values): the first
    row counts.
    """
    import polars as pl

    small = frame.select(pl.col(key).alias("ags"), *[pl.col(n).cast(pl.Float64, strict=False) for n in names])
    small = small.unique("ags", keep="first")
    joined = universe.join(small, on="ags", how="left", maintain_order="left")
    return {n: joined[n].fill_null(np.nan).to_numpy().astype(np.float64) for n in names}


def _followed(frame: pl.DataFrame, names: list[str], universe: pl.DataFrame) -> pl.DataFrame:
    """Rows of obsolete codes added to their single successor in `universe` (column `ags`).

    The list of plants of 2021 still names four municipalities of before; one holds a cement works of 1.07 Mt.
    """
    import polars as pl

    from stadtland.facts import codes

    here = set(universe["ags"].to_list())
    moved = {}
    for ags in frame["ags"].to_list():
        if ags not in here:
            heirs = [a for a, _ in codes.successors(ags) if a in here]
            if len(heirs) == 1:
                moved[ags] = heirs[0]
    if not moved:
        return frame
    numbers = [pl.col(n).cast(pl.Float64, strict=False) for n in names]
    frame = frame.unique("ags", keep="first").select(pl.col("ags").replace(moved), *numbers)
    return frame.group_by("ags", maintain_order=True).agg([pl.col(n).sum() for n in names])


@contextmanager
def layout(folder: Path) -> Iterator[None]:
    """Turn a missing column, label or number into InputError `data-file`: the file has another layout."""
    import polars as pl

    try:
        yield
    except (pl.exceptions.PolarsError, LookupError, ValueError, UnicodeError) as error:
        detail = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise InputError(
            "data-file",
            f"a file of the public data has another layout: {detail}",
            str(folder),
            "restore the files of the public data folder",
        ) from None


def load(folder: Path, year: int) -> Data:
    """All inputs of a base year (2018 or 2021) from a folder laid out like the public data.

    Municipalities are the rows of `area_kinds` with inhabitants. InputError `data-file` or `data-year`.
    """
    with layout(folder):
        return _load(folder, year)


def _load(folder: Path, year: int) -> Data:
    import polars as pl

    if year not in BASE_YEARS:
        raise InputError("data-year", f"the data hold no base year {year}", "year", "use 2018 or 2021")
    lz = folder / "localzero"
    kinds = _read(lz / "area_kinds" / f"{year}.csv")
    people = _read(lz / "population" / f"{year}.csv")
    universe = (
        kinds.select("ags", "rt7")
        .join(people, on="ags", how="left", maintain_order="left")
        .with_columns(pl.col("total").cast(pl.Float64, strict=False).fill_null(0.0))
        .filter(pl.col("total") > 0)
    )
    values: dict[str, Array] = {
        "population": universe["total"].to_numpy().astype(np.float64),
        "regiostar7": universe["rt7"].cast(pl.Float64).to_numpy().astype(np.float64),
    }
    key = universe.select("ags")
    values |= {f"area.{k}": v for k, v in _areas(lz, year, key).items()}
    flats = ["flats_total", "flats_heatnet", *(f"flats_{p}" for p in PERIODS)]
    old = _dense(_read(lz / "buildings" / f"{year}.csv"), "ags", ["buildings_total", *flats], key)
    values |= {f"zensus2011.{k}": np.nan_to_num(v) for k, v in old.items()}
    stock = _dense(_read(lz / "flats" / f"{year}.csv"), "ags", list(STOCK), key)
    values |= {f"stock.{k}": np.nan_to_num(v) for k, v in stock.items()}
    census = _read(folder / "zensus2022" / "zensus2022_gemeinden_gerda_subset.csv.gz")
    found = _dense(census, "ags", ["total_dwellings", "vacancy_rate", "population"], key)
    values |= {f"zensus2022.{k}": v for k, v in found.items()}  # NaN: the code no longer existed in 2022
    # sparse lists: a municipality without a row has no plant, port or airport in the list
    plants = _dense(_followed(_read(lz / "industry_facilites" / f"{year}.csv"), list(ETS), key), "ags", list(ETS), key)
    values |= {f"ets.{k}": np.nan_to_num(v) for k, v in plants.items()}
    ships = _dense(_read(lz / "traffic_ships" / f"{year}.csv"), "ags", ["inland_eev_diesel_mwh"], key)
    values["ships.inland_mwh"] = np.nan_to_num(ships["inland_eev_diesel_mwh"])
    fuels = ["eev_kerosene_inland_mwh", "eev_kerosene_overseas_mwh"]
    air = _dense(_read(lz / "traffic_air" / f"{year}.csv"), "ags", fuels, key)
    values["air.kerosene_mwh"] = np.nan_to_num(air[fuels[0]]) + np.nan_to_num(air[fuels[1]])
    for own in OWN:
        values[own] = np.full(len(universe), np.nan)
    names = _read(lz / "ags" / "master.csv", ["ags", "description"]).unique("ags", keep="first")
    named = key.join(names, on="ags", how="left", maintain_order="left")["description"].fill_null("").to_list()
    drivers = Drivers(tuple(universe["ags"].to_list()), tuple(n.strip() for n in named), values)
    repairs: list[str] = []
    kreis_codes = tuple(sorted(set(drivers.kreis)))
    land_codes = tuple(sorted({a[:2] for a in drivers.ags}))
    from .control import facts

    return Data(
        year,
        drivers,
        kreis_codes,
        _kreise(folder, year, drivers, kreis_codes),
        land_codes,
        _lands(folder, year, land_codes, repairs),
        facts(lz, year, repairs),
        _balances(folder, land_codes),
        repairs,
    )


def _areas(lz: Path, year: int, key: pl.DataFrame) -> dict[str, Array]:
    """Areas (ha). In 2018 an empty cell means "no value": the 2021 value of the same code stands in, else
    0.
    """
    out = _dense(_read(lz / "area" / f"{year}.csv"), "ags", list(AREAS), key)
    if year == 2018:
        later = _dense(_read(lz / "area" / "2021.csv"), "ags", list(AREAS), key)
        out = {a: np.where(np.isnan(v), later[a], v) for a, v in out.items()}
    return {a: np.nan_to_num(v) for a, v in out.items()}


def _by_kreis(codes: list[str], numbers: Array, kreis_codes: tuple[str, ...]) -> Array:
    """Sum per Kreis key (merged Kreise added); NaN where no row exists."""
    place = {k: i for i, k in enumerate(kreis_codes)}
    out = np.full(len(kreis_codes), np.nan)
    for code, number in zip(codes, numbers, strict=True):
        i = place.get(kreis_of(code))
        if i is not None and not np.isnan(number):
            out[i] = number if np.isnan(out[i]) else out[i] + number
    return out


def _column(frame: pl.DataFrame, name: str) -> Array:
    import polars as pl

    return frame[name].cast(pl.Float64, strict=False).fill_null(np.nan).to_numpy().astype(np.float64)


def _kreise(folder: Path, year: int, drivers: Drivers, codes: tuple[str, ...]) -> dict[str, Array]:
    """Kreis figures: sums of the municipalities, cars, commuters, GDP, sector shares, vehicle-km,
    electricity.
    """
    import polars as pl

    out: dict[str, Array] = {}
    place = {k: i for i, k in enumerate(codes)}
    at = np.array([place[k] for k in drivers.kreis], dtype=np.intp)
    for name in (
        "population",
        "area.land_total",
        "area.land_traffic",
        "area.settlement_ghd",
        "area.veg_moor",
        "area.veg_marsh",
    ):
        out[name] = np.bincount(at, drivers.values[name], len(codes)).astype(np.float64)

    kba = _read(folder / "kba" / "pkw_kreis_kraftstoff_2017_2021.csv")
    day = "2019-01-01" if year == 2018 else "2021-01-01"  # nearest key date to 31 December in the file
    kba = kba.filter(pl.col("date") == day)
    fuels = ("gasoline", "diesel", "cng_lpg", "hev", "phev", "bev", "other")
    cars = _by_kreis(kba["kreis"].to_list(), np.nansum([_column(kba, f) for f in fuels], axis=0), codes)
    for printed, members in weights()["kba_joint"]["codes"].items():
        rows = [place[m] for m in members]
        total = cars[place[printed]]
        cars[rows] = total * out["population"][rows] / out["population"][rows].sum()
    out["cars"] = cars

    for name, file, own in (("in", "einpendler", "work_kreis"), ("out", "auspendler", "home_kreis")):
        other = "home_kreis" if own == "work_kreis" else "work_kreis"
        table = _read(folder / "pendler_ba" / f"{file}_kreise_2023-06.csv.gz", [own, other, "total"])
        table = table.filter(pl.col(other) == "0")  # rows "insgesamt"
        out[f"commuters_{name}"] = _by_kreis(table[own].to_list(), _column(table, "total"), codes)

    inkar = _read(
        folder / "inkar_kreise" / "inkar_kreise_1995_2022.csv.gz",
        ["county_code", "year", "gdp_per_capita", "share_secondary_sector", "share_tertiary_sector"],
    ).filter(pl.col("year") == str(year))
    labels = inkar["county_code"].to_list()
    out["gdp_per_head"] = _by_kreis(labels, _column(inkar, "gdp_per_capita"), codes)  # 1000 EUR
    out["secondary"] = _by_kreis(labels, _column(inkar, "share_secondary_sector") / 100, codes)
    out["tertiary"] = _by_kreis(labels, _column(inkar, "share_tertiary_sector") / 100, codes)

    km = _read(folder / "localzero" / "destatis" / f"{year}.csv")
    known = set(codes) | set(weights()["kreis_merge"]["codes"])
    km = km.filter(pl.col("ags").str.slice(0, 5).is_in(list(known)))
    for name, column in (
        ("bus_km", "bus_mega_km"),
        ("train_km", "rail_mega_km"),
        ("tram_km", "metro_mega_km"),
    ):
        out[name] = np.nan_to_num(_by_kreis(km["ags"].to_list(), _column(km, column) * 1e6, codes))

    power = _read(folder / "demandregio" / "elc_consumption_HH_spatial.csv.gz", ["id_region", "year", "value"])
    power = power.filter(pl.col("year") == "2015")
    out["hh_elec"] = _by_kreis([c.zfill(8) for c in power["id_region"].to_list()], _column(power, "value"), codes)
    for figure, numbers in out.items():
        if np.isnan(numbers).any():
            missing = [codes[i] for i in np.flatnonzero(np.isnan(numbers))]
            raise InputError("data-kreis", f"{figure} is missing for Kreis {', '.join(missing[:10])}", str(folder))
    return out


_DWD = {
    "01": "Schleswig-Holstein",
    "02": "Niedersachsen/Hamburg/Bremen",
    "03": "Niedersachsen",
    "04": "Niedersachsen/Hamburg/Bremen",
    "05": "Nordrhein-Westfalen",
    "06": "Hessen",
    "07": "Rheinland-Pfalz",
    "08": "Baden-Wuerttemberg",
    "09": "Bayern",
    "10": "Saarland",
    "11": "Brandenburg/Berlin",
    "12": "Brandenburg",
    "13": "Mecklenburg-Vorpommern",
    "14": "Sachsen",
    "15": "Sachsen-Anhalt",
    "16": "Thueringen",
}


def _lands(folder: Path, year: int, codes: tuple[str, ...], repairs: list[str]) -> dict[str, Array]:
    """Land figures: mean temperature relative to Germany, livestock and gases of agriculture."""
    from .livestock import load as livestock

    text = (folder / "dwd" / "regional_averages_tm_year.txt").read_text(encoding="utf-8").splitlines()
    head = [h.strip() for h in text[1].split(";")]
    years = set(weights()["heat_shape"]["climate_years"])
    table = [[c.strip() for c in row.split(";")] for row in text[2:] if row[:4].isdigit() and int(row[:4]) in years]
    mean = {h: float(np.mean([float(r[i]) for r in table])) for i, h in enumerate(head) if i >= 2 and h}
    out = {"temperature": np.array([mean[_DWD[c]] for c in codes])}
    out["temperature_de"] = np.full(len(codes), mean["Deutschland"])
    return out | livestock(folder / "localzero" / "nat_agri", year, codes, repairs)


def _balances(folder: Path, codes: tuple[str, ...]) -> dict[tuple[int, int], Array]:
    """Energy balances of the Länder 2015 (TJ): (row, column) → [land]; NaN where nothing is printed."""
    table = _read(folder / "demandregio" / "energy_balance_values.csv.gz", ["id_region", "internal_id", "value"])
    place = {c: i for i, c in enumerate(codes)}
    wanted = {weights()["land_step"]["row_hh_ghd"], weights()["land_step"]["row_ind"]}
    out: dict[tuple[int, int], Array] = {}
    for region, cell, value in table.iter_rows():
        row, column = json.loads(cell)
        if row in wanted and value is not None:
            array = out.setdefault((row, column), np.full(len(codes), np.nan))
            array[place[region.zfill(8)[:2]]] = float(value)
    return out
