"""Observations in and out of Parquet; the only importer of pyarrow.

One file per run and release, written under a temporary name, synced and renamed: a reader sees
whole files only, and nothing stored is ever overwritten.
"""

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from harness.errors import UsageError
from harness.model import Kind, Observation, Provenance, Status

SCHEMA_VERSION = 1
"""1: the first (2026-11)."""

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
_PROVENANCE = [field.name for field in fields(Provenance)]
_OWN = [field.name for field in fields(Observation) if field.name != "provenance"]


def write_observations(folder: Path, observations: Sequence[Observation]) -> Path:
    """Append one run of one release as a file of its own; return its path.

    A run writes a release once: where its file is there already, it is left as it is. OSError
    where the disk is full or read-only; nothing half-written is left behind.
    """
    first = observations[0].provenance
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{first.release}--{first.run_id}.parquet"
    table = pa.Table.from_pylist([_row(observation) for observation in observations], SCHEMA)
    descriptor, name = tempfile.mkstemp(dir=folder, prefix=".", suffix=".tmp")
    try:
        with os.fdopen(descriptor, "wb") as file:
            pq.write_table(table, file, compression="zstd", write_page_checksum=True)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o644)
        # A hard link, since a rename would replace what is there.
        with suppress(FileExistsError):
            os.link(name, target)
    finally:
        Path(name).unlink()
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
        yield from _read(file)


def _read(file: Path) -> list[Observation]:
    try:
        table = pq.read_table(file, page_checksum_verification=True)
        version = max(table.column("schema_version").to_pylist(), default=SCHEMA_VERSION)
        if version <= SCHEMA_VERSION:
            rows = table.cast(SCHEMA).to_pylist(maps_as_pydicts="strict")
            return [_observation(row) for row in rows]
    except (OSError, pa.ArrowException, KeyError, TypeError, ValueError) as error:
        raise UsageError(
            f"{file} cannot be read",
            why=str(error),
            do="Restore it from version control, or move it away and measure again.",
        ) from error
    raise UsageError(
        f"{file} has schema version {version}, newer than {SCHEMA_VERSION}",
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
