"""Where the bundled content lies."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent / "content"


def path(*parts: str) -> Path:
    """Path of a bundled content file, e.g. `path("measures", "A01.toml")`."""
    return ROOT.joinpath(*parts)
