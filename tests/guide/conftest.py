"""Results of the made-up region and what papers need besides them, without any computation."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "documents"))


@pytest.fixture(scope="session")
def made_up() -> dict[str, Any]:
    from fixture_results import results

    return dict(results(5))
