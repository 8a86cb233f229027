"""The fetching of a browser, with programs of the test's own on PATH: nothing is fetched."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.browser import NAMES

ROOT = Path(__file__).parents[1]


def put(folder: Path, name: str, *, fails: bool = False) -> None:
    """Write a program that notes how it was called."""
    program = folder / name
    program.write_text(f'#!/bin/sh\necho "$0 $@" >> {folder}/called\nexit {int(fails)}\n')
    program.chmod(0o755)


def fetch(folder: Path) -> tuple[str, list[str]]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.browser"],
        cwd=ROOT,
        env=os.environ | {"PATH": str(folder)},
        capture_output=True,
        text=True,
        check=True,
    )
    called = folder / "called"
    return done.stdout, called.read_text().splitlines() if called.exists() else []


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_fetched_where_there_is_a_browser(tmp_path: Path, name: str) -> None:
    put(tmp_path, name)
    put(tmp_path, "apt-get")
    assert fetch(tmp_path) == ("", [])


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may install a package")
def test_a_package_is_installed(tmp_path: Path) -> None:
    put(tmp_path, "apt-get")
    said, called = fetch(tmp_path)
    assert "fetching one" in said
    assert "skip" not in said
    assert [line.split()[1] for line in called] == ["update", "install"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may install a package")
def test_what_cannot_be_fetched_is_said(tmp_path: Path) -> None:
    put(tmp_path, "apt-get", fails=True)
    said, called = fetch(tmp_path)
    assert "no Chromium could be fetched: the tests of the page skip" in said
    assert len(called) == 1
