"""The journal in both databases: append-only, serial, protected after migrations, for a restricted role."""

from __future__ import annotations

import itertools
import sqlite3
from datetime import UTC, datetime, timedelta

import pytest

from stadtland.base.errors import ComputationError, InputError
from stadtland.ledger import Conflict, Draft
from stadtland.store import Store, open_store, triggers

PAY = Draft("fund.payment", {"postings": [["fund", "eur_cent", -5], ["party:p-1", "eur_cent", 5]]})


def test_append_read_head(store: Store):
    assert store.journal.head().seq == 0
    first = store.journal.append([PAY, PAY])
    assert [e.kind for e in first] == ["journal.open", "fund.payment", "fund.payment"]
    assert [(e.part, e.parts) for e in first] == [(1, 1), (1, 2), (2, 2)]
    more = store.journal.append([Draft("measure.status", {"status": "planned"})])
    entries = list(store.journal.read())
    assert entries == first + more
    assert all(b.prev == a.hash for a, b in itertools.pairwise(entries))
    assert [e.seq for e in store.journal.read(after=2)] == [3, 4]
    assert [e.kind for e in store.journal.read(kinds="measure.")] == ["measure.status"]
    head = store.journal.head()
    assert (head.seq, head.hash, head.journal) == (4, entries[-1].hash, entries[0].data["journal"])


def test_a_booking_checked_on_an_old_state_is_refused_whole(store: Store):
    store.journal.append([PAY])
    old = store.journal.head()
    store.journal.append([PAY])
    with pytest.raises(Conflict):
        store.journal.append([PAY, PAY], expected=old)
    assert store.journal.head().seq == 3
    store.journal.append([PAY], expected=store.journal.head())


def test_a_bad_part_leaves_nothing_behind(store: Store):
    with pytest.raises(InputError, match="postings-sum"):
        store.journal.append([PAY, Draft("fund.payment", {"postings": [["a", "eur_cent", 1], ["b", "eur_cent", 1]]})])
    assert store.journal.head().seq == 0


def test_clock_set_back_is_said(store: Store):
    now = datetime.now(UTC)
    store.journal.append([PAY], now=now)
    with pytest.raises(InputError, match="clock-behind"):
        store.journal.append([PAY], now=now - timedelta(minutes=5))
    jitter = store.journal.append([PAY], now=now - timedelta(seconds=2))
    assert jitter[0].time == store.journal.head().time
    assert store.journal.head().seq == 3


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE journal_entry SET kind = 'x.y' WHERE seq = 2",
        "DELETE FROM journal_entry WHERE seq = 3",
        "DELETE FROM journal_entry",
        "INSERT INTO journal_entry (seq, prev, hash, kind, line) VALUES (9, 'p', 'h', 'k.k', '{}')",
        "INSERT INTO journal_entry (seq, prev, hash, kind, line) VALUES (4, 'p', 'h', 'k.k', '{}')",
    ],
)
def test_statements_that_bend_the_journal_are_refused(store: Store, sql: str):
    from django.db import DatabaseError

    store.journal.append([PAY, PAY])
    before = list(store.journal.lines())
    with pytest.raises(DatabaseError), store.connection.cursor() as cursor:
        cursor.execute(sql)
    assert list(store.journal.lines()) == before


def test_replace_is_refused_even_by_a_foreign_program_without_our_settings(tmp_path):
    path = tmp_path / "konto.sqlite3"
    store = open_store(path)
    store.journal.append([PAY, PAY])
    other = sqlite3.connect(path)
    assert other.execute("PRAGMA recursive_triggers").fetchone() == (0,)
    for sql in (
        "REPLACE INTO journal_entry SELECT * FROM journal_entry WHERE seq = 2",
        "INSERT OR REPLACE INTO journal_entry SELECT seq, prev, hash, 'x.y', line FROM journal_entry WHERE seq = 3",
        "UPDATE OR REPLACE journal_entry SET prev = 'x' WHERE seq = 3",
    ):
        with pytest.raises(sqlite3.DatabaseError):
            other.execute(sql)
    other.close()


def test_sqlite_settings(tmp_path):
    with open_store(tmp_path / "k.sqlite3").connection.cursor() as cursor:
        found = {}
        for name in ("journal_mode", "synchronous", "foreign_keys", "recursive_triggers"):
            cursor.execute(f"PRAGMA {name}")
            found[name] = cursor.fetchone()[0]
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "recursive_triggers": 1}


def test_truncate_and_a_restricted_role_on_postgres(fresh_postgres: str):
    import psycopg

    store = open_store(fresh_postgres)
    store.journal.append([PAY, PAY])
    role = "app_" + store.alias[-8:]
    with store.connection.cursor() as cursor:
        cursor.execute(f"CREATE ROLE {role} LOGIN")
    triggers.restrict(store.connection, role)
    app = fresh_postgres.replace("owner@", f"{role}@")
    limited = open_store(app)
    limited.journal.append([PAY])
    limited.records.put("party", "p-1", {"name": "Ä"})
    assert limited.records.delete("party", "p-1")
    owner_refused = ("TRUNCATE journal_entry", "TRUNCATE journal_entry CASCADE")
    app_refused = (
        *owner_refused,
        "UPDATE journal_entry SET kind = 'x.y'",
        "DELETE FROM journal_entry",
        "ALTER TABLE journal_entry DISABLE TRIGGER ALL",
        "DROP TRIGGER journal_no_update ON journal_entry",
        "DROP TABLE journal_entry",
        "SET session_replication_role = replica",
        "CREATE OR REPLACE FUNCTION journal_refuse() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NEW; END$$",
    )
    for address, statements in ((fresh_postgres, owner_refused), (app, app_refused)):
        for sql in statements:
            with psycopg.connect(address) as connection, pytest.raises(psycopg.Error):
                connection.execute(sql)
    assert store.journal.head().seq == 4
    limited.close()
    store.close()


def test_replication_role_does_not_switch_the_triggers_off(fresh_postgres: str):
    import psycopg

    store = open_store(fresh_postgres)
    store.journal.append([PAY])
    with psycopg.connect(fresh_postgres) as connection:
        connection.execute("SET session_replication_role = replica")
        with pytest.raises(psycopg.Error, match="append-only"):
            connection.execute("DELETE FROM journal_entry")
    store.close()


def test_missing_triggers_are_found_at_start(store: Store):
    assert triggers.missing(store.connection) == []
    with store.connection.cursor() as cursor:
        table = "" if store.connection.vendor == "sqlite" else f" ON {triggers.TABLE}"
        cursor.execute("DROP TRIGGER journal_no_update" + table)
    assert triggers.missing(store.connection) == ["journal_no_update"]
    with pytest.raises(ComputationError, match="journal-unprotected"):
        open_store(store.db)
    triggers.install(store.connection)
    open_store(store.db)


def test_after_a_migration_that_rebuilds_the_table_the_triggers_are_back(store: Store):
    """SQLite changes a column by building the table anew, and the triggers go with the old one."""
    from django.apps import apps
    from django.core.management.sql import emit_post_migrate_signal
    from django.db import models

    from stadtland.store.models import JournalEntry

    store.journal.append([PAY, PAY])
    before = list(store.journal.lines())
    old = JournalEntry._meta.get_field("kind")
    wide = models.CharField(max_length=90)
    wide.set_attributes_from_name("kind")
    wide.model = JournalEntry
    with store.connection.schema_editor() as editor:
        editor.alter_field(JournalEntry, old, wide)
    if store.connection.vendor == "sqlite":
        assert triggers.missing(store.connection), "without the step after migrations the journal would be open"
    assert apps.get_app_config("store")
    emit_post_migrate_signal(0, False, store.alias)
    assert triggers.missing(store.connection) == []
    assert list(store.journal.lines()) == before
    from django.db import DatabaseError

    with pytest.raises(DatabaseError), store.connection.cursor() as cursor:
        cursor.execute("DELETE FROM journal_entry")


def test_the_models_have_their_migrations(tmp_path):
    from django.core.management import call_command

    open_store(tmp_path / "k.sqlite3")
    call_command("makemigrations", "store", check=True, dry_run=True, verbosity=0)


def test_bad_places(tmp_path):
    with pytest.raises(InputError, match="db-missing"):
        open_store(tmp_path / "none.sqlite3", create=False)
    with pytest.raises(InputError, match="db-missing"):
        open_store(tmp_path / "no" / "folder.sqlite3")
    with pytest.raises(InputError, match="db-url"):
        open_store("mysql://x/y")
    with pytest.raises(InputError, match="db-url"):
        open_store("nonsense://x/y")
    junk = tmp_path / "junk.sqlite3"
    junk.write_bytes(b"this is no database at all, but long enough to be read as one" * 100)
    with pytest.raises(InputError, match="db-kind"):
        open_store(junk)
    with pytest.raises(ComputationError) as caught:
        open_store("postgresql://user:secret@127.0.0.1:1/none")
    assert "secret" not in str(caught.value)


def test_records(store: Store):
    store.records.put("party", "p-2", {"name": "Hof Müller", "share": 0.5})
    store.records.put("party", "p-1", {"name": "A"})
    store.records.put("party", "p-1", {"name": "B"})
    store.records.put("plot", "p-1", {"name": "C"})
    assert store.records.get("party", "p-1") == {"name": "B"}
    assert list(store.records.all("party")) == ["p-1", "p-2"]
    assert store.records.delete("party", "p-1") and not store.records.delete("party", "p-1")
    assert store.records.get("party", "p-1") is None
