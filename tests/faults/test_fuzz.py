"""Whatever is read from outside, at random: an answer or an error that is explained, never more."""

import json
import tempfile
from collections.abc import Callable
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harness.errors import MaskmatrixError
from harness.measure.collect import collect
from harness.measure.journal import Tail, read_events
from harness.measure.order import unfinished
from harness.measure.plan import Measurement
from harness.measure.progress import RunProgress
from harness.measure.protocol import Task, parse_events, parse_lines, plan_event
from harness.questions import read_questions
from harness.releases.builds import Build, read_build
from harness.releases.catalogue import CATALOGUE, load_catalogue
from harness.store import read_observations, write_observations
from tests.builders import NOON, declared, observation, provenance
from tests.faults.conftest import count
from tests.faults.place import LONG
from tests.measure.bench import RELEASE
from tests.measure.test_protocol import GOOD, TASKS
from tests.publish.matrices import question

if TYPE_CHECKING:
    from harness.model import Observation

TIMES = 2000 if LONG else 100
fuzz = settings(
    max_examples=TIMES, deadline=None, suppress_health_check=list(HealthCheck), database=None
)
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


@fuzz
@given(st.binary(max_size=300))
def test_any_bytes_are_lines(text: bytes) -> None:
    count("lines")
    events = list(parse_lines(text.split(b"\n")))
    assert all(isinstance(event["event"], str) for event in events)
    following = [event["event"] == "broken" for event in events]
    assert not any(a and b for a, b in pairwise(following))


def explained(read: Callable[[Path], object], name: str, content: bytes) -> None:
    """Read a file; anything but a value or an explained error is a fault of ours."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / name
        file.write_bytes(content)
        with suppress(MaskmatrixError):
            read(file)


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
    count("catalogues")
    explained(load_catalogue, "releases.toml", text.encode(errors="surrogatepass"))


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
    count("scenarios")
    explained(read_questions, "masking.py", code.encode(errors="surrogatepass"))


@fuzz
@given(JSON.map(lambda value: json.dumps(value).encode()) | st.binary(max_size=50))
def test_any_record_of_a_build_is_read_or_refused_with_a_reason(content: bytes) -> None:
    count("records of builds")
    explained(lambda file: read_build(file.parent, "tf-1"), "tf-1.json", content)


@fuzz
@given(st.data())
def test_any_damage_to_the_store_is_noticed_or_changes_nothing(data: st.DataObject) -> None:
    count("damaged stores")
    said = [observation(draw=draw, observed=1.5, hypotheses={"valid": 1.5}) for draw in (0, 1)]
    with tempfile.TemporaryDirectory() as name:
        file = write_observations(Path(name), said)
        whole = file.read_bytes()
        at = data.draw(st.integers(0, len(whole) - 1))
        length = data.draw(st.integers(0, 20))
        file.write_bytes(whole[:at] + data.draw(st.binary(max_size=20)) + whole[at + length :])
        read: list[Observation] = []
        complaint = ""
        try:
            read += read_observations(Path(name))
        except MaskmatrixError as error:
            complaint = str(error)
        assert str(file) in complaint or read == said
