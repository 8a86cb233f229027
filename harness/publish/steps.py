"""The changes of a series, step by step: what brought them, and which releases show it."""

from dataclasses import dataclass

from harness.model import Change, Matrix
from harness.publish.wording import CAUSES, make_visible, name_questions


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """The questions whose outcome changes between two releases, with one cause and evidence."""

    between: str
    cause: str
    shown_by: str
    questions: tuple[str, ...]


def list_steps(matrix: Matrix, series: str) -> tuple[Step, ...]:
    """Return every change along a series, those alike together, in the order of the releases."""
    place = {release.id: index for index, release in enumerate(matrix.releases)}
    alike: dict[tuple[str, Change], list[str]] = {}
    for interval in matrix.intervals:
        if interval.series == series and interval.began:
            alike.setdefault((interval.first, interval.began), []).append(interval.question)
    ordered = sorted(alike.items(), key=lambda item: (place[item[0][0]], place[item[0][1].after]))
    return tuple(
        Step(
            between=make_visible(f"{change.after} → {first}"),
            cause=CAUSES[change.cause],
            shown_by=make_visible(_show(matrix, first, change)),
            questions=name_questions(questions, matrix.questions),
        )
        for (first, change), questions in ordered
    )


def _show(matrix: Matrix, first: str, change: Change) -> str:
    """Return the evidence in words; its releases are named where they are not the step's own."""
    said = []
    if change.keras:
        old, new = (matrix.provenances[release] for release in change.keras)
        moves = f"TensorFlow {old.tensorflow} held, Keras {old.keras} → {new.keras}"
        said.append(moves + _name_pair(change.keras, (change.after, first)))
    if change.tensorflow:
        old, new = (matrix.provenances[release] for release in change.tensorflow)
        moves = f"Keras {old.keras} held, TensorFlow {old.tensorflow} → {new.tensorflow}"
        said.append(moves + _name_pair(change.tensorflow, (change.after, first)))
    return "; ".join(said) or "no measured releases tell them apart"


def _name_pair(pair: tuple[str, str], step: tuple[str, str]) -> str:
    return "" if pair == step else f" ({pair[0]} → {pair[1]})"
