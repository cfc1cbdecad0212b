"""City and countryside per measure: what makes it easier or harder, computed for members where data allow.

Content: `content/toolbox/sides.toml`. Every statement rests on one number of the member or says that there is none; the
statements are listed, never summed to a score.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from stadtland.base import content, strict, toml
from stadtland.base.errors import InputError
from stadtland.base.locale import LANGUAGES, significant

from .interactions import bilingual

VERDICTS = ("easier", "harder", "neither", "unknown", "not_here")
TOO_COARSE = ("land", "country")  # a share of the Land says nothing about a place (data quality D)
_TEXTS = ("easier", "harder", "inverse_easier", "inverse_harder")
_KEYS = (
    "title", "over", "per", "factor", "unit", "easier_from", "harder_to", "measures", "inverse", *_TEXTS, "proxy",
    "note", "unknown", "everywhere", "ask",
)  # fmt: skip


@dataclass(frozen=True)
class Factor:
    """One thing that differs between city and countryside; without `over` there is no figure per municipality."""

    id: str
    title: Mapping[str, str]
    over: Mapping[str, float] | None
    per: Mapping[str, float] | None
    scale: float
    unit: Mapping[str, str] | None
    easier_from: float
    harder_to: float
    measures: tuple[str, ...]
    inverse: tuple[str, ...]
    texts: Mapping[str, Mapping[str, str]]
    proxy: bool
    everywhere: bool
    ask: Mapping[str, str] | None


@dataclass(frozen=True)
class Statement:
    """What a factor says about a measure for a member; `level`: how fine the number is (place … country)."""

    measure: str
    ags: str
    factor: str
    verdict: str
    value: float | None
    unit: Mapping[str, str] | None
    level: str | None
    proxy: bool
    missing: tuple[str, ...]
    sentence: Mapping[str, str]


@cache
def _words() -> Mapping[str, Mapping[str, str]]:
    words: Mapping[str, Mapping[str, str]] = toml.read(content.path("toolbox", "sides.toml"))["words"]
    return words


@cache
def factors() -> dict[str, Factor]:
    """All factors of the content, checked."""
    from .reading import catalogue

    return read(content.path("toolbox", "sides.toml"), catalogue())


def read(path: Path, measures: Mapping[str, Any]) -> dict[str, Factor]:
    """The factors of a file; InputError names file, factor, key and cure."""
    data = toml.read(path)
    strict.keys(data, ("factor", "words"), path.name, ("factor",))
    table = strict.mapping(data["factor"], path.name)
    return {key: _factor(key, entry, f"{path.name}: factor.{key}", measures) for key, entry in table.items()}


def _factor(key: str, entry: Any, where: str, measures: Mapping[str, Any]) -> Factor:
    strict.keys(strict.mapping(entry, where), _KEYS, where, ("title",))
    unknown = bool(entry.get("unknown", False))
    lists = {name: tuple(entry.get(name, ())) for name in ("measures", "inverse")}
    for name, ids in lists.items():
        for one in ids:
            strict.one_of(one, sorted(measures), f"{where}.{name}")
    twice = set(lists["measures"]) & set(lists["inverse"])
    if twice:
        raise InputError(
            "side-both", f"{sorted(twice)[0]} stands in measures and inverse", where, "keep it in one list"
        )
    if not (lists["measures"] or entry.get("everywhere")):
        raise InputError("side-empty", "no measure is named", where, "name measures or set everywhere = true")
    title = bilingual(entry["title"], f"{where}.title")
    if unknown:
        strict.keys(entry, ("title", "unknown", "measures", "everywhere", "ask"), where, ("ask",))
        ask = bilingual(entry["ask"], f"{where}.ask")
        return Factor(key, title, None, None, 1.0, None, 0.0, 0.0, lists["measures"], (), {}, False,
                      bool(entry.get("everywhere", False)), ask)  # fmt: skip
    strict.keys(entry, _KEYS, where, ("over", "unit", "easier_from", "harder_to", "easier", "harder"))
    high, low = (strict.finite(entry[k], f"{where}.{k}") for k in ("easier_from", "harder_to"))
    if not low < high:
        raise InputError(
            "side-limits", "harder_to must lie below easier_from", where, "swap them, or use the list inverse"
        )
    wanted = _TEXTS if lists["inverse"] else _TEXTS[:2]
    strict.keys(entry, _KEYS, where, wanted)
    texts = {name: bilingual(entry[name], f"{where}.{name}") for name in wanted}
    return Factor(
        key, title, dict(entry["over"]), dict(entry["per"]) if "per" in entry else None,
        strict.finite(entry.get("factor", 1.0), f"{where}.factor"), bilingual(entry["unit"], f"{where}.unit"),
        high, low, lists["measures"], lists["inverse"], texts, bool(entry.get("proxy", False)), False, None,
    )  # fmt: skip


def of_measure(measure_id: str) -> list[Factor]:
    """The factors that matter for a measure, in the order of the content."""
    return [f for f in factors().values() if f.everywhere or measure_id in f.measures or measure_id in f.inverse]


def verdict(value: float, easier_from: float, harder_to: float, inverse: bool = False) -> str:
    """easier, harder or neither; for inverse a low value makes it easier.

    >>> verdict(600, 500, 150), verdict(600, 500, 150, inverse=True), verdict(300, 500, 150)
    ('easier', 'harder', 'neither')
    """
    if value >= easier_from:
        return "harder" if inverse else "easier"
    if value <= harder_to:
        return "easier" if inverse else "harder"
    return "neither"


def value_of(factor: Factor, place: Any) -> tuple[float | None, str | None, tuple[str, ...]]:
    """(value in the unit of the factor, level, missing figures) = over / per · factor; None where a part is missing."""
    from stadtland.inventory.profile import coarsest

    if factor.over is None:
        return None, None, (factor.id,)
    top = place.total(factor.over)
    below = place.total(factor.per) if factor.per is not None else place.get("1")
    if top.value is None or not below.value:
        return None, None, tuple(dict.fromkeys(top.lacking + below.lacking)) or ("0",)
    return factor.scale * top.value / below.value, coarsest((top.level, below.level)), ()


def _statement(measure: Any, factor: Factor, place: Any) -> Statement:
    value, level, missing = value_of(factor, place)
    if value is None or level in TOO_COARSE:
        word = _words()["missing" if value is None else "too_coarse"]
        absent = {k: word[k].format(title=factor.title[k], missing=", ".join(missing)) for k in LANGUAGES}
        return Statement(measure.id, place.ags, factor.id, "unknown", value, factor.unit, level, factor.proxy, missing,
                         factor.ask or absent)  # fmt: skip
    inverse = measure.id in factor.inverse
    found = verdict(value, factor.easier_from, factor.harder_to, inverse)
    sentence: Mapping[str, str] = dict.fromkeys(LANGUAGES, "")
    assert factor.unit is not None
    if found != "neither":
        text = factor.texts[f"inverse_{found}" if inverse else found]
        sentence = {k: text[k].format(value=significant(value, k, 3), unit=factor.unit[k]) for k in LANGUAGES}
    return Statement(measure.id, place.ags, factor.id, found, value, factor.unit, level, factor.proxy, (), sentence)


def statements(measure_ids: Sequence[str], members: Sequence[Any], inventory: Any) -> list[Statement]:
    """All statements for some measures and members; a measure meant for the other side has the one row `not_here`.

    `members` and `inventory` must belong together (InputError `member-missing` otherwise).
    """
    from stadtland.inventory.profile import places

    from .assess import fits
    from .reading import get

    rows = []
    for place in places(inventory, members):
        for measure in map(get, measure_ids):
            if not fits(measure, place.member.kind):
                texts = measure.city_rural.model_dump()
                rows.append(Statement(measure.id, place.ags, "kind", "not_here", None, None, None, False, (), texts))
                continue
            rows += [_statement(measure, factor, place) for factor in of_measure(measure.id)]
    return rows


def by_measure(measure_id: str, members: Sequence[Any], inventory: Any) -> dict[str, Any]:
    """One measure across members: `{measure, title, text, members: {AGS: [Statement …]}}`; text is that of the card."""
    from .reading import get

    measure = get(measure_id)
    rows = statements([measure_id], members, inventory)
    return {
        "measure": measure_id, "title": measure.title.model_dump(), "text": measure.city_rural.model_dump(),
        "members": {m.ags: [r for r in rows if r.ags == m.ags] for m in members},
    }  # fmt: skip


def by_member(ags: str, members: Sequence[Any], inventory: Any, measure_ids: Sequence[str] = ()) -> dict[str, Any]:
    """One member across measures (default: all but reference technologies): ids by verdict, with statements.

    `{ags, easier, harder, mixed, neither, unknown, not_here, statements}`: `mixed` has reasons on both sides, `unknown`
    only statements without a figure. Lists are sorted by id: no ranking.
    """
    from .reading import catalogue

    ids = list(measure_ids) or [m.id for m in catalogue().values() if not m.reference]
    rows = [r for r in statements(ids, members, inventory) if r.ags == ags]
    result: dict[str, Any] = {k: [] for k in ("easier", "harder", "mixed", "neither", "unknown", "not_here")}
    for measure_id in sorted(ids):
        found = {r.verdict for r in rows if r.measure == measure_id} - {"unknown"}
        if {"easier", "harder"} <= found:
            result["mixed"].append(measure_id)
        else:
            first = next((v for v in ("not_here", "easier", "harder", "neither") if v in found), "unknown")
            result[first].append(measure_id)
    return {"ags": ags, **result, "statements": rows}
