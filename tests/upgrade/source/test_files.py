"""Which files are read, in which order; what is left out is tested with the scan as a whole."""

from pathlib import Path

import pytest

from harness.upgrade.source.files import find_sources, read_bytes
from harness.upgrade.source.program import NotReadableError


def test_programs_and_notebooks_in_order(tmp_path: Path) -> None:
    for name in ("b.py", "a/z.ipynb", "a/b/c.py", "B.PY", "text.txt", "a.pyc", ".hidden.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    found = find_sources(tmp_path)
    assert found.paths == (".hidden.py", "B.PY", "a/b/c.py", "a/z.ipynb", "b.py")
    assert found.skipped == ()


def test_a_name_that_is_no_text(tmp_path: Path) -> None:
    name = b"caf\xe9.py".decode("utf-8", "surrogateescape")
    (tmp_path / name).write_text("x = 1\n")
    assert find_sources(tmp_path).paths == (name,)
    assert read_bytes(tmp_path, name) == b"x = 1\n"


def test_a_link_that_came_later_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "real.py").touch()
    (tmp_path / "link.py").symlink_to(tmp_path / "real.py")
    with pytest.raises(NotReadableError, match="cannot be read"):
        read_bytes(tmp_path, "link.py")
