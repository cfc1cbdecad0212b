"""What rules look up: a project, a holder, the code of a reason; and the error of a rule."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stadtland.base.errors import InputError

from .state import Holder, Project, State

REASONS = ("wrong_quantity", "wrong_holder", "wrong_project", "duplicate", "decision", "damage", "fire", "drought",
           "storm", "pest", "cleared", "ploughed", "drained", "terminated", "audit", "data", "other")  # fmt: skip


def refuse(code: str, what: str, seq: int, cure: str) -> InputError:
    """The error of a rule, with the entry it concerns."""
    return InputError(code, what, f"entry {seq}", cure)


def reason(data: Mapping[str, Any], seq: int) -> str:
    """The reason code; words go to a record whose id stands in `note`."""
    if data["reason"] not in REASONS:
        raise refuse("reason-unknown", f"{data['reason']!r:.40} is not a reason", seq, "use " + ", ".join(REASONS))
    return str(data["reason"])


def known(state: State, id: str, seq: int) -> Project:
    """The project, or InputError `project-unknown`."""
    if id not in state.projects:
        raise refuse("project-unknown", f"there is no project {id!r:.60}", seq, "plan it first")
    return state.projects[id]


def holder(state: State, id: str, seq: int) -> Holder:
    """The holder, or InputError `holder-unknown`."""
    if id not in state.holders:
        raise refuse("holder-unknown", f"there is no holder {id!r:.60}", seq, "open the holder's account first")
    return state.holders[id]
