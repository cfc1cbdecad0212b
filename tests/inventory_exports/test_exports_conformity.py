"""BISKO as a proof: verdicts with reasons, locked factor release, labelled views, command line."""

from __future__ import annotations

import json

import pytest
import typer
from typer.testing import CliRunner

from stadtland import inventory
from stadtland.base.errors import InputError
from stadtland.inventory.conformity import conformity, expected, quality_class
from stadtland.inventory.exports import release, views
from stadtland.inventory.lines import ENERGY_LINES, carrier, index

A, B = "14713000", "14729380"
DECLARED = {"zero": ["GHD.solar", "IND.solar"], "road_classes": True, "weather_corrected": False}


def verdicts(found, who=A):
    entry = found["joint"] if who == "joint" else found["members"][who]
    return {t["id"]: t["verdict"] for t in entry["tests"]}


def reasons(found, who=A):
    return {t["id"]: {r["id"] for r in t["reasons"]} for t in found["members"][who]["tests"]}


def verify(monkeypatch):
    """As if the release had been compared with the method paper and every factor were of the year."""
    now = release.current()
    monkeypatch.setattr(release, "current", lambda: release.Release(now.id, now.sha256, verified=True))
    monkeypatch.setattr(release, "unverified", lambda *_: {"evidence": ["elec"], "other_year": []})


def metered(members=(A,), year=2021):
    """Every energy cell metered by the member with grade A."""
    cell = {"value": 100, "unit": "MWh", "source": "meter", "data_quality": "A", "year": 2021}
    own = {m: dict.fromkeys(ENERGY_LINES, cell) for m in members}
    return inventory.build((A, B), year, overrides=own)


def test_an_estimate_is_never_a_bisko_balance(five):
    found = conformity(five)
    for who in (*five.ags, "joint"):
        entry = found["joint"] if who == "joint" else found["members"][who]
        assert not entry["is_bisko"] and entry["label"]["de"] == "Schätzung nach BISKO-Systematik"
        assert verdicts(found, who) == {
            "T1": "fail", "T2": "not_tested", "T3": "pass", "T4": "pass", "T5": "fail", "T6": "pass", "T7": "pass",
        }  # fmt: skip
    assert {"r_unverified_factors", "r_unverified_release"} <= reasons(found)["T2"]
    t1 = found["members"][A]["tests"][0]
    assert set(t1["missing"]) == {f"{s}.{c}" for s in ("HH", "GHD", "IND") for c in ("elec", "gas", "dh")}
    assert all(
        r["text"]["de"] and r["text"]["en"] for e in found["members"].values() for t in e["tests"] for r in t["reasons"]
    )


def test_an_estimate_stays_one_with_every_declaration(five, monkeypatch):
    verify(monkeypatch)
    found = conformity(five, dict.fromkeys(five.ags, DECLARED))
    assert not any(e["is_bisko"] for e in found["members"].values())


def test_metered_member_fails_only_for_unverified_factors():
    found = conformity(metered(), {A: DECLARED})
    assert verdicts(found) == {
        "T1": "pass", "T2": "not_tested", "T3": "pass", "T4": "pass", "T5": "pass", "T6": "pass", "T7": "pass",
    }  # fmt: skip
    assert not found["members"][A]["is_bisko"] and verdicts(found, B)["T1"] == "fail"
    assert found["members"][A]["data_quality"] == 1.0


def test_all_seven_can_pass(monkeypatch):
    verify(monkeypatch)
    inv = metered((A, B))
    found = conformity(inv, {A: DECLARED, B: DECLARED})
    assert found["joint"]["is_bisko"] and found["members"][A]["label"]["de"] == "BISKO-Bilanz"
    one = conformity(inv, {A: DECLARED})
    assert one["members"][A]["is_bisko"] and not one["members"][B]["is_bisko"] and not one["joint"]["is_bisko"]
    other = conformity(inv, {B: DECLARED})
    assert other["members"][B]["is_bisko"] and not other["joint"]["is_bisko"]
    t5 = other["joint"]["tests"][4]
    assert t5["verdict"] == "fail" and f"{A} GHD.solar" in t5["missing"] and t5["reasons"][0]["member"] == A


@pytest.mark.parametrize(
    ("line", "test", "reason"),
    [("HH.gas", "T2", "r_factor_changed"), ("VK.rail.elec", "T3", "r_other_mix"), ("HH.dh", "T6", "r_heat_factor")],
)
def test_a_changed_factor_is_seen(line, test, reason):
    inv = metered()
    inv.t_co2e[index()[line], 0] *= 1.0001
    found = conformity(inv, {A: DECLARED})
    assert verdicts(found)[test] == "fail" and reason in reasons(found)[test]
    cells = next(t for t in found["members"][A]["tests"] if t["id"] == test)["missing"]
    assert line in cells


def test_single_faults_flip_single_tests(monkeypatch):
    verify(monkeypatch)

    def run(change, said=DECLARED):
        inv = metered()
        change(inv)
        return {k for k, v in verdicts(conformity(inv, {A: said})).items() if v != "pass"}

    def put(array, line, value):
        def change(inv):
            getattr(inv, array)[index()[line], 0] = value

        return change

    assert run(lambda inv: None) == set()
    assert run(put("data_quality", "GHD.gas", 0.5)) == {"T1"}
    assert run(put("owner", "IND.elec", "default")) == {"T1"}
    assert run(put("owner", "VK.car.diesel", "default")) == {"T5"}
    assert run(put("data_quality", "HH.oil", float("nan"))) == {"T7"}
    assert run(put("state", "HH.oil", "not_available")) == {"T1", "T5"}
    assert run(lambda inv: None, DECLARED | {"zero": ["GHD.solar"]}) == {"T5"}
    assert run(lambda inv: None, DECLARED | {"road_classes": False}) == {"T5"}
    assert run(lambda inv: None, DECLARED | {"weather_corrected": True}) == {"T4"}
    assert run(lambda inv: None, {k: v for k, v in DECLARED.items() if k != "weather_corrected"}) == {"T4"}
    assert run(lambda inv: None, DECLARED | {"heat_route": "plant"}) == {"T6"}


def test_energy_of_another_year_leaves_the_weather_open():
    found = conformity(inventory.build((A,), 2019))
    assert verdicts(found)["T4"] == "not_tested" and "r_energy_other_year" in reasons(found)["T4"]


def test_meters_of_the_year_need_no_base_year():
    found = conformity(metered(year=2019), {A: DECLARED})
    assert verdicts(found)["T4"] == "pass" and verdicts(found, B)["T4"] == "not_tested"


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"14729410": {}}, "declared-member"),
        ({A: {"zero": ["HH.gas"]}}, "word-unknown"),
        ({A: {"zero": "GHD.solar"}}, "declared-zero"),
        ({A: {"road_clases": True}}, "key-unknown"),
        ({A: {"road_classes": "yes"}}, "declared-bool"),
        ({A: {"heat_route": "guess"}}, "word-unknown"),
        ({A: 3}, "kind-table"),
    ],
)
def test_bad_declarations_are_input_errors(five, said, code):
    members = inventory.build((A, B), 2021)
    with pytest.raises(InputError) as error:
        conformity(members, said)
    assert error.value.code == code


def test_admissible_factor_of_each_line():
    assert expected("HH.gas", 2021) == (247, 247)
    assert expected("VK.car.biofuel", 2021) == (118, 141)
    assert expected("HH.elec", 2021) == (472, 472)


def test_quality_classes_at_their_limits():
    assert quality_class(None) is None
    names = [quality_class(v)["de"] for v in (0, 0.5, 0.51, 0.65, 0.66, 0.8, 0.81, 1)]
    assert names == ["bedingt belastbar"] * 2 + ["relativ belastbar"] * 2 + ["belastbar"] * 2 + ["gut belastbar"] * 2


# --- locked release


def test_release_in_use_is_locked_and_a_changed_number_is_not():
    now = release.current()
    assert now.locked and not now.verified and now.id == "stadtland-ef-2026.1" and len(now.sha256) == 64
    table = release.in_use()
    assert table["elec"]["2021"]["value"] == 472
    assert release.identify(table) == now
    table["gas"]["2021"]["value"] = 247.1
    assert not release.identify(table).locked and release.identify(table).sha256 != now.sha256


def test_unlocked_release_fails_t2(five, monkeypatch):
    monkeypatch.setattr(release, "current", lambda: release.Release(release.UNLOCKED, "0" * 64))
    found = conformity(five)
    assert verdicts(found)["T2"] == "fail" and "r_release_changed" in reasons(found)["T2"]


def test_unverified_lists_what_is_not_read_in_the_source():
    open_ = release.unverified(2021, ("gas", "elec", "solar"))
    assert open_ == {"evidence": ["elec", "solar"], "other_year": ["solar"]}


# --- views


def test_local_mix_by_hand():
    """1000 kW PV make 850 MWh; of 10,000 MWh that is 8.5 %; the rest has the federal 472 g."""
    power = {"pv": 1000.0, "wind": 0.0, "biomass": 0.0, "water": 0.0}
    found = views.mix_factor(power, 10_000, 472)
    assert found["generation_mwh"] == 850 and found["share"] == pytest.approx(0.085)
    assert found["g_per_kwh"] == pytest.approx(0.915 * 472)
    assert views.mix_factor(power, 10_000, 472, "low")["generation_mwh"] == 950
    assert views.mix_factor(power, 425, 472)["g_per_kwh"] == 0  # surplus earns nothing
    assert views.mix_factor(dict.fromkeys(power, 0.0), 100, 472)["g_per_kwh"] == 472


def test_biomass_factor_by_hand():
    assert views.generation_factor("biomass", "central") == pytest.approx(124 / 0.40 * 0.75)
    assert views.generation_factor("pv", "central") == 0


def test_weather_by_hand():
    """Saxony 2018: (17 − 8.536) / (17 − 10.29) = 1.2614; 1000 t of heat · 0.8 · 0.75 · 0.2614 = 156.8 t."""
    r = views.ratio(8.536, 10.29)
    assert r == pytest.approx(8.464 / 6.71)
    assert views.correction(1000, r) == pytest.approx(1000 * 0.8 * 0.75 * (8.464 / 6.71 - 1))
    assert views.correction(1000, 1.0) == 0


def test_weather_takes_space_heat_of_three_sectors_only(toy):
    names = {ENERGY_LINES[i] for i in views.heat_rows()}
    assert {"HH.gas", "GHD.dh", "KE.oil"} <= names
    assert not [n for n in names if n.startswith(("IND", "VK")) or carrier(n) in ("elec", "petrol", "diesel", "other")]
    inv = toy({"HH.gas": 1000, "IND.gas": 5000, "HH.elec": 700})
    found = views.views(inv)[A]["weather"]
    assert found["difference_t"] == pytest.approx(247 * 0.8 * 0.75 * (8.464 / 6.71 - 1))
    inv.vintage[index()["HH.gas"], 0] = "2015"  # an own figure of another year keeps its weather
    assert views.views(inv)[A]["weather"]["difference_t"] == 0


def test_unknown_views_are_null_with_a_reason(five, monkeypatch):
    known = {k: {y: v for y, v in row.items() if y != "2021"} for k, row in views.temperatures().items()}
    monkeypatch.setattr(views, "temperatures", lambda *_: known)
    found = views.views(five)
    assert "2019" in found["joint"]["weather"]["reason"]["en"]
    for who in (*five.ags, "joint"):
        for name in ("weather", "without_motorway"):
            assert found[who][name]["bisko_t"] is None and found[who][name]["reason"]["de"]
        for view in found[who].values():
            assert "BISKO" in view["label"]["de"] and "BISKO" in view["label"]["en"]
    earlier = views.views(inventory.build((A,), 2018))[A]
    assert earlier["local_mix"]["bisko_t"] is None and earlier["weather"]["bisko_t"] is not None
    assert views.views(inventory.build((A,), 2019))[A]["weather"]["bisko_t"] is None


def test_views_add_up(five):
    found, books = views.views(five), inventory.accounts(five)
    shares = found["14729380"]["local_mix"]
    assert shares["low"] < shares["bisko_t"] < shares["high"] < books["14729380"]["bisko_t"]
    demand = views.electricity_mwh(five, [1])
    gap = demand * (472 - shares["inputs"]["local_g_per_kwh"]) / 1000
    assert shares["difference_t"] == pytest.approx(-gap)
    alone = sum(found[a]["without_ets"]["bisko_t"] for a in five.ags)
    assert found["joint"]["without_ets"]["bisko_t"] == pytest.approx(alone, rel=1e-9)
    assert inventory.views(five)["joint"]["ets_t"] + found["joint"]["without_ets"]["difference_t"] == pytest.approx(
        five.plant_t[len(ENERGY_LINES) :].sum(), abs=1e-6
    )


def test_temperatures_of_the_folder_are_read(tmp_path):
    folder = tmp_path / "dwd"
    folder.mkdir()
    names = sorted({row["dwd_name"] for row in views.words.table("land_temperature")})
    body = ["title", "Jahr;Jahr;" + ";".join(names) + ";", "2021;year;" + ";".join(["  9.10"] * len(names)) + ";"]
    (folder / "regional_averages_tm_year.txt").write_text("\n".join(body), encoding="latin-1")
    assert views.temperatures(tmp_path)["14"]["2021"] == 9.10
    assert views.temperatures()["14"]["2021"] == 8.6 and "2021" not in views.temperatures()["05"]


# --- command line


@pytest.fixture
def run():
    from stadtland.cli.exports import register

    app = typer.Typer()
    register(app)
    return lambda *words: CliRunner().invoke(app, list(words))


def test_commands(run, tmp_path):
    done = run("export", A, B, "--format", "crf", "--out", str(tmp_path), "--year", "2021")
    assert done.exit_code == 0 and (tmp_path / "crf.csv").exists()
    assert json.loads((tmp_path / "crf_check.json").read_text())["passed"]
    done = run("conformity", A, "--format", "json")
    answer = json.loads(done.stdout)
    assert answer["members"][A]["tests"][0]["verdict"] == "fail" and answer["release"]["locked"]
    assert "Schätzung nach BISKO-Systematik" in run("conformity", A).stdout
    assert "Estimate by the BISKO system" in run("conformity", A, "--lang", "en").stdout


def test_declarations_from_a_file(run, tmp_path):
    path = tmp_path / "said.toml"
    path.write_text(f'["{A}"]\nzero = ["GHD.solar", "IND.solar"]\nroad_classes = true\n')
    answer = json.loads(run("conformity", A, "--format", "json", "--declare", str(path)).stdout)
    t5 = answer["members"][A]["tests"][4]
    assert {r["id"] for r in t5["reasons"]} == {"r_transport_estimated"}


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("export", A, "--format", "pdf"), "format-unknown"),
        (("export", A, "--format", "crf", "--year", "1990"), "inventory-year"),
        (("export", A, "--format", "dcat", "--url", "no address"), "dcat-iri"),
    ],
)
def test_bad_input_writes_nothing(run, tmp_path, words, code):
    done = run(*words, "--out", str(tmp_path / "out"))
    assert isinstance(done.exception, InputError) and done.exception.code == code
    out = tmp_path / "out"
    assert not out.exists() or not list(out.iterdir())
