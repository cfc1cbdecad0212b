"""Shared fixtures."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# No test depends on how fast the machine is; a run of CI can be repeated, other runs look at new examples.
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("house"), derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "house")

ROOT = Path(__file__).resolve().parent.parent


def find_datapack() -> Path | None:
    """The folder of public data: STADTLAND_DATA, or shared/data beside the repository."""
    named = os.environ.get("STADTLAND_DATA")
    candidates = [Path(named)] if named else [ROOT.parent / "shared" / "data"]
    return next((c for c in candidates if (c / "localzero").is_dir()), None)


@pytest.fixture(scope="session")
def datapack() -> Path:
    """The folder of public data; the test is reported as not run without it (CI fails instead)."""
    found = find_datapack()
    if found is None:
        if os.environ.get("CI"):
            pytest.fail("the public data folder is missing: set STADTLAND_DATA")
        pytest.skip("not run: needs the folder of public data (STADTLAND_DATA)")
    return found
