"""Every error code in the source stands in docs/reference/errors.md, and no other."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "reference" / "errors.md"
# Read from the text, not by the script that writes the page.
RAISED = re.compile(r"(?:InputError|ComputationError|super\(\)\.__init__)\(\s*(?:code=)?\"([a-z0-9]+(?:-[a-z0-9]+)*)\"")


def codes_in_source() -> set[str]:
    texts = [p.read_text(encoding="utf-8") for p in (ROOT / "src").rglob("*.py")]
    return {code for text in texts for code in RAISED.findall(text)}


def codes_on_page() -> set[str]:
    return set(re.findall(r"^\| `([a-z0-9-]+)` \|", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE))


def test_every_code_has_its_row():
    codes = codes_in_source()
    assert len(codes) > 30
    assert codes - codes_on_page() == set(), "run make docs"


def test_no_row_without_a_code():
    text = "\n".join(p.read_text(encoding="utf-8") for p in (ROOT / "src").rglob("*.py"))
    assert {code for code in codes_on_page() if f'"{code}"' not in text} == set(), "run make docs"


def test_page_is_up_to_date():
    done = subprocess.run(
        [sys.executable, str(ROOT / "docs" / "errors_page.py"), "--check"], capture_output=True, text=True,
        timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
