"""Payments that a law fixes, by year and member, from the plants a plan builds; gross, and after fiscal equalisation.

Amounts in EUR of the price year; statutory rates per kWh are not indexed by the law, so their real worth falls with
prices: they are taken as they stand. Content: content/sharing/statutory.toml.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from ..base import content, toml

LEVELS = ("low", "central", "high")


@cache
def rules() -> dict[str, Any]:
    """The flows and the note on fiscal equalisation."""
    return toml.read(content.path("sharing", "statutory.toml"))


@cache
def sources() -> dict[str, Any]:
    """Sources of flows and legal vehicles."""
    return toml.read(content.path("sharing", "sources.toml"))


def applies(flow: Mapping[str, Any], ags: str) -> bool:
    """Whether a flow holds in the Land of a member.

    >>> applies({"land": "!14"}, "14713000"), applies({"land": ""}, "01001000")
    (False, True)
    """
    land = str(flow["land"])
    if land.startswith("!"):
        return not ags.startswith(land[1:])
    return ags.startswith(land)


def flows(
    plants: Sequence[Mapping[str, Any]],
    discount: Sequence[float],
    independent: Callable[[str], bool],
    money: Callable[[int], float] = lambda _: 1.0,
) -> list[dict[str, Any]]:
    """Statutory payments of new plants.

    `plants`: {measure, member, kwh (by year), mw (by year), payer {payer: share}}; `discount` factors by year;
    `independent(ags)`: whether the member is a city of its own district, for which the equalisation rule is not coded;
    `money(year)`: factor from prices of a year to those of the plan. Returns rows {id, title, measure, member, from,
    to, gross_eur {low, central, high} (present value), by_year (central, EUR), after_equalisation_eur or null, stage:
    after_equalisation|gross, rule, open, source, evidence, status_date}.
    """
    found = []
    for ident, flow in rules()["flow"].items():
        for plant in plants:
            if plant["measure"] not in flow["measures"] or not applies(flow, plant["member"]):
                continue
            amount = plant["kwh"] if flow["basis"] == "kwh" else plant["mw"]
            factor = money(int(flow["price_year"])) if "price_year" in flow else 1.0
            rate = flow["rate"]
            central = [rate["central"] * factor * a for a in amount]
            value = sum(d * c for d, c in zip(discount, central, strict=True))
            if value <= 0:
                continue
            gross = {k: value * rate[k] / rate["central"] for k in LEVELS}
            kept = flow.get("after_equalisation") if flow["taxable"] else 1.0
            coded = kept is not None and not (flow["taxable"] and independent(plant["member"]))
            found.append(
                {
                    "id": ident,
                    "title": flow["title"],
                    "measure": plant["measure"],
                    "member": plant["member"],
                    "from": operator(plant["payer"]),
                    "to": flow["to"],
                    "gross_eur": gross,
                    "by_year": central,
                    "after_equalisation_eur": value * float(kept) if coded else None,
                    "stage": "after_equalisation" if coded else "gross",
                    "rule": flow["rule"],
                    "open": flow["open"],
                    "source": list(flow["source"]),
                    "evidence": flow["evidence"],
                    "status_date": rules()["status_date"],
                }
            )
    return found


def operator(payer: Mapping[str, float]) -> dict[str, float]:
    """Who pays as operator: the payers of the measure without the municipality, as shares.

    >>> operator({"utility": 0.6, "companies": 0.2, "municipality": 0.2})
    {'utility': 0.75, 'companies': 0.25}
    """
    others = {k: v for k, v in payer.items() if k != "municipality" and v > 0}
    whole = sum(others.values())
    return {k: v / whole for k, v in others.items()} if whole else {"utility": 1.0}


def by_payer(
    borne: Mapping[str, Mapping[str, float]], listed: Sequence[Mapping[str, Any]]
) -> dict[str, dict[str, float]]:
    """Cost by member and payer after the statutory payments (central, gross): operators pay more, municipalities less.

    Sums by member stay as they are.
    """
    after = {m: dict(parts) for m, parts in borne.items()}
    for row in listed:
        parts, amount = after[row["member"]], row["gross_eur"]["central"]
        for payer, share in row["from"].items():
            parts[payer] = parts.get(payer, 0.0) + share * amount
        parts[row["to"]] = parts.get(row["to"], 0.0) - amount
    return after
