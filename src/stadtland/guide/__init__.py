"""The guide: known challenges checked against a partnership's own results."""

from __future__ import annotations

from .challenges import Challenge, challenges

__all__ = ["Challenge", "challenges"]
