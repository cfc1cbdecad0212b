"""The partnership file: what is read, and that every mistake is named with place and cure."""

from __future__ import annotations

import contextlib
import copy
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stadtland.base import toml
from stadtland.base.errors import InputError
from stadtland.roadmap import partnership as files

GOOD = {
    "partnership": {"name": "Probe"},
    "member": [{"ags": "14713000", "role": "city"}, {"ags": "14729380", "role": "rural"}],
}
TARGET = {"kind": "net", "year": 2045, "value": 0.0, "unit": "t", "source": "council", "evidence": "A"}


def changed(**paths):
    table = copy.deepcopy(GOOD)
    for path, value in paths.items():
        *way, last = path.split("__")
        place = table
        for step in way:
            place = place[int(step)] if step.isdigit() else place.setdefault(step, {})
        place[int(last) if last.isdigit() else last] = value
    return table


def test_the_bundled_partnership_holds_the_decided_target_of_leipzig():
    found = files.load("leipzig-wurzener-land")
    assert found.ags == ("14713000", "14729380", "14729030", "14729245", "14729410")
    target = found.members[0].target
    assert target is not None
    assert (target.kind, target.value, target.unit, target.year) == ("bisko_gross", 0.25, "t_per_head", 2040)
    assert target.steps == ((2030, 1.9),)
    assert "VII-DS-06102" in target.source


@pytest.mark.parametrize(
    ("table", "code"),
    [
        (changed(partnership__nmae="x"), "key-unknown"),
        (changed(extra={}), "key-unknown"),
        (changed(partnership__name=""), "name-missing"),
        (changed(partnership__discount_rate=-0.1), "number-range"),
        (changed(partnership__discount_rate="3 %"), "number-kind"),
        (changed(partnership__inventory_year=1990), "number-range"),
        (changed(partnership__target_key="fair"), "word-unknown"),
        (changed(partnership__backstop_eur_per_t=[100.0, 300.0]), "backstop-three"),
        (changed(partnership__backstop_eur_per_t=[300.0, 100.0, 880.0]), "backstop-order"),
        (changed(member=[]), "member-missing"),
        (changed(member__1__ags="14713000"), "member-twice"),
        (changed(member__1__ags=14729380), "ags-text"),
        (changed(member__1__role="village"), "word-unknown"),
        (changed(member__0__target=TARGET | {"unit": "kt"}), "word-unknown"),
        (changed(member__0__target=TARGET | {"value": -5.0}), "number-range"),
        (changed(member__0__target=TARGET | {"value": float("nan")}), "number-finite"),
        (changed(member__0__target=TARGET | {"unit": "percent_vs_base", "value": -65.0}), "target-base"),
        (changed(measures={"exclude": "E06"}), "exclude-list"),
        (changed(measures={"include_evidence_c": 1}), "bool-kind"),
        (changed(measures={"max_units": {"E06": -1}}), "number-range"),
        (changed(measures={"max_units": {"E06": {"99999999": 1}}}), "ags-not-member"),
        (changed(locks={"99999999": {"E06": {"2030": 1}}}), "ags-not-member"),
        (changed(locks={"14729380": {"E06": {"2060": 1}}}), "lock-year"),
        (changed(override={"14729380": {"population": {"value": 1}}}), "key-missing"),
        (changed(override={"14729380": {"population": 5}}), "kind-table"),
    ],
)
def test_a_mistake_is_named(table, code):
    with pytest.raises(InputError) as error:
        files.parse(table)
    assert error.value.code == code
    assert error.value.where


def test_the_nearest_known_key_is_named():
    with pytest.raises(InputError) as error:
        files.parse(changed(partnership__discuont_rate=0.03))
    assert "discount_rate" in error.value.cure


@pytest.mark.parametrize(
    "raw", [b"[partnership\nname = 1", b'[partnership]\nname = "half', b"\xff\xfe\x00", b"name = = 1"]
)
def test_a_broken_or_half_written_file_is_named(tmp_path, raw):
    path = tmp_path / "partnership.toml"
    path.write_bytes(raw)
    with pytest.raises(InputError) as error:
        files.load(path)
    assert error.value.code in ("toml-syntax", "file-encoding")
    assert str(path) in error.value.where


def test_an_unknown_name_lists_the_bundled_ones():
    with pytest.raises(InputError) as error:
        files.load("leipzig")
    assert error.value.code == "partnership-unknown"
    assert "leipzig-wurzener-land" in error.value.cure


values = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.floats(allow_nan=True) | st.text(string.printable, max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc_", max_size=6), inner, max_size=3),
    max_leaves=6,
)
PLACES = [
    "partnership",
    "partnership__name",
    "partnership__target",
    "partnership__horizon",
    "member",
    "member__0",
    "member__0__ags",
    "member__1__target",
    "measures",
    "measures__max_units",
    "locks",
    "override",
    "measures__exclude",
]


@given(place=st.sampled_from(PLACES), value=values)
def test_any_value_anywhere_is_read_or_named_never_a_crash(place, value):
    with contextlib.suppress(InputError):
        files.parse(changed(**{place: value}))


def test_toml_with_a_byte_order_mark_is_read(tmp_path):
    path = tmp_path / "x.toml"
    path.write_bytes('\ufeff[a]\nb = "ä"'.encode())
    assert toml.read(path) == {"a": {"b": "ä"}}
