"""How long the report takes: 60 releases, 150 questions, 42,000 timings. By ``nox -s bench``.

The verb is called as a person calls it, in a process of its own, with a generated catalogue in the
place of the real one; the store is written before, and the report runs on it three times.
"""

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any
from unittest import mock

from tabulate import tabulate

from harness.__main__ import main as call
from harness.commands import report as verb
from harness.commands import stored
from harness.model import Case, Timing
from harness.store import write_observations, write_timings
from tests.bench.generated import LOCK, make_catalogue, make_scenarios, observe
from tests.bench.memory import peak_bytes
from tests.timed_runs import IMPORT, sitting

RELEASES, QUESTIONS = 60, 150
MOST_S, PAGE_BYTES = 5.0, 3_000_000
TIMES = 3


def main() -> None:
    """Write the store, time the report on it, and fail where it takes too long."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        results = Path(name)
        rows = write_store(results)
        seconds, processor, peaks = [], [], []
        for _ in range(TIMES):
            started, spent = time.monotonic(), read_processor_s()
            done = subprocess.run(
                [sys.executable, "-m", __spec__.name, name], check=True, stdout=subprocess.PIPE
            )
            seconds.append(time.monotonic() - started)
            processor.append(read_processor_s() - spent)
            peaks.append(int(done.stdout.split()[-1]))
        page = results / "compatibility.html"
        size = page.stat().st_size if page.exists() else 0
    table = [
        ("report, the median of three", f"{median(seconds):.2f} s", f"{MOST_S:g} s"),
        ("  the fastest, the slowest", f"{min(seconds):.2f} s, {max(seconds):.2f} s", ""),
        ("  processor, of all its processes", f"{median(processor):.2f} s", ""),
        ("  peak of memory, without the charts", f"{max(peaks) / 1e6:.0f} MB", ""),
        ("the page", f"{size / 1e6:.2f} MB" if size else "none", f"{PAGE_BYTES / 1e6:g} MB"),
    ]
    print(f"\n{RELEASES} releases × {QUESTIONS} questions, and {rows:,} timings:\n")
    print(tabulate(table, headers=["what", "measured", "at most"], tablefmt="pipe"))
    if median(seconds) > MOST_S or size > PAGE_BYTES:
        sys.exit("the report takes longer, or its page is larger, than it may")


def read_processor_s() -> float:
    """Return the seconds of processor, user and system, of the children that have ended.

    They tell what a report costs where the machine is busy, and its time says little.
    """
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


def write_store(results: Path) -> int:
    """Write one run of every release, and a run of timings; return how many timings."""
    for release in make_catalogue(RELEASES):
        seen = list(observe(release, make_scenarios(QUESTIONS), "m", "20260101T000000Z-0001"))
        write_observations(results / "observations", seen)
    names = [release.id for release in make_catalogue(RELEASES)]
    kernels = ("reduction_raw", "reduction_loss_object", "evaluate_step", "train_step")
    shapes = (("graph", 32, 16), ("graph", 256, 400), ("eager", 256, 400), ("xla", 256, 400))
    cases = [IMPORT]
    cases += [
        Case(kernel=kernel, mode=mode, batch=batch, timesteps=timesteps)
        for kernel in kernels
        for mode, batch, timesteps in shapes
    ]
    ratios = {name: 1 + at / 100 for at, name in enumerate(names)}
    rows = sitting(ratios, cases=cases, blocks=5, others=5, rounds=7)
    blocks: dict[int, list[Timing]] = {}
    for row in rows:
        blocks.setdefault(row.block, []).append(row)
    for block in blocks.values():
        write_timings(results / "timings", block)
    return len(rows)


def report(results: str) -> None:
    """Call the verb with the generated catalogue, and print the peak of memory last."""
    catalogue: dict[str, Any] = {"load_catalogue": lambda: make_catalogue(RELEASES)}
    replaced = catalogue | {
        "gather_scenarios": lambda _: make_scenarios(QUESTIONS),
        "verify_lock": lambda release: release,
        "lock_sha256": lambda lock: LOCK,
    }
    with mock.patch.multiple(stored, **replaced), mock.patch.multiple(verb, **catalogue):
        code = call(["report", "--results", results])
    print(peak_bytes())
    sys.exit(code)


if __name__ == "__main__":
    report(sys.argv[1]) if sys.argv[1:] else main()
