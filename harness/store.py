"""Observations and timings in and out of Parquet, with all that knows its columns.

A file for each release of a run, or each block of timings, written under a temporary name, synced
and linked to its own: a reader sees whole files only, and nothing stored is ever overwritten.
"""

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, fields
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import pyarrow as pa
import pyarrow.parquet as pq

from harness.errors import UsageError
from harness.files import begin_file, explain_failure, sync_folder
from harness.model import Case, Kind, Observation, Provenance, Status, Timing
from harness.summary import summarize

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
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+_-]*")
_PROVENANCE = [field.name for field in fields(Provenance)]
_OWN = [field.name for field in fields(Observation) if field.name != "provenance"]
_Stored = TypeVar("_Stored")
_CASE = [field.name for field in fields(Case)]
_TIMED = [field.name for field in fields(Timing) if field.name != "case"]
_EPOCH = datetime.fromtimestamp(0, UTC)


def write_observations(folder: Path, observations: Sequence[Observation]) -> Path:
    """Append one run of one release as a file of its own; return its path.

    A run writes a release once: where its file is there already, it is left as it is. OSError
    where the disk is full or read-only; nothing half-written is left behind.
    """
    first = observations[0].provenance
    rows = [_row(observation) for observation in observations]
    name = f"{first.release}--{first.run_id}"
    return _write(folder, name, summarize(pa.Table.from_pylist(rows, SCHEMA)))


def write_timings(folder: Path, timings: Sequence[Timing]) -> Path:
    """Append one block of a run, as :func:`write_observations` does a release; return its path."""
    first = timings[0]
    rows = [_timing_row(timing) for timing in timings]
    name = f"{first.run_id}--{first.block:04d}"
    return _write(folder, name, pa.Table.from_pylist(rows, TIMINGS))


def _write(folder: Path, name: str, table: pa.Table) -> Path:
    if not _NAME.fullmatch(name):
        raise UsageError(f"{name!r} is no name of a file in the store")
    target = folder / f"{name}.parquet"
    with explain_failure(target, "Free some space, or make the folder writable, and run it again."):
        file, begun = begin_file(folder)
        try:
            with file:
                pq.write_table(table, file, compression="zstd", write_page_checksum=True)
                file.flush()
                os.fsync(file.fileno())
                # A hard link, since a rename would replace what is there.
                with suppress(FileExistsError):
                    os.link(begun, target)
        finally:
            begun.unlink(missing_ok=True)
        sync_folder(folder)
    return target


def newest_record(folder: Path, release: str) -> datetime | None:
    """Return when the newest stored observation of a release was recorded, by whatever clock.

    What is recorded next has to be newer, even on a clock that was set back since. Files that
    cannot be read do not count: reading the store names them.
    """
    newest = None
    for file in folder.glob(f"{release}--*.parquet"):
        with suppress(OSError, pa.ArrowException, LookupError, ValueError, OverflowError):
            for when in pq.ParquetFile(file).read(["recorded_at"]).column(0).to_pylist():
                newest = max(newest or when, when)
    return newest


def read_observations(folder: Path) -> Iterator[Observation]:
    """Yield every stored observation, file by file in the order of their names.

    Whatever can be read is. In the end UsageError names the files that cannot, or that were written
    by a newer version: nothing is to be told of a store as if they were not there.
    """
    yield from read_chosen(sorted(folder.glob("*.parquet")), lambda table: table)


def read_chosen(
    files: Iterable[Path], choose: Callable[[pa.Table], pa.Table]
) -> Iterator[Observation]:
    """Yield the observations of some files of which ``choose`` leaves the rows, as above."""

    def convert(table: pa.Table) -> Iterator[Observation]:
        return map(_as_observation, _list_rows(choose(table)))

    yield from _read_all(files, SCHEMA, SCHEMA_VERSION, convert)


def read_timings(folder: Path) -> Iterator[Timing]:
    """Yield every stored timing, as :func:`read_observations` does."""
    files = sorted(folder.glob("*.parquet"))
    yield from _read_all(files, TIMINGS, TIMINGS_VERSION, _list_timings)


def _read_all(
    files: Iterable[Path],
    schema: pa.Schema,
    known: int,
    convert: Callable[[pa.Table], Iterator[_Stored]],
) -> Iterator[_Stored]:
    refused: list[UsageError] = []
    for file in files:
        try:
            rows = _read(file, schema, known, convert)
        except UsageError as error:
            refused.append(error)
        else:
            yield from rows
    if refused:
        first, others = refused[0], [error.what for error in refused[1:]]
        raise UsageError("; ".join([first.what, *others]), why=first.why, do=first.do)


def _read(
    file: Path, schema: pa.Schema, known: int, convert: Callable[[pa.Table], Iterator[_Stored]]
) -> list[_Stored]:
    with _naming(file):
        if not file.is_file():
            raise OSError("it is no file")
        # Not read_table, which makes a dataset of each file first: half of the time.
        with pq.ParquetFile(file, page_checksum_verification=True) as parquet:
            table = parquet.read(use_threads=False)
            rows = parquet.metadata.num_rows
        if table.num_rows != rows:
            raise ValueError(f"{table.num_rows} rows where there are {rows}")
        versions = table.column("schema_version").to_pylist()
        _require_version(file, max(versions, default=known), known)
        return list(convert(table.cast(schema)))


@contextmanager
def _naming(file: Path) -> Iterator[None]:
    """Turn whatever is wrong with a file into a UsageError that names it."""
    try:
        yield
    except (OSError, pa.ArrowException, LookupError, TypeError, ValueError, OverflowError) as error:
        raise UsageError(
            f"{file} cannot be read",
            why=str(error),
            do="Restore it from version control, or move it away and measure again.",
        ) from error


def _require_version(file: Path, version: int, known: int) -> None:
    """Refuse a file that was written by a newer version; UsageError names it."""
    if version > known:
        raise UsageError(
            f"{file} has schema version {version}, newer than {known}",
            do="Update maskmatrix.",
        )


def _list_rows(table: pa.Table) -> Iterator[dict[str, Any]]:
    """Yield the rows by column."""
    yield from _zip_rows(_list_columns(table))


def _zip_rows(columns: Mapping[str, list[Any]]) -> Iterator[dict[str, Any]]:
    for values in zip(*columns.values(), strict=True):
        yield dict(zip(columns, values, strict=True))


def _list_columns(table: pa.Table) -> dict[str, list[Any]]:
    """Return the values by column, which is faster than row by row; equal texts are one object."""
    return {
        name: _list_values(column.combine_chunks())
        for name, column in zip(table.column_names, table.columns, strict=True)
    }


def _list_values(column: pa.Array) -> list[Any]:
    if pa.types.is_string(column.type):
        column = column.dictionary_encode()
        texts = column.dictionary.to_pylist()
        return [None if at is None else texts[at] for at in column.indices.to_pylist()]
    if pa.types.is_timestamp(column.type):
        moments = column.cast(pa.int64()).to_pylist()
        return [None if at is None else _EPOCH + timedelta(milliseconds=at) for at in moments]
    values: list[Any] = column.to_pylist(maps_as_pydicts="strict")
    return values


def _row(observation: Observation) -> dict[str, Any]:
    own = {name: getattr(observation, name) for name in _OWN}
    return {**own, **asdict(observation.provenance), "schema_version": SCHEMA_VERSION}


def _as_observation(row: Mapping[str, Any]) -> Observation:
    """Return the observation that a row holds; ValueError or KeyError where it holds none."""
    own = {name: row[name] for name in _OWN}
    own["status"], own["kind"] = Status(row["status"]), Kind(row["kind"])
    own["hypotheses"] = row["hypotheses"] or {}
    provenance = Provenance(**{name: row[name] for name in _PROVENANCE})
    return Observation(**own, provenance=provenance)


def _timing_row(timing: Timing) -> dict[str, Any]:
    own = {name: getattr(timing, name) for name in _TIMED}
    return {**own, **asdict(timing.case), "schema_version": TIMINGS_VERSION}


def _list_timings(table: pa.Table) -> Iterator[Timing]:
    columns = _list_columns(table)
    del columns["schema_version"]
    keys = list(zip(*(columns.pop(name) for name in _CASE), strict=True))
    cases = {key: Case(**dict(zip(_CASE, key, strict=True))) for key in dict.fromkeys(keys)}
    columns["case"] = [cases[key] for key in keys]
    states = {name: Status(name) for name in dict.fromkeys(columns["status"])}
    columns["status"] = [states[name] for name in columns["status"]]
    return (Timing(**row) for row in _zip_rows(columns))
