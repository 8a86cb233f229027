"""Whatever is read from outside, at random: an answer or an error that is explained, never more."""

import json
import tempfile
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.measure.collect import collect
from harness.measure.journal import Tail, read_events
from harness.measure.order import follow, unfinished
from harness.measure.plan import Measurement
from harness.measure.progress import RunProgress
from harness.measure.protocol import Task, parse_events, parse_lines, plan_event
from harness.questions import read_questions
from harness.releases.builds import Build
from harness.releases.catalogue import CATALOGUE, load_catalogue
from harness.store import read_observations, write_observations
from tests.builders import NOON, declared, provenance
from tests.faults.conftest import count
from tests.faults.fuzzing import damage, explained, fuzz
from tests.measure.bench import RELEASE
from tests.measure.test_protocol import GOOD, TASKS
from tests.publish.matrices import question

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-3, 4)
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["loss", "masking", "valid", "nan", "inf", "raised", "crashed", "fault"])
)
JSON = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner)
)
NAMES = ["event", "task", "draw", "question", "observed", "hypotheses", "note", "status", "reason"]
EVENTS = st.one_of(
    st.sampled_from(GOOD),
    st.builds(
        lambda good, name, value: {**good, name: value},
        st.sampled_from(GOOD),
        st.sampled_from([*NAMES, "duration_s", "expected", "python", "tensorflow"]),
        JSON,
    ),
    st.dictionaries(st.sampled_from(NAMES), JSON),
)
LINES = st.one_of(
    EVENTS.map(lambda event: json.dumps(event).encode()),
    st.binary(max_size=60),
    st.builds(
        lambda event, cut, junk: json.dumps(event).encode()[:cut] + junk,
        EVENTS,
        st.integers(0, 200),
        st.binary(max_size=5),
    ),
)


@fuzz
@given(TASKS, st.lists(LINES, max_size=12))
def test_whatever_follows_a_plan_is_collected_and_can_be_stored(
    task: Any, lines: list[bytes]
) -> None:
    count("journals")
    plan = json.dumps(plan_event(provenance(), [task], 2)).encode()
    text = b"".join(line + b"\n" for line in (plan, *lines))
    with tempfile.TemporaryDirectory() as name:
        journal = Path(name) / "one.jsonl"
        journal.write_bytes(text)
        tail = Tail(journal, 1)
        events = tail.read()
        assert tail.unread_bytes() == 0
        unfinished(events, 1)
        collected = collect(read_events(journal), NOON)
        if collected.observations:
            write_observations(Path(name), collected.observations)
            assert len(list(read_observations(Path(name)))) == len(collected.observations)


@fuzz
@given(st.lists(EVENTS, max_size=8))
def test_whatever_is_told_moves_the_progress(events: list[dict[str, Any]]) -> None:
    count("events told")
    text = b"".join(json.dumps(event).encode() + b"\n" for event in events)
    task = Task(
        scenario="masking",
        scenario_sha256="0",
        file="",
        experiment="ask",
        questions=(question("masking.loss"),),
    )
    due = Measurement(
        release=RELEASE,
        build=Build(release=RELEASE.id, lock_sha256="0"),
        provenance=provenance(),
        tasks=(task,),
    )
    with tempfile.TemporaryDirectory() as name:
        journal = Path(name) / "one.jsonl"
        journal.write_bytes(text)
        with RunProgress([due]) as progress:
            for event in Tail(journal, 1).read():
                progress.tell(due, event)


@fuzz
@given(JSON)
def test_whatever_stands_for_a_plan_is_refused_with_a_reason(value: Any) -> None:
    count("plans")
    usual = plan_event(provenance(), [], 2)
    for plan in (value, {**usual, "provenance": value}, {**usual, "tasks": [value]}):
        events = parse_events(json.dumps(plan).encode() + b"\n")
        with pytest.raises((ValueError, KeyError, TypeError)):
            collect(events, NOON)


JOURNAL = "".join(json.dumps(event) + "\n" for event in (*GOOD, *GOOD)).encode()


@fuzz
@given(
    st.binary(max_size=300)
    | st.lists(LINES, max_size=5).map(b"\n".join)
    | st.integers(1, 5000).map(lambda depth: b'{"a":' * depth)
)
def test_any_bytes_are_lines(text: bytes) -> None:
    check_lines("lines", text)


@fuzz
@given(damage([JOURNAL]))
def test_a_damaged_journal_is_lines(text: bytes) -> None:
    check_lines("lines, damaged", text)


def check_lines(what: str, text: bytes) -> None:
    count(what)
    events = list(parse_lines(text.split(b"\n")))
    list(follow(events, 3))
    assert all(isinstance(event["event"], str) for event in events)
    following = [event["event"] == "broken" for event in events]
    assert not any(a and b for a, b in pairwise(following))


ROW = CATALOGUE.read_text(encoding="utf-8").split("[[release]]")[1]
TOML = st.one_of(
    st.text(max_size=200),
    st.builds(
        lambda at, length, junk: f"[[release]]{ROW[:at]}{junk}{ROW[at + length :]}",
        st.integers(0, len(ROW)),
        st.integers(0, 30),
        st.text(max_size=10) | st.sampled_from(['"', "[", "]", "=", "''", "1e9", "\n[a]\n", "{}"]),
    ),
    st.integers(1, 3000).map(lambda depth: "a = " + "[" * depth),
    st.integers(1, 3000).map(lambda depth: ".".join("a" * depth) + " = 1"),
)


@fuzz
@given(TOML)
def test_any_catalogue_is_loaded_or_refused_with_a_reason(text: str) -> None:
    content = text.encode(errors="surrogatepass")
    explained("catalogues", load_catalogue, "releases.toml", content)


@fuzz
@given(damage([("[[release]]" + ROW).encode() * 2], [b"2026-99-99", b"tf-", b"keras==3.0.0"]))
def test_a_damaged_catalogue_is_loaded_or_refused_with_a_reason(content: bytes) -> None:
    explained("catalogues, damaged", load_catalogue, "releases.toml", content)


PYTHON = st.one_of(
    st.text(max_size=100),
    JSON.map(lambda value: f"QUESTIONS = {value!r}"),
    st.dictionaries(
        st.sampled_from(["loss", "Loss", ""]),
        st.builds(
            lambda name, value: {**declared(), name: value},
            st.sampled_from([*declared(), "tolerance", "odd"]),
            JSON,
        ),
    ).map(lambda value: f"QUESTIONS = {value!r}"),
    st.tuples(
        st.sampled_from(["(", "[", "-", "{1:", "not ", "a.", "f("]), st.integers(1, 3000)
    ).map(lambda pair: "QUESTIONS = " + pair[0] * pair[1] + "1"),
    st.integers(1, 3000).map(lambda depth: "QUESTIONS = " + "[" * depth + "]" * depth),
    st.integers(1, 3000).map(lambda depth: "QUESTIONS = " + "+".join("1" * depth)),
)


@fuzz
@given(PYTHON)
def test_any_scenario_is_read_or_refused_with_a_reason(code: str) -> None:
    explained("scenarios", read_questions, "masking.py", code.encode(errors="surrogatepass"))


@fuzz
@given(damage([f"QUESTIONS = {dict.fromkeys(['loss', 'mask'], declared())!r}".encode()]))
def test_a_damaged_scenario_is_read_or_refused_with_a_reason(content: bytes) -> None:
    explained("scenarios, damaged", read_questions, "masking.py", content)
