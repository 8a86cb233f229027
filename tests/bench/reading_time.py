"""How long it takes to read a store of ten million observations. Run by ``nox -s bench``.

The store is what 556 runs of 60 releases leave behind, a file for each as ``measure`` writes them:
33,360 files, some 0.4 GB, just written and so in the memory of the system. What is timed is a new
process from its start to the judged matrix.
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tabulate import tabulate

from harness.judge.cells import build_matrix
from harness.model import Status
from harness.newest import read_newest
from tests.bench.generated import LOCK, make_catalogue, make_scenarios, write_runs
from tests.bench.memory import peak_bytes

RELEASES, QUESTIONS, RUNS = 60, 150, 556
MOST_S, MOST_BYTES = 10.0, 1_000_000_000


def main() -> None:
    """Write the store, read it in another process, and fail where it takes too much."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        started = time.monotonic()
        folder = Path(name) / "observations"
        rows = write_runs(folder, make_catalogue(RELEASES), make_scenarios(QUESTIONS), RUNS)
        written = time.monotonic() - started
        size = sum(file.stat().st_size for file in folder.iterdir())
        started = time.monotonic()
        done = subprocess.run(
            [sys.executable, "-m", __spec__.name, folder],
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
        seconds = time.monotonic() - started
    reading, judging, peak, objects, answered = map(float, done.stdout.split())
    table = [
        ("all, with the start of the process", f"{seconds:.1f} s", f"{MOST_S:g} s"),
        ("  reading", f"{reading:.1f} s", ""),
        ("  judging", f"{judging:.1f} s", ""),
        ("peak of memory", f"{peak / 1e6:,.0f} MB", f"{MOST_BYTES / 1e6:,.0f} MB"),
        ("observations that count", f"{objects:,.0f}", ""),
        ("cells that are answered", f"{answered:,.0f}", ""),
        ("writing it", f"{written:.0f} s", ""),
    ]
    print(f"\n{rows:,} observations in {RELEASES * RUNS:,} files, {size / 1e6:,.0f} MB:\n")
    print(tabulate(table, headers=["what", "measured", "at most"], tablefmt="pipe"))
    if seconds > MOST_S or peak > MOST_BYTES:
        sys.exit("reading takes longer, or more memory, than it may")


def read(folder: str) -> None:
    """Read and judge the store; print seconds, bytes and counts."""
    releases, scenarios = make_catalogue(RELEASES), make_scenarios(QUESTIONS)
    scenario_hashes = {scenario.name: scenario.sha256 for scenario in scenarios}
    lock_hashes = {release.id: LOCK for release in releases}
    started = time.monotonic()
    questions = [question for scenario in scenarios for question in scenario.questions]
    found = list(
        read_newest(Path(folder), scenario_hashes=scenario_hashes, lock_hashes=lock_hashes)
    )
    middle = time.monotonic()
    matrix = build_matrix(
        releases,
        questions,
        found,
        scenario_hashes=scenario_hashes,
        lock_hashes=lock_hashes,
    )
    ended = time.monotonic()
    answered = sum(cell.status is Status.ANSWERED for cell in matrix.cells.values())
    print(middle - started, ended - middle, peak_bytes(), len(found), answered)


if __name__ == "__main__":
    read(sys.argv[1]) if sys.argv[1:] else main()
