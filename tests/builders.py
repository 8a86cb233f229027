"""Values that several rooms' tests are made of: observations, and scenarios written to a folder."""

import textwrap
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from harness.model import Kind, Observation, Provenance, Status

SHA, LOCK, WORKER = "0" * 64, "f" * 64, "a" * 64
MACHINE = "linux-x86_64-4cpu-0123abcd"
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
SENTINEL = "raise SystemExit('a scenario was run by the controller')\n"
"""What stands in a scenario that may be read only."""


def provenance(**changed: Any) -> Provenance:
    """Return where an observation comes from; every field can be changed."""
    usual = Provenance(
        run_id="run-1",
        release="tf-2.10.1",
        tensorflow="2.10.1",
        keras="2.10.0",
        keras_api="tf.keras",
        python="3.8.20",
        numpy="1.23.5",
        machine=MACHINE,
        lock_sha256=LOCK,
        worker_sha256=WORKER,
        harness_version="0.1.0",
    )
    return replace(usual, **changed)


def observation(answer: str | None = "valid", **changed: Any) -> Observation:
    """Return one answered draw; fields of the provenance are changed by their own names."""
    names = set(Provenance.__dataclass_fields__)
    usual = Observation(
        provenance=provenance(**{k: v for k, v in changed.items() if k in names}),
        recorded_at=NOON,
        scenario="masking",
        scenario_sha256=SHA,
        question="masking.loss",
        draw=0,
        status=Status.ANSWERED,
        kind=Kind.NUMERIC,
        answer=answer,
    )
    return replace(usual, **{k: v for k, v in changed.items() if k not in names})


def declared(**changed: object) -> dict[str, object]:
    """Return what a scenario has to declare of a question; each key can be changed."""
    return {
        "experiment": "ask",
        "kind": "numeric",
        "title": "What the loss is divided by",
        "why": "The curve changes.",
        "remedy": "Compare within one side.",
        "answers": ["valid", "total"],
        "concerns": ["keras.layers.Masking"],
        **changed,
    }


def write_scenario(
    folder: Path, name: str, questions: Mapping[str, object] | str, code: str = ""
) -> Path:
    """Write a scenario: its literal (or the text of it), then its code."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{name}.py"
    literal = questions if isinstance(questions, str) else repr(questions)
    file.write_text(f"QUESTIONS = {literal}\n\n{textwrap.dedent(code)}", encoding="utf-8")
    return file
