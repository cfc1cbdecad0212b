"""The checker of a written plan: passes on the real one, and every tampered number is found."""

from __future__ import annotations

import copy
import json

import pytest

from stadtland.actions import planning
from stadtland.actions.queries import verify as verify_folder
from stadtland.base import canonical
from stadtland.base.errors import InputError
from stadtland.roadmap.verify import verify

AGS = "14729245"


@pytest.fixture(scope="module")
def written():
    results, instance = planning.compute("leipzig-wurzener-land")
    return json.loads(canonical.dumps(instance)), json.loads(canonical.dumps(results))


def failed(instance, results):
    return {row["name"] for row in verify(instance, results) if not row["passed"]}


def test_the_real_plan_passes_from_its_two_files(written):
    assert failed(*written) == set()


def _set(path, change):
    def tamper(results):
        *way, last = path
        place = results
        for step in way:
            place = place[step]
        place[last] = change(place[last])

    return tamper


USED = "A01@" + AGS
FAULTS = {
    "joint gross lowered": (_set(("roadmap", "gross_t", 5), lambda v: v * 0.99), "paths"),
    "credit deducted from gross": (_set(("roadmap", "gross_t", 9), lambda v: v - 5000), "paths"),
    "partnership account without credit": (_set(("roadmap", "partnership_t", 3), lambda v: v + 500), "paths"),
    "member's removals with the buffer": (
        _set(("roadmap", "members", AGS, "removals_t", 19), lambda v: v / 0.8),
        "members",
    ),
    "target called reached": (_set(("roadmap", "target", "joint", "reached"), lambda _: True), "targets"),
    "miss made smaller": (_set(("roadmap", "target", "14713000", "missed_t"), lambda v: v / 2), "targets"),
    "land made smaller": (_set(("roadmap", "land", 3, "used_ha"), lambda v: v * 0.5), "land_used"),
    "units of a measure": (_set(("solution", "measures", USED, "standing", 10), lambda v: v * 1.5), "units"),
    "kernel restarted: entering again": (
        _set(("solution", "measures", USED, "entering", 12), lambda v: v + 5),
        "entering",
    ),
    "cost lowered": (_set(("solution", "cost"), lambda v: v * 0.999), "cost"),
    "missed tonnes hidden": (_set(("solution", "backstop_kt", 19), lambda v: 0.0), "caps"),
    "service not supplied": (
        _set(("solution", "services", "heat_hh@" + AGS, "legacy", 2), lambda v: v * 0.9),
        "services",
    ),
    "electricity bought less": (
        _set(("solution", "electricity", "import", "winter_dark_calm", 0), lambda v: v * 0.9),
        "electricity",
    ),
    "share of a member": (_set(("shares", "nucleolus", AGS), lambda v: v + 1e6), "shares"),
    "transfer that does not close": (_set(("transfers", "nucleolus", AGS), lambda v: v + 1e6), "transfers"),
    "any number at all": (_set(("inventory", "joint", "waste_t"), lambda v: v + 0.1), "document_hash"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_tampered_plan_is_found(written, fault):
    instance, results = written
    bad = copy.deepcopy(results)
    tamper, name = FAULTS[fault]
    before = canonical.dumps(bad)
    tamper(bad)
    assert canonical.dumps(bad) != before, "the fault changes nothing"
    found = failed(instance, bad)
    assert name in found
    assert "document_hash" in found


def test_a_share_that_drives_a_group_out_is_found(written):
    instance, results = written
    bad = copy.deepcopy(results)
    shares = bad["shares"][bad["shares"]["default_rule"]]
    shares[AGS] += 5e7
    shares["14713000"] -= 5e7
    assert "stability" in failed(instance, bad)


def test_half_a_plan_ends_in_words(tmp_path, written):
    instance, results = written
    (tmp_path / "instance.json").write_text(json.dumps(instance))
    with pytest.raises(InputError) as error:
        verify_folder(tmp_path)
    assert error.value.code == "file-missing"
    del results["solution"]
    (tmp_path / "results.json").write_text(json.dumps(results))
    with pytest.raises(InputError) as error:
        verify_folder(tmp_path)
    assert error.value.code == "plan-incomplete"
