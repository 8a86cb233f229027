"""``results/compatibility.json``: what is published as data, for others to build on."""

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

from harness.judge.cells import age
from harness.judge.differences import Comparison, compare_candidates
from harness.model import (
    Cell,
    Change,
    Interval,
    Matrix,
    Observation,
    Provenance,
    Question,
    Release,
)
from harness.publish.counts import to_utc
from harness.publish.wording import reproduce

SCHEMA_VERSION = 3
"""1: the first (2026-11). 2: intervals say how they ``began``; ``candidates`` (2026-11).
3: ``throughput`` has rows (2026-11)."""


def build_export(matrix: Matrix, throughput: Sequence[Mapping[str, Any]] = ()) -> dict[str, Any]:
    """Return what ``compatibility.schema.json`` describes, in the order of the catalogue.

    ``throughput`` are the rows of ``speed_export``.
    """
    return {
        "schema_version": SCHEMA_VERSION,
        "generated_from": sorted(matrix.run_ids),
        "releases": list_releases(matrix),
        "questions": [_question(question) for question in matrix.questions],
        "cells": [
            _cell(matrix.cells[release.id, question.id], question)
            for release in matrix.releases
            for question in matrix.questions
        ],
        "intervals": [_interval(interval) for interval in matrix.intervals],
        "candidates": [_comparison(found) for found in compare_candidates(matrix)],
        "throughput": list(throughput),
    }


def render_json(export: Mapping[str, Any]) -> str:
    """Return strict JSON with one line a row, so that a diff shows the cells that changed."""
    parts = [f"{_dump(key)}: {_dump_rows(value)}" for key, value in sorted(export.items())]
    return "{\n" + ",\n".join(parts) + "\n}\n"


def list_releases(matrix: Matrix) -> list[dict[str, Any]]:
    """Return each release with the versions that were there when it was last measured.

    Where it never was (``measured`` is false), they are the catalogue's; there, a Keras that is
    whatever came with TensorFlow is null.
    """
    return [_release(row, matrix.provenances.get(row.id)) for row in matrix.releases]


def _release(release: Release, there: Provenance | None) -> dict[str, Any]:
    catalogued = release.keras.partition("==")[2] if release.keras else ""
    return {
        "id": release.id,
        "measured": there is not None,
        "tensorflow": there.tensorflow if there else release.tensorflow,
        "keras": (there.keras if there else catalogued) or None,
        "keras_api": release.api,
        "python": (there.python if there else "") or release.python,
        "released": release.released.isoformat(),
        "series": list(release.series),
        "tags": sorted(release.tags),
    }


def _question(question: Question) -> dict[str, Any]:
    return {
        "id": question.id,
        "scenario": question.scenario,
        "kind": question.kind.value,
        "title": question.title,
        "why": question.why,
        "remedy": question.remedy,
        "answers": list(question.answers),
        "concerns": list(question.concerns),
    }


def _cell(cell: Cell, question: Question) -> dict[str, Any]:
    evidence = sorted(cell.evidence, key=lambda seen: (seen.provenance.machine, seen.draw))
    newest = max(evidence, key=age, default=None)
    return {
        "release": cell.release,
        "question": cell.question,
        "status": cell.status.value,
        "answer": cell.answer,
        "reason": cell.reason,
        "observed": [_observed(seen) for seen in evidence],
        "hypotheses": [_numbers(seen.hypotheses) for seen in evidence],
        "scenario_sha256": newest.scenario_sha256 if newest else None,
        "lock_sha256": (newest.provenance.lock_sha256 or None) if newest else None,
        "machines": sorted({seen.provenance.machine for seen in evidence}),
        "recorded_at": to_utc(newest.recorded_at).isoformat() if newest else None,
        "reproduce": reproduce(cell.release, question.scenario, folder=question.folder),
    }


def _observed(seen: Observation) -> float | str | None:
    """Return the number, or the label where there is none; null where nothing was observed."""
    return seen.answer if seen.observed is None else _number(seen.observed)


def _numbers(values: Mapping[str, float]) -> dict[str, float | str]:
    return {name: _number(value) for name, value in sorted(values.items())}


def _number(value: float) -> float | str:
    """Return a number that JSON can hold: one that is not finite as "nan", "inf" or "-inf"."""
    return value if math.isfinite(value) else str(float(value))


def _interval(interval: Interval) -> dict[str, Any]:
    return {
        "series": interval.series,
        "question": interval.question,
        "first": interval.first,
        "last": interval.last,
        "status": interval.status.value,
        "answer": interval.answer,
        "untested_between": list(interval.untested_between),
        "began": _change(interval.began) if interval.began else None,
    }


def _change(change: Change) -> dict[str, Any]:
    pairs = {"keras": change.keras, "tensorflow": change.tensorflow}
    return {
        "after": change.after,
        "cause": change.cause.value,
        "evidence": {axis: list(pair) if pair else None for axis, pair in pairs.items()},
    }


def _comparison(found: Comparison) -> dict[str, Any]:
    return {
        "release": found.after,
        "against": found.before,
        "differences": [
            {
                "question": one.question,
                "grade": one.grade.value,
                "before": _outcome(one.before),
                "after": _outcome(one.after),
            }
            for one in found.differences
        ],
        "unknown": list(found.unknown),
    }


def _outcome(cell: Cell) -> dict[str, str | None]:
    return {"status": cell.status.value, "answer": cell.answer}


def _dump(value: object) -> str:
    return json.dumps(value, sort_keys=True, allow_nan=False)


def _dump_rows(value: object) -> str:
    if isinstance(value, list) and value:
        return "[\n" + ",\n".join(map(_dump, value)) + "\n]"
    return _dump(value)
