import math
from dataclasses import replace
from itertools import product

import pytest

from harness.judge.speed import Comparison, Sentinel
from harness.model import Case, Speed
from harness.publish.speed_words import (
    NO_SENTINEL,
    SENTINEL,
    count_samples,
    name_cases,
    say_number,
    say_outcome,
    say_ratio,
    say_sentinel,
    say_share,
)
from tests.timed_runs import AGAIN, EAGER, GRAPH, IMPORT, example, sitting, timing

from .sittings import judged

CASES = [
    Case(kernel=kernel, mode=mode, batch=batch, timesteps=16)
    for kernel, mode, batch in product(("reduction_raw", "train_step"), ("eager", "xla"), (8, 32))
]


def comparison(**changed: object) -> Comparison:
    usual = Comparison(
        case="reduction_raw graph 32x16",
        arm="tf-2.10.1",
        blocks=6,
        ratio=1.2,
        low=1.15,
        high=1.25,
        p_value=0.001,
        outcome=Speed.SLOWER,
        minimum_detectable_effect=0.031,
    )
    return replace(usual, **changed)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        (CASES, "everything"),
        ([case for case in CASES if case.mode == "xla"], "xla: every kernel"),
        (CASES[:2], "reduction_raw eager"),
        (CASES[:3], "reduction_raw eager; reduction_raw xla, 8 × 16"),
        ([*CASES[:4], *CASES[6:]], "reduction_raw eager; xla: every kernel"),
    ],
)
def test_cases_are_named_in_as_few_words_as_say_it(chosen: list[Case], said: str) -> None:
    assert name_cases(chosen, CASES) == said


def test_what_is_timed_once_is_named_by_itself() -> None:
    assert name_cases([IMPORT], [IMPORT, GRAPH]) == "import"


def test_the_sentinel() -> None:
    said = judged(sitting({"tf-2.10.1": 1.3}, cases=[GRAPH, EAGER])).told[0]
    counts = "(2 comparisons: 0 faster, 0 slower, 2 same, 0 undecided)"
    assert say_sentinel(said) == f"{SENTINEL[Sentinel.HELD]} {counts}"
    assert say_sentinel(judged([timing()]).told[0]) == NO_SENTINEL


def test_a_sentinel_that_fails_says_by_how_much() -> None:
    slow = [
        replace(one, seconds_per_call=1.1 * one.seconds_per_call) if one.arm == AGAIN else one
        for one in sitting({}, spread=0.001)
    ]
    assert say_sentinel(judged(slow).told[0]) == (
        f"{SENTINEL[Sentinel.FAILED]} (1 comparisons: 0 faster, 1 slower, 0 same, 0 undecided); "
        "reduction_raw graph, 32 × 16: × 1.10 (1.10 to 1.10)"
    )


def test_samples_are_counted() -> None:
    assert (
        count_samples(judged(example()).told[0].timed)
        == "190; 6 of them taken beside other work; 6 more void"
    )


@pytest.mark.parametrize(
    ("changed", "ratio", "outcome"),
    [
        ({}, "× 1.20 (1.15 to 1.25)", "slower"),
        ({"outcome": Speed.SAME}, "× 1.20 (1.15 to 1.25)", "same, 3.1 % would show"),
        ({"high": math.inf}, "× 1.20", "slower"),
        ({"blocks": 0, "high": math.inf}, "–", "slower"),
        ({"low": 1.3}, "× 1.20 (the looks contradict each other)", "slower"),
        (
            {"outcome": Speed.UNDECIDED, "minimum_detectable_effect": math.inf},
            "× 1.20 (1.15 to 1.25)",
            "undecided, too few blocks",
        ),
    ],
)
def test_a_comparison_in_words(changed: dict[str, object], ratio: str, outcome: str) -> None:
    one = comparison(**changed)
    assert (say_ratio(one), say_outcome(one)) == (ratio, outcome)


@pytest.mark.parametrize(
    ("number", "said"),
    [(0.5, "0.5"), (999, "999"), (999.7, "1 k"), (1234, "1.23 k"), (9.996e5, "1 M"), (2e12, "2 T")],
)
def test_numbers_have_three_digits(number: float, said: str) -> None:
    assert say_number(number) == said


@pytest.mark.parametrize(
    ("share", "said"), [(0.573, "57 %"), (0.0573, "5.7 %"), (0.000573, "0.06 %"), (1.1, "110 %")]
)
def test_shares_of_the_bandwidth(share: float, said: str) -> None:
    assert say_share(share) == said
