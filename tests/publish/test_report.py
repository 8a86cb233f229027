import stat
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings

from harness.errors import InconclusiveError, PublicationError, UsageError
from harness.judge.cells import build_matrix
from harness.model import Matrix, Status
from harness.publish.report import (
    BADGES,
    EXPORT,
    PAGE,
    THROUGHPUT,
    pivot_grids,
    publish,
    render_files,
    write_whole,
)
from harness.publish.timed import CALIBRATION
from tests import timed_runs

from .matrices import LOCK, SHA, Said, example, matrix, question, release
from .sittings import told
from .strategies import matrices

PAGES = [
    "COMPATIBILITY.md",
    "compatibility.html",
    "compatibility.json",
    "compatibility.schema.json",
    "compatibility.csv",
    "dense_masking.loss_denominator.json",
]
"""In the order in which they are written."""
NAMES = [
    "COMPATIBILITY.md",
    "badges",
    "compatibility.csv",
    "compatibility.html",
    "compatibility.json",
    "compatibility.schema.json",
]
"""In the order of the folder."""
README = "# x\n<!-- table: begin -->\n<!-- table: end -->\n"


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_everything_is_written_once(tmp_path: Path) -> None:
    results, readme = tmp_path / "results", tmp_path / "README.md"
    readme.write_text(README)
    written = publish(example(), results, readme)
    assert [path.name for path in written] == [*PAGES, "README.md"]
    assert names(results) == NAMES
    before = [path.stat().st_mtime_ns for path in written]
    assert publish(example(), results, readme) == ()
    assert [path.stat().st_mtime_ns for path in written] == before


def test_only_what_changed_is_written(tmp_path: Path) -> None:
    publish(example(), tmp_path, None)
    (tmp_path / "COMPATIBILITY.md").write_text("edited")
    assert publish(example(), tmp_path, None) == (tmp_path / "COMPATIBILITY.md",)


@pytest.mark.parametrize("status", [None, Status.CRASHED, Status.NO_INTERPRETER])
def test_a_table_made_from_nothing_is_refused(tmp_path: Path, status: Status | None) -> None:
    asked = question("dense_masking.loss_denominator")
    words = {("tf-1", asked.id): Said(status=status)} if status else {}
    with pytest.raises(InconclusiveError, match="nothing to publish"):
        publish(matrix([release("tf-1")], [asked], words), tmp_path / "results", None)
    assert names(tmp_path) == []


@pytest.mark.parametrize("content", ["no place", None])
def test_a_readme_that_cannot_be_used_leaves_everything(
    tmp_path: Path, content: str | None
) -> None:
    readme = tmp_path / "README.md"
    if content:
        readme.write_text(content)
    before = names(tmp_path)
    with pytest.raises(UsageError, match="README"):
        publish(example(), tmp_path / "results", readme)
    assert names(tmp_path) == before


def test_timings_have_a_page_of_their_own(tmp_path: Path) -> None:
    publish(example(), tmp_path, None)
    assert names(tmp_path) == NAMES
    page = tmp_path / THROUGHPUT
    timed = told(timed_runs.example(), example().releases)
    written = publish(example(), tmp_path, None, timed)
    assert [path.name for path in written] == [THROUGHPUT, *PAGES[1:3]]
    assert '"throughput": [\n{"arm": "tf-1.4.1"' in (tmp_path / EXPORT).read_text()
    assert publish(example(), tmp_path, None, timed) == ()
    assert render_files(example(), timed) == render_files(example(), timed)
    assert page.read_text() == render_files(example(), timed)[THROUGHPUT]


def test_a_calibration_that_is_there_is_named_where_times_are(tmp_path: Path) -> None:
    timed = told(timed_runs.example(), example().releases)
    publish(example(), tmp_path, None, timed)
    pages = tmp_path / THROUGHPUT, tmp_path / PAGE
    assert not any(CALIBRATION in page.read_text() for page in pages)
    (tmp_path / CALIBRATION).write_text("# How far the timings can be trusted\n")
    timed = told(timed_runs.example(), example().releases, CALIBRATION)
    assert publish(example(), tmp_path, None, timed) == pages
    document, page = (file.read_text() for file in pages)
    (line,) = [line for line in document.splitlines() if CALIBRATION in line]
    assert line.endswith(f": [{CALIBRATION}]({CALIBRATION}).")
    assert f'<a href="{CALIBRATION}">{CALIBRATION}</a>' in page
    publish(example(), tmp_path, None)
    assert CALIBRATION not in (tmp_path / PAGE).read_text()


def test_a_page_whose_timings_are_gone_is_taken_away(tmp_path: Path) -> None:
    publish(example(), tmp_path, None, told(timed_runs.example(), example().releases))
    gone = publish(example(), tmp_path, None)
    assert [path.name for path in gone] == [*PAGES[1:3], THROUGHPUT]
    assert names(tmp_path) == NAMES
    (tmp_path / THROUGHPUT).write_text("my own notes")
    assert publish(example(), tmp_path, None) == ()
    assert (tmp_path / THROUGHPUT).read_text() == "my own notes"


def snapshot(folder: Path) -> dict[str, bytes]:
    return {str(file): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_a_badge_whose_headline_is_gone_is_taken_away(tmp_path: Path) -> None:
    publish(example(), tmp_path, None)
    badges = tmp_path / BADGES
    (ours,) = badges.iterdir()
    old, foreign = badges / "old.json", badges / "package.json"
    old.write_bytes(ours.read_bytes())
    foreign.write_text('{"schemaVersion": 1}')
    assert publish(example(), tmp_path, None) == (old,)
    assert sorted(badges.iterdir()) == [ours, foreign]


def fewer() -> Matrix:
    """Return the example as it is judged without its last release."""
    whole = example()
    return build_matrix(
        whole.releases[:-1],
        whole.questions,
        [seen for cell in whole.cells.values() for seen in cell.evidence],
        scenario_hashes={asked.scenario: SHA for asked in whole.questions},
        lock_hashes={row.id: LOCK for row in whole.releases},
    )


def test_what_is_published_does_not_shrink_unasked(tmp_path: Path) -> None:
    publish(example(), tmp_path, None)
    before = snapshot(tmp_path)
    with pytest.raises(PublicationError, match=r"tf-keras-2\.16\.0 is gone.*\n.*--allow-shrink"):
        publish(fewer(), tmp_path, None)
    assert snapshot(tmp_path) == before
    assert publish(fewer(), tmp_path, None, allow_shrink=True)
    assert publish(fewer(), tmp_path, None) == ()
    assert publish(example(), tmp_path, None)


def test_what_is_unsound_is_not_written(tmp_path: Path) -> None:
    whole = example()
    unsound = replace(whole, intervals=whole.intervals[1:])
    for allow_shrink in (False, True):
        with pytest.raises(PublicationError, match="is in no interval"):
            publish(unsound, tmp_path / "results", None, allow_shrink=allow_shrink)
    assert names(tmp_path) == []


def test_what_is_published_is_held_against_the_store(tmp_path: Path) -> None:
    with pytest.raises(PublicationError, match="nothing is stored"):
        publish(example(), tmp_path / "results", None, stored=[])
    assert names(tmp_path) == []


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff",
        b'{"releases": []}',
        b'{"releases": [1], "questions": []}',
    ],
)
def test_an_export_that_cannot_be_read_is_not_replaced_unasked(
    tmp_path: Path, content: bytes
) -> None:
    (tmp_path / EXPORT).write_bytes(content)
    with pytest.raises(UsageError, match=r"cannot be read(.|\n)*--allow-shrink"):
        publish(example(), tmp_path, None)
    assert snapshot(tmp_path) == {str(tmp_path / EXPORT): content}
    publish(example(), tmp_path, None, allow_shrink=True)
    assert publish(example(), tmp_path, None) == ()


def test_statistics_are_loaded_only_where_there_are_timings(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from harness.commands import report, stored\n"
        "print(stored.stored_throughputs(Path(sys.argv[1]), ()), 'scipy' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, tmp_path], capture_output=True, text=True, check=True
    )
    assert done.stdout == "None False\n"


@settings(deadline=None)
@given(matrices())
def test_the_same_matrix_gives_the_same_bytes(drawn: Matrix) -> None:
    other = replace(drawn, cells=dict(reversed(list(drawn.cells.items()))))
    assert render_files(drawn) == render_files(other)


def test_the_grid_has_every_release_and_question() -> None:
    dense, lstm = pivot_grids(example())
    assert dense.scenario == "dense_masking"
    assert dense.header == ("Release", "Keras", "loss_denominator")
    assert dense.rows[:3] == (
        ("tf-1.4.1", "2.10.0", "÷ total"),
        ("tf-2.10.1", "2.10.0", "÷ total"),
        ("tf-2.11.1", "not known", "no interpreter"),
    )
    assert lstm.rows[-1] == ("tf-2.16.2+tf-keras-2.16.0", "2.16.0", "stops", "sum")


def test_a_link_is_followed_and_the_mode_kept(tmp_path: Path) -> None:
    real, link = tmp_path / "real.md", tmp_path / "link.md"
    real.write_text("old")
    real.chmod(0o640)
    link.symlink_to(real)
    assert write_whole(link, b"new")
    assert link.is_symlink()
    assert real.read_text() == "new"
    assert stat.S_IMODE(real.stat().st_mode) == 0o640


def test_a_failure_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.md"
    path.write_text("old")

    def fail(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("harness.publish.report.os.fsync", fail)
    with pytest.raises(OSError, match="No space"):
        write_whole(path, b"new")
    assert names(tmp_path) == ["a.md"]
    assert path.read_text() == "old"
