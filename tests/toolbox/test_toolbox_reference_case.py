"""Potentials of the five partners from the bundled figures and inventory: nothing missing, nothing absurd."""

from __future__ import annotations

from typing import Any

import pytest

from stadtland import facts, inventory, toolbox
from stadtland.toolbox.model import Measure

AGS = ["14713000", "14729380", "14729030", "14729245", "14729410"]


@pytest.fixture(scope="module")
def case() -> tuple[list[Any], Any]:
    return facts.load_members(AGS, 2021), inventory.build(AGS, 2021)


def central(measures: dict[str, Measure], case: tuple[list[Any], Any], measure: str) -> list[float]:
    members, inv = case
    return [toolbox.potential(measures[measure], member, inv).central for member in members]


def test_no_figure_is_missing(measures: dict[str, Measure], case: tuple[list[Any], Any]) -> None:
    members, inv = case
    for measure in measures.values():
        for member in members:
            found = toolbox.potential(measure, member, inv)
            assert found.reason != "potential.no_data", f"{measure.id} in {member.name}"


def test_wind_and_sun_lie_in_the_countryside(measures: dict[str, Measure], case: tuple[list[Any], Any]) -> None:
    wind, park = central(measures, case, "E06"), central(measures, case, "E03")
    assert wind[0] == 0 and park[0] == 0
    assert 60 < sum(wind[1:]) < 150, "MW on 2 % of the land of four municipalities, less what stands"
    assert 200 < sum(park[1:]) < 800, "MWp on 2 % of farmland"


def test_roofs_per_head(measures: dict[str, Measure], case: tuple[list[Any], Any]) -> None:
    members, _ = case
    roofs = central(measures, case, "E01")
    per_head = [kwp / member.value("population") for kwp, member in zip(roofs, members, strict=True)]
    assert 0.1 < per_head[0] < 0.8
    assert all(0.3 < value < 2.0 for value in per_head[1:])
    assert per_head[0] < min(per_head[1:]), "a village has more roof per head than the city"


def test_heating_systems_match_the_heat(measures: dict[str, Measure], case: tuple[list[Any], Any]) -> None:
    members, inv = case
    rows = [i for i, line in enumerate(inv.lines) if line in ("HH.gas", "HH.oil", "HH.lpg", "HH.coal", "HH.other")]
    for measure in ("B01", "B02", "E16"):
        for column, units in enumerate(central(measures, case, measure)):
            assert units * 20 <= sum(inv.energy_mwh[row][column] for row in rows), members[column].name


def test_networks_are_mostly_in_the_city(measures: dict[str, Measure], case: tuple[list[Any], Any]) -> None:
    new = central(measures, case, "E16")
    assert new[0] > 50 * sum(new[1:4])


def test_no_peat_is_said_so(measures: dict[str, Measure], case: tuple[list[Any], Any]) -> None:
    members, inv = case
    for member in members[1:]:
        found = toolbox.potential(measures["L01"], member, inv)
        assert (found.central, found.reason) == (0.0, "potential.no_peat")
