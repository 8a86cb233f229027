"""What of a store can count, found before any of it becomes an object.

A store grows with every run, and what it says hardly does: asked again in the same setting, a
release answers the same. Of the files that say the same only the newest is read.
"""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from harness.model import Observation
from harness.store import SCHEMA_VERSION, read_chosen
from harness.summary import read_summary

_DECIDING = ["schema_version", "release", "lock_sha256", "scenario", "scenario_sha256"]


def read_newest(
    folder: Path,
    *,
    scenario_hashes: Mapping[str, str] | None = None,
    lock_hashes: Mapping[str, str] | None = None,
) -> Iterator[Observation]:
    """Yield all that ``build_matrix`` can make use of, in the order of ``read_observations``.

    Only of the present scenarios and releases where ``scenario_hashes`` (by scenario) and
    ``lock_hashes`` (by release) say which those are. UsageError as ``read_observations`` raises it,
    but a file that says nothing new is looked at no further than to see that.
    """
    present = [
        (("scenario", "scenario_sha256"), scenario_hashes),
        (("release", "lock_sha256"), lock_hashes),
    ]

    def choose(table: pa.Table) -> pa.Table:
        for names, pairs in present:
            if pairs is not None:
                table = table.filter(_has_pairs(table, names, pairs))
        return table

    files = _newest_files(folder)
    return read_chosen([file for file in files if _may_have_rows(file, choose)], choose)


def _newest_files(folder: Path) -> list[Path]:
    """Return the files but those that say what a newer one says, in the order of their names."""
    newest: dict[bytes, tuple[tuple[int, bytes], str]] = {}
    others = []
    for file in map(str, folder.glob("*.parquet")):
        match read_summary(file).split():
            case said, moment, run_id if moment.isdigit():
                age = int(moment), run_id
                if said not in newest or newest[said][0] < age:
                    newest[said] = age, file
            case _:
                others.append(file)
    return [Path(file) for file in sorted([*others, *(file for _, file in newest.values())])]


def _may_have_rows(file: Path, choose: Callable[[pa.Table], pa.Table]) -> bool:
    """Say whether any row is chosen, by the few columns that decide it; a doubt means yes."""
    try:
        with pq.ParquetFile(file, page_checksum_verification=True) as parquet:
            table = parquet.read(_DECIDING, use_threads=False)
        newer = pc.max(table["schema_version"]).as_py()
        return bool(newer > SCHEMA_VERSION or choose(table).num_rows)
    except (OSError, pa.ArrowException, LookupError, TypeError, ValueError):
        return True


def _has_pairs(table: pa.Table, names: tuple[str, str], pairs: Mapping[str, str]) -> pa.Array:
    """Return for each row whether its two columns are one of the pairs."""
    left, right = (table[name] for name in names)
    expected = pc.index_in(left, value_set=pa.array(list(pairs), pa.string()))
    values = pa.array(list(pairs.values()), pa.string())
    return pc.fill_null(pc.equal(right, values.take(expected)), fill_value=False)
