"""Who is meant: a bundled partnership, a partnership file, or codes; and their inventory with own figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stadtland.base.errors import InputError

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

    if len(names) == 1 and not names[0][:1].isdigit():
        found = partnership.load(names[0])
        return Whom(found.ags, found.name, found)
    return Whom(tuple(names))


Overrides = dict[str, dict[str, Any]]


def own_figures(
    whom: Whom, ags: Sequence[str], year: int, store: Path | None = None, more: Mapping[str, Any] | None = None
) -> Overrides:
    """Own figures of the members by AGS and id: those of `more` first, over them the partnership file, over both the
    folder of own figures (`stadtland data import`), without farm figures under secrecy.
    """
    found: Overrides = {a: dict(v) for a, v in (more or {}).items() if a in ags}
    stated = whom.partnership.overrides if whom.partnership else {}
    for a, figures in stated.items():
        if a in ags:
            found[a] = found.get(a, {}) | figures
    if store is not None:
        from stadtland.inventory import own_data

        if not store.is_dir():
            raise InputError(
                "own-data-folder", "there is no folder of own figures", str(store),
                "import a file first: stadtland data import",
            )  # fmt: skip
        for a, figures in own_data.overrides(own_data.load(store).state, year, members=ags).items():
            found[a] = found.get(a, {}) | figures
    return found


def inventory(whom: Whom, ags: Sequence[str], year: int, data: Path | None, own: Overrides) -> tuple[Any, list[Any]]:
    """Inventory and municipalities of the codes, both with the own figures."""
    from stadtland import facts
    from stadtland import inventory as room
    from stadtland.facts import codes
    from stadtland.roadmap import own_figures as figures

    codes.check_all(ags)
    members, lines = figures.apply(facts.load_members(tuple(ags), year, data), own)
    return room.build(tuple(ags), year, data, lines or None), list(members)
