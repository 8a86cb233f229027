"""Code that nests deeply, is long, or has many of a kind: read or skipped, and that soon."""

import json
from collections.abc import Callable

import pytest

from tests.upgrade.source.promised import HEAD, scan

OPENERS = {
    "brackets": ("(", "1", ")"),
    "lists": ("[", "", "]"),
    "dicts": ("{1:", "1", "}"),
    "sets": ("{", "1", "}"),
    "subscripts": ("x[", "1", "]"),
    "calls": ("keras.layers.Masking(", "", ")"),
    "models": ("keras.Sequential([", "", "])"),
    "wrappers": ("keras.layers.Bidirectional(", "1", ")"),
    "applied": ("keras.layers.Dense(1)(", "1", ")"),
    "members": ("", "keras", ".layers"),
    "methods": ("", "x", ".fit()"),
    "chained calls": ("", "x", "()"),
    "chained subscripts": ("", "x", "[0]"),
    "lambdas": ("lambda: ", "1", ""),
    "nots": ("not ", "1", ""),
    "minuses": ("-", "1", ""),
    "stars": ("*", "1", ""),
    "awaits": ("await ", "1", ""),
    "powers": ("2**", "1", ""),
    "sums": ("1+", "1", ""),
    "comparisons": ("1<", "1", ""),
    "walruses": ("(x:=", "1", ")"),
    "conditionals": ("1 if 1 else ", "1", ""),
    "comprehensions": ("[x for x in ", "y", "]"),
    "texts in texts": ("f'{", "1", "}'"),
    "texts": ("'a' ", "'b'", ""),
    "assignments": ("x=", "1", ""),
    "decorators": ("@keras\n", "def f(): pass", ""),
    "elifs": ("", "if x:\n pass\n", "elif x:\n pass\n"),
    "commas": ("x,", "1", ""),
    "semicolons": ("x;", "1", ""),
    "digits": ("9", "1", ""),
    "hexadecimals": ("", "0x1", "f"),
    "exponents": ("", "1e1", "0"),
    "backslashes": ("\\\n", "1", ""),
    "escapes": ("", '"', "\\N{DIGIT ONE}"),
    "comments": ("#", "", ""),
    "blanks": ("", "x=1", " "),
    "line ends": ("\r", "1", "\n"),
}
DEPTHS = (90, 900, 20_000)


@pytest.mark.parametrize("name", OPENERS)
@pytest.mark.parametrize("depth", DEPTHS)
def test_what_is_nested_deeply_or_is_long(name: str, depth: int) -> None:
    opened, middle, closed = OPENERS[name]
    text = f"{HEAD}{opened * depth}{middle}{closed * depth}\nx = keras.layers.Masking()\n"
    cell = {"cell_type": "code", "source": text}
    scan({"program.py": text.encode(), "book.ipynb": json.dumps({"cells": [cell]}).encode()})


BLOCKS = ["if x:", "def f(x):", "class A(B):", "for x in y:", "while x:", "with x:", "try:"]


@pytest.mark.parametrize("head", BLOCKS)
@pytest.mark.parametrize("depth", [19, 50, 99, 101])
def test_blocks_within_blocks(head: str, depth: int) -> None:
    lines = [" " * at + head for at in range(depth)]
    lines.append(" " * depth + "keras.layers.Masking()")
    if head == "try:":
        lines += [" " * at + "finally: pass" for at in reversed(range(depth))]
    scan({"program.py": (HEAD + "\n".join(lines) + "\n").encode()})


MANY: dict[str, Callable[[int], str]] = {
    "functions that call the next": lambda n: "".join(
        f"def f{at}(x):\n    return f{at + 1}(f{at + 1}(x))\n" for at in range(n)
    ),
    "classes above one another": lambda n: (
        "class A0(keras.Model): pass\n"
        + "".join(f"class A{at + 1}(A{at}): pass\n" for at in range(n))
        + f"A{n}().fit(x, sample_weight=w)\n"
    ),
    "models within models": lambda n: (
        "m = keras.layers.Masking()\n" + "m = keras.Sequential([m, m])\n" * n
    ),
    "names": lambda n: "".join(f"x{at} = keras.layers.Dense({at})\n" for at in range(n)),
    "arguments": lambda n: f"f({', '.join(f'a{at}=keras.Model()' for at in range(n))})\n",
    "layers": lambda n: f"m = keras.Sequential([{'keras.layers.Dense(1), ' * n}])\n",
    "loops": lambda n: (
        "x = [keras.Model()]\n"
        + "".join(f"{' ' * at}for x in [x, x]:\n" for at in range(min(n, 15)))
        + " " * min(n, 15)
        + "x = [x]\n"
    ),
    "lambdas that hold the last": lambda n: "f = keras.Model\n" + "f = lambda f=f: f()\n" * n,
    "comprehensions": lambda n: (
        "x = [keras.Model()]\n" + "x = [[y, x] for y in x for z in x]\n" * n
    ),
}


@pytest.mark.parametrize("name", MANY)
@pytest.mark.parametrize("number", [30, 300])
def test_many_of_a_kind(name: str, number: int) -> None:
    scan({"program.py": (HEAD + MANY[name](number)).encode()})


@pytest.mark.parametrize("text", ["[", '{"cells":', '{"cells":[{"source":[', "-", "1", '"', "1e"])
@pytest.mark.parametrize("depth", DEPTHS)
def test_notebooks_that_are_nested_deeply_or_are_long(text: str, depth: int) -> None:
    scan({"book.ipynb": (text * depth).encode()})
