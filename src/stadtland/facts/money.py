"""Money over time: annuity, real rate, abatement cost (EUR of one price year; rates as shares, e.g. 0.03)."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike


def annuity(rate: float, years: float) -> float:
    """Annuity factor r/(1 − (1+r)^−n) = r(1+r)^n/((1+r)^n − 1); 1/n at r = 0."""
    if years <= 0 or rate <= -1:
        raise ValueError("years above zero and a rate above −1 are needed")
    return 1 / years if rate == 0 else float(rate / -np.expm1(-years * np.log1p(rate)))


def real_rate(nominal: float, inflation: float) -> float:
    """Real rate (1+i)/(1+π) − 1."""
    return (1 + nominal) / (1 + inflation) - 1


def present_value(amounts: ArrayLike, rate: float, first: int = 0) -> float:
    """Σ amount_t/(1+r)^t with t = first, first+1, …"""
    a = np.asarray(amounts, dtype=float)
    return float((a / (1 + rate) ** (first + np.arange(a.size))).sum())


def abatement_cost(
    investment: float, rate: float, years: float, running: float, savings: float, abated_t: float
) -> float:
    """Cost of a tonne, EUR/t: (I·a + running − savings)/tonnes a year; no taxes, CO2 price, subsidies."""
    if abated_t <= 0:
        raise ValueError("an abatement above zero is needed")
    return (investment * annuity(rate, years) + running - savings) / abated_t


def abatement_cost_discounted(costs: ArrayLike, tonnes: ArrayLike, rate: float) -> float:
    """Σ cost_t/(1+r)^t / Σ t_t/(1+r)^t, EUR/t, costs and tonnes by year from t = 0."""
    saved = present_value(tonnes, rate)
    if saved <= 0:
        raise ValueError("an abatement above zero is needed")
    return present_value(costs, rate) / saved
