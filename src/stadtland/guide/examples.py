"""Examples from practice: filter by theme, size and role, and those similar to a partnership, with the reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from stadtland.base import content, strict, toml

THEMES = (
    "partnership", "energy", "heat", "farming", "water", "forest_peat", "fund", "data", "mobility_land", "staff",
    "food", "compensation",
)  # fmt: skip
SIZES = ("village", "town", "city", "region")
ROLES = ("municipality", "city", "district", "farm", "company", "utility", "citizen", "research")


@dataclass(frozen=True)
class Example:
    """One example; an empty field means that the source says nothing, and it stays visible as empty."""

    id: str
    number: int
    title: Mapping[str, str]
    place: Mapping[str, str]
    what: Mapping[str, str]
    figures: Mapping[str, str] | None
    pays: Mapping[str, str] | None
    lesson: Mapping[str, str]
    since: str | None
    themes: tuple[str, ...]
    sizes: tuple[str, ...]
    roles: tuple[str, ...]
    measures: tuple[str, ...]
    urls: tuple[str, ...]
    seen: str
    city_and_land: bool


@cache
def examples() -> dict[str, Example]:
    """All examples by id, in the order of the content."""
    found = {}
    for number, (key, e) in enumerate(toml.read(content.path("guide", "examples.toml")).items(), 1):
        found[key] = Example(
            key, number, e["title"], e["place"], e["what"], e.get("figures"), e.get("pays"), e["lesson"],
            e.get("since"), tuple(e["themes"]), tuple(e["sizes"]), tuple(e["roles"]), tuple(e.get("measures", ())),
            tuple(e["urls"]), e["seen"], bool(e.get("city_and_land")),
        )  # fmt: skip
    return found


def select(theme: str | None = None, size: str | None = None, role: str | None = None) -> list[Example]:
    """Examples that carry all given marks; InputError `word-unknown` with the nearest word."""
    for value, allowed, where in ((theme, THEMES, "--theme"), (size, SIZES, "--size"), (role, ROLES, "--role")):
        if value is not None:
            strict.one_of(value, allowed, where)
    return [
        e for e in examples().values()
        if (theme is None or theme in e.themes) and (size is None or size in e.sizes)
        and (role is None or role in e.roles)
    ]  # fmt: skip


def size_of(population: float) -> str:
    """Size of a place: village under 5,000 people, town under 100,000, else city.

    >>> size_of(6050), size_of(600000)
    ('town', 'city')
    """
    return "village" if population < 5_000 else "town" if population < 100_000 else "city"


def similar(results: Mapping[str, Any], most: int = 5) -> list[tuple[Example, dict[str, list[str]]]]:
    """The examples most like a partnership, with what they share: `{sizes, measures, pair}`.

    A point for every size of place that both have, two if both join a city with its surroundings, and one for each
    measure that the plan uses and the example shows (at most three). Equal points by number. The weights are
    conventions of this project (evidence C).
    """
    members = results.get("partnership", {}).get("members", [])
    sizes = {size_of(m.get("population") or 0.0) for m in members}
    pair = {"city", "rural"} <= {m.get("role") for m in members} and "city" in sizes
    used = {m["id"] for m in results.get("roadmap", {}).get("measures", []) if m.get("used") == "used"}
    ranked = []
    for e in examples().values():
        shared = [s for s in SIZES if s in sizes and s in e.sizes]
        together = [m for m in e.measures if m in used][:3]
        both = ["pair"] if pair and e.city_and_land else []
        points = len(shared) + len(together) + 2 * len(both)
        if points:
            ranked.append((points, e, {"sizes": shared, "measures": together, "pair": both}))
    ranked.sort(key=lambda row: (-row[0], row[1].number))
    return [(e, why) for _, e, why in ranked[:most]]


def rows(listed: Sequence[Example], lang: str) -> list[dict[str, Any]]:
    """Plain rows for tables, JSON and CSV; what a source does not say is null."""
    return [
        {
            "id": e.id, "title": e.title[lang], "place": e.place[lang], "what": e.what[lang],
            "figures": e.figures[lang] if e.figures else None, "pays": e.pays[lang] if e.pays else None,
            "lesson": e.lesson[lang], "since": e.since, "themes": " ".join(e.themes), "sizes": " ".join(e.sizes),
            "roles": " ".join(e.roles), "measures": " ".join(e.measures), "urls": " ".join(e.urls), "seen": e.seen,
        }
        for e in listed
    ]  # fmt: skip
