"""The commands consolidate and targets: closed books, followed areas, targets of every kind, traced pages."""

from __future__ import annotations

import html
import json
import re
import sys
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from stadtland.actions.consolidate import consolidate
from stadtland.actions.targets import plan_of, targets
from stadtland.base import locale
from stadtland.base.errors import InputError
from stadtland.cli import joint
from stadtland.documents import joint as joint_page
from stadtland.documents import plain
from stadtland.documents import targets as targets_page
from stadtland.inventory import consolidate_file, target_file

sys.path.insert(0, str(Path(__file__).parents[1] / "documents"))
from readback import compute  # the independent evaluator of the numbers in a page

CASE = "leipzig-wurzener-land"
LEIPZIG, WURZEN, THALLWITZ, LOSSATAL = "14713000", "14729410", "14729380", "14729245"


@pytest.fixture(scope="module")
def app():
    made = typer.Typer()
    joint.register(made)
    return made


def run(app, *args):
    done = CliRunner().invoke(app, [str(a) for a in args])
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.stdout


def write(path, text):
    path.write_text(text, encoding="utf-8")
    return path


BOOKS = f"""
[[member]]
ags = "{THALLWITZ}"
joined = 2020
[[flow]]
kind = "wood"
giver = "{LOSSATAL}"
taker = "{LEIPZIG}"
amount = 1200.0
upstream_kg_per_unit = 15.0
source = "delivery notes"
[[flow]]
kind = "commuters"
giver = "{WURZEN}"
taker = "{LEIPZIG}"
amount = 2000
kg_per_unit = 900
source = "own count"
[own.{WURZEN}]
bisko_t = 150000.0
source = "council paper"
"""


def test_books_by_hand(tmp_path):
    """Wood 1,200 MWh × 15 kg = 18 t eliminated in the extended account only; commuters 2,000 × 0.9 t go home; the
    bridge of Wurzen is its value by the common method − 150,000 t, in every account.
    """
    found = consolidate([CASE], books=write(tmp_path / "b.toml", BOOKS), years=(2018, 2021))
    books = found["books"]
    assert all(b["residual_kg"] == 0 and b["closed"] for b in books.values())
    assert [round(books[k]["eliminations_t"], 9) for k in books] == [0, 0, 0, 18, 18]
    plain_case = consolidate([CASE])
    value = plain_case["books"]["bisko_t"]["members"][WURZEN]
    for b in books.values():
        assert b["bridge_t"] == pytest.approx(value - 150000, abs=1e-6)
    assert books["bisko_t"]["joint_t"] == plain_case["books"]["bisko_t"]["joint_t"], "no flow changes a BISKO total"
    assert {p["bisko_effect_t"] for p in found["pairs"]} == {0.0}
    view = found["views"]["consumption"]["members"]
    assert (view[LEIPZIG]["transfer_t"], view[WURZEN]["transfer_t"]) == (-1800.0, 1800.0)
    assert found["views"]["origin"]["entries"] == [] and found["views"]["consumption"]["sum_of_transfers_kg"] == 0
    (step,) = found["series"]["steps"]
    assert list(step["joined"]) == [THALLWITZ] and not step["left"] and step["residual_kg"] == 0
    assert step["start_t"] + sum(step["joined"].values()) + step["stay_t"] == pytest.approx(step["end_t"])
    assert found["series"]["members"] == {2018: [LEIPZIG, "14729030", LOSSATAL, WURZEN], 2021: [LEIPZIG, THALLWITZ,
           "14729030", LOSSATAL, WURZEN]}  # fmt: skip
    same = found["series"]["same_members"]
    assert same[2018] > step["start_t"], "the series of today's members has Thallwitz in 2018 as well"


def test_a_member_that_is_not_there_yet_is_left_out(tmp_path):
    found = consolidate([CASE], year=2019, books=write(tmp_path / "b.toml", BOOKS.split("[[flow]]", maxsplit=1)[0]))
    assert [m["ags"] for m in found["members"]] == [LEIPZIG, "14729030", LOSSATAL, WURZEN]
    with pytest.raises(InputError) as caught:
        consolidate([THALLWITZ], year=2019, books=write(tmp_path / "b.toml", BOOKS.split("[[flow]]", maxsplit=1)[0]))
    assert caught.value.code == "members-none"


@pytest.mark.datapack
def test_an_obsolete_code_is_followed_and_its_old_value_bridged(datapack, tmp_path):
    """Bad Dürrenberg-like case of the data: a code that merged after 2018 counts as its successor, once."""
    from stadtland.facts import codes
    from stadtland.inventory import consolidate_members

    row = next(r for r in _merged(consolidate_members, codes))
    old, new = row["given"], row["now"][0]
    text = f'[own.{old}]\nbisko_t = 1000.0\nsource = "old"\n'
    found = consolidate([old, LEIPZIG], data=datapack, books=write(tmp_path / "b.toml", text))
    assert {m["ags"] for m in found["members"]} == {new, LEIPZIG}
    assert found["territory"][0]["state"] in ("merged", "renamed")
    (bridge,) = found["area"]
    assert bridge["ags"] == new and bridge["parts"][old] == 1000.0
    assert (bridge["old_t"] is None) == bool(bridge["missing"]), "an incomplete territory has no old value"


def _merged(room, codes):
    for ags in sorted({r["ags"] for r in room._history()}):
        (row,) = room.territory([ags])
        if row["state"] == "merged" and row["others"]:
            yield row


TARGETS = f"""
[[target]]
scope = "{WURZEN}"
kind = "gross"
year = 2035
value = -65
unit = "percent_vs_base"
base_year = 2018
source = "decision"
evidence = "B"
[[target]]
scope = "14729030"
kind = "bisko_gross"
year = 2035
value = -65
unit = "percent_vs_base"
base_year = 1990
source = "decision"
[[target]]
scope = "{THALLWITZ}"
kind = "bisko_gross"
year = 2031
value = -50
unit = "percent_vs_base"
base_year = 1990
base_t = 40000
source = "decision"
[[target]]
scope = "joint"
kind = "partnership"
year = 2040
value = 0.5
unit = "t_per_head"
steps = [{{ year = 2030, value = 2.0 }}]
source = "proposal"
[residual]
AGR = 0.6
"""


def test_targets_of_every_kind(tmp_path):
    found = targets([CASE], file=write(tmp_path / "t.toml", TARGETS))
    by = {(t["scope"], t["source"]): t for t in found["targets"]}
    wurzen = by[WURZEN, "decision"]
    from stadtland import inventory
    from stadtland.inventory import balance

    before = balance.accounts(inventory.build((WURZEN,), 2018))[WURZEN]["gross_t"]
    assert wurzen["base_t"] == pytest.approx(before) and wurzen["linear_t"][14] == pytest.approx(0.35 * before)
    lost = by["14729030", "decision"]
    assert not lost["path"] and "1990" in lost["reason"]["de"] and "linear_t" not in lost
    given = by[THALLWITZ, "decision"]
    assert given["linear_t"][10] == pytest.approx(20000) and given["base_t"] == 40000
    joint_own = by["joint", "proposal"]
    assert joint_own["account"] == "partnership_t" and joint_own["exponential_t"][19] == pytest.approx(
        joint_own["linear_t"][19]
    )
    keys = {(s["account"], s["year"], s["key"]) for s in found["split"]}
    assert len(keys) == 4, "own joint target and national path, two keys each"
    for part in found["split"]:
        path = next(
            t
            for t in found["targets"]
            if t["scope"] == "joint" and (t["year"], t["kind"]) == (part["year"], part["kind"])
        )
        for i, total in enumerate(path["linear_t"]):
            assert sum(v[i] for v in part["members"].values()) == pytest.approx(total, abs=1e-6)
    assert found["residual"]["joint"]["AGR"] == pytest.approx(
        0.6 * next(b for a, b in balance.accounts(inventory.build((
            LEIPZIG, THALLWITZ, "14729030", LOSSATAL, WURZEN), 2021)).items() if a == "joint")["agriculture_t"]
    )  # fmt: skip


def test_a_target_below_the_residuals_is_said(tmp_path):
    """Net zero needs new removals: agriculture, waste and processes stay; energy and transport have no residual."""
    found = targets([CASE])
    by = {(t["scope"], t["account"]): t for t in found["targets"]}
    joint_target = by["joint", "partnership_t"]
    assert joint_target["residual_t"] == pytest.approx(found["residual"]["joint"]["total"])
    assert joint_target["below_residual"] and not by[LEIPZIG, "bisko_t"]["below_residual"]
    assert by[LEIPZIG, "bisko_t"]["residual_t"] == 0.0
    text = " ".join(plain.lines(targets_page.compose(found, "de", whole=False)))
    assert "braucht neue Senken" in text
    some = write(tmp_path / "t.toml", "[residual]\nAGR = 0\nWASTE = 0\nIPPU = 0\nHH = 0.5\n")
    later = {(t["scope"], t["account"]): t for t in targets([CASE], file=some)["targets"]}
    assert later[LEIPZIG, "bisko_t"]["below_residual"], "0.25 t per head lie below half of the households"


def test_budget_gap_of_the_national_path_by_hand():
    """Straight sums: the national path on energy and transport from the start of the budget to 2045, minus budget."""
    found = targets([CASE])
    b = next(
        x for x in found["budgets"] if (x["scope"], x["budget"], x["key"]) == ("joint", "sru_2024_175", "per_head")
    )
    path = found["national"]["bisko_t"]["joint"][3:]
    assert found["national"]["years"][3] == b["from_year"] == 2024
    used = sum(path) - (path[0] + path[-1]) / 2
    assert b["gaps"]["national"] == pytest.approx(used - b["budget_t"])
    assert b["gaps"]["own_linear"] is None, "all together have decided no target for energy and transport"
    city = next(x for x in found["budgets"] if (x["scope"], x["key"]) == (LEIPZIG, "per_head"))
    assert city["gaps"]["own_linear"] < 0 < found["budgets"][-1]["gaps"]["national"]


def test_sinks_that_turn_are_said_and_neutrality_knows_both_versions():
    found = targets([CASE])
    assert found["vintages"]["joint"]["turn"] == "unclear"
    assert not found["turns"]["members"]["joint"]["same_version"], "2018 and 2021 rest on different inventories"
    versions = found["neutrality"]["versions"]
    assert set(versions) == {"old", "revised"}
    gap = versions["revised"]["net_t"][0] - versions["old"]["net_t"][0]
    joint_land = found["vintages"]["joint"]
    assert gap == pytest.approx(joint_land["revised"]["lulucf_t"] - joint_land["old"]["lulucf_t"])
    assert versions["revised"]["year"] is None, "a source never reaches zero, and is not cut off"


def test_a_plan_gives_the_potential_view(tmp_path):
    years = list(range(2026, 2046))
    plan = {
        "partnership": {"members": [{"ags": a} for a in (LEIPZIG, THALLWITZ, "14729030", LOSSATAL, WURZEN)]},
        "roadmap": {
            "years": years, "bisko_t": [1e6] * 20, "gross_t": [1.2e6 - 6e4 * i for i in range(20)],
            "removals_t": [100000.0] * 20,
        },
    }  # fmt: skip
    file = write(tmp_path / "results.json", json.dumps(plan))
    found = targets([CASE], plan=plan_of(tmp_path))
    assert plan_of(file) == plan and found["sides"][0]["note"] is None and found["neutrality"]["basis"] == "plan"
    land = found["vintages"]["joint"]
    for version in ("old", "revised"):
        by_hand = next(
            (y for y, g in zip(years, plan["roadmap"]["gross_t"], strict=True)
             if g - 100000 + land[version]["lulucf_t"] <= 0), None,
        )  # fmt: skip
        assert found["neutrality"]["versions"][version]["year"] == by_hand
    text = "\n".join(plain.lines(targets_page.compose(found, "de", whole=False)))
    assert "Ohne gerechneten Plan" not in text and "Plan mit seinen Senken" in text


def numbers_of(page: str) -> list[tuple[str, float, str]]:
    found = re.findall(r'<data value="([^"]*)" data-path="([^"]*)">([^<]*)</data>', page)
    return [(html.unescape(path), float(value), html.unescape(text)) for value, path, text in found]


@pytest.mark.parametrize("lang", ["de", "en"])
@pytest.mark.parametrize("command", ["consolidate", "targets"])
def test_pages_hold_the_data_and_every_number_is_traced(app, tmp_path, lang, command):
    extra = ("--years", "2018,2021") if command == "consolidate" else ()
    run(app, command, CASE, "--out", tmp_path, "--lang", lang, *extra)
    name = {"consolidate": "joint-balance", "targets": "targets"}[command]
    data = json.loads((tmp_path / f"{name}.json").read_text(encoding="utf-8"))
    page = (tmp_path / f"{name}-{lang}.html").read_text(encoding="utf-8")
    assert (tmp_path / f"{name}-{lang}.pdf").read_bytes().startswith(b"%PDF")
    traced = [n for n in numbers_of(page) if n[0]]
    assert len(traced) > 100
    for path, value, text in traced:
        assert compute(path, data) == pytest.approx(value, rel=1e-8, abs=1e-6), path
        assert text in {locale.number(value, lang, d, sign=s) for d in (0, 1) for s in (False, True)}, (path, text)
    assert not re.search(r'(src|href)="(https?:)?//', page), "nothing is fetched from elsewhere"
    assert page.count("<svg") == page.count('role="img" aria-label="') >= 1


def test_the_picture_of_flows_speaks_of_what_is_unknown(app):
    text = " ".join(run(app, "consolidate", CASE).split())
    assert "Wege zur Arbeit zur Stadt: 3.844 Personen" in text and "Strom zur Stadt: Menge nicht bekannt" in text
    assert "HH.elec" not in text and "HH.elec" in run(app, "consolidate", CASE, "--detail")
    lonely = run(app, "consolidate", WURZEN, LOSSATAL)
    assert "dieselbe Rolle" in lonely


def test_joint_page_names_views_and_bridges(tmp_path):
    found = consolidate([CASE], books=write(tmp_path / "b.toml", BOOKS))
    text = "\n".join(plain.lines(joint_page.compose(found, "en")))
    assert "View: consumption view" in text and "-1,800" in text and "use" in text
    assert "council" not in text  # the books' own words are not printed unless asked for


@pytest.mark.parametrize(
    ("args", "code"),
    [
        (["consolidate", "nowhere"], "partnership-unknown"),
        (["consolidate", "nowhere.toml"], "file-missing"),
        (["consolidate", WURZEN, WURZEN], "member-twice"),
        (["consolidate", CASE, "--years", "2018"], "years-few"),
        (["consolidate", CASE, "--years", "18,21"], "years-format"),
        (["consolidate", CASE, "--years", "2018,1999"], "inventory-year"),
        (["consolidate", CASE, "--account", "extended_t"], "account-unknown"),
        (["consolidate", CASE, "--format", "pdf"], "format-unknown"),
        (["targets", CASE, "--budget", "x"], "budget-unknown"),
        (["targets", CASE, "--mix", "2"], "budget-share"),
        (["targets", CASE, "--lang", "fr"], "language-unknown"),
        (["targets", CASE, "--plan", "nowhere.json"], "file-missing"),
    ],
)
def test_bad_commands_name_their_cure(app, args, code):
    with pytest.raises(InputError) as caught:
        run(app, *args)
    assert caught.value.code == code and caught.value.cure


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[[flow]]\nkind='wood'\ngiver='1'\ntaker='2'\namount=1", "flow-source"),
        ("[[flow]]\nkind='wod'\ngiver='1'\ntaker='2'", "word-unknown"),
        ("[[flow]]\nkind='wood'\ngiver=1\ntaker='2'", "ags-text"),
        ("[[flow]]\nkind='wood'\ngiver='1'\ntaker='2'\nunit='t'", "flow-unit"),
        ("[[flow]]\nkind='wood'\ngiver='1'\ntaker='2'\namount=nan\nsource='x'", "number-finite"),
        ("[flow]\nkind='wood'", "kind-list"),
        ("[[member]]\nags='1'\njoined=2018.5", "books-year"),
        ("[own.14729410]\nbisko_t=1", "key-missing"),
        ("[own.14729410]\nsource='x'", "own-empty"),
        ("[own]\nx = 1", "kind-table"),
        ("[other]\n", "key-unknown"),
    ],
)
def test_bad_books_name_their_cure(tmp_path, text, code):
    with pytest.raises(InputError) as caught:
        consolidate_file.read(write(tmp_path / "b.toml", text))
    assert caught.value.code == code and "b.toml" in str(caught.value)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (("kind = 'gross'", "kind = 'net zero'"), "word-unknown"),
        (("year = 2035", "year = 2035.5"), "target-year"),
        (("year = 2035", "year = 2050"), "number-range"),
        (("base_year = 2018", ""), "target-base"),
        (("value = -65", "value = 65"), "number-range"),
        (("value = -65", "value = '65'"), "number-kind"),
        (("source = 'x'", "source = 'x'\nsteps = 3"), "target-steps"),
        (("source = 'x'", "source = 'x'\nsteps = [{ year = 2040, value = -70 }]"), "target-steps"),
        (("[[target]]", "[target]"), "kind-list"),
        (("[[target]]", "[residual]\nLULUCF = 0.5\n[[target]]"), "key-unknown"),
        (("[[target]]", "[residual]\nAGR = 5\n[[target]]"), "number-range"),
    ],
)
def test_bad_target_files_name_their_cure(tmp_path, change, code):
    good = (
        "[[target]]\nscope = 'joint'\nkind = 'gross'\nyear = 2035\nvalue = -65\nunit = 'percent_vs_base'\n"
        "base_year = 2018\nsource = 'x'\n"
    )
    assert len(target_file.read(write(tmp_path / "t.toml", good)).targets) == 1
    with pytest.raises(InputError) as caught:
        target_file.read(write(tmp_path / "t.toml", good.replace(*change)))
    assert caught.value.code == code


def test_a_target_of_nobody_is_refused(tmp_path):
    with pytest.raises(InputError) as caught:
        targets([LEIPZIG], file=write(tmp_path / "t.toml", TARGETS))
    assert caught.value.code == "member-unknown"
