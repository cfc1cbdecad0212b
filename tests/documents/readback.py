"""An evaluator of its own for the formulas in a document; shares no code with the one that made the numbers."""

from __future__ import annotations

import ast
import re
from typing import Any


def values(obj: Any, path: str) -> list[Any]:
    """All values at a path: keys by dots, `{a,b}` several, `*` all."""
    keys = re.split(r"\.(?![^{]*\})", path)
    nodes = [obj]
    for key in keys:
        wanted = key[1:-1].split(",") if key[0] == "{" else [key]
        nxt = []
        for node in nodes:
            if key == "*":
                nxt += list(node.values()) if isinstance(node, dict) else node
            elif isinstance(node, list):
                nxt += [node[int(k)] for k in wanted]
            else:
                nxt += [node[k] for k in wanted]
        nodes = nxt
    return nodes


def compute(formula: str, results: dict[str, Any]) -> float:
    """The value of a formula by Python's own parser, with the paths as variables."""
    names: dict[str, Any] = {}

    def variable(match: re.Match[str]) -> str:
        name = f"v{len(names)}"
        found = values(results, match.group(1))
        flat = [x for v in found for x in (v if isinstance(v, list) else [v])]
        names[name] = flat
        return name

    tree = ast.parse(re.sub(r"\[([^\]]+)\]", variable, formula), mode="eval").body
    return float(_run(tree, names))


def _run(node: ast.AST, names: dict[str, list[Any]]) -> float:
    if isinstance(node, ast.Name):
        (only,) = names[node.id]
        return float(only)
    if isinstance(node, ast.Constant):
        return float(node.value)
    if isinstance(node, ast.UnaryOp):
        return -_run(node.operand, names)
    if isinstance(node, ast.BinOp):
        a, b = _run(node.left, names), _run(node.right, names)
        match node.op:
            case ast.Add():
                return a + b
            case ast.Sub():
                return a - b
            case ast.Mult():
                return a * b
            case ast.Div():
                return a / b
    if isinstance(node, ast.Call):
        listed = names[node.args[0].id]
        functions = {"sum": sum, "count": len, "max": max, "min": min, "mean": lambda x: sum(x) / len(x)}
        return float(functions[node.func.id](listed))
    raise AssertionError(ast.dump(node))


def shown(text: str, lang: str) -> tuple[float, float]:
    """The number a reader sees and half of its last digit, both in the unit's own scale before millions."""
    body = text.replace("\u2212", "-").replace("\u00a0", " ")
    found = re.search(r"[-+]?[^\d-]*?(\d[\d.,]*)", body)
    assert found, text
    digits = found.group(1).rstrip(".,")
    group, point = (".", ",") if lang == "de" else (",", ".")
    whole = digits.replace(group, "").replace(point, ".")
    decimals = len(whole.split(".")[1]) if "." in whole else 0
    step = 10.0**-decimals
    if "." not in whole:
        bare = whole.lstrip("0")
        significant = len(bare.rstrip("0")) or 1
        step = 10.0 ** (len(bare) - max(significant, 1)) if bare else 1.0
    factor = 1e9 if re.search(r"Mrd\.|billion", body) else 1e6 if re.search(r"Mio\.|million", body) else 1.0
    sign = -1.0 if body.strip().startswith("-") else 1.0
    return sign * float(whole) * factor, step * factor / 2
