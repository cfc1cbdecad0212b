"""Monitoring and fund in a database: what one process writes another reads, and of many writers nobody is lost."""

from __future__ import annotations

import multiprocessing
from datetime import UTC, datetime

import pytest

from stadtland.actions import fund as funds
from stadtland.actions import monitoring as use
from stadtland.actions import training as story
from stadtland.base.errors import InputError
from stadtland.monitoring import book as books
from stadtland.monitoring import from_plan, fund, pipeline, training
from stadtland.monitoring.records import Memory, RecordConflict
from stadtland.store import open_store
from stadtland.store.monitoring import SqlRepository

WRITERS, EACH = 3, 6
NOW = datetime(2026, 5, 1, tzinfo=UTC)
CONTRACT = ("v-1", "p-1", "A01@99000002", "fixed", 1000, 1, 2021, EACH, "12-31", "2021-01-01")


def start(repository):
    return use.record(repository, lambda b: from_plan.adopt(b, training.plan(), "Rat"), "Amt", lambda: NOW)


def note(url: str, writer: int) -> None:
    """One process: every event decided on the newest state."""
    store = open_store(url)
    repository = SqlRepository(store)
    for i in range(EACH):
        text = f"w{writer}-{i}"
        use.record(
            repository, lambda b, t=text: pipeline.due(b, "U01@99000001", "task", t, "2026-12-01"), "Amt", lambda: NOW
        )
    store.close()


def pay(url: str, writer: int, results) -> None:
    """One process: tries to pay every year of the contract, and to spend what lies in the buffer."""
    store = open_store(url)
    won = 0
    for year in range(2021, 2021 + EACH):
        try:
            funds.pay(store.journal, "v-1", year, "2026-01-05")
            won += 1
        except InputError as error:
            assert error.code == "payment-due", error
        try:
            funds.book(
                store.journal,
                lambda f: fund.spend(f, 300, "buffer", "p-2", "2026-01-06", funds.voucher(f, ""), "A01@99000002"),
            )
        except InputError as error:
            assert error.code == "fund-negative", error
    results.put((writer, won))
    store.close()


def together(target, *args) -> None:
    spawn = multiprocessing.get_context("spawn")
    running = [spawn.Process(target=target, args=(args[0], w, *args[1:])) for w in range(WRITERS)]
    for p in running:
        p.start()
    for p in running:
        p.join(120)
        assert p.exitcode == 0


def test_events_come_back_as_written(store, url):
    repository, memory = SqlRepository(store), Memory()
    start(repository)
    start(memory)
    assert repository.events() == memory.events()
    assert SqlRepository(open_store(url)).events() == memory.events()


def test_all_or_none_and_in_order(store):
    repository = SqlRepository(store)
    start(repository)
    before = repository.events()
    with pytest.raises(RecordConflict):
        repository.append(0, [], "2026-05-01T00:00:00Z", "Amt")
    drafts = pipeline.budget(books.replay(before), "U01@99000001", 2026, 1)
    bad = [*drafts, type(drafts[0])("measure.budget", {"x": float("nan")})]
    with pytest.raises(ValueError, match="JSON"):
        repository.append(len(before), bad, "2026-05-01T00:00:00Z", "Amt")
    assert repository.events() == before


def test_many_writers_lose_nothing(store, url):
    repository = SqlRepository(store)
    first = len(start(repository))
    together(note, url)
    events = repository.events()
    assert [e.seq for e in events] == list(range(1, first + WRITERS * EACH + 1))
    texts = [e.body["text"] for e in events[first:]]
    assert sorted(texts) == sorted(f"w{w}-{i}" for w in range(WRITERS) for i in range(EACH))
    for w in range(WRITERS):  # every writer's own order is kept
        assert [t for t in texts if t.startswith(f"w{w}-")] == [f"w{w}-{i}" for i in range(EACH)]
    assert len(use.state(repository).measures["U01@99000001"].dues) == WRITERS * EACH


def test_many_payers_pay_once_and_never_too_much(store, url):
    journal = store.journal
    funds.book(journal, lambda f: fund.rules(f, "2021-01-01", 0, 1000))
    funds.book(journal, lambda f: fund.contribute(f, 50_000, "city", "2021-01-02", "p", "c-1"))
    funds.book(journal, lambda f: fund.contract(f, *CONTRACT))
    results = multiprocessing.get_context("spawn").Queue()
    together(pay, url, results)
    won = [results.get(timeout=10) for _ in range(WRITERS)]
    assert sum(n for _, n in won) == EACH  # each year exactly once
    state = funds.state(journal)
    assert all(state.paid("v-1", year) == 1000 for year in range(2021, 2021 + EACH))
    assert state.pots()["fund:buffer"] == 5000 - 16 * 300  # 18 tries, 16 fit
    assert state.pots()["fund:free"] == 45_000 - 1000 * EACH


def test_training_region_in_a_database(store, tmp_path):
    repository = SqlRepository(store)
    assert story.set_up(tmp_path / "region", lambda: (store, repository), "de") == 2025
    book = use.state(repository)
    assert sorted(book.years) == list(range(2020, 2026)) and len(book.years[2022]) == 2
    assert funds.state(store.journal).pots()["fund:buffer"] == 9_045_000
    assert store.records.get("party", "p-hof1") == {"name": "Hof Eins (erfunden)", "text": ""}
    with pytest.raises(InputError) as error:
        story.set_up(tmp_path / "region", lambda: (store, repository), "de")
    assert error.value.code == "folder-not-empty"
