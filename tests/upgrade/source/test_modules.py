"""Which file an import means, from where it stands."""

import pytest

from harness.upgrade.source.modules import Modules, group_files

FILES = ["train.py", "model.py", "src/app/__init__.py", "src/app/net.py", "src/app/io/read.py"]


@pytest.mark.parametrize(
    ("importer", "name", "level", "file"),
    [
        ("train.py", "model", 0, "model.py"),
        ("train.py", "app.net", 0, "src/app/net.py"),
        ("train.py", "app", 0, "src/app/__init__.py"),
        ("src/app/net.py", "app.io.read", 0, "src/app/io/read.py"),
        ("src/app/net.py", "io.read", 1, "src/app/io/read.py"),
        ("src/app/net.py", "", 1, "src/app/__init__.py"),
        ("src/app/io/read.py", "net", 2, "src/app/net.py"),
        ("src/app/io/read.py", "model", 0, "model.py"),
        ("train.py", "numpy", 0, None),
        ("train.py", "net", 0, None),
        ("train.py", "keras", 0, None),
        ("train.py", "", 0, None),
        ("train.py", "x", 9, None),
    ],
)
def test_table(importer: str, name: str, level: int, file: str | None) -> None:
    found = Modules(FILES).find(importer, name, level)
    assert (found.file if found else None) == file


def test_a_folder_of_keras_own_name_does_not_hide_keras() -> None:
    assert Modules(["keras/__init__.py"]).find("train.py", "keras") is None


def test_imports_are_read_from_the_text() -> None:
    text = (
        "import os, model\nfrom app import (net, other)\nif x:\n    from app.io import read as r\n"
    )
    assert set(Modules(FILES).imported("train.py", text)) == {
        "model.py",
        "src/app/__init__.py",
        "src/app/net.py",
        "src/app/io/read.py",
    }


def test_groups_of_files() -> None:
    imports = {"a": ["b"], "b": ["c"], "c": [], "d": ["c"], "e": ["f"], "f": ["e"], "g": []}
    # b is concerned: a uses it, b uses c; d, which uses c too, has nothing to do with b.
    assert group_files(["b"], imports) == (("a", "b", "c"),)
    assert group_files(["e", "g", "b"], imports) == (("a", "b", "c"), ("e", "f"), ("g",))
    assert group_files(["c"], imports) == (("a", "b", "c", "d"),)
    assert group_files([], imports) == ()
