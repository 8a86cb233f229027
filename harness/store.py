"""Observations and timings in and out of Parquet; the only importer of pyarrow.

A file for each release of a run, or each block of timings, written under a temporary name, synced
and renamed: a reader sees whole files only, and nothing stored is ever overwritten.
"""

import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any, TypeVar

import pyarrow as pa
import pyarrow.parquet as pq

from harness.errors import UsageError
from harness.model import Case, Kind, Observation, Provenance, Status, Timing

SCHEMA_VERSION = 1
"""Of the observations. 1: the first (2026-11)."""
TIMINGS_VERSION = 1
"""Of the timings. 1: the first (2026-11)."""

SCHEMA = pa.schema(
    [
        ("schema_version", pa.int32()),
        ("run_id", pa.string()),
        ("recorded_at", pa.timestamp("ms", tz="UTC")),
        ("release", pa.string()),
        ("tensorflow", pa.string()),
        ("keras", pa.string()),
        ("keras_api", pa.string()),
        ("python", pa.string()),
        ("numpy", pa.string()),
        ("machine", pa.string()),
        ("scenario", pa.string()),
        ("scenario_sha256", pa.string()),
        ("worker_sha256", pa.string()),
        ("question", pa.string()),
        ("draw", pa.int32()),
        ("status", pa.string()),
        ("kind", pa.string()),
        ("observed", pa.float64()),
        ("hypotheses", pa.map_(pa.string(), pa.float64())),
        ("answer", pa.string()),
        ("reason", pa.string()),
        ("duration_s", pa.float64()),
        ("lock_sha256", pa.string()),
        ("harness_version", pa.string()),
    ]
)
TIMINGS = pa.schema(
    [
        ("schema_version", pa.int32()),
        ("run_id", pa.string()),
        ("recorded_at", pa.timestamp("ms", tz="UTC")),
        ("machine", pa.string()),
        ("release", pa.string()),
        ("tensorflow", pa.string()),
        ("keras", pa.string()),
        ("python", pa.string()),
        ("lock_sha256", pa.string()),
        ("arm", pa.string()),
        ("reference", pa.string()),
        ("planned_blocks", pa.int32()),
        ("kernel", pa.string()),
        ("mode", pa.string()),
        ("batch", pa.int32()),
        ("timesteps", pa.int32()),
        ("block", pa.int32()),
        ("process", pa.int32()),
        ("round", pa.int32()),
        ("status", pa.string()),
        ("reason", pa.string()),
        ("denominator", pa.string()),
        ("calls", pa.int32()),
        ("seconds_per_call", pa.float64()),
        ("cpu_seconds", pa.float64()),
        ("traces", pa.int32()),
        ("threads", pa.int32()),
        ("load", pa.float64()),
        ("bytes_per_call", pa.int64()),
        ("bandwidth_bytes_per_s", pa.float64()),
        ("peak_rss_bytes", pa.int64()),
        ("onednn", pa.bool_()),
    ]
)
_PROVENANCE = [field.name for field in fields(Provenance)]
_OWN = [field.name for field in fields(Observation) if field.name != "provenance"]
_Stored = TypeVar("_Stored")
_CASE = [field.name for field in fields(Case)]
_TIMED = [field.name for field in fields(Timing) if field.name != "case"]


def write_observations(folder: Path, observations: Sequence[Observation]) -> Path:
    """Append one run of one release as a file of its own; return its path.

    A run writes a release once: where its file is there already, it is left as it is. OSError
    where the disk is full or read-only; nothing half-written is left behind.
    """
    first = observations[0].provenance
    rows = [_row(observation) for observation in observations]
    name = f"{first.release}--{first.run_id}"
    return _write(folder, name, pa.Table.from_pylist(rows, SCHEMA))


def write_timings(folder: Path, timings: Sequence[Timing]) -> Path:
    """Append one block of a run, as :func:`write_observations` does a release; return its path."""
    first = timings[0]
    rows = [_timing_row(timing) for timing in timings]
    name = f"{first.run_id}--{first.block:04d}"
    return _write(folder, name, pa.Table.from_pylist(rows, TIMINGS))


def _write(folder: Path, name: str, table: pa.Table) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{name}.parquet"
    descriptor, temporary = tempfile.mkstemp(dir=folder, prefix=".", suffix=".tmp")
    try:
        with os.fdopen(descriptor, "wb") as file:
            pq.write_table(table, file, compression="zstd", write_page_checksum=True)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(0o644)
        # A hard link, since a rename would replace what is there.
        with suppress(FileExistsError):
            os.link(temporary, target)
    finally:
        Path(temporary).unlink()
    _sync_folder(folder)
    return target


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read_observations(folder: Path) -> Iterator[Observation]:
    """Yield every stored observation, file by file in the order of their names.

    UsageError names a file that cannot be read, or was written by a newer version.
    """
    for file in sorted(folder.glob("*.parquet")):
        yield from _read(file, SCHEMA, SCHEMA_VERSION, _observation)


def read_timings(folder: Path) -> Iterator[Timing]:
    """Yield every stored timing, as :func:`read_observations` does."""
    for file in sorted(folder.glob("*.parquet")):
        yield from _read(file, TIMINGS, TIMINGS_VERSION, _timing)


def _read(
    file: Path, schema: pa.Schema, known: int, convert: Callable[[dict[str, Any]], _Stored]
) -> list[_Stored]:
    try:
        table = pq.read_table(file, page_checksum_verification=True)
        version = max(table.column("schema_version").to_pylist(), default=known)
        if version <= known:
            return [convert(row) for row in table.cast(schema).to_pylist(maps_as_pydicts="strict")]
    except (OSError, pa.ArrowException, KeyError, TypeError, ValueError) as error:
        raise UsageError(
            f"{file} cannot be read",
            why=str(error),
            do="Restore it from version control, or move it away and measure again.",
        ) from error
    raise UsageError(
        f"{file} has schema version {version}, newer than {known}",
        do="Update maskmatrix.",
    )


def _row(observation: Observation) -> dict[str, Any]:
    own = {name: getattr(observation, name) for name in _OWN}
    return {**own, **asdict(observation.provenance), "schema_version": SCHEMA_VERSION}


def _observation(row: dict[str, Any]) -> Observation:
    own = {name: row[name] for name in _OWN}
    own["status"], own["kind"] = Status(row["status"]), Kind(row["kind"])
    own["hypotheses"] = row["hypotheses"] or {}
    provenance = Provenance(**{name: row[name] for name in _PROVENANCE})
    return Observation(**own, provenance=provenance)


def _timing_row(timing: Timing) -> dict[str, Any]:
    own = {name: getattr(timing, name) for name in _TIMED}
    return {**own, **asdict(timing.case), "schema_version": TIMINGS_VERSION}


def _timing(row: dict[str, Any]) -> Timing:
    own = {name: row[name] for name in _TIMED} | {"status": Status(row["status"])}
    return Timing(**own, case=Case(**{name: row[name] for name in _CASE}))
