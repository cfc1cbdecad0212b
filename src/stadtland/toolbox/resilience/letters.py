"""The data request that would settle the need of a hazard: office, map, what is asked, as a letter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from stadtland.base.errors import InputError

from .content import hazards, requests

SAXONY = "14"


def request(hazard: str, ags: str) -> dict[str, Any]:
    """Office, name of the map or series, what is asked and in which form (each de/en).

    Outside the districts of the reference region the offices are not known here: a generic entry names their kind.
    """
    check(hazard)
    entry = dict(requests()[hazard])
    if not ags.startswith(tuple(requests()["letter"]["region"])):
        entry |= requests()["elsewhere"]
        entry["asked"] = hazards()[hazard]["indicator"]
    return {key: entry[key] for key in ("office", "product", "asked", "form")}


def check(hazard: str) -> None:
    """InputError `hazard-unknown` unless it is one of the eight."""
    if hazard not in hazards():
        raise InputError("hazard-unknown", f"there is no hazard {hazard!r}", "hazard", "use " + ", ".join(hazards()))


def letter(hazard: str, members: Sequence[tuple[str, str]], lang: str) -> str:
    """The letter as text. `members`: (AGS, name) pairs, at least one; all in one Land.

    Errors: InputError `hazard-unknown`, `members-missing`, `letter-lands`.
    """
    check(hazard)
    if not members:
        raise InputError("members-missing", "a letter needs a member", "members", "name at least one municipality")
    if len({ags[:2] for ags, _ in members}) > 1:
        raise InputError("letter-lands", "the members lie in several Länder", "members", "write one letter a Land")
    words, asked = requests()["letter"], request(hazard, members[0][0])
    names = ", ".join(f"{name} ({ags})" for ags, name in members)
    title = hazards()[hazard]["title"][lang]
    return "\n\n".join(
        (
            asked["office"][lang],
            words["subject"][lang].format(product=asked["product"][lang]),
            words["greeting"][lang],
            words["purpose"][lang].format(members=names, hazard=title),
            words["asked"][lang].format(asked=asked["asked"][lang]),
            words["form"][lang].format(form=asked["form"][lang]),
            words["closing"][lang],
            f"[{words['draft'][lang]}]",
        )
    )
