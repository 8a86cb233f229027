"""Environments: made by the real uv, from a wheel that the test makes; no index is needed."""

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from harness.errors import EnvironmentBuildError, ExitCode
from harness.releases.environment import (
    BYTES_A_RELEASE,
    create_environment,
    install_lock,
    require_space,
)
from tests.releases.small_index import File


def make_wheel(folder: Path, name: str) -> str:
    """Write a wheel of one module; return the line that a lock has for it."""
    file = File(project=name, version="1.0", modules={f"{name}.py": "ANSWER = 42\n"})
    built = file.build()
    (folder / file.name).write_bytes(built)
    return f"{name}==1.0 \\\n    --hash=sha256:{hashlib.sha256(built).hexdigest()}\n"


@pytest.fixture
def python(tmp_path: Path, wheels: Path) -> Path:
    assert wheels.is_dir()
    return create_environment(tmp_path / "environment", Path(sys.executable))


def write_lock(folder: Path, *lines: str) -> Path:
    lock = folder / "tf-0.1.txt"
    lock.write_text("# release: tf-0.1\n" + "".join(lines))
    return lock


def importable(python: Path, module: str) -> bool:
    code = f"import {module}; assert {module}.ANSWER == 42"
    done = subprocess.run([python, "-I", "-c", code], capture_output=True, check=False)
    return done.returncode == 0


def modules(python: Path) -> set[str]:
    """What is installed, by the folders that say so."""
    found = (python.parent.parent / "lib").glob("python*/site-packages/*.dist-info")
    return {folder.name.partition("-")[0] for folder in found}


def test_a_lock_is_installed_and_nothing_else(tmp_path: Path, wheels: Path, python: Path) -> None:
    install_lock(python, write_lock(tmp_path, make_wheel(wheels, "one"), make_wheel(wheels, "two")))
    assert modules(python) == {"one", "two"}
    assert importable(python, "one")


def test_what_the_lock_does_not_name_is_removed(tmp_path: Path, wheels: Path, python: Path) -> None:
    one, two = make_wheel(wheels, "one"), make_wheel(wheels, "two")
    install_lock(python, write_lock(tmp_path, one, two))
    install_lock(python, write_lock(tmp_path, two))
    assert modules(python) == {"two"}
    assert not importable(python, "one")


def test_an_unchanged_environment_is_left_alone(tmp_path: Path, wheels: Path, python: Path) -> None:
    lock = write_lock(tmp_path, make_wheel(wheels, "one"))
    install_lock(python, lock)
    (module,) = (python.parent.parent / "lib").glob("python*/site-packages/one.py")
    before = (module.stat().st_ino, module.stat().st_mtime_ns)
    for folder in (wheels, tmp_path / "cache"):  # there is nothing left to install from
        shutil.rmtree(folder)
        folder.mkdir()
    install_lock(python, lock)
    assert (module.stat().st_ino, module.stat().st_mtime_ns) == before


def test_another_hash_is_refused(tmp_path: Path, wheels: Path, python: Path) -> None:
    line = make_wheel(wheels, "one")
    wrong = line[: line.index("sha256:") + 7] + "0" * 64 + "\n"
    with pytest.raises(EnvironmentBuildError, match=r"tf-0\.1 could not be installed") as caught:
        install_lock(python, write_lock(tmp_path, wrong))
    assert "hash" in caught.value.why.lower()
    assert caught.value.do
    assert caught.value.exit_code == ExitCode.ENVIRONMENT
    assert modules(python) == set()


@pytest.mark.parametrize("line", ["one==1.0\n", "one\n"], ids=["no hash", "no pin"])
def test_what_carries_no_hash_is_refused(
    tmp_path: Path, wheels: Path, python: Path, line: str
) -> None:
    make_wheel(wheels, "one")
    with pytest.raises(EnvironmentBuildError, match="could not be installed"):
        install_lock(python, write_lock(tmp_path, line))
    assert modules(python) == set()


def test_without_a_network_the_index_is_not_told(
    tmp_path: Path, wheels: Path, python: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reason is stored and published; port 9 of this machine answers nothing."""
    line = make_wheel(wheels, "one")
    for name in ("UV_NO_INDEX", "UV_FIND_LINKS"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("UV_DEFAULT_INDEX", "http://somebody:secret@127.0.0.1:9/simple")
    monkeypatch.setenv("UV_HTTP_RETRIES", "0")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with pytest.raises(EnvironmentBuildError) as caught:
        install_lock(python, write_lock(tmp_path, line))
    assert caught.value.why
    assert "secret" not in str(caught.value)
    assert "127.0.0.1" not in str(caught.value)


def test_an_environment_is_made_once(tmp_path: Path, wheels: Path, python: Path) -> None:
    install_lock(python, write_lock(tmp_path, make_wheel(wheels, "one")))
    again = create_environment(tmp_path / "environment", tmp_path / "no interpreter")
    assert again == python
    assert modules(python) == {"one"}


def test_a_broken_environment_is_made_anew(tmp_path: Path, python: Path) -> None:
    python.unlink()
    create_environment(tmp_path / "environment", Path(sys.executable))
    assert subprocess.run([python, "-c", ""], check=False).returncode == 0


def test_an_environment_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentBuildError, match="could not be made") as caught:
        create_environment(tmp_path / "environment", tmp_path / "no interpreter")
    assert caught.value.why


def test_space_that_is_there_is_said(tmp_path: Path) -> None:
    assert require_space(tmp_path, 0).startswith("0 to install: about 0 GB of disk, ")


def test_space_that_is_not_there_is_refused(tmp_path: Path) -> None:
    releases = shutil.disk_usage(tmp_path).total // BYTES_A_RELEASE + 1
    with pytest.raises(EnvironmentBuildError, match="the disk is too small") as caught:
        require_space(tmp_path, releases)
    assert f"{releases} to install: about {releases} GB of disk" in caught.value.what
    assert "-t quick" in caught.value.do
