"""Rules of units on the move: issue, transfer, retire, cancel, reverse, replace, expire, correct.

A move is `[series, first, last, from, to]`: the kilograms first…last leave one account and reach the other, so no entry
can be out of balance. A part is cut from the beginning of a block. Retired, cancelled, reversed and expired serials
never move again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from stadtland.base.errors import InputError

from .classes import classes, wall
from .lookup import holder, known, reason
from .quantity import whole
from .state import Block, Key, Loss, Project, State

Data = Mapping[str, Any]
SOURCE = "source"
FINAL = ("retired:", "cancelled", "reversed", "expired")


def postings(data: Data) -> Iterator[tuple[str, str, int]]:
    """(account, series, kg) of every move, one minus and one plus: double entry, as the property tests add it up."""
    for series, first, last, source, target in data.get("moves", ()):
        kg = last - first + 1
        yield source, series, -kg
        yield target, series, kg


def buffer_of(project: Project) -> str:
    """The pooled buffer of the class: losses of one project are covered by all of its kind."""
    return f"buffer:{project.unit_class}"


def issue(state: State, data: Data, seq: int) -> None:
    """Serials for a verified year: the owner's part and the buffer's part, never more than verified."""
    project, year = _project(state, data, seq), data["year"]
    found = state.vintages.get((project.id, year))
    if found is None or not found.verified:
        raise _no("life-cycle", f"{year} is not verified", seq, "verify the year first")
    if project.suspended:
        raise _no("project-suspended", f"the project {project.id} is suspended", seq, "resume it first")
    series = f"{project.ags}-{year}"
    held, buffered, number = 0, 0, state.serials.get(series, 0)
    rows = _rows(data, seq)
    for name, first, last, source, target in rows:
        if name != series or source != SOURCE or first != number + 1:
            raise _no(
                "unit-serial", f"{name}/{first} is not the next serial of {series}", seq, f"start at {number + 1}"
            )
        number = last
        if target == f"hold:{project.owner}":
            held += last - first + 1
        elif target == buffer_of(project):
            buffered += last - first + 1
        else:
            raise _no("unit-holder", "units are issued to the owner and to the buffer", seq, "transfer them afterwards")
    total, share = found.held_kg + held, found.buffered_kg + buffered
    if total > found.issue_kg:
        raise _no(
            "unit-over-issue",
            f"{total} kg issued for {year}, verified are {found.issue_kg} kg after the buffer",
            seq,
            "issue no more than was verified",
        )
    if share > found.buffer_kg or share * max(found.issue_kg, 1) < found.buffer_kg * total:
        raise _no("unit-buffer", f"the buffer gets {share} of {found.buffer_kg} kg", seq, "let the program compute")
    for name, first, last, _, target in rows:
        state.place((name, first), Block(last, target, project.id, "", seq, (SOURCE, "")))
    state.put(state.serials, series, number)
    state.put(state.vintages, (project.id, year), replace(found, held_kg=total, buffered_kg=share))


def transfer(state: State, data: Data, seq: int) -> None:
    """From holder to holder under a claim that stays with the unit."""
    source, target, claim = str(data["from"]), str(data["to"]), data["claim"]
    holder(state, source, seq)
    receiver = holder(state, target, seq)
    if source == target:
        raise _no("unit-holder", "sender and receiver are the same", seq, "name another receiver")
    for key, block, last in _taken(state, data, seq, f"hold:{source}", f"hold:{target}"):
        _may(state, block, claim, receiver.role, seq)
        _move(state, key, last, f"hold:{target}", claim, seq)


def retire(state: State, data: Data, seq: int) -> None:
    """Use a unit for good, under one statement that names it; the statement is used once."""
    owner, claim, statement = str(data["owner"]), data["claim"], str(data["statement"])
    keeper = holder(state, owner, seq)
    if statement in state.statements:
        raise _no(
            "statement-used",
            f"the statement {statement} stands in entry {state.statements[statement]}",
            seq,
            "one statement, one retirement",
        )
    whole(data["year"], "year")
    for key, block, last in _taken(state, data, seq, f"hold:{owner}", f"retired:{owner}"):
        _may(state, block, claim, keeper.role, seq)
        _move(state, key, last, f"retired:{owner}", claim, seq)
    state.put(state.statements, statement, seq)


def cancel(state: State, data: Data, seq: int) -> None:
    """Take units out of the world without a claim."""
    reason(data, seq)
    owner = str(data["owner"])
    holder(state, owner, seq)
    for key, block, last in _taken(state, data, seq, f"hold:{owner}", "cancelled"):
        _move(state, key, last, "cancelled", block.claim, seq)


def reverse(state: State, data: Data, seq: int) -> None:
    """A loss of what was stored: the buffer covers what it can, the rest is the owner's debt.

    The loss itself shows in the inventory of the year, so it is not booked a second time; members that had counted
    units of the project share the uncovered part in their attributed balance.
    """
    project, loss, year = _project(state, data, seq), whole(data["loss_kg"], "loss_kg"), whole(data["year"], "year")
    reason(data, seq)
    if not classes()[project.unit_class].removal:
        raise _no("life-cycle", "an avoided emission cannot be reversed", seq, "correct the verification instead")
    issued = sum(v.held_kg + v.buffered_kg for (p, _), v in state.vintages.items() if p == project.id)
    if not 0 < loss <= issued - project.lost_kg:
        raise _no(
            "unit-range", f"a loss of {loss} kg, {issued - project.lost_kg} kg can be lost", seq, "check the loss"
        )
    pool = buffer_of(project)
    covered = min(loss, state.balances.get(pool, 0))
    if whole(data["covered_kg"], "covered_kg") != covered or data["debt_kg"] != loss - covered:
        raise _no("unit-sum", f"the buffer covers {covered} kg of {loss} kg", seq, "let the program compute")
    moved = 0
    shares = _counted(state, project)
    for key, block, last in _taken(state, data, seq, pool, "reversed", least=1 if covered else 0):
        moved += last - key[1] + 1
        _back(state, project.ags, state.projects[block.project].ags, year, last - key[1] + 1)
        _move(state, key, last, "reversed", block.claim, seq)
    if moved != covered:
        raise _no("unit-sum", f"{moved} kg leave the buffer, {covered} kg are due", seq, "let the program compute")
    if loss > covered:
        state.put(state.losses, seq, Loss(project.id, year, loss - covered, shares))
    debt = project.debt_kg + loss - covered
    state.put(state.projects, project.id, replace(project, lost_kg=project.lost_kg + loss, debt_kg=debt))


def replace_units(state: State, data: Data, seq: int) -> None:
    """Pay a debt in kind: other removals, at least as lasting, are cancelled for it."""
    project, owner = _project(state, data, seq), str(data["owner"])
    holder(state, owner, seq)
    rows = list(_taken(state, data, seq, f"hold:{owner}", "cancelled"))
    kg = sum(last - key[1] + 1 for key, _, last in rows)
    if kg > project.debt_kg:
        raise _no("unit-range", f"{kg} kg for a debt of {project.debt_kg} kg", seq, "replace no more than is owed")
    for key, block, last in rows:
        other = state.projects[block.project]
        kind, wanted = classes()[other.unit_class], classes()[project.unit_class]
        if other.id == project.id or not kind.removal or kind.years_min < wanted.years_min or block.claim:
            raise _no(
                "claim-refused", "only unclaimed removals of another project, as lasting, replace", seq, "choose others"
            )
        _move(state, key, last, "cancelled", "", seq)
    left = kg
    for number in sorted(n for n, loss in state.losses.items() if loss.project == project.id and loss.open_kg):
        loss = state.losses[number]
        part = min(left, loss.open_kg)
        state.put(state.losses, number, loss._replace(open_kg=loss.open_kg - part))
        left -= part
    year = max((loss.year for loss in state.losses.values() if loss.project == project.id), default=0)
    for key, block, last in rows:
        _back(state, project.ags, state.projects[block.project].ags, year, last - key[1] + 1)
    state.put(state.projects, project.id, replace(project, debt_kg=project.debt_kg - kg))


def expire(state: State, data: Data, seq: int) -> None:
    """Temporary units whose promise has run out: those held lapse, those counted become a debt of the project.

    Retired serials stay where they are; the kilograms that members count are owed again.
    """
    project, year = _project(state, data, seq), data["year"]
    found = state.vintages.get((project.id, year))
    if not classes()[project.unit_class].temporary or found is None or found.expired:
        raise _no("life-cycle", f"{year} has nothing that expires", seq, "only temporary units expire, once")
    if whole(data["on_year"], "on_year") <= project.until:
        raise _no("life-cycle", f"the promise runs until {project.until}", seq, "prolong or wait")
    series = f"{project.ags}-{year}"
    live = {k for k, b in state.blocks.items() if k[0] == series and b.project == project.id and _open(b.account)}
    used = sum(
        b.last - k[1] + 1
        for k, b in state.blocks.items()
        if k[0] == series and b.project == project.id and b.account.startswith("retired:") and b.claim == "internal"
    )
    if data["debt_kg"] != used:
        raise _no("unit-sum", f"{used} kg are counted by members", seq, "let the program compute")
    rows = _rows(data, seq, least=0)
    if {(r[0], r[1]) for r in rows} != live or any(r[4] != "expired" for r in rows):
        raise _no("unit-range", "not all units of the year expire", seq, "let the program choose")
    for name, first, last, source, _ in rows:
        block = state.blocks[name, first]
        if (block.account, block.last) != (source, last):
            raise _no("unit-holder", f"{name}/{first} is not held so", seq, "let the program choose")
        _move(state, (name, first), last, "expired", block.claim, seq)
    state.put(state.vintages, (project.id, year), replace(found, expired=True))
    state.put(state.projects, project.id, replace(project, debt_kg=project.debt_kg + used))


def correct(state: State, data: Data, seq: int) -> None:
    """Undo a transfer, or cancel what was issued or still held by mistake; linked to the entry, with a reason.

    The serials must still be where that entry put them. A retirement is final and cannot be undone.
    """
    target = whole(data["corrects"], "corrects")
    reason(data, seq)
    for name, first, last, source, goal in _rows(data, seq):
        block = state.blocks.get((name, first))
        if block is None or block.via != target or block.account != source or last != block.last:
            raise _no(
                "correction-late",
                f"{name}/{first} is no longer where entry {target} put it",
                seq,
                "undo the later entry first",
            )
        if not _open(block.account):
            raise _no(
                "unit-final", f"{block.account.partition(':')[0]} serials never move", seq, "a retirement is final"
            )
        back, claim = block.back
        wanted = "cancelled" if back == SOURCE else back
        if goal != wanted:
            raise _no("unit-holder", f"the correction leads to {wanted}", seq, "let the program choose")
        _move(state, (name, first), last, wanted, claim, seq)


def _no(code: str, what: str, seq: int, cure: str) -> InputError:
    return InputError(code, what, f"entry {seq}", cure)


def _open(account: str) -> bool:
    return not account.startswith(FINAL)


def _project(state: State, data: Data, seq: int) -> Project:
    return known(state, str(data["project"]), seq)


Row = tuple[str, int, int, str, str]


def _rows(data: Data, seq: int, least: int = 1) -> list[Row]:
    """The moves, well formed, in order, adding up to `kg`."""
    rows: Sequence[Any] = data["moves"]
    if len(rows) < least:
        raise _no("unit-kg", "no units move", seq, "name at least one kilogram")
    total = 0
    for row in rows:
        name, first, last, source, target = row
        good = isinstance(first, int) and isinstance(last, int) and not isinstance(first, bool) and 1 <= first <= last
        if not good or not all(isinstance(w, str) for w in (name, source, target)):
            raise _no(
                "unit-kg", f"{first!r:.30} to {last!r:.30} is not a block of whole kilograms", seq, "first ≤ last"
            )
        total += last - first + 1
    if whole(data["kg"], "kg") != total:
        raise _no(
            "unit-sum", f"the moves add up to {total} kg, the entry says {data['kg']}", seq, "let the program compute"
        )
    return [tuple(r) for r in rows]


def _taken(
    state: State, data: Data, seq: int, source: str, target: str, least: int = 1
) -> Iterator[tuple[Key, Block, int]]:
    """Each move with its block: it must begin a block that lies in `source`, and go to `target`."""
    for name, first, last, given, goal in _rows(data, seq, least):
        if given != source or goal != target:
            raise _no("unit-holder", f"the move leads from {given} to {goal}", seq, f"from {source} to {target}")
        block = state.blocks.get((name, first))
        if block is None:
            raise _no("unit-unknown", f"no block begins with {name}/{first}", seq, "cut a part from the beginning")
        if block.account != source:
            if not _open(block.account):
                word = block.account.partition(":")[0]
                raise _no("unit-final", f"{name}/{first} is {word} and never moves again", seq, "choose other units")
            raise _no("unit-owner", f"{name}/{first} does not lie in {source}", seq, "only the holder can move units")
        if last > block.last:
            raise _no("unit-range", f"the block {name}/{first} ends at {block.last}", seq, "name the blocks one by one")
        yield (name, first), block, last


def _may(state: State, block: Block, claim: str, role: str, seq: int) -> None:
    project = state.projects[block.project]
    if project.suspended:
        raise _no("project-suspended", f"the project {project.id} is suspended", seq, "wait until it is resumed")
    if block.claim and block.claim != claim:
        raise _no("claim-refused", f"the unit is bound as {block.claim}", seq, "one unit, one claim")
    closed = wall(claim, role, project.only_contribution)
    if closed:
        raise _no("claim-refused", closed, seq, "choose another claim or holder")


def _move(state: State, key: Key, last: int, account: str, claim: str, seq: int) -> None:
    """Put key…last into the account; what is left of the block stays where it was, under its own first serial."""
    block = state.blocks[key]
    state.place(key, Block(last, account, block.project, claim, seq, (block.account, block.claim)))
    if last < block.last:
        state.place((key[0], last + 1), block)


def _counted(state: State, project: Project) -> tuple[tuple[str, int], ...]:
    """(member, kg) of the units of a project that members count; the rest of what was issued stands under ''."""
    sums: dict[str, int] = {}
    for key, block in state.blocks.items():
        if block.project == project.id:
            kind, _, owner = block.account.partition(":")
            who = state.holders.get(owner) if kind in ("hold", "retired") and block.claim == "internal" else None
            ags = who.ags if who is not None and who.ags != project.ags else ""
            sums[ags] = sums.get(ags, 0) + block.last - key[1] + 1
    return tuple(sorted(sums.items()))


def _back(state: State, lost_at: str, from_place: str, year: int, kg: int) -> None:
    """Units of `from_place` stand in for a loss at `lost_at`."""
    if kg and lost_at != from_place:
        state.add(state.backing, (lost_at, from_place, year), kg)
