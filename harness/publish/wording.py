"""The words of everything published: states, answers, series, and the command behind a cell."""

import re
import shlex
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from harness.judge.differences import Grade
from harness.model import Cause, Cell, Kind, Question, Status
from harness.visible import make_visible as make_visible  # noqa: PLC0414 - the others' word too

NOTHING = "–"
"""What stands in a table where there is nothing to tell."""

STATES = {
    Status.ANSWERED: "every draw gave the same answer",
    Status.RAISED: "the release raised an exception",
    Status.NOT_APPLICABLE: "the release lacks the API that is asked about",
    Status.UNEXPLAINED: "what was observed fits no candidate, or a control failed",
    Status.AMBIGUOUS: "what was observed fits more than one candidate",
    Status.CONTRADICTORY: "draws, runs or machines disagree",
    Status.CRASHED: "the process died",
    Status.TIMED_OUT: "there was no answer in time",
    Status.NOT_INSTALLABLE: "the release could not be installed",
    Status.NO_INTERPRETER: "the Python it needs was not found",
    Status.NOT_RUN: "it was not measured",
}
"""What each state means, in the order in which they are counted."""

SERIES = {
    "tensorflow": "each TensorFlow with the Keras of its day",
    "keras-3": "each Keras 3 on one TensorFlow",
    "tensorflow-at-keras-3": "each TensorFlow with one Keras 3",
    "standalone": "stand-alone Keras 2 on TensorFlow 1",
    "legacy": "the legacy package tf-keras",
}
"""What each series walks along, in the order in which they are published."""

CAUSES = {
    Cause.KERAS: "Keras",
    Cause.TENSORFLOW: "TensorFlow",
    Cause.NOT_SEPARATED: "not separated",
}
"""What brought a change."""

MARKS = (
    "(Keras) behind an interval: the change is there with TensorFlow held; (TensorFlow): it is "
    "there with Keras held. A change without a mark: the two are not told apart. Up to TensorFlow "
    "2.5, tf.keras is a part of TensorFlow and never told apart."
)
"""What the marks mean that segments carry."""

GRADES = {
    Grade.SILENT: "Another answer, and nothing raises",
    Grade.BREAKS: "No answer any more",
    Grade.FAILS_OTHERWISE: "Still no answer, for another reason",
    Grade.MENDS: "An answer where there was none",
}
"""How a difference shows itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reduction:
    """A name that a numeric answer may have; ``divides``: it names what is divided by."""

    name: str
    numerator: str
    divided_by: str
    divides: bool = True

    @property
    def said(self) -> str:
        """How the answer is written in every table."""
        return f"÷ {self.name}" if self.divides else self.name


REDUCTIONS = (
    Reduction(name="valid", numerator="Σ l·m·w", divided_by="Σ m: the valid steps"),
    Reduction(name="total", numerator="Σ l·m·w", divided_by="N: all steps, padding too"),
    Reduction(name="sum_of_weights", numerator="Σ l·m·w", divided_by="Σ m·w"),
    Reduction(name="sum_of_all_weights", numerator="Σ l·m·w", divided_by="Σ w"),
    Reduction(name="nonzero_weights", numerator="Σ l·m·w", divided_by="the number of w ≠ 0"),
    Reduction(
        name="valid_and_nonzero_weights",
        numerator="Σ l·m·w",
        divided_by="N · mean(m) · mean(w ≠ 0)",
    ),
    Reduction(name="batch", numerator="Σ l·m·w", divided_by="the number of samples"),
    Reduction(name="sum", numerator="Σ l·m·w", divided_by="1: nothing", divides=False),
    Reduction(
        name="mask_ignored",
        numerator="Σ l·w",
        divided_by="N: the mask had no effect",
        divides=False,
    ),
    Reduction(
        name="unweighted",
        numerator="Σ l·m",
        divided_by="Σ m: the weights had no effect",
        divides=False,
    ),
)
_SAID = {reduction.name: reduction.said for reduction in REDUCTIONS}
_EXCEPTION = re.compile(r"(?:[^\W\d]\w*\.)*([^\W\d]\w*)(?=:|;|$)")
_PLAIN = re.compile(r"[\w.+-]+", re.ASCII)


def name_status(status: Status) -> str:
    """Return the state in words."""
    return status.value.replace("_", " ")


def say_answer(question: Question, answer: str) -> str:
    """Return an answer as it is written: ``÷`` precedes it only where it names a denominator."""
    numeric = question.kind is Kind.NUMERIC
    return _SAID.get(answer, make_visible(answer)) if numeric else make_visible(answer)


def say(question: Question, status: Status, answer: str | None, reasons: Iterable[str]) -> str:
    """Return in a few words what cells with one status and answer say; never blank.

    ``÷`` precedes an answer only where it names a denominator: ``÷ valid``, but ``stops``. An
    exception is named by its type, or types, where the cells' reasons tell it.
    """
    if status is Status.ANSWERED and answer:
        return say_answer(question, answer)
    words = name_status(status)
    if status is Status.RAISED:
        found = (_EXCEPTION.match(reason) for reason in reasons)
        names = list(dict.fromkeys(match[1] for match in found if match))
        return " ".join([words, ", ".join(names)]) if names else words
    return words


def say_cell(question: Question, cell: Cell) -> str:
    """Return in a few words what one cell says."""
    return say(question, cell.status, cell.answer, [cell.reason])


def name_questions(asked: Collection[str], questions: Iterable[Question]) -> tuple[str, ...]:
    """Return the questions; a scenario's name stands for all it asks, one phrase for everything."""
    scenarios: dict[str, list[str]] = {}
    for question in questions:
        scenarios.setdefault(question.scenario, []).append(question.id)
    if len(asked) == sum(map(len, scenarios.values())):
        return ("every question",)
    names: list[str] = []
    for scenario, ids in scenarios.items():
        chosen = [question for question in ids if question in asked]
        whole = len(chosen) == len(ids) > 1
        names += [f"{scenario} (all {len(ids)} questions)"] if whole else chosen
    return tuple(map(make_visible, names))


def reproduce(release: str, scenario: str, *others: str, folder: str = "") -> str:
    """Return the shell command that measures a scenario in a release, or several, again.

    ``folder`` is where a scenario of one's own lies.
    """
    sessions = " ".join(map(_quote_session, (release, *others)))
    own = f" --scenarios {shlex.quote(folder)}" if folder else ""
    return f"nox -s {sessions} -- --scenario {shlex.quote(scenario)}{own} --again"


def _quote_session(release: str) -> str:
    session = f"matrix({release})"
    return f'"{session}"' if _PLAIN.fullmatch(release) else shlex.quote(session)
