"""The scan over whole programs: the corpus with its marks, bad input, and laws it must keep."""

import os
import re
import shutil
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from harness.errors import UsageError
from harness.questions import load_scenarios
from harness.upgrade import source_scan
from harness.upgrade.source.concerns import CONCERNS
from harness.upgrade.source.processes import spread
from harness.upgrade.source_scan import scan_source
from tests.upgrade.marked import CORPUS, PROGRAMS, Finding, expected
from tests.upgrade.scanned import BAD, MASKED, findings, scan_text

AT_LEAST = 25
FALSE_SHARE = 1 / 20


@pytest.mark.parametrize("name", PROGRAMS)
def test_what_is_marked_is_found_and_nothing_else(name: str) -> None:
    assert findings(scan_source(CORPUS / name)) == expected(name)


def test_the_corpus_as_a_whole(capsys: pytest.CaptureFixture[str]) -> None:
    found = {name: findings(scan_source(CORPUS / name)) for name in PROGRAMS}
    marked = {name: expected(name) for name in PROGRAMS}
    missed = sum((marked[name] - found[name]).total() for name in PROGRAMS)
    false = sum((found[name] - marked[name]).total() for name in PROGRAMS)
    seen = sum(one.total() for one in found.values())
    with capsys.disabled():
        print(f"\n{len(PROGRAMS)} programs: {seen} found, {false} false, {missed} missed")
    assert len(PROGRAMS) >= AT_LEAST
    assert not missed
    assert false <= seen * FALSE_SHARE


def test_each_concern_of_a_question_can_be_seen_and_no_other() -> None:
    asked = {
        concern
        for scenario in load_scenarios()
        for question in scenario.questions
        for concern in question.concerns
    }
    shown = {concern for name in PROGRAMS for _, _, concern in expected(name)}
    assert asked == CONCERNS == shown


def test_programs_do_not_change_each_others_findings(tmp_path: Path) -> None:
    # The whole corpus as one folder, a program in each folder of it: none imports another's.
    together = findings(scan_source(CORPUS))
    apart: Counter[Finding] = Counter()
    for name in PROGRAMS:
        for (path, line, concern), times in findings(scan_source(CORPUS / name)).items():
            apart[f"{name}/{path}", line, concern] = times
    assert together == apart


def test_the_same_folder_gives_the_same_scan() -> None:
    first = scan_source(CORPUS)
    assert scan_source(CORPUS) == first
    assert list(first.sightings) == sorted(first.sightings)
    assert first.files == sum(
        file.suffix in {".py", ".ipynb"} for file in CORPUS.rglob("*") if file.is_file()
    )


def test_as_many_cores_as_there_are_see_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, (data, _) in BAD.items():
        (tmp_path / name).write_bytes(data)
    shutil.copytree(CORPUS, tmp_path / "corpus")
    alone = scan_source(tmp_path, 1)
    assert alone.sightings
    assert alone.skipped
    asked: list[int] = []

    def watch(work: Callable[[Any], Any], tasks: Sequence[Any], cores: int) -> list[Any]:
        asked.append(cores)
        return spread(work, tasks, cores)

    monkeypatch.setattr(source_scan, "spread", watch)
    assert scan_source(tmp_path, 2) == alone
    monkeypatch.setattr(source_scan, "_LETTERS_FOR_PROCESSES", 0)
    assert scan_source(tmp_path, 2) == alone
    assert scan_source(tmp_path, 3) == alone
    assert asked == [1, 2, 3]


def test_where_and_what(tmp_path: Path) -> None:
    text = (
        "é = 1; import keras\nx = é; m = keras.layers.Masking(\n    mask_value='\\x1b[2J\u202e' )\n"
    )
    (first, second) = scan_text(tmp_path, text).sightings
    assert (first.path, first.line, first.column) == ("program.py", 2, 12)
    assert first.what == "keras.layers.Masking( mask_value='\\x1b[2J\\u202e' )"
    assert (first.concern, second.concern) == (
        "keras.layers.Masking",
        "keras.layers.Masking(mask_value)",
    )


def test_a_long_expression_is_cut(tmp_path: Path) -> None:
    text = f"import keras\nkeras.layers.Masking(mask_value={'0' * 500}.0)\n"
    (first, _) = scan_text(tmp_path, text).sightings
    assert len(first.what) == 80
    assert first.what.endswith("…")


@pytest.mark.parametrize(
    "folder",
    [".venv", ".git", "node_modules", "__pycache__", "lib/python3.11/site-packages", ".hidden"],
)
def test_folders_of_others_are_not_walked(folder: str, tmp_path: Path) -> None:
    (tmp_path / folder).mkdir(parents=True)
    (tmp_path / folder / "theirs.py").write_text(MASKED)
    scan = scan_text(tmp_path, MASKED)
    assert [one.path for one in scan.sightings] == ["program.py"]
    assert scan.files == 1


def test_an_environment_of_any_name_is_not_walked(tmp_path: Path) -> None:
    (tmp_path / "env").mkdir()
    (tmp_path / "env" / "pyvenv.cfg").touch()
    (tmp_path / "env" / "theirs.py").write_text(MASKED)
    assert scan_text(tmp_path, MASKED).files == 1


def test_no_link_leads_out_of_the_folder(tmp_path: Path) -> None:
    inside, outside = tmp_path / "inside", tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.py").write_text(MASKED)
    inside.mkdir()
    (inside / "file.py").symlink_to(outside / "secret.py")
    (inside / "folder").symlink_to(outside)
    (inside / "loop").symlink_to(inside)
    (inside / "gone.py").symlink_to(outside / "nothing.py")
    scan = scan_text(inside, MASKED)
    assert {one.path for one in scan.sightings} == {"program.py"}
    assert [path for path, _ in scan.skipped] == ["file.py", "folder", "gone.py", "loop"]
    assert all("symbolic link" in reason for _, reason in scan.skipped)


def test_what_is_no_file_is_skipped(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.py")
    (tmp_path / "folder.py").mkdir()
    scan = scan_text(tmp_path, MASKED)
    assert scan.skipped == (("pipe.py", "it is no regular file"),)
    assert scan.files == 1


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_what_may_not_be_read_is_skipped(tmp_path: Path) -> None:
    scan_text(tmp_path, MASKED, "closed.py")
    (tmp_path / "closed.py").chmod(0)
    (tmp_path / "shut").mkdir(mode=0)
    scan = scan_text(tmp_path, MASKED)
    assert [path for path, _ in scan.skipped] == ["closed.py", "shut"]


def test_a_file_beyond_all_bounds_is_skipped(tmp_path: Path) -> None:
    with (tmp_path / "huge.py").open("wb") as file:
        file.truncate(5 * 2**20)
    assert scan_text(tmp_path, MASKED).skipped == (("huge.py", "it is larger than 4 MB"),)


def test_nothing_to_read_is_bad_input(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="does not exist"):
        scan_source(tmp_path / "nowhere")
    (tmp_path / "text.txt").touch()
    with pytest.raises(UsageError, match="is no folder"):
        scan_source(tmp_path / "text.txt")
    with pytest.raises(UsageError, match="no Python code"):
        scan_source(tmp_path)


def test_the_marks_are_read_right() -> None:
    # A mark that is never read would expect nothing, and pass.
    lines = "\n".join(
        file.read_bytes().decode("latin-1")
        for file in CORPUS.rglob("*")
        if file.suffix in {".py", ".ipynb"}
    )
    marks = sum(len(mark.split(",")) for mark in re.findall(r"expect: ([^\"\\\n]*)", lines))
    assert sum(expected(name).total() for name in PROGRAMS) == marks > 200
