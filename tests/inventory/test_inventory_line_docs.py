"""What is said about a line is what the code does: every driver moved, lines that move compared with the content."""

from __future__ import annotations

import json

import numpy as np
import pytest
import typer
from typer.testing import CliRunner

from stadtland.base.errors import InputError
from stadtland.cli import inventory as command
from stadtland.inventory import bundle
from stadtland.inventory.calibration import bundled
from stadtland.inventory.estimate import estimate
from stadtland.inventory.line_docs import describe, entries, entry, fits
from stadtland.inventory.lines import LINES
from stadtland.inventory.sources import HEATING, OWN, UNITS, Drivers


@pytest.fixture(scope="module")
def moves() -> dict[str, set[str]]:
    """Line → figures that move it, all five members, every figure above zero."""
    known, calibration = bundle.drivers(2021), bundled(2021)
    values = {k: v.copy() for k, v in known.values.items()}
    for k in UNITS:
        if k != "regiostar7":
            values[k] = np.where(values[k] > 0, values[k], 5.0)

    def tonnes(changed: dict[str, np.ndarray]) -> np.ndarray:
        return estimate(Drivers(known.ags, known.names, values | changed), calibration).t_co2e

    plain = tonnes({})
    changes: dict[str, dict[str, np.ndarray]] = {k: {k: values[k] * 1.2} for k in UNITS}
    changes["regiostar7"] = {"regiostar7": np.where(values["regiostar7"] == 77, 71.0, 77.0)}
    five = np.full(5, 50.0)
    heat = {f"zensus2022.heat_{c}": five for c in HEATING}
    organic = {"organic.arable": five, "organic.grassland": five}
    for k in OWN:
        if k.startswith("dh."):
            continue  # the factor of a network is applied after the estimate
        changes[k] = heat if k in heat else organic if k in organic else {k: five}
        if k.startswith("mileage.") and k.endswith(("van_other", "truck_other")):
            changes[k] = {"mileage.van_other": five, "mileage.truck_other": five}
    out: dict[str, set[str]] = {line: set() for line in LINES}
    for k, change in changes.items():
        found = tonnes(change)
        for i, line in enumerate(LINES):
            if not np.allclose(found[i], plain[i], rtol=1e-9, atol=0.0):
                out[line].add(k)
    return out


def test_every_line_has_an_entry_and_every_entry_a_line() -> None:
    used = [entry(line) for line in LINES]
    assert all(any(e is u for u in used) for e in entries())
    for e in entries():
        assert set(e) <= {"match", "formula", "drivers", "own", "district", "land", "statistic"}
        assert all(e[k]["de"] and e[k]["en"] for k in ("formula", "statistic"))


@pytest.mark.parametrize("line", LINES)
def test_the_drivers_named_are_the_drivers_used(line: str, moves: dict[str, set[str]]) -> None:
    said = entry(line)
    default = {k for k in moves[line] if k in UNITS}
    own = {k for k in moves[line] if k in OWN}
    assert {k for k in default if not any(fits(k, p) for p in said["drivers"])} == set()
    assert {k for k in own if not any(fits(k, p) for p in said.get("own", []))} == set()
    together = set().union(*(moves[x] for x in LINES if entry(x) is said))
    for pattern in said["drivers"]:
        assert any(fits(k, pattern) for k in together), pattern
    for pattern in said.get("own", []):
        if pattern not in ("meters", "dh.*"):
            assert any(fits(k, pattern) for k in together), pattern


def test_command() -> None:
    app = typer.Typer()
    command.register(app)
    text = CliRunner().invoke(app, ["lines", "HH.gas", "VK.car.diesel"]).stdout
    assert "zensus2022.heat_*" in text and "Bundesstatistik" in text and text.count("Zahlen der Gemeinde") == 2
    found = json.loads(CliRunner().invoke(app, ["lines", "--format", "json"]).stdout)
    assert [r["line"] for r in found] == list(LINES) and all(r["sigma"]["by_population"] for r in found)
    with pytest.raises(InputError) as error:
        describe(("HH.gass",))
    assert error.value.code == "line-unknown" and "HH.gas" in error.value.cure
