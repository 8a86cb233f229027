"""Locks: resolved by the real uv, against a small index of our own that knows upload times."""

import hashlib
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from harness.errors import EnvironmentBuildError, UsageError
from harness.model import Release
from harness.releases.catalogue import load_catalogue
from harness.releases.environment import create_environment, install_lock
from harness.releases.lock import (
    LOCKS,
    find_uv,
    lock_head,
    lock_sha256,
    uv_words,
    verify_lock,
    write_lock,
)
from tests.releases.small_index import HERE, File, serve

RELEASE = Release(
    id="tf-9.1.0+keras-9.2.0",
    tensorflow="9.1.0",
    package="tensorflow-cpu",
    keras="keras==9.2.0",
    api="keras",
    python=HERE,
    released=date(2019, 1, 1),
    as_of=date(2019, 1, 15),
    series=("keras-3",),
    tags=(),
)
UPLOADED = [
    ("tensorflow-cpu", "9.1.0", "2019-01-01T10:00:00Z"),
    ("keras", "9.2.0", "2019-01-01T11:00:00Z"),
    ("numpy", "1.0", "2018-01-01T00:00:00Z"),
    ("numpy", "1.1", "2019-01-15T23:00:00Z"),  # on the very day, late
    ("numpy", "2.0", "2019-01-16T00:30:00Z"),
    ("setuptools", "40.0", "2018-01-01T00:00:00Z"),
    ("setuptools", "60.0", "2021-12-20T00:00:00Z"),  # younger than the release
    ("setuptools", "61.0", "2022-03-24T00:00:00Z"),
]
REQUIRED = {"tensorflow-cpu": ["numpy", "setuptools"]}
FILES = [
    File(project=name, version=version, uploaded=uploaded, requires=REQUIRED.get(name, ()))
    for name, version, uploaded in UPLOADED
]


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Make uv speak to our index alone, in a time zone far from the one dates are meant in."""
    with serve(FILES) as served:
        monkeypatch.setenv("UV_DEFAULT_INDEX", f"http://somebody:secret@{served.address}/simple")
        monkeypatch.setenv("UV_NO_CONFIG", "1")
        monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "cache"))
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        monkeypatch.setenv("TZ", "Pacific/Auckland")
        yield served.address


@pytest.fixture
def locks(tmp_path: Path) -> Path:
    return tmp_path / "locks"


def pins(lock: Path) -> list[str]:
    return [line.split()[0] for line in lock.read_text().splitlines() if "==" in line.split()[0]]


@pytest.mark.usefixtures("index")
def test_a_release_is_resolved_as_of_its_day(locks: Path) -> None:
    lock = write_lock(RELEASE, Path(sys.executable), locks)
    assert lock == locks / "tf-9.1.0+keras-9.2.0.txt"
    assert pins(lock) == [
        "keras==9.2.0",
        "numpy==1.1",
        "setuptools==60.0",
        "tensorflow-cpu==9.1.0",
    ]


@pytest.mark.usefixtures("index")
def test_after_2022_build_tools_are_of_the_day_too(locks: Path) -> None:
    late = replace(RELEASE, as_of=date(2022, 6, 1))
    assert "setuptools==61.0" in pins(write_lock(late, Path(sys.executable), locks))


def test_a_lock_does_not_name_the_index(index: str, locks: Path) -> None:
    text = write_lock(RELEASE, Path(sys.executable), locks).read_text()
    assert index not in text
    assert "://" not in text


@pytest.mark.usefixtures("index")
def test_a_lock_can_be_installed_and_its_hashes_are_checked(tmp_path: Path, locks: Path) -> None:
    lock = write_lock(RELEASE, Path(sys.executable), locks)
    python = create_environment(tmp_path / "environment", Path(sys.executable))
    install_lock(python, lock)
    (packages,) = (tmp_path / "environment" / "lib").glob("python*/site-packages")
    assert (packages / "tensorflow_cpu-9.1.0.dist-info").is_dir()
    assert (packages / "numpy-1.1.dist-info").is_dir()
    first = lock.read_text().index("sha256:") + len("sha256:")
    lock.write_text(lock.read_text()[:first] + "0" * 64 + lock.read_text()[first + 64 :])
    other = create_environment(tmp_path / "other", Path(sys.executable))
    with pytest.raises(EnvironmentBuildError, match="could not be installed") as caught:
        install_lock(other, lock)
    assert "ash" in caught.value.why


def test_what_cannot_be_resolved_leaves_the_old_lock(index: str, locks: Path) -> None:
    lock = write_lock(RELEASE, Path(sys.executable), locks)
    before = lock.read_bytes()
    early = replace(RELEASE, as_of=date(2018, 6, 1))
    with pytest.raises(EnvironmentBuildError, match="as of 2018-06-01") as caught:
        write_lock(early, Path(sys.executable), locks)
    assert "tensorflow-cpu" in caught.value.why
    assert index not in str(caught.value)
    assert "secret" not in str(caught.value)
    assert lock.read_bytes() == before
    assert list(locks.iterdir()) == [lock]


@pytest.mark.usefixtures("index")
def test_a_lock_is_verified_and_named_by_its_bytes(locks: Path) -> None:
    lock = write_lock(RELEASE, Path(sys.executable), locks)
    assert verify_lock(RELEASE, locks) == lock
    assert lock_sha256(lock) == hashlib.sha256(lock.read_bytes()).hexdigest()
    assert write_lock(RELEASE, Path(sys.executable), locks).read_bytes() == lock.read_bytes()


def test_the_head_holds_what_a_lock_depends_on() -> None:
    assert lock_head(replace(RELEASE, python="3.9")) == (
        "# release: tf-9.1.0+keras-9.2.0\n"
        "# requirements: tensorflow-cpu==9.1.0, keras==9.2.0\n"
        "# python: 3.9\n"
        "# as of: 2019-01-15\n"
        "# platform: linux-x86_64\n"
    )


@pytest.mark.parametrize(
    ("other", "why"),
    [
        (replace(RELEASE, as_of=date(2019, 2, 1)), "as of: 2019-02-01"),
        (replace(RELEASE, python="3.6"), "python: 3.6"),
        (replace(RELEASE, package="tensorflow"), "tensorflow==9.1.0, keras==9.2.0"),
        (replace(RELEASE, keras=None), "requirements: tensorflow-cpu==9.1.0"),
    ],
)
def test_a_lock_of_another_row_is_refused(tmp_path: Path, other: Release, why: str) -> None:
    (tmp_path / f"{RELEASE.id}.txt").write_text(lock_head(RELEASE))
    with pytest.raises(UsageError, match="does not match its row") as caught:
        verify_lock(other, tmp_path)
    assert why in caught.value.why
    assert f"nox -s lock -- {RELEASE.id}" in caught.value.do


def test_tags_and_series_do_not_make_a_lock_stale(tmp_path: Path) -> None:
    lock = tmp_path / f"{RELEASE.id}.txt"
    lock.write_text(lock_head(RELEASE))
    moved = replace(RELEASE, tags=("quick",), series=("legacy",), released=date(2018, 1, 1))
    assert verify_lock(moved, tmp_path) == lock


@pytest.mark.parametrize("text", ["", "# release: tf-9.1.0", "numpy==1.0\n"])
def test_a_lock_that_is_cut_off_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / f"{RELEASE.id}.txt").write_text(text)
    with pytest.raises(UsageError, match="does not match its row"):
        verify_lock(RELEASE, tmp_path)


def test_a_lock_that_is_missing_says_how_to_make_it(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        verify_lock(RELEASE, tmp_path)
    assert f"nox -s lock -- {RELEASE.id}" in caught.value.do


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("error: no\n  numpy\n", "error: no numpy"),
        ("got 404 for `https://user:word@index.example/simple/a/`", "got 404 for `the index`"),
        ("(https://index.example/a.whl): bad", "(the index): bad"),
    ],
)
def test_the_words_of_uv_are_told_without_the_index(said: str, words: str) -> None:
    assert uv_words(said) == words


def test_uv_is_there() -> None:
    assert Path(find_uv()).is_file()


@pytest.mark.parametrize("release", load_catalogue(), ids=lambda release: release.id)
def test_a_committed_lock_names_no_address_and_hashes_everything(release: Release) -> None:
    text = (LOCKS / f"{release.id}.txt").read_text()
    body = text.removeprefix(lock_head(release))
    assert "://" not in text
    assert not body.startswith("#")
    blocks = body.replace(" \\\n    ", " ").splitlines()
    for block in blocks:
        pin, *hashes = block.split(" --hash=")
        assert "==" in pin
        assert hashes
        assert all(len(word) == len("sha256:") + 64 for word in hashes)
