"""What is still to be measured: whatever has no answer stored for this very setting. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from harness import __version__
from harness.measure.protocol import Task
from harness.model import Observation, Provenance, Release
from harness.questions import Scenario
from harness.releases.builds import Build

DRAWS = 2
"""On how many draws of data each question is asked; they must agree."""

Key = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """One release to be measured: its environment, and the experiments that are due.

    ``requirements`` is what its tasks need beyond the release. Tasks that need something else are
    a measurement of their own: TensorFlow and Keras behave otherwise where they find more.
    """

    release: Release
    build: Build
    provenance: Provenance
    tasks: tuple[Task, ...]
    requirements: tuple[str, ...] = ()


def stored_keys(observations: Iterable[Observation]) -> AbstractSet[Key]:
    """Return what makes each stored observation the answer to exactly one question."""
    return {
        (
            *_key(observation.provenance, observation.scenario_sha256),
            observation.question,
            observation.draw,
        )
        for observation in observations
    }


def _key(provenance: Provenance, scenario_sha256: str) -> Key:
    """Return what a measurement depends on: change any of it, and it is made again."""
    return (
        provenance.release,
        provenance.lock_sha256,
        provenance.python,
        provenance.worker_sha256,
        provenance.machine,
        scenario_sha256,
    )


def plan_measurements(
    builds: Sequence[tuple[Release, Build]],
    scenarios: Sequence[Scenario],
    done: AbstractSet[Key],
    *,
    run_id: str,
    machine: str,
    worker_sha256: str,
) -> list[Measurement]:
    """Return what is due: the experiments of which an answer is missing, release by release."""
    measurements = []
    for release, build in builds:
        provenance = Provenance(
            run_id=run_id,
            release=release.id,
            tensorflow=release.tensorflow,
            keras=(release.keras or "").partition("==")[2],
            keras_api=release.api,
            python=build.python_version or release.python,
            numpy="",
            machine=machine,
            lock_sha256=build.lock_sha256,
            worker_sha256=worker_sha256,
            harness_version=__version__,
        )
        due: dict[tuple[str, ...], list[Task]] = {}
        for scenario in scenarios:
            for task in _tasks(scenario):
                if not _is_done(task, provenance, done):
                    due.setdefault(scenario.requirements, []).append(task)
        measurements += [
            Measurement(
                release=release,
                build=build,
                # A run stores a release once, so that each of several has an id of its own.
                provenance=replace(provenance, run_id=f"{run_id}{f'-{part}' if part else ''}"),
                tasks=tuple(tasks),
                requirements=requirements,
            )
            for part, (requirements, tasks) in enumerate(due.items())
        ]
    return measurements


def divide_last(measurements: Sequence[Measurement], workers: int) -> list[Measurement]:
    """Return the measurements, of which the last are divided where they would leave a worker idle.

    As many as do not fill the workers are cut into equal parts, each with every so-manieth
    experiment and a run of its own: importing a release once more costs less than a core that
    waits.
    """
    whole = len(measurements) - len(measurements) % workers
    last = measurements[whole:]
    parts = workers // len(last) if last else 1
    return [*measurements[:whole], *(part for one in last for part in _divide(one, parts))]


def _divide(measurement: Measurement, parts: int) -> Iterator[Measurement]:
    parts = min(parts, len(measurement.tasks))
    if parts == 1:
        yield measurement
        return
    for part in range(parts):
        run_id = f"{measurement.provenance.run_id}.{part + 1}"
        provenance = replace(measurement.provenance, run_id=run_id)
        yield replace(measurement, provenance=provenance, tasks=measurement.tasks[part::parts])


def _tasks(scenario: Scenario) -> Iterator[Task]:
    """Yield the experiments of a scenario in the order of their first questions."""
    experiments = dict.fromkeys(question.experiment for question in scenario.questions)
    for experiment in experiments:
        yield Task(
            scenario=scenario.name,
            scenario_sha256=scenario.sha256,
            file=str(scenario.file),
            experiment=experiment,
            questions=tuple(q for q in scenario.questions if q.experiment == experiment),
        )


def _is_done(task: Task, provenance: Provenance, done: AbstractSet[Key]) -> bool:
    key = _key(provenance, task.scenario_sha256)
    return all(
        (*key, question.id, draw) in done for question in task.questions for draw in range(DRAWS)
    )
