"""Where on the way from one release to another an answer changed. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from harness.judge.differences import CANDIDATE, compare_releases
from harness.model import Change, Interval, Matrix, Release
from harness.upgrade.gravity import Gravity, find_gravity


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A change between two measured neighbours of a series, or with ``untested`` ones between.

    ``before`` and ``after`` are the intervals on both sides; ``began`` is what brought it.
    """

    before: Interval
    after: Interval
    untested: tuple[str, ...]
    began: Change | None


def list_members(matrix: Matrix, series: str, before: str, after: str) -> tuple[Release, ...]:
    """Return the releases of a series from one to another, both included."""
    members = [release for release in matrix.releases if series in release.series]
    places = [place for place, release in enumerate(members) if release.id in {before, after}]
    return tuple(members[places[0] : places[-1] + 1])


def group_intervals(matrix: Matrix, series: str) -> dict[str, list[Interval]]:
    """Return the known intervals of a series by question, in their order."""
    found: dict[str, list[Interval]] = {question.id: [] for question in matrix.questions}
    for interval in matrix.intervals:
        if interval.series == series and interval.status.known:
            found[interval.question].append(interval)
    return found


def find_steps(
    matrix: Matrix, series: str, intervals: Sequence[Interval], before: str, after: str
) -> tuple[Step, ...]:
    """Return every change of one question's ``intervals`` on the way, in order.

    There may be several, and they may undo each other.
    """
    members = [release.id for release in matrix.releases if series in release.series]
    place = {release: number for number, release in enumerate(members)}
    return tuple(
        Step(before=old, after=new, untested=old.untested_between, began=new.began)
        for old, new in pairwise(intervals)
        if (old.status, old.answer) != (new.status, new.answer)
        and place[old.last] >= place[before]
        and place[new.first] <= place[after]
    )


def find_last_before(
    matrix: Matrix, members: Sequence[Release], questions: Collection[str]
) -> tuple[Release, Release] | None:
    """Return the last release before the first silent change, and the release that brings it.

    Each member is compared with the first one, in ``questions`` only. A candidate is no place to
    stay at. None where no member changes silently.
    """
    start, *rest = members
    last = start
    for release in rest:
        found = compare_releases(matrix, start.id, release.id).differences
        if any(one.question in questions and find_gravity(one) is Gravity.SILENT for one in found):
            return last, release
        if CANDIDATE not in release.tags:
            last = release
    return None


def find_detours(steps: Mapping[str, Sequence[Step]], changed: Collection[str]) -> tuple[str, ...]:
    """Return the questions that change on the way and are at the end what they were."""
    return tuple(name for name, found in steps.items() if found and name not in changed)
