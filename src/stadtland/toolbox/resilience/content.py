"""The content of resilience: hazards, effects, bases, flows, trade-offs, state series; checked on reading."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from stadtland.base import content, toml
from stadtland.base.errors import InputError
from stadtland.toolbox.model import HAZARDS

COMBINE = ("share", "sum", "local")
OWN_SOURCES = (("resilience", "sources.toml"), ("toolbox_value", "sources.toml"), ("offers", "sources.toml"))


@dataclass(frozen=True)
class Effect:
    """What one unit of a measure does against a hazard, in the unit of the indicator (shares as 0–1)."""

    measure: str
    hazard: str
    indicator: str
    low: float
    central: float
    high: float
    unit: str
    per: str
    combine: str
    evidence: str
    sources: tuple[str, ...]
    acts_on: dict[str, str]


@dataclass(frozen=True)
class Base:
    """The stock of a member that units of a measure treat: `per_unit` of figure `figure` each."""

    figure: str
    per_unit: float
    unit: str
    cap: bool
    name: dict[str, str]


@cache
def sources() -> dict[str, dict[str, Any]]:
    """All sources a figure of resilience, regional value or offers may name: the shared registry and our own."""
    from stadtland.toolbox.reading import sources as shared

    found = dict(shared())
    for parts in OWN_SOURCES:
        path = content.path(*parts)
        if not path.exists():
            continue
        for key, entry in toml.read(path).items():
            if key in found:
                raise InputError("source-twice", f"source {key} is defined twice", "/".join(parts), "rename one")
            found[key] = entry
    return found


def _read(name: str) -> dict[str, Any]:
    return toml.read(content.path("resilience", name))


@cache
def hazards() -> dict[str, dict[str, Any]]:
    """The eight hazards by id: meaning in city and countryside, impacts, indicator, unit, who holds the data."""
    found = _read("hazards.toml")
    if sorted(found) != sorted(HAZARDS):
        raise InputError("hazard-missing", f"hazards.toml holds {sorted(found)}", "hazards.toml", "one table a hazard")
    return found


@cache
def effects() -> tuple[Effect, ...]:
    """All effects of measures. Effects with combine = "share" are printed in percent and returned as 0–1.

    Errors: InputError `effect-invalid` for an unknown measure, hazard or rule, a wrong order or a share above 1.
    """
    from stadtland.toolbox.reading import catalogue

    return tuple(parse_effect(entry, set(catalogue())) for entry in _read("effects.toml")["effect"])


def parse_effect(entry: dict[str, Any], measures: set[str]) -> Effect:
    """One entry of effects.toml as `Effect`, or InputError `effect-invalid`."""
    where = f"effects.toml: {entry.get('measure')} {entry.get('indicator')}"
    low, central, high = (float(entry[k]) for k in ("low", "central", "high"))
    problem = ""
    if entry["measure"] not in measures:
        problem = f"there is no measure {entry['measure']!r}"
    elif entry["hazard"] not in HAZARDS:
        problem = f"there is no hazard {entry['hazard']!r}"
    elif entry["combine"] not in COMBINE:
        problem = f"combine {entry['combine']!r} is not one of {', '.join(COMBINE)}"
    elif not low <= central <= high:
        problem = f"low {low:g} ≤ central {central:g} ≤ high {high:g} does not hold"
    elif entry["evidence"] in ("A", "B") and not entry.get("sources") and not entry.get("definition"):
        problem = f"evidence {entry['evidence']} needs sources"
    elif entry["combine"] == "share" and not 0 <= low <= high <= 100:
        problem = "a share runs from 0 to 100 %"
    elif entry["combine"] == "share" and not str(entry["unit"]).startswith("%"):
        problem = f"a share is given in %, not in {entry['unit']!r}"
    if problem:
        raise InputError("effect-invalid", problem, where, "correct the entry")
    scale = 100.0 if entry["combine"] == "share" else 1.0
    return Effect(
        entry["measure"], entry["hazard"], entry["indicator"], low / scale, central / scale, high / scale,
        "1" if scale == 100 else str(entry["unit"]), entry["per"], entry["combine"], entry["evidence"],
        tuple(entry.get("sources", ())), dict(entry["acts_on"]),
    )  # fmt: skip


@cache
def bases() -> dict[tuple[str, str], Base]:
    """The base of an effect, by measure and indicator; absent where no base per municipality is known."""
    return {
        (b["measure"], b["indicator"]): Base(
            b["figure"], float(b["per_unit"]), b["unit"], bool(b.get("cap")), dict(b["name"])
        )
        for b in _read("bases.toml")["base"]
    }


@cache
def flows() -> tuple[dict[str, Any], ...]:
    """Who lies upstream of whom; `known` false where no source says so."""
    return tuple(_read("flows.toml")["flow"])


@cache
def tradeoffs() -> tuple[dict[str, Any], ...]:
    """Where a measure harms what another hazard needs."""
    return tuple(_read("tradeoffs.toml")["tradeoff"])


@cache
def state_series() -> dict[str, dict[str, Any]]:
    """Series of the Land: context for the region, never a value of a municipality."""
    return _read("state_series.toml")


@cache
def indices() -> dict[str, dict[str, Any]]:
    """Indices that a daily station series gives, by id."""
    return _read("indices.toml")


@cache
def exposures() -> dict[str, dict[str, Any]]:
    """What lies in the way of a hazard, by id: figures of the municipality that give an amount or a ratio."""
    return _read("exposures.toml")


@cache
def need_kinds() -> dict[str, dict[str, Any]]:
    """Needs a municipality can enter, by id: hazard, indicator, unit, other units, title, where the figure is found.

    Errors: InputError `need-kind` where a kind has no effect that could cover it in its unit.
    """
    found = _read("needs.toml")
    known = {(e.hazard, e.indicator): e.unit for e in effects() if e.combine != "local"}
    for key, kind in found.items():
        if known.get((kind["hazard"], kind["indicator"])) != kind["unit"]:
            raise InputError(
                "need-kind", f"no effect covers {kind['hazard']} {kind['indicator']} in {kind['unit']}",
                f"needs.toml: {key}", "name hazard, indicator and unit of an effect",
            )  # fmt: skip
    return found


@cache
def requests() -> dict[str, dict[str, Any]]:
    """Who can settle the need of a hazard, and the words of the letter."""
    return _read("requests.toml")


@cache
def districts() -> dict[str, dict[str, Any]]:
    """Share of people aged 65 and more, by district code of 5 digits."""
    return dict(_read("population.toml")["district"])


def word(key: str, lang: str, **params: Any) -> str:
    """A word or sentence of words.toml with its parameters filled."""
    return str(_words()[key][lang]).format(**params)


@cache
def _words() -> dict[str, dict[str, str]]:
    return _read("words.toml")
