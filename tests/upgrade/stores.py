"""Results folders in which every question of every release asked for has an answer."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from harness.judge.cells import build_matrix
from harness.model import Kind, Observation, Provenance, Status
from harness.publish.export import build_export, render_json
from harness.questions import load_scenarios
from harness.releases.catalogue import find_release, load_catalogue
from harness.releases.lock import lock_sha256, verify_lock
from harness.store import write_observations
from tests.builders import MACHINE, NOON, WORKER

RUN = "20261120T120000Z-0001"
KERAS = {"tf-2.10.1": "2.10.0", "tf-2.11.1": "2.11.0", "tf-2.16.2": "3.4.1"}
SILENT = {("tf-2.16.2", "dense_masking.loss_denominator"): "total"}
"""Of a question whose first answer is ``valid``."""


def observe(
    names: Iterable[str], said: Mapping[tuple[str, str], str | None], run: str = RUN
) -> list[Observation]:
    """Return two draws of every question in every release: the first answer unless ``said``.

    None for a question that was not asked.
    """
    catalogue, scenarios = load_catalogue(), load_scenarios()
    found = []
    for name in names:
        release = find_release(catalogue, name)
        provenance = Provenance(
            run_id=run,
            release=name,
            tensorflow=release.tensorflow,
            keras=KERAS.get(name, (release.keras or "==2.0.0").partition("==")[2]),
            keras_api=release.api,
            python=f"{release.python}.7",
            numpy="1.26.4",
            machine=MACHINE,
            lock_sha256=lock_sha256(verify_lock(release)),
            worker_sha256=WORKER,
            harness_version="0.1.0",
        )
        found += [
            Observation(
                provenance=provenance,
                recorded_at=NOON,
                scenario=scenario.name,
                scenario_sha256=scenario.sha256,
                question=question.id,
                draw=draw,
                status=Status.RAISED if answer == "raised" else Status.ANSWERED,
                kind=Kind.CATEGORICAL,
                answer=None if answer == "raised" else answer,
                reason="ValueError: odd" if answer == "raised" else "",
            )
            for scenario in scenarios
            for question in scenario.questions
            if (answer := said.get((name, question.id), question.answers[0]))
            for draw in range(2)
        ]
    return found


def write_store(
    results: Path, names: Iterable[str], said: Mapping[tuple[str, str], str | None] | None = None
) -> Path:
    """Write observations only; return the folder."""
    for name in names:
        write_observations(results / "observations", observe([name], said or {}))
    return results


def write_export(
    results: Path, names: Iterable[str], said: Mapping[tuple[str, str], str | None] | None = None
) -> Path:
    """Write the export only; return the folder."""
    releases, scenarios = load_catalogue(), load_scenarios()
    matrix = build_matrix(
        releases,
        [question for scenario in scenarios for question in scenario.questions],
        observe(names, said or {}),
        scenario_hashes={scenario.name: scenario.sha256 for scenario in scenarios},
        lock_hashes={release.id: lock_sha256(verify_lock(release)) for release in releases},
    )
    results.mkdir(parents=True, exist_ok=True)
    (results / "compatibility.json").write_text(render_json(build_export(matrix)))
    return results


def outcome(text: str) -> dict[str, object]:
    """Return a verdict in JSON without what tells how it was come by."""
    found: dict[str, object] = json.loads(text)
    return found | {"notes": None}
