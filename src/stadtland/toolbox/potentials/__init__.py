"""How many units of a measure a member could reach: one named function per kind of base.

A function never returns more than its base holds, and it says why where it returns nothing.
"""

from . import buildings, energy, general, industry, land, mobility
from .base import REGISTRY, Base, Outcome

__all__ = ["REGISTRY", "Base", "Outcome", "buildings", "energy", "general", "industry", "land", "mobility"]
