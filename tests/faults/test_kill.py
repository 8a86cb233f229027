"""Killed at any moment, whoever is: what was finished is kept, once, and the table is the same."""

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from harness.measure.protocol import Event
from tests.builders import declared, write_scenario
from tests.faults.conftest import count
from tests.faults.place import LONG, Place, told

if TYPE_CHECKING:
    import subprocess

MOMENTS = 200 if LONG else 12
CONTROLLER, KEEPER, WORKER = "tests.faults.controller", "keeper.py", "worker.py"
VICTIMS = ((CONTROLLER,), (WORKER,), (CONTROLLER, WORKER), (KEEPER,))
NAMES = {CONTROLLER: "controller", KEEPER: "keeper", WORKER: "worker"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Undisturbed:
    """What a run says that nobody disturbs, and how long it takes."""

    said: set[tuple[object, ...]]
    table: str
    seconds: float


@pytest.fixture(scope="module")
def undisturbed(
    tmp_path_factory: pytest.TempPathFactory, scenarios: Path, standin: Path
) -> Undisturbed:
    place = Place(folder=tmp_path_factory.mktemp("quiet"), scenarios=scenarios, python=standin)
    started = time.monotonic()
    assert finish(place.start()) == 0
    seconds = time.monotonic() - started
    assert place.wait_until_quiet() == []
    assert place.litter() == []
    said = {told(seen) for seen in place.stored()}
    assert len(said) == 12
    return Undisturbed(said=said, table=place.table(), seconds=seconds)


def finish(controller: "subprocess.Popen[str]") -> int:
    _, complaint = controller.communicate(timeout=60)
    assert "Traceback" not in complaint, complaint
    return controller.returncode


@pytest.mark.parametrize("number", range(MOMENTS))
def test_whoever_is_killed_nothing_is_lost_or_counted_twice(
    number: int, place: Place, undisturbed: Undisturbed
) -> None:
    victims = VICTIMS[number % len(VICTIMS)]
    moment = random.Random(number).uniform(0.25, 1.0) * undisturbed.seconds
    controller = place.start()
    time.sleep(moment)
    for process in [found for victim in victims for found in place.find(victim)]:
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)
    count(f"kill -9 of {' and '.join(NAMES[victim] for victim in victims)}")
    if CONTROLLER in victims:
        controller.communicate()
    else:
        assert finish(controller) == 0
    assert place.wait_until_quiet() == []
    finished = {
        (events[0]["provenance"]["run_id"], name)
        for events in place.journals()
        for name in ended(events)
    }
    before = place.files()
    assert finish(place.start()) == 0

    assert place.wait_until_quiet() == []
    assert place.litter() == []
    stored = place.stored()
    assert Counter((seen.question, seen.draw) for seen in stored).most_common(1)[0][1] == 1
    assert {told(seen) for seen in stored} == undisturbed.said
    assert place.table() == undisturbed.table
    # What was stored stands as it was, and what was finished was taken over, not measured again.
    assert before.items() <= place.files().items()
    kept = {(seen.provenance.run_id, seen.question) for seen in stored}
    assert finished <= kept
    assert place.start().communicate(timeout=60)[0].count("everything is measured already") == 1


def ended(events: Sequence[Event]) -> list[str]:
    """Return the questions of the experiments that a journal says are over."""
    tasks = events[0]["tasks"]
    over = [event["task"] for event in events if event["event"] == "end"]
    return [question["id"] for task in over for question in tasks[task]["questions"]]


HANGS = """
    import os, subprocess, sys, time

    def ask(probe):
        for rng in probe.draws():
            probe.observe("loss", 2.0, {"valid": 2.0})

    def after(probe):
        marker = os.path.join(os.path.dirname(__file__), "reached")
        again = os.path.exists(marker)
        subprocess.Popen(
            [sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True
        )
        open(marker, "w").close()
        time.sleep(0 if again else 600)
        for rng in probe.draws():
            probe.observe("after", 2.0, {"valid": 2.0})
"""


@pytest.fixture
def hanging(tmp_path: Path, standin: Path) -> Iterator[Place]:
    # What runs under nohup ignores hangups, and so would all that it starts.
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    folder = tmp_path / "scenarios"
    asked = {"loss": declared(), "after": declared(experiment="after")}
    write_scenario(folder, "masking", asked, HANGS)
    yield Place(folder=tmp_path, scenarios=folder, python=standin)
    signal.signal(signal.SIGHUP, before)


def start_hanging(place: Place, *, done: bool = True) -> "subprocess.Popen[str]":
    """Return a controller one of whose experiments is done, if there is one that ends.

    They may be asked by two processes side by side, of which either can be the first.
    """
    controller = place.start()
    while not (place.scenarios / "reached").exists() or (done and not is_done(place)):
        assert controller.poll() is None
        time.sleep(0.02)
    return controller


def is_done(place: Place) -> bool:
    """Whether an experiment has ended; a process that has no other is stored already."""
    if place.stored():
        return True
    with suppress(FileNotFoundError):  # stored and removed since it was listed
        return any(event["event"] == "end" for events in place.journals() for event in events)
    return False


def test_an_interrupt_ends_at_once_leaves_nobody_and_says_how_to_go_on(hanging: Place) -> None:
    controller = start_hanging(hanging)
    started = time.monotonic()
    controller.send_signal(signal.SIGINT)
    _, complaint = controller.communicate(timeout=30)
    assert time.monotonic() - started < 2
    assert controller.returncode == 130
    assert "interrupted: what was finished is stored" in complaint
    assert "the same command goes on from there" in complaint
    assert list(hanging.processes()) == []
    assert hanging.litter() == []
    assert {seen.question for seen in hanging.stored()} == {"masking.loss"}
    assert finish(hanging.start()) == 0
    assert len(hanging.stored()) == 4


def test_a_run_leaves_the_journals_of_another_that_is_alive(hanging: Place) -> None:
    first = start_hanging(hanging)
    held = {file.name for file in (hanging.results / ".journal").glob("*.jsonl")}
    assert finish(hanging.start()) == 0
    # What the first has finished it may have stored meanwhile; where it hangs is its own.
    assert first.poll() is None
    left = {file.name for file in (hanging.results / ".journal").glob("*.jsonl")}
    assert len(left) == 1
    assert left <= held
    first.send_signal(signal.SIGINT)
    assert first.wait(timeout=30) == 130
    first.communicate()
    assert hanging.litter() == []
    # The first had asked one of the two, and the second has both from there on.
    assert {seen.question for seen in hanging.stored()} == {"masking.loss", "masking.after"}
    count("two runs at once")


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_a_controller_that_ends_otherwise_leaves_nobody_either(
    ending: signal.Signals, hanging: Place
) -> None:
    controller = start_hanging(hanging)
    controller.send_signal(ending)
    controller.communicate(timeout=30)
    assert hanging.wait_until_quiet(5) == []
    # A home may be left where another worker had just ended: the next run sweeps it.
    assert finish(hanging.start()) == 0
    assert len(hanging.stored()) == 4
    assert hanging.litter() == []


def test_a_worker_that_holds_the_interpreter_does_not_outlive_its_controller(
    tmp_path: Path, standin: Path
) -> None:
    """Its thread that waits for the end of the controller never runs."""
    code = """
        import ctypes, os

        def ask(probe):
            open(os.path.join(os.path.dirname(__file__), "reached"), "w").close()
            ctypes.PyDLL(None).sleep(600)
    """
    write_scenario(tmp_path / "scenarios", "masking", {"loss": declared()}, code)
    place = Place(folder=tmp_path, scenarios=tmp_path / "scenarios", python=standin)
    controller = start_hanging(place, done=False)
    assert len(place.find(WORKER)) == 1
    controller.kill()
    controller.communicate()
    assert place.wait_until_quiet(5) == []
