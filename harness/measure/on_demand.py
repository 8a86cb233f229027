"""Any release, asked now: installed if it is not, and measured where nothing is stored."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from harness.judge.cells import build_cell
from harness.measure import matrix
from harness.measure.launch import worker_sha256
from harness.measure.machine import machine_name
from harness.measure.plan import Measurement
from harness.measure.protocol import Event
from harness.model import Cell, Observation, Release, Status
from harness.questions import Scenario
from harness.releases.builds import Build
from harness.releases.provision import find_lock, provide_build
from harness.releases.secure import secure_build

Tell = Callable[[Measurement, Event], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What a release says: a cell for each question asked, and what was measured for it just now.

    ``faults`` are what is wrong with the scenarios themselves.
    """

    release: Release
    build: Build
    cells: Mapping[str, Cell]
    observations: tuple[Observation, ...] = ()
    faults: tuple[str, ...] = ()


def narrow(scenarios: Iterable[Scenario], questions: Collection[str]) -> tuple[Scenario, ...]:
    """Return the scenarios with no more than the experiments that ask the questions named.

    Whatever else these experiments ask comes with them: an experiment runs whole.
    """
    narrowed = []
    for scenario in scenarios:
        wanted = {one.experiment for one in scenario.questions if one.id in questions}
        kept = tuple(one for one in scenario.questions if one.experiment in wanted)
        if kept:
            narrowed.append(replace(scenario, questions=kept))
    return tuple(narrowed)


def measure_release(
    release: Release,
    scenarios: Sequence[Scenario],
    settings: matrix.Settings,
    builds: Path,
    *,
    stored: Iterable[Observation] | None = None,
    tell: Tell = lambda *_: None,
    warn: Callable[[str], None] = lambda _: None,
) -> Measured:
    """Return what a release says to all that the scenarios ask, measuring what is not stored.

    An environment is made to hold its lock before it is measured; ``warn`` is told where it did
    not. ``stored`` spares reading the store again. A release that cannot be installed has cells
    that say so and is not stored, so that it is tried again: what failed may have been the network.
    """
    seen = list(settings.stored() if stored is None else stored)
    build = provide_build(release, builds)
    due = matrix.plan_run(settings, [(release, build)], scenarios, seen) if build.python else []
    if due and (lock := find_lock(release, builds)):
        build = secure_build(release, build, lock, warn)
        due = [replace(one, build=build) for one in due]
    if build.python is None:
        cells = {
            question.id: Cell(
                release=release.id,
                question=question.id,
                status=build.absent or Status.NOT_INSTALLABLE,
                reason=build.reason,
            )
            for scenario in scenarios
            for question in scenario.questions
        }
        return Measured(release=release, build=build, cells=cells)
    collected = matrix.run_measurements(settings, due, tell)
    new = tuple(observation for one in collected for observation in one.observations)
    cells = stored_cells([*([] if settings.again else seen), *new], release, build, scenarios)
    faults = tuple(dict.fromkeys(fault for one in collected for fault in one.faults))
    return Measured(release=release, build=build, cells=cells, observations=new, faults=faults)


def stored_cells(
    observations: Iterable[Observation],
    release: Release,
    build: Build,
    scenarios: Sequence[Scenario],
    *,
    anywhere: bool = False,
) -> dict[str, Cell]:
    """Return what is stored of a release with the lock of a build, as measured on this machine.

    Only what would not be measured again counts. With ``anywhere``, other machines, interpreters
    and workers count as well: a hint of what would come out here.
    """
    machine, worker, python = machine_name(), worker_sha256(), build.python_version
    hashes = {scenario.name: scenario.sha256 for scenario in scenarios}
    found: dict[str, list[Observation]] = {}
    for one in observations:
        there = one.provenance
        if (there.release, there.lock_sha256) != (release.id, build.lock_sha256):
            continue
        if hashes.get(one.scenario) != one.scenario_sha256:
            continue
        here = (there.machine, there.worker_sha256) == (machine, worker)
        # Without an environment, the patch of its Python is not known.
        same = there.python == python or not python
        if anywhere or (here and same):
            found.setdefault(one.question, []).append(one)
    return {
        question.id: build_cell(release.id, question.id, found.get(question.id, []))
        for scenario in scenarios
        for question in scenario.questions
    }
