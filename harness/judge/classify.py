"""From what a release said to an answer: the candidate that explains it, or none."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from harness.model import Kind, Question, Status

SEPARATION = 100
"""An answer is proved only where every other candidate lies more tolerances away than this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What an observation means; a ``fault`` is the scenario's own, not the release's."""

    status: Status
    kind: Kind
    answer: str | None = None
    reason: str = ""
    fault: bool = False


def classify(
    question: Question, observed: float | str, hypotheses: Mapping[str, float]
) -> Judgement:
    """Return the one candidate within the question's tolerance of what was observed.

    Another candidate within ``SEPARATION`` tolerances makes it ``ambiguous``: the data did not
    tell them apart. None within tolerance is ``unexplained``, and so is an observation that the
    question does not declare. Distances are relative to the candidate.
    """
    if isinstance(observed, str):
        return _classify_label(question, observed)
    if not math.isfinite(observed):
        return _classify_non_finite(question, observed)
    if question.kind is not Kind.NUMERIC:
        return _undeclared(Kind.NUMERIC, f"observed the number {observed!r}, not a label")
    if undeclared := sorted(hypotheses.keys() - set(question.answers)):
        return _undeclared(Kind.NUMERIC, f"undeclared candidates: {', '.join(undeclared)}")
    within = _near(observed, hypotheses, question.tolerance)
    if not within:
        reason = "no candidate explains the number observed"
        return Judgement(status=Status.UNEXPLAINED, kind=Kind.NUMERIC, reason=reason)
    near = _near(observed, hypotheses, question.tolerance * SEPARATION)
    if len(near) > 1:
        reason = f"the data do not tell apart: {', '.join(near)}"
        return Judgement(status=Status.AMBIGUOUS, kind=Kind.NUMERIC, reason=reason)
    return Judgement(status=Status.ANSWERED, kind=Kind.NUMERIC, answer=within[0])


def _near(observed: float, hypotheses: Mapping[str, float], distance: float) -> list[str]:
    return sorted(
        name
        for name, value in hypotheses.items()
        if math.isfinite(value) and abs(observed - value) <= distance * abs(value)
    )


def _classify_label(question: Question, label: str) -> Judgement:
    if question.kind is not Kind.CATEGORICAL:
        return _undeclared(Kind.CATEGORICAL, f"observed the label {label!r}, not a number")
    if label not in question.answers:
        return _undeclared(Kind.CATEGORICAL, f"observed the undeclared label {label!r}")
    return Judgement(status=Status.ANSWERED, kind=Kind.CATEGORICAL, answer=label)


def _classify_non_finite(question: Question, observed: float) -> Judgement:
    name = "nan" if math.isnan(observed) else "inf"
    if name not in question.answers:
        return _undeclared(Kind.NON_FINITE, f"observed {observed}, which is not declared")
    return Judgement(status=Status.ANSWERED, kind=Kind.NON_FINITE, answer=name)


def _undeclared(kind: Kind, reason: str) -> Judgement:
    return Judgement(status=Status.UNEXPLAINED, kind=kind, reason=reason, fault=True)
