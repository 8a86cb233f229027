"""Measure what is due: a worker on each core, stored one by one as they finish."""

import os
import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event as Flag

from harness.errors import EnvironmentBuildError, UsageError
from harness.files import sweep_unfinished
from harness.measure.alone import sweep_homes
from harness.measure.collect import Collected, absent_observations, collect
from harness.measure.journal import (
    discard_journal,
    leftover_journals,
    new_journal,
    read_events,
)
from harness.measure.launch import ROOT, Launch, run_workers, worker_sha256
from harness.measure.machine import machine_name
from harness.measure.memory import share_memory
from harness.measure.plan import (
    DRAWS,
    Measurement,
    divide_last,
    plan_measurements,
    stored_keys,
)
from harness.measure.protocol import Event, plan_event
from harness.model import Observation, Release, Status
from harness.newest import read_newest
from harness.questions import SCENARIOS, Scenario
from harness.releases.builds import Build
from harness.releases.layer import provide_layer
from harness.releases.secure import secure_builds
from harness.store import newest_record, write_observations

MEMORY_A_WORKER = 1_000_000_000
"""Bytes resident in one worker at the most, over the catalogue."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How a run measures; ``results`` is the folder of the store.

    What is stored in the folders ``beside`` it counts as measured, too; nothing is written there.
    ``layers`` is where what scenarios require lies.
    """

    results: Path
    beside: tuple[Path, ...] = ()
    layers: Path = ROOT / ".nox" / "maskmatrix" / "layers"
    timeout_s: float = 300.0
    again: bool = False
    workers: int = os.cpu_count() or 1

    @property
    def observations(self) -> Path:
        """Where the store keeps its observations."""
        return self.results / "observations"

    def stored(self) -> Iterator[Observation]:
        """Yield all that can count of what is stored in any of its folders."""
        for folder in (*self.beside, self.results):
            yield from read_newest(folder / "observations")

    @property
    def journals(self) -> Path:
        """Where the journals of runs lie until they are stored."""
        return self.results / ".journal"

    @property
    def memory_bytes(self) -> int:
        """What a worker may hold: at least twice what any release needs."""
        return share_memory(self.workers, least=2 * MEMORY_A_WORKER)


def plan_run(
    settings: Settings,
    builds: Sequence[tuple[Release, Build]],
    scenarios: Sequence[Scenario],
    stored: Iterable[Observation] | None = None,
) -> list[Measurement]:
    """Return what this run has to measure, beyond what is stored, in as many parts as it takes.

    The store is read for it, unless the caller has done so and says what is ``stored``.
    """
    observations = settings.stored() if stored is None else stored
    observations = () if settings.again else observations
    due = plan_measurements(
        builds,
        scenarios,
        stored_keys(observations),
        run_id=f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(4)}",
        machine=machine_name(),
        worker_sha256=worker_sha256(),
    )
    absent = [measurement for measurement in due if not measurement.build.python]
    running = [measurement for measurement in due if measurement.build.python]
    return [*absent, *divide_last(running, settings.workers)]


def secure(
    settings: Settings, due: Sequence[Measurement], tell: Callable[[str], None]
) -> list[Measurement]:
    """Return what is due, each environment holding its lock by now, or absent with the reason."""
    builds = {one.release.id: (one.release, one.build) for one in due if one.build.python}
    if builds:
        tell(f"making sure that {len(builds)} environments hold what their locks say")
    secured = {
        release.id: build
        for release, build in secure_builds(list(builds.values()), settings.workers, tell)
    }
    return [replace(one, build=secured.get(one.release.id, one.build)) for one in due]


def announce(settings: Settings, due: Sequence[Measurement], releases: int) -> str:
    """Say what is about to be measured, and what it takes."""
    running = sum(1 for measurement in due if measurement.build.python)
    if not due:
        return f"{releases} releases: everything is measured already (--again measures anew)"
    workers = min(settings.workers, running)
    names = {measurement.release.id for measurement in due}
    return (
        f"{len(names)} of {releases} releases to measure, {sum(len(m.tasks) for m in due)} "
        f"experiments, {workers} at once in up to {workers * MEMORY_A_WORKER / 1e9:.1f} GB"
    )


def absences(builds: Sequence[tuple[Release, Build]], collected: Iterable[Collected]) -> list[str]:
    """Return a line for whatever could not be installed: a release, or what a scenario requires."""
    lines = [f"{one.release}: {one.absent}: {one.reason}" for _, one in builds if not one.python]
    installed = {build.release for _, build in builds if build.python}
    lines += [
        f"{seen.provenance.release}: {seen.scenario}: {seen.reason}"
        for one in collected
        for seen in one.observations
        if seen.status is Status.NOT_INSTALLABLE and seen.provenance.release in installed
    ]
    return list(dict.fromkeys(lines))


def recover(settings: Settings) -> list[Collected]:
    """Store what runs that were killed have left behind, and return it."""
    sweep_unfinished(settings.observations)
    sweep_homes()
    return [_store_journal(settings, journal) for journal in leftover_journals(settings.journals)]


def run_measurements(
    settings: Settings,
    measurements: Sequence[Measurement],
    tell: Callable[[Measurement, Event], None],
) -> list[Collected]:
    """Measure all, as many at once as there are workers; each is stored when it is done.

    An interrupt ends the workers, stores what they had finished, and is raised again.
    """
    stop = Flag()
    with ThreadPoolExecutor(max_workers=settings.workers) as pool:
        futures = [
            pool.submit(_measure, settings, measurement, stop, tell) for measurement in measurements
        ]
        try:
            collected = [future.result() for future in as_completed(futures)]
        except BaseException:
            stop.set()
            pool.shutdown(cancel_futures=True)
            raise
    return collected


def _measure(
    settings: Settings,
    measurement: Measurement,
    stop: Flag,
    tell: Callable[[Measurement, Event], None],
) -> Collected:
    build, provenance, tasks = measurement.build, measurement.provenance, measurement.tasks
    path = ROOT
    if build.python and measurement.requirements:
        try:
            path = provide_layer(settings.layers, build, measurement.requirements, SCENARIOS)
        except EnvironmentBuildError as error:
            reason = f"{error.what}: {error.why}"
            build = replace(build, python=None, absent=Status.NOT_INSTALLABLE, reason=reason)
    if build.python is None:
        now = _next_moment(settings, provenance.release)
        collected = absent_observations(provenance, tasks, DRAWS, build, now)
        write_observations(settings.observations, collected.observations)
        return collected
    name = f"{provenance.release}--{provenance.run_id}"
    with new_journal(settings.journals, name, plan_event(provenance, tasks, DRAWS)) as journal:
        launch = Launch(
            python=build.python,
            api=measurement.release.api,
            journal=journal,
            tasks=tasks,
            draws=DRAWS,
            timeout_s=settings.timeout_s,
            memory_bytes=settings.memory_bytes,
            path=path,
        )
        run_workers(launch, stop, lambda event: tell(measurement, event))
        return _store_journal(settings, journal)


def _store_journal(settings: Settings, journal: Path) -> Collected:
    try:
        # The release leads the name, and the plan that could tell it may not be readable.
        now = _next_moment(settings, journal.name.partition("--")[0])
        collected = collect(read_events(journal), now)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UsageError(
            f"{journal} cannot be read",
            why=str(error),
            do="It is what an interrupted run had measured: move it away and measure again.",
        ) from error
    if collected.observations:
        write_observations(settings.observations, collected.observations)
    discard_journal(journal)
    return collected


def _next_moment(settings: Settings, release: str) -> datetime:
    """Return the time, or a later one where what is stored of a release is from the future.

    The newest observation counts: a clock that was wrong once must not make it the last for ever.
    """
    now, newest = datetime.now(UTC), newest_record(settings.observations, release)
    return max(now, newest + timedelta(milliseconds=1)) if newest else now
