"""The annual report in a real browser: no rule of axe at level A or AA is broken, nothing is asked of the network."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from stadtland.actions import fund as funds
from stadtland.actions import monitoring as use
from stadtland.documents import annual

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="not run: needs Debian's Chromium")
@pytest.mark.parametrize(("lang", "width"), [("de", 1200), ("de", 360)])
def test_axe_finds_nothing_and_network_stays_quiet(trained, accessible, tmp_path: Path, lang: str, width: int) -> None:
    found = use.annual(
        trained.repository, funds.state(trained.journal), funds.account(trained.journal), 2024, None, "net",
        clock=lambda: datetime(2026, 9, 1, tzinfo=UTC),
    )  # fmt: skip
    path = tmp_path / "annual.html"
    path.write_bytes(annual.render(found, lang)[f"annual-2024-{lang}.html"])
    accessible(path, width)
