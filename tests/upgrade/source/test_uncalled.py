"""Leaving functions out saves time, and must never change what is found."""

import ast

import pytest

from harness.upgrade.source import functions, interpreter
from harness.upgrade.source.definitions import Function
from harness.upgrade.source.program import NotReadableError, Program, read_program
from harness.upgrade.source.run import Run
from harness.upgrade.source.uncalled import read_words
from harness.upgrade.source_scan import scan_source
from tests.upgrade.marked import CORPUS, PROGRAMS
from tests.upgrade.source.snippets import HEAD, seen


@pytest.mark.parametrize("name", PROGRAMS)
def test_nothing_is_missed(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    some = scan_source(CORPUS / name)
    monkeypatch.setattr(interpreter, "is_worthwhile", lambda _: True)
    assert scan_source(CORPUS / name) == some


def parsed(text: str) -> Program:
    try:
        return read_program("program.py", text.encode())
    except NotReadableError:
        pytest.skip("it is no Python of this version")


@pytest.mark.parametrize(
    "text",
    [
        *(file.read_text("latin-1") for file in sorted(CORPUS.rglob("*.py"))),
        "x = a if 1else b\nc=[1,d][0]or e;f='{}'.g\n@h\ndef i(j:k=l,*m)->n:o\\\n.p;q\f=r\tand s",
        "π = größe._ü1 + f'{v!r:{w}}' # ― t\n",
    ],
)
def test_no_name_is_overlooked(text: str) -> None:
    program = parsed(text)
    names = {
        name
        for node in ast.walk(program.tree)
        for field in ("id", "attr", "arg", "name", "module")
        for name in str(getattr(node, field, None) or "").split(".")
    }
    assert names - {"", "*"} <= read_words(program.lines)


UNCALLED = [
    "from keras.layers import Masking\n    Masking()",
    "importlib.import_module('keras').layers.Masking()",
    "layers.Masking()",
    "TABLE['a'][0]()",
    "helper()",
    "Thing().go()",
    "getattr(layers, 'Masking')()",
]


@pytest.mark.parametrize("body", UNCALLED)
def test_what_can_tell_something_is_gone_through(body: str) -> None:
    text = f"""{HEAD}import importlib
TABLE = {{'a': [layers.Masking]}}
def outer():
    {body}
def helper():
    layers.Masking()
class Thing:
    def go(self):
        layers.Masking()
"""
    found = [one for one in seen(text) if one.endswith("Masking")]
    # The helper and the method are gone through for themselves.
    own = {7 + body.count("\n"), 10 + body.count("\n")}
    elsewhere = [one for one in found if int(one.split()[0]) not in own]
    assert len(found) - len(elsewhere) == 2
    assert len(elsewhere) == (0 if body in {"helper()", "Thing().go()"} else 1)


def test_what_cannot_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    gone_through: list[str] = []
    usual = functions.run_body

    def watch(run: Run, function: Function) -> None:
        gone_through.append(getattr(function.node, "name", ""))
        usual(run, function)

    monkeypatch.setattr(functions, "run_body", watch)
    plain = "def plain(rows):\n    return [row for row in rows if row]\n"
    seen(f"{HEAD}{plain}def telling():\n    return layers.Dense(2)\n")
    assert "telling" in gone_through
    assert "plain" not in gone_through
