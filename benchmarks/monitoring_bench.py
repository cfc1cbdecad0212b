"""Monitoring: replay of events, change between two years, annual report, fund with many bookings.

Run: python benchmarks/monitoring_bench.py
"""

from __future__ import annotations

import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

from stadtland.actions import fund as funds
from stadtland.actions import monitoring as use
from stadtland.actions import training
from stadtland.documents import annual
from stadtland.ledger.journal import MemoryJournal, MemoryRecords
from stadtland.monitoring import book, causes, fund, pipeline
from stadtland.monitoring.records import Memory

MANY = 10_000


def timed(name: str, action):
    start = time.perf_counter()
    found = action()
    print(f"{name:48} {time.perf_counter() - start:8.3f} s")
    return found


def main() -> None:
    """Print the table of docs/measurements.md."""
    repository, journal, records = Memory(), MemoryJournal(), MemoryRecords()
    store = SimpleNamespace(journal=journal, records=records)
    with tempfile.TemporaryDirectory() as folder:
        timed("training region, all commands", lambda: training.set_up(Path(folder) / "x", lambda: (store, repository)))
    state = book.replay(repository.events())
    timed("change between two years, 3 members, 49 lines", lambda: causes.change(state, 2023, 2024, "net"))
    made = timed(
        "annual report as values",
        lambda: use.annual(repository, funds.state(journal), funds.account(journal), 2024, None, "net"),
    )
    timed("annual report as HTML and PDF", lambda: annual.render(made, "de"))
    at = "2026-05-01T00:00:00Z"
    drafts = pipeline.due(state, "U01@99000001", "task", "x", "2027-01-01")
    repository.append(state.seq, drafts * MANY, at, "Amt")
    timed(f"replay of {MANY} events", lambda: book.replay(repository.events()))
    now = datetime.now(UTC)
    give = fund.contribute(funds.state(journal), 100, "city", "2024-02-01", "p", "n-0")[0]
    rows = [type(give)(give.kind, {**give.data, "number": f"n-{i}"}) for i in range(MANY)]
    journal.append(rows, None, now)
    timed(f"replay of a fund with {MANY} bookings", lambda: funds.state(journal).pots())
    timed("one payment checked on it", lambda: funds.pay(journal, "v-hecke-1", 2026, "2026-12-31"))


if __name__ == "__main__":
    main()
