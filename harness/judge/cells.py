"""From observations to cells, and to the matrix. Pure: files and clocks are elsewhere."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from harness.judge.attribution import attribute_changes
from harness.judge.intervals import build_intervals
from harness.model import (
    Cell,
    Matrix,
    Observation,
    Provenance,
    Question,
    Release,
    Status,
)

_ABSENT = {Status.NO_INTERPRETER, Status.NOT_INSTALLABLE}


def build_matrix(
    releases: Sequence[Release],
    questions: Sequence[Question],
    observations: Iterable[Observation],
    *,
    scenario_hashes: Mapping[str, str],
    lock_hashes: Mapping[str, str],
) -> Matrix:
    """Derive all that is published from what is stored.

    Only observations of the present scenario (``scenario_hashes`` by name) and the present lock
    (``lock_hashes`` by release) count: older ones answered another question, or in another
    environment. Everything else is ``not_run``.
    """
    current = [
        observation
        for observation in observations
        if scenario_hashes.get(observation.scenario) == observation.scenario_sha256
        and lock_hashes.get(observation.provenance.release) == observation.provenance.lock_sha256
    ]
    by_cell: dict[tuple[str, str], list[Observation]] = {}
    for observation in current:
        key = observation.provenance.release, observation.question
        by_cell.setdefault(key, []).append(observation)
    cells = {
        (release.id, question.id): build_cell(
            release.id, question.id, by_cell.get((release.id, question.id), [])
        )
        for release in releases
        for question in questions
    }
    evidence = [observation for cell in cells.values() for observation in cell.evidence]
    provenances = find_provenances(evidence)
    intervals = build_intervals(releases, questions, cells)
    return Matrix(
        releases=tuple(releases),
        questions=tuple(questions),
        cells=cells,
        provenances=provenances,
        intervals=tuple(attribute_changes(intervals, cells, provenances)),
        run_ids=tuple(sorted({observation.provenance.run_id for observation in evidence})),
        machines=tuple(sorted({observation.provenance.machine for observation in evidence})),
    )


def build_cell(release: str, question: str, observations: Sequence[Observation]) -> Cell:
    """Return what the newest observations of each machine say together.

    Draws that disagree, runs of one setting that disagree, and machines that disagree, make the
    cell ``contradictory``. A machine that could not install the release does not contradict one
    that measured it, nor does a run that found no answer.
    """
    measured = [o for o in observations if o.status not in _ABSENT]
    by_machine = _by_machine(measured or observations)
    evidence = tuple(seen for runs in by_machine.values() for run in runs for seen in run)
    verdicts = {machine: _verdict_of_runs(runs) for machine, runs in by_machine.items()}
    if not verdicts:
        status, answer, reason = Status.NOT_RUN, None, ""
    elif len({verdict[:2] for verdict in verdicts.values()}) == 1:
        status, answer, reason = next(iter(verdicts.values()))
    else:
        said = [f"{machine}: {_say(*verdict[:2])}" for machine, verdict in verdicts.items()]
        status, answer, reason = Status.CONTRADICTORY, None, "; ".join(said)
    return Cell(
        release=release,
        question=question,
        status=status,
        answer=answer,
        reason=reason,
        evidence=evidence,
    )


def age(seen: Observation) -> tuple[datetime, str, str]:
    """Return what observations are ordered by; the newest is the last."""
    return seen.recorded_at, seen.provenance.run_id, seen.provenance.machine


def find_provenances(evidence: Iterable[Observation]) -> dict[str, Provenance]:
    """Return by release where its newest observation comes from, in the order of the evidence.

    An attempt that never started the release knows no versions, and does not count.
    """
    newest: dict[str, Observation] = {}
    for seen in evidence:
        if seen.status not in _ABSENT and seen.provenance.tensorflow:
            release = seen.provenance.release
            newest[release] = max(newest.get(release, seen), seen, key=age)
    return {release: seen.provenance for release, seen in newest.items()}


def _by_machine(observations: Iterable[Observation]) -> dict[str, list[list[Observation]]]:
    groups: dict[str, list[Observation]] = {}
    for observation in observations:
        groups.setdefault(observation.provenance.machine, []).append(observation)
    return {machine: _runs_that_count(group) for machine, group in sorted(groups.items())}


def _runs_that_count(observations: Sequence[Observation]) -> list[list[Observation]]:
    """Return the newest run's draws, after those of an earlier run that gave another answer.

    Only a run in the very same setting speaks against the newest: nothing that is known to change
    an answer had changed between the two.
    """
    runs: dict[str, list[Observation]] = {}
    for seen in sorted(observations, key=lambda seen: (age(seen), seen.draw)):
        runs.setdefault(seen.provenance.run_id, []).append(seen)
    *earlier, newest = sorted(runs.values(), key=lambda run: age(run[-1]))
    said = _verdict(newest)
    for run in reversed(earlier):
        other = _verdict(run)
        known = said[0].known and other[0].known
        if known and other[:2] != said[:2] and _setting(run[0]) == _setting(newest[0]):
            return [run, newest]
    return [newest]


def _setting(seen: Observation) -> tuple[str, ...]:
    """Return what an answer depends on, beside the release and the machine."""
    provenance = seen.provenance
    there = provenance.lock_sha256, provenance.python, provenance.worker_sha256
    return *there, seen.scenario_sha256


def _verdict_of_runs(runs: Sequence[Sequence[Observation]]) -> tuple[Status, str | None, str]:
    """Return what one machine says: its newest run, or that two of its runs disagree."""
    if len(runs) == 1:
        return _verdict(runs[0])
    said = [f"run {run[0].provenance.run_id}: {_say(*_verdict(run)[:2])}" for run in runs]
    return Status.CONTRADICTORY, None, "; ".join(said)


def _verdict(draws: Sequence[Observation]) -> tuple[Status, str | None, str]:
    """Return the status, answer and reason that one machine's draws give."""
    said = {(draw.status, draw.answer) for draw in draws}
    if len(said) > 1:
        each = [f"draw {draw.draw}: {_say(draw.status, draw.answer)}" for draw in draws]
        return Status.CONTRADICTORY, None, "; ".join(each)
    status, answer = said.pop()
    if status is Status.ANSWERED and len(draws) == 1:
        return Status.UNEXPLAINED, None, f"asked on one draw only, which said {answer}"
    return status, answer, "; ".join(sorted({draw.reason for draw in draws if draw.reason}))


def _say(status: Status, answer: str | None) -> str:
    return answer or status.value.replace("_", " ")
