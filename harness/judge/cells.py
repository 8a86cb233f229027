"""From observations to cells, and from cells to intervals. Pure: files and clocks are elsewhere."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from harness.model import (
    Cell,
    Interval,
    Matrix,
    Observation,
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
    return Matrix(
        releases=tuple(releases),
        questions=tuple(questions),
        cells=cells,
        intervals=tuple(build_intervals(releases, questions, cells)),
        run_ids=tuple(sorted({observation.provenance.run_id for observation in evidence})),
        machines=tuple(sorted({observation.provenance.machine for observation in evidence})),
    )


def build_cell(release: str, question: str, observations: Sequence[Observation]) -> Cell:
    """Return what the newest observations of each machine say together.

    Draws that disagree, and machines that disagree, make the cell ``contradictory``. A machine
    that could not install the release does not contradict one that measured it.
    """
    measured = [o for o in observations if o.status not in _ABSENT]
    by_machine = _by_machine(measured or observations)
    evidence = tuple(observation for group in by_machine.values() for observation in group)
    verdicts = {machine: _verdict(group) for machine, group in by_machine.items()}
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


def _by_machine(observations: Iterable[Observation]) -> dict[str, list[Observation]]:
    groups: dict[str, list[Observation]] = {}
    for observation in observations:
        groups.setdefault(observation.provenance.machine, []).append(observation)
    return {machine: _newest_run(group) for machine, group in sorted(groups.items())}


def _newest_run(observations: Sequence[Observation]) -> list[Observation]:
    newest = max(observations, key=lambda o: (o.recorded_at, o.provenance.run_id))
    run = newest.provenance.run_id
    return sorted((o for o in observations if o.provenance.run_id == run), key=lambda o: o.draw)


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


def build_intervals(
    releases: Sequence[Release],
    questions: Sequence[Question],
    cells: Mapping[tuple[str, str], Cell],
) -> Iterable[Interval]:
    """Yield, per series and question, the runs of neighbours that say the same.

    The order along a series is that of the catalogue. Intervals are contiguous: releases whose
    state is unknown are intervals of their own, and no answer is carried across them.
    """
    for series in dict.fromkeys(name for release in releases for name in release.series):
        members = [release.id for release in releases if series in release.series]
        for question in questions:
            runs = [
                (says, [cell.release for cell in run])
                for says, run in groupby(
                    (cells[release, question.id] for release in members),
                    key=lambda cell: (cell.status, cell.answer),
                )
            ]
            for position, ((status, answer), run) in enumerate(runs):
                yield Interval(
                    series=series,
                    question=question.id,
                    first=run[0],
                    last=run[-1],
                    status=status,
                    answer=answer,
                    untested_between=_unknown_after(runs[position:]) if status.known else (),
                )


def _unknown_after(
    runs: Sequence[tuple[tuple[Status, str | None], list[str]]],
) -> tuple[str, ...]:
    """Return the releases between the first run and the next whose state is known."""
    unknown: list[str] = []
    for (status, _), run in runs[1:]:
        if status.known:
            break
        unknown += run
    return tuple(unknown)
