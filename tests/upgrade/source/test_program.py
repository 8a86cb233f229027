"""A program's text: its encoding, its lines, and how a node of it is shown."""

import ast

from hypothesis import given
from hypothesis import strategies as st

from harness.upgrade.source.program import read_program, split_lines, tidy


@given(st.text(alphabet="ab\n\r\f\x0b\x1c\x85\u2028 ", max_size=30))
def test_lines_are_counted_as_python_counts_them(text: str) -> None:
    source = f"#{text}\nx"
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return
    lines = split_lines(source)
    for node in tree.body:
        assert lines[node.lineno - 1].strip() != "" or node.end_lineno != node.lineno


@given(st.text(max_size=400))
def test_what_is_shown_is_one_short_printable_line(text: str) -> None:
    shown = tidy(text)
    assert shown.isprintable() or not shown
    assert len(shown) <= 80


def test_a_column_is_counted_in_letters() -> None:
    program = read_program("a.py", "é = 'ß'; x = 1\n".encode())
    assert program.locate(program.tree.body[1]) == (1, 10, "x = 1")


def test_a_class_is_shown_by_its_head() -> None:
    program = read_program("a.py", b"@d\nclass A(B,\n        C):\n    x = 1\n")
    assert program.locate(program.tree.body[0]) == (2, 1, "class A(B,")
