"""Who is meant: a bundled partnership, a partnership file, or municipality codes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stadtland.roadmap.partnership import Partnership


@dataclass(frozen=True)
class Whom:
    """Codes in their order, a name (or empty), and the partnership file if there is one."""

    ags: tuple[str, ...]
    name: str = ""
    partnership: Partnership | None = None

    def at(self, year: int | None, default: int = 2021) -> tuple[tuple[str, ...], int]:
        """The codes, and the year: as stated, else that of the partnership, else `default`."""
        return self.ags, year or (self.partnership.inventory_year if self.partnership else default)


def resolve(names: Sequence[str]) -> Whom:
    """One name of a bundled partnership or one file ending in .toml: its members. Else the names are codes.

    Codes are checked later by whoever uses them. InputError `partnership-unknown`, `file-*`, `key-*` for the file.
    """
    from stadtland.roadmap import partnership

    if len(names) == 1 and (names[0].endswith(".toml") or names[0] in partnership.bundled()):
        found = partnership.load(names[0])
        return Whom(found.ags, found.name, found)
    return Whom(tuple(names))
