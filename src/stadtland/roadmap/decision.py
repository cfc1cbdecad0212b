"""What the partners have decided about sharing: the rule, its date, who decided, and figures that a rule needs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from stadtland.base import strict
from stadtland.base.errors import InputError

RULES = (
    "shapley", "shapley_core", "nucleolus", "tau", "owen", "separable", "proportional", "equal_gain", "per_head",
    "per_tonne", "per_hectare", "ability_to_pay", "mix",
)  # fmt: skip


@dataclass(frozen=True)
class Decision:
    """Decision on sharing.

    `rule` None: not decided. `mix`: weights of rules, for rule = "mix". `capacity`: tax capacity by member, EUR per
    head, for the rule ability_to_pay. `trade_tax_rate`: local rate by
    member, 3.95 for 395 %.
    `first_payment`, `payments`: first year and number of yearly payments.
    """

    rule: str | None = None
    date: str | None = None
    by: str | None = None
    note: str | None = None
    mix: Mapping[str, float] = field(default_factory=dict)
    capacity: Mapping[str, float] = field(default_factory=dict)
    trade_tax_rate: Mapping[str, float] = field(default_factory=dict)
    first_payment: int = 2027
    payments: int = 19


OPEN = Decision()


def parse(table: Any, where: str, ags: set[str]) -> Decision:
    """The table `[sharing]`; InputError `decision-*`, `key-unknown`, `number-*`, `word-unknown`."""
    known = ("rule", "date", "by", "note", "mix", "capacity", "trade_tax_rate", "first_payment", "payments")
    strict.keys(strict.mapping(table, where), known, where)
    values: dict[str, Any] = {}
    if "rule" in table:
        values["rule"] = strict.one_of(table["rule"], RULES, f"{where}.rule")
        for key in ("date", "by"):
            if key not in table:
                raise InputError("decision-open", f"a decided rule needs {key}", where, f"add {key}, or leave rule out")
    if "date" in table:
        values["date"] = _date(table["date"], f"{where}.date")
    for key in ("by", "note"):
        if key in table:
            if not isinstance(table[key], str) or not table[key].strip():
                raise InputError("decision-text", f"{key} is text", f"{where}.{key}", "write it in quotes")
            values[key] = table[key].strip()
    for key, most in (("capacity", 1e6), ("trade_tax_rate", 20.0)):
        rows = strict.mapping(table.get(key, {}), f"{where}.{key}")
        strict.keys(rows, ags, f"{where}.{key}")
        values[key] = {k: strict.finite(v, f"{where}.{key}.{k}", 1e-6, most) for k, v in rows.items()}
    rows = strict.mapping(table.get("mix", {}), f"{where}.mix")
    values["mix"] = {
        strict.one_of(k, RULES[:-1], f"{where}.mix"): strict.finite(v, f"{where}.mix.{k}", 0, 1e6)
        for k, v in rows.items()
    }
    if values.get("rule") == "mix" and not any(values["mix"].values()):
        raise InputError("decision-mix", "the mix has no weights", f"{where}.mix", "give at least one rule a weight")
    for key, low, high in (("first_payment", 2026, 2045), ("payments", 1, 30)):
        if key in table:
            values[key] = int(strict.finite(table[key], f"{where}.{key}", low, high))
    return Decision(**values)


def _date(value: Any, where: str) -> str:
    try:
        return value.isoformat()[:10] if isinstance(value, dt.date) else dt.date.fromisoformat(str(value)).isoformat()
    except ValueError:
        raise InputError("decision-date", f"{value!r:.30} is not a date", where, "write 2027-03-31") from None
