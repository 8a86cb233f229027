"""The journal of a run: JSON lines, checked one by one. Pure.

A journal holds one run of one release. Its first line is the controller's plan; the workers' lines
(see ``worker/worker.py``) follow, and where a worker died, the controller's word on how::

    {"event": "plan", "provenance": {...}, "draws": 2, "tasks": [...]}
    {"event": "death", "task": 3 or null, "status": "crashed", "reason": "signal 11"}
    {"event": "killed", "task": 3 or null, "reason": "signal 9"}

One that was killed by somebody else is no answer: the experiment is begun again, and what it says
then comes before what it had said.

So a journal says by itself what was measured: one that was left behind by a run that was killed is
read like any other, and every line that the worker wrote counts.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from harness.model import Kind, Provenance, Question, Status

_REQUIRED: Mapping[str, Mapping[str, type | tuple[type, ...]]] = {
    "plan": {"provenance": dict, "draws": int, "tasks": list},
    "hello": {"python": str, "numpy": str, "tensorflow": str, "keras": str},
    "start": {"task": int},
    "observation": {
        "task": int,
        "draw": int,
        "question": str,
        "observed": (str, int, float),
        "hypotheses": dict,
        "note": str,
    },
    "failure": {"task": int, "status": str, "reason": str},
    "end": {"task": int, "duration_s": (int, float)},
    "death": {"task": (int, type(None)), "status": str, "reason": str},
    "killed": {"task": (int, type(None)), "reason": str},
    "bye": {},
}
_REQUIRED = {
    **_REQUIRED,
    "control": {**_REQUIRED["observation"], "expected": str, "note": (str, type(None))},
}
_STATUSES: Mapping[str, set[str]] = {
    "failure": {"raised", "not_applicable", "fault"},
    "death": {Status.CRASHED, Status.TIMED_OUT},
}
NOT_FINITE = {"nan", "inf", "-inf"}
"""How a number that is not finite is written, JSON having no word for it."""

Event = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One experiment of one scenario, with the questions that it asks."""

    scenario: str
    scenario_sha256: str
    file: str
    experiment: str
    questions: tuple[Question, ...]


def plan_event(provenance: Provenance, tasks: Sequence[Task], draws: int) -> Event:
    """Return the first line of a journal."""
    return {
        "event": "plan",
        "provenance": asdict(provenance),
        "draws": draws,
        "tasks": [asdict(task) for task in tasks],
    }


def plan_tasks(plan: Event) -> list[Task]:
    """Return the tasks of a plan, as :func:`plan_event` wrote them."""
    return [_task(row) for row in plan["tasks"]]


def _task(row: Mapping[str, Any]) -> Task:
    questions = tuple(
        Question(
            **{
                **question,
                "kind": Kind(question["kind"]),
                "answers": tuple(question["answers"]),
                "concerns": tuple(question["concerns"]),
            }
        )
        for question in row["questions"]
    )
    return Task(**{**row, "questions": questions})


def parse_events(text: bytes) -> list[Event]:
    """Return the events of a journal; a line that is none becomes a ``broken`` event.

    A last line without its newline was cut off while it was written, and is passed over.
    """
    return [_parse_event(line, number) for number, line in enumerate(text.split(b"\n")[:-1], 1)]


def parse_lines(lines: Iterable[bytes], first: int = 1) -> Iterator[Event]:
    """Yield the events of whole lines, the ``first`` of which has that number in the journal.

    Of broken lines in a row only the first is told: a million of them say no more.
    """
    broken = False
    for number, line in enumerate(lines, first):
        event = _parse_event(line, number)
        if not (broken and event["event"] == "broken"):
            yield event
        broken = event["event"] == "broken"


def _parse_event(line: bytes, number: int) -> Event:
    def broken(why: object) -> Event:
        return {"event": "broken", "reason": f"line {number} of the results is not valid: {why}"}

    if not line.startswith(b"{"):
        return broken("it is no JSON object")
    try:
        event = _as_unicode(json.loads(line, parse_constant=_reject_constant, parse_int=_parse_int))
    except (ValueError, RecursionError) as error:
        return broken(error)
    required = _REQUIRED.get(str(event.get("event"))) if isinstance(event, dict) else None
    if required is None:
        return broken("it is no event of the protocol")
    for name, kind in required.items():
        if not isinstance(event.get(name), kind) or isinstance(event.get(name), bool):
            return broken(f"{name} is missing or of the wrong type")
    statuses = _STATUSES.get(event["event"])
    if statuses and event["status"] not in statuses:
        return broken(f"unknown status {event['status']!r}")
    if "hypotheses" in required and not all(map(_is_number, event["hypotheses"].values())):
        return broken("a hypothesis is no number")
    return event  # type: ignore[no-any-return]


_MOST_DIGITS = 300


def _as_unicode(event: object) -> Any:
    """Return an event with its lone surrogates replaced: they come from bytes in file names."""
    text = json.dumps(event, ensure_ascii=False)
    return event if text.isascii() else json.loads(text.encode(errors="replace"))


def _parse_int(digits: str) -> int:
    """Return an integer; ValueError for one that no double can hold."""
    if len(digits) > _MOST_DIGITS:
        msg = "a number is too large"
        raise ValueError(msg)
    return int(digits)


def _reject_constant(name: str) -> None:
    msg = f"{name} is not JSON"
    raise ValueError(msg)


def _is_number(value: object) -> bool:
    return value in NOT_FINITE if isinstance(value, str) else type(value) in {int, float}
