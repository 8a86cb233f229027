"""The cells that are not ``answered``, with the evidence for it; alike ones together."""

from dataclasses import dataclass

from harness.model import Cell, Matrix, Observation, Status
from harness.publish.wording import STATES, make_visible, name_questions, name_status

REASON_LIMIT = 400
"""Characters of a reason that are shown; the export always has all of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unanswered:
    """Cells that share a state and its reason: each of ``questions`` in each of ``releases``.

    ``known``: it is an outcome of the release, not a gap in what is known of it.
    """

    questions: tuple[str, ...]
    releases: tuple[str, ...]
    state: str
    reason: str
    known: bool


def list_unanswered(matrix: Matrix) -> tuple[Unanswered, ...]:
    """Return every cell that is not ``answered``, those with one state and reason together."""
    groups: dict[tuple[tuple[str, ...], Status, str], list[str]] = {}
    for release in matrix.releases:
        alike: dict[tuple[Status, str], list[str]] = {}
        for question in matrix.questions:
            cell = matrix.cells[release.id, question.id]
            if cell.status is not Status.ANSWERED:
                alike.setdefault((cell.status, _explain(cell)), []).append(question.id)
        for (status, reason), questions in alike.items():
            key = name_questions(questions, matrix.questions), status, reason
            groups.setdefault(key, []).append(make_visible(release.id))
    return tuple(
        Unanswered(
            questions=questions,
            releases=tuple(releases),
            state=name_status(status),
            reason=reason,
            known=status.known,
        )
        for (questions, status, reason), releases in groups.items()
    )


def cut_reason(reason: str) -> str:
    """Return a reason no longer than it is shown, and how much more of it the export has."""
    more = len(reason) - REASON_LIMIT
    if more <= 0:
        return reason
    return f"{reason[:REASON_LIMIT]} … ({more} more characters in compatibility.json)"


def _explain(cell: Cell) -> str:
    """Return the reason and, where a number was observed, that number beside every candidate."""
    reason = cut_reason(make_visible(cell.reason) or STATES[cell.status])
    several = len({seen.provenance.machine for seen in cell.evidence}) > 1
    return "; ".join(
        [
            reason,
            *(
                _show(seen, name_machine=several)
                for seen in cell.evidence
                if seen.observed is not None
            ),
        ]
    )


def _show(seen: Observation, *, name_machine: bool) -> str:
    machine = f"{make_visible(seen.provenance.machine)}, " if name_machine else ""
    candidates = [
        f"{make_visible(name)} is {value:.9g}" for name, value in sorted(seen.hypotheses.items())
    ]
    where = f", where {', '.join(candidates)}" if candidates else ""
    return f"{machine}draw {seen.draw} observed {seen.observed:.9g}{where}"
