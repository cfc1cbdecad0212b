"""The file of a consolidation: members with years of joining and leaving, flows, and book values of members."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from stadtland.base import strict, toml
from stadtland.base.errors import InputError

from .consolidate_flows import OUTSIDE, Flow, kinds
from .consolidate_members import Membership

ACCOUNTS = ("bisko_t", "gross_t", "net_t")
FLOW_KEYS = (
    "kind", "giver", "taker", "amount", "unit", "year", "source", "evidence", "data_quality", "upstream_kg_per_unit",
    "kg_per_unit", "note",
)  # fmt: skip


@dataclass(frozen=True)
class Books:
    """What a partnership knows beside the estimate.

    `members`: with years; `flows`: additional or better known flows; `own`: {code: {account: t CO2e}}, code of a
    member or of a municipality that has gone into one.
    """

    members: tuple[Membership, ...] = ()
    flows: tuple[Flow, ...] = ()
    own: Mapping[str, Mapping[str, float]] = field(default_factory=dict)


def read(path: Path) -> Books:
    """The file, strict. InputError `key-*`, `number-*`, `flow-*`, `member-*` naming file and entry.

    ```toml
    [[member]]
    ags = "14729380"
    joined = 2019            # left = 2024
    [[flow]]
    kind = "wood"
    giver = "14729245"
    taker = "14713000"       # or "outside"
    amount = 1200.0          # in the unit of the kind; leave it out if it is not known
    year = 2021
    source = "delivery notes 2021"
    [own.14729410]
    bisko_t = 150000.0
    source = "council paper 12/2022"
    ```
    """
    return parse(toml.read(path), path.name)


def parse(table: Mapping[str, Any], where: str = "books") -> Books:
    """The books from their table; see `read`."""
    strict.keys(table, ("member", "flow", "own"), where)
    members = tuple(_member(row, f"{where} [[member]] {n}") for n, row in _list(table, "member", where))
    flows = tuple(_flow(row, f"{where} [[flow]] {n}") for n, row in _list(table, "flow", where))
    own = {
        code: _own(row, f"{where} [own.{code}]")
        for code, row in strict.mapping(table.get("own", {}), f"{where} [own]").items()
    }
    return Books(members, flows, own)


def _list(table: Mapping[str, Any], key: str, where: str) -> list[tuple[int, Mapping[str, Any]]]:
    rows = table.get(key, [])
    if not isinstance(rows, list):
        raise InputError(
            "kind-list", f"[[{key}]] must be a list of tables", where, f"write [[{key}]] with two brackets"
        )
    return [(n, strict.mapping(row, f"{where} [[{key}]] {n}")) for n, row in enumerate(rows, 1)]


def _member(row: Mapping[str, Any], where: str) -> Membership:
    strict.keys(row, ("ags", "joined", "left"), where, ("ags",))
    years = {k: _year(row[k], f"{where}.{k}") for k in ("joined", "left") if k in row}
    return Membership(_code(row["ags"], where), years.get("joined"), years.get("left"))


def _year(value: Any, where: str) -> int:
    number = strict.finite(value, where, 1990, 2100)
    if number != int(number):
        raise InputError("books-year", f"{value!r} is no year", where, "write a year with four digits")
    return int(number)


def _code(value: Any, where: str) -> str:
    if not isinstance(value, str):
        raise InputError("ags-text", f"a code must be text, not {value!r:.40}", where, 'write it in quotes: "14713000"')
    return value


def _flow(row: Mapping[str, Any], where: str) -> Flow:
    strict.keys(row, FLOW_KEYS, where, ("kind", "giver", "taker"))
    kind = strict.one_of(row["kind"], kinds(), f"{where}.kind")
    unit = row.get("unit", kinds()[kind]["unit"])
    if unit != kinds()[kind]["unit"]:
        raise InputError(
            "flow-unit", f"{kind} is counted in {kinds()[kind]['unit']}, not {unit!r:.20}", where, "convert the amount"
        )
    numbers = {
        k: strict.finite(row[k], f"{where}.{k}", 0, 1e12)
        for k in ("amount", "upstream_kg_per_unit", "kg_per_unit")
        if k in row
    }
    if numbers and not str(row.get("source", "")).strip():
        raise InputError("flow-source", "a flow with a number needs its source", where, 'write source = "…"')
    return Flow(
        kind,
        _end(row["giver"], where),
        _end(row["taker"], where),
        numbers.get("amount"),
        _year(row["year"], f"{where}.year") if "year" in row else None,
        str(row.get("source", ""))[:300],
        strict.one_of(row.get("evidence", "C"), ("A", "B", "C"), f"{where}.evidence"),
        strict.one_of(row["data_quality"], ("A", "B", "C", "D"), f"{where}.data_quality")
        if "data_quality" in row
        else None,
        numbers.get("upstream_kg_per_unit"),
        numbers.get("kg_per_unit"),
        str(row.get("note", ""))[:300],
    )


def _end(value: Any, where: str) -> str:
    return OUTSIDE if value == OUTSIDE else _code(value, where)


def _own(row: Any, where: str) -> dict[str, float]:
    table = strict.mapping(row, where)
    strict.keys(table, (*ACCOUNTS, "source"), where, ("source",))
    found = {k: strict.finite(table[k], f"{where}.{k}", -1e12, 1e12) for k in ACCOUNTS if k in table}
    if not found:
        raise InputError("own-empty", "there is no book value", where, "write one of " + ", ".join(ACCOUNTS))
    return found


def merged(figures: list[Flow], own: tuple[Flow, ...]) -> list[Flow]:
    """Flows from figures, each replaced by the own ones of the same kind and direction; further own flows added.

    >>> a, b = Flow("wood", "1", "2", None), Flow("wood", "1", "2", 5.0)
    >>> merged([a], (b,)) == [b]
    True
    """
    known = {(f.kind, f.giver, f.taker) for f in own}
    return [*(f for f in figures if (f.kind, f.giver, f.taker) not in known), *own]
