"""Load and faults: many processes, killed while writing, disk full, older copies. Short here, long in soak."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from stadtland.base.errors import ComputationError, InputError
from stadtland.ledger import Draft
from stadtland.ledger.account import Account
from stadtland.store import Store, open_store
from stadtland.store.audit import audit
from stadtland.store.backup import accept_loss, backup, restore

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "ledger"))
from region import MARK, monitor, passed, plan

WORKER = Path(__file__).with_name("worker.py")


def filled(store: Store, kg: int = 1000) -> Account:
    """A project with `kg` net, issued to o-farm: 85 % of it, the rest is buffer."""
    from stadtland.ledger.requests import issue, verify

    found = Account(store.journal)
    found.book([Draft("unit.holder", {"holder": "o-farm", "role": "land_user"})])
    found.book([Draft("place.plot", {"plot": "f-1", "area_m2": 1, "overlaps": [], "outline": MARK})])
    found.book([plan(), passed()])
    found.book([monitor(low=kg)])
    found.book(verify("pr-1", 2027, "v-1", MARK))
    found.book(issue("pr-1", 2027))
    return found


def race(store: Store, processes: int, rounds: int) -> list[int]:
    """Every kilogram is retired by exactly one process, however many try; the books are sound afterwards."""
    filled(store, rounds * 2)
    running = [
        subprocess.Popen(
            [sys.executable, str(WORKER), "race", store.db, str(rounds), str(p)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )
        for p in range(processes)
    ]  # fmt: skip
    assert all(process.stdout.readline() == "ready\n" for process in running if process.stdout)
    for process in running:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    told = []
    for process in running:
        out, _ = process.communicate(timeout=1500)
        assert process.returncode == 0
        told.append(json.loads(out))
    won = sorted(n for t in told for n in t["won"])
    assert won == list(range(1, rounds + 1)), "each unit exactly once"
    assert {c for t in told for c in t["codes"]} == {"unit-short"}, "the others were refused in words"
    found = audit(store)
    assert found["balances"]["retired:o-farm"] == rounds
    assert found["balances"]["hold:o-farm"] == rounds * 2 * 85 // 100 - rounds
    return [len(t["won"]) for t in told]


def test_processes_that_retire_the_same_units(store: Store):
    race(store, 4, 60)


@pytest.mark.soak
def test_eight_processes_ten_thousand_tries(store: Store):
    assert sum(1 for won in race(store, 8, 1250) if won) > 1, "one process alone did all: no race"


def killed(store: Store, times: int) -> None:
    """Killed at random: the chain is sound, no booking is half, and what was confirmed is there."""
    chance = random.Random(times)
    store.journal.append([Draft("fund.note", {"n": 0})])
    for _ in range(times):
        process = subprocess.Popen(
            [sys.executable, str(WORKER), "write", store.db],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert process.stdout is not None and process.stdout.readline() == "ready\n"
        time.sleep(chance.random() * 0.08)
        process.kill()
        lines = process.stdout.read().split("\n")
        process.wait()
        last = max((int(x) for x in lines[:-1]), default=0)  # a line without its end may be cut
        seen = audit(store)["seq"]
        assert seen >= last, "a confirmed booking is gone"
        # PostgreSQL may still finish a commit of the killed process while we look
        assert store.journal.head().seq >= seen
    store.journal.append([Draft("fund.note", {"n": 1})])
    assert audit(store)["seq"] == store.journal.head().seq


def test_killed_while_writing(store: Store):
    killed(store, 5)


@pytest.mark.soak
def test_killed_two_hundred_times_while_writing(store: Store):
    killed(store, 200)


def test_disk_full(tmp_path):
    store = open_store(tmp_path / "k.sqlite3")
    store.journal.append([Draft("fund.note", {"n": 0})])
    with store.connection.cursor() as cursor:
        cursor.execute("PRAGMA page_count")
        pages = cursor.fetchone()[0]
        cursor.execute(f"PRAGMA max_page_count = {pages + 12}")
    rows = [Draft("fund.note", {"n": n, "text": "x" * 80}) for n in range(20)]
    with pytest.raises(ComputationError, match="db-full") as caught:
        for _ in range(1000):
            store.journal.append(rows)
    assert "half booked" in caught.value.cure
    before = store.journal.head().seq
    assert before % 20 == 2, "bookings of 20 after the first two entries: none is half"
    assert audit(store)["seq"] == before
    with store.connection.cursor() as cursor:
        cursor.execute("PRAGMA max_page_count = 1000000")
    store.journal.append(rows)
    assert audit(store)["seq"] == before + 20


def test_file_may_not_grow(tmp_path):
    """The system refuses to make the file longer: the same words, nothing half booked, the next start is sound."""
    script = (
        "import resource, signal, sys\n"
        "from stadtland.base.errors import ComputationError\n"
        "from stadtland.ledger import Draft\n"
        "from stadtland.store import open_store\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "journal = open_store(sys.argv[1]).journal\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))\n"
        "rows = [Draft('fund.note', {'n': n, 'text': 'x' * 80}) for n in range(20)]\n"
        "try:\n"
        "    while True:\n"
        "        print(journal.append(rows)[-1].seq, flush=True)\n"
        "except ComputationError as error:\n"
        "    print(error.code)\n"
    )
    path = tmp_path / "k.sqlite3"
    done = subprocess.run([sys.executable, "-c", script, str(path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    *numbers, code = done.stdout.split()
    assert code == "db-full"
    store = open_store(path)
    assert store.journal.head().seq == int(numbers[-1])
    assert audit(store)["seq"] == int(numbers[-1])


def test_an_older_copy_in_place_of_the_database_is_said(tmp_path):
    path, copy = tmp_path / "k.sqlite3", tmp_path / "old.sqlite3"
    store = open_store(path)
    filled(store)
    store.close()
    with store.connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    store.close()
    shutil.copy(path, copy)
    store.journal.append([Draft("fund.note", {"n": 1})])
    lost = store.journal.head()
    store.close()
    for end in ("", "-wal", "-shm"):
        Path(str(path) + end).unlink(missing_ok=True)
    shutil.copy(copy, path)
    with pytest.raises(ComputationError, match="journal-older"):
        open_store(path)
    older = open_store(path, seen=False)
    told = accept_loss(older, "data")
    assert (told["lost_seq"], told["lost_hash"]) == (lost.seq, lost.hash)
    again = open_store(path)
    assert audit(again)["seq"] == lost.seq  # the loss itself is an entry now
    with pytest.raises(InputError, match="nothing-lost"):
        accept_loss(again, "data")


def test_another_journal_under_the_same_name_is_said(tmp_path):
    path = tmp_path / "k.sqlite3"
    store = open_store(path)
    store.journal.append([Draft("fund.note", {"n": 1})])
    store.close()
    for end in ("", "-wal", "-shm"):
        Path(str(path) + end).unlink(missing_ok=True)
    fresh = open_store(path, seen=False)
    for n in range(5):
        fresh.journal.append([Draft("fund.note", {"n": n})])
    with pytest.raises(ComputationError, match="journal-other"):
        open_store(path)


def event(store: Store, n: int) -> None:
    """An event of the monitoring."""
    from stadtland.monitoring.records import Draft as Kept
    from stadtland.store.monitoring import SqlRepository

    SqlRepository(store).append(n - 1, [Kept("note", {"text": "Straße", "n": n})], "2027-01-01T00:00:00Z", "office")


def test_backup_and_restore_into_either_database(store: Store, tmp_path, request):
    filled(store)
    store.records.put("party", "o-farm", {"name": "Hof Ü"})
    event(store, 1)
    manifest = backup(store, tmp_path / "b.zip")
    fresh = str(tmp_path / "new.sqlite3")
    told = restore(tmp_path / "b.zip", fresh)
    assert told["entries"] == told["added"] == manifest["seq"] and told["records"] == 1
    copy = open_store(fresh)
    assert list(copy.journal.lines()) == list(store.journal.lines())
    assert copy.records.get("party", "o-farm") == {"name": "Hof Ü"}
    assert audit(copy)["balances"] == audit(store)["balances"]
    from stadtland.store.monitoring import SqlRepository

    assert SqlRepository(copy).events() == SqlRepository(store).events() != []
    # the same journal, some entries on: nothing is taken away
    copy.journal.append([Draft("fund.note", {"n": 1})])
    copy.close()
    with pytest.raises(InputError, match="restore-older"):
        restore(tmp_path / "b.zip", fresh)
    backup(copy, tmp_path / "later.zip")
    assert restore(tmp_path / "later.zip", store.db)["added"] == 1
    event(store, 2)
    with pytest.raises(InputError, match="restore-older"):
        restore(tmp_path / "later.zip", store.db)
    other = tmp_path / "other.sqlite3"
    open_store(other).journal.append([Draft("fund.note", {"n": 1})])
    with pytest.raises(InputError, match="restore-other"):
        restore(tmp_path / "b.zip", str(other))


def test_restore_knows_a_backup_older_than_a_checkpoint(tmp_path):
    from stadtland.ledger.checkpoint import new_key, sign

    store = open_store(tmp_path / "k.sqlite3")
    filled(store)
    backup(store, tmp_path / "b.zip")
    store.journal.append([Draft("fund.note", {"n": 1})])
    point = sign(store.journal.head(), new_key())
    with pytest.raises(ComputationError, match="journal-shorter"):
        restore(tmp_path / "b.zip", str(tmp_path / "new.sqlite3"), [point])
    assert not (tmp_path / "new.sqlite3").exists()


def test_damaged_backups(tmp_path):
    store = open_store(tmp_path / "k.sqlite3")
    filled(store)
    store.records.put("party", "o-farm", {"name": "Hof"})
    backup(store, tmp_path / "b.zip")
    whole = (tmp_path / "b.zip").read_bytes()
    chance = random.Random(3)
    target = tmp_path / "new.sqlite3"
    for i in sorted(chance.sample(range(len(whole)), 150)):
        bad = bytearray(whole)
        bad[i] ^= 1 << chance.randrange(8)
        (tmp_path / "x.zip").write_bytes(bad)
        try:
            told = restore(tmp_path / "x.zip", str(target))
        except (InputError, ComputationError):
            assert not target.exists()
        else:  # a byte of the ZIP that carries nothing (a date): what comes out is the same
            assert told["entries"] == store.journal.head().seq
            assert list(open_store(target).journal.lines()) == list(store.journal.lines())
            open_store(target).close()
            for end in ("", "-wal", "-shm", ".mark"):
                Path(str(target) + end).unlink(missing_ok=True)
    for junk in (b"", b"PK", b"x" * 100, whole[: len(whole) // 2]):
        (tmp_path / "x.zip").write_bytes(junk)
        with pytest.raises(InputError, match="backup-format"):
            restore(tmp_path / "x.zip", str(target))
    with pytest.raises(InputError, match="file-missing"):
        restore(tmp_path / "none.zip", str(target))


CHANGES = ("kind = 'fund.other'", f"hash = '{'x' * 64}'", """line = replace(line, '"n":1', '"n":2')""")


@pytest.mark.parametrize("change", CHANGES)
def test_columns_changed_behind_the_triggers(store: Store, change: str):
    """Someone drops the triggers, changes a row and puts the triggers back: the audit names the entry."""
    from stadtland.store import triggers

    store.journal.append([Draft("fund.note", {"n": 1}), Draft("fund.note", {"n": 1})])
    with store.connection.cursor() as cursor:
        table = "" if store.connection.vendor == "sqlite" else f" ON {triggers.TABLE}"
        cursor.execute("DROP TRIGGER journal_no_update" + table)
        cursor.execute(f"UPDATE journal_entry SET {change} WHERE seq = 2")
    with pytest.raises(ComputationError, match="journal-unprotected"):
        audit(store)
    triggers.install(store.connection)
    with pytest.raises(ComputationError) as caught:
        audit(store)
    assert caught.value.code == "journal-columns"
    assert caught.value.where.endswith("entry 2")
