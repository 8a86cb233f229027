"""Scenarios, what they share, and the worker run on Python 3.6, and ask the release, not its name."""

import ast
import importlib
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from harness.measure.launch import WORKER
from harness.questions import SCENARIOS, Scenario, load_scenarios

ROOT = SCENARIOS.parent
LOADED = load_scenarios()
SHARED = sorted((SCENARIOS / "shared").glob("*.py"))
FILES = [*SCENARIOS.glob("*.py"), *SHARED, WORKER]
OLDEST = "3.6"
YOUNGER_THAN_OLDEST = {"contextvars", "dataclasses", "graphlib", "tomllib", "zoneinfo"}
SCENARIO_FILES = [*(scenario.file for scenario in LOADED), *SHARED]


def name(file: Path) -> str:
    return str(file.relative_to(ROOT))


def parse(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"), feature_version=(3, 6))


def imports(nodes: Iterator[ast.AST]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, "an import is written whole"
            yield node.module or ""


@pytest.mark.parametrize("file", FILES, ids=name)
def test_the_syntax_is_that_of_the_oldest_interpreter(file: Path) -> None:
    parse(file)


@pytest.mark.parametrize("file", SCENARIO_FILES, ids=name)
def test_only_the_standard_library_numpy_and_what_is_shared_is_imported_at_once(
    file: Path,
) -> None:
    known = sys.stdlib_module_names - YOUNGER_THAN_OLDEST
    for module in imports(iter(parse(file).body)):
        assert module.partition(".")[0] in {"numpy", *known} or module == "scenarios.shared"


@pytest.mark.parametrize("file", FILES, ids=name)
def test_nothing_of_the_harness_is_imported_anywhere(file: Path) -> None:
    for module in imports(ast.walk(parse(file))):
        assert module.partition(".")[0] not in {"harness", "tests"}


@pytest.mark.parametrize("file", SCENARIO_FILES, ids=name)
def test_a_missing_api_is_the_answer_and_never_a_version(file: Path) -> None:
    for node in ast.walk(parse(file)):
        said = [getattr(node, field, None) for field in ("id", "attr", "value")]
        assert not {"__version__", "version_info", "version", "VERSION"} & {
            word for word in said if isinstance(word, str)
        }


@pytest.mark.parametrize("scenario", LOADED, ids=lambda scenario: scenario.name)
class TestScenario:
    def test_each_question_is_asked_by_a_function_and_each_experiment_asks_one(
        self, scenario: Scenario
    ) -> None:
        functions = {
            node.name: [argument.arg for argument in node.args.args]
            for node in parse(scenario.file).body
            if isinstance(node, ast.FunctionDef)
        }
        asked = {q.experiment for q in scenario.questions}
        public = {
            function
            for function, arguments in functions.items()
            if arguments == ["probe"] and not function.startswith("_")
        }
        assert asked == public

    def test_it_says_what_it_is_about(self, scenario: Scenario) -> None:
        assert ast.get_docstring(parse(scenario.file))
        for asked in scenario.questions:
            assert len(set(asked.answers)) == len(asked.answers), asked.id
            assert asked.concerns, asked.id
            assert not asked.title.endswith("."), asked.id
            assert asked.why.endswith("."), asked.id
            assert asked.remedy.endswith("."), asked.id

    def test_it_imports_without_tensorflow(self, scenario: Scenario) -> None:
        importlib.import_module(f"scenarios.{scenario.name}")
        assert "tensorflow" not in sys.modules


def test_every_scenario_imports_under_the_oldest_interpreter(
    environment: Callable[[str], Path],
) -> None:
    modules = ", ".join(f"scenarios.{scenario.name}" for scenario in LOADED)
    command = [str(environment(OLDEST)), "-B", "-W", "error", "-c", f"import {modules}"]
    subprocess.run(command, check=True, cwd=ROOT)
