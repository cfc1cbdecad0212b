"""Figures of interactions and of protection that rest on a printed value: the records lead to them."""

from __future__ import annotations

import pytest

from stadtland.base import content, toml
from stadtland.toolbox import interactions
from stadtland.toolbox.arithmetic import compute, printed
from stadtland.toolbox.resilience.content import sources

PAIRS = toml.read(content.path("toolbox", "interactions.toml"))["pair"]
EFFECTS = toml.read(content.path("resilience", "effects.toml"))["effect"]
RECORDS = [(f"{p['a']}–{p['b']}", p, r) for p in PAIRS for r in p.get("record", ())]
RECORDS += [(f"{e['measure']} {e['indicator']}", e, r) for e in EFFECTS for r in e.get("record", ())]


@pytest.mark.parametrize(("name", "entry", "record"), RECORDS, ids=[f"{n} {r['figure']}" for n, _, r in RECORDS])
def test_each_record_leads_to_its_figure(name, entry, record):
    level = record["figure"].removeprefix("factor.")
    factor = entry.get("factor")
    figure = entry[level] if factor is None else factor[level]
    assert compute(record["formula"], record["value"]) == pytest.approx(figure, rel=1.5e-2), name
    assert any(one == pytest.approx(record["value"], rel=1e-9) for one in printed(record["value_as_printed"]))
    assert record["source"] in sources() and record["place"].strip() and record["unit"].strip()
    assert record["source"] in (entry.get("source"), *entry.get("sources", ())), "the figure names its source"


def test_counts_of_the_page():
    """docs/reference/interactions.md says how many pairs rest on what."""
    pairs = interactions.pairs()
    definitions = [p for p in pairs if p.source is None]
    assert (len(pairs), len(definitions)) == (80, 37)
    assert all(p.evidence == "A" for p in definitions)
    published = [p for p in pairs if p.evidence in "AB" and p.source is not None]
    own = [p for p in pairs if p.evidence == "C"]
    assert (len(published), len(own)) == (15, 28)
    assert len(RECORDS) >= 35


def test_a_definition_has_no_factor_of_its_own():
    """Same unit (0), counted once (1) or a formula of the plan; anything between would be a measured figure."""
    for p in interactions.pairs():
        if p.source is None:
            assert p.factor is None or p.factor in ((0.0,) * 3, (1.0,) * 3), f"{p.a}–{p.b}"
