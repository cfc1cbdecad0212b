"""Selection aids: search and filter the catalogue, and set measures side by side."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from stadtland.base import strict
from stadtland.base.errors import InputError

_SIDES = ("city", "rural")
FILTERS = ("field", "class", "side", "hazard", "view", "type", "evidence", "status", "payer", "bundle")


def _plain(text: str) -> str:
    """Lower case without accents; ß as ss.

    >>> _plain("Wärmepumpe Größe")
    'warmepumpe grosse'
    """
    decomposed = unicodedata.normalize("NFKD", text.lower().replace("ß", "ss"))
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def _umlaut(text: str) -> str:
    """ae, oe, ue as typed where umlauts are missing become a, o, u, so both spellings meet."""
    for two, one in (("ae", "a"), ("oe", "o"), ("ue", "u")):
        text = text.replace(two, one)
    return text


def search(query: str = "", **filters: str) -> list[dict[str, Any]]:
    """Measures in which every word of `query` occurs (either language), best first; filters narrow the list.

    Filters: `field, class, side (city|rural), hazard, view, type, evidence (of the effect, at least), status, payer
    (who bears most), bundle`. Rows `{id, title {de,en}, hits}` with `hits` = weighted occurrences (title 3, actors 2,
    rest 1); equal hits by id. An empty query lists all. Errors: InputError `key-unknown`, `word-unknown` with the
    nearest word.
    """
    from .reading import catalogue

    measures = [m for m in catalogue().values() if not m.reference]
    strict.keys(filters, FILTERS, "filter")
    for key, value in filters.items():
        allowed = _allowed(key, measures)
        strict.one_of(value, allowed, f"filter {key}")
        measures = [m for m in measures if _passes(m, key, value)]
    words = [_umlaut(w) for w in _plain(query).split()]
    rows = []
    for measure in measures:
        hits = [_hits(measure, word) for word in words]
        if all(hits):
            rows.append({"id": measure.id, "title": measure.title.model_dump(), "hits": sum(hits)})
    return sorted(rows, key=lambda r: (-r["hits"], r["id"]))


def _hits(measure: Any, word: str) -> int:
    weighted: tuple[tuple[int, list[str]], ...] = (
        (3, [measure.id, measure.title.de, measure.title.en]),
        (2, [*measure.actors.de, *measure.actors.en]),
        (1, [measure.summary.de, measure.summary.en, *measure.steps.de, *measure.steps.en, *measure.funding.de]),
    )
    return sum(weight for weight, texts in weighted for text in texts if word in _umlaut(_plain(text)))


def _allowed(key: str, measures: Sequence[Any]) -> list[str]:
    if key == "bundle":
        from .recommend import bundles

        return sorted(bundles())
    fixed = {
        "side": _SIDES,
        "evidence": "ABC",
        "payer": ("municipality", "households", "companies", "farms", "utility"),
    }
    if key in fixed:
        return list(fixed[key])
    from . import model

    names = {"field": "FieldName", "hazard": "HAZARDS", "view": "View"}
    if key in names:
        found = getattr(model, names[key])
        return list(found) if isinstance(found, tuple) else list(found.__args__)
    attribute = {"class": "planning_class"}.get(key, key)
    return list(model.Measure.model_fields[attribute].annotation.__args__)  # type: ignore[union-attr]


def _passes(measure: Any, key: str, value: str) -> bool:
    if key == "bundle":
        from .recommend import bundles

        return measure.id in bundles()[value].measures
    if key == "payer":
        shares: Mapping[str, float] = measure.payer.model_dump()
        return shares[value] > 0 and shares[value] == max(shares.values())
    if key in ("side", "hazard"):
        return value in (measure.applies_to if key == "side" else measure.hazards)
    if key == "evidence":
        return bool(measure.effect.evidence <= value)  # A before B before C
    attribute = {"class": "planning_class", "view": "accounting_view"}.get(key, key)
    return bool(getattr(measure, attribute) == value)


def compare(measure_ids: Sequence[str], members: Sequence[Any] = (), inventory: Any = None) -> dict[str, Any]:
    """Measures side by side: `{rows: [{key, unit, values {id: …}}], potentials {AGS: {id: …}}, pairs [Pair rows]}`.

    Effects are per unit of each measure; units differ and are named, nothing is ranked or summed. `potentials` only for
    the given members (with their inventory). `pairs`: what the measures do to each other. Errors: InputError
    `compare-few` (less than two), `compare-twice`, `measure-unknown`.
    """
    from .interactions import between
    from .reading import get

    if len(measure_ids) < 2:
        raise InputError("compare-few", "a comparison needs at least two measures", "measures", "name two or more ids")
    twice = [i for i in measure_ids if list(measure_ids).count(i) > 1]
    if twice:
        raise InputError("compare-twice", f"{twice[0]} is named twice", "measures", "name each measure once")
    measures = [get(i) for i in measure_ids]
    rows: dict[str, list[Any]] = {
        "title": [m.title.model_dump() for m in measures],
        "unit": [m.unit_name.model_dump() for m in measures],
        "effect": [_range(m.effect) | {"unit": m.effect.unit, "mode": m.effect.mode} for m in measures],
        "evidence_effect": [m.effect.evidence for m in measures],
        "accounting_view": [m.accounting_view for m in measures],
        "invest_eur": [_range(m.cost.invest) for m in measures],
        "annual_eur": [_range(m.cost.annual) for m in measures],
        "evidence_cost": [m.cost.evidence for m in measures],
        "price_year": [m.cost.price_year for m in measures],
        "land_ha": [{k: v.central for k, v in m.plan.land.items()} for m in measures],
        "lifetime_years": [None if m.plan.lifetime_years is None else m.plan.lifetime_years.central for m in measures],
        "permanence": [m.permanence for m in measures],
        "hazards": [list(m.hazards) for m in measures],
        "cobenefits": [m.cobenefits.model_dump() for m in measures],
        "payer": [{k: v for k, v in m.payer.model_dump().items() if v} for m in measures],
        "applies_to": [list(m.applies_to) for m in measures],
    }
    return {
        "measures": list(measure_ids),
        "rows": {key: dict(zip(measure_ids, values, strict=True)) for key, values in rows.items()},
        "potentials": {m.ags: {one.id: _potential(one, m, inventory) for one in measures} for m in members},
        "pairs": [
            {"a": p.a, "b": p.b, "relation": p.relation, "factor": p.factor, "sentence": dict(p.sentence),
             "source": p.source, "evidence": p.evidence}
            for p in between(set(measure_ids))
        ],
    }  # fmt: skip


def _range(value: Any) -> dict[str, float]:
    return {k: float(getattr(value, k)) for k in ("low", "central", "high")}


def _potential(measure: Any, member: Any, inventory: Any) -> dict[str, Any]:
    from .assess import potential
    from .recommend import BASE_UNKNOWN

    found = potential(measure, member, inventory)
    unknown = found.reason in BASE_UNKNOWN
    values = {k: None if unknown else getattr(found, k) for k in ("low", "central", "high")}
    names = {"unit": found.unit, "unit_name": measure.unit_name.model_dump()}
    return {**values, **names, "reason": found.reason, "data_quality": found.data_quality}
