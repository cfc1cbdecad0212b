"""Fixtures of the toolbox tests."""

from __future__ import annotations

from typing import Any

import pytest

from stadtland import toolbox
from stadtland.toolbox.model import Measure


@pytest.fixture(scope="session")
def measures() -> dict[str, Measure]:
    return toolbox.catalogue()


@pytest.fixture
def heat_pump() -> dict[str, Any]:
    """The raw table of a valid supply measure, to be spoiled by a test."""
    from stadtland.base import content, toml

    return toml.read(content.path("measures", "B01.toml"))
