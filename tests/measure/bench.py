"""A place to measure a stand-in release with small scenarios, through the real controller code."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from harness.measure import matrix
from harness.measure.collect import Collected
from harness.measure.plan import Measurement
from harness.measure.protocol import Event
from harness.model import Observation
from harness.questions import load_scenarios
from harness.releases.builds import Build
from harness.store import read_observations
from tests.builders import LOCK, declared, write_scenario
from tests.publish.matrices import release

RELEASE = replace(release("tf-9.9.9"), python=f"3.{sys.version_info.minor}")
SAYS_VALID = """
    def ask(probe):
        for rng in probe.draws():
            probe.observe("loss", 2.0, {"valid": 2.0, "total": 1.0})
"""
"""An experiment whose answer is ``valid``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What one run did: what was due, what it heard while it ran, what it collected."""

    due: Sequence[Measurement]
    events: Sequence[Event]
    collected: Sequence[Collected]

    @property
    def faults(self) -> list[str]:
        return [fault for one in self.collected for fault in one.faults]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """A release whose environment is there, a folder of scenarios, and a store."""

    python: Path
    folder: Path
    builds: Sequence[Build] = field(default=())
    workers: int = 1

    @property
    def scenarios(self) -> Path:
        return self.folder / "scenarios"

    @property
    def settings(self) -> matrix.Settings:
        return matrix.Settings(results=self.folder / "results", workers=self.workers)

    def write(self, name: str, code: str = SAYS_VALID, **questions: dict[str, object]) -> Path:
        """Write a scenario; it asks ``loss`` unless questions are given."""
        return write_scenario(self.scenarios, name, questions or {"loss": declared()}, code)

    def run(self, *, timeout_s: float = 60.0, again: bool = False) -> Run:
        """Recover, plan and measure, as the verb does."""
        settings = replace(self.settings, timeout_s=timeout_s, again=again)
        builds = self.builds or [Build(release=RELEASE.id, lock_sha256=LOCK, python=self.python)]
        collected = matrix.recover(settings)
        due = matrix.plan_run(
            settings,
            [(replace(RELEASE, id=build.release), build) for build in builds],
            load_scenarios(self.scenarios),
        )
        events: list[Event] = []
        collected += matrix.run_measurements(settings, due, lambda _, event: events.append(event))
        return Run(due=due, events=events, collected=collected)

    def stored(self) -> list[Observation]:
        return list(read_observations(self.settings.observations))

    def said(self) -> dict[str, list[tuple[str, str | None]]]:
        """Return the status and answer of each stored draw, by question."""
        said: dict[str, list[tuple[str, str | None]]] = {}
        for seen in self.stored():
            said.setdefault(seen.question, []).append((seen.status.value, seen.answer))
        return said

    def reasons(self) -> dict[str, set[str]]:
        """Return the reasons of the stored draws, by question."""
        reasons: dict[str, set[str]] = {}
        for seen in self.stored():
            reasons.setdefault(seen.question, set()).add(seen.reason)
        return reasons

    def journals(self) -> list[str]:
        """Return the names of what lies in the folder of journals."""
        return sorted(file.name for file in self.settings.journals.glob("*"))


def both(status: str, answer: str | None = None) -> list[tuple[str, str | None]]:
    """Return what both draws said."""
    return [(status, answer)] * 2
