"""Derived figures: what no table gives per municipality, by a stated rule and with low data quality.

Rules and their numbers stand in content/municipalities/rules.toml; each figure says its rule in the note.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from pathlib import Path
from typing import Any

from stadtland.base import content, toml
from stadtland.base.figure import Figure, Grade

from .folder import number, rows

CAR_COLUMNS = ("gasoline", "diesel", "cng_lpg", "hev", "phev", "bev", "other")
ANIMALS = ("cows", "cattle", "pigs", "poultry", "other_animals")
# the car table counts Trier and Trier-Saarburg together, under the code of the city
CARS_TOGETHER = {"07211": ("07211", "07235"), "07235": ("07211", "07235")}
# districts merged since: the car and commuter tables use the new code
MERGED = {"03152": "03159", "03156": "03159", "16056": "16063"}


@cache
def _rules() -> dict[str, Any]:
    return toml.read(content.path("municipalities", "rules.toml"))


class Tables:
    """Rows of Kreise and Länder that the members need; every file is read once."""

    def __init__(self, folder: Path, members: Collection[str]) -> None:
        self.folder = folder
        own = {kreis(ags) for ags in members}
        self._kreise = own.union(*(CARS_TOGETHER.get(code, ()) for code in own))
        self._areas = {code + "000" for code in self._kreise} | {ags[:2] + "000000" for ags in members}
        self._read: dict[tuple[str, str], dict[str, list[dict[str, str]]]] = {}

    def rows(self, file: str, key: str, column: str = "ags") -> list[dict[str, str]]:
        """All rows of a file whose `column` is `key` (a Kreis or Land of one of the members)."""
        if (file, column) not in self._read:
            grouped: dict[str, list[dict[str, str]]] = {}
            for row in rows(self.folder / file, self._areas if column == "ags" else self._kreise, column):
                grouped.setdefault(row[column], []).append(row)
            self._read[file, column] = grouped
        return self._read[file, column].get(key, [])

    def first(self, file: str, key: str) -> dict[str, str] | None:
        """The row of an area (AGS of a Kreis or Land), or None."""
        return next(iter(self.rows(file, key)), None)

    def share_of_kreis(self, ags: str, population: float | None, year: int) -> float | None:
        """Population of the municipality over that of its Kreis; 1 for a city that is its own Kreis."""
        if ags.endswith("000"):
            return 1.0
        whole = self.first(f"localzero/population/{year}.csv", kreis(ags) + "000")
        return None if whole is None or population is None else population / float(whole["total"])


def _find(figures: list[Figure], id: str, year: int) -> float | None:
    return next((f.value for f in figures if f.id == id and f.year == year), None)


def kreis(ags: str) -> str:
    """The five-digit Kreis code of a municipality as the Kreis tables write it."""
    return MERGED.get(ags[:5], ags[:5])


def _figure(
    id: str,
    value: float | None,
    unit: str,
    year: int,
    source: str,
    quality: Grade,
    note: str,
    *,
    date: str | None = None,
    low: float | None = None,
    high: float | None = None,
    published: bool = False,
) -> Figure:
    known = value is not None
    state = "not_available" if not known else ("value" if published else "estimated")
    return Figure.model_validate(
        {
            "id": id,
            "value": value,
            "unit": unit,
            "year": year,
            "territory_date": date or f"{year}-12-31",
            "low": low if known else None,
            "high": high if known else None,
            "source": source,
            "state": state,
            "data_quality": quality if known else None,
            "evidence": ("A" if published else "B") if known else None,
            "note": note,
        }
    )


def cars(tables: Tables, ags: str, year: int, population: float | None) -> list[Figure]:
    """Passenger cars on 1 January: published for a kreisfreie Stadt, else Kreis value · population share."""
    table = "kba/pkw_kreis_kraftstoff_2017_2021.csv"
    date = f"{year}-01-01"
    together = CARS_TOGETHER.get(kreis(ags))
    place = together[0] if together else kreis(ags)
    row = next((r for r in tables.rows(table, place, "kreis") if r["date"] == date), None)
    city = ags.endswith("000") and not together
    share = tables.share_of_kreis(ags, population, year)
    if together:
        heads = [tables.first(f"localzero/population/{year}.csv", code + "000") for code in together]
        whole = sum(float(h["total"]) for h in heads if h)
        share = population / whole if population and all(heads) else None
    found = []
    counts = {c: number(row[c], table) for c in CAR_COLUMNS} if row else dict.fromkeys(CAR_COLUMNS)
    counts["tot"] = sum(v for v in counts.values() if v is not None) if row else None
    for column, count in counts.items():
        value = None if count is None or share is None else round(count * share, 1 if count < 10000 else 0)
        note = "" if city else "district value × share of population (31 December)"
        found.append(
            _figure(
                f"cars.{column}",
                value,
                "cars",
                year,
                "kba_fz1",
                "A" if city else "C",
                note,
                date=date,
                published=city,
            )
        )
    return found


def livestock(tables: Tables, ags: str, year: int, farmland: float | None) -> list[Figure]:
    """Animals: value of the Land · share of the municipality in the Land's ALKIS farmland."""
    land = ags[:2] + "000000"
    animals = tables.first(f"localzero/nat_agri/{year}.csv", land)
    area = tables.first(f"localzero/area/{year}.csv", land)
    found = []
    for animal in ANIMALS:
        value = None
        if animals and area and farmland is not None:
            heads, whole = number(animals[animal], land), number(area["veg_agri"], land)
            value = round(heads * farmland / whole) if heads is not None and whole else None
        note = "computed share of the Land by farmland, no count of this municipality"
        found.append(_figure(f"livestock.{animal}", value, "heads", year, "thuenen_agri", "D", note))
    return found


def farmland(ags: str, year: int, area: float | None) -> list[Figure]:
    """Arable land and grassland: ALKIS farmland · share of the Land (or Germany) in the farm census 2020."""
    rule = _rules()["farmland"].get(ags[:2])
    if rule:
        shares = {k: rule[f"{k}_ha"] / rule["farmed_ha"] for k in ("arable", "grassland")}
    else:
        rule = _rules()["farmland"]["DE"]
        shares = {k: rule[k] for k in ("arable", "grassland")}
    span, grass = _rules()["farmland_range"], shares["grassland"]
    rest = 1 - shares["arable"] - grass
    bounds = {
        "grassland": (grass * span["grassland_low"], grass * span["grassland_high"]),
        "arable": (1 - rest - grass * span["grassland_high"], 1 - rest - grass * span["grassland_low"]),
    }
    found = []
    for kind, share in shares.items():
        low, high = bounds[kind]
        value = None if area is None else round(area * share, 1)
        note = "ALKIS farmland × share of the Land 2020; own range for the grassland share"
        found.append(
            _figure(
                f"agri.{kind}",
                value,
                "ha",
                year,
                rule["source"],
                "D",
                note,
                low=None if area is None else round(area * low, 1),
                high=None if area is None else round(area * high, 1),
            )
        )
    return found


def surfaces(figures: list[Figure], year: int) -> list[Figure]:
    """Sealed area and roof area in ha from settlement, traffic and commercial area and building counts."""
    sealed, roof = _rules()["sealed"], _rules()["roof"]
    base = [_find(figures, f"area.{a}", year) for a in ("land_settlement", "land_traffic")]
    whole = None if any(b is None for b in base) else sum(b for b in base if b is not None)
    found = [
        _figure(
            "proxy.sealed_area",
            None if whole is None else round(whole * sealed["share_of_settlement_and_traffic"], 1),
            "ha",
            year,
            sealed["source"],
            "D",
            sealed["note"],
            low=None if whole is None else round(whole * sealed["low"], 1),
            high=None if whole is None else round(whole * sealed["high"], 1),
        )
    ]
    counts = {k: _find(figures, f"stock.buildings_{k}", year) for k in ("1flat", "2flats", "3flats")}
    home = None
    if all(v is not None for v in counts.values()):
        home = sum((v or 0) * roof[f"m2_per_building_{k}"] for k, v in counts.items()) / 10000
    commercial = _find(figures, "area.settlement_ghd", year)
    other = None if commercial is None else commercial * roof["share_of_commercial_area"]
    for id, value in (("proxy.roof_area_residential", home), ("proxy.roof_area_other", other)):
        figure = _figure(
            id,
            None if value is None else round(value, 2),
            "ha",
            year,
            "own_rule",
            "D",
            roof["note"],
            low=None if value is None else round(value * roof["low"], 2),
            high=None if value is None else round(value * roof["high"], 2),
        )
        found.append(figure.model_copy(update={"evidence": "C" if figure.value is not None else None}))
    return found


def commuters(tables: Tables, ags: str, population: float | None, year: int = 2021) -> list[Figure]:
    """Commuters between districts, June 2023: published for a city, else district value · population share.

    Ids: `commuters.out`, `commuters.in` (all districts), in the reference region `commuters.to.<Kreis>`.
    """
    city = ags.endswith("000")
    share = tables.share_of_kreis(ags, population, year)
    note = "rounded to 10 by the source" if city else "district value × share of population 2021"
    grade: Grade = "A" if city else "C"
    found = []
    for direction, file, mine, other in (
        ("out", "auspendler", "home_kreis", "work_kreis"),
        ("in", "einpendler", "work_kreis", "home_kreis"),
    ):
        table = f"pendler_ba/{file}_kreise_2023-06.csv.gz"
        flows = {r[other]: number(r["total"], table) for r in tables.rows(table, kreis(ags), mine)}
        wanted = {f"commuters.{direction}": "0"}
        for neighbour in {"14713", "14729"} - {kreis(ags)}:
            wanted[f"commuters.{'to' if direction == 'out' else 'from'}.{neighbour}"] = neighbour
        for id, key in wanted.items():
            count = flows.get(key)
            value = None if count is None or share is None else round(count * share)
            if id.count(".") == 2 and count is None:
                continue
            found.append(
                _figure(id, value, "persons", 2023, "ba_commuters", grade, note, date="2023-06-30", published=city)
            )
    return found


def derive(folder: Path, figures: dict[str, list[Figure]], members: Collection[str]) -> dict[str, list[Figure]]:
    """All derived figures of the members for the years the tables allow: `{ags: [Figure, …]}`."""
    found: dict[str, list[Figure]] = {}
    tables = Tables(folder, members)
    for ags in members:
        mine = figures[ags]
        out: list[Figure] = []
        for year in (2018, 2021):
            area = _find(mine, "area.veg_agri", year)
            out += cars(tables, ags, year, _find(mine, "population", year))
            out += livestock(tables, ags, year, area)
            out += farmland(ags, year, area)
            out += surfaces(mine, year)
        out += commuters(tables, ags, _find(mine, "population", 2021))
        found[ags] = out
    return found
