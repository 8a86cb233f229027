"""Timings in the store: what goes in comes out, and what is broken is named."""

import tempfile
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.errors import UsageError
from harness.model import Case, Timing
from harness.store import TIMINGS, TIMINGS_VERSION, read_timings, write_timings
from tests.test_store import STATUSES, TEXT, TIMES, cut_short, foreign, rewrite
from tests.timed_runs import timing

COUNTS = st.integers(0, 2**31 - 1)
SIZES = st.integers(0, 2**62)


@st.composite
def timings(draw: st.DrawFn) -> Timing:
    case = Case(kernel=draw(TEXT), mode=draw(TEXT), batch=draw(COUNTS), timesteps=draw(COUNTS))
    return timing(
        case=case,
        recorded_at=draw(TIMES),
        arm=draw(TEXT),
        reference=draw(TEXT),
        status=draw(st.sampled_from(STATUSES)),
        reason=draw(TEXT),
        denominator=draw(TEXT),
        seconds_per_call=draw(st.floats(0, 1e6)),
        load=draw(st.floats(0, 1e3)),
        calls=draw(COUNTS),
        round=draw(COUNTS),
        traces=draw(COUNTS),
        bytes_per_call=draw(SIZES),
        peak_rss_bytes=draw(SIZES),
        bandwidth_bytes_per_s=draw(st.floats(0, 1e12)),
        onednn=draw(st.none() | st.booleans()),
    )


@settings(max_examples=50, deadline=None)
@given(st.lists(timings(), min_size=1, max_size=5))
def test_timings_that_are_written_are_read(said: list[Timing]) -> None:
    with tempfile.TemporaryDirectory() as name:
        write_timings(Path(name), said)
        assert list(read_timings(Path(name))) == said


def test_each_block_of_a_run_has_a_file_of_its_own(tmp_path: Path) -> None:
    for run, block in (("b", 1), ("a", 10), ("a", 2)):
        write_timings(tmp_path, [timing(run_id=run, block=block)])
    read = [(one.run_id, one.block) for one in read_timings(tmp_path)]
    assert read == [("a", 2), ("a", 10), ("b", 1)]
    assert list(read_timings(tmp_path / "none")) == []


def test_a_block_that_is_stored_twice_changes_nothing(tmp_path: Path) -> None:
    file = write_timings(tmp_path, [timing()])
    before = file.read_bytes()
    assert write_timings(tmp_path, [timing(seconds_per_call=1.0)]) == file
    assert file.read_bytes() == before


@pytest.mark.parametrize(
    "damage", [cut_short, foreign, rewrite(arm=None), rewrite(status=pa.array(["guessed"]))]
)
def test_timings_that_cannot_be_read_are_named(
    damage: Callable[[Path], None], tmp_path: Path
) -> None:
    file = write_timings(tmp_path, [timing()])
    damage(file)
    with pytest.raises(UsageError, match="cannot be read") as caught:
        list(read_timings(tmp_path))
    assert str(file) in str(caught.value)


def test_timings_of_a_newer_version_ask_for_an_update(tmp_path: Path) -> None:
    file = write_timings(tmp_path, [timing()])
    rewrite(schema_version=pa.array([TIMINGS_VERSION + 1], pa.int32()))(file)
    with pytest.raises(UsageError, match="newer than"):
        list(read_timings(tmp_path))


def test_every_field_of_a_timing_has_a_column() -> None:
    fields = set(Timing.__dataclass_fields__) | set(Case.__dataclass_fields__)
    assert set(TIMINGS.names) == (fields - {"case"}) | {"schema_version"}
