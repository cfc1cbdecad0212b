"""Use cases of choosing measures: compare, collide, recommend."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from stadtland.base.errors import InputError

REFERENCE = "leipzig-wurzener-land"
MOST_UNITS = 1e12


def codes_of(who: Sequence[str]) -> tuple[str, ...]:
    """Municipality codes from codes, or from one bundled name or partnership file; default: the reference case."""
    from stadtland.facts import codes

    from .whom import resolve

    found = resolve(who or (REFERENCE,)).ags
    codes.check_all(found)
    return found


def _load(ags: Sequence[str], year: int, data: Path | None) -> tuple[Any, Any]:
    from stadtland import facts, inventory

    return facts.load_members(tuple(ags), year, data), inventory.build(tuple(ags), year, data)


def _names(members: Sequence[Any]) -> dict[str, str]:
    return {m.ags: m.name.split(",", maxsplit=1)[0] for m in members}


def compare(ids: Sequence[str], ags: Sequence[str] = (), year: int = 2021, data: Path | None = None) -> dict[str, Any]:
    """Measures side by side; with `ags` (codes or a partnership) the potential of these members too."""
    from stadtland.toolbox import recommend_find

    members, inv = _load(codes_of(ags), year, data) if ags else ((), None)
    return recommend_find.compare(ids, members, inv) | {"names": _names(members)}


def selection(items: Sequence[str], ags: Sequence[str]) -> dict[str, dict[str, float]]:
    """`["A01=40", "L05=10"]` for each of the members; InputError `selection-item` for anything else."""
    chosen: dict[str, float] = {}
    for item in items:
        name, _, number = item.partition("=")
        try:
            units = float(number.replace(",", "."))
        except ValueError:
            units = -1.0
        if not 0 <= units < MOST_UNITS:
            raise InputError(
                "selection-item", f"{item!r} names no units", "measures", "write the id and its units: A01=40"
            )
        if name in chosen:
            raise InputError("selection-twice", f"{name} is named twice", "measures", "add the units up yourself")
        chosen[name] = units
    return {a: dict(chosen) for a in ags}


def collide(
    items: Sequence[str], ags: Sequence[str] = (), year: int = 2021, data: Path | None = None
) -> dict[str, Any]:
    """Without units: what the measures do to each other. With units (`A01=40`): also which stocks are over-used.

    `{pairs, collisions, views, names}`; units hold for every member named in `ags`, which is then needed.
    """
    from stadtland.toolbox import get, interactions

    if not any("=" in item for item in items):
        for item in items:
            get(item)
        found = interactions.between(set(items))
        return {"pairs": [asdict(p) for p in found], "collisions": [], "views": [], "names": {}}
    if not ags:
        raise InputError("selection-member", "units need a member", "--ags", "name the municipality: --ags 14729380")
    from stadtland.toolbox import interactions_collide

    codes = codes_of(ags)
    chosen = selection(items, codes)
    members, inv = _load(codes, year, data)
    return {
        "pairs": [],
        "collisions": [asdict(c) for c in interactions_collide.collisions(chosen, members, inv)],
        "views": interactions_collide.by_view(chosen, codes),
        "names": _names(members),
    }


def recommend(
    role: str, who: Sequence[str] = (), year: int = 2021, data: Path | None = None, results: Path | None = None
) -> dict[str, Any]:
    """Recommendations with reasons for a role, and the bundles they name: `{role, names, recommendations, bundles}`.

    results: a results.json or its folder; then its members are meant, and rules on the computed plan answer too. Those
    about the whole partnership have the code `joint`.
    """
    from stadtland.base import strict
    from stadtland.toolbox import recommend as room

    strict.one_of(role, room.ROLES, "--for")
    look, joint = None, {}
    if results is not None:
        from stadtland.guide.basis import look as answers

        from .guide import material

        m = material(str(results), data)
        look, who, year = answers(m.results), m.codes, m.year
        joint = {room.JOINT: str(m.results["partnership"]["name"])}
    members, inv = _load(codes_of(who), year, data)
    found = room.recommend(role, members, inv, look)
    named: Mapping[str, Any] = {
        key: {"title": b.title, "measures": list(b.measures), "first": b.first, "text": b.text}
        for key, b in room.bundles().items()
        if key in {r.bundle for r in found}
    }
    return {
        "role": role,
        "names": dict(_names(members)) | joint,
        "recommendations": [asdict(r) for r in found],
        "bundles": dict(named),
    }


def sides(measure_id: str, who: Sequence[str] = (), year: int = 2021, data: Path | None = None) -> dict[str, Any]:
    """What makes a measure easier or harder for each member: `sides.by_measure` as tables, with names."""
    from stadtland.toolbox import get
    from stadtland.toolbox import sides as room

    get(measure_id)
    members, inv = _load(codes_of(who), year, data)
    found = room.by_measure(measure_id, members, inv)
    rows = {ags: [asdict(r) for r in statements] for ags, statements in found["members"].items()}
    return found | {"members": rows, "names": _names(members)}


def sides_of_members(who: Sequence[str] = (), year: int = 2021, data: Path | None = None) -> dict[str, Any]:
    """For each member all measures by what the place makes of them: `sides.by_member`, with names and titles."""
    from stadtland.toolbox import catalogue
    from stadtland.toolbox import sides as room

    members, inv = _load(codes_of(who), year, data)
    found = {}
    for member in members:
        one = room.by_member(member.ags, members, inv)
        found[member.ags] = one | {"statements": [asdict(r) for r in one["statements"]]}
    titles = {m.id: m.title.model_dump() for m in catalogue().values()}
    return {"members": found, "names": _names(members), "titles": titles}


def situation(items: Sequence[str]) -> dict[str, Any]:
    """`["applicant=farm", "legal_duty=no", "granted=bew,krl", "own_share=0.1"]` as a situation for `funding`.

    InputError `situation-item` for text without "=", `key-unknown`, `kind-bool`, `number-kind` for what does not fit.
    """
    from stadtland.base import strict
    from stadtland.toolbox.funding_rules import SITUATION

    found: dict[str, Any] = {}
    for item in items:
        key, equals, raw = item.partition("=")
        if not equals:
            raise InputError(
                "situation-item", f"{item!r} says nothing", "--say", "write key=value, e.g. applicant=farm"
            )
        strict.keys({key: raw}, SITUATION, "--say")
        kind = SITUATION[key]
        if kind == "bool":
            found[key] = {"yes": True, "no": False, "true": True, "false": False}.get(raw.lower(), raw)
        elif kind == "programmes":
            found[key] = [one for one in raw.split(",") if one]
        elif kind in ("share", "number"):
            try:
                found[key] = float(raw)
            except ValueError:
                found[key] = raw
        else:
            found[key] = raw
    return found


def funding(measure_id: str, items: Sequence[str] = ()) -> dict[str, Any]:
    """What may pay for a measure in a situation said as key=value; see `toolbox.funding.funding`."""
    from stadtland.toolbox.funding import funding as room

    return room(measure_id, situation(items))


def find(words: Sequence[str], only: Sequence[str] = ()) -> list[dict[str, Any]]:
    """Measures with all words, narrowed by `["side=city", "hazard=heat"]`; InputError `filter-item` without "="."""
    from stadtland.toolbox import recommend_find

    filters: dict[str, str] = {}
    for item in only:
        key, equals, value = item.partition("=")
        if not equals or key in filters:
            raise InputError("filter-item", f"{item!r} is no filter of its own", "--only", "write each once: side=city")
        filters[key] = value
    return recommend_find.search(" ".join(words), **filters)
