"""Environments in which the real worker runs without TensorFlow, one for each interpreter here."""

import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from hypothesis import settings

from harness.releases.interpreters import find_interpreter
from harness.releases.lock import find_uv

# A job in the background of a shell ignores interrupts, and so would all that the tests start.
signal.signal(signal.SIGINT, signal.default_int_handler)

# How long an example takes is the machine's affair, and speed is measured by the benchmarks.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

STANDIN = Path(__file__).parent / "measure" / "standin"


def make_environment(folder: Path, interpreter: Path, *packages: str) -> Path:
    """Return the Python of a new environment that holds the stand-in and some packages."""
    python = folder / "bin" / "python"
    commands = [["venv", "--quiet", "--python", str(interpreter), str(folder)]]
    if packages:
        commands.append(["pip", "install", "--quiet", "--python", str(python), *packages])
    for command in commands:
        subprocess.run([find_uv(), *command], check=True)
    (site_packages,) = folder.glob("lib/python*/site-packages")
    shutil.copytree(STANDIN, site_packages, dirs_exist_ok=True)
    return python


@pytest.fixture(scope="session")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Return a function from a minor version to the Python of its environment, made once."""

    @cache
    def make(version: str) -> Path:
        interpreter = find_interpreter(version)
        if interpreter is None:
            pytest.skip(f"Python {version} is not on this machine")
        return make_environment(tmp_path_factory.mktemp(f"python{version}"), interpreter, "numpy")

    return make


@pytest.fixture(scope="session")
def standin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the Python of an environment like the controller's own, with the stand-in."""
    folder = tmp_path_factory.mktemp("standin")
    return make_environment(folder, Path(sys.executable), "numpy")


@pytest.fixture
def wheels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder that is all uv knows: no index, no configuration, a cache of its own."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    monkeypatch.setenv("UV_NO_INDEX", "1")
    monkeypatch.setenv("UV_NO_CONFIG", "1")
    monkeypatch.setenv("UV_FIND_LINKS", str(folder))
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "cache"))
    return folder
