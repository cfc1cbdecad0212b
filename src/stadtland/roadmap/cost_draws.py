"""How far the extra cost of a fixed plan may move: correlated draws of energy prices and investment cost.

Extra cost is linear in prices: for each series the change at its low and high is computed exactly on the plan and on
like-for-like replacement; a draw joins them with normal scores that share a common part, like the draws of tonnes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stadtland.base import content, toml

from .build import build
from .certainty import Z80
from .loading import load
from .solved import Solved

Array = NDArray[np.float64]
LEVELS = (0.1, 0.5, 0.9)


def settings() -> dict[str, Any]:
    """Correlations and sigma, from content."""
    return toml.read(content.path("plan", "cost_uncertainty.toml"))


def moved(solved: Solved, document: Mapping[str, Any]) -> float:
    """Cost of a solved plan at the numbers of another document of the same shape, less its own, M EUR."""
    other = build(load(document)).cost
    return float((other - solved.programme.cost) @ solved.solution.x)


def capex_of(answer: Mapping[str, Any]) -> dict[str, float]:
    """Present value of investment by measure id without member, M EUR."""
    found: dict[str, float] = {}
    for ident, row in answer["measures"].items():
        base = ident.partition("@")[0]
        found[base] = found.get(base, 0.0) + float(np.sum(row["capex"]))
    return found


def cost_range(
    prices: Mapping[str, tuple[float, float]], capex: Mapping[str, float], draws: int, seed: int
) -> dict[str, float]:
    """{p10, p50, p90, mean} of the change of extra cost, M EUR.

    `prices`: series → change at low and at high; `capex`: measure → investment (signed, plan less like-for-like).
    Scores beyond the 80 % range go on linearly to 2.5 times.
    """
    rng = np.random.default_rng(seed)
    table = settings()
    total = np.zeros(draws)

    def scores(count: int, correlation: float) -> Array:
        common = rng.standard_normal((draws, 1))
        own = rng.standard_normal((draws, count))
        return np.asarray(np.sqrt(correlation) * common + np.sqrt(1 - correlation) * own)

    if prices:
        z = np.clip(scores(len(prices), float(table["prices"]["correlation"])) / Z80, -2.5, 2.5)
        for k, (low, high) in enumerate(prices.values()):
            total += np.maximum(z[:, k], 0.0) * high + np.maximum(-z[:, k], 0.0) * low
    if capex:
        sigma = float(table["capex"]["sigma"])
        factor = np.exp(sigma * scores(len(capex), float(table["capex"]["correlation"]))) - 1.0
        total += factor @ np.array(list(capex.values()))
    found = np.quantile(total, LEVELS)
    return {"p10": float(found[0]), "p50": float(found[1]), "p90": float(found[2]), "mean": float(total.mean())}


def of_plan(
    plan: Any, views: Callable[[str, str], tuple[dict[str, Any], dict[str, Any]]], draws: int, seed: int
) -> dict[str, Any]:
    """{extra_meur, p10, p50, p90, mean, prices{series: [low, high]}}: the 80 % range of extra cost of a plan, no
    price of missed targets.

    `views(series, level)`: documents of the plan and of like-for-like replacement with a price series at low or high.
    """
    from .plan import baseline_document, money_of

    mine, base = Solved.of(plan.instance), Solved.of(baseline_document(plan.case))
    prices = {}
    for name in plan.case.outlook.prices:
        ends = []
        for level in ("low", "high"):
            doc, like = views(name, level)
            ends.append(moved(mine, doc) - moved(base, like))
        prices[name] = (ends[0], ends[1])
    capex, before = capex_of(plan.answer), capex_of(plan.baseline)
    signed = {k: capex.get(k, 0.0) - before.get(k, 0.0) for k in {**capex, **before}}
    extra = money_of(plan.answer) - money_of(plan.baseline)
    found = cost_range(prices, {k: v for k, v in signed.items() if v}, draws, seed)
    return {
        "extra_meur": extra,
        **{k: extra + v for k, v in found.items()},
        "prices": {k: list(v) for k, v in prices.items()},
    }
