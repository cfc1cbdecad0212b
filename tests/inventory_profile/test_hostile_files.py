"""Hostile files of consolidate, targets, harmonise and compare: changed bytes and values end in a message."""

from __future__ import annotations

import copy
import json
import random
import tomllib
from typing import Any

import pytest
from typer.testing import CliRunner

from stadtland.actions.consolidate import consolidate
from stadtland.actions.targets import plan_of, targets
from stadtland.base.errors import InputError
from stadtland.cli.main import app
from stadtland.inventory import consolidate_file, target_file
from stadtland.inventory import harmonise as room
from stadtland.inventory.harmonise import adopt

WURZEN, LOSSATAL, LEIPZIG = "14729410", "14729245", "14713000"
BOOKS = f"""
[[member]]
ags = "{WURZEN}"
joined = 2020
[[flow]]
kind = "wood"
giver = "{LOSSATAL}"
taker = "{LEIPZIG}"
amount = 1200.0
year = 2021
source = "delivery notes"
upstream_kg_per_unit = 15.0
[own.{WURZEN}]
bisko_t = 150000.0
source = "council paper"
"""
TARGETS = """
[[target]]
scope = "joint"
kind = "gross"
year = 2035
value = -65
unit = "percent_vs_base"
base_year = 2018
source = "x"
steps = [{ year = 2030, value = -50 }]
[residual]
AGR = 0.5
"""
CARD = """
[inventory]
year = 2021
ags = "14729410"
upstream = "excluded"
[numbers]
heat_share = 0.7
[fill]
"HH.gas" = 5
"""
READERS = {
    "books": (BOOKS, consolidate_file.read), "targets": (TARGETS, target_file.read), "card": (CARD, room.read_card),
}  # fmt: skip
JUNK: list[Any] = [None, True, [], {}, "", "x" * 600, -1, 0, 1e99, 10**400, 2.5, float("nan"), float("inf"), "14729",
                   [1, [2]], {"a": {"b": 1}}, "=1+1", "\u202e", "2021-01-01"]  # fmt: skip


def spoilt(text: str, rng: random.Random) -> bytes:
    """The bytes of a text with a few of them changed, taken out or doubled."""
    raw = bytearray(text.encode())
    for _ in range(rng.randint(1, 4)):
        at = rng.randrange(len(raw))
        what = rng.random()
        if what < 0.5:
            raw[at] = rng.randrange(256)
        elif what < 0.75:
            del raw[at : at + rng.randint(1, 12)]
        else:
            raw[at:at] = raw[at : at + rng.randint(1, 30)]
    return bytes(raw)


def replaced(tree: Any, rng: random.Random) -> Any:
    """A copy of a tree with one value (or key) somewhere in it replaced by junk."""
    tree = copy.deepcopy(tree)
    node = tree
    while True:
        keys = list(node) if isinstance(node, dict) else list(range(len(node)))
        key = rng.choice(keys)
        deeper = isinstance(node[key], dict | list) and len(node[key]) > 0
        if deeper and rng.random() < 0.8:
            node = node[key]
            continue
        if isinstance(node, dict) and rng.random() < 0.2:
            node[str(rng.choice(JUNK))] = node.pop(key)
        else:
            node[key] = rng.choice(JUNK)
        return tree


@pytest.mark.parametrize("name", READERS)
def test_spoilt_bytes_end_in_a_message_or_are_read(tmp_path, name):
    text, read = READERS[name]
    file = tmp_path / f"{name}.toml"
    rng = random.Random(1)
    wrong = 0
    for _ in range(400):
        file.write_bytes(spoilt(text, rng))
        try:
            read(file)
        except InputError as error:
            wrong += 1
            assert error.code and error.what and error.cure, "a message needs its cure"
    assert wrong > 100


@pytest.mark.parametrize("name", READERS)
def test_spoilt_values_end_in_a_message_or_are_read(name):
    text, _ = READERS[name]
    parse = {"books": consolidate_file.parse, "targets": target_file.parse, "card": room.from_dict}[name]
    rng = random.Random(2)
    wrong = 0
    for _ in range(400):
        try:
            parse(replaced(tomllib.loads(text), rng))
        except InputError as error:
            wrong += 1
            assert error.code and error.what
    assert wrong > 200


def harmonised(tmp_path) -> dict[str, Any]:
    from stadtland.actions.harmonise import harmonise

    table = tmp_path / "alt.csv"
    table.write_text("sector;carrier;mwh;t_co2e\nHH;gas;60000,5;14820,1\nHH;elec;20000,5;9440,2\n", encoding="utf-8")
    card = tmp_path / "card.toml"
    card.write_text(CARD.split("[numbers]", maxsplit=1)[0], encoding="utf-8")
    return harmonise(table, card)


def test_spoilt_harmonised_files_and_plans(tmp_path):
    good = harmonised(tmp_path)
    file = tmp_path / "harmonised.json"
    rng = random.Random(3)
    for n in range(150):
        file.write_text(json.dumps(replaced(good, rng)), encoding="utf-8")
        try:
            report = adopt.read(file)
            adopt.overrides(report)
            if n % 10 == 0:
                consolidate([LEIPZIG, WURZEN], harmonised=[file])
        except InputError as error:
            assert error.code and error.what
    plan = {
        "partnership": {"members": [{"ags": LEIPZIG}, {"ags": WURZEN}]},
        "roadmap": {"years": list(range(2026, 2046)), "bisko_t": [1e6] * 20, "gross_t": [1e6] * 20,
                    "removals_t": [0.0] * 20},
    }  # fmt: skip
    for _ in range(60):
        file.write_text(json.dumps(replaced(plan, rng)), encoding="utf-8")
        try:
            targets([LEIPZIG, WURZEN], plan=plan_of(file))
        except InputError as error:
            assert error.code and error.what


@pytest.mark.parametrize(
    "args",
    [
        ["compare"], ["compare", ""], ["compare", "x" * 300], ["compare", LEIPZIG, "14729000"],
        ["compare", "14713000\0"],
        ["compare", LEIPZIG, WURZEN, "--year", "abc"], ["compare", LEIPZIG, WURZEN, "--account", "=1+1"],
        ["compare", LEIPZIG, WURZEN, "--out", "/proc/nowhere"], ["compare", ".toml"], ["profile", "/dev/null.toml"],
        ["consolidate", LEIPZIG, "--books", "."],
        ["consolidate", LEIPZIG, "--harmonised", "/dev/null"], ["targets", LEIPZIG, "--targets", "."],
        ["targets", LEIPZIG, "--mix", "nan"], ["targets", LEIPZIG, "--coverage", "-1"],
        ["targets", LEIPZIG, "--year", "2045"], ["harmonise", "."], ["harmonise", "/dev/null"],
        ["harmonise", "nowhere.csv", "--card", "nowhere.toml"], ["export", LEIPZIG, "--format", "crf"],
    ],
)  # fmt: skip
def test_hostile_commands_end_in_words(args, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(app, args)
    assert done.exit_code != 0
    assert isinstance(done.exception, InputError | SystemExit), repr(done.exception)
    assert not list(tmp_path.iterdir()), "nothing is written"
