"""The own data store in the commands: own value beside the default, nothing lost, farms under secrecy, BISKO tests."""

from __future__ import annotations

import csv
import io
import json

import pytest
import typer
from own_data_files import HEAD, MEMBERS, csv_bytes, row
from typer.testing import CliRunner

from stadtland import inventory
from stadtland.actions import inventory as actions
from stadtland.actions import own_data as data
from stadtland.base.errors import InputError
from stadtland.cli import exports, own_data
from stadtland.cli import inventory as command

LEIPZIG, THALLWITZ, BENNEWITZ = MEMBERS
ROAD = ("car_motorway", "van_motorway", "truck_motorway")


@pytest.fixture
def run():
    app = typer.Typer()
    for module in (command, own_data, exports):
        module.register(app)

    def call(*words):
        return CliRunner().invoke(app, [str(w) for w in words], catch_exceptions=True)

    return call


def put(store, rows, head=HEAD):
    file = store.parent / "in.csv"
    file.write_bytes(csv_bytes(rows, head))
    return data.import_file(file, store, MEMBERS, 2021, "Klimaschutz")


def mileage(ags, **values):
    kinds = {**dict.fromkeys(ROAD, "-"), "car_other": "40", "van_other": "4", "truck_other": "2", "bus": "0,2"} | values
    return [row(ags, f"mileage.{k}", v, "Mio. Fz-km", quality="B") for k, v in kinds.items()]


def test_own_value_beside_the_default_in_the_command(run, tmp_path):
    store = tmp_path / "own"
    put(store, [row(THALLWITZ, "HH.elec", "4", "GWh"), row(THALLWITZ, "HH.coal", "-"), *mileage(THALLWITZ)])
    found = json.loads(run("inventory", *MEMBERS, "--store", store, "--format", "json").stdout)
    lines = {(e["ags"], e["line"]): e for e in found["own"]["lines"]}
    plain = inventory.build(MEMBERS, 2021)
    at = {line: i for i, line in enumerate(plain.lines)}
    elec = lines[THALLWITZ, "HH.elec"]
    assert elec["t_co2e"] == pytest.approx(4000 * 0.472) and elec["owner"] == "own" and elec["source"] == "Abrechnung"
    assert elec["default_t"] == pytest.approx(float(plain.t_co2e[at["HH.elec"], 1]))
    assert lines[THALLWITZ, "HH.coal"]["owner"] == "confirmed_zero" and lines[THALLWITZ, "HH.coal"]["t_co2e"] == 0
    car = lines[THALLWITZ, "VK.car.diesel"]
    assert car["owner"] == "own_driver" and car["state"] == "estimated" and car["data_quality"] == 0.5
    assert {a for a, _ in lines} == {THALLWITZ}
    assert found["members"][THALLWITZ]["views"]["without_motorway_t"] == pytest.approx(
        found["members"][THALLWITZ]["gross_t"]
    )
    before = inventory.accounts(plain)
    assert found["own"]["default"]["joint"]["gross_t"] == pytest.approx(before["joint"]["gross_t"])
    moved = sum(e["difference_t"] for e in found["own"]["lines"])
    assert found["joint"]["gross_t"] - before["joint"]["gross_t"] == pytest.approx(moved)
    text = run("inventory", *MEMBERS, "--store", store).stdout
    assert "als Schätzung allein" in text
    assert "Eigener Wert neben der Schätzung" in text and "Abrechnung" in text
    english = run("inventory", *MEMBERS, "--store", store, "--lang", "en").stdout
    assert [x.endswith("unknown") for x in english.splitlines() if "without motorways" in x] == [
        True,
        False,
        True,
        True,
    ]
    view = run("inventory", *MEMBERS, "--store", store, "--view", "without_motorway").stdout
    assert "Formel: BISKO − Pkw" in view and view.count("nicht bekannt.") >= 2


def test_export_edit_import_loses_nothing_of_the_inventory(run, tmp_path):
    """Filled templates exported, one cell edited, imported into a new store: the same inventory but for that cell."""
    store = tmp_path / "own"
    rows = [row(THALLWITZ, "HH.elec", "4", "GWh", note="aus der Abrechnung"), row(LEIPZIG, "HH.oil", "123456,7"),
            row(BENNEWITZ, "HH.coal", "-"), row(BENNEWITZ, "HH.lpg", "0"), row(LEIPZIG, "HH.gas", "."),
            row(LEIPZIG, "dh.factor", "0,15", "kg/kWh"), row(THALLWITZ, "jobs", "900", "Personen"),
            row(THALLWITZ, "organic.arable", "12,5", "ha"), row(THALLWITZ, "organic.grassland", "1,5", "km²"),
            *mileage(BENNEWITZ)]  # fmt: skip
    put(store, rows)
    out = tmp_path / "out"
    assert run("data", "export", "--store", store, "--out", out, "--format", "csv", "--internal").exit_code == 0
    again = tmp_path / "again"
    for file in sorted(out.glob("*.csv")):
        data.import_file(file, again, MEMBERS, 2021, "Klimaschutz")
    one, two = (actions.inventory(MEMBERS, 2021, store=s, detail=True, internal=True) for s in (store, again))
    assert one == two
    energy = out / "final_energy.csv"
    table = list(csv.reader(io.StringIO(energy.read_text(encoding="utf-8-sig")), delimiter=";"))
    key, value = table[0].index("Kennung"), table[0].index("Eigener Wert")
    for cells in table[1:]:
        if cells[key] == "HH.elec" and cells[0] == THALLWITZ:
            cells[value] = "5"
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=";").writerows(table)
    edited = tmp_path / "edited.csv"
    edited.write_text(buffer.getvalue(), encoding="utf-8")
    assert data.import_file(edited, again, MEMBERS, 2021, "Klimaschutz")["changes"] == 1
    three = actions.inventory(MEMBERS, 2021, store=again, detail=True, internal=True)
    changed = {
        (a, x) for a in MEMBERS for x, e in three["members"][a]["lines"].items()
        if e["t_co2e"] != one["members"][a]["lines"][x]["t_co2e"]
    }  # fmt: skip
    assert changed == {(THALLWITZ, "HH.elec")}
    told = [h for h in data.history(again) if h["id"] == "HH.elec" and h["ags"] == THALLWITZ]
    assert [h["new"].split(" (")[0] for h in told] == ["4 GWh", "5 GWh"] and told[1]["old"] == told[0]["new"]


def animals(ags, id, heads, holdings, share):
    return [*row(ags, id, heads, "Köpfe"), holdings, share, ""]


def head_of_animals():
    from stadtland.inventory.own_data.catalogue import columns

    titles = {k: c["title"]["de"] for k, c in columns().items()}
    return [*HEAD, titles["holdings"], titles["largest_share"], titles["published"]]


def test_secret_farms_are_in_no_output_and_in_no_difference(run, tmp_path):
    """Two holdings in Thallwitz: the public inventory is that of a store without the figures that are hidden."""
    store, without = tmp_path / "own", tmp_path / "other"
    secret = animals(THALLWITZ, "livestock.cows", "777", "2", "60")
    open_ = [
        animals(LEIPZIG, "livestock.cows", "300", "9", "20"),
        animals(BENNEWITZ, "livestock.cows", "900", "8", "20"),
    ]
    put(store, [secret, *open_], head_of_animals())
    public = json.loads(run("inventory", *MEMBERS, "--store", store, "--detail", "--format", "json").stdout)
    hidden = {(u["ags"], u["id"]) for u in public["own"]["unused"] if u["reason"] == "unused_secret"}
    assert (THALLWITZ, "livestock.cows") in hidden and len(hidden) == 2  # a second one covers the joint sum
    kept = [r for r in open_ if (r[0], r[2]) not in hidden]
    put(without, kept, head_of_animals())
    same = json.loads(run("inventory", *MEMBERS, "--store", without, "--detail", "--format", "json").stdout)
    assert public["members"] == same["members"] and public["joint"] == same["joint"]
    assert public["own"]["lines"] == same["own"]["lines"]
    assert "777" not in run("inventory", *MEMBERS, "--store", store, "--lang", "en").stdout.replace(",", "")
    inside = actions.inventory(MEMBERS, 2021, store=store, internal=True)
    mine = {e["line"]: e for e in inside["own"]["lines"] if e["ags"] == THALLWITZ}
    assert "AGR.enteric_dairy" in mine and inside["own"]["internal"]
    assert "nicht weitergeben" in run("inventory", *MEMBERS, "--store", store, "--internal").stdout


def test_conformity_takes_the_route_of_the_network_from_the_plants(run, tmp_path):
    store = tmp_path / "own"
    plant = [row(LEIPZIG, f"dh.{k}", v) for k, v in
             {"delivered": "1000", "losses": "100", "fuel_gas": "2500", "electricity": "1000"}.items()]  # fmt: skip
    put(store, [*plant, row(LEIPZIG, "dh.temperature", "95", "°C"), row(THALLWITZ, "dh.factor", "120", "g/kWh")])
    found = json.loads(run("conformity", *MEMBERS, "--store", store, "--format", "json").stdout)
    tests = {a: {t["id"]: t for t in found["members"][a]["tests"]} for a in MEMBERS}
    assert tests[LEIPZIG]["T6"]["verdict"] == "pass" and tests[BENNEWITZ]["T6"]["verdict"] == "pass"
    # a factor that is only stated has no route until the member declares one
    assert tests[THALLWITZ]["T6"]["verdict"] == "fail"
    assert not any("dh" in c for c in tests[LEIPZIG]["T2"]["missing"])
    said = tmp_path / "said.toml"
    said.write_text(f'[{THALLWITZ}]\nheat_route = "table5"\n', encoding="utf-8")
    found = json.loads(run("conformity", *MEMBERS, "--store", store, "--declare", said, "--format", "json").stdout)
    assert {t["id"]: t["verdict"] for t in found["members"][THALLWITZ]["tests"]}["T6"] == "pass"


def test_who_imports_is_told_what_is_not_used(tmp_path):
    rows = [row(LEIPZIG, "dh.delivered", "5"), row(LEIPZIG, "HH.gas", "5"), row(LEIPZIG, "HH.oil", "5", year="2015")]
    told = "\n".join(put(tmp_path / "own", rows)["notices"])
    assert "dh.delivered 2021: in der Bilanz nicht benutzt: zählt nur mit den anderen" in told
    assert "HH.oil 2015: in der Bilanz nicht benutzt: anderes Jahr" in told and "HH.gas" not in told.split("dh.")[1]


def test_uncertainty_command_names_inputs_seed_and_what_to_measure(run, tmp_path):
    found = json.loads(run("uncertainty", *MEMBERS, "--draws", 512, "--seed", 7, "--format", "json").stdout)
    assert (found["seed"], found["draws"]) == (7, 512) and "Sobol" in found["engine"]
    for band in found["bands"]["joint"].values():
        assert band is None or sum(e["share"] for e in band["inputs"]) == pytest.approx(1.0)
    ranks = [e["reduction"] for e in found["measure_next"]]
    assert ranks == sorted(ranks, reverse=True) and found["measure_next"][0]["ask"]["de"]
    text = run("uncertainty", *MEMBERS, "--draws", 512, "--lang", "en").stdout
    assert "Measure next" in text and "seed 20260101" in text and "Spread from" in text


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("inventory", LEIPZIG, "--view", "summer"), "view-unknown"),
        (("inventory", LEIPZIG, "--store", "nowhere"), "own-data-folder"),
        (("uncertainty", LEIPZIG, "--draws", 1), "draws-number"),
        (("uncertainty", LEIPZIG, "--account", "x_t"), "account-unknown"),
    ],
)
def test_bad_words(run, words, code):
    error = run(*words).exception
    assert isinstance(error, InputError) and error.code == code


def test_a_change_between_years_is_never_a_local_trend(run):
    for year in (2010, 2018, 2019, 2021, 2024):
        found = json.loads(run("inventory", THALLWITZ, "--year", year, "--format", "json").stdout)
        assert found["local_trend"] is False and found["from_local_data"] is (year in (2018, 2021))
        assert "no_local_trend" in found["flags"] and ("other_year" in found["flags"]) is (year not in (2018, 2021))
    assert "not a local trend" in run("inventory", THALLWITZ, "--lang", "en").stdout


@pytest.mark.parametrize("view", actions.VIEWS)
def test_every_view_is_labelled_with_its_formula(run, view):
    found = json.loads(run("inventory", *MEMBERS, "--view", view, "--format", "json").stdout)["view"]
    assert found["formula"]["de"] and found["formula"]["en"] and set(found["members"]) == {*MEMBERS, "joint"}
    for entry in found["members"].values():
        assert entry["label"]["de"].startswith("Nebenansicht") and "BISKO" in entry["label"]["en"]
        assert (entry["bisko_t"] is None) == (view == "without_motorway")
        assert entry["bisko_t"] is not None or entry["reason"]["de"]
    if view == "weather":  # Saxony 2021: 8.6 °C
        assert found["members"][LEIPZIG]["inputs"]["ratio"][LEIPZIG] == pytest.approx(
            (17 - 8.5689) / (17 - 8.6), rel=5e-3
        )
        other = json.loads(run("inventory", LEIPZIG, "--year", 2020, "--view", view, "--format", "json").stdout)["view"]
        assert other["members"][LEIPZIG]["bisko_t"] is None
        cold = json.loads(run("inventory", *MEMBERS, "--year", 2018, "--view", view, "--format", "json").stdout)["view"]
        assert all(e["difference_t"] > 0 for e in cold["members"].values())  # 2018 was warm: more in a normal year
