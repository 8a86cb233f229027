"""Read what a comparison stands on from the results folder."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeAlias

from harness.errors import InconclusiveError
from harness.questions import load_scenarios
from harness.releases.catalogue import load_catalogue
from harness.releases.lock import lock_sha256, verify_lock
from harness.upgrade.record import Present, Record, find_staleness, read_export

EXPORT = "compatibility.json"
Rebuild: TypeAlias = Callable[[], Mapping[str, Any]]
"""Derives from the store what the export holds; takes seconds."""


def read_record(results: Path, rebuild: Rebuild) -> Record:
    """Return what is stored: from the export, or from the store where the export is behind it.

    InconclusiveError where nothing is stored.
    """
    present = find_present(results)
    export, why = _load(results / EXPORT)
    if not why:
        try:
            why = find_staleness(export, present)
        except (KeyError, TypeError, ValueError) as error:
            why = f"it cannot be understood: {error!r}"
    if not why:
        return read_export(export, present.releases, present.questions)
    if not present.runs:
        raise InconclusiveError(
            "there is nothing to compare",
            why=f"{results} holds no observations, and {EXPORT} cannot be used: {why}",
            do="Measure some releases first: nox -s matrix -t quick",
        )
    note = f"{EXPORT} was left aside, since {why}: derived anew from the store (nox -s report)"
    return read_export(rebuild(), present.releases, present.questions, note)


def find_present(results: Path) -> Present:
    """Return the present catalogue, locks and scenarios, and the runs of which files are stored."""
    releases, scenarios = load_catalogue(), load_scenarios()
    return Present(
        releases=releases,
        questions=tuple(question for one in scenarios for question in one.questions),
        scenario_hashes={scenario.name: scenario.sha256 for scenario in scenarios},
        lock_hashes={release.id: lock_sha256(verify_lock(release)) for release in releases},
        runs={name.rpartition("--")[2] for name in _list_stems(results / "observations")},
        timed_runs={name.partition("--")[0] for name in _list_stems(results / "timings")},
    )


def _list_stems(folder: Path) -> list[str]:
    return [file.name.removesuffix(".parquet") for file in folder.glob("*.parquet")]


def _load(path: Path) -> tuple[Mapping[str, Any], str]:
    """Return the export, and why it cannot be read; blank where it can."""
    try:
        found = json.loads(path.read_bytes())
    except FileNotFoundError:
        return {}, "it is not there"
    except (OSError, ValueError, RecursionError) as error:
        return {}, f"it cannot be read: {error}"
    return (found, "") if isinstance(found, dict) else ({}, "it holds no table")
