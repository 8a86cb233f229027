"""The order of the worker: what fits is taken, and nobody speaks for another."""

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.measure.collect import collect
from harness.measure.order import follow, unfinished
from harness.measure.protocol import Event, Task, plan_event
from harness.model import Observation
from tests.builders import NOON, SHA, provenance
from tests.publish.matrices import question

TASKS = 4
HELLO = {"event": "hello", "python": "3", "numpy": "1", "tensorflow": "2", "keras": "3"}
BYE: Event = {"event": "bye"}
BROKEN: Event = {"event": "broken", "reason": "line 3 of the results is not valid"}
TOLD = {"misplaced", "repeated", "doubted"}


def started(task: int) -> Event:
    return {"event": "start", "task": task}


def ended(task: int) -> Event:
    return {"event": "end", "task": task, "duration_s": 1.0}


def seen(task: int, observed: float = 2.0, draw: int = 0) -> Event:
    row = {"task": task, "draw": draw, "question": f"q{task}", "observed": observed, "note": ""}
    return {"event": "observation", **row, "hypotheses": {"valid": 2.0, "total": 1.0}}


def died(task: int | None, event: str = "death") -> Event:
    return {"event": event, "task": task, "status": "crashed", "reason": "signal 6"}


def whole(*tasks: int) -> list[Event]:
    return [event for task in tasks for event in (started(task), seen(task), ended(task))]


def kinds(events: Sequence[Event]) -> list[tuple[str, Any]]:
    """Return what becomes of events that are left out, each with the task that is asked."""
    said = [event for event in follow(events, TASKS) if event["event"] in TOLD]
    return [(event["event"], event["task"]) for event in said]


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([], ([0, 1, 2], None)),
        ([started(0)], ([0, 1, 2], 0)),
        ([started(0), ended(0)], ([1, 2], None)),
        ([started(0), ended(0), started(1)], ([1, 2], 1)),
        ([started(0), died(0)], ([1, 2], None)),
        ([started(0), BROKEN], ([0, 1, 2], 0)),
        ([started(0), died(0, "killed")], ([0, 1, 2], 0)),
        ([*whole(0, 1, 2), BYE], ([], None)),
        ([*whole(0), died(None)], ([], None)),
        # Without its start, nothing is known of a task, and without its end it is not over.
        ([ended(0), ended(1)], ([0, 1, 2], None)),
        ([started(0), *whole(1, 2), BYE], ([0], None)),
        # What is in doubt is not asked again by this run.
        ([*whole(0, 1), ended(0)], ([2], None)),
        ([*whole(0), started(1), ended(0)], ([2], None)),
        ([*whole(0, 1), ended(0), started(1)], ([2], None)),
        # The worker did not begin with the last.
        ([started(0), BROKEN, *whole(2), started(1)], ([0, 1], 1)),
        ([started(0), died(0, "killed"), died(0), started(0)], ([1, 2], None)),
    ],
)
def test_what_is_left_and_what_is_running(
    events: list[Event], expected: tuple[list[int], int | None]
) -> None:
    assert unfinished(events, 3) == expected


@pytest.mark.parametrize(
    "events",
    [
        [HELLO, *whole(0, 1, 2, 3), BYE],
        [HELLO, started(0), seen(0), died(0), HELLO, *whole(1, 2, 3), BYE],
        [HELLO, *whole(0), started(1), died(1, "killed"), HELLO, *whole(1, 2, 3)],
        [HELLO, started(0), died(0, "killed"), died(0), HELLO, *whole(1), died(None)],
        [died(None, "killed"), HELLO, *whole(0, 1, 2, 3), BYE],
        [HELLO, started(0), BROKEN, ended(0), *whole(2, 3), BYE],
    ],
)
def test_whatever_a_worker_and_its_controller_say_fits(events: list[Event]) -> None:
    assert list(follow(events, TASKS)) == events


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ([seen(2)], [("misplaced", 1)]),
        ([seen(0)], [("misplaced", 1)]),
        ([seen(99)], [("misplaced", 1)]),
        ([ended(2)], [("misplaced", 1)]),
        ([ended(-7)], [("misplaced", 1)]),
        ([started(99)], [("misplaced", 1)]),
        ([died(2)], [("misplaced", 1)]),
        ([died(None)], [("misplaced", 1)]),
        ([died(None, "killed")], [("misplaced", 1)]),
        ([{"event": "plan"}], [("misplaced", 1)]),
        ([{**HELLO, "keras": "4"}], [("misplaced", 1)]),
        ([HELLO, BYE], []),
        ([died(1, "killed"), seen(1), started(1)], [("misplaced", 1)]),
        ([died(1, "killed"), ended(1), started(1)], [("misplaced", 1)]),
        ([ended(1), ended(1)], [("misplaced", 1), ("misplaced", 1)]),
        ([started(1)], [("repeated", 1)]),
        ([started(0)], [("doubted", 0)]),
        ([ended(0)], [("doubted", 0)]),
        ([ended(1), *whole(2)], [("doubted", 1)]),
        ([*whole(3)], [("doubted", 1)]),
    ],
)
def test_what_an_experiment_writes_itself_is_told(
    written: list[Event], told: list[tuple[str, int]]
) -> None:
    events = [HELLO, *whole(0), started(1), *written]
    assert kinds([*events, ended(1), *whole(2, 3), BYE]) == told


EVENTS = st.one_of(
    *(
        st.builds(make, st.integers(0, TASKS - 1))
        for make in (started, ended, died, lambda task: died(task, "killed"))
    ),
    st.builds(seen, st.integers(0, TASKS - 1), st.sampled_from([1.0, 5.0])),
    st.builds(whole, st.integers(0, TASKS - 1)),
    st.sampled_from(
        [HELLO, {**HELLO, "keras": "4"}, BYE, BROKEN, died(None), died(None, "killed")]
    ),
)
PLAN = plan_event(
    provenance(),
    [
        Task(
            scenario="masking",
            scenario_sha256=SHA,
            file="masking.py",
            experiment=f"e{task}",
            questions=(question(f"masking.q{task}"),),
        )
        for task in range(TASKS)
    ],
    1,
)


def measured(events: Sequence[Event]) -> dict[str, Observation]:
    found = collect([PLAN, *events], NOON).observations
    assert len({one.question for one in found}) == len(found)
    return {one.question: one for one in found}


@settings(max_examples=500, deadline=None)
@given(st.integers(0, TASKS - 1), st.data())
def test_nothing_an_experiment_writes_is_the_answer_of_another(
    task: int, data: st.DataObject
) -> None:
    """As long as the worker goes on behind it; whoever plays it to its end cannot be told."""
    written: list[Event] = []
    for one in data.draw(st.lists(EVENTS, max_size=8)):
        written += one if isinstance(one, list) else [one]
    at = data.draw(st.integers(1, 2))
    own = whole(task)
    if data.draw(st.booleans()):  # its end is swallowed by what stands before it on the line
        own[-1] = BROKEN
    before, behind = [HELLO, *whole(*range(task))], [*whole(*range(task + 1, TASKS)), BYE]
    honest = measured([*before, *own, *behind])
    found = measured([*before, *own[:at], *written, *own[at:], *behind])
    others = {name: one for name, one in found.items() if name != f"masking.q{task}"}
    assert others.items() <= honest.items()


def test_what_the_worker_says_of_an_experiment_voids_what_was_said_before_it_began() -> None:
    """Somebody has begun it, and has swallowed the end that would have shown who."""
    forged = [started(0), seen(0), ended(0), started(1), seen(1, observed=1.0), BROKEN]
    found = measured([HELLO, *forged, *whole(1, 2), BYE])
    assert {name: one.answer for name, one in found.items()} == {
        f"masking.q{task}": "valid" for task in (0, 1, 2)
    }
