"""Disks that are full or read-only, and stores that hold what they should not."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from harness.errors import UsageError
from harness.files import begin_file
from harness.measure.journal import new_journal
from harness.model import Observation
from harness.store import read_observations, write_observations
from tests.builders import declared, observation
from tests.faults.conftest import count
from tests.faults.place import Place, told
from tests.measure.bench import Bench, both

VALID = both("answered", "valid")


@contextmanager
def mounted(folder: Path, options: str) -> Iterator[Path]:
    """Mount a small file system of its own; a machine that does not let us skips the test."""
    folder.mkdir(parents=True, exist_ok=True)
    command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"no file system may be mounted here: {done.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def remount(folder: Path, options: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{options}", str(folder)], check=True)


def fill(folder: Path) -> Path:
    """Leave no room in a file system."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file:
        for size in (4096, 1):
            with suppress(OSError):
                while True:
                    file.write(b"\0" * size)
    return filler


def test_a_disk_without_room_is_named_and_nothing_is_measured(bench: Bench) -> None:
    bench.write("masking")
    with mounted(bench.settings.results, "size=256k"):
        filler = fill(bench.settings.results)
        with pytest.raises(UsageError, match="cannot be written") as caught:
            bench.run()
        assert str(bench.settings.results) in caught.value.what
        assert caught.value.why == "No space left on device"
        assert caught.value.do
        filler.unlink()
        bench.run()
        assert bench.said() == {"masking.loss": VALID}
    count("full and read-only disks")


FILLS = """
    import os

    def quick(probe):
        for rng in probe.draws():
            probe.observe("quick", 2.0, {"valid": 2.0})

    def ask(probe):
        here = os.path.dirname(__file__)
        once = not os.path.exists(os.path.join(here, "filled"))
        open(os.path.join(here, "filled"), "w").close()
        for rng in probe.draws():
            if once:
                with open(open(os.path.join(here, "filler")).read(), "wb", buffering=0) as file:
                    try:
                        while True:
                            file.write(b" " * 64)
                    except OSError:
                        pass
                probe.observe("loss", 2.0, {"valid": 2.0}, note="x" * 5000)
            probe.observe("loss", 2.0, {"valid": 2.0})
"""


def test_a_disk_that_fills_up_loses_nothing_that_was_finished(bench: Bench) -> None:
    """The want of room raises in the worker, too, and is no answer of the release."""
    bench.write("masking", FILLS, quick=declared(experiment="quick"), loss=declared())
    with mounted(bench.settings.results, "size=256k"):
        filler = bench.settings.results / "filler"
        (bench.scenarios / "filler").write_text(str(filler))
        with pytest.raises(UsageError, match="cannot be written") as caught:
            bench.run()
        assert caught.value.why == "No space left on device"
        filler.unlink()
        (due,) = bench.run().due
        assert [task.experiment for task in due.tasks] == ["ask"]
        assert bench.said() == {"masking.quick": VALID, "masking.loss": VALID}
        assert bench.journals() == []
    count("full and read-only disks")


def test_a_store_that_is_read_only_keeps_what_was_measured_in_the_journal(bench: Bench) -> None:
    bench.write("masking")
    with mounted(bench.settings.observations, "size=256k") as folder:
        remount(folder, "ro")
        with pytest.raises(UsageError, match="cannot be written") as caught:
            bench.run()
        assert str(folder) in caught.value.what
        assert caught.value.why == "Read-only file system"
        assert len(bench.journals()) == 2  # with its log
        remount(folder, "rw")
        assert bench.run().due == []
        assert bench.said() == {"masking.loss": VALID}
    count("full and read-only disks")


def test_the_verb_ends_with_2_and_the_file_on_a_full_disk(place: Place) -> None:
    with mounted(place.results, "size=64k"):
        filler = fill(place.results)
        controller = place.start()
        _, complaint = controller.communicate(timeout=60)
        assert controller.returncode == 2
        assert "why: No space left on device" in complaint
        assert str(place.results) in complaint
        assert "Traceback" not in complaint
        filler.unlink()
    count("full and read-only disks")


def test_every_file_that_cannot_be_read_is_named_and_the_good_ones_are_read(
    tmp_path: Path,
) -> None:
    files = [
        write_observations(tmp_path, [observation(run_id=f"run-{number}")]) for number in range(4)
    ]
    files[1].write_bytes(files[1].read_bytes()[:-20])
    flip_a_byte(files[2])
    before = [file.read_bytes() for file in files]
    reading = read_observations(tmp_path)
    assert [next(reading).provenance.run_id for _ in range(2)] == ["run-0", "run-3"]
    with pytest.raises(UsageError) as caught:
        next(reading)
    for file in files:
        assert (str(file) in str(caught.value)) == (file in files[1:3])
    assert [file.read_bytes() for file in files] == before
    for file in files[1:3]:
        file.rename(file.with_suffix(".aside"))
    assert len(list(read_observations(tmp_path))) == 2


def flip_a_byte(file: Path) -> None:
    """Flip the first byte after the head that means anything: some are never read."""
    whole = file.read_bytes()
    for at in range(64, len(whole)):
        file.write_bytes(whole[:at] + bytes([whole[at] ^ 0x55]) + whole[at + 1 :])
        with suppress(UsageError):
            list(read_file(file))
            continue
        return
    raise AssertionError


def read_file(file: Path) -> list[Observation]:
    """Read one file of a store, apart from its neighbours."""
    with tempfile.TemporaryDirectory() as name:
        shutil.copy(file, name)
        return list(read_observations(Path(name)))


def make_pipe(path: Path) -> None:
    os.mkfifo(path)


def link_to_nothing(path: Path) -> None:
    path.symlink_to("nowhere")


@pytest.mark.parametrize("make", [Path.mkdir, make_pipe, link_to_nothing])
def test_what_is_no_file_is_named_and_not_waited_for(
    make: Callable[[Path], None], tmp_path: Path
) -> None:
    write_observations(tmp_path, [observation()])
    make(tmp_path / "x.parquet")
    with pytest.raises(UsageError, match=r"x\.parquet cannot be read"):
        list(read_observations(tmp_path))


def test_what_is_not_ours_in_the_folder_is_left_alone(bench: Bench) -> None:
    bench.write("masking")
    folder = bench.settings.observations
    folder.mkdir(parents=True)
    strangers = [folder / "notes.txt", folder / ".hidden", bench.settings.results / "mine.md"]
    for stranger in strangers:
        stranger.write_text("mine")
    bench.run()
    assert [stranger.read_text() for stranger in strangers] == ["mine"] * 3
    assert bench.said() == {"masking.loss": VALID}


def test_a_store_of_broken_files_is_neither_published_nor_measured_into(place: Place) -> None:
    folder = place.results / "observations"
    file = write_observations(folder, [observation()])
    file.write_bytes(file.read_bytes()[:-20])
    before = place.files()
    controller = place.start()
    _, complaint = controller.communicate(timeout=60)
    assert (controller.returncode, place.files()) == (2, before)
    assert file.name in complaint
    assert "Restore it from version control" in complaint


def test_what_a_killed_writer_began_is_removed_and_what_a_live_one_does_is_not(
    bench: Bench,
) -> None:
    bench.write("masking")
    dead = "import os, sys; from pathlib import Path; from harness.files import begin_file\n"
    dead += "begin_file(Path(sys.argv[1])); os.kill(os.getpid(), 9)"
    root = Path(__file__).parents[2]
    for folder in (bench.settings.observations, bench.settings.journals):
        subprocess.run([sys.executable, "-c", dead, str(folder)], check=False, cwd=root)
        assert len(list(folder.glob(".*.tmp"))) == 1
    file, begun = begin_file(bench.settings.observations)
    with file:
        bench.run()
        assert list(bench.settings.results.rglob("*.tmp")) == [begun]
    bench.run()
    assert list(bench.settings.results.rglob("*.tmp")) == []


def test_a_journal_that_another_run_takes_away_meanwhile_is_passed_over(bench: Bench) -> None:
    """Two that start at once find the same journal left behind: one of them stores it."""
    bench.write("masking")
    program = (
        "import sys; from pathlib import Path; from harness.measure import matrix\n"
        "matrix.recover(matrix.Settings(results=Path(sys.argv[1])))"
    )
    from tests.measure.test_matrix import ANSWERED, leave_journal

    leave_journal(bench, ANSWERED)
    command = [sys.executable, "-c", program, str(bench.settings.results)]
    both_at_once = [
        subprocess.Popen(command, cwd=Path(__file__).parents[2], stderr=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    for process in both_at_once:
        assert process.communicate(timeout=60)[1] == ""
        assert process.returncode == 0
    assert bench.said() == {"masking.loss": VALID}
    assert bench.journals() == []


def test_two_runs_at_once_on_one_store_do_no_harm(place: Place) -> None:
    """They do the work twice: each stores a run of its own, and the newest counts."""
    controllers = [place.start(), place.start()]
    for controller in controllers:
        _, complaint = controller.communicate(timeout=60)
        assert controller.returncode == 0, complaint
    assert place.wait_until_quiet() == []
    assert place.litter() == []
    stored = place.stored()
    runs = Counter((seen.question, seen.draw, seen.provenance.run_id) for seen in stored)
    assert set(runs.values()) == {1}
    assert len({told(seen) for seen in stored}) == 12
    assert {cell.status.value for cell in place.matrix().cells.values()} == {"answered"}
    count("two runs at once")


def test_one_run_that_is_killed_does_not_disturb_another(place: Place) -> None:
    victim, other = place.start(), place.start()
    time.sleep(0.7)
    victim.send_signal(signal.SIGKILL)
    victim.communicate()
    _, complaint = other.communicate(timeout=60)
    assert other.returncode == 0, complaint
    assert place.start().communicate(timeout=60)[1] == ""
    assert place.wait_until_quiet() == []
    assert place.litter() == []
    assert len({told(seen) for seen in place.stored()}) == 12
    count("two runs at once")


def test_a_journal_is_never_seen_without_its_plan(tmp_path: Path) -> None:
    with new_journal(tmp_path, "one", {"event": "bye"}) as journal:
        assert journal.read_bytes() == b'{"event": "bye"}\n'
        assert [file.name for file in tmp_path.iterdir()] == ["one.jsonl"]
