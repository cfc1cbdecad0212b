"""How measures act on each other: pairs as data, checked on reading, and the order in which they take effect.

Content: `content/toolbox/interactions.toml`; the meaning of every key stands in docs/reference/interactions.md.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any

from stadtland.base import content, strict, toml
from stadtland.base.errors import InputError

RELATIONS = ("exclusive", "shared", "multiplicative", "ordering", "enabling")
SCOPES = ("stock", "unit", "view", "claim")
EVERY = "*"
_KEYS = (
    "a", "b", "relation", "factor", "formula", "scope", "stock", "first", "sentence", "source", "evidence",
    "definition", "record",
)  # fmt: skip
_FACTOR_LIMITS = {"exclusive": (0.0, 0.0), "shared": (-1.0, 1.0), "multiplicative": (0.0, 1.0), "enabling": (1.0, 1.5)}


@dataclass(frozen=True)
class Pair:
    """What happens to b where a is there too.

    `factor` low, central, high: effect of b on the same unit relative to b alone (no unit); None where only a formula
    of the plan says it. `scope`: stock (same unit of `stock`), unit, view (two accounts, never one sum), claim.
    """

    a: str
    b: str
    relation: str
    factor: tuple[float, float, float] | None
    scope: str
    stock: str | None
    first: str | None
    sentence: Mapping[str, str]
    source: str | None
    evidence: str

    @property
    def second(self) -> str | None:
        """The one that follows in an ordering, else None."""
        if self.first is None:
            return None
        return self.b if self.first == self.a else self.a

    def touches(self, ids: Collection[str]) -> bool:
        """Whether both sides are among `ids`; `*` stands for any other measure."""
        return self.a in ids and (self.b in ids or (self.b == EVERY and any(i != self.a for i in ids)))


@cache
def pairs() -> tuple[Pair, ...]:
    """All bundled pairs, checked."""
    from .ledgers import stocks
    from .reading import catalogue, sources

    return read(content.path("toolbox", "interactions.toml"), catalogue(), sources(), stocks())


def read(path: Path, measures: Collection[str], sources: Collection[str], stocks: Collection[str]) -> tuple[Pair, ...]:
    """The pairs of a file; InputError names file, line, pair, key and cure.

    Refused: unknown measures (unless listed under `not_in_catalogue`), relations, scopes, stocks and sources; a pair
    twice or with itself; factors outside the limits of their relation; an ordering that runs in a circle.
    """
    data = toml.read(path)
    strict.keys(data, ("not_in_catalogue", "pair"), path.name)
    known = {*measures, *data.get("not_in_catalogue", {})}
    lines = [n for n, line in enumerate(path.read_text("utf-8-sig").splitlines(), 1) if line.strip() == "[[pair]]"]
    found: list[Pair] = []
    seen: dict[frozenset[str], str] = {}
    for number, entry in enumerate(data.get("pair", [])):
        line = lines[number] if number < len(lines) else 0
        where = f"{path.name}, line {line}: pair {entry.get('a', '?')}–{entry.get('b', '?')}"
        pair = _pair(entry, where, known, sources, stocks)
        both = frozenset((pair.a, pair.b))
        if both in seen:
            raise InputError(
                "interaction-twice", f"{pair.a} and {pair.b} are already related", where, f"keep one: {seen[both]}"
            )
        seen[both] = where
        found.append(pair)
    _acyclic(found, path.name)
    return tuple(found)


def _pair(entry: Any, where: str, known: Collection[str], sources: Collection[str], stocks: Collection[str]) -> Pair:
    strict.mapping(entry, where)
    strict.keys(entry, _KEYS, where, ("a", "b", "relation", "scope", "sentence", "evidence"))
    relation = strict.one_of(entry["relation"], RELATIONS, f"{where}: relation")
    scope = strict.one_of(entry["scope"], SCOPES, f"{where}: scope")
    a = strict.one_of(entry["a"], sorted(known), f"{where}: a")
    b = (
        entry["b"]
        if entry["b"] == EVERY and relation == "enabling"
        else strict.one_of(entry["b"], sorted(known), f"{where}: b")
    )
    if a == b:
        raise InputError("interaction-self", f"{a} cannot be related to itself", where, "name two measures")
    stock, first = entry.get("stock"), entry.get("first")
    if (scope == "stock") != (stock is not None):
        raise InputError(
            "interaction-stock", "scope stock and the key stock belong together", where, "give both or neither"
        )
    if stock is not None:
        strict.one_of(stock, stocks, f"{where}: stock")
    if (relation == "ordering") != (first is not None):
        raise InputError(
            "interaction-first", "an ordering names what comes first, others do not", where, "give or remove `first`"
        )
    if first is not None:
        strict.one_of(first, (a, b), f"{where}: first")
    source = _source(entry, where, sources)
    strict.one_of(entry["evidence"], "ABC", f"{where}: evidence")
    return Pair(
        a, b, relation, _factor(entry, relation, where), scope, stock, first,
        bilingual(entry["sentence"], f"{where}: sentence"), source, entry["evidence"],
    )  # fmt: skip


def _source(entry: Mapping[str, Any], where: str, sources: Collection[str]) -> str | None:
    """The source of a pair; None where the pair holds by definition of the units and accounts."""
    if entry.get("definition", False):
        if "source" in entry or entry["evidence"] != "A":
            raise InputError(
                "interaction-definition", "a definition has evidence A and no source", where,
                "remove `source`, or remove `definition`",
            )  # fmt: skip
        return None
    if "source" not in entry:
        raise InputError("interaction-source", "a pair without source", where, "name one, or write definition = true")
    return strict.one_of(entry["source"], sorted(sources), f"{where}: source")


def bilingual(value: Any, where: str) -> Mapping[str, str]:
    """A text {de, en}, both not empty; InputError otherwise."""
    table = strict.mapping(value, where)
    strict.keys(table, ("de", "en"), where, ("de", "en"))
    for lang in ("de", "en"):
        if not isinstance(table[lang], str) or not table[lang].strip():
            raise InputError("text-empty", f"the text in {lang} is empty", where, "write a sentence in both languages")
    return dict(table)


def _factor(entry: Mapping[str, Any], relation: str, where: str) -> tuple[float, float, float] | None:
    where = f"{where}: factor"
    formula = entry.get("formula", False)
    if formula not in (True, False) or formula == ("factor" in entry):
        raise InputError(
            "interaction-factor", "give either a factor or formula = true", where, "a number, or formula = true"
        )
    if relation == "ordering" and not formula:
        raise InputError("interaction-factor", "an ordering has no fixed factor", where, "write formula = true")
    if formula:
        if relation not in ("ordering", "multiplicative"):
            raise InputError("interaction-factor", f"{relation} needs a factor", where, "give a number")
        return None
    raw = entry["factor"]
    low_limit, high_limit = _FACTOR_LIMITS[relation]
    if isinstance(raw, Mapping):
        strict.keys(raw, ("low", "central", "high"), where, ("low", "central", "high"))
        values = tuple(strict.finite(raw[k], where, low_limit, high_limit) for k in ("low", "central", "high"))
    else:
        values = (strict.finite(raw, where, low_limit, high_limit),) * 3
    if not values[0] <= values[1] <= values[2]:
        raise InputError("interaction-factor", "low ≤ central ≤ high does not hold", where, "sort the three values")
    return values[0], values[1], values[2]


def _acyclic(found: Iterable[Pair], name: str) -> None:
    sorter: TopologicalSorter[str] = TopologicalSorter()
    for pair in found:
        if pair.first is not None and pair.second is not None:
            sorter.add(pair.second, pair.first)
    try:
        sorter.prepare()
    except CycleError as error:
        ring = " → ".join(reversed(error.args[1]))
        raise InputError(
            "interaction-cycle",
            f"the order runs in a circle: {ring}",
            f"{name}: first",
            "turn or remove one of these orderings",
        ) from None


def between(ids: Collection[str]) -> list[Pair]:
    """The pairs whose both sides are among `ids`, in the order of the content."""
    return [pair for pair in pairs() if pair.touches(ids)]


def order(ids: Collection[str]) -> list[str]:
    """The ids in an order in which each acts on what the earlier ones leave; by id where nothing is said."""
    sorter: TopologicalSorter[str] = TopologicalSorter({i: set[str]() for i in sorted(ids)})
    for pair in between(ids):
        if pair.first is not None and pair.second is not None:
            sorter.add(pair.second, pair.first)
    sorter.prepare()
    result: list[str] = []
    while sorter.is_active():
        ready = sorted(sorter.get_ready())
        result += ready
        sorter.done(*ready)
    return result


def factors(ids: Collection[str]) -> dict[str, tuple[float, float, float]]:
    """What is left of each measure's effect where all of `ids` stand on the same unit: Π factor (low, central, high).

    Shared and multiplicative pairs with a number only; no unit. The product does not depend on any order. A negative
    factor (works against) makes low the smallest product. Exclusive pairs do not occur on one unit and are left out.
    """
    result = dict.fromkeys(ids, (1.0, 1.0, 1.0))
    for pair in between(ids):
        if pair.factor is None or pair.relation not in ("shared", "multiplicative"):
            continue
        old = result[pair.b]
        corners = [x * y for x in (old[0], old[2]) for y in (pair.factor[0], pair.factor[2])]
        result[pair.b] = (min(corners), old[1] * pair.factor[1], max(corners))
    return result
