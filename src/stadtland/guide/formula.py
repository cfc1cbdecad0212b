"""Formulas over results.json: a number in a document is computed by the formula that it carries.

A formula is arithmetic over paths in brackets: `[roadmap.cost_eur] / [inventory.joint.population]`,
`sum([roadmap.measures.{3,9}.land_ha])`, `mean([roadmap.cost_eur])`. A path is keys and list positions joined by
dots; `{a,b}` picks several, `*` all. `sum`, `mean`, `max` and `min` take a list of numbers,
`count` any list.
"""

from __future__ import annotations

import re
from typing import Any

_TOKEN = re.compile(r"\s*(\[[^\]]+\]|sum|mean|max|min|count|\d+(?:\.\d+)?|[-+*/()])")


class Missing(Exception):
    """A path that results.json does not hold, or holds as null."""


def walk(obj: Any, path: str) -> list[Any]:
    """All values at a path with `{a,b}` and `*`; Missing if one is absent or null."""
    found = [obj]
    for key in re.findall(r"\{[^}]*\}|[^.]+", path):
        after: list[Any] = []
        for here in found:
            if key == "*":
                if not isinstance(here, dict | list):
                    raise Missing(path)
                after.extend(here.values() if isinstance(here, dict) else here)
                continue
            names = key[1:-1].split(",") if key.startswith("{") else [key]
            after.extend(_step(here, name, path) for name in names)
        found = after
    if any(v is None for v in found):
        raise Missing(path)
    return found


def _step(here: Any, name: str, path: str) -> Any:
    if isinstance(here, dict) and name in here:
        return here[name]
    if isinstance(here, list) and re.fullmatch(r"-?\d+", name) and -len(here) <= int(name) < len(here):
        return here[int(name)]
    raise Missing(path)


def paths(formula: str) -> list[str]:
    """The paths a formula names."""
    return re.findall(r"\[([^\]]+)\]", formula)


def evaluate(formula: str, results: Any) -> float:
    """The value of a formula; Missing if a path is absent or null or a divisor is zero."""
    tokens = _TOKEN.findall(formula)
    if "".join(tokens) != re.sub(r"\s+", "", formula):
        raise ValueError(f"not a formula: {formula!r}")
    value, rest = _sum(tokens, results)
    if rest:
        raise ValueError(f"not a formula: {formula!r}")
    return value


def _sum(tokens: list[str], results: Any) -> tuple[float, list[str]]:
    value, tokens = _product(tokens, results)
    while tokens and tokens[0] in "+-":
        sign = 1.0 if tokens[0] == "+" else -1.0
        other, tokens = _product(tokens[1:], results)
        value += sign * other
    return value, tokens


def _product(tokens: list[str], results: Any) -> tuple[float, list[str]]:
    value, tokens = _atom(tokens, results)
    while tokens and tokens[0] in "*/":
        other, rest = _atom(tokens[1:], results)
        if tokens[0] == "*":
            value *= other
        elif other == 0:
            raise Missing("division by zero")
        else:
            value /= other
        tokens = rest
    return value, tokens


def _atom(tokens: list[str], results: Any) -> tuple[float, list[str]]:
    head, rest = tokens[0], tokens[1:]
    if head == "-":
        value, rest = _atom(rest, results)
        return -value, rest
    if head == "(":
        value, rest = _sum(rest, results)
        return value, rest[1:]
    if head.startswith("["):
        return _number(walk(results, head[1:-1]), head), rest
    if head == "count":
        return float(len(walk(results, rest[1][1:-1]))), rest[3:]
    if head in ("sum", "mean", "max", "min"):
        listed = [_number([v], head) for v in _flat(walk(results, rest[1][1:-1]))]
        if not listed:
            raise Missing(rest[1])
        value = {"sum": sum(listed), "mean": sum(listed) / len(listed), "max": max(listed), "min": min(listed)}[head]
        return value, rest[3:]
    return float(head), rest


def _flat(values: list[Any]) -> list[Any]:
    flat: list[Any] = []
    for value in values:
        flat.extend(value if isinstance(value, list) else [value])
    if any(v is None for v in flat):
        raise Missing("a value in a list")
    return flat


def _number(values: list[Any], where: str) -> float:
    if len(values) != 1 or isinstance(values[0], bool) or not isinstance(values[0], int | float):
        raise Missing(where)
    return float(values[0])
