"""Two programs, one set of rules: on random forged journals the account and the verifier accept and refuse alike."""

from __future__ import annotations

import hashlib
import json
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from region import MARK
from test_properties import BEFORE, HOLDERS, PROJECTS, STEP, step

from stadtland.base.errors import InputError
from stadtland.ledger import verifier
from stadtland.ledger.account import Account
from stadtland.ledger.entry import parse
from stadtland.ledger.journal import MemoryJournal
from stadtland.ledger.replay import replay
from stadtland.ledger.verifier import Wrong

WORDS = {
    "holder": [f"hold:{h}" for h in HOLDERS]
    + [f"retired:{h}" for h in HOLDERS]
    + ["source", "cancelled", "reversed", "expired", "buffer:temporary_removal", *HOLDERS],
    "other": ["internal", "contribution", "export", "reduction", "temporary_removal", "soil_mineral", *PROJECTS, "f-1"],
}


def leaves(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Paths of all plain values."""
    if isinstance(value, dict):
        return [p for k, v in value.items() for p in leaves(v, (*path, k))]
    if isinstance(value, list):
        return [p for i, v in enumerate(value) for p in leaves(v, (*path, i))]
    return [path]


def forge(data: dict[str, Any], chance: random.Random) -> None:
    """Change, drop or double one thing in the data of an entry."""
    path = chance.choice(leaves(data) or [()])
    if not path:
        return
    place = data
    for key in path[:-1]:
        place = place[key]
    old = place[path[-1]]
    if chance.random() < 0.15:
        del place[path[-1]]
    elif isinstance(old, bool):
        place[path[-1]] = not old
    elif isinstance(old, int):
        place[path[-1]] = old + chance.choice((-1, 1, -old, 10, -10, 1000))
    elif isinstance(old, str):
        words = WORDS["holder"] if ":" in old or old in WORDS["holder"] else WORDS["other"]
        place[path[-1]] = chance.choice(words)


def rechained(entries: list[dict[str, Any]]) -> list[bytes]:
    """Lines whose numbers and hashes fit, so that only the rules can object."""
    prev, lines = "0" * 64, []
    for i, e in enumerate(entries, 1):
        lines.append(
            verifier.encode({**e, "seq": i, "prev": prev, "booking": f"b-{i}", "part": 1, "parts": 1}).encode()
        )
        prev = hashlib.sha256(lines[-1]).hexdigest()
    return lines


def both(lines: list[bytes]) -> tuple[int, str, int, str]:
    """(entry, code) at which the account and the verifier stop; 0 if they accept everything."""
    first, one = 0, ""
    try:
        for n, line in enumerate(lines, 1):
            first = n
            if n == 1:
                state = replay([parse(line)])
            else:
                replay([parse(line)], state)
        first = 0
    except InputError as error:
        one = error.code
    try:
        verifier.verify(lines)
    except Wrong as error:
        return first, one, error.entry, error.code
    return first, one, 0, ""


def agree(steps: list[Any], seed: int) -> bool:
    found = Account(MemoryJournal([parse(line) for line in BEFORE]))
    for word, *numbers in steps:
        try:
            found.book(step(found, word, *numbers))
        except InputError:
            continue
    chance = random.Random(seed)
    entries = [json.loads(e.line) for e in found.journal.read()]
    forge(entries[chance.randrange(1, len(entries))]["data"], chance)
    if chance.random() < 0.3:
        entries.append(json.loads(json.dumps(entries[chance.randrange(1, len(entries))])))
    if chance.random() < 0.2:
        del entries[chance.randrange(1, len(entries))]
    a, one, b, two = both(rechained(entries))
    assert a == b, (one, two, entries[a - 1], entries[b - 1])
    return bool(a)


@settings(max_examples=200, deadline=None)
@given(st.lists(STEP, min_size=3, max_size=25), st.integers(0, 2**32))
def test_both_stop_at_the_same_entry(steps, seed):
    agree(steps, seed)


@pytest.mark.soak
@settings(max_examples=10000, deadline=None)
@given(st.lists(STEP, min_size=3, max_size=40), st.integers(0, 2**32))
def test_both_stop_at_the_same_entry_ten_thousand_times(steps, seed):
    agree(steps, seed)


def test_a_retirement_undone_by_a_correction_is_found_by_both():
    from stadtland.ledger.requests import retire, transfer

    found = Account(MemoryJournal([parse(line) for line in BEFORE]))
    found.book(transfer("o-farm", "o-city", 10, "internal"))
    entry = found.book(retire("o-city", 10, "internal", 2027, "s-x"))[-1]
    (move,) = entry.data["moves"]
    entries = [json.loads(e.line) for e in found.journal.read()]
    back = [*move[:3], "retired:o-city", "hold:o-city"]
    data = {"corrects": entry.seq, "kg": 10, "moves": [back], "note": MARK[:8], "reason": "audit"}
    entries.append({**entries[-1], "kind": "unit.correct", "data": data})
    a, one, b, two = both(rechained(entries))
    assert a == b == len(entries) and one == two == "unit-final"
