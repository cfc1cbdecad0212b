"""Consolidation: why eliminations are zero in BISKO, and the few entries with two sides elsewhere.

    members − eliminations + bridge = joint        to the kilogram, for every account

BISKO: every final use is one cell [line, member]; no rule of a line contains a flow. The proof computes each line a
second time as if all members were one place: Σ_m E_m·f = (Σ_m E_m)·f. Joint extended balance: a regional fuel carries
an upstream part that also stands in the giver's books (rule H34): the taker's factor there is (1−s)·f_incl +
s·f_direct. Origin and consumption views move tonnes between members; over all partners such a transfer sums to zero.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import floor, fsum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stadtland.base.errors import InputError

from .balance import arrays
from .consolidate_flows import OUTSIDE, VIEWS, Flow, check, in_bisko, kinds, lines_of
from .inventory import Inventory
from .lines import BISKO_SECTORS, ENERGY_LINES, index, sector
from .profile import words

Array = NDArray[np.float64]
BOOKS = ("bisko_t", "gross_t", "net_t", "extended_t", "extended_net_t")
SAME = 1e-9  # relative: factors of two members are equal


@dataclass(frozen=True)
class Entry:
    """A posting with two sides. `t` is taken from `ags` in a view; `counter` keeps it (overlap) or receives it
    (transfer).
    """

    view: str
    kind: str
    type: str  # overlap or transfer
    ags: str
    counter: str
    t: float
    lines: tuple[str, ...]
    counter_lines: tuple[str, ...]


def leaves(ags: Sequence[str]) -> None:
    """InputError unless the codes are distinct municipalities: no district beside its own municipalities (rule H32)."""
    if len(set(ags)) != len(ags):
        twice = next(a for a in ags if list(ags).count(a) > 1)
        raise InputError("member-twice", f"{twice} is a member twice", twice, "name each municipality once")
    for code in ags:
        inside = [a for a in ags if a != code and code.endswith("000") and a[:5] == code[:5]]
        if inside:
            raise InputError(
                "member-overlap",
                f"{code} is a district that contains {inside[0]}",
                code,
                "name the municipalities alone",
            )


def line_proof(inv: Inventory) -> list[dict[str, Any]]:
    """Each line as the sum of members and as one place.

    `{line, account, members_t, one_place_t, elimination_kg, factor_kg_per_mwh, one_factor, rule, why}`: one place =
    Σ energy × the common factor for energy lines. elimination_kg = round(1000 · (members − one place)): 0 on every
    line.
    """
    leaves(inv.ags)
    out = []
    for i, line in enumerate(inv.lines):
        members = fsum(inv.t_co2e[i])
        factor, one, place = None, True, members
        rule = "land" if sector(line) == "LULUCF" else "source"
        if line in ENERGY_LINES:
            factor, one = _factor(inv, i)
            rule = "use" if one else "use_own_factor"
            place = fsum(inv.energy_mwh[i]) * factor / 1000 if one and factor is not None else members
        out.append(
            {
                "line": line,
                "account": "bisko_t" if in_bisko(line) else f"{sector(line).lower()}",
                "members_t": members,
                "one_place_t": place,
                "elimination_kg": round(1000 * (members - place)),
                "factor_kg_per_mwh": factor,
                "one_factor": one,
                "rule": rule,
                "why": dict(words()["rule"][rule]),
            }
        )
    return out


def _factor(inv: Inventory, i: int) -> tuple[float | None, bool]:
    """Factor of an energy line (kg/MWh) of the member with most energy, and whether all members share it."""
    energy, tonnes = inv.energy_mwh[i], inv.t_co2e[i]
    used = energy > 0
    if not used.any():
        return None, True
    factors = 1000 * tonnes[used] / energy[used]
    main = float(factors[int(np.argmax(energy[used]))])
    return main, bool(np.all(np.abs(factors - main) <= SAME * max(abs(main), 1.0)))


def pairs(inv: Inventory, flows: Sequence[Flow] = ()) -> list[dict[str, Any]]:
    """Every kind of flow for every ordered pair of members: does it touch a BISKO total, why not, and is there an
    entry?

    `{kind, giver, taker, amount, unit, booked_at, lines, touches_bisko, bisko_effect_t, why, entries{view:
    none|overlap| transfer}, entry_t{view: t|None}, missing}`. `bisko_effect_t` is computed: the BISKO total of the
    books with this flow minus without it. Σ amounts where several flows of a kind join the same pair.
    """
    flows = check(flows, inv.ags)
    _within_use(inv, flows)
    plain = books(inv)["bisko_t"]["joint_t"]
    out = []
    for giver in inv.ags:
        for taker in inv.ags:
            if giver == taker:
                continue
            for kind, spec in kinds().items():
                own = [f for f in flows if (f.kind, f.giver, f.taker) == (kind, giver, taker)]
                known = [f.amount for f in own if f.amount is not None]
                effect = books(inv, own)["bisko_t"]["joint_t"] - plain if known else 0.0
                rules = {"bisko": "none", **{v: spec[v] for v in VIEWS if v != "bisko"}}
                out.append(
                    {
                        "kind": kind,
                        "giver": giver,
                        "taker": taker,
                        "amount": fsum(known) if known else None,
                        "unit": spec["unit"],
                        "booked_at": spec["at"],
                        "lines": lines_of(spec["use"]) or lines_of(spec["giver_lines"]),
                        "touches_bisko": effect != 0.0,
                        "bisko_effect_t": effect,
                        "why": dict(spec["why"]),
                        "entries": rules,
                        "entry_t": {v: _posted(inv, own, v) for v, rule in rules.items() if rule != "none"},
                        "missing": None if known else dict(spec["data"]),
                    }
                )
    return out


def _posted(inv: Inventory, own: Sequence[Flow], view: str) -> float | None:
    found = entries(inv, own, view)
    return fsum(e.t for e in found) if found else None


def entries(inv: Inventory, flows: Sequence[Flow], view: str) -> list[Entry]:
    """The entries of a view (t CO2e); none in `bisko`. Flows without amount or factor give none; see `pairs` for what
    is missing.

    extended: overlap, only between two members: amount × upstream_kg_per_unit / 1000, taken from the taker once.
    origin, consumption: transfer amount × kg_per_unit / 1000 from the side that books it to the other side.
    """
    if view not in VIEWS:
        raise InputError("view-unknown", f"the view {view!r} is not known", "view", "use one of " + ", ".join(VIEWS))
    flows = check(flows, inv.ags)
    _within_use(inv, flows)
    _in_giver_books(inv, _overlapping(flows))
    out: list[Entry] = []
    for flow in flows:
        spec = kinds()[flow.kind]
        rule = "none" if view == "bisko" else spec[view]
        factor = flow.upstream_kg_per_unit if rule == "overlap" else flow.kg_per_unit
        if rule == "none" or flow.amount is None or factor is None:
            continue
        if rule == "overlap" and OUTSIDE in (flow.giver, flow.taker):
            continue  # upstream outside the partnership stands in nobody's books here
        source, target = _sides(flow, spec, view) if rule == "transfer" else (flow.taker, flow.giver)
        out.append(
            Entry(
                view,
                flow.kind,
                rule,
                source,
                target,
                flow.amount * factor / 1000,
                tuple(lines_of(spec["use"])),
                tuple(lines_of(spec["giver_lines"])),
            )
        )
    return out


def _sides(flow: Flow, spec: Mapping[str, Any], view: str) -> tuple[str, str]:
    """Who books the emission in the territorial balance, and who receives it in the view.

    origin: from the user to the producer. consumption: from the place of the source to the one who causes it;
    commuters' kilometres from the place of work to the home; waste (the giver causes it) from the place of treatment
    to the giver.
    """
    if view == "origin":
        return flow.taker, flow.giver
    return (flow.giver, flow.taker) if spec["at"] == "giver" else (flow.taker, flow.giver)


def _within_use(inv: Inventory, flows: Sequence[Flow]) -> None:
    """A regional fuel cannot exceed what its taker uses, nor its upstream part the factor."""
    at = index()
    for taker in {f.taker for f in flows if f.taker in inv.ags}:
        j = inv.ags.index(taker)
        for kind, spec in kinds().items():
            own = [f for f in flows if f.kind == kind and f.taker == taker and f.amount is not None]
            if spec["extended"] != "overlap" or not own:
                continue
            rows = [at[x] for x in lines_of(spec["use"])]
            use = float(inv.energy_mwh[rows, j].sum())
            flowing = fsum(f.amount for f in own if f.amount is not None)
            where = f"{kind} to {taker}"
            if flowing > use * (1 + SAME):
                raise InputError(
                    "flow-exceeds-use",
                    f"{flowing:.6g} MWh flow, but only {use:.6g} MWh are used",
                    where,
                    "check amount and unit of the flow",
                )
            tonnes = float(inv.t_co2e[rows, j].sum())
            overlap = fsum(float(f.amount or 0) * float(f.upstream_kg_per_unit or 0) / 1000 for f in own)
            if overlap > tonnes * (1 + SAME):
                raise InputError(
                    "flow-upstream",
                    f"the upstream part ({overlap:.6g} t) exceeds the use itself ({tonnes:.6g} t)",
                    where,
                    "check kg per MWh",
                )


def _in_giver_books(inv: Inventory, flows: Sequence[Flow]) -> None:
    """What is taken out as counted twice must stand in the giver's books: Σ overlap ≤ emissions on the giver's
    lines.
    """
    at = index()
    for giver, kind in dict.fromkeys((f.giver, f.kind) for f in flows):
        rows, j = [at[x] for x in lines_of(kinds()[kind]["giver_lines"])], inv.ags.index(giver)
        booked = float(np.maximum(inv.t_co2e[rows, j], 0).sum())
        own = [f for f in flows if (f.giver, f.kind) == (giver, kind)]
        overlap = fsum(float(f.amount or 0) * float(f.upstream_kg_per_unit or 0) / 1000 for f in own)
        if overlap > booked * (1 + SAME):
            raise InputError(
                "flow-not-in-books",
                f"{overlap:.6g} t would be taken out, but {giver} books only {booked:.6g} t of this kind",
                f"{kind} from {giver}",
                "only what stands in the giver's balance is counted twice: lower kg per MWh",
            )


def books(
    inv: Inventory, flows: Sequence[Flow] = (), own: Mapping[str, Mapping[str, float]] | None = None
) -> dict[str, dict[str, Any]]:
    """The closed books: for each account `{members, members_t, eliminations_t, bridge_t, bridge, joint_t,
    residual_kg, closed}`.

    Accounts: bisko_t, gross_t, net_t (plain sums), extended_t and extended_net_t (gross and net without the upstream
    overlap). `own`: a member's own book value by account where it differs (imported balance, t); the bridge is
    harmonised − own and the identity members − eliminations + bridge = joint is checked against the joint value that
    is computed line by line as one place. residual_kg: rest in whole kilograms.
    """
    leaves(inv.ags)
    own = own or {}
    for ags in own:
        if ags not in inv.ags:
            raise InputError("member-unknown", f"{ags} is no member", ags, "name a member's code")
    columns = arrays(inv)
    posted = entries(inv, flows, "extended")
    overlap = fsum(e.t for e in posted)
    place = {p["line"]: p["one_place_t"] for p in line_proof(inv)}
    out: dict[str, dict[str, Any]] = {}
    for account in BOOKS:
        base = {"extended_t": "gross_t", "extended_net_t": "net_t"}.get(account, account)
        harmonised = {a: float(columns[base][j]) for j, a in enumerate(inv.ags)}
        members = {a: float(own.get(a, {}).get(account, harmonised[a])) for a in inv.ags}
        bridge = {a: harmonised[a] - members[a] for a in inv.ags}
        eliminated = overlap if account.startswith("extended") else 0.0
        joint = _one_place(inv, place, base, _overlapping(flows) if account.startswith("extended") else [])
        rest = fsum([*members.values(), -eliminated, *bridge.values(), -joint])
        out[account] = {
            "members": members,
            "members_t": fsum(members.values()),
            "eliminations_t": eliminated,
            "bridge": bridge,
            "bridge_t": fsum(bridge.values()),
            "joint_t": joint,
            "residual_kg": round(1000 * rest),
            "closed": abs(rest) < 5e-4,
        }
    return out


def _one_place(inv: Inventory, place: Mapping[str, float], base: str, flows: Sequence[Flow]) -> float:
    """The joint account as one place: lines one by one; where `flows` are regional fuels, the taker's use at the factor
    (1−Σs)·f_incl + Σ s·f_direct instead of f_incl.
    """
    wanted = {"bisko_t": BISKO_SECTORS, "gross_t": (*BISKO_SECTORS, "AGR", "WASTE", "IPPU")}.get(base)
    parts = [t for line, t in place.items() if wanted is None or sector(line) in wanted]
    at = index()
    for taker, kind in dict.fromkeys((f.taker, f.kind) for f in flows):
        rows, j = [at[x] for x in lines_of(kinds()[kind]["use"])], inv.ags.index(taker)
        use, tonnes = float(inv.energy_mwh[rows, j].sum()), float(inv.t_co2e[rows, j].sum())
        if not use:
            continue
        with_upstream = 1000 * tonnes / use
        shares = [
            (float(f.amount or 0) / use, float(f.upstream_kg_per_unit or 0))
            for f in flows
            if (f.taker, f.kind) == (taker, kind)
        ]
        mixed = (1 - fsum(s for s, _ in shares)) * with_upstream + fsum(s * (with_upstream - up) for s, up in shares)
        parts += [use * mixed / 1000, -tonnes]
    return fsum(parts)


def _overlapping(flows: Sequence[Flow]) -> list[Flow]:
    """Regional fuels between two members with known amount and upstream part."""
    return [
        f
        for f in flows
        if kinds()[f.kind]["extended"] == "overlap"
        and OUTSIDE not in (f.giver, f.taker)
        and f.amount is not None
        and f.upstream_kg_per_unit is not None
    ]


def view(inv: Inventory, flows: Sequence[Flow], name: str, account: str = "gross_t") -> dict[str, Any]:
    """A view of an account with its transfers: `{view, account, members{ags: {base_t, transfer_t, view_t}},
    outside_t, joint_t,
    sum_of_transfers_kg, entries}`.

    extended has no value per member: the overlap belongs to the joint balance alone, members keep their base.
    Transfers with a partner outside are collected in `outside_t`; members and outside together sum to zero.
    """
    columns = arrays(inv)
    if account not in columns:
        raise InputError("account-unknown", f"the account {account!r} is not known", "account", "use gross_t or net_t")
    posted = entries(inv, flows, name)
    moved = dict.fromkeys((*inv.ags, OUTSIDE), 0.0)
    for e in posted:
        if e.type == "transfer":
            moved[e.ags] -= e.t
            moved[e.counter] += e.t
    members = {
        a: {
            "base_t": float(columns[account][j]),
            "transfer_t": moved[a],
            "view_t": float(columns[account][j]) + moved[a],
        }
        for j, a in enumerate(inv.ags)
    }
    removed = fsum(e.t for e in posted if e.type == "overlap")
    return {
        "view": name,
        "account": account,
        "members": members,
        "outside_t": moved[OUTSIDE],
        "eliminations_t": removed,
        "joint_t": fsum(m["view_t"] for m in members.values()) - removed,
        "sum_of_transfers_kg": round(1000 * fsum(moved.values())),
        "entries": posted,
    }


def kilograms(tonnes: Sequence[float]) -> list[int]:
    """Whole kilograms that add up to the rounded sum (largest remainders), so that a printed table closes.

    >>> kilograms([0.0004, 0.0004, 0.0004])
    [1, 0, 0]
    """
    exact = [1000 * t for t in tonnes]
    whole = [floor(x) for x in exact]
    open_kg = round(fsum(exact)) - sum(whole)
    order = sorted(range(len(exact)), key=lambda i: (-(exact[i] - whole[i]), i))
    for i in order[:open_kg]:
        whole[i] += 1
    return whole
