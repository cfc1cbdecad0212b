"""Bad input: every error has its code, place and cure; random damage never ends in a traceback."""
# ruff: noqa: E501 (tables of cases)

from __future__ import annotations

import copy
import json
import math
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from roadmap_cases import HAND, W1, W2

from stadtland.base.errors import InputError
from stadtland.roadmap.answer import answer
from stadtland.roadmap.build import build
from stadtland.roadmap.loading import load
from stadtland.roadmap.solve import solve

FULL: dict[str, Any] = {
    "schema": "stadtland/instance/1",
    "years": [2026, 2028],
    "discount": 0.03,
    "members": ["A", "B"],
    "services": [
        {"id": "heat", "member": "A", "demand": [10, 9, 8], "legacy": {"stock": 10, "survival": 0.9, "ef": 0.2, "cost": 0.1, "write_off": 0.01, "final": True}},
        {"id": "dh", "member": "A", "demand": 1, "legacy": {"ef": 0.2, "cost": 0.1}, "slices": {"winter": 0.7, "summer": 0.3}, "loss": 0.1},
        {"id": "car", "member": "B", "demand": 1},
    ],
    "measures": [
        {"id": "save", "member": "A", "class": "supply", "service": "heat", "demand_side": True, "potential": 2, "capex": 1,
         "labour": {"fitters": 0.1}, "public_share": 0.5, "learning": 0.02},
        {"id": "grid", "member": "A", "class": "supply", "service": "heat", "share_of_rest": 0.5, "uses": {"dh": 1}, "lifetime": 20},
        {"id": "pv", "member": "B", "class": "supply", "potential": 3, "electricity": {"day": 1}, "ramp": {"growth": 1, "seed": 1}},
        {"id": "wood", "member": "B", "class": "land", "land": {"arable": 1}, "potential": 1, "buffer": 0.1, "reversal": 0.01,
         "removal": {"cap_kt_per_unit": 9, "rate": 0.05, "shape": "first_order"}, "lock": {"2026": 0.1}},
        {"id": "manure", "member": "B", "class": "process", "t_per_unit": 1, "line": "AGR", "potential": 2, "ramp": 1},
        {"id": "sun", "member": "A", "class": "supply", "service": "dh", "potential": 1, "opex": 0.01, "service_slices": {"winter": 0.2, "summer": 0.8}},
        {"id": "basin", "member": "B", "class": "adaptation", "potential": 4, "opex": 0.01, "cover": {"storage": 2}},
        {"id": "turn", "member": "B", "class": "land", "land": {"arable": 1}, "land_to": {"grassland": 1}, "layer": "soil", "potential": 1,
         "delivers": {"compensation": 1}},
    ],
    "land": {"B": {"arable": 2}},
    "rest_kt": {"A": 5, "B": [5, 5, 5]},
    "rest_bisko_kt": {"A": 4},
    "lulucf_kt": {"B": -1},
    "lines_kt": {"B": {"AGR": 2}},
    "conversion_cap": [{"member": "B", "measures": {"wood": 1}, "kha": 1}],
    "spending": {"A": 50, "B": 50},
    "labour": {"fitters": {"A": 1, "B": [1, 1, 1]}, "diggers": {"*": 2}},
    "municipal_budget": {"limit": {"A": 1}, "pooled": False},
    "adaptation": [{"id": "rain", "member": "A", "indicator": "storage", "unit": "m3", "kind": "sum", "need": 5, "price": 0.1, "upstream": {"B": 0.5}},
                   {"id": "heat", "member": "B", "need": None}],
    "regional_demands": [{"id": "compensation", "unit": "ha", "demand": {"A": 1, "B": None}, "price": 0.1}],
    "caps": {"net": {"A": [None, 4, 3]}, "gross": {"B": 4}, "cumulative": {"A": 20}},
    "backstop": 0.2,
    "slack": {"gross": 0.5, "unserved": 100},
    "electricity": {"slices": ["day"], "demand": {"A": {"day": 1}}, "import_price": 0.1, "export_price": {"day": 0.05},
                    "ef": [0.3, 0.2, 0.1], "credit": "symmetric"},
}  # fmt: skip

Damage = Callable[[dict[str, Any]], Any]


def put(path: str, value: Any) -> Damage:
    """Set a value at `a/0/b`."""

    def damage(doc: dict[str, Any]) -> None:
        at: Any = doc
        *way, last = path.split("/")
        for key in way:
            at = at[int(key)] if isinstance(at, list) else at[key]
        at[int(last) if isinstance(at, list) else last] = value

    return damage


def drop(path: str) -> Damage:
    def damage(doc: dict[str, Any]) -> None:
        at: Any = doc
        *way, last = path.split("/")
        for key in way:
            at = at[int(key)] if isinstance(at, list) else at[key]
        del at[last]

    return damage


BAD: dict[str, tuple[Damage, str, str]] = {
    "unknown key at the top": (put("measurs", []), "unknown-key", "measurs"),
    "unknown key of a measure": (put("measures/3/capx", 1), "unknown-key", "measures[3].capx"),
    "unknown key of a service": (put("services/0/demnd", 1), "unknown-key", "services[0].demnd"),
    "unknown key of legacy": (put("services/0/legacy/price", 1), "unknown-key", "services[0].legacy.price"),
    "unknown kind of cap": (put("caps/brutto", {}), "unknown-key", "caps.brutto"),
    "no years": (drop("years"), "missing-key", "(document)"),
    "no class": (drop("measures/0/class"), "missing-key", "measures[0]"),
    "no factor of a stock": (drop("services/0/legacy/ef"), "missing-key", "services[0].legacy"),
    "years the wrong way": (put("years", [2028, 2026]), "years-invalid", "years"),
    "three years": (put("years", [2026, 2027, 2028]), "years-invalid", "years"),
    "half a year": (put("years/0", 2026.5), "not-whole", "years[0]"),
    "no member": (put("members", []), "members-empty", "members"),
    "member twice": (put("members/1", "A"), "duplicate-id", "members[1]"),
    "comma in a name": (put("members/1", "B,C"), "name-comma", "members"),
    "measure twice": (put("measures/1/id", "save"), "duplicate-id", "measures[1]"),
    "service twice": (put("services/1/id", "heat"), "duplicate-id", "services[1]"),
    "slice twice": (put("electricity/slices", ["day", "day"]), "duplicate-id", "electricity.slices[1]"),
    "no slice": (put("electricity/slices", []), "slices-empty", "electricity.slices"),
    "unknown schema": (put("schema", "stadtland/instance/9"), "schema-unknown", "schema"),
    "unknown member": (put("measures/0/member", "X"), "unknown-member", "measures[0].member"),
    "unknown member of land": (put("land/X", {}), "unknown-member", "land.X"),
    "unknown member of a cap": (put("caps/net/X", 1), "unknown-member", "caps.net.X"),
    "unknown service": (put("measures/0/service", "heet"), "unknown-service", "measures[0].service"),
    "unknown used service": (put("measures/1/uses", {"x": 1}), "unknown-service", "measures[1].uses.x"),
    "unknown class": (put("measures/0/class", "suply"), "unknown-class", "measures[0].class"),
    "unknown slice": (put("measures/2/electricity", {"night": 1}), "unknown-slice", "measures[2].electricity.night"),
    "unknown line": (put("measures/4/line", "AGRI"), "unknown-line", "measures[4].line"),
    "unknown measure": (put("conversion_cap/0/measures", {"x": 1}), "unknown-measure", "conversion_cap[0].measures.x"),
    "unknown credit": (put("electricity/credit", "none"), "unknown-credit", "electricity.credit"),
    "unknown shape": (put("measures/3/removal/shape", "flat"), "removal-shape", "measures[3].removal.shape"),
    "shape and list": (put("measures/3/removal/annual", [1]), "removal-mixed", "measures[3].removal"),
    "service of another": (put("measures/0/service", "car"), "service-member", "measures[0].service"),
    "measure of another": (put("conversion_cap/0/measures", {"save": 1}), "measure-member", "conversion_cap[0].measures.save"),
    "no service": (drop("measures/0/service"), "service-missing", "measures[0]"),
    "share of a saving": (put("measures/0/share_of_rest", 0.5), "share-on-demand-side", "measures[0].share_of_rest"),
    "share above one": (put("measures/1/share_of_rest", 1.5), "out-of-range", "measures[1].share_of_rest"),
    "tonnes of supply": (put("measures/0/t_per_unit", 1), "key-not-for-class", "measures[0].t_per_unit"),
    "buffer of nothing": (put("measures/4/buffer", 0.1), "buffer-without-removal", "measures[4].buffer"),
    "ramp of a reference": (put("measures/4/reference", True), "reference-ramp", "measures[4].ramp"),
    "ramp without seed": (put("measures/2/ramp", {"growth": 1}), "missing-key", "measures[2].ramp"),
    "generation without potential": (drop("measures/2/potential"), "generation-without-potential", "measures[2]"),
    "export not below import": (put("electricity/export_price", {"day": 0.1}), "export-price", "electricity.export_price"),
    "caps without backstop": (drop("backstop"), "backstop-missing", "backstop"),
    "cheap missed gross": (put("slack/gross", 0.3), "slack-gross-low", "slack.gross"),
    "list too short": (put("services/0/demand", [1, 2]), "list-length", "services[0].demand"),
    "negative capex": (put("measures/0/capex", -1), "negative-number", "measures[0].capex"),
    "negative in a list": (put("rest_kt/B", [5, -5, 5]), "negative-number", "rest_kt.B[1]"),
    "NaN": (put("measures/0/capex", math.nan), "not-finite", "measures[0].capex"),
    "infinity": (put("caps/gross/B", math.inf), "not-finite", "caps.gross.B"),
    "a number too large for a float": (put("backstop", 10**400), "not-finite", "backstop"),
    "absurd": (put("rest_kt/A", 1e15), "out-of-range", "rest_kt.A"),
    "text for a number": (put("measures/0/capex", "1"), "not-number", "measures[0].capex"),
    "true for a number": (put("measures/0/capex", True), "not-number", "measures[0].capex"),
    "null in a list": (put("services/0/demand", [1, None, 2]), "not-number", "services[0].demand[1]"),
    "number for a flag": (put("measures/0/demand_side", 1), "not-flag", "measures[0].demand_side"),
    "number for a name": (put("measures/0/id", 7), "not-text", "measures[0].id"),
    "list for an object": (put("land", []), "not-object", "land"),
    "object for a list": (put("measures", {}), "not-list", "measures"),
    "lifetime of zero": (put("measures/1/lifetime", 0), "out-of-range", "measures[1].lifetime"),
    "lifetime of half a year": (put("measures/1/lifetime", 2.5), "not-whole", "measures[1].lifetime"),
    "negative discount": (put("discount", -0.1), "negative-number", "discount"),
    "locked year outside": (put("measures/3/lock", {"2031": 1}), "lock-year", "measures[3].lock.2031"),
    "negative lock": (put("measures/3/lock", {"2026": -1}), "negative-number", "measures[3].lock.2026"),
    "lock above potential": (put("measures/3/lock", {"2026": 1, "2027": 0.5}), "lock-conflict", "measure wood: lock"),
    "lock above ramp": (put("measures/4/lock", {"2026": 1.5}), "lock-conflict", "measure manure: lock"),
    "lock above land": (put("land/B/arable", 0.05), "lock-conflict", "measures wood: lock"),
    "lock without land": (put("land/B", {}), "lock-conflict", "measure wood: lock"),
    "lock above growth": (put("measures/2/lock", {"2027": 3}), "lock-conflict", "measures pv, wood: lock"),
}  # fmt: skip


def test_the_full_instance_is_good() -> None:
    checked = load(FULL)
    result = answer(checked, solve(build(checked)))
    assert result["status"] == "ok" and all(c["passed"] for c in result["checks"] if c["name"] != "unserved")


@pytest.mark.parametrize("name", BAD)
def test_bad_input(name: str) -> None:
    damage, code, where = BAD[name]
    doc = copy.deepcopy(FULL)
    damage(doc)
    with pytest.raises(InputError) as caught:
        load(doc)
    assert (caught.value.code, caught.value.where) == (code, where)
    assert caught.value.what and caught.value.cure and caught.value.exit_code == 2


def test_unknown_key_names_the_nearest() -> None:
    doc = copy.deepcopy(FULL)
    doc["measures"][3]["capx"] = 1
    with pytest.raises(InputError) as caught:
        load(doc)
    assert "'capex'" in caught.value.cure


def test_prices_of_zero_are_no_trade_in_a_circle() -> None:
    """Without any price a slice only counts tonnes; equal prices above zero are refused."""
    doc = copy.deepcopy(FULL)
    doc["electricity"] |= {"import_price": 0, "export_price": 0}
    assert solve(build(load(doc))).status == "ok"
    doc["electricity"] |= {"import_price": 0.1, "export_price": 0.1}
    with pytest.raises(InputError):
        load(doc)


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b'{"years": [2026, 2026], "members": ["A"],', "json-syntax"),
        (b'{"years": [2026, 2026], "years": [2026, 2027], "members": ["A"]}', "duplicate-key"),
        (b"[1]", "not-object"),
        (b"\xff\xfe{}", "file-encoding"),
        (b"[" * 100_000, "json-syntax"),
        (b'{"years": [2026, 2026], "members": ["A"], "discount": NaN}', "not-finite"),
        (b"", "json-syntax"),
    ],
)
def test_bad_files(tmp_path: Path, raw: bytes, code: str) -> None:
    path = tmp_path / "instance.json"
    path.write_bytes(raw)
    with pytest.raises(InputError) as caught:
        load(path)
    assert caught.value.code == code


def test_missing_file_and_folder(tmp_path: Path) -> None:
    for path, code in ((tmp_path / "none.json", "file-missing"), (tmp_path, "file-kind")):
        with pytest.raises(InputError) as caught:
            load(path)
        assert caught.value.code == code


def test_a_file_reads_like_its_object(tmp_path: Path) -> None:
    path = tmp_path / "instance.json"
    path.write_text(json.dumps(FULL), encoding="utf-8")
    assert solve(build(load(path))).cost == solve(build(load(FULL))).cost


def test_null_in_a_measure_is_absent_for_the_checker_too() -> None:
    doc = copy.deepcopy(FULL)
    doc["measures"][4]["t_per_unit"] = None
    doc["measures"][0] |= {"land": None, "uses": None, "per_unit": None, "opex": None, "electricity": None}
    checked = load(doc)
    result = answer(checked, solve(build(checked)))
    assert all(c["passed"] for c in result["checks"] if c["name"] != "unserved")


def test_building_for_somebody_else() -> None:
    with pytest.raises(InputError) as caught:
        build(load(FULL), ["A", "X"])
    assert caught.value.code == "unknown-member"


JUNK = [
    None,
    -1,
    0,
    1,
    1e-9,
    1e12,
    1e15,
    math.nan,
    math.inf,
    10**400,
    True,
    "",
    "x",
    "A",
    "2026",
    [],
    [1],
    {},
    {"x": 1},
    [[1]],
    "heat",
]


def places(value: Any, way: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    below: list[tuple[Any, ...]] = [way] if way else []
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in items:
        below += places(child, (*way, key))
    return below


@settings(max_examples=400, deadline=None)
@given(st.integers(0, 2**31))
def test_random_damage_never_ends_in_a_traceback(seed: int) -> None:
    rng = random.Random(seed)
    doc = copy.deepcopy(rng.choice([FULL, W1, W2, *(d for d, _ in HAND.values())]))
    for _ in range(rng.randint(1, 3)):
        *way, last = rng.choice(places(doc))
        at: Any = doc
        for key in way:
            at = at[key]
        what = rng.random()
        if what < 0.2:
            del at[last]
        elif what < 0.3 and isinstance(at, list):
            at.append(copy.deepcopy(at[last]))
        elif what < 0.4 and isinstance(at, dict):
            at[
                rng.choice(["x", "A", "2026", "ramp", "lock", "uses", "labour", "cover", "periods", "slices", "lump"])
            ] = copy.deepcopy(rng.choice(JUNK))
        else:
            at[last] = copy.deepcopy(rng.choice(JUNK))
    try:
        checked = load(doc)
    except InputError as error:
        assert error.code and error.what and error.where
        return
    solution = solve(build(checked))
    result = answer(checked, solution)
    assert result["status"] in ("ok", "infeasible", "limit", "error")
    json.dumps(result, allow_nan=False)
