"""Many runs of a few instances for many sets of members, spread over processes."""

from __future__ import annotations

import signal
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import Any

from stadtland.base.errors import ComputationError

from .answer import answer
from .build import build
from .instance import Instance
from .loading import load
from .solve import solve

Task = tuple[str, tuple[str, ...], bool]
_KEPT: dict[str, Instance] = {}


def run(
    documents: Mapping[str, Mapping[str, Any]],
    tasks: Sequence[Task],
    jobs: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> dict[tuple[str, tuple[str, ...]], Any]:
    """Solve (document name, members, whole answer wanted?) for every task, cold; independent of `jobs`.

    `progress(done, all)` is called after each task.

    Returns {(name, members): {"cost": M EUR, "answer": document or None}}. ComputationError `coalition-not-solved`.
    """
    instances = {name: load(doc) for name, doc in documents.items()}
    order = sorted(range(len(tasks)), key=lambda k: -len(tasks[k][1]))
    if jobs <= 1:
        _keep(instances)
        solved = {}
        for k in order:
            solved[k] = _one(tasks[k])
            _tell(progress, len(solved), len(tasks))
    else:
        with ProcessPoolExecutor(jobs, initializer=_start, initargs=(instances,)) as pool:
            futures = {k: pool.submit(_one, tasks[k]) for k in order}
            solved = {}
            for k, future in futures.items():
                solved[k] = future.result()
                _tell(progress, len(solved), len(tasks))
    found = {}
    for k, (name, members, _) in enumerate(tasks):
        status, cost, message, document = solved[k]
        if status != "ok":
            raise ComputationError(
                "coalition-not-solved",
                f"the programme of {', '.join(members)} ended with {status}: {message}",
                "coalitions",
            )
        found[name, tuple(members)] = {"cost": cost, "answer": document}
    return found


def _tell(progress: Callable[[int, int], None] | None, done: int, whole: int) -> None:
    if progress is not None:
        progress(done, whole)


def _start(instances: dict[str, Instance]) -> None:
    """A worker leaves Ctrl-C to the main process, which ends it in order."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _keep(instances)


def _keep(instances: dict[str, Instance]) -> None:
    _KEPT.clear()
    _KEPT.update(instances)


def _one(task: Task) -> tuple[str, float, str, dict[str, Any] | None]:
    name, members, whole = task
    instance = _KEPT[name]
    solution = solve(build(instance, members))
    document = answer(instance, solution) if whole and solution.status == "ok" else None
    return solution.status, solution.cost, solution.message, document
