"""Sentences that every format shares."""

import pytest

from harness.errors import ExitCode
from harness.upgrade.check import Scope, compare
from harness.upgrade.policy import NONE
from harness.upgrade.words import conclude, link_evidence, say_effect, say_stay

from .records import LOSS, WEIGHTS, end, record, said, small_matrix
from .tellings import TELLINGS, tell

SAID = {
    "plain": "Findings: 3 changed (1 silent, 1 raising or gone, 1 in a warning only), 0 the same, "
    "0 unknown of 3 questions; slower in 1 of 1 timed cases.",
    "settled": "Nothing at or above breaks: 1 changed (1 improved), 2 the same, 0 unknown of "
    "3 questions.",
}
STAYS = {
    "plain": "The last release before the first silent change is tf-2.10.1, where you are; "
    "tf-2.11.1 brings it.",
    "settled": "No silent change on the way.",
}


@pytest.mark.parametrize(("name", "words"), SAID.items())
def test_the_verdict_in_a_line(name: str, words: str) -> None:
    assert conclude(TELLINGS[name]()) == words


def test_what_is_open_is_said_to_be() -> None:
    telling = tell(TELLINGS["plain"]().verdict, code=ExitCode.INCONCLUSIVE)
    assert conclude(telling).startswith("Inconclusive: ")


@pytest.mark.parametrize(("name", "words"), STAYS.items())
def test_how_far_one_can_go(name: str, words: str) -> None:
    assert say_stay(TELLINGS[name]().verdict) == words


def test_an_anchor_is_that_of_the_page() -> None:
    found = link_evidence("c.html", "tf-2.18.1+keras-3.9.2", "dense_masking.loss")
    assert found == "c.html#tf-2.18.1%2Bkeras-3.9.2:dense_masking.loss"


def test_padding_is_named_only_where_it_matters() -> None:
    cells = {
        ("tf-2.10.1", WEIGHTS.id): said("sum_of_weights"),
        ("tf-2.16.2", WEIGHTS.id): said("total"),
    }
    found = record(small_matrix(cells))
    ends = end(found, "tf-2.10.1"), end(found, "tf-2.16.2")
    verdict = compare(found, *ends, Scope(policy=NONE, padding=0.3))
    effects = {change.question.id: say_effect(change, 0.3) for change in verdict.changes}
    assert effects[WEIGHTS.id] == (
        "The loss is multiplied by the mean weight of all steps: your data decide."
    )
    assert effects[LOSS.id].startswith("At 30 % padding the loss is multiplied by 1.43")
