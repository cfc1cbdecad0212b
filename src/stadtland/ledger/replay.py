"""From entries to the state of the account."""

from __future__ import annotations

from collections.abc import Iterable

from stadtland.base.errors import InputError

from .entry import FIRST_KIND, Draft, Entry, Head
from .rules import apply
from .state import State


def replay(entries: Iterable[Entry], state: State | None = None) -> State:
    """The state after the entries; InputError of the rule that an entry breaks, with its number.

    Raises InputError `chain-broken` when an entry does not follow the one before.
    """
    state = state or State()
    for entry in entries:
        if (entry.seq, entry.prev) != (state.head.seq + 1, state.head.hash):
            raise InputError(
                "chain-broken",
                f"entry {entry.seq} does not follow entry {state.head.seq}",
                f"entry {entry.seq}",
                "use the untouched journal; `stadtland ledger verify` names the first wrong entry",
            )
        if entry.time < state.head.time:
            raise InputError(
                "entry-time",
                f"entry {entry.seq} is older than the one before",
                f"entry {entry.seq}",
                "use the untouched journal; `stadtland ledger verify` names the first wrong entry",
            )
        journal = str(entry.data["journal"]) if entry.kind == FIRST_KIND else state.head.journal
        with state.trial():
            apply(state, Draft(entry.kind, entry.data), entry.seq)
        state.head = Head(journal, entry.seq, entry.hash, entry.time)
    return state
