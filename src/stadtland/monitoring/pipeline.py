"""Measures under way: what may happen to a measure, checked before it is recorded.

Steps: planned → decided → funded → tendered → building → running → done; stopped from any of them. `funded` and
`tendered` may be left out (own money, contract with a land user), `decided` may not: from then on the decision is
named. Going back needs a reason and stays in the history. Every function returns the events to record.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date as Date
from pathlib import Path
from typing import Any

from stadtland.base import strict
from stadtland.base.errors import InputError

from .book import STATUSES, Book, Measure
from .records import MAIL, Draft

PAYERS = ("municipality", "companies", "households", "farms", "utility", "fund", "grant", "other")
DUES = ("milestone", "task", "reminder")
ACCOUNTS = ("gross", "lulucf", "credit", "none")
LONGEST = 300


def day(text: str, where: str = "--date") -> str:
    """A date as ISO text, also from `31.12.2026`; InputError `date`."""
    parts = text.strip().split(".")
    iso = "-".join(reversed(parts)) if len(parts) == 3 else text.strip()
    try:
        found = Date.fromisoformat(
            iso if len(parts) != 3 else f"{int(parts[2]):04d}-{int(parts[1]):02d}-{int(parts[0]):02d}"
        )
    except ValueError:
        raise InputError("date", f"{text!r:.30} is no date", where, "write 2026-12-31 or 31.12.2026") from None
    if not 1990 <= found.year <= 2100:
        raise InputError("date", f"the year {found.year} is not possible", where, "check the date")
    return found.isoformat()


def words(text: str, where: str, need: bool = False) -> str:
    """A short text without control characters or mail addresses; InputError `text`."""
    out = " ".join(text.split())
    if (need and not out) or len(out) > LONGEST or not (out.isprintable() or not out) or MAIL.search(out):
        raise InputError(
            "text", f"{out[:40]!r} cannot be recorded", where,
            f"write 1 to {LONGEST} characters, no mail address of a person",
        )  # fmt: skip
    return out


def measure(book: Book, id: str) -> Measure:
    """A measure under way; InputError `measure-unknown` with the nearest id."""
    if id not in book.measures:
        import difflib

        near = difflib.get_close_matches(id, book.measures, 1)
        cure = f"did you mean {near[0]}?" if near else "see `stadtland measure status`"
        raise InputError("measure-unknown", f"there is no measure {id!r:.60} under way", "", cure)
    return book.measures[id]


def add(
    book: Book, id: str, member: str, title: dict[str, str], unit: str, *, sector: str = "", account: str = "gross",
    planned: dict[str, Any] | None = None, hazards: Sequence[str] = (), partners: Sequence[str] = (),
) -> list[Draft]:  # fmt: skip
    """A new measure; its key is `<id>@<member>`, so that every tonne has one place. InputError for unknown members."""
    if book.setup is None:
        raise InputError(
            "book-empty", "these records have no partnership yet", "", "start with `stadtland monitor start`"
        )
    if member not in book.setup.codes:
        raise InputError(
            "member-unknown", f"{member!r:.40} is no member", "", "members: " + ", ".join(book.setup.codes)
        )
    strict.one_of(account, ACCOUNTS, "account")
    id = words(id, "id", True)
    key = f"{id}@{member}"
    if key in book.measures and planned is None:
        raise InputError("measure-twice", f"{key} is under way already", "", "name another id or change that one")
    body = {
        "id": key, "measure": id, "member": member, "title": {k: words(v, "title", True) for k, v in title.items()},
        "unit": words(unit, "unit", True), "sector": sector, "account": account, "hazards": list(hazards),
        "partners": [words(p, "partner", True) for p in partners], "planned": planned,
    }  # fmt: skip
    return [Draft("measure.add", body)]


def status(
    book: Book, id: str, new: str, date: str, decision: str = "", reason: str = "", latest: str = ""
) -> list[Draft]:
    """The next step of a measure. InputErrors: `status-decision`, `status-back`, `status-units`, `status-same`."""
    m = measure(book, id)
    new = strict.one_of(new, STATUSES, "status")
    date, reason, decision = day(date), words(reason, "--reason"), words(decision, "--decision")
    _not_future(date, latest)
    if new == m.status:
        raise InputError("status-same", f"{id} is {new} already, since {m.since}", "", "nothing to do")
    back = STATUSES.index(new) < STATUSES.index(m.status)
    if (back or new == "stopped") and not reason:
        raise InputError("status-back", f"from {m.status} to {new} needs a reason", id, "add --reason")
    if new not in ("planned", "stopped") and not (decision or m.decision):
        raise InputError(
            "status-decision", f"{new} needs the decision it rests on", id,
            "add --decision, e.g. 'Stadtrat 14.03.2026, VIII-DS-1234'",
        )  # fmt: skip
    if date < m.since and not back and m.status != "planned":  # a plan may be taken over after its first decisions
        raise InputError("status-date", f"{date} lies before the last step of {m.since}", id, "check the date")
    if new in ("running", "done") and m.units_at(date) <= 0:
        raise InputError(
            "status-units", f"{new}, but no unit is in operation on {date}", id, "record the units with `measure build`"
        )
    return [Draft("measure.status", {"id": id, "status": new, "date": date, "decision": decision, "reason": reason})]


def assign(
    book: Book, id: str, responsible: str = "", partners: Sequence[str] | None = None, contact: str = ""
) -> list[Draft]:
    """Who is responsible (a role), which partners, which contact (opaque id of the deletable table)."""
    measure(book, id)
    body: dict[str, Any] = {"id": id}
    if responsible:
        body["responsible"] = words(responsible, "--role", True)
    if partners is not None:
        body["partners"] = [words(p, "--partner", True) for p in partners]
    if contact:
        body["contact"] = words(contact, "--contact", True)
    if len(body) == 1:
        raise InputError("assign-empty", "nothing to assign", id, "name --responsible, --partner or --contact")
    return [Draft("measure.assign", body)]


def spend(
    book: Book, id: str, cents: int, date: str, payer: str, text: str = "", evidence: str = "", latest: str = ""
) -> list[Draft]:
    """Money spent, whole cents; negative only as far as it was spent before. InputError `spend-*`."""
    m = measure(book, id)
    date = day(date)
    _not_future(date, latest)
    strict.one_of(payer, PAYERS, "--payer")
    if cents == 0:
        raise InputError("spend-zero", "an amount of 0 is no spending", id, "leave it out")
    if m.status in ("planned", "stopped") and cents > 0 and not m.decision:
        raise InputError("spend-undecided", f"{id} is not decided yet", id, "record the decision first")
    if sum(s.cents for s in m.spending if s.payer == payer) + cents < 0:
        raise InputError("spend-negative", "more would come back than was spent", id, "check amount and payer")
    if evidence and evidence not in {e.sha256 for e in m.evidence}:
        raise InputError("evidence-unknown", "no such evidence file", id, "record it with `measure evidence`")
    body = {"id": id, "cents": cents, "date": date, "payer": payer, "text": words(text, "--text"), "evidence": evidence}
    return [Draft("measure.spend", body)]


def build(book: Book, id: str, units: float, date: str, evidence: str = "", latest: str = "") -> list[Draft]:
    """Units that came into operation (negative: out of it); never below zero on any date."""
    m = measure(book, id)
    date = day(date)
    _not_future(date, latest)
    units = strict.finite(units, "--units", -1e9, 1e9)
    if units == 0:
        raise InputError("units-zero", "0 units change nothing", id, "leave it out")
    if m.status in ("planned", "stopped") and units > 0 and not m.decision:
        raise InputError("spend-undecided", f"{id} is not decided yet", id, "record the decision first")
    later = [d for d in {b.date for b in m.built} | {date} if d >= date]
    if any(m.units_at(d) + units < -1e-9 for d in later):
        raise InputError("units-negative", "fewer than no unit would be in operation", id, "check units and date")
    return [Draft("measure.build", {"id": id, "units": units, "date": date, "evidence": evidence})]


def budget(book: Book, id: str, year: int, cents: int) -> list[Draft]:
    """The planned money of a year as decided (instead of the plan's), whole cents ≥ 0."""
    measure(book, id)
    strict.finite(year, "--year", 1990, 2100)
    if cents < 0:
        raise InputError("money-negative", "planned money is not negative", id, "check the amount")
    return [Draft("measure.budget", {"id": id, "year": year, "cents": cents})]


def due(book: Book, id: str, kind: str, text: str, date: str, role: str = "") -> list[Draft]:
    """A milestone, task or reminder."""
    measure(book, id)
    strict.one_of(kind, DUES, "kind")
    body = {"id": id, "kind": kind, "text": words(text, "text", True), "date": day(date), "role": words(role, "--role")}
    return [Draft("measure.due", body)]


def finish(book: Book, id: str, number: int, date: str, latest: str = "") -> list[Draft]:
    """A milestone or task is done."""
    m = measure(book, id)
    date = day(date)
    _not_future(date, latest)
    found = next((d for d in m.dues if d.number == number), None)
    if found is None or found.done:
        raise InputError("due-unknown", f"{id} has no open entry {number}", id, "see `stadtland measure status`")
    return [Draft("measure.finish", {"id": id, "number": number, "date": date})]


def evidence(book: Book, id: str, path: Path, text: str = "", limit: int = 200_000_000) -> list[Draft]:
    """A file as evidence: its name, size and SHA-256; the same content twice is refused."""
    m = measure(book, id)
    from stadtland.base.files import read_bytes

    raw = read_bytes(path, "the evidence file", limit + 1)
    if len(raw) > limit or not raw:
        raise InputError("evidence-size", "the file is empty or larger than 200 MB", str(path), "choose another file")
    sha = hashlib.sha256(raw).hexdigest()
    if sha in {e.sha256 for e in m.evidence}:
        raise InputError("evidence-twice", "this very file is recorded already", str(path), "nothing to do")
    body = {"id": id, "name": words(path.name, "file name", True), "sha256": sha, "size": len(raw)}
    return [Draft("measure.evidence", body | {"text": words(text, "--text")})]


def check_evidence(book: Book, folder: Path) -> list[dict[str, Any]]:
    """Every evidence file looked up by name in a folder: `same`, `changed` or `missing`."""
    rows = []
    for m in book.measures.values():
        for e in m.evidence:
            file = folder / e.name
            state = "missing"
            if file.is_file():
                state = "same" if hashlib.sha256(file.read_bytes()).hexdigest() == e.sha256 else "changed"
            rows.append({"measure": m.id, "file": e.name, "sha256": e.sha256, "state": state})
    return rows


def _not_future(date: str, latest: str) -> None:
    if latest and date > latest:
        raise InputError("date-future", f"{date} lies ahead; today is {latest}", "--date", "record it when it happened")


def open_dues(book: Book, today: str) -> list[dict[str, Any]]:
    """Open milestones, tasks and reminders by date, with `overdue`."""
    rows = [
        {
            "measure": m.id, "number": d.number, "kind": d.kind, "text": d.text, "date": d.date,
            "role": d.role or m.responsible, "overdue": d.date < today,
        }
        for m in book.measures.values() if m.status != "stopped"
        for d in m.dues if not d.done
    ]  # fmt: skip
    return sorted(rows, key=lambda r: (str(r["date"]), str(r["measure"]), r["number"]))
