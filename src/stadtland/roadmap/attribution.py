"""Tonnes and euros per measure that add up.

Within a service: service delivered × (reference intensity − own intensity); land and process by their own tonnes;
generation by its credit; what is left over has the id `rest`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def over(value: Any, years: int) -> Array:
    """A number or a yearly list as an array of length `years`."""
    return np.broadcast_to(np.asarray(value, dtype=float), (years,))


def horizon(instance: Mapping[str, Any]) -> int:
    """Number of years of an instance."""
    return int(instance["years"][1] - instance["years"][0] + 1)


def generation(row: Mapping[str, Any], standing: Array) -> Array:
    """Electricity a measure generates, GWh a year."""
    made = [np.maximum(over(v, len(standing)), 0.0) for v in row.get("electricity", {}).values()]
    return np.sum(made, axis=0) * standing if made else np.zeros(len(standing))


def tonnes(instance: Mapping[str, Any], answer: Mapping[str, Any]) -> dict[str, Array]:
    """kt CO2e a year by measure id in the partnership account (positive = less).

    Σ over measures + rest = reference path − plan path, per member and year.
    """
    n = horizon(instance)
    ef = over(instance["electricity"]["ef"], n)
    intensity = {s["id"]: over(s["legacy"]["ef"], n) for s in instance["services"]}
    result: dict[str, Array] = {}
    for row in instance["measures"]:
        found = answer["measures"][row["id"]]
        standing = np.asarray(found["standing"], dtype=float)
        total = np.zeros(n)
        if row.get("service"):
            total += np.asarray(found["supplied"]) * intensity[row["service"]]
        for service, amount in row.get("uses", {}).items():
            total -= over(amount, n) * standing * intensity[service]
        total -= np.asarray(found.get("emitted_kt", 0.0)) + np.asarray(found.get("electricity_kt", 0.0))
        total += np.asarray(found.get("credited_kt", 0.0)) + np.asarray(found.get("lowered_kt", 0.0))
        result[row["id"]] = total + generation(row, standing) * ef
    return result


def reference_gross(instance: Mapping[str, Any]) -> dict[str, Array]:
    """Gross emissions a year by member if every service were served by today's mix, kt."""
    n = horizon(instance)
    ef = over(instance["electricity"]["ef"], n)
    result = {m: over(instance["rest_kt"].get(m, 0.0), n).copy() for m in instance["members"]}
    for m, demand in instance["electricity"]["demand"].items():
        for amount in demand.values():
            result[m] += over(amount, n) * ef
    for service in instance["services"]:
        result[service["member"]] += over(service["demand"], n) * over(service["legacy"]["ef"], n)
    return result


def money_by_payer(
    instance: Mapping[str, Any], answer: Mapping[str, Any], payers: Mapping[str, Mapping[str, float]]
) -> dict[str, dict[str, float]]:
    """Present value borne at home by member and payer, M EUR, without the price of missed targets.

    `payers`: id (`measure@ags` or `service@ags`) → payer → share. Electricity: every member pays the price of the
    slice for what it uses beyond what it generates; what the partnership loses by selling below that price is
    borne in proportion to generation.
    """
    n = horizon(instance)
    discount = (1 + instance["discount"]) ** -np.arange(n)
    result: dict[str, dict[str, float]] = {m: {} for m in instance["members"]}

    def pay(member: str, shares: Mapping[str, float], amount: float) -> None:
        for payer, share in shares.items():
            if share:
                result[member][payer] = result[member].get(payer, 0.0) + share * amount

    for service in instance["services"]:
        pay(service["member"], payers[service["id"]], float(np.sum(answer["services"][service["id"]]["legacy_cost"])))
    made_total = np.zeros(n)
    prices = {q: over(p, n) for q, p in instance["electricity"]["import_price"].items()}
    for row in instance["measures"]:
        found = answer["measures"][row["id"]]
        standing = np.asarray(found["standing"], dtype=float)
        bought = sum((-over(v, n) * standing * prices[q] for q, v in row.get("electricity", {}).items()), np.zeros(n))
        pay(row["member"], payers[row["id"]], found["cost"] + float((discount * bought).sum()))
        made_total += generation(row, standing)
    for m in instance["members"]:
        bought = sum(
            (over(v, n) * prices[q] for q, v in instance["electricity"]["demand"].get(m, {}).items()), np.zeros(n)
        )
        pay(m, {"electricity_account": 1.0}, float((discount * bought).sum()))
    for need in instance.get("adaptation", []):
        found = answer["adaptation"].get(need["id"])
        if found is not None:
            pay(need["member"], {"uncovered_need": 1.0}, found["cost"])
    for demand in instance.get("regional_demands", []):
        own = {m: over(v, n) for m, v in demand["demand"].items() if v is not None and m in result}
        whole = sum(own.values(), np.zeros(n))
        bought = np.asarray(answer["regional_demands"][demand["id"]]["outside"])
        for m, amount in own.items():
            share = np.divide(amount, whole, out=np.zeros(n), where=whole > 0)
            pay(m, {"municipality": 1.0}, float((discount * over(demand["price"], n) * bought * share).sum()))
    _spread_export_loss(instance, answer, made_total, discount, pay)
    return result


def _spread_export_loss(
    instance: Mapping[str, Any], answer: Mapping[str, Any], made_total: Array, discount: Array, pay: Any
) -> None:
    n = len(discount)
    power = instance["electricity"]
    loss = np.zeros(n)
    for q, sold in answer["electricity"]["export"].items():
        loss += np.asarray(sold) * (over(power["import_price"][q], n) - over(power["export_price"][q], n))
    for row in instance["measures"]:
        made = generation(row, np.asarray(answer["measures"][row["id"]]["standing"], dtype=float))
        share = np.divide(made, made_total, out=np.zeros(n), where=made_total > 0)
        amount = float((discount * loss * share).sum())
        if amount:
            pay(row["member"], {"electricity_account": 1.0}, amount)
