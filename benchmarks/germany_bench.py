"""Times of the run over Germany: `python benchmarks/germany_bench.py [DATA] [--full-loop]`.

Limits of the issue: one year from loaded arrays < 1 s and < 500 MB, from files < 5 s, ten members cold < 2 s. Beside
it a plain loop over municipalities with the same formulas, one municipality at a time: by default over every 20th
municipality and scaled up, with `--full-loop` over all. Exit 1 if a limit is missed or the loop gives other numbers.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

YEAR = 2021
TEN = (
    "14713000", "14729380", "14729030", "14729245", "14729410",
    "05711000", "05515000", "09162000", "06412000", "16063105",
)  # fmt: skip
COLD = (
    "from pathlib import Path; from stadtland import inventory as i; "
    "i.to_dict(i.build({members!r}, {year}, Path({data!r})))"
)
MEMORY = (
    "import resource; from pathlib import Path; from stadtland.inventory import germany as g; "
    "b = g.load_bases(Path({data!r}), {year}); r = g.compute(b, {year}); g.columns(r); g.closure(r); "
    "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)"
)


def median(run: Callable[[], object], times: int) -> float:
    """Median seconds of `times` runs."""
    found = []
    for _ in range(times):
        start = time.perf_counter()
        run()
        found.append(time.perf_counter() - start)
    return statistics.median(found)


def folder() -> Path | None:
    """The data folder, or None."""
    names = [a for a in sys.argv[1:] if not a.startswith("-")]
    named = names[0] if names else os.environ.get("STADTLAND_DATA")
    path = Path(named) if named else Path(__file__).resolve().parents[2] / "shared" / "data"
    return path if (path / "localzero").is_dir() else None


def main() -> int:
    import numpy as np

    from stadtland.inventory import germany, sources
    from stadtland.inventory.calibrate import calibrate_data
    from stadtland.inventory.estimate import estimate

    data = folder()
    if data is None:
        print("not run: needs the folder of public data", file=sys.stderr)
        return 2
    loaded = sources.load(data, YEAR)

    def from_arrays() -> germany.Germany:
        calibration = calibrate_data(loaded)
        base = germany.Base(1.0, loaded, calibration, estimate(loaded.drivers, calibration))
        found = germany.compute([base], YEAR)
        germany.columns(found)
        germany.closure(found)
        return found

    whole = from_arrays()
    arrays = median(from_arrays, 5)
    files = median(lambda: germany.build(data, YEAR), 3)
    cold_files = COLD.format(members=list(TEN), year=YEAR, data=str(data))
    ten = median(lambda: subprocess.run([sys.executable, "-c", cold_files], check=True), 5)
    text = MEMORY.format(data=str(data), year=YEAR)
    memory = float(subprocess.run([sys.executable, "-c", text], check=True, capture_output=True, text=True).stdout)

    # the plain loop: same formulas, same calibration, one municipality after the other
    calibration = calibrate_data(loaded)
    count = len(loaded.drivers.ags)
    step = 1 if "--full-loop" in sys.argv else 20
    picked = list(range(0, count, step))
    vector = median(lambda: estimate(loaded.drivers, calibration), 5)
    start = time.perf_counter()
    one_by_one = [estimate(loaded.drivers.take([i]), calibration).t_co2e[:, 0] for i in picked]
    loop = (time.perf_counter() - start) * count / len(picked)
    same = np.allclose(np.stack(one_by_one, axis=1), whole.t_co2e[:, picked], rtol=1e-9, atol=1e-9)

    rows = [
        ("one year from loaded arrays, calibration to closure", arrays, 1.0, "s"),
        ("one year from files", files, 5.0, "s"),
        ("peak memory of the process, from files", memory, 500.0, "MB"),
        ("ten members, new process, from files", ten, 2.0, "s"),
    ]
    print(f"Germany {YEAR}: {count} municipalities x {whole.t_co2e.shape[0]} lines")
    for name, value, limit, unit in rows:
        print(f"{name:54s} {value:9.3f} {unit:2s}  limit {limit:g} {unit}  {'ok' if value < limit else 'MISSED'}")
    how = "all" if step == 1 else f"every {step}th, scaled up"
    print(f"estimate, vectorised {vector:.3f} s; plain loop ({how}) {loop:.1f} s; ratio {loop / vector:.0f}")
    print(f"loop gives the same numbers: {'yes' if same else 'NO'}")
    return 0 if same and all(v < limit for _, v, limit, _ in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
