"""Texts of the cards: each in its own words, complete in both languages."""

from __future__ import annotations

import re

import pytest

from stadtland import toolbox

LONGEST = 12  # words in a row that two measures may share


def texts(measure, lang):
    parts = (measure.title, measure.summary, measure.city_rural, measure.risks, measure.effect.basis)
    cooperation = (measure.cooperation.who_pays, measure.cooperation.who_delivers, measure.cooperation.what_flows)
    return [getattr(one, lang) for one in (*parts, *cooperation)] + list(getattr(measure.steps, lang))


@pytest.mark.parametrize("lang", ["de", "en"])
def test_no_two_measures_share_more_than_twelve_words_in_a_row(lang):
    seen = {}
    for measure in toolbox.catalogue().values():
        for text in texts(measure, lang):
            words = re.findall(r"\w+", text.casefold())
            for at in range(len(words) - LONGEST):
                run = tuple(words[at : at + LONGEST + 1])
                assert seen.setdefault(run, measure.id) == measure.id, f"{seen[run]} and {measure.id}: {' '.join(run)}"


@pytest.mark.parametrize("measure", [m for m in toolbox.catalogue().values() if not m.reference], ids=lambda m: m.id)
def test_a_card_is_complete(measure):
    for lang in ("de", "en"):
        for part in (measure.actors, measure.funding, measure.law, measure.steps):
            assert getattr(part, lang) and all(one.strip() for one in getattr(part, lang))
        assert len(getattr(measure.summary, lang)) >= 100 and len(getattr(measure.risks, lang)) >= 20
        assert len(getattr(measure.city_rural, lang)) >= 40
    assert re.fullmatch(r"20\d\d-\d\d-\d\d", measure.funding.status_date) and measure.sdgs and measure.sources
    assert measure.hazards or measure.planning_class != "adaptation"
