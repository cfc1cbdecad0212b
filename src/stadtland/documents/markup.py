"""Texts of the guide and its papers: a small markup turned into blocks of the document tree, with live figures.

`## heading` · paragraphs · `- item` · `> note` · `! title` starts a box until the next empty line · `@insert args`
alone on a line · `@when figure > number` before a paragraph that stands only then. Inside a line: `**strong**`,
`{figure}`, `[?blank to fill in]`, `[[term]]` or `[[term|as shown]]` (glossary), `[words](https://…)`. Texts are content
of this package or a user's own template; values of results enter as data and are never parsed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from stadtland.base.errors import InputError
from stadtland.guide import chapters, figures

from .reader import Reader
from .tree import Blank, Block, Box, Bullets, Gap, Heading, Inline, Line, Link, Para, Piece, Strong

_TOKEN = re.compile(
    r"(?P<mark>\*\*)|\{(?P<slot>[a-z_0-9]+)\}|\[\?(?P<blank>[^\]]+)\]|\[\[(?P<term>[^\]|]+)(?:\|(?P<shown>[^\]]+))?\]\]"
    r"|\[(?P<label>[^\]\[]+)\]\((?P<href>https?://[^)\s]+)\)"
)


@dataclass
class Context:
    """What a text may use: the reader, the member it is about, words, and where glossary terms lead."""

    r: Reader
    ags: str | None = None
    words: Mapping[str, str] = field(default_factory=dict)
    glossary: str | None = None  # page of the glossary; None: terms are plain words
    extra: Mapping[str, Any] = field(default_factory=dict)
    linked: set[str] = field(default_factory=set)

    def word(self, key: str, **slots: Any) -> Line:
        """A fixed word of `content/guide/words.toml` with slots filled."""
        from .reader import fill

        return fill(chapters.words()[key][self.r.lang], **slots)

    def raw(self, key: str) -> str:
        """A fixed word without slots."""
        return str(chapters.words()[key][self.r.lang])

    def figure(self, name: str) -> Inline:
        """A live figure; a gap where results.json does not hold it."""
        figure = figures.figures()[name]
        formula = figure.of(self.ags)
        if figures.MEMBER in formula:
            return Gap(formula, self.r.raw("common.gap"))
        return self.r.size(formula, figure.kind) if figure.size else self.r.num(formula, figure.kind)


Insert = Callable[[Context, list[str]], list[Block]]


def blocks(text: str, c: Context) -> list[Block]:
    """The blocks of a text."""
    from .inserts import INSERTS

    found: list[Block] = []
    for chunk in re.split(r"\n\s*\n", text.strip()):
        lines = chunk.strip().split("\n")
        if lines[0].startswith("@when ") and not _holds(lines.pop(0), c):
            continue
        while lines:
            first = lines[0]
            if first.startswith("@"):
                name, *args = lines.pop(0)[1:].split()
                if name not in INSERTS:
                    raise InputError("paper-insert", f"@{name} is not known", "text", "use one of: "
                                     + ", ".join(sorted(INSERTS)))  # fmt: skip
                found += INSERTS[name](c, args)
            elif first.startswith("#"):
                level = len(first) - len(first.lstrip("#"))
                found.append(Heading(inline(lines.pop(0).lstrip("# "), c), min(level, 3)))
            elif first.startswith("! "):
                title = inline(lines.pop(0)[2:], c)
                found.append(Box("info", title, blocks("\n".join(lines), c) if lines else []))
                lines = []
            elif first.startswith("- "):
                items, lines = _items(lines, c)
                found.append(Bullets(items))
            else:
                style = "note" if first.startswith("> ") else "normal"
                taken = [lines.pop(0)]
                while lines and not re.match(r"[@#]|- ", lines[0]):
                    taken.append(lines.pop(0))
                found.append(Para(inline(" ".join(t.removeprefix("> ") for t in taken), c), style))
    return found


def _holds(line: str, c: Context) -> bool:
    """`@when figure > number` (or <): whether the rest of the paragraph stands; a missing figure does not hold."""
    found = re.fullmatch(r"@when ([a-z_0-9]+) ([<>]) (-?[\d.]+)", line.strip())
    if found is None or found[1] not in figures.figures():
        raise InputError("paper-when", f"{line!r} is no condition", "text", "write @when figure > number")
    value = c.r.value(figures.figures()[found[1]].of(c.ags))
    limit = float(found[3])
    return value is not None and (value > limit if found[2] == ">" else value < limit)


def _items(lines: list[str], c: Context) -> tuple[list[Line], list[str]]:
    items: list[str] = []
    rest = list(lines)
    while rest and not re.match(r"[@#]", rest[0]):
        line = rest.pop(0)
        if line.startswith("- "):
            items.append(line[2:])
        else:
            items[-1] += " " + line.strip()
    return [inline(i, c) for i in items], rest


def inline(text: str, c: Context) -> Line:
    """One line with its figures, blanks, links and emphasis."""
    line: Line = []
    inner: list[Piece] | None = None
    at = 0
    for found in _TOKEN.finditer(text):
        _put(line, inner, text[at : found.start()])
        at = found.end()
        if found["mark"]:
            if inner is not None:
                line.append(Strong(tuple(inner)))
            inner = [] if inner is None else None
            continue
        _put(line, inner, _value(found, c))
    _put(line, inner, text[at:])
    if inner:
        line.append(Strong(tuple(inner)))
    return line


def _put(line: Line, inner: list[Piece] | None, value: Inline) -> None:
    if value == "":
        return
    if inner is None:
        line.append(value)
    elif isinstance(value, Strong):
        inner.extend(value.parts)
    else:
        inner.append(value)


def _value(found: re.Match[str], c: Context) -> Inline:
    if found["slot"]:
        return c.words[found["slot"]] if found["slot"] in c.words else c.figure(found["slot"])
    if found["blank"]:
        return Blank(found["blank"])
    if found["term"]:
        return _term(found["term"], found["shown"], c)
    return Link(found["label"], found["href"])


def _term(key: str, shown: str | None, c: Context) -> Inline:
    """A glossary word; linked where it comes first on a page."""
    term = chapters.glossary().get(key)
    if term is None:
        raise InputError("glossary-unknown", f"[[{key}]] is no term of the glossary", "text", "add it or use another")
    words = shown or term.word[c.r.lang]
    if c.glossary is None or key in c.linked:
        return words
    c.linked.add(key)
    return Link(words, f"{c.glossary}#{key}", term.text[c.r.lang].split(". ")[0].rstrip(".") + ".")
