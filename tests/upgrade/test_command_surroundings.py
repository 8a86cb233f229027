"""The verb among others: a terminal, a pipe, GitHub, nox, other folders, and how long it takes."""

import os
import pty
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from harness.__main__ import parse_arguments
from harness.commands.check import find_place
from harness.errors import ExitCode
from harness.upgrade.again import Place
from harness.upgrade.command import place_scan
from harness.upgrade.sightings import Scan, Sighting

from .calling import ENDS, FROM_TO, ROOT, check
from .stores import SILENT, write_export


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which one question changes silently, and nothing else."""
    return write_export(tmp_path_factory.mktemp("results"), ENDS, SILENT)


def test_github_is_given_a_summary(results: Path, tmp_path: Path) -> None:
    summary = tmp_path / "summary.md"
    summary.write_text("before\n")
    done = check(
        *FROM_TO,
        "--format",
        "github",
        "--results",
        results,
        environment={"GITHUB_STEP_SUMMARY": str(summary)},
    )
    assert "::error title=silent%3A dense_masking.loss_denominator::" in done.stdout
    assert summary.read_text().startswith("before\n### tf-2.10.1")


def test_whoever_stops_reading_has_read_enough() -> None:
    """The committed results have more to say than a pipe holds; nobody reads it here."""
    words = [sys.executable, "-m", "harness", "check", "--from", "1.4.1", "--format", "json"]
    with subprocess.Popen(
        words, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == ExitCode.FINDINGS


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("src", "src/a.py"),
        ("./src/", "src/a.py"),
        (".", "a.py"),
        ("src/../src", "src/a.py"),
        ("..", "../a.py"),
        ("/elsewhere", "/elsewhere/a.py"),
    ],
)
def test_paths_begin_where_the_verb_was_called(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str, shown: str
) -> None:
    monkeypatch.chdir(tmp_path)
    scan = Scan((Sighting("a.py", 1, 1, "keras", "x"),), 1, (("b.py", "broken"),))
    placed = place_scan(scan, Path(source))
    assert placed.sightings[0].path == shown
    assert placed.skipped[0][0] == shown.replace("a.py", "b.py")


def test_on_a_terminal_it_is_in_colour(results: Path) -> None:
    parent, child = pty.openpty()
    words = [sys.executable, "-m", "harness", "check", *FROM_TO, "--results", str(results)]
    environment = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
    with subprocess.Popen(
        words, cwd=ROOT, stdout=child, env={**environment, "TERM": "xterm", "COLUMNS": "70"}
    ) as process:
        os.close(child)
        text = b""
        try:
            while chunk := os.read(parent, 65536):
                text += chunk
        except OSError:  # the other side of a terminal that is closed reads as an error on Linux
            pass
    os.close(parent)
    assert process.returncode == ExitCode.FINDINGS
    assert b"\x1b[1;31mFindings: " in text


def test_the_committed_results_answer_within_a_second() -> None:
    """The whole catalogue, in processor time: what else the machine does is not counted."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = check(*FROM_TO)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert done.returncode == ExitCode.FINDINGS, done.stderr
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 1


def test_nothing_heavy_is_loaded(results: Path) -> None:
    words = ["check", *FROM_TO, "--results", str(results)]
    code = f"import sys; from harness.__main__ import main; main({words!r}); print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    loaded = set(done.stdout.splitlines()[-1].split())
    assert "harness.upgrade.check" in loaded
    assert not loaded & {"numpy", "pandas", "pyarrow", "scipy", "rich", "yaml", "nox"}


def test_nox_passes_the_code_on_and_reads_files_where_it_was_called(
    results: Path, tmp_path: Path
) -> None:
    (tmp_path / "requirements.txt").write_text("tensorflow==2.10.1")
    words = ["--requirements", "requirements.txt", "--to", "2.16.2", "--results", str(results)]
    done = subprocess.run(
        [sys.executable, "-m", "nox", "-f", str(ROOT / "noxfile.py"), "-s", "check", "--", *words],
        cwd=tmp_path,
        env=os.environ | {"NOX_SCRIPT_MODE": "none", "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == ExitCode.FINDINGS, done.stderr
    assert done.stdout.startswith("tf-2.10.1 (TensorFlow 2.10.1")


@pytest.mark.parametrize(
    ("here", "place"),
    [
        (ROOT, Place(results="r", scenarios="own")),
        (
            ROOT.parent,
            Place(
                noxfile=f"{ROOT.name}/noxfile.py",
                results=f"{ROOT.parent}/r",
                scenarios=f"{ROOT.parent}/own",
            ),
        ),
        (
            Path("/usr"),
            Place(noxfile=f"{ROOT}/noxfile.py", results="/usr/r", scenarios="/usr/own"),
        ),
    ],
)
def test_what_is_to_be_typed_names_what_nox_would_not_find(
    monkeypatch: pytest.MonkeyPatch, here: Path, place: Place
) -> None:
    monkeypatch.chdir(here)
    words = ["check", "--from", "2.10.1", "--results", "r", "--scenarios", "own"]
    assert find_place(parse_arguments(words), here) == place
    assert find_place(parse_arguments(words[:3]), here) == Place(noxfile=place.noxfile)
