"""Scenarios that write into the results themselves: nobody answers for another.

What finds the open file is not ours to hide, since a scenario runs in the worker's own process. The
worker goes on behind it, and its own lines show that somebody else wrote.
"""

import pytest

from tests.builders import declared
from tests.faults.conftest import count
from tests.measure.bench import Bench, both
from tests.measure.test_launch import AROUND, THREE, TOTAL, VALID

FIND = {
    "its descriptor": """\
for name in os.listdir("/proc/self/fd"):
    try:
        found = os.readlink("/proc/self/fd/" + name)
    except OSError:
        continue
    if found.endswith(".jsonl"):
        file = os.fdopen(os.dup(int(name)), "a")
""",
    "its probe": "file = probe._output.file",
}
SEEN = {
    "event": "observation",
    "draw": 0,
    "observed": 2.0,
    "hypotheses": {"valid": 2.0},
    "note": "",
}
HELLO = {"event": "hello", "python": "3", "numpy": "1", "tensorflow": "2", "keras": "3"}


def seen(task: int, question: str) -> list[dict[str, object]]:
    """Return an answer that the question's experiment does not give."""
    answer = {"observed": 1.0, "hypotheses": {"total": 1.0}} if question == "before" else {}
    return [{**SEEN, **answer, "task": task, "question": question, "draw": draw} for draw in (0, 1)]


def start(task: int) -> dict[str, object]:
    return {"event": "start", "task": task}


def end(task: int) -> dict[str, object]:
    return {"event": "end", "task": task, "duration_s": 1.0}


def death(task: int | None, status: str = "crashed") -> dict[str, object]:
    return {"event": "death", "task": task, "status": status, "reason": "signal 6"}


FORGED = {
    "the answer of one that comes": seen(2, "after"),
    "the answer of one that was": seen(0, "before"),
    "all that one says that comes": [end(1), start(2), *seen(2, "after"), end(2)],
    "all that one says, before its own end": [start(2), *seen(2, "after"), end(2)],
    "all that one says that was": [end(1), start(0), *seen(0, "before"), end(0)],
    "the end of one that was": [end(0)],
    "the end of one that comes": [end(2)],
    "a death of one that comes": [death(2, "timed_out")],
    "a death of all": [end(1), death(None)],
    "a death of its own, and another worker": [
        death(1),
        HELLO,
        start(2),
        *seen(2, "after"),
        end(2),
    ],
    "a kill, and another worker": [{**death(1), "event": "killed"}, HELLO],
    "other versions": [HELLO],
    "another plan": [{"event": "plan", "provenance": {}, "draws": 1, "tasks": []}],
    "one that was never given": [start(99), start(10**200), end(-7)],
}


@pytest.mark.parametrize("find", FIND)
@pytest.mark.parametrize("forged", FORGED)
def test_nobody_answers_for_another(forged: str, find: str, bench: Bench) -> None:
    code = f"""\
import json
if not probe.draw:
{"".join(f"    {line}{chr(10)}" for line in FIND[find].splitlines())}
    for line in {FORGED[forged]!r}:
        file.write(json.dumps(line) + "\\n")
    file.flush()
probe.observe("loss", 2.0, {{"valid": 2.0}})
"""
    lines = "".join(f"            {line}\n" for line in code.splitlines())
    bench.write("masking", f"{AROUND}{lines}", **THREE)
    (fault,) = bench.run().faults
    assert fault.startswith("masking.")
    first = bench.said()
    assert first.get("masking.before", VALID) == VALID
    assert first.get("masking.after", TOTAL) == TOTAL
    # What was in doubt is due, and is measured now that nobody forges beside it.
    bench.write(
        "masking", AROUND + '            probe.observe("loss", 2.0, {"valid": 2.0})\n', **THREE
    )
    bench.run()
    newest = {
        seen.question: seen for seen in sorted(bench.stored(), key=lambda one: one.recorded_at)
    }
    assert {name: one.answer for name, one in newest.items()} == {
        "masking.before": "valid",
        "masking.loss": "valid",
        "masking.after": "total",
    }
    assert len({seen.provenance.tensorflow for seen in bench.stored()}) == 1
    count("results forged by a scenario")


def test_an_experiment_that_says_its_steps_again_gains_no_time(bench: Bench) -> None:
    code = 'while True: probe._output.write("start", task=1); time.sleep(0.1)'
    bench.write("masking", f"{AROUND}            {code}\n", **THREE)
    bench.run(timeout_s=3)
    assert bench.said() == {
        "masking.before": VALID,
        "masking.loss": both("timed_out"),
        "masking.after": TOTAL,
    }


def test_a_thread_left_behind_says_nothing_of_its_experiment_in_another(bench: Bench) -> None:
    late = """
    import threading, time

    def ask(probe):
        for rng in probe.draws():
            pass
        def later():
            time.sleep(0.3)
            probe.observe("loss", 2.0, {"valid": 2.0})
        threading.Thread(target=later).start()

    def after(probe):
        for rng in probe.draws():
            time.sleep(0.4)
            probe.observe("after", 1.0, {"total": 1.0})
"""
    asked = {"loss": declared(), "after": declared(experiment="after")}
    bench.write("masking", late, **asked)
    faults = bench.run().faults
    assert any("'observation' where nobody can say that" in fault for fault in faults)
    assert bench.said() == {"masking.loss": both("unexplained"), "masking.after": TOTAL}
