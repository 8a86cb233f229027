"""Time travel for real: what is resolved as of a past day is what was committed then."""

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from harness.errors import EnvironmentBuildError, ExitCode
from harness.model import Release
from harness.releases.catalogue import find_release, load_catalogue
from harness.releases.interpreters import find_interpreter
from harness.releases.lock import LOCKS, lock_head, lock_sha256, verify_lock, write_lock

LINE = re.compile(
    r"[a-z0-9][a-z0-9.-]*==[A-Za-z0-9.+!]+( ; [^\\]+)? \\"  # a pin, perhaps with a marker
    r"|    --hash=sha256:[0-9a-f]{64}( \\)?"
)
HOST = re.compile(r"\b[\w-]+(\.[\w-]+)*\.(org|com|net|io|dev|local|internal)\b|://|localhost")


@pytest.fixture(scope="module")
def release() -> Release:
    """The release with the fewest dependencies, and so the quickest to resolve."""
    return find_release(load_catalogue(), "tf-1.4.1")


@pytest.fixture(scope="module")
def python(release: Release) -> Path:
    found = find_interpreter(release.python)
    if found is None:
        pytest.skip(f"Python {release.python} is not here, and {release.id} is resolved with it")
    return found


def test_resolving_again_gives_the_committed_lock(
    tmp_path: Path, release: Release, python: Path
) -> None:
    lock = write_lock(release, python, tmp_path / "locks")
    assert lock.read_text() == (LOCKS / lock.name).read_text()
    assert lock_sha256(lock) == lock_sha256(verify_lock(release))
    assert verify_lock(release, tmp_path / "locks") == lock
    assert [file.name for file in (tmp_path / "locks").iterdir()] == [f"{release.id}.txt"]


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"tensorflow": "1.4.999"}, "tensorflow==1.4.999"),
        ({"keras": "keras==0.0.0.1"}, "keras==0.0.0.1"),
        ({"as_of": date(2015, 1, 1)}, "tensorflow"),
        ({"package": "tensorflow-cpu"}, "tensorflow-cpu==1.4.1"),
    ],
    ids=["no such version", "no such keras", "before its time", "no such wheel"],
)
def test_an_impossible_release_leaves_the_old_lock(
    tmp_path: Path, release: Release, python: Path, changes: dict[str, object], why: str
) -> None:
    old = tmp_path / f"{release.id}.txt"
    old.write_text(lock_head(release))
    impossible = replace(release, **changes)  # type: ignore[arg-type]
    with pytest.raises(EnvironmentBuildError, match="cannot be resolved as of") as caught:
        write_lock(impossible, python, tmp_path)
    assert caught.value.exit_code == ExitCode.ENVIRONMENT
    assert why in caught.value.why
    assert HOST.search(str(caught.value)) is None
    assert old.read_text() == lock_head(release)
    assert list(tmp_path.iterdir()) == [old]


@pytest.mark.parametrize("lock", sorted(LOCKS.iterdir()), ids=lambda lock: lock.stem)
def test_every_line_of_a_committed_lock_is_a_pin_or_its_hash(lock: Path) -> None:
    text = lock.read_text()
    body = [line for line in text.splitlines() if not line.startswith("# ")]
    assert [line for line in body if not LINE.fullmatch(line)] == []
    pinned = [number for number, line in enumerate(body) if "==" in line.split(";")[0]]
    assert pinned
    assert all(body[number + 1].startswith("    --hash=") for number in pinned)
    assert HOST.search(text) is None
