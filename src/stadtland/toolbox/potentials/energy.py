"""Potentials for electricity and district heat."""

from __future__ import annotations

from functools import cache

import numpy as np

from stadtland.base import content, toml

from .base import Array, Base, Outcome, register, spread

KW_PER_M2_MODULE = 0.17  # 1.7 MWp per ha of module area (Fraunhofer ISE, as in LocalZero)


def living_area_by_type(base: Base) -> Array:
    """Living area in m2 by house type, shape (3 types: 1 flat, 2 flats, 3 and more, n members).

    Formula: area_k = total area · (flats_k · relative size_k) / Σ_j (flats_j · relative size_j); flats are
    1 and 2 per house, the rest of all dwellings is in houses with 3 and more. Total area is published,
    so the
    types always add up to it. Sizes are parameters (evidence C). Source: statistics 31231, Zensus
    dwellings.
    """
    total = base.figure("stock.residential_buildings_area_total") * 1000.0
    one, two = base.figure("stock.buildings_1flat"), base.figure("stock.buildings_2flats") * 2.0
    dwellings = base.figure("zensus2022.total_dwellings", "zensus2011.flats_total")
    rest = np.maximum(dwellings - one - two, 0.0)
    sizes = [base.param(f"relative_size_{k}")[1, 0] for k in (1, 2, 3)]
    weights = np.stack([one * sizes[0], two * sizes[1], rest * sizes[2]])
    whole = weights.sum(axis=0)
    return np.where(whole > 0, weights / np.where(whole > 0, whole, 1.0) * total, 0.0 * whole)


def _free_roof(base: Base, gross: Array) -> Array:
    """PV still possible on roofs, kWp: gross · share − what is built already.

    The register names no roof, so the built part is the smaller of installed PV · share on these roofs and
    the largest plausible part of the roofs (`taken_max`); else a solar park would empty a village's roofs.
    """
    possible = gross * base.share()
    installed = base.figure("mastr.pv@2024", "mastr.pv") * base.param("installed_share")[::-1]
    return possible - np.minimum(installed, possible * base.param("taken_max")[::-1])


@register("roof_pv_residential", "kWp")
def roof_pv_residential(base: Base) -> Outcome:
    """PV still possible on roofs of residential buildings, kWp.

    Formula: Σ_k (living area_k / storeys_k) · usable_k · roof_potential · 0.17 kWp/m2 · share
    − min(installed PV · share on these roofs, largest plausible part). Storeys are evidence C; usable shares
    0.85, 0.66, 0.33 and the roof potential 0.38 are those of LocalZero (BBSR area potentials).
    """
    areas = living_area_by_type(base)
    kwp = np.zeros((3, base.size))
    for k in range(3):
        ground = areas[k] / base.param(f"storeys_{k + 1}")[::-1]
        kwp = kwp + ground * base.param(f"usable_{k + 1}") * base.param("roof_potential") * KW_PER_M2_MODULE
    return Outcome(spread(_free_roof(base, kwp), base.size), "C")


@register("roof_pv_commercial", "kWp")
def roof_pv_commercial(base: Base) -> Outcome:
    """PV still possible on roofs in industrial and commercial areas, kWp.

    Formula: industrial and commercial area (ha) · 10000 · built share · usable share · 0.17 kWp/m2 · share
    − min(installed PV · share on these roofs, largest plausible part).
    """
    ground = base.figure("area.settlement_ghd") * 10000.0 * base.param("built_share")
    kwp = ground * base.param("usable_share") * KW_PER_M2_MODULE
    return Outcome(spread(_free_roof(base, kwp), base.size), "C")


@register("ground_pv", "MWp")
def ground_pv(base: Base) -> Outcome:
    """Ground-mounted PV, MWp: farmland (ha) · accepted share · MWp per ha. The share is a choice of the
    council."""
    return Outcome(spread(base.figure("area.veg_agri") * base.share() * base.param("mwp_per_ha"), base.size), "C")


@register("agri_pv", "MWp")
def agri_pv(base: Base) -> Outcome:
    """Agrivoltaics, MWp: farmland (ha) · accepted share · MWp per ha of farmed area (LocalZero: 0.6)."""
    return ground_pv(base)


@cache
def _wind_shares() -> dict[int, tuple[float, float]]:
    """Land code → (share until 2027, share until 2032) of its area, 0–1. Source: WindBG, annex to § 3(1)."""
    table = toml.read(content.path("toolbox", "wind_areas.toml"))
    return {int(code): (one["until_2027"] / 100, one["until_2032"] / 100) for code, one in table.items()}


@register("wind", "MW")
def wind(base: Base) -> Outcome:
    """Wind power still possible, MW: wind areas (ha) / (ha per MW) − installed MW.

    Areas: those of the regional plan where entered (figure `area.wind_priority`, ha; data quality B); otherwise land
    (ha) · statutory share of the Land (low: until 2027, central and high: until 2032) as an assumption, not a map (D).
    In the city a much smaller share is assumed because of the distance to homes (evidence C). Regional planning decides
    on the areas, not the council; the note of the figure says so. Source: WindBG, annex to § 3(1).
    """
    entered = base.figure("area.wind_priority")
    known = ~np.isnan(entered)
    share = np.broadcast_to(base.param("area_share"), (3, base.size)).copy()
    for code, (early, late) in _wind_shares().items():
        share[:, base.figure("land.code") == code] = np.array([[early], [late], [late]])
    share = np.where(base.is_city(), base.param("city_area_share"), share)
    areas = np.where(known, entered, base.figure("area.land_total") * share)
    gross = spread(areas / base.param("ha_per_mw")[::-1], base.size)
    installed = base.figure("mastr.wind_on@2024", "mastr.wind_on") / 1000.0
    left = spread(gross - installed, base.size)
    reasons = ["potential.wind_built" if built >= now else "" for built, now in zip(installed, gross[1], strict=True)]
    notes = ["potential.wind_plan" if one else "potential.wind_share" for one in known]
    return Outcome(left, "D", reasons, notes, ["B" if one else "D" for one in known])


def _district_heat(base: Base) -> Array:
    """District heat bought by all sectors, MWh."""
    parts = np.stack([base.line(f"{sector}.dh") for sector in ("HH", "GHD", "KE", "IND")])
    return np.where(~np.isnan(parts).all(axis=0), np.nansum(parts, axis=0), np.nan)


@register("district_heat", "MWh")
def district_heat(base: Base) -> Outcome:
    """District heat that a source could deliver, MWh a year: heat bought from networks (inventory) ·
    (1 + growth) · share.

    Sources whose share is that of a future network name its `growth`; a source with a fixed yield has none.
    """
    demand = _district_heat(base)
    reasons = ["potential.no_network" if value == 0 else "" for value in demand]
    return Outcome(spread(demand * (1.0 + base.param("growth")) * base.share(), base.size), "C", reasons)


SECTORS = ("HH", "GHD", "KE", "IND")


def _sector(base: Base) -> str:
    """The sector that the parameter `sector` names: 1 households, 2 trade and services, 3 municipal, 4 industry."""
    return SECTORS[int(base.param("sector")[1, 0]) - 1]


@register("district_heat_connections", "heating systems")
def district_heat_connections(base: Base) -> Outcome:
    """Heating systems of one sector that could change to an existing network.

    Formula: min(fossil heat of the sector (MWh) · share, heat of the network · growth · fossil heat of the
    sector / fossil heat of households, trade and municipal buildings) / MWh per system. A small network cannot
    take a whole village; growth is the heat it may add, relative to today, and is shared out so that the three
    sectors together never exceed it.
    """
    demand, heat = _district_heat(base), base.lines(_sector(base))
    all_heat = np.nansum([base.lines(one) for one in SECTORS[:3]], axis=0)
    part = np.where(all_heat > 0, heat / np.where(all_heat > 0, all_heat, 1.0), 0.0 * heat)
    reasons = ["potential.no_network" if value == 0 else "" for value in demand]
    reach = np.minimum(heat * base.share(), demand * base.param("growth") * part)
    return Outcome(spread(reach / base.param("mwh_per_unit"), base.size), "C", reasons)


@register("local_wood", "MWh")
def local_wood(base: Base) -> Outcome:
    """Heat from wood of hedges, copses and landscape care, MWh a year, at most the share of fossil heat
    of the sector.

    Formula: min((copse area (ha) + new hedge area) · harvest t DM/(ha a) · 5.0 MWh/t · boiler efficiency · part,
    fossil heat of the sector · heat share). Only wood outside the forest counts, so no forest stock is
    lowered. The part is 1, in a town `town_part`: there two measures draw on the same wood.
    """
    part = np.where(np.array([kind == "town" for kind in base.kinds]), base.param("town_part"), 1.0)
    hedges = base.figure("area.veg_wood") + arable(base) * base.param("new_hedge_share")
    heat = hedges * base.param("harvest_t_per_ha") * base.param("mwh_per_t") * base.param("efficiency") * part
    ceiling = base.lines(_sector(base)) * base.param("heat_share")
    return Outcome(spread(np.minimum(spread(heat, base.size), spread(ceiling, base.size)), base.size), "D")


def arable(base: Base) -> Array:
    """Arable land in ha, (3, n): the figure `area.arable` or `agri.arable`, else farmland · arable share."""
    named = base.figure("area.arable", "agri.arable")
    return np.where(np.isnan(named), base.figure("area.veg_agri") * base.param("arable_share"), named)


@register("street_lights", "luminaires")
def street_lights(base: Base) -> Outcome:
    """Street lamps without LED: population · lamps per head · (1 − LED share), at most what the
    electricity allows.

    The ceiling is the municipal electricity of the inventory divided by the saving per lamp.
    """
    lamps = (
        base.figure("population") * base.param("lamps_per_head") * (1.0 - base.param("led_share")[::-1]) * base.share()
    )
    ceiling = base.line("KE.elec") * base.param("ceiling_share") / base.param("mwh_per_lamp")
    known = np.where(np.isnan(ceiling), np.inf, ceiling)
    return Outcome(spread(np.minimum(spread(lamps, base.size), known), base.size), "D")
