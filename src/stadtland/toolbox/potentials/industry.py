"""Potentials for industry."""

from __future__ import annotations

from .base import Base, Outcome, register, spread


@register("industry_heat_150", "MW")
def industry_heat_150(base: Base) -> Outcome:
    """Heat up to 150 °C from fossil fuels in industry, as MW of heat.

    Formula: fossil final energy of industry (MWh, inventory) · share up to 150 °C / MWh of fuel per MW.
    """
    heat = base.lines("IND")
    reasons = ["potential.no_industry" if value == 0 else "" for value in heat]
    return Outcome(spread(heat * base.share() / base.param("mwh_per_unit"), base.size), "D", reasons)


@register("companies", "companies")
def companies(base: Base) -> Outcome:
    """Companies that could join a network, bounded by their energy.

    Formula: fossil final energy of industry (MWh) · share / MWh per company of the size of network members.
    """
    return industry_heat_150(base)
