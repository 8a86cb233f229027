"""What changes between two releases, and which release a candidate is held against."""

import pytest

from harness.judge.differences import (
    Grade,
    compare_candidates,
    compare_releases,
    grade_difference,
)
from harness.model import Matrix, Release, Status
from tests.publish.matrices import Said, matrix, question, release

LOSS, METRIC, MASK = (question(f"masking.{name}") for name in ("loss", "metric", "mask"))
RAISED, MISSING = Said(status=Status.RAISED), Said(status=Status.NOT_APPLICABLE)
VALID, TOTAL = Said(answer="valid"), Said(answer="total")


def candidate(name: str, *series: str) -> Release:
    return release(name, *series, tags=("keras3", "candidate"))


def two(before: dict[str, Said], after: dict[str, Said]) -> Matrix:
    """Return the matrix of a release and the candidate behind it."""
    words = {("tf-1", f"masking.{name}"): said for name, said in before.items()}
    words |= {("tf-2rc0", f"masking.{name}"): said for name, said in after.items()}
    return matrix([release("tf-1"), candidate("tf-2rc0")], [LOSS, METRIC, MASK], words)


@pytest.mark.parametrize(
    ("before", "after", "grade"),
    [
        (Status.ANSWERED, Status.ANSWERED, Grade.SILENT),
        (Status.ANSWERED, Status.RAISED, Grade.BREAKS),
        (Status.ANSWERED, Status.NOT_APPLICABLE, Grade.BREAKS),
        (Status.RAISED, Status.NOT_APPLICABLE, Grade.FAILS_OTHERWISE),
        (Status.NOT_APPLICABLE, Status.RAISED, Grade.FAILS_OTHERWISE),
        (Status.RAISED, Status.ANSWERED, Grade.MENDS),
        (Status.NOT_APPLICABLE, Status.ANSWERED, Grade.MENDS),
    ],
)
def test_how_grave_a_difference_is(before: Status, after: Status, grade: Grade) -> None:
    assert grade_difference(before, after) is grade


def test_the_gravest_comes_first_and_with_both_cells() -> None:
    compared = two(
        {"loss": RAISED, "metric": VALID, "mask": VALID},
        {"loss": VALID, "metric": MISSING, "mask": TOTAL},
    )
    found = compare_releases(compared, "tf-1", "tf-2rc0")
    assert [(one.question, one.grade) for one in found.differences] == [
        (MASK.id, Grade.SILENT),
        (METRIC.id, Grade.BREAKS),
        (LOSS.id, Grade.MENDS),
    ]
    assert [(one.before.answer, one.after.answer) for one in found.differences] == [
        ("valid", "total"),
        ("valid", None),
        (None, "valid"),
    ]
    assert found.unknown == ()


def test_what_is_the_same_is_no_difference_and_what_is_not_known_is_named() -> None:
    compared = two(
        {"loss": RAISED, "metric": VALID},
        {"loss": RAISED, "metric": Said(answer="valid", second="total"), "mask": VALID},
    )
    found = compare_releases(compared, "tf-1", "tf-2rc0")
    assert found.differences == ()
    assert found.unknown == (METRIC.id, MASK.id)


def held_against(*rows: Release) -> list[tuple[str | None, str]]:
    return [(one.before, one.after) for one in compare_candidates(matrix(rows, [LOSS], {}))]


def test_a_candidate_is_held_against_the_newest_release_before_it() -> None:
    rows = [release("tf-1"), release("tf-2"), candidate("tf-3rc0"), release("tf-3")]
    assert held_against(*rows) == [("tf-2", "tf-3rc0")]


def test_a_candidate_is_never_held_against_a_candidate() -> None:
    rows = [release("tf-1"), candidate("tf-2rc0"), candidate("tf-2rc1")]
    assert held_against(*rows) == [("tf-1", "tf-2rc0"), ("tf-1", "tf-2rc1")]


def test_only_releases_of_its_own_series_count() -> None:
    rows = [release("tf-1"), release("tf-2", "keras-3"), candidate("tf-3rc0", "tensorflow")]
    assert held_against(*rows) == [("tf-1", "tf-3rc0")]
    both = candidate("tf-3rc0", "tensorflow", "keras-3")
    assert held_against(*rows[:2], both) == [("tf-1", "tf-3rc0"), ("tf-2", "tf-3rc0")]
    once = release("tf-2", "tensorflow", "keras-3")
    assert held_against(rows[0], once, both) == [("tf-2", "tf-3rc0")]


def test_a_candidate_with_nothing_before_it_is_still_named() -> None:
    (found,) = compare_candidates(matrix([candidate("tf-1rc0")], [LOSS, METRIC], {}))
    assert (found.before, found.after) == (None, "tf-1rc0")
    assert (found.differences, found.unknown) == ((), (LOSS.id, METRIC.id))


def test_a_catalogue_without_a_candidate_has_none() -> None:
    assert held_against(release("tf-1"), release("tf-2")) == []
