"""Records made of small matrices, by the export's own way: nothing is known that it does not say."""

from collections.abc import Mapping, Sequence
from typing import Any

from harness.model import Kind, Matrix, Question, Release, Status
from harness.publish.export import build_export
from harness.upgrade.record import Record, read_export
from harness.upgrade.versions import End
from tests.publish.matrices import Said, matrix, question, release

LOSS = question(
    "dense_masking.loss_denominator",
    title="What a masked loss is divided by",
    answers=("valid", "total", "mask_ignored"),
)
CONV = question(
    "mask_reaches_loss.conv1d",
    Kind.CATEGORICAL,
    title="Whether the mask gets through Conv1D to the loss",
    answers=("reaches", "lost", "lost_with_warning"),
    concerns=("keras.layers.Conv1D",),
)
WEIGHTS = question(
    "sample_weight.per_sample",
    remedy="Pass 100 % of <i>the</i> weights | in shape\n::error::(batch, 1).",
    title="What the loss is divided by under weights of shape (batch,)",
    answers=("total", "sum_of_weights", "unweighted"),
    concerns=("Model.fit(sample_weight)",),
)
QUESTIONS = (LOSS, CONV, WEIGHTS)
RAISED = Said(status=Status.RAISED, reason="ValueError: shapes [2, 3] | [3] differ\n::error::x")


def said(answer: str) -> Said:
    """Return an answer; a word for a state stands for that state."""
    return {"raised": RAISED, "gone": Said(status=Status.NOT_APPLICABLE, reason="no such API")}.get(
        answer, Said(answer=answer)
    )


RELEASES = (
    release("tf-2.9.3"),
    release("tf-2.10.1"),
    release("tf-2.11.1"),
    release("tf-2.16.2"),
    release("tf-2.17.0rc0", tags=("candidate",)),
    release("tf-2.16.2+keras-3.0.5", "keras-3", keras="keras==3.0.5"),
    release("tf-2.16.2+keras-3.9.2", "keras-3", keras="keras==3.9.2"),
    release("tf-2.16.2+tf-keras-2.16.0", "legacy", keras="tf-keras==2.16.0"),
    release("tf-2.17.0rc0+tf-keras-2.17.0", "legacy", keras="tf-keras==2.17.0"),
)
KERAS = {"tf-2.9.3": "2.9.0", "tf-2.11.1": "2.11.0", "tf-2.16.2": "3.4.1", "tf-2.17.0rc0": "3.6.0"}
ANSWERS: Mapping[str, tuple[str, str, str]] = {
    "tf-2.9.3": ("total", "lost", "total"),
    "tf-2.10.1": ("total", "lost", "total"),
    "tf-2.11.1": ("valid", "lost", "total"),
    "tf-2.16.2": ("valid", "lost_with_warning", "raised"),
    "tf-2.17.0rc0": ("valid", "lost_with_warning", "total"),
    "tf-2.16.2+keras-3.0.5": ("valid", "lost_with_warning", "raised"),
    "tf-2.16.2+keras-3.9.2": ("valid", "lost_with_warning", "raised"),
    "tf-2.16.2+tf-keras-2.16.0": ("valid", "lost", "total"),
    "tf-2.17.0rc0+tf-keras-2.17.0": ("valid", "lost", "total"),
}


def small_matrix(
    changed: Mapping[tuple[str, str], Said | None] | None = None,
    releases: Sequence[Release] = RELEASES,
    questions: Sequence[Question] = QUESTIONS,
) -> Matrix:
    """Return a matrix with a silent change at 2.11.1, and one that raises and a warning at 2.16.2.

    ``changed`` replaces cells by (release, question); None takes one away.
    """
    cells: dict[tuple[str, str], Said | None] = {
        (row.id, asked.id): Said(
            status=found.status, answer=found.answer, reason=found.reason, keras=KERAS.get(row.id)
        )
        for row in releases
        for asked, found in zip(questions, map(said, ANSWERS[row.id]), strict=True)
    }
    cells |= changed or {}
    return matrix(releases, questions, {key: one for key, one in cells.items() if one})


def record(found: Matrix | None = None, rows: Sequence[Mapping[str, Any]] = ()) -> Record:
    """Return what a comparison would read of a matrix."""
    found = small_matrix() if found is None else found
    return read_export(build_export(found, rows), found.releases, found.questions)


def end(found: Record, name: str) -> End:
    """Return one side of a comparison, by its id."""
    return End(release=found.releases[name], said=name)
