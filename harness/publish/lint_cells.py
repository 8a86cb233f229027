"""Whether each cell of an export is there once, and has the evidence for what it says."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from harness.judge.classify import SEPARATION

DRAWS = 2
"""An answer given once is no answer: data on which two formulas agree would pass for proof."""
_NON_FINITE = {"nan": "nan", "inf": "inf", "-inf": "inf"}
"""How JSON spells a number that is not finite, and the answer it is."""


def check_cells(export: Mapping[str, Any], tolerances: Mapping[str, float]) -> Iterator[str]:
    """Yield what is wrong; ``tolerances`` by question, relative to the candidate."""
    questions = {question["id"]: question for question in export["questions"]}
    due = {(release["id"], asked) for release in export["releases"] for asked in questions}
    found = Counter((cell["release"], cell["question"]) for cell in export["cells"])
    for release, asked in sorted(due - found.keys()):
        yield f"{release}, {asked}: the cell is missing"
    for (release, asked), times in sorted(found.items()):
        if (release, asked) not in due:
            yield f"{release}, {asked}: a cell of no release or no question"
        elif times > 1:
            yield f"{release}, {asked}: the cell is there {times} times"
    for cell in export["cells"]:
        if cell["question"] in questions:
            asked = questions[cell["question"]]
            for fault in _check(cell, asked, tolerances[cell["question"]]):
                yield f"{cell['release']}, {cell['question']}: {fault}"


def _check(cell: Mapping[str, Any], question: Mapping[str, Any], tolerance: float) -> Iterator[str]:
    hashes = cell["scenario_sha256"], cell["lock_sha256"]
    if len(cell["observed"]) != len(cell["hypotheses"]):
        yield "not every observation has its hypotheses"
    elif cell["status"] == "not_run":
        if cell["observed"] or any(hashes):
            yield "it has evidence, and is said not to be measured"
    elif not cell["observed"]:
        yield f"it is {cell['status']} without an observation"
    elif not cell["scenario_sha256"]:
        yield "it does not say which scenario was asked"
    elif cell["status"] == "answered":
        yield from _check_answer(cell, question, tolerance)
    elif not cell["reason"]:
        yield f"it is {cell['status']} without a reason"
    if cell["status"] != "answered" and cell["answer"] is not None:
        yield f"it is {cell['status']}, and has an answer"


def _check_answer(
    cell: Mapping[str, Any], question: Mapping[str, Any], tolerance: float
) -> Iterator[str]:
    answer = cell["answer"]
    if answer not in question["answers"]:
        yield f"{answer!r} is no answer to it"
        return
    if len(cell["observed"]) < DRAWS:
        yield "it was answered once only"
    if not cell["lock_sha256"]:
        yield "it does not say from which lock the release was installed"
    for observed, hypotheses in zip(cell["observed"], cell["hypotheses"], strict=True):
        if observed is None:
            yield f"nothing was observed that is {answer!r}"
        elif isinstance(observed, str) and question["kind"] == "numeric":
            if observed not in _NON_FINITE:
                yield f"{observed!r} was observed where a number is asked for"
            elif _NON_FINITE[observed] != answer:
                yield f"{observed!r} was observed, and the answer is {answer!r}"
        elif isinstance(observed, str):
            if observed != answer:
                yield f"{observed!r} was observed, and the answer is {answer!r}"
        elif question["kind"] != "numeric":
            yield f"{observed!r} was observed where a label is asked for"
        else:
            yield from _check_number(observed, hypotheses, answer, tolerance)


def _check_number(
    observed: float, hypotheses: Mapping[str, Any], answer: str, tolerance: float
) -> Iterator[str]:
    numbers = {name: one for name, one in hypotheses.items() if not isinstance(one, str)}
    if answer not in numbers:
        yield f"no hypothesis tells what {answer!r} would give"
    for name, value in sorted(numbers.items()):
        away = abs(observed - value)
        if name == answer and away > tolerance * abs(value):
            yield f"{observed!r} was observed, and {answer!r} would be {value!r}"
        if name != answer and away <= SEPARATION * tolerance * abs(value):
            yield f"{observed!r} is as well explained by {name!r}, {value!r}"
