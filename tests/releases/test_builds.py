"""What is recorded of an environment, and what is refused when it is read back."""

import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import UsageError
from harness.model import Status
from harness.releases.builds import Build, built_releases, read_build, write_build
from harness.releases.environment import create_environment

ABSENT = st.sampled_from([Status.NO_INTERPRETER, Status.NOT_INSTALLABLE])


def built(python: Path | None = None, release: str = "tf-2.10.1") -> Build:
    return Build(release=release, lock_sha256="0" * 64, python=python)


def test_what_is_written_is_read(tmp_path: Path) -> None:
    build = built(Path(sys.executable))
    write_build(tmp_path / "new" / "folder", build)
    assert read_build(tmp_path / "new" / "folder", build.release) == build


@given(
    reason=st.text(st.characters(codec="utf-8")), absent=ABSENT, sha256=st.text("0123456789abcdef")
)
def test_why_there_is_none_survives(
    tmp_path_factory: pytest.TempPathFactory, reason: str, absent: Status, sha256: str
) -> None:
    folder = tmp_path_factory.getbasetemp() / "builds"
    build = Build(release="tf-1.4.1", lock_sha256=sha256, absent=absent, reason=reason)
    write_build(folder, build)
    assert read_build(folder, build.release) == build


def test_the_last_word_counts(tmp_path: Path) -> None:
    write_build(tmp_path, Build(release="tf-2.10.1", lock_sha256="1", absent=Status.NO_INTERPRETER))
    write_build(tmp_path, built(Path(sys.executable)))
    assert read_build(tmp_path, "tf-2.10.1") == built(Path(sys.executable))
    assert [file.name for file in tmp_path.iterdir()] == ["tf-2.10.1.json"]


def test_what_was_never_built_says_how(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="not installed here") as caught:
        read_build(tmp_path, "tf-2.10.1")
    assert 'nox -s "matrix(tf-2.10.1)"' in caught.value.do


def test_an_environment_that_is_gone_is_said(tmp_path: Path) -> None:
    write_build(tmp_path, built(tmp_path / "gone" / "bin" / "python"))
    with pytest.raises(UsageError, match=r"the environment of tf-2\.10\.1 is gone") as caught:
        read_build(tmp_path, "tf-2.10.1")
    assert caught.value.do


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b"{}",
        b"\xff\xfe",
        b'{"release": "tf-2.10.1", "lock_sha256": "", "python": null, "absent": "tired"}',
        b'{"release": "tf-2.10.1", "lock_sha256": "", "python": 3, "absent": null}',
        b'{"release": "tf-2.10.1", "python": null, "absent": null, "reason": ""}',
        b'{"release": "a", "lock_sha256": "", "python": null, "absent": null, "extra": 1}',
    ],
)
def test_a_record_that_cannot_be_read_names_its_file(tmp_path: Path, text: bytes) -> None:
    file = tmp_path / "tf-2.10.1.json"
    file.write_bytes(text)
    with pytest.raises(UsageError, match="cannot be read") as caught:
        read_build(tmp_path, "tf-2.10.1")
    assert str(file) in caught.value.what
    assert caught.value.why
    assert 'nox -s "matrix(tf-2.10.1)"' in caught.value.do


def test_all_that_is_recorded_is_listed(tmp_path: Path) -> None:
    assert built_releases(tmp_path / "none") == []
    for release in ("tf-2.16.2+keras-3.9.2", "tf-2.10.1", "tf-1.4.1"):
        write_build(tmp_path, built(release=release))
    (tmp_path / ".tf-2.11.1.tmp").write_text("half")
    assert set(built_releases(tmp_path)) == {"tf-1.4.1", "tf-2.10.1", "tf-2.16.2+keras-3.9.2"}


def test_the_version_of_python_is_read_from_the_environment(tmp_path: Path) -> None:
    python = create_environment(tmp_path / "environment", Path(sys.executable))
    expected = ".".join(str(part) for part in sys.version_info[:3])
    assert built(python).python_version == expected
    assert built().python_version == ""


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("home = /x\nversion = 3.6.15\n", "3.6.15"),
        ("version_info = 3.9.18.final.0\n", "3.9.18"),
        ("include-system-site-packages = false\n", ""),
    ],
)
def test_both_ways_to_write_the_version_are_read(tmp_path: Path, text: str, version: str) -> None:
    (tmp_path / "pyvenv.cfg").write_text(text)
    assert built(tmp_path / "bin" / "python").python_version == version
