"""The formulas of records: arithmetic on one printed number, nothing else."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable

_BINARY: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


def compute(formula: str, value: float) -> float:
    """The value of `formula`, in which `value` stands for the printed number; + − · / and brackets only.

    Raises ValueError for anything else.

    >>> compute("(value + 1) / 2", 3.0), compute("-value * 2e3", 1.0)
    (2.0, -2000.0)
    """
    return _of(ast.parse(formula, mode="eval").body, value)


def _of(node: ast.expr, value: float) -> float:
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        return float(str(node.value))
    if isinstance(node, ast.Name) and node.id == "value":
        return value
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return -_of(node.operand, value)
    if isinstance(node, ast.BinOp) and type(node.op) in _BINARY:
        return _BINARY[type(node.op)](_of(node.left, value), _of(node.right, value))
    raise ValueError(f"only arithmetic on value is allowed, not {ast.unparse(node)!r}")


def printed(text: str) -> set[float]:
    """The numbers that a printed text can mean: German or English separators, percent, sums and ± as well.

    >>> 1234.5 in printed("1.234,5 kWh"), 0.28 in printed("28 %"), 62.0 in printed("104 ± 42")
    (True, True, True)
    """
    import re

    found: set[float] = set()
    for token in re.findall(r"\d[\d.,]*", text):
        word = token.strip(".,")
        for plain in (word.replace(".", "").replace(",", "."), word.replace(",", "")):
            try:
                found.add(float(plain))
            except ValueError:
                continue
    single = sorted(found)
    if "%" in text:
        found |= {one / 100.0 for one in single}
    if "±" in text:
        found |= {a - b for a in single for b in single}
    if "±" in text or "+" in text:
        found |= {a + b for a in single for b in single}
    return found
