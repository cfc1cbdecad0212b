"""The history: nothing is lost, nothing is half there, later changes are noticed."""

from __future__ import annotations

import json
import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from own_data_files import LATEST, MEMBERS, csv_bytes, row

from stadtland.base.errors import InputError
from stadtland.inventory import own_data
from stadtland.inventory.own_data import store as room
from stadtland.inventory.own_data.records import Key

WHEN = "2026-02-03T10:00:00Z"
ELEC = Key("14713000", "final_energy", "HH.elec", "", 2021)


def put(folder, rows, when=WHEN, role="Klimaschutzmanagement", **more):
    return own_data.apply(folder, own_data.read(csv_bytes(rows, **more), MEMBERS, LATEST), when, role)


def code(error):
    return error.value.code


def test_old_and_new_who_when_and_hash(tmp_path):
    import hashlib

    first, second = [row("14713000", "HH.elec", "5")], [row("14713000", "HH.elec", "-")]
    put(tmp_path, first)
    put(tmp_path, second, "2026-03-01T08:00:00Z", "Stadtwerke")
    put(tmp_path, [row("14713000", "HH.elec", "löschen")], "2026-03-02T08:00:00Z")
    one, two, three = own_data.load(tmp_path).batches
    assert (one.when, one.role, one.sha256) == (
        WHEN,
        "Klimaschutzmanagement",
        hashlib.sha256(csv_bytes(first)).hexdigest(),
    )
    assert one.changes[0].old is None and one.changes[0].new.value == 5.0
    assert two.changes[0].old.value == 5.0 and two.changes[0].new.owner == "confirmed_zero" and two.role == "Stadtwerke"
    assert three.changes[0].old.state == "true_zero" and three.changes[0].new is None
    assert own_data.load(tmp_path).state == {}


def test_the_same_file_twice_changes_nothing(tmp_path):
    assert put(tmp_path, [row("14713000", "HH.elec", "5")]) is not None
    before = (tmp_path / room.FILE).read_bytes()
    assert put(tmp_path, [row("14713000", "HH.elec", "5")], "2027-01-01T00:00:00Z") is None
    assert (tmp_path / room.FILE).read_bytes() == before


def test_the_history_only_grows(tmp_path):
    raw = b""
    for i in range(1, 6):
        put(tmp_path, [row("14713000", "HH.elec", str(i))])
        now = (tmp_path / room.FILE).read_bytes()
        assert now.startswith(raw) and now.count(b"\n") == i
        raw = now


def test_a_bad_file_leaves_the_store_untouched(tmp_path):
    put(tmp_path, [row("14713000", "HH.elec", "5")])
    before = (tmp_path / room.FILE).read_bytes()
    with pytest.raises(own_data.OwnDataError):
        put(tmp_path, [row("14713000", "HH.gas", "7"), row("14713000", "HH.oil", "abc")])
    assert (tmp_path / room.FILE).read_bytes() == before
    assert list(tmp_path.iterdir()) == [tmp_path / room.FILE]


@pytest.mark.parametrize("where", ["write", "fsync", "replace"])
def test_a_full_disk_leaves_the_store_untouched(tmp_path, monkeypatch, where):
    put(tmp_path, [row("14713000", "HH.elec", "5")])
    before = (tmp_path / room.FILE).read_bytes()

    def full(*_args, **_more):
        raise OSError(28, "No space left on device")

    target = {"write": (room.tempfile, "mkstemp"), "fsync": (os, "fsync"), "replace": (os, "replace")}[where]
    monkeypatch.setattr(*target, full)
    with pytest.raises(InputError) as error:
        put(tmp_path, [row("14713000", "HH.elec", "6")])
    assert code(error) == "own-data-full"
    assert (tmp_path / room.FILE).read_bytes() == before and list(tmp_path.iterdir()) == [tmp_path / room.FILE]


def test_changed_lost_torn_and_reordered_lines_are_noticed(tmp_path):
    for i in range(1, 4):
        put(tmp_path, [row("14713000", "HH.elec", str(i))])
    path = tmp_path / room.FILE
    lines = path.read_bytes().splitlines(keepends=True)
    for bad in (
        [lines[0].replace(b'"value": 1.0', b'"value": 9.0'), *lines[1:]],
        [lines[0], lines[2]],
        lines[1:],
        [lines[1], lines[0], lines[2]],
        [lines[0].replace(WHEN.encode(), b"2020-01-01T00:00:00Z"), *lines[1:]],
        [lines[0].replace(b"Abrechnung", b"Erfindung"), lines[1].replace(b"Abrechnung", b"Erfindung", 1), lines[2]],
        [*lines[:2], lines[2][:-40]],
        [*lines[:2], lines[2][:-1]],
        [b"{}\n"],
        [b"no json\n"],
        [b"[1]\n"],
        [b"\xff\xfe\n"],
        [b"[" * 100_000 + b"\n"],
    ):
        path.write_bytes(b"".join(bad))
        with pytest.raises(InputError) as error:
            own_data.load(tmp_path)
        assert code(error) == "own-data-store"
        with pytest.raises(InputError):
            put(tmp_path, [row("14713000", "HH.gas", "6")])
        assert path.read_bytes() == b"".join(bad)


def test_two_imports_at_once(tmp_path):
    (tmp_path / ".own-data.lock").touch()
    with pytest.raises(InputError) as error:
        put(tmp_path, [row("14713000", "HH.elec", "5")])
    assert code(error) == "own-data-busy"
    (tmp_path / ".own-data.lock").unlink()
    put(tmp_path, [row("14713000", "HH.elec", "5")])


@pytest.mark.parametrize("role", ["", "  ", "a.b@leipzig.example", "+49 341 123456789", "x" * 101])
def test_a_person_is_no_role(tmp_path, role):
    with pytest.raises(InputError) as error:
        put(tmp_path, [row("14713000", "HH.elec", "5")], role=role)
    assert code(error) == "own-data-role" and not (tmp_path / room.FILE).exists()


def test_time_is_utc(tmp_path):
    with pytest.raises(InputError) as error:
        put(tmp_path, [row("14713000", "HH.elec", "5")], when="gestern")
    assert code(error) == "own-data-when"


def test_two_datasets_that_contradict_each_other(tmp_path):
    put(tmp_path, [row("14713000", "HH.dh", "1000")])
    put(tmp_path, [row("14713000", "dh.sold_hh", "1", "GWh")])
    with pytest.raises(own_data.OwnDataError) as error:
        put(tmp_path, [row("14713000", "dh.sold_hh", "2", "GWh")])
    assert [(p.code, p.place.row) for p in error.value.problems] == [("contradiction", 2)]
    assert len(own_data.load(tmp_path).batches) == 2


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(["HH.elec", "HH.gas"]), st.sampled_from(["1", "2,5", "-", ".", "löschen"])),
        max_size=8,
    )
)
def test_every_former_value_can_be_found_again(tmp_path_factory, steps):
    folder = tmp_path_factory.mktemp("store")
    shown = {}
    expected = []
    for i, (id, value) in enumerate(steps):
        put(folder, [row("14713000", id, value)], f"2026-02-03T10:00:{i:02d}Z")
        new = None if value == "löschen" else value
        if shown.get(id) != new:
            expected.append((id, shown.get(id), new))
        shown[id] = new
    marks = {
        None: None,
        "1": (1.0, "value"),
        "2,5": (2.5, "value"),
        "-": (0.0, "true_zero"),
        ".": (None, "confidential"),
    }

    def plain(record):
        return None if record is None else (record.value, record.state)

    found = [(c.key.id, plain(c.old), plain(c.new)) for b in own_data.load(folder).batches for c in b.changes]
    assert found == [(id, marks[old], marks[new]) for id, old, new in expected]


def test_the_file_holds_plain_json_lines(tmp_path):
    put(tmp_path, [row("14713000", "HH.elec", "5", source="Stadtwerke Böhlen")])
    entry = json.loads((tmp_path / room.FILE).read_text(encoding="ascii"))
    assert entry["schema"] == "stadtland/own-data/1" and entry["changes"][0]["new"]["source"] == "Stadtwerke Böhlen"
    assert set(entry) == {"schema", "when", "role", "sha256", "kind", "previous", "changes"}


def test_a_total_from_one_file_and_its_parts_from_another(tmp_path):
    put(tmp_path, [row("14713000", "area.organic_soils", "100", "ha"), row("14713000", "organic.arable", "40", "ha")])
    with pytest.raises(own_data.OwnDataError) as error:
        put(tmp_path, [row("14713000", "organic.forest", "70", "ha")])
    assert [(p.code, p.place.row) for p in error.value.problems] == [("sum", 2)]
    put(tmp_path, [row("14713000", "organic.forest", "60", "ha")])
    assert len(own_data.load(tmp_path).batches) == 2
