"""From the events of a journal to observations: what was measured, and what it means. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from harness.judge.classify import Judgement, classify
from harness.measure.order import follow
from harness.measure.protocol import NOT_FINITE, Event, Task, plan_tasks
from harness.model import Kind, Observation, Provenance, Question, Status
from harness.releases.builds import Build

_LONGEST = 1000
"""Characters kept of what a release says: some print a whole graph."""
_OF_THE_MACHINE = re.compile(
    r"(?:_Array)?MemoryError\b|ResourceExhaustedError\b|OSError: \[Errno (?:5|12|23|24|28|30|122)\]"
)
"""Exceptions for want of memory, disk or files (errno(3)), which are no answer of the release."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """What a journal says: observations, and what is wrong with the scenarios themselves."""

    observations: tuple[Observation, ...]
    faults: tuple[str, ...]


@dataclass(slots=True, kw_only=True)
class _Progress:
    """What the journal says of one task so far."""

    observed: dict[tuple[str, int], Event] = field(default_factory=dict)
    controls: dict[tuple[str, int], list[Event]] = field(default_factory=dict)
    closed: tuple[Status, str] | None = None
    """The state of every question that was not observed, once the task is over."""
    failed_in: int | None = None
    """The draw in which the release raised; what it observed there without a control is open."""
    fault: str = ""
    duration_s: float = 0.0
    doubted: bool = False
    """Whether what was said of it can be another's word: it stays due."""
    before: dict[tuple[str, int], tuple[Event, list[Event]]] = field(default_factory=dict)
    """What was observed, with its controls, by a worker that somebody killed."""

    def begin_again(self) -> None:
        """Forget nothing that was observed, and judge anew what follows."""
        self.before |= {
            key: (event, self.controls.get(key, [])) for key, event in self.observed.items()
        }
        self.observed, self.controls, self.fault = {}, {}, ""

    def find(self, key: tuple[str, int]) -> tuple[Event | None, list[Event]]:
        """Return what was observed last, and its controls."""
        if key in self.observed:
            return self.observed[key], self.controls.get(key, [])
        return self.before.get(key, (None, []))


def collect(events: Iterable[Event], recorded_at: datetime) -> Collected:
    """Return what a journal proves: every question of every task that is over, draw by draw.

    An empty one proves nothing. ValueError where it does not begin with a plan.
    """
    following = iter(events)
    plan = next(following, None)
    if plan is None:
        return Collected(observations=(), faults=())
    if plan["event"] != "plan":
        msg = "a journal begins with its plan"
        raise ValueError(msg)
    tasks = plan_tasks(plan)
    provenance = Provenance(**plan["provenance"])
    if not all(isinstance(word, str) for word in plan["provenance"].values()):
        msg = "its plan does not say where it comes from"
        raise ValueError(msg)
    progress = [_Progress() for _ in tasks]
    current: int | None = None
    broken = ""
    for event in follow(following, len(tasks)):
        if current is not None and event["event"] not in {"death", "killed"}:
            progress[current].fault = progress[current].fault or broken
        # A line that is not whole where the worker died was only cut off.
        broken = event["reason"] if event["event"] == "broken" else ""
        match event["event"]:
            case "hello":
                names = ("python", "numpy", "tensorflow", "keras")
                said = {name: event[name][:_LONGEST] for name in names}
                provenance = replace(provenance, **said)
            case "bye" | "broken":
                pass
            case "killed" if event["task"] is None:
                pass
            case "killed":
                progress[event["task"]].begin_again()
            case "misplaced" | "repeated" | "doubted" as name:
                if name == "repeated":
                    progress[event["task"]] = _Progress()
                for task in event.get("tasks", ()):
                    progress[task] = _Progress(doubted=True)
                state = progress[event["task"]]
                state.fault = state.fault or event["reason"]
            case "death" if event["task"] is None:
                for state in progress:
                    _close(state, Status(event["status"]), event["reason"])
            case name:
                current = event["task"] if name == "start" else current
                _advance(progress[event["task"]], event, tasks[event["task"]], plan["draws"])
    if current is not None:
        progress[current].fault = progress[current].fault or broken
    observations = [
        observation
        for task, state in zip(tasks, progress, strict=True)
        if state.closed and not state.doubted
        for observation in _observations(task, state, plan["draws"], provenance, recorded_at)
    ]
    faults = [
        f"{task.scenario}.{task.experiment}: {state.fault}"
        for task, state in zip(tasks, progress, strict=True)
        if state.fault
    ]
    return Collected(observations=tuple(observations), faults=tuple(faults))


def absent_observations(
    provenance: Provenance, tasks: Iterable[Task], draws: int, build: Build, recorded_at: datetime
) -> Collected:
    """Return the state of a release without an environment, for each question and draw."""
    observations = [
        observation
        for task in tasks
        for observation in _observations(
            task,
            _Progress(closed=(build.absent or Status.NOT_INSTALLABLE, build.reason)),
            draws,
            provenance,
            recorded_at,
        )
    ]
    return Collected(observations=tuple(observations), faults=())


def _close(state: _Progress, status: Status, reason: str) -> None:
    state.closed = state.closed or (status, reason)


def _advance(state: _Progress, event: Event, task: Task, draws: int) -> None:
    """Take one event of a task into account."""
    match event["event"]:
        case "observation" | "control":
            declared = {question.id: question for question in task.questions}
            asked = f"{task.scenario}.{event['question']}"
            key = asked, event["draw"]
            if asked not in declared:
                state.fault = f"it reports {event['question']!r}, which is not declared for it"
            elif not 0 <= event["draw"] < draws:
                state.fault = f"draw {event['draw']} was not asked for"
            elif event["event"] == "control":
                state.controls.setdefault(key, []).append(event)
            elif key in state.observed:
                state.fault = f"it reports {event['question']!r} twice in one draw"
            else:
                state.observed[key] = event
                judged = _classify(declared[asked], event)
                state.fault = state.fault or (judged.reason if judged.fault else "")
        case "failure" if event["status"] == "fault":
            state.fault = event["reason"]
            _close(state, Status.UNEXPLAINED, f"scenario fault: {state.fault}")
        case "failure" if _OF_THE_MACHINE.match(event["reason"]):
            what = "out of memory: " if "Errno" not in event["reason"] else ""
            _close(state, Status.CRASHED, what + event["reason"])
        case "failure" | "death":
            state.failed_in = event.get("draw")
            _close(state, Status(event["status"]), event["reason"])
        case "end":
            state.duration_s = max(0.0, event["duration_s"])
            silent = "the scenario did not report it"
            reason = f"scenario fault: {state.fault or silent}"
            if state.closed is None and len(state.observed) < len(task.questions) * draws:
                state.fault = state.fault or silent
            _close(state, Status.UNEXPLAINED, reason)


def _observations(
    task: Task, state: _Progress, draws: int, provenance: Provenance, recorded_at: datetime
) -> Iterable[Observation]:
    status, reason = state.closed or (Status.NOT_RUN, "")
    for question in task.questions:
        for draw in range(draws):
            event, controls = state.find((question.id, draw))
            judged = Judgement(status=status, kind=question.kind, reason=reason)
            if event:
                judged = _judge(question, event, controls)
                if draw == state.failed_in and not controls:
                    reason = f"it was not controlled: {reason}"
                    judged = replace(judged, status=Status.UNEXPLAINED, answer=None, reason=reason)
            number = _number(question, event["observed"]) if event else None
            yield Observation(
                provenance=provenance,
                recorded_at=recorded_at,
                scenario=task.scenario,
                scenario_sha256=task.scenario_sha256,
                question=question.id,
                draw=draw,
                status=judged.status,
                kind=judged.kind,
                observed=number if isinstance(number, float) else None,
                hypotheses=_numbers(event["hypotheses"]) if event else {},
                answer=judged.answer,
                reason=(judged.reason or (event or {}).get("note", ""))[:_LONGEST],
                duration_s=state.duration_s,
            )


def _judge(question: Question, event: Event, controls: Sequence[Event]) -> Judgement:
    """Classify an observation; a control that fails makes it prove nothing."""
    for control in controls:
        judged = _classify(question, control)
        if judged.answer != control["expected"]:
            said = judged.answer or judged.reason
            reason = f"the positive control had to say {control['expected']}, but: {said}"
            return replace(judged, status=Status.UNEXPLAINED, answer=None, reason=reason)
    return _classify(question, event)


def _classify(question: Question, event: Event) -> Judgement:
    return classify(question, _number(question, event["observed"]), _numbers(event["hypotheses"]))


def _number(question: Question, observed: str | float) -> str | float:
    """Return a number as such, also one that is not finite; a label stays a label."""
    if isinstance(observed, str) and not (question.kind is Kind.NUMERIC and observed in NOT_FINITE):
        return observed
    return float(observed)


def _numbers(hypotheses: Mapping[str, str | float]) -> dict[str, float]:
    return {name: float(value) for name, value in hypotheses.items()}
