"""What a journal proves, of a process that lives, dies or is killed."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.measure.collect import Collected, absent_observations, collect
from harness.measure.protocol import Event
from harness.model import Status
from harness.releases.builds import Build
from tests.builders import LOCK, NOON, provenance
from tests.measure.journals import (
    END,
    FIRST,
    PLAN,
    START,
    STOPS,
    TASKS,
    VALID,
    control,
    read,
    said,
    seen,
)


def test_a_whole_task_is_answered_and_one_that_is_not_over_says_nothing() -> None:
    collected = read(*FIRST, {"event": "start", "task": 1}, seen("other", 0, 2.0, task=1))
    assert said(collected, "loss") == [VALID, VALID]
    assert said(collected, "mask") == [STOPS, STOPS]
    assert said(collected, "other") == []
    assert collected.faults == ()
    assert {o.duration_s for o in collected.observations} == {1.5}


def test_the_versions_are_those_that_were_there() -> None:
    hello = {
        "event": "hello",
        "python": "3.6.9",
        "numpy": "1.19.5",
        "tensorflow": "2.6.2",
        "keras": "2.6.0",
    }
    for one in read(hello, *FIRST).observations:
        assert one.provenance == provenance(
            python="3.6.9", numpy="1.19.5", tensorflow="2.6.2", keras="2.6.0"
        )


def test_a_crash_keeps_what_was_reported_before_it() -> None:
    death = {"event": "death", "task": 0, "status": "crashed", "reason": "signal 6"}
    collected = read(START, seen("loss", 0, 2.0), death)
    assert said(collected, "loss") == [VALID, (Status.CRASHED, None)]
    assert said(collected, "mask") == [(Status.CRASHED, None)] * 2


def test_a_death_outside_every_task_closes_all_that_are_left() -> None:
    death = {"event": "death", "task": None, "status": "timed_out", "reason": "no result"}
    collected = read(*FIRST, death)
    assert said(collected, "loss") == [VALID, VALID]
    assert said(collected, "other") == [(Status.TIMED_OUT, None)] * 2


def test_an_empty_journal_proves_nothing_and_one_without_a_plan_is_refused() -> None:
    assert collect([], NOON) == Collected(observations=(), faults=())
    with pytest.raises(ValueError, match="begins with its plan"):
        collect([START], NOON)


@pytest.mark.parametrize("absent", [Status.NO_INTERPRETER, Status.NOT_INSTALLABLE])
def test_a_release_without_environment_is_a_stated_outcome(absent: Status) -> None:
    build = Build(release="tf-2.10.1", lock_sha256=LOCK, absent=absent, reason="why not")
    observations = absent_observations(provenance(), TASKS, 2, build, NOON).observations
    assert Counter(o.question for o in observations) == dict.fromkeys(
        ("masking.loss", "masking.mask", "masking.other"), 2
    )
    assert {(o.status, o.answer, o.reason) for o in observations} == {(absent, None, "why not")}


EVENTS = st.one_of(
    st.sampled_from([*FIRST, {"event": "bye"}, {"event": "nothing"}, PLAN]),
    st.builds(
        seen,
        st.sampled_from(["loss", "mask", "other", "lost"]),
        st.integers(-1, 3),
        st.floats(allow_nan=False, allow_infinity=False) | st.sampled_from(["nan", "stops", ""]),
        st.integers(-1, 3),
    ),
    st.builds(
        lambda event, task, status: {"event": event, "task": task, "status": status, "reason": "r"},
        st.sampled_from(["failure", "death"]),
        st.none() | st.integers(-1, 3),
        st.sampled_from(["raised", "not_applicable", "fault", "crashed", "timed_out"]),
    ),
    st.builds(lambda task: {"event": "end", "task": task, "duration_s": 1}, st.integers(-1, 3)),
)


@given(st.lists(EVENTS, max_size=15))
def test_any_journal_gives_each_question_of_a_closed_task_once_a_draw(events: list[Event]) -> None:
    collected = read(*events)
    counted = Counter((o.question, o.draw) for o in collected.observations)
    assert set(counted.values()) <= {1}
    for task in TASKS:
        expected = {(asked.id, draw) for asked in task.questions for draw in (0, 1)}
        assert expected & counted.keys() in (expected, set())
    for one in collected.observations:
        assert (one.answer is not None) == (one.status is Status.ANSWERED)
        assert one.answer or one.reason


KILLED = {"event": "killed", "task": 0, "reason": "signal 9 (Killed)"}
DEATH = {"event": "death", "task": 0, "status": "crashed", "reason": "signal 9 (Killed)"}
BROKEN = {"event": "nothing"}


def test_what_is_asked_again_after_a_kill_is_no_fault_and_counts_once() -> None:
    collected = read(START, seen("loss", 0, 2.0), KILLED, *FIRST)
    assert said(collected, "loss") == [VALID, VALID]
    assert said(collected, "mask") == [STOPS, STOPS]
    assert collected.faults == ()


def test_what_was_observed_before_a_kill_is_kept_where_it_does_not_come_again() -> None:
    begun = (START, seen("loss", 0, 2.0), control("loss", 1, 1.0, "valid"), seen("loss", 1, 2.0))
    collected = read(*begun, KILLED, START, seen("loss", 0, 2.0), DEATH)
    # The second draw is judged by the control that went with it, and that one failed.
    assert said(collected, "loss") == [VALID, (Status.UNEXPLAINED, None)]
    assert said(collected, "mask") == [(Status.CRASHED, None)] * 2


def test_what_comes_after_a_kill_comes_before_what_was_said() -> None:
    collected = read(START, seen("loss", 0, 1.0), KILLED, *FIRST)
    assert said(collected, "loss") == [VALID, VALID]


@pytest.mark.parametrize("end", [(KILLED, *FIRST), (DEATH, {"event": "start", "task": 1})])
def test_a_line_that_is_cut_off_by_a_death_is_no_fault(end: tuple[Event, ...]) -> None:
    assert read(START, BROKEN, *end).faults == ()
    # In the midst of one that lives it is.
    (fault,) = read(START, BROKEN, *FIRST[1:]).faults
    assert "is not valid" in fault
    (fault,) = read(*FIRST, BROKEN).faults
    assert "is not valid" in fault


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        ("MemoryError", "out of memory: MemoryError"),
        ("MemoryError: no", "out of memory: MemoryError: no"),
        ("_ArrayMemoryError: no", "out of memory: _ArrayMemoryError: no"),
        ("ResourceExhaustedError: OOM", "out of memory: ResourceExhaustedError: OOM"),
        ("OSError: [Errno 28] No space left", "OSError: [Errno 28] No space left"),
        ("OSError: [Errno 24] Too many open files", "OSError: [Errno 24] Too many open files"),
    ],
)
def test_want_of_memory_or_disk_is_no_answer_of_the_release(reason: str, told: str) -> None:
    failure = {"event": "failure", "task": 0, "draw": 0, "status": "raised", "reason": reason}
    collected = read(START, failure, END)
    assert said(collected, "loss") == [(Status.CRASHED, None)] * 2
    assert {one.reason for one in collected.observations} == {told}


@pytest.mark.parametrize(
    "reason", ["OSError: [Errno 2] No such file", "OSError: odd", "MemoryErrors: no", "ValueError"]
)
def test_any_other_exception_is(reason: str) -> None:
    failure = {"event": "failure", "task": 0, "draw": 0, "status": "raised", "reason": reason}
    assert said(read(START, failure, END), "loss") == [(Status.RAISED, None)] * 2


def test_a_clock_that_was_set_back_meanwhile_makes_no_time_negative() -> None:
    collected = read(*FIRST[:-1], {**END, "duration_s": -3600.0})
    assert {one.duration_s for one in collected.observations} == {0.0}


def test_a_message_without_end_is_cut() -> None:
    reason = "ValueError: " + "x" * 10**6
    failure = {"event": "failure", "task": 0, "draw": 0, "status": "raised", "reason": reason}
    assert {len(one.reason) for one in read(START, failure, END).observations} == {1000}
