"""The linear programming solver without its banner, which some versions print once on standard output."""

from __future__ import annotations

import os
import sys
from functools import cache
from typing import Any


@cache
def _silence_banner() -> None:
    """Make the first solver of the process with standard output (of C, too) turned away."""
    import highspy

    create: Any = highspy.Highs
    sys.stdout.flush()
    try:
        kept = os.dup(1)
    except OSError:  # no standard output at all: nothing to keep clean
        create()
        return
    try:
        with open(os.devnull, "wb") as nowhere:
            os.dup2(nowhere.fileno(), 1)
        create()
    finally:
        os.dup2(kept, 1)
        os.close(kept)


def highs(**options: Any) -> Any:
    """A `highspy.Highs` with output off, one thread and a fixed seed, and the named options set.

    ValueError for an option or value the solver does not know (it would otherwise keep its default silently).
    """
    import highspy

    _silence_banner()
    create: Any = highspy.Highs
    solver = create()
    for name, value in {"output_flag": False, "threads": 1, "random_seed": 0, **options}.items():
        if solver.setOptionValue(name, value) != highspy.HighsStatus.kOk:
            raise ValueError(f"the solver does not take {name} = {value!r}")
    return solver
