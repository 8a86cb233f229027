from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from harness.model import Status
from harness.publish.counts import count_cells, to_utc

from .matrices import Said, example, matrix, question, release

LOSS = question("dense_masking.loss_denominator")


def test_counts_have_every_state() -> None:
    counts = count_cells(example())
    assert (counts.releases, counts.questions, counts.cells) == (8, 3, 24)
    assert counts.measured == 20
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


def test_a_naive_moment_is_utc() -> None:
    noon = datetime(2026, 1, 1, 12, tzinfo=UTC)
    assert to_utc(noon.replace(tzinfo=None)) == noon
    assert to_utc(noon.astimezone(timezone(timedelta(hours=5)))).hour == 12
