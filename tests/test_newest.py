"""What is chosen by columns is what the judge would choose of everything."""

import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.errors import UsageError
from harness.judge.cells import build_matrix
from harness.measure.plan import stored_keys
from harness.model import Matrix, Observation, Status
from harness.newest import read_newest
from harness.store import SCHEMA_VERSION, read_observations, write_observations
from tests.builders import LOCK, NOON, SHA, observation
from tests.publish.matrices import question, release
from tests.test_store import BROKEN, rewrite

RELEASES = ("tf-2.10.1", "tf-2.11.1")
QUESTIONS = ("masking.loss", "masking.gradient", "weights.loss")
CURRENT = {"masking": SHA, "weights": "1" * 64}
LOCKS = {"tf-2.10.1": LOCK, "tf-2.11.1": "e" * 64}
STATES = (Status.ANSWERED, Status.RAISED, Status.NOT_INSTALLABLE, Status.NO_INTERPRETER)


@st.composite
def runs(draw: st.DrawFn) -> list[Observation]:
    """Draw what one run stored of one release; hashes may be old, and the clock may stand still."""
    name = draw(st.sampled_from(RELEASES))
    run_id = draw(st.sampled_from("abcdefgh"))
    machine = draw(st.sampled_from(["m1", "m2"]))
    lock = draw(st.sampled_from([LOCKS[name], LOCKS[name], "0" * 64]))
    asked = draw(st.lists(st.sampled_from(QUESTIONS), min_size=1, unique=True))
    return [
        observation(
            draw(st.sampled_from(["valid", "total"])),
            release=name,
            run_id=f"{run_id}-{machine}",
            machine=machine,
            lock_sha256=lock,
            recorded_at=NOON + timedelta(seconds=draw(st.integers(0, 3))),
            scenario=(scenario := one.partition(".")[0]),
            scenario_sha256=draw(st.sampled_from([CURRENT[scenario], "2" * 64])),
            question=one,
            draw=number,
            status=draw(st.sampled_from(STATES)),
            reason=draw(st.text(max_size=3)),
        )
        for one in asked
        for number in (0, 1)
    ]


def judge(observations: list[Observation]) -> Matrix:
    return build_matrix(
        [release(name) for name in RELEASES],
        [question(name) for name in QUESTIONS],
        observations,
        scenario_hashes=CURRENT,
        lock_hashes=LOCKS,
    )


def newest(folder: Path) -> list[Observation]:
    return list(read_newest(folder, scenario_hashes=CURRENT, lock_hashes=LOCKS))


@settings(max_examples=200, deadline=None)
@given(st.lists(runs(), max_size=12))
def test_the_judge_says_the_same_of_it(stored: list[list[Observation]]) -> None:
    with tempfile.TemporaryDirectory() as name:
        for run in stored:
            write_observations(Path(name), run)
        everything = list(read_observations(Path(name)))
        chosen = newest(Path(name))
        unchosen = list(read_newest(Path(name)))
    assert judge(chosen) == judge(everything)
    assert [one for one in everything if one in chosen] == chosen
    assert judge(unchosen) == judge(everything)
    assert stored_keys(unchosen) == stored_keys(everything)


def test_what_does_not_count_becomes_no_object(tmp_path: Path) -> None:
    times = {"a": 0, "b": 2, "c": 1}
    for run_id, hours in times.items():
        moment = NOON + timedelta(hours=hours)
        for sha in (SHA, "2" * 64):
            mark = f"{run_id}-{sha[0]}"
            stored = [
                observation(run_id=mark, recorded_at=moment, draw=draw, scenario_sha256=sha)
                for draw in (0, 1)
            ]
            write_observations(tmp_path, stored)
    assert [(o.provenance.run_id, o.draw) for o in newest(tmp_path)] == [("b-0", 0), ("b-0", 1)]


def store(folder: Path, run_id: str, hours: int, answer: str = "valid") -> Path:
    moment = NOON + timedelta(hours=hours)
    said = [
        observation(answer, run_id=run_id, recorded_at=moment, draw=draw, observed=hours + 0.5)
        for draw in (0, 1)
    ]
    return write_observations(folder, said)


def test_of_runs_that_say_the_same_the_newest_is_read(tmp_path: Path) -> None:
    for run_id, hours in {"a": 1, "b": 3, "c": 2}.items():
        store(tmp_path, run_id, hours)
    assert {(o.provenance.run_id, o.observed) for o in newest(tmp_path)} == {("b", 3.5)}


def test_a_run_that_says_something_else_is_kept_however_old(tmp_path: Path) -> None:
    for run_id, (hours, answer) in {
        "a": (1, "total"),
        "b": (2, "valid"),
        "c": (3, "valid"),
    }.items():
        store(tmp_path, run_id, hours, answer)
    assert {o.provenance.run_id for o in newest(tmp_path)} == {"a", "c"}
    assert judge(newest(tmp_path)).cells["tf-2.10.1", "masking.loss"].status is (
        Status.CONTRADICTORY
    )


def test_a_file_of_two_runs_is_read(tmp_path: Path) -> None:
    store(tmp_path, "b", 2)
    said = [observation(run_id="a", draw=0), observation(run_id="z", draw=1)]
    write_observations(tmp_path, said)
    assert {o.provenance.run_id for o in newest(tmp_path)} == {"a", "b", "z"}


def test_an_attempt_that_failed_hides_no_measurement(tmp_path: Path) -> None:
    later = observation(None, run_id="late", status=Status.NOT_INSTALLABLE, reason="no wheel")
    later = replace(later, recorded_at=NOON + timedelta(days=1))
    for one in (observation(run_id="early"), later):
        write_observations(tmp_path, [one, replace(one, draw=1)])
    assert {o.provenance.run_id for o in newest(tmp_path)} == {"early", "late"}
    assert judge(newest(tmp_path)).cells["tf-2.10.1", "masking.loss"].answer == "valid"


def test_a_folder_that_is_not_there_holds_nothing(tmp_path: Path) -> None:
    assert newest(tmp_path / "none") == []


def test_a_folder_by_a_relative_or_an_odd_name_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "draw=7 %20é+"
    write_observations(folder, [observation()])
    monkeypatch.chdir(tmp_path)
    assert newest(Path(folder.name)) == newest(folder) == [observation()]


@pytest.mark.parametrize("damage", BROKEN.values(), ids=BROKEN)
def test_a_file_that_cannot_be_read_is_named(
    damage: Callable[[Path], None], tmp_path: Path
) -> None:
    write_observations(tmp_path, [observation(run_id="a-sound-one")])
    file = write_observations(tmp_path, [observation(recorded_at=NOON + timedelta(1))])
    damage(file)
    with pytest.raises(UsageError) as caught:
        newest(tmp_path)
    assert str(file) in str(caught.value)


def test_a_file_of_a_newer_version_asks_for_an_update(tmp_path: Path) -> None:
    file = write_observations(tmp_path, [observation()])
    rewrite(schema_version=pa.array([SCHEMA_VERSION + 1], pa.int32()))(file)
    with pytest.raises(UsageError, match="newer than") as caught:
        newest(tmp_path)
    assert str(file) in str(caught.value)


def test_a_flipped_byte_is_noticed_or_changes_nothing(tmp_path: Path) -> None:
    said = [observation(draw=draw, observed=1.5, hypotheses={"valid": 1.5}) for draw in (0, 1)]
    file = write_observations(tmp_path, said)
    whole = file.read_bytes()
    silent = []
    for position in range(0, len(whole), 13):
        file.write_bytes(whole[:position] + bytes([whole[position] ^ 0x55]) + whole[position + 1 :])
        try:
            noticed = newest(tmp_path) == said
        except UsageError as error:
            noticed = str(file) in str(error)
        if not noticed:
            silent.append(position)
    assert not silent, f"bytes whose flip changes what is read, unnoticed: {silent}"
