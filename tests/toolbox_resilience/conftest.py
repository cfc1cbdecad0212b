"""Members of the reference case and small series files for the tests of resilience, value and offers."""

from __future__ import annotations

import pytest

from stadtland import facts

CODES = ("14713000", "14729380", "14729030", "14729245", "14729410")


@pytest.fixture(scope="session")
def members():
    """The five members of the reference case."""
    return facts.load_members(CODES, 2021)


@pytest.fixture(scope="session")
def by_ags(members):
    return {m.ags: m for m in members}
