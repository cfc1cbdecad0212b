"""Reported years: importing, restating, reading accounts out of the versions. Old versions stay."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from stadtland.base.errors import InputError
from stadtland.base.method import METHOD

from .book import Book, Version
from .causes import SECTORS, lines
from .pipeline import words
from .reading import Report
from .records import Draft

FIRST_YEAR = 1990


def report(
    book: Book, year: int, found: Report, method: str = "", reason: str = "", update: bool = False, latest: int = 2100
) -> list[Draft]:
    """A new version of a year. A year that is reported already needs a reason; the old version stays beside the new.

    update: only the rows of the file change, all others are taken from the newest version. InputErrors `year-range`,
    `restate-reason`, `restate-same`.
    """
    if not FIRST_YEAR <= year <= latest:
        raise InputError(
            "year-range", f"{year} cannot be reported", "--year", f"use a year from {FIRST_YEAR} to {latest}"
        )
    old = book.version(year)
    if old is None and update:
        raise InputError("year-missing", f"nothing is reported for {year}", "--update", "import the whole year first")
    if old is not None and not reason.strip():
        raise InputError(
            "restate-reason", f"{year} is reported already; a new version needs a reason", "--reason",
            "add --reason, e.g. 'Netzbetreiber hat berichtigt'",
        )  # fmt: skip
    if not method:
        newest = book.version(max(book.years)) if book.years else None
        method = old.method if old else newest.method if newest else METHOD
    method = words(method, "--method", True)
    rows = {r.key: r for r in old.rows} if old is not None and update else {}
    rows |= {r.key: r for r in found.rows}
    kept = tuple(rows[k] for k in sorted(rows))
    if old is not None and old.rows == kept and old.method == method:
        raise InputError("restate-same", f"the file changes nothing in {year}", "", "nothing to do")
    body = {
        "year": year, "method": method, "reason": words(reason, "--reason"), "sha256": found.sha256,
        "rows": [asdict(r) for r in kept],
    }  # fmt: skip
    return [Draft("year.report", body)]


def silent(version: Version, codes: tuple[str, ...]) -> list[str]:
    """Members without a single value of a line: a sum over the others would look like a reduction."""
    spoken = {r.member for r in version.rows if r.kind == "line" and r.value is not None}
    return [c for c in codes if c not in spoken]


def accounts(version: Version, member: str | None = None) -> dict[str, float | None]:
    """Accounts of a version in t CO2e: `bisko_t, gross_t, lulucf_t, net_t, electricity_credit_t, partnership_t`.

    Sums over reported lines; None where no line of the account is reported. Credit: electricity of new plants × the
    reported factor of electricity (E/F of the electricity lines); partnership = net − credit.
    """
    out: dict[str, float | None] = {}
    for account in SECTORS:
        kg = [v for (m, _), v in lines(version, account).items() if member in (None, m)]
        out[f"{account}_t"] = sum(kg) / 1000 if kg else None
    both = (out["net_t"], out["gross_t"])
    net, gross = both
    out["lulucf_t"] = None if net is None or gross is None else net - gross
    out["electricity_credit_t"] = credit = _credit(version, member)
    out["partnership_t"] = None if net is None else net - credit
    return out


def _credit(version: Version, member: str | None) -> float:
    total = 0.0
    for r in version.rows:
        if r.kind == "driver" and r.id == "new_generation" and r.value and member in (None, r.member):
            ids = [f"{s}.elec" for s in ("HH", "GHD", "IND", "KE")]
            pairs = [[version.value("line", r.member, id, what) for what in ("t_co2e", "energy_mwh")] for id in ids]
            known = [(t, e) for t, e in pairs if t is not None and e]
            energy = sum(e for _, e in known)
            total += r.value * sum(t for t, _ in known) / energy if energy else 0.0
    return total


def series(book: Book, account: str, member: str | None = None) -> list[dict[str, Any]]:
    """`{year, first, newest, versions}` of every reported year: what was first said, and what holds now, t CO2e."""
    rows = []
    for year in sorted(book.years):
        versions = book.years[year]
        values = [accounts(v, member)[account] for v in versions]
        rows.append({"year": year, "first": values[0], "newest": values[-1], "versions": len(versions)})
    return rows


def indicators(version: Version, codes: tuple[str, ...]) -> list[dict[str, Any]]:
    """Headline indicators of a version by member and jointly, and the reported ones: `{id, member, value, unit}`.

    K01 BISKO per head, K02 gross per head, K03 net per head (t), E01 final energy per head (MWh); joint = ΣE/ΣP.
    """
    out: list[dict[str, Any]] = []
    for member in (None, *codes):
        if member is None and silent(version, codes):
            continue
        wanted = codes if member is None else (member,)
        heads = [version.value("driver", c, "population", "level") for c in wanted]
        people = None if any(h is None for h in heads) else sum(h or 0.0 for h in heads)
        found = accounts(version, member)
        energy = [
            r.value for r in version.rows
            if r.kind == "line" and r.what == "energy_mwh" and r.value is not None and r.member in wanted
        ]  # fmt: skip
        tops = {
            "K01": found["bisko_t"],
            "K02": found["gross_t"],
            "K03": found["net_t"],
            "E01": sum(energy) if energy else None,
        }
        for id, top in tops.items():
            value = None if top is None or not people else top / people
            unit = "MWh" if id == "E01" else "t CO2e"
            out.append({"id": id, "member": member or "joint", "value": value, "unit": unit})
    out += [
        {"id": r.id, "member": r.member, "value": r.value, "unit": r.unit}
        for r in version.rows
        if r.kind == "indicator"
    ]
    return out
