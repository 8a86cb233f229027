"""Whatever a release does, the real scenarios find it: none of them always gives one answer."""

import pytest

from harness.model import Question, Status
from harness.questions import load_scenarios
from tests.scenarios.mutants import batches, losses, masks, spoilt
from tests.scenarios.mutants.case import Case, Refused
from tests.scenarios.planted import Planted, ask, run

CASES = [case for table in (losses, masks, batches, spoilt) for case in table.cases()]
QUESTIONS = [asked for one in load_scenarios() for asked in one.questions]
NOT_PLANTED = {
    # Labels flattened with their steps leave one loss a sample: no mask of steps can be applied.
    "mask_reaches_loss.flatten": {"reaches"},
    # The stand-in takes a loss that is one number as it is.
    "seq2seq_categorical_crossentropy.custom_loss_denominator": {"total", "mask_ignored"},
}
WITHOUT_CONTROL = {
    # It runs or it raises.
    "seq2seq_categorical_crossentropy.custom_loss_as_written",
}


def said(case: Case) -> dict[str, str]:
    """Return the answer, or else the state, of each question; all draws must agree."""
    scenario, experiment = case.asked.split(".")
    collected = ask(scenario, experiment, case.planted)
    assert collected.faults == ()
    answers: dict[str, set[str]] = {}
    for seen in collected.observations:
        outcome = seen.answer if seen.status is Status.ANSWERED else seen.status
        answers.setdefault(seen.question.partition(".")[2], set()).add(str(outcome))
    assert all(len(outcomes) == 1 for outcomes in answers.values()), answers
    return {question: outcomes.pop() for question, outcomes in answers.items()}


@pytest.mark.parametrize("case", CASES, ids=str)
def test_what_is_planted_is_found(case: Case) -> None:
    """Where a control fails, as its planted answer makes it, nothing is said of the release."""
    assert said(case) == {
        question: "unexplained" if isinstance(told, Refused) else told
        for question, told in case.said.items()
    }


def test_every_answer_that_is_offered_is_planted() -> None:
    planted: dict[str, set[str]] = {}
    for case in CASES:
        for question, told in case.said.items():
            asked = f"{case.asked.partition('.')[0]}.{question}"
            name = told.planted if isinstance(told, Refused) else told
            planted.setdefault(asked, set()).add(name)
    missing = {
        asked.id: left
        for asked in QUESTIONS
        if (left := set(asked.answers) - planted.get(asked.id, set()))
    }
    assert missing == NOT_PLANTED


@pytest.mark.parametrize("asked", QUESTIONS, ids=lambda asked: asked.id)
def test_every_draw_of_a_question_has_a_control(asked: Question) -> None:
    """Without one, a scenario that can say but one thing would be believed."""
    events = run(asked.scenario, asked.experiment, Planted())
    name = asked.id.partition(".")[2]
    told = [event for event in events if event.get("question") == name]
    controls = [event for event in told if event["event"] == "control"]
    draws = {event["draw"] for event in told}
    assert draws == {0, 1}
    assert {event["draw"] for event in controls} == (
        set() if asked.id in WITHOUT_CONTROL else draws
    )
    assert {event["expected"] for event in controls} <= set(asked.answers)
