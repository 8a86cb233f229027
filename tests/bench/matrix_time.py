"""How long the matrix takes, beside what a person would do by hand. Run by ``nox -s bench``.

By hand is: for each release ``python -m venv``, ``pip install`` of its lock, and one process for
each scenario, one after the other. Both sides start from an empty folder, in one sitting, with the
caches of pip and uv as they are after a first, untimed, installation of the same files.
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from tabulate import tabulate

from harness.measure.alone import worker_environment
from harness.measure.launch import WORKER
from harness.measure.plan import DRAWS
from harness.model import Release
from harness.questions import Scenario, load_scenarios
from harness.releases.catalogue import find_release, load_catalogue
from harness.releases.interpreters import find_interpreter
from harness.releases.lock import verify_lock
from harness.store import read_observations

ROOT = Path(__file__).parent.parent.parent
RELEASES = ("2.10.1", "2.15.1", "2.20.0")


def main() -> None:
    """Time both ways, a second run, and the report; print the figures for the README."""
    catalogue = load_catalogue()
    releases = [find_release(catalogue, name) for name in RELEASES]
    with tempfile.TemporaryDirectory(dir=ROOT / ".nox", prefix="bench-") as folder:
        place = Path(folder)
        _install_by_hand(releases, place / "warm")
        shutil.rmtree(place / "warm")
        clone = place / "clone"
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
        matrix = [sys.executable, "-m", "nox", "-s", *(f"matrix({r.id})" for r in releases)]
        matrix += ["--", "--results", str(place / "results")]
        first = _time(matrix, clone)
        shutil.rmtree(place / "results" / ".journal", ignore_errors=True)
        second = _time(matrix, clone)
        started = time.monotonic()
        _install_by_hand(releases, place / "hand")
        installed = time.monotonic()
        _measure_by_hand(releases, place / "hand")
        by_hand = time.monotonic() - started
        report = _time(
            [sys.executable, "-m", "harness", "report", "--results", str(ROOT / "results")], ROOT
        )
    rows = [
        ("by hand: venv, pip, a process a scenario", f"{by_hand:.0f} s"),
        ("  of which installing", f"{installed - started:.0f} s"),
        ("nox -s matrix, from an empty folder", f"{first:.0f} s"),
        ("  of the time by hand", f"{first / by_hand:.2f}"),
        ("nox -s matrix again, nothing changed", f"{second:.1f} s"),
        ("report, whole catalogue", f"{report:.1f} s"),
    ]
    print(f"Three releases: {', '.join(release.id for release in releases)}\n")
    print(tabulate(rows, headers=["what", "time"], tablefmt="pipe"))
    print("\nSeconds of work per scenario, over the releases stored:\n")
    print(tabulate(scenario_costs(ROOT / "results"), headers=_COSTS, tablefmt="pipe"))


_COSTS = ["scenario", "median", "most", "in"]


def scenario_costs(results: Path) -> list[tuple[str, str, str, str]]:
    """Return, for each scenario and for all, the median and the largest time over releases."""
    durations: dict[tuple[str, str], dict[str, float]] = defaultdict(dict)
    experiments = {
        question.id: question.experiment
        for scenario in load_scenarios()
        for question in scenario.questions
    }
    for seen in read_observations(results / "observations"):
        if seen.question in experiments:
            by_experiment = durations[seen.scenario, seen.provenance.release]
            by_experiment[experiments[seen.question]] = seen.duration_s
    totals: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for (scenario, release), by_experiment in durations.items():
        for name in (scenario, "all"):
            totals[name][release] += sum(by_experiment.values())
    return [_cost(name, by_release) for name, by_release in totals.items()]


def _cost(name: str, by_release: dict[str, float]) -> tuple[str, str, str, str]:
    slowest = max(by_release, key=by_release.__getitem__)
    median = statistics.median(by_release.values())
    return name, f"{median:.1f}", f"{by_release[slowest]:.1f}", slowest


def _time(command: Iterable[str], folder: Path) -> float:
    started = time.monotonic()
    subprocess.run(list(command), cwd=folder, check=True, stdout=subprocess.DEVNULL)
    return time.monotonic() - started


def _install_by_hand(releases: Iterable[Release], folder: Path) -> None:
    for release in releases:
        environment = folder / release.id
        subprocess.run([_interpreter(release), "-m", "venv", str(environment)], check=True)
        pip = [str(environment / "bin" / "python"), "-m", "pip", "install", "--quiet"]
        subprocess.run([*pip, "-r", str(verify_lock(release))], check=True)


def _measure_by_hand(releases: Iterable[Release], folder: Path) -> None:
    for release in releases:
        for scenario in load_scenarios():
            _run_scenario(release, scenario, folder)


def _run_scenario(release: Release, scenario: Scenario, folder: Path) -> None:
    experiments = dict.fromkeys(question.experiment for question in scenario.questions)
    tasks = [
        {
            "index": index,
            "scenario": scenario.name,
            "file": str(scenario.file),
            "experiment": name,
        }
        for index, name in enumerate(experiments)
    ]
    job = folder / "job.json"
    output = str(folder / f"{release.id}-{scenario.name}.jsonl")
    row = {"output": output, "api": release.api, "path": str(ROOT), "draws": DRAWS, "tasks": tasks}
    job.write_text(json.dumps(row))
    python = folder / release.id / "bin" / "python"
    with subprocess.Popen(
        [str(python), str(WORKER), str(job)],
        env=worker_environment(os.environ, str(folder)),
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        process.wait()
    if process.returncode:
        sys.exit(f"{release.id}: {scenario.name} ended with {process.returncode}")


def _interpreter(release: Release) -> str:
    found = find_interpreter(release.python)
    if found is None:
        sys.exit(f"Python {release.python} is not here")
    return str(found)


if __name__ == "__main__":
    main()
