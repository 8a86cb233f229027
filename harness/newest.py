"""Which of the stored observations count, chosen by columns before any becomes an object.

A store grows with every run, and what counts of it does not: of each machine the newest run of each
cell, of the present scenario and lock. So files are gone through from the newest to the oldest, and
only the columns that decide are read; of a file whose footer says that all in it is older than what
is known already, not even those. The other columns are read of the files that hold what counts.
"""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
import pyarrow.parquet as pq
from pyarrow.fs import LocalFileSystem

from harness.errors import UsageError
from harness.model import Observation, Status
from harness.store import (
    SCHEMA,
    SCHEMA_VERSION,
    as_observation,
    list_rows,
    naming,
    read_observations,
    require_version,
)

_ABSENT = {Status.NO_INTERPRETER.value, Status.NOT_INSTALLABLE.value}
"""What is no measurement, and must not hide one, however old."""
_TEXTS = [
    "release",
    "question",
    "machine",
    "run_id",
    "status",
    "scenario",
    "scenario_sha256",
    "lock_sha256",
]
_DECIDING = ["schema_version", "recorded_at", *_TEXTS]
_SCHEMA = pa.schema([SCHEMA.field(name) for name in _DECIDING])
_FORMAT = ds.ParquetFileFormat(
    default_fragment_scan_options=ds.ParquetFragmentScanOptions(page_checksum_verification=True),
)
_FIRST = 4
"""Files of a release that are read before footers are trusted; then twice as many at each step."""
_ROWS = 500_000
"""Judged at a time, so that memory does not grow with the store."""

_Key = tuple[str, str, str, bool]
"""Release, question, machine, and whether the release could not be started."""


@dataclass(frozen=True, slots=True, order=True)
class _Run:
    """The run that counts for a key, and the place of its file; the newest is the greatest."""

    recorded_at: int
    run_id: str
    file: int


def read_newest(
    folder: Path,
    *,
    questions: Iterable[str],
    scenario_hashes: Mapping[str, str],
    lock_hashes: Mapping[str, str],
) -> list[Observation]:
    """Return all that ``build_matrix`` makes use of with these, and little more.

    For each release, question and machine it is the newest run, and, where there is none, the
    newest in which the release could not be started. UsageError as ``read_observations`` raises
    it, but of a file in which nothing counts no more is looked at than tells so.
    """
    files = sorted(folder.resolve().glob("*.parquet"))
    newest: dict[_Key, _Run] = {}
    try:
        for table in _scan(files, list(questions), lock_hashes, newest):
            _require_whole(table, files)
            _choose(table, scenario_hashes, lock_hashes, newest)
    except (OSError, pa.ArrowException) as error:
        for _ in read_observations(folder):  # file by file, the one that is broken is named
            pass
        raise UsageError(f"{folder} cannot be read", why=str(error)) from error
    wanted: dict[int, set[tuple[_Key, str]]] = {}
    for key, run in newest.items():
        wanted.setdefault(run.file, set()).add((key, run.run_id))
    return [seen for place in sorted(wanted) for seen in _read(files[place], wanted[place])]


def _scan(
    files: Sequence[Path],
    questions: Sequence[str],
    lock_hashes: Mapping[str, str],
    newest: Mapping[_Key, _Run],
) -> Iterator[pa.Table]:
    """Yield the columns that decide, so many rows at a time, and the place of each row's file.

    Files are named by release and run, and runs by the time: so the last of a release come first.
    A name that says otherwise costs time, and no more. ``newest`` is brought up to date between.
    """
    waiting: dict[str, list[int]] = {}
    for place in reversed(range(len(files))):
        waiting.setdefault(files[place].name.partition("--")[0], []).append(place)
    step = _FIRST
    with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        while waiting:
            tasks = [
                (
                    {str(files[place]): place for place in places[:step]},
                    _say_what_may_count(release, questions, lock_hashes, newest),
                )
                for release, places in waiting.items()
            ]
            batches: list[pa.RecordBatch] = []
            rows = 0
            for found in pool.map(_scan_files, *zip(*tasks, strict=True)):
                batches += found
                rows += sum(batch.num_rows for batch in found)
                if rows >= _ROWS:
                    yield pa.Table.from_batches(batches)
                    batches, rows = [], 0
            if rows:
                yield pa.Table.from_batches(batches)
            waiting = {name: rest for name, places in waiting.items() if (rest := places[step:])}
            step *= 2


def _scan_files(places: Mapping[str, int], may_count: ds.Expression | None) -> list[pa.RecordBatch]:
    """Return the rows that may count of some files of one release.

    A thread a release costs less than the threads that a scan would start for each of its files.
    """
    dataset = ds.dataset(list(places), schema=_SCHEMA, format=_FORMAT, filesystem=LocalFileSystem())
    scanner = dataset.scanner(columns=_DECIDING, filter=may_count, use_threads=False)
    batches = []
    for tagged in scanner.scan_batches():
        batch = tagged.record_batch
        if batch.num_rows:
            place = pa.scalar(places[tagged.fragment.path], pa.int32())
            batches.append(batch.append_column("file", pa.repeat(place, batch.num_rows)))
    return batches


def _say_what_may_count(
    release: str,
    questions: Sequence[str],
    lock_hashes: Mapping[str, str],
    newest: Mapping[_Key, _Run],
) -> ds.Expression | None:
    """Return what a row must be to count, as far as that is known of a release; None before.

    On a machine on which all questions are known, it must not be older than all of those answers.
    What is missing is let through, to be complained of.
    """
    machines = {machine for name, _, machine, _ in newest if name == release}
    if not machines:
        return None
    column = {name: pc.field(name) for name in ("release", "machine", "recorded_at")}
    late = pc.scalar(False)  # noqa: FBT003 - it is a value here
    for machine in sorted(machines):
        known = [newest.get((release, asked, machine, False)) for asked in questions]
        if all(known):
            moment = min(run.recorded_at for run in known if run)
            at = pa.scalar(moment, pa.int64()).cast(SCHEMA.field("recorded_at").type)
            there = (column["release"] == release) & (column["machine"] == machine)
            late |= there & (column["recorded_at"] < at)
    lock = pc.field("lock_sha256")
    other = (column["release"] == release) & (lock != lock_hashes.get(release, ""))
    missing = lock.is_null()
    for one in column.values():
        missing |= one.is_null()
    return missing | ~(late | other)


def _require_whole(table: pa.Table, files: Sequence[Path]) -> None:
    """Refuse a newer version and a column that is missing or has a hole, and name the file."""
    version = pc.max(table["schema_version"]).as_py()
    if version is not None and version > SCHEMA_VERSION:
        newer = pc.equal(table["schema_version"], version)
        require_version(files[table.filter(newer)["file"][0].as_py()], version, SCHEMA_VERSION)
    for name in _DECIDING:
        if table[name].null_count:
            holes = table.filter(pc.is_null(table[name]))
            with naming(files[holes["file"][0].as_py()]):
                raise ValueError(f"{name} is missing")


def _choose(
    table: pa.Table,
    scenario_hashes: Mapping[str, str],
    lock_hashes: Mapping[str, str],
    newest: dict[_Key, _Run],
) -> None:
    """Bring ``newest`` up to date with some rows.

    Texts are compared as the places they have in their dictionaries, and a key is one number.
    """
    places, texts = {}, {}
    for name in _TEXTS:
        column = table[name].combine_chunks().dictionary_encode()
        places[name] = column.indices.cast(pa.int64())
        texts[name] = column.dictionary.to_pylist()
    absent = pa.array([int(status in _ABSENT) for status in texts["status"]], pa.int64())
    key = places["release"]
    for name in ("question", "machine"):
        key = pc.add(pc.multiply(key, len(texts[name])), places[name])
    key = pc.add(pc.multiply(key, 2), absent.take(places["status"]))
    counts = pc.and_(
        _find_pairs(("scenario", "scenario_sha256"), scenario_hashes, places, texts),
        _find_pairs(("release", "lock_sha256"), lock_hashes, places, texts),
    )
    moment = table["recorded_at"].combine_chunks().cast(pa.int64())
    rows = pa.table(
        {"key": key, "at": moment, "run": places["run_id"], "file": table["file"]}
    ).filter(counts)
    last = rows.group_by("key").aggregate([("at", "max")])
    group = pc.index_in(rows["key"], value_set=last["key"].combine_chunks())
    rows = rows.filter(pc.equal(rows["at"], last["at_max"].take(group)))
    for number, at, run, file in zip(*(column.to_pylist() for column in rows.columns), strict=True):
        rest, missing = divmod(number, 2)
        rest, machine = divmod(rest, len(texts["machine"]))
        release, question = divmod(rest, len(texts["question"]))
        names = texts["release"][release], texts["question"][question], texts["machine"][machine]
        found = _Run(at, texts["run_id"][run], file)
        known = newest.setdefault((*names, bool(missing)), found)
        if known < found:
            newest[*names, bool(missing)] = found


def _find_pairs(
    names: tuple[str, str],
    pairs: Mapping[str, str],
    places: Mapping[str, pa.Array],
    texts: Mapping[str, list[str]],
) -> pa.Array:
    """Return which rows hold one of the pairs in the two columns."""
    left, right = ({text: at for at, text in enumerate(texts[name])} for name in names)
    there = [
        left[one] * len(right) + right[other]
        for one, other in pairs.items()
        if one in left and other in right
    ]
    both = pc.add(pc.multiply(places[names[0]], len(right)), places[names[1]])
    return pc.is_in(both, value_set=pa.array(there, pa.int64()))


def _read(file: Path, wanted: AbstractSet[tuple[_Key, str]]) -> Iterator[Observation]:
    """Yield what is wanted of a file, whole.

    A broken header can make a column end early without an error, so the rows are counted.
    """
    runs = pa.array(sorted({run_id for _, run_id in wanted}))
    rows = 0
    with naming(file), pq.ParquetFile(file, page_checksum_verification=True) as parquet:
        for batch in parquet.iter_batches():
            rows += batch.num_rows
            table = pa.Table.from_batches([batch]).cast(SCHEMA)
            for row in list_rows(table.filter(pc.is_in(table["run_id"], value_set=runs))):
                absent = row["status"] in _ABSENT
                key = row["release"], row["question"], row["machine"], absent
                if (key, row["run_id"]) in wanted:
                    yield as_observation(row)
        if rows != parquet.metadata.num_rows:
            raise ValueError(f"{rows} rows where there are {parquet.metadata.num_rows}")
