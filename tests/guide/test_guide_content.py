"""Content of the guide: length and readability, glossary, sources, links, facts with a date, both languages."""

from __future__ import annotations

import re
import tomllib
from datetime import date

import pytest

from stadtland.base import content
from stadtland.guide import chapters, examples, figures, papers, process
from stadtland.guide.challenges import challenges
from stadtland.toolbox.reading import catalogue

ALL = chapters.chapters()


def test_lix_by_hand() -> None:
    # 10 words, 2 sentences, 2 words of more than six letters (rechnen, gemeinsame): 10/2 + 100*2/10 = 25
    assert chapters.lix("Wir rechnen eine gemeinsame Bilanz hier. Danach sehen alle weiter.") == pytest.approx(25.0)
    assert chapters.lix("") == 0.0


def test_lix_sees_a_hard_text() -> None:
    hard = (
        "Die interkommunale Zusammenarbeitsvereinbarung konkretisiert verwaltungsrechtliche Zuständigkeitsregelungen "
        "hinsichtlich treibhausgasbezogener Kompensationsmechanismen unter Berücksichtigung übergeordneter Planungen."
    )
    assert chapters.lix(hard) > 80


@pytest.mark.parametrize("key", list(ALL))
def test_chapters_are_short_and_plain(key: str) -> None:
    chapter = ALL[key]
    for lang in ("de", "en"):
        assert 200 < chapters.count_words(chapter.text[lang]) < 900, lang
    assert chapters.lix(chapters.bare(chapter.text["de"])) <= 50
    german, english = (chapters.count_words(chapter.text[x]) for x in ("de", "en"))
    assert 0.75 < english / german < 1.35, "one language is much shorter"


@pytest.mark.parametrize("key", list(ALL))
def test_chapters_have_picture_sources_and_same_structure(key: str) -> None:
    chapter = ALL[key]
    assert chapter.sources and set(chapter.sources) <= set(chapters.sources())
    assert set(chapter.measures) <= set(catalogue()) and set(chapter.papers) <= set(papers.papers())

    def frame(text: str) -> list[str]:
        return [line[:2] if line[0] in "#!->" else line for line in text.split("\n") if line and line[0] in "#!->@"]

    de, en = chapter.text["de"], chapter.text["en"]
    assert "@chart " in de and frame(de) == frame(en)
    assert re.findall(r"\{([a-z_0-9]+)\}", de) and set(re.findall(r"\[\[([^\]|]+)", de)) == set(
        re.findall(r"\[\[([^\]|]+)", en)
    )


def test_the_chapters_of_the_issue_are_there() -> None:
    wanted = {
        "idea", "need", "benefits", "differences", "challenges", "organisation", "inventory", "targets", "toolbox",
        "sharing", "account", "participation", "monitoring", "permanence",
    }  # fmt: skip
    assert wanted <= set(ALL)


def test_glossary_is_large_used_and_explained() -> None:
    terms = chapters.glossary()
    assert len(terms) >= 80
    texts = " ".join(c.text["de"] for c in ALL.values())
    used = set(re.findall(r"\[\[([^\]|]+)", texts))
    assert len(used) >= 20 and used <= set(terms)
    for term in terms.values():
        assert all(12 < len(term.text[lang]) < 260 and term.text[lang].endswith(".") for lang in ("de", "en")), term.id


def test_live_figures_name_known_kinds_and_every_text_uses_known_figures() -> None:
    kinds = tomllib.loads(content.path("report", "units.toml").read_text(encoding="utf-8"))
    for figure in figures.figures().values():
        assert figure.kind in kinds and (figure.id.startswith("m_") == ("AGS" in figure.formula))
    for chapter in ALL.values():
        for lang in ("de", "en"):
            found = set(re.findall(r"\{([a-z_0-9]+)\}", chapter.text[lang]))
            assert found <= set(figures.figures()) | papers.SLOTS
            assert not any(f.startswith("m_") for f in found), "a chapter is about all members"


URL = re.compile(r"https?://[a-z0-9.-]+\.[a-z]{2,}(:\d+)?(/\S*)?")


def test_sources_are_well_formed_dated_and_twelve_were_opened() -> None:
    opened = 0
    for key, source in chapters.sources().items():
        assert URL.fullmatch(source["url"]), key
        assert date.fromisoformat(source["date"]) <= date(2026, 12, 31)
        assert ("seen" in source) == ("found" in source), key
        if "seen" in source:
            opened += 1
            assert all(len(source["found"][lang]) > 20 for lang in ("de", "en"))
    assert opened >= 10


def test_examples_are_whole_and_empty_fields_stay_empty() -> None:
    listed = examples.examples()
    assert len(listed) >= 35
    for e in listed.values():
        assert set(e.themes) <= set(examples.THEMES) and set(e.sizes) <= set(examples.SIZES) and e.sizes
        assert set(e.roles) <= set(examples.ROLES) and e.urls and all(URL.fullmatch(u) for u in e.urls), e.id
        assert set(e.measures) <= set(catalogue()) and date.fromisoformat(e.seen)
    empty = [e.id for e in listed.values() if e.pays is None]
    assert empty, "no source leaves anything open? then this test must change"
    rows = {r["id"]: r for r in examples.rows(list(listed.values()), "de")}
    assert all(rows[i]["pays"] is None for i in empty)


def test_examples_filter_and_similarity() -> None:
    assert {"mangfall", "canitz"} <= {e.id for e in examples.select(theme="water", role="farm")}
    assert examples.select(theme="water", size="region") == []
    made = {
        "partnership": {"members": [{"role": "city", "population": 6e5}, {"role": "rural", "population": 3000}]},
        "roadmap": {"measures": [{"id": "A06", "used": "used"}, {"id": "A05", "used": "not_worth_it"}]},
    }
    first, why = examples.similar(made, 1)[0]
    # pair 2 + village + city 2 + A06 1 = 5 for Canitz and for Mangfall; equal points by number
    assert first.id == "wertvoll" or first.city_and_land
    assert why["pair"] == ["pair"] and "village" in why["sizes"]
    scores = {e.id: len(w["sizes"]) + len(w["measures"]) + 2 * len(w["pair"]) for e, w in examples.similar(made, 99)}
    assert scores["canitz"] == 5 and scores["mangfall"] == 5 and "A05" not in str(examples.similar(made, 99)[0][1])
    assert examples.similar({"partnership": {"members": []}}) == []


def test_process_has_eight_gates_with_known_papers_and_unique_items() -> None:
    gates = process.gates()
    assert list(gates) == [
        "anstoss", "findung", "vereinbarung", "status_quo", "ziele", "massnahmen", "umsetzung", "verstetigung",
    ]  # fmt: skip
    ids = [c.id for g in gates.values() for c in g.checks]
    assert len(ids) == len(set(ids)) >= 35
    for gate in gates.values():
        assert set(gate.papers) <= set(papers.papers()) | {"slides"} and set(gate.sources) <= set(chapters.sources())
        assert gate.checks and any(c.when is None for c in gate.checks), gate.id
        assert len(gate.results["de"]) >= 3 and len(gate.traps["de"]) >= 3


def test_challenges_name_known_measures_examples_and_who_acts() -> None:
    for found in challenges({}, "de", every=True):
        assert set(found.measures) <= set(catalogue()) and found.measures, found.id
        assert set(found.examples) <= set(examples.examples()) and found.examples, found.id
        assert found.who and found.help


def test_questions_settle_what_no_figure_shows() -> None:
    told = {c.id: c.shows for c in challenges({}, "de", {"permanence": "yes", "budget": "no"}, every=True)}
    assert told["permanence"] is True and told["budget"] is False and told["claims"] is None


def test_the_guide_says_once_that_the_printed_one_was_not_at_hand() -> None:
    text = chapters.words()["guide_note"]["de"]
    assert "WERTvoll" in text and "lag beim Schreiben nicht vor" in text
    assert "lag beim Schreiben nicht vor" not in " ".join(c.text["de"] for k, c in ALL.items() if k != "account")


def test_easy_language_has_short_sentences_and_says_it_is_untested() -> None:
    easy = tomllib.loads(content.path("guide", "easy.toml").read_text(encoding="utf-8"))["text"]
    for lang in ("de", "en"):
        for line in easy[lang].split("\n"):
            assert len(line.split()) <= 13, line
    assert "nicht mit Menschen geprüft" in chapters.words()["easy_note"]["de"]
