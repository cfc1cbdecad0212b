"""The annual report as plain values: one document from which pages, tables and pictures are made."""

from __future__ import annotations

from typing import Any

from stadtland.base.errors import InputError

from . import account_view, actuals, causes, compare, fund_report
from .book import STATUSES, Book
from .fund import Fund
from .pipeline import open_dues

SCHEMA = "stadtland/annual/1"


def compose(
    book: Book, fund: Fund, account: account_view.Account, year: int, since: int | None, scope: str, today: str
) -> dict[str, Any]:
    """The report of a year against `since` (default: the reported year before). `scope`: bisko, gross or net.

    InputError `book-empty`, `year-missing`, `account-unknown`.
    """
    if book.setup is None:
        raise InputError(
            "book-empty", "these records have no partnership yet", "", "start with `stadtland monitor start`"
        )
    version = book.version(year)
    before = max((y for y in book.years if y < year), default=None)
    since = since if since is not None else before
    if version is None or since is None:
        have = ", ".join(str(y) for y in sorted(book.years)) or "none"
        raise InputError("year-missing", f"nothing is reported for {year} or a year before it", "", f"reported: {have}")
    change = causes.change(book, since, year, scope)
    rows = compare.measures(book, year)
    for row in rows:
        row["issued_kg"] = account.issued.get(str(row["id"]).replace("@", ":"), 0)
    has_plan = book.plan is not None
    shown = fund_report.report(fund, year, today) if fund.moves or fund.contracts else None
    if shown is not None:
        shown["earmark"] = sum(c for p, c in shown["pots"].items() if p.startswith("fund:earmark:"))
        shown["pots"] = {p.removeprefix("fund:"): c for p, c in shown["pots"].items() if "earmark" not in p}
    heads = {c: version.value("driver", c, "population", "level") for c in book.setup.codes}
    return {
        "schema": SCHEMA, "year": year, "since": since, "scope": scope, "today": today, "training": book.setup.training,
        "partnership": {
            "name": book.setup.name,
            "members": [
                {"ags": m.code, "name": m.name, "role": m.role, "population": heads[m.code]} for m in book.setup.members
            ],
        },
        "change": change, "path": compare.path(book, year) if has_plan else None,
        "member_paths": [compare.path(book, year, c) for c in book.setup.codes] if has_plan else [],
        "members": compare.members(book, year), "measures": rows, "totals": compare.totals(rows),
        "status": {s: sum(r["status"] == s for r in rows) for s in STATUSES},
        "hazards": compare.hazards(book, year), "fund": shown, "issued_kg": account.issued_kg,
        "trueup": next((t for t in reversed(book.trueups) if t["year"] == year), None),
        "versions": [
            {
                "year": y, "version": v.number, "at": v.at[:10], "method": v.method, "reason": v.reason,
                "gross_t": actuals.accounts(v)["gross_t"], "sha256": v.sha256,
            }
            for y in sorted(book.years) for v in book.years[y]
        ],
        "indicators": actuals.indicators(version, book.setup.codes),
        "dues": open_dues(book, today), "plan": book.plan.sha256 if book.plan else None,
    }  # fmt: skip
