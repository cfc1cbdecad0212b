"""The Klimakonto on a journal: state in memory, kept up with the journal, every booking checked before it is stored."""

from __future__ import annotations

from collections.abc import Callable

from stadtland.base.errors import InputError

from .entry import Draft, Entry, Head
from .journal import Conflict, Journal
from .replay import replay
from .rules import apply
from .state import State

TRIES = 1000
Request = Callable[[State], list[Draft]]


class Account:
    """Rules and journal together. One object per process; it follows what others book."""

    def __init__(self, journal: Journal) -> None:
        self.journal = journal
        self.state = State()
        self.sync()

    def sync(self) -> State:
        """Read the entries that are new; InputError of the first one that breaks a rule."""
        return replay(self.journal.read(self.state.head.seq), self.state)

    def book(self, request: Request | list[Draft]) -> list[Entry]:
        """Check and append; if someone else booked in between, ask and check again on the new state.

        Returns the new entries. InputError of the rule that is broken, seen on the newest state: nothing was booked.
        """
        for _ in range(TRIES):
            head = self.state.head
            try:
                drafts = request(self.state) if callable(request) else request
                with self.state.trial():
                    for i, draft in enumerate(drafts, 1):
                        apply(self.state, draft, max(head.seq, 1) + i)
                    entries = self.journal.append(drafts, expected=head)
            except Conflict:
                self.sync()
                continue
            except InputError:
                if self.journal.head().seq == head.seq:
                    raise
                self.sync()
                continue
            last = entries[-1]
            name = str(entries[0].data["journal"]) if head.seq == 0 else head.journal
            self.state.head = Head(name, last.seq, last.hash, last.time)
            return entries
        raise Conflict(head, self.journal.head())
