"""Time the kernels of several releases beside each other, one block after the other.

The processes of a block import and prepare side by side, as many at once as there are cores; then
they are timed strictly one at a time, case by case and in another order each, while the others
sleep: so all have the same weather, which changes within seconds on a shared machine. A block is
stored as soon as it is over, so that whatever ends the run, nothing measured is lost but the
block that it was in, and of that only what a kill takes.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from statistics import median, stdev
from typing import Any

from harness.judge.processes import centre_rounds
from harness.measure.machine import Activity, machine_name
from harness.measure.timers import Timer, TimerLost, start_timer
from harness.model import Case, Release, Status, Timing
from harness.releases.builds import Build
from harness.store import write_timings

FEWEST_ROUNDS, MOST_ROUNDS = 4, 16
SURE = 0.015
"""The standard error, in log seconds, at which the median of a process needs no more rounds."""
START_S = 300.0
"""What importing, or preparing a case, may take."""
SAMPLE_S = 60.0
TRACES = "it traces anew at every call"
FIRST_CALL = Case(kernel="reduction_loss_object", mode="graph", batch=256, timesteps=400)
"""The case whose first call is also told as one of the costs of starting up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arm:
    """What is compared: an installation of a release, under a name of its own.

    ``slowdown`` is planted in its processes, to see whether it is found.
    """

    name: str
    release: Release
    build: Build
    slowdown: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitting:
    """What all blocks of a run have in common; ``timings`` is the folder they are stored in."""

    run_id: str
    timings: Path
    reference: str
    planned_blocks: int
    cases: tuple[Case, ...]
    random: Random
    cores: int
    rounds: range = range(FEWEST_ROUNDS, MOST_ROUNDS + 1)
    """How many there may be: as few as the noise of the machine allows."""


def time_block(sitting: Sitting, arms: Sequence[Arm], block: int) -> list[Timing]:
    """Time every case in a process of each arm, and store it; return what was stored.

    An interrupt stores what there is, and is raised again.
    """
    places = [
        _Place(arm=arm, process=process, cases=sitting.cases) for process, arm in enumerate(arms)
    ]
    loads: list[float] = []
    try:
        with ExitStack() as stack:
            for place in places:
                arm = place.arm
                if arm.build.python is None:
                    raise AssertionError
                place.timer = stack.enter_context(
                    start_timer(arm.build.python, arm.release.api, sitting.cases, arm.slowdown)
                )
            _prepare(places, sitting.cores)
            for place in places:
                place.measure_bandwidth()
            for number in range(max(sitting.rounds)):
                loads.append(_play_round(places, number, sitting))
                if number + 1 in sitting.rounds and is_settled(_list_rounds(places)):
                    break
            for place in places:
                place.say_goodbye()
    finally:
        now = datetime.now(UTC)
        timings = [row for place in places for row in place.timings(sitting, block, now, loads)]
        if timings:
            write_timings(sitting.timings, timings)
    return timings


def _prepare(places: "Sequence[_Place]", cores: int) -> None:
    """Prepare all, as many at once as there are cores; an interrupt need not wait for it."""
    with ThreadPoolExecutor(max_workers=cores) as pool:
        try:
            list(pool.map(_Place.prepare, places))
        except BaseException:
            for place in places:
                if place.timer:
                    place.timer.end()
            raise


def _play_round(places: Sequence["_Place"], number: int, sitting: Sitting) -> float:
    """Time every case once in every process; return how many cores others kept busy meanwhile.

    The load is that of the whole round, since Linux counts in hundredths of a second; 0 where a
    process was lost, whose part is not known any more.
    """
    random, alive = sitting.random, [place for place in places if place.timer and not place.lost]
    pids = [place.timer.pid for place in alive if place.timer]
    with suppress(OSError):
        before = Activity.of(*pids)
        for case in random.sample(range(len(sitting.cases)), len(sitting.cases)):
            for place in random.sample(alive, len(alive)):
                place.time(case, number)
        if not any(place.lost for place in alive):
            return Activity.of(*pids).load_since(before)
    return 0.0


def is_settled(logs: Sequence[Sequence[float]]) -> bool:
    """Say whether rounds enough were run, by the log seconds of each process in each case.

    The standard error of a median is 1.25 times the spread over the root of the rounds. The spread
    is the median one, of all processes alike: more rounds for one arm would make it another
    measurement than the reference's.
    """
    errors = [1.25 * stdev(rounds) / math.sqrt(len(rounds)) for rounds in logs if len(rounds) > 1]
    return not errors or median(errors) <= SURE


def _list_rounds(places: Sequence["_Place"]) -> list[list[float]]:
    """Return the log seconds of each process in each case, without what rounds have in common."""
    found: dict[Case, dict[str, dict[int, float]]] = {}
    for place in places:
        for case, number, said in place.samples:
            if said["event"] == "sample":
                values = found.setdefault(case, {}).setdefault(place.arm.name, {})
                values[number] = math.log(said["wall_s"] / said["calls"])
    return [rounds for arms in found.values() for rounds in centre_rounds(arms).values()]


@dataclass(kw_only=True)
class _Place:
    """One process in a block, and what it has said so far."""

    arm: Arm
    process: int
    cases: tuple[Case, ...]
    timer: Timer | None = None
    lost: TimerLost | None = None
    hello: Mapping[str, Any] = field(default_factory=dict)
    ready: dict[Case, Mapping[str, Any]] = field(default_factory=dict)
    """Of each case what was said when it was prepared: ``ready``, or a ``failure``."""
    samples: list[tuple[Case, int, Mapping[str, Any]]] = field(default_factory=list)
    """Case, round, and what was said."""
    bandwidth_bytes_per_s: float = 0.0
    peak_rss_bytes: int = 0

    def _ask(self, timeout_s: float, command: str, **fields: Any) -> Mapping[str, Any] | None:
        """Return the reply, or None once the process is lost."""
        if self.timer is None or self.lost:
            return None
        try:
            return self.timer.ask(timeout_s, command, **fields)
        except TimerLost as lost:
            self.lost = lost
            return None

    def prepare(self) -> None:
        """Wait for the import, then prepare every case."""
        if self.timer is None:
            raise AssertionError
        try:
            self.hello = self.timer.read(START_S)
        except TimerLost as lost:
            self.lost = lost
        for number, case in enumerate(self.cases):
            reply = self._ask(START_S, "prepare", case=number)
            if reply is None:
                return
            self.ready[case] = reply
            if reply.get("traces"):
                # It would trace at each call, for seconds, and keep the memory.
                self._ask(START_S, "forget", case=number)

    def measure_bandwidth(self) -> None:
        """Measure how fast this process copies memory."""
        if (reply := self._ask(SAMPLE_S, "bandwidth")) and reply["event"] == "bandwidth":
            self.bandwidth_bytes_per_s = reply["bytes_per_s"]

    def time(self, place: int, number: int) -> None:
        """Take a sample of a case, from inputs at new addresses."""
        case = self.cases[place]
        if self._is_ready(case) and (reply := self._ask(SAMPLE_S, "time", case=place, renew=True)):
            self.samples.append((case, number, reply))

    def _is_ready(self, case: Case) -> bool:
        ready = self.ready.get(case, {})
        return ready.get("event") == "ready" and not ready["traces"]

    def say_goodbye(self) -> None:
        """Read the peak of the memory, and let the process go."""
        if (reply := self._ask(SAMPLE_S, "bye")) and reply["event"] == "bye":
            self.peak_rss_bytes = reply["peak_rss_bytes"]

    def timings(
        self, sitting: Sitting, block: int, now: datetime, loads: Sequence[float]
    ) -> Iterator[Timing]:
        """Yield a row for each sample, and one for each case that has none.

        ``loads`` are those of the rounds that were finished.
        """

        def row(case: Case, **fields: Any) -> Timing:
            return Timing(
                run_id=sitting.run_id,
                recorded_at=now,
                machine=machine_name(),
                release=self.arm.release.id,
                tensorflow=self.hello.get("tensorflow", self.arm.release.tensorflow),
                keras=self.hello.get("keras", ""),
                python=self.hello.get("python", self.arm.release.python),
                lock_sha256=self.arm.build.lock_sha256,
                arm=self.arm.name,
                reference=sitting.reference,
                planned_blocks=sitting.planned_blocks,
                case=case,
                block=block,
                process=self.process,
                bandwidth_bytes_per_s=self.bandwidth_bytes_per_s,
                peak_rss_bytes=self.peak_rss_bytes,
                onednn=self.hello.get("onednn"),
                **fields,
            )

        once = {"round": 0, "status": Status.ANSWERED, "calls": 1}
        if self.hello:
            yield row(_start_up("import"), seconds_per_call=self.hello["import_s"], **once)
        if self._is_ready(FIRST_CALL):
            seconds = self.ready[FIRST_CALL]["first_call_s"]
            yield row(_start_up("first_call"), seconds_per_call=seconds, **once)
        for case, number, said in self.samples:
            load = loads[number] if number < len(loads) else 0.0
            about = {"round": number, "load": load, "denominator": self.ready[case]["denominator"]}
            if said["event"] == "failure":
                yield row(case, status=Status(_state(said)), reason=said["reason"], **about)
                continue
            yield row(
                case,
                status=Status.ANSWERED,
                calls=said["calls"],
                seconds_per_call=said["wall_s"] / said["calls"],
                cpu_seconds=said["cpu_s"] / said["calls"],
                traces=said["traces"] or 0,
                threads=said["threads"],
                bytes_per_call=self.ready[case]["bytes_per_call"],
                **about,
            )
        timed = {case for case, *_ in self.samples}
        for case in self.cases:
            if case in timed:
                continue
            ready = self.ready.get(case, {})
            if ready.get("traces"):
                about = {"calls": 1, "traces": ready["traces"]}
                yield row(case, round=0, status=Status.ANSWERED, reason=TRACES, **about)
                continue
            status, reason = self._why_not(case)
            yield row(case, round=0, status=status, reason=reason)

    def _why_not(self, case: Case) -> tuple[Status, str]:
        said = self.ready.get(case, {})
        if said.get("event") == "failure":
            return _state(said), said["reason"]
        if self.lost:
            return self.lost.status, self.lost.reason
        return Status.NOT_RUN, "the run ended before"


def _state(failure: Mapping[str, Any]) -> Status:
    """Return the state of a case that failed: a wrong result is one that nothing explains."""
    return Status.UNEXPLAINED if failure["status"] == "fault" else Status(failure["status"])


def _start_up(kernel: str) -> Case:
    return Case(kernel=kernel, mode="", batch=0, timesteps=0)
