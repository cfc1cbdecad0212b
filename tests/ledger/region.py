"""A fictitious region for the tests: accounts, plots, projects in every stage. Codes 99… belong to no municipality."""

from __future__ import annotations

from typing import Any

from stadtland.ledger.account import Account
from stadtland.ledger.entry import Draft
from stadtland.ledger.gate import CRITERIA
from stadtland.ledger.journal import MemoryJournal
from stadtland.ledger.requests import issue, verify

CITY, VILLAGE, HAMLET = "99000001", "99000002", "99000003"
HOLDERS = {"o-city": CITY, "o-village": VILLAGE, "o-hamlet": HAMLET}
MARK = "0" * 64


def account() -> Account:
    """An account with holders and three plots, of which f-2 and f-3 overlap."""
    found = Account(MemoryJournal())
    found.book([Draft("unit.holder", {"holder": h, "role": "member", "ags": a}) for h, a in HOLDERS.items()])
    others = {"o-farm": "land_user", "o-firm": "company", "o-out": "outside"}
    found.book([Draft("unit.holder", {"holder": h, "role": r}) for h, r in others.items()])
    for plot, overlaps in (("f-1", []), ("f-2", []), ("f-3", ["f-2"]), ("f-4", [])):
        found.book([Draft("place.plot", {"plot": plot, "area_m2": 10_000, "overlaps": overlaps, "outline": MARK})])
    return found


def plan(project: str = "pr-1", **changed: Any) -> Draft:
    """A planned hedge on f-1."""
    data = {
        "project": project, "measure": "A01", "class": "temporary_removal", "ags": VILLAGE, "pool": "biomass",
        "plots": ["f-1"], "start": 2027, "end": 2036, "until": 2046, "owner": "o-farm", "risk": 150, "visible": True,
    }  # fmt: skip
    return Draft("unit.plan", data | changed)


def passed(project: str = "pr-1") -> Draft:
    """The gate, all criteria passed."""
    return Draft("unit.validate", {"project": project, "gate": dict.fromkeys(CRITERIA, True), "evidence": MARK})


def monitor(project: str = "pr-1", year: int = 2027, low: int = 1000) -> Draft:
    """A monitored year with the given lower limit."""
    data = {"project": project, "year": year, "low_kg": low, "central_kg": 2 * low, "high_kg": 3 * low}
    return Draft("unit.monitor", data | {"evidence": MARK})


def issued(found: Account, project: str = "pr-1", year: int = 2027, low: int = 1000, **changed: Any) -> Account:
    """Plan (unless known), monitor, verify and issue a year."""
    if project not in found.state.projects:
        found.book([plan(project, **changed)])
        found.book([passed(project)])
    found.book([monitor(project, year, low)])
    found.book(verify(project, year, "v-1", MARK))
    found.book(issue(project, year))
    return found
