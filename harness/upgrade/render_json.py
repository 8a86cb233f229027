"""A verdict as data; ``check.schema.json`` describes it. Pure."""

import json
from collections.abc import Iterable
from typing import Any

from harness.model import Cell, Speed
from harness.upgrade.asks import Asked
from harness.upgrade.pins.pin import Pin
from harness.upgrade.policy import Acceptance
from harness.upgrade.sightings import Sighting
from harness.upgrade.speeds import SpeedChange, Speeds
from harness.upgrade.verdict import QuestionChange, Unknown, Unmet, Verdict
from harness.upgrade.versions import End
from harness.upgrade.ways import Step
from harness.upgrade.words import Telling, find_evidence, measure_again, settle

SCHEMA_VERSION = 1
"""1: the first (2026-11)."""
_DIGITS = 5


def render_json(telling: Telling) -> str:
    """Return strict JSON, indented."""
    return f"{json.dumps(build_document(telling), indent=1, allow_nan=False)}\n"


def build_document(telling: Telling) -> dict[str, Any]:
    """Return what the schema describes."""
    verdict = telling.verdict
    return {
        "schema_version": SCHEMA_VERSION,
        "exit_code": int(telling.code),
        "fail_on": telling.fail_on.value,
        "padding": verdict.padding,
        "from": _end(verdict.before, verdict.keras[0]),
        "to": _end(verdict.after, verdict.keras[1]),
        "series": verdict.series or None,
        "counts": {
            "same": verdict.same,
            "changed": len(verdict.changes),
            "unknown": len(verdict.unknown),
        },
        "last_before_silent_change": verdict.stay[0] if verdict.stay else None,
        "first_silent_change": verdict.stay[1] if verdict.stay else None,
        "changes": [_change(change, telling) for change in verdict.changes],
        "changed_and_back": list(verdict.detours),
        "unknown": [_unknown(one, telling) for one in verdict.unknown],
        "unmet": [_unmet(one, telling) for one in verdict.unmet],
        "accepted_without_change": [_acceptance(one) for one in verdict.idle],
        "speed": _speeds(verdict.speeds),
        "asked": [_asked(one) for one in verdict.asked],
        "source": _source(verdict),
        "notes": list(verdict.notes),
    }


def _end(end: End, keras: str) -> dict[str, Any]:
    return {
        "release": end.release.id,
        "tensorflow": end.release.tensorflow,
        "keras": keras or None,
        "said": end.said,
        "pins": [_pin(pin) for pin in end.pins],
    }


def _pin(pin: Pin) -> dict[str, Any]:
    return {"text": pin.text, "file": pin.file, "line": pin.line or None}


def _change(change: QuestionChange, telling: Telling) -> dict[str, Any]:
    question, effect = change.question, change.effect
    return {
        "question": question.id,
        "title": question.title,
        "why": question.why,
        "remedy": question.remedy,
        "concerns": list(question.concerns),
        "grade": change.gravity.value,
        "counts": change.counts,
        "before": _outcome(change.before),
        "after": _outcome(change.after),
        "effect": {
            "quantity": effect.quantity.value if effect.quantity else None,
            "factor": _round(effect.factor),
            "learning_rate": _round(effect.learning_rate),
            "derived": effect.derived,
            "formula": effect.formula or None,
            "says": effect.says,
        }
        if effect
        else None,
        "steps": [_step(step) for step in change.steps],
        "sightings": None if change.sightings is None else _sightings(change.sightings),
        "accepted": _acceptance(change.accepted) if change.accepted else None,
        "accepted_no_longer": _acceptance(change.expired) if change.expired else None,
        "evidence": [
            find_evidence(telling, cell) or None for cell in (change.before, change.after)
        ],
        "measure_again": measure_again(telling, change),
    }


def _outcome(cell: Cell) -> dict[str, Any]:
    return {
        "release": cell.release,
        "status": cell.status.value,
        "answer": cell.answer,
        "reason": cell.reason,
    }


def _step(step: Step) -> dict[str, Any]:
    return {
        "last": step.before.last,
        "first": step.after.first,
        "before": {"status": step.before.status.value, "answer": step.before.answer},
        "after": {"status": step.after.status.value, "answer": step.after.answer},
        "untested_between": list(step.untested),
        "cause": step.began.cause.value if step.began else None,
    }


def _sightings(sightings: Iterable[Sighting]) -> list[dict[str, Any]]:
    return [
        {
            "path": one.path,
            "line": one.line,
            "column": one.column,
            "concern": one.concern,
            "what": one.what,
        }
        for one in sightings
    ]


def _acceptance(one: Acceptance) -> dict[str, Any]:
    return {
        "question": one.question,
        "reason": one.reason,
        "answer": one.answer or None,
        "until": str(one.until) if one.until else None,
    }


def _unknown(one: Unknown, telling: Telling) -> dict[str, Any]:
    return {
        "question": one.question.id,
        "counts": one.counts,
        "cells": [_outcome(cell) for cell in one.cells],
        "settle": settle(telling, one),
    }


def _unmet(one: Unmet, telling: Telling) -> dict[str, Any]:
    return {
        "question": one.question.id,
        "expected": one.expected,
        "after": _outcome(one.after),
        "measure_again": measure_again(telling, one),
    }


def _speeds(speeds: Speeds) -> dict[str, Any]:
    return {
        "missing": speeds.missing or None,
        "run_id": speeds.run_id or None,
        "machine": speeds.machine or None,
        "reference": speeds.reference or None,
        "cases": [_speed(one) for one in speeds.changes],
    }


def _speed(one: SpeedChange) -> dict[str, Any]:
    return {
        "kernel": one.case.kernel,
        "mode": one.case.mode or None,
        "batch": one.case.batch or None,
        "timesteps": one.case.timesteps or None,
        "outcome": one.outcome.value,
        "counts": one.outcome is Speed.SLOWER,
        "ratio": _round(one.ratio),
        "low": _round(one.low),
        "high": _round(one.high),
        "confidence": one.confidence,
        "other_work": one.other_work or None,
        "doubt": one.doubt or None,
    }


def _asked(one: Asked) -> dict[str, Any]:
    return {
        "name": one.name,
        "before": one.before or None,
        "after": one.after or None,
        "pins": [_pin(pin) for pin in one.pins],
        "allowed": one.allowed,
    }


def _source(verdict: Verdict) -> dict[str, Any] | None:
    if verdict.scan is None:
        return None
    return {
        "files": verdict.scan.files,
        "skipped": [{"path": path, "reason": why} for path, why in verdict.scan.skipped],
    }


def _round(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.{_DIGITS}g}")
