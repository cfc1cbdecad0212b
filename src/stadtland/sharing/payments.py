"""From a present value to yearly payments that close to the cent."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from ..base import strict
from ..base.errors import InputError


def plan(transfers: Mapping[str, float], rate: float, base_year: int, first: int, count: int) -> dict[str, Any]:
    """Equal real payments a year whose present value is each member's transfer (EUR, + pays, − receives; sum 0).

    p = T / Σ (1+rate)^−(t−base_year) over `count` years from `first`. Payments are whole cents and sum to zero in every
    year; the last year settles each member's present value to within a cent (discounted) per member. Returns {years,
    by_member, present_value, bilateral[{from, to, eur_a}]}. InputError `payment-sum`, `payment-years`, `number-*`.
    """
    for name, value in transfers.items():
        strict.finite(value, name, -1e15, 1e15)
    if not transfers:
        raise InputError("share-members", "there are no transfers", "", "name at least one member")
    if count < 1 or first < base_year:
        raise InputError("payment-years", f"{count} payments from {first}", "", "at least one, not before the start")
    strict.finite(rate, "rate", 0.0, 1.0)
    if abs(math.fsum(transfers.values())) > 0.005 * len(transfers):
        raise InputError("payment-sum", "the transfers do not sum to zero", "", "give what each pays and receives")
    years = list(range(first, first + count))
    factors = [(1 + rate) ** -(y - base_year) for y in years]
    usual = cents({m: t / math.fsum(factors) for m, t in transfers.items()})
    paid = {m: [usual[m]] * (count - 1) for m in transfers}
    left = {
        m: (t - math.fsum(f * c / 100 for f, c in zip(factors, paid[m], strict=False))) / factors[-1]
        for m, t in transfers.items()
    }
    last = cents(left)
    for m in transfers:
        paid[m].append(last[m])
    return {
        "years": years,
        "by_member": {m: [c / 100 for c in row] for m, row in paid.items()},
        "present_value": {m: math.fsum(f * c / 100 for f, c in zip(factors, paid[m], strict=True)) for m in paid},
        "bilateral": bilateral({m: c / 100 for m, c in usual.items()}),
    }


def cents(amounts: Mapping[str, float]) -> dict[str, int]:
    """Amounts in whole cents with a sum of zero; the cents left over go to the largest remainders.

    >>> cents({"A": 0.333, "B": 0.333, "C": -0.666})
    {'A': 33, 'B': 33, 'C': -66}
    """
    down = {m: math.floor(a * 100) for m, a in amounts.items()}
    left = -sum(down.values())
    order = sorted(amounts, key=lambda m: round(down[m] - amounts[m] * 100, 6))
    for step in range(abs(left)):
        name = order[step % len(order)] if left > 0 else order[-1 - step % len(order)]
        down[name] += 1 if left > 0 else -1
    return down


def bilateral(payments: Mapping[str, float]) -> list[dict[str, Any]]:
    """Who pays whom in a usual year: every payer pays all receivers in proportion, EUR; cents close by payer."""
    payers = {m: v for m, v in payments.items() if v > 0}
    receivers = {m: -v for m, v in payments.items() if v < 0}
    whole = math.fsum(receivers.values())
    rows: list[dict[str, Any]] = []
    open_ = {m: round(v * 100) for m, v in receivers.items()}
    for number, (payer, amount) in enumerate(payers.items(), 1):
        due = round(amount * 100)
        if number == len(payers):
            parts = dict(open_)
        else:
            parts = {m: min(open_[m], math.floor(due * v / whole)) for m, v in receivers.items()}
            for m in sorted(parts, key=lambda m: parts[m] - due * receivers[m] / whole):
                more = min(open_[m] - parts[m], due - sum(parts.values()))
                parts[m] += max(0, more)
        for m, c in parts.items():
            open_[m] -= c
            if c:
                rows.append({"from": payer, "to": m, "eur_a": c / 100})
    return rows
