"""The journal: strict lines, each taken or called broken, and a cut-off end passed over."""

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.measure.protocol import (
    Task,
    parse_events,
    plan_event,
    plan_tasks,
)
from harness.model import Kind
from tests.builders import SHA, provenance
from tests.publish.matrices import question

TEXT = st.text(max_size=20)
QUESTIONS = st.builds(
    lambda kind, text, tolerance: replace(
        question("masking.loss", kind), title=text, why=text, tolerance=tolerance
    ),
    st.sampled_from([Kind.NUMERIC, Kind.CATEGORICAL]),
    TEXT,
    st.floats(1e-9, 1e-3),
)
TASKS = st.builds(
    Task,
    scenario=TEXT,
    scenario_sha256=st.just(SHA),
    file=TEXT,
    experiment=TEXT,
    questions=st.lists(QUESTIONS, min_size=1, max_size=3).map(tuple),
)
OBSERVED = {
    "event": "observation",
    "task": 0,
    "draw": 0,
    "question": "loss",
    "observed": 1.5,
    "hypotheses": {"valid": 1.5, "total": "nan"},
    "note": "",
}
HELLO = {"event": "hello", "python": "3", "numpy": "1", "tensorflow": "2", "keras": "3"}
GOOD = [
    HELLO,
    {"event": "start", "task": 0},
    OBSERVED,
    {**OBSERVED, "observed": "-inf"},
    {**OBSERVED, "event": "control", "expected": "valid"},
    {"event": "failure", "task": 0, "draw": None, "status": "fault", "reason": "no"},
    {"event": "end", "task": 0, "duration_s": 1},
    {"event": "death", "task": None, "status": "crashed", "reason": "signal 6"},
    {"event": "bye", "peak_rss_bytes": 1},
]
NOT_VALID = [
    "",
    "garbage",
    "3",
    "[]",
    "null",
    '"start"',
    "{}",
    '{"event": "stop"}',
    '{"event": ["start"]}',
    '{"event": "start"}',
    '{"event": "start", "task": "0"}',
    '{"event": "start", "task": 0.0}',
    '{"event": "start", "task": true}',
    '{"event": "start", "task": null}',
    '{"event": "start", "task": 0',
    "[" * 5000,
    '{"event": "start", "task": 0}{"event": "start", "task": 1}',
    json.dumps({**OBSERVED, "observed": [1.0]}),
    json.dumps({**OBSERVED, "observed": None}),
    json.dumps({**OBSERVED, "observed": True}),
    json.dumps({**OBSERVED, "observed": float("nan")}),
    json.dumps({**OBSERVED, "observed": 10**400}),
    json.dumps({**OBSERVED, "hypotheses": [1.0]}),
    json.dumps({**OBSERVED, "hypotheses": {"valid": "x"}}),
    json.dumps({**OBSERVED, "hypotheses": {"valid": True}}),
    json.dumps({**OBSERVED, "hypotheses": {"valid": None}}),
    json.dumps({**OBSERVED, "hypotheses": {"valid": float("inf")}}),
    json.dumps({**OBSERVED, "hypotheses": {"valid": 10**400}}),
    json.dumps({**OBSERVED, "question": 3}),
    json.dumps({**OBSERVED, "note": {"a": 1}}),
    json.dumps({**OBSERVED, "note": None}),
    json.dumps({**OBSERVED, "draw": None}),
    json.dumps({**OBSERVED, "event": "control"}),
    '{"event": "failure", "task": 0, "draw": 0, "status": "answered", "reason": ""}',
    '{"event": "failure", "task": 0, "draw": 0, "status": "crashed", "reason": ""}',
    '{"event": "death", "task": 0, "status": "raised", "reason": ""}',
    '{"event": "death", "task": 0, "status": "crashed"}',
]


@settings(max_examples=40, deadline=None)
@given(st.lists(TASKS, max_size=3), st.integers(1, 5))
def test_a_plan_survives_its_line(tasks: list[Task], draws: int) -> None:
    plan = plan_event(provenance(), tasks, draws)
    (read,) = parse_events(json.dumps(plan).encode() + b"\n")
    assert plan_tasks(read) == tasks
    assert read["draws"] == draws
    assert read["provenance"] == plan["provenance"]


@pytest.mark.parametrize("event", GOOD, ids=lambda event: event["event"])
def test_an_event_of_the_protocol_is_read(event: dict[str, object]) -> None:
    assert parse_events(json.dumps(event).encode() + b"\n") == [event]


@pytest.mark.parametrize("line", NOT_VALID, ids=lambda line: line[:70])
def test_any_other_line_is_broken_and_named_by_its_number(line: str) -> None:
    good = json.dumps(HELLO)
    before, broken, after = parse_events(f"{good}\n{line}\n{good}\n".encode())
    assert before == after == HELLO
    assert broken["event"] == "broken"
    assert "line 2" in broken["reason"]


@given(st.binary(max_size=200))
def test_no_bytes_break_the_parser(text: bytes) -> None:
    events = parse_events(text)
    assert len(events) == text.count(b"\n")
    assert all(isinstance(event["event"], str) for event in events)


@given(st.lists(st.sampled_from(GOOD), max_size=6), st.data())
def test_a_journal_cut_anywhere_says_the_beginning_of_the_whole(
    events: list[dict[str, object]], data: st.DataObject
) -> None:
    text = b"".join(json.dumps(event).encode() + b"\n" for event in events)
    cut = data.draw(st.integers(0, len(text)))
    assert parse_events(text[:cut]) == events[: text[:cut].count(b"\n")]
