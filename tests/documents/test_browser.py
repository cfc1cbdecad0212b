"""The HTML report in a real browser: no rule of axe at level A or AA is broken, nothing is asked of the network."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from fixture_results import results

from stadtland.documents import html, report

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="not run: needs Debian's Chromium")
@pytest.mark.parametrize(("lang", "width"), [("de", 1200), ("en", 1200), ("de", 360)])
def test_axe_finds_nothing_and_network_stays_quiet(accessible, tmp_path: Path, lang: str, width: int) -> None:
    path = tmp_path / "report.html"
    path.write_bytes(html.render(report.compose(results(5), lang)))
    accessible(path, width)
