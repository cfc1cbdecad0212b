"""From what a user asks for to the entries that book it: the program chooses serials, sums and the buffer's part."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from stadtland.base.errors import InputError

from .account import Request
from .entry import Draft
from .lookup import holder, known
from .moves import SOURCE, buffer_of
from .quantity import issueable, whole
from .state import Block, Key, State

MOST_MOVES = 700  # an entry has at most 64 KiB
Move = list[Any]


def verify(project: str, year: int, verifier: str, evidence: str, leakage_kg: int = 0) -> Request:
    """Verification of a monitored year: the lower limit counts, leakage and buffer go off."""

    def make(state: State) -> list[Draft]:
        found = known(state, project, state.head.seq)
        seen = state.vintages.get((project, year))
        low = 0 if seen is None else seen.low_kg
        q = issueable(low, leakage_kg, found.buffer)
        data = {
            "project": project, "year": year, "verifier": verifier, "evidence": evidence, "low_kg": low,
            "leakage_kg": leakage_kg, "net_kg": q.net_kg, "buffer_kg": q.buffer_kg, "issue_kg": q.issue_kg,
        }  # fmt: skip
        return [Draft("unit.verify", data)]

    return make


def issue(project: str, year: int, kg: int | None = None) -> Request:
    """Issue what was verified (or `kg` of it) to the owner, with the buffer's part; serials go on where they ended."""

    def make(state: State) -> list[Draft]:
        found = known(state, project, state.head.seq)
        seen = state.vintages.get((project, year))
        if seen is None or not seen.verified:
            raise _no("life-cycle", f"{year} is not verified", "verify the year first")
        amount = seen.issue_kg - seen.held_kg if kg is None else whole(kg, "kg")
        if amount == 0:
            raise _no("unit-over-issue", f"everything verified for {year} is issued", "nothing is left to issue")
        total = min(seen.held_kg + amount, seen.issue_kg)
        share = -(-seen.buffer_kg * total // max(seen.issue_kg, 1)) - seen.buffered_kg
        series = f"{found.ags}-{year}"
        start = state.serials.get(series, 0)
        rows: list[Move] = [[series, start + 1, start + amount, SOURCE, f"hold:{found.owner}"]]
        if share > 0:
            rows.append([series, start + amount + 1, start + amount + share, SOURCE, buffer_of(found)])
        return [Draft("unit.issue", {"project": project, "year": year, "moves": rows, "kg": _sum(rows)})]

    return make


def transfer(source: str, target: str, kg: int, claim: str, **chosen: Any) -> Request:
    """Transfer `kg` from holder to holder; `chosen`: project, vintage, series, first narrow the units."""

    def make(state: State) -> list[Draft]:
        _both(state, source, target)
        rows = _choose(state, f"hold:{source}", f"hold:{target}", kg, claim, chosen)
        data = {"from": source, "to": target, "claim": claim}
        return [Draft("unit.transfer", {**data, "moves": part, "kg": _sum(part)}) for part in _parts(rows)]

    return make


def retire(owner: str, kg: int, claim: str, year: int, statement: str, purpose: str = "none", **chosen: Any) -> Request:
    """Retire `kg` of a holder under one statement; at most 700 blocks at a time."""

    def make(state: State) -> list[Draft]:
        holder(state, owner, state.head.seq)
        rows = _choose(state, f"hold:{owner}", f"retired:{owner}", kg, claim, chosen)
        if len(rows) > MOST_MOVES:
            raise _no("unit-blocks", f"{len(rows)} blocks in one statement", "retire smaller amounts")
        data = {"owner": owner, "claim": claim, "year": year, "statement": statement, "purpose": purpose}
        return [Draft("unit.retire", {**data, "moves": rows, "kg": _sum(rows)})]

    return make


def cancel(owner: str, kg: int, reason: str, **chosen: Any) -> Request:
    """Cancel `kg` of a holder without a claim."""

    def make(state: State) -> list[Draft]:
        holder(state, owner, state.head.seq)
        rows = _choose(state, f"hold:{owner}", "cancelled", kg, None, chosen)
        return [
            Draft("unit.cancel", {"owner": owner, "reason": reason, "moves": part, "kg": _sum(part)})
            for part in _parts(rows)
        ]

    return make


def reverse(project: str, year: int, loss_kg: int, reason: str, evidence: str) -> Request:
    """Book a loss: the buffer covers what it can (own units first), the rest is the owner's debt."""

    def make(state: State) -> list[Draft]:
        found = known(state, project, state.head.seq)
        pool = buffer_of(found)
        covered = min(whole(loss_kg, "loss_kg"), state.balances.get(pool, 0))
        blocks = sorted(state.of(pool), key=lambda item: item[1].project != project)
        rows = _cut(blocks, pool, "reversed", covered)
        if len(rows) > MOST_MOVES:
            raise _no("unit-blocks", "the loss reaches over too many blocks", "book it in parts")
        data = {
            "project": project, "year": year, "loss_kg": loss_kg, "covered_kg": covered, "debt_kg": loss_kg - covered,
            "reason": reason, "evidence": evidence, "moves": rows, "kg": covered,
        }  # fmt: skip
        return [Draft("unit.reverse", data)]

    return make


def replace(project: str, owner: str, kg: int, **chosen: Any) -> Request:
    """Pay the debt of a project with other removals that `owner` holds."""

    def make(state: State) -> list[Draft]:
        holder(state, owner, state.head.seq)
        blocks = [(k, b) for k, b in _narrow(state.of(f"hold:{owner}"), chosen) if b.project != project and not b.claim]
        rows = _cut(blocks, f"hold:{owner}", "cancelled", kg)
        return [Draft("unit.replace", {"project": project, "owner": owner, "moves": rows, "kg": _sum(rows)})]

    return make


def expire(project: str, year: int, on_year: int) -> Request:
    """Let the temporary units of a year lapse after the promise has ended."""

    def make(state: State) -> list[Draft]:
        found = known(state, project, state.head.seq)
        series = f"{found.ags}-{year}"
        mine = [(k, b) for k, b in sorted(state.blocks.items()) if k[0] == series and b.project == project]
        rows = [
            [series, k[1], b.last, b.account, "expired"] for k, b in mine if b.account.startswith(("hold:", "buffer:"))
        ]
        used = sum(b.last - k[1] + 1 for k, b in mine if b.account.startswith("retired:") and b.claim == "internal")
        if len(rows) > MOST_MOVES:
            raise _no("unit-blocks", "too many blocks expire at once", "cancel some first")
        data = {"project": project, "year": year, "on_year": on_year, "debt_kg": used, "moves": rows, "kg": _sum(rows)}
        return [Draft("unit.expire", data)]

    return make


def correct(entry: int, reason: str, note: str = "") -> Request:
    """Undo what entry `entry` moved, as far as the serials still lie where it put them: all of them, or refused."""

    def make(state: State) -> list[Draft]:
        mine = [(k, b) for k, b in sorted(state.blocks.items()) if b.via == entry]
        if not mine:
            raise _no("correction-late", f"nothing lies where entry {entry} put it", "undo the later entries first")
        rows = [[k[0], k[1], b.last, b.account, "cancelled" if b.back[0] == SOURCE else b.back[0]] for k, b in mine]
        data: dict[str, Any] = {"corrects": entry, "reason": reason, "moves": rows, "kg": _sum(rows)}
        if note:
            data["note"] = note
        return [Draft("unit.correct", data)]

    return make


def _no(code: str, what: str, cure: str) -> InputError:
    return InputError(code, what, "", cure)


def _sum(rows: Iterable[Move]) -> int:
    return sum(last - first + 1 for _, first, last, _, _ in rows)


def _both(state: State, source: str, target: str) -> None:
    for id in (source, target):
        holder(state, id, state.head.seq)


def _parts(rows: list[Move]) -> list[list[Move]]:
    return [rows[i : i + MOST_MOVES] for i in range(0, len(rows), MOST_MOVES)]


def _narrow(blocks: list[tuple[Key, Block]], chosen: dict[str, Any]) -> list[tuple[Key, Block]]:
    """Blocks that match what the user named; None means any."""
    project, year, series, first = (chosen.get(k) for k in ("project", "vintage", "series", "first"))
    return [
        (k, b)
        for k, b in blocks
        if (project is None or b.project == project)
        and (year is None or k[0][-4:] == str(year))
        and (series is None or k[0] == series)
        and (first is None or k[1] == first)
    ]


def _choose(state: State, source: str, target: str, kg: int, claim: str | None, chosen: dict[str, Any]) -> list[Move]:
    """Oldest vintage first; units bound to this claim before free ones, never those bound to another."""
    whole(kg, "kg")
    blocks = [(k, b) for k, b in _narrow(state.of(source), chosen) if claim is None or b.claim in ("", claim)]
    if claim is not None:
        blocks.sort(key=lambda item: not item[1].claim)
    return _cut(blocks, source, target, kg)


def _cut(blocks: list[tuple[Key, Block]], source: str, target: str, kg: int) -> list[Move]:
    rows: list[Move] = []
    left = kg
    for (series, first), block in blocks:
        if left <= 0:
            break
        last = min(block.last, first + left - 1)
        rows.append([series, first, last, source, target])
        left -= last - first + 1
    if left > 0:
        raise _no(
            "unit-short",
            f"{kg} kg are asked for, {kg - left} kg lie free in {source}",
            "ask for less; retired and otherwise bound units cannot be used",
        )
    return rows
