"""Whatever a question may answer is explained, and nothing else is."""

from harness.publish.answers import ANSWERS
from harness.publish.wording import REDUCTIONS
from harness.questions import load_scenarios


def test_every_answer_is_explained_once() -> None:
    formulas = {reduction.name for reduction in REDUCTIONS}
    declared = {
        answer
        for scenario in load_scenarios()
        for question in scenario.questions
        for answer in question.answers
    }
    assert declared - formulas == ANSWERS.keys()
