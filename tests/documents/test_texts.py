"""Texts of report and guide: both languages whole, same slots, known ids; the palette is readable."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from stadtland.base import content, toml
from stadtland.documents import charts
from stadtland.documents.style import palette

FILES = sorted([*content.path("report").glob("*.toml"), *content.path("guide").rglob("*.toml")])
SOURCES = sorted(Path(charts.__file__).parent.rglob("*.py"))


def bilingual(obj: Any, where: str) -> list[tuple[str, dict[str, Any]]]:
    """All `{de, en}` tables in a file."""
    if isinstance(obj, list):
        return [x for i, v in enumerate(obj) for x in bilingual(v, f"{where}[{i}]")]
    if not isinstance(obj, dict):
        return []
    if "de" in obj or "en" in obj:
        if isinstance(obj.get("de"), list):
            assert len(obj["de"]) == len(obj["en"]), where
            return [(f"{where}[{i}]", {"de": d, "en": obj["en"][i]}) for i, d in enumerate(obj["de"])]
        return [(where, obj)]
    return [x for k, v in obj.items() for x in bilingual(v, f"{where}.{k}")]


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.name)
def test_both_languages_with_the_same_slots(path: Path) -> None:
    found = bilingual(toml.read(path), path.stem)
    assert found or path.name == "style.toml"
    for where, text in found:
        for lang in ("de", "en"):
            assert isinstance(text.get(lang), str) and text[lang].strip(), (where, lang)
            assert not re.search(r"TODO|FIXME|XXX|lorem|…\s*$", text[lang]), where
            assert text[lang].count("**") % 2 == 0, where
        assert set(re.findall(r"\{(\w+)\}", text["de"])) == set(re.findall(r"\{(\w+)\}", text["en"])), where


def test_every_text_asked_for_exists() -> None:
    ids = {w for p in FILES for w, _ in bilingual(toml.read(p), p.stem)}
    asked = set()
    for path in SOURCES:
        asked |= set(re.findall(r'(?:say|raw)\(\s*"(\w+\.\w+)"', path.read_text(encoding="utf-8")))
    assert len(asked) > 120 and asked <= ids, asked - ids


def test_every_text_is_used() -> None:
    code = "\n".join(p.read_text(encoding="utf-8") for p in SOURCES)
    for path in sorted(content.path("report").glob("*.toml")):
        if path.stem in ("units", "style", "hazards"):
            continue
        for name in toml.read(path):
            stems = [name, *("_".join(name.split("_")[:i]) + "_" for i in range(1, name.count("_") + 1))]
            endings = [name.removesuffix(e) for e in ("_title", "_unit") if name.endswith(e)]
            used = (
                any(f"{path.stem}.{s}" in code or f'"{s}"' in code or f'"{s}{{' in code for s in [*stems, *endings])
                or name.split("_")[-1] in code
            )
            assert used, f"{path.stem}.{name}"


def luminance(colour: str) -> float:
    """Relative luminance of WCAG 2."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a: str, b: str) -> float:
    light, dark = sorted((luminance(a), luminance(b)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_contrast_formula_on_known_values() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize(
    ("text", "ground"),
    [
        ("ink", "white"),
        ("muted", "white"),
        ("accent", "white"),
        ("warn", "white"),
        ("ink", "tint"),
        ("muted", "tint"),
        ("accent", "tint"),
        ("warn", "warntint"),
        ("ink", "warntint"),
        ("muted", "warntint"),
        ("white", "accent"),
        ("white", "city"),
        ("white", "rural"),
        ("lamp_green", "white"),
        ("lamp_yellow", "white"),
        ("lamp_red", "white"),
    ],
)
def test_texts_have_contrast_aa(text: str, ground: str) -> None:
    p = {**palette(), "white": "#ffffff"}
    assert contrast(p[text], p[ground]) >= 4.5, (text, ground, contrast(p[text], p[ground]))


def test_words_that_we_do_not_use() -> None:
    for path in FILES:
        assert "confidence" not in path.read_text(encoding="utf-8").lower()
