"""Scenarios as the controller sees them: their literals, read without running a line of them."""

import ast
import hashlib
import keyword
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from harness.errors import UsageError
from harness.model import Kind, Question, Status
from harness.names import reject_key, suggest_of_all

SCENARIOS = Path(__file__).parent.parent / "scenarios"
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_LOOSEST = 1e-3
_DECLARED = {field.name for field in fields(Question)} - {"id", "scenario", "folder"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A module that asks questions; the hash covers it and whatever scenarios share.

    ``requirements`` are what a user's scenario needs beside a release, as PEP 508 has them.
    """

    name: str
    file: Path
    sha256: str
    questions: tuple[Question, ...]
    requirements: tuple[str, ...] = ()


def load_scenarios(folder: Path = SCENARIOS) -> tuple[Scenario, ...]:
    """Return every scenario of a folder, by name; UsageError for one that cannot be read."""
    shared = sorted((SCENARIOS / "shared").glob("*.py"))
    files = [file for file in sorted(folder.glob("*.py")) if not file.name.startswith("_")]
    return tuple(
        Scenario(
            name=file.stem,
            file=file.resolve(),
            questions=read_questions(file),
            sha256=hash_files([file, *shared]),
        )
        for file in files
    )


def gather_scenarios(own: Path | None = None) -> tuple[Scenario, ...]:
    """Return the built-in scenarios, then those of a user's folder, if one is given.

    The hash of a user's scenario covers the modules beside it whose names begin with ``_``, too.
    UsageError where the folder holds none, or one that is named as a built-in one is.
    """
    built_in = load_scenarios()
    if own is None:
        return built_in
    if not own.is_dir():
        raise UsageError(f"{own} is no folder", do="Name the folder that holds your scenarios.")
    beside = [*sorted((SCENARIOS / "shared").glob("*.py")), *sorted(own.glob("_*.py"))]
    found = [
        replace(
            scenario,
            sha256=hash_files([scenario.file, *beside]),
            questions=tuple(replace(asked, folder=str(own)) for asked in scenario.questions),
            requirements=read_requirements(scenario.file),
        )
        for scenario in load_scenarios(own)
    ]
    if not found:
        raise UsageError(
            f"{own} holds no scenario", do="Write one: python -m harness new-scenario NAME"
        )
    taken = {scenario.name for scenario in built_in}
    for scenario in found:
        check_name(scenario.name, taken)
    return (*built_in, *found)


def require_name(name: str) -> None:
    """Raise UsageError for a name that a scenario cannot have."""
    if not _NAME.fullmatch(name) or keyword.iskeyword(name):
        raise UsageError(
            f"{name!r} cannot be the name of a scenario",
            why="a question's id begins with it",
            do="Take lower-case letters, digits and underscores, a letter first.",
        )


def check_name(name: str, taken: Collection[str]) -> None:
    """Raise UsageError for a name that a scenario cannot have, or that another has already."""
    require_name(name)
    if name in taken:
        raise UsageError(
            f"there is a built-in scenario {name!r} already",
            why="both would answer to the same names",
            do="Give yours another one.",
        )


def select_scenarios(scenarios: Iterable[Scenario], names: Iterable[str]) -> tuple[Scenario, ...]:
    """Return the scenarios named, or all where none is; UsageError for an unknown name."""
    known = {scenario.name: scenario for scenario in scenarios}
    chosen = list(dict.fromkeys(names)) or list(known)
    for name in chosen:
        if name not in known:
            raise UsageError(f"there is no scenario {name!r}", do=suggest_of_all(name, known))
    return tuple(known[name] for name in chosen)


def hash_files(files: Iterable[Path]) -> str:
    """Return the SHA-256 of the files' names and contents, in the order given."""
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()


def read_questions(file: Path) -> tuple[Question, ...]:
    """Return what a scenario declares in its literal ``QUESTIONS``.

    UsageError where it is missing, is no literal, or a question is not declared as it should be.
    """
    require_name(file.stem)
    declared = _read_literal(file, "QUESTIONS")
    if declared is None:
        raise UsageError(f"{file.name} declares no QUESTIONS", do="See CONTRIBUTING.md.")
    return _questions(file, declared.value)


def read_requirements(file: Path) -> tuple[str, ...]:
    """Return what a scenario declares in its literal ``REQUIREMENTS``; nothing where it has none.

    UsageError where it is no list of requirements; an option of pip's is none.
    """
    from packaging.requirements import InvalidRequirement, Requirement

    declared = _read_literal(file, "REQUIREMENTS")
    if declared is None:
        return ()
    if not isinstance(declared.value, list) or not all(isinstance(w, str) for w in declared.value):
        raise UsageError(f"REQUIREMENTS in {file.name} must be a list of texts")
    try:
        return tuple(sorted({str(Requirement(word)) for word in declared.value}))
    except InvalidRequirement as error:
        raise UsageError(
            f"REQUIREMENTS in {file.name} holds what is no requirement",
            why=str(error).splitlines()[0],
            do='Write each as PEP 508 has it: "scipy>=1.5".',
        ) from None


@dataclass(frozen=True, slots=True)
class _Literal:
    value: Any


def _read_literal(file: Path, name: str) -> _Literal | None:
    """Return what a module assigns to a name at its margin; None where it does not."""
    try:
        tree = ast.parse(file.read_bytes(), str(file))
    except OSError as error:
        raise UsageError(f"{file.name} cannot be read", why=str(error.strerror)) from None
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise UsageError(f"{file.name} is not valid Python", why=str(error)) from None
    for statement in tree.body:
        if isinstance(statement, ast.Assign) and any(
            isinstance(target, ast.Name) and target.id == name for target in statement.targets
        ):
            try:
                return _Literal(ast.literal_eval(statement.value))
            except (ValueError, TypeError, RecursionError, MemoryError) as error:
                raise UsageError(
                    f"{name} in {file.name} must be a literal",
                    why=str(error),
                    do="Write it without names or calls: it is read, never run.",
                ) from None
    return None


def _questions(file: Path, declared: object) -> tuple[Question, ...]:
    if not isinstance(declared, dict) or not declared:
        raise UsageError(f"QUESTIONS in {file.name} must be a dict with a question in it")
    return tuple(_question(file, name, row) for name, row in declared.items())


def _question(file: Path, name: object, row: Any) -> Question:
    def wrong(why: str) -> UsageError:
        return UsageError(f"question {name!r} in {file.name} is not valid", why=why)

    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise wrong("its name must be lower-case letters, digits and underscores")
    if not isinstance(row, dict) or not all(isinstance(key, str) for key in row):
        raise wrong("it must be a dict of its declarations")
    for key in row:
        if key not in _DECLARED:
            raise wrong(reject_key(key, _DECLARED))
    if missing := _DECLARED - {"tolerance"} - row.keys():
        raise wrong(f"it lacks {', '.join(sorted(missing))}")
    if row["kind"] not in (Kind.NUMERIC, Kind.CATEGORICAL):
        raise wrong(f"kind must be 'numeric' or 'categorical', not {row['kind']!r}")
    for key in ("experiment", "title", "why", "remedy"):
        if not isinstance(row[key], str) or not row[key]:
            raise wrong(f"{key} must be a text")
    for key in ("answers", "concerns"):
        if not isinstance(row[key], list) or not all(isinstance(item, str) for item in row[key]):
            raise wrong(f"{key} must be a list of texts")
    if not row["answers"]:
        raise wrong("it offers no answer")
    for answer in row["answers"]:
        if not _NAME.fullmatch(answer) or answer in set(Status):
            raise wrong(f"the answer {answer!r} must be a plain name, and not that of a state")
    tolerance = row.get("tolerance", 1e-4)
    if not isinstance(tolerance, float) or not 0 < tolerance <= _LOOSEST:
        raise wrong(f"tolerance must be a number over 0 and at most {_LOOSEST}")
    listed = {"answers": tuple(row["answers"]), "concerns": tuple(row["concerns"])}
    return Question(
        id=f"{file.stem}.{name}",
        scenario=file.stem,
        **{**row, **listed, "kind": Kind(row["kind"])},
    )
