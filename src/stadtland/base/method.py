"""Version of the method: it changes whenever the same input gives other numbers (CHANGELOG.md says which)."""

from __future__ import annotations

METHOD = "stadtland-method/2"
