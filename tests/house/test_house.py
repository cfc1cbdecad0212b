"""The house: borders between rooms, size of modules, lock files, words, languages, licences, set-up files."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
SRC = ROOT / "src" / "stadtland"
CONTENT = SRC / "content"
MODULES = sorted(SRC.rglob("*.py"))
BIN = Path(sys.executable).parent


def tool(name: str) -> str:
    """A tool beside the running Python."""
    path = BIN / name
    assert path.exists(), f"{name} is not installed beside {sys.executable}"
    return str(path)


def test_rooms_import_only_from_rooms_above():
    done = subprocess.run(
        [tool("lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "A room imports only from rooms above it KEPT" in done.stdout


def test_layers_name_every_room():
    """A room that the contract does not name would be free to import anything."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    named = {layer.split(".")[1] for layer in project["tool"]["importlinter"]["contracts"][0]["layers"]}
    assert named == {p.parent.name for p in SRC.glob("*/__init__.py")}


def test_content_holds_no_python():
    assert not list(CONTENT.rglob("*.py"))


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(SRC)))
def test_modules_have_at_most_500_lines_and_a_docstring(path):
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= 500
    assert text.lstrip().startswith('"""'), "a module says what it is for"
    assert not re.search(r"\b(TODO|FIXME|XXX|NotImplementedError)\b", text)


def test_no_room_is_called_utils():
    assert not [p for p in SRC.rglob("*") if p.stem in ("utils", "util", "helpers", "misc")]


LOCKS = ("run", "test", "lint", "bench")


@pytest.mark.parametrize("name", LOCKS)
def test_lock_has_hashes_and_no_address(name):
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    assert "://" not in text and "--index" not in text and "--find-links" not in text
    entries = re.split(r"\n(?=\S)", text.strip())
    assert len(entries) > 10
    for entry in entries:
        assert re.match(r"[a-z0-9._-]+==\S+", entry), entry.splitlines()[0]
        assert "--hash=sha256:" in entry, entry.splitlines()[0]


def pins(name: str) -> dict[str, str]:
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    return dict(re.findall(r"^([a-z0-9._-]+)==(\S+)", text, flags=re.MULTILINE))


def test_locks_agree_and_cover_the_project():
    run = pins("run")
    for name in LOCKS[1:]:
        other = pins(name)
        assert {k: other[k] for k in run} == run, name
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = {"run": project["project"]["dependencies"], **project["project"]["optional-dependencies"]}
    for name in LOCKS:
        locked = pins(name)
        for requirement in wanted[name]:
            package = re.match(r"[A-Za-z0-9._-]+", requirement)
            assert package and package[0].lower().replace("_", "-") in locked, (name, requirement)
    # Without the build tools the package itself could not be installed offline.
    assert {"hatchling", "editables"} <= set(run)


def all_text_files() -> list[Path]:
    kinds = {".py", ".toml", ".csv", ".json", ".md", ".txt", ".typ", ".html", ".css", ".j2", ".yml", ".cff"}
    return [p for p in (*SRC.rglob("*"), *(ROOT / "docs").rglob("*")) if p.is_file() and p.suffix in kinds]


def test_the_word_confidence_is_not_used():
    """Evidence is graded A, B, C; the other word promises statistics that are not there."""
    word = "confi" + "dence"
    assert not [str(p.relative_to(ROOT)) for p in all_text_files() if word in p.read_text(encoding="utf-8").lower()]


def test_no_path_of_a_machine_and_no_registry():
    pattern = re.compile(r"(?<![\w.:/-])/(home|root|work|Users)/\w|pypi\.org|file:///")
    assert not [str(p.relative_to(ROOT)) for p in all_text_files() if pattern.search(p.read_text(encoding="utf-8"))]


def lopsided(value: Any, place: str) -> list[str]:
    """Places where a table has one of the two languages only, or an empty text."""
    if isinstance(value, list):
        return [bad for i, item in enumerate(value) for bad in lopsided(item, f"{place}[{i}]")]
    if not isinstance(value, dict):
        return []
    languages = {"de", "en"} & set(value)
    bad = []
    if languages and all(isinstance(value[lang], str | list) for lang in languages):
        if languages != {"de", "en"}:
            bad.append(f"{place}: only {languages.pop()}")
        else:
            bad += [f"{place}.{lang} is empty" for lang in ("de", "en") if not value[lang]]
            if type(value["de"]) is not type(value["en"]) or (
                isinstance(value["de"], list) and len(value["de"]) != len(value["en"])
            ):
                bad.append(f"{place}: de and en differ in shape")
            if isinstance(value["de"], str) and isinstance(value["en"], str):
                left, right = (sorted(set(re.findall(r"\{(\w+)", value[k]))) for k in ("de", "en"))
                if left != right:
                    bad.append(f"{place}: parameters {left} and {right}")
    return bad + [b for key, item in value.items() for b in lopsided(item, f"{place}.{key}")]


@pytest.mark.parametrize("path", sorted(CONTENT.rglob("*.toml")), ids=lambda p: str(p.relative_to(CONTENT)))
def test_every_text_has_both_languages(path):
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    assert not lopsided(table, path.stem)
    if path.parent.name == "texts":
        # In a file of texts every table is a text.
        assert all(set(entry) == {"de", "en"} for entry in table.values())


def test_the_language_check_finds_what_it_should():
    assert lopsided({"a": {"de": "x"}}, "t") == ["t.a: only de"]
    assert lopsided({"a": {"de": "x", "en": ""}}, "t") == ["t.a.en is empty"]
    assert lopsided({"a": {"de": ["x"], "en": ["x", "y"]}}, "t") == ["t.a: de and en differ in shape"]
    assert lopsided({"a": [{"de": "{n} t", "en": "{m} t"}]}, "t") == ["t.a[0]: parameters ['n'] and ['m']"]
    assert lopsided({"a": {"de": "x", "en": "x"}}, "t") == []


def test_licence_texts_are_whole_and_named_in_the_reuse_table():
    table = tomllib.loads((ROOT / "REUSE.toml").read_text(encoding="utf-8"))
    used = set()
    for annotation in table["annotations"]:
        used |= set(re.split(r" AND | OR ", annotation["SPDX-License-Identifier"]))
    assert used == {p.stem for p in (ROOT / "LICENSES").glob("*.txt")}
    eupl = (ROOT / "LICENSES" / "EUPL-1.2.txt").read_text(encoding="utf-8")
    assert "15.Applicable Law" in eupl and "Québec Free and Open-Source Licence" in eupl
    assert "Section 8 -- Interpretation." in (ROOT / "LICENSES" / "CC-BY-4.0.txt").read_text(encoding="utf-8")


def test_reuse_lint():
    if not (BIN / "reuse").exists():
        pytest.skip("not run: reuse comes with the lint tools (make lint)")
    done = subprocess.run(
        [tool("reuse"), "lint", "--quiet"], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, "run `reuse lint` for the list of files"


def test_readmes_name_the_two_commands_and_only_files_that_exist():
    for name in ("README.md", "README.en.md", "CONTRIBUTING.md"):
        text = (ROOT / name).read_text(encoding="utf-8")
        for target in re.findall(r"\]\(([^)#]+)\)", text):
            assert (ROOT / target).exists(), f"{name} names {target}"
    for name in ("README.md", "README.en.md"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert "make demo" in text and "make test" in text and "docs/images/report-page1.png" in text


def test_makefile_has_the_promised_targets():
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in ("demo", "test", "lint", "bench", "soak", "docs"):
        assert re.search(rf"^{target}:", text, flags=re.MULTILINE), target
    assert shutil.which("make"), "make is needed"
    done = subprocess.run(["make", "-n", "demo"], cwd=ROOT, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 0 and "stadtland plan leipzig-wurzener-land --out out" in done.stdout


def test_ci_fails_without_the_public_data(tmp_path):
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    env = {**os.environ, "STADTLAND_DATA": str(tmp_path / "none")}
    done = subprocess.run(["bash", str(script)], env=env, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 1 and "public data is missing" in done.stderr


def test_decisions_have_their_four_parts():
    pages = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))
    assert [p.name[:4] for p in pages] == [f"{i:04d}" for i in range(1, len(pages) + 1)]
    for page in pages:
        text = page.read_text(encoding="utf-8")
        for part in ("## Context", "## Decision", "## Alternatives", "## Outcome"):
            assert part in text, (page.name, part)


def test_versions_agree():
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    for name, line in (
        ("publiccode.yml", f"softwareVersion: {version}"),
        ("CITATION.cff", f"version: {version}"),
    ):
        assert line in (ROOT / name).read_text(encoding="utf-8").splitlines(), name
    assert f"## {version}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
