"""Classes of units, carbon pools and claims: what may be counted how. Figures in `content/ledger/classes.toml`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from stadtland.base import content, toml

# Where a project stores or saves: two projects on one plot at one time must not share a pool.
POOLS = ("biomass", "peat", "soil_mineral", "product", "mineral", "energy", "livestock", "fertiliser", "waste")
# How a unit is used. internal: attribution between members; contribution: paid for, not counted; export: outsiders.
CLAIMS = ("internal", "contribution", "export")
ROLES = ("member", "land_user", "company", "citizen", "fund", "outside")
SOIL_POOL = "soil_mineral"
SOIL_YEARS = 5
SOIL_BUFFER = 300  # permille


@dataclass(frozen=True)
class UnitClass:
    """What holds for all units of a class; `buffer_min` in permille, `years_min` in years."""

    id: str
    letter: str
    title: dict[str, str]
    removal: bool
    temporary: bool
    covers_residual: bool
    line: str
    buffer_min: int
    years_min: int


@cache
def classes() -> dict[str, UnitClass]:
    """All classes by id."""
    return {k: UnitClass(id=k, **v) for k, v in toml.read(content.path("ledger", "classes.toml")).items()}


def contribution_only(pool: str, removal: bool, soil_test: bool) -> bool:
    """Carbon stored in mineral soil is a contribution only, unless the stricter test was passed (`quantity`)."""
    return pool == SOIL_POOL and removal and not soil_test


def wall(claim: str, role: str, only_contribution: bool) -> str:
    """Why the claim is not open to this holder, or an empty text.

    >>> wall("internal", "company", False)
    'only a member can count a unit in its own balance'
    """
    if claim not in CLAIMS:
        return f"a claim is one of {', '.join(CLAIMS)}"
    if only_contribution and claim != "contribution":
        return "these units are contributions only"
    if claim == "internal" and role != "member":
        return "only a member can count a unit in its own balance"
    if claim == "export" and role != "outside":
        return "an export goes to a holder outside the partnership"
    if claim == "contribution" and role == "outside":
        return "what leaves the partnership is booked as an export"
    return ""
