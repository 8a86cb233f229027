"""The real worker asks a planted release the real scenario, and the real collector reads it."""

import importlib.util
import json
from functools import cache
from types import ModuleType, SimpleNamespace

import numpy as np

from harness.measure.collect import Collected, collect
from harness.measure.launch import WORKER
from harness.measure.protocol import Event, Task, parse_events, plan_event
from harness.questions import Scenario, load_scenarios
from tests.builders import NOON, provenance
from tests.scenarios.planted.answers import Planted
from tests.scenarios.planted.release import keras, tensorflow


@cache
def scenarios() -> dict[str, Scenario]:
    """Return every scenario by its name."""
    return {scenario.name: scenario for scenario in load_scenarios()}


@cache
def load_worker() -> ModuleType:
    """Import the worker from its file: it is in no package."""
    spec = importlib.util.spec_from_file_location("maskmatrix_worker", WORKER)
    assert spec
    assert spec.loader
    worker = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(worker)
    return worker


def run(scenario: str, experiment: str, planted: Planted, draws: int = 2) -> list[Event]:
    """Run an experiment of a real scenario on the planted release; return its journal."""
    found = scenarios()[scenario]
    questions = tuple(q for q in found.questions if q.experiment == experiment)
    task = Task(
        scenario=scenario,
        scenario_sha256=found.sha256,
        file=str(found.file),
        experiment=experiment,
        questions=questions,
    )
    lines = [json.dumps(plan_event(provenance(), [task], draws))]

    def write(event: str, **fields: object) -> None:
        lines.append(json.dumps({**fields, "event": event}, allow_nan=False))

    described = {"index": 0, "scenario": scenario, "file": task.file, "experiment": experiment}
    # A release computes with infinities and nan without a word.
    with np.errstate(all="ignore"):
        load_worker().run_task(
            SimpleNamespace(write=write), described, tensorflow(), keras(planted), draws
        )
    return parse_events("".join(line + "\n" for line in lines).encode())


def ask(scenario: str, experiment: str, planted: Planted, draws: int = 2) -> Collected:
    """Run an experiment of a real scenario on the planted release; return what is collected."""
    return collect(run(scenario, experiment, planted, draws), NOON)
