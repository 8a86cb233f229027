from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from harness.model import Status
from harness.publish.findings import count_cells, list_series, to_utc

from .matrices import Said, example, matrix, question, release

LOSS = question("dense_masking.loss_denominator")


def said(line: int = 0, series: int = 0, **words: Said) -> list[str]:
    """Return the segments of one question over releases tf-1 … tf-N; ``r3`` is tf-3's word."""
    last = max(int(name[1:]) for name in words)
    releases = [release(f"tf-{number}") for number in range(1, last + 1)]
    found = {(f"tf-{name[1:]}", LOSS.id): word for name, word in words.items()}
    segments = list_series(matrix(releases, [LOSS], found))[series].lines[line].segments
    return [f"{segment.covers} {segment.says}" for segment in segments]


def answer(name: str) -> Said:
    return Said(answer=name)


def test_counts_have_every_state() -> None:
    counts = count_cells(example())
    assert (counts.releases, counts.questions, counts.cells) == (6, 3, 18)
    assert counts.measured == 14
    assert set(counts.states) == set(Status)
    assert counts.states[Status.AMBIGUOUS] == 0
    assert sum(counts.states.values()) == counts.cells
    assert (counts.first, counts.last) == (date(2026, 11, 20), date(2026, 11, 21))


def test_counts_of_nothing() -> None:
    counts = count_cells(matrix([release("tf-1")], [LOSS], {}))
    assert (counts.measured, counts.first, counts.last) == (0, None, None)


@pytest.mark.parametrize("status", [Status.CRASHED, Status.TIMED_OUT, Status.NOT_INSTALLABLE])
def test_an_attempt_is_no_measurement(status: Status) -> None:
    tried = matrix([release("tf-1")], [LOSS], {("tf-1", LOSS.id): Said(status=status)})
    assert count_cells(tried).measured == 0


def test_a_change() -> None:
    assert said(r1=answer("total"), r2=answer("total"), r3=answer("valid"), r4=answer("valid")) == [
        "tf-1 – tf-2 ÷ total",
        "tf-3 → ÷ valid",
    ]


def test_an_answer_is_not_carried_over_a_hole() -> None:
    assert said(r1=answer("total"), r4=answer("total"), r6=answer("valid")) == [
        "tf-1 ÷ total",
        "tf-2 – tf-3 not run",
        "tf-4 ÷ total",
        "tf-5 not run",
        "tf-6 → ÷ valid",
    ]


def test_the_end_of_a_series_that_was_not_run() -> None:
    assert said(r1=answer("total"), r2=Said(status=Status.NO_INTERPRETER)) == [
        "tf-1 ÷ total",
        "tf-2 → no interpreter",
    ]


def test_the_exceptions_of_an_interval_are_named() -> None:
    assert said(
        r1=Said(status=Status.RAISED, reason="TypeError: a"),
        r2=Said(status=Status.RAISED, reason="ValueError: b"),
        r3=answer("valid"),
    ) == ["tf-1 – tf-2 raised TypeError, ValueError", "tf-3 → ÷ valid"]


def test_series_come_in_their_order_and_only_if_present() -> None:
    rows = [release("r1", "mine"), release("r2", "keras-3"), release("r3", "tensorflow", "mine")]
    found = list_series(matrix(rows, [LOSS], {}))
    assert [series.name for series in found] == ["tensorflow", "keras-3", "mine"]
    assert [series.releases for series in found] == [("r3",), ("r2",), ("r1", "r3")]
    assert [series.extent for series in found][1:] == ["1 release, r2", "2 releases, r1 to r3"]


def test_changing_questions_are_counted() -> None:
    assert [series.changing for series in list_series(example())] == [2, 0]


def test_a_naive_moment_is_utc() -> None:
    noon = datetime(2026, 1, 1, 12, tzinfo=UTC)
    assert to_utc(noon.replace(tzinfo=None)) == noon
    assert to_utc(noon.astimezone(timezone(timedelta(hours=5)))).hour == 12
