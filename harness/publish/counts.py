"""How much of the matrix is known, and since when."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from harness.model import Matrix, Status
from harness.publish.wording import STATES

_UNMEASURED = {
    Status.CRASHED,
    Status.TIMED_OUT,
    Status.NOT_INSTALLABLE,
    Status.NO_INTERPRETER,
    Status.NOT_RUN,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What is known and what is not; ``states`` has every state, also where it is 0."""

    releases: int
    questions: int
    cells: int
    measured: int
    states: Mapping[Status, int]
    machines: int
    runs: int
    first: date | None
    last: date | None


def to_utc(moment: datetime) -> datetime:
    """Return the moment in UTC; a naive one is taken as UTC, never as local time."""
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def count_cells(matrix: Matrix) -> Counts:
    """Return how much is known; a cell is measured where the release itself gave its state."""
    found = Counter(cell.status for cell in matrix.cells.values())
    moments = {seen.recorded_at for cell in matrix.cells.values() for seen in cell.evidence}
    days = sorted({to_utc(moment).date() for moment in moments})
    return Counts(
        releases=len(matrix.releases),
        questions=len(matrix.questions),
        cells=len(matrix.cells),
        measured=sum(found[status] for status in STATES if status not in _UNMEASURED),
        states={status: found[status] for status in STATES},
        machines=len(matrix.machines),
        runs=len(matrix.run_ids),
        first=days[0] if days else None,
        last=days[-1] if days else None,
    )
