"""The examples in the docstrings of the room run and print what they say."""

from __future__ import annotations

import doctest
import importlib

import pytest


@pytest.mark.parametrize("module", ["answer", "money", "shapley"])
def test_examples(module):
    result = doctest.testmod(importlib.import_module(f"stadtland.sharing.{module}"))
    assert result.attempted > 0 and result.failed == 0
