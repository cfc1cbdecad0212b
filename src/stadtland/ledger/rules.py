"""Rules of projects, plots, duties and vintages; each entry is checked in full before it changes the state."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from stadtland.base.errors import InputError

from . import moves
from .classes import POOLS, ROLES, classes, contribution_only
from .entry import Draft
from .lookup import holder, known, reason, refuse
from .quantity import issueable, whole
from .state import Holder, Project, State, Vintage

Handler = Callable[[State, Mapping[str, Any], int], None]


def apply(state: State, draft: Draft, seq: int) -> None:
    """Check one entry against the rules and change the state; InputError with `entry N` otherwise.

    Kinds of other rooms (`fund.payment` …) pass: their rules are theirs. Unknown kinds of this room are refused.
    """
    room = draft.kind.partition(".")[0]
    handler = HANDLERS.get(draft.kind)
    if handler is None:
        if room in ("unit", "place"):
            raise InputError("entry-kind", f"{draft.kind} is not a kind of entry", f"entry {seq}", "update stadtland")
        return
    try:
        handler(state, draft.data, seq)
    except KeyError as error:
        raise InputError(
            "entry-field", f"{draft.kind} lacks {error.args[0]!r:.60}", f"entry {seq}", "name all fields"
        ) from None
    except (TypeError, ValueError, AttributeError):
        raise InputError(
            "entry-field", f"a field of {draft.kind} is of the wrong kind", f"entry {seq}", "see reference/ledger.md"
        ) from None


def _holder(state: State, data: Mapping[str, Any], seq: int) -> None:
    id, role, ags = str(data["holder"]), data["role"], str(data.get("ags", ""))
    if id in state.holders:
        raise refuse("holder-exists", f"the account {id} is open already", seq, "choose another id")
    if role not in ROLES:
        raise refuse("holder-role", f"{role!r:.40} is not a role", seq, "use " + ", ".join(ROLES))
    if (role == "member") != (len(ags) == 8 and ags.isdigit()) or (role != "member" and ags):
        raise refuse("holder-role", "a member, and only a member, has a municipality code", seq, "give 8 digits")
    if role == "member" and any(h.ags == ags for h in state.holders.values()):
        raise refuse("holder-exists", f"the member {ags} has an account already", seq, "use that account")
    state.put(state.holders, id, Holder(id, role, ags))


def _plot(state: State, data: Mapping[str, Any], seq: int) -> None:
    id, others = str(data["plot"]), frozenset(str(p) for p in data["overlaps"])
    if id in state.plots:
        raise refuse("plot-exists", f"the plot {id} is registered already", seq, "choose another id")
    whole(data["area_m2"], "area_m2")
    if not others <= state.plots.keys():
        raise refuse("plot-unknown", "an overlapping plot is not registered", seq, "register it first")
    state.put(state.plots, id, others)
    for other in others:
        state.put(state.plots, other, state.plots[other] | {id})


def _reach(state: State, plots: tuple[str, ...], seq: int) -> frozenset[str]:
    """The plots and every plot that shares ground with one of them."""
    if not plots or len(set(plots)) != len(plots) or not set(plots) <= state.plots.keys():
        raise refuse("plot-unknown", "a plot is not registered, or named twice", seq, "register the plots first")
    inner = next((p for p in plots if state.plots[p] & set(plots)), None)
    if inner is not None:
        raise refuse(
            "plot-overlap", f"the plot {inner} overlaps another plot of the same list", seq, "name one of them"
        )
    return frozenset(plots).union(*(state.plots[p] for p in plots))


def _duty(state: State, data: Mapping[str, Any], seq: int) -> None:
    id, plots = str(data["duty"]), tuple(str(p) for p in data["plots"])
    start, end = _years(data, seq)
    pools = frozenset(str(p) for p in data.get("pools", POOLS))
    if id in state.duties:
        raise refuse("duty-exists", f"the duty {id} is registered already", seq, "choose another id")
    if not pools or not pools <= set(POOLS):
        raise refuse("pool-unknown", "a pool is not known", seq, "use " + ", ".join(POOLS))
    reach = _reach(state, plots, seq)
    for p in state.projects.values():
        if p.status != "ended" and reach & set(p.plots) and p.start <= end and start <= p.end and p.pool in pools:
            raise refuse(
                "duty-overlap",
                f"the project {p.id} claims the same effect on the same land in these years",
                seq,
                "a legal compensation duty and a climate unit never stand for the same effect",
            )
    state.put(state.duties, id, (frozenset(plots), start, end, pools))


def _years(data: Mapping[str, Any], seq: int) -> tuple[int, int]:
    start, end = data["start"], data["end"]
    if (
        not all(isinstance(y, int) and not isinstance(y, bool) and 1990 <= y <= 2300 for y in (start, end))
        or end < start
    ):
        raise refuse("project-years", f"{start!r:.10} to {end!r:.10} is not a span of years", seq, "give start and end")
    return start, end


def _plan(state: State, data: Mapping[str, Any], seq: int) -> None:
    id, plots = str(data["project"]), tuple(str(p) for p in data["plots"])
    if id in state.projects:
        raise refuse("project-exists", f"the project {id} exists already", seq, "choose another id")
    if data["class"] not in classes():
        raise refuse("class-unknown", f"{data['class']!r:.40} is not a class", seq, "use " + ", ".join(classes()))
    kind = classes()[data["class"]]
    if data["pool"] not in POOLS:
        raise refuse("pool-unknown", f"{data['pool']!r:.40} is not a pool", seq, "use " + ", ".join(POOLS))
    start, end = _years(data, seq)
    until, risk, ags = data["until"], data["risk"], str(data["ags"])
    if until < end:
        raise refuse("project-years", "the promise ends before the project", seq, "`until` is the last year promised")
    if isinstance(risk, bool) or not 0 <= risk <= 1000:
        raise refuse("project-risk", f"a risk of {risk} permille", seq, "give 0 to 1000")
    if len(ags) != 8 or not ags.isdigit():
        raise refuse("project-place", f"{ags!r:.20} is not a municipality code", seq, "give 8 digits")
    holder(state, str(data["owner"]), seq)
    reach = _reach(state, plots, seq)
    for p in state.projects.values():
        if (
            p.status != "ended"
            and p.pool == data["pool"]
            and reach & set(p.plots)
            and p.start <= end
            and start <= p.end
        ):
            raise refuse(
                "project-overlap",
                f"{p.id} claims the same pool on the same land, {max(start, p.start)} to {min(end, p.end)}",
                seq,
                "leave out the shared plots, years or pool",
            )
    for duty, (land, first, last, pools) in state.duties.items():
        if data["pool"] in pools and reach & land and first <= end and start <= last:
            raise refuse(
                "duty-overlap",
                f"the compensation duty {duty} stands for the same effect on the same land",
                seq,
                "a legal compensation duty and a climate unit never stand for the same effect",
            )
    buffer = max(kind.buffer_min, risk) if kind.removal else 0
    only = contribution_only(data["pool"], kind.removal, False)
    made = Project(
        id, str(data["measure"]), kind.id, ags, data["pool"], plots, start, end, until, str(data["owner"]), buffer,
        bool(data["visible"]), only,
    )  # fmt: skip
    state.put(state.projects, id, made)


def _validate(state: State, data: Mapping[str, Any], seq: int) -> None:
    from .gate import CRITERIA

    project = known(state, str(data["project"]), seq)
    if project.status != "planned":
        raise refuse(
            "life-cycle", f"the project is {project.status}, not planned", seq, "validate once, after planning"
        )
    failed = [c for c in CRITERIA if data["gate"].get(c) is not True]
    if failed:
        raise refuse("gate-failed", f"criteria not passed: {', '.join(failed)}", seq, "no units without all criteria")
    state.put(state.projects, project.id, replace(project, status="validated"))


def _soil(state: State, data: Mapping[str, Any], seq: int) -> None:
    from .quantity import soil_test

    project = known(state, str(data["project"]), seq)
    measured = [y for p, y in state.vintages if p == project.id]
    gain, least = whole(data["gain_kg"], "gain_kg"), whole(data["detectable_kg"], "detectable_kg")
    if not soil_test(len(measured), gain, least, project.buffer):
        raise refuse(
            "soil-test",
            f"{len(measured)} years measured, gain {gain} kg, detectable {least} kg, buffer {project.buffer} permille",
            seq,
            "needed: 5 years, gain not below what can be detected, buffer 300 permille",
        )
    state.put(state.projects, project.id, replace(project, only_contribution=False))


def _monitor(state: State, data: Mapping[str, Any], seq: int) -> None:
    project, year = known(state, str(data["project"]), seq), data["year"]
    if project.status != "validated":
        raise refuse("life-cycle", f"the project is {project.status}, not validated", seq, "validate it first")
    if not project.start <= year <= project.end:
        raise refuse("project-years", f"{year} lies outside the project", seq, f"{project.start} to {project.end}")
    if (project.id, year) in state.vintages:
        raise refuse("life-cycle", f"{year} was monitored already", seq, "book a correction of the verification")
    low, central, high = (whole(data[k], k) for k in ("low_kg", "central_kg", "high_kg"))
    if not low <= central <= high:
        raise refuse("unit-range", "low ≤ central ≤ high does not hold", seq, "check the range")
    state.put(state.vintages, (project.id, year), Vintage(low, central, high))


def _verify(state: State, data: Mapping[str, Any], seq: int) -> None:
    project, year = known(state, str(data["project"]), seq), data["year"]
    found = state.vintages.get((project.id, year))
    if found is None or found.verified:
        state_of = "not monitored" if found is None else "verified already"
        raise refuse("life-cycle", f"{year} is {state_of}", seq, "monitor, then verify once")
    if str(data["verifier"]) in (project.owner, "") or str(data["verifier"]) in state.holders:
        raise refuse("verifier-bound", "the verifier holds units or owns the project", seq, "let someone else verify")
    low, leak = whole(data["low_kg"], "low_kg"), whole(data["leakage_kg"], "leakage_kg")
    if low > found.low_kg:
        raise refuse(
            "unit-range", f"verified {low} kg, the lower limit is {found.low_kg}", seq, "the lower limit counts"
        )
    q = issueable(low, leak, project.buffer)
    given = tuple(data[k] for k in ("net_kg", "buffer_kg", "issue_kg"))
    if given != (q.net_kg, q.buffer_kg, q.issue_kg):
        raise refuse("unit-sum", f"net, buffer, issue are {given}, the rule gives {q}", seq, "let the program compute")
    done = replace(found, verified=True, net_kg=q.net_kg, buffer_kg=q.buffer_kg, issue_kg=q.issue_kg)
    state.put(state.vintages, (project.id, year), done)


def _suspend(state: State, data: Mapping[str, Any], seq: int) -> None:
    project = known(state, str(data["project"]), seq)
    reason(data, seq)
    if project.suspended:
        raise refuse("life-cycle", "the project is suspended already", seq, "resume it first")
    state.put(state.projects, project.id, replace(project, suspended=True))


def _resume(state: State, data: Mapping[str, Any], seq: int) -> None:
    project = known(state, str(data["project"]), seq)
    reason(data, seq)
    if not project.suspended:
        raise refuse("life-cycle", "the project is not suspended", seq, "nothing to resume")
    state.put(state.projects, project.id, replace(project, suspended=False))


def _end(state: State, data: Mapping[str, Any], seq: int) -> None:
    project = known(state, str(data["project"]), seq)
    reason(data, seq)
    if any(p == project.id and v.held_kg + v.buffered_kg for (p, _), v in state.vintages.items()):
        raise refuse("life-cycle", "units were issued; the project ends by reversal or expiry", seq, "see reverse")
    state.put(state.projects, project.id, replace(project, status="ended"))


def _prolong(state: State, data: Mapping[str, Any], seq: int) -> None:
    project = known(state, str(data["project"]), seq)
    if isinstance(data["until"], bool) or not project.until < data["until"] <= 2300:
        raise refuse("project-years", "the new end is not later", seq, f"later than {project.until}")
    state.put(state.projects, project.id, replace(project, until=data["until"]))


HANDLERS: dict[str, Handler] = {
    "place.plot": _plot, "place.duty": _duty,
    "unit.holder": _holder, "unit.plan": _plan, "unit.validate": _validate, "unit.soil_test": _soil,
    "unit.monitor": _monitor, "unit.verify": _verify, "unit.suspend": _suspend, "unit.resume": _resume,
    "unit.end": _end, "unit.prolong": _prolong,
    "unit.issue": moves.issue, "unit.transfer": moves.transfer, "unit.retire": moves.retire,
    "unit.cancel": moves.cancel, "unit.reverse": moves.reverse, "unit.replace": moves.replace_units,
    "unit.expire": moves.expire, "unit.correct": moves.correct,
}  # fmt: skip
