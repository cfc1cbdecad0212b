"""Own figures as the plain mapping that the inventory and the partnership file take."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from typing import Any, Literal

from stadtland.base.errors import InputError
from stadtland.base.figure import QUALITY_WEIGHT

from ..lines import LINES
from ..overrides import LIMITS, SETS, Driver
from ..own_effects import PLANT, network
from ..sources import OWN, UNITS
from .catalogue import Field, datasets, field
from .numbers import round15
from .records import Key, Record, State
from .secrecy import hidden as hidden_keys
from .values import base_value

MAX_AWAY = 3  # years: a figure farther from the inventory year replaces nothing
PLAN_ONLY = (
    "cars.gasoline",
    "cars.diesel",
    "cars.cng_lpg",
    "cars.hev",
    "cars.phev",
    "cars.bev",
    "cars.other",
)
CAR_PARTS = PLAN_ONLY
HEAT = "zensus2022.heat_"
GRADE_ORDER = "ABCD"
Target = Literal["inventory", "partnership"]
Mapped = dict[str, dict[str, dict[str, Any]]]


def meaning(entry: Field) -> str:
    """Id under which the inventory knows a field: its line, else its own id."""
    return entry.line or entry.id


def usable(id: str, target: Target = "inventory") -> bool:
    """Whether the inventory (or the partnership file) takes this id; other figures are kept for later use."""
    return id in LINES or id in UNITS or id in OWN or (target == "partnership" and id in PLAN_ONLY)


def contradictions(state: State) -> list[tuple[Key, str]]:
    """Figures of the same meaning and year from two datasets that differ by more than a thousandth: (key, other)."""
    seen: dict[tuple[str, str, int], tuple[Key, float]] = {}
    found = []
    for key, value, _ in _whole(state):
        entry = field(key.dataset, key.id)
        if entry is None:
            continue
        slot = (key.ags, meaning(entry), key.year)
        other = seen.setdefault(slot, (key, value))
        if other[0].dataset != key.dataset and abs(other[1] - value) > 1e-3 * max(other[1], value):
            found.append((key, other[0].dataset))
            found.append((other[0], key.dataset))
    return found


def _whole(state: State) -> Iterator[tuple[Key, float, Record]]:
    """(key, value in base unit, record) per figure; meters summed where all parts are declared complete and known."""
    meters: dict[tuple[str, str, str, int], list[tuple[Key, Record]]] = defaultdict(list)
    for key in sorted(state):
        record = state[key]
        if datasets()[key.dataset].parts:
            meters[key.ags, key.dataset, key.id, key.year].append((key, record))
            continue
        value = base_value(key, record)
        if value is not None:
            yield key, value, record
    for rows in meters.values():
        values = [base_value(k, r) for k, r in rows]
        known = [v for v in values if v is not None]
        if len(known) < len(values) or not all(r.complete for _, r in rows):
            continue
        records = [r for _, r in rows]
        grade = max((r.data_quality for r in records), key=GRADE_ORDER.index)
        source = "; ".join(dict.fromkeys(r.source for r in records))[:200]
        key = rows[0][0]._replace(part="")
        joined = Record(
            round15(sum(known)), "MWh", "value", "own", f"{source} ({len(rows)} parts)", grade, records[0].role
        )
        yield key, round15(sum(known)), joined


def overrides(
    state: State,
    year: int,
    internal: bool = False,
    target: Target = "inventory",
    members: Collection[str] | None = None,
) -> Mapped:
    """{ags: {id: {value, unit, year, source, data_quality}}} for `inventory.build` or a partnership file.

    Per figure the value of the year, else of the nearest year at most three away (the earlier of two); only ids that
    the target takes; in base units. `internal=False` leaves out everything that farm secrecy hides (the estimate then
    stands in its place, so no difference can reveal it); with `internal=True` results must not be passed on.
    Figures that count only together (the nine carriers of the census, arable and grassland on organic soils, the plants
    of a heat network) are left out while one of them is missing: `unused` names them. `members`: only these; what is
    hidden is decided over the whole state all the same.
    """
    return _mapped(state, year, internal, target, members)[0]


def unused(
    state: State, year: int, internal: bool = False, members: Collection[str] | None = None
) -> list[dict[str, Any]]:
    """Own figures with a value that the inventory of a year does not use: {ags, id, year, reason} (reason: message id).

    Reasons: `unused_secret` (farm secrecy), `unused_year` (more than three years away, or another year is nearer),
    `unused_set` (counts only with others), `unused_part` (meters not declared complete), `unused_kept` (for later).
    """
    taken, chosen = _mapped(state, year, internal, "inventory", members)
    hidden = set() if internal else hidden_keys(state)
    whole = {k for k, _, _ in _whole(state)}
    out: list[dict[str, Any]] = []
    for key in sorted(state):
        entry = field(key.dataset, key.id)
        if entry is None or base_value(key, state[key]) is None or (members is not None and key.ags not in members):
            continue
        id, one = meaning(entry), key._replace(part="")
        best = chosen.get((key.ags, id))
        if key in hidden:
            reason = "secret"
        elif datasets()[key.dataset].parts and one not in whole:
            reason = "part"
        elif abs(key.year - year) > MAX_AWAY or (best is not None and best[0].year != key.year):
            reason = "year"
        elif not usable(id):
            if id in CAR_PARTS and "cars.tot" in taken.get(key.ags, {}):
                continue
            reason = "kept"
        elif id not in taken.get(key.ags, {}):
            reason = "set"
        else:
            continue
        out.append({"ags": key.ags, "id": key.id, "year": key.year, "reason": f"unused_{reason}"})
    return out


def _mapped(
    state: State, year: int, internal: bool, target: Target, members: Collection[str] | None
) -> tuple[Mapped, dict[tuple[str, str], tuple[Key, float, Record]]]:
    """The overrides, and the figure chosen per (ags, id) before sets and targets were looked at."""
    hidden = set() if internal else hidden_keys(state)
    chosen: dict[tuple[str, str], tuple[Key, float, Record]] = {}
    for key, value, record in _whole(state):
        entry = field(key.dataset, key.id)
        if key in hidden or entry is None or abs(key.year - year) > MAX_AWAY:
            continue
        slot = (key.ags, meaning(entry))
        if slot in chosen:
            best = chosen[slot][0]
            if (abs(best.year - year), best.year) <= (abs(key.year - year), key.year):
                continue
        chosen[slot] = (key, value, record)
    found: Mapped = {}
    for (ags, id), (key, value, record) in sorted(chosen.items()):
        entry = field(key.dataset, key.id)
        if entry is not None and usable(id, target):
            found.setdefault(ags, {})[id] = _entry(value, _unit(id, entry), key.year, record)
    _car_totals(chosen, found)
    for ags, entries in found.items():
        _whole_sets(ags, entries, year)
    found = {a: e for a, e in found.items() if e}
    return (found if members is None else {a: e for a, e in found.items() if a in members}), chosen


def _whole_sets(ags: str, entries: dict[str, dict[str, Any]], year: int) -> None:
    """Take out figures that count only together while one is missing or they do not fit (in place)."""
    for start, wanted in SETS.items():
        empty = start == HEAT and not any(entries[k]["value"] for k in wanted if k in entries)
        if empty or any(k not in entries for k in wanted):
            for k in [k for k in entries if k.startswith(start)]:
                del entries[k]
    for k, (low, high) in LIMITS.items():
        if k in entries and not low <= entries[k]["value"] <= high:
            del entries[k]
    plants = {k: entries[k] for k in PLANT if k in entries}
    try:
        found = network(ags, {k: _driver(e) for k, e in plants.items()}, year)
    except InputError:
        found = None
    if found is None:
        for k in plants:
            del entries[k]


def _driver(entry: Mapping[str, Any]) -> Driver:
    grade = QUALITY_WEIGHT[entry["data_quality"]]
    return Driver(float(entry["value"]), entry["year"], str(entry["source"]), grade)


def _unit(id: str, entry: Field) -> str:
    return UNITS.get(id) or OWN.get(id) or entry.unit


def _entry(value: float, unit: str, year: int, record: Record, note: str = "") -> dict[str, Any]:
    if record.state == "rounded_zero":
        note = note or "less than half a unit"
    source = f"{record.source} ({note})" if note else record.source
    return {"value": value, "unit": unit, "year": year, "source": source, "data_quality": record.data_quality}


def _car_totals(chosen: Mapping[tuple[str, str], tuple[Key, float, Record]], found: Mapped) -> None:
    """Cars in total as the sum of all drives of one year, where the total itself is not stated."""
    total = field("fleets", "cars.tot")
    assert total is not None
    for ags in sorted({a for a, _ in chosen}):
        parts = [chosen.get((ags, p)) for p in total.sum_of]
        whole = [p for p in parts if p is not None]
        if (ags, "cars.tot") in chosen or len(whole) < len(parts) or len({p[0].year for p in whole}) > 1:
            continue
        grade = max((p[2].data_quality for p in whole), key=GRADE_ORDER.index)
        found.setdefault(ags, {})["cars.tot"] = {
            "value": round15(sum(p[1] for p in whole)),
            "unit": "cars",
            "year": whole[0][0].year,
            "source": f"{whole[0][2].source} (sum of drives)",
            "data_quality": grade,
        }


def heat_shares(state: State, ags: str) -> dict[str, float] | None:
    """Share of dwellings by heating carrier (census 2022) of a member; None unless all nine are stated.

    Keys: gas oil wood biogas ambient elec coal dh none. Shares of the sum of the parts (the census does not add up).
    """
    fields = datasets()["zensus2022_heating"].fields
    values: dict[str, float] = {}
    for key, value, _ in _whole(state):
        if key.ags == ags and key.dataset == "zensus2022_heating":
            values[key.id] = value
    total = sum(values.values())
    if len(values) < len(fields) or total <= 0:
        return None
    return {f.id.removeprefix(HEAT): values[f.id] / total for f in fields}


def toml_fragment(mapping: Mapping[str, Mapping[str, Mapping[str, Any]]], internal: bool = False) -> str:
    """`[override.<AGS>]` tables for a partnership file, sorted, the same text for the same figures."""
    lines = ["# Eigene Zahlen / own figures"]
    if internal:
        lines.append("# Enthält geheime Zahlen: nicht weitergeben / contains figures under secrecy: do not pass on")
    for ags in sorted(mapping):
        lines += ["", f"[override.{ags}]"]
        for id, entry in sorted(mapping[ags].items()):
            stated = {**entry, "data_quality": entry.get("data_quality", "A")}
            keys = ("value", "unit", "year", "source", "data_quality")
            inside = ", ".join(f"{k} = {_toml(stated[k])}" for k in keys)
            lines.append(f'"{id}" = {{ {inside} }}')
    return "\n".join(lines) + "\n"


def _toml(value: Any) -> str:
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\u007f", "\\u007F")
    return str(value)
