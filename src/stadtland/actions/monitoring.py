"""Use cases of monitoring: measures under way, yearly reports, change, true-up. The caller opens the database."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stadtland.base.errors import InputError
from stadtland.base.files import OutDir, read_bytes
from stadtland.monitoring import book as books
from stadtland.monitoring import records
from stadtland.monitoring.book import Book
from stadtland.monitoring.records import Draft, Event, Repository

if TYPE_CHECKING:
    from stadtland.ledger.journal import Journal

Clock = Callable[[], datetime]


def now() -> datetime:
    """The clock."""
    return datetime.now(UTC)


def state(repository: Repository) -> Book:
    """The records as they stand."""
    return books.replay(repository.events())


def record(
    repository: Repository, decide: Callable[[Book], Sequence[Draft]], role: str, clock: Clock = now
) -> list[Event]:
    """Decide on the newest state and record; repeated when somebody else was faster."""
    at = clock().strftime("%Y-%m-%dT%H:%M:%SZ")
    return records.record(repository, lambda events: decide(books.replay(events)), at, role)


def start_from_plan(
    repository: Repository, results: Path, decision: str, role: str, member: str = "", clock: Clock = now
) -> dict[str, Any]:
    """From plan to pipeline: `{measures, sha256}`. InputError as `from_plan.adopt` and for a file that is no plan."""
    from stadtland.base import json_file
    from stadtland.monitoring.from_plan import adopt

    found = json_file.read(results, finite=True)
    if not isinstance(found, dict):
        raise InputError("results-schema", "this is no results.json", str(results), "name the file of a plan")
    try:
        events = record(repository, lambda b: adopt(b, found, decision, member), role, clock)
    except (KeyError, TypeError, AttributeError, IndexError) as error:
        raise InputError(
            "results-schema", f"the plan is not complete ({type(error).__name__}: {error})", str(results),
            "compute it again with `stadtland plan`",
        ) from None  # fmt: skip
    taken = [e for e in events if e.kind == "measure.add"]
    sha = next(e.body["sha256"] for e in events if e.kind == "plan.adopt")
    return {"measures": len(taken), "sha256": sha}


def template(repository: Repository, year: int, out: Path, lang: str) -> Path:
    """Write the template of a year; the name's ending says CSV or XLSX. An existing file is not overwritten."""
    from stadtland.monitoring import template as room

    table = room.rows(state(repository), year, lang)
    if out.suffix.lower() not in (".csv", ".xlsx"):
        raise InputError(
            "own-data-kind", f"the kind {out.suffix!r} is not known", "--out", "end the name in .csv or .xlsx"
        )
    if out.exists():
        raise InputError("file-exists", "the file exists already", str(out), "choose another name; nothing was changed")
    data = room.to_csv(table, lang) if out.suffix.lower() == ".csv" else room.to_xlsx(table, lang)
    with OutDir(out.parent) as folder:
        folder.stage(out.name, data)
        return folder.commit()[0]


def import_report(
    repository: Repository, file: Path, year: int, role: str, lang: str = "de", method: str = "", reason: str = "",
    update: bool = False, clock: Clock = now, journal: Journal | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Import a yearly report: `{year, version, rows, notices, sha256}`; with any problem nothing is imported.

    `journal`: anchors the version there, so that a later change is found (`verify`).
    """
    from stadtland.inventory.own_data.grid import MAX_BYTES
    from stadtland.monitoring import actuals, reading

    raw = read_bytes(file, "a CSV or XLSX file", MAX_BYTES + 1)
    notices: list[str] = []

    def decide(book: Book) -> list[Draft]:
        found = reading.read(raw, book, year, lang, file.name)
        notices[:] = found.notices
        return actuals.report(book, year, found, method, reason, update, clock().year)

    event = record(repository, decide, role, clock)[0]
    return _imported(repository, event, list(notices), journal)


def import_inventory(
    repository: Repository, results: Path, role: str, reason: str = "", clock: Clock = now,
    journal: Journal | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Take the inventory of results.json over as the report of its year; as `import_report`."""
    from stadtland.base import json_file
    from stadtland.monitoring import actuals, from_inventory

    found = json_file.read(results, finite=True)
    if not isinstance(found, dict):
        raise InputError("results-schema", "this is no results.json", str(results), "name the file of a plan")

    def decide(book: Book) -> list[Draft]:
        try:
            year, method, rows = from_inventory.read(found, book)
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            raise InputError(
                "results-schema", f"the plan is not complete ({type(error).__name__}: {error})", str(results),
                "compute it again with `stadtland plan`",
            ) from None  # fmt: skip
        return actuals.report(book, year, rows, method, reason, False, clock().year)

    event = record(repository, decide, role, clock)[0]
    return _imported(repository, event, [], journal)


def _imported(repository: Repository, event: Event, notices: list[str], journal: Journal | None) -> dict[str, Any]:
    made = state(repository).years[int(event.body["year"])][-1]
    if journal is not None:
        from stadtland.monitoring.anchors import draft

        journal.append([draft(made)])
    return {
        "year": made.year, "version": made.number, "rows": len(event.body["rows"]), "notices": notices,
        "sha256": event.body["sha256"],
    }  # fmt: skip


def verify(repository: Repository, journal: Journal, anchor: bool = False) -> list[dict[str, Any]]:
    """Every reported version against the journal; with `anchor` those not yet anchored are."""
    from stadtland.monitoring import anchors

    book = state(repository)
    rows = anchors.check(book, journal.read(kinds=anchors.KIND))
    left = [r for r in rows if r["state"] == "open"] if anchor else []
    if left:
        journal.append([anchors.draft(book.years[r["year"]][r["version"] - 1]) for r in left])
        rows = anchors.check(book, journal.read(kinds=anchors.KIND))
    return rows


def versions(repository: Repository) -> list[dict[str, Any]]:
    """Every version of every year: number, when, role, method, reason, hash, gross and net t CO2e."""
    from stadtland.monitoring.actuals import accounts

    rows = []
    for year, found in sorted(state(repository).years.items()):
        for v in found:
            books_ = accounts(v)
            rows.append(
                {
                    "year": year, "version": v.number, "at": v.at, "role": v.role, "method": v.method,
                    "reason": v.reason, "sha256": v.sha256, "gross_t": books_["gross_t"], "net_t": books_["net_t"],
                }
            )  # fmt: skip
    return rows


def status(repository: Repository, account: Any, year: int | None, clock: Clock = now) -> dict[str, Any]:
    """All measures with planned and actual values of a year (default: the last reported, else this one), open dates,
    and what is issued on the account (`account`: `monitoring.account_view.Account`)."""
    from stadtland.monitoring import compare, pipeline

    book, today = state(repository), clock().date().isoformat()
    when = year or (max(book.years) if book.years else clock().year)
    rows = compare.measures(book, when)
    for row in rows:
        row["issued_kg"] = account.issued.get(str(row["id"]).replace("@", ":"), 0)
    counts = {s: sum(r["status"] == s for r in rows) for s in books.STATUSES}
    return {
        "year": when, "measures": rows, "counts": {k: v for k, v in counts.items() if v},
        "issued_kg": account.issued_kg,
        "dues": pipeline.open_dues(book, today), "training": bool(book.setup and book.setup.training),
    }  # fmt: skip


def one(repository: Repository, id: str) -> dict[str, Any]:
    """Everything recorded about one measure."""
    from dataclasses import asdict

    from stadtland.monitoring.pipeline import measure

    return asdict(measure(state(repository), id))


def change(repository: Repository, first: int, last: int, account: str, restated: bool) -> dict[str, Any]:
    """The change between two years by cause."""
    from stadtland.monitoring import causes

    return causes.change(state(repository), first, last, account, restated)


def true_up(
    repository: Repository, year: int, rule: str, key: str, paid: Path | None, decision: str, role: str,
    clock: Clock = now,
) -> dict[str, Any]:  # fmt: skip
    """The true-up of a year; recorded with `decision`, else only shown. `paid`: JSON `{code: EUR}` of advances."""
    from stadtland.base import json_file
    from stadtland.monitoring import trueup
    from stadtland.monitoring.amounts import cents

    advance = None
    if paid is not None:
        table = json_file.read(paid, finite=True)
        if not isinstance(table, dict):
            raise InputError("trueup-members", "the advances are no table", str(paid), 'write {"code": euros, …}')
        advance = {str(k): cents(v, str(k)) for k, v in table.items()}
    result = trueup.money(state(repository), year, rule, key, advance)
    if decision:
        record(repository, lambda b: trueup.record(b, trueup.money(b, year, rule, key, advance), decision), role, clock)
    return result | {"recorded": bool(decision)}


def calendar(
    repository: Repository, out: Path, lang: str, payments: Sequence[dict[str, Any]] = (), clock: Clock = now
) -> Path:
    """Write open dates as iCalendar."""
    from stadtland.monitoring import calendar as room

    data = room.export(state(repository), clock().date().isoformat(), lang, payments)
    with OutDir(out.parent) as folder:
        folder.stage(out.name, data)
        return folder.commit()[0]


def annual(
    repository: Repository, fund: Any, account: Any, year: int, since: int | None, scope: str, clock: Clock = now
) -> dict[str, Any]:
    """The annual report as plain values (`stadtland/annual/1`)."""
    from stadtland.monitoring.annual import compose

    return compose(state(repository), fund, account, year, since, scope, clock().date().isoformat())


def write_annual(found: dict[str, Any], out: Path, lang: str) -> list[Path]:
    """Write `annual-<year>-<lang>.html`, `.pdf` and `annual-<year>.json`."""
    from stadtland.documents import annual as document

    with OutDir(out) as folder:
        for name, data in document.render(found, lang).items():
            folder.stage(name, data)
        folder.stage(
            f"annual-{found['year']}.json", json.dumps(found, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
        )
        return folder.commit()


def once(book: Book, drafts: list[Draft]) -> list[Draft]:
    """The start of a book; InputError `book-started` if it has one."""
    if book.setup is not None:
        raise InputError("book-started", f"these records belong to {book.setup.name}", "--db", "use another database")
    return drafts


def contact(store: Any, id: str, name: str, text: str, forget: bool) -> str:
    """Write or forget a contact (kind `contact`); `store`: deletable records. Returns what was done."""
    from stadtland.monitoring.fund import code

    key = code(id, "ID")
    if forget:
        return f"{key}: {'forgotten' if store.delete('contact', key) else 'unknown'}"
    if not name.strip() or len(name) > 200:
        raise InputError("party-name", "a name of 1 to 200 characters is needed", "--name", "write it")
    store.put("contact", key, {"name": " ".join(name.split()), "text": " ".join(text.split())})
    return key


def true_up_kg(repository: Repository, year: int, rule: str, key: str) -> dict[str, Any]:
    """The true-up of the account in kg: planned against reported land-use tonnes, by the agreed key; only shown."""
    from stadtland.monitoring import trueup

    return trueup.kilograms(state(repository), year, rule, key)
