"""Where on the way an answer changed: whole ways, as they must be told."""

import pytest

from harness.model import Cause, Matrix
from harness.upgrade.ways import (
    find_detours,
    find_last_before,
    find_steps,
    group_intervals,
    list_members,
)
from tests.publish.matrices import Said, matrix, release

from .records import CONV, LOSS, QUESTIONS, small_matrix

NAMES = ("tf-2.1.0", "tf-2.2.0", "tf-2.3.0", "tf-2.4.0", "tf-2.5.0")


def line(*answers: str | None) -> Matrix:
    """Return one question along a series; None is a release that was not run."""
    said = {
        (name, LOSS.id): Said(answer=answer)
        for name, answer in zip(NAMES, answers, strict=True)
        if answer
    }
    return matrix([release(name) for name in NAMES], [LOSS], said)


def steps(found: Matrix, before: str, after: str) -> list[tuple[str, str, tuple[str, ...]]]:
    intervals = group_intervals(found, "tensorflow")[LOSS.id]
    return [
        (step.before.last, step.after.first, step.untested)
        for step in find_steps(found, "tensorflow", intervals, before, after)
    ]


@pytest.mark.parametrize(
    ("answers", "ends", "expected"),
    [
        ("ttvvv", (0, 4), [(1, 2, [])]),
        ("ttvvv", (2, 4), []),
        ("ttvvv", (0, 1), []),
        ("ttvvv", (1, 2), [(1, 2, [])]),
        ("tvtvt", (0, 4), [(0, 1, []), (1, 2, []), (2, 3, []), (3, 4, [])]),
        ("tvtvt", (1, 3), [(1, 2, []), (2, 3, [])]),
        ("t..vv", (0, 4), [(0, 3, [1, 2])]),
        ("t.t.v", (0, 4), [(2, 4, [3])]),
        ("t..tt", (0, 4), []),
    ],
)
def test_steps(
    answers: str, ends: tuple[int, int], expected: list[tuple[int, int, list[int]]]
) -> None:
    words = {"t": "total", "v": "valid", ".": None}
    found = line(*(words[sign] for sign in answers))
    assert steps(found, *(NAMES[end] for end in ends)) == [
        (NAMES[last], NAMES[first], tuple(NAMES[hole] for hole in holes))
        for last, first, holes in expected
    ]


def test_a_step_says_what_brought_it() -> None:
    found = small_matrix()
    intervals = group_intervals(found, "tensorflow")[LOSS.id]
    (step,) = find_steps(found, "tensorflow", intervals, "tf-2.10.1", "tf-2.16.2")
    assert step.began
    assert step.began.cause is Cause.NOT_SEPARATED
    assert step.began.after == "tf-2.10.1"


@pytest.mark.parametrize(
    ("answers", "stays"),
    [
        ("ttvvv", ("tf-2.2.0", "tf-2.3.0")),
        ("vvvvv", None),
        ("tvvvv", ("tf-2.1.0", "tf-2.2.0")),
        ("tt.vv", ("tf-2.3.0", "tf-2.4.0")),
        ("tvttt", ("tf-2.1.0", "tf-2.2.0")),
    ],
)
def test_how_far_one_can_go(answers: str, stays: tuple[str, str] | None) -> None:
    words = {"t": "total", "v": "valid", ".": None}
    found = line(*(words[sign] for sign in answers))
    members = list_members(found, "tensorflow", NAMES[0], NAMES[-1])
    place = find_last_before(found, members, {LOSS.id})
    assert (place and (place[0].id, place[1].id)) == stays


def test_only_silent_changes_of_the_questions_asked_stop_the_way() -> None:
    found = small_matrix()
    members = list_members(found, "tensorflow", "tf-2.11.1", "tf-2.17.0rc0")
    assert find_last_before(found, members, {question.id for question in QUESTIONS}) is None
    members = list_members(found, "tensorflow", "tf-2.9.3", "tf-2.16.2")
    assert find_last_before(found, members, {CONV.id}) is None


def test_one_does_not_stay_at_a_candidate() -> None:
    rows = [release("tf-2.1.0"), release("tf-2.2.0rc0", tags=("candidate",)), release("tf-2.3.0")]
    said = zip(rows, ("total", "total", "valid"), strict=True)
    found = matrix(rows, [LOSS], {(row.id, LOSS.id): Said(answer=word) for row, word in said})
    place = find_last_before(found, rows, {LOSS.id})
    assert place
    assert place[0].id == "tf-2.1.0"


def test_members_are_those_between() -> None:
    found = small_matrix()
    names = [row.id for row in list_members(found, "tensorflow", "tf-2.10.1", "tf-2.16.2")]
    assert names == ["tf-2.10.1", "tf-2.11.1", "tf-2.16.2"]


def test_detours_change_and_are_no_change() -> None:
    found = line("total", "valid", "total", "total", "total")
    intervals = group_intervals(found, "tensorflow")[LOSS.id]
    on_the_way = {LOSS.id: find_steps(found, "tensorflow", intervals, NAMES[0], NAMES[4])}
    assert find_detours(on_the_way, set()) == (LOSS.id,)
    assert find_detours(on_the_way, {LOSS.id}) == ()
