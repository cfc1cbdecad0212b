"""The state of the account after any number of entries: who holds which serials, projects, balances, debts.

All values sit in dictionaries and are replaced, never changed in place, so a booking that cannot be stored is undone.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from .entry import Head

Key = tuple[str, int]  # series, first serial


@dataclass(frozen=True)
class Holder:
    """A holder of units: opaque id, role, and for members the municipality code."""

    id: str
    role: str
    ags: str = ""


@dataclass(frozen=True)
class Project:
    """A project that may yield units; `ags` is the member on whose land the effect is physical."""

    id: str
    measure: str
    unit_class: str
    ags: str
    pool: str
    plots: tuple[str, ...]
    start: int
    end: int
    until: int
    owner: str
    buffer: int
    visible: bool
    only_contribution: bool
    status: str = "planned"
    suspended: bool = False
    lost_kg: int = 0
    debt_kg: int = 0


@dataclass(frozen=True)
class Vintage:
    """One year of a project: what was monitored, verified and issued; kg."""

    low_kg: int
    central_kg: int
    high_kg: int
    verified: bool = False
    net_kg: int = 0
    buffer_kg: int = 0
    issue_kg: int = 0
    held_kg: int = 0
    buffered_kg: int = 0
    expired: bool = False


class Block(NamedTuple):
    """Serials first…last of a series in one account. `via` is the entry that brought them, `back` where they were."""

    last: int
    account: str
    project: str
    claim: str
    via: int
    back: tuple[str, str]


class Loss(NamedTuple):
    """A reversal: the part not covered by the buffer, and how the members' attributed tonnes share it."""

    project: str
    year: int
    open_kg: int
    shares: tuple[tuple[str, int], ...]


@dataclass
class State:
    """Everything that follows from the entries read so far."""

    head: Head = field(default_factory=Head)
    holders: dict[str, Holder] = field(default_factory=dict)
    plots: dict[str, frozenset[str]] = field(default_factory=dict)
    duties: dict[str, tuple[frozenset[str], int, int, frozenset[str]]] = field(default_factory=dict)
    projects: dict[str, Project] = field(default_factory=dict)
    vintages: dict[tuple[str, int], Vintage] = field(default_factory=dict)
    serials: dict[str, int] = field(default_factory=dict)
    blocks: dict[Key, Block] = field(default_factory=dict)
    by_account: dict[str, dict[Key, None]] = field(default_factory=dict)
    balances: dict[str, int] = field(default_factory=dict)
    statements: dict[str, int] = field(default_factory=dict)
    losses: dict[int, Loss] = field(default_factory=dict)
    backing: dict[tuple[str, str, int], int] = field(default_factory=dict)
    _undo: list[tuple[dict[Any, Any], Any, Any]] = field(default_factory=list)

    def put(self, table: dict[Any, Any], key: Any, value: Any) -> None:
        """Set a value so that it can be undone."""
        self._undo.append((table, key, table.get(key, _NONE)))
        table[key] = value

    def drop(self, table: dict[Any, Any], key: Any) -> None:
        """Remove a key so that it can be undone."""
        self._undo.append((table, key, table[key]))
        del table[key]

    def add(self, table: dict[Any, Any], key: Any, amount: int) -> None:
        """Add to a number that starts at 0."""
        self.put(table, key, table.get(key, 0) + amount)

    def place(self, key: Key, block: Block | None) -> None:
        """Put a block into its account, or take it away with None."""
        old = self.blocks.get(key)
        if old is not None:
            self.drop(self.by_account[old.account], key)
            self.add(self.balances, old.account, -(old.last - key[1] + 1))
        if block is None:
            self.drop(self.blocks, key)
            return
        self.put(self.blocks, key, block)
        if block.account not in self.by_account:
            self.put(self.by_account, block.account, {})
        self.put(self.by_account[block.account], key, None)
        self.add(self.balances, block.account, block.last - key[1] + 1)

    def of(self, account: str) -> list[tuple[Key, Block]]:
        """Blocks in an account, oldest vintage first."""
        keys = self.by_account.get(account, {})
        return [(k, self.blocks[k]) for k in sorted(keys, key=lambda k: (k[0][-4:], k))]

    def issued_kg(self) -> int:
        """All kilograms ever issued = the sum over all accounts."""
        return sum(last for last in self.serials.values())

    @contextmanager
    def trial(self) -> Iterator[None]:
        """Changes inside are undone if an error leaves the block."""
        self._undo.clear()
        head = self.head
        try:
            yield
        except BaseException:
            self.head = head
            for table, key, old in reversed(self._undo):
                if old is _NONE:
                    table.pop(key, None)
                else:
                    table[key] = old
            raise
        finally:
            self._undo.clear()


_NONE = object()
