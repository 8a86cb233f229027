"""What a project has decided: changes it accepts, and answers it counts on. Pure.

``maskmatrix.toml`` holds it at the top, ``pyproject.toml`` under ``[tool.maskmatrix]``::

    [[accept]]
    question = "dense_masking.loss_denominator"
    reason = "the learning rate was scaled in March"
    answer = "valid"   # optional: no other answer is accepted
    until = "2.18"     # optional: from this TensorFlow on it counts again

    [expect]
    "dense_masking.masked_targets" = "ignored"
"""

import tomllib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from packaging.version import Version

from harness.errors import UsageError
from harness.model import Question, Status
from harness.names import suggest, suggest_of_all

_KEYS = {"question", "reason", "answer", "until"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Acceptance:
    """A change that was decided on; ``until`` is the first TensorFlow for which it no longer is."""

    question: str
    reason: str
    answer: str = ""
    until: Version | None = None

    def covers(self, answer: str, tensorflow: str) -> bool:
        """Whether it holds for what a target says, and for the target."""
        return self.answer in {"", answer} and not self.expired(tensorflow)

    def expired(self, tensorflow: str) -> bool:
        """Whether the target is at or beyond the release it was accepted until."""
        return self.until is not None and Version(tensorflow) >= self.until


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """All that a file says; ``expect`` is by question, and ``file`` where it stands."""

    accept: tuple[Acceptance, ...] = ()
    expect: Mapping[str, str]
    file: str = ""


NONE = Policy(expect={})
"""Of a project that decided nothing."""


def read_policy(text: str, file: str, questions: Iterable[Question]) -> Policy:
    """Return what a file says; UsageError where it is wrong, with the nearest name."""
    known = {question.id: question for question in questions}
    try:
        document = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{file} is no TOML", why=str(error)) from None
    table = find_table(document, file)
    for key in table:
        if key not in {"accept", "expect"}:
            raise UsageError(f"{file}: unknown key {key!r}", do=suggest(key, ["accept", "expect"]))
    accept, expect = table.get("accept", []), table.get("expect", {})
    if not isinstance(accept, list) or not isinstance(expect, dict):
        raise UsageError(f"{file}: accept is a list of tables, and expect one table")
    return Policy(
        accept=tuple(_read_acceptance(row, file, known) for row in accept),
        expect={name: _read_expectation(name, said, file, known) for name, said in expect.items()},
        file=file,
    )


def narrow_policy(policy: Policy, questions: Collection[str]) -> Policy:
    """Return what is decided on some questions, where only these are compared."""
    return replace(
        policy,
        accept=tuple(one for one in policy.accept if one.question in questions),
        expect={name: said for name, said in policy.expect.items() if name in questions},
    )


def find_table(document: Mapping[str, Any], file: str) -> Mapping[str, Any]:
    """Return what concerns us of a document, by the name of its file."""
    if not file.endswith("pyproject.toml"):
        return document
    tool = document.get("tool")
    table = tool.get("maskmatrix", {}) if isinstance(tool, dict) else {}
    return table if isinstance(table, dict) else {}


def _read_acceptance(row: Any, file: str, known: Mapping[str, Question]) -> Acceptance:
    if not isinstance(row, dict) or not all(isinstance(value, str) for value in row.values()):
        raise UsageError(f"{file}: [[accept]] holds texts only")
    for key in row:
        if key not in _KEYS:
            raise UsageError(f"{file}: unknown key {key!r} in [[accept]]", do=suggest(key, _KEYS))
    question = _find_question(row.get("question", ""), file, known)
    if not row.get("reason", "").strip():
        raise UsageError(
            f"{file}: {question.id} is accepted without a reason",
            do='Add reason = "…": whoever reads it later has to know.',
        )
    if row.get("answer"):
        _check_answer(row["answer"], question, file)
    return Acceptance(
        question=question.id,
        reason=row["reason"],
        answer=row.get("answer", ""),
        until=_read_version(row["until"], file) if "until" in row else None,
    )


def _read_version(text: str, file: str) -> Version:
    try:
        return Version(text)
    except ValueError:  # no version, or one of more digits than Python reads
        raise UsageError(
            f"{file}: until = {text!r} is no version of TensorFlow", do='Write it as "2.18".'
        ) from None


def _read_expectation(name: str, said: Any, file: str, known: Mapping[str, Question]) -> str:
    question = _find_question(name, file, known)
    if not isinstance(said, str):
        raise UsageError(f"{file}: {name} expects {said!r}, which is no text")
    _check_answer(said, question, file)
    return said


def _check_answer(said: str, question: Question, file: str) -> None:
    answers = (*question.answers, Status.RAISED.value, Status.NOT_APPLICABLE.value)
    if said not in answers:
        raise UsageError(
            f"{file}: {question.id} has no answer {said!r}",
            do=suggest_of_all(said, answers),
        )


def _find_question(name: str, file: str, known: Mapping[str, Question]) -> Question:
    if name not in known:
        raise UsageError(f"{file}: there is no question {name!r}", do=suggest(name, known))
    return known[name]
