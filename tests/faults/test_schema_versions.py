"""What was once written is read for ever: a stored sample of every version of the store.

The samples were written by the code of their time, the observations before pages had checksums.
"""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from harness.model import Status
from harness.store import SCHEMA_VERSION, TIMINGS_VERSION, read_observations, read_timings

SAMPLES = Path(__file__).parent / "samples"
VERSIONS = [
    (name, version, read)
    for name, newest, read in (
        ("observations", SCHEMA_VERSION, read_observations),
        ("timings", TIMINGS_VERSION, read_timings),
    )
    for version in range(1, newest + 1)
]


def sample_of(name: str, version: int, folder: Path) -> Path:
    """Put a sample alone into a folder; return that."""
    shutil.copy(SAMPLES / f"{name}-{version}.parquet", folder)
    return folder


@pytest.mark.parametrize(("name", "version", "read"), VERSIONS)
def test_every_version_has_its_sample_and_is_read(
    name: str, version: int, read: Callable[[Path], Iterator[Any]], tmp_path: Path
) -> None:
    folder = sample_of(name, version, tmp_path)
    (file,) = folder.iterdir()
    written = pq.read_table(file).column("schema_version").to_pylist()
    assert set(written) == {version}
    assert len(list(read(folder))) == len(written) > 1


def test_no_sample_is_of_a_version_that_nobody_knows() -> None:
    assert {file.stem for file in SAMPLES.iterdir()} == {
        f"{name}-{version}" for name, version, _ in VERSIONS
    }


def test_the_first_observations_say_what_they_always_said(tmp_path: Path) -> None:
    one, two, raised = read_observations(sample_of("observations", 1, tmp_path))
    assert [(seen.question, seen.draw) for seen in (one, two, raised)] == [
        ("masking.loss", 0),
        ("masking.loss", 1),
        ("masking.mask", 0),
    ]
    assert (one.answer, one.observed, one.hypotheses) == ("valid", 1.5, {"valid": 1.5, "sum": 9.0})
    assert (raised.status, raised.answer, raised.observed) == (Status.RAISED, None, None)
    assert raised.reason == "ValueError: no"
    assert one.provenance.worker_sha256 == "a" * 64


def test_the_first_timings_say_what_they_always_said(tmp_path: Path) -> None:
    timed, lost = read_timings(sample_of("timings", 1, tmp_path))
    assert (timed.release, timed.arm, timed.case.kernel) == ("tf-2.10.1", "tf-2.10.1", "reduction")
    assert (timed.calls, timed.seconds_per_call, timed.onednn) == (1000, 0.00025, True)
    assert (lost.status, lost.reason, lost.onednn) == (Status.CRASHED, "signal 9", None)
