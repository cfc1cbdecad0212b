"""A municipality with its figures; five from the content, any other from a folder of public data."""

from __future__ import annotations

import csv
import difflib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from math import asin, cos, radians, sin, sqrt
from pathlib import Path
from typing import Any, Literal

from stadtland.base import content
from stadtland.base.errors import InputError
from stadtland.base.figure import Figure

from . import codes

Kind = Literal["city", "town", "village"]
Rings = list[list[list[float]]]
EARTH_KM = 6371.0
CITY_FROM, TOWN_FROM = 100_000, 10_000


class MissingFigure(InputError):
    """A figure that is needed is not there; says which and why."""


@dataclass(frozen=True)
class Municipality:
    """Code, name, kind, figures: `figures[id]` of the inventory year, `figures["id@year"]` of another."""

    ags: str
    name: str
    year: int
    kind: Kind
    regiostar7: int | None
    figures: dict[str, Figure]
    data: Path | None = field(default=None, compare=False)

    def get(self, id: str) -> Figure | None:
        """The figure, or None if there is no such id; a figure that is not available has `value` None."""
        return self.figures.get(id)

    def maybe(self, id: str, default: float | None = None) -> float | None:
        """The value, or `default` where it is missing."""
        figure = self.figures.get(id)
        return default if figure is None or figure.value is None else figure.value

    def value(self, id: str) -> float:
        """The value; MissingFigure if it is not known (a missing figure is never zero)."""
        figure = self.figures.get(id)
        if figure is None:
            near = difflib.get_close_matches(id, self.figures, 1)
            cure = f"did you mean {near[0]}?" if near else "give it under [override] in the partnership file"
            raise MissingFigure("figure-missing", f"{self.name} has no figure '{id}'", self.ags, cure)
        if figure.value is None:
            raise MissingFigure(
                "figure-missing",
                f"{self.name}: '{id}' is {figure.state.replace('_', ' ')} in {figure.year}",
                self.ags,
                "give it under [override] in the partnership file",
            )
        return figure.value

    @property
    def outline(self) -> Rings | None:
        """Rings of [lon, lat] (EPSG:4326), simplified, © GeoBasis-DE / BKG (2022); None if there is none."""
        return outline(self.ags, self.data)


def kind_of(ags: str, name: str, population: float | None) -> Kind:
    """city: its own Kreis or from 100,000 inhabitants; town: named Stadt or from 10,000; else village."""
    if ags.endswith("000") or (population or 0) >= CITY_FROM:
        return "city"
    return "town" if "Stadt" in name or (population or 0) >= TOWN_FROM else "village"


def load_members(ags: Sequence[str], year: int, data: Path | None = None) -> list[Municipality]:
    """The municipalities with the figures of the inventory year, in the order given.

    `data`: a folder of public data; its figures win over bundled ones. Without it only the five are known.
    Raises InputError for unknown, obsolete or repeated codes, `not-bundled` for a municipality that needs
    `data`, `data-*` for missing or unreadable files.
    """
    members = codes.check_all(ags)
    if data is None:
        absent = [a for a in members if a not in bundled()]
        if absent:
            raise InputError(
                "not-bundled",
                f"{absent[0]} ({codes.name(absent[0])}) is not among the bundled municipalities",
                absent[0],
                "give a folder of public data with --data",
            )
        figures = {a: list(bundled()[a]) for a in members}
    else:
        figures = from_folder(Path(data), members)
    return [_municipality(a, year, figures[a], data) for a in members]


def from_folder(folder: Path, members: Sequence[str]) -> dict[str, list[Figure]]:
    """Published and derived figures of the members from a folder, completed by bundled extras."""
    from .derive import derive
    from .folder import read

    found = read(folder, members)
    derived = derive(folder, found, members)
    for ags in members:
        found[ags] += derived[ags]
        have = {(f.id, f.year) for f in found[ags]}
        found[ags] += [f for f in bundled().get(ags, []) if (f.id, f.year) not in have]
    return found


def _municipality(ags: str, year: int, figures: Iterable[Figure], data: Path | None) -> Municipality:
    by_year: dict[str, dict[int, Figure]] = {}
    for figure in figures:
        by_year.setdefault(figure.id, {})[figure.year or year] = figure
    chosen: dict[str, Figure] = {}
    for id, years in by_year.items():
        # the inventory year, else the nearest year that has a value (the figure itself says which year it is)
        filled = [y for y in years if years[y].value is not None] or list(years)
        best = year if year in years else min(filled, key=lambda y: (abs(y - year), y))
        chosen[id] = years[best]
        for y, figure in years.items():
            chosen[f"{id}@{y}"] = figure
    name = codes.name(ags)
    people = chosen["population"].value if "population" in chosen else None
    if people is None:
        raise InputError(
            "data-no-population",
            f"{ags} ({name}) has no population in {year}",
            ags,
            "it may have been formed later: choose a later inventory year",
        )
    rt7 = chosen["regiostar7"].value if "regiostar7" in chosen else None
    return Municipality(ags, name, year, kind_of(ags, name, people), None if rt7 is None else int(rt7), chosen, data)


def figure_from_row(row: dict[str, str]) -> tuple[str, Figure]:
    """A figure from a row of figures.csv: `(ags, Figure)`; empty cells are absent values."""
    cells: dict[str, Any] = {k: v for k, v in row.items() if v != "" and k != "ags"}
    for key in ("value", "low", "high"):
        cells[key] = float(cells[key]) if key in cells else None
    if "year" in cells:
        cells["year"] = int(cells["year"])
    return row["ags"], Figure.model_validate(cells)


@cache
def bundled() -> dict[str, list[Figure]]:
    """All bundled figures by AGS (content/municipalities/figures.csv and extra.csv)."""
    found: dict[str, list[Figure]] = {}
    for file in ("figures.csv", "extra.csv"):
        with content.path("municipalities", file).open(encoding="utf-8", newline="") as handle:
            for row in csv.DictReader(handle):
                ags, figure = figure_from_row(row)
                found.setdefault(ags, []).append(figure)
    return found


@cache
def _bundled_outlines() -> dict[str, Rings]:
    raw = json.loads(content.path("municipalities", "outlines.json").read_text(encoding="utf-8"))
    return dict(raw["rings"])


def outline(ags: str, data: Path | None = None) -> Rings | None:
    """The outline of a municipality: bundled, else from the data folder (read once, about two seconds)."""
    if ags in _bundled_outlines():
        return _bundled_outlines()[ags]
    return _folder_outlines(Path(data)).get(ags) if data is not None else None


@cache
def _folder_outlines(folder: Path) -> dict[str, Rings]:
    from .folder import open_text

    with open_text(folder / "vg250/gemeinden_de_zensus2022_wgs84.geojson.gz") as handle:
        features = json.load(handle)["features"]
    return {f["properties"]["ags"]: rings(f["geometry"]) for f in features}


def rings(geometry: dict[str, Any]) -> Rings:
    """All rings of a GeoJSON Polygon or MultiPolygon, outer and inner, in one list."""
    polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    return [[[float(x), float(y)] for x, y, *_ in ring] for polygon in polygons for ring in polygon]


def distance_km(a: Municipality, b: Municipality) -> float:
    """Great-circle distance of the centroids in km (haversine, sphere of 6371 km).

    h = sin²(Δφ/2) + cos φa · cos φb · sin²(Δλ/2);  d = 2 R asin √h.
    """
    lon_a, lat_a = radians(a.value("centroid_lon")), radians(a.value("centroid_lat"))
    lon_b, lat_b = radians(b.value("centroid_lon")), radians(b.value("centroid_lat"))
    h = sin((lat_b - lat_a) / 2) ** 2 + cos(lat_a) * cos(lat_b) * sin((lon_b - lon_a) / 2) ** 2
    return 2 * EARTH_KM * asin(sqrt(h))
