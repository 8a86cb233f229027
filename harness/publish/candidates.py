"""What each candidate would change when it comes out, in words; gravest first."""

from dataclasses import dataclass
from itertools import groupby

from harness.judge.differences import Comparison, compare_candidates
from harness.model import Matrix, Question
from harness.publish.wording import GRADES, make_visible, name_questions, name_status, say_cell


@dataclass(frozen=True, slots=True, kw_only=True)
class Alteration:
    """One question that a candidate answers otherwise; ``says`` is from what to what."""

    question: Question
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateFindings:
    """A candidate against the release before it; ``grades`` names how each group shows itself.

    ``not_compared`` tells which cells are unknown. The headline says something in every case.
    """

    headline: str
    grades: tuple[tuple[str, tuple[Alteration, ...]], ...]
    not_compared: tuple[str, ...]


NO_CANDIDATE = "No release in the catalogue is a candidate."


def list_candidates(matrix: Matrix) -> tuple[CandidateFindings, ...]:
    """Return what is found of every candidate in the catalogue, in its order."""
    questions = {question.id: question for question in matrix.questions}
    return tuple(
        CandidateFindings(
            headline=make_visible(_headline(found, len(questions))),
            grades=tuple(
                (
                    GRADES[grade],
                    tuple(
                        Alteration(
                            question=(asked := questions[one.question]),
                            says=f"{say_cell(asked, one.before)} → {say_cell(asked, one.after)}",
                        )
                        for one in alike
                    ),
                )
                for grade, alike in groupby(found.differences, key=lambda one: one.grade)
            ),
            not_compared=tuple(_not_compared(matrix, found)),
        )
        for found in compare_candidates(matrix)
    )


def _headline(found: Comparison, questions: int) -> str:
    if found.before is None:
        return f"{found.after}: no release comes before it in its series"
    against = f"{found.after} against {found.before}"
    compared, changed = questions - len(found.unknown), len(found.differences)
    if not compared:
        return f"{against}: nothing can be compared"
    return f"{against}: {changed or 'none'} of {compared} questions compared would change"


def _not_compared(matrix: Matrix, found: Comparison) -> list[str]:
    """Return which questions are unknown in which of the two releases, and why."""
    gaps: dict[tuple[str, str], list[str]] = {}
    for release in filter(None, (found.before, found.after)):
        for question in found.unknown:
            cell = matrix.cells[release, question]
            if not cell.status.known:
                gaps.setdefault((release, name_status(cell.status)), []).append(question)
    return [
        f"Not compared ({make_visible(release)} {state}): "
        f"{', '.join(name_questions(asked, matrix.questions))}"
        for (release, state), asked in gaps.items()
    ]
