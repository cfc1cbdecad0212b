"""Potentials for land, water, settlement green, farms and waste. Areas in ha."""

from __future__ import annotations

import numpy as np

from .base import Array, Base, Outcome, register, spread
from .energy import arable as arable_land


def _grassland(base: Base) -> Array:
    """Grassland in ha, (3, n): `area.grassland` or `agri.grassland`, else farmland − arable land."""
    named = base.figure("area.grassland", "agri.grassland")
    rest = base.figure("area.veg_agri") - arable_land(base)
    return np.where(np.isnan(named), rest, named)


@register("arable", "ha")
def arable(base: Base) -> Outcome:
    """Arable land (ha) · share."""
    return Outcome(spread(spread(arable_land(base), base.size) * base.share(), base.size), "C")


@register("grassland", "ha")
def grassland(base: Base) -> Outcome:
    """Grassland (ha) · share."""
    return Outcome(spread(spread(_grassland(base), base.size) * base.share(), base.size), "C")


@register("farmland", "ha")
def farmland(base: Base) -> Outcome:
    """Farmland, arable and grassland (ha) · share."""
    return Outcome(spread(base.figure("area.veg_agri") * base.share(), base.size), "A")


@register("forest", "ha")
def forest(base: Base) -> Outcome:
    """Forest (ha) · share."""
    return Outcome(spread(base.figure("area.veg_forrest") * base.share(), base.size), "A")


@register("hedges", "ha")
def hedges(base: Base) -> Outcome:
    """New hedges and field copses, ha: arable land · share of the field that becomes hedge."""
    return arable(base)


@register("cows", "cows")
def cows(base: Base) -> Outcome:
    """Dairy cows · share. Counts are a computed share of the Land by farmland, so data quality D."""
    return Outcome(spread(base.figure("livestock.cows") * base.share(), base.size), "D")


@register("cattle", "animals")
def cattle(base: Base) -> Outcome:
    """Dairy cows and other cattle · share; computed share of the Land, data quality D."""
    herd = base.figure("livestock.cows") + base.figure("livestock.cattle")
    return Outcome(spread(herd * base.share(), base.size), "D")


@register("manure", "1000 t")
def manure(base: Base) -> Outcome:
    """Manure that is not digested yet, 1000 t a year.

    Formula: (cows · t per cow + other cattle · t per head + pigs · t per pig) · (1 − digested share) ·
    share / 1000.
    """
    tonnes = (
        base.figure("livestock.cows") * base.param("t_per_cow")
        + base.figure("livestock.cattle") * base.param("t_per_cattle")
        + base.figure("livestock.pigs") * base.param("t_per_pig")
    )
    left = spread(tonnes, base.size) * (1.0 - base.param("digested_share")[::-1]) * base.share() / 1000.0
    return Outcome(spread(left, base.size), "D")


@register("manure_stores", "1000 m3")
def manure_stores(base: Base) -> Outcome:
    """Open manure stores, 1000 m3: manure (1000 t, all) · storage months / 12, 1 t = 1 m3."""
    return Outcome(spread(manure(base).values * base.param("storage_months") / 12.0, base.size), "D")


@register("peat_soils", "ha")
def peat_soils(base: Base) -> Outcome:
    """Drained organic soils (ha, figure `area.organic_soils`) · share; 0 with the reason where no map
    figure is known."""
    area = base.figure("area.organic_soils")
    reasons = ["potential.no_peat" if np.isnan(value) or value == 0 else "" for value in area]
    return Outcome(spread(np.nan_to_num(area) * base.share(), base.size), "D", reasons)


@register("settlement_green", "ha")
def settlement_green(base: Base) -> Outcome:
    """Green space within settlements, ha: settlement area · green share · share."""
    return Outcome(
        spread(base.figure("area.land_settlement") * base.param("green_share") * base.share(), base.size), "D"
    )


@register("sealed", "1000 m2")
def sealed(base: Base) -> Outcome:
    """Sealed area, 1000 m2: (settlement area + traffic area) (ha) · 10 · sealed share · share."""
    area = base.figure("area.land_settlement") + base.figure("area.land_traffic")
    return Outcome(spread(area * 10.0 * base.param("sealed_share") * base.share(), base.size), "D")


@register("streams", "km")
def streams(base: Base) -> Outcome:
    """Small streams, km (figure `streams_km`) · share; unknown without a map."""
    length = base.figure("streams_km")
    reasons = ["potential.no_stream_map" if np.isnan(value) else "" for value in length]
    return Outcome(spread(np.nan_to_num(length) * base.share(), base.size), "D", reasons)


@register("flat_roofs", "m2")
def flat_roofs(base: Base) -> Outcome:
    """Flat roofs, m2: industrial and commercial area (ha) · 10000 · built share · flat share · share."""
    ground = base.figure("area.settlement_ghd") * 10000.0 * base.param("built_share") * base.param("flat_share")
    return Outcome(spread(ground * base.share(), base.size), "D")


@register("street_trees", "trees")
def street_trees(base: Base) -> Outcome:
    """Sites for street trees: traffic area (ha) · trees per ha · share."""
    return Outcome(spread(base.figure("area.land_traffic") * base.param("trees_per_ha") * base.share(), base.size), "D")


@register("biowaste", "t")
def biowaste(base: Base) -> Outcome:
    """Biowaste still in residual bins, t a year: population · t per head · share."""
    return Outcome(spread(base.figure("population") * base.param("t_per_head") * base.share(), base.size), "C")
