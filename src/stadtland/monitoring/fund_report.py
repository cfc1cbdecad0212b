"""What the fund shows: schedule of payments, yearly report, and whether the promises are covered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .fund import GROUPS, Fund, is_pot


def schedule(fund: Fund, today: str, verified: Mapping[tuple[str, int], int] | None = None) -> list[dict[str, Any]]:
    """Every payment promised, by due date: `{due, contract, payee, measure, year, basis, cents, paid, state}`.

    `state`: paid, partly, overdue, due_soon (90 days), later; by the tonne before verification: waiting. `verified`: kg
    by (measure, year) where the account knows them.
    """
    from datetime import date, timedelta

    soon = (date.fromisoformat(today) + timedelta(days=90)).isoformat()
    rows = []
    for c in fund.contracts.values():
        for year in range(c.first_year, c.first_year + c.years):
            kg = (verified or {}).get((c.measure, year))
            cents, paid, due = fund.promised(c.id, year, kg), fund.paid(c.id, year), f"{year}-{c.due}"
            known = c.basis != "tonne" or kg is not None or paid > 0
            if paid >= cents and paid:
                state = "paid"
            elif not known:
                state = "waiting"
            elif paid:
                state = "partly"
            else:
                state = "overdue" if due < today else "due_soon" if due <= soon else "later"
            rows.append(
                {
                    "due": due, "contract": c.id, "payee": c.payee, "measure": c.measure, "year": year,
                    "basis": c.basis, "cents": cents, "paid": paid, "state": state,
                }
            )  # fmt: skip
    return sorted(rows, key=lambda r: (str(r["due"]), str(r["contract"])))


def report(fund: Fund, year: int | None = None, today: str = "9999-12-31") -> dict[str, Any]:
    """The fund in a year (or from its start): opening + received − paid = closing, by source, purpose and pot, cents.

    `promised` and `open`: all contracts; `covered_until`: last year whose open payments the free money of today covers,
    without any new contribution.
    """
    first, last = (f"{year}-01-01", f"{year}-12-31") if year else ("0000-01-01", "9999-12-31")
    inside = [m for m in fund.moves if first <= m.date <= last]
    before = f"{year - 1}-12-31" if year else "0000-00-00"
    received, spent = dict.fromkeys(GROUPS, 0), {"land_users": 0, "measures": 0, "administration": 0}
    kinds = {m.seq: m for m in fund.moves}
    for m in inside:
        about = kinds.get(m.data.get("corrects", 0), m)
        for account, cents in m.postings:
            if account.startswith("fund:from:"):
                received[account.removeprefix("fund:from:")] -= cents
            elif account.startswith("party:"):
                what = "land_users" if about.kind == "fund.payment" else "measures" if "measure" in about.data else ""
                spent[what or "administration"] += cents
    opening, closing = fund.pots(before), fund.pots(last)
    promised = {
        c.id: sum(fund.promised(c.id, y) for y in range(c.first_year, c.first_year + c.years))
        for c in fund.contracts.values()
    }
    paid = {c: fund.paid(c) for c in promised}
    return {
        "year": year, "opening": sum(opening.values()), "received": received, "spent": spent,
        "closing": sum(closing.values()), "pots": closing,
        "closes": sum(opening.values()) + sum(received.values()) - sum(spent.values()) == sum(closing.values()),
        "contracts": [
            {
                "contract": c.id, "measure": c.measure, "basis": c.basis, "years": c.years, "promised": promised[c.id],
                "paid": paid[c.id], "kg": sum(int(m.data.get("kg", 0)) for m in _payments(fund, c.id)),
                "units": [u for m in _payments(fund, c.id) for u in m.data.get("units", [])],
            }
            for c in fund.contracts.values()
        ],
        "promised": sum(promised.values()), "open": sum(promised.values()) - sum(paid.values()),
        "covered_until": covered(fund, today), "moves": len(inside),
        "negative": [
            {"pot": p, "cents": c, "decided": c >= fund.floor(p, min(last, today))} for p, c in closing.items() if c < 0
        ],
    }  # fmt: skip


def _payments(fund: Fund, contract: str) -> list[Any]:
    return [m for m in fund.live() if m.kind == "fund.payment" and m.data["contract"] == contract]


def covered(fund: Fund, today: str = "9999-12-31") -> int | None:
    """The last year up to which today's pots cover all open payments; None where nothing is open or nothing covered."""
    money = {p: c for p, c in fund.pots(today).items() if is_pot(p)}
    last = None
    years = sorted({y for c in fund.contracts.values() for y in range(c.first_year, c.first_year + c.years)})
    for year in years:
        for c in fund.contracts.values():
            money[c.pot] = money.get(c.pot, 0) - max(fund.promised(c.id, year) - fund.paid(c.id, year), 0)
        if any(money[c.pot] < 0 for c in fund.contracts.values()):
            return last
        last = year
    return last
