"""What is laid at the door of a scenario: controls that fail, and what was not declared."""

import pytest

from harness.measure.protocol import Event
from harness.model import Status
from tests.measure.journals import (
    END,
    FIRST,
    HYPOTHESES,
    START,
    STOPS,
    VALID,
    control,
    read,
    said,
    seen,
)


def test_a_failed_control_makes_only_its_draw_unexplained() -> None:
    collected = read(
        START,
        control("loss", 0, 2.0, "total"),
        control("loss", 1, 1.0, "total"),
        *FIRST[1:],
    )
    assert said(collected, "loss") == [(Status.UNEXPLAINED, None), VALID]
    reason = collected.observations[0].reason
    assert reason == "the positive control had to say total, but: valid"
    # What was observed stays, so that the failure can be looked into.
    assert collected.observations[0].observed == 2.0
    assert collected.observations[0].hypotheses == HYPOTHESES


def test_an_exception_before_the_control_leaves_its_draw_unproven() -> None:
    failure = {"event": "failure", "task": 0, "draw": 1, "status": "raised", "reason": "E: no"}
    reported = (START, seen("loss", 0, 2.0), seen("loss", 1, 2.0))
    collected = read(*reported, failure, END)
    valid = (Status.ANSWERED, "valid")
    assert said(collected, "loss") == [valid, (Status.UNEXPLAINED, None)]
    assert "not controlled: E: no" in collected.observations[1].reason
    controlled = read(*reported, control("loss", 1, 1.0, "total"), failure, END)
    assert said(controlled, "loss") == [valid, valid]


def test_every_control_has_to_hold() -> None:
    holds, fails = control("mask", 0, "stops", "stops"), control("mask", 0, "stops", "continues")
    for controls in ((holds, fails), (fails, holds)):
        collected = read(START, *controls, *FIRST[1:])
        assert said(collected, "mask") == [(Status.UNEXPLAINED, None), STOPS]


@pytest.mark.parametrize(
    ("event", "why"),
    [
        (seen("lost", 0, 2.0), "reports 'lost', which is not declared"),
        (seen("other", 0, 2.0), "reports 'other', which is not declared"),
        (control("lost", 0, 2.0, "valid"), "reports 'lost', which is not declared"),
        (seen("loss", 2, 2.0), "draw 2 was not asked for"),
        (seen("loss", -1, 2.0), "draw -1 was not asked for"),
        (seen("loss", 0, 1.0), "reports 'loss' twice"),
        ({"event": "nothing"}, "not valid"),
    ],
)
def test_a_fault_is_named_and_spoils_nothing_that_was_reported_well(event: Event, why: str) -> None:
    collected = read(*FIRST[:-1], event, END)
    assert said(collected, "loss") == [VALID, VALID]
    (fault,) = collected.faults
    assert fault.startswith("masking.first: ")
    assert why in fault


@pytest.mark.parametrize(
    ("event", "why"),
    [
        (seen("loss", 0, "nan"), "observed nan, which is not declared"),
        (seen("loss", 0, "-inf"), "observed -inf, which is not declared"),
        (seen("loss", 0, "valid"), "the label 'valid', not a number"),
        (seen("mask", 0, 2.0, hypotheses={}), "the number 2.0, not a label"),
        (seen("mask", 0, "maybe"), "undeclared label 'maybe'"),
        (seen("loss", 0, 2.0, hypotheses={"median": 2.0}), "undeclared candidates: median"),
    ],
)
def test_what_the_question_does_not_declare_is_unexplained_and_a_fault(
    event: Event, why: str
) -> None:
    rest = [
        one
        for one in FIRST[1:]
        if (one.get("question"), one.get("draw"))
        != (
            event["question"],
            0,
        )
    ]
    collected = read(START, event, *rest)
    assert said(collected, event["question"])[0] == (Status.UNEXPLAINED, None)
    assert [why in fault for fault in collected.faults] == [True]


def test_silence_is_a_fault() -> None:
    collected = read(START, seen("loss", 0, 2.0), END)
    assert said(collected, "loss") == [VALID, (Status.UNEXPLAINED, None)]
    assert collected.faults == ("masking.first: the scenario did not report it",)


def test_a_fault_on_import_leaves_every_question_unexplained() -> None:
    failure = {"event": "failure", "task": 0, "draw": None, "status": "fault", "reason": "bad"}
    collected = read(START, failure, END)
    assert said(collected, "mask") == [(Status.UNEXPLAINED, None)] * 2
    assert collected.faults == ("masking.first: bad",)
