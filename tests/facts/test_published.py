"""Published figures and targets: values as printed, sources with an address, both languages, honest gaps."""

from __future__ import annotations

import tomllib

from stadtland import facts
from stadtland.base import content
from stadtland.facts import published_values as pv
from stadtland.facts.sources import registry

RURAL = ("14729380", "14729030", "14729245", "14729410")


def test_leipzig_newest_first_with_the_printed_values() -> None:
    leipzig = [f for f in facts.published()["14713000"] if f.kind == "ghg_per_head"]
    assert [(f.year, f.value) for f in leipzig] == [
        (2021, 5.02),
        (2020, 5.18),
        (2018, 5.77),
        (2011, 6.40),
        (1990, 11.31),
    ]
    assert all(f.evidence == "A" and f.url.startswith("http") for f in leipzig)


def test_every_figure_has_source_and_both_languages() -> None:
    for figures in facts.published().values():
        for f in figures:
            assert f.source in registry() and f.url
            assert set(f.method_note) == {"de", "en"} and all(f.method_note.values())


def test_the_villages_have_no_published_balance_and_we_say_so() -> None:
    for ags in RURAL:
        note = pv.nothing_found(ags)
        assert note is not None and note["de"] and note["en"]
        assert ags not in facts.published()
    assert pv.nothing_found("14713000") is None
    assert pv.nothing_found("05515000") is None  # nobody looked


def test_target_of_leipzig() -> None:
    target = pv.target("14713000")
    assert target is not None
    assert (target["kind"], target["year"], target["value"], target["unit"]) == (
        "bisko_gross",
        2040,
        0.25,
        "t_per_head",
    )
    assert target["steps"] == [{"year": 2030, "value": 1.90}]
    assert target["source"] in registry() and target["evidence"] == "A"
    assert all(pv.target(ags) is None for ags in RURAL)


def test_target_agrees_with_the_bundled_partnership() -> None:
    path = content.path("partnerships", "leipzig-wurzener-land.toml")
    members = tomllib.loads(path.read_text())["member"]
    written = next(m["target"] for m in members if m["ags"] == "14713000")
    ours = pv.target("14713000")
    assert ours is not None
    for key in ("kind", "year", "value", "unit", "steps"):
        assert written[key] == ours[key]
