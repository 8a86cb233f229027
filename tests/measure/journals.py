"""Journals of two tasks in two draws, event by event, and what is collected from them."""

import json
from typing import Any

from harness.measure.collect import Collected, collect
from harness.measure.protocol import Event, Task, parse_events, plan_event
from harness.model import Kind, Status
from tests.builders import NOON, SHA, provenance
from tests.publish.matrices import question

HYPOTHESES = {"valid": 2.0, "total": 1.0}
LOSS = question("masking.loss", experiment="first")
MASK = question("masking.mask", Kind.CATEGORICAL, experiment="first")
OTHER = question("masking.other", experiment="second")
TASKS = (
    Task(
        scenario="masking",
        scenario_sha256=SHA,
        file="masking.py",
        experiment="first",
        questions=(LOSS, MASK),
    ),
    Task(
        scenario="masking",
        scenario_sha256=SHA,
        file="masking.py",
        experiment="second",
        questions=(OTHER,),
    ),
)
PLAN = plan_event(provenance(), TASKS, 2)
START, END = {"event": "start", "task": 0}, {"event": "end", "task": 0, "duration_s": 1.5}


def seen(name: str, draw: int, observed: Any, task: int = 0, **more: object) -> Event:
    numeric = {} if isinstance(observed, str) else HYPOTHESES
    return {
        "event": "observation",
        "task": task,
        "draw": draw,
        "question": name,
        "observed": observed,
        "hypotheses": numeric,
        "note": "",
        **more,
    }


def control(name: str, draw: int, observed: Any, expected: str) -> Event:
    return seen(name, draw, observed, event="control", expected=expected)


def read(*events: Event) -> Collected:
    lines = [json.dumps(event) + "\n" for event in (PLAN, *events)]
    return collect(parse_events("".join(lines).encode()), NOON)


def said(collected: Collected, name: str) -> list[tuple[Status, str | None]]:
    found = [o for o in collected.observations if o.question == f"masking.{name}"]
    return [(o.status, o.answer) for o in found]


FIRST = (
    START,
    seen("loss", 0, 2.0),
    seen("mask", 0, "stops"),
    seen("loss", 1, 2.0),
    seen("mask", 1, "stops"),
    END,
)
VALID, STOPS = (Status.ANSWERED, "valid"), (Status.ANSWERED, "stops")
