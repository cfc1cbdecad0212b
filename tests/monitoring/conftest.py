"""The training region as state: every rule has been passed on the way."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from stadtland.actions import training as story
from stadtland.ledger.journal import MemoryJournal, MemoryRecords
from stadtland.monitoring import book as books
from stadtland.monitoring.records import Memory


@pytest.fixture(scope="session")
def trained(tmp_path_factory):
    """The training region in memory: folder, repository, journal, records."""
    out = tmp_path_factory.mktemp("training") / "region"
    repository, records = Memory(), MemoryRecords()
    journal = MemoryJournal(clock=lambda: datetime(2026, 9, 1, tzinfo=UTC))
    store = SimpleNamespace(journal=journal, records=records)
    year = story.set_up(out, lambda: (store, repository), "de")
    return SimpleNamespace(out=out, repository=repository, journal=journal, records=records, year=year)


@pytest.fixture
def book(trained):
    """Its state."""
    return books.replay(trained.repository.events())
