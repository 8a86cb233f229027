"""Where a run is disturbed: a store, scenarios and a folder for temporary files, all to be found.

Every process of a run has the folder for temporary files in its environment, the controller as
TMPDIR and the workers as their HOME in it, and so has whatever they start.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from harness.judge.cells import build_matrix
from harness.measure.protocol import Event, parse_events
from harness.model import Matrix, Observation
from harness.publish.text import render_text
from harness.questions import load_scenarios
from harness.releases.catalogue import find_release, load_catalogue
from harness.releases.lock import lock_sha256, verify_lock
from harness.store import read_observations

ROOT = Path(__file__).parents[2]
RELEASE = find_release(load_catalogue(), "2.10.1")
LONG = os.environ.get("MASKMATRIX_FAULTS") == "long"
"""Whether everything is to be tried as often as the reliability table says."""


def processes_of(homes: Path) -> Iterator[tuple[int, list[str]]]:
    """Yield the processes that have a folder in their environment, each with its command."""
    mark = os.fsencode(homes)
    with os.scandir("/proc") as entries:
        numbers = [int(entry.name) for entry in entries if entry.name.isdigit()]
    for process in numbers:
        with suppress(OSError):
            if mark in Path(f"/proc/{process}/environ").read_bytes():
                words = Path(f"/proc/{process}/cmdline").read_bytes().split(b"\0")
                yield process, [os.fsdecode(word) for word in words]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One store and what is measured into it."""

    folder: Path
    scenarios: Path
    python: Path

    @property
    def results(self) -> Path:
        return self.folder / "results"

    @property
    def temporary(self) -> Path:
        return self.folder / "temporary"

    def start(self, *words: str) -> "subprocess.Popen[str]":
        """Start a controller that measures what is due."""
        self.temporary.mkdir(exist_ok=True)
        return subprocess.Popen(
            [
                *(sys.executable, "-m", "tests.faults.controller", str(self.scenarios)),
                *("measure", RELEASE.id, "--python", str(self.python)),
                *("--results", str(self.results), *words),
            ],
            cwd=ROOT,
            env=os.environ | {"TMPDIR": str(self.temporary)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def processes(self) -> Iterator[tuple[int, list[str]]]:
        """Yield the processes of this place, each with its command."""
        yield from processes_of(self.temporary)

    def find(self, script: str) -> list[int]:
        """Return the processes that run a script; the controller is named by its module."""
        found = []
        for process, words in self.processes():
            program = next((word for word in words[1:] if not word.startswith("-")), "")
            if Path(program).name == script:
                found.append(process)
        return found

    def wait_until_quiet(self, seconds: float = 10) -> list[tuple[int, list[str]]]:
        """Return the processes that are still there when all should long have gone."""
        deadline = time.monotonic() + seconds
        while (left := list(self.processes())) and time.monotonic() < deadline:
            time.sleep(0.02)
        return left

    def litter(self) -> list[Path]:
        """Return the files that nothing should have left: temporary ones, and journals."""
        return [
            *self.temporary.iterdir(),
            *(self.results / ".journal").glob("*"),
            *self.results.rglob("*.tmp"),
        ]

    def journals(self) -> list[list[Event]]:
        return [
            parse_events(journal.read_bytes())
            for journal in sorted((self.results / ".journal").glob("*.jsonl"))
        ]

    def stored(self) -> list[Observation]:
        return list(read_observations(self.results / "observations"))

    def files(self) -> dict[str, bytes]:
        """Return what is in the store, byte for byte."""
        folder = self.results / "observations"
        return {file.name: file.read_bytes() for file in folder.glob("*.parquet")}

    def matrix(self) -> Matrix:
        scenarios = load_scenarios(self.scenarios)
        return build_matrix(
            [RELEASE],
            [question for scenario in scenarios for question in scenario.questions],
            self.stored(),
            scenario_hashes={scenario.name: scenario.sha256 for scenario in scenarios},
            lock_hashes={RELEASE.id: lock_sha256(verify_lock(RELEASE))},
        )

    def table(self) -> str:
        """Return the published table, without how many runs it took."""
        lines = render_text(self.matrix()).splitlines()
        return "\n".join(line for line in lines if not line.startswith("runs "))


def told(seen: Observation) -> tuple[object, ...]:
    """Return what an observation says, without when and in which run."""
    return (
        *(seen.question, seen.draw, seen.status, seen.answer, seen.observed),
        *(tuple(sorted(seen.hypotheses.items())), seen.reason),
    )
