"""Sentences that every format shares."""

import pytest

from harness.errors import ExitCode
from harness.upgrade.words import conclude, link_evidence, say_stay

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


@pytest.mark.parametrize(("name", "said"), SAID.items())
def test_the_verdict_in_a_line(name: str, said: str) -> None:
    assert conclude(TELLINGS[name]()) == said


def test_what_is_open_is_said_to_be() -> None:
    telling = tell(TELLINGS["plain"]().verdict, code=ExitCode.INCONCLUSIVE)
    assert conclude(telling).startswith("Inconclusive: ")


@pytest.mark.parametrize(("name", "said"), STAYS.items())
def test_how_far_one_can_go(name: str, said: str) -> None:
    assert say_stay(TELLINGS[name]().verdict) == said


def test_an_anchor_is_that_of_the_page() -> None:
    found = link_evidence("c.html", "tf-2.18.1+keras-3.9.2", "dense_masking.loss")
    assert found == "c.html#tf-2.18.1%2Bkeras-3.9.2:dense_masking.loss"
