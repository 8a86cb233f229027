"""No circle of imports, neither at the head of a module nor hidden in it."""

from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from tests.test_house import ROOT, imports, modules, name_of


def needs(root: Path) -> dict[str, set[str]]:
    """Return the modules of ours that each module needs: what it imports, and what is around it."""
    files = {name_of(file, root): file for file in modules(root / "harness")}
    found: dict[str, set[str]] = {}
    for here, file in files.items():
        around = here.rpartition(".")[0]
        # The worker's modules know each other by their bare names.
        beside = {f"{around}.{name}" for name in imports(file, root) if "worker" in file.parts}
        found[here] = {*imports(file, root), *beside, around} & files.keys()
    return found


def circle(graph: dict[str, set[str]]) -> list[str]:
    """Return the modules of one circle, the first of them once more at its end."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def test_no_import_leads_back_to_where_it_came_from() -> None:
    assert circle(needs(ROOT)) == []


@pytest.mark.parametrize(
    "back",
    [
        "import harness.a",
        "from harness.a import thing",
        "from harness import a",
        "def later():\n    from harness import a",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from harness.a import Thing",
        "try:\n    import harness.a as other\nexcept ImportError:\n    pass",
    ],
)
def test_a_circle_is_seen_however_it_is_hidden(back: str, tmp_path: Path) -> None:
    for name, text in {
        "__init__": "",
        "a": "from harness.wing import b",
        "wing/__init__": "",
        "wing/b": back,
        "c": "from harness import a\nimport harness.d",
        "d": "from harness.wing.b import x",
    }.items():
        file = tmp_path / "harness" / f"{name}.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    assert set(circle(needs(tmp_path))) == {"harness.a", "harness.wing.b"}
    (tmp_path / "harness" / "wing" / "b.py").write_text("import sys")
    assert circle(needs(tmp_path)) == []
    (tmp_path / "harness" / "__init__.py").write_text("from harness import d")
    assert "harness" in circle(needs(tmp_path))


def test_a_circle_within_the_worker_is_seen(tmp_path: Path) -> None:
    folder = tmp_path / "harness" / "measure" / "worker"
    folder.mkdir(parents=True)
    (folder / "one.py").write_text("import two")
    (folder / "two.py").write_text("def later():\n    from one import x")
    there = "harness.measure.worker"
    assert set(circle(needs(tmp_path))) == {f"{there}.one", f"{there}.two"}
