"""The printed catalogue: one card a page, from measures and content texts alone, with the writers of the report."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from stadtland.base import content, locale, toml
from stadtland.base.errors import InputError
from stadtland.base.texts import text
from stadtland.toolbox.cards import cobenefits
from stadtland.toolbox.model import Measure, Range
from stadtland.toolbox.reading import sources
from stadtland.toolbox.unit_words import unit_words

from .catalogue_pictures import TONES, Span, draw
from .report import LABELS
from .tree import (
    Block,
    Bullets,
    Chart,
    Document,
    Heading,
    Lamp,
    Line,
    Num,
    Pair,
    Para,
    Section,
    Strong,
    Table,
    Tile,
    Tiles,
)


@cache
def _words(area: str) -> dict[str, dict[str, str]]:
    return toml.read(content.path("report", f"{area}.toml"))


def render(
    measures: Sequence[Measure], lang: str, own: Mapping[str, Mapping[str, Any]] | None = None
) -> dict[str, bytes]:
    """`catalogue-<lang>.html` and `catalogue-<lang>.pdf` (tagged, PDF/UA-1) as bytes, by file name.

    measures: in the order of the cards; own: sources beside the registry. InputError for an unknown language or none.
    """
    from . import html, pdf

    document = compose(measures, lang, own)
    return {f"catalogue-{lang}.html": html.render(document), f"catalogue-{lang}.pdf": pdf.render(document)}


def compose(measures: Sequence[Measure], lang: str, own: Mapping[str, Mapping[str, Any]] | None = None) -> Document:
    """The catalogue as a document tree: how to read it, the list by field, then the cards."""
    if lang not in locale.LANGUAGES:
        raise InputError("language", f"the language {lang!r} is not available", "--lang", "use de or en")
    if not measures:
        raise InputError("catalogue-empty", "there is no measure to print", "--ids", "name at least one measure")
    registry = {**sources(), **(own or {})}
    cards = [_Card(m, lang, registry).section() for m in measures]
    common = _words("common")
    labels = {key: common[key][lang] for key in LABELS}
    say = _Say(lang)
    return Document(lang, say("title"), say("kind"), labels, [_about(measures, say), *cards], say("footer"))


class _Say:
    """Texts of the catalogue in one language."""

    def __init__(self, lang: str) -> None:
        self.lang = lang

    def __call__(self, key: str, **params: str) -> str:
        return _words("catalogue")[key][self.lang].format(**params)


def _about(measures: Sequence[Measure], say: _Say) -> Section:
    by_field: dict[str, list[Measure]] = {}
    for m in measures:
        by_field.setdefault(m.field, []).append(m)
    table: list[list[Line]] = [
        [[text(f"measure.field_{name}", say.lang)], ["; ".join(f"{m.id} {getattr(m.title, say.lang)}" for m in found)]]
        for name, found in by_field.items()
    ]
    rows: list[Line] = [[say("field")], [say("measures")]]
    blocks: list[Block] = [
        Para([say("about_text")], "lead"),
        *(Para([say(key)]) for key in ("about_evidence", "about_effect", "about_funding")),
        Table([say("list")], rows, table, "ll", [0.24, 0.76]),
    ]
    return Section("about", [say("about")], blocks, fit=False)


class _Card:
    """The card of one measure as a section."""

    def __init__(self, measure: Measure, lang: str, registry: Mapping[str, Mapping[str, Any]]) -> None:
        self.m, self.lang, self.registry, self.say = measure, lang, registry, _Say(lang)

    def _one(self, bilingual: Any) -> str:
        return str(getattr(bilingual, self.lang))

    def _label(self, key: str) -> str:
        return text(f"measure.{key}", self.lang)

    def section(self) -> Section:
        """Title, summary, three lead figures, picture of ranges, two columns, sources."""
        m = self.m
        spans = self._spans()
        blocks: list[Block] = [Para([self._one(m.summary)], "lead"), Tiles(self._tiles())]
        if spans:
            blocks.append(self._picture(spans))
        blocks += [Para([self._one(m.effect.basis)], "note"), Pair(self._left(), self._right(), 0.52), self._sources()]
        return Section(m.id, [f"{m.id} · {self._one(m.title)}"], blocks)

    def _number(self, value: float, key: str) -> Num:
        digits = next((d for d in range(6) if abs(round(value, d) - value) <= 0.005 * abs(value)), 6)
        return Num(f"{self.m.id}.{key}", value, locale.number(value, self.lang, digits))

    def _plain(self, value: float) -> str:
        return self._number(value, "").text

    def _grade(self, grade: str) -> Line:
        return [Lamp(TONES[grade], self.say("evidence", grade=grade))]

    def _has_tonnes(self) -> bool:
        e = self.m.effect
        return "effect" not in self.m.unknown and (e.low, e.central, e.high) != (0, 0, 0)

    def _tiles(self) -> list[Tile]:
        m, say = self.m, self.say
        mode = say(f"mode_{m.effect.mode}")
        unknown = self._label("not_known")
        if self._has_tonnes():
            effect = Tile(
                [self._number(m.effect.central, "effect.central")],
                [say("tile_effect", mode=mode)],
                self._grade(m.effect.evidence),
            )
        else:
            words = unknown if "effect" in m.unknown else say("no_tonnes")
            effect = Tile(["–"], [words], [self._label("view"), ": ", self._label(f"view_{m.accounting_view}")])
        if "cost" in m.unknown:
            cost = Tile(["–"], [say("tile_invest")], [unknown])
        else:
            grade = m.cost.invest.evidence or m.cost.evidence
            note: Line = [*self._grade(grade), f" · {self._label('prices_of')} {m.cost.price_year}"]
            cost = Tile([self._number(m.cost.invest.central, "cost.invest.central")], [say("tile_invest")], note)
        land = sum(v.central for v in m.plan.land.values())
        unit: Line = [say("tile_unit", unit=self._one(m.unit_name))]
        classes = ", ".join(say(f"class_{k}") for k in m.plan.land)
        if m.plan.land:
            third = Tile([self._number(land, "plan.land")], [f"{say('tile_land')} ({classes})"], unit)
        else:
            third = Tile(["–"], [say("no_land")], unit)
        return [effect, cost, third]

    def _span(self, label: str, value: Any, grade: str) -> Span:
        words = (
            self._plain(value.central)
            if value.low == value.high
            else f"{self._plain(value.low)} … {self._plain(value.high)}"
        )
        return Span(label, value.low, value.central, value.high, words, grade)

    def _spans(self) -> list[Span]:
        m, say = self.m, self.say
        found = []
        if self._has_tonnes():
            found.append(self._span(say("effect_row", mode=say(f"mode_{m.effect.mode}")), m.effect, m.effect.evidence))
        if "cost" not in m.unknown:
            for key, value in (("invest_row", m.cost.invest), ("annual_row", m.cost.annual)):
                if (value.low, value.high) != (0, 0):
                    found.append(self._span(say(key), value, value.evidence or m.cost.evidence))
        land = list(m.plan.land.values())
        if land:
            low, central, high = (sum(getattr(v, end) for v in land) for end in ("low", "central", "high"))
            whole = Range(low=low, central=central, high=high)
            found.append(self._span(say("land_row"), whole, max(m.plan.parameter(v).evidence for v in land)))
        if m.adaptation is not None:
            found.append(
                self._span(
                    say("adaptation_row", unit=unit_words(m.adaptation.unit, self.lang)),
                    m.adaptation,
                    m.adaptation.evidence,
                )
            )
        return found

    def _picture(self, spans: Sequence[Span]) -> Chart:
        rows = "; ".join(
            self.say(
                "alt_row",
                label=s.label,
                low=self._plain(s.low),
                central=self._plain(s.central),
                high=self._plain(s.high),
            )
            for s in spans
        )
        unit: Line = [self.say("tile_unit", unit=self._one(self.m.unit_name))]
        short = [Span(_short(s.label), s.low, s.central, s.high, s.words, s.grade) for s in spans]
        return Chart(
            f"ranges-{self.m.id}", [self.say("ranges")], unit, self.say("alt", id=self.m.id, rows=rows), draw(short)
        )

    def _named(self, label: str, words: str) -> Para:
        return Para([Strong((f"{label}: ",)), words])

    def _left(self) -> list[Block]:
        m = self.m
        blocks: list[Block] = []
        steps = getattr(m.steps, self.lang)
        if steps:
            blocks += [Heading([self._label("steps")]), Bullets([[s] for s in steps])]
        blocks.append(Heading([self.say("who")]))
        blocks += [
            self._named(self._label(k), self._one(getattr(m.cooperation, k)))
            for k in ("who_pays", "who_delivers", "what_flows")
        ]
        blocks.append(self._named(self.say("actors"), ", ".join(getattr(m.actors, self.lang))))
        blocks.append(self._named(self._label("city_rural"), self._one(m.city_rural)))
        return blocks

    def _right(self) -> list[Block]:
        m, say = self.m, self.say
        blocks: list[Block] = [self._named(self._label("view"), self._label(f"view_{m.accounting_view}"))]
        if m.hazards:
            blocks.append(self._named(say("protects"), ", ".join(say(f"hazard_{h}") for h in m.hazards)))
        if m.adaptation is not None:
            blocks.append(self._named(self._label("adaptation"), self._one(m.adaptation.indicator)))
        gains = cobenefits(m, self.lang)
        if gains:
            blocks.append(self._named(self._label("cobenefits"), gains))
        if m.permanence in ("low", "medium", "high"):
            blocks.append(self._named(self._label("permanence"), self._label(f"permanence_{m.permanence}")))
        if m.sdgs:
            blocks.append(self._named(self._label("sdgs"), ", ".join(str(n) for n in m.sdgs)))
        funding = getattr(m.funding, self.lang)
        blocks.append(Heading([say("funding", date=_day(m.funding.status_date, self.lang))]))
        blocks.append(Bullets([[f] for f in funding]) if funding else Para([say("none")]))
        blocks.append(Heading([say("limits")]))
        law = getattr(m.law, self.lang)
        if law:
            blocks.append(Bullets([[one] for one in law]))
        blocks.append(self._named(self._label("risks"), self._one(m.risks)))
        return blocks

    def _sources(self) -> Para:
        entries = (self.registry.get(key, {}) for key in self.m.sources)
        cited = [f"{e.get('citation', '')} ({e.get('year', '')})" for e in entries if e.get("citation")]
        words = itertools.chain([self._label("sources"), ": "], ["; ".join(cited) or self.say("none")])
        return Para(list(words), "note")


def _day(date: str, lang: str) -> str:
    """2026-11-22 as people write it."""
    year, month, day = date.split("-")
    return f"{day}.{month}.{year}" if lang == "de" else date


def _short(label: str, limit: int = 34) -> str:
    return label if len(label) <= limit else label[: limit - 1].rstrip() + "…"
