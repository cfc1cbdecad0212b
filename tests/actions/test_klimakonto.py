"""The Klimakonto as a user meets it: a fictitious region from the first account to certificate, checkpoint and loss."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from stadtland.actions.klimakonto import Konto, inventories
from stadtland.actions.klimakonto_papers import contract, facts
from stadtland.actions.klimakonto_report import report
from stadtland.base.errors import InputError
from stadtland.cli import main as entrance
from stadtland.documents.certificates import certificate, claims, code
from stadtland.documents.certificates import contract as contract_sheet
from stadtland.documents.pages import files
from stadtland.ledger import MemoryJournal, MemoryRecords
from stadtland.ledger.classes import CLAIMS, classes
from stadtland.ledger.requests import issue, transfer

PLOTS = [
    {"name": "Bachwiese", "outline": [[0, 0], [100, 0], [100, 100], [0, 100]]},
    {"name": "Hang", "outline": [[200, 0], [300, 0], [300, 100], [200, 100]]},
    {"name": "Hang Nord", "outline": [[250, 0], [350, 0], [350, 100], [250, 100]]},
    {"name": "Nachbar", "outline": [[100, 0], [200, 0], [200, 100], [100, 100]]},
]
PROJECT = """[project]
title = "Hecken am Auenrand"
measure = "A01"
class = "temporary_removal"
municipality = "99000002"
pool = "biomass"
plots = ["{plot}"]
start = 2027
end = 2036
until = 2046
owner = "Hof am Bach"
risk_percent = 15
visible_in_inventory = true
[gate]
method = "Zuwachs je ha"
baseline = "Acker bleibt Acker"
leakage_assessed = true
required_by_law = false
npv_without_eur = -12000
already_planned = false
storage_years = {years}
reversal_plan = true
harms_protected_site = false
biodiversity = "positive"
"""


def stadtland(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    """Run a command in this process: exit code, standard output, standard error."""
    old = sys.argv
    sys.argv = ["stadtland", *words]
    try:
        with pytest.raises(SystemExit) as caught:
            entrance()
    finally:
        sys.argv = old
    told = capsys.readouterr()
    assert "Traceback" not in told.out + told.err
    return int(caught.value.code or 0), told.out, told.err


def konto(tmp_path: Path) -> tuple[Konto, dict[str, str]]:
    """An account in memory with holders and plots; ids by name."""
    made = Konto(MemoryJournal(), MemoryRecords())
    ids = {"city": made.holder("Stadt Neuhafen", "member", "99000001")}
    ids["village"] = made.holder("Gemeinde Auental", "member", "99000002")
    ids["farm"] = made.holder("Hof am Bach", "land_user")
    ids["firm"] = made.holder("Firma Nord GmbH", "company")
    ids["out"] = made.holder("Handel Fern AG", "outside")
    (tmp_path / "plots.json").write_text(json.dumps(PLOTS))
    for row in made.plots(tmp_path / "plots.json"):
        ids[row["name"]] = row["plot"]
    return made, ids


def filled(tmp_path: Path) -> tuple[Konto, dict[str, str]]:
    """… with a project whose year 2027 is issued: 11,500 kg net, 9,775 kg for the farm."""
    made, ids = konto(tmp_path)
    (tmp_path / "p.toml").write_text(PROJECT.format(plot=ids["Bachwiese"], years=20))
    (tmp_path / "m.csv").write_text("survey")
    ids["project"] = made.plan(tmp_path / "p.toml")["project"]
    made.monitor(ids["project"], 2027, (12_000, 15_000, 20_000), tmp_path / "m.csv")
    told = made.confirm(ids["project"], 2027, "Büro Prüf", tmp_path / "m.csv", 500)
    assert (told["net_kg"], told["buffer_kg"], told["issue_kg"]) == (11_500, 1_725, 9_775)
    made.account.book(issue(ids["project"], 2027))
    return made, ids


def test_plots_know_their_overlaps(tmp_path):
    made, ids = konto(tmp_path)
    assert made.state.plots[ids["Hang Nord"]] == {ids["Hang"]}
    assert made.state.plots[ids["Nachbar"]] == frozenset(), "a shared border is no overlap"
    (tmp_path / "a.toml").write_text(PROJECT.format(plot=ids["Hang"], years=20))
    (tmp_path / "b.toml").write_text(PROJECT.format(plot=ids["Hang Nord"], years=20))
    made.plan(tmp_path / "a.toml")
    marks = set(made.records.all("evidence"))
    with pytest.raises(InputError, match="project-overlap"):
        made.plan(tmp_path / "b.toml")
    assert set(made.records.all("evidence")) == marks, "a refused booking leaves no record"
    made.records.delete("plot", ids["Hang"])
    with pytest.raises(InputError, match="outline-missing"):
        made.plots(tmp_path / "plots.json")


def test_a_project_that_fails_the_gate_stays_planned(tmp_path):
    made, ids = konto(tmp_path)
    (tmp_path / "p.toml").write_text(PROJECT.format(plot=ids["Bachwiese"], years=4))
    told = made.plan(tmp_path / "p.toml")
    assert told["status"] == "planned"
    assert [r["missing"] for r in told["gate"] if not r["passed"]] == [["storage_years"]]
    (tmp_path / "m.csv").write_text("x")
    with pytest.raises(InputError, match="life-cycle"):
        made.monitor(told["project"], 2027, (1, 2, 3), tmp_path / "m.csv")
    (tmp_path / "p.toml").write_text(PROJECT.format(plot=ids["Bachwiese"], years=5))
    assert made.validate(told["project"], tmp_path / "p.toml")["status"] == "validated"


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('measure = "A01"', 'measure = "Z99"', "measure-unknown"),
        ('class = "temporary_removal"', 'class = "miracle"', "word-unknown"),
        ('pool = "biomass"', 'pool = "gold"', "pool-unknown"),
        ('"99000002"', '"9900"', "project-place"),
        ("start = 2027", "start = 2040", "project-years"),
        ("start = 2027", 'start = "soon"', "project-years"),
        ("risk_percent = 15", "risk_percent = 150", "number-range"),
        ("risk_percent = 15", "", "key-missing"),
        ("until = 2046", "until = 2030", "project-years"),
        ('owner = "Hof am Bach"', 'owner = "Niemand"', "holder-unknown"),
        ("already_planned", "planned_already", "key-unknown"),
        ("[gate]", "[gate", "toml-syntax"),
    ],
)
def test_bad_project_files(tmp_path, old, new, code):
    made, ids = konto(tmp_path)
    text = PROJECT.format(plot=ids["Bachwiese"], years=20)
    assert old in text
    (tmp_path / "p.toml").write_text(text.replace(old, new))
    head = made.state.head
    with pytest.raises(InputError) as caught:
        made.plan(tmp_path / "p.toml")
    assert caught.value.code == code
    assert made.account.journal.head() == head and not made.records.all("evidence")


def test_the_journal_holds_no_personal_data(tmp_path):
    made, ids = filled(tmp_path)
    made.account.book(transfer(ids["farm"], ids["firm"], 100, "contribution"))
    made.retire(ids["firm"], 100, "contribution", 2027, "für Herrn Beispiel")
    made.correct(
        made.account.book(transfer(ids["farm"], ids["firm"], 5, "contribution"))[-1].seq, "duplicate", "Tippfehler"
    )
    text = b"\n".join(e.line for e in made.account.journal.read()).decode()
    for word in (
        "Bach",
        "Neuhafen",
        "Nord",
        "Büro",
        "Beispiel",
        "Tippfehler",
        "Hecken",
        "Wiese",
        "m.csv",
        'outline":[',
    ):
        assert word not in text
    assert made.proves(tmp_path / "m.csv")
    for mark in made.records.all("evidence"):
        made.records.delete("evidence", mark)
    assert made.proves(tmp_path / "m.csv") == []
    made.records.delete("party", ids["farm"])
    assert made.name(ids["farm"]) == ids["farm"]


def test_report_with_inventories(tmp_path):
    made, ids = konto(tmp_path)
    assert report(made)["nothing_issued"] is True
    made, ids = filled(tmp_path)
    made.account.book(transfer(ids["farm"], ids["city"], 5_000, "internal"))
    made.account.book(transfer(ids["farm"], ids["out"], 1_000, "export"))
    path = tmp_path / "inventory.json"
    members = {
        "99000001": {"net_t": 900.0, "lulucf_removals_t": 0.0},
        "99000002": {"net_t": -3.5, "lulucf_removals_t": -11.5},
    }
    path.write_text(json.dumps({"year": 2027, "members": members}))
    told = report(made, [path])
    assert told["nothing_issued"] is False and told["issued_kg"] == 11_500
    (year,) = told["balances"]
    assert year["joint"] == {
        "physical_kg": 896_500, "adjustment_kg": 0, "attributed_kg": 896_500, "exported_kg": 1_000,
        "claimable_kg": 897_500,
    }  # fmt: skip
    assert year["members"]["99000002"]["attributed_kg"] == 1_500
    assert [r["status"] for r in told["inventory_check"]] == ["ok"]
    members["99000002"]["lulucf_removals_t"] = -11.4
    path.write_text(json.dumps({"year": 2027, "members": members}))
    assert [r["status"] for r in report(made, [path])["inventory_check"]] == ["more_than_line"]
    for bad in ({}, {"year": 2027, "members": {"99000001": {}}}, []):
        path.write_text(json.dumps(bad))
        with pytest.raises(InputError):
            inventories([path])


def paper(made: Konto, seq: int, lang: str) -> str:
    return files(certificate(facts(made, seq), lang), "c")[f"c-{lang}.html"].decode()


@pytest.mark.parametrize("lang", ["de", "en"])
def test_certificates(tmp_path, lang):
    made, ids = filled(tmp_path)
    sent = made.account.book(transfer(ids["farm"], ids["firm"], 1_250, "contribution"))[-1].seq
    page = paper(made, sent, lang)
    assert ("1,25 t CO₂e" if lang == "de" else "1.25 t CO₂e") in page
    assert "99000002-2027" in page and "Firma Nord GmbH" in page
    used = made.retire(ids["firm"], 1_250, "contribution", 2027, "Beitrag <b>2027</b>")
    page = paper(made, used["entry"], lang)
    assert used["statement"] in page and "&lt;b&gt;2027" in page
    sheet = files(certificate(facts(made, used["entry"]), lang), "c")[f"c-{lang}.pdf"]
    with pikepdf.open(io.BytesIO(sheet)) as file:
        assert bool(file.Root.MarkInfo.Marked) and str(file.Root.Lang).startswith(lang)
        with file.open_metadata() as meta:
            assert str(meta.get("pdfuaid:part")) == "1"
    for seq, word in ((1, "certificate-kind"), (999, "entry-unknown"), (0, "entry-unknown"), (-5, "entry-unknown")):
        with pytest.raises(InputError, match=word):
            facts(made, seq)


def test_a_corrected_transfer_makes_no_valid_certificate(tmp_path):
    made, ids = filled(tmp_path)
    sent = made.account.book(transfer(ids["farm"], ids["firm"], 10, "contribution"))[-1].seq
    undone = made.correct(sent, "wrong_holder")
    assert facts(made, sent)["corrected"] == undone
    assert f"mit Eintrag {undone} berichtigt" in paper(made, sent, "de")


@pytest.mark.parametrize("lang", ["de", "en"])
def test_no_paper_says_a_forbidden_word(lang):
    """The words of neutrality stand in the list of what must not be said, and nowhere in what may be said."""
    never = claims()["rules"]["never"][lang]
    assert {"klimaneutral", "climate neutral"} & set(never)
    for claim in CLAIMS:
        for sentence in (claims()[claim]["title"][lang], *claims()[claim]["may"][lang]):
            low = sentence.lower()
            assert not [w for w in never if w.lower() in low], sentence
            assert "neutral" not in low and "kompens" not in low and "compens" not in low


def test_the_classes_of_the_verifier_are_those_of_the_content():
    from stadtland.ledger.verifier import CLASSES, GATE

    assert {k: (int(c.removal), int(c.temporary), c.buffer_min, c.years_min) for k, c in classes().items()} == CLASSES
    from stadtland.ledger.gate import CRITERIA

    assert GATE == CRITERIA


def test_the_qr_code_carries_journal_entry_and_hash():
    import segno

    payload = "stadtland:j-0123456789abcdef/17/" + "ab" * 32
    svg = code(payload)
    assert svg.startswith("<svg ") and 'width="160' in svg
    path = re.search(r' d="([^"]+)"', svg)
    made = segno.make(payload, error="q", micro=False)
    dark = sum(sum(1 for bit in row if bit) for row in made.matrix)
    runs = [float(x) for x in re.findall(r"h(\d+)", path[1] if path else "")]
    assert sum(runs) == dark, "every dark module is drawn once"


@pytest.mark.parametrize("lang", ["de", "en"])
def test_contract_sheet(tmp_path, lang):
    made, ids = konto(tmp_path)
    plots = [ids["Bachwiese"]]
    told = contract(made, "Hof am Bach", "Klimafonds", "L01", 2.5, 2027, plots, lang=lang)
    page = files(contract_sheet(told, lang), "c")[f"c-{lang}.html"].decode()
    assert "Hof am Bach" in page and ids["Bachwiese"] in page
    offer = told["offer"]
    assert offer["term_eur"]["central"] == pytest.approx(
        offer["once_eur"]["central"] + 30 * offer["payment_eur_a"]["central"]
    )
    agreed = contract(made, "Hof am Bach", "Klimafonds", "L01", 2.5, 2027, plots, agreed_eur=400.0, lang=lang)
    page = files(contract_sheet(agreed, lang), "c")[f"c-{lang}.html"].decode()
    assert ("1.000,00" if lang == "de" else "1,000.00") in page and (
        "30.000,00" if lang == "de" else "30,000.00"
    ) in page
    with pytest.raises(InputError, match="plot-unknown"):
        contract(made, "x", "y", "L01", 2.5, 2027, ["f-none"])
    with pytest.raises(InputError, match="offer-not-per-hectare"):
        contract(made, "x", "y", "E01", 2.5, 2027, [])


def test_the_whole_way_on_the_command_line(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("STADTLAND_DB", str(tmp_path / "konto.sqlite3"))

    def do(*words: str, expect: int = 0) -> str:
        exit_code, out, err = stadtland(capsys, *words)
        assert exit_code == expect, (words, out, err)
        return out if expect == 0 else err

    for name, role, *ags in (
        ("Stadt Neuhafen", "member", "--ags", "99000001"), ("Gemeinde Auental", "member", "--ags", "99000002"),
        ("Hof am Bach", "land_user"), ("Firma Nord GmbH", "company"),
    ):  # fmt: skip
        assert do("ledger", "holder", name, "--role", role, *ags).startswith("o-")
    Path("plots.json").write_text(json.dumps(PLOTS))
    plots = json.loads(do("ledger", "plots", "plots.json", "--format", "json"))
    assert "Noch ist keine Einheit" in do("ledger", "report")
    assert "No unit has been issued yet" in do("ledger", "report", "--lang", "en")
    Path("p.toml").write_text(PROJECT.format(plot=plots[0]["plot"], years=20))
    project = do("ledger", "plan", "p.toml").split()[0]
    assert "project-overlap" in do("ledger", "plan", "p.toml", expect=2)
    Path("m.csv").write_text("survey")
    year = ("--year", "2027")
    do(
        "ledger",
        "monitor",
        project,
        *year,
        "--low",
        "12 t",
        "--central",
        "15 t",
        "--high",
        "20 t",
        "--evidence",
        "m.csv",
    )
    do("ledger", "confirm", project, *year, "--verifier", "Büro Prüf", "--evidence", "m.csv", "--leakage", "500")
    assert "unit-over-issue" in do("ledger", "issue", project, *year, "--kg", "9776", expect=2)
    for bad in ("-5", "1.5", "0", "x"):
        assert "unit-kg" in do("ledger", "issue", project, *year, f"--kg={bad}", expect=2)
    do("ledger", "issue", project, *year)
    do("ledger", "transfer", "Hof am Bach", "Stadt Neuhafen", "--kg", "5 t", "--claim", "internal")
    do("ledger", "transfer", "Hof am Bach", "Firma Nord GmbH", "--kg", "1250", "--claim", "contribution")
    assert "unit-short" in do(
        "ledger", "transfer", "Firma Nord GmbH", "Stadt Neuhafen", "--kg", "1251", "--claim", "contribution", expect=2
    )
    out = do("ledger", "retire", "Firma Nord GmbH", "--kg", "1250", "--claim", "contribution", *year, "--out", "papers")
    assert "certificate-" in out and len(list(Path("papers").glob("certificate-*.pdf"))) == 1
    do("ledger", "suspend", project, "--reason", "audit")
    assert "project-suspended" in do(
        "ledger", "transfer", "Hof am Bach", "Stadt Neuhafen", "--kg", "1", "--claim", "internal", expect=2
    )
    do("ledger", "resume", project, "--reason", "audit")
    do("ledger", "reverse", project, "--loss", "2 t", "--year", "2029", "--reason", "fire", "--evidence", "m.csv")
    public = re.search(r"[0-9a-f]{64}", do("ledger", "key", "k.key"))
    assert public and Path("k.key").stat().st_mode & 0o077 == 0
    assert "file-exists" in do("ledger", "key", "k.key", expect=2)
    do("ledger", "checkpoint", "--key", "k.key", "--out", "point.json")
    told = do("ledger", "verify", "--checkpoint", "point.json", "--public-key", public[0])
    assert "Gegen 1 Prüfpunkte" in told
    do("ledger", "export", "j.jsonl")
    assert "Ohne Prüfpunkt" in do("ledger", "verify", "j.jsonl")
    verifier = Path(sys.modules["stadtland.ledger.verifier"].__file__ or "")
    done = subprocess.run(
        [sys.executable, "-I", str(verifier), "j.jsonl", "--checkpoint", "point.json", "--public-key", public[0]],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0 and "retired" in done.stdout
    raw = Path("j.jsonl").read_bytes()
    Path("bad.jsonl").write_bytes(raw.replace(b'"kg":1250', b'"kg":1251', 1))
    assert "entry" in do("ledger", "verify", "bad.jsonl", expect=1)
    do("backup", "b.zip")
    do("ledger", "transfer", "Hof am Bach", "Stadt Neuhafen", "--kg", "1", "--claim", "internal")
    assert "restore-older" in do("restore", "b.zip", expect=2)
    do("restore", "b.zip", "--db", "new.sqlite3", "--checkpoint", "point.json")
    assert "db-missing" in do("ledger", "report", "--db", "none.sqlite3", expect=2)
    assert "db-kind" in do("ledger", "report", "--db", "m.csv", expect=2)
    said = do("ledger", "report", "--lang", "en")
    assert f"Debt of the project {project} after a loss or expiry: 275 kg" in said and "5,001" in said.replace(
        "5001", "5,001"
    )
    found: Any = json.loads(do("ledger", "report", "--format", "json"))
    assert found["debt_kg"] == {project: 275} and found["accounts"]["reversed"] == 1_725
