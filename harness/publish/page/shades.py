"""What a cell looks like: a class of the style sheet, which gives it a glyph and a tint.

Neither means anything without the word beside it.
"""

from dataclasses import dataclass

from harness.model import Cell, Matrix, Question, Status
from harness.publish.counts import Counts
from harness.publish.wording import REDUCTIONS, STATES, name_status

SHADES = {
    Status.RAISED: "sr",
    Status.NOT_APPLICABLE: "sn",
    Status.UNEXPLAINED: "su",
    Status.AMBIGUOUS: "sa",
    Status.CONTRADICTORY: "sc",
    Status.CRASHED: "sd",
    Status.TIMED_OUT: "st",
    Status.NOT_INSTALLABLE: "si",
    Status.NO_INTERPRETER: "sp",
    Status.NOT_RUN: "so",
}
"""The class of every state but ``answered``."""
PALETTE = len(REDUCTIONS)
"""How many tints the style sheet has for answers: ``a0`` to ``a9``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LegendEntry:
    """A state that is on the page."""

    shade: str
    name: str
    meaning: str
    count: int


def shade_answers(question: Question) -> dict[str, str]:
    """Return the class of each answer that a question declares.

    A reduction has the same tint wherever it is an answer; the others take those that are left.
    """
    fixed = {reduction.name: place for place, reduction in enumerate(REDUCTIONS)}
    taken = {fixed[name] for name in question.answers if name in fixed}
    free = [place for place in range(PALETTE) if place not in taken] or list(range(PALETTE))
    others = [name for name in question.answers if name not in fixed]
    places = {name: free[number % len(free)] for number, name in enumerate(others)}
    return {name: f"a{fixed.get(name, places.get(name))}" for name in question.answers}


def shade(shades: dict[str, str], status: Status, answer: str | None) -> str:
    """Return the class of an outcome; ``shades`` are those of its question's answers."""
    if status is Status.ANSWERED:
        return shades.get(answer or "", "a0")
    return SHADES[status]


def shade_cell(shades: dict[str, str], cell: Cell) -> str:
    """Return the class of a cell."""
    return shade(shades, cell.status, cell.answer)


def list_legend(counts: Counts) -> tuple[LegendEntry, ...]:
    """Return the states that are present, in the order in which they are counted."""
    return tuple(
        LegendEntry(
            shade=SHADES.get(status, "a0"),
            name=name_status(status),
            meaning=STATES[status],
            count=count,
        )
        for status, count in counts.states.items()
        if count
    )


def list_answers(matrix: Matrix) -> set[str]:
    """Return every answer that a question of the matrix may have."""
    return {answer for question in matrix.questions for answer in question.answers}
