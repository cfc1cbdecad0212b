"""The HTML report: whole in both languages, every number traced and read back, safe, self-contained, accessible."""

from __future__ import annotations

import copy
import itertools
import re
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import lxml.html
import pytest
from fixture_results import results
from readback import compute, shown

from stadtland.base import content, toml
from stadtland.base.errors import InputError
from stadtland.documents import html, report

VOID = {"meta", "br", "img", "link", "hr", "input"}
HOSTILE = "<script>alert(1)</script>\"'& #let x = [*] {{ 7*7 }} $x$ \\ =1+1"


@cache
def page(lang: str, members: int = 5) -> str:
    return html.render(report.compose(results(members), lang)).decode()


def rendered(changed: dict[str, Any], lang: str = "de") -> str:
    return html.render(report.compose(changed, lang)).decode()


class Balance(HTMLParser):
    """Every tag that opens closes, in order; ids are unique."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.ids += [v or "" for k, v in attrs if k == "id"]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.ids += [v or "" for k, v in attrs if k == "id"]

    def handle_endtag(self, tag: str) -> None:
        assert self.open and self.open.pop() == tag, tag


@pytest.mark.parametrize("lang", ["de", "en"])
@pytest.mark.parametrize("members", [2, 5])
def test_well_formed_with_unique_ids(lang: str, members: int) -> None:
    check = Balance()
    check.feed(page(lang, members))
    check.close()
    assert check.open == []
    assert len(check.ids) == len(set(check.ids))


@pytest.mark.parametrize("lang", ["de", "en"])
def test_every_number_reads_back_from_results(lang: str) -> None:
    data = results(5)
    nodes = lxml.html.fromstring(page(lang)).xpath("//data")
    assert len(nodes) > 600
    for node in nodes:
        path, value, text = node.get("data-path"), float(node.get("value")), node.text_content()
        assert value == pytest.approx(compute(path, data), rel=1e-9, abs=1e-9), path
        seen, half = shown(text, lang)
        scaled = value * 100 if text.replace("\u00a0", " ").rstrip().endswith("%") else value
        scaled = scaled / 1e6 if _in_millions(node) else scaled
        assert abs(seen - scaled) <= half * 1.0001 + 1e-9, (path, value, text)


def _in_millions(node: Any) -> bool:
    """Cells of tables whose caption says million euros, and only figures in euros."""
    table = next(iter(node.xpath("ancestor::table[1]")), None)
    caption = table.xpath("concat(string(caption), string(thead))") if table is not None else ""
    inside = node.xpath("ancestor::tbody") and ("Mio." in caption or "million €" in caption)
    own = (
        "Mrd." in node.text_content()
        or "billion" in node.text_content()
        or "Mio." in node.text_content()
        or "million" in node.text_content()
    )
    return (
        bool(inside) and not own and "eur_per_t" not in node.get("data-path") and "count" not in node.get("data-path")
    )


@pytest.mark.parametrize("lang", ["de", "en"])
def test_a_number_outside_data_comes_from_content_or_results_text(lang: str) -> None:
    allowed = _texts(lang) | _strings(results(5))
    body = lxml.html.fromstring(page(lang)).xpath("//main | //header")
    for part in body:
        for node in part.xpath(".//text()[not(ancestor::data) and not(ancestor::svg) and not(ancestor::style)]"):
            for digits in re.findall(r"\d[\d.,]*", str(node)):
                assert any(digits.rstrip(".,") in a for a in allowed), (digits, str(node))


def _texts(lang: str) -> set[str]:
    found = set()
    for folder in ("report", "guide"):
        for path in content.path(folder).glob("*.toml"):
            found |= _strings(toml.read(path))
    return found


def _strings(obj: Any) -> set[str]:
    if isinstance(obj, dict):
        return set().union(*map(_strings, obj.values())) if obj else set()
    if isinstance(obj, list):
        return set().union(*map(_strings, obj)) if obj else set()
    return {obj} if isinstance(obj, str) else set()


@pytest.mark.parametrize("lang", ["de", "en"])
def test_no_leftovers_in_texts(lang: str) -> None:
    text = lxml.html.fromstring(page(lang)).xpath("string(//main)")
    for word in (r"\bNone\b", r"\bnan\b", "NaN", r"\binf\b", "{", "}", r"\*\*", "Undefined", r"\(\)"):
        assert not re.search(word, text), word
    for node in lxml.html.fromstring(page(lang)).xpath(
        "//main//*[self::p or self::li or self::th or self::h2 or self::h3 or self::caption]"
    ):
        assert node.text_content().strip(), lxml.html.tostring(node)


def test_languages_differ_and_are_marked() -> None:
    assert '<html lang="de">' in page("de") and '<html lang="en">' in page("en")
    german = set(lxml.html.fromstring(page("de")).xpath("//main//p/text()[string-length() > 40]"))
    english = set(lxml.html.fromstring(page("en")).xpath("//main//p/text()[string-length() > 40]"))
    assert german and english and not german & english


@pytest.mark.parametrize("lang", ["de", "en"])
def test_self_contained(lang: str) -> None:
    text = page(lang)
    tree = lxml.html.fromstring(text)
    assert not tree.xpath("//script | //link | //iframe | //img | //object")
    targets = tree.xpath("//@src | //@href | //@*[local-name()='href']")
    assert targets and all(t.startswith("#") for t in targets)
    assert set(re.findall(r"url\(([^)]{1,12})", text)) <= {"data:font/tt"} | set(
        re.findall(r"url\((#[^)]{1,11})", text)
    )
    assert "@import" not in text


@pytest.mark.parametrize("lang", ["de", "en"])
def test_accessible_structure(lang: str) -> None:
    tree = lxml.html.fromstring(page(lang))
    assert tree.xpath("//a[@class='skip']/@href") == ["#content"] and tree.xpath("//main[@id='content']")
    assert len(tree.xpath("//h1")) == 1
    levels = [int(h.tag[1]) for h in tree.xpath("//h1 | //h2 | //h3")]
    assert all(b - a <= 1 for a, b in itertools.pairwise(levels))
    assert not tree.xpath("//table[not(caption)] | //th[not(@scope)]")
    pictures = tree.xpath("//figure/*[local-name()='svg']")
    assert len(pictures) >= 10
    for picture in pictures:
        assert picture.get("role") == "img" and len(picture.get("aria-label")) > 20
    for figure in tree.xpath("//figure"):
        assert figure.xpath("string(figcaption/strong)") and figure.xpath("string(figcaption/span)")


def test_page_one_says_what_matters() -> None:
    text = lxml.html.fromstring(page("de")).xpath("string(//section[@id='essentials'])")
    for word in (
        "verfehlt um",
        "von 100 Rechenläufen",
        "Mehrkosten je Kopf und Jahr",
        "Fläche für Maßnahmen",
        "100\u00a0€ je t",
        "200\u00a0€ je t",
        "300\u00a0€ je t",
        "nach Kosten der Partnerschaft",
        "Platzhalter",
        "Klimabericht Musterstadt",
        "Schätzung nach BISKO-Systematik",
    ):
        assert word in text, word


def test_the_guide_box_and_the_flag_are_there() -> None:
    tree = lxml.html.fromstring(page("de"))
    assert "Der gedruckte Leitfaden des Projekts WERTvoll" in tree.xpath("string(//section[@id='newcomers'])")
    flagged = tree.xpath("//section[@id='status']//abbr[@class='flag']")
    assert [a.getprevious().get("data-path") for a in flagged] == ["[inventory.members.99000002.agriculture_t]"]
    assert tree.xpath("//section[@id='status']//p[contains(@class,'flagnote')]")


def test_reached_target_and_negative_gain_are_said() -> None:
    changed = results(2)
    changed["roadmap"]["target"]["joint"] |= {"reached": True, "missed_t": 0.0, "first_year": 2045}
    changed["cooperation"]["gain_net_eur"] = -1.0e6
    text = lxml.html.fromstring(rendered(changed)).xpath("string(//section[@id='essentials'])")
    assert (
        "Das gemeinsame Ziel wird erreicht." in text
        and "keinen Gewinn" in text
        and "gemeinsam teurer als allein" in text
    )


def test_a_failed_computation_warns_on_page_one() -> None:
    changed = results(2)
    changed["status"] = "limit"
    assert "nicht für Entscheidungen" in lxml.html.fromstring(rendered(changed)).xpath(
        "string(//section[@id='essentials']/div[@role='note'])"
    )


PATHS = [
    "partnership",
    "inventory",
    "roadmap",
    "resilience",
    "cooperation",
    "shares",
    "borne_eur",
    "transfers",
    "evidence",
    "assumptions",
    "profile",
    "settings",
    "data",
    "inventory.joint",
    "inventory.joint.ranges",
    "roadmap.wedges",
    "roadmap.target",
    "roadmap.years",
    "roadmap.measures",
    "roadmap.land",
    "roadmap.members",
    "roadmap.left_out",
    "roadmap.land_check",
    "roadmap.reliability",
    "roadmap.cost_eur",
    "cooperation.by_backstop",
    "cooperation.exit",
    "cooperation.coalitions",
    "shares.core",
    "shares.default_rule",
    "roadmap.ranges",
    "roadmap.target_path_t",
    "inventory.year",
]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("how", ["absent", "null"])
def test_a_missing_key_is_a_gap_and_no_crash(path: str, how: str) -> None:
    changed = copy.deepcopy(results(2))
    *parents, last = path.split(".")
    node = changed
    for key in parents:
        node = node[key]
    if how == "absent":
        del node[last]
    else:
        node[last] = None
    text = rendered(changed)
    assert "None" not in lxml.html.fromstring(text).xpath("string(//main)")
    before, after = (t.count('class="gap"') + 9 * t.count('class="box gap"') for t in (page("de", 2), text))
    if path not in (
        "data",
        "resilience",
        "shares.default_rule",
        "shares.core",
        "roadmap.target_path_t",
        "profile",
        "partnership",
        "roadmap.reliability",
        "cooperation.coalitions",
        "inventory.joint.ranges",
    ):
        assert after > before or len(text) < len(page("de", 2)) * 0.98, path


def test_hostile_names_stay_text() -> None:
    changed = results(2)
    changed["partnership"]["name"] = HOSTILE
    changed["partnership"]["members"][1]["name"] = HOSTILE
    changed["roadmap"]["measures"][0]["title"] = {"de": HOSTILE, "en": HOSTILE}
    changed["inventory"]["members"]["99000001"]["published"][0]["source"] = HOSTILE
    changed["roadmap"]["wedges"][3]["title"] = {"de": HOSTILE, "en": HOSTILE}
    text = rendered(changed)
    tree = lxml.html.fromstring(text)
    assert not tree.xpath("//script") and "<script" not in text
    assert HOSTILE in tree.xpath("string(//h1)")
    check = Balance()
    check.feed(text)
    assert check.open == []


def test_unknown_language_and_schema_are_input_errors() -> None:
    with pytest.raises(InputError, match="language"):
        report.compose(results(2), "fr")
    with pytest.raises(InputError, match="schema"):
        report.compose({"schema": "something"}, "de")


def test_same_results_same_bytes(tmp_path: Path) -> None:
    assert rendered(results(2)) == rendered(results(2))


def test_money_and_the_price_of_missed_tonnes_stand_apart() -> None:
    changed = results(2)
    together = changed["cooperation"]["together_eur"]
    changed["cooperation"] |= {"together_real_eur": 0.2 * together, "together_priced_eur": 0.8 * together}
    changed["cooperation"]["gain_parts"]["real_cost_eur"] = -3.0e6
    changed["borne_eur"]["99000002"]["missed_target"] = 4.0e6
    tree = lxml.html.fromstring(rendered(changed))
    sharing = tree.xpath("string(//section[@id='sharing'])").replace("\u00a0", " ")
    assert "Das meiste davon ist kein Geld" in sharing and "3,0 Mio. € mehr für Maßnahmen" in sharing
    member = tree.xpath("//section[@id='member-99000002']//tr")
    rows = {row.xpath("string(th)"): row.xpath("string(td[1])") for row in member}
    real = sum(v for k, v in changed["borne_eur"]["99000002"].items() if k != "missed_target")
    assert shown(rows["echte Mehrkosten"], "de")[0] == pytest.approx(real, rel=0.05)
    assert shown(rows["Preis verfehlter Tonnen"], "de")[0] == 4.0e6


def test_unknown_processes_are_said_and_not_counted_as_zero() -> None:
    changed = results(2)
    changed["inventory"]["members"]["99000002"]["ippu_t"] = None
    tree = lxml.html.fromstring(rendered(changed))
    assert "nicht enthalten in: Beispieldorf" in tree.xpath("string(//section[@id='status'])")


def test_rare_hits_are_not_rounded_to_none() -> None:
    changed = results(2)
    changed["roadmap"]["reliability"]["joint"] = 0.004
    text = lxml.html.fromstring(rendered(changed)).xpath("string(//section[@id='essentials'])")
    assert "In weniger als 1 von 100" in text and "0,4" in text


def test_billions_are_named() -> None:
    changed = results(2)
    changed["cooperation"]["together_eur"] = 13_269_670_690.0
    text = lxml.html.fromstring(rendered(changed)).xpath("string(//section[@id='sharing'])")
    assert "13,27\u00a0Mrd.\u00a0€" in text


def test_units_and_sources_may_be_bilingual() -> None:
    changed = results(2)
    for entry in changed["profile"]["99000001"]:
        entry |= {
            "source": {"de": "Quelle auf Deutsch", "en": "source in English"},
            "unit": {"de": "Stück", "en": "pieces"},
        }
    changed["assumptions"][0] |= {"unit": {"de": "EUR je t", "en": "EUR per t"}}
    for lang, word in (("de", "Quelle auf Deutsch"), ("en", "source in English")):
        text = lxml.html.fromstring(rendered(changed, lang)).xpath("string(//section[@id='basis'])")
        assert word in text and "{" not in text


def test_control_characters_are_dropped_before_they_reach_a_picture() -> None:
    changed = results(2)
    changed["partnership"]["members"][1]["name"] = "Beispiel\x07\x00\ud800dorf"
    changed["roadmap"]["wedges"][3]["title"] = {"de": "Geb\x1bäude", "en": "x"}
    text = rendered(changed)
    assert "Beispieldorf" in text and "Gebäude" in text and not re.search(r"[\x00-\x08\x0b-\x1f]", text)
