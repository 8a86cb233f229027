"""Notebooks: their code cells as one program, whose lines remember where they stand in the file."""

import ast
import json
import re
from bisect import bisect_left
from collections.abc import Iterator
from json import decoder, scanner
from typing import Any

from harness.upgrade.source.program import (
    NotReadableError,
    Place,
    Program,
    parse_source,
    split_lines,
    tidy,
)

_OTHER_LANGUAGE = re.compile(
    r"\s*%%(?!time\b|timeit\b|capture\b|prun\b|memit\b|mprun\b|python3?\b)"
)
"""A cell magic that hands the whole cell to something else: a shell, HTML, a file."""
_MAGIC = re.compile(r"(\s*)(?:%{1,2}[A-Za-z]|!(?!=)|\?|[\w.%]+\?{1,2}\s*$)")
_ASSIGNED = re.compile(r"([\w.,\s]+=\s*)[!%]")


class _Located(str):
    """A text of a JSON file that knows where it stood."""

    __slots__ = ("end",)
    end: int


def read_notebook(path: str, data: bytes) -> tuple[Program, tuple[str, ...]]:
    """Return a notebook's program, and the reason for each cell that is no Python.

    NotReadableError where the file is no notebook, or one in another language.
    """
    try:
        text = data.decode("utf-8-sig")
        notebook = _decoder().decode(text)
    except RecursionError:
        raise NotReadableError("it is nested too deeply") from None
    except ValueError as error:
        raise NotReadableError(f"it is not valid JSON: {tidy(str(error))}") from None
    ends = [match.start() for match in re.finditer("\n", text)]
    tree = ast.Module(body=[], type_ignores=[])
    lines: list[str] = []
    places: list[Place] = []
    broken: list[str] = []
    for name, pieces in _code_cells(notebook):
        source, numbers = _lines_of(pieces, ends)
        try:
            cell = _parse_cell(source)
        except NotReadableError as error:
            broken.append(f"{name}: {error}")
            continue
        if lines:
            ast.increment_lineno(cell, len(lines))
        tree.body += cell.body
        lines += split_lines(source)
        places += [Place(number, name) for number in numbers]
    return Program(path, tree, tuple(lines), tuple(places)), tuple(broken)


def _decoder() -> json.JSONDecoder:
    """Return a decoder whose texts know their place; only the one written in Python can."""

    def located(text: str, end: int, strict: bool = True) -> tuple[str, int]:  # noqa: FBT001, FBT002 - called by json
        value, after = decoder.scanstring(text, end, strict)  # type: ignore[attr-defined]
        found = _Located(value)
        found.end = after
        return found, after

    made = json.JSONDecoder()
    made.parse_string = located  # type: ignore[attr-defined]
    made.scan_once = scanner.py_make_scanner(made)  # type: ignore[attr-defined]
    return made


def _code_cells(notebook: Any) -> Iterator[tuple[str, list[_Located]]]:
    """Give each code cell's name and its pieces of text; format 3 has its cells in worksheets."""
    if not isinstance(notebook, dict):
        raise NotReadableError("it is JSON, but no notebook")
    language = _language(notebook.get("metadata"))
    if language not in {"", "python", "ipython", "python3", "ipython3"}:
        raise NotReadableError(f"its language is {tidy(language)}")
    cells = notebook.get("cells")
    if cells is None:
        sheets = notebook.get("worksheets")
        sheets = sheets if isinstance(sheets, list) else []
        found = [sheet.get("cells") for sheet in sheets if isinstance(sheet, dict)]
        cells = [cell for part in found if isinstance(part, list) for cell in part]
    if not isinstance(cells, list) or ("cells" not in notebook and "worksheets" not in notebook):
        raise NotReadableError("it is JSON, but no notebook")
    for number, cell in enumerate(cells, 1):
        if isinstance(cell, dict) and cell.get("cell_type") == "code":
            source = cell.get("source", cell.get("input"))
            pieces = source if isinstance(source, list) else [source]
            yield f"cell {number}", [piece for piece in pieces if isinstance(piece, _Located)]


def _language(metadata: object) -> str:
    for key, name in (("language_info", "name"), ("kernelspec", "language")):
        part = metadata.get(key) if isinstance(metadata, dict) else None
        language = part.get(name) if isinstance(part, dict) else None
        if isinstance(language, str):
            return language.lower()
    return ""


def _lines_of(pieces: list[_Located], ends: list[int]) -> tuple[str, list[int]]:
    """Return the text of a cell, and the file's line for each of its lines."""
    numbers: list[int] = []
    fresh = True
    for piece in pieces:
        number = bisect_left(ends, piece.end) + 1
        parts = split_lines(piece)
        numbers += [number] * (len(parts) if fresh else len(parts) - 1)
        fresh = False
        if parts[-1] == "" and numbers:  # the next piece begins the line that this one opens
            numbers.pop()
            fresh = True
    source = "".join(pieces)
    missing = len(split_lines(source)) - len(numbers)
    return source, numbers + numbers[-1:] * missing if numbers else [1] * missing


def _parse_cell(source: str) -> ast.Module:
    """Return a cell's tree: as it stands, else without what is IPython's own."""
    if _OTHER_LANGUAGE.match(source):
        return ast.Module(body=[], type_ignores=[])
    try:
        return parse_source(source, cell=True)
    except NotReadableError:
        cleaned = "\n".join(_without_magics(split_lines(source)))
        return parse_source(cleaned, cell=True)


def _without_magics(lines: tuple[str, ...]) -> Iterator[str]:
    """Give each line, with `pass` for a magic or a shell's line, and None for what it returns."""
    going_on = False
    for line in lines:
        if going_on:
            going_on = line.endswith("\\")
            yield ""
        elif assigned := _ASSIGNED.match(line):
            going_on = line.endswith("\\")
            yield f"{assigned[1]}None"
        elif magic := _MAGIC.match(line):
            going_on = line.endswith("\\")
            yield f"{magic[1]}pass"
        else:
            yield line
