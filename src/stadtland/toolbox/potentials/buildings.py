"""Potentials for buildings."""

from __future__ import annotations

import numpy as np

from .base import Array, Base, Outcome, register, spread
from .energy import living_area_by_type


def fossil_share(base: Base, sector: str = "HH") -> Array:
    """Share of fossil carriers in the heat of a sector, 0–1, shape (n,): fossil / (fossil + dh + biomass
    + solar + ambient).

    NaN where the inventory is not known.
    """
    fossil = base.lines(sector)
    heat = fossil + np.nan_to_num(base.lines(sector, ("dh", "biomass", "solar", "ambient")))
    return np.where(heat > 0, fossil / np.where(heat > 0, heat, 1.0), np.where(np.isnan(heat), np.nan, 0.0))


@register("fossil_heat", "heating systems")
def fossil_heat(base: Base) -> Outcome:
    """Heating systems of a given yearly use behind the fossil heat of households.

    Formula: fossil final energy of households (MWh, inventory) · share / MWh per system.
    """
    return Outcome(spread(base.lines("HH") * base.share() / base.param("mwh_per_unit"), base.size), "C")


@register("sector_heat", "heating systems")
def sector_heat(base: Base) -> Outcome:
    """As `fossil_heat` for another sector.

    Parameter `sector`: 1 households, 2 trade and services, 3 municipal, 4 industry.
    """
    sector = ("HH", "GHD", "KE", "IND")[int(base.param("sector")[1, 0]) - 1]
    return Outcome(spread(base.lines(sector) * base.share() / base.param("mwh_per_unit"), base.size), "C")


@register("fossil_heated_buildings", "buildings")
def fossil_heated_buildings(base: Base) -> Outcome:
    """Residential buildings heated with fossil fuels: buildings · fossil share of household heat ·
    share."""
    buildings = base.figure("stock.residential_buildings_total", "zensus2011.buildings_total")
    return Outcome(spread(buildings * fossil_share(base) * base.share(), base.size), "C")


@register("heating_systems", "heating systems")
def heating_systems(base: Base) -> Outcome:
    """Fossil heating systems that are not tuned: as `fossil_heated_buildings`, share = not yet tuned."""
    return fossil_heated_buildings(base)


@register("living_area_small", "m2")
def living_area_small(base: Base) -> Outcome:
    """Living area to renovate in houses with one or two flats and fossil heating, m2.

    Formula: area of these houses · share of buildings from before 1979 · fossil share · unrenovated share.
    """
    area = living_area_by_type(base)[:2].sum(axis=0)
    return Outcome(spread(area * _old_share(base) * fossil_share(base) * base.share(), base.size), "C")


@register("living_area_large", "m2")
def living_area_large(base: Base) -> Outcome:
    """Living area to renovate in houses with three and more flats and fossil heating, m2; as
    `living_area_small`."""
    area = living_area_by_type(base)[2]
    return Outcome(spread(area * _old_share(base) * fossil_share(base) * base.share(), base.size), "C")


def _old_share(base: Base) -> Array:
    """Share of residential buildings from before 1979 (Zensus 2011), 0–1, shape (n,)."""
    ages = ("until_1919", "1919_1948", "1949_1978")
    old = np.sum([base.figure(f"zensus2011.buildings_{age}") for age in ages], axis=0)
    total = base.figure("zensus2011.buildings_total")
    # Rounding for confidentiality can make the parts exceed the total by a few buildings.
    return np.minimum(np.where(total > 0, old / np.where(total > 0, total, 1.0), 0.0 * total), 1.0)


@register("dwellings", "dwellings")
def dwellings(base: Base) -> Outcome:
    """Dwellings (Zensus 2022, else 2011) · share."""
    return Outcome(
        spread(base.figure("zensus2022.total_dwellings", "zensus2011.flats_total") * base.share(), base.size),
        "A",
    )


@register("municipal_floor_area", "m2")
def municipal_floor_area(base: Base) -> Outcome:
    """Net floor area of municipal buildings to renovate, m2.

    Formula: living area · non-residential / residential floor area · municipal share · share. The two
    ratios are
    national (dena, in LocalZero); the result is bounded by the fossil municipal heat of the inventory:
    area · MWh saved per m2 ≤ fossil heat · 0.7.
    """
    floor = base.figure("stock.residential_buildings_area_total") * 1000.0
    floor = floor * base.param("non_residential_ratio") * base.param("municipal_share") * base.share()
    ceiling = base.lines("KE") * base.param("ceiling_share") / base.param("mwh_per_m2")
    known = np.where(np.isnan(ceiling), np.inf, ceiling)
    return Outcome(spread(np.minimum(spread(floor, base.size), known), base.size), "D")


@register("municipal_management", "1000 inhabitants")
def municipal_management(base: Base) -> Outcome:
    """Energy management, in 1000 inhabitants served: population / 1000 · share, bounded by the municipal
    heat.

    Units · MWh saved per unit never exceed `ceiling_share` of the fossil municipal heat of the inventory.
    """
    people = base.figure("population") / 1000.0 * base.share()
    ceiling = base.lines("KE") * base.param("ceiling_share") / base.param("mwh_per_unit")
    known = np.where(np.isnan(ceiling), np.inf, ceiling)
    return Outcome(spread(np.minimum(spread(people, base.size), known), base.size), "C")
