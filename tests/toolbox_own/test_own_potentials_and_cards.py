"""Potentials of members by command, the pack behind the cards, and the commands themselves."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from stadtland import toolbox
from stadtland.actions import cards, catalogue
from stadtland.actions.potentials import UNKNOWN, rows
from stadtland.base.errors import InputError
from stadtland.cli import toolbox_own

FIVE = ["14713000", "14729380"]


def app() -> typer.Typer:
    """A command line with only the commands of this room."""
    made, measures = typer.Typer(), typer.Typer()
    toolbox_own.register(made, measures)
    made.add_typer(measures, name="measures")
    return made


def test_rows_hold_range_reason_and_the_used_share() -> None:
    found = {(r["ags"], r["id"]): r for r in rows(FIVE)}
    assert len(found) == 2 * sum(not m.reference for m in toolbox.catalogue().values())
    wind = found["14729380", "E06"]
    assert wind["used"] == pytest.approx(1.2) and wind["reason"] is None
    assert wind["share_used"] == pytest.approx(1.2 / (1.2 + wind["central"]))
    city = found["14713000", "L01"]
    assert city["central"] == 0 and city["reason"] == "potential.not_here" and set(city["reason_text"]) == {"de", "en"}
    assert city["used"] is None and city["share_used"] is None
    streams = found["14713000", "L11"]
    assert streams["low"] is streams["central"] is streams["high"] is None, "a missing map is not a zero"
    assert streams["reason"] == "potential.no_stream_map" and streams["data_quality"] == "D"
    for one in found.values():
        assert one["data_quality"] in "ABCD"
        if one["central"] is None:
            assert one["reason"] in UNKNOWN and one["share_used"] is None
        else:
            assert 0 <= one["low"] <= one["central"] <= one["high"]
            assert (one["central"] > 0) == (one["reason"] is None)
    assert {r["reason"] for r in found.values() if r["central"] == 0}.isdisjoint(UNKNOWN)


def test_one_measure_and_unknown_input() -> None:
    assert [r["id"] for r in rows(FIVE, ["E06"])] == ["E06", "E06"]
    with pytest.raises(InputError, match="no measure"):
        rows(FIVE, ["E99"])
    with pytest.raises(InputError):
        rows(["99999999"])


def test_kept_cards_equal_what_the_plan_computes() -> None:
    of = cards.case()
    pack = cards._pack()["measures"]
    for ident in ("A01", "B01", "M01", "L01"):
        fresh = cards.computed(ident, of)
        kept = pack[ident]["members"]
        assert [e["name"] for e in fresh] == [e["name"] for e in kept]
        for new, old in zip(fresh, kept, strict=True):
            assert new["central"] == pytest.approx(old["central"], rel=1e-6), "run python -m stadtland.actions.cards"
            assert new["tonnes"] == pytest.approx(old["tonnes"], rel=1e-6), "run python -m stadtland.actions.cards"


def test_a_stale_entry_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    spoiled = json.loads(json.dumps(cards._pack()))
    spoiled["measures"]["A01"] |= {"digest": "old", "members": [{"name": "wrong"}]}
    monkeypatch.setattr(cards, "_pack", lambda: spoiled)
    monkeypatch.setattr(cards, "computed", lambda ident, of=None: [{"name": "fresh"}])
    assert cards.of_measure("A01") == [{"name": "fresh"}]


def test_the_card_names_the_tonnes_of_every_member() -> None:
    text = "\n".join(catalogue.show("A01", "de"))
    assert "Wurzen" in text and "nach dem Rechenweg des Plans" in text and "Potenzial" in text


@pytest.mark.parametrize(
    "args, code",
    [
        (["potentials", *FIVE, "--measure", "E06", "--format", "json"], 0),
        (["potentials", *FIVE, "--measure", "E06", "--format", "csv"], 0),
        (["potentials", *FIVE, "--measure", "E06", "--lang", "en"], 0),
        (["measures", "template", "--out", "{tmp}/t"], 0),
        (["measures", "print", "--out", "{tmp}/p", "--ids", "A01,B01", "--lang", "both"], 0),
    ],
)
def test_commands(tmp_path: Path, args: list[str], code: int) -> None:
    done = CliRunner().invoke(app(), [a.format(tmp=tmp_path) for a in args])
    assert done.exit_code == code, done.output
    if "json" in args:
        shown: Any = json.loads(done.output)
        assert [r["ags"] for r in shown] == FIVE


def test_the_import_command_asks_before_it_writes(tmp_path: Path) -> None:
    from stadtland.base import content

    args = [
        "measures",
        "import",
        str(content.path("toolbox_own", "leipzig-region.csv")),
        "--store",
        str(tmp_path / "s"),
    ]
    first = CliRunner().invoke(app(), args)
    assert first.exit_code == 0 and "--confirm" in first.output and not (tmp_path / "s").exists()
    second = CliRunner().invoke(app(), [*args, "--confirm"])
    assert second.exit_code == 0 and len(list((tmp_path / "s").glob("OWN-*.toml"))) == 10
