"""All sharing rules on arrays of 2**n values, bit i of the index = player i."""

from __future__ import annotations

from .core import corridor, excesses, least_core
from .nucleolus import nucleolus
from .projection import project_core
from .proportional import by_key, equal_gain, mix, proportional, scrb, separable_split
from .shapley import shapley
from .tau import tau

__all__ = [
    "by_key",
    "corridor",
    "equal_gain",
    "excesses",
    "least_core",
    "mix",
    "nucleolus",
    "project_core",
    "proportional",
    "scrb",
    "separable_split",
    "shapley",
    "tau",
]
