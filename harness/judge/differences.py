"""What changes between two releases, gravest first, and what a candidate would change. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from harness.model import Cell, Matrix, Release, Status

CANDIDATE = "candidate"
"""The tag of a release that is not out yet."""


class Grade(StrEnum):
    """How a difference shows itself, gravest first: what does not raise is not noticed."""

    SILENT = "silent"
    BREAKS = "breaks"
    FAILS_OTHERWISE = "fails_otherwise"
    MENDS = "mends"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One question to which two releases have another outcome."""

    question: str
    grade: Grade
    before: Cell
    after: Cell


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What changes from one release to another; ``before`` is None where there is nothing before.

    ``unknown`` are the questions that cannot be compared, because the state of a cell is unknown.
    """

    before: str | None
    after: str
    differences: tuple[Difference, ...]
    unknown: tuple[str, ...]


def compare_candidates(matrix: Matrix) -> tuple[Comparison, ...]:
    """Return what each candidate changes against the newest release before it in its series."""
    return tuple(
        compare_releases(matrix, before, release.id)
        for release in matrix.releases
        if CANDIDATE in release.tags
        for before in _find_before(matrix.releases, release)
    )


def _find_before(releases: Sequence[Release], candidate: Release) -> list[str | None]:
    """Return the last release before the candidate in each of its series; None if in none."""
    earlier = [row for row in releases[: releases.index(candidate)] if CANDIDATE not in row.tags]
    last = {name: row.id for row in earlier for name in row.series if name in candidate.series}
    return list(dict.fromkeys(last.values())) or [None]


def compare_releases(matrix: Matrix, before: str | None, after: str) -> Comparison:
    """Return the differences by grade, within one grade in the order of the questions."""
    found: list[Difference] = []
    unknown: list[str] = []
    for question in (asked.id for asked in matrix.questions):
        old = matrix.cells[before, question] if before else None
        new = matrix.cells[after, question]
        if old is None or not (old.status.known and new.status.known):
            unknown.append(question)
        elif (old.status, old.answer) != (new.status, new.answer):
            grade = grade_difference(old.status, new.status)
            found.append(Difference(question=question, grade=grade, before=old, after=new))
    grades = list(Grade)
    return Comparison(
        before=before,
        after=after,
        differences=tuple(sorted(found, key=lambda one: grades.index(one.grade))),
        unknown=tuple(unknown),
    )


def grade_difference(before: Status, after: Status) -> Grade:
    """Return how grave it is that two known outcomes differ."""
    if after is Status.ANSWERED:
        return Grade.SILENT if before is Status.ANSWERED else Grade.MENDS
    return Grade.BREAKS if before is Status.ANSWERED else Grade.FAILS_OTHERWISE
