"""Fixtures: a toy inventory and the five of the reference case."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from exports_toy import make

from stadtland import inventory
from stadtland.inventory.inventory import Inventory

FIVE = ("14713000", "14729380", "14729030", "14729245", "14729410")


@pytest.fixture
def toy() -> Callable[..., Inventory]:
    """`toy(energy, tonnes, …)`: see `make`."""
    return make


@pytest.fixture(scope="session")
def five() -> Inventory:
    """The five of the reference case in 2021."""
    return inventory.build(FIVE, 2021)
