"""Writes the table of docs/reference/errors.md from the errors raised in src; run by `make docs`."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "reference" / "errors.md"
MARK = "<!-- table: written by docs/errors_page.py -->"


def wording(node: ast.expr | None) -> str:
    """The text of an argument; whatever is filled in at run time becomes `…`."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(v.value) if isinstance(v, ast.Constant) else "…" for v in node.values)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return wording(node.left) + wording(node.right)
    return "…" if node is not None else ""


def found(tree: ast.AST, room: str) -> list[tuple[str, str, str, str, str]]:
    """(code, exit, room, what, cure) of every error with a literal code in one module."""
    families = {"InputError": "2", "ComputationError": "1"}
    inside: dict[ast.AST, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            base = next((b.id for b in node.bases if isinstance(b, ast.Name) and b.id in families), None)
            if base:
                inside |= dict.fromkeys(ast.walk(node), families[base])
    rows = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        exit_code = families.get(name) or (inside.get(node) if name == "__init__" else None)
        arguments = dict(zip(("code", "what", "where", "cure"), node.args, strict=False))
        arguments |= {k.arg: k.value for k in node.keywords if k.arg}
        code = wording(arguments.get("code"))
        if exit_code and code and "…" not in code:
            rows.append((code, exit_code, room, wording(arguments.get("what")), wording(arguments.get("cure"))))
    return rows


def rows() -> list[tuple[str, str, str, str, str]]:
    """All errors of the package, one row for each code and wording, sorted by code."""
    source = ROOT / "src" / "stadtland"
    everything = set()
    for path in sorted(source.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        everything |= set(found(tree, path.relative_to(source).parts[0].removesuffix(".py")))
    return sorted(everything)


def page() -> str:
    """The whole page: the part written by hand, then the table."""
    head = PAGE.read_text(encoding="utf-8").split(MARK)[0].rstrip()
    lines = ["| code | exit | room | what it says | cure |", "|---|---|---|---|---|"]
    for code, exit_code, room, what, cure in rows():
        says, mend = (text.replace("|", "\\|").replace("\n", " ") for text in (what, cure))
        lines.append(f"| `{code}` | {exit_code} | {room} | {says} | {mend} |")
    return f"{head}\n\n{MARK}\n\n" + "\n".join(lines) + "\n"


if __name__ == "__main__":
    text = page()
    if "--check" in sys.argv:
        sys.exit(0 if PAGE.read_text(encoding="utf-8") == text else "errors.md is not up to date: run make docs")
    PAGE.write_text(text, encoding="utf-8")
