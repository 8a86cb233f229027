"""From the record and a project's decisions to the verdict on an upgrade. Pure."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from harness.judge.differences import Difference, compare_releases
from harness.model import Question, Status
from harness.upgrade.asks import Asked
from harness.upgrade.concerning import match_sightings
from harness.upgrade.effects import Quantity, derive_effect
from harness.upgrade.gravity import Gravity, find_gravity
from harness.upgrade.grouping import Places, group_by_output
from harness.upgrade.pins.pin import LEGACY_KERAS
from harness.upgrade.policy import Acceptance, Policy
from harness.upgrade.record import Record
from harness.upgrade.sightings import Scan
from harness.upgrade.speeds import compare_speeds
from harness.upgrade.verdict import QuestionChange, Unknown, Unmet, Verdict
from harness.upgrade.versions import End, brings_keras_3, find_series, package
from harness.upgrade.ways import (
    Step,
    find_detours,
    find_last_before,
    find_steps,
    group_intervals,
    list_members,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What a comparison is held against: the project's decisions, its code, its padding."""

    policy: Policy
    padding: float
    scan: Scan | None = None


def compare(
    record: Record, before: End, after: End, scope: Scope, asked: Sequence[Asked] = ()
) -> Verdict:
    """Return what changes from one release to another, gravest first."""
    matrix, start, end = record.matrix, before.release.id, after.release.id
    series = find_series(before.release, after.release)
    questions = {question.id: question for question in matrix.questions}
    steps = _find_all_steps(record, series, start, end)
    found = compare_releases(matrix, start, end)
    places = group_by_output(scope.scan.sightings) if scope.scan else None
    changes = [
        _change(
            questions[one.question], one, steps.get(one.question, ()), after, scope, places=places
        )
        for one in found.differences
    ]
    changes.sort(key=_rank)
    notes = [record.note, *before.notes, *after.notes]
    if not series:
        notes.append(
            f"{start} and {end} are in no common series: where on the way a change came, and "
            "how far one can go without it, is not known (nox -s bisect asks every release between)"
        )
    notes += _note_legacy(record, before, after, len(changes))
    changed = {one.question.id for one in changes}
    return Verdict(
        before=before,
        after=after,
        keras=(record.versions[start].keras, record.versions[end].keras),
        series=series,
        changes=tuple(changes),
        speeds=compare_speeds(record.throughput, start, end),
        unknown=tuple(
            _unknown(record, questions[name], start, end, scope, places=places)
            for name in found.unknown
        ),
        unmet=tuple(_list_unmet(record, questions, end, scope.policy)),
        same=len(questions) - len(found.unknown) - len(changes),
        detours=find_detours(steps, changed | set(found.unknown)),
        stay=_find_stay(record, series, start, end, changes),
        asked=tuple(asked),
        idle=tuple(one for one in scope.policy.accept if one.question not in changed),
        notes=tuple(filter(None, notes)),
        padding=scope.padding,
        scan=scope.scan,
    )


def _note_legacy(record: Record, before: End, after: End, changes: int) -> list[str]:
    """Return what would change with tf-keras beside the target, where that is another way to go."""
    if package(before.release) or brings_keras_3(record, before.release):
        return []
    if not brings_keras_3(record, after.release):
        return []
    return [
        f"kept on tf-keras ({release.id}, --legacy-keras), the count of changes is "
        f"{len(found.differences)} instead of {changes}"
        for release in record.matrix.releases
        if package(release) == LEGACY_KERAS and release.tensorflow == after.release.tensorflow
        for found in [compare_releases(record.matrix, before.release.id, release.id)]
        if not found.unknown
    ]


def _rank(change: QuestionChange) -> tuple[int, float, int]:
    """Return what changes are sorted by: the gravest first, the largest factor, the loss."""
    effect = change.effect
    moved = abs(math.log(effect.factor)) if effect and effect.factor else 0.0
    of = list(Quantity).index(effect.quantity) if effect and effect.quantity else len(Quantity)
    return list(Gravity).index(change.gravity), -moved, of


def _find_all_steps(
    record: Record, series: str, start: str, end: str
) -> dict[str, tuple[Step, ...]]:
    if not series:
        return {}
    return {
        question: find_steps(record.matrix, series, intervals, start, end)
        for question, intervals in group_intervals(record.matrix, series).items()
    }


def _change(
    question: Question,
    found: Difference,
    steps: tuple[Step, ...],
    after: End,
    scope: Scope,
    *,
    places: Places | None,
) -> QuestionChange:
    said = found.after.answer or found.after.status.value
    decided = [one for one in scope.policy.accept if one.question == question.id]
    target = after.release.tensorflow
    return QuestionChange(
        question=question,
        gravity=find_gravity(found),
        before=found.before,
        after=found.after,
        effect=derive_effect(question, found.before.answer, found.after.answer, scope.padding)
        if found.before.answer and found.after.answer
        else None,
        steps=steps,
        sightings=match_sightings(question, places) if places else None,
        accepted=_first(one for one in decided if one.covers(said, target)),
        expired=_first(one for one in decided if not one.covers(said, target)),
    )


def _first(found: Iterable[Acceptance]) -> Acceptance | None:
    return next(iter(found), None)


def _unknown(
    record: Record, question: Question, start: str, end: str, scope: Scope, *, places: Places | None
) -> Unknown:
    cells = [record.matrix.cells[release, question.id] for release in (start, end)]
    seen = places is None or bool(match_sightings(question, places))
    tensorflow = record.releases[end].tensorflow
    decided = (one for one in scope.policy.accept if one.question == question.id)
    accepted = any(one.covers("", tensorflow) for one in decided)
    return Unknown(
        question=question,
        cells=tuple(cell for cell in cells if not cell.status.known),
        counts=seen and not accepted,
    )


def _list_unmet(
    record: Record, questions: dict[str, Question], end: str, policy: Policy
) -> Iterable[Unmet]:
    for name, expected in policy.expect.items():
        cell = record.matrix.cells[end, name]
        said = cell.answer if cell.status is Status.ANSWERED else cell.status.value
        if said != expected:
            yield Unmet(question=questions[name], expected=expected, after=cell)


def _find_stay(
    record: Record, series: str, start: str, end: str, changes: Iterable[QuestionChange]
) -> tuple[str, str] | None:
    """Return how far one can go; only what would count at the target counts on the way."""
    if not series:
        return None
    left_out = {one.question.id for one in changes if not one.counts}
    counting = {asked.id for asked in record.matrix.questions} - left_out
    members = list_members(record.matrix, series, start, end)
    found = find_last_before(record.matrix, members, counting)
    return (found[0].id, found[1].id) if found else None
