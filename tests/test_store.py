"""The store: what goes in comes out, nothing is overwritten, and what is broken is named."""

import math
import pickle
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.errors import UsageError
from harness.model import Kind, Observation, Status
from harness.store import (
    SCHEMA,
    SCHEMA_VERSION,
    read_observations,
    write_observations,
)
from tests.builders import observation, provenance

NUMBERS = st.floats(allow_nan=True, allow_infinity=True)
TEXT = st.text(max_size=30)
TIMES = st.integers(0, 2**42).map(
    lambda ms: datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=ms)
)
STATUSES = [s for s in Status if s not in {Status.CONTRADICTORY, Status.NOT_RUN}]


@st.composite
def observations(draw: st.DrawFn) -> Observation:
    return observation(
        draw(st.none() | TEXT),
        recorded_at=draw(TIMES),
        draw=draw(st.integers(0, 2**31 - 1)),
        status=draw(st.sampled_from(STATUSES)),
        kind=draw(st.sampled_from(Kind)),
        observed=draw(st.none() | NUMBERS),
        hypotheses=draw(st.dictionaries(TEXT, NUMBERS, max_size=4)),
        reason=draw(TEXT),
        duration_s=draw(st.floats(0, 1e6)),
        question=draw(TEXT),
    )


def comparable(seen: Observation) -> Observation:
    """Return it with NaN, which is not equal to itself, spelled out."""

    def spell(number: float | None) -> Any:
        return "nan" if number is not None and math.isnan(number) else number

    return replace(
        seen,
        observed=spell(seen.observed),
        hypotheses={name: spell(value) for name, value in seen.hypotheses.items()},
    )


@settings(max_examples=50, deadline=None)
@given(st.lists(observations(), min_size=1, max_size=5))
def test_what_is_written_is_read(said: list[Observation]) -> None:
    with tempfile.TemporaryDirectory() as name:
        write_observations(Path(name), said)
        read = list(read_observations(Path(name)))
    assert [comparable(one) for one in read] == [comparable(one) for one in said]
    assert all(one.recorded_at.utcoffset() == said[0].recorded_at.utcoffset() for one in read)


def test_a_run_that_is_stored_twice_changes_nothing(tmp_path: Path) -> None:
    file = write_observations(tmp_path, [observation("valid")])
    before = file.read_bytes(), file.stat().st_mtime_ns
    assert write_observations(tmp_path, [observation("total")]) == file
    assert (file.read_bytes(), file.stat().st_mtime_ns) == before
    assert list(tmp_path.iterdir()) == [file]


def test_each_run_of_a_release_has_a_file_of_its_own(tmp_path: Path) -> None:
    for release, run in (("tf-2.0.4", "b"), ("tf-2.0.4", "a"), ("tf-2.18.1+keras-3.9.2", "a")):
        write_observations(tmp_path, [observation(release=release, run_id=run)])
    read = [(o.provenance.release, o.provenance.run_id) for o in read_observations(tmp_path)]
    assert read == [("tf-2.0.4", "a"), ("tf-2.0.4", "b"), ("tf-2.18.1+keras-3.9.2", "a")]


def test_a_folder_that_is_not_there_holds_nothing(tmp_path: Path) -> None:
    assert list(read_observations(tmp_path / "none")) == []


def test_a_file_that_is_being_written_is_not_read(tmp_path: Path) -> None:
    (tmp_path / ".x1.tmp").write_bytes(b"PAR1 and no more")
    assert list(read_observations(tmp_path)) == []


def test_a_write_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    bad = replace(observation(), draw=2**40)
    with pytest.raises((OverflowError, pa.ArrowException)):
        write_observations(tmp_path, [observation(), bad])
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_is_full_leaves_nothing_behind(tmp_path: Path) -> None:
    """The limit on the size of files is the kernel's, so the write fails as on a full disk."""
    many = [observation(f"{index}", draw=index) for index in range(2000)]
    script = (
        "import pickle, resource, signal, sys; from pathlib import Path\n"
        "from harness.errors import UsageError\n"
        "from harness.store import write_observations\n"
        "folder, many = pickle.load(sys.stdin.buffer)\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (512, 512))\n"
        "try: write_observations(folder, many)\n"
        "except UsageError as error: sys.exit(7 if error.why == 'File too large' else str(error))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        input=pickle.dumps((tmp_path, many)),
        capture_output=True,
        check=False,
        cwd=Path(__file__).parent.parent,
    )
    assert done.returncode == 7, done.stderr.decode()
    assert list(tmp_path.iterdir()) == []


def test_a_folder_named_like_a_partition_changes_no_column(tmp_path: Path) -> None:
    folder = tmp_path / "draw=7" / "observations"
    write_observations(folder, [observation()])
    assert list(read_observations(folder)) == [observation()]


def cut_short(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-20])


def empty(file: Path) -> None:
    file.write_bytes(b"")


def replace_by_text(file: Path) -> None:
    file.write_bytes(b"this is no table at all\n" * 20)


def replace_by_a_pointer(file: Path) -> None:
    file.write_text("version https://git-lfs.github.com/spec/v1\nsize 12345\n")


def rewrite(**columns: pa.Array) -> Callable[[Path], None]:
    """Return a change of whole columns, the file staying valid Parquet; None drops one."""

    def change(file: Path) -> None:
        table = pq.read_table(file)
        for name, values in columns.items():
            table = table.drop_columns([name])
            if values is not None:
                table = table.append_column(name, values)
        pq.write_table(table, file)

    return change


def foreign(file: Path) -> None:
    pq.write_table(pa.table({"a": [1, 2]}), file)


BROKEN = {
    "truncated": cut_short,
    "empty": empty,
    "text": replace_by_text,
    "pointer": replace_by_a_pointer,
    "foreign": foreign,
    "a column is missing": rewrite(machine=None),
    "version is a text": rewrite(schema_version=pa.array(["1"])),
    "version is null": rewrite(schema_version=pa.array([None], pa.int32())),
    "unknown status": rewrite(status=pa.array(["guessed"])),
    "unknown kind": rewrite(kind=pa.array(["opinion"])),
    "status is null": rewrite(status=pa.array([None], pa.string())),
}


@pytest.mark.parametrize("damage", BROKEN.values(), ids=BROKEN)
def test_a_file_that_cannot_be_read_is_named(
    damage: Callable[[Path], None], tmp_path: Path
) -> None:
    file = write_observations(tmp_path, [observation()])
    damage(file)
    with pytest.raises(UsageError) as caught:
        list(read_observations(tmp_path))
    assert str(file) in str(caught.value)


def test_a_file_of_a_newer_version_asks_for_an_update(tmp_path: Path) -> None:
    file = write_observations(tmp_path, [observation()])
    rewrite(schema_version=pa.array([SCHEMA_VERSION + 1], pa.int32()))(file)
    with pytest.raises(UsageError, match="newer than") as caught:
        list(read_observations(tmp_path))
    assert "Update" in caught.value.do
    assert str(file) in str(caught.value)


def test_a_flipped_byte_is_noticed_or_changes_nothing(tmp_path: Path) -> None:
    said = [observation(draw=draw, observed=1.5, hypotheses={"valid": 1.5}) for draw in (0, 1)]
    file = write_observations(tmp_path, said)
    whole = file.read_bytes()
    silent = []
    for position in range(0, len(whole), 13):
        file.write_bytes(whole[:position] + bytes([whole[position] ^ 0x55]) + whole[position + 1 :])
        try:
            noticed = list(read_observations(tmp_path)) == said
        except UsageError as error:
            noticed = str(file) in str(error)
        if not noticed:
            silent.append(position)
    assert not silent, f"bytes whose flip changes what is read, unnoticed: {silent}"


def test_every_field_of_an_observation_has_a_column() -> None:
    fields = set(provenance().__dataclass_fields__) | set(observation().__dataclass_fields__)
    assert set(SCHEMA.names) == (fields - {"provenance"}) | {"schema_version"}
