"""Own figures of a folder and of a partnership file stand in every command that speaks of the joint inventory."""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from stadtland.actions.consolidate import consolidate
from stadtland.actions.exports import export
from stadtland.actions.profile import compare, profile
from stadtland.actions.targets import targets
from stadtland.base.errors import InputError
from stadtland.cli.main import app
from stadtland.roadmap import own_figures

sys.path.insert(0, str(Path(__file__).parents[1] / "inventory_own_data"))
from own_data_files import csv_bytes, row

WURZEN, LEIPZIG = "14729410", "14713000"
PARTNERSHIP = f"""
[partnership]
name = "Probe"
[[member]]
ags = "{LEIPZIG}"
role = "city"
[[member]]
ags = "{WURZEN}"
role = "rural"
[override.{WURZEN}]
"HH.gas" = {{ value = 50.0, unit = "GWh", year = 2021, source = "network operator" }}
"area.land_total" = {{ value = 69.5, unit = "km2", year = 2021, source = "own survey" }}
"""


@pytest.fixture
def store(tmp_path):
    file = tmp_path / "own.csv"
    file.write_bytes(csv_bytes([row(WURZEN, "HH.elec", "20000"), row(WURZEN, "HH.gas", "60000")]))
    folder = tmp_path / "store"
    done = CliRunner().invoke(app, ["data", "import", str(file), WURZEN, "--store", str(folder), "--role", "Amt"])
    assert done.exit_code == 0, done.output
    return folder


@pytest.fixture
def partnership(tmp_path):
    file = tmp_path / "probe.toml"
    file.write_text(PARTNERSHIP, encoding="utf-8")
    return str(file)


def proof(found, line):
    return next(p["members_t"] for p in found["line_proof"] if p["line"] == line)


def test_store_and_partnership_reach_the_joint_balance(store, partnership):
    """Household gas of Wurzen: 60 GWh from the meters of the folder win over 50 GWh of the partnership file."""
    plain = consolidate([LEIPZIG, WURZEN])
    factor = 0.247
    alone = consolidate([LEIPZIG])
    rest = proof(alone, "HH.gas")
    assert proof(consolidate([partnership]), "HH.gas") == pytest.approx(rest + 50_000 * factor)
    both = consolidate([partnership], store=store)
    assert proof(both, "HH.gas") == pytest.approx(rest + 60_000 * factor)
    assert proof(both, "HH.elec") == pytest.approx(proof(alone, "HH.elec") + 20_000 * 0.472)
    assert proof(both, "HH.oil") == pytest.approx(proof(plain, "HH.oil")), "other cells stay"
    assert all(b["residual_kg"] == 0 for b in both["books"].values())


def test_store_reaches_profile_comparison_targets_and_exports(store, partnership, tmp_path):
    changed = {
        "targets": lambda s: targets([partnership], store=s)["national"]["bisko_t"][WURZEN][0],
        "profile": lambda s: next(
            r["value"] for r in profile([partnership], store=s)["profile"][WURZEN] if r["id"] == "bisko_per_head"
        ),
        "compare": lambda s: compare([partnership], account="bisko_t", store=s)["books"]["bisko_t"]["joint_t"],
    }
    for name, value in changed.items():
        assert value(store) != pytest.approx(value(None), rel=1e-6), name
    for form, file in (("csv", "inventory-2021.csv"), ("crf", "crf.csv")):
        export([partnership], None, form, tmp_path / form, store=store)
        rows = list(csv.DictReader((tmp_path / form / file).open(encoding="utf-8", newline="")))
        if form == "csv":
            mine = next(r for r in rows if r["ags"] == WURZEN and r["line"] == "HH.gas")
            assert float(mine["emissions_t_co2e"]) == pytest.approx(60_000 * 0.247) and mine["owner"] == "own"
    with pytest.raises(InputError) as caught:
        profile([partnership], store=tmp_path / "nowhere")
    assert caught.value.code == "own-data-folder"


def test_own_figures_in_another_unit_are_converted_once(partnership):
    """69.5 km² are 6,950 ha, in the figures of the member as well as in the inventory."""
    from stadtland import facts

    (member,), passed = own_figures.apply(
        facts.load_members([WURZEN], 2021),
        {WURZEN: {"area.land_total": {"value": 69.5, "unit": "km2", "year": 2021, "source": "own survey"}}},
    )
    assert member.get("area.land_total").value == pytest.approx(6950.0) and passed[WURZEN]["area.land_total"]
