"""What ``check`` does not find stored: releases outside the catalogue, own scenarios, open cells.

The record is what was published. Here it grows by what one person asks beyond that.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from harness.judge.cells import build_matrix
from harness.measure.matrix import Settings, recover
from harness.measure.on_demand import Measured, measure_release, narrow
from harness.model import Cell, Observation, Release, Status
from harness.questions import Scenario
from harness.releases.catalogue import load_catalogue
from harness.releases.index import open_index
from harness.releases.interpreters import has_interpreter
from harness.releases.lock import lock_sha256, verify_lock
from harness.releases.published import find_published
from harness.upgrade.record import Record, Versions


def add_releases(record: Record, names: Iterable[str]) -> tuple[Record, dict[str, str]]:
    """Return the record with the releases named, and the ids of those outside the catalogue.

    Of these nothing is known yet. UsageError where one was never published, or cannot be used
    here.
    """
    look, ids = open_index(), {}
    for name in names:
        found = find_published(record.matrix.releases, name, look, has_interpreter)
        if found.id not in record.releases:
            ids[name] = found.id
            record = include(record, found)
    return record, ids


def empty_record(scenarios: Sequence[Scenario]) -> Record:
    """Return the record of a store in which there is nothing yet."""
    catalogue = load_catalogue()
    questions = [question for scenario in scenarios for question in scenario.questions]
    matrix = build_matrix(catalogue, questions, (), scenario_hashes={}, lock_hashes={})
    versions = {
        row.id: Versions(tensorflow=row.tensorflow, keras="", python=row.python)
        for row in catalogue
    }
    return Record(matrix=matrix, versions=versions, throughput=())


def include(record: Record, release: Release) -> Record:
    """Return the record with a release more, of which nothing is known."""
    cells = {
        (release.id, asked.id): Cell(release=release.id, question=asked.id, status=Status.NOT_RUN)
        for asked in record.matrix.questions
    }
    keras = (release.keras or "").partition("==")[2]
    versions = Versions(tensorflow=release.tensorflow, keras=keras, python=release.python)
    return replace(
        record,
        matrix=replace(
            record.matrix,
            releases=(*record.matrix.releases, release),
            cells={**record.matrix.cells, **cells},
        ),
        versions={**record.versions, release.id: versions},
    )


def add_scenarios(
    record: Record, own: Sequence[Scenario], observations: Iterable[Observation]
) -> Record:
    """Return the record with the questions of own scenarios, and what is stored of them."""
    catalogue = record.matrix.releases
    judged = build_matrix(
        catalogue,
        [question for scenario in own for question in scenario.questions],
        observations,
        scenario_hashes={scenario.name: scenario.sha256 for scenario in own},
        lock_hashes={release.id: lock_sha256(verify_lock(release)) for release in catalogue},
    )
    return replace(
        record,
        matrix=replace(
            record.matrix,
            questions=(*record.matrix.questions, *judged.questions),
            cells={**record.matrix.cells, **judged.cells},
            intervals=(*record.matrix.intervals, *judged.intervals),
        ),
    )


def amend(record: Record, measured: Measured, *, again: bool = False) -> Record:
    """Return the record with the cells of a release that were measured or could not be.

    What is known already stays, since it was published, unless it was to be measured ``again``.
    """
    release = measured.release.id
    cells = {
        (release, question): cell
        for question, cell in measured.cells.items()
        if again or not record.matrix.cells[release, question].status.known
    }
    versions = dict(record.versions)
    for cell in cells.values():
        for seen in cell.evidence:
            there = seen.provenance
            if there.numpy:  # the release itself said what it is
                versions[release] = Versions(
                    tensorflow=there.tensorflow, keras=there.keras, python=there.python
                )
    return replace(
        record,
        matrix=replace(record.matrix, cells={**record.matrix.cells, **cells}),
        versions=versions,
    )


def list_open(record: Record, release: str) -> frozenset[str]:
    """Return the questions of which nothing is known in a release."""
    return frozenset(
        asked.id
        for asked in record.matrix.questions
        if not record.matrix.cells[release, asked.id].status.known
    )


def measure_open(
    record: Record,
    ends: Iterable[Release],
    scenarios: Sequence[Scenario],
    settings: Settings,
    builds: Path,
    *,
    tell: Callable[[str], None],
) -> Record:
    """Return the record in which the open cells of some releases are measured now.

    What the store of the settings has of them counts, and what is measured goes there. A scenario
    that is wrong leaves its cells open, and is told.
    """
    recover(settings)
    questions = {asked.id for asked in record.matrix.questions}
    for release in ends:
        due = questions if settings.again else list_open(record, release.id)
        asked = narrow(scenarios, due)
        if not asked:
            continue
        count = sum(len(scenario.questions) for scenario in asked)
        tell(f"{release.id}: installing and measuring, {count} questions")
        measured = measure_release(release, asked, settings, builds, warn=tell)
        for fault in measured.faults:
            tell(f"scenario fault: {fault}")
        if measured.build.absent:
            tell(f"{release.id}: {measured.build.absent}: {measured.build.reason}")
        record = amend(record, measured, again=settings.again)
    return record
