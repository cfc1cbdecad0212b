"""Facts: municipalities with figures, factors, dated series, published figures; all with source and evidence.

The functions here load their modules on the first call, so that importing the room costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from .municipality import Municipality
    from .published_values import PublishedFigure


def load_members(ags: Sequence[str], year: int, data: Path | None = None) -> list[Municipality]:
    """The municipalities `ags` with figures of the inventory year; see `municipality.load_members`."""
    from .municipality import load_members as load

    return load(ags, year, data)


def published() -> dict[str, list[PublishedFigure]]:
    """Published figures of municipalities by AGS, the newest first."""
    from .published_values import published as read

    return read()
