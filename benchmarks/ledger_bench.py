"""The climate account under load: a million entries verified, appends a second on both databases.

python benchmarks/ledger_bench.py [--entries 1000000] [--appends 3000]
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VERIFIER = ROOT / "src" / "stadtland" / "ledger" / "verifier.py"


def lines(count: int) -> Iterator[bytes]:
    """A sound journal of `count` entries: set-up and issues, then in turn a transfer of a part and its retirement."""
    from stadtland.ledger.entry import START, make

    time_, prev, seq = "2027-01-01T00:00:00Z", START, 0

    def entry(kind: str, data: dict[str, object]) -> bytes:
        nonlocal prev, seq
        seq += 1
        made = make(seq, prev, time_, kind, f"b-{seq:016x}", 1, 1, data)
        prev = made.hash
        return made.line

    from stadtland.ledger.gate import CRITERIA

    mark = "ab" * 32
    yield entry("journal.open", {"journal": "j-00", "schema": "stadtland/journal/1"})
    members = [(f"o-m{i}", f"990000{i:02d}") for i in range(20)]
    for holder, ags in members:
        yield entry("unit.holder", {"ags": ags, "holder": holder, "role": "member"})
    yield entry("unit.holder", {"holder": "o-farm", "role": "land_user"})
    series: list[tuple[str, int]] = []
    pairs = (count - 200) // 2
    years, places = 10, 10
    per_series = -(-pairs // (years * places)) * 10
    for p, (_, ags) in enumerate(members[:places]):
        yield entry("place.plot", {"area_m2": 1, "outline": mark, "overlaps": [], "plot": f"f-{p}"})
        yield entry("unit.plan", {
            "ags": ags, "class": "reduction", "end": 2040, "measure": "A01", "owner": "o-farm", "plots": [f"f-{p}"],
            "pool": "energy", "project": f"pr-{p}", "risk": 0, "start": 2020, "until": 2040, "visible": True,
        })  # fmt: skip
        yield entry("unit.validate", {"evidence": mark, "gate": dict.fromkeys(CRITERIA, True), "project": f"pr-{p}"})
        for year in range(2020, 2020 + years):
            kg = per_series
            yield entry("unit.monitor", {
                "central_kg": kg, "evidence": mark, "high_kg": kg, "low_kg": kg, "project": f"pr-{p}", "year": year,
            })  # fmt: skip
            yield entry("unit.verify", {
                "buffer_kg": 0, "evidence": mark, "issue_kg": kg, "leakage_kg": 0, "low_kg": kg, "net_kg": kg,
                "project": f"pr-{p}", "verifier": "v-1", "year": year,
            })  # fmt: skip
            name = f"{ags}-{year}"
            yield entry("unit.issue", {
                "kg": kg, "moves": [[name, 1, kg, "source", "hold:o-farm"]], "project": f"pr-{p}", "year": year,
            })  # fmt: skip
            series.append((name, 1))
    n = 0
    while seq + 2 <= count:
        name, first = series[n % len(series)]
        to = members[10 + n % 10][0]
        last = first + 9
        yield entry("unit.transfer", {
            "claim": "contribution", "from": "o-farm", "kg": 10, "to": to,
            "moves": [[name, first, last, "hold:o-farm", f"hold:{to}"]],
        })  # fmt: skip
        yield entry("unit.retire", {
            "claim": "contribution", "kg": 10, "owner": to,
            "moves": [[name, first, last, f"hold:{to}", f"retired:{to}"]],
            "purpose": "none", "statement": f"s-{n}", "year": 2027,
        })  # fmt: skip
        series[n % len(series)] = (name, last + 1)
        n += 1


def write_export(path: Path, count: int) -> float:
    """The export of `lines`; the last line comes from a replay. Returns the seconds of the replay in this process."""
    from stadtland.ledger import verifier

    with open(path, "wb") as handle:
        for line in lines(count):
            handle.write(line + b"\n")
    start = time.perf_counter()
    with open(path, "rb") as handle:
        found = verifier.verify(raw[:-1] for raw in handle)
    took = time.perf_counter() - start
    with open(path, "ab") as handle:
        handle.write(verifier.encode({"end": found}).encode() + b"\n")
    return took


def verify_million(count: int) -> None:
    """The verifier as its own process: wall time, processor time, peak memory."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "export.jsonl"
        write_export(path, count)
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        start = time.perf_counter()
        subprocess.run([sys.executable, str(VERIFIER), str(path)], check=True, stdout=subprocess.DEVNULL)
        wall = time.perf_counter() - start
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        size = path.stat().st_size / 1e6
        words = f"{wall:.2f} s, processor {cpu:.2f} s, peak {after.ru_maxrss / 1024:.0f} MB"
        print(f"verify {count} entries ({size:.0f} MB): {words}")


def disk(folder: str) -> None:
    """What the disk can do at this moment: a durable append cannot be faster than one flush."""
    handle = os.open(f"{folder}/flush", os.O_CREAT | os.O_WRONLY)
    start = time.perf_counter()
    for _ in range(300):
        os.write(handle, b"x" * 4096)
        os.fdatasync(handle)
    print(f"disk: {300 / (time.perf_counter() - start):.0f} flushes/s, load {os.getloadavg()[0]:.1f}")
    os.close(handle)


def appends(url: str, name: str, count: int) -> None:
    """Durable appends a second: single entries, and bookings of five, with and without the rules of the account."""
    from stadtland.ledger import Draft
    from stadtland.store import open_store

    pay = Draft("fund.payment", {"postings": [["fund", "eur_cent", -5], ["party:p-1", "eur_cent", 5]]})
    store = open_store(url)
    store.journal.append([pay])
    for parts, words in ((1, "single entries"), (5, "bookings of 5")):
        start = time.perf_counter()
        for _ in range(count // parts):
            store.journal.append([pay] * parts)
        print(f"append {name}, {words}: {count / (time.perf_counter() - start):.0f} entries/s")
    store.close()


def main() -> None:
    """Run all; PostgreSQL only where STADTLAND_BENCH_URL names an empty database."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--appends", type=int, default=3000)
    given = parser.parse_args()
    verify_million(given.entries)
    with tempfile.TemporaryDirectory() as folder:
        disk(folder)
        appends(f"{folder}/bench.sqlite3", "SQLite (WAL, synchronous FULL)", given.appends)
    if os.environ.get("STADTLAND_BENCH_URL"):
        appends(os.environ["STADTLAND_BENCH_URL"], "PostgreSQL", given.appends)


if __name__ == "__main__":
    main()
