"""Files that are begun, linked and swept: what a live process holds is never taken away."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from harness.errors import UsageError
from harness.files import begin_file, explain_failure, sweep_unfinished

ROOT = Path(__file__).parents[1]


def test_what_is_held_is_not_swept_and_what_nobody_holds_is(tmp_path: Path) -> None:
    file, begun = begin_file(tmp_path)
    with file:
        sweep_unfinished(tmp_path)
        assert begun.exists()
    sweep_unfinished(tmp_path)
    assert not begun.exists()


def test_what_a_killed_process_had_begun_is_swept(tmp_path: Path) -> None:
    code = "import os, sys; from pathlib import Path; from harness.files import begin_file\n"
    code += "held = begin_file(Path(sys.argv[1])); os.kill(os.getpid(), 9)"
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], cwd=ROOT, check=False)
    assert len(list(tmp_path.iterdir())) == 1
    sweep_unfinished(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_only_what_was_begun_is_swept(tmp_path: Path) -> None:
    kept = [tmp_path / name for name in ("one.parquet", "notes.tmp", ".hidden")]
    for file in kept:
        file.touch()
    (tmp_path / ".folder.tmp").mkdir()
    sweep_unfinished(tmp_path)
    assert set(tmp_path.iterdir()) == {*kept, tmp_path / ".folder.tmp"}
    sweep_unfinished(tmp_path / "none")


def test_a_file_is_begun_for_all_to_read(tmp_path: Path) -> None:
    file, begun = begin_file(tmp_path / "new" / "folder")
    with file:
        file.write(b"text")
    assert begun.read_bytes() == b"text"
    assert begun.stat().st_mode & 0o777 == 0o644


def test_a_failure_of_the_disk_names_the_file_and_what_to_do(tmp_path: Path) -> None:
    with (
        pytest.raises(UsageError, match="x cannot be written") as caught,
        explain_failure(tmp_path / "x", "Free some space."),
    ):
        raise OSError(28, os.strerror(28), "another name")
    assert (caught.value.why, caught.value.do) == ("No space left on device", "Free some space.")
    with pytest.raises(FileExistsError), explain_failure(tmp_path / "x", ""):
        raise FileExistsError
