"""Progress: states by hand, notes kept and read back, hostile files answered in words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stadtland.base.errors import InputError
from stadtland.guide import legal_forms, process, progress
from stadtland.guide.progress import Progress


def state(results: dict[str, Any], kept: Progress, gate: str) -> process.State:
    return next(s for s in process.states(results, kept) if s.gate.id == gate)


def test_items_by_hand() -> None:
    results = {
        "partnership": {"members": [{"ags": "1"}, {"ags": "2"}]},
        "inventory": {"joint": {"gross_t": 10.0, "data_quality": 0.41}},
    }
    found = {i.check.id: i.state for i in state(results, Progress(), "anstoss").items}
    assert found == {"members_named": "done", "first_inventory": "done", "mayors_talk": "open", "benefit_given": "open"}
    found = {i.check.id: i.state for i in state(results, Progress(), "status_quo").items}
    assert found["joint_inventory"] == "done" and found["quality_half"] == "open"  # 0.41 < 0.5
    assert found["farming_counted"] == "unknown"  # no figure: not an answer


def test_ticks_settle_and_a_gate_becomes_ready_then_passed() -> None:
    results = {"partnership": {"members": [{"ags": "1"}, {"ags": "2"}]}, "inventory": {"joint": {"gross_t": 1.0}}}
    kept = progress.tick(Progress(), "mayors_talk", "im Rathaus", "2026-01-05")
    kept = progress.tick(kept, "benefit_given", "", "2026-01-06")
    found = state(results, kept, "anstoss")
    assert found.state == "ready" and found.done == 4
    assert next(i for i in found.items if i.check.id == "mayors_talk").note == "2026-01-05: im Rathaus"
    kept = progress.pass_gate(kept, "anstoss", "beide wollen", "2026-01-07", [])
    assert state(results, kept, "anstoss").state == "passed"
    assert state({}, Progress(), "anstoss").state == "open"


def test_a_gate_needs_a_reason_and_keeps_what_was_open() -> None:
    with pytest.raises(InputError) as raised:
        progress.pass_gate(Progress(), "anstoss", "  ", "2026-01-07", [])
    assert raised.value.code == "reason-missing"
    kept = progress.pass_gate(Progress(), "anstoss", "eilig", "2026-01-07", ["mayors_talk"])
    assert kept.passed["anstoss"]["open"] == ["mayors_talk"]


texts = st.text(st.characters(blacklist_categories=("Cs", "Cc")), min_size=1, max_size=60).filter(str.strip)


@settings(max_examples=200, deadline=None)
@given(reason=texts, note=texts, day=st.dates())
def test_what_is_written_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, reason: str, note: str, day: Any
) -> None:
    path = tmp_path_factory.mktemp("p") / "x.progress.toml"
    kept = progress.tick(Progress(), "letter_signed", note, day.isoformat())
    kept = progress.pass_gate(kept, "findung", reason, day.isoformat(), ["area_set"])
    kept = progress.answer(kept, "budget", "yes")
    progress.write(path, kept)
    assert progress.read(path) == kept


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[passed.anstoss]\ndate = 'gestern'\nreason = 'x'\n", "date-kind"),
        ("[passed.anstoss]\ndate = '2026-01-01'\n", "key-missing"),
        ("[ticked.x]\ndate = '2026-01-01'\nhand = 1\n", "key-unknown"),
        ("[answers]\nbudget = 'maybe'\n", "word-unknown"),
        ("[answers\n", "toml-syntax"),
        ("passed = 3\n", "table-kind"),
    ],
)
def test_hostile_files(tmp_path: Path, text: str, code: str) -> None:
    path = tmp_path / "x.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as raised:
        progress.read(path)
    assert raised.value.cure
    assert raised.value.code == code or code in ("key-missing", "table-kind")


def forms(codes: list[str], **told: str) -> dict[str, str]:
    return {f["id"]: f["state"] for f in legal_forms.choose(codes, told)["forms"]}


def test_legal_forms_by_hand() -> None:
    pair = ["14713000", "14729380"]
    assert forms(pair) == {
        "working_group": "open", "contract": "open", "agreement": "open", "association": "open",
        "administrative": "excluded",
    }  # fmt: skip
    told = forms(pair, tasks_move="no", binding="yes", own_staff="no")
    assert [k for k, v in told.items() if v == "fits"] == ["contract"]
    told = forms(pair, tasks_move="yes", binding="yes", own_staff="yes")
    assert [k for k, v in told.items() if v == "fits"] == ["association"]
    assert "Landesdirektion" in legal_forms.choose(pair, {})["authority"]["de"]
    assert "Landratsamt" in legal_forms.choose(["14729380", "14729030"], {})["authority"]["de"]
    assert all("Rechtsaufsicht" in legal_forms.choose(p, {})["check"]["de"] for p in (pair, ["14729380"]))


@pytest.mark.parametrize(
    ("codes", "told", "code"),
    [
        (["09162000"], {}, "state-unknown"),
        (["14713000", "09162000"], {}, "states-several"),
        (["14713000"], {"bindng": "yes"}, "key-unknown"),
        (["14713000"], {"binding": "perhaps"}, "word-unknown"),
    ],
)
def test_legal_forms_refuse(codes: list[str], told: dict[str, str], code: str) -> None:
    with pytest.raises(InputError) as raised:
        legal_forms.choose(codes, told)
    assert raised.value.code == code
