"""Use case: the joint balance of a partnership, closed to the kilogram, with flows, members, areas and old balances."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from stadtland.base.errors import InputError

from .profile import head
from .whom import Whom, inventory, own_figures, resolve


def consolidate(
    names: Sequence[str],
    year: int | None = None,
    data: Path | None = None,
    books: Path | None = None,
    harmonised: Sequence[Path] = (),
    years: Sequence[int] = (),
    account: str = "bisko_t",
    store: Path | None = None,
) -> dict[str, Any]:
    """Members − eliminations + bridge = joint, with everything that explains it.

    names: a partnership, or codes (obsolete ones are followed to today's municipality). books: file of
    `inventory.consolidate_file`. harmonised: `harmonised.json` of members: their cells replace the estimate and the
    bridge names each rule. store: folder of own figures. years: years of the series in which members join and leave.
    `{year, name, note, members, account, territory, books, line_proof, pairs, picture, flows, entries, views, series,
    area, harmonised}`. InputError for anything that does not fit together.
    """
    from stadtland.facts import codes
    from stadtland.inventory import consolidate as core
    from stadtland.inventory import consolidate_file, consolidate_flows, consolidate_members
    from stadtland.inventory.harmonise import adopt

    whom = resolve(names)
    given = consolidate_file.read(books) if books is not None else consolidate_file.Books()
    if account not in core.BOOKS[:3]:
        raise InputError(
            "account-unknown", f"the account {account!r} is not known", "--account", "use " + ", ".join(core.BOOKS[:3])
        )
    _, year = whom.at(year)
    twice = next((a for a in whom.ags if whom.ags.count(a) > 1), None)
    if twice:
        raise InputError("member-twice", f"{twice} is named twice", twice, "name each municipality once")
    land = consolidate_members.territory(whom.ags)
    spans = _spans(whom, given.members)
    ags = tuple(_active(spans, year))
    codes.check_all(ags)
    reports = _reports(harmonised, ags, year)
    old = {a: adopt.overrides(report)[0] for a, (report, _) in reports.items()}
    inv, members = inventory(whom, ags, year, data, own_figures(whom, ags, year, store, old))
    roles = _roles(whom, members)
    flows = consolidate_flows.check(consolidate_file.merged(consolidate_flows.from_figures(members), given.flows), ags)
    own = _own(given, reports, ags)
    area = _area(given, inv, account)
    for row in area:
        if row["old_t"] is not None and row["ags"] not in own:
            own[row["ags"]] = {account: row["old_t"]}
    _carried(own, inv)
    return head(inv, members) | {
        "name": whom.name,
        "account": account,
        "territory": land,
        "books": core.books(inv, flows, own),
        "line_proof": core.line_proof(inv),
        "pairs": core.pairs(inv, flows),
        "picture": consolidate_flows.picture(flows, roles),
        "flows": [vars(f) for f in flows],
        "views": {v: _view(core, inv, flows, v, account) for v in ("origin", "consumption")},
        "series": _series(spans, years, data, account, year) if years else None,
        "area": area,
        "harmonised": {a: _bridge(r, inv, left) for a, (r, left) in reports.items()},
    }


def _spans(whom: Whom, stated: Sequence[Any]) -> list[Any]:
    """Memberships in the order of the command; who has no years is a member throughout."""
    from stadtland.inventory.consolidate_members import Membership

    strange = [m.ags for m in stated if m.ags not in whom.ags]
    if strange:
        raise InputError(
            "member-unknown", f"{strange[0]} is not named as a member", "books [[member]]", "name it on the command too"
        )
    return [m for a in whom.ags for m in ([m for m in stated if m.ags == a] or [Membership(a)])]


def _active(spans: Sequence[Any], year: int) -> list[str]:
    from stadtland.inventory import consolidate_members

    now = consolidate_members.members_now(consolidate_members.active(spans, year))
    if not now:
        raise InputError("members-none", f"nobody is a member in {year}", "--year", "choose another year")
    return now


def _reports(paths: Sequence[Path], ags: Sequence[str], year: int) -> dict[str, tuple[dict[str, Any], list[Any]]]:
    from stadtland.facts import codes
    from stadtland.inventory.harmonise import adopt

    found: dict[str, tuple[dict[str, Any], list[Any]]] = {}
    for path in paths:
        report = adopt.read(path)
        now = [a for a, _ in codes.successors(report["ags"])] or [report["ags"]]
        if len(now) != 1 or now[0] not in ags:
            raise InputError(
                "harmonised-member", f"{report['ags']} is no member here", path.name, "members: " + ", ".join(ags)
            )
        if now[0] in found:
            raise InputError("harmonised-twice", f"{now[0]} has two inventories", path.name, "name one of them")
        if int(report["target_year"]) != year:
            raise InputError(
                "harmonised-year",
                f"the inventory is of {report['target_year']:g}, the joint balance of {year}",
                path.name,
                f"harmonise it with --to-year {year}, or consolidate with --year {report['target_year']:g}",
            )
        found[now[0]] = (report, adopt.overrides(report)[1])
    return found


def _roles(whom: Whom, members: Sequence[Any]) -> dict[str, str]:
    said = {m.ags: m.role for m in whom.partnership.members} if whom.partnership else {}
    return {m.ags: said.get(m.ags, "city" if m.kind == "city" else "rural") for m in members}


def _own(given: Any, reports: Mapping[str, Any], ags: Sequence[str]) -> dict[str, dict[str, float]]:
    own = {a: dict(v) for a, v in given.own.items() if a in ags}
    for a, (report, _) in reports.items():
        own.setdefault(a, {})["bisko_t"] = report["old_t"]
    return own


def _carried(own: dict[str, dict[str, float]], inv: Any) -> None:
    """A bridge in one account holds in the wider ones as well where no book value is given there."""
    from stadtland.inventory import balance

    values = balance.accounts(inv)
    for a, stated in own.items():
        bridge = 0.0
        for account in ("bisko_t", "gross_t", "net_t"):
            if account in stated:
                bridge = values[a][account] - stated[account]
            else:
                stated[account] = values[a][account] - bridge
        stated |= {"extended_t": stated["gross_t"], "extended_net_t": stated["net_t"]}


def _area(given: Any, inv: Any, account: str) -> list[dict[str, Any]]:
    """Book values of former municipalities against the present ones."""
    from stadtland.facts import codes
    from stadtland.inventory import balance, consolidate_members

    former = [c for c in given.own if c not in inv.ags]
    for code in former:
        now = [a for a, _ in codes.successors(code)]
        if not any(a in inv.ags for a in now):
            raise InputError(
                "own-member", f"{code} is no member and has not gone into one", f"[own.{code}]", "check the code"
            )
    if not former:
        return []
    touched = {a for c in former for a, _ in codes.successors(c) if a in inv.ags}
    old = {c: v[account] for c, v in given.own.items() if account in v}
    values = balance.accounts(inv)
    return consolidate_members.area_bridge(old, {a: values[a][account] for a in touched})


def _view(core: Any, inv: Any, flows: Sequence[Any], name: str, account: str) -> dict[str, Any]:
    found = core.view(inv, flows, name, account)
    return {**found, "entries": [vars(e) for e in found["entries"]]}


def _bridge(report: Mapping[str, Any], inv: Any, left: list[Any]) -> dict[str, Any]:
    from stadtland.inventory import balance
    from stadtland.inventory.harmonise import adopt

    ags = next(a for a in inv.ags if a in (report["ags"], *_heirs(report["ags"])))
    joint = balance.accounts(inv)[ags]["bisko_t"]
    return {
        "file": report["original"].get("file"),
        "sha256": report["original"].get("sha256"),
        "status": report.get("status"),
        "old_t": report["old_t"],
        "new_t": report["new_t"],
        "joint_t": joint,
        "bars": adopt.bars(report, joint),
        "not_taken_over": left,
    }


def _heirs(code: str) -> list[str]:
    from stadtland.facts import codes

    return [a for a, _ in codes.successors(code)]


def _series(spans: Sequence[Any], years: Sequence[int], data: Path | None, account: str, year: int) -> dict[str, Any]:
    """The joint series over the years: each step explained, and the series of the members of `year` alone."""
    from stadtland import inventory as room
    from stadtland.inventory import balance, consolidate_members

    if len(set(years)) != len(years) or len(years) < 2:
        raise InputError("years-few", "a series needs at least two different years", "--years", "write 2018,2021")
    now = [consolidate_members.Membership(consolidate_members.members_now([m.ags])[0], m.joined, m.left) for m in spans]
    ags = tuple(dict.fromkeys(m.ags for m in now))
    values: dict[int, dict[str, float]] = {}
    for y in sorted(years):
        found = balance.accounts(room.build(ags, y, data))
        values[y] = {a: found[a][account] for a in ags}
    return {
        "steps": consolidate_members.changes(now, values),
        "members": {y: list(consolidate_members.active(now, y)) for y in sorted(years)},
        "same_members": consolidate_members.same_members(now, values, year),
        "same_members_of": year,
    }
