"""Locked releases of emission factors: an id belongs to one list of numbers for ever.

The list is every factor of the energy lines (g CO2e/kWh, 2010–2024) with printed year and evidence; its SHA-256 stands
beside the id in content/inventory/exports/releases.json. A changed number gives another hash and so needs a new id.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from typing import Any

from stadtland.base import canonical, content

from .. import factors

UNLOCKED = "unlocked"


@dataclass(frozen=True)
class Release:
    """`id` of the locked release the factors in use belong to, or `unlocked` with the hash alone.

    `verified`: its record names the edition of the method paper it was compared with (`verified_against`).
    """

    id: str
    sha256: str
    verified: bool = False

    @property
    def locked(self) -> bool:
        """Whether the numbers in use are those of a locked release."""
        return self.id != UNLOCKED


def in_use() -> dict[str, dict[str, dict[str, Any]]]:
    """The factors in use: {carrier: {year: {value (g CO2e/kWh), printed_year, evidence}}}."""
    years = range(factors.FIRST_YEAR, factors.LAST_YEAR + 1)
    out: dict[str, dict[str, dict[str, Any]]] = {}
    for name in sorted(factors.NAMES):
        out[name] = {}
        for year in years:
            f = factors.factor(name, year)
            out[name][str(year)] = {"value": f.value, "printed_year": f.year, "evidence": f.evidence}
    return out


@cache
def _locked() -> tuple[dict[str, Any], ...]:
    return tuple(json.loads(content.path("inventory", "exports", "releases.json").read_text(encoding="utf-8")))


def identify(table: dict[str, dict[str, dict[str, Any]]]) -> Release:
    """The release a list of factors belongs to."""
    digest = canonical.digest(table)
    for entry in _locked():
        if entry["sha256"] == digest:
            return Release(str(entry["id"]), digest, bool(entry["verified_against"]))
    return Release(UNLOCKED, digest)


@cache
def current() -> Release:
    """The release of the factors in use; `unlocked` if somebody changed a number without a new id."""
    return identify(in_use())


def unverified(year: int, names: tuple[str, ...] | None = None) -> dict[str, list[str]]:
    """Factors not yet proven against the method paper: {"evidence": [...], "other_year": [...]} (carriers).

    `evidence`: printed value not read in the source (not grade A); `other_year`: value printed for another year.
    """
    wanted = names if names is not None else tuple(sorted(factors.NAMES))
    found = {n: factors.factor(n, year) for n in wanted}
    return {
        "evidence": [n for n, f in found.items() if f.evidence != "A"],
        "other_year": [n for n, f in found.items() if f.year != year],
    }
