"""Defaults of the reference case beside own figures."""

from __future__ import annotations

import pytest
from own_data_files import MEMBERS

from stadtland.inventory import own_data
from stadtland.inventory.own_data.records import Defaults


@pytest.fixture(scope="session")
def defaults() -> Defaults:
    """Our estimates for the members in 2021."""
    return own_data.defaults(MEMBERS, 2021)
