"""A Python program as text and tree, and where a node of the tree stands in it."""

import ast
import codecs
import io
import re
import sys
import tokenize
import warnings
from dataclasses import dataclass

_LONGEST = 80
_NEWLINE = re.compile("\r\n|\r|\n")
_SLOW_CODECS = {"idna", "punycode"}
"""Encodings of host names, quadratic in the length of a text; nobody writes programs in them."""

Node = ast.expr | ast.stmt | ast.keyword


class NotReadableError(Exception):
    """A file that cannot be read as Python, and why; the scan says so and goes on."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a line of the parsed text stands: the line of the file, and the cell of a notebook."""

    line: int
    cell: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Program:
    """One file: its path in the folder, its tree, and its text by lines.

    ``places`` has one entry for each line, and none where the text is the file itself.
    """

    path: str
    tree: ast.Module
    lines: tuple[str, ...]
    places: tuple[Place, ...] = ()

    def locate(self, node: Node) -> tuple[int, int, str]:
        """Return the line and the column of a node, from 1, and its text on one line."""
        line = self.lines[node.lineno - 1]
        column = len(line.encode(errors="replace")[: node.col_offset].decode(errors="replace"))
        place = self.places[node.lineno - 1] if self.places else Place(node.lineno)
        shown = f"{place.cell}: {self.show(node)}" if place.cell else self.show(node)
        return place.line, column + 1, shown

    def show(self, node: Node) -> str:
        """Return the text of a node, or the head of a class or function, on one short line."""
        first = self.lines[node.lineno - 1].encode(errors="replace")
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            return tidy(first[node.col_offset :].decode(errors="replace"))
        last = node.end_lineno or node.lineno
        if last == node.lineno:
            return tidy(first[node.col_offset : node.end_col_offset].decode(errors="replace"))
        # A few lines are enough: the text is cut anyway.
        between = self.lines[node.lineno : min(last - 1, node.lineno + _LONGEST)]
        end = self.lines[last - 1].encode(errors="replace")[: node.end_col_offset]
        parts = [first[node.col_offset :].decode(errors="replace"), *between]
        return tidy(" ".join([*parts, end.decode(errors="replace")]))


def tidy(text: str) -> str:
    """Return a text on one line, cut to 80 characters, with anything unprintable escaped."""
    shown = " ".join(text[: 4 * _LONGEST].split())
    shown = "".join(
        letter if letter.isprintable() else ascii(letter)[1:-1] for letter in shown[: _LONGEST + 1]
    )
    return shown if len(shown) <= _LONGEST else f"{shown[: _LONGEST - 1]}…"


def decode_source(data: bytes) -> str:
    """Return the text of a program in the encoding it declares (PEP 263), UTF-8 if none."""
    encoding = "utf-8"
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        if codecs.lookup(encoding).name in _SLOW_CODECS:
            raise NotReadableError(f"{encoding} is no encoding for programs")
        return data.decode(encoding)
    except UnicodeDecodeError:
        raise NotReadableError(f"it is not {encoding}, and declares no other") from None
    except (SyntaxError, LookupError, UnicodeError) as error:
        if "unknown encoding" in str(error) or not isinstance(error, SyntaxError):
            reason = f"its encoding is not known: {tidy(str(error))}"
        else:  # what says that its first lines, where a cookie would be, are no UTF-8
            reason = f"it is not {encoding}, and declares no other"
        raise NotReadableError(reason) from None


def split_lines(text: str) -> tuple[str, ...]:
    """Return the lines as Python counts them; `str.splitlines` knows more ends than Python."""
    return tuple(_NEWLINE.split(text))


def parse_source(text: str, *, cell: bool = False) -> ast.Module:
    """Return the tree of a program, or of a cell, where ``await`` may stand alone."""
    alone = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT if cell else 0
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # an odd escape in a user's string is not our matter
            tree = compile(text, "<source>", "exec", ast.PyCF_ONLY_AST | alone, dont_inherit=True)
    except SyntaxError as error:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        where = f"line {error.lineno}: " if error.lineno else ""
        raise NotReadableError(
            f"it is not valid in Python {version}: {where}{tidy(error.msg)}"
        ) from None
    except (RecursionError, MemoryError):
        raise NotReadableError("it is nested too deeply") from None
    except (ValueError, OverflowError) as error:
        raise NotReadableError(f"it is no text of Python: {tidy(str(error))}") from None
    if not isinstance(tree, ast.Module):
        raise NotReadableError("it is no module")
    return tree


def read_program(path: str, data: bytes) -> Program:
    """Return a program from the bytes of its file; NotReadableError where it is none."""
    text = decode_source(data)
    return Program(path, parse_source(text), split_lines(text))
