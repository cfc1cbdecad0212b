"""Processes for the tests of faults: `race` retires the same kilograms as others, `write` books until killed."""

from __future__ import annotations

import json
import sys

from stadtland.base.errors import InputError
from stadtland.ledger import Draft
from stadtland.ledger.account import Account
from stadtland.ledger.requests import retire
from stadtland.store import open_store


def race(db: str, rounds: int, name: str) -> None:
    """Try to retire kilogram 1, 2, …: prints the ones it got and what the refusals said."""
    account = Account(open_store(db).journal)
    print("ready", flush=True)
    sys.stdin.readline()  # all begin together
    won, codes = [], set()
    for n in range(1, rounds + 1):
        try:
            account.book(retire("o-farm", 1, "contribution", 2027, f"s-{name}-{n}", first=n))
            won.append(n)
        except InputError as error:
            codes.add(error.code)
    print(json.dumps({"won": won, "codes": sorted(codes)}))


def write(db: str) -> None:
    """Book entries and triples for ever; prints the number of the last entry of each finished booking."""
    journal = open_store(db).journal
    print("ready", flush=True)
    n = 0
    while True:
        n += 1
        rows = [Draft("fund.note", {"n": n, "i": i, "text": "x" * 60}) for i in range(1 + 2 * (n % 2))]
        print(journal.append(rows)[-1].seq, flush=True)


if __name__ == "__main__":
    if sys.argv[1] == "race":
        race(sys.argv[2], int(sys.argv[3]), sys.argv[4])
    else:
        write(sys.argv[2])
