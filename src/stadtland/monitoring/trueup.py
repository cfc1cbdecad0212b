"""True-up after the close of a year: what each member owes or gets, from the agreed shares and the actual costs.

Before the year: member m plans to bear B_m, agreed transfer τ_m (Σ τ = 0; positive pays), so its agreed burden is
B_m + τ_m. After the year it has borne A_m and paid P_m net of advances (Σ P = 0). The deviation of all, A − B, is borne
by the agreed key k (Σ k = 1). What is left to settle:

    burden_m = B_m + τ_m + k_m·(A − B)          settlement_m = burden_m − A_m − P_m          Σ settlement = 0

All amounts are whole cents, so the sum is zero to the cent. Nothing here books
anything: the result is recorded, and payments follow from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from stadtland.base.errors import InputError

from .amounts import apportion, whole
from .book import Book
from .records import Draft

KEYS = ("shares", "planned", "equal")


def settle(
    planned: Mapping[str, int], agreed: Mapping[str, int], actual: Mapping[str, int], paid: Mapping[str, int],
    key: Mapping[str, int | float | Fraction],
) -> dict[str, dict[str, int]]:  # fmt: skip
    """Settlement per member in whole units: `{planned, agreed, deviation, burden, actual, paid, settlement}`.

    All tables name the same members; Σ agreed = 0 and Σ paid = 0, else InputError `trueup-sum`. Positive settlement:
    the member pays. Σ settlement = 0.

    >>> settle({"A": 100, "B": 50}, {"A": 10, "B": -10}, {"A": 90, "B": 75}, {"A": 0, "B": 0}, {"A": 2, "B": 1})["A"]
    {'planned': 100, 'agreed': 10, 'deviation': 10, 'burden': 120, 'actual': 90, 'paid': 0, 'settlement': 30}
    """
    tables = (planned, agreed, actual, paid, key)
    if any(set(t) != set(planned) for t in tables) or not planned:
        raise InputError("trueup-members", "the tables of the true-up name different members", "", "name all members")
    for name, table in (("agreed transfers", agreed), ("advance payments", paid)):
        if sum(table.values()):
            raise InputError(
                "trueup-sum", f"the {name} sum to {sum(table.values())}, not to 0", "", "what one pays another receives"
            )
    deviation = apportion(sum(actual.values()) - sum(planned.values()), key)
    out = {}
    for m in planned:
        burden = planned[m] + agreed[m] + deviation[m]
        out[m] = {
            "planned": planned[m], "agreed": agreed[m], "deviation": deviation[m], "burden": burden,
            "actual": actual[m], "paid": paid[m], "settlement": burden - actual[m] - paid[m],
        }  # fmt: skip
    return out


def _key(book: Book, name: str, rule: str, planned: Mapping[str, int]) -> dict[str, Fraction]:
    assert book.setup is not None and book.plan is not None
    codes = book.setup.codes
    shares = book.plan.body["shares"][rule]
    weights = {
        c: Fraction(1 if name == "equal" else planned[c] if name == "planned" else whole(shares[c], 100)) for c in codes
    }
    if any(w < 0 for w in weights.values()) or not any(weights.values()):
        raise InputError("trueup-key", f"the key {name!r} has negative or only zero parts", "--key", "use equal")
    return weights


def money(
    book: Book, year: int, rule: str = "", key: str = "shares", paid: Mapping[str, int] | None = None
) -> dict[str, Any]:
    """The true-up of a year in cents from the plan in force and the spending recorded for its measures.

    Planned per member: the decided budgets of the year, else the plan's cost of the year. Agreed transfers of the
    year: the plan's yearly payments where it has them for the rule, else its transfers (present value over the
    horizon) spread over the years in proportion to the joint
    planned cost, τ_m(y) = T_m · c_y / Σ_t c_t·(1+r)^−(t−t0), so that their present value is T_m. Actual: spending of
    the year without what the fund or a grant has paid. InputError `plan-missing`, `rule-unknown`, `trueup-key`,
    `trueup-empty`.
    """
    plan, codes, rule = _plan(book, year, rule, key)
    planned, actual = dict.fromkeys(codes, 0), dict.fromkeys(codes, 0)
    by_year = dict.fromkeys(plan["years"], 0.0)
    for m in book.measures.values():
        if m.planned is not None:
            for y, eur in zip(m.planned.years, m.planned.eur, strict=True):
                by_year[y] = by_year.get(y, 0.0) + max(eur, 0.0)
        planned[m.member] += planned_cents(book, m.id, year)
        actual[m.member] += actual_cents(book, m.id, year, own=True)
    if not any(planned.values()) and not any(actual.values()):
        raise InputError("trueup-empty", f"neither planned nor actual money in {year}", "", "record the spending first")
    agreed = _transfers(plan, rule, codes, year, by_year)
    advance = dict.fromkeys(codes, 0) | dict(paid or {})
    weights = _key(book, key, rule, planned)
    rows = settle(planned, agreed, actual, advance, weights)
    return {
        "year": year, "unit": "cent", "rule": rule, "key": key, "members": rows,
        "payments": payments({m: r["settlement"] for m, r in rows.items()}),
        "open": unrecorded(book, year),
        "plan": book.plan.sha256 if book.plan else "",
    }  # fmt: skip


def planned_cents(book: Book, id: str, year: int) -> int:
    """Planned money of a measure in a year: the decided budget, else the plan's cost."""
    m = book.measures[id]
    if year in m.budget:
        return m.budget[year]
    eur = m.planned.at("eur", year) if m.planned else None
    return whole(eur, 100) if eur else 0


def actual_cents(book: Book, id: str, year: int, own: bool = False) -> int:
    """Money a measure has cost in a year: as reported for the year, else the spending booked.

    own: without what the fund or a grant has paid (a reported sum is taken as the member's own cost).
    """
    m, version = book.measures[id], book.version(year)
    reported = version.value("measure", m.member, m.measure, "spent_eur") if version else None
    if reported is not None:
        return whole(reported, 100)
    payers = ("fund", "grant") if own else ()
    return sum(s.cents for s in m.spending if s.date.startswith(f"{year}-") and s.payer not in payers)


def unrecorded(book: Book, year: int) -> list[str]:
    """Measures that are being built or run with planned money in the year, and of which no cost is recorded.

    No record is not a cost of zero; who had none reports `-` as spending of the year.
    """
    version = book.version(year)
    return [
        m.id
        for m in book.measures.values()
        if m.status in ("building", "running", "done")
        and planned_cents(book, m.id, year)
        and not any(s.date.startswith(f"{year}-") for s in m.spending)
        and (version is None or version.value("measure", m.member, m.measure, "spent_eur") is None)
    ]


def _transfers(
    plan: Mapping[str, Any], rule: str, codes: tuple[str, ...], year: int, by_year: Mapping[int, float]
) -> dict[str, int]:
    fixed = plan.get("payments")
    if fixed and fixed["rule"] == rule:
        at = fixed["years"].index(year) if year in fixed["years"] else None
        return {c: 0 if at is None else whole(fixed["by_member"][c][at], 100) for c in codes}
    table = plan["transfers"].get(rule)
    first, rate = min(plan["years"]), float(plan["discount_rate"])
    present = sum(c / (1 + rate) ** (y - first) for y, c in by_year.items())
    if not table or not present:
        return dict.fromkeys(codes, 0)
    part = by_year.get(year, 0.0) / present
    pays = {c: whole(max(table[c], 0.0) * part, 100) for c in codes}
    gets = {c: Fraction(max(-table[c], 0.0)) for c in codes}
    if not any(pays.values()) or not any(gets.values()):
        return dict.fromkeys(codes, 0)
    received = apportion(sum(pays.values()), gets)
    return {c: pays[c] - received[c] for c in codes}


def payments(settlement: Mapping[str, int]) -> list[dict[str, Any]]:
    """Who pays whom, few payments: the largest debtor pays the largest creditor until all is settled.

    >>> payments({"A": 30, "B": -20, "C": -10})
    [{'from': 'A', 'to': 'B', 'amount': 20}, {'from': 'A', 'to': 'C', 'amount': 10}]
    """
    if sum(settlement.values()):
        raise InputError("trueup-sum", "the settlement does not sum to 0", "", "compute it again")
    owes = {m: v for m, v in settlement.items() if v > 0}
    gets = {m: -v for m, v in settlement.items() if v < 0}
    out = []
    while owes:
        debtor = max(owes, key=lambda m: owes[m])
        creditor = max(gets, key=lambda m: gets[m])
        amount = min(owes[debtor], gets[creditor])
        out.append({"from": debtor, "to": creditor, "amount": amount})
        for table, name in ((owes, debtor), (gets, creditor)):
            table[name] -= amount
            if not table[name]:
                del table[name]
    return out


def tonnes(
    planned: Mapping[str, int], actual: Mapping[str, int], key: Mapping[str, int | float | Fraction]
) -> dict[str, Any]:
    """True-up of the account: kilograms attributed to members by the agreed key, before and after verification.

    planned B_m and actual A_m: kg on each member's own land. Attributed after the year: k_m·A (whole kg, Σ = A);
    `before`: k_m·B as expected; `transfer` = attributed − A_m: kg received (positive) or given (negative), Σ 0.

    >>> tonnes({"A": 0, "B": 100}, {"A": 0, "B": 80}, {"A": 3, "B": 1})["members"]["A"]
    {'before': 75, 'attributed': 60, 'on_own_land': 0, 'transfer': 60}
    """
    before, after = apportion(sum(planned.values()), key), apportion(sum(actual.values()), key)
    members = {
        m: {"before": before[m], "attributed": after[m], "on_own_land": actual[m], "transfer": after[m] - actual[m]}
        for m in planned
    }
    moves = payments({m: r["transfer"] for m, r in members.items()})
    # who "pays" there receives kilograms that another has delivered
    transfers = [{"from": p["to"], "to": p["from"], "kg": p["amount"]} for p in moves]
    return {"unit": "kg", "members": members, "transfers": transfers}


def kilograms(book: Book, year: int, rule: str = "", key: str = "shares") -> dict[str, Any]:
    """True-up of the account for a year: kg of the land-use measures, planned and reported, by the agreed key.

    With the key `planned` every member keeps its own land's tonnes in proportion to the plan; with `shares` they follow
    who bears the cost. InputErrors as `money`.
    """
    from .causes import measure_kg

    _, codes, rule = _plan(book, year, rule, key)
    planned, actual = dict.fromkeys(codes, 0), dict.fromkeys(codes, 0)
    for m in book.measures.values():
        if m.account == "lulucf":
            planned[m.member] += whole((m.planned.at("tonnes", year) if m.planned else None) or 0.0, 1000)
            actual[m.member] += measure_kg(book, m, year) or 0
    if not any(planned.values()) and not any(actual.values()):
        raise InputError("trueup-empty", f"neither planned nor actual tonnes in {year}", "", "report the year first")
    weights = _key(book, key, rule, planned)
    return {"year": year, "rule": rule, "key": key} | tonnes(planned, actual, weights)


def _plan(book: Book, year: int, rule: str, key: str) -> tuple[Mapping[str, Any], tuple[str, ...], str]:
    """The plan in force, the members and the rule, checked."""
    if book.setup is None or book.plan is None:
        raise InputError("plan-missing", "no plan is in force", "", "take one over: `stadtland measure start RESULTS`")
    plan = book.plan.body
    rule = rule or str(plan["default_rule"])
    if rule not in plan["shares"]:
        raise InputError(
            "rule-unknown", f"the plan has no shares by {rule!r:.30}", "--rule", "use " + ", ".join(plan["shares"])
        )
    if key not in KEYS:
        raise InputError("trueup-key", f"{key!r:.30} is no key", "--key", "use " + ", ".join(KEYS))
    if year not in plan["years"]:
        raise InputError("year-missing", f"{year} is no year of the plan", "--year", "check the year")
    return plan, book.setup.codes, rule


def record(book: Book, result: Mapping[str, Any], decision: str) -> list[Draft]:
    """Record a true-up with its decision, a year once per plan. InputErrors `trueup-twice`, `trueup-open`."""
    from .pipeline import words

    if any(t["year"] == result["year"] and t["plan"] == result["plan"] for t in book.trueups):
        raise InputError(
            "trueup-twice", f"the year {result['year']} is settled already", "--year",
            "correct it in the next year's advance payments",
        )  # fmt: skip
    if result["open"]:
        raise InputError(
            "trueup-open", f"no cost is recorded for {len(result['open'])} measures under way: "
            + ", ".join(result["open"][:5]), "", "record the spending, or report - where there was none",
        )  # fmt: skip
    return [Draft("trueup.settle", dict(result) | {"decision": words(decision, "--decision", True)})]
