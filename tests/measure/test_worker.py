"""The worker under every interpreter that is here, end to end: plan, run, collect, store."""

import platform
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from harness.measure.launch import WORKER
from tests.builders import declared
from tests.measure.bench import Bench, both

VERSIONS = ("3.6", "3.7", "3.8", "3.9", "3.10", "3.11", "3.12", "3.13")
EVERYTHING = """
    import numpy as np
    from scenarios.shared import draws

    def numbers(probe):
        assert probe.keras.backend.cleared == 1
        for rng in probe.draws():
            mask = draws.padding_mask(rng)
            assert mask.shape == (draws.BATCH, draws.STEPS)
            value = np.float32(rng.uniform(1, 2))
            probe.observe("number", value, {"valid": value, "total": 10}, note="as drawn")
            probe.control("total")("number", 10, {"valid": value, "total": np.int64(10)})
            probe.observe("infinite", float("-inf"), {"valid": float("nan")})

    def labels(probe):
        print("to stdout, mit Umlauten: \\u00e4 \\u2713")
        assert probe.takes(probe.get("layers.Dense"), "units")
        for rng in probe.draws():
            probe.observe("label", "stops")

    def raises(probe):
        for rng in probe.draws():
            if probe.draw == 1:
                raise ValueError("\\n  first line\\u2028\\nsecond line")
            probe.observe("raised", 2.0, {"valid": 2.0, "total": 1.0})

    def lacks_function(probe):
        for rng in probe.draws():
            probe.get("layers.Normalization")(3)

    def lacks_argument(probe):
        probe.require_argument(probe.get("layers.Dense"), "bias")

    def dies(probe):
        import os
        for rng in probe.draws():
            os.abort()

    def after(probe):
        for rng in probe.draws():
            probe.observe("last", 2.0, {"valid": 2.0, "total": 1.0})
"""
ASKED = {
    "number": declared(experiment="numbers"),
    "infinite": declared(experiment="numbers", answers=["valid", "inf"]),
    "label": declared(experiment="labels", kind="categorical", answers=["stops"]),
    "raised": declared(experiment="raises"),
    "lacks": declared(experiment="lacks_function"),
    "lacks_argument": declared(experiment="lacks_argument"),
    "dead": declared(experiment="dies"),
    "last": declared(experiment="after"),
}


@pytest.mark.parametrize("version", VERSIONS)
def test_every_kind_of_outcome_under_every_interpreter(
    version: str,
    environment: Callable[[str], Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Without a locale, Python 3.6 writes ASCII only.
    for name in ("LANG", "LC_ALL"):
        monkeypatch.delenv(name, raising=False)
    bench = Bench(python=environment(version), folder=tmp_path)
    bench.write("all_kinds", EVERYTHING, **ASKED)
    run = bench.run()
    assert run.faults == []
    assert bench.said() == {
        "all_kinds.number": both("answered", "valid"),
        "all_kinds.infinite": both("answered", "inf"),
        "all_kinds.label": both("answered", "stops"),
        "all_kinds.raised": [("answered", "valid"), ("raised", None)],
        "all_kinds.lacks": both("not_applicable"),
        "all_kinds.lacks_argument": both("not_applicable"),
        "all_kinds.dead": both("crashed"),
        "all_kinds.last": both("answered", "valid"),
    }
    reasons = bench.reasons()
    assert reasons["all_kinds.number"] == {"as drawn"}
    assert reasons["all_kinds.raised"] == {"", "ValueError: first line"}
    assert reasons["all_kinds.lacks"] == {"tensorflow.keras.layers.Normalization"}
    assert reasons["all_kinds.lacks_argument"] == {"_Dense(bias=)"}
    assert all(reason.startswith("signal 6") for reason in reasons["all_kinds.dead"])
    for seen in bench.stored():
        origin = seen.provenance
        assert re.fullmatch(re.escape(version) + r"\.\d+", origin.python)
        assert (origin.tensorflow, origin.keras) == ("9.9.9", "9.9.0")
        assert re.match(r"\d+\.\d+", origin.numpy)
    # What is measured is not due again, so planned and observed Python are one.
    assert bench.run().due == []
    assert bench.journals() == []


def test_the_draws_are_alike_in_each_interpreter_and_differ_from_each_other(
    environment: Callable[[str], Path], tmp_path: Path
) -> None:
    drawn = []
    for version in (VERSIONS[0], VERSIONS[-1]):
        bench = Bench(python=environment(version), folder=tmp_path / version)
        bench.write("all_kinds", EVERYTHING, number=ASKED["number"], infinite=ASKED["infinite"])
        bench.run()
        drawn.append([o.observed for o in bench.stored() if o.question == "all_kinds.number"])
    assert drawn[0] == drawn[1]
    assert drawn[0][0] != drawn[0][1]


@pytest.mark.parametrize("version", VERSIONS)
def test_the_worker_compiles_without_a_warning(
    version: str, environment: Callable[[str], Path]
) -> None:
    code = "import sys; compile(open(sys.argv[1], encoding='utf-8').read(), 'worker', 'exec')"
    command = [str(environment(version)), "-W", "error", "-c", code, str(WORKER)]
    subprocess.run(command, check=True)


def test_a_worker_ends_with_its_controller(standin: Path, tmp_path: Path) -> None:
    """Standard input that ends means a controller that is gone: nothing more is written."""
    (tmp_path / "forever.py").write_text(
        "import time\ndef ask(probe):\n    for rng in probe.draws():\n        time.sleep(600)\n"
    )
    output, job = tmp_path / "out.jsonl", tmp_path / "job.json"
    job.write_text(
        f'{{"output": "{output}", "api": "tf.keras", "path": "{tmp_path}", "draws": 2, "tasks":'
        f' [{{"index": 0, "scenario": "forever", "file": "{tmp_path}/forever.py",'
        ' "experiment": "ask"}]}'
    )
    with subprocess.Popen(
        [standin, WORKER, job], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL
    ) as worker:
        assert worker.stdin
        while '"start"' not in (output.read_text() if output.exists() else ""):
            assert worker.poll() is None
        worker.stdin.close()
        assert worker.wait(timeout=30) == 1
    assert output.read_text().count("\n") == 2
    assert platform.python_version() in output.read_text()
