"""Where an interpreter is looked for, in which order, and what is passed over."""

import sys
from pathlib import Path

import pytest

from harness.releases.interpreters import find_interpreter


def place(folder: Path, version: str = "3.9", mode: int = 0o755) -> Path:
    folder.mkdir(parents=True)
    python = folder / f"python{version}"
    python.write_text("#!/bin/sh\n")
    python.chmod(mode)
    return python


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    """An environment in which nothing of this machine is found."""
    return {"HOME": str(tmp_path), "PATH": ""}


def test_path_comes_first(tmp_path: Path, home: dict[str, str]) -> None:
    place(tmp_path / ".pyenv" / "versions" / "3.9.18" / "bin")
    python = place(tmp_path / "bin")
    assert find_interpreter("3.9", home | {"PATH": f"/nowhere::{tmp_path / 'bin'}"}) == python


def test_shims_of_pyenv_are_passed_over(tmp_path: Path, home: dict[str, str]) -> None:
    shims = tmp_path / "elsewhere" / "shims"
    place(shims)
    python = place(tmp_path / "elsewhere" / "versions" / "3.9.18" / "bin")
    environment = home | {"PATH": f"{shims}/", "PYENV_ROOT": str(tmp_path / "elsewhere")}
    assert find_interpreter("3.9", environment) == python


@pytest.mark.parametrize("name", ["{}", "cpython-{}-linux-x86_64-gnu"], ids=["pyenv", "uv"])
def test_the_newest_patch_is_taken(tmp_path: Path, home: dict[str, str], name: str) -> None:
    root = tmp_path / (".pyenv/versions" if name == "{}" else ".local/share/uv/python")
    for version in ("3.9.2", "3.9.18", "3.9.9", "3.10.1"):
        place(root / name.format(version) / "bin")
    assert find_interpreter("3.9", home) == root / name.format("3.9.18") / "bin" / "python3.9"


@pytest.mark.parametrize(
    "folder",
    [
        ".pyenv/versions/3.9.0t",
        ".pyenv/versions/3.9.0rc2",
        ".pyenv/versions/3.9-dev",
        ".pyenv/versions/pypy3.9-7.3.16",
        ".local/share/uv/python/cpython-3.9.0a1-linux-x86_64-gnu",
        ".local/share/uv/python/cpython-3.9.0+freethreaded-linux-x86_64-gnu",
        ".local/share/uv/python/pypy-3.9.19-linux-x86_64-gnu",
    ],
)
def test_what_has_no_wheels_is_passed_over(
    tmp_path: Path, home: dict[str, str], folder: str
) -> None:
    place(tmp_path / folder / "bin")
    assert find_interpreter("3.9", home) is None


def test_folders_of_uv_can_be_elsewhere(tmp_path: Path, home: dict[str, str]) -> None:
    name = "cpython-3.9.18-linux-x86_64-gnu/bin"
    data = place(tmp_path / "data" / "uv" / "python" / name)
    given = place(tmp_path / "given" / name)
    home["XDG_DATA_HOME"] = str(tmp_path / "data")
    assert find_interpreter("3.9", home) == data
    assert find_interpreter("3.9", home | {"UV_PYTHON_INSTALL_DIR": str(given.parents[2])}) == given


def test_empty_variables_count_as_not_set(
    tmp_path: Path, home: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    place(tmp_path / "here" / "versions" / "3.9.1" / "bin")
    python = place(tmp_path / ".pyenv" / "versions" / "3.9.18" / "bin")
    monkeypatch.chdir(tmp_path / "here")
    empty = dict.fromkeys(("PYENV_ROOT", "XDG_DATA_HOME", "UV_PYTHON_INSTALL_DIR"), "")
    assert find_interpreter("3.9", home | empty) == python


def test_what_cannot_be_run_is_passed_over(tmp_path: Path, home: dict[str, str]) -> None:
    place(tmp_path / "bin", mode=0o644)
    (tmp_path / "folders" / "python3.9").mkdir(parents=True)
    path = f"{tmp_path / 'bin'}:{tmp_path / 'folders'}"
    assert find_interpreter("3.9", home | {"PATH": path}) is None


def test_nothing_is_nothing(home: dict[str, str]) -> None:
    assert find_interpreter("3.9", home) is None


def test_the_one_that_runs_is_found(home: dict[str, str]) -> None:
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    folder = Path(sys.executable).parent
    if not (folder / f"python{version}").exists():
        pytest.skip("this interpreter goes by another name")
    found = find_interpreter(version, home | {"PATH": str(folder)})
    assert found == folder / f"python{version}"
