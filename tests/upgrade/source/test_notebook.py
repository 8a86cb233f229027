"""Notebooks: where their lines stand, what is IPython's own, and what is broken."""

import json
from typing import Any

import pytest

from harness.upgrade.source.notebook import read_notebook
from harness.upgrade.source.program import NotReadableError


def cell(*lines: str, kind: str = "code") -> dict[str, Any]:
    return {"cell_type": kind, "metadata": {}, "source": list(lines)}


def notebook(*cells: dict[str, Any], indent: int | None = 1, **more: Any) -> bytes:
    return json.dumps({"cells": cells, "metadata": {}, **more}, indent=indent).encode()


def statements(data: bytes) -> list[tuple[int, str]]:
    """Return the line of the file and the text of each statement."""
    program, _ = read_notebook("book.ipynb", data)
    return [(where[0], where[2]) for where in map(program.locate, program.tree.body)]


def test_a_line_is_that_of_the_file() -> None:
    data = notebook(
        cell("a = 1\n", "b = 2"), cell("# text", kind="markdown"), cell("c = (\n", "3)")
    )
    lines = data.decode().split("\n")
    for number, shown in statements(data):
        name = shown.split(": ")[1].split(" ")[0]
        assert lines[number - 1].strip().startswith(f'"{name} = ')
    assert [shown for _, shown in statements(data)] == [
        "cell 1: a = 1",
        "cell 1: b = 2",
        "cell 3: c = ( 3)",
    ]


def test_a_notebook_on_one_line() -> None:
    assert [number for number, _ in statements(notebook(cell("a\n", "b"), indent=None))] == [1, 1]


def test_a_cell_that_is_one_text() -> None:
    one = {"cell_type": "code", "source": "a = 1\nb = 2\n"}
    assert [shown for _, shown in statements(notebook(one))] == ["cell 1: a = 1", "cell 1: b = 2"]


def test_format_3() -> None:
    sheet = {"worksheets": [{"cells": [{"cell_type": "code", "input": ["a = 1\n", "b"]}]}]}
    assert len(statements(json.dumps(sheet).encode())) == 2


@pytest.mark.parametrize(
    ("lines", "kept"),
    [
        (["%matplotlib inline\n", "a"], 2),
        (["!pip install x \\\n", "  y\n", "a"], 2),
        (["files = !ls\n", "a"], 2),
        (["a?\n", "b"], 2),
        (["?a\n", "b"], 2),
        (["if a:\n", "    %time b\n", "c"], 2),
        (["%%time\n", "a"], 2),
        (["%%bash\n", "rm -rf /"], 0),
        (["%%writefile a.py\n", "import keras"], 0),
        (["await a"], 1),
        (["a = (1\n", "% 2)"], 1),
        (["%time a\n", "b = (c\n", "     % d)"], 2),
        (["%time a\n", "b = (c\n", "     != d)"], 2),
    ],
)
def test_what_is_of_ipython(lines: list[str], kept: int) -> None:
    assert len(statements(notebook(cell(*lines)))) == kept


@pytest.mark.parametrize("part", [" ", "a ", "!", "."])
def test_a_line_of_any_length_is_read(part: str) -> None:
    line = part * 100_000
    # What goes back over a line for each of its letters would not come to an end here.
    _, broken = read_notebook("book.ipynb", notebook(cell(f"{line}\n", "%time a\n", "b c")))
    assert broken


def test_a_broken_cell_leaves_the_others() -> None:
    data = notebook(cell("a = 1"), cell("b = ("), cell("c = 3"))
    program, broken = read_notebook("book.ipynb", data)
    assert len(program.tree.body) == 2
    (reason,) = broken
    assert reason.startswith("cell 2: it is not valid in Python")


@pytest.mark.parametrize(
    "data",
    [b"", b"{", b"1", b"{}", b'{"cells": {}}', b'{"cells": [3, {}, {"cell_type": "code"}]}'],
)
def test_no_notebook(data: bytes) -> None:
    try:
        program, broken = read_notebook("book.ipynb", data)
    except NotReadableError:
        return
    assert not program.tree.body
    assert not broken
