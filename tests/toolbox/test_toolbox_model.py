"""Every rule of the measure format refuses a file that breaks it, with file, key and cure."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from stadtland.base import content, toml
from stadtland.base.errors import InputError
from stadtland.toolbox.model import Measure
from stadtland.toolbox.reading import get, parameter, read

Raw = dict[str, Any]


def raw(measure_id: str) -> Raw:
    return toml.read(content.path("measures", f"{measure_id}.toml"))


def spoil(measure_id: str, change: Callable[[Raw], Any]) -> str:
    data = copy.deepcopy(raw(measure_id))
    change(data)
    with pytest.raises(ValueError) as caught:
        Measure.model_validate(data)
    return str(caught.value)


def test_order_of_a_range_is_enforced() -> None:
    def turn(d: Raw) -> None:
        d["plan"]["capex_eur"] = {"low": 3, "central": 2, "high": 4}

    assert "does not hold" in spoil("B01", turn)


def test_order_of_the_effect_is_enforced() -> None:
    assert "does not hold" in spoil("B01", lambda d: d["effect"].update(low=9.0))


def test_payers_sum_to_one() -> None:
    assert "sum to 0.9" in spoil("B01", lambda d: d["payer"].update(households=0.6))


@pytest.mark.parametrize("key", ["title", "summary", "risks", "city_rural"])
@pytest.mark.parametrize("lang", ["de", "en"])
def test_a_missing_language_is_refused(key: str, lang: str) -> None:
    assert f"{key}.{lang}" in spoil("B01", lambda d: d[key].pop(lang))


def test_lists_have_the_same_items_in_both_languages() -> None:
    assert "German and" in spoil("B01", lambda d: d["steps"]["en"].pop())


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda d: d["plan"].update(service="heat_moon"), "plan.service"),
        (lambda d: d.update({"class": "magic"}), "class"),
        (lambda d: d.update(hazards=["plague"]), "hazards"),
        (lambda d: d["plan"].update(revenue_eur=100), "plan.revenue_eur"),
        (lambda d: d["plan"].update(feed_in_eur=100), "plan.feed_in_eur"),
        (lambda d: d["plan"].pop("profile"), "needs a profile"),
        (lambda d: d["plan"].pop("service"), "belong together"),
        (lambda d: d["plan"].update(demand_side=True), "no share_of_rest"),
        (lambda d: d["plan"].update(ef="legacy"), "reference technologies only"),
        (lambda d: d["plan"].update(share_of_rest=1.4), "share_of_rest"),
        (lambda d: d["plan"].update(fuel="oil"), "fuel and fuel_mwh_per_unit"),
        (lambda d: d["plan"].pop("ramp_pct_a"), "ramp_pct_a"),
        (lambda d: d["plan"].update(t_per_unit=3), "tonnes are computed"),
        (lambda d: d.update(permanence="eternal"), "permanence"),
        (lambda d: d["potential"].update(share={"low": 1, "central": 2, "high": 3}), "not within 0 to 1"),
        (lambda d: d.update(sdgs=[18]), "sdgs"),
        (lambda d: d["effect"].update(sources=[]), "needs sources"),
        (
            lambda d: d["plan"].update(opex_eur={"low": 1, "central": 1, "high": 1, "evidence": "A"}),
            "needs a source",
        ),
    ],
)
def test_supply_rules(change: Callable[[Raw], Any], message: str) -> None:
    assert message in spoil("B01", change)


def test_an_enabling_measure_has_no_tonnes() -> None:
    assert "no tonnes" in spoil("B08", lambda d: d["effect"].update(high=1.0))


def test_a_removal_needs_a_kernel_with_a_cap() -> None:
    def flat(d: Raw) -> None:
        d["plan"].pop("kernel")
        d["plan"]["t_per_unit"] = 12.7

    assert "never a flat yearly removal" in spoil("A01", flat)
    assert "cap_t_per_unit" in spoil("A01", lambda d: d["plan"]["kernel"].pop("cap_t_per_unit"))


def test_a_land_measure_does_not_count_twice() -> None:
    assert "either a kernel" in spoil("A01", lambda d: d["plan"].update(t_per_unit=1.0))


def test_a_reference_serves_everything() -> None:
    assert "serves all" in spoil("X01", lambda d: d["plan"].update(share_of_rest=0.5))


def test_errors_name_file_key_and_cure(tmp_path: Path) -> None:
    text = content.path("measures", "B01.toml").read_text("utf-8")
    path = tmp_path / "B01.toml"
    path.write_text(text.replace('profile = "heat_pump"', 'profil = "heat_pump"'), "utf-8")
    with pytest.raises(InputError) as caught:
        read(path)
    assert caught.value.code == "measure-invalid"
    assert caught.value.where == "B01.toml: plan.profil"
    assert "profile" in caught.value.cure
    assert caught.value.exit_code == 2


def test_the_file_name_is_the_id(tmp_path: Path) -> None:
    path = tmp_path / "B77.toml"
    path.write_bytes(content.path("measures", "B01.toml").read_bytes())
    with pytest.raises(InputError, match="differs"):
        read(path)


def test_unknown_measure_names_near_ids() -> None:
    with pytest.raises(InputError) as caught:
        get("B0")
    assert caught.value.code == "measure-unknown"
    assert "B01" in caught.value.cure


def test_parameter_reads_numbers_and_tables() -> None:
    assert parameter(2) == (2.0, 2.0, 2.0, "C", ())
    table = {"low": 1, "central": 2, "high": 3, "evidence": "A", "source": "src06"}
    assert parameter(table, "B", ("x",)) == (1.0, 2.0, 3.0, "A", ("src06",))
    assert parameter({"low": 1, "central": 2, "high": 3}, "B", ("x",)) == (1.0, 2.0, 3.0, "B", ("x",))


def test_plain_numbers_take_the_evidence_of_the_block() -> None:
    pump = get("B01")
    found = pump.parameter("service_per_unit")
    assert found is not None
    assert (found.central, found.evidence, found.sources) == (20.0, "B", ("src06", "src20"))
    assert pump.parameter("kernel") is None
    assert pump.plan.get("uses", "none") == {}
    with pytest.raises(KeyError):
        pump.plan["no_such_key"]
